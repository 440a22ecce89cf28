"""Rows of the table as functions of arrays: the number of a node for many examples at once.

They are NumPy's functions where it has them; else what the row of the table says, followed with
symbols and written in NumPy. A row that cannot be followed is called for one number after another.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from ...primitives import BUILT_IN, PRIMITIVES, Op
from ...slopes import derivative, is_built_in, root_of
from ...watching.tracing import DETACHED
from ..arrays import np
from ..kinds.numbers import number_by_number
from ..kinds.ufuncs import BY_NUMBER, FORMULAS, FUNCTIONS
from ..numpy_backend.kernels import CHOOSE
from ..rows.kernels import Kernel
from ..rows.sources import source_of
from ..rows.symbols import Untraceable, formula
from .tape import RowFunctions

_SUM = PRIMITIVES["sum"]

_NAMES = ("a", "b", "y")

_Function = Callable[..., Any]


def have_arrays(ops: Iterable[Op]) -> bool:
    """Whether all of some rows can be functions of arrays: not those of any number of inputs."""
    return all(op is _SUM or not op.any_number for op in ops)


def array_functions(op: Op) -> RowFunctions:
    """The operation of a row, and its partial derivatives, for arrays or single numbers."""
    if op is DETACHED:
        return op.forward, None, None
    if op is _SUM:
        return _added, _ones, None
    count = len(op.partials)
    slopes = [_slope(op, place, count) for place in range(count)]
    return _result(op, count), slopes[0] if slopes else None, slopes[1] if count > 1 else None


def _added(terms: list[Any]) -> Any:
    """The sum of some arrays, from the first to the last."""
    return reduce(np.add, terms, 0.0)


def _ones(terms: list[Any], _: Any) -> list[float]:
    """The derivatives of a sum."""
    return [1.0] * len(terms)


def _result(op: Op, count: int) -> _Function:
    """The operation of a row of `count` inputs."""
    root, places = root_of(op)
    if places:
        return _from_root(root, places, count)
    if op.name in BUILT_IN and op.name in FUNCTIONS:
        found: _Function = getattr(np, FUNCTIONS[op.name])
        return found
    if op.name in BUILT_IN and op.name in BY_NUMBER:
        return _by_number(op.forward)
    function = FORMULAS[op.name] if op.name in BUILT_IN and op.name in FORMULAS else op.forward
    return _followed(function, count, raising=not is_built_in(op))


def _slope(op: Op, place: int, count: int) -> _Function:
    """The derivative of a row of `count` inputs by one of them, from these and the result."""
    root, places = root_of(op)
    if not places:
        return _derivative(root, (place,), count)
    found = _from_root(root, (*places, place), count)
    return lambda *given: found(*given[:-1])


def _from_root(root: Op, places: tuple[int, ...], count: int) -> _Function:
    """The derivative of a row by some inputs, one after another, from its inputs alone."""
    result, slope = _result(root, count), _derivative(root, places, count)
    return lambda *inputs: slope(*inputs, result(*inputs))


def _derivative(root: Op, places: tuple[int, ...], count: int) -> _Function:
    """The derivative of a row by some inputs, one after another, from its inputs and its result."""
    return _followed(lambda *given: derivative(root, places, given), count + 1,
                     raising=not is_built_in(root))  # fmt: skip


def _followed(function: _Function, count: int, *, raising: bool) -> _Function:
    """A function of `count` numbers for arrays."""
    names = _NAMES if count == len(_NAMES) else (*_NAMES[: count - 1], _NAMES[-1])
    try:
        found = formula(function, names, raising=raising)
    except Untraceable:
        return _by_number(function)
    written: dict[str, Any] = {"np": np}
    exec(f"{CHOOSE}\n{source_of(Kernel('row', 'A row.', names, found), 'row')}", written)
    row: _Function = written["row"]
    return row if found.is_straight else lambda *given: row(*map(np.asarray, given))


def _by_number(function: _Function) -> _Function:
    """A function of numbers, called for one number after the other."""
    found: _Function = number_by_number(function)
    return found
