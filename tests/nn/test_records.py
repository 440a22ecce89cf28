"""What the networks hand out cannot be changed by accident."""

import inspect
from dataclasses import is_dataclass
from importlib import import_module
from pkgutil import walk_packages

import pytest

import nn
from nn.training.history import History
from nn.training.run import TrainingRun

# What a training writes on.
GROWING = {History, TrainingRun}

MODULES = [import_module(found.name) for found in walk_packages(nn.__path__, "nn.")
           if not found.name.startswith("nn.alias")]  # fmt: skip
RECORDS = {
    each
    for module in MODULES
    for _, each in inspect.getmembers(module, inspect.isclass)
    if is_dataclass(each) and each.__module__.startswith("nn.")
}


def test_records_are_frozen_and_hold_their_fields_only(subtests: pytest.Subtests) -> None:
    """No field can be set, but of what a training writes on, and none can be added."""
    assert RECORDS > GROWING
    for record in RECORDS:
        with subtests.test(record=record):
            assert record.__dataclass_params__.frozen == (record not in GROWING)  # type: ignore[attr-defined]  # every dataclass has them
            assert "__slots__" in vars(record)
