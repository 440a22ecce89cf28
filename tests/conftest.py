"""Settings of all tests: the same random examples in every run, and no time limit."""

import os

from hypothesis import HealthCheck, settings

# Read by SciPy when it is imported: without it scikit-learn leaves out one of its checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
