"""The finishing of an SVG: hints, a label for screen readers, and links between uses of a leaf.

Graphviz names each box and arrow by a number, and browsers show this name under the mouse. Here
the names become hints with all digits. A leaf with several boxes lights up in all of them at once.
Ids begin with a digest of the picture: several pictures may stand in one page, and a picture has
the same ids in every run. In a page a picture is never wider than its room, and it stands on white,
for which its colours are made, whatever the theme of the page.
"""

import re
from hashlib import sha256

from ..notation import xml_text
from ..system.pages import ROOM
from .scene import Scene

# A light ground around letters, which makes them legible on any colour.
_GROUND = "paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round"

_NAMED = re.compile(r'(<g id="(\w+)" class="[^"]*">\n<title>)[^<]*(</title>)')
_GROUP = re.compile(r'<g id="(?=\w+")')
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_TITLE_OF_ALL = re.compile(r'(class="graph"[^>]*>\n)<title>[^<]*</title>\n')


def finished(svg: bytes, scene: Scene) -> str:
    """Graphviz's SVG of a scene, finished for a page or a file."""
    text = hinted(svg, scene)
    digest = sha256(text.encode("utf-8")).hexdigest()[:10]
    text = _GROUP.sub(f'<g id="g{digest}_', text)
    return text.replace("<svg ", f'<svg style="{ROOM};background:#fff" ', 1)


def hinted(svg: bytes, scene: Scene) -> str:
    """Graphviz's SVG of a scene with hints, label and style; its ids are those of the scene."""
    hints = {box.id: box.hint for box in scene.boxes}
    hints.update((edge.id, edge.hint) for edge in scene.edges)
    text = _PROLOGUE.sub("", svg.decode("utf-8"), count=1)
    text = _TITLE_OF_ALL.sub(r"\1", text, count=1)
    text = _NAMED.sub(
        lambda match: f"{match[1]}{xml_text(hints.get(match[2], ''))}{match[3]}", text
    )
    label = xml_text(". ".join((f"Graph of {scene.title}: {scene.size}", *scene.caption)))
    return text.replace(
        "<svg ", f'<svg class="glassgrad" role="img" aria-label="{label}" ', 1
    ).replace(">\n", f">\n<style>{_style(scene)}</style>\n", 1)


def _style(scene: Scene) -> str:
    """The style: first lines in bold, labels of edges on a light ground, uses of a leaf linked."""
    shared = sorted({box.shared for box in scene.boxes if box.shared is not None})
    rules = [
        ".glassgrad .node:not(.wide) text:first-of-type{font-weight:bold}",
        f".glassgrad .edge text{{{_GROUND}}}",
    ]
    for number in shared:
        uses = f".shared{number}"
        rules.append(f".glassgrad:has({uses}:hover) {uses} path{{stroke-width:4}}")
    return "".join(rules)
