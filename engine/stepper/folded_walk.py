"""The walk through a folded graph: a class of equal structure at a time, forward and backward.

A class is what shares a box in the picture of the fold: the operations that were made alike, or the
leaves alike that a class of operations uses. An arrow is all edges from one class to another. Going
backward, each arrow passes to its tail the contributions of all of its edges, and its share is

    share  =  sum of |upstream * local derivative|  /  sum of |upstream|

over its edges, where the upstream of an edge is the gradient of its consumer. So the share is the
mean |local derivative|, each weighed by what arrives, and may be more than 1. It is 0 if nothing
arrives, and nan if a gradient is.

Gradients are those of the engine's sweep; a contribution is the product that the sweep adds.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from heapq import nlargest
from math import fabs, isnan
from operator import mul

from ..analysis.fold import FoldClass
from ..analysis.reductions import turns_into
from ..arithmetic import total
from ..backprop import gradients_of
from ..drawing.by_class import ByClass
from ..scope import Scope
from ..value import Value


@dataclass(frozen=True, slots=True, eq=False)
class FoldedClass:
    """The Values of one box: operations of one class, or leaves of one class that a class uses."""

    id: str
    members: Sequence[Value]
    kind: FoldClass
    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Arrow:
    """All edges between two classes, in order; `tail` and `head` are places among the classes.

    - `upstream`, `local`, `contributions`: the gradient of the consumer, the local derivative, and
      their product, for each edge.
    - `users`, `places`, `inputs`: the consumer, the place among its `edges()`, and the input.
    """

    tail: int
    head: int
    upstream: list[float] = field(default_factory=list)
    local: list[float] = field(default_factory=list)
    contributions: list[float] = field(default_factory=list)
    users: list[Value] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    inputs: list[Value] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of edges."""
        return len(self.local)

    @property
    def share(self) -> float:
        """The share of |gradient| that passes, as the module says."""
        arriving = total(map(fabs, self.upstream))
        passing = total(map(fabs, self.contributions))
        return passing / arriving if arriving else 0.0

    @property
    def passes_on(self) -> bool:
        """Whether all local derivatives are 1."""
        return self.local.count(1.0) == len(self)

    @property
    def nothing(self) -> int:
        """The number of edges that pass nothing: their contribution is 0."""
        return self.contributions.count(0.0)

    @property
    def closed(self) -> int:
        """The number of these at which something arrives, and the local derivative is 0."""
        numbers = zip(self.upstream, self.local, self.contributions, strict=True)
        return sum(passed == 0 == local != upstream for upstream, local, passed in numbers)


@dataclass(frozen=True, slots=True)
class FoldStep:
    """One step: classes are computed, the output has its gradient 1, or a class passes gradient.

    - `kind`: forward, seed or push.
    - `groups`: the places of the classes that are computed, or of the one that passes.
    - `arrows`: the places of the arrows through which it passes.
    """

    kind: str
    groups: tuple[int, ...]
    arrows: tuple[int, ...] = ()


