"""How a picture looks: themes, sizes, and labels set as mathematics."""

import re
import shutil
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine import Stepper, Value, draw, scope
from engine.typesetting.themes import THEMES, ThemeName

SVG = "{http://www.w3.org/2000/svg}"
NEEDS_DOT = pytest.mark.skipif(not shutil.which("dot"), reason="this needs Graphviz's `dot`")


def product() -> Value:
    """W × x."""
    return Value(2.0, "w") * Value(3.0, "x")


def size(svg: str) -> tuple[float, float]:
    """The width and the height of a picture, in points."""
    root = ET.fromstring(svg)
    width, height = (root.get(each, "").removesuffix("pt") for each in ("width", "height"))
    return float(width), float(height)


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_gives_the_colours(name: ThemeName) -> None:
    """Of boxes, of arrows and of the ground; a dark picture brings its ground along."""
    theme = THEMES[name]
    svg = draw(product(), theme=name).svg().replace('"black"', '"#000000"')
    assert f'fill="{theme.boxes["leaf"].fill}" stroke="{theme.boxes["leaf"].border}"' in svg
    assert f"background:{theme.paper}" in svg
    (first, *_) = [each for each in ET.fromstring(svg)[1] if each.tag != f"{SVG}title"]
    assert (first.get("fill") == theme.paper) is theme.opaque


def test_pictures_of_two_themes_in_one_page_do_not_touch_each_other() -> None:
    """The style of a dark one speaks of dark ones only."""
    (light,) = re.findall(r"<style>(.*?)</style>", draw(product()).svg())
    (dark,) = re.findall(r"<style>(.*?)</style>", draw(product(), theme="dark").svg())
    assert "stroke:white" in light
    assert ".glassgrad.dark .edge text{paint-order:stroke;stroke:#15181c" in dark


def test_all_goes_with_the_size_of_letters() -> None:
    """Boxes, distances and the caption; and the usual size is eleven points."""
    usual, large = draw(product()), draw(product(), font_size=22)
    assert usual.source == draw(product(), font_size=11).source
    for text in ("fontsize=22", "fontsize=20", "fontsize=26", 'margin="0.32,0.12"', "nodesep=0.4"):
        assert text in large.source
    ratios = [b / a for a, b in zip(size(usual.svg()), size(large.svg()), strict=True)]
    assert all(1.8 < ratio < 2.2 for ratio in ratios)


def test_a_picture_is_made_larger_with_all_that_is_in_it() -> None:
    """The layout is the same; only its size in the page is another."""
    usual, large = (draw(product(), scale=scale).svg() for scale in (1, 2.5))
    assert size(large) == tuple(2.5 * each for each in size(usual))
    view = [ET.fromstring(svg).get("viewBox") for svg in (usual, large)]
    assert view[0] == view[1]


def page_width(pdf: bytes) -> float:
    """The width of the page in points; newer files have what describes it in a packed stream."""
    if b"/MediaBox" not in pdf:
        packed = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
        pdf = b"".join(map(zlib.decompress, packed))
    (width, *_) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+)", pdf)
    return float(width)


@NEEDS_DOT
def test_pixels_and_pages_are_made_larger_too(tmp_path: Path) -> None:
    """A .png has so many times the pixels each way, a .pdf so many times the points."""
    pixels, points = [], []
    for scale in (1.0, 2.0):
        drawing = draw(product(), scale=scale, theme="dark")
        png = drawing.save(tmp_path / "x.png").read_bytes()
        pixels.append(int.from_bytes(png[16:20], "big"))
        pdf = drawing.save(tmp_path / "x.pdf").read_bytes()
        points.append(page_width(pdf))
    assert pixels[1] == pytest.approx(2 * pixels[0], abs=2)
    assert points[1] == pytest.approx(2 * points[0], rel=0.02)


def spans(svg: str, text: str) -> list[tuple[str | None, dict[str, str]]]:
    """The parts of the first text of a picture that reads so, with their attributes."""
    for each in ET.fromstring(svg).iter(f"{SVG}text"):
        if "".join(each.itertext()) == text:
            return [(part.text, part.attrib) for part in each]
    return []


def test_a_label_is_set_as_mathematics() -> None:
    """Slanted letters, smaller scripts below and above the line, and back to it."""
    svg = draw(Value(2.0, "old $w_1^2 x$") * Value(3.0, "w₁²")).svg()
    old, w, one, two, x = spans(svg, "old w12x")
    assert (old[0], old[1]) == ("old ", {})
    assert w[1]["font-style"] == "italic"
    assert "font-style" not in one[1]
    assert one[1]["font-size"] == two[1]["font-size"] == "7.70"
    assert float(one[1]["dy"]) > 0 > float(two[1]["dy"])
    moves = [float(each[1].get("dy", 0)) for each in (old, w, one, two, x)]
    assert sum(moves) == pytest.approx(0, abs=0.02)
    assert float(two[1]["dx"]) < 0  # it stands above the subscript
    assert spans(svg, "w₁²") == []  # what was typed in Unicode is text


def test_a_short_superscript_leaves_room_for_a_longer_subscript() -> None:
    """What follows stands behind both."""
    *_, after = spans(draw(Value(2.0, "$w_{123}^2y$").exp()).svg(), "w1232y")
    assert float(after[1]["dx"]) > 0


def test_formulas_are_set_in_frames_and_captions_too_and_text_in_hints() -> None:
    """A box has a formula if its own label is one, not if another box has the same text."""
    x, w = Value(1.0, "x"), Value(2.0, "$x$")
    with scope("$h_1$"):
        y = w * x
    y.label = r"$\mathcal{L}$"
    y.backward()
    drawing = draw(y, path_to=w)
    svg = drawing.svg()
    slanted = [each for each in ET.fromstring(svg).iter(f"{SVG}tspan") if each.get("font-style")]
    assert [each.text for each in slanted] == ["x", "x", "h", "x"]  # caption twice, frame, box
    assert "<title>x, data 2.0, grad 1.0</title>" in svg
    assert "ℒ → x" in svg.partition(">")[0]
    assert repr(drawing).splitlines()[1] == "ℒ → x"


def test_a_formula_fits_its_box_and_is_bold_or_not_by_what_is_seen() -> None:
    """Seventeen characters as typed are two as they are seen."""
    svg = draw(Value(2.0, r"$\mathrm{\beta}_0$").exp()).svg()
    assert (
        "wide"
        not in svg.replace('class="wide', "wide").partition("<style>")[2].partition("</style>")[2]
    )


def test_the_page_shows_formulas_in_its_picture_and_text_in_its_tables() -> None:
    """A name with a number is text, since two labels are alike."""
    page = Stepper(Value(2.0, "$w_1$") * Value(3.0, r"$\beta$")).trace.document
    assert [node["name"] for node in page["nodes"][:2]] == ["w₁", "β"]
    assert page["picture"]["svg"].count("font-style") == 2
    alike = Stepper(Value(2.0, "$w_1$") * Value(3.0, "$w_1$")).trace.document
    assert "font-style" not in alike["picture"]["svg"]
