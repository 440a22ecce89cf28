"""Back ends whose packages may not be installed: their tests are skipped then, with a word."""

from contextlib import suppress

import pytest

from engine.compiler.runtime.backends import BACKENDS, backend_named


def installed() -> list[str]:
    """The names of the back ends that are not short of a package."""
    found = []
    for name in BACKENDS:
        with suppress(ImportError):
            found.append(backend_named(name).name)
    return found


def demand_installed(name: str | None) -> None:
    """Skip the test, or the file, if a package is missing that a back end needs, and say which."""
    try:
        backend_named(name)
    except ImportError as error:
        pytest.skip(str(error), allow_module_level=True)
