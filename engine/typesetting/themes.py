"""How a picture looks: its theme, which is a row of colours and strokes, and its sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..system.limits import within

# Okabe and Ito's palette, which colour-blind readers tell apart; `INK` and `GREY` are for letters
# and lines, and `GREY` is legible on white and on black.
BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"
VERMILION, PURPLE = "#d55e00", "#cc79a7"
INK, GREY = "#1b1f24", "#767676"

# The light blue of inputs, the light grey of operations, and the light green of outputs.
INPUT_FILL, INNER_FILL, OUTPUT_FILL = "#d6e8f6", "#f1f1f1", "#d2efe4"

# The emphasis of a box or an edge: none, on some path, on the largest path; and in a step of a run:
# takes part in it, is changed by it, passes gradient on in it, has not been computed yet.
PLAIN, ON_A_PATH, ON_THE_LARGEST, ACTIVE, CHANGES, PASSING, AHEAD = range(7)

# The emphases of edges that point as the gradient flows, from a consumer to its input.
BACKWARD = (ON_A_PATH, ON_THE_LARGEST, PASSING)

# The letters of boxes, in points, where nothing else is asked for; all other sizes go with them.
FONT_SIZE = 11.0


class BoxStyle(NamedTuple):
    """How a kind of box looks: its filling, its border, the words of DOT for them, its letters."""

    fill: str
    border: str
    style: str
    letters: str


class Stroke(NamedTuple):
    """How an emphasis looks.

    - `width`: the width of the border of a box and of an arrow.
    - `border`, `fill`: of a box; "" for those of its kind.
    - `line`, `letters`: the colours of an arrow and of its number.
    - `dashes`: the word of DOT for a line that is not solid; "" for one that is.
    """

    width: str
    border: str
    line: str
    letters: str
    dashes: str = ""
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours and strokes of a picture.

    - `paper`: what it is made for; an SVG is transparent unless the theme is `opaque`, and then it
      has the class `dark`, since other pictures may stand in its page.
    - `quiet`: the letters of captions and of the names of frames; `frame` fills the frames.
    - `boxes`: by kind of box.
    - `strokes`: by emphasis.
    - `above`, `below`: of the lines for numbers above 0 and below.
    """

    paper: str
    quiet: str
    frame: str
    boxes: Mapping[str, BoxStyle]
    strokes: Mapping[int, Stroke]
    above: str
    below: str
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A theme and sizes: letters in points, and how much larger the whole picture is made."""

    theme: Theme
    font_size: float = FONT_SIZE
    scale: float = 1.0

    def sized(self, size: float) -> str:
        """A size that goes with the letters, in DOT: given for letters of the usual size."""
        return f"{size * self.font_size / FONT_SIZE:.6g}"


# Two darker vermilions: of emphasised arrows, legible on white and on black, and of their labels.
_PATH, _DARK_PATH = "#c85600", "#8f3d00"


def _in_colour(
    path: tuple[str, str], usual: tuple[str, str], quiet: str, paper: str, fill: str
) -> dict[int, Stroke]:
    """The strokes of a theme in colours: those of what stands out have the colour of paths.

    `path` and `usual` are the colours of lines and of letters, and `fill` is that of a box that
    changes.
    """
    (marked, letters), (line, ink) = path, usual
    return {
        # emphasis              width  border  line    letters
        PLAIN:          Stroke("1",   "",     line,   ink),
        ON_A_PATH:      Stroke("1.8", marked, marked, letters),
        ON_THE_LARGEST: Stroke("3.5", marked, marked, letters),
        ACTIVE:         Stroke("3",   marked, marked, letters),
        PASSING:        Stroke("3",   marked, marked, letters),
        CHANGES:        Stroke("3",   marked, marked, letters, fill=fill),
        AHEAD:          Stroke("1",   line,   line,   quiet,  "dashed", paper),
    }  # fmt: skip


_LIGHT = Theme(
    paper="white",
    quiet=GREY,
    frame="#80808018",
    boxes={
        # kind                 fill         border  style             letters
        "leaf":      BoxStyle(INPUT_FILL,  BLUE,   "rounded,filled", INK),
        "operation": BoxStyle(INNER_FILL,  GREY,   "filled",         INK),
        "output":    BoxStyle(OUTPUT_FILL, GREEN,  "filled,bold",    INK),
        "more":      BoxStyle("none",      "none", "filled",         GREY),
    },
    strokes=_in_colour((_PATH, _DARK_PATH), (GREY, INK), GREY, "white", "#fdeee2"),
    above=BLUE,
    below=VERMILION,
)  # fmt: skip

_QUIET_AT_NIGHT, _LINE_AT_NIGHT = "#a3acb6", "#8d96a0"
_INK_AT_NIGHT, _PATH_AT_NIGHT, _LABEL_AT_NIGHT = "#e9ebee", "#ff8a3d", "#ffa066"

_DARK = Theme(
    paper="#15181c",
    quiet=_QUIET_AT_NIGHT,
    frame="#a0aab41c",
    boxes={
        "leaf":      BoxStyle("#10304a", "#56b4e9",      "rounded,filled", _INK_AT_NIGHT),
        "operation": BoxStyle("#2a3038", _LINE_AT_NIGHT, "filled",         _INK_AT_NIGHT),
        "output":    BoxStyle("#0d3b2e", "#2cc295",      "filled,bold",    _INK_AT_NIGHT),
        "more":      BoxStyle("none",    "none",         "filled",         _QUIET_AT_NIGHT),
    },
    strokes=_in_colour((_PATH_AT_NIGHT, _LABEL_AT_NIGHT), (_LINE_AT_NIGHT, _INK_AT_NIGHT),
                       _QUIET_AT_NIGHT, "#15181c", "#47280f"),
    above="#56b4e9",
    below=_PATH_AT_NIGHT,
    opaque=True,
)  # fmt: skip

# A copier knows no colours, and hardly any greys: kinds and emphases differ in strokes.
_BLACK, _DIM, _PALE = "#000000", "#595959", "#ececec"

_PRINT = Theme(
    paper="white",
    quiet=_DIM,
    frame="#00000008",
    boxes={
        "leaf":      BoxStyle("white", _BLACK, "rounded,filled", _BLACK),
        "operation": BoxStyle(_PALE,   _DIM,   "filled",         _BLACK),
        "output":    BoxStyle("white", _BLACK, "filled,bold",    _BLACK),
        "more":      BoxStyle("none",  "none", "filled",         _DIM),
    },
    strokes={
        PLAIN:          Stroke("0.8", "",     _DIM,   _BLACK),
        ON_A_PATH:      Stroke("1.8", _BLACK, _BLACK, _BLACK, "dashed"),
        ON_THE_LARGEST: Stroke("3.5", _BLACK, _BLACK, _BLACK),
        ACTIVE:         Stroke("3",   _BLACK, _BLACK, _BLACK),
        PASSING:        Stroke("3",   _BLACK, _BLACK, _BLACK),
        CHANGES:        Stroke("3",   _BLACK, _BLACK, _BLACK, fill="#d2d2d2"),
        AHEAD:          Stroke("0.8", _DIM,   _DIM,   _DIM,   "dotted", "white"),
    },
    above=_BLACK,
    below=_DIM,
)  # fmt: skip

# The themes by the names that `draw` takes.
ThemeName = Literal["light", "dark", "print"]
THEMES: Mapping[ThemeName, Theme] = {"light": _LIGHT, "dark": _DARK, "print": _PRINT}

LOOK = Look(_LIGHT)


def look_of(theme: object, font_size: object, scale: object) -> Look:
    """How a picture looks, by the name of its theme, None for light, and its sizes.

    Raises TypeError for what is no number, and ValueError for another theme or a size out of range.
    """
    known = next((each for name, each in THEMES.items() if theme == name), None)
    if theme is not None and known is None:
        raise ValueError(f"theme must be one of {', '.join(THEMES)} or None, got {theme!r}")
    letters, larger = within(font_size, "font_size", 1, 500), within(scale, "scale", 0.01, 100)
    return Look(known or _LIGHT, letters, larger)
