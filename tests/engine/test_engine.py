"""The package: what it offers, and when that is loaded."""

import pytest

import engine
from engine import drawing


def test_every_name_that_is_offered_is_there() -> None:
    """All of `__all__` can be had, is listed, and no private name is among it."""
    assert {*engine.__all__} <= {*dir(engine)}
    assert all(getattr(engine, name) is not None for name in engine.__all__)
    assert dir(engine) == sorted(dir(engine))


@pytest.mark.parametrize("name", ["Drawing", "RenderError", "draw"])
def test_what_draws_is_looked_up_when_it_is_asked_for(name: str) -> None:
    """The package does not hold these names itself."""
    assert name not in vars(engine)
    assert getattr(engine, name) is getattr(drawing, name)


def test_what_is_not_offered_is_an_attribute_error() -> None:
    """As of any module; `hasattr` says no."""
    with pytest.raises(AttributeError, match=r"^module 'engine' has no attribute 'drow'$"):
        _ = engine.drow
