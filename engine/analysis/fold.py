"""The fold of a graph: its nodes in classes of equal structure.

A network treats many numbers alike: each example, each neuron of a layer, each weight. `fold(loss)`
puts nodes that were made alike into one class:

    class of an operation  =  (operation, place, classes of its inputs, in order)
    class of a sum         =  (sum, place, the set of its inputs' classes)
    class of a leaf        =  (leaf, its label)

So sums of different lengths fold together. A ladder of additions is one sum, and a lone addition is
a sum of two. All plain numbers are alike. Labels, and the scopes that are an operation's place, are
compared without their numbers and what stands in brackets: layer1.neuron3.w[2] is like
layer2.neuron1.w[0]. What is parallel folds; what comes one after another does not, since its inputs
are of different classes: hence the layers of a network stay apart.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ..gradients import demand_value
from ..graph import topological_order
from ..primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ..scope import Scope
from ..value import Value
from .reductions import CHAINS, inside_ladders, terms_of

# What stands for a class where an input is a plain number, or is the other input once more.
_NUMBER, _SAME = -1, -2

# What the number of a class is taken from, where that class is subtracted.
_MINUS = -3

# How many classes are printed: a chain has as many as nodes.
_PRINTED = 100

# What a sum takes: its terms, plain numbers apart from the others, and the classes of these, or
# their `negative` if they are subtracted.
Taken = tuple[list[Value], list[float], list[int]]

NUMBERS = re.compile(r"\[[^\]]*\]|[0-9]+")


@dataclass(frozen=True, slots=True, repr=False)
class FoldClass:
    """Nodes of equal structure.

    - `op`: the operation that made them; `sum` also for additions.
    - `label`: what they are called, with # in place of numbers; empty for no name.
    - `members`: the nodes, in the order in which they were made.
    - `inputs`: the classes from which edges lead into this one, and how many edges from each.
    - `has_numbers`: whether there are plain numbers among the inputs.
    """

    op: Op
    label: str
    members: tuple[Value, ...]
    inputs: Mapping[int, int]
    has_numbers: bool

    @property
    def name(self) -> str:
        """What the class is called: its label, else its operation."""
        return self.label or self.op.title

    def __repr__(self) -> str:
        return f"{self.name!r} ×{len(self.members):,}"


@dataclass(frozen=True, slots=True, repr=False)
class Fold:
    """The classes of a graph. Its length is how many they are.

    - `classes`: the classes, inputs before what consumes them.
    - `class_of`: the number of a node's class, for each node that is not inside a ladder.
    - `inside`: the additions inside ladders. They belong to the sum to which they lead;
      `turns_into(node, fold.inside)` gives the edges of a node with those of its ladder.
    """

    classes: tuple[FoldClass, ...]
    class_of: Mapping[Value, int]
    inside: frozenset[Value]

    @property
    def size(self) -> int:
        """How many nodes there are, those inside ladders too."""
        return len(self.class_of) + len(self.inside)

    def __len__(self) -> int:
        return len(self.classes)

    def __repr__(self) -> str:
        lines = [f"{self.size:,} nodes in {len(self):,} classes"]
        for number, each in enumerate(self.classes[:_PRINTED]):
            parts = ", ".join(f"{i} by {count:,}" for i, count in each.inputs.items())
            lines.append(f"{number:>4}  {each!r}{'  from ' if parts else ''}{parts}")
        if len(self) > _PRINTED:
            lines.append(f"   …  {len(self) - _PRINTED:,} more")
        return "\n".join(lines)


def fold(output: Value) -> Fold:
    """The classes of equal structure among all that `output` depends on, and itself.

        folded = fold(loss)
        print(folded)                                   # 65,612 nodes in 20 classes, ...
        folded.classes[folded.class_of[w]].members      # all that is like w

    Takes time in proportion to the size of the graph; the same graph gives the same classes, in the
    same order.

    Raises TypeError if `output` is not a Value.
    """
    demand_value(output, "output")
    order = topological_order(output)
    return fold_of(order, inside_ladders(order, (output,)))


def fold_of(order: Sequence[Value], inside: Set[Value]) -> Fold:
    """The fold of a topological order, of which some additions are inside ladders."""
    return partition(order, inside).fold()


def partition(
    order: Sequence[Value], inside: Set[Value], kinds: Mapping[Value, Hashable] | None = None
) -> "Classes":
    """The classes of a topological order, of which some additions are inside ladders.

    With `kinds`, labels and scopes make no difference: leaves are alike if their kinds are. Then
    chains of maxima, and lone ones of two numbers that are alike, fold as sums do. So do ladders
    with subtractions, where a class that is subtracted is told apart from one that is added.
    """
    classes = Classes(order[-1], inside, kinds)
    class_of, known, members, many = classes.class_of, classes.known, classes.members, classes.many
    scope: Scope | None = None
    place = 0
    for node in order:
        op, first = node.op, node._first
        if op in many and node in inside:
            continue
        if node.scope is not scope:  # nodes that follow one another mostly share it
            scope = node.scope
            place = classes.places[scope]
        if first is None or op in many or node._label:
            key = classes.key(node, place)
            if key is None:
                continue
        else:
            second = node._second
            if second is None:
                key = (op, place, class_of[first], _NUMBER)
            else:
                other = _SAME if second is first else class_of[second]
                key = (op, place, class_of[first], other)
        number = known.get(key)
        if number is None:
            number = known[key] = len(members)
            members.append([])
        class_of[node] = number
        members[number].append(node)
    return classes


class _Numbered(dict[Any, int]):
    """Numbers for texts, or tuples of texts: the same for those that differ in numbers only."""

    def __init__(self) -> None:
        self._patterns: dict[Hashable, int] = {}

    def __missing__(self, texts: Any) -> int:
        is_text = isinstance(texts, str)
        pattern = generalised(texts) if is_text else tuple(map(generalised, texts))
        number = self[texts] = self._patterns.setdefault(pattern, len(self._patterns))
        return number


class Classes:
    """The classes while they are found, and what is told of them then.

    `known` has the number of the class for each key; what is like nothing before it gets the next.
    """

    def __init__(
        self, output: Value, inside: Set[Value], kinds: Mapping[Value, Hashable] | None
    ) -> None:
        self.output = output
        self.inside = inside
        self.kinds = kinds
        self.class_of: dict[Value, int] = {}
        self.known: dict[Hashable, int] = {}
        self.members: list[list[Value]] = []
        by_name = kinds is None
        self.places: dict[Any, int] = _Numbered() if by_name else defaultdict(int)
        self.labels: dict[Any, int] = _Numbered() if by_name else defaultdict(int)
        self.add, self.sub, self.sum = map(PRIMITIVES.__getitem__, ("add", "sub", "sum"))
        self.chains = set() if by_name else set(map(PRIMITIVES.__getitem__, CHAINS))
        self.many = {self.add, *self.chains, *map(attrgetter("op"), inside)}
        if PRIMITIVES["neg"] in self.many:
            self.many.add(self.sub)  # a negative is inside a subtraction
        self.terms: dict[Value, Taken] = {}  # of sums, and of maxima that may be chains

    @property
    def size(self) -> int:
        """How many nodes there are, those inside ladders too."""
        return len(self.class_of) + len(self.inside)

    def __len__(self) -> int:
        return len(self.members)

    def key(self, node: Value, place: int) -> Hashable:
        """What a node has in common with its class; None if it belongs to none."""
        op, label = node.op, self.labels[node._label]
        if op in (LEAF, CONSTANT):
            kind = label if self.kinds is None else self.kinds.get(node)
            return (op, kind) if op is LEAF or node is self.output else None
        if self.is_sum(node):
            return (self.sum, place, label, frozenset(self._terms(node)))
        if op in self.chains:
            terms = self._terms(node)
            if is_chain(node, terms, self.inside):
                return (op, place, label, frozenset(terms))
        return (op, place, label, self._ordered(node))

    def is_sum(self, node: Value) -> bool:
        """Whether a node adds up what it takes: a subtraction does at the top of a ladder."""
        op = node.op
        return op is self.add or op is self.sum or (op is self.sub and node._first in self.inside)

    def _ordered(self, node: Value) -> tuple[int, ...]:
        """The classes of the inputs, in order."""
        of = self.class_of
        if node.op.any_number:
            return tuple(of.get(each, _NUMBER) for each in node._many)
        if node._first is None:
            return (_NUMBER, of[node._many[0]])
        second = node._second
        if second is None:
            return (of[node._first], _NUMBER)
        return (of[node._first], _SAME if second is node._first else of[second])

    def _terms(self, node: Value) -> list[int]:
        """The classes of all terms of a sum, those of the ladder below it included."""
        values, numbers, subtracted = terms_of(node, self.inside)
        classes = list(map(self.class_of.__getitem__, values))
        if subtracted:
            values += subtracted
            classes += [negative(self.class_of[each]) for each in subtracted]
        self.terms[node] = values, numbers, classes
        return classes + [_NUMBER] * len(numbers) if numbers else classes

    def fold(self) -> Fold:
        """What has been found."""
        classes = tuple(map(self._class, self.members))
        return Fold(classes, self.class_of, frozenset(self.inside))

    def _class(self, members: list[Value]) -> FoldClass:
        """The class of some members."""
        first = members[0]
        if first in self.terms:
            edges = self._edges(members)
        else:  # all members have as many inputs
            numbers = (self.class_of.get(each, _NUMBER) for each in first.inputs)
            edges = Counter({each: n * len(members) for each, n in Counter(numbers).items()})
        inputs = {each: edges[each] for each in sorted(edges) if each != _NUMBER}
        op = self.sum if first.op is self.add else first.op
        return FoldClass(op, generalised(first._label), tuple(members), inputs, _NUMBER in edges)

    def _edges(self, members: list[Value]) -> Counter[int]:
        """How many edges lead into sums from each class, and how many plain numbers there are."""
        edges: Counter[int] = Counter()
        for _, numbers, classes in map(self.terms.__getitem__, members):
            edges.update(classes)
            if numbers:
                edges[_NUMBER] += len(numbers)
        return edges


def negative(number: int) -> int:
    """What stands for a class, told by its number, where it is subtracted; and the other way."""
    return _MINUS - number


def is_chain(node: Value, terms: Sequence[int], inside: Set[Value]) -> bool:
    """Whether a maximum is one of many numbers, or of two that are of one class."""
    is_long = any(each in inside for each in node.inputs)
    return is_long or (terms[0] == terms[1] != _NUMBER)


def generalised(text: str) -> str:
    """The text without its numbers and what stands in brackets: layer#.neuron#.w[#]."""
    return NUMBERS.sub(lambda part: "[#]" if part[0][0] == "[" else "#", text)
