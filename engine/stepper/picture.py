"""The picture that is stepped through: a box for every Value, an arrow for every edge.

It is the SVG of a drawing in which each box says which Value it shows (`data-node`), and each arrow
which edge (`data-edge="7/0"`: the first one of node 7). Its styles are those of stepper.css.
"""

import re
from collections.abc import Mapping

from ..drawing.dot import to_dot
from ..drawing.render import RenderError, render
from ..drawing.scene import Run, Scene, scene_of
from ..drawing.svg import finished
from ..notation import short
from ..value import Value

# What a picture may take: boxes, and seconds to lay it out.
_MOST_BOXES, _TIME_LIMIT = 300, 30.0

# The last line of a box, which shows the gradient.
_GRAD = re.compile(r'(data-node="(\d+)">.*?>grad )[^<]*(</text>\n</g>)', re.DOTALL)

_GROUP = re.compile(r'<g id="(\w+)" class="([^"]*)">')
_STYLE = re.compile(r"<style>.*?</style>\n", re.DOTALL)


def picture(output: Value, run: Run, index: Mapping[Value, int]) -> tuple[str, str]:
    """The SVG with the gradients at the end, and ""; or "" and why there is none."""
    try:
        scene = scene_of(output, None, "LR", _MOST_BOXES, run)
    except ValueError:
        return "", f"The graph has more than {_MOST_BOXES} boxes: too many for a picture."
    try:
        svg = finished(render(to_dot(scene), "svg", _TIME_LIMIT), scene)
    except (RenderError, ImportError) as error:
        return "", f"There is no picture: {error}"
    marked, grads = _marked(_STYLE.sub("", svg, count=1), scene, index), [*run.grads.values()]
    return _GRAD.sub(lambda m: f"{m[1]}{short(grads[int(m[2])])}{m[3]}", marked), ""


def _marked(svg: str, scene: Scene, index: Mapping[Value, int]) -> str:
    """The SVG with each box and each arrow saying what it shows."""
    marks = {box.id: f'{box.kind}" data-node="{index[box.value]}"' for box in scene.boxes}
    marks.update(
        (edge.id, f'" data-edge="{index[edge.node]}/{edge.place}"') for edge in scene.edges
    )

    def marked(match: re.Match[str]) -> str:
        """The opening of a group, without its id, which another picture in the page may have."""
        mark = marks.get(match[1], '"')
        return f'<g class="{match[2]} {mark}>'

    return _GROUP.sub(marked, svg)
