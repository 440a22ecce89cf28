"""Ladders in which terms are subtracted again and again, as in a loop: `loss = loss - x.log()`.

Such a ladder is one sum, of which some terms are subtracted. A difference by itself stays what it
is: it is one only if members of one class are subtracted from the same sum at least twice.

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
    """What may be inside ladders of a topological order, and for each the operation it leads to.

    It is empty if in no ladder something is subtracted twice.
    """
    if not any(members[0].op is PRIMITIVES["sub"] for members in classes.members):
        return {}
    found = _leading_on(order)
    return _used_once(order, found) if inside_sums(found, classes.class_of) else {}


def _leading_on(order: Sequence[Value]) -> dict[Value, Value]:
    """What ladders may go on in, and for each the operation that does so last.

    A ladder with subtractions goes on in the first input of an operation, if nothing else uses it:

    - of a subtraction, in another one, in a negative, or in an addition that goes on in one;
    - of an addition, in a subtraction, unless a difference or a number is added. In a sum of
      differences all are alike, the first one too.
    """
    add, sub, neg = map(PRIMITIVES.__getitem__, ("add", "sub", "neg"))
    found: dict[Value, Value] = {}
    for node in order:
        op = node.op
        if op is not add and op is not sub:
            continue
        first, second = operands(node)
        if isinstance(first, float) or first is second:
            continue
        is_rung = first.op is add and operands(first)[0] in found
        if op is sub:
            is_rung = is_rung or first.op is sub or first.op is neg
        elif first.op is sub:
            is_rung = isinstance(second, Value) and second.op is not sub
        if is_rung:
            found[first] = node
    return found


def _used_once(order: Sequence[Value], rungs: Mapping[Value, Value]) -> dict[Value, Value]:
    """The rungs whose only consumer is the operation to which they lead."""
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
    """What is subtracted by an operation in a ladder, if it is no plain number."""
    last = node.inputs[-1]
    return () if node.op is PRIMITIVES["add"] or last.op is CONSTANT else (last,)
