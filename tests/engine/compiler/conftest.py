"""Tests of compiled programs run on every back end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.compiler.runtime import backends
from engine.compiler.runtime.programs import KNOWN

# The folders whose tests call what was compiled; "" are the files beside this one.
_FOLDERS = {"", "lifting", "runtime"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of a compiled program is one of each back end, unless it is of NumPy's alone."""
    folder = Path(metafunc.definition.path).relative_to(Path(__file__).parent).parent.as_posix()
    is_of_numpy = metafunc.definition.get_closest_marker("numpy_alone") is not None
    if folder.removeprefix(".") in _FOLDERS and not is_of_numpy:
        metafunc.fixturenames.append("default_backend")
        metafunc.parametrize("default_backend", backends.BACKENDS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def default_backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The back end of all programs that name none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "DEFAULT", request.param)
        yield request.param


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """Each test compiles what it compiles, whatever was compiled before."""
    KNOWN.clear()
