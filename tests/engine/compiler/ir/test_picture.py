"""Pictures of programs: boxes for instructions, what they read on the arrows."""

import numpy as np
import pytest

import engine
from engine import Value, draw
from engine.compiler.ir.picture import program_scene
from engine.drawing.scene import Scene
from tests.engine.compiler.ir.test_loops import two_in_one
from tests.engine.compiler.looped import recurrent
from tests.engine.compiler.networks import cross_entropy, moons, moons_loss, network
from tests.engine.compiler.written_programs import values


def scene() -> Scene:
    """The scene of the moons, as NumPy computes them."""
    layers = network([2, 4, 1])
    loss = moons_loss(layers, *moons(10))
    return engine.compile(loss, parameters=layers, backend="numpy").scene()


def test_a_box_for_each_instruction() -> None:
    """With its name, what it computes, and its shape; plain numbers stand in it."""
    boxes = [box.lines for box in scene().boxes]
    assert ("sum1", "product ba,ac->bc of ·, ·", "4 × 10") in boxes
    assert ("relu1", "maximum(·, 0)", "4 × 10") in boxes
    assert [box.lines for box in scene().boxes if box.kind == "output"] == [
        ("sum6", "add(·, ·)"),
        ("gradient", "·, ·, · in their places", "17"),
    ]


def test_leaves_are_drawn_beside_what_reads_them() -> None:
    """With the part that is seen of them."""
    leaves = [box.lines for box in scene().boxes if box.kind == "leaf"]
    assert ("parameters[0:12].reshape(4, 3)", "4 × 3") in leaves
    assert ("parameters[12:17]", "5") in leaves
    assert leaves.count(("parameters", "17")) >= 2


def test_arrows_say_which_part_they_bring() -> None:
    """A view of another result has no box of its own."""
    labels = [edge.label for edge in scene().edges if edge.label]
    assert labels == [".reshape(1, 10)"]
    heads = {edge.head for edge in scene().edges}
    assert heads <= {box.id for box in scene().boxes}


def test_gradients_have_a_frame_of_their_own() -> None:
    """And so has every scope."""
    assert ("gradient",) in {box.scope for box in scene().boxes}


def test_no_arrow_leads_into_the_gradient() -> None:
    """What it reads of the results before stands beside it, in grey, by name."""
    found = scene()
    inside = {box.id: box.scope == ("gradient",) for box in found.boxes}
    assert all(inside[edge.tail] == inside[edge.head] for edge in found.edges)
    names = {box.lines[0] for box in found.boxes if box.kind == "operation"}
    grey = [box.lines for box in found.boxes if box.kind == "more"]
    assert ("relu1", "4 × 10") in grey
    assert {line.partition(".")[0].partition("[")[0] for line, *_ in grey} <= names


def test_examples_are_told() -> None:
    """Their number is N; 1/N is a plain number."""
    layers = network([2, 3])
    step = engine.compile(lambda x, y: cross_entropy(layers, x, y), parameters=layers)
    step.trace(np.zeros((5, 2)), np.eye(5, 3))
    found = step.scene()
    assert found.caption == ("N is the number of examples",)
    texts = [line for box in found.boxes for line in box.lines]
    assert "3 × N" in texts
    assert any("/ N" in text or "N)" in text for text in texts)


def test_draw_takes_programs() -> None:
    """As it takes Values; a picture with too many boxes is refused."""
    layers = network([2, 4, 1])
    loss = moons_loss(layers, *moons(10))
    program = engine.compile(loss, parameters=layers, backend="numpy")
    drawing = draw(program)
    assert repr(drawing).startswith("Drawing of the program: ")
    assert "product ba,ac" in drawing.svg()
    with pytest.raises(
        ValueError, match=r"the program has \d+ boxes, more than max_boxes=5: raise"
    ):
        draw(program, max_boxes=5)
    x = Value(1.0)
    assert draw(engine.compile(x, parameters=[x])).svg()


def test_views_that_numpy_cannot_see_are_drawn() -> None:
    """By where they begin, and their steps."""
    q = list(values(12))
    sums = [Value.sum(q[i + j] * q[j] for j in range(4)).tanh() for i in range(9)]
    program = engine.compile(Value.sum(sums), parameters=q, backend="reference")
    texts = [line for box in program.scene().boxes for line in box.lines]
    assert "parameters from 1 on in steps of 1, 1" in texts


def test_a_loop_is_a_frame_with_the_number_of_its_steps() -> None:
    """Its rows are a box; arrows lead from these to what a step reads of earlier steps."""
    rows, h = recurrent()
    found = program_scene(rows.program(h, rows.add("neg", h)))
    frame = [box.lines[0] for box in found.boxes if box.scope == ("h ×5",)]
    assert frame == ["h", "parameters[9:12].reshape(1, 3)", "product",
                     "parameters[0:9].reshape(3, 3)", "add", "input_0[t]", "hidden"]  # fmt: skip
    labels = {(edge.hint, edge.label) for edge in found.edges}
    assert ("h into product", "[t]") in labels
    assert ("hidden into h", "") in labels
    ids = {box.id for box in found.boxes}
    assert len(ids) == len(found.boxes)
    assert all({edge.tail, edge.head} <= ids for edge in found.edges)


def test_a_loop_in_a_loop_is_in_its_frame() -> None:
    """What is the same for all steps of the inner one comes from around both."""
    rows, h = two_in_one()
    found = program_scene(rows.program(h))
    assert {box.scope for box in found.boxes} == {("h ×2",), ("h ×2", "loop ×3")}
    assert ["loop", "3 steps", "4 × 1"] in [[*box.lines] for box in found.boxes]
    assert ("h into add", "[t + 2, 1]") in {(edge.hint, edge.label) for edge in found.edges}
