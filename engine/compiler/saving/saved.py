"""Saving: a compiled program as a file, a Python module that needs only the package it is in.

The module defines `step`, whose arrays have the shapes of the compiled lists. Its constants are
written in it as text.
"""

from base64 import b85encode
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import inf, nan
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from ...system.files import path_of, write_whole
from ..arrays import np
from ..recording.examples import Choices
from ..recording.pytrees import Block, Nest
from .texts import FileTexts

# The keys of dicts that can be written, with the function that gives the equal one of Python's own
# types; an IntEnum, a StrEnum and NumPy's numbers are equal to one of these.
_PLAIN: dict[type, Callable[[Any], Any]] = {str: "".join, bytes: bytes, Integral: int, Real: float}

# The largest number of numbers in a constant that is written out.
_FEW = 8


class SourceModule(Protocol):
    """The module of a program as source, by a back end that writes it.

    - `text`: the source; `constants`: the constant arrays for its `make`, by name.
    - `functions`: the Python functions that the module calls and cannot define, by name.
    - `file`: what a file has beside it.
    """

    @property
    def text(self) -> str:
        """The source of the module."""

    @property
    def constants(self) -> Mapping[str, Any]:
        """The constant arrays by name."""

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The Python functions by name."""

    @property
    def file(self) -> FileTexts:
        """What a file has beside the module."""


def of_graph(module: SourceModule, parameters: Nest, inputs: Nest, shapes: Sequence[Any]) -> str:
    """The text of a file for a recorded graph."""
    layouts = {"PARAMETERS": layout(parameters), "INPUTS": layout(inputs), "SHAPES": list(shapes)}
    return _text(module, layouts, module.file.graph)


class Told(NamedTuple):
    """The choices of a function.

    - `chosen`: the numbers of the arguments that are choices.
    - `choices`: for some places in an example, by which something is looked up together, all that
      there may be, with their numbers.
    """

    chosen: Sequence[int]
    choices: Sequence[tuple[tuple[int, ...], Mapping[Choices, int]]]


def of_function(module: SourceModule, parameters: Nest, told: Told) -> str:
    """The text of a file for a function of one example."""
    return _text(module, _names(parameters, told), module.file.function)


def of_outputs(module: SourceModule, parameters: Nest, outputs: Nest, told: Told) -> str:
    """The text of a file for the outputs of a function of one example."""
    names = {**_names(parameters, told), "OUTPUTS": layout(outputs)}
    return _text(module, names, module.file.outputs)


def _names(parameters: Nest, told: Told) -> dict[str, Any]:
    """The constants of a saved module: parameter layout, arguments that are choices, choices."""
    return {"PARAMETERS": layout(parameters), "CHOSEN": told.chosen, "CHOICES": told.choices}


def write_module(path: str | PathLike[str], text: str) -> Path:
    """Write a module to a file, whole or not at all; ValueError if its name does not end in .py."""
    target = path_of(path)
    if target.suffix != ".py":
        raise ValueError(f"path: the ending must be .py, got {str(path)!r}")
    write_whole(target, text.encode("utf-8"))
    return target


def layout(nest: Nest) -> Any:
    """The shape of nested arrays, in Python's own types.

    Raises ValueError for a key of a dict that no text stands for.
    """
    if isinstance(nest, Block):
        return (nest.start, nest.shape)
    if isinstance(nest, Mapping):
        return {_plain(key): layout(each) for key, each in nest.items()}
    return [layout(each) for each in nest]


def _plain(key: Hashable) -> Any:
    """The equal key in Python's own types: the text of a member of a StrEnum, for instance."""
    if key is None or isinstance(key, tuple):
        return key and tuple(map(_plain, key))
    for kind, convert in _PLAIN.items():
        plain = convert(key) if isinstance(key, kind) else nan
        if plain == key and plain not in (inf, -inf):
            return plain
    raise ValueError(f"the key {key!r} of a dict cannot be written to a file: give text, numbers, "
                     "or tuples of these as the keys of parameters, of inputs, and of what the "
                     "function gives")  # fmt: skip


def _text(module: SourceModule, names: dict[str, Any], functions: str) -> str:
    """The text of a module with its constants, the constants `names`, and `functions`."""
    if module.functions:
        rows = ", ".join(module.functions)
        raise ValueError(f"the program calls functions in Python that cannot be written to a file: "
                         f"{rows}; write these rows with operators and the functions of "
                         "engine.arithmetic")  # fmt: skip
    imports = "import base64\nimport math\nimport threading\n"
    text = module.text.replace("import math\n", imports, 1)
    constants = "".join(f"    {_written(each)},  # {name}\n"
                        for name, each in module.constants.items())  # fmt: skip
    assignments = "".join(f"{name} = {each!r}\n" for name, each in names.items())
    return (
        f"{text}\n{module.file.helpers}\n\nCONSTANTS = [\n{constants}]\n{assignments}\n{functions}"
    )


def _written(array: Any) -> str:
    """A constant as an expression."""
    kind = array.dtype.newbyteorder("<")
    if array.size <= _FEW and np.isfinite(array).all():
        return f"np.array({array.tolist()!r}, {kind.str!r})"
    return f"_array({kind.str!r}, {array.shape!r}, {b85encode(array.astype(kind).tobytes())!r})"
