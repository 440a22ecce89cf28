r"""A scene in TikZ, with the places that Graphviz found: `\input{graph}` in a LaTeX document.

LaTeX sets the formulas of labels. All other text is data: what LaTeX would obey is escaped.
"""

import re
from collections.abc import Iterable, Iterator

from ..notation import visible
from ..typesetting.latex import latex_parts, latex_sign
from ..typesetting.mathematics import plain_label
from ..typesetting.themes import (
    ACTIVE,
    AHEAD,
    BACKWARD,
    CHANGES,
    ON_A_PATH,
    ON_THE_LARGEST,
    PASSING,
    PLAIN,
    BoxStyle,
    Look,
    Stroke,
)
from .layout import Layout, Placing
from .scene import BOLD_UP_TO, Box, Edge, Scene

_HEAD = r"""% A picture by glassgrad, for a document that has \usepackage{tikz, amsmath, amssymb}.
% It stands there by \input{this file}. By itself: \documentclass[tikz]{standalone}
% \usepackage{amsmath, amssymb} \begin{document} \input{this file} \end{document}
% Letters that are not Latin need LuaLaTeX or XeLaTeX, and a font that has them.
"""

_EMPHASES = {
    PLAIN: "plain",
    ON_A_PATH: "on a path",
    ON_THE_LARGEST: "on the largest path",
    ACTIVE: "active",
    CHANGES: "changes",
    PASSING: "passing",
    AHEAD: "ahead",
}

# Points of an inch.
_INCH = 72

