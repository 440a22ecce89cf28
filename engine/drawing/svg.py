"""The finishing of an SVG: hints, a label for screen readers, and links between uses of a leaf.

Graphviz names each box and arrow by a number, and browsers show this name under the mouse. Here
the names become hints with all digits. A leaf with several boxes lights up in all of them at once.
Ids begin with a digest of the picture: several pictures may stand in one page, and a picture has
the same ids in every run. In a page a picture is never wider than its room, and it stands on the
paper of its theme, for which its colours are made, whatever the theme of the page.

Formulas in labels are set as mathematics, in the room that Graphviz has left for them as text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from html import unescape
from typing import NamedTuple

from ..notation import xml_text
from ..system.pages import ROOM
from ..typesetting.mathematics import Atom, Face, Run, has_formula, parts_of, plain_label
from ..typesetting.themes import LOOK, Look
from .scene import Scene

# A ground around letters, which makes them legible on any colour.
_GROUND = "paint-order:stroke;stroke:{paper};stroke-width:4px;stroke-linejoin:round"

# The letters of mathematics; they are as large as the others, but for those in scripts.
_SERIF = "STIX Two Text,Cambria,Times New Roman,Times,serif"
_SCRIPT = 0.7

# How far scripts are moved down and up, and how wide a letter is, as shares of the size.
_DOWN, _UP, _BROAD = 0.22, -0.36, 0.5

_NAMED = re.compile(r'(<g id="(\w+)" class="[^"]*">\n<title>)[^<]*(</title>)')
_GROUP = re.compile(r'<g id="(?=\w+")')
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_SIZE = re.compile(r'width="(\d+)pt"\s+height="(\d+)pt"')

# The tag of a group, with its id and its kind; or a text, with its tag and its size.
_TEXT = re.compile(
    r'<g id="(\w+)" class="(\w+)[^"]*"[^>]*>|'
    r'(<text [^>]*?font-size="([\d.]+)"[^>]*>)([^<]*)(</text>)'
)

# The letters that are not as wide as most are.
_NARROW = {**dict.fromkeys("()[]|ijlt", 0.33), **dict.fromkeys(",.:; ", 0.25)}

_UPRIGHT = f' font-family="{_SERIF}" font-weight="normal"'
_FACES = {Face.TEXT: "", Face.UPRIGHT: _UPRIGHT, Face.SLANTED: f'{_UPRIGHT} font-style="italic"'}

_TITLE_OF_ALL = re.compile(r'(class="graph"[^>]*>\n)<title>[^<]*</title>\n')


def finished(svg: bytes, scene: Scene, look: Look = LOOK) -> str:
    """Graphviz's SVG of a scene, finished for a page or a file."""
    text = hinted(svg, scene, look)
    digest = sha256(text.encode("utf-8")).hexdigest()[:10]
    text = _GROUP.sub(f'<g id="g{digest}_', text)
    if look.scale != 1:
        text = _SIZE.sub(lambda size: _scaled(size, look.scale), text, count=1)
    return text.replace("<svg ", f'<svg style="{ROOM};background:{look.theme.paper}" ', 1)


def hinted(svg: bytes, scene: Scene, look: Look = LOOK) -> str:
    """Graphviz's SVG of a scene with hints, label and style; its ids are those of the scene."""
    hints = {box.id: box.hint for box in scene.boxes}
    hints.update((edge.id, edge.hint) for edge in scene.edges)
    text = _PROLOGUE.sub("", svg.decode("utf-8"), count=1)
    text = _TITLE_OF_ALL.sub(r"\1", text, count=1)
    text = _NAMED.sub(
        lambda match: f"{match[1]}{xml_text(plain_label(hints.get(match[2], '')))}{match[3]}", text
    )
    text = _with_formulas(text, scene)
    about = plain_label(". ".join((scene.said, *scene.caption)))
    return text.replace(
        "<svg ", f'<svg class="{_class(look)}" role="img" aria-label="{xml_text(about)}" ', 1
    ).replace(">\n", f">\n<style>{_style(scene, look)}</style>\n", 1)


def _class(look: Look) -> str:
    """The class of an SVG."""
    return "glassgrad dark" if look.theme.opaque else "glassgrad"


