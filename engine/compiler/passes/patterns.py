"""Patterns: formulas of names, to match in a program and to write into it.

    x, n = Name("x"), Name("n", is_number)
    Rewrite(x * 1.0, x, "always")           # instead of x * 1, use x
    Rewrite(-(n * x), -n * x, "always")

A name stands for the same instruction wherever it occurs. Operands of + and × are matched in both
orders.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..arrays import np
from ..ir.builder import Builder

# The number of the instruction for each name of a pattern.
Bound = dict[str, int]

_COMMUTE = {"add", "mul"}
_BETWEEN = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}


class Pattern:
    """A formula. Operators on patterns give longer patterns."""

    __slots__ = ()

    def __add__(self, other: "Pattern | float") -> "Apply":
        return call("add", self, other)

    def __sub__(self, other: "Pattern | float") -> "Apply":
        return call("sub", self, other)

    def __rsub__(self, other: float) -> "Apply":
        return call("sub", other, self)

    def __mul__(self, other: "Pattern | float") -> "Apply":
        return call("mul", self, other)

    def __truediv__(self, other: "Pattern | float") -> "Apply":
        return call("div", self, other)

    def __rtruediv__(self, other: float) -> "Apply":
        return call("div", other, self)

    def __pow__(self, other: "Pattern | float") -> "Apply":
        return call("pow", self, other)

    def __neg__(self) -> "Apply":
        return call("neg", self)


@dataclass(frozen=True, slots=True)
class Name(Pattern):
    """A pattern of one instruction: any instruction that passes `test`."""

    name: str
    test: Callable[[Builder, int], bool] = lambda draft, number: True

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PlainNumber(Pattern):
    """A pattern of one plain number; 0 and -0 are different."""

    value: float

    def __repr__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Apply(Pattern):
    """A pattern of one operation, `kind`, on patterns."""

    kind: str
    operands: tuple[Pattern, ...]

    def __repr__(self) -> str:
        texts = [f"({each!r})" if isinstance(each, Apply) and each.is_operator else repr(each)
                 for each in self.operands]  # fmt: skip
        if self.kind in _BETWEEN:
            return f" {_BETWEEN[self.kind]} ".join(texts)
        return f"-{texts[0]}" if self.kind == "neg" else f"{self.kind}({', '.join(texts)})"

    @property
    def is_operator(self) -> bool:
        """Whether the operation is an operator of Python."""
        return self.kind in _BETWEEN or self.kind == "neg"


def call(kind: str, *operands: Pattern | float) -> Apply:
    """The pattern of operation `kind` on patterns and plain numbers."""
    return Apply(kind, tuple(
        each if isinstance(each, Pattern) else PlainNumber(each) for each in operands))  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Rewrite:
    """A rule: `before` becomes `after`; `exact` states where both are the same.

    The rule applies only if the program has `known` already, and if all numbers of the constant
    `finite` are finite.
    """

    before: Apply
    after: Pattern
    exact: str
    known: Apply | None = None
    finite: Apply | None = None

    def __repr__(self) -> str:
        return f"{self.before!r} = {self.after!r}"

    def __call__(self, draft: Builder, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
        """The number of the instruction to use instead; None if the rule does not apply."""
        if kind == self.before.kind:
            for bound in operands_match(draft, self.before, inputs, {}):
                if self.allows(draft, bound):
                    return written(draft, self.after, bound)
        return None

    def allows(self, draft: Builder, bound: Bound) -> bool:
        """Whether `known` and `finite` allow the rule for the instructions `bound`."""
        if self.known is not None and _found(draft, self.known, bound) is None:
            return False
        if self.finite is None:
            return True
        instruction = draft.instructions[written(draft, self.finite, bound)]
        return instruction.kind == "constant" and bool(np.isfinite(instruction.detail.array).all())


def names_of(pattern: Pattern) -> dict[str, Name]:
    """The names in a pattern, each once, from left to right."""
    if isinstance(pattern, Name):
        return {pattern.name: pattern}
    names: dict[str, Name] = {}
    for each in pattern.operands if isinstance(pattern, Apply) else ():
        names |= names_of(each)
    return names


def written(draft: Builder, pattern: Pattern, bound: Bound) -> int:
    """The number of the instruction that computes `pattern`, written if it is not there yet."""
    if isinstance(pattern, Name):
        return bound[pattern.name]
    if isinstance(pattern, PlainNumber):
        return draft.constant(pattern.value)
    assert isinstance(pattern, Apply), "a pattern is a name, a number or an operation"
    return draft.add(pattern.kind, *(written(draft, each, bound) for each in pattern.operands))


def operands_match(
    draft: Builder, of: Apply, inputs: tuple[int, ...], bound: Bound
) -> Iterator[Bound]:
    """All extensions of `bound` that make `inputs` the operands of the pattern `of`."""
    for order in (inputs, inputs[::-1]) if of.kind in _COMMUTE else (inputs,):
        ways = [bound]
        pairs = zip(of.operands, order, strict=True)
        # Names come last: whether an instruction has their property may take long to find out.
        for pattern, i in sorted(pairs, key=lambda pair: isinstance(pair[0], Name)):
            ways = [more for way in ways for more in _matches(draft, pattern, i, way)]
        yield from ways


def _matches(draft: Builder, pattern: Pattern, i: int, bound: Bound) -> Iterator[Bound]:
    """All extensions of `bound` that make instruction `i` the result of `pattern`."""
    instruction = draft.instructions[i]
    if isinstance(pattern, Name):
        if bound.get(pattern.name, i) == i and pattern.test(draft, i):
            yield {**bound, pattern.name: i}
    elif isinstance(pattern, PlainNumber):
        number = draft.number(i)
        if number is not None and number.hex() == pattern.value.hex():
            yield bound
    elif isinstance(pattern, Apply) and instruction.kind == pattern.kind:
        yield from operands_match(draft, pattern, instruction.inputs, bound)


def _found(draft: Builder, pattern: Pattern, bound: Bound) -> int | None:
    """The number of the instruction that computes `pattern`; None if there is none yet."""
    if isinstance(pattern, Name):
        return bound[pattern.name]
    assert isinstance(pattern, Apply), "no constant is looked for"
    operands = [_found(draft, each, bound) for each in pattern.operands]
    return draft.find(pattern.kind, *(each for each in operands if each is not None))
