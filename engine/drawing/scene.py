"""What a picture shows: boxes, edges, frames and emphasis, before anything is said in DOT.

An operation and its result are one box. A plain number is drawn inside the box of the operation
that uses it, a shared leaf once for each use, and a ladder of additions as one Sum. Edges carry
local derivatives. With `path_to`, the paths from the output to that Value are emphasised.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..chain_rule import chain_rule, in_numbers, paths_in_words
from ..graph import Step, best_paths, topological_order
from ..notation import abridged, operand, short
from ..primitives import CONSTANT, PRIMITIVES
from ..scope import Scope
from ..value import Value

# How much a box or edge is emphasised: not at all, as part of some path, as part of the largest.
PLAIN, ON_A_PATH, ON_THE_LARGEST = range(3)


class _Turn(NamedTuple):
    """An edge of the graph, seen from the node that it leaves: its place there, and where to."""

    node: Value
    place: int
    input: Value
    local: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box. `kind` is leaf, operation or output; `lines` are its text, `value` is what it shows.

    `shared` numbers the leaf of which this box is one use among several; None for all others.
    """

    id: str
    value: Value
    kind: str
    lines: tuple[str, ...]
    scope: Scope
    emphasis: int
    hint: str
    shared: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from the box of an input to the box of what consumes it.

    In the graph it leaves `node`, at this place among its `edges()`.
    """

    id: str
    node: Value
    place: int
    tail: str
    head: str
    label: str
    emphasis: int
    hint: str


class Run(NamedTuple):
    """A run to be stepped through, by Value.

    - `names`: what each is called, which no other is.
    - `grads`: the gradient of each at the end.
    - `widest`: for each the longest text of a gradient for which its box must have room.
    """

    names: Mapping[Value, str]
    grads: Mapping[Value, float]
    widest: Mapping[Value, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a picture shows. The caption tells the emphasised path; it may be empty."""

    title: str
    direction: str
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    caption: tuple[str, ...]

    @property
    def size(self) -> str:
        """How much there is to see: 3 boxes, 2 edges."""
        boxes, edges = len(self.boxes), len(self.edges)
        return f"{boxes} box{'es' * (boxes != 1)}, {edges} edge{'s' * (edges != 1)}"


def scene_of(
    output: Value,
    path_to: Value | None,
    direction: str,
    max_boxes: int,
    run: Run | None = None,
) -> Scene:
    """The scene that shows everything that `output` was made from.

    With a `run` the names and gradients are those of it, there is no caption, and each addition has
    a box of its own, so that every operation and every edge can be pointed at.

    Raises ValueError if that takes more than `max_boxes` boxes, or if `path_to` is not part of it.
    """
    graph = _Graph(output, path_to, run)
    count = graph.count_boxes()
    if count > max_boxes:
        raise ValueError(
            f"the graph has {count:,} boxes, more than max_boxes={max_boxes:,}: draw a part of it, "
            "such as one of the Values that it was made from, or the loss of one example, "
            f"or raise the limit: draw(output, max_boxes={count})"
        )
    boxes: list[Box] = []
    edges: list[Edge] = []
    for node in graph.operations:
        boxes.append(graph.box(node))
        boxes += [graph.leaf_box(leaf, node) for leaf in graph.leaves_into(node)]
        edges += [graph.edge(node, turn, f"e{len(edges) + i}")
                  for i, turn in enumerate(graph.turns[node])]  # fmt: skip
    if not boxes:
        boxes.append(graph.leaf_box(output, output))
    return Scene(output.name, direction, tuple(boxes), tuple(edges), graph.caption())


