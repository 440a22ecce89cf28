"""The fold of a graph: its nodes in classes of equal structure.

A network treats many numbers alike: each example, each neuron of a layer, each weight. `fold(loss)`
puts nodes of equal structure into one class:

    class of an operation  =  (operation, place, classes of its inputs, in order)
    class of a sum         =  (sum, place, the set of its inputs' classes)
    class of a leaf        =  (leaf, its label)

So sums of different lengths fold together. A ladder of additions is one sum, and a lone addition is
a sum of two. All plain numbers are alike. The place of an operation is its scope. Labels and scopes
are compared without numbers and text in brackets: layer1.neuron3.w[2] is like layer2.neuron1.w[0].
Parallel nodes fold; nodes one after another do not, since their inputs are of different classes:
hence the layers of a network stay apart.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from ..graph import topological_order
from ..primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ..scope import Scope
from ..typesetting.mathematics import plain_label
from ..value import Value, demand_value
from .operands import NUMBER, operands, structure
from .reductions import CHAINS, inside_ladders, terms_of

# A class `c` that is subtracted has the number `_MINUS - c`.
_MINUS = -3

# The most classes that are printed: a chain has as many as nodes.
_PRINTED = 100

# The terms of a sum, its plain numbers, and the classes of the terms, `negative` if subtracted.
Taken = tuple[list[Value], list[float], list[int]]

NUMBERS = re.compile(r"\[[^\]]*\]|[0-9]+")


@dataclass(frozen=True, slots=True, repr=False)
class FoldClass:
    """Nodes of equal structure.

    - `op`: the operation of the nodes; `sum` also for additions.
    - `label`: the label of the nodes, with # in place of numbers; empty for no label.
    - `members`: the nodes, in the order in which they were made.
    - `inputs`: the number of edges into this class from each other class.
    - `has_numbers`: true if there are plain numbers among the inputs.
    """

    op: Op
    label: str
    members: tuple[Value, ...]
    inputs: Mapping[int, int]
    has_numbers: bool

    @property
    def name(self) -> str:
        """The name of the class: its label, else its operation."""
        return plain_label(self.label) or self.op.title

    def __repr__(self) -> str:
        return f"{self.name!r} ×{len(self.members):,}"


@dataclass(frozen=True, slots=True, repr=False)
class Fold:
    """The classes of a graph. The length of a Fold is their number.

    - `classes`: the classes, inputs before what consumes them.
    - `class_of`: the number of a node's class, for each node that is not inside a ladder.
    - `inside`: the additions inside ladders, which belong to the sum at the top of the ladder;
      `turns_into(node, fold.inside)` gives the edges of a node with those of its ladder.
    """

    classes: tuple[FoldClass, ...]
    class_of: Mapping[Value, int]
    inside: frozenset[Value]

    @property
    def size(self) -> int:
        """The number of nodes, additions inside ladders included."""
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
    """The classes of equal structure among `output` and all nodes it depends on.

        folded = fold(loss)
        print(folded)                                   # 65,612 nodes in 20 classes, ...
        folded.classes[folded.class_of[w]].members      # all nodes like w

    Takes time in proportion to the size of the graph; the same graph gives the same classes, in the
    same order.

    Raises TypeError if `output` is not a Value.
    """
    demand_value(output, "output")
    order = topological_order(output)
    return fold_of(order, inside_ladders(order, (output,)))


def fold_of(order: Sequence[Value], inside: Set[Value]) -> Fold:
    """The fold of a topological order; the nodes `inside` are inside ladders."""
    return partition(order, inside).fold()


def partition(
    order: Sequence[Value],
    inside: Set[Value],
    kinds: Mapping[Value, Hashable] | None = None,
    *,
    each_alone: bool = False,
) -> "Classes":
    """The classes of a topological order; the nodes `inside` are inside ladders.

    With `each_alone`, each operation is a class of its own.

    With `kinds`, labels and scopes make no difference: leaves are alike if their kinds are equal.
    Then chains of maxima, and a maximum of two numbers of one class, fold as sums do. So do ladders
    with subtractions, where a class that is subtracted differs from a class that is added.
    """
    classes = Classes(order[-1], inside, kinds)
    class_of, known, members = classes.class_of, classes.known, classes.members
    special = classes.special
    scope: Scope | None = None
    place = 0
    for node in order:
        op = node.op
        is_special = op in special
        if is_special and node in inside:
            continue
        if node.scope is not scope:  # nodes that follow one another mostly share it
            scope = node.scope
            place = classes.places[scope]
        if is_special or node._label:
            key = classes.key(node, place)
            if key is None:
                continue
        else:
            key = structure(node, place, class_of)
        if each_alone and op is not LEAF and op is not CONSTANT:
            key = node
        count = len(members)
        number = class_of[node] = known.setdefault(key, count)
        if number == count:
            members.append([node])
        else:
            members[number].append(node)
    return classes


class _Numbered(dict[Any, int]):
    """A number for each text, or tuple of texts; texts that differ in digits only share one."""

    def __init__(self) -> None:
        self._patterns: dict[Hashable, int] = {}

    def __missing__(self, texts: Any) -> int:
        is_text = isinstance(texts, str)
        pattern = generalised(texts) if is_text else tuple(map(generalised, texts))
        number = self[texts] = self._patterns.setdefault(pattern, len(self._patterns))
        return number


class Classes:
    """The classes of a graph under construction.

    `known` maps the key of a class to its number; a new key gets the next number. `members` holds
    the nodes of each class, `class_of` the class of each node, and `terms` the terms of each sum.
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
        self.special = {LEAF, CONSTANT, self.add, self.sum, *self.chains}
        self.special.update(map(attrgetter("op"), inside))
        if PRIMITIVES["neg"] in self.special:
            self.special.add(self.sub)  # a negative is inside a subtraction
        self.terms: dict[Value, Taken] = {}  # of sums, and of maxima that may be chains

    @property
    def size(self) -> int:
        """The number of nodes, additions inside ladders included."""
        return len(self.class_of) + len(self.inside)

    def __len__(self) -> int:
        return len(self.members)

    def key(self, node: Value, place: int) -> Hashable:
        """The key of a node, equal for all nodes of a class; None if the node is in no class."""
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
        return structure(node, (place, label), self.class_of)

    def is_sum(self, node: Value) -> bool:
        """Whether a node is a sum: an addition, a sum, or a subtraction at the top of a ladder."""
        op = node.op
        if op is self.sub:
            return operands(node)[0] in self.inside
        return op is self.add or op is self.sum

    def _terms(self, node: Value) -> list[int]:
        """The classes of all terms of a sum, with the terms of its ladder."""
        values, numbers, subtracted = terms_of(node, self.inside)
        classes = list(map(self.class_of.__getitem__, values))
        if subtracted:
            values += subtracted
            classes += [negative(self.class_of[each]) for each in subtracted]
        self.terms[node] = values, numbers, classes
        return classes + [NUMBER] * len(numbers) if numbers else classes

    def fold(self) -> Fold:
        """The classes as a Fold."""
        classes = tuple(map(self._class, self.members))
        return Fold(classes, self.class_of, frozenset(self.inside))

    def _class(self, members: list[Value]) -> FoldClass:
        """The class with these members."""
        first = members[0]
        if first in self.terms:
            edges = self._edges(members)
        else:  # all members have as many inputs
            numbers = (self.class_of.get(each, NUMBER) for each in first.inputs)
            edges = Counter({each: n * len(members) for each, n in Counter(numbers).items()})
        inputs = {each: edges[each] for each in sorted(edges) if each != NUMBER}
        op = self.sum if first.op is self.add else first.op
        return FoldClass(op, generalised(first._label), tuple(members), inputs, NUMBER in edges)

    def _edges(self, members: list[Value]) -> Counter[int]:
        """The number of edges into the sums `members` from each class, and of plain numbers."""
        edges: Counter[int] = Counter()
        for _, numbers, classes in map(self.terms.__getitem__, members):
            edges.update(classes)
            if numbers:
                edges[NUMBER] += len(numbers)
        return edges


def negative(number: int) -> int:
    """The number that stands for a class where it is subtracted; `negative` undoes itself."""
    return _MINUS - number


def is_chain(node: Value, terms: Sequence[int], inside: Set[Value]) -> bool:
    """Whether a maximum is the top of a ladder, or has two inputs of one class."""
    is_long = any(each in inside for each in node.inputs)
    return is_long or (terms[0] == terms[1] != NUMBER)


def generalised(text: str) -> str:
    """The text with # in place of numbers and of text in brackets: layer#.neuron#.w[#]."""
    return NUMBERS.sub(lambda part: "[#]" if part[0][0] == "[" else "#", text)
