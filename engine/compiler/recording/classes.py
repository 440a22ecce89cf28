"""A graph as it is compiled: its nodes in order, its classes, and the roles of its leaves.

Leaves with the same role are one class: all parameters, each array of inputs, all constants. Labels
and scopes make no difference to classes, but give them names.
"""

from collections.abc import Iterator, Mapping, Sequence

from ...graph import topological_order
from ...primitives import GIVEN
from ...system.computed import cached_property
from ...value import Value
from ..arrays import Ints, np
from ..filling.filled import filled_up
from ..folding.by_reads import by_reads
from ..folding.columns import GraphColumns
from ..folding.differences import Differences
from ..folding.hashed import FoldedGraph
from ..folding.ladders import inside_sums_and_chains, only_users
from ..folding.late import late_last
from ..kinds.decisions import is_decision
from ..rolling.folded import FoldedClasses
from ..rolling.levels import leveled
from ..rolling.listed import ListedClasses
from ..rolling.members import LeafRole, Read
from ..rolling.rolled import Unrolled, rolled
from ..rolling.told import LoopsFound

# A graph is worth lifting if its classes have _WIDTH nodes on average, or are at most _SMALL.
_WIDTH, _SMALL = 10, 100

# Classes are put together by level if these are so many times fewer.
_FEWER = 4

# Nodes are put in another order, or in classes of their own, if so many times fewer classes are
# left then; in classes of their own if there are at most so many nodes.
_LESS, _MOST_ALONE = 1.5, 100_000

# Steps of graphs of at most so many nodes are filled up where they lack what others have.
_MOST_FILLED = 40_000

# The most classes that loops may leave of a graph that is narrow, if these are half of them, or
# have so many nodes on average: in machine code they take a quarter of the time of a tape, then.
_MOST_LEFT, _WIDTH_OF_FEW = 300, 5


# The most rounds in which ladders with subtractions are looked for: terms may be alike only when
# the ladders that they are made of are. What is not found is computed one operation after another.
_ROUNDS = 8


