"""Optional packages: imported where they are used, or an error that says how to install them."""

from importlib import import_module
from typing import Any


def optional(module: str, extra: str, what_for: str) -> Any:
    """The module called `module`; ImportError with the `pip install` line if it is not installed.

    `extra` is the extra of this package that installs it, "" if the package itself requires it.
    `what_for` is the work that needs the module, for the error.

    A package that is there and does not load raises its own error, with a note of what needs it.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ImportError as error:
        if not isinstance(error, ModuleNotFoundError) or error.name not in (package, module):
            error.add_note(f"{what_for} needs the package {package!r}, which is installed, "
                           "but does not load")  # fmt: skip
            raise
        ours = f"glassgrad[{extra}]" if extra else "glassgrad"
        missing = f"{what_for} needs the package {package!r}"
        raise ImportError(f"{missing}: pip install '{ours}'", name=module) from error


class OnDemand:
    """An optional package as a module that is imported when something in it is asked for.

    np = OnDemand(module="numpy", extra="fast", what_for="compiling")
    np.zeros(3)                 # imports NumPy; what has been asked for once is an attribute
    """

    def __init__(self, module: str, extra: str, what_for: str) -> None:
        self._asked = (module, extra, what_for)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python looks for these, and not in the package
            raise AttributeError(f"{self!r} has no attribute {name!r}")
        found = getattr(optional(*self._asked), name)
        setattr(self, name, found)
        return found

    def __repr__(self) -> str:
        return f"<{self._asked[0]} on demand>"
