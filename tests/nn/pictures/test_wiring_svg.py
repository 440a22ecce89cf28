"""The picture of a network has the measures that are written down for it, in pixels."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

import nn

_SVG = "{http://www.w3.org/2000/svg}"


def _picture(
    model: nn.Module[Any], numbers: list[float], *names: Any, **settings: Any
) -> ET.Element:
    """The picture of a model whose parameters are these numbers, over and over."""
    for i, parameter in enumerate(model.parameters()):
        parameter.data = numbers[i % len(numbers)]
    return ET.fromstring(nn.draw_network(model, *names, **settings).svg())


def _of(picture: ET.Element, kind: str, *names: str) -> list[list[str | None]]:
    """Some attributes of all elements of a kind, in order."""
    return [[each.get(name) for name in names] for each in picture.iter(f"{_SVG}{kind}")]


def _words(picture: ET.Element) -> list[tuple[str | None, ...]]:
    """All texts, with their places and the side on which these are."""
    texts = picture.iter(f"{_SVG}text")
    return [(each.text, *map(each.get, ("x", "y", "text-anchor"))) for each in texts]


def test_a_neuron_is_in_the_middle_of_the_smallest_picture() -> None:
    """A page of 400, columns at 130; the room for x[0] is 16 + 4 · 7 and the radius 0.36 · 58.

    The one at the right is 64. So the left column is at (400 + 64.88 - 130 - 64) / 2.
    """
    picture = _picture(nn.Neuron(1, "relu", seed=0), [-0.5, 0.25])
    assert (picture.get("width"), picture.get("height")) == ("400", "152")
    assert picture.get("viewBox") == "0 0 400 152"
    left, right = ["135.4", "73.0", "20.9"], ["265.4", "73.0", "20.9"]
    assert _of(picture, "circle", "cx", "cy", "r") == [left, right, right]
    weight, *legend = [way for (way,) in _of(picture, "path", "d")]
    # The ends are bent over 0.22 · 130.
    assert weight == "M135.4 73.0C164.0 73.0 236.8 73.0 265.4 73.0"
    assert legend == ["M12.0 134.0h38", "M97.0 134.0h38", "M196.0 134.0h38"]
    assert _words(picture) == [
        ("1 input", "135.4", "28.0", "middle"),
        ("x[0]", "106.6", "77.0", "end"),
        ("1 relu", "265.4", "28.0", "middle"),
        ("0.5", "57.0", "138.0", "start"),
        ("0.125", "142.0", "138.0", "start"),
        ("−0.5", "241.0", "138.0", "start"),
        ("ring: bias", "288.0", "138.0", "start"),
    ]


def test_a_line_is_as_wide_and_as_strong_as_its_number_is_large() -> None:
    """From 0.6 to 5, and from 0.35 to 1; a dash has 3 + 1.5 widths, a gap 2 and one width."""
    picture = _picture(nn.Neuron(2, "relu", seed=0), [-0.5, 0.0, 0.25])
    look = ("stroke-width", "stroke-opacity", "stroke-dasharray")
    largest = ["5.00", "1.00", "10.5 7.0"]
    assert _of(picture, "path", *look) == [
        ["0.60", "0.35", None], largest, ["5.00", "1.00", None], ["1.70", "0.51", None], largest,
    ]  # fmt: skip
    ring = ["2.80", "0.68", None]
    assert [each for each in _of(picture, "circle", *look) if each[1]] == [ring]


def test_the_curve_of_an_activation_is_in_a_square_in_the_circle() -> None:
    """From -3 to 3 in 48 steps, 0.55 radii around the middle: of relu, 0 half the way."""
    picture = _picture(nn.Neuron(1, "relu", seed=0), [-0.5, 0.25])
    ((line,),) = _of(picture, "polyline", "points")
    points = [tuple(map(float, point.split(","))) for point in (line or "").split()]
    reach = 0.55 * 0.36 * 58
    across = [265.44 + reach * (k - 24) / 24 for k in range(49)]
    down = [73.0 + reach - 2 * reach * max(0, k - 24) / 24 for k in range(49)]
    assert [x for x, _ in points] == pytest.approx(across, abs=0.06)
    assert [y for _, y in points] == pytest.approx(down, abs=0.06)


def test_letters_of_twice_the_size_have_twice_the_room() -> None:
    """All columns have one middle, at 88 + 5 · 58 / 2; what is left out has a place in its own."""
    model = nn.MLP(1, [6, 1], "tanh", seed=0)
    names = [["in"], ["the whole result"]]
    picture = _picture(model, [0.5, -1.0], *names, max_neurons=4, max_weights=7, font_size=18)
    # At the left 16 + 2 · 14 and a radius, at the right 16 + 16 · 14 and one.
    assert (picture.get("width"), picture.get("height")) == ("800", "550")
    gap = 0.45 * 58 * 5
    left = (800 - 2 * gap + 16 + 2 * 14 - (16 + 16 * 14)) / 2
    x = [f"{left + gap * i:.1f}" for i in range(3)]
    shown = [(x[1], y) for y in ("117.0", "175.0", "291.0", "349.0")]
    circles = _of(picture, "circle", "cx", "cy")
    places = [(x[0], "233.0"), *shown, (x[2], "233.0")]
    assert list(dict.fromkeys(map(tuple, circles))) == places
    assert _words(picture)[:6] == [
        ("1 input", x[0], "56.0", "middle"),
        ("in", f"{left - 28.88:.1f}", "241.0", "end"),
        ("6 tanh", x[1], "56.0", "middle"),
        ("⋮ 2 more", x[1], "241.0", "middle"),
        ("1 identity", x[2], "56.0", "middle"),
        ("the whole result", f"{left + 2 * gap + 28.88:.1f}", "241.0", "start"),
    ]
    # Each number in the legend has 64 and 14 for each letter; the notes are 36 below.
    assert _words(picture)[6:] == [
        ("1", "57.0", "450.0", "start"),
        ("0.25", "135.0", "450.0", "start"),
        ("−1", "255.0", "450.0", "start"),
        ("ring: bias", "302.0", "450.0", "start"),
        ("at most 4 of each layer", "12.0", "486.0", "start"),
        ("the 7 largest of 8 weights between these", "12.0", "522.0", "start"),
    ]


@pytest.mark.parametrize(
    ("neurons", "pitch", "gap"), [(12, 520 / 12, 234.0), (20, 26.0, 234.0), (22, 26.0, 240.0)]
)
def test_many_neurons_are_close_to_each_other(neurons: int, pitch: float, gap: float) -> None:
    """520 for all of them, and 26 for each at least; columns are 0.45 of that apart, at most 240.

    The widest line is 0.28 radii there.
    """
    picture = _picture(nn.Layer(1, neurons, seed=0), [1.0, 0.0], max_neurons=neurons)
    (x, y), *others = [
        (float(x or ""), float(y or "")) for x, y in _of(picture, "circle", "cx", "cy")
    ]
    assert y == pytest.approx(44 + pitch * neurons / 2, abs=0.06)
    assert [at - x for at, _ in others] == pytest.approx([gap] * neurons, abs=0.11)
    down = [44 + pitch * (i + 0.5) for i in range(neurons)]
    assert [at for _, at in others] == pytest.approx(down, abs=0.06)
    widths = {width for (width,) in _of(picture, "path", "stroke-width")}
    assert f"{0.28 * 0.36 * pitch:.2f}" in widths
