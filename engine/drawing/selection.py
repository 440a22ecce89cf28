"""The selection of nodes that are drawn, and of paths that are emphasised.

The selection is the whole graph, the paths to a Value in a big graph, or the neighbourhood of a
Value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from math import inf

from ..analysis.captions import data_and_grad, hint
from ..analysis.chain_rule import chain_rule, in_numbers, paths_in_words
from ..analysis.naming import NOTHING, Known, Names, Namespace, known_names, unique_names
from ..analysis.reductions import Turn, inside_ladders, turns_into
from ..graph import Step, best_paths, topological_order
from ..notation import abridged, short
from ..primitives import CONSTANT, LEAF, PRIMITIVES
from ..system.computed import cached_property
from ..typesetting.themes import ON_A_PATH, ON_THE_LARGEST, PLAIN
from ..value import Value
from .numbers import ALL, BLANK


@dataclass(frozen=True)
class Selection:
    """The nodes of a graph that are drawn, and the paths that are emphasised.

    - `order`: all nodes of the graph, inputs before consumers.
    - `inside`: the additions inside ladders, which are drawn as part of a Sum.
    - `target`: the end of the emphasised paths, or the centre of the neighbourhood.
    - `reaching`: the Values on the emphasised paths.
    - `largest`: the nodes of the largest path, each with the step that leaves it.
    - `shown`: the nodes that are drawn; None for all.
    - `unseen_users`, `unseen_inputs`: the number of uses and inputs of a node that are not drawn,
      where the picture has a mark.
    - `caption`: the lines below the picture.
    - `known`: what the program calls the Values.
    - `numbers`: the numbers of the picture, as in numbers.py.
    """

    order: Sequence[Value]
    inside: Set[Value]
    target: Value | None = None
    reaching: Set[Value] = frozenset()
    largest: Mapping[Value, Step[Value]] = field(default_factory=dict)
    shown: Set[Value] | None = None
    unseen_users: Mapping[Value, int] = field(default_factory=dict)
    unseen_inputs: Mapping[Value, int] = field(default_factory=dict)
    caption: tuple[str, ...] = ()
    known: Known = NOTHING
    numbers: str = ALL

    @property
    def output(self) -> Value:
        """The output of the graph."""
        return self.order[-1]

    @cached_property
    def operations(self) -> list[Value]:
        """The nodes with a box, without leaves."""
        shown = self.order if self.shown is None else filter(self.shown.__contains__, self.order)
        return [node for node in shown if node not in self.inside and node.edges()]

    def turns_into(self, node: Value) -> list[Turn]:
        """The edges that are drawn into the box of a node: those of the node and of its ladder."""
        turns = turns_into(node, self.inside)
        return [turn for turn in turns if self.shown is None or turn.input in self.shown]

    @cached_property
    def has_grads(self) -> bool:
        """Whether any Value of the graph has a gradient other than 0, as after `backward()`.

        False for a picture that tells no gradients.
        """
        return self.numbers in (ALL, BLANK) and any(node.grad != 0 for node in self.order)

    @property
    def about_grads(self) -> list[str]:
        """The line of the caption for gradients that are not there yet, or not of this output."""
        if self.numbers != ALL:
            return []
        if self.output.grad != 0 or not self.output.edges():  # that of an output by itself is 1
            return []
        if not self.has_grads:
            return ["no gradients yet: call backward()"]
        name = self.name(self.output)
        return [f"backward() has not been called on {name}: gradients are those of another output"]

    def emphasis(self, value: Value) -> int:
        """The emphasis of the box of a Value."""
        if value in self.largest or value is self.target:
            return ON_THE_LARGEST
        return ON_A_PATH if value in self.reaching else PLAIN

    def emphasis_of_edge(self, turn: Turn) -> int:
        """The emphasis of an edge."""
        step = self.largest.get(turn.node)
        if step is not None and step.place == turn.place:
            return ON_THE_LARGEST
        return ON_A_PATH if turn.input in self.reaching else PLAIN

    def emphasis_of_leaf(self, leaf: Value, of_edge: int) -> int:
        """The emphasis of the box of a leaf, whose arrow has the emphasis `of_edge`."""
        if leaf is not self.target:
            return PLAIN
        return of_edge if self.largest else ON_THE_LARGEST

    @cached_property
    def _names(self) -> Names:
        """A name of its own for each Value, as in its steps."""
        return unique_names(self.order, self.known)

    def called(self, value: Value) -> str:
        """The label of a Value, or the variable that holds it; empty if there is neither."""
        return value.label or self.known.variables.get(value, "")

    def name(self, node: Value) -> str:
        """The name of the box of a node: what it is called, else its operation."""
        if node.op in (LEAF, CONSTANT):
            return node.label or self._names[node]
        return self.called(node) or ("Sum" if self.is_ladder(node) else node.op.title)

    def is_ladder(self, node: Value) -> bool:
        """Whether the box of a node stands for several additions."""
        is_addition = node.op is PRIMITIVES["add"]
        return is_addition and any(each in self.inside for each, _ in node.edges())

    def on_paths(self) -> "Selection":
        """The selection of the paths alone, of which only the largest is emphasised."""
        drawn, all_nodes = len(self.reaching), len(self.order)
        line = f"only what lies on these paths is drawn: {drawn:,} of {all_nodes:,} nodes"
        caption = (*self.caption, line)
        return replace(self, shown=self.reaching, reaching=frozenset(), caption=caption)


class AsItIs:
    """The words for a graph in its present state: labels, data and gradients of the Values."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection

    def name(self, value: Value) -> str:
        """What the Value is called, else its operation."""
        return self._selection.name(value)

    def label(self, leaf: Value) -> str:
        """The name of a leaf."""
        return self._selection.name(leaf)

    def title(self, node: Value, first: str) -> Iterable[str]:
        """What the Value is called, if it is called anything, and the operation."""
        called = self._selection.called(node)
        return (called, first) if called else (first,)

    def numbers(self, value: Value) -> tuple[str, str]:
        """The two lines with data and grad."""
        return data_and_grad(value.data, self._grad(value))

    def hint(self, value: Value) -> str:
        """Scope, name, data and grad, with all digits."""
        return hint(value.scope, self._selection.name(value), value.data, self._grad(value))

    def _grad(self, value: Value) -> float | None:
        """The gradient; None before `backward()`."""
        return value.grad if self._selection.has_grads else None


