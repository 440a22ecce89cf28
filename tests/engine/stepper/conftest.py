"""The browser of the tests that look at the page, and traces that are made quickly."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.browser import launched

# The module: in its package the name is that of its function.
TRACE = import_module("engine.stepper.trace")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a file."""
    with launched() as browser:
        yield browser


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces without a picture and without finite differences, which take most of the time."""
    monkeypatch.setattr(TRACE, "marked_picture", lambda *_: ("", "no picture"))
    monkeypatch.setattr(TRACE, "_MOVED", 0)


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces without a picture."""
    monkeypatch.setattr(TRACE, "marked_picture", lambda *_: ("", "no picture"))