class _Graph:
    """A graph as it is drawn: which nodes have boxes, what leads into each, what is emphasised."""

    def __init__(self, output: Value, path_to: Value | None, run: Run | None) -> None:
        order = topological_order(output)
        self.run = run
        self.output = output
        self.path_to = path_to
        self.inner = set() if run else _inside_ladders(order, output, path_to)
        self.operations = [node for node in order if node.edges() and node not in self.inner]
        self.turns = {node: list(self._turns_into(node)) for node in self.operations}
        self.ladders = {each for each, into in self.turns.items() if _is_ladder(each, into)}
        self.uses: dict[Value, dict[Value, int]] = {}
        for node in self.operations:
            for leaf in self.leaves_into(node):
                users = self.uses.setdefault(leaf, {})
                users[node] = len(users) + 1
        self.id = {node: f"n{i}" for i, node in enumerate((*self.operations, *self.uses))}
        self.reaching = _reaching(order, path_to)
        self.largest = _largest_path(output, path_to)

    def _turns_into(self, node: Value) -> Iterator[_Turn]:
        """The edges that are drawn into the box of a node: its own, and those of its ladder."""
        pending = _turns(node)
        while pending:
            turn = pending.pop()
            if turn.input in self.inner:
                pending += _turns(turn.input)
            else:
                yield turn

    def leaves_into(self, node: Value) -> list[Value]:
        """The leaves that are drawn into the box of a node, each once."""
        inputs = dict.fromkeys(turn.input for turn in self.turns[node])
        return [each for each in inputs if not each.edges()]

    def count_boxes(self) -> int:
        """How many boxes the picture takes."""
        return len(self.operations) + sum(map(len, self.uses.values())) or 1

    def _emphasis(self, value: Value) -> int:
        """How much the box of a Value is emphasised."""
        if value in self.largest or value is self.path_to:
            return ON_THE_LARGEST
        return ON_A_PATH if value in self.reaching else PLAIN

    def _emphasis_of_edge(self, turn: _Turn) -> int:
        """How much an edge is emphasised."""
        step = self.largest.get(turn.node)
        if step is not None and step.place == turn.place:
            return ON_THE_LARGEST
        return ON_A_PATH if turn.input in self.reaching else PLAIN

    def _emphasis_at(self, leaf: Value, user: Value) -> int:
        """How much the box of a leaf is emphasised, at the place of one of its uses."""
        if leaf is not self.path_to:
            return PLAIN
        turns = [turn for turn in self.turns.get(user, ()) if turn.input is leaf]
        return max(map(self._emphasis_of_edge, turns), default=ON_THE_LARGEST)

    def box(self, node: Value) -> Box:
        """The box of an operation and its result."""
        kind = "output" if node is self.output else "operation"
        lines = (*self._title(node), *self._numbers(node))
        emphasis, hint = self._emphasis(node), self._hint(node)
        return Box(self.id[node], node, kind, lines, node.scope, emphasis, hint)

    def _title(self, node: Value) -> list[str]:
        """Label and operation; in a run its name in any case, since equations have that."""
        header = self._header_of_ladder(node) if node in self.ladders else _header(node)
        name = self.run.names[node] if self.run else node.name
        if node.label:
            return [name, header]
        if not self.run:
            return [header]
        title = node.op.title
        return [header.removesuffix(title) + name] if header.endswith(title) else [name, header]

    def leaf_box(self, leaf: Value, user: Value) -> Box:
        """The box of a leaf, at the place of one of its uses."""
        users, number = self.uses.get(leaf, {}), self.id.get(leaf, "n0")[1:]
        place = "".join(f"{name}." for name in user.scope)
        called = self.run.names[leaf] if self.run else leaf.label
        lines, shared = [called.removeprefix(place) or leaf.op.title], None
        if len(users) > 1:
            lines = [lines[0] if called else f"leaf {number}"]
            lines.append(f"use {users[user]} of {len(users)}")
            shared = int(number)
        lines += self._numbers(leaf)
        kind = "output" if leaf is self.output else "leaf"
        id, emphasis = self._id_at(leaf, user), self._emphasis_at(leaf, user)
        hint = self._hint(leaf)
        return Box(id, leaf, kind, tuple(lines), user.scope, emphasis, hint, shared)

    def edge(self, node: Value, turn: _Turn, id: str) -> Edge:
        """The arrow for one input of the box of a node."""
        name = self.run.names[turn.input] if self.run else turn.input.name
        hint = f"∂{self._name(node)}/∂{name} = {turn.local!r}"
        tail, emphasis = self._id_at(turn.input, node), self._emphasis_of_edge(turn)
        head, label = self.id[node], short(turn.local)
        return Edge(id, turn.node, turn.place, tail, head, label, emphasis, hint)

    def _numbers(self, value: Value) -> tuple[str, str]:
        grad = self.run.widest[value] if self.run else short(value.grad)
        return f"data {short(value.data)}", f"grad {grad}"

    def _hint(self, value: Value) -> str:
        """What is shown when a box is pointed at: everything, with all digits."""
        place = f"{' / '.join(value.scope)}: " if value.scope else ""
        run = self.run
        name, grad = (run.names[value], run.grads[value]) if run else (value.name, value.grad)
        return f"{place}{name}, data {value.data!r}, grad {grad!r}"

    def _id_at(self, value: Value, user: Value) -> str:
        """The id of the box that shows a Value to the one that uses it."""
        id, users = self.id.get(value, "n0"), self.uses.get(value, {})
        return f"{id}_{users[user]}" if len(users) > 1 else id

    def _header_of_ladder(self, node: Value) -> str:
        """A Sum, with the plain numbers of all its additions but the 0 from which sum() starts."""
        plain = []
        pending = [node]
        while pending:
            for each in pending.pop().inputs:
                if each.op is CONSTANT and each.data != 0:
                    plain.append(operand(each.data))
                elif each in self.inner:
                    pending.append(each)
        return _sum_with(plain[::-1])

    def _name(self, node: Value) -> str:
        """What the box of a node is called in hints and in the caption."""
        if self.run:
            return self.run.names[node]
        return "Sum" if not node.label and node in self.ladders else node.name

    def caption(self) -> tuple[str, ...]:
        """What stands below the picture: the path asked for, and what is missing."""
        if self.run:
            return ()
        missing = self.operations and self.output.grad == 0
        hint = [f"backward() has not been called on {self.output.name}: no grads yet"]
        return (*self._path_in_words(), *(hint if missing else []))

    def _path_in_words(self) -> tuple[str, ...]:
        """The largest path to the Value asked for, its factors and product, and the sum of all."""
        if self.path_to is None:
            return ()
        rule = chain_rule(self.output, self.path_to)
        names: list[str] = []
        factors: list[float] = []
        for node, step in self.largest.items():
            if node in self.inner:
                factors[-1] *= step.local
            else:
                names.append(self._name(node))
                factors.append(step.local)
        names.append(self.path_to.name)
        partial = f"∂{names[0]}/∂{names[-1]}"
        product = in_numbers(factors)
        lines = [" → ".join(abridged(names)), f"{partial} = {product}"]
        if rule.count > 1:
            lines[1] = product
            every = paths_in_words(rule.count)
            lines.append(f"the largest of {every}; their sum {partial} = {short(rule.gradient)}")
        return tuple(lines)


