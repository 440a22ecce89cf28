"""Differences: ladders of repeated subtractions, as in a loop, `loss = loss - x.log()`.

Such a ladder becomes one sum with negative terms, provided that at least two members of one class
are subtracted in it. A difference by itself stays a difference.

    a - b0 - b1 - b2          =  a - (b0 + b1 + b2)
    a - b0 + c0 - b1 + c1     =  a + (c0 + c1) - (b0 + b1)
    -b0 - b1                  =  -(b0 + b1)
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ...analysis.fold import Classes
from ...analysis.operands import operands, sole_users
from ...primitives import CONSTANT, PRIMITIVES
from ...value import Value


def rungs_of(order: Sequence[Value], classes: Classes) -> dict[Value, Value]:
    """The possible rungs of ladders in a topological order, each with its only consumer.

    Empty if no ladder subtracts two members of one class.
    """
    if not any(members[0].op is PRIMITIVES["sub"] for members in classes.members):
        return {}
    rungs = _leading_on(order)
    return _used_once(order, rungs) if inside_sums(rungs, classes.class_of) else {}


def _leading_on(order: Sequence[Value]) -> dict[Value, Value]:
    """The operations that may be inside a ladder, each with the last operation that continues it.

    An operation continues the ladder of its first input:

    - a subtraction, if that input is a subtraction, a negative, or an addition inside a ladder;
    - an addition, if that input is a subtraction or such an addition, and no number or difference
      is added to a subtraction: in a sum of differences all terms are alike, the first one too.
    """
    add, sub, neg = map(PRIMITIVES.__getitem__, ("add", "sub", "neg"))
    next_of: dict[Value, Value] = {}
    for node in order:
        op = node.op
        if op is not add and op is not sub:
            continue
        first, second = operands(node)
        if isinstance(first, float) or first is second:
            continue
        is_rung = first.op is add and operands(first)[0] in next_of
        if op is sub:
            is_rung = is_rung or first.op is sub or first.op is neg
        elif first.op is sub:
            is_rung = isinstance(second, Value) and second.op is not sub
        if is_rung:
            next_of[first] = node
    return next_of


def _used_once(order: Sequence[Value], rungs: Mapping[Value, Value]) -> dict[Value, Value]:
    """The rungs whose only consumer is the next operation of their ladder."""
    users = sole_users(order, {rung.op for rung in rungs})
    return {rung: node for rung, node in rungs.items() if users[rung] is node}


def inside_sums(rungs: dict[Value, Value], class_of: Mapping[Value, int]) -> set[Value]:
    """The rungs of ladders from which members of one class are subtracted twice or more."""
    top_of: dict[Value, Value] = {}
    ladders: dict[Value, list[Value]] = defaultdict(list)
    for rung in reversed(rungs):
        top = top_of[rung] = top_of.get(rungs[rung], rungs[rung])
        ladders[top].append(rung)
    inside: set[Value] = set()
    for top, ladder in ladders.items():
        subtracted = [class_of[each] for node in (top, *ladder) for each in _subtracted(node)]
        if len(set(subtracted)) < len(subtracted):
            inside.update(ladder)
    return inside


def _subtracted(node: Value) -> Sequence[Value]:
    """The Value that an operation of a ladder subtracts; none for an addition or a number."""
    last = node.inputs[-1]
    return () if node.op is PRIMITIVES["add"] or last.op is CONSTANT else (last,)
