"""Big graphs: folded, and the ways down again."""

import os
import random
import re
import subprocess
import sys
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_moons

import nn
from engine import Value, draw, scope
from engine.analysis.captions import NO_GRAD, common_scope, ranged, span
from engine.drawing.compose import scene_of
from engine.drawing.scene import Box, Edge, Scene
from engine.typesetting.themes import ON_A_PATH, ON_THE_LARGEST, PLAIN
from tests.oracles.layer import mean_square
from tests.oracles.programs import ENGINE, random_program, run

from .test_picture import HOSTILE, demand_shown

ROOT = Path(__file__).parents[3]
PROGRAM = """
import nn
from engine import draw
model = nn.MLP(2, [8, 8, 1], seed=0)
rows = [[i / 10, 1.0] for i in range(20)]
loss = nn.hinge([model(row) for row in rows], [(-1) ** i for i in range(20)])
loss.backward()
print(draw(loss).source)
print(draw(loss, path_to=model.parameters()[4]).source)
print(draw(loss, around=model.parameters()[4]).source)
"""


class SumNeuron(nn.Module[Value]):
    """A neuron as micrograd writes it: Python's sum() of the products and the bias."""

    def __init__(self, nin: int, generator: random.Random, *, nonlin: bool) -> None:
        self.w = [Value(generator.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def forward(self, x: list[Value]) -> Value:
        """The activation of a ladder of additions."""
        total = sum((w * each for w, each in zip(self.w, x, strict=True)), self.b)
        return total.relu() if self.nonlin else total


class SumLayer(nn.Module[list[Value]]):
    """Several of them."""

    def __init__(self, nin: int, nout: int, generator: random.Random, *, nonlin: bool) -> None:
        self.neurons = [SumNeuron(nin, generator, nonlin=nonlin) for _ in range(nout)]

    def forward(self, x: list[Value]) -> list[Value]:
        """The output of each."""
        return [neuron(x) for neuron in self.neurons]


class SumMLP(nn.Module[Value]):
    """The network 2-16-16-1 of micrograd's demo."""

    def __init__(self) -> None:
        generator = random.Random(0)
        sizes = [(2, 16), (16, 16), (16, 1)]
        self.layers = [SumLayer(*size, generator, nonlin=size[1] > 1) for size in sizes]

    def forward(self, x: list[Value]) -> Value:
        """The score of an example."""
        for layer in self.layers:
            x = layer(x)
        return x[0]


@pytest.fixture(scope="module")
def moons() -> tuple[Value, SumMLP]:
    """The loss of micrograd's demo on 100 points, after backward(), and its network."""
    points, labels = make_moons(n_samples=100, noise=0.1, random_state=1)
    model = SumMLP()
    scores = [model(list(map(Value, row))) for row in points.tolist()]
    losses = [(1 + -y * score).relu() for y, score in zip(2.0 * labels - 1, scores, strict=True)]
    penalty = 1e-4 * sum(p * p for p in model.parameters())
    loss = sum(losses) * (1.0 / len(losses)) + penalty
    loss.label = "Loss"
    loss.backward()
    return loss, model


def batch(examples: int = 20) -> tuple[Value, nn.MLP]:
    """The loss of a network with eight hidden neurons, after backward(), and the network."""
    model = nn.MLP(2, [8, 1], seed=0)
    rows = [[i / 10, 1.0] for i in range(examples)]
    loss = nn.hinge([model(row) for row in rows], [(-1) ** i for i in range(examples)])
    loss.backward()
    return loss, model


def folded(output: Value, **arguments: Any) -> Scene:
    """The folded scene of a graph, with no names but labels."""
    return scene_of(output, fold=True, names={}, **arguments)


def box(scene: Scene, first: str) -> Box:
    """The only box with that first line."""
    (found,) = (each for each in scene.boxes if each.lines[0] == first)
    return found


def edge(scene: Scene, tail: str, head: str) -> Edge:
    """The only arrow between two boxes, by their first lines."""
    name = {each.id: each.lines[0] for each in scene.boxes}
    (found,) = (e for e in scene.edges if (name[e.tail], name[e.head]) == (tail, head))
    return found


def test_a_graph_of_65_000_nodes_is_a_picture_of_27_boxes(moons: tuple[Value, SumMLP]) -> None:
    """It says what was folded."""
    loss, _ = moons
    drawing = draw(loss)
    assert drawing.svg().count('class="node') == 27
    assert repr(drawing).splitlines()[1] == (
        "65,614 nodes in 27 boxes; width and % of an arrow: the share of |gradient| that passes"
    )


def test_boxes_count_and_give_ranges(moons: tuple[Value, SumMLP]) -> None:
    """The weights of a layer, its products, its sums: how many, from where to where."""
    scene = folded(moons[0])
    lines = [each.lines[:2] for each in scene.boxes]
    for expected in (
        ("w[0…1]", "×32"),
        ("w[0…15]", "×256"),
        ("b", "×16"),
        ("leaf", "×200"),
        ("× Mul", "×25,600"),
        ("ReLU", "×1,600"),
        ("layer1…3.neuron1…16.w[0…15]", "×304"),
    ):
        assert expected in lines
    scopes = {each.scope for each in scene.boxes}
    frames = {("layer1", "neuron1…16"), ("layer2", "neuron1…16"), ("layer3", "neuron1")}
    assert scopes == {(), *frames}
    assert [each.kind for each in scene.boxes].count("output") == 1


def test_the_share_of_the_gradient_that_passes() -> None:
    """Of 2 + 3 + 5 that arrive at three ReLUs, 2 + 3 pass; the width follows."""
    x = [Value(1.0), Value(2.0), Value(-3.0)]
    y = Value.sum([x[0].relu() * 2.0, x[1].relu() * 3.0, x[2].relu() * 5.0])
    y.backward()
    scene = folded(y)
    assert edge(scene, "leaf", "ReLU").flow == 0.5
    assert edge(scene, "leaf", "ReLU").label == "×3\n50%"
    assert edge(scene, "ReLU", "· × number").flow == pytest.approx(10 / 3)
    assert edge(scene, "· × number", "∑ Sum").flow == 1.0
    assert edge(scene, "leaf", "ReLU").hint == (
        "3 edges, local derivative 0 … 1, 50% of |gradient| passes"
    )
    source = draw(y, fold=True).source
    widths = re.findall(r"-> n\d [^;]*?penwidth=([\d.]+)", source)
    assert sorted(widths) == ["2.65", "5.00", "5.00"]


def test_without_gradients_no_share_is_shown() -> None:
    """And the caption says why."""
    scene = folded(Value(1.0, "x").exp() * 2)
    assert {each.flow for each in scene.edges} == {None}
    several = folded(Value.sum([Value(1.0).exp(), Value(2.0).exp()]))
    assert {each.lines[-1] for each in several.boxes} == {f"grad {NO_GRAD}"}
    assert scene.caption == (
        "3 nodes in 3 boxes", "no gradients yet: call backward()"
    )  # fmt: skip


@pytest.mark.parametrize(("slope", "label"), [(0.0, "0.00%"), (0.004, "0.40%"), (nan, "nan%"),
                                              (inf, "inf%")])  # fmt: skip
def test_shares_of_any_size_have_a_width(slope: float, label: str) -> None:
    """Shares of 0, of almost 0, and of nan."""
    x = [Value(1.0, f"x{i}") for i in range(2)]
    total = Value.sum(each * slope for each in x)
    total.backward()
    scene = folded(total)
    assert edge(scene, "x0…1", f"· × {slope:g}").label == f"×2\n{label}"
    widths = re.findall(r"penwidth=(\S+?)\]", draw(total, fold=True).source)
    assert all(0.3 <= float(width) <= 5 for width in widths)


def test_no_gradient_arriving_is_a_share_of_0() -> None:
    """Behind a dead ReLU there is nothing to pass."""
    x = [Value(-1.0, f"x{i}") for i in range(2)]
    total = Value.sum((each * 2).relu() for each in x)
    total.backward()
    assert edge(folded(total), "x0…1", "· × 2").flow == 0.0


def test_plain_numbers_are_shown_where_all_have_the_same() -> None:
    """Others are called numbers."""
    x = [Value(float(i), f"x{i}") for i in range(3)]
    parts = [
        *(each * 2 for each in x),
        *(i - each for i, each in enumerate(x)),
        *(each.exp() + each + 3 for each in x),
        *(each.sin() + each + i for i, each in enumerate(x)),
        *(Value.sum([each, each.tanh(), 4.0]) for each in x),
        *(each.cos() + each for each in x),
    ]
    shown = {line for each in folded(Value.sum(parts)).boxes for line in each.lines}
    assert {"· × 2", "number − ·", "∑ Sum + 3", "∑ Sum + numbers", "∑ Sum + 4", "+ Add"} <= shown


def test_only_a_sum_is_called_one() -> None:
    """A registered operation on any number of inputs has its own symbol, and its numbers."""
    with mean_square():
        make: Any = Value.mean_square  # type: ignore[attr-defined]  # the table has put it there
        x = [Value(float(i), f"x{i}") for i in range(3)]
        total = Value.sum(make([each, 3.0]) for each in x)
        one = scene_of(make([x[0], 3.0]))
        shown = {line for each in folded(total).boxes for line in each.lines}
    assert "mean²(·, 3)" in shown
    assert "mean²(·, 3)" in {line for each in one.boxes for line in each.lines}


def test_a_class_of_one_is_a_box_like_any_other() -> None:
    """With its own data, grad and hint; a label above the operation."""
    x = Value(2.0, "x")
    y = x.exp()
    y.label = "y"
    y.backward()
    scene = folded(y)
    assert box(scene, "y").lines == ("y", "exp", "data 7.389", "grad 1")
    assert box(scene, "x").hint == f"x, data 2.0, grad {y.data!r}"
    assert edge(scene, "x", "y").label == "7.389"


def test_a_hint_counts_what_a_box_stands_for() -> None:
    """With the frame it is in."""
    with scope("layer1"):
        y = Value.sum(Value(1.0, f"x[{i}]").exp() for i in range(3))
    assert box(folded(y), "exp").hint == "layer1: exp, 3 alike"
    assert box(folded(y), "x[0…2]").hint == "layer1: x[0…2], 3 alike"


def test_of_a_big_graph_only_the_paths_are_drawn(moons: tuple[Value, SumMLP]) -> None:
    """The largest as a whole chain of boxes of their own, beside the others, folded."""
    loss, model = moons
    w = model.layers[0].neurons[2].w[1]
    scene = scene_of(loss, path_to=w)
    chain = [each for each in scene.boxes if each.emphasis == ON_THE_LARGEST]
    bold = [each for each in scene.edges if each.emphasis == ON_THE_LARGEST]
    assert len(bold) == len(chain) - 1 == 14
    assert not any(line.startswith("×") and line[1:].isdigit()
                   for each in chain for line in each.lines)  # fmt: skip
    assert {each.emphasis for each in scene.boxes} == {PLAIN, ON_THE_LARGEST}
    assert len(scene.boxes) <= 40
    assert "only what lies on these paths is drawn: " in scene.caption[3]
    leaves = {each.lines[0] for each in scene.boxes if each.kind == "leaf"}
    assert leaves == {"w[1]", "layer1.neuron3.w[1]"}


def test_paths_that_are_few_are_drawn_node_by_node(moons: tuple[Value, SumMLP]) -> None:
    """Nothing is folded then."""
    loss, model = moons
    scene = scene_of(loss, path_to=model.layers[2].neurons[0].b, max_boxes=700)
    assert scene.caption[-1].startswith("only what lies on these paths is drawn: ")
    assert scene.direction == "LR"
    assert len(scene.boxes) > 400


@pytest.mark.parametrize("place", range(3))
def test_a_box_is_on_a_path_if_one_of_its_members_is(place: int) -> None:
    """The first, the second or the last of them, as is the arrow that leaves the box."""
    v = [Value(0.5, f"v[{i}]") for i in range(3)]
    y = Value.sum([*(each * each for each in v), v[place].exp()])
    scene = scene_of(y, path_to=v[place], fold=True)
    squares = next(each for each in scene.boxes if each.lines[0] == "× Mul")
    assert (squares.emphasis, squares.lines[1]) == (ON_A_PATH, "×3")
    assert [each.emphasis for each in scene.edges if each.tail == squares.id] == [ON_A_PATH]


def test_a_small_graph_is_drawn_whole_with_its_path() -> None:
    """Nodes beside the paths stay."""
    loss, model = batch(2)
    w = model.parameters()[0]
    assert len(scene_of(loss, path_to=w).boxes) == len(scene_of(loss).boxes)


def test_around_a_value_is_its_neighbourhood() -> None:
    """Inputs and uses up to `hops` edges away are shown; marks say that the graph goes on."""
    loss, model = batch()
    w = model.layers[1].neurons[0].w[3]
    scene = scene_of(loss, around=w, hops=1)
    names = [each.lines[0] for each in scene.boxes]
    assert {name: names.count(name) for name in names} == {
        "w[3]": 20, "× Mul": 20, "… 1 more": 40
    }  # fmt: skip
    assert {each.emphasis for each in scene.boxes if each.lines[0] == "w[3]"} == {ON_THE_LARGEST}
    hints = {each.hint for each in scene.edges if each.label == ""}
    assert hints == {"1 more input", "1 more use"}
    assert scene.caption == (
        "layer2.neuron1.w[3] and what is up to 1 edge away: 21 of 915 nodes",
    )  # fmt: skip


def test_a_big_neighbourhood_is_folded() -> None:
    """Its marks and its leaves have the number of edges that are not drawn."""
    loss, model = batch()
    w = model.layers[1].neurons[0].w[3]
    scene = folded(loss, around=w, hops=3)
    names = [each.lines[0] for each in scene.boxes]
    assert names.count("w[3]") == 1
    assert {"∑ Sum", "ReLU", "… 20 more"} <= set(names)
    assert any("more uses" in line for each in scene.boxes for line in each.lines) is False
    centre = model.layers[0].neurons[0].w[0]
    other = scene_of(loss, around=loss.inputs[0], hops=2)
    assert any(each.kind == "more" for each in other.boxes)
    assert scene_of(loss, around=centre).boxes


def test_the_neighbourhood_of_an_operation_ends_at_leaves() -> None:
    """Another use of a weight is no neighbour; the leaf says how many there are."""
    w, x = Value(2.0, "w"), Value(3.0, "x")
    products = [w * x, w * 2, w * 3]
    total = Value.sum([*products, *(Value(float(i)).exp() for i in range(9))])
    scene = scene_of(total, around=products[0], hops=1)
    assert box(scene, "w").lines == ("w", "2 more uses", "data 2", f"grad {NO_GRAD}")
    assert box(scene, "x").lines == ("x", "data 3", f"grad {NO_GRAD}")
    into = box(scene, "… 11 more")
    assert (into.kind, into.hint) == ("more", "11 more inputs")
    assert box(folded(total, around=products[0], hops=1), "w").lines[1] == "2 more uses"


def test_marks_are_words_without_a_box() -> None:
    """In a grey that is legible on white and on black."""
    total = Value.sum([Value(1.0, "x").exp(), Value(2.0)])
    source = draw(total, around=total.inputs[0], hops=1).source
    assert 'label="… 1 more" class' not in source
    (mark,) = re.findall(r'label="… 1 more".*', source)
    assert "color=none fillcolor=none fontcolor" in mark


def test_what_is_not_in_the_graph_has_no_neighbourhood() -> None:
    """The error names the argument and shows it."""
    with pytest.raises(ValueError, match=r"around: the output was not made from Value\(data=5.0"):
        scene_of(Value(1.0) * 2, around=Value(5.0))
    y = Value(1.0) * 2
    assert len(scene_of(y, around=y).boxes) == 2


def test_everything_is_drawn_when_it_is_asked_for(moons: tuple[Value, SumMLP]) -> None:
    """With `fold=False` there may be any number of boxes, if the limit is raised."""
    loss, _ = batch()
    with pytest.raises(ValueError, match=r"more than max_boxes=500: draw it folded") as error:
        scene_of(loss, fold=False)
    count = int(str(error.value).split("max_boxes=")[2].rstrip(")"))
    assert len(scene_of(loss, fold=False, max_boxes=count).boxes) == count
    assert len(scene_of(loss, max_boxes=count).boxes) == count
    with pytest.raises(ValueError, match=r"the graph has 74,779 boxes"):
        scene_of(moons[0], fold=False)


def test_what_does_not_fold_is_an_error_that_says_what_to_do() -> None:
    """A long chain has as many classes as operations."""
    x = y = Value(1.0)
    for _ in range(501):
        y = y.sin()
    with pytest.raises(ValueError, match=r"has 502 nodes and, folded, 502 boxes, more than "
                                         r"max_boxes=500: draw a part of it, such as draw\(output, "
                                         r"around=v\), or raise the limit: "
                                         r"draw\(output, max_boxes=502\)"):  # fmt: skip
        scene_of(y)
    assert len(scene_of(y, around=x, hops=5).boxes) == 7


def test_a_leaf_can_be_folded() -> None:
    """It is one box either way."""
    assert [each.kind for each in folded(Value(1.0, "x")).boxes] == ["output"]


def test_arrows_point_downwards_in_a_folded_picture() -> None:
    """Unless something else is asked for."""
    y = Value(1.0) * 2
    assert folded(y).direction == "TB"
    assert folded(y, direction="RL").direction == "RL"
    assert scene_of(y).direction == "LR"


def test_big_graphs_give_the_same_bytes_in_every_run() -> None:
    """Folded, on paths, and around a Value: hash seeds and addresses have no influence."""
    sources = set()
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PROGRAM]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        sources.add(run.stdout)
    assert len(sources) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_itself(text: str) -> None:
    """As the label of leaves and operations and as a scope, folded."""
    with scope(text):
        products = [Value(float(i), text) * Value(2.0) for i in range(3)]
    for each in products:
        each.label = text
    total = Value.sum(products)
    total.backward()
    svg = draw(total, fold=True).svg()
    demand_shown(svg, text)
    assert "<script" not in svg


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 100), st.lists(st.text(max_size=20), max_size=8))
def test_any_graph_folds_into_a_picture(seed: int, size: int, labels: list[str]) -> None:
    """Edges join boxes that are there, and stand for all edges of the graph."""
    program = random_program(seed, size)
    values = run(program, list(map(Value, program.leaves)), ENGINE)
    for value, label in zip(values, labels, strict=False):
        value.label = label
    values[-1].backward()
    whole, small = scene_of(values[-1], fold=False, max_boxes=10**6), folded(values[-1])
    ids = {each.id for each in small.boxes}
    assert len(ids) == len(small.boxes) <= len(whole.boxes)
    assert all({each.tail, each.head} <= ids for each in small.edges)
    counts = [each.label.split("\n")[0].removeprefix("×").replace(",", "")
              if each.label.startswith("×") else "1" for each in small.edges]  # fmt: skip
    assert sum(map(int, counts)) == len(whole.edges)


