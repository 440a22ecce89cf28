"""A scene in the format of a file."""

from collections.abc import Callable
from dataclasses import dataclass

from ..typesetting.themes import LOOK, Look
from .dot import to_dot
from .layout import Layout, layout_of
from .mermaid import to_mermaid
from .render import DRAWS, LAYS_OUT, render
from .scene import Scene
from .svg import finished
from .tikz import to_tikz

# The dots per inch of a .png and of a .pdf, whose dots are points, that are not made larger.
_DPI, _INCH = 144, 72


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scene to be drawn: how it looks, how long Graphviz may take, and a layout if it has one."""

    scene: Scene
    time_limit: float
    look: Look = LOOK
    layout: Layout | None = None

    @property
    def source(self) -> str:
        """The scene in DOT."""
        return to_dot(self.scene, self.look, self.layout)

    def svg(self) -> str:
        """The scene as an SVG element."""
        return finished(self.rendered("svg"), self.scene, self.look)

    def png(self) -> bytes:
        """The scene in pixels."""
        return self.rendered("png", f"-Gdpi={_DPI * self.look.scale:.6g}", self._paper)

    def pdf(self) -> bytes:
        """The scene for printing, without a margin."""
        dots = f"-Gdpi={_INCH * self.look.scale:.6g}"
        return self.rendered("pdf", dots, self._paper, "-Gmargin=0")

    def tex(self) -> str:
        """The scene in TikZ."""
        return to_tikz(self.scene, self._placed(), self.look)

    def rendered(self, format: str, *options: str) -> bytes:
        """What Graphviz makes of the scene."""
        engine = DRAWS if self.layout else LAYS_OUT
        return render(self.source, format, self.time_limit, options, engine)

    def _placed(self) -> Layout:
        return self.layout or layout_of(self.source, self.time_limit)

    @property
    def _paper(self) -> str:
        return f"-Gbgcolor={self.look.theme.paper}"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8")


# What is written to a file with an ending; .png and .pdf need the `dot` program.
FORMATS: dict[str, Callable[[Sheet], bytes]] = {
    "dot": lambda sheet: _utf8(sheet.source),
    "svg": lambda sheet: _utf8(sheet.svg()),
    "png": Sheet.png,
    "pdf": Sheet.pdf,
    "mmd": lambda sheet: _utf8(to_mermaid(sheet.scene)),
    "tex": lambda sheet: _utf8(sheet.tex()),
}
