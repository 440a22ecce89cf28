"""Names of a package that are loaded when they are asked for."""

from fractions import Fraction

import pytest

from engine.system.on_demand import on_demand

LOAD = on_demand("collections", {".abc": ["Mapping", "Sequence"], "fractions": ["Fraction"]})


def test_a_name_is_loaded_from_its_module() -> None:
    """A module of the package, by a dot, or another one."""
    assert LOAD("Mapping").__name__ == "Mapping"
    assert LOAD("Fraction") is Fraction


def test_another_name_is_told_as_python_tells_it() -> None:
    """Also one that its module has, but not the package."""
    for name in ("Mappings", "Hashable"):
        with pytest.raises(AttributeError, match=f"'collections' has no attribute '{name}'"):
            LOAD(name)
