"""A NetworkDiagram as an SVG: neurons are circles in columns, weights are lines between them.

The larger a weight, the wider its line, which is blue and solid above 0, orange and dashed below,
or as the theme has it; the ring of a neuron shows its bias in the same way. Names are data, and are
shown as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

from engine.notation import short, xml_text
from engine.system.pages import ROOM
from engine.typesetting.themes import Look

from .wiring import Column, Link, NetworkDiagram, Spot

# In pixels, for letters of the usual size: the height of a column, the distances of neurons and of
# columns, the widths of lines, the space at the top, at the bottom and at the sides, letters, lines
# of text, and a whole page.
_HEIGHT, _NEAREST, _FARTHEST = 520.0, 26.0, 58.0
_NARROW, _BROAD = 130.0, 240.0
_THINNEST, _WIDEST = 0.6, 5.0
_TOP, _BOTTOM, _SIDE = 44.0, 50.0, 64.0
_LETTER, _LINE, _LEAST_WIDTH = 7.0, 18.0, 400.0

# The size of letters, in points and in pixels, where nothing else is asked for.
FONT_SIZE = 9.0
_PIXELS = 12.0

# The distance of the control points of a line from its ends, as a share of its width.
_BEND = 0.22

# The most letters of a name that are shown; a hint has all of them.
_LONGEST = 24

# The curve of an activation is drawn from -_REACH to _REACH, in _STEPS steps.
_REACH, _STEPS = 3.0, 48


_XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


@dataclass(frozen=True, slots=True)
class _Page:
    """The layout: sizes and positions in pixels, and the largest weight or bias.

    `letters` is how many times as large as usual the letters are.
    """

    look: Look
    letters: float
    radius: float
    column: float
    gap: float
    left: float
    width: float
    height: float
    foot: float
    largest: float

    def x(self, column: int) -> float:
        """The x coordinate of a column."""
        return self.left + column * self.gap

    def fill(self, column: int, last: int) -> str:
        """What the circles of a column are filled with."""
        kind = "leaf" if column == 0 else "output" if column == last else "operation"
        return self.look.theme.boxes[kind].fill

    def y(self, column: Column, place: float) -> float:
        """The y coordinate of a place in a column; all columns have their middle at one height."""
        middle = self.letters * _TOP + self.column / 2
        pitch = min(_FARTHEST, self.column / column.places)
        return middle + pitch * (place - (column.places - 1) / 2)

    def stroke(self, number: float) -> str:
        """The style of a line for a number: its size is width and opacity, its sign the colour."""
        share = abs(number) / self.largest
        width = _THINNEST + (min(_WIDEST, 0.28 * self.radius) - _THINNEST) * share
        theme = self.look.theme
        look = f'stroke="{theme.above if number >= 0 else theme.below}" stroke-width="{width:.2f}"'
        dashes = f' stroke-dasharray="{3 + 1.5 * width:.1f} {2 + width:.1f}"' * (number < 0)
        return f'{look} stroke-opacity="{0.35 + 0.65 * share:.2f}"{dashes}'


def to_svg(diagram: NetworkDiagram, look: Look) -> str:
    """The picture as an SVG element."""
    page = _page(diagram, look)
    label = xml_text(". ".join([f"Network {diagram.title}", *diagram.notes]))
    width, height = look.scale * page.width, look.scale * page.height
    ground = f";background:{look.theme.paper}" if look.theme.opaque else ""
    size = f'width="{width:.0f}" height="{height:.0f}" style="{ROOM}{ground}"'
    box = f'viewBox="0 0 {page.width:.0f} {page.height:.0f}"'
    lines = [
        f'<svg class="glassgrad-net" role="img" aria-label="{label}" {size} {box} {_XMLNS}>',
        f"<style>{_style(diagram)}</style>",
        *_paper(page),
        *(_line(page, diagram, link) for link in diagram.links),
    ]
    for i in range(len(diagram.columns)):
        lines += _column(page, diagram, i)
    return "\n".join([*lines, *_legend(page, diagram), "</svg>"])


def _paper(page: _Page) -> Iterator[str]:
    """The ground of a picture that is not transparent."""
    if page.look.theme.opaque:
        yield f'<rect width="100%" height="100%" fill="{page.look.theme.paper}"/>'


def _page(diagram: NetworkDiagram, look: Look) -> _Page:
    """The layout of a diagram; the legend begins at `foot`."""
    letters = look.font_size / FONT_SIZE
    places = max(column.places for column in diagram.columns)
    pitch = min(_FARTHEST, max(_NEAREST, _HEIGHT / places))
    radius, gap = 0.36 * pitch, min(_BROAD, max(_NARROW, 0.45 * pitch * places))
    left, right = (max(_SIDE, _room(diagram.columns[i], letters) + radius) for i in (0, -1))
    across = gap * (len(diagram.columns) - 1)
    width = max(letters * _LEAST_WIDTH, left + across + right)
    foot = letters * (_TOP + _BOTTOM - _LINE) + pitch * places
    biases = [spot.bias or 0.0 for column in diagram.columns for spot in column.spots]
    return _Page(
        look=look,
        letters=letters,
        radius=radius,
        column=pitch * places,
        gap=gap,
        left=(width + left - across - right) / 2,
        width=width,
        height=foot + letters * _LINE * (1 + len(diagram.notes)),
        foot=foot,
        largest=max(map(abs, [*biases, *(link.weight for link in diagram.links)])) or 1.0,
    )


def _room(column: Column, letters: float) -> float:
    """The room that the texts beside a column need."""
    texts = [_shortened(spot.beside) for spot in column.spots]
    if column.left_out:
        texts.append(f"⋮ {column.left_out:,} more")
    return 16 + letters * _LETTER * max(map(len, texts))


def _line(page: _Page, diagram: NetworkDiagram, link: Link) -> str:
    """The line of a weight, between the middles of two circles, which are drawn over it."""
    before, after = diagram.columns[link.column : link.column + 2]
    x1, y1 = page.x(link.column), page.y(before, link.tail.place)
    x2, y2 = page.x(link.column + 1), page.y(after, link.head.place)
    bend = _BEND * (x2 - x1)
    way = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    ends = f"link {_id(link.column, link.tail)} {_id(link.column + 1, link.head)}"
    hint = xml_text(f"{link.name} = {short(link.weight)}")
    return (f'<path class="{ends}" d="{way}" fill="none" {page.stroke(link.weight)}>'
            f"<title>{hint}</title></path>")  # fmt: skip


def _column(page: _Page, diagram: NetworkDiagram, i: int) -> Iterator[str]:
    """The circles of a column, the texts beside them, and the heading."""
    column, x, last = diagram.columns[i], page.x(i), len(diagram.columns) - 1
    yield _words(page, x, page.letters * (_TOP - 20), column.heading)
    for spot in column.spots:
        y = page.y(column, spot.place)
        yield from _circle(page, x, y, spot, f"spot {_id(i, spot)}", page.fill(i, last))
        if spot.curve is not None:
            yield _curve(page, spot.curve, x, y)
        yield from _beside(page, x, y, _shortened(spot.beside), i, last)
    if column.left_out:
        y = page.y(column, (len(column.spots) + 1) // 2)
        yield from _beside(page, x, y, f"⋮ {column.left_out:,} more", i, last)


def _beside(page: _Page, x: float, y: float, words: str, i: int, last: int) -> Iterator[str]:
    """A text: left of the first column, right of the last, inside the circles of all others."""
    if words:
        side, anchor = (-1, "end") if i == 0 else (1, "start") if i == last else (0, "middle")
        yield _words(page, x + side * (page.radius + 8), y, words, anchor)


def _circle(page: _Page, x: float, y: float, spot: Spot, name: str, fill: str) -> Iterator[str]:
    """The circle of an input or a neuron; its ring is the bias."""
    hint = spot.name if spot.bias is None else f"{spot.name}: bias {short(spot.bias)}"
    shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{page.radius:.1f}"'
    yield f'<g class="{name}"><title>{xml_text(hint)}</title>'
    yield f'{shape} fill="{fill}" stroke="{page.look.theme.quiet}" stroke-width="0.8"/>'
    if spot.bias:
        yield f'{shape} fill="none" {page.stroke(spot.bias)}/>'
    yield "</g>"


def _curve(page: _Page, curve: Callable[[float], float], x: float, y: float) -> str:
    """The curve of an activation, in a square inside the circle around (x, y)."""
    reach, ink = 0.55 * page.radius, page.look.theme.boxes["operation"].letters
    across = [_REACH * (2 * k / _STEPS - 1) for k in range(_STEPS + 1)]
    up = [curve(z) for z in across]
    low, high = min(up), max(up)
    scale = 2 * reach / (high - low) if high - low > 0 and isfinite(high - low) else 0.0
    points = " ".join(
        f"{x + reach * z / _REACH:.1f},{y + reach - scale * (v - low):.1f}"
        for z, v in zip(across, up, strict=True)
    )
    return (f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.3" '
            'stroke-linejoin="round" pointer-events="none"/>')  # fmt: skip


def _legend(page: _Page, diagram: NetworkDiagram) -> Iterator[str]:
    """The legend: examples of lines with their numbers, and the notes."""
    x, y, letters = 12.0, page.foot, page.letters
    for number in (page.largest, page.largest / 4, -page.largest):
        words = short(number).replace("-", "−")
        yield f'<path d="M{x:.1f} {y:.1f}h38" fill="none" {page.stroke(number)}/>'
        yield _words(page, x + 45, y, words, "start")
        x += 64 + letters * _LETTER * len(words)
    yield _words(page, x, y, "ring: bias", "start")
    for k, note in enumerate(diagram.notes, 1):
        yield _words(page, 12, y + letters * _LINE * k, note, "start")


def _words(page: _Page, x: float, y: float, words: str, anchor: str = "middle") -> str:
    """A text whose middle has the height y."""
    at = f'x="{x:.1f}" y="{y + 4 * page.letters:.1f}" text-anchor="{anchor}"'
    size = f' style="font-size:{_PIXELS * page.letters:.1f}px"' if page.letters != 1 else ""
    return f'<text {at}{size} fill="{page.look.theme.quiet}">{xml_text(words)}</text>'


def _style(diagram: NetworkDiagram) -> str:
    """The style of letters; and a neuron under the mouse fades the weights of all others."""
    rules = [".glassgrad-net text{font:12px Helvetica,Arial,sans-serif}"]
    for i, column in enumerate(diagram.columns):
        for name in (_id(i, spot) for spot in column.spots):
            pointed_at = f".glassgrad-net:has(.spot.{name}:hover)"
            rules.append(f"{pointed_at} .link:not(.{name}){{opacity:.08}}")
    return "".join(rules)


def _id(column: int, spot: Spot) -> str:
    return f"n{column}-{spot.index}"


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
