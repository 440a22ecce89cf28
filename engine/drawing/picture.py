"""draw(output): the picture of a graph, shown in Jupyter or saved to a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ..analysis.naming import Namespace
from ..languages import Language, Speech, speech_in
from ..system.files import FilePath, write_as
from ..system.leaving import numbers_leave
from ..system.limits import duration, limit
from ..system.pages import for_jupyter
from ..typesetting.mathematics import plain_label
from ..typesetting.themes import FONT_SIZE, Look, ThemeName, look_of
from ..value import Value, demand_value
from .compose import scene_of
from .formats import FORMATS, Sheet
from .layout import layout_of
from .mermaid import to_mermaid
from .numbers import ALL, BLANK, CHOICES, Worksheet, with_numbers, worksheet
from .scene import Drawable, Scene
from .spoken import spoken

_DIRECTIONS = ("LR", "RL", "TB", "BT")


class Drawing:
    """The picture of a computation graph. Jupyter shows it as SVG."""

    __slots__ = ("_look", "_scene", "_time_limit", "_worksheet", "source")

    def __init__(
        self, scene: Scene, time_limit: float, look: Look, worksheet: Worksheet | None = None
    ) -> None:
        self._scene = scene
        self._time_limit = time_limit
        self._look = look
        self._worksheet = worksheet
        self.source = Sheet(scene, time_limit, look).source

    def mermaid(self) -> str:
        """The picture as a flowchart in Mermaid: GitHub draws it in a fence called `mermaid`."""
        return to_mermaid(self._scene)

    def svg(self) -> str:
        """The picture as an SVG element, which may stand in a file or, with others, in a page."""
        return self._sheet().svg()

    def solution(self) -> "Drawing":
        """The same picture with numbers in its blanks.

            sheet = draw(loss, numbers="blank")
            sheet.save("sheet.pdf")
            sheet.solution().save("solution.pdf")

        Raises ValueError for a picture without blanks, or before `backward()`.
        """
        if self._worksheet is None:
            raise ValueError(f"solution: the picture has no blanks: draw it with numbers={BLANK!r}")
        if not self._worksheet.is_solved:
            raise ValueError("solution: no gradients yet: call backward(), and draw anew")
        return Drawing(self._worksheet.solved, self._time_limit, self._look, self._worksheet)

    def save(self, path: FilePath) -> Path:
        r"""Write the picture to a file, whole or not at all, in the format of its ending.

        .svg, .dot, .tex and .mmd can always be written, .png and .pdf need the `dot` program. A
        .mmd file is a flowchart in Mermaid, for GitHub. A .tex file is a picture in TikZ, to be
        `\input` where there is `\usepackage{tikz, amsmath, amssymb}`.
        Returns the path. Raises ValueError for any other ending, an OSError if no file can be
        written at `path`, such as FileNotFoundError if the folder does not exist, and RenderError
        if the picture cannot be made.
        """
        return write_as(path, FORMATS, lambda ending: FORMATS[ending](self._sheet()))

    def _sheet(self) -> Sheet:
        """What is drawn; a worksheet and its solution have one layout, with room for either."""
        sheet = Sheet(self._scene, self._time_limit, self._look)
        if self._worksheet is None:
            return sheet
        rooms = replace(sheet, scene=self._worksheet.rooms)
        return replace(sheet, layout=layout_of(rooms.source, self._time_limit))

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return for_jupyter(self.svg(), repr(self))

    def __repr__(self) -> str:
        scene = self._scene
        return plain_label("\n".join([f"Drawing of {scene.title}: {scene.size}", *scene.caption]))


@numbers_leave("draws the numbers of a graph")
def draw(
    output: Value | Drawable,
    path_to: Value | None = None,
    direction: str | None = None,
    max_boxes: float = 500,
    time_limit: float = 60.0,
    *,
    fold: bool | None = None,
    around: Value | None = None,
    hops: float = 2,
    names: Namespace | None = None,
    theme: ThemeName | None = None,
    font_size: float = FONT_SIZE,
    scale: float = 1.0,
    numbers: Literal["all", "data", "none", "blank"] = "all",
    only_path: bool = False,
    language: Language = "en",
) -> Drawing:
    r"""Draw the graph of `output`, or a compiled program; gives a Drawing.

        draw(loss)                                      # in Jupyter: the picture
        draw(loss, path_to=w).save("loss.svg")          # or .png, .pdf, .dot
        draw(loss, around=v, hops=3)                    # v and its neighbours
        draw(loss, fold=False, max_boxes=5000)          # every single node
        draw(loss, theme="print", font_size=16).save("loss.tex")        # for a paper
        draw(loss, numbers="blank").solution()          # a worksheet, and its solution

    A box is an operation with its result, or a leaf (blue, round); the output has a double border.
    A box shows symbol, label, data and grad, and an arrow shows the local derivative. In `· × 2`
    the dot stands for the Value at the arrow. Plain numbers stand inside the boxes that use them, a
    leaf that is used several times is drawn once for each use, scopes are frames, and a ladder of
    additions is one Sum. `path_to` emphasises the chain-rule paths to a Value, with arrows as the
    gradient flows, from the output to it; the caption has the largest path with its factors and
    product. Before `backward()` a dash stands for each gradient.

    A graph of more than `max_boxes` boxes is folded: nodes of equal structure (see `fold`) share a
    box, with their number and the range of their data and grads. An arrow then stands for all the
    edges between two boxes, and its width shows the share of the gradient that passes,

        sum of |grad of the consumer * local derivative|  /  sum of |grad of the consumer|

    over these edges. Of such a graph, `path_to` draws only the paths, and each node of the largest
    path has a box of its own.

    - `path_to`: the Value to which paths are emphasised.
    - `direction`: the direction of arrows: LR (left to right), RL, TB (top to bottom) or BT; by
      default LR, and TB for a folded picture.
    - `max_boxes`: the largest number of boxes; a graph with more is folded.
    - `time_limit`: the most seconds that Graphviz may take.
    - `fold`: True to fold a small graph too, False never to fold.
    - `around`: a Value, of which only the neighbourhood is drawn: inputs and uses up to `hops`
      edges away, with a mark wherever the graph goes on. Two uses of a leaf are no neighbours.

    - `names`: names and what they stand for, such as `locals()`, for Values without a label. By
      default those of the program: see engine/analysis/naming.py. {} forbids them.

    - `theme`: "light", for a page; "dark", for a dark slide; "print", in black and greys, where
      strokes tell things apart; by default light.
    - `font_size`: the size of the letters in boxes, in points; all else goes with it.
    - `scale`: how many times as large as usual the picture is made; letters and lines too.
    - `numbers`: "all"; "data", without gradients and derivatives; "none"; or "blank", a worksheet:
      a line to write on for each number that can be computed from those of the leaves. Its
      `solution()` is the same picture with the numbers. A folded picture has no blanks.
    - `only_path`: True to draw nothing but the boxes on the paths to `path_to`.
    - `language`: what the picture says is in "en", "de", "fr", "es", "pt" or "zh"; in de, fr, es
      and pt its numbers have a comma. Labels and names of operations stay.

    In a label, `$w_1$`, `$\hat{y}$` or `$\beta_0$` is set as mathematics in SVG, and by LaTeX in
    .tex; elsewhere it is plain text, w₁. What is not understood stays as typed: see mathematics.py.

    A compiled program has a box for each array instruction. For programs, only `max_boxes`,
    `time_limit`, `theme`, `font_size` and `scale` apply. For `max_boxes`, `time_limit` and `hops`,
    inf says that there is no limit.

    Raises TypeError if `output`, `path_to` or `around` is not a Value or `names` is not a mapping
    from text, and ValueError if `output` does not depend on them or both are given, for an unknown
    direction, theme, language or choice of numbers, for `hops` or `max_boxes` below 1, a
    `time_limit` of 0 or below, a `font_size` or `scale` out of range, for `only_path` without
    `path_to`, for blanks in a folded picture, or if the folded graph still has more than
    `max_boxes` boxes.
    """
    most, seconds = limit(max_boxes, "max_boxes"), duration(time_limit, "time_limit")
    look, edges = look_of(theme, font_size, scale), limit(hops, "hops")
    words = speech_in(language)
    _demand_choice(numbers, "numbers", CHOICES)
    _demand_choice(only_path, "only_path", (True, False))
    if not isinstance(output, Value) and isinstance(output, Drawable):
        _demand_usual(numbers, only_path, language)
        return _drawn(output.scene(), most, seconds, look)
    demand_value(output, "output")
    _demand_targets(path_to, around, only_path)
    _demand_choice(direction, "direction", (*_DIRECTIONS, None))
    _demand_choice(fold, "fold", (True, False, None))
    scene = scene_of(output, path_to, direction, most, fold=fold, around=around, hops=edges,
                     names=names, numbers=numbers, only_path=only_path)  # fmt: skip
    if numbers != BLANK:
        return Drawing(spoken(with_numbers(scene, numbers), words), seconds, look)
    sheet = worksheet(scene, is_solved=output.grad != 0 or not output.edges())
    sheet = _spoken_sheet(sheet, words)
    return Drawing(sheet.asked, seconds, look, sheet)


def _spoken_sheet(sheet: Worksheet, words: Speech) -> Worksheet:
    """The worksheet in the words of a language."""
    asked, solved, rooms = (
        spoken(each, words) for each in (sheet.asked, sheet.solved, sheet.rooms)
    )
    return replace(sheet, asked=asked, solved=solved, rooms=rooms)


def _demand_usual(numbers: str, only_path: bool, language: str) -> None:
    """Raise ValueError for what only a graph of Values has."""
    if numbers != ALL or only_path or language != "en":
        raise ValueError(
            "numbers, only_path and language are for graphs of Values, not for programs: got "
            f"numbers={numbers!r}, only_path={only_path!r} and language={language!r}"
        )


def _demand_targets(path_to: object, around: object, only_path: bool) -> None:
    """Raise TypeError or ValueError for targets that are no Values, both given, or missing."""
    for name, target in (("path_to", path_to), ("around", around)):
        if target is not None:
            demand_value(target, name)
    if path_to is not None and around is not None:
        raise ValueError("path_to and around cannot be combined: give one of them, "
                         f"got path_to={path_to!r} and around={around!r}")  # fmt: skip
    if only_path and path_to is None:
        raise ValueError("only_path=True needs path_to: the Value at the end of the paths")


def _demand_choice(given: object, name: str, choices: Sequence[object]) -> None:
    """Raise ValueError for what is none of the choices; the error calls it `name`."""
    if not any(each is given or each == given for each in choices):
        *others, last = map(str, choices)
        known = ", ".join(others)
        if isinstance(choices[0], str):
            known = f"one of {known}"
        raise ValueError(f"{name} must be {known} or {last}, got {given!r}")


def _drawn(scene: Scene, max_boxes: float, time_limit: float, look: Look) -> Drawing:
    """The picture of a scene; ValueError if it has more than `max_boxes` boxes."""
    count = len(scene.boxes)
    if count > max_boxes:
        raise ValueError(f"{scene.title} has {count:,} boxes, more than max_boxes={max_boxes:,}: "
                         f"raise the limit: draw(program, max_boxes={count})")  # fmt: skip
    return Drawing(scene, time_limit, look)
