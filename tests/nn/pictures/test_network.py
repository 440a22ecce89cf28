"""The picture of a network shows its numbers, and names come out as themselves."""

import re
from collections.abc import Callable
from itertools import pairwise
from math import inf, nan
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import nn
from engine.system.pages import for_jupyter
from engine.typesetting.themes import BLUE as _ABOVE
from engine.typesetting.themes import GREY, THEMES, ThemeName
from engine.typesetting.themes import VERMILION as _BELOW
from nn.pictures.wiring import network_diagram

_SVG = "{http://www.w3.org/2000/svg}"


def _picture(model: Any, *arguments: Any, **settings: Any) -> ET.Element:
    """The picture as a tree."""
    return ET.fromstring(nn.draw_network(model, *arguments, **settings).svg())


def _links(picture: ET.Element) -> list[ET.Element]:
    """The lines of weights."""
    return [each for each in picture.iter(f"{_SVG}path") if "link" in each.get("class", "")]


def _hint(element: ET.Element) -> str:
    """The text that a browser shows for an element under the mouse."""
    return element.findtext(f"{_SVG}title") or ""


def _texts(picture: ET.Element) -> list[str]:
    """All texts of a picture."""
    return [each.text or "" for each in picture.iter(f"{_SVG}text")]


def _spots(picture: ET.Element) -> list[ET.Element]:
    """The inputs and neurons."""
    return [each for each in picture.iter(f"{_SVG}g") if "spot" in each.get("class", "")]


def _model() -> nn.MLP:
    """Two inputs, three neurons and one, with weights from −1 to 0.75."""
    model = nn.MLP(2, [3, 1], "tanh", seed=0)
    numbers = [0.5, -1.0, 0.25, 0.75, -0.25, 0.0, 0.1, 0.2, 0.0, 0.3, -0.6, 0.7, 0.0]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


def test_every_weight_is_a_line_with_its_name_and_number() -> None:
    """Nine of them, the smallest first, so that the largest lie on top."""
    model = _model()
    weights = {name: p for name, p in model.named_parameters() if not name.endswith("b")}
    hints = [_hint(link) for link in _links(_picture(model))]
    assert sorted(hints) == sorted(f"{name} = {p.data:.4g}" for name, p in weights.items())
    sizes = [abs(float(hint.split(" = ")[1])) for hint in hints]
    assert sizes == sorted(sizes)
    assert len(sizes) == 9


def test_a_line_shows_its_weight_by_width_colour_and_dashes() -> None:
    """The larger the wider and the stronger; the sign is seen without colours too."""
    widths = {}
    for link in _links(_picture(_model())):
        weight = float(_hint(link).split(" = ")[1])
        widths[abs(weight)] = (
            float(link.get("stroke-width", "")),
            float(link.get("stroke-opacity", "")),
        )
        assert link.get("stroke") == (_BELOW if weight < 0 else _ABOVE)
        assert (link.get("stroke-dasharray") is not None) is (weight < 0)
    by_size = [widths[size] for size in sorted(widths)]
    assert all(thin < wide for (thin, _), (wide, _) in pairwise(by_size))
    assert all(weak < strong for (_, weak), (_, strong) in pairwise(by_size))
    assert by_size[-1][1] == 1.0


def test_the_ring_of_a_neuron_shows_its_bias() -> None:
    """Blue for 0.25, dashed for −0.25, and plain for 0 and for inputs."""
    spots = {_hint(spot): spot for spot in _spots(_picture(_model()))}
    assert list(spots) == [
        "x[0]",
        "x[1]",
        "layer1.neuron1: bias 0.25",
        "layer1.neuron2: bias 0",
        "layer1.neuron3: bias 0",
        "layer2.neuron1: bias 0",
    ]
    rings = spots["layer1.neuron1: bias 0.25"].findall(f"{_SVG}circle")
    assert [ring.get("stroke") for ring in rings] == [GREY, _ABOVE]
    assert len(spots["layer1.neuron2: bias 0"].findall(f"{_SVG}circle")) == 1
    model = _model()
    model.layers[0].neurons[0].b.data = -0.25
    ring = _spots(_picture(model))[2].findall(f"{_SVG}circle")[1]
    assert (ring.get("stroke"), ring.get("stroke-dasharray") is not None) == (_BELOW, True)


