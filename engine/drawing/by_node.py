"""A graph with a box for each of its nodes.

An operation and its result are one box. A plain number is drawn inside the box of the operation
that uses it, a shared leaf once for each use, and a ladder of additions as one Sum. Edges carry
local derivatives.
"""

from collections.abc import Iterator

from ..analysis.captions import Wording, header, more_uses, sum_with
from ..analysis.reductions import Turn, numbers_in
from ..notation import operand, short
from ..typesetting.themes import PLAIN
from ..value import Value
from .scene import INPUT, USE, Box, Edge, Scene, going_on
from .selection import AsItIs, Selection


class ByNode:
    """A graph node by node: the boxes, and the arrows into each."""

    def __init__(self, selection: Selection, wording: Wording | None = None) -> None:
        self.selection = selection
        self.wording = wording or AsItIs(selection)
        self.output = selection.output
        self.turns = {node: selection.turns_into(node) for node in selection.operations}
        self.uses: dict[Value, dict[Value, int]] = {}
        for node in self.turns:
            for leaf in self._leaves_into(node):
                users = self.uses.setdefault(leaf, {})
                users[node] = len(users) + 1
        self.id = {node: f"n{i}" for i, node in enumerate((*self.turns, *self.uses))}

    def __len__(self) -> int:
        """The number of boxes, with the marks where the graph goes on."""
        selection = self.selection
        marks = sum(
            (node in selection.unseen_inputs) + (node in selection.unseen_users)
            for node in self.turns
        )
        return len(self.turns) + sum(map(len, self.uses.values())) + marks or 1

    def scene(self, direction: str) -> Scene:
        """The scene; arrows point in `direction`."""
        boxes: list[Box] = []
        edges: list[Edge] = []
        for node, turns in self.turns.items():
            boxes.append(self._box(node))
            boxes += [self._leaf_box(leaf, node) for leaf in self._leaves_into(node)]
            edges += [self._edge(node, turn, f"e{len(edges) + i}") for i, turn in enumerate(turns)]
            for box, edge in self._going_on(node, len(edges)):
                boxes.append(box)
                edges.append(edge)
        if not boxes:
            boxes.append(self._leaf_box(self.output, self.output))
        caption = (*self.selection.caption, *self.selection.about_grads)
        return Scene(self.wording.name(self.output), direction, tuple(boxes), tuple(edges), caption)

    def _leaves_into(self, node: Value) -> list[Value]:
        """The leaves with an arrow to the box of a node, each once."""
        inputs = dict.fromkeys(turn.input for turn in self.turns[node])
        return [each for each in inputs if not each.edges()]

    def _box(self, node: Value) -> Box:
        """The box of an operation and its result."""
        kind = "output" if node is self.output else "operation"
        first = header(node)
        if self.selection.is_ladder(node):
            first = sum_with([*map(operand, numbers_in(node, self.selection.inside))])
        lines = (*self.wording.title(node, first), *self.wording.numbers(node))
        id, emphasis, hint = self.id[node], self.selection.emphasis(node), self.wording.hint(node)
        return Box(id, kind, lines, node.scope, emphasis, hint, value=node)

    def _leaf_box(self, leaf: Value, user: Value) -> Box:
        """The box of one use of a leaf, by the node `user`."""
        users, number = self.uses.get(leaf, {}), self.id.get(leaf, "n0")[1:]
        place = "".join(f"{name}." for name in user.scope)
        label, shared = self.wording.label(leaf), None
        lines = [label.removeprefix(place) or leaf.op.title]
        if len(users) > 1:
            lines.append(f"use {users[user]} of {len(users)}")
            shared = int(number)
        unseen = self.selection.unseen_users.get(leaf, 0)
        lines += [more_uses(unseen)] if unseen else []
        lines += self.wording.numbers(leaf)
        kind = "output" if leaf is self.output else "leaf"
        turns = [turn for turn in self.turns.get(user, ()) if turn.input is leaf]
        of_edge = max(map(self.selection.emphasis_of_edge, turns), default=PLAIN)
        id, emphasis = self._id_at(leaf, user), self.selection.emphasis_of_leaf(leaf, of_edge)
        hint = self.wording.hint(leaf)
        return Box(id, kind, tuple(lines), user.scope, emphasis, hint, shared, leaf)

    def _edge(self, node: Value, turn: Turn, id: str) -> Edge:
        """The arrow for one input of the box of a node."""
        hint = f"∂{self.wording.name(node)}/∂{self.wording.name(turn.input)} = {turn.local!r}"
        tail, emphasis = self._id_at(turn.input, node), self.selection.emphasis_of_edge(turn)
        label = short(turn.local)
        return Edge(id, tail, self.id[node], label, emphasis, hint, turn=turn)

    def _id_at(self, value: Value, user: Value) -> str:
        """The id of the box of a Value at the tail of the arrow to the box of `user`."""
        id, users = self.id.get(value, "n0"), self.uses.get(value, {})
        return f"{id}_{users[user]}" if len(users) > 1 else id

    def _going_on(self, node: Value, place: int) -> Iterator[tuple[Box, Edge]]:
        """The marks for inputs and uses of a node that are not drawn."""
        selection, id = self.selection, self.id[node]
        for kind, count in (
            (INPUT, selection.unseen_inputs.get(node, 0)),
            (USE, selection.unseen_users.get(node, 0)),
        ):
            if count:
                yield going_on(kind, count, id, node.scope, f"e{place}")
                place += 1