_ESCAPED = {
    **{each: f"\\{each}" for each in "{}$&#_%"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
    "\N{EN DASH}": r"\textendash{}",
    "\N{EM DASH}": r"\textemdash{}",
}

# A blank to be filled in, the minus of a number, a hyphen before another one, which LaTeX would
# join with it, and any other character.
_WORD = re.compile(
    r"(?P<blank>_{4,})|(?P<minus>(?<![\w)-])-(?=\d|inf))|(?P<hyphen>-(?=-))|.", re.DOTALL
)

# The width of a blank for one underscore, as a share of the size of letters.
_BLANK = 0.556


def to_tikz(scene: Scene, layout: Layout, look: Look) -> str:
    """The scene as a picture in TikZ; a unit of its coordinates is a point of Graphviz."""
    return "\n".join([_HEAD + r"\begin{tikzpicture}[", *_styles(look), "]",
                      *_frames(scene, layout), *_boxes(scene, layout),
                      *_arrows(scene, layout, look), *_caption(scene, layout),
                      r"\end{tikzpicture}", ""])  # fmt: skip


def _styles(look: Look) -> Iterator[str]:
    """The options of the picture: a style for each kind of box, and for each emphasis."""
    theme = look.theme
    yield f"  x=1bp, y=1bp, >=latex{_scaled(look.scale)},"
    yield f"  letters/.style={{align=center, inner sep=1bp, {_font(look, 11)}}},"
    yield f"  number/.style={{letters, fill={_colour(theme.paper)}, {_font(look, 10)}}},"
    yield f"  quiet/.style={{letters, text={_colour(theme.quiet)}, {_font(look, 13)}}},"
    fill, alpha = _colour(theme.frame[:7]), int(theme.frame[7:], 16)
    yield (f"  frame/.style={{rounded corners=6bp, draw={_colour(theme.quiet)}, fill={fill}, "
           f"fill opacity={alpha / 255:.2f}}},")  # fmt: skip
    for kind, style in theme.boxes.items():
        yield f"  {kind}/.style={{letters, {_of_kind(style)}{_DOUBLE * (kind == 'output')}}},"
    for emphasis, stroke in theme.strokes.items():
        name, dashes = _EMPHASES[emphasis], f", {stroke.dashes}" if stroke.dashes else ""
        yield f"  {name}/.style={{line width={stroke.width}bp{_of_stroke(stroke)}{dashes}}},"
        line = f"line width={stroke.width}bp, draw={_colour(stroke.line)}"
        yield f"  {name} arrow/.style={{{line}{dashes}}},"


_DOUBLE = ", double, double distance=2bp"


def _scaled(scale: float) -> str:
    return "" if scale == 1 else f", scale={scale:.6g}, transform shape"


def _font(look: Look, size: float) -> str:
    points = float(look.sized(size))
    return rf"font=\sffamily\fontsize{{{points:.6g}}}{{{1.2 * points:.6g}}}\selectfont"


def _of_kind(style: BoxStyle) -> str:
    """The options of a kind of box."""
    rounded = ", rounded corners=4bp" if "rounded" in style.style else ""
    fill, border, letters = map(_colour, (style.fill, style.border, style.letters))
    return f"fill={fill}, draw={border}, text={letters}{rounded}"


def _of_stroke(stroke: Stroke) -> str:
    """The options of an emphasis that a box has in place of those of its kind."""
    border, fill = stroke.border, stroke.fill
    return (f", draw={_colour(border)}" * bool(border)) + (f", fill={_colour(fill)}" * bool(fill))


def _colour(name: str) -> str:
    """A colour in LaTeX: that of its three numbers, or by its name."""
    if not name.startswith("#"):
        return name
    red, green, blue = (int(name[i : i + 2], 16) for i in (1, 3, 5))
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _frames(scene: Scene, layout: Layout) -> Iterator[str]:
    """The frames, outer ones first, each with its name."""
    names = {f"cluster_{box.id}_{depth}": name
             for box in scene.boxes for depth, name in enumerate(box.scope)}  # fmt: skip
    for name, place in layout.frames.items():
        left, low, right, high = place["bb"].split(",")
        yield rf"\draw[frame] ({left},{low}) rectangle ({right},{high});"
        if "lp" in place:  # which a name without letters has not
            yield rf"\node[quiet] at ({place['lp']}) {{{_text(names[name])}}};"


def _boxes(scene: Scene, layout: Layout) -> Iterator[str]:
    for box in scene.boxes:
        place = layout.boxes[box.id]
        size = (
            f"minimum {side}={_INCH * float(place[side]):.6g}bp" for side in ("width", "height")
        )
        style = f"{box.kind}, {_EMPHASES[box.emphasis]}, {', '.join(size)}"
        yield rf"\node[{style}] ({box.id}) at ({place['pos']}) {{{_lines(box)}}};"


def _lines(box: Box) -> str:
    """The lines of a box; the first one is bold unless it is long."""
    first, *rest = box.lines
    is_long = len(plain_label(first)) > BOLD_UP_TO
    bold = (line if is_long else rf"\textbf{{{line}}}" for line in map(_text, first.split("\n")))
    return _stacked([*bold, *map(_text, rest)])


def _arrows(scene: Scene, layout: Layout, look: Look) -> Iterator[str]:
    """The arrows, as curves from box to box, each with its number."""
    for edge in scene.edges:
        place = layout.arrows[edge.id]
        way = "<-" if edge.emphasis in BACKWARD else "->"
        wide = f", line width={edge.width}bp" if edge.width else ""
        yield rf"\draw[{way}, {_EMPHASES[edge.emphasis]} arrow{wide}] {_curve(edge, place)};"
        if edge.label:
            letters = _colour(look.theme.strokes[edge.emphasis].letters)
            yield rf"\node[number, text={letters}] at ({place['lp']}) {{{_text(edge.label)}}};"


def _curve(edge: Edge, place: Placing) -> str:
    """The curve of an arrow; the borders of its boxes cut off its ends."""
    points = [each for each in place["pos"].split() if each[0] not in "es"]
    middle = [f"({each})" for each in points[1:-1]]
    curves = [f".. controls {first} and {second} .."
              for first, second in zip(middle[::3], middle[1::3], strict=True)]  # fmt: skip
    ends = [*middle[2::3], f"({edge.head})"]
    steps = (f"{curve} {end}" for curve, end in zip(curves, ends, strict=True))
    return " ".join([f"({edge.tail})", *steps])


def _caption(scene: Scene, layout: Layout) -> Iterator[str]:
    if scene.caption:
        lines = _stacked(map(_text, scene.caption))
        yield rf"\node[quiet] at ({layout.whole['lp']}) {{{lines}}};"


def _text(text: str) -> str:
    """A text as LaTeX that shows it as it is, with its formulas set."""
    return _stacked("".join(map(_set, latex_parts(line))) for line in visible(text).split("\n"))


def _set(part: tuple[str, str | None]) -> str:
    """A part of a line, in LaTeX."""
    text, formula = part
    return f"${formula}$" if formula else _escaped(text)


def _stacked(lines: Iterable[str]) -> str:
    r"""Lines one below the other; behind a `\\` LaTeX takes brackets and a star for options."""
    guarded = (f"{{}}{line}" if line.lstrip()[:1] in ("", "[", "*") else line for line in lines)
    return r"\\".join(guarded)


def _escaped(text: str) -> str:
    """Text as LaTeX that shows it."""
    return _WORD.sub(_word, text)


def _word(found: re.Match[str]) -> str:
    """A character of a text in LaTeX, or a blank."""
    if found["blank"]:
        return rf"\rule[-1bp]{{{_BLANK * len(found[0]):.6g}em}}{{0.4bp}}"
    if found["minus"]:
        return "$-$"
    return "-{}" if found["hyphen"] else _ESCAPED.get(found[0]) or latex_sign(found[0])
