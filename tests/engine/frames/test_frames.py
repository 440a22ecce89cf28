"""A picture for each step: true at its time, in one layout, all or none; and a film of them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from engine import RenderError, Stepper, Value, scope, steps
from engine.typesetting.themes import THEMES

SVG = "{http://www.w3.org/2000/svg}"


def can_draw_what_is_laid_out() -> bool:
    """Whether there is Graphviz's `dot`, with its engine nop2, which Debian has in a part."""
    dot = shutil.which("dot")
    if dot is None:
        return False
    engines = subprocess.run([dot, "-K?"], stdin=subprocess.DEVNULL, capture_output=True).stderr
    return b"nop2" in engines


NEEDS_DOT = pytest.mark.skipif(
    not can_draw_what_is_laid_out(),
    reason="this needs Graphviz's `dot`, on Debian 14 with libgvplugin-neato-layout8",
)


def neuron() -> Stepper:
    """A run of 13 steps, in which one leaf is used twice."""
    w, x = Value(2.0, "$w_1$"), Value(-3.0, "x")
    with scope("hidden"):
        a = w * x
    loss = a.tanh() * w + 1
    loss.label = "L"
    return Stepper(loss, names={})


def groups(svg: str, kind: str) -> Iterator[ET.Element]:
    """The boxes or the arrows of a picture."""
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("class", "").split()[0] == kind:
            yield group


def texts(group: ET.Element) -> list[str]:
    """The lines of a box, the number of an arrow, or all text of a picture."""
    return ["".join(each.itertext()) for each in group.iter(f"{SVG}text")]


def boxes(svg: str) -> dict[str, list[str]]:
    """The numbers of each box, by its first line; the last of several boxes of a leaf."""
    return {texts(group)[0]: texts(group)[-2:] for group in groups(svg, "node") if texts(group)}


def captions(svg: str) -> list[str]:
    """The lines below a picture: its texts outside of boxes, arrows and frames."""
    (graph,) = ET.fromstring(svg).findall(f"{SVG}g")
    return [each.text or "" for each in graph.findall(f"{SVG}text")]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """All pictures of the run."""
    paths = neuron().frames(tmp_path_factory.mktemp("frames") / "fig-%02d.svg")
    assert [path.name for path in paths] == [f"fig-{i:02d}.svg" for i in range(len(paths))]
    return [path.read_text(encoding="utf-8") for path in paths]


def test_what_has_not_happened_is_a_dash(pictures: list[str]) -> None:
    """At the start all but the leaves, before the seed all gradients, at the end nothing."""
    dash = "\N{EN DASH}"
    first, last = boxes(pictures[0]), boxes(pictures[-1])
    assert first["x"] == ["data -3", f"grad {dash}"]
    assert first["L"] == [f"data {dash}", f"grad {dash}"]
    assert not [line for lines in last.values() for line in lines if dash in line]
    assert last["x"][1] == f"grad {4 * (1 - 0.99998771165**2):.4g}"


def test_a_gradient_grows_as_contributions_arrive(pictures: list[str]) -> None:
    """With dots while more will come."""
    seen = dict.fromkeys(boxes(svg)["w1"][1] for svg in pictures)
    first, *later = seen
    assert first == "grad \N{EN DASH}"
    assert [each.endswith(" …") for each in later] == [True, False]


def test_the_layout_is_the_same_in_all(pictures: list[str]) -> None:
    """Boxes, frames and the whole picture stay where and as large as they are."""
    shapes = set()
    for svg in pictures:
        root = ET.fromstring(svg)
        places = [each.get("points") or each.get("d") for kind in ("node", "cluster")
                  for group in groups(svg, kind) for each in group
                  if each.tag in (f"{SVG}polygon", f"{SVG}path")]  # fmt: skip
        shapes.add((root.get("width"), root.get("viewBox"), *places))
    assert len(shapes) == 1


def test_captions_are_the_words_of_steps(pictures: list[str]) -> None:
    """Each step prints the equations that the terminal prints; the start tells what is given."""
    output = neuron()._output
    printed = {" ".join(str(event).split()) for event in steps(output, {})}
    shown = [[" ".join(line.split()) for line in captions(svg)] for svg in pictures]
    assert shown[0] == ["w₁ = 2, x = -3"]
    assert {line for lines in shown[1:] for line in lines} <= printed
    assert all(shown)


