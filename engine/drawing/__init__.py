"""Pictures of computation graphs: `draw(loss, path_to=w).save("graph.svg")`."""

from .picture import Drawing, draw
from .render import RenderError

__all__ = ["Drawing", "RenderError", "draw"]
