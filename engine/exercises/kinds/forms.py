"""The numbers of an answer, in whatever form it has, and when two of them are the same.

A number may be of Python or NumPy, a Fraction, a Value (its data), or a text such as "1/3" or
"2*0.9637". Several are a list, an array or the like, a dict by name, or a text with commas.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from math import floor, inf, isfinite, log10, nan
from numbers import Real
from typing import Any

from ...arguments import real_number
from ...expression import parse
from ...value import Value
from .written import as_given

A_NUMBER = 'a number, such as 1.5, Fraction(1, 3) or "2*0.9637"'

# How deep lists may stand in lists, and how many numbers are counted.
_DEEPEST, _MOST = 20, 1000

# Signs that one copies from a text, and what a formula has in their place.
_SIGNS = str.maketrans({"−": "-", "·": "*", "×": "*", "²": "**2"})


def number_from(given: Any, name: str = "answer") -> float:
    """The number that an answer is.

    Raises TypeError for what is no number, and ValueError for a text that is no formula of numbers.
    """
    bare = _bare(given)
    if isinstance(bare, list | tuple) and len(inside := [*_flat(bare, name)]) == 1:
        (bare,) = inside
    if isinstance(bare, Value):
        return bare.data
    if isinstance(bare, str):
        return _number_of(bare, name)
    if isinstance(bare, Decimal):
        return nan if bare.is_nan() else float(bare)
    if isinstance(bare, bool) or not isinstance(bare, Real):
        raise TypeError(f"{name} must be {A_NUMBER}, got {as_given(given)}")
    return _float_of(bare, name)


def _float_of(number: Real, name: str) -> float:
    """A number as a float: inf, or -inf, for one that is too large."""
    try:
        return real_number(number, name)
    except OverflowError:
        return -inf if number < 0 else inf


def numbers_from(given: Any, names: Sequence[str]) -> dict[str, float]:
    """The numbers that an answer is, by their names.

    Raises TypeError for what is no collection of numbers, and ValueError if there are more or less
    of them, or if they have other names.
    """
    bare = _bare(given)
    if isinstance(bare, Mapping):
        _demand_names(bare, names)
        return {name: number_from(bare[name], f"answer[{name!r}]") for name in names}
    parts = bare.split(",") if isinstance(bare, str) else bare
    if isinstance(parts, Set) or not isinstance(parts, Iterable):  # a set has no order
        raise TypeError(f"answer must be {several(names)}, got {as_given(given)}")
    flat = [*islice(_flat(parts, "answer"), _MOST)]
    if len(flat) != len(names):
        raise ValueError(f"answer must have {len(names)} numbers, for {', '.join(names)}, "
                         f"got {len(flat)}{' or more' * (len(flat) == _MOST)}")  # fmt: skip
    return {
        name: number_from(each, f"answer[{at}]")
        for at, (name, each) in enumerate(zip(names, flat, strict=True))
    }


def several(names: Sequence[str]) -> str:
    """What an answer of several numbers must be, in words."""
    by_name = ", ".join(f'"{name}": …' for name in names)
    return f"the numbers for {', '.join(names)} in this order, as a list, or {{{by_name}}}"


def is_near(number: float, right: float, *, exactly: bool = False) -> bool:
    """Whether a number is the right one, exactly or rounded to three significant digits or more."""
    if exactly or not right:
        return abs(number - right) <= 1e-9 * max(1.0, abs(right))
    half_a_unit = 0.5 * 10.0 ** (floor(log10(abs(right))) - 2)
    return abs(number - right) <= 1.000001 * half_a_unit


def is_apart(first: float, second: float, *, exactly: bool = False) -> bool:
    """Whether two numbers cannot be taken for one another, however they are rounded."""
    if not (isfinite(first) and isfinite(second)):
        return False
    share = 1e-6 if exactly else 0.02
    return abs(first - second) > share * max(abs(first), abs(second))


def _bare(given: Any) -> Any:
    """An array or a scalar of NumPy or PyTorch as numbers and lists of Python."""
    has_list = hasattr(given, "tolist") and not isinstance(given, type)
    return given.tolist() if has_list else given


def _number_of(text: str, name: str) -> float:
    """The number that a formula gives."""
    formula = parse(text.translate(_SIGNS))
    if formula.names:
        raise ValueError(f'{name} must be a number or a formula of numbers, such as "2*0.9637", '
                         f"got {text!r}: write numbers for {', '.join(formula.names)}")  # fmt: skip
    return formula().data


def _flat(parts: Iterable[Any], name: str, depth: int = 1) -> Iterator[Any]:
    """The items of nested lists, in order; ValueError for a list that has no innermost one."""
    if depth > _DEEPEST:
        raise ValueError(
            f"{name} must be numbers, in a list or a list of lists, got lists more than {_DEEPEST} "
            "deep, such as one that contains itself"
        )
    for each in map(_bare, parts):
        if isinstance(each, list | tuple):
            yield from _flat(each, name, depth + 1)
        else:
            yield each


def _demand_names(given: Mapping[Any, Any], names: Sequence[str]) -> None:
    """Raise ValueError unless a dict has these names and no other."""
    for each in given:
        if each not in names:
            close = get_close_matches(str(each), names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"use {', '.join(names)}"
            raise ValueError(f"answer has a number for {each!r}, which is not asked for: {hint}")
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(f"answer has no number for {', '.join(missing)}: give {several(names)}")
