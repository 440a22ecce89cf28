"""The run of a large graph, folded, as plain data: a page walks it a class at a time.

The document is made of dicts, lists, text and numbers; as JSON the same graph gives the same bytes.
"NaN", "Infinity" and "-Infinity" are text. A range of numbers is text in three digits, -0.3 … 1.2;
of a single number in four. Its entries, in version 1:

    format, version     "glassgrad fold", 1
    title, size         the name of the output, and the number of nodes
    heading             null, or what the page is called
    classes             the boxes of the picture, inputs before consumers:
        name            its name; no other class of the document has the same
        op, symbol      the operation, as a path and as a picture shows it
        scope           its scope, outermost first
        count           the number of its members
        data, grad      the range of their numbers, and of their gradients at the end
        zeros           the number of members whose gradient is 0 at the end
        line            null, or the line of the program that made the first member
        members         some members, the largest |gradient| first: name, data, grad; uses: the
                        number of edges that pass to it; best: null, or the largest |contribution|
                        to its gradient: the arrow that holds it, upstream, local and contribution,
                        and why: the rule in these numbers
    arrows              all edges between two classes:
        tail, head      the class of the inputs, and the class of what consumes them
        count           the number of edges
        upstream        the range of the gradients that arrive, at the consumers
        local           the range of the local derivatives
        contribution    the range of their products
        share           sum of |contribution| / sum of |upstream|; 0 if nothing arrives
        passes          the share in percent
        nothing         the number of edges that pass nothing: their contribution is 0
        closed          the number of these with the local derivative 0, at which something arrives
        rules           the derivatives of the operation in letters, d(a·b)/da = b
    steps               kind: forward, seed or push; groups: the places of the classes that are
                        computed, each from the one before it, or of the one that passes its
                        gradient on; arrows: the places of the arrows through which it passes;
                        grads: each class whose gradients change: group, grad: the range of the
                        sums so far; complete: whether all that consumes its members has passed
    picture             svg: each box with data-node="place of the class", each arrow with
                        data-edge="place of the arrow"; note: the reason for no picture

folded.schema.json says the same to programs, as a JSON Schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..analysis.reductions import inside_ladders
from ..drawing.by_class import ByClass
from ..drawing.by_node import ByNode
from ..drawing.selection import Selection
from ..graph import topological_order
from ..system.leaving import numbers_leave
from ..typesetting.mathematics import plain_label
from ..value import Value
from .folded_shown import (
    BoxText,
    class_names,
    folded_picture,
    in_one_example,
    in_range,
    percent,
    rules_in_letters,
)
from .folded_walk import Arrow, FoldedClass, LargestPasses, Progress, Walk, largest_members
from .marked_svg import MOST_BOXES
from .trace import Lines, as_json, as_number

# The most members of a class that are told, and of all classes together, but for the first three.
_TOLD, _TOLD_IN_ALL = 20, 400


@dataclass(frozen=True, slots=True, repr=False)
class FoldedRun:
    """A run of a folded graph. `document` is plain data; see engine/stepper/folded.py."""

    document: Mapping[str, Any]

    def to_json(self) -> str:
        """The document as JSON, in ASCII; the same graph always gives the same text."""
        return as_json(self.document)

    def __repr__(self) -> str:
        told = self.document
        classes, steps = len(told["classes"]), len(told["steps"])
        return f"Run of {told['title']}: {told['size']:,} nodes in {classes} classes, {steps} steps"


def is_large(output: Value) -> bool:
    """Whether the graph of `output` has too many boxes for a picture with one for each Value."""
    selection = Selection(topological_order(output), frozenset())
    return len(selection.operations) > MOST_BOXES or len(ByNode(selection)) > MOST_BOXES


@numbers_leave("takes the numbers of a run")
def folded_run(output: Value, lines: Lines, heading: str | None = None) -> FoldedRun | None:
    """The run of the folded graph of `output`; None if even its classes are too many to draw.

    No `.grad` is read or written.
    """
    order = topological_order(output)
    by_class = ByClass(Selection(order, inside_ladders(order, (output,))))
    if len(by_class) > MOST_BOXES:
        return None
    walk = Walk(by_class)
    scene = by_class.scene("TB")
    names = class_names(walk, scene)
    steps = _steps(walk)
    classes = _classes(walk, names, lines)
    svg, note = folded_picture(walk, scene, _told(classes, steps))
    return FoldedRun(
        {
            "format": "glassgrad fold",
            "version": 1,
            "title": plain_label(output.label) or names[-1],
            "heading": heading,
            "size": by_class.fold.size,
            "classes": classes,
            "arrows": [_arrow(arrow, walk.groups[arrow.head]) for arrow in walk.arrows],
            "steps": steps,
            "picture": {"svg": svg, "note": note},
        }
    )


def _steps(walk: Walk) -> list[dict[str, Any]]:
    """The steps, each with the gradients that it changes."""
    progress = Progress(walk)
    return [
        {
            "kind": step.kind,
            "groups": list(step.groups),
            "arrows": list(step.arrows),
            "grads": [
                {
                    "group": place,
                    "grad": in_range(progress.gradients(place)),
                    "complete": not progress.missing[place],
                }
                for place in progress.after(step)
            ],
        }
        for step in walk.steps()
    ]


def _classes(walk: Walk, names: Sequence[str], lines: Lines) -> list[dict[str, Any]]:
    """The classes, each with its largest members."""
    most = max(3, min(_TOLD, _TOLD_IN_ALL // len(names)))
    told = [largest_members(group.members, walk.gradient, most) for group in walk.groups]
    passed = LargestPasses(walk, {member for members in told for member in members})
    return [
        {
            "name": name,
            "op": group.kind.op.title,
            "symbol": group.kind.op.symbol,
            "scope": list(group.scope),
            "count": len(group.members),
            "data": in_range([each.data for each in group.members]),
            "grad": in_range([walk.gradient[each] for each in group.members]),
            "zeros": sum(walk.gradient[each] == 0 for each in group.members),
            "line": lines.get(group.members[0].serial),
            "members": list(_members(walk, group, members, passed)),
        }
        for group, name, members in zip(walk.groups, names, told, strict=True)
    ]


def _members(
    walk: Walk, group: FoldedClass, members: Sequence[Value], passed: LargestPasses
) -> Iterator[dict[str, Any]]:
    """What is told of some members of a class."""
    place = {each: i for i, each in enumerate(group.members, 1)}
    for member in members:
        number = f" {place[member]:,}" * (len(group.members) > 1)
        yield {
            "name": plain_label(member.label) or f"{group.kind.op.title}{number}",
            "data": as_number(member.data),
            "grad": as_number(walk.gradient[member]),
            "uses": passed.uses[member],
            "best": _best(walk, *passed.best[member]) if member in passed.best else None,
        }


def _best(walk: Walk, arrow: int, edge: int) -> dict[str, Any]:
    """The contribution of an edge of an arrow."""
    whole = walk.arrows[arrow]
    return {
        "arrow": arrow,
        "upstream": as_number(whole.upstream[edge]),
        "local": as_number(whole.local[edge]),
        "contribution": as_number(whole.contributions[edge]),
        "why": in_one_example(whole, edge, walk.groups[whole.head]),
    }


def _told(
    classes: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]]
) -> list[BoxText]:
    """What the boxes tell; dots after a gradient mean that more will come."""
    widest = [""] * len(classes)
    for grads in (each for step in steps for each in step["grads"]):
        text = grads["grad"] if grads["complete"] else f"{grads['grad']} …"
        widest[grads["group"]] = max(widest[grads["group"]], text, key=len)
    return [
        BoxText(each["name"], each["count"], each["data"], each["grad"], wide)
        for each, wide in zip(classes, widest, strict=True)
    ]


def _arrow(arrow: Arrow, head: FoldedClass) -> dict[str, Any]:
    return {
        "tail": arrow.tail,
        "head": arrow.head,
        "count": len(arrow),
        "upstream": in_range(arrow.upstream),
        "local": in_range(arrow.local),
        "contribution": in_range(arrow.contributions),
        "share": as_number(arrow.share),
        "passes": percent(arrow.share),
        "nothing": arrow.nothing,
        "closed": arrow.closed,
        "rules": rules_in_letters(arrow, head),
    }
