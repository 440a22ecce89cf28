"""A graph as it is compiled: its nodes in order, its classes, and the roles of its leaves.

Leaves with the same role are one class: all parameters, each array of inputs, all constants. Labels
and scopes make no difference to classes, but give them names.
"""

from collections.abc import Iterator, Mapping, Sequence

from ...analysis.fold import Classes, partition
from ...analysis.reductions import inside_ladders
from ...graph import topological_order
from ...primitives import GIVEN
from ...system.computed import cached_property
from ...value import Value
from ..arrays import np
from ..kinds.decisions import is_decision
from ..rolling.folded import FoldedClasses
from ..rolling.levels import leveled
from ..rolling.listed import ListedClasses
from ..rolling.members import LeafRole, Read
from ..rolling.rolled import Unrolled, rolled
from ..rolling.told import LoopsFound
from .differences import inside_sums, rungs_of
from .late import late_last

# A graph is worth lifting if its classes have _WIDTH nodes on average, or are at most _SMALL.
_WIDTH, _SMALL = 10, 100

# Classes are put together by level if these are so many times fewer.
_FEWER = 4

# Nodes are put in another order, or in classes of their own, if so many times fewer classes are
# left then; in classes of their own if there are at most so many nodes.
_LESS, _MOST_ALONE = 1.5, 100_000


# The most rounds in which ladders with subtractions are looked for: terms may be alike only when
# the ladders that they are made of are. What is not found is computed one operation after another.
_ROUNDS = 8


class Recording:
    """A graph: its nodes in order, its classes, and the roles of parameters and inputs."""

    def __init__(
        self, order: Sequence[Value], classes: Classes, roles: Mapping[Value, LeafRole]
    ) -> None:
        self.order, self.classes, self.roles = order, classes, roles

    @property
    def is_narrow(self) -> bool:
        """Whether the classes are too small for arrays to help."""
        return self._are_narrow(len(self.classes))

    @property
    def is_narrow_in_steps(self) -> bool:
        """Whether they are too small if the steps of loops, however small, cost little."""
        return self.is_narrow and self._are_narrow(self.looped.rolled.size)

    @property
    def is_narrow_but_running(self) -> bool:
        """Whether they are too small if running sums, and what is like them, cost little."""
        return self.is_narrow and self._are_narrow(self.looped.rolled.calls)

    def _are_narrow(self, count: int) -> bool:
        """Whether so many classes are too small; what is decided is decided for arrays only."""
        if any(is_decision(members[0].op) for members in self.classes.members):
            return False
        return count > _SMALL and self.classes.size < _WIDTH * count

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of nodes and of classes."""
        return self.classes.size, len(self.classes)

    @cached_property
    def folded(self) -> FoldedClasses:
        """The classes as index arrays; the class of the output is last."""
        return FoldedClasses(self.classes, self.roles)

    @cached_property
    def rolled(self) -> Unrolled:
        """The same with their loops; of a narrow graph, by level if these are far fewer."""
        levels = leveled(self.folded, _FEWER) if self.is_narrow else None
        if levels is None:
            return rolled(self.folded)
        others = rolled(ListedClasses(levels.classes))
        if others.size > _SMALL:
            found = rolled(self.folded)
            if others.size * _FEWER > found.size:
                return found
        return Unrolled(others.classes, levels.made.then(others.made),
                        others.loops.of_levels(levels.made.classes))  # fmt: skip

    @cached_property
    def looped(self) -> "Recording":
        """The same nodes in the classes that loops are made of: those of which fewest are left."""
        best = self
        if self.is_narrow and self.rolled.size > _SMALL:
            for other in self.ways():
                if other.rolled.size * _LESS < best.rolled.size:
                    best = other
                if best.rolled.size <= _SMALL:
                    break
        return best

    def ways(self) -> Iterator["Recording"]:
        """The same nodes in other classes, in which steps may be alike.

        What is only added up at the end comes last. If that is not enough, each node is a class of
        its own: numbers that are far apart in time may have the same structure, as both sides of a
        table of distances have.
        """
        inside = self.classes.inside
        order = late_last(self.order, inside)
        for each_alone in (False, True):
            if not each_alone or len(order) <= _MOST_ALONE:
                classes = partition(order, inside, self.roles, each_alone=each_alone)
                yield Recording(self.order, classes, self.roles)

    @property
    def loops(self) -> LoopsFound:
        """The loops, and what is in none, by the numbers of the classes."""
        looped = self.looped
        found = looped.rolled.loops
        if looped is self:
            return found
        of = self.classes.class_of
        return found.renumbered([of[each[0]] for each in looped.classes.members])

    @property
    def is_by_level(self) -> bool:
        """Whether classes of one operation at one depth are together."""
        return self.looped.rolled.loops.are_by_level

    def reads(self, values: Sequence[Value]) -> list[Read] | None:
        """The class and the member that each Value is; None if one of them is in no class."""
        of, members = self.classes.class_of, self.classes.members
        if any(value not in of for value in values):
            return None
        sources = {of[value] for value in values}
        places = {each: i for source in sources for i, each in enumerate(members[source])}
        return [Read(of[value], np.array([places[value]])) for value in values]


def recording_of(output: Value, roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of the graph of `output`; ValueError for a node that was made by hand."""
    return recording_in_order(topological_order(output), roles)


def recording_in_order(order: Sequence[Value], roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of a graph, from its nodes in order."""
    for node in order:
        if node.op is GIVEN:
            raise ValueError(f"{node!r} was made by hand: its number and its local derivatives are "
                             "of this recording only, so it cannot be compiled; write it with "
                             "operators, or register a row (engine.register)")  # fmt: skip
    inside = inside_ladders(order, order[-1:], by_name=False)
    classes = partition(order, inside, roles)
    rungs = rungs_of(order, classes)
    for _ in range(_ROUNDS):
        more = inside_sums(rungs, classes.class_of) - inside
        if not more:
            break
        inside |= more  # nodes of more ladders may be alike then
        classes = partition(order, inside, roles)
    return Recording(order, classes, roles)
