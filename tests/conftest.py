"""Settings of all tests: no plots on a screen, and the same random examples in every run."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")

# Machines may be slow or noisy: no test depends on how long it takes.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
