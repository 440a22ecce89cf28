"""The numbers of a picture: all, the data, none, or blanks; and the paths alone."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import engine
from engine import Value, draw, scope
from engine.drawing.compose import scene_of
from engine.drawing.numbers import with_numbers, worksheet
from engine.drawing.scene import Scene

SVG = "{http://www.w3.org/2000/svg}"


def neuron(*, swept: bool = True) -> tuple[Value, Value]:
    """A loss and one of its weights, which is used twice."""
    w, x, b = Value(2.0, "w"), Value(-3.0, "x"), Value(7.25, "b")
    with scope("hidden"):
        inner = (w * x + b).relu()
    loss = inner**2 + w
    loss.label = "Loss"
    if swept:
        loss.backward()
    return loss, w


def texts(svg: str) -> list[str]:
    """All text that a picture shows."""
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def geometry(svg: str) -> list[str]:
    """Where all boxes, frames and arrows of a picture are, and how large it is."""
    root = ET.fromstring(svg)
    shapes = [each.get("d") or each.get("points") or "" for each in root.iter()
              if each.tag in (f"{SVG}path", f"{SVG}polygon")]  # fmt: skip
    return [root.get("viewBox", ""), root.get("width", ""), *shapes]


def numbers_in(svg: str) -> list[str]:
    """All that looks like a number: in texts, in hints, and in what a screen reader says."""
    title = [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}title")]
    label = ET.fromstring(svg).get("aria-label", "").partition("edge")[2]
    lines = [re.sub(r"use \d of \d", "", each) for each in (*texts(svg), *title, label)]
    return [each for line in lines for each in re.findall(r"-?\d+\.?\d*", line)]


def test_data_alone_tells_nothing_of_gradients() -> None:
    """No gradient, no derivative, no product in the caption, and none in a hint."""
    loss, w = neuron()
    svg = draw(loss, path_to=w, numbers="data").svg()
    assert "data -6" in texts(svg)
    assert "Loss → Pow → ReLU → Add → Mul → w" in texts(svg)
    assert not [each for each in texts(svg) if "grad" in each or "=" in each]
    hidden = {"30", "-7.5", "2.5", "3.5"}  # gradients and derivatives, which are no data
    assert not hidden & set(numbers_in(svg))
    assert "grad" not in svg.replace("glassgrad", "")


def test_none_leaves_names_and_operations() -> None:
    """The number of an operation is part of it, and no number of the run is left."""
    loss, w = neuron()
    svg = draw(loss, path_to=w, numbers="none").svg()
    assert set(numbers_in(svg)) == {"2"}  # of the square
    assert {"w", "use 1 of 2", "ReLU", "Loss"} <= set(texts(svg))


def test_nothing_is_said_of_missing_gradients_where_none_are_shown() -> None:
    """Before `backward()` only a picture with gradients asks for it."""
    loss, _ = neuron(swept=False)
    assert "backward()" in repr(draw(loss))
    assert not [n for n in ("data", "none", "blank") if "backward()" in repr(draw(loss, numbers=n))]


def test_a_worksheet_gives_the_leaves_and_asks_for_the_rest() -> None:
    """Data of operations, gradients and derivatives are lines to write on; no hint tells them."""
    loss, w = neuron()
    svg = draw(loss, path_to=w, numbers="blank").svg()
    assert set(numbers_in(svg)) == {"2", "-3", "7.25"}
    assert texts(svg).count("data _________") == 5
    assert texts(svg).count("grad _________") == 9
    assert texts(svg).count("______") == 8
    assert "∂Mul/∂w" in svg


def test_the_solution_is_the_same_drawing() -> None:
    """To the point: boxes, frames, arrows and size; and it has all numbers and hints."""
    loss, w = neuron()
    sheet = draw(loss, path_to=w, numbers="blank")
    solved = sheet.solution().svg()
    assert geometry(solved) == geometry(sheet.svg())
    assert {"data -6", "grad 2.5", "data 1.25", "grad -6.5"} <= set(texts(solved))
    assert "grad -6.5</title>" in solved
    assert not [each for each in texts(solved) if "__" in each]


def test_a_solution_needs_gradients_and_blanks() -> None:
    """The errors say what to do."""
    loss, _ = neuron(swept=False)
    with pytest.raises(ValueError, match="solution: no gradients yet: call backward"):
        draw(loss, numbers="blank").solution()
    with pytest.raises(ValueError, match="solution: the picture has no blanks: draw it with numb"):
        draw(loss).solution()
    assert "data 3" in texts(draw(Value(3.0, "x"), numbers="blank").solution().svg())


def test_marks_where_the_graph_goes_on_are_not_asked_for() -> None:
    """They have no numbers, and keep what they say."""
    loss, w = neuron()
    svg = draw(loss, around=w, hops=1, numbers="blank").svg()
    assert any("more" in each for each in texts(svg))


def folded(numbers: str) -> Scene:
    """A folded graph of three equal terms."""
    terms = [(Value(float(i), f"x[{i}]") * 2).relu() for i in range(1, 4)]
    loss = Value.sum(terms).exp()
    loss.backward()
    scene = scene_of(loss, fold=True, numbers=numbers)
    return with_numbers(scene, numbers)


def test_a_folded_picture_keeps_its_counts() -> None:
    """They are no numbers of the run; shares of the gradient are, and so are widths of arrows."""
    all_, data, none = map(folded, ("all", "data", "none"))
    assert {edge.label for edge in all_.edges} >= {"×3\n100%"}
    assert {edge.label for edge in data.edges} == {edge.label for edge in none.edges} == {"×3", ""}
    assert {edge.flow for edge in data.edges} == {None}
    assert {"x[1…3]", "×3", "data 1 … 3"} in [set(box.lines) for box in data.boxes]
    assert {"x[1…3]", "×3"} in [set(box.lines) for box in none.boxes]
    assert "width" not in " ".join(data.caption)


def test_a_folded_picture_has_no_blanks() -> None:
    """A range is nothing to be filled in."""
    with pytest.raises(ValueError, match="numbers='blank' leaves blanks for single numbers, and"):
        folded("blank")


def test_the_rooms_of_a_worksheet_hold_the_longer_text() -> None:
    """A number of twelve characters needs more room than a blank has."""
    x = Value(1.0, "x")
    y = (x * -1.2345e-100).exp() * -1.2345e-100
    y.backward()
    sheet = worksheet(scene_of(y), is_solved=True)
    lines = [line for box in sheet.rooms.boxes for line in box.lines]
    assert "grad _________" in lines
    assert "data -1.234e-100" in lines


@pytest.mark.parametrize("fold", [None, True])
def test_only_the_paths_are_drawn(fold: bool | None) -> None:
    """A box is there if a path leads through it; of a folded graph too."""
    loss, w = neuron()
    drawing = draw(loss, path_to=w, only_path=True, fold=fold)
    assert "6 of 8 nodes" in repr(drawing)
    assert not {"x", "b", "data -3", "data 7.25"} & set(texts(drawing.svg()))


@pytest.mark.parametrize(("arguments", "message"), [
    ({"numbers": "some"}, "numbers must be one of all, data, none or blank, got 'some'"),
    ({"numbers": ["all"]}, r"numbers must be one of all, data, none or blank, got \['all'\]"),
    ({"only_path": "yes"}, "only_path must be True or False, got 'yes'"),
    ({"only_path": True}, "only_path=True needs path_to: the Value at the end of the paths"),
    ({"theme": "sepia"}, "theme must be one of light, dark, print or None, got 'sepia'"),
    ({"font_size": 0}, "font_size must be from 1 to 500, got 0"),
    ({"scale": -1}, "scale must be from 0.01 to 100, got -1"),
])  # fmt: skip
def test_other_choices_are_refused(arguments: Any, message: str) -> None:
    """The error names the argument, what there is and what was given."""
    with pytest.raises(ValueError, match=message):
        draw(neuron()[0], **arguments)


@pytest.mark.parametrize("arguments", [{"numbers": "none"}, {"only_path": True}])
def test_a_program_has_no_numbers_of_values(arguments: Any) -> None:
    """Its theme and its sizes may be chosen, and nothing else."""
    pytest.importorskip("numpy", reason="NumPy, which compiling needs, is not installed")
    x = Value(1.0, "x")
    program = engine.compile(x * x, parameters=[x])
    assert 'class="glassgrad dark"' in draw(program, theme="dark", font_size=20).svg()
    with pytest.raises(
        ValueError, match="numbers, only_path and language are for graphs of Values, not"
    ):
        draw(program, **arguments)