@pytest.mark.parametrize(("texts", "expected"), [
    (["w[0]", "w[2]", "w[10]"], "w[0…10]"),
    (["layer1.neuron9.w[0]", "layer1.neuron12.w[0]"], "layer1.neuron9…12.w[0]"),
    (["e[the]", "e[cat]"], "e[…]"),
    (["e[the]", "e[1]"], "e[…]"),
    (["e[the]"], "e[the]"),
    (["a", "b"], None),
    (["a1", "a[1]"], None),
    (["", ""], ""),
    (["9" * 5000, "1"], "1…" + "9" * 5000),
])  # fmt: skip
def test_texts_that_differ_in_numbers_are_one_range(texts: list[str], expected: str) -> None:
    """From the smallest to the largest number, as a number and not as text."""
    assert ranged(texts) == expected


def test_the_scope_of_all_is_what_they_have_in_common() -> None:
    """Numbers become ranges; a different word ends it."""
    assert common_scope([("l1", "n1"), ("l1", "n16")]) == ("l1", "n1…16")
    assert common_scope([("l1", "a"), ("l2", "b", "c")]) == ("l1…2",)
    assert common_scope([(), ("l1",)]) == ()


@pytest.mark.parametrize(("given_", "expected"), [
    ([1.0, -2.5, 1.0], "-2.5 … 1"),
    ([1.0, 1.0001], "1"),
    ([nan, 2.0], "2, nan"),
    ([nan], "nan"),
    ([-0.0], "0"),
    ([inf, -inf], "-inf … inf"),
])  # fmt: skip
def test_a_span_is_from_the_smallest_to_the_largest(given_: list[float], expected: str) -> None:
    """The numbers have three digits; nan is named beside them."""
    assert span(given_) == expected


def test_the_moons_are_trained_by_numpy_labels() -> None:
    """NumPy's numbers as targets fold like Python's."""
    loss = Value.sum((Value(1.0, f"s[{i}]") * y) for i, y in enumerate(np.array([-1.0, 1.0])))
    assert "· × number" in [each.lines[0] for each in folded(loss).boxes]
