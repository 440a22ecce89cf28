"""Optional packages: imported where they are used, or an error that says how to install them."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_OURS = "glassgrad"


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
        of = f", of the extra [{extra}]" if extra else ""
        missing = f"{what_for} needs the package {package!r}{of}"
        raise ImportError(f"{missing}: {install_line(extra)}", name=module) from error


def install_line(extra: str) -> str:
    """The `pip install` line of the packages of an extra, "" for those always required.

    The packages are named themselves, as the installed version of glassgrad requires them: so the
    line is right wherever glassgrad came from. Where nothing of it is installed, as in a clone
    that is run as it is, the line installs the folder. In Windows' shells, as in all others, the
    quotes are these: `'numpy>=1.26'` would be a file to write there.
    """
    metadata = import_module("importlib.metadata")  # when asked for: it takes as long as the engine
    try:
        required = metadata.requires(_OURS) or []
    except metadata.PackageNotFoundError:
        required = []
    packages = sorted({*_packages_of(extra, required)})
    if not packages:
        folder = f".[{extra}]" if extra else "."
        return f'pip install "{folder}" (in the folder of glassgrad)'
    return " ".join(["pip install", *(f'"{package}"' for package in packages)])


def _packages_of(extra: str, required: list[str]) -> Iterator[str]:
    """The requirements of an extra, with those of the extras of glassgrad that it consists of."""
    for each in required:
        package, _, condition = (part.strip() for part in each.partition(";"))
        of = re.search(r"extra == ['\"]([\w-]+)['\"]", condition)
        if (of[1] if of else "") != extra:
            continue
        others = re.fullmatch(rf"{_OURS}\[([\w,-]+)\]", package)
        if others is None:
            yield package
        else:
            for other in others[1].split(","):
                yield from _packages_of(other, required)


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