def _luminance(colour: str) -> float:
    """Of a colour such as #0072b2, by the definition of the WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [_ABOVE, _BELOW, GREY])
@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_lines_and_letters_are_seen_on_light_and_on_dark(colour: str, ground: str) -> None:
    """A contrast of 3 : 1 or more, which the WCAG ask of graphics; the picture has no ground."""
    darker, lighter = sorted(map(_luminance, (colour, ground)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3
    assert all(each.get("width") is None for each in _picture(_model()).iter(f"{_SVG}rect"))


def test_columns_stand_from_left_to_right_with_their_sizes_above() -> None:
    """And no two neurons are in one place."""
    picture = _picture(nn.MLP(3, [5, 2], ["relu", "softmax"], seed=0))
    assert _texts(picture)[:6] == ["3 inputs", "x[0]", "x[1]", "x[2]", "5 relu", "2 softmax"]
    circles = [spot.find(f"{_SVG}circle") for spot in _spots(picture)]
    at = [(each.get("cx"), each.get("cy")) for each in circles if each is not None]
    assert len({*at}) == 10
    across = sorted({float(x or "") for x, _ in at})
    assert [sum(float(x or "") == each for x, _ in at) for each in across] == [3, 5, 2]


def test_a_line_leads_from_the_middle_of_a_circle_to_the_next() -> None:
    """The one of layer2.neuron1.w[2] from the third hidden neuron to the output."""
    picture = _picture(_model())
    (link,) = [each for each in _links(picture) if _hint(each).startswith("layer2.neuron1.w[2]")]
    numbers = [float(each) for each in re.findall(r"[\d.]+", link.get("d", ""))]
    circles = [spot.find(f"{_SVG}circle") for spot in _spots(picture)]
    ends = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in circles if c is not None]
    assert (numbers[0], numbers[1]) == ends[4]
    assert (numbers[-2], numbers[-1]) == ends[5]


def test_a_neuron_shows_the_curve_of_its_activation() -> None:
    """Flat and then rising for relu, a straight line for the identity, none where it has none."""
    picture = _picture(nn.MLP(1, [1, 1, 2], ["relu", "identity", "softmax"], seed=0))
    curves = []
    for line in picture.iter(f"{_SVG}polyline"):
        points = [each.split(",") for each in (line.get("points") or "").split()]
        heights = [-float(y) for _, y in points]
        curves.append([round(b - a, 1) for a, b in pairwise(heights)])
    relu, identity = curves
    assert {*relu[:24]} == {0.0}
    assert all(rise > 0 for rise in [*relu[24:], *identity])


@pytest.mark.parametrize("name", [*nn.ACTIVATIONS, "swish", "softmax"])
def test_every_activation_can_be_drawn(name: str) -> None:
    """Under its name."""
    assert f"2 {name}" in _texts(_picture(nn.Layer(2, 2, name, seed=0)))


@pytest.mark.parametrize(
    ("model", "headings"),
    [
        (nn.Neuron(1, "tanh", seed=0), ["1 input", "1 tanh"]),
        (nn.Layer(2, 3, "relu", seed=0), ["2 inputs", "3 relu"]),
        (nn.Perceptron(2, seed=0), ["2 inputs", "1 step"]),
        (
            nn.Sequential(nn.Layer(2, 4, seed=0), nn.MLP(4, [3, 2], seed=0), nn.Neuron(2, seed=0)),
            ["2 inputs", "4 relu", "3 relu", "2 identity", "1 relu"],
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_networks_of_every_kind_are_drawn(model: Any, headings: list[str]) -> None:
    """Whatever they are put together from."""
    texts = _texts(_picture(model))
    assert [text for text in texts if re.fullmatch(r"\d+ [a-z]+", text)] == headings


def test_names_are_data() -> None:
    """Markup, quotes, newlines and control characters come out as themselves."""
    wild = ['<script>alert("1")</script>', "a & b's\n", "\x07 🐍"]
    model = nn.Layer(3, 1, seed=0)
    svg = nn.draw_network(model, inputs=wild, outputs=["]]>"]).svg()
    picture = ET.fromstring(svg)
    assert "<script" not in svg
    assert [_hint(spot) for spot in _spots(picture)[:3]] == [*wild[:2], "␇ 🐍"]
    shown = _texts(picture)
    assert shown[1] == '<script>alert("1")</scr…'
    assert "]]>" in shown


def test_the_same_network_gives_the_same_picture() -> None:
    """To the byte."""
    assert nn.draw_network(_model()).svg() == nn.draw_network(_model()).svg()


def test_one_sees_what_belongs_to_a_neuron() -> None:
    """When one points at it, the lines of others fade; each line knows both its ends."""
    picture = _picture(_model())
    style = picture.findtext(f"{_SVG}style") or ""
    assert ".glassgrad-net:has(.spot.n1-2:hover) .link:not(.n1-2)" in style
    ends = [link.get("class", "").split()[1:] for link in _links(picture)]
    assert sum("n1-2" in each for each in ends) == 3


def test_of_a_big_network_the_first_and_last_neurons_are_shown() -> None:
    """With the number of those between, and a note."""
    drawing = nn.draw_network(nn.MLP(64, [101, 3], seed=0), max_neurons=5)
    picture = ET.fromstring(drawing.svg())
    hints = [_hint(spot) for spot in _spots(picture)]
    assert hints[:5] == ["x[0]", "x[1]", "x[2]", "x[62]", "x[63]"]
    assert [hint.split(":")[0] for hint in hints[5:10]] == [
        f"layer1.neuron{i}" for i in (1, 2, 3, 100, 101)
    ]
    assert len(_links(picture)) == 5 * 5 + 5 * 3
    texts = _texts(picture)
    assert {"⋮ 59 more", "⋮ 96 more", "at most 5 of each layer"} <= {*texts}
    assert "at most 5 of each layer" in repr(drawing)
    links = {_hint(link).split(" = ")[0] for link in _links(picture)}
    assert {"layer1.neuron101.w[63]", "layer2.neuron3.w[100]"} <= links


def test_of_many_weights_the_largest_are_shown() -> None:
    """And how many there are."""
    model = nn.MLP(10, [10], seed=0)
    picture = _picture(model, max_weights=7)
    largest = sorted((abs(w.data) for n in model.layers[0].neurons for w in n.w), reverse=True)[:7]
    shown = [abs(float(_hint(link).split(" = ")[1])) for link in _links(picture)]
    assert sorted(shown, reverse=True) == pytest.approx(largest, abs=1e-4)
    assert "the 7 largest of 100 weights between these" in _texts(picture)
    full = _picture(model, max_weights=100)
    assert len([*_links(full)]) == 100
    assert not any("largest" in text for text in _texts(full))


def test_a_picture_has_16_neurons_of_a_layer_and_1000_weights_unless_told() -> None:
    """The notes say so; no layer of this model has more neurons."""
    usual = _picture(nn.MLP(16, [16, 16, 16, 16], seed=0))
    assert "the 1,000 largest of 1,024 weights between these" in _texts(usual)
    assert not any("of each layer" in text for text in _texts(usual))
    assert "at most 16 of each layer" in _texts(_picture(nn.Layer(17, 1, seed=0)))


def test_a_picture_of_a_thousand_weights_is_small() -> None:
    """And 100,000 weights give one no larger than that."""
    assert len(nn.draw_network(nn.MLP(16, [16, 16, 16, 16], seed=0)).svg()) < 400_000
    assert len(nn.draw_network(nn.MLP(300, [300, 30], seed=0)).svg()) < 400_000


def test_weights_that_are_all_0_are_thin_lines() -> None:
    """Without a division by 0."""
    model = nn.MLP(2, [2], seed=0)
    for parameter in model.parameters():
        parameter.data = 0.0
    assert {link.get("stroke-width") for link in _links(_picture(model))} == {"0.60"}


def test_a_drawing_is_saved_and_shown(tmp_path: Path) -> None:
    """As a file that stands by itself, and in Jupyter."""
    drawing = nn.draw_network(_model())
    path = drawing.save(tmp_path / "network.svg")
    assert path.read_text(encoding="utf-8") == drawing.svg() == drawing._repr_svg_()
    assert repr(drawing) == "Drawing of MLP(2 → 3 tanh → 1 identity; 13 parameters)"
    assert drawing._repr_mimebundle_(include=None) == for_jupyter(drawing.svg(), repr(drawing))
    assert "max-width:100%" in (ET.fromstring(drawing.svg()).get("style") or "")
    with pytest.raises(ValueError, match=r"the ending must be \.svg, got .*network\.png"):
        drawing.save(tmp_path / "network.png")
    with pytest.raises(FileNotFoundError, match="does not exist; create it"):
        drawing.save(tmp_path / "nowhere" / "network.svg")


class _Own(nn.Module[Any]):
    """A module of somebody else."""


def _broken(number: float) -> nn.MLP:
    model = _model()
    model.layers[0].neurons[2].w[1].data = number
    return model


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: nn.draw_network(_Own()),
            TypeError,
            "a network of neurons in layers, made of .*MLP, .* got",
        ),
        (
            lambda: nn.draw_network(nn.SwiGLU(2, 2)),
            TypeError,
            "network of neurons .* got SwiGLU.* but it multiplies",
        ),
        (lambda: nn.draw_network(nn.Sequential(nn.softmax)), TypeError, "neurons in layers"),
        (lambda: nn.draw_network(nn.MLP(1, [1] * 21)), ValueError, "at most 20 layers .* got 21"),
        (
            lambda: nn.draw_network(nn.Sequential(nn.Layer(2, 3), nn.Layer(2, 1))),
            ValueError,
            "a layer of 3 neurons comes before one with 2 inputs",
        ),
        (lambda: nn.draw_network(_broken(nan)), ValueError, r"layer1\.neuron3\.w\[1\] is nan"),
        (lambda: nn.draw_network(_broken(-inf)), ValueError, r"layer1\.neuron3\.w\[1\] is -inf"),
        (lambda: nn.draw_network(_model(), ["a"]), ValueError, "inputs must be 2 names, got 1"),
        (lambda: nn.draw_network(_model(), outputs=["a", "b"]), ValueError, "outputs must be 1 n"),
        (lambda: nn.draw_network(_model(), "ab"), TypeError, "inputs must be a list of names, got"),
        (lambda: nn.draw_network(_model(), max_neurons=0), ValueError, "max_neurons must be at le"),
        (lambda: nn.draw_network(_model(), max_weights=0), ValueError, "max_weights must be at le"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    """The error says what it is and what can be drawn."""
    with pytest.raises(error, match=message):
        make()


def test_names_that_are_no_texts_are_refused() -> None:
    """Numbers, for example."""
    names: Any = [1, 2]
    with pytest.raises(TypeError, match=r"inputs must be a list of names, got \[1, 2\]"):
        nn.draw_network(_model(), names)


def test_each_neuron_shows_its_own_activation() -> None:
    """Neurons of a layer may differ; the heading has the names of all."""
    model = nn.Layer(1, 3, seed=0)
    model.neurons[0].activation = "tanh"
    model.neurons[1].activate = abs
    column = network_diagram(model, None, None, 16, 1000).columns[1]
    assert column.heading == "3 tanh/abs/relu"
    curves = [spot.curve for spot in column.spots if spot.curve is not None]
    assert [round(curve(-2.0), 3) for curve in curves] == [-0.964, 2.0, 0.0]


def _changed(**attributes: Any) -> nn.Layer:
    """A layer, the first neuron of which has other attributes."""
    model = nn.Layer(2, 2, seed=0)
    vars(model.neurons[0]).update(attributes)
    return model


@pytest.mark.parametrize("nin", [1, 3])
@pytest.mark.parametrize("layer", [0, 1])
def test_neurons_of_a_layer_with_other_inputs_are_not_drawn(nin: int, layer: int) -> None:
    """A weight would be missing in the picture, or have no input."""
    model = nn.MLP(2, [2, 2, 1], seed=0)
    model.layers[layer].neurons[1] = nn.Neuron(nin, seed=0)
    few, many = sorted((nin, 2))
    with pytest.raises(ValueError, match=f"same inputs, got one with {few} and one with {many}"):
        nn.draw_network(model)


def _emptied() -> nn.Layer:
    """A layer without neurons."""
    model = nn.Layer(2, 2, seed=0)
    model.neurons = []
    return model


@pytest.mark.parametrize(
    "model",
    [_changed(b=0.0), _changed(w=[0.5, 0.5]), _changed(forward=max), _emptied()],
)  # fmt: skip
def test_what_is_no_neuron_any_more_is_not_drawn(model: nn.Layer) -> None:
    """The picture would show what is not computed."""
    with pytest.raises(TypeError, match="model must be a network of neurons in layers"):
        nn.draw_network(model)


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_gives_the_colours(name: ThemeName) -> None:
    """Of lines, circles, curves and words; a dark picture brings its ground along."""
    theme, picture = THEMES[name], _picture(_model(), theme=name)
    strokes = {link.get("stroke") for link in _links(picture)}
    assert strokes == {theme.above, theme.below}
    fills = {each.get("fill") for each in picture.iter(f"{_SVG}circle")} - {"none"}
    assert fills == {theme.boxes[kind].fill for kind in ("leaf", "operation", "output")}
    assert {each.get("fill") for each in picture.iter(f"{_SVG}text")} == {theme.quiet}
    (curve, *_) = picture.iter(f"{_SVG}polyline")
    assert curve.get("stroke") == theme.boxes["operation"].letters
    grounds = [each.get("fill") for each in picture.iter(f"{_SVG}rect")]
    assert grounds == ([theme.paper] if theme.opaque else [])


def test_letters_and_the_whole_picture_can_be_larger() -> None:
    """Larger letters have more room; a larger picture is the same one."""
    usual, letters, large = (
        _picture(_model(), **sizes) for sizes in ({}, {"font_size": 18}, {"scale": 2})
    )
    assert {each.get("style") for each in letters.iter(f"{_SVG}text")} == {"font-size:24.0px"}
    assert float(letters.get("height", 0)) > float(usual.get("height", 0))
    assert large.get("viewBox") == usual.get("viewBox")
    assert [
        float(large.get(side, 0)) / float(usual.get(side, 0)) for side in ("width", "height")
    ] == pytest.approx([2, 2], rel=0.01)
    with pytest.raises(ValueError, match="theme must be one of light, dark, print or None"):
        nn.draw_network(_model(), theme="sepia")  # type: ignore[arg-type]
