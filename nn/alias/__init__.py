"""The packages engine and nn under one name that nothing else has: `import glassgrad as gg`.

    import glassgrad as gg
    from glassgrad.nn import MLP

    w = gg.Value(2.0, label="w")    # gg.Value is engine.Value, and gg.nn is nn

Whatever `engine` offers is here. `glassgrad.engine`, `glassgrad.nn` and the modules in them are
the packages themselves, so nothing is there twice. An installation has this folder as `glassgrad`.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

import engine
import nn

if TYPE_CHECKING:
    from engine import *  # noqa: F403 (for type checkers; at run time each name is looked up)

__version__ = engine.__version__
__all__ = [*engine.__all__, "engine", "nn"]


class _Alias(MetaPathFinder, Loader):
    """What finds `glassgrad.nn.losses`, and loads `nn.losses` for it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module within `glassgrad.engine` or `glassgrad.nn`; else None."""
        del path, target
        inside = name.startswith((f"{__name__}.engine.", f"{__name__}.nn."))
        return ModuleSpec(name, self) if inside else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module without `glassgrad.` in its name, imported under its own."""
        module = import_module(spec.name.removeprefix(f"{__name__}."))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """The module has run: what is left is to give it back its own spec, here replaced."""
        replaced = module.__spec__
        module.__spec__ = replaced.loader_state if replaced else None


def __getattr__(name: str) -> Any:
    if name in engine.__all__:
        return getattr(engine, name)
    hint = f": write {__name__}.nn.{name}" if name in nn.__all__ else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


sys.modules |= {f"{__name__}.engine": engine, f"{__name__}.nn": nn}
sys.meta_path.insert(0, _Alias())
