"""Ladders of additions: `a + b + c` or Python's `sum()`, seen as one sum.

A ladder is an addition with the additions below it whose only consumer is another addition of the
ladder. Its terms are the inputs of its additions, without these additions themselves. The compiler
adds subtractions to a ladder; then some of the terms are subtracted.
"""

from collections.abc import Collection, Iterator, Sequence, Set
from typing import NamedTuple

from ..primitives import CONSTANT, PRIMITIVES
from ..value import Value
from .operands import operands, sole_users, sort_operands

# Operations that form ladders as additions do: max(max(a, b), c) is one maximum of three numbers.
CHAINS = ("maximum", "minimum")

# Operations that subtract their last input.
_SUB, _NEG = PRIMITIVES["sub"], PRIMITIVES["neg"]


class Turn(NamedTuple):
    """An edge of the graph, from `node` to its input number `place`, with the local derivative."""

    node: Value
    place: int
    input: Value
    local: float


def inside_ladders(
    order: Sequence[Value], apart: Collection[Value | None] = (), *, by_name: bool = True
) -> set[Value]:
    """The additions in a topological order that are inside a ladder, below its top.

    Such an addition has no label, its only consumer is an addition in the same scope, and it is not
    one of the nodes `apart`.

    Without `by_name`, labels and scopes make no difference, and ladders of maxima and of minima are
    found too; if a maximum has two maxima as inputs, only the first of these is inside, so that
    such a ladder is a chain.
    """
    add = PRIMITIVES["add"]
    ops = {add} if by_name else {add, *map(PRIMITIVES.__getitem__, CHAINS)}
    pairs = ((each, user) for each, user in sole_users(order, ops).items() if user is not None)
    rungs = ((each, user) for each, user in pairs if each.op is user.op)
    if by_name:
        inside = {each for each, user in rungs if not each._label and each.scope == user.scope}
    else:
        inside = {each for each, user in rungs if user.op is add or _goes_on(each, operands(user))}
    return inside.difference(apart)


def _goes_on(extremum: Value, taken: Sequence[Value | float]) -> bool:
    """Whether a chain goes on in this one of the two from which another maximum is `taken`."""
    first = taken[0]
    return extremum is first or isinstance(first, float) or first.op is not extremum.op


def terms_of(node: Value, inside: Set[Value]) -> tuple[list[Value], list[float], list[Value]]:
    """The terms of a node and its ladder: Values added, plain numbers, and Values subtracted.

    The Values are in order; the numbers are in reverse order, negative if subtracted. The ladder is
    followed down to its terms from the last to the first, so both lists of Values are reversed at
    the end.
    """
    values: list[Value] = []
    numbers: list[float] = []
    subtracted: list[Value] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each not in inside and each is not node:
            if each.op is CONSTANT:
                numbers.append(each._data)
            else:
                values.append(each)
        elif each.op is _SUB or each.op is _NEG:
            *others, last = each.inputs
            pending += others
            if last.op is CONSTANT:
                numbers.append(-last._data)
            else:
                subtracted.append(last)
        else:
            sort_operands(each, pending, numbers)
    values.reverse()
    subtracted.reverse()
    return values, numbers, subtracted


def turns_into(node: Value, inside: Collection[Value]) -> Iterator[Turn]:
    """The edges of a node and of its ladder, without the edges inside the ladder."""
    if node.op is not PRIMITIVES["add"]:
        yield from _turns(node)
        return
    pending = _turns(node)[::-1]  # the next one last
    while pending:
        turn = pending.pop()
        if turn.input in inside:
            pending += _turns(turn.input)[::-1]
        else:
            yield turn


def numbers_in(node: Value, inside: Collection[Value]) -> list[float]:
    """The plain numbers among the inputs of a node and its ladder, in order.

    The 0 from which Python's sum() starts is left out.
    """
    found = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each.op is CONSTANT:
            found.append(each._data)
        elif each is node or each in inside:
            pending += each.inputs[::-1]
    is_sum = node.op is PRIMITIVES["add"]
    return [number for number in found if number != 0 or not is_sum]


def _turns(node: Value) -> list[Turn]:
    """The edges of a node."""
    return [Turn(node, i, each, local) for i, (each, local) in enumerate(node.edges())]