class Recording:
    """A graph: its nodes in order, its classes, and the roles of parameters and inputs.

    If the nodes are in another order than that in which they were recorded, `places` are those that
    they had. If classes are given that are read `anywhere`, the steps of loops may read any steps
    before; they are those of `found`.
    """

    def __init__(
        self,
        found: FoldedGraph,
        roles: Mapping[Value, LeafRole],
        places: Ints | None = None,
        *,
        anywhere: FoldedClasses | None = None,
        filled: bool = False,
    ) -> None:
        self.order, self._anywhere, self._filled = found.graph.nodes, anywhere, filled
        self._found, self._roles, self._places = found, roles, places

    @property
    def is_narrow(self) -> bool:
        """Whether the classes are too small for arrays to help."""
        return self._are_narrow(self._found.count)

    @property
    def is_narrow_in_steps(self) -> bool:
        """Whether they are too small if the steps of loops, however small, cost little.

        They are not if loops leave few of them, and no more than half, or few that are not small.
        """
        return self.is_narrow and self.looped._is_left_narrow

    @property
    def _is_left_narrow(self) -> bool:
        """Whether they are too small if the steps of the loops that were found cost little."""
        size, count = self.rolled.size, self._found.count
        are_few = size <= _MOST_LEFT and (
            size * 2 <= count or self._found.size >= _WIDTH_OF_FEW * size
        )
        return self._are_narrow(size) and not are_few

    @property
    def is_narrow_but_running(self) -> bool:
        """Whether they are too small if running sums, and what is like them, cost little."""
        return self.is_narrow and self._are_narrow(self.looped.rolled.calls)

    def _are_narrow(self, count: int) -> bool:
        """Whether so many classes are too small; what is decided is decided for arrays only."""
        if any(map(is_decision, self._found.graph.ops)):
            return False
        return count > _SMALL and self._found.size < _WIDTH * count

    @property
    def size(self) -> tuple[int, int]:
        """The numbers of nodes and of classes."""
        return self._found.size, self._found.count

    @cached_property
    def folded(self) -> FoldedClasses:
        """The classes as index arrays; the class of the output is last."""
        return self._anywhere or FoldedClasses(self._found, self._roles)

    @cached_property
    def rolled(self) -> Unrolled:
        """The same with their loops; of a narrow graph, by level if these are far fewer."""
        if self._filled:
            return self._filled_up()
        if self._anywhere:
            return rolled(self.folded, anywhere=True)
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

    def _filled_up(self) -> Unrolled:
        """The loops of steps that lack what others have, if there are some."""
        steps = filled_up(self.folded)
        if steps is None:
            return rolled(self.folded, anywhere=True)
        others = rolled(ListedClasses(steps.classes), anywhere=True, known=steps.steps)
        loops = others.loops.of_levels(steps.made.classes)._replace(are_by_level=False)
        return Unrolled(others.classes, steps.made.then(others.made), loops)

    @property
    def looped(self) -> "Recording":
        """The same nodes in the classes that loops are made of: those of which fewest are left."""
        return self if self._better is None else self._better

    @cached_property
    def _better(self) -> "Recording | None":
        """The same nodes in other classes, if fewer are left of these.

        A recording that knew itself would be a cycle, and outlive its last use.
        """
        best = self
        if self.is_narrow and self.rolled.size > _SMALL:
            for other in self.ways():
                if other._filled and best.rolled.loops.are_by_level and not best._is_left_narrow:
                    break
                if other.rolled.size * _LESS < best.rolled.size:
                    best = other
                if best.rolled.size <= _SMALL:
                    break
        elif any(each.why for each in self.rolled.loops.found):
            other = self.in_order_of_reads()
            if other.rolled.size * _LESS < best.rolled.size:
                best = other
        return None if best is self else best

    def in_order_of_reads(self) -> "Recording":
        """The same nodes, the members of each class in the order of what they read."""
        return self._in_order(by_reads(self._found))

    def _in_order(self, order: Ints) -> "Recording":
        """The same nodes in another order, in which the members of classes are, too."""
        graph, inside = self._found.graph, self._found.inside
        found = FoldedGraph(graph.in_order(order), inside[order], self._roles)
        return Recording(found, self._roles, order)

    def ways(self) -> Iterator["Recording"]:
        """The same nodes in other classes, in which steps may be alike.

        What is only added up at the end comes last. If that is not enough, each node is a class of
        its own: numbers that are far apart in time may have the same structure, as both sides of a
        table of distances have.
        """
        order = late_last(self._found.graph, self._found.inside)
        late = self._in_order(order)
        yield late
        if len(order) <= _MOST_ALONE:
            alone = Recording(late._found.each_alone(), self._roles, order)
            yield alone
            yield Recording(alone._found, self._roles, order, anywhere=alone.folded)
        if len(order) <= _MOST_FILLED:
            places = np.arange(len(order))
            yield Recording(self._found.each_alone(), self._roles, places, filled=True)

    @property
    def loops(self) -> LoopsFound:
        """The loops, and what is in none, by the numbers of the classes."""
        looped = self.looped
        found = looped.rolled.loops
        if looped._places is None:
            return found
        firsts = looped._places[looped._found.firsts()]
        return found.renumbered(self._found.class_of[firsts].tolist())

    @property
    def is_by_level(self) -> bool:
        """Whether classes of one operation at one depth are together."""
        return self.looped.rolled.loops.are_by_level

    def reads(self, values: Sequence[Value]) -> list[Read] | None:
        """The class and the member that each Value is; None if one of them is in no class."""
        places = list(map(self._found.graph.place, values))
        known = [each for each in places if each is not None and self._found.class_of[each] >= 0]
        return [self.folded.read(np.array([each])) for each in known] if (
            len(known) == len(values)) else None  # fmt: skip


def recording_of(output: Value, roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of the graph of `output`; ValueError for a node that was made by hand."""
    return recording_in_order(topological_order(output), roles)


def recording_in_order(order: Sequence[Value], roles: Mapping[Value, LeafRole]) -> Recording:
    """The recording of a graph, from its nodes in order."""
    graph = GraphColumns(order)
    for node in np.flatnonzero(graph.codes == graph.code(GIVEN)).tolist():
        raise ValueError(f"{order[node]!r} was made by hand: its number and its local derivatives "
                         "are of this recording only, so it cannot be compiled; write it with "
                         "operators, or register a row (engine.register)")  # fmt: skip
    users = only_users(graph)
    inside = inside_sums_and_chains(graph, users)
    found = FoldedGraph(graph, inside, roles)
    differences = Differences(graph)
    rungs = differences.rungs(users, found.class_of)
    for _ in range(_ROUNDS):
        more = differences.inside(rungs, found.class_of)
        if all(map(inside.__getitem__, more)):
            break
        inside = inside.copy()
        inside[[*more]] = True  # nodes of more ladders may be alike then
        found = FoldedGraph(graph, inside, roles)
    return Recording(found, roles)
