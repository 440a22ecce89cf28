"""Optional packages: imported where they are used, or an error that says how to install them."""

from importlib import import_module
from typing import Any


def optional(module: str, extra: str, what_for: str) -> Any:
    """The module of that name; ImportError with the `pip install` line if it is not there.

    `extra` is the extra of this package that brings it, "" if the package itself requires it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = f"glassgrad[{extra}]" if extra else "glassgrad"
        missing = f"{what_for} needs the package {module.partition('.')[0]!r}"
        raise ImportError(f"{missing}: pip install '{package}'", name=module) from error
