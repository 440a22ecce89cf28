"""What the package has is what it says it has."""

import re
from pathlib import Path

import pytest

import nn
from nn.optimization.optimizers import Optimizer

PAGE = Path(__file__).parents[2] / "notebooks" / "site" / "guide" / "networks.md"


def _row(name: str) -> list[str]:
    """The entry of the guide's table called `name`."""
    (row,) = re.findall(rf"(?m)^\| {name} \| (.*) \|$", PAGE.read_text(encoding="utf-8"))
    return re.findall(r"`(\w+)`", row)


def test_the_guide_lists_every_activation_and_every_initializer() -> None:
    """In the order of the tables."""
    assert _row("activations") == [*nn.ACTIVATIONS, "swish", *nn.LIST_ACTIVATIONS]
    assert _row("initializers") == list(nn.INITIALIZERS)


@pytest.mark.parametrize("row", ["layers", "losses", "optimizers", "schedules"])
def test_what_the_guide_lists_is_there(row: str) -> None:
    """Under that name in the package, and public."""
    names = _row(row)
    assert names
    assert {*names} <= {*nn.__all__}
    assert all(callable(getattr(nn, name)) for name in names)


def test_the_guide_lists_every_module_and_every_optimizer() -> None:
    """Classes that are no base of others; Swish is an activation."""
    kinds = [each for each in map(nn.__dict__.get, nn.__all__) if isinstance(each, type)]
    layers = {each.__name__ for each in kinds if issubclass(each, nn.Module)}
    optimizers = {each.__name__ for each in kinds if issubclass(each, Optimizer)}
    assert {*_row("layers")} == layers - {"Module", "Swish"}
    assert {*_row("optimizers")} == optimizers - {"Optimizer"} | {"minimize"}


def test_all_public_names_are_sorted_and_there() -> None:
    """`from nn import *` gives them."""
    assert len({*nn.__all__}) == len(nn.__all__)
    assert all(hasattr(nn, name) for name in nn.__all__)
