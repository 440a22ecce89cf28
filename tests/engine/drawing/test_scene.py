"""What a picture shows: boxes, edges, ghosts, ladders, emphasis, caption."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, register, scope
from engine.analysis.captions import NO_GRAD
from engine.drawing.compose import scene_of
from engine.drawing.scene import Box, Scene
from engine.graph import Node
from engine.typesetting.themes import ON_A_PATH, ON_THE_LARGEST, PLAIN


def scene(output: Value, path_to: Value | None = None, max_boxes: int = 500) -> Scene:
    """The scene of a graph, from left to right, with no names but labels."""
    return scene_of(output, path_to, "LR", max_boxes, fold=False, names={})


def boxes(output: Value) -> dict[str, Box]:
    """The boxes of a graph by their first line."""
    return {box.lines[0]: box for box in scene(output).boxes}


def neuron() -> tuple[Value, Value]:
    """The loss of a neuron with two inputs, in a scope, and its first weight."""
    w = [Value(0.5, "w[0]"), Value(-0.25, "w[1]")]
    x = [Value(2.0, "x[0]"), Value(1.0, "x[1]")]
    with scope("neuron"):
        activation = Value.sum(wi * xi for wi, xi in zip(w, x, strict=True)).relu()
    loss = activation**2
    loss.label = "Loss"
    loss.backward()
    return loss, w[0]


def test_an_operation_and_its_result_are_one_box() -> None:
    """The box says operation, data and grad; labels come first."""
    loss, _ = neuron()
    lines = {box.id: box.lines for box in scene(loss).boxes}
    assert ("Loss", "· ^ 2", "data 0.5625", "grad 1") in lines.values()
    assert ("ReLU", "data 0.75", "grad 1.5") in lines.values()
    assert ("∑ Sum", "data 0.75", "grad 1.5") in lines.values()
    assert ("× Mul", "data 1", "grad 1.5") in lines.values()
    assert ("w[0]", "data 0.5", "grad 3") in lines.values()
    assert len(lines) == len(scene(loss).boxes) == 9


def test_kinds_tell_leaves_operations_and_the_output_apart() -> None:
    """There is one output."""
    loss, _ = neuron()
    kinds = [box.kind for box in scene(loss).boxes]
    assert (kinds.count("output"), kinds.count("operation"), kinds.count("leaf")) == (1, 4, 4)


def test_edges_carry_local_derivatives() -> None:
    """An edge leads from input to consumer, and its hint has all digits."""
    x = Value(1 / 3, "x")
    (edge,) = scene(x.exp()).edges
    assert edge.label == "1.396"
    assert edge.hint == f"∂exp/∂x = {x.exp().data!r}"


@pytest.mark.parametrize(("made", "header"), [
    (lambda x: x * 2, "· × 2"),
    (lambda x: x - -1, "· − (-1)"),
    (lambda x: 2 - x, "2 − ·"),
    (lambda x: x**3, "· ^ 3"),
    (lambda x: x.maximum(0), "max(·, 0)"),
    (lambda x: Value.sum([x, 1, x]), "∑ Sum + 1"),
    (lambda x: x + 1, "· + 1"),
    (lambda x: x.sigmoid(), "σ"),
    (lambda x: x / x, "÷ Div"),
])  # fmt: skip
def test_plain_numbers_stand_inside_the_box(made: object, header: str) -> None:
    """A constant is no box of its own."""
    assert callable(made)
    assert header in boxes(made(Value(0.5, "x")))


def test_a_shared_leaf_is_drawn_once_for_each_use() -> None:
    """Every use is a box with the same number; a square uses its input in one box, by two edges."""
    w = Value(2.0, "w")
    drawn = scene(w * w + w.exp() - 3 * w)
    uses = [box for box in drawn.boxes if box.shared is not None]
    assert [box.lines[:2] for box in uses] == [("w", f"use {i} of 3") for i in (1, 2, 3)]
    assert len({box.shared for box in uses}) == 1
    assert len({box.id for box in drawn.boxes}) == len(drawn.boxes)
    assert [edge.tail for edge in drawn.edges].count(uses[0].id) == 2


def test_a_shared_leaf_without_a_label_has_a_letter() -> None:
    """All boxes of one leaf have the same."""
    x = Value(2.0)
    names = {box.lines[0] for box in scene(x.exp() * x).boxes if box.kind == "leaf"}
    assert names == {"a"}


def test_a_thousand_uses_of_a_weight_are_a_thousand_boxes() -> None:
    """A chain that reuses one weight stays a chain."""
    w = x = Value(1.01, "w")
    for _ in range(1000):
        x = x * w
    drawn = scene(x, max_boxes=3000)
    assert len(drawn.boxes) == 2000
    assert all(edge.tail != edge.head for edge in drawn.edges)


def test_a_ladder_of_additions_is_one_sum() -> None:
    """Python's sum() of five terms is one box with five edges; its 0 to start with is left out."""
    terms = [Value(float(i), f"t{i}") for i in range(5)]
    total = sum(term * 1.5 for term in terms) + 7
    assert isinstance(total, Value)
    drawn = scene(total)
    (box,) = (box for box in drawn.boxes if box.kind == "output")
    assert box.lines[0] == "∑ Sum + 7"
    into = [edge for edge in drawn.edges if edge.head == box.id]
    assert [edge.label for edge in into] == ["1"] * 5
    order = [scene_box.lines[0] for scene_box in drawn.boxes if scene_box.kind == "leaf"]
    assert order == [f"t{i}" for i in range(5)]


