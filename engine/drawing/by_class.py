"""A folded graph: one box for each class of equal structure, with the number of its members.

The nodes of the emphasised path keep boxes of their own beside those of their classes. The leaves
of a class are drawn beside each class that uses them. An arrow stands for all edges between two
boxes. Its width is the share of the gradient that passes it, backwards:

    share  =  sum of |grad of the consumer * local derivative|  /  sum of |grad of the consumer|

over its edges. A sum passes 100 % to each of its terms, an active ReLU everything that arrives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fabs

from ..analysis.captions import (
    NO_GRAD,
    common_scope,
    header,
    more_uses,
    ranged,
    span,
    sum_with,
    symbol_and_title,
)
from ..analysis.fold import FoldClass, fold_of
from ..analysis.reductions import numbers_in
from ..arithmetic import total
from ..notation import operand, short
from ..primitives import PRIMITIVES
from ..scope import Scope
from ..typesetting.themes import PLAIN
from ..value import Value
from .scene import INPUT, USE, Box, Edge, Scene, going_on
from .selection import AsItIs, Selection

_WIDTH = ("width and % of an arrow: the share of |gradient| that passes",)


@dataclass(eq=False, slots=True)
class _Arrow:
    """All edges between two boxes: their local derivatives, and the grads of their consumers.

    A hundred thousand edges are two lists of floats, which Python's garbage collector skips.
    """

    locals: list[float] = field(default_factory=list)
    grads: list[float] = field(default_factory=list)
    emphasis: int = PLAIN

    @property
    def share(self) -> float:
        """The share of the gradient that passes; 0 if none arrives."""
        arriving = total(map(fabs, self.grads))
        passing = total(fabs(grad * d) for grad, d in zip(self.grads, self.locals, strict=True))
        return passing / arriving if arriving else 0.0


@dataclass(eq=False, slots=True)
class _Group:
    """The nodes of one box: operations of one class, or leaves of one class that a group uses.

    - `of_edge`: the emphasis of the arrow from a group of leaves.
    - `into`: the arrows into a group of operations, by the group at their tail.
    """

    id: str
    members: Sequence[Value]
    kind: FoldClass
    scope: Scope
    of_edge: int = PLAIN
    into: dict["_Group", _Arrow] = field(default_factory=dict)


class ByClass:
    """A folded graph: the groups of nodes that share a box, and the arrows between them."""

    def __init__(self, selection: Selection) -> None:
        self.selection, self.wording = selection, AsItIs(selection)
        self.fold = fold_of(selection.order, selection.inside)
        self.groups: list[_Group] = []  # of operations
        self.leaves: list[_Group] = []
        self.group_of: dict[Value, _Group] = {}
        for members in self._grouped():
            self._add(members)
        for group in self.groups:
            self._connect(group)

    def __len__(self) -> int:
        """The number of boxes, without the marks where the graph goes on."""
        return len(self.groups) + len(self.leaves)

    def scene(self, direction: str) -> Scene:
        """The scene; arrows point in `direction`."""
        boxes = [*map(self._leaf_box, self.leaves), *map(self._box, self.groups)]
        edges: list[Edge] = []
        for group in self.groups:
            for tail, arrow in group.into.items():
                edges.append(self._edge(tail, group, arrow, f"e{len(edges)}"))
            for side, count in self._unseen(group):
                mark = going_on(side, count, group.id, group.scope, f"e{len(edges)}")
                boxes.append(mark[0])
                edges.append(mark[1])
        selection = self.selection
        nodes = self.fold.size if selection.shown is None else len(selection.shown)
        folded = [
            f"{nodes:,} nodes in {len(boxes)} boxes",
            *(_WIDTH if selection.has_grads else []),
        ]
        caption = (*selection.caption, "; ".join(folded), *selection.about_grads)
        return Scene(
            selection.name(selection.output), direction, tuple(boxes), tuple(edges), caption
        )

    def _grouped(self) -> list[list[Value]]:
        """The operations, a list for each box."""
        alike: dict[Value | int, list[Value]] = {}
        for node in self.selection.operations:
            apart = node in self.selection.largest or node is self.selection.target
            key = node if apart else self.fold.class_of[node]
            alike.setdefault(key, []).append(node)
        return list(alike.values())

    def _add(self, members: list[Value]) -> None:
        """Add the group of some operations."""
        kind = self.fold.classes[self.fold.class_of[members[0]]]
        scope = common_scope(member.scope for member in members)
        group = _Group(f"n{len(self.groups)}", members, kind, scope)
        self.groups.append(group)
        self.group_of.update(dict.fromkeys(members, group))

    def _connect(self, group: _Group) -> None:
        """Find the arrows into a group, and add groups for the leaves among its inputs."""
        selection, group_of, class_of = self.selection, self.group_of, self.fold.class_of
        leaves: dict[tuple[int, bool], dict[Value, None]] = {}
        arrows: dict[_Group | tuple[int, bool], _Arrow] = {}
        for member in group.members:
            for turn in selection.turns_into(member):
                each = turn.input
                tail: _Group | tuple[int, bool] | None = group_of.get(each)
                if tail is None:
                    tail = key = (class_of[each], each is selection.target)
                    leaves.setdefault(key, {})[each] = None
                arrow = arrows.get(tail)
                if arrow is None:
                    arrow = arrows[tail] = _Arrow()
                arrow.locals.append(turn.local)
                arrow.grads.append(turn.node.grad)
                if selection.largest:
                    arrow.emphasis = max(arrow.emphasis, selection.emphasis_of_edge(turn))
        for tail, arrow in arrows.items():
            if not isinstance(tail, _Group):
                tail = self._add_leaves(list(leaves[tail]), group, arrow.emphasis)
            group.into[tail] = arrow

    def _add_leaves(self, leaves: list[Value], user: _Group, of_edge: int) -> _Group:
        """Add the group of some leaves, beside the group `user`."""
        kind = self.fold.classes[self.fold.class_of[leaves[0]]]
        group = _Group(f"{user.id}_{len(self.leaves)}", leaves, kind, user.scope, of_edge)
        self.leaves.append(group)
        return group

    def _unseen(self, group: _Group) -> list[tuple[str, int]]:
        """The sides on which the graph goes on, each with the number of edges."""
        sides = ((INPUT, self.selection.unseen_inputs), (USE, self.selection.unseen_users))
        counts = [
            (side, sum(unseen.get(each, 0) for each in group.members)) for side, unseen in sides
        ]
        return [(side, count) for side, count in counts if count]

    def _box(self, group: _Group) -> Box:
        """The box of a group of operations."""
        label = self._label(group)
        lines = (*([label] if label else []), self._operation(group), *self._numbers(group))
        kind = "output" if self.selection.output in group.members else "operation"
        emphasis = max(map(self.selection.emphasis, group.members))
        return Box(group.id, kind, lines, group.scope, emphasis, self._hint(group, lines[0]))

    def _leaf_box(self, group: _Group) -> Box:
        """The box of a group of leaves."""
        leaf = group.members[0]
        label = self._label(group) if len(group.members) > 1 else self.wording.label(leaf)
        place = "".join(f"{name}." for name in group.scope)
        label = label.removeprefix(place) or leaf.op.title
        more = sum(count for side, count in self._unseen(group) if side == USE)
        lines = (label, *([more_uses(more)] if more else []), *self._numbers(group))
        emphasis = self.selection.emphasis_of_leaf(leaf, group.of_edge)
        return Box(group.id, "leaf", lines, group.scope, emphasis, self._hint(group, label))

    def _label(self, group: _Group) -> str:
        """What the members of a group are called, as one text; empty for no common name."""
        return ranged(map(self.selection.called, group.members)) or group.kind.label

    def _numbers(self, group: _Group) -> tuple[str, ...]:
        """The lines with the number of members, and the ranges of their data and grads."""
        members = group.members
        if len(members) == 1:
            return self.wording.numbers(members[0])
        data, grads = span(each.data for each in members), span(each.grad for each in members)
        grads = grads if self.selection.has_grads else NO_GRAD
        return (f"×{len(members):,}", f"data {data}", f"grad {grads}")

    def _hint(self, group: _Group, name: str) -> str:
        """The text that a box shows under the mouse."""
        if len(group.members) == 1:
            return self.wording.hint(group.members[0])
        place = f"{' / '.join(group.scope)}: " if group.scope else ""
        return f"{place}{name}, {len(group.members):,} alike"

    def _operation(self, group: _Group) -> str:
        """The operation of a group, with its plain numbers if all members have the same ones."""
        members, selection = group.members, self.selection
        first = members[0]
        if not group.kind.has_numbers:
            is_sum = any(map(selection.is_ladder, members))
            return symbol_and_title(group.kind.op if is_sum else first.op)
        if first.op is PRIMITIVES["sum"] or any(map(selection.is_ladder, members)):
            each = [tuple(numbers_in(member, selection.inside)) for member in members]
            alike = len(set(each)) == 1
            return sum_with([*map(operand, each[0])] if alike else ["numbers"])
        headers = set(map(header, members))
        return header(first) if len(headers) == 1 else header(first, lambda _: "number")

    def _edge(self, tail: _Group, head: _Group, arrow: _Arrow, id: str) -> Edge:
        """The arrow for all edges between two boxes."""
        count, locals = len(arrow.locals), span(arrow.locals)
        share = arrow.share if self.selection.has_grads else None
        passing = [] if share is None else [f"{share:.2%}" if share < 0.01 else f"{share:.0%}"]
        label = [f"×{count:,}", *passing] if count > 1 else [short(arrow.locals[0])]
        about = [f"{count:,} edge{'s' * (count != 1)}", f"local derivative {locals}"]
        about += [f"{each} of |gradient| passes" for each in passing]
        return Edge(id, tail.id, head.id, "\n".join(label), arrow.emphasis, ", ".join(about), share)