def _scaled(size: re.Match[str], scale: float) -> str:
    """The width and the height of an SVG, so much larger."""
    width, height = (f"{scale * float(each):.6g}pt" for each in size.groups())
    return f'width="{width}" height="{height}"'


def _with_formulas(svg: str, scene: Scene) -> str:
    """The SVG in which the lines that hold formulas are set as mathematics."""
    frames = {name for box in scene.boxes for name in box.scope}
    lines = {"graph": _typed(scene.caption), "cluster": _typed(frames)}
    lines.update((box.id, _typed(box.lines)) for box in scene.boxes)
    if not any(lines.values()):
        return svg
    where: Mapping[str, str] = {}

    def set_anew(found: re.Match[str]) -> str:
        """A text as mathematics, if it is a formula in the group whose tag was the last one."""
        nonlocal where
        id, kind, tag, size, text, end = found.groups()
        if id is not None:
            where = lines.get(kind, lines.get(id, {}))
            return found[0]
        label = where.get(unescape(text).replace("\xa0", " "))
        if label is None:
            return found[0]
        return f"{tag}{''.join(_set(label, float(size)))}{end}"

    return _TEXT.sub(set_anew, svg)


def _typed(lines: Iterable[str]) -> dict[str, str]:
    """The lines that hold formulas, as they were typed, by the plain text that stands for them."""
    every = (line for text in lines for line in text.split("\n"))
    return {plain_label(line): line for line in every if has_formula(line)}


# No letters, which only move what follows.
_NOTHING = Run("", Face.TEXT)


class _Letters(NamedTuple):
    """Letters that are set alike: how far from the line, and from where they would stand."""

    run: Run
    rise: float = 0.0
    shift: float = 0.0


def _set(label: str, size: float) -> Iterator[str]:
    """A label as elements of an SVG text whose letters have this size."""
    at = ahead = 0.0
    for run, rise, shift in (each for part in parts_of(label) for each in _letters(part.atoms)):
        ahead += shift
        if run.text:
            ways = (("dx", ahead), ("dy", rise - at))
            moved = "".join(f' {name}="{way * size:.2f}"' for name, way in ways if way)
            sized = f' font-size="{_SCRIPT * size:.2f}"' if rise else ""
            yield f"<tspan{moved}{sized}{_FACES[run.face]}>{xml_text(run.text)}</tspan>"
            at, ahead = rise, 0.0


def _letters(atoms: Iterable[Atom]) -> Iterator[_Letters]:
    """The letters of atoms; a superscript stands above the subscript, not behind it."""
    for base, below, above in atoms:
        yield from map(_Letters, base)
        yield from (_Letters(run, _DOWN) for run in below)
        yield _Letters(_NOTHING, 0.0, -_breadth(below) if above else 0.0)
        yield from (_Letters(run, _UP) for run in above)
        yield _Letters(_NOTHING, 0.0, max(0.0, _breadth(below) - _breadth(above)) if above else 0.0)


def _breadth(runs: Iterable[Run]) -> float:
    """About how wide a script is, as a share of the size of the letters on the line."""
    letters = "".join(run.text for run in runs)
    return _SCRIPT * sum(_NARROW.get(each, _BROAD) for each in letters)


def on_paper(svg: str, look: Look = LOOK) -> str:
    """An SVG without style as a picture that stands alone: with its style, on paper."""
    styled = svg.replace(">\n", f">\n<style>{''.join(_rules(look))}</style>\n", 1)
    return styled.replace("<svg ", f'<svg style="background:{look.theme.paper}" ', 1)


def _style(scene: Scene, look: Look) -> str:
    """The style of letters, and uses of a leaf linked."""
    shared = sorted({box.shared for box in scene.boxes if box.shared is not None})
    rules = _rules(look)
    for number in shared:
        uses = f".shared{number}"
        rules.append(f".glassgrad:has({uses}:hover) {uses} path{{stroke-width:4}}")
    return "".join(rules)


def _rules(look: Look) -> list[str]:
    """The style of letters: first lines in bold, labels of edges on a ground."""
    ground = _GROUND.format(paper=look.theme.paper)
    return [
        ".glassgrad .node:not(.wide) text:first-of-type{font-weight:bold}",
        f".{_class(look).replace(' ', '.')} .edge text{{{ground}}}",
    ]
