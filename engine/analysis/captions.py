"""The text of boxes: operations, numbers, and ranges of numbers."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isnan
from typing import Protocol

from ..notation import abridged, operand, short
from ..primitives import CONSTANT, PRIMITIVES, Op
from ..scope import Scope
from ..typesetting.mathematics import plain_label
from ..value import Value
from .fold import NUMBERS, generalised
from .naming import Names

# What stands for a gradient before `backward()`.
NO_GRAD = "\N{EN DASH}"

_SUM = PRIMITIVES["sum"]

_DIGITS = re.compile("[0-9]+")


def header(node: Value, written: Callable[[float], str] = operand) -> str:
    """The operation, with the plain numbers among its inputs: ×, · ^ 2, max(·, 0)."""
    op, operands = node.op, node.inputs
    plain = [written(each.data) if each.op is CONSTANT else "·" for each in operands]
    if len(plain) == plain.count("·"):
        return symbol_and_title(op)
    if op is _SUM:
        return sum_with([each for each in plain if each != "·"])
    if op.any_number or op.symbol.isidentifier():
        return f"{op.symbol}({', '.join(abridged(plain))})"
    return f" {op.symbol} ".join(plain)


def symbol_and_title(op: Op) -> str:
    """An operation by itself: × Mul, ReLU."""
    return op.symbol if op.title == op.symbol else f"{op.symbol} {op.title}"


def sum_with(plain: Sequence[str]) -> str:
    """A Sum with plain numbers among its terms: up to four numbers, else their count."""
    few = plain if len(plain) <= 4 else [f"{len(plain)} numbers"]
    return " + ".join(["∑ Sum", *few])


def more_uses(count: int) -> str:
    """The line of a leaf of which `count` uses are not drawn."""
    return f"{count:,} more use{'s' * (count != 1)}"


class Wording(Protocol):
    """The words of boxes and arrows for the Values they show."""

    def name(self, value: Value) -> str:
        """The name of a Value in a hint."""

    def label(self, leaf: Value) -> str:
        """The name of a leaf in its box."""

    def title(self, node: Value, first: str) -> Iterable[str]:
        """The first lines of the box of an operation; `first` writes the operation."""

    def numbers(self, value: Value) -> tuple[str, str]:
        """The two lines with data and grad."""

    def hint(self, value: Value) -> str:
        """The text that a box shows under the mouse: everything, with all digits."""


def data_and_grad(data: float, grad: float | None) -> tuple[str, str]:
    """The two lines with data and grad; None for a gradient that is not there yet."""
    return f"data {short(data)}", f"grad {NO_GRAD if grad is None else short(grad)}"


def hint(scope: Scope, name: str, data: float, grad: float | None) -> str:
    """Scope, name, data and grad, with all digits; None for a gradient that is not there yet."""
    place = f"{' / '.join(scope)}: " if scope else ""
    return f"{place}{name}, data {data!r}, grad {NO_GRAD if grad is None else repr(grad)}"


def typed(names: Names, value: Value) -> str:
    """The name of a Value; its label as it was typed, if the name is that as plain text."""
    name = names[value]
    return value.label if plain_label(value.label) == name else name


def titled(names: Names, node: Value, first: str) -> tuple[str, ...]:
    """The name of an operation and what it does, in one line if one contains the other."""
    name, title = typed(names, node), node.op.title
    if not node.label and first.endswith(title):
        return (first.removesuffix(title) + name,)
    return name, first


@dataclass(frozen=True, slots=True)
class NamedWording:
    """The words of a box by the `names` of Values, which are all different."""

    names: Names

    def name(self, value: Value) -> str:
        """The name of a Value in equations."""
        return self.names[value]

    def label(self, leaf: Value) -> str:
        """The name of a leaf in its box, as it was typed."""
        return typed(self.names, leaf)

    def title(self, node: Value, first: str) -> Iterable[str]:
        """The name and the operation, in one line if one contains the other."""
        return titled(self.names, node, first)


def span(numbers: Iterable[float]) -> str:
    """The smallest and the largest number: -1 … 3.5; one number if both look the same."""
    given = list(numbers)
    known = [each for each in given if not isnan(each)]
    ends = [short(end(known), 3) for end in (min, max)] if known else []
    nan = ["nan"] if len(known) < len(given) else []
    return ", ".join([" … ".join(dict.fromkeys(ends)), *nan] if ends else nan)


def ranged(texts: Iterable[str]) -> str | None:
    """Texts that differ in numbers only as one: w[0], w[1], w[2] as w[0…2]; None for others."""
    each_once = list(dict.fromkeys(texts))
    if len(set(map(generalised, each_once))) != 1:
        return None
    columns = zip(*map(NUMBERS.findall, each_once), strict=True)
    between = [*map(_range, columns), ""]
    return "".join(chain(*zip(NUMBERS.split(each_once[0]), between, strict=True)))


def _range(parts: Sequence[str]) -> str:
    """Numbers, or texts in brackets, as one text: the only one, or first … last."""
    first = parts[0]
    if len(set(parts)) == 1:
        return first
    left, right = "[]" if first.startswith("[") else ("", "")
    inner = [part.strip("[]") for part in parts]
    if not all(map(_DIGITS.fullmatch, inner)):
        return "[…]"
    low, *_, high = sorted(set(inner), key=lambda digits: (len(digits), digits))
    return f"{left}{low}…{high}{right}"


def common_scope(scopes: Iterable[Scope]) -> Scope:
    """The scopes as one: layer1 / neuron1 and layer1 / neuron2 are layer1 / neuron1…2."""
    common = []
    for names in zip(*dict.fromkeys(scopes), strict=False):
        name = ranged(names)
        if name is None:
            break
        common.append(name)
    return tuple(common)
