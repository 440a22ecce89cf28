"""Traces that are made quickly."""

from importlib import import_module

import pytest

# The module: in its package the name is that of its function.
TRACE = import_module("engine.stepper.trace")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces without a picture and without finite differences, which take most of the time."""
    monkeypatch.setattr(TRACE, "marked_picture", lambda *_: ("", "no picture"))
    monkeypatch.setattr(TRACE, "_MOVED", 0)


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces without a picture."""
    monkeypatch.setattr(TRACE, "marked_picture", lambda *_: ("", "no picture"))
