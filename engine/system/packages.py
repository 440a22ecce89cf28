"""Optional packages: imported where they are used, or an error that says how to install them."""

from importlib import import_module
from typing import Any


def optional(module: str, extra: str, what_for: str) -> Any:
    """The module called `module`; ImportError with the `pip install` line if it is not installed.

    `extra` is the extra of this package that installs it, "" if the package itself requires it.
    `what_for` is the work that needs the module, for the error.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = f"glassgrad[{extra}]" if extra else "glassgrad"
        missing = f"{what_for} needs the package {module.partition('.')[0]!r}"
        raise ImportError(f"{missing}: pip install '{package}'", name=module) from error
