"""What is shown of a folded graph: names of classes, rules in letters, ranges, and the picture.

The picture is that of `draw` for the same graph, with the gradients of this run. Each box has the
number of its class (`data-node="7"`), and each arrow its own (`data-edge="12"`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from string import ascii_lowercase
from typing import NamedTuple

from ..analysis.captions import span
from ..analysis.fold import FoldClass
from ..analysis.why import edge_places, why
from ..drawing.dot import to_dot
from ..drawing.render import RenderError, render
from ..drawing.scene import Box, Edge, Scene
from ..drawing.svg import hinted
from ..expression.program import ApplyRow
from ..expression.rules import rules_of
from ..expression.writing import TEXT, Written
from ..notation import short
from ..primitives import CONSTANT, Op
from ..scope import Scope
from ..typesetting.mathematics import plain_label
from ..value import Value
from .folded_walk import Arrow, FoldedClass, Walk
from .marked_svg import STYLE, TIME_LIMIT, with_marks

_DOTS = "…"


def names_of_classes(groups: Sequence[FoldedClass], called: Sequence[str]) -> list[str]:
    """A name of its own for each class: what it is called, with as much of its place as it needs.

    ReLU of layer1, ReLU of layer2. Where places do not tell them apart they are numbered, ReLU#1.
    """
    names = list(called)
    for name in (name for name, count in Counter(called).items() if count > 1):
        alike = [i for i, each in enumerate(called) if each == name]
        for i, told in zip(alike, _told_apart(name, [groups[i].scope for i in alike]), strict=True):
            names[i] = told
    taken: set[str] = set()
    for i in range(len(names)):
        while names[i] in taken:  # a label may be any text, such as ReLU#1
            names[i] += "'"
        taken.add(names[i])
    return names


def _told_apart(name: str, scopes: Sequence[Scope]) -> list[str]:
    """The name with the fewest names of each scope that tell them apart, else with numbers."""
    for depth in range(1, max(map(len, scopes)) + 1):
        places = [scope[:depth] for scope in scopes]
        if len(set(places)) == len(scopes):
            return [f"{name} of {' / '.join(place)}" if place else name for place in places]
    return [f"{name}#{number}" for number in range(1, len(scopes) + 1)]


def in_range(numbers: Sequence[float]) -> str:
    """The range of the numbers, -0.3 … 1.2; a single number in four digits."""
    return short(numbers[0]) if len(numbers) == 1 else span(numbers)


def percent(share: float) -> str:
    """A share in percent: 47%, 0.36%, 0%; nan% if it is no number."""
    return f"{share:.2%}" if 0 < share < 0.01 else f"{share:.0%}" if isfinite(share) else "nan%"


def rules_in_letters(arrow: Arrow, head: FoldedClass) -> list[str]:
    """The rules of the local derivatives of an arrow into `head`, in letters, each once.

    d(a·b)/da = b. Plain numbers are those of the operations, if all of these have the same ones.
    """
    op = head.kind.op
    if op.any_number:
        return [_rule(op, ("a", "b", _DOTS), 0)]
    numbers = {tuple(_plain(member)) for member in head.members} if head.kind.has_numbers else ()
    told = (
        _rule(op, ("a", "b")[: len(op.partials)], edge_places(user)[place])
        if len(numbers) > 1
        else why(user, place, _letters(user)).symbols
        for place, user in dict(zip(arrow.places, arrow.users, strict=True)).items()
    )
    return list(dict.fromkeys(told))


def in_one_example(arrow: Arrow, edge: int, head: FoldedClass) -> str:
    """The rule in the numbers of one edge: d(a·b)/da = b = 0.3; that of a sum has none."""
    user = arrow.users[edge]
    return (
        rules_in_letters(arrow, head)[0]
        if head.kind.op.any_number
        else str(why(user, arrow.places[edge], _letters(user)))
    )


def _letters(node: Value) -> Mapping[Value, str]:
    """A letter for each input of an operation, but none for an input that is used twice.

    Its rule then has a letter for each of its two places.
    """
    uses = Counter(node.inputs)
    pairs = zip(uses, ascii_lowercase, strict=False)
    return {each: "its input" if uses[each] > 1 else letter for each, letter in pairs}


def _plain(node: Value) -> Iterator[float]:
    """The plain numbers among the inputs of a node."""
    return (each.data for each in node.inputs if each.op is CONSTANT)


def _rule(op: Op, inputs: tuple[str, ...], place: int) -> str:
    """The derivative of the operation by one of `inputs`, with the rule of its row if it has one.

    A row for any number of inputs has a rule for all of them.
    """
    names = {**TEXT.constants, **{each: Written(each) for each in inputs}}
    formula = TEXT.formula((*inputs, ApplyRow(op, len(inputs))), names).text
    derivative = TEXT.derivative(formula, inputs[place])
    given = rules_of(op)
    return f"{derivative} = {TEXT.rule(given[place], names)}" if given else derivative


# The last line of a box, which tells the gradient.
_GRAD = re.compile(r'(data-node="(\d+)">.*?>grad )[^<]*(</text>\n</g>)', re.DOTALL)


class BoxText(NamedTuple):
    """What the box of a class tells; `widest` is the longest text of its gradient on the way."""

    name: str
    size: int
    data: str
    grad: str
    widest: str


def class_names(walk: Walk, scene: Scene) -> list[str]:
    """A name of its own for each class: its label, else its operation, and its place if needed."""
    first_lines = {box.id: box.lines[0] for box in scene.boxes}
    names = [
        plain_label(first_lines[group.id]) if group.kind.label else group.kind.op.title
        for group in walk.groups
    ]
    return names_of_classes(walk.groups, names)


def folded_picture(walk: Walk, scene: Scene, told: Sequence[BoxText]) -> tuple[str, str]:
    """The SVG with the gradients at the end, and ""; or "" and the reason for no picture."""
    place = {group.id: i for i, group in enumerate(walk.groups)}
    arrows = {
        (walk.groups[arrow.tail].id, walk.groups[arrow.head].id): i
        for i, arrow in enumerate(walk.arrows)
    }
    number = {edge.id: arrows[edge.tail, edge.head] for edge in scene.edges}
    boxes = (_box(box, walk.groups[place[box.id]].kind, told[place[box.id]]) for box in scene.boxes)
    edges = (_edge(edge, walk.arrows[number[edge.id]]) for edge in scene.edges)
    drawn = replace(scene, title=told[-1].name, boxes=tuple(boxes), edges=tuple(edges), caption=())
    marks = {box.id: f'{box.kind}" data-node="{place[box.id]}"' for box in scene.boxes}
    marks.update((id, f'" data-edge="{i}"') for id, i in number.items())
    try:
        svg = hinted(render(to_dot(drawn), "svg", TIME_LIMIT), drawn)
    except (RenderError, ImportError) as error:
        return "", f"There is no picture: {error}"
    svg = with_marks(STYLE.sub("", svg, count=1), marks)
    return _GRAD.sub(lambda m: f"{m[1]}{told[int(m[2])].grad}{m[3]}", svg), ""


def _box(box: Box, kind: FoldClass, told: BoxText) -> Box:
    """The box with the numbers of the run, and what equations call it in its first line."""
    first, *others = box.lines[:-2]
    title = kind.op.title
    called = told.name if "#" in told.name else title
    if kind.label:
        first = told.name if "#" in told.name else first
    elif first.endswith(title):
        first = first.removesuffix(title) + called
    else:
        first, others = called, [first, *others]
    lines = (first, *others, f"data {told.data}", f"grad {told.widest}")
    hint = f"{told.name}, ×{told.size:,}, data {told.data}, grad {told.grad}"
    return replace(box, lines=lines, hint=hint)


def _edge(edge: Edge, arrow: Arrow) -> Edge:
    """The arrow with its share, which is also its width."""
    count, share = len(arrow), percent(arrow.share)
    local = in_range(arrow.local)
    lines = [f"×{count:,}", share] if count > 1 else [local]
    hint = f"{count:,} edge{'s' * (count > 1)}, local derivative {local}, "
    hint += f"{share} of |gradient| passes"
    return replace(edge, label="\n".join(lines), hint=hint, flow=min(1.0, arrow.share))
