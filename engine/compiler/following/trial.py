"""The trial: what a joined graph gives along a path must be what was recorded there.

What is taken by some decisions is so whatever others decide, as the graph has it.
"""

from collections.abc import Collection, Hashable, Sequence
from math import nan
from typing import NamedTuple

from ...analysis.operands import operands
from ...graph import topological_order
from ...primitives import Op
from ...value import Value, recorded
from ...watching.tracing import DETACHED
from ..kinds.decisions import FIRST_TAKEN
from .joined import DecidedBy, JoinedPaths
from .parting import NumberedPath
from .sides import RunOperand
from .table import NOTHING, RunTable


class TrialStep(NamedTuple):
    """An operation of a joined graph: its row, the places of what it reads, and what decides it."""

    op: Op
    reads: tuple[int, ...]
    choice: DecidedBy | None


class JoinedTrial:
    """A joined graph, to be tried along paths in numbers of a table.

    A place is that of a number in a list: what the steps give, in order, and before that leaves and
    plain numbers, which are the same on all paths.
    """

    def __init__(self, joined: JoinedPaths, outputs: Sequence[RunOperand], table: RunTable) -> None:
        self._table, self._steps = table, list[TrialStep]()
        values = [each for each in outputs if isinstance(each, Value)]
        held = recorded(DETACHED, nan, values, [None] * len(values))
        nodes = topological_order(held)[:-1]
        made = [node for node in nodes if operands(node)]
        leaves = [node for node in nodes if not operands(node)]
        plain = [each for node in made for each in operands(node) if not isinstance(each, Value)]
        plain += [each for each in outputs if not isinstance(each, Value)]
        self._same = [*map(table.leaf, leaves), *map(table.plain, plain)]
        places = {node: place for place, node in enumerate(leaves)}
        places |= {node: len(self._same) + place for place, node in enumerate(made)}
        rest = iter(range(len(leaves), len(self._same)))
        for node in made:
            reads = [places[each] if isinstance(each, Value) else next(rest)
                     for each in operands(node)]  # fmt: skip
            choice = joined.choices.get(node)
            if choice is not None and choice.name is None:  # of a guard the side that is no plain 0
                sides = zip(reads, operands(node), strict=True)
                reads = [place for place, each in [*sides][FIRST_TAKEN:] if not _is_plain(each)]
            self._steps.append(TrialStep(node.op, tuple(reads), choice))
        self._outputs = [places[each] if isinstance(each, Value) else next(rest)
                         for each in outputs]  # fmt: skip

    def is_own(self, way: NumberedPath) -> bool:
        """Whether the graph gives on a way what was recorded there."""
        found = [*self._same]
        known = self._table.known
        for op, reads, choice in self._steps:
            if choice is None:
                found.append(known(op, tuple([found[place] for place in reads])))
            elif choice.name is None:
                found.append(found[reads[0]])
            else:
                decided = way.decided.get(choice.name)
                left, right, then, otherwise = reads
                if decided is None or (op, found[left], found[right]) != decided[:3]:
                    found.append(NOTHING)
                else:
                    found.append(found[then if decided.answer else otherwise])
        return [found[place] for place in self._outputs] == way.outputs

    def regions(self, way: NumberedPath) -> dict[tuple[int, bool], Collection[Hashable]]:
        """What is taken on a way, which is the graph's own, and the decisions that it is taken by.

        One decision after another takes what the next one gives; the last of them, and its answer,
        are the key.
        """
        found: dict[tuple[int, bool], Collection[Hashable]] = {}
        names: dict[int, tuple[Hashable, ...]] = dict.fromkeys(self._outputs, ())
        first = len(self._same)
        for place in range(first + len(self._steps) - 1, first - 1, -1):
            if place not in names:
                continue
            _, reads, choice = self._steps[place - first]
            if choice is None:
                names.update(dict.fromkeys(reads, ()))
            elif choice.name is None:
                names.setdefault(reads[0], names[place])
            else:
                answer = way.decided[choice.name].answer
                left, right, then, otherwise = reads
                names[left] = names[right] = ()
                taken = then if answer else otherwise
                by = (*names[place], choice.name)
                found[place, answer] = by
                names.setdefault(taken, by)
        return found


def _is_plain(operand: RunOperand) -> bool:
    """Whether an operand is a plain number."""
    return not isinstance(operand, Value) or operand.serial == -1