class Walk:
    """A run through the classes of a graph as they are drawn.

    - `groups`: the classes, inputs before what consumes them.
    - `arrows`: the arrows, in the order of their heads.
    - `gradient`: the gradient of each Value at the end.
    """

    def __init__(self, by_class: ByClass) -> None:
        order = by_class.selection.order
        self.output = by_class.selection.output
        self.gradient: Mapping[Value, float] = dict(
            zip(order, gradients_of(order, order), strict=True)
        )
        self._inside = by_class.selection.inside
        self.groups: list[FoldedClass] = []
        self.arrows: list[Arrow] = []
        place: dict[str, int] = {}
        for drawn in by_class.groups:
            for each in (*(tail for tail in drawn.into if tail.id not in place), drawn):
                place[each.id] = len(self.groups)
                self.groups.append(FoldedClass(each.id, each.members, each.kind, each.scope))
            tails = [place[tail.id] for tail in drawn.into]
            self.arrows += self._arrows(place[drawn.id], tails)

    def _arrows(self, head: int, tails: Sequence[int]) -> list[Arrow]:
        """The arrows into a class from the classes at their tails."""
        arrow_of = {}
        arrows = [Arrow(tail, head) for tail in tails]
        for arrow in arrows:
            arrow_of.update(dict.fromkeys(self.groups[arrow.tail].members, arrow))
        for member in self.groups[head].members:
            for user, place, each, local in turns_into(member, self._inside):
                arrow = arrow_of[each]
                arrow.upstream.append(self.gradient[user])
                arrow.local.append(local)
                arrow.users.append(user)
                arrow.places.append(place)
                arrow.inputs.append(each)
        for arrow in arrows:
            arrow.contributions.extend(map(mul, arrow.upstream, arrow.local))
        return arrows

    def steps(self) -> Iterator[FoldStep]:
        """The steps: the classes of operations, the seed, and the arrows, back from the output.

        A class is computed in one step with what is made from each of its members alone, as ReLU
        is from a sum. The arrows into a class whose local derivatives are all 1 are one step.
        """
        into: dict[int, list[int]] = {}
        for place, arrow in enumerate(self.arrows):
            into.setdefault(arrow.head, []).append(place)
        yield from (FoldStep("forward", tuple(chain)) for chain in self._chains(into))
        yield FoldStep("seed", (len(self.groups) - 1,))
        for head in reversed(into):
            if all(self.arrows[each].passes_on for each in into[head]):
                yield FoldStep("push", (head,), tuple(into[head]))
            else:
                yield from (FoldStep("push", (head,), (each,)) for each in into[head])

    def _chains(self, into: Mapping[int, Sequence[int]]) -> list[list[int]]:
        """The classes of operations, each with those made from it alone, member by member."""
        chains: list[list[int]] = []
        ending_in: dict[int, list[int]] = {}
        for head, arrows in into.items():
            tail = self.arrows[arrows[0]].tail
            counts = {
                len(self.arrows[arrows[0]]),
                *(len(self.groups[i].members) for i in (tail, head)),
            }
            if len(arrows) == len(counts) == 1 and tail in ending_in:
                chain = ending_in.pop(tail)
            else:
                chains.append(chain := [])
            chain.append(head)
            ending_in[head] = chain
        return chains


class Progress:
    """The gradients on the way, a step at a time.

    - `so_far`: the sum of what has been passed to each Value that has been reached.
    - `missing`: for each class, the number of edges to its members that have passed nothing yet.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.so_far: dict[Value, float] = {}
        self._places: dict[Value, list[int]] = {}  # of the classes that a Value is a member of
        for place, group in enumerate(walk.groups):
            for member in group.members:
                self._places.setdefault(member, []).append(place)
        self.missing: Counter[int] = Counter()
        for arrow in walk.arrows:
            self.missing.update(self._edges(arrow))

    def after(self, step: FoldStep) -> list[int]:
        """Take a step; gives the places of the classes whose gradients it has changed."""
        touched: Counter[int] = Counter()
        if step.kind == "seed":
            self.so_far[self._walk.output] = 1.0
            touched[step.groups[0]] = 0
        for arrow in map(self._walk.arrows.__getitem__, step.arrows):
            for each, contribution in zip(arrow.inputs, arrow.contributions, strict=True):
                self.so_far[each] = self.so_far.get(each, 0.0) + contribution
            touched.update(self._edges(arrow))
        self.missing.subtract(touched)
        return sorted(touched)

    def _edges(self, arrow: Arrow) -> Counter[int]:
        """The number of edges of an arrow to members of each class."""
        edges: Counter[int] = Counter()
        for each, count in Counter(arrow.inputs).items():
            for place in self._places[each]:
                edges[place] += count
        return edges

    def gradients(self, place: int) -> list[float]:
        """The gradients so far of the members of a class that have been reached."""
        members = self._walk.groups[place].members
        return [self.so_far[each] for each in members if each in self.so_far]


class LargestPasses:
    """What has been passed to some Values.

    - `uses`: the number of edges that pass to a Value.
    - `best`: the largest |contribution| to it: the place of the arrow, and that of its edge.
    """

    def __init__(self, walk: Walk, wanted: Set[Value]) -> None:
        self.uses: Counter[Value] = Counter()
        self.best: dict[Value, tuple[int, int]] = {}
        most: dict[Value, tuple[bool, float]] = {}
        for place, arrow in enumerate(walk.arrows):
            for edge, each in enumerate(arrow.inputs):
                if each in wanted:
                    self.uses[each] += 1
                    size = _size(arrow.contributions[edge])
                    if each not in most or size > most[each]:
                        most[each] = size
                        self.best[each] = place, edge


def largest_members(
    members: Sequence[Value], gradient: Mapping[Value, float], most: int
) -> list[Value]:
    """Up to `most` members, those with the largest |gradient| first; nan before all numbers."""
    return nlargest(most, members, key=lambda member: _size(gradient[member]))


def _size(number: float) -> tuple[bool, float]:
    """By what numbers are compared: |x|, and nan above all."""
    return (True, 0.0) if isnan(number) else (False, fabs(number))
