"""The package: what it offers, and when that is loaded."""

import sys
from pathlib import Path
from subprocess import run

import pytest

import engine
from engine import drawing

ROOT = Path(engine.__file__).parents[1]
_LINE = 'pip install ".[fast]" (in the folder of glassgrad)'


def bare(program: str) -> tuple[str, str]:
    """What a program prints, and its errors, where no package is installed but ours."""
    command = [sys.executable, "-S", "-c", program]
    ended = run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)})
    return ended.stdout, ended.stderr


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


@pytest.mark.parametrize("line", [
    "from engine import *; print(compile.__name__)",
    "import engine; print(hasattr(engine, 'compile') and 'compile')",
    "import engine, pydoc; print(pydoc.render_doc(engine) and 'compile')",
    "import engine, inspect; print(dict(inspect.getmembers(engine))['compile'].__name__)",
    "from engine import *; import pydoc; print(pydoc.render_doc(Compiled) and 'compile')",
])  # fmt: skip
def test_all_names_can_be_had_without_any_package(line: str) -> None:
    """The base installation: NumPy is asked for when something is compiled, not before."""
    assert bare(line) == ("compile\n", "")


def test_nn_can_be_looked_at_without_any_package() -> None:
    """All that it offers, and its help."""
    program = "from nn import *; import nn, inspect, pydoc; print(pydoc.render_doc(nn) != '')"
    assert bare(f"{program}; inspect.getmembers(nn)") == ("True\n", "")


@pytest.mark.parametrize("output", ["x * x", "lambda: x * x", "lambda y: x * y"])
def test_compiling_asks_for_numpy(output: str) -> None:
    """The error comes from the call, with the line that installs it."""
    program = f"import engine; x = engine.Value(1.0); engine.compile({output}, parameters=[x])"
    _, said = bare(program)
    last = "ImportError: compiling needs the package 'numpy', of the extra [fast]: " + _LINE
    assert said.splitlines()[-1] == last