def test_a_ladder_of_ten_thousand_rungs_is_one_box() -> None:
    """Neither building nor drawing it recurses."""
    x = Value(1.0, "x")
    total = sum(x for _ in range(10_000)) * 1
    assert isinstance(total, Value)
    assert len(scene(total).boxes) == 3


@pytest.mark.parametrize("reason", ["label", "shared", "scope", "path_to"])
def test_a_ladder_ends_where_something_is_to_be_seen(reason: str) -> None:
    """An addition with a name, another use, another scope or the path's end keeps its box."""
    a, b, c = (Value(float(i), name) for i, name in enumerate("abc"))
    with scope("inside" if reason == "scope" else "outside"):
        first = a + b
    if reason == "label":
        first.label = "first"
    with scope("outside"):
        total = first + c
        if reason == "shared":
            total = total * first
    drawn = scene(total, first if reason == "path_to" else None)
    assert sum("+ Add" in box.lines for box in drawn.boxes) == 2


def test_boxes_belong_to_the_scope_of_what_uses_them() -> None:
    """A leaf is drawn in the frame of what consumes it, without repeating its name."""
    w = Value(2.0, "layer1.neuron1.w[0]")
    with scope("layer1"), scope("neuron1"):
        y = w * 3
    for box in scene(y).boxes:
        assert box.scope == ("layer1", "neuron1")
    assert "w[0]" in boxes(y)
    assert "layer1.neuron1.w[0]" in boxes(y)["w[0]"].hint


def test_path_to_emphasises_the_path_and_prints_it() -> None:
    """Loss → ReLU → Sum → Mul → w, its factors and its product."""
    loss, w = neuron()
    drawn = scene(loss, path_to=w)
    emphasis = {box.lines[0]: box.emphasis for box in drawn.boxes}
    assert emphasis["w[0]"] == emphasis["Loss"] == emphasis["ReLU"] == ON_THE_LARGEST
    assert emphasis["w[1]"] == emphasis["x[0]"] == PLAIN
    assert [edge.emphasis for edge in drawn.edges].count(ON_THE_LARGEST) == 4
    assert drawn.caption == (
        "Loss → ReLU → Sum → Mul → w[0]",
        "∂Loss/∂w[0] = 1.5 × 1 × 1 × 2 = 3",
    )


def test_of_several_paths_the_largest_stands_out() -> None:
    """The others are emphasised less, and the caption gives the sum of all."""
    x = Value(2.0, "x")
    y = x * 3 + x**2 + 1
    y.label = "y"
    y.backward()
    drawn = scene(y, path_to=x)
    uses = [box.emphasis for box in drawn.boxes if box.lines[0] == "x"]
    assert uses == [ON_A_PATH, ON_THE_LARGEST]
    assert drawn.caption == (
        "y → Pow → x",
        "1 × 4 = 4",
        "the largest of 2 paths; their sum ∂y/∂x = 7",
    )