def test_what_a_step_concerns_is_marked(pictures: list[str]) -> None:
    """Thick arrows and boxes; of a contribution the arrow points to the input."""
    path = THEMES["light"].strokes[3].line
    for svg in pictures[1:]:
        thick = [each for kind in ("node", "edge") for group in groups(svg, kind) for each in group
                 if each.get("stroke") == path]  # fmt: skip
        assert thick, captions(svg)
    (push,) = [svg for svg in pictures if any("∂L/∂x +=" in line for line in captions(svg))]
    (arrow,) = [group for group in groups(push, "edge")
                if any(each.get("stroke") == path for each in group)]  # fmt: skip
    line, head = arrow.findall(f"{SVG}path")[0], arrow.findall(f"{SVG}polygon")[0]
    start = float(re.findall(r"M(-?[\d.]+)", line.get("d", ""))[0])
    tip = min(float(point.split(",")[0]) for point in head.get("points", "").split())
    assert tip < start


def test_numbers_of_arrows_appear_when_they_are_known(pictures: list[str]) -> None:
    """A local derivative has no number before its operation is computed, and no hint."""
    counts = [sum(bool(texts(group)) for group in groups(svg, "edge")) for svg in pictures]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] == sum(1 for _ in groups(pictures[-1], "edge"))
    assert "∂" not in re.sub("<style.*?</style>", "", pictures[0])


def test_steps_may_be_chosen(tmp_path: Path) -> None:
    """The first and the last one, and what a step ends with; files have the numbers of steps."""
    stepper = neuron()
    paths = stepper.frames(tmp_path / "%d.svg", start=2, stop=4)
    assert [path.name for path in paths] == ["2.svg", "3.svg", "4.svg"]
    nodes = stepper.frames(tmp_path / "n%d.tex", "node", theme="print", font_size=14)
    layers = stepper.frames(tmp_path / "l%d.svg", "layer", scale=2)
    assert len(layers) < len(nodes) < 14
    assert r"\begin{tikzpicture}" in nodes[0].read_text(encoding="utf-8")


def numbers_of(paths: list[Path]) -> list[int]:
    """The numbers in the names of files."""
    return [int(path.stem) for path in paths]


def test_the_part_of_the_page_is_drawn(tmp_path: Path) -> None:
    """Its steps, though its positions count events; a number that is asked for is that of a step.

    Forward come m, tanh(m) and their sum, then the seed; on the way back the sum passes on to both
    in one step, and only m, which has two uses, is said to be complete.
    """
    x = Value(2.0, "x")
    m = x * 3
    m.label = "m"
    y = m.tanh() + m
    at, page = tmp_path / "%d.svg", Stepper(y, start=(m, "computed"), stop=m)
    assert page.trace.document["shown"] == {"start": 1, "stop": 9, "hide": []}
    assert numbers_of(Stepper(y).frames(at)) == [*range(9)]
    assert numbers_of(page.frames(at)) == [1, 2, 3, 4, 5, 6, 7]
    assert numbers_of(page.frames(at, "layer")) == [0, 1, 2]
    assert numbers_of(page.frames(at, stop=2)) == [1, 2]
    assert numbers_of(page.frames(at, start=8)) == [8]
    forward = Stepper(y, hide={"gradients"})
    assert numbers_of(forward.frames(at)) == [0, 1, 2, 3]
    assert numbers_of(forward.frames(at, start=0, stop=8)) == [*range(9)]


def test_many_equations_are_told_in_part(tmp_path: Path) -> None:
    """Four lines are enough below a picture; the numbers at the start stand in rows."""
    terms = [Value(float(i), f"x{i}") for i in range(6)]
    stepper = Stepper(Value.sum(terms), names={})
    paths = stepper.frames(tmp_path / "%d.svg", "node")
    start, _, _, push = (captions(path.read_text(encoding="utf-8")) for path in paths)
    assert start == ["x0 = 0, x1 = 1, x2 = 2, x3 = 3", "x4 = 4, x5 = 5"]
    assert len(push) == 4
    assert push[-1] == "… and 3 more"


