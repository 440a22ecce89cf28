"""Ladders of additions: `a + b + c` or Python's `sum()`, seen as one sum.

A ladder is an addition with the additions below it whose only consumer is another addition of the
ladder. Its terms are the inputs of its additions, without these additions themselves.
"""

from collections.abc import Collection, Iterator, Sequence, Set
from typing import NamedTuple

from ..primitives import CONSTANT, PRIMITIVES
from ..value import Value
from .operands import sole_users, sort_operands


class Turn(NamedTuple):
    """An edge of the graph, from `node` to its input number `place`, with the local derivative."""

    node: Value
    place: int
    input: Value
    local: float


def inside_ladders(order: Sequence[Value], apart: Collection[Value | None] = ()) -> set[Value]:
    """The additions in a topological order that are inside a ladder, below its top.

    Such an addition has no label, its only consumer is an addition in the same scope, and it is not
    one of the nodes `apart`.
    """
    add = PRIMITIVES["add"]
    pairs = sole_users(order, {add}).items()
    rungs = ((each, user) for each, user in pairs if user is not None and user.op is add)
    inside = {each for each, user in rungs if not each._label and each.scope == user.scope}
    return inside.difference(apart)


def terms_of(node: Value, inside: Set[Value]) -> tuple[list[Value], list[float]]:
    """The terms of a node and its ladder: Values, in order, and plain numbers, in reverse order.

    The ladder is followed down to its terms from the last to the first, so the Values are reversed
    at the end.
    """
    values: list[Value] = []
    numbers: list[float] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each in inside or each is node:
            sort_operands(each, pending, numbers)
        elif each.op is CONSTANT:
            numbers.append(each._data)
        else:
            values.append(each)
    values.reverse()
    return values, numbers


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