def test_a_long_path_is_told_without_its_middle() -> None:
    """The caption of a path of a hundred steps stays a line."""
    x = y = Value(1.0, "x")
    for _ in range(100):
        y = y.sin()
    y.backward()
    first, second = scene(y, path_to=x).caption
    assert first.count("→") == second.count("×") == 11
    assert "…" in first


def test_an_output_that_is_a_leaf_is_one_box() -> None:
    """There is nothing else to draw."""
    drawn = scene(Value(3.0, "x"), max_boxes=1)
    assert [(box.kind, box.lines) for box in drawn.boxes] == [
        ("output", ("x", "data 3", f"grad {NO_GRAD}"))
    ]
    x = Value(3.0, "x")
    assert scene(x, path_to=x).caption == ("x", "∂x/∂x = 1")


def test_too_many_boxes_are_an_error_that_counts_them() -> None:
    """It says how many there are, how to draw a part and how to raise the limit."""
    x = y = Value(1.0)
    for _ in range(501):
        y = y.sin()
    with pytest.raises(ValueError, match=r"has 502 boxes, more than max_boxes=500: draw it .*"
                                         r"draw\(output, fold=False, max_boxes=502\)"):  # fmt: skip
        scene(y)
    assert len(scene(y, max_boxes=502).boxes) == 502
    part = y.inputs[0].inputs[0]
    assert len(scene(part, x).boxes) == 500


def test_a_leaf_alone_takes_a_box_too() -> None:
    """It is counted as every other."""
    with pytest.raises(ValueError, match="has 1 boxes, more than max_boxes=0"):
        scene(Value(1.0), max_boxes=0)


def test_many_plain_numbers_in_a_ladder_are_counted() -> None:
    """A box stays a box, however many numbers were added one by one."""
    y = Value(1.0, "x")
    for _ in range(400):
        y = y + 1
    assert "∑ Sum + 400 numbers" in boxes(y)


def test_a_path_to_nowhere_is_an_error() -> None:
    """The output must depend on what the path is to lead to; a constant it does not depend on."""
    total = Value.sum([Value(1.0), 2.0])
    with pytest.raises(ValueError, match="path_to: no path leads from the output to Value"):
        scene(total, path_to=total.inputs[1])
    with pytest.raises(ValueError, match="path_to: no path leads from the output to Value"):
        scene(Value(1.0) * 2, path_to=Value(2.0))