@NEEDS_DOT
def test_pixels_of_all_steps_have_one_size_and_make_a_film(tmp_path: Path) -> None:
    """A .gif is made of them; `save` makes the same one."""
    x = Value(2.0, "x")
    stepper = Stepper(x * 3)
    sizes = set()
    for path in stepper.frames(tmp_path / "%d.png", stop=2):
        with Image.open(path) as image:
            sizes.add(image.size)
    (film,) = stepper.frames(tmp_path / "run.gif", seconds=1.5)
    with Image.open(film) as image:
        assert sizes == {image.size}
        assert getattr(image, "n_frames", 1) == 4
        assert image.info["duration"] == 1500
        assert image.info["loop"] == 0
    assert stepper.save(tmp_path / "again.gif") == tmp_path / "again.gif"
    assert all(path.read_bytes().startswith(b"%PDF") for path in stepper.frames(
        tmp_path / "%d.pdf", start=3))  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"path": "x.svg"}, ValueError, r"path: the name must have one place .* fig-%02d.svg, got 'x"),
    ({"path": "%d-%d.svg"}, ValueError, "path: the name must have one place for the number"),
    ({"path": "%d.jpg"}, ValueError, "path: the ending must be one of .svg, .png, .pdf, .tex, .g"),
    ({"path": "nowhere/%d.svg"}, FileNotFoundError, "nowhere' does not exist; create it"),
    ({"unit": "step"}, ValueError, "unit must be one of contribution, node, layer, got 'step'"),
    ({"start": -1}, ValueError, "start must be a whole number from 0 to 3, got -1"),
    ({"start": 2, "stop": 1}, ValueError, "stop must be a whole number from 2 to 3, got 1"),
    ({"stop": "last"}, TypeError, "stop must be a whole number from 0 to 3, got 'last'"),
    ({"seconds": 0}, ValueError, r"seconds must be from 0\.02 to 600, got 0"),
    ({"theme": "sepia"}, ValueError, "theme must be one of light, dark, print or None"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused_before_anything_is_written(
    arguments: Any, error: type[Exception], message: str, tmp_path: Path
) -> None:
    """The error names the argument."""
    path = tmp_path / arguments.pop("path", "%d.svg")
    with pytest.raises(error, match=message):
        Stepper(Value(2.0, "x") * 3).frames(path, **arguments)
    assert [*tmp_path.iterdir()] == []


def test_all_pictures_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one of them cannot be made, what was there before is there again."""
    (tmp_path / "1.svg").write_text("mine")
    made = []

    def render(*arguments: Any) -> bytes:
        """Graphviz, which fails at the third picture."""
        made.append(arguments)
        if len(made) == 3:
            raise RenderError("no more")
        return b"<svg >\n"

    monkeypatch.setattr("engine.drawing.formats.render", render)
    with pytest.raises(RenderError, match="no more"):
        Stepper(Value(2.0, "x") * 3).frames(tmp_path / "%d.svg")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"1.svg": "mine"}


def test_a_film_needs_pillow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the line to install it."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"a film .* of the extra \[plot\]: pip install \""):
        Stepper(Value(2.0, "x") * 3).save(tmp_path / "run.gif")


def test_a_large_graph_has_no_frames(tmp_path: Path) -> None:
    """It has too many boxes for a picture with all its Values."""
    x = Value(0.5, "x")
    for _ in range(301):
        x = x.sin()
    with pytest.raises(ValueError, match="frames: the graph has more than 300 boxes, and a frame"):
        Stepper(x).frames(tmp_path / "%d.svg")


def test_numbers_that_have_been_set_since_are_not_drawn(tmp_path: Path) -> None:
    """The equations would be those of no run."""
    w = Value(2.0, "w")
    stepper = Stepper(w * 3 + Value(float("nan"), "n"))
    w.data = 5.0
    message = "frames: .data of w has been set since the run was recorded, from 2.0 to 5.0: make"
    with pytest.raises(ValueError, match=message):
        stepper.frames(tmp_path / "%d.svg")
    assert [*tmp_path.iterdir()] == []
    w.data = 2.0
    assert stepper.frames(tmp_path / "%d.svg")
