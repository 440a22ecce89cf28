"""Settings of all tests: the same random examples in every run, no time limit, and Ctrl-C heard.

Nothing is kept from run to run: what is compiled to machine code is compiled anew.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import launched
from tests.missing import OptionalFile

settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

# A shell lets its background jobs ignore Ctrl-C, which some tests press.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["GLASSGRAD_CACHE"] = "off"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file."""
    with launched() as browser:
        yield browser


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> Any:
    """A file of tests, which may need packages that are not installed."""
    return OptionalFile.from_parent(parent, path=module_path)
