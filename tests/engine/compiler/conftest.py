"""Tests of compiled programs run on every back end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.compiler.runtime import backends
from engine.compiler.runtime.programs import KNOWN
from tests.back_ends import demand_installed

# The folders whose tests call what was compiled; "" are the files beside this one.
_FOLDERS = {"", "lifting", "runtime"}

# XLA takes a tenth of a second and more for each program, and the back end that interprets them is
# a judge that nobody computes with: but for these tests, those of either are slow ones. Random
# programs have a test of their own in JAX, with fewer of them.
_SLOW = {"jax", "reference"}
_QUICK = {"test_scalar_programs.py::test_compiled_is_eager"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a compiled program is one of each back end, unless it names some alone."""
    path = Path(metafunc.definition.path).relative_to(Path(__file__).parent)
    folder = path.parent.as_posix().removeprefix(".")
    alone = metafunc.definition.get_closest_marker("back_ends")
    if folder in _FOLDERS or alone is not None:
        wanted = backends.BACKENDS if alone is None else alone.args
        names = [_marked(name, path.name, metafunc.definition.name) for name in wanted
                 if name != "jax" or not path.name.startswith("test_random_")]  # fmt: skip
        metafunc.parametrize("default_backend", names, indirect=True, scope="module")


def _marked(name: str, file: str, test: str) -> Any:
    """A back end, marked as slow where it is."""
    is_slow = name in _SLOW and f"{file}::{test}" not in _QUICK
    return pytest.param(name, marks=pytest.mark.slow) if is_slow else name


@pytest.fixture(scope="module", autouse=True)
def default_backend(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The back end of all programs that name none; skipped where its package is not installed.

    It is used by itself: pytest forgets a fixture that is only appended to those of a test.
    """
    name: str | None = getattr(request, "param", None)
    demand_installed(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "DEFAULT", name)
        yield name


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """Each test compiles what it compiles, whatever was compiled before."""
    KNOWN.clear()
