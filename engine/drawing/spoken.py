"""A scene in the words of a language: what a picture says, but for names and operations."""

import re
from dataclasses import replace

from ..languages import Speech, hint_in
from .scene import Box, Edge, Scene

# Through which of several slots a contribution comes.
_THROUGH = re.compile(r"(.*), through (.+), where (.+)", re.DOTALL)


def spoken(scene: Scene, words: Speech) -> Scene:
    """The scene of a graph, in these words; labels stay as they are."""
    if words.code == "en":
        return scene
    return replace(
        scene,
        boxes=tuple(_box(each, words) for each in scene.boxes),
        edges=tuple(_edge(each, words) for each in scene.edges),
        caption=tuple(_caption(each, words) for each in scene.caption),
        about=words.translated(scene.said),
    )


def _box(box: Box, words: Speech) -> Box:
    label = box.value.label if box.value else ""
    lines = tuple(line if line == label else words.line(line) for line in box.lines)
    return replace(box, lines=lines, hint=_hint(box.hint, words))


def _hint(hint: str, words: Speech) -> str:
    """The hint of a box: with its numbers, or its lines without them."""
    told = hint_in(hint, {}, words)
    return told if told != hint else ", ".join(map(words.line, hint.split(", ")))


def _edge(edge: Edge, words: Speech) -> Edge:
    label = "\n".join(map(words.numbers, edge.label.split("\n")))
    return replace(edge, label=label, hint=words.line(edge.hint))


def _caption(line: str, words: Speech) -> str:
    """A line below the picture: an equation, or a message."""
    if not (found := _THROUGH.fullmatch(line)):
        return words.line(line)
    change, slot, letters = found.groups()
    return words.say("drawing.through", change=words.numbers(change),
                     slot=words.translated(slot), letters=letters)  # fmt: skip
