"""Levels: classes of one operation at one depth become one class, whatever they read.

An edge of a grid, a corner of a table, and the two outputs of a butterfly a + b, a - b make classes
that never meet again, since the class of a node has the classes of its inputs in it. Where a graph
is narrow for this reason, a class is an operation at a depth, and its members read numbers of
several classes in a row. (Dynamic batching: Looks et al., ICLR 2017; Neubig et al., NeurIPS 2017.)
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from ..arrays import Floats, Ints, np
from .folded import FoldedClasses
from .listed import ALONE
from .located import all_nodes
from .members import (
    GATHERED,
    PICKED,
    Gathered,
    Members,
    Read,
    Terms,
    joined_chains,
    merged,
    moved_chain,
    moved_class,
    moved_read,
)
from .steps import Moved

# What stays by itself: leaves, and what is looked up.
_ALONE = {*ALONE, PICKED}


class Levels(NamedTuple):
    """Classes by level, and where the members of the classes of which they are made are now."""

    classes: list[Members]
    made: Moved


def leveled(classes: FoldedClasses, fewer: float) -> Levels | None:
    """The classes, those of one operation at one depth together; the last one stays by itself.

    None if these are not `fewer` times fewer. In a sequence they are not, which is seen before any
    class is written.
    """
    most = len(classes) / fewer if fewer else inf
    depths = _depths(classes)
    if len(set(zip(depths, classes.operations(), strict=True))) > most:
        return None
    groups: dict[tuple[int, Hashable], list[int]] = {}
    for number, each in enumerate(classes):
        is_alone = each.op in _ALONE or number == len(classes) - 1
        token = number if is_alone else _token(each)
        groups.setdefault((depths[number], token), []).append(number)
    level = _Leveled(classes)
    for numbers in sorted(groups.values(), key=lambda numbers: (depths[numbers[0]], numbers[0])):
        level.add(numbers)
    return Levels(level.classes, level.made) if len(level.classes) <= most else None


def _depths(classes: FoldedClasses) -> list[int]:
    """The depth of each class: one more than that of the deepest class that it reads."""
    depths = [0] * len(classes)
    owners, sources = classes.reads(0, len(classes))
    order = np.argsort(owners, kind="stable")
    for owner, source in zip(owners[order].tolist(), sources[order].tolist(), strict=True):
        depth = 1 + depths[source]
        if depth > depths[owner]:  # quicker than max()
            depths[owner] = depth
    return depths


def _token(each: Members) -> Hashable:
    """What a class does at its depth: its operation, and what kinds of numbers it reads."""
    reads = tuple(isinstance(one, Read) for one in each.operands)
    terms = tuple((frozenset(one.counts.tolist()), one.sign) for one in each.terms)
    return each.op, reads, terms, each.chain is None, each.added is None, each.is_open


class _Leveled:
    """Classes by level while they are written, from first to last."""

    def __init__(self, old: FoldedClasses) -> None:
        self.old = old
        self.classes: list[Members] = []
        self.made = Moved(old.counts())

    def add(self, numbers: Sequence[int]) -> None:
        """Take some classes that do the same as one, however many members each has."""
        every = [self.old[number] for number in numbers]
        self.classes.append(self._of_all(every) if len(every) > 1 else (
            moved_class(every[0], self.made)))  # fmt: skip
        counts = np.array([each.count for each in every])
        self.made.put(np.array(numbers), len(self.classes) - 1, np.cumsum(counts) - counts)

    def _of_all(self, every: Sequence[Members]) -> Members:
        """One class from several."""
        first = every[0]
        operands = zip(*(each.operands for each in every), strict=True)
        terms = zip(*(each.terms for each in every), strict=True)
        chains = [moved_chain(each.chain, self.made) for each in every if each.chain]
        added = [each.added for each in every if each.added is not None]
        return replace(
            first,
            count=sum(each.count for each in every),
            operands=tuple(map(self._operand, operands)),
            terms=merged(list(map(self._terms, terms))),
            added=np.concatenate(added) if added else None,
            chain=joined_chains(chains) if chains else None,
            values=all_nodes([each.values for each in every]),
        )

    def _terms(self, every: Sequence[Terms]) -> tuple[Read, Ints, int]:
        """Terms of one sign: what is read, and how many each sum has."""
        return self._one(every), np.concatenate([each.counts for each in every]), every[0].sign

    def _operand(self, every: Sequence[Read | Floats]) -> Read | Floats:
        """An operand; either all are read, or all are numbers."""
        reads = [each for each in every if isinstance(each, Read)]
        if reads:
            return self._one(reads)
        return np.concatenate([each for each in every if not isinstance(each, Read)])

    def _one(self, every: Sequence[Read] | Sequence[Terms]) -> Read:
        """The numbers of some reads in a row, as one read."""
        reads = [moved_read(each, self.made) for each in every]
        if len({each.source for each in reads}) == 1:
            return Read(reads[0].source, np.concatenate([each.places for each in reads]))
        places = np.concatenate([each.places for each in reads])
        sources = np.repeat([each.source for each in reads], [len(each.places) for each in reads])
        numbers, count = Gathered(sources, places, np.zeros(0)), len(places)
        self.classes.append(Members(GATHERED, count, gathered=numbers))
        return Read(len(self.classes) - 1, np.arange(count))
