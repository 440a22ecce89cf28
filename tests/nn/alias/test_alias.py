"""One name for both packages: everything once, whichever way it is imported."""

import importlib.util
import runpy
import sys
from pathlib import Path

import pytest

import engine
import nn
import nn.alias as gg

_ROOT = Path(engine.__file__).parents[1]


def test_whatever_the_engine_offers_is_there() -> None:
    """The same objects, by the same names; and both packages."""
    assert all(getattr(gg, name) is getattr(engine, name) for name in engine.__all__)
    assert (gg.nn, gg.engine, gg.__version__) == (nn, engine, engine.__version__)
    assert {*gg.__all__} <= {*dir(gg)}
    assert dir(gg) == sorted(dir(gg))
    shown = {name for name in dir(gg) if not name.startswith("__")}
    assert shown == {*gg.__all__}  # what the module imports for itself is not offered
    assert vars(gg).keys() & gg.__all__ == {"engine", "nn"}  # all else is looked up


@pytest.mark.parametrize("name", ["nn.losses", "nn.training.fit", "engine.drawing.render"])
def test_a_module_under_the_alias_is_the_module(name: str) -> None:
    """It is not run a second time, and keeps its own name, and the spec by which it is found."""
    module = importlib.import_module(name)
    spec = module.__spec__
    assert importlib.import_module(f"{gg.__name__}.{name}") is module
    assert module.__spec__ is spec
    assert importlib.util.find_spec(name) is spec


def test_the_alias_is_asked_before_all_that_find_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would find the file of a module of the package, and run it a second time."""
    finders = [each for each in sys.meta_path if type(each).__module__ != gg.__name__]
    assert len(finders) > 1
    monkeypatch.setattr(sys, "meta_path", [*finders])
    importlib.reload(gg)
    assert sys.meta_path[1:] == finders


def test_from_the_alias_names_are_imported() -> None:
    """As from the package itself."""
    from nn.alias.nn import MLP

    assert MLP is nn.MLP


def test_what_is_not_there_is_an_error_as_of_any_module() -> None:
    """An attribute, and a module."""
    with pytest.raises(AttributeError, match=r"^module 'nn.alias' has no attribute 'drow'$"):
        _ = gg.drow
    with pytest.raises(AttributeError, match=r"no attribute 'MLP': write nn\.alias\.nn\.MLP$"):
        _ = gg.MLP
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'nn.nothing'"):
        importlib.import_module("nn.alias.nn.nothing")
    assert "nn.alias.nn.nothing" not in sys.modules


def test_the_alias_runs_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m glassgrad` is the engine's own command; what imports it runs nothing."""
    importlib.import_module("nn.alias.__main__")
    monkeypatch.delitem(sys.modules, "nn.alias.__main__")
    monkeypatch.setattr(sys, "argv", ["glassgrad", "step", "w*x", "w=2", "x=-3"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("nn.alias", run_name="__main__")
    assert "∂L/∂w" in capsys.readouterr().out