def selection_of(
    output: Value,
    path_to: Value | None,
    around: Value | None,
    hops: float,
    names: Namespace | None,
    *,
    numbers: str = ALL,
) -> Selection:
    """The graph of `output` with emphasised paths to `path_to`, or the neighbourhood of `around`.

    At most one of `path_to` and `around` is given. `names` is what the program calls its Values.
    Unless all `numbers` are wanted, the caption names a path and has no numbers.
    Raises ValueError if one of the former is not in the graph.
    """
    order = topological_order(output)
    target, known = around if path_to is None else path_to, known_names(order, names)
    inside = inside_ladders(order, (output, target))
    selection = Selection(order, inside, target, known=known, numbers=numbers)
    if path_to is not None:
        reaching = _reaching(order, path_to)
        steps = next(best_paths(output, path_to))
        largest = dict(zip((output, *(step.node for step in steps)), steps, strict=False))
        selection = replace(selection, reaching=reaching, largest=largest)
        selection = replace(selection, caption=tuple(_in_words(selection, path_to)))
    return selection if around is None else _around(selection, around, hops)


def _reaching(order: Sequence[Value], path_to: Value) -> Set[Value]:
    """The Values from which a path leads to `path_to`."""
    reaching = {path_to}
    for node in order:
        if any(each in reaching for each, _ in node.edges()):
            reaching.add(node)
    if order[-1] not in reaching:
        raise ValueError(f"path_to: no path leads from the output to {path_to!r}")
    return reaching


def _in_words(selection: Selection, path_to: Value) -> Iterator[str]:
    """The lines of the caption: the largest path, its factors and product, and the sum of all."""
    rule = chain_rule(selection.output, path_to)
    names: list[str] = []
    factors: list[float] = []
    for node, step in selection.largest.items():
        if node in selection.inside:
            factors[-1] *= step.local
        else:
            names.append(selection.name(node))
            factors.append(step.local)
    names.append(selection.name(path_to))
    yield " → ".join(abridged(names))
    if selection.numbers != ALL:
        return
    partial = f"∂{names[0]}/∂{names[-1]}"
    product = in_numbers(factors)
    if rule.count == 1:
        yield f"{partial} = {product}"
    else:
        yield product
        every = paths_in_words(rule.count)
        yield f"the largest of {every}; their sum {partial} = {short(rule.gradient)}"


def _around(selection: Selection, centre: Value, hops: float) -> Selection:
    """The neighbourhood of `centre`: inputs and consumers up to `hops` edges away.

    A leaf is an end: other uses of a leaf are no neighbours, unless the leaf is the centre. Beyond
    the last neighbour nothing is looked for, however many `hops` there are.
    """
    inputs = {
        node: [turn.input for turn in selection.turns_into(node)] for node in selection.operations
    }
    users: dict[Value, list[Value]] = {}
    for node, consumed in inputs.items():
        for each in consumed:
            users.setdefault(each, []).append(node)
    if centre is not selection.output and centre not in users:
        raise ValueError(f"around: the output was not made from {centre!r}")
    shown = border = {centre}
    left = hops
    while border and left > 0:
        left -= 1
        beyond: set[Value] = set()
        for node in border:
            beyond.update(inputs.get(node, ()))
            if node in inputs or node is centre:
                beyond.update(users.get(node, ()))
        border = beyond - shown
        shown = shown | border
    what = "what is connected to it" if hops == inf else f"what is up to {_edges(hops)} away"
    line = f"{selection.name(centre)} and {what}: {len(shown):,} of {len(selection.order):,} nodes"
    unseen_users, unseen_inputs = _unseen(users, shown), _unseen(inputs, shown)
    return replace(selection, shown=shown, caption=(line,), unseen_users=unseen_users,
                   unseen_inputs=unseen_inputs)  # fmt: skip


def _edges(count: float) -> str:
    return f"{count:,} edge{'s' * (count != 1)}"


def _unseen(neighbours: Mapping[Value, Sequence[Value]], shown: Set[Value]) -> dict[Value, int]:
    """The number of neighbours that are not shown, for each shown Value that has some."""
    unseen = ((each, sum(n not in shown for n in neighbours.get(each, ()))) for each in shown)
    return {each: count for each, count in unseen if count}
