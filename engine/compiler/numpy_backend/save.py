"""Saving: a compiled program as a file, a Python module that needs only NumPy.

The module defines `step`, whose arrays have the shapes of the compiled lists. Its constants are
written in it as text.
"""

from base64 import b85encode
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import inf, nan
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from ...system.files import write_whole
from ..arrays import np
from ..recording.examples import Choices
from ..recording.pytrees import Block, Nest
from .module import NumPyModule

# The keys of dicts that can be written, with the function that gives the equal one of Python's own
# types; an IntEnum, a StrEnum and NumPy's numbers are equal to one of these.
_PLAIN: dict[type, Callable[[Any], Any]] = {str: "".join, bytes: bytes, Integral: int, Real: float}

# The largest number of numbers in a constant that is written out.
_FEW = 8

_HELPERS = '''
def _array(kind, shape, text):
    """An array from its text."""
    return np.frombuffer(base64.b85decode(text), kind).reshape(shape)


def _floats(given):
    """Real numbers as an array of floats; TypeError for others, and for masked ones."""
    array = np.asarray(given)
    if array.dtype.kind not in "biufO" or np.ma.is_masked(given):
        raise TypeError(f"an array of real numbers is needed, none masked, got {array.dtype}")
    return np.asarray(array, dtype=float, order="C")


def _row(layout, given):
    """All numbers of nested arrays in a row; a layout has for each array its start and shape."""
    if isinstance(layout, tuple):
        array = _floats(given)
        if array.shape != layout[1]:
            raise ValueError(f"an array of shape {layout[1]} is needed, got {array.shape}")
        return array.reshape(-1)
    keys = layout if isinstance(layout, dict) else range(len(layout))
    if len(given) != len(layout):
        raise ValueError(f"{len(layout)} arrays are needed, got {len(given)}")
    return np.concatenate([np.zeros(0), *(_row(layout[key], given[key]) for key in keys)])


def _nested(layout, rows):
    """The numbers of a row, or of each row, as nested arrays."""
    if isinstance(layout, tuple):
        start, shape = layout
        return rows[..., start:start + math.prod(shape)].reshape((*rows.shape[:-1], *shape))
    if isinstance(layout, dict):
        return {key: _nested(each, rows) for key, each in layout.items()}
    return [_nested(each, rows) for each in layout]
'''

_OF_GRAPH = '''
_own = threading.local()


def step(parameters, inputs=()):
    """The value and its derivatives, for numbers in the shape of PARAMETERS and INPUTS."""
    row, start = _row(INPUTS, inputs), 0
    arrays = []
    for shape in SHAPES:
        arrays.append(row[start:start + math.prod(shape)].reshape(shape))
        start += math.prod(shape)
    if not hasattr(_own, "step"):  # each thread works in memory of its own
        _own.step = make(CONSTANTS)
    value, gradient = _own.step(_row(PARAMETERS, parameters), arrays)
    return value, _nested(PARAMETERS, gradient)
'''

_OF_EXAMPLES = '''
_own = threading.local()


def _codes(columns, places, known):
    """The number of what each example has at some places, of what is known."""
    keys = list(zip(*(columns[place] for place in places)))
    for key in keys:
        if key not in known:
            some = ", ".join(map(str, list(known)[:10])) + ", ..." * (len(known) > 10)
            raise ValueError(f"there is no program for the choices {key}, only for {some}")
    return [known[key] for key in keys]


def step(parameters, *arguments):
    """%s, for numbers in the shape of PARAMETERS.

    Each argument is an array with the examples first; those in CHOSEN are whole numbers. CHOICES
    has, for some of these by their places in an example, all that may be together.
    """
    arrays = [_floats(each) for i, each in enumerate(arguments) if i not in CHOSEN]
    if CHOSEN:
        whole = [np.asarray(arguments[i]) for i in CHOSEN]
        columns = [each.tolist() for one in whole for each in one.reshape(len(one), -1).T]
        arrays.append(np.array([_codes(columns, *kind) for kind in CHOICES]).T)
    examples = len(arrays[0])
    if any(len(each) != examples for each in [*arrays, *arguments]):
        raise ValueError("the arguments must hold as many examples each, got "
                         f"{', '.join(str(len(each)) for each in arguments)}")
    steps = _own.__dict__.setdefault("steps", {})  # each thread works in memory of its own
    if examples not in steps:
        if len(steps) == 4:  # memory is kept for a few numbers of examples
            del steps[next(iter(steps))]
        steps[examples] = make(CONSTANTS, examples)
%s
'''

_OF_FUNCTION = _OF_EXAMPLES % (
    "The mean over the examples and its derivatives",
    """\
    value, gradient = steps[examples](_row(PARAMETERS, parameters), arrays)
    return value, _nested(PARAMETERS, gradient)""",
)

_OF_OUTPUTS = _OF_EXAMPLES % (
    "What the function gives for each example",
    """\
    rows = steps[examples](_row(PARAMETERS, parameters), arrays)
    table = np.array(np.broadcast_to(rows.T, (examples, len(rows))))
    return _nested(OUTPUTS, table)""",
)


def of_graph(module: NumPyModule, parameters: Nest, inputs: Nest, shapes: Sequence[Any]) -> str:
    """The text of a file for a recorded graph."""
    layouts = {"PARAMETERS": layout(parameters), "INPUTS": layout(inputs), "SHAPES": list(shapes)}
    return _text(module, layouts, _OF_GRAPH)


class Told(NamedTuple):
    """The choices of a function.

    - `chosen`: the numbers of the arguments that are choices.
    - `choices`: for some places in an example, by which something is looked up together, all that
      there may be, with their numbers.
    """

    chosen: Sequence[int]
    choices: Sequence[tuple[tuple[int, ...], Mapping[Choices, int]]]


def of_function(module: NumPyModule, parameters: Nest, told: Told) -> str:
    """The text of a file for a function of one example."""
    return _text(module, _names(parameters, told), _OF_FUNCTION)


def of_outputs(module: NumPyModule, parameters: Nest, outputs: Nest, told: Told) -> str:
    """The text of a file for the outputs of a function of one example."""
    names = {**_names(parameters, told), "OUTPUTS": layout(outputs)}
    return _text(module, names, _OF_OUTPUTS)


def _names(parameters: Nest, told: Told) -> dict[str, Any]:
    """The constants of a saved module: parameter layout, arguments that are choices, choices."""
    return {"PARAMETERS": layout(parameters), "CHOSEN": told.chosen, "CHOICES": told.choices}


def write_module(path: str | PathLike[str], text: str) -> Path:
    """Write a module to a file, whole or not at all; ValueError if its name does not end in .py."""
    target = Path(path)
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


def _text(module: NumPyModule, names: dict[str, Any], functions: str) -> str:
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
    return f"{text}\n{_HELPERS}\n\nCONSTANTS = [\n{constants}]\n{assignments}\n{functions}"


def _written(array: Any) -> str:
    """A constant as an expression."""
    kind = array.dtype.newbyteorder("<")
    if array.size <= _FEW and np.isfinite(array).all():
        return f"np.array({array.tolist()!r}, {kind.str!r})"
    return f"_array({kind.str!r}, {array.shape!r}, {b85encode(array.astype(kind).tobytes())!r})"
