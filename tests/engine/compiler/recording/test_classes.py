"""The fold in arrays: which member of which class each member reads."""

from random import Random
from typing import Any

import numpy as np

from engine import Op, Value, scope
from engine.compiler.recording.classes import recording_of
from engine.compiler.rolling.members import Members
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.registered import registered


def classes(output: Value, **roles: Any) -> list[Members]:
    """The classes of a graph; roles are given by name with their leaves."""
    kinds = {leaf: (name,) for name, leaves in roles.items() for leaf in leaves}
    return [*recording_of(output, kinds).folded]


def test_places_tell_what_is_read() -> None:
    """Members are numbered in the order in which they were made."""
    x = [Value(float(i)) for i in range(4)]
    output = Value.sum(x[i] * x[j] for i, j in ((0, 3), (2, 1), (3, 3 - 1)))
    leaves, products, total = classes(output, parameters=x)
    assert (leaves.count, leaves.role, products.count) == (4, ("parameters",), 3)
    assert [each.places.tolist() for each in products.operands] == [[0, 2, 3], [3, 1, 2]]  # type: ignore[union-attr]  # no plain numbers
    (terms,) = total.terms
    assert (terms.source, terms.places.tolist(), terms.counts.tolist()) == (1, [0, 1, 2], [3])
    assert total.added is None


def test_ladders_are_read_in_order_with_their_numbers() -> None:
    """Whichever way they lean; the 0 of Python's sum() is a number too."""
    x = [Value(float(i)) for i in range(5)]
    left = sum(x[:3])
    right = x[0] + (x[1] + (x[2] + 0.5))
    both = (x[0] + 1.0) + (x[3] + x[4])
    output = Value.sum(each.exp() for each in (left, right, both))  # type: ignore[union-attr]  # Values
    _, sums, *_ = classes(output)
    (terms,) = sums.terms
    assert terms.places.tolist() == [0, 1, 2, 0, 1, 2, 0, 3, 4]
    assert terms.counts.tolist() == [3, 3, 3]
    assert sums.added is not None
    assert sums.added.tolist() == [0.0, 0.5, 1.0]


def test_labels_and_scopes_keep_nothing_apart() -> None:
    """But they are what a class is called."""
    x = [Value(1.0), Value(2.0), Value(3.0)]
    with scope("layer1"), scope("neuron1"):
        a = x[0].exp()
    with scope("layer1"), scope("neuron2"):
        b = x[1].exp()
    with scope("layer2"), scope("neuron2"):
        c = x[2].exp()
    total = a
    for each in (b, c):
        total = total + each
        total.label = f"total {each.data:.0f}"
    _, exps, sums = classes(total)
    assert exps.names == {"label": "layer#_neuron#_exp", "origin": "layer# / neuron# / exp ×3"}
    assert sums.names == {"label": "total #", "origin": "total # ×1"}
    with scope("odd"):
        d = x[0].exp()
    assert classes(Value.sum([a, d]))[1].names["label"] == "exp"
    x[0].label = "w" * 200
    assert len(classes(x[0])[0].names["origin"]) < 100


def test_operations_on_any_number_of_inputs_keep_their_order() -> None:
    """Each place is one input, a plain number or a Value."""
    weigh = Op(
        "weigh", "weigh", "{terms}", (0.5, 2),
        lambda terms: terms[0] - 2 * terms[1] * terms[2],
        (lambda terms, y: (1.0, -2.0 * terms[2], -2.0 * terms[1]),),
        any_number=True,
    )  # fmt: skip
    with registered(weigh):
        x = [Value(float(i)) for i in range(4)]
        made = [Value.weigh([x[i], 3.0 + i, x[i + 1]]) for i in range(3)]  # type: ignore[attr-defined]  # registered above
        output = Value.sum(each.sin() for each in made)
        _, weighed, *_ = classes(output)
        first, second, third = weighed.operands
        assert first.places.tolist() == [0, 1, 2]  # type: ignore[union-attr]  # no plain numbers
        np.testing.assert_array_equal(second, [3.0, 4.0, 5.0])
        assert third.places.tolist() == [1, 2, 3]  # type: ignore[union-attr]  # no plain numbers
        assert_same(compiled(output, x)(), eager(output, x))


def test_narrow_graphs_are_told_apart() -> None:
    """Ten nodes a class are worth it; a small graph always is."""
    w = Value(0.5)
    x = y = Value(1.0)
    for _ in range(200):
        y = (w * y).sin()
    assert recording_of(y, {}).is_narrow
    for _ in range(20):
        x = (w * x).sin()
    assert not recording_of(x, {}).is_narrow


def chains(number: int, depth: int, more: int) -> Value:
    """The sum of some chains of operations side by side, and of more leaves."""
    found = [Value(0.1 * i) for i in range(number)]
    for _ in range(depth):
        found = [each.sin() for each in found]
    return Value.sum([*found, *(Value(1.0 + i) for i in range(more))])


def test_where_narrow_graphs_begin() -> None:
    """With more than 100 classes, and fewer than ten nodes for each."""
    small, larger = recording_of(chains(1, 98, 0), {}), recording_of(chains(1, 99, 0), {})
    assert (small.size, larger.size) == ((100, 100), (101, 101))
    assert (small.is_narrow, larger.is_narrow) == (False, True)
    wide, narrower = recording_of(chains(10, 99, 9), {}), recording_of(chains(10, 99, 8), {})
    assert (wide.size, narrower.size) == ((1010, 101), (1009, 101))
    assert (wide.is_narrow, narrower.is_narrow) == (False, True)


def observed(seen: set[int]) -> Value:
    """What a state is wrong by at some of a hundred steps."""
    a, x, total = Value(0.9), Value(0.5), Value(0.0)
    for t in range(100):
        x = (a * x).tanh() + 0.1
        if t in seen:
            total = total + (x - t) ** 2
    return total


def test_loops_are_made_of_the_classes_of_which_they_leave_fewest() -> None:
    """Of the same nodes in another order, where some steps are seen that have no pattern."""
    found = recording_of(observed({*Random(1).sample(range(100), 35)}), {})
    assert found.rolled.size > 200
    assert found.looped.rolled.size < 40
    assert found.looped.size[0] == found.size[0]
    regular = recording_of(observed({*range(0, 100, 3)}), {})
    assert regular.rolled.size < 30
    assert regular.looped is regular