def _turns(node: Value) -> list[_Turn]:
    """The edges of a node, last first."""
    return [_Turn(node, i, *edge) for i, edge in enumerate(node.edges())][::-1]


def _is_ladder(node: Value, into: list[_Turn]) -> bool:
    """Whether a box into which these edges are drawn stands for several additions."""
    return any(turn.node is not node for turn in into)


def _inside_ladders(order: list[Value], output: Value, path_to: Value | None) -> set[Value]:
    """The additions that are drawn as part of the Sum to which they lead.

    Such an addition has no name, and nothing but one other addition, in the same scope, uses it.
    """
    add = PRIMITIVES["add"]
    users: dict[Value, list[Value]] = {}
    for node in order:
        for each, _ in node.edges():
            users.setdefault(each, []).append(node)
    return {
        node
        for node in order
        if node.op is add and not node.label and node is not output and node is not path_to
        if [(user.op, user.scope) for user in users[node]] == [(add, node.scope)]
    }


def _reaching(order: list[Value], path_to: Value | None) -> set[Value]:
    """The Values from which a path leads to `path_to`."""
    if path_to is None:
        return set()
    reaching = {path_to}
    for node in order:
        if any(each in reaching for each, _ in node.edges()):
            reaching.add(node)
    if order[-1] not in reaching:
        raise ValueError(f"path_to: no path leads from the output to {path_to!r}")
    return reaching


def _largest_path(output: Value, path_to: Value | None) -> dict[Value, Step[Value]]:
    """The nodes of the path with the largest product, each with the step by which it is left."""
    if path_to is None:
        return {}
    steps = next(best_paths(output, path_to))
    return dict(zip((output, *(step.node for step in steps)), steps, strict=False))


def _header(node: Value) -> str:
    """The operation, with the plain numbers among its inputs: ×, · ^ 2, max(·, 0)."""
    op, operands = node.op, node.inputs
    plain = [operand(each.data) if each.op is CONSTANT else "·" for each in operands]
    if len(plain) == plain.count("·"):
        return op.symbol if op.title == op.symbol else f"{op.symbol} {op.title}"
    if op.any_number:
        return _sum_with([each for each in plain if each != "·"])
    if op.symbol.isalpha():
        return f"{op.symbol}({', '.join(plain)})"
    return f" {op.symbol} ".join(plain)


def _sum_with(plain: list[str]) -> str:
    """A Sum with plain numbers among its terms: each of a few, else how many they are."""
    few = plain if len(plain) <= 4 else [f"{len(plain)} numbers"]
    return " + ".join(["∑ Sum", *few])
