"""A scene in the format of a file."""

from collections.abc import Callable
from dataclasses import dataclass

from .dot import to_dot
from .layout import Layout, layout_of
from .render import DRAWS, LAYS_OUT, render
from .scene import Scene
from .svg import finished
from .themes import LOOK, Look
from .tikz import to_tikz

# The dots per inch of a .png that is not made larger or smaller.
_DPI = 144

# The points of an inch.
_INCH = 72


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
        """The scene for printing."""
        return self.rendered("pdf", self._paper, *self._size())

    def tex(self) -> str:
        """The scene in TikZ."""
        return to_tikz(self.scene, self._placed(), self.look)

    def rendered(self, format: str, *options: str) -> bytes:
        """What Graphviz makes of the scene."""
        engine = DRAWS if self.layout else LAYS_OUT
        return render(self.source, format, self.time_limit, options, engine)

    def _size(self) -> list[str]:
        """The option that makes a .pdf larger or smaller."""
        if self.look.scale == 1:
            return []
        left, low, right, high = self._placed().corners
        width, height = (self.look.scale * each / _INCH for each in (right - left, high - low))
        return [f"-Gsize={width:.6g},{height:.6g}!"]

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
    "tex": lambda sheet: _utf8(sheet.tex()),
}
