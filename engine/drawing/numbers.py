"""The numbers of a picture: all of them, some, none, or blanks to be filled in.

A graph is drawn with all its numbers; here they are taken out again. What remains of a hint is the
name, so that no hint of a worksheet tells what is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .scene import Box, Edge, Scene

# What `draw` takes as `numbers`: all; the data alone; none; and blanks to be filled in.
ALL, DATA, NONE, BLANK = CHOICES = ("all", "data", "none", "blank")

# The blanks for the numbers of boxes and arrows, on which one can write with a pen; below that of
# an arrow is an empty line, so that it does not touch the arrow.
_IN_A_BOX, _AT_AN_ARROW = "_" * 9, "_" * 6

# The last lines of a box: its data and its gradient.
_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A scene with blanks, its solution, and a scene with room for either.

    A solution has gradients: `is_solved` says whether they have been computed.
    """

    asked: Scene
    solved: Scene
    rooms: Scene
    is_solved: bool


def with_numbers(scene: Scene, numbers: str) -> Scene:
    """The scene of a graph with the `numbers` that are wanted: all, the data, or none."""
    if numbers == ALL:
        return scene
    left = 1 if numbers == DATA else 0
    boxes = tuple(_with(box, _numbers(box)[:left]) for box in scene.boxes)
    return replace(scene, boxes=boxes, edges=tuple(map(_quiet, scene.edges)))


def worksheet(scene: Scene, *, is_solved: bool) -> Worksheet:
    """The scene of a graph as a worksheet: a blank for all that can be computed from the leaves."""
    return Worksheet(
        asked=_filled(scene, lambda blank, number: blank, is_asked=True),
        solved=_filled(scene, lambda blank, number: number),
        rooms=_filled(scene, lambda blank, number: max(blank, number, key=len)),
        is_solved=is_solved,
    )


def _filled(scene: Scene, chosen: Callable[[str, str], str], *, is_asked: bool = False) -> Scene:
    """The scene with what is `chosen` of the blank and the number, wherever a number is asked."""
    boxes = []
    for box in scene.boxes:
        lines = _numbers(box)
        given = lines[: 1 if box.kind == "leaf" else 0]
        words = (line.partition(" ") for line in lines[len(given) :])
        asked = (f"{word} {chosen(_IN_A_BOX, number)}" for word, _, number in words)
        filled = _with(box, (*given, *asked))
        boxes.append(filled if is_asked else replace(filled, hint=box.hint))
    labels = (chosen(_AT_AN_ARROW, edge.label) if edge.label else "" for edge in scene.edges)
    edges = (replace(edge, label=label and f"{label}\n ")
             for edge, label in zip(scene.edges, labels, strict=True))  # fmt: skip
    return replace(
        scene, boxes=tuple(boxes), edges=tuple(map(_unsaid, edges) if is_asked else edges)
    )


def _numbers(box: Box) -> tuple[str, ...]:
    """The lines of a box with its numbers; a mark where the graph goes on has none."""
    return () if box.kind == "more" else box.lines[-_NUMBERS:]


def _with(box: Box, numbers: tuple[str, ...]) -> Box:
    """The box with these lines in place of its numbers, and without numbers in its hint."""
    names = box.lines[: len(box.lines) - len(_numbers(box))]
    scope = box.scope if box.value is None else box.value.scope
    place = f"{' / '.join(scope)}: " if scope else ""
    return replace(box, lines=(*names, *numbers), hint=place + ", ".join(names))


def _quiet(edge: Edge) -> Edge:
    """The arrow without its number: of a folded picture, the number of edges is left."""
    count = edge.label.partition("\n")[0]
    return replace(_unsaid(edge), label=count if count.startswith("×") else "")


def _unsaid(edge: Edge) -> Edge:
    """The arrow without numbers in its hint, which is then what its number is called."""
    called = "" if edge.turn is None else edge.hint.rpartition(" = ")[0]
    return replace(edge, hint=called)
