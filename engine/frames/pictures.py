"""The pictures of a run: in each the numbers that are known by then, all in one layout.

What has not happened yet is a dash, and a box that has not been computed is dashed. What a step
concerns is marked, and its equations stand below, in the words of `steps()`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..analysis.steps import Event, Forward, Push, Seed
from ..drawing.by_node import ByNode
from ..drawing.formats import Sheet
from ..drawing.layout import layout_of
from ..drawing.scene import Box, Edge, Scene
from ..drawing.selection import Selection
from ..drawing.spoken import spoken
from ..graph import topological_order
from ..languages import Speech
from ..notation import abridged, short
from ..typesetting.themes import ACTIVE, AHEAD, CHANGES, PASSING, PLAIN, Look
from ..value import Value
from .run_steps import RunStep, arrivals, changed_by, node_of
from .wording import FrameWording

# The most seconds for a layout, and for a picture.
_TIME_LIMIT = 30.0

# The most lines below a picture, and the most numbers in a line at the start.
_LINES, _IN_A_LINE = 4, 4


def sheets_of(
    output: Value,
    events: Sequence[Event],
    run: Sequence[RunStep],
    chosen: range,
    look: Look,
    words: Speech,
) -> Iterator[Sheet]:
    """The pictures of the `chosen` steps of a run, in one layout for all of its steps."""
    selection = Selection(topological_order(output), frozenset())
    longest = _longest(selection.order, events)
    given = _given(selection.order, longest)
    captions = [_caption(step) or given for step in run]
    room = spoken(_room(ByNode(selection, longest).scene("LR"), captions), words)
    forth, back = (layout_of(Sheet(_all(room, emphasis), _TIME_LIMIT, look).source, _TIME_LIMIT)
                   for emphasis in (PLAIN, PASSING))  # fmt: skip
    for number in chosen:
        step, caption = run[number], captions[number]
        known = _known(selection.order, events, step.end)
        scene = ByNode(selection, known).scene("LR")
        scene = spoken(replace(_marked(scene, step, known), caption=caption), words)
        turned = {each.id: back.arrows[each.id] for each in scene.edges if each.emphasis == PASSING}
        yield Sheet(scene, _TIME_LIMIT, look, forth.with_arrows(turned))


def _known(order: Sequence[Value], events: Sequence[Event], end: int) -> FrameWording:
    """What is known when so many events are over; a gradient that still grows has dots."""
    so_far = events[:end]
    uses, now = arrivals(events), arrivals(so_far)
    done = {event.node for event in so_far if isinstance(event, Forward)}
    data = {value: short(value.data) for value in order if value in done or not value.inputs}
    grads: dict[Value, str] = {}
    for event in so_far:
        if isinstance(event, Seed | Push):
            value = changed_by(event)
            grad = event.grad if isinstance(event, Seed) else event.after
            grads[value] = short(grad) + (" …" if now[value] < uses[value] else "")
    return FrameWording(events[-1].names, data, grads)


def _longest(order: Sequence[Value], events: Sequence[Event]) -> FrameWording:
    """The longest texts that are ever told."""
    widest: dict[Value, str] = {}
    for event in events:
        if isinstance(event, Push):
            text = f"{short(event.after)} …"
            widest[event.input] = max(widest.get(event.input, ""), text, key=len)
    return replace(_known(order, events, len(events)), grads={order[-1]: "1", **widest})


def _marked(scene: Scene, step: RunStep, known: FrameWording) -> Scene:
    """The scene, with what the step concerns marked, and what has not been computed yet."""
    changed = {changed_by(event) for event in step.news}
    active = {node_of(event) for event in step.news} | changed
    fed = {event.node for event in step.news if isinstance(event, Forward)}
    passing = {(push.node, push.place) for push in step.pushes}

    def box_at(box: Box) -> Box:
        """The box with its emphasis."""
        value = box.value
        if value not in known.data:
            return replace(box, emphasis=AHEAD)
        emphasis = CHANGES if value in changed else ACTIVE if value in active else PLAIN
        return replace(box, emphasis=emphasis)

    def edge_at(edge: Edge) -> Edge:
        """The arrow with its emphasis, and its number as soon as that is known."""
        node, place = (edge.turn.node, edge.turn.place) if edge.turn else (None, 0)
        if node not in known.data:
            return replace(edge, emphasis=AHEAD, label="", hint="")
        way = PASSING if (node, place) in passing else ACTIVE if node in fed else PLAIN
        return replace(edge, emphasis=way)

    boxes, edges = map(box_at, scene.boxes), map(edge_at, scene.edges)
    return replace(scene, boxes=tuple(boxes), edges=tuple(edges))


def _caption(step: RunStep) -> tuple[str, ...]:
    """The equations of a step; none at the start."""
    lines = [*map(str, step.news)]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… and {len(lines) - _LINES + 1} more"]
    return tuple(lines)


def _given(order: Sequence[Value], longest: FrameWording) -> tuple[str, ...]:
    """The numbers of the leaves, a few in a line."""
    leaves = [each for each in order if each in longest.grads and not each.inputs]
    given = abridged([f"{longest.name(leaf)} = {longest.data[leaf]}" for leaf in leaves])
    return tuple(", ".join(given[i : i + _IN_A_LINE]) for i in range(0, len(given), _IN_A_LINE))


def _room(scene: Scene, captions: Sequence[Sequence[str]]) -> Scene:
    """The scene with room for each of the captions."""
    longest = max((line for caption in captions for line in caption), key=len, default="")
    return replace(scene, caption=(f"{longest}__",) * max(map(len, captions)))


def _all(scene: Scene, emphasis: int) -> Scene:
    """The scene with one emphasis for all arrows."""
    edges = (replace(edge, emphasis=emphasis) for edge in scene.edges)
    return replace(scene, edges=tuple(edges))
