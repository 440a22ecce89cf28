"""What the engine hands out cannot be changed by accident."""

import inspect
from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import walk_packages

import pytest

import engine
from engine.system.computed import cached_property

MODULES = [import_module(found.name) for found in walk_packages(engine.__path__, "engine.")]
RECORDS = {
    each
    for module in MODULES
    for _, each in inspect.getmembers(module, inspect.isclass)
    if is_dataclass(each) and each.__module__.startswith("engine.") and each.__name__[0] != "_"
}


def test_records_are_frozen_and_hold_their_fields_only(subtests: pytest.Subtests) -> None:
    """No field can be set, and none can be added but what is kept of a computation."""
    assert RECORDS
    for record in RECORDS:
        with subtests.test(record=record):
            assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every dataclass has them
            keeps = any(isinstance(each, cached_property) for each in vars(record).values())
            assert keeps or "__slots__" in vars(record)