def test_the_cost_of_a_scene_grows_with_its_edges_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide sum is not gone through again for each of its terms: counted, not timed."""
    seen = 0
    edges = Node.edges

    def counting(node: Value) -> list[tuple[Value, float]]:
        """The edges of a node, counted."""
        nonlocal seen
        found = edges(node)
        seen += len(found)
        return found

    terms = [Value(float(i), f"t{i}") * 2 for i in range(1000)]
    total = Value.sum(terms)
    monkeypatch.setattr(Node, "edges", counting)
    drawn = scene(total, path_to=terms[7], max_boxes=3000)
    assert len(drawn.edges) == 2000
    assert seen < 20 * 2000


def test_boxes_and_edges_are_numbered() -> None:
    """Each has an id of its own; edges are numbered in order, whatever box they lead to."""
    a, b, c = (Value(float(i), name) for i, name in enumerate("abc", 1))
    drawn = scene(Value.sum([a * b, a * c, b * c, a]) * a.exp())
    assert [edge.id for edge in drawn.edges] == [f"e{i}" for i in range(len(drawn.edges))]
    ids = [box.id for box in drawn.boxes]
    assert len({*ids}) == len(ids)
    assert {edge.tail for edge in drawn.edges} | {edge.head for edge in drawn.edges} == {*ids}


def test_only_uses_of_a_shared_leaf_have_ids_with_two_numbers() -> None:
    """The first is that of the leaf, the second that of the use."""
    a, b = Value(1.0, "a"), Value(2.0, "b")
    ids = {box.lines[0]: box.id for box in scene(a.exp() * b).boxes}
    assert ids == {"exp": "n0", "× Mul": "n1", "a": "n2", "b": "n3"}
    assert [box.id for box in scene(a.exp() * a).boxes] == ["n0", "n2_1", "n1", "n2_2"]


@pytest.mark.parametrize(("output", "words"), [
    (Value(1.0), "1 box, 0 edges"),
    (Value(1.0).exp(), "2 boxes, 1 edge"),
    (Value(1.0) * Value(2.0), "3 boxes, 2 edges"),
])  # fmt: skip
def test_the_size_of_a_scene_is_told_in_words(output: Value, words: str) -> None:
    """With the right endings."""
    assert scene(output).size == words


def test_hints_tell_the_scope_and_all_digits() -> None:
    """From the outermost scope inwards; without a scope there is no place to be told."""
    x = Value(1 / 3, "x")
    with scope("layer1"), scope("neuron2"):
        y = x.exp()
    y.backward()
    hints = {box.lines[0]: box.hint for box in scene(y).boxes}
    assert hints["exp"] == f"layer1 / neuron2: exp, data {y.data!r}, grad 1.0"
    assert hints["x"] == f"x, data {1 / 3!r}, grad {x.grad!r}"


@pytest.mark.parametrize(("count", "header"), [
    (1, "∑ Sum + 1"),
    (4, "∑ Sum + 1 + 2 + 3 + 4"),
    (5, "∑ Sum + 5 numbers"),
])  # fmt: skip
def test_up_to_four_plain_numbers_of_a_sum_are_shown(count: int, header: str) -> None:
    """In order, for a Sum of a list and for a ladder of additions."""
    x = Value(0.5, "x")
    numbers = [float(i) for i in range(1, count + 1)]
    assert header in boxes(Value.sum([x, *numbers, x]))
    ladder = x + Value(2.0, "y")
    for number in numbers:
        ladder = ladder + number
    assert header in boxes(ladder)


def test_a_ladder_leaves_out_the_zero_that_sum_starts_from() -> None:
    """Other numbers are shown, negative ones in parentheses."""
    x, y = Value(0.5, "x"), Value(1.5, "y")
    assert "∑ Sum" in boxes(0 + x + y)
    assert "∑ Sum + (-2) + 0.5" in boxes(-2 + x + y + 0.5)


def test_a_ladder_may_fall() -> None:
    """The numbers do not matter: 3 and then -2 are inside one Sum."""
    x, y, z = Value(1.0, "x"), Value(2.0, "y"), Value(-5.0, "z")
    drawn = scene(x + y + z)
    assert [box.lines[0] for box in drawn.boxes] == ["∑ Sum", "x", "y", "z"]


def test_nothing_is_missing_from_a_caption_after_backward() -> None:
    """The advice is given for an output without a gradient that something was made of."""
    y = Value(1.0).exp()
    y.label = "y"
    assert scene(y).caption == ("no gradients yet: call backward()",)
    y.backward()
    assert scene(y).caption == ()
    y.grad = -2.0  # that of a loss made of y
    assert scene(y).caption == ()
    assert scene(Value(1.0)).caption == ()


def test_a_gradient_that_is_not_there_is_a_dash() -> None:
    """It is no 0; a 0 that `backward()` has found is one."""
    x = Value(-1.0, "x")
    y = x.relu() * 2
    assert {box.lines[-1] for box in scene(y).boxes} == {f"grad {NO_GRAD}"}
    assert scene(y).boxes[0].hint.endswith(f", grad {NO_GRAD}")
    y.backward()
    assert boxes(y)["x"].lines[-1] == "grad 0"
    assert boxes(y)["x"].hint == "x, data -1.0, grad 0.0"
    for value in (x, y, y.inputs[0]):
        value.grad = 0.0
    assert boxes(y)["x"].lines[-1] == f"grad {NO_GRAD}"


def test_gradients_of_another_output_are_told_as_such() -> None:
    """A leaf may have one, before `backward()` of what is drawn."""
    x = Value(3.0, "x")
    (x * 5).backward()
    y = x * 2
    y.label = "y"
    assert boxes(y)["x"].lines[-1] == "grad 5"
    assert scene(y).caption == (
        "backward() has not been called on y: gradients are those of another output",
    )


def test_a_path_through_a_ladder_is_one_step_in_the_caption() -> None:
    """The factors within a Sum are multiplied; other operations have their own."""
    x = Value(2.0, "x")
    a, b, c = (Value(float(i), name) for i, name in enumerate("abc"))
    y = (x * 3 + a + b + c) * 5
    y.backward()
    names, product = scene(y, path_to=x).caption
    assert names == "Mul → Sum → Mul → x"
    assert product == "∂Mul/∂x = 5 × 1 × 3 = 15"


def test_uses_of_a_shared_leaf_are_emphasised_where_the_path_goes() -> None:
    """A use that lies on the largest path, on another one, or on none."""
    x, other = Value(2.0, "x"), Value(3.0, "other")
    y = x.exp() + x.sin() + other * other.exp()
    y.backward()
    drawn = scene(y, path_to=x)
    emphasis = {box.lines[:2]: box.emphasis for box in drawn.boxes}
    assert emphasis["x", "use 1 of 2"] == emphasis["exp", "data 7.389"] == ON_THE_LARGEST
    assert emphasis["x", "use 2 of 2"] == emphasis["sin", "data 0.9093"] == ON_A_PATH
    assert emphasis["other", "use 1 of 2"] == emphasis["other", "use 2 of 2"] == PLAIN


def test_of_two_edges_between_the_same_boxes_the_larger_stands_out() -> None:
    """The box of the leaf is as much emphasised as the more important of its edges."""
    x = Value(2.0, "x")
    y = Value.sum([x, x, x])
    y.backward()
    drawn = scene(y, path_to=x)
    assert sorted(edge.emphasis for edge in drawn.edges) == [ON_A_PATH, ON_A_PATH, ON_THE_LARGEST]
    assert [box.emphasis for box in drawn.boxes] == [ON_THE_LARGEST, ON_THE_LARGEST]


def test_the_larger_of_two_edges_may_be_the_second() -> None:
    """The derivative of x^x by the exponent is the larger one at 5."""
    x = Value(5.0, "x")
    y = x**x
    y.backward()
    emphasis = {edge.label: edge.emphasis for edge in scene(y, path_to=x).edges}
    assert emphasis == {"3125": ON_A_PATH, "5029": ON_THE_LARGEST}


@pytest.mark.parametrize("inner", [lambda x: x**2, lambda x: x * 3 - 5])
def test_a_use_beside_the_largest_path_is_no_part_of_it(inner: Any) -> None:
    """In x * z with z made of x the path through z is larger, whichever number is."""
    x = Value(2.0, "x")
    z = inner(x)
    y = z * x
    y.backward()
    emphasis = [box.emphasis for box in scene(y, path_to=x).boxes if box.kind == "leaf"]
    assert emphasis == [ON_THE_LARGEST, ON_A_PATH]


def test_the_path_is_found_among_hundreds_of_edges() -> None:
    """One edge of a wide sum is emphasised, wherever it is."""
    leaves = [Value(1.0) for _ in range(300)]
    drawn = scene(Value.sum(leaves), path_to=leaves[299])
    assert [edge.emphasis for edge in drawn.edges] == [*[PLAIN] * 299, ON_THE_LARGEST]


@pytest.fixture
def log2() -> Iterator[None]:
    """A row whose symbol is its name, with a digit in it."""
    register(Op("log2", "Log2", r"\log_2({a})", (1, 2), lambda a: a, (lambda a, y: 1.0,)))
    yield
    del PRIMITIVES["log2"]
    del Value.log2  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.usefixtures("log2")
def test_a_symbol_that_is_the_name_stands_alone() -> None:
    """It is not said twice."""
    x: Any = Value(1.0, "x")
    assert "Log2" in boxes(x.log2())


def test_leaves_of_one_operation_come_in_the_order_of_its_inputs() -> None:
    """A picture lists the inputs from first to last."""
    a, b, c = (Value(float(i), name) for i, name in enumerate("abc"))
    drawn = scene(Value.sum([c, a, b]))
    assert [box.lines[0] for box in drawn.boxes] == ["∑ Sum", "c", "a", "b"]
    assert [edge.tail for edge in drawn.edges] == [box.id for box in drawn.boxes[1:]]


@pytest.mark.parametrize("kind", ["box", "edge", "scene"])
def test_scenes_are_records(kind: str) -> None:
    """Nothing about a box, an edge or a scene can be changed, and nothing added."""
    drawn = scene(Value(1.0, "x") * 2)
    record: Any = {"box": drawn.boxes[0], "edge": drawn.edges[0], "scene": drawn}[kind]
    assert not hasattr(record, "__dict__")
    with pytest.raises(FrozenInstanceError):
        setattr(record, fields(record)[0].name, "another")
