"""Levels: classes of one operation at one depth become one class, whatever they read.

An edge of a grid, a corner of a table, and the two outputs of a butterfly a + b, a - b make classes
that never meet again, since the class of a node has the classes of its inputs in it. Where a graph
is narrow for this reason, a class is an operation at a depth, and its members read numbers of
several classes in a row. (Dynamic batching: Looks et al., ICLR 2017; Neubig et al., NeurIPS 2017.)
"""

from collections.abc import Hashable, Sequence

from .members import Members, Read
from .rolled import UNLIKE, Roller, Unrolled


def leveled(classes: Sequence[Members]) -> Unrolled:
    """The classes, those of one operation at one depth together; the last one stays by itself."""
    depths: list[int] = []
    groups: dict[tuple[int, Hashable], list[int]] = {}
    for number, each in enumerate(classes):
        depths.append(1 + max((depths[i] for i in each.reads), default=-1))
        is_alone = each.op in UNLIKE or number == len(classes) - 1
        token = number if is_alone else _token(each)
        groups.setdefault((depths[-1], token), []).append(number)
    roller = Roller(classes)
    for numbers in sorted(groups.values(), key=lambda numbers: (depths[numbers[0]], numbers[0])):
        if len(numbers) == 1:
            roller.keep(numbers)
        else:
            roller.at_once(numbers)
    return Unrolled(roller.classes, roller.made)


def _token(each: Members) -> Hashable:
    """What a class does at its depth: its operation, and what kinds of numbers it reads."""
    reads = tuple(isinstance(one, Read) for one in each.operands)
    terms = tuple((frozenset(one.counts.tolist()), one.sign) for one in each.terms)
    return each.op, reads, terms, each.chain is None, each.added is None
