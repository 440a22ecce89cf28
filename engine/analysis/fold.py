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
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from ..graph import topological_order
from ..primitives import CONSTANT, LEAF, PRIMITIVES, Op
from ..scope import Scope
from ..typesetting.mathematics import plain_label
from ..value import Value, demand_value
from .operands import NUMBER, structure
from .reductions import inside_ladders, terms_of

# The most classes that are printed: a chain has as many as nodes.
_PRINTED = 100

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
    classes = _Classes(order[-1], inside)
    class_of, known, members = classes.class_of, classes.known, classes.members
    special = classes.special
    scope: Scope | None = None
    place = 0
    for node in order:
        is_special = node.op in special
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
        count = len(members)
        number = class_of[node] = known.setdefault(key, count)
        if number == count:
            members.append([node])
        else:
            members[number].append(node)
    return classes.fold()


class _Numbered(dict[Any, int]):
    """A number for each text, or tuple of texts; texts that differ in digits only share one."""

    def __init__(self) -> None:
        self._patterns: dict[Hashable, int] = {}

    def __missing__(self, texts: Any) -> int:
        is_text = isinstance(texts, str)
        pattern = generalised(texts) if is_text else tuple(map(generalised, texts))
        number = self[texts] = self._patterns.setdefault(pattern, len(self._patterns))
        return number


class _Classes:
    """The classes of a graph under construction.

    `known` maps the key of a class to its number; a new key gets the next number. `members` holds
    the nodes of each class, `class_of` the class of each node, and `terms` the classes of the terms
    of each sum, plain numbers among them.
    """

    def __init__(self, output: Value, inside: Set[Value]) -> None:
        self.output = output
        self.inside = inside
        self.class_of: dict[Value, int] = {}
        self.known: dict[Hashable, int] = {}
        self.members: list[list[Value]] = []
        self.places, self.labels = _Numbered(), _Numbered()
        self.add, self.sum = map(PRIMITIVES.__getitem__, ("add", "sum"))
        self.special = {LEAF, CONSTANT, self.add, self.sum}
        self.terms: dict[Value, list[int]] = {}

    def key(self, node: Value, place: int) -> Hashable:
        """The key of a node, equal for all nodes of a class; None if the node is in no class."""
        op, label = node.op, self.labels[node._label]
        if op in (LEAF, CONSTANT):
            return (op, label) if op is LEAF or node is self.output else None
        if op is self.add or op is self.sum:
            return (self.sum, place, label, frozenset(self._terms(node)))
        return structure(node, (place, label), self.class_of)

    def _terms(self, node: Value) -> list[int]:
        """The classes of all terms of a sum, with the terms of its ladder."""
        values, numbers = terms_of(node, self.inside)
        found = self.terms[node] = [self.class_of[each] for each in values]
        found += [NUMBER] * len(numbers)
        return found

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
        for classes in map(self.terms.__getitem__, members):
            edges.update(classes)
        return edges


def generalised(text: str) -> str:
    """The text with # in place of numbers and of text in brackets: layer#.neuron#.w[#]."""
    return NUMBERS.sub(lambda part: "[#]" if part[0][0] == "[" else "#", text)
