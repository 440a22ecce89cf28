"""Names of a package that are loaded when they are asked for."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def on_demand(package: str, names: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package: it has names by the modules that define them.

    __getattr__ = on_demand(__name__, {".drawing": ["Drawing", "draw"]})
    """
    module_of = {name: module for module, some in names.items() for name in some}

    def load(name: str) -> Any:
        """What the package calls `name`; AttributeError if nothing is."""
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(module_of[name], package), name)

    return load
