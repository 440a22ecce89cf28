"""Drawings: shown, saved, and safe with any label."""

import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Value, draw, scope
from engine.system.pages import for_jupyter

HOSTILE = [
    "<b>",
    "a|b{c}",
    "'single' and \"double\"",
    "backslash at the end\\",
    "two\nlines",
    "</svg>",
    "🧠 emoji",
    "<script>alert(1)</script>",
    "&lt;&amp;&#65;",
    r"\N \G \l \n",
    "]]> --> <!--",
    "tab\tbell\x07",
    "%s {0} $x",
]


def parsed(svg: str) -> ET.Element:
    """The SVG as a tree; an SVG that is not well-formed raises."""
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    """All text that the picture shows, in order."""
    found = parsed(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(each.itertext()) for each in found]


def demand_shown(svg: str, name: str) -> None:
    """Every line of a name is a text of its own, control characters as pictures of themselves."""
    lines = [re.sub(r"[\x00-\x1f]", lambda c: chr(0x2400 + ord(c[0])), line)
             for line in name.split("\n")]  # fmt: skip
    shown = [text.replace("\xa0", " ") for text in texts(svg)]
    assert all(line in shown for line in lines), shown


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_come_out_as_themselves(label: str) -> None:
    """As text, line by line; never as markup, in the picture, its hints and its summary."""
    svg = draw(Value(2.0, label) * Value(3.0, "other")).svg()
    demand_shown(svg, label)
    tags = {element.tag.rpartition("}")[2] for element in parsed(svg).iter()}
    assert tags <= {"svg", "style", "g", "title", "path", "polygon", "polyline", "text", "ellipse"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scopes_come_out_as_themselves(name: str) -> None:
    """The title of a frame is text too, also when it looks like markup."""
    with scope(name):
        made = Value(2.0, "x") * 3
    svg = draw(made).svg()
    demand_shown(svg, name)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_label_gives_a_well_formed_picture(label: str) -> None:
    """Whatever the text, the result can be parsed and shows three boxes."""
    svg = draw(Value(2.0, label) * Value(3.0, label)).svg()
    groups = parsed(svg).iter("{http://www.w3.org/2000/svg}g")
    assert sum("node" in (group.get("class") or "") for group in groups) == 3


def test_hints_have_all_digits() -> None:
    """Pointing at a box or arrow tells everything."""
    x = Value(1 / 3, "x")
    y = x * x
    y.backward()
    svg = draw(y).svg()
    titles = [unescape(title) for title in re.findall(r"<title>([^<]*)</title>", svg)]
    assert f"x, data {1 / 3!r}, grad {2 / 3!r}" in titles
    assert titles.count(f"∂y/∂x = {1 / 3!r}") == 2


def test_uses_of_a_shared_leaf_are_linked() -> None:
    """A rule of the style lights up all uses of a leaf when one is pointed at."""
    w = Value(2.0, "w")
    svg = draw(w.exp() * w).svg()
    (rule,) = re.findall(r"\.glassgrad:has\((\.shared\d+):hover\) (\.shared\d+) path", svg)
    assert rule[0] == rule[1]
    assert svg.count(f'class="node {rule[0][1:]}"') == 2


def ids(*pictures: str) -> list[str]:
    """All ids of a page with these pictures."""
    return re.findall(r'\bid="([^"]*)"', "".join(pictures))


def test_pictures_in_one_page_share_no_id() -> None:
    """Boxes, arrows, frames and whole pictures, node by node and folded."""
    x, label = Value(1.0, "x"), Value(3.0, '<g id="n0" class="node">')
    with scope("layer1"):
        inside = (x * label).tanh() + x
    outputs = [Value(1.0) * 2, Value(1.0) + 2, inside, inside * 2]
    found = ids(*(draw(each).svg() for each in outputs), draw(inside, fold=True).svg())
    assert len(found) == len(set(found)) > 40
    assert all(each.isidentifier() for each in found)


def test_a_picture_has_the_same_ids_in_every_run() -> None:
    """They begin with a digest of what it shows, which hash seeds and time have no part in."""

    def picture(number: float) -> str:
        """The same picture for the same number, of new Values."""
        return draw(Value(number) * 2).svg()

    assert picture(1.5) == picture(1.5)
    assert not set(ids(picture(1.5))) & set(ids(picture(1.25)))
    program = "from engine import Value, draw; print(draw(Value(1.5) * 2).svg())"
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert elsewhere.stdout.decode().strip() == picture(1.5).strip()


def test_the_picture_describes_itself() -> None:
    """The label for screen readers has the graph, its size, and the path."""
    x = Value(2.0, "x")
    y = x * 3
    assert repr(draw(y)).endswith("\nno gradients yet: call backward()")
    y.backward()
    drawing = draw(y, path_to=x)
    assert 'aria-label="Graph of y: 2 boxes, 1 edge. y → x. ∂y/∂x = 3"' in drawing.svg()
    assert repr(drawing) == "Drawing of y: 2 boxes, 1 edge\ny → x\n∂y/∂x = 3"


def test_long_labels_are_not_bold() -> None:
    """Graphviz measures plain letters; bold ones of a long label would leave the box."""
    svg = draw(Value(2.0, "a label of many letters") * Value(3.0, "short")).svg()
    assert svg.count('class="node wide"') == 1


def test_notebooks_show_svg_and_never_latex() -> None:
    """A drawing is text and SVG."""
    drawing = draw(Value(1.0, "x") * 2)
    assert drawing._repr_svg_().startswith("<svg")
    assert not hasattr(drawing, "_repr_latex_")


def test_a_page_shows_the_picture_as_an_element_that_is_never_wider_than_its_room() -> None:
    """As HTML, which JupyterLab does not put into an image that it cuts; on white in any theme."""
    drawing = draw(Value(1.0, "x") * 2)
    shown = drawing._repr_mimebundle_(include=None, exclude=None)
    assert shown == for_jupyter(drawing.svg(), repr(drawing))
    style = parsed(drawing.svg()).get("style")
    assert style == "max-width:100%;height:auto;background:white"


def test_saving_writes_what_the_ending_says(tmp_path: Path) -> None:
    """SVG and DOT can be written everywhere; the path is handed back."""
    drawing = draw(Value(1.0, "x") * 2)
    svg = drawing.save(tmp_path / "graph.SVG")
    assert svg.read_text(encoding="utf-8") == drawing.svg()
    assert drawing.save(str(tmp_path / "graph.dot")).read_text(encoding="utf-8") == drawing.source


@pytest.mark.skipif(not shutil.which("dot"), reason="PNG and PDF need Graphviz's `dot` program")
@pytest.mark.parametrize(("ending", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_program_makes_png_and_pdf(ending: str, magic: bytes, tmp_path: Path) -> None:
    """The files begin as such files do."""
    path = draw(Value(1.0, "x") * 2).save(tmp_path / f"graph.{ending}")
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize(("name", "error", "message"), [
    ("graph.jpg", ValueError, r"one of .dot, .svg, .png, .pdf, .mmd, .tex, got '.*graph.jpg'"),
    ("graph", ValueError, "the ending must be one of"),
    (".", ValueError, "the ending must be one of"),
    ("folder.svg", IsADirectoryError, "folder.svg' is a folder; give the name of a file"),
    ("nowhere/graph.svg", FileNotFoundError, "nowhere' does not exist; create it"),
])  # fmt: skip
def test_saving_elsewhere_or_otherwise_is_refused(
    name: str, error: Any, message: str, tmp_path: Path
) -> None:
    """The error names the argument, and nothing is written."""
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(error, match=message):
        draw(Value(1.0) * 2).save(tmp_path / name)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.svg"]


def test_a_picture_has_five_hundred_boxes_unless_more_are_asked_for() -> None:
    """More would take long and show nothing."""
    y = Value(1.0)
    for _ in range(499):
        y = y.sin()
    assert repr(draw(y)).startswith("Drawing of y: 500 boxes, 499 edges")
    with pytest.raises(ValueError, match="max_boxes=500"):
        draw(y.sin())


def test_graphviz_has_a_minute_unless_it_is_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit of a drawing goes with each rendering."""
    limits = []

    def render(source: str, format: str, time_limit: float, *_: object) -> bytes:
        """An empty picture, with the limit taken note of."""
        limits.append(time_limit)
        return f"<svg >\n{source}{format}".encode()

    monkeypatch.setattr("engine.drawing.formats.render", render)
    draw(Value(1.0)).svg()
    draw(Value(1.0), time_limit=5).svg()
    assert limits == [60.0, 5]


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"output": 3}, TypeError, r"output must be a Value, got 3"),
    ({"path_to": "w"}, TypeError, r"path_to must be a Value, got 'w'"),
    ({"around": "w"}, TypeError, r"around must be a Value, got 'w'"),
    ({"path_to": Value(1.0), "around": Value(2.0)}, ValueError,
     r"path_to and around cannot be combined: give one of them, got path_to=Value\(data=1.0"),
    ({"max_boxes": "many"}, TypeError, "max_boxes must be a real number, got 'many'"),
    ({"direction": "up"}, ValueError, "direction must be one of LR, RL, TB, BT or None, got 'up'"),
    ({"hops": 0}, ValueError, "hops must be a whole number from 1 on, got 0"),
    ({"hops": 1.5}, ValueError, r"hops must be a whole number from 1 on, got 1\.5"),
    ({"fold": "yes"}, ValueError, "fold must be True, False or None, got 'yes'"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(arguments: Any, error: Any, message: str) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        draw(**{"output": Value(1.0), **arguments})


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_pixels_are_written_as_the_program_gives_them(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output of Graphviz goes into the file, byte for byte."""

    def render(source: str, format: str, time_limit: float, *_: object) -> bytes:
        """Bytes that are no text, and what was asked for."""
        return b"\xff\x00" + f"{format} within {time_limit}: {source}".encode()

    monkeypatch.setattr("engine.drawing.formats.render", render)
    drawing = draw(Value(1.0, "x") * 2, time_limit=7)
    content = drawing.save(tmp_path / f"graph.{ending}").read_bytes()
    assert content == b"\xff\x00" + f"{ending} within 7: {drawing.source}".encode()
