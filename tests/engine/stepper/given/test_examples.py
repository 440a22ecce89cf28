"""Examples of a page: which leaves get which numbers in each, and what is refused."""

import json
from collections.abc import Mapping
from math import inf, nan
from typing import Any

import pytest

from engine import Stepper, Value
from tests.engine.stepper.schema import valid_trace


@pytest.fixture
def error() -> tuple[Value, Value, Value, Value]:
    """A squared error (w x − y)², with w, x and y."""
    w, x, y = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "y")
    loss = (w * x - y) ** 2
    loss.label = "Loss"
    return loss, w, x, y


def entry(output: Value, examples: Any) -> Any:
    """The entry of a valid trace for examples."""
    return valid_trace(output, examples=examples).document["examples"]


def test_there_are_none_unless_some_are_given(error: Any) -> None:
    """The document says so."""
    loss, *_ = error
    assert entry(loss, None) is None
    assert Stepper(loss).trace.document["examples"] is None


def test_each_example_has_a_number_for_each_leaf(error: Any) -> None:
    """Leaves are given themselves or by their names, and columns become rows."""
    loss, _, x, _ = error
    found = entry(loss, {x: [0, 1, 2], "y": (1.5, 2.5, 3.5)})
    assert found == {"leaves": [1, 2], "rows": [[0, 1.5], [1, 2.5], [2, 3.5]]}
    names = [valid_trace(loss).document["nodes"][place]["name"] for place in found["leaves"]]
    assert names == ["x", "y"]


def test_columns_that_can_be_read_once_are_read_once(error: Any) -> None:
    """A page is made from what they gave, as often as it is asked for."""
    loss, *_ = error
    stepper = Stepper(loss, examples={"x": iter([1.0, 2.0])})
    assert stepper.trace.document["examples"] == {"leaves": [1], "rows": [[1.0], [2.0]]}
    assert '"examples":{"leaves":[1],"rows":[[1.0],[2.0]]}' in stepper.html()


@pytest.mark.parametrize(
    ("examples", "kind", "words"),
    [
        ([1, 2], TypeError, "examples must map leaves, or their names, to numbers"),
        ({}, ValueError, "examples must have numbers for at least one leaf, got {}"),
        ({1: [2.0]}, TypeError, "examples must have Values or names as keys, got 1"),
        ({"x": 3.0}, TypeError, "examples['x'] must be numbers in a list, one for each, got 3.0"),
        ({"x": {0}}, TypeError, "examples['x'] must be numbers in a list, one for each, got {0}"),
        ({"x": "12"}, TypeError, "examples['x'] must be numbers in a list, one for each, got '12'"),
        ({"x": ["1"]}, TypeError, "examples['x'][0] must be a real number, got '1' (str)"),
        ({"x": [1, inf]}, ValueError, "examples['x'][1] must be finite, got inf"),
        ({"x": [nan]}, ValueError, "examples['x'][0] must be finite, got nan"),
        ({"x": []}, ValueError, "examples['x'] must have a number for each example, got none"),
        ({"x": [1, 2], "y": [1]}, ValueError,
         "examples['y'] must have as many numbers as examples['x'], 2, got 1"),
        ({"z": [1]}, ValueError,
         ("examples['z'] must be a leaf of the graph: choose from w, x, y. A plain number, such as "
          "a target, is none: write it as Value(1.0, 'y')")),
        ({"Loss": [1]}, ValueError,
         "examples['Loss'] must be a leaf, which no operation computes: choose from w, x, y"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(
    examples: Any, kind: type[Exception], words: str, error: Any
) -> None:
    """The column, what was given, and what can be given; of a page as of a trace."""
    loss, *_ = error
    for make in (Stepper, valid_trace):
        with pytest.raises(kind) as caught:
            make(loss, examples=examples)
        assert str(caught.value).startswith(words)


def test_a_value_is_named_by_its_label_or_shown(error: Any) -> None:
    """One that is not in the graph; and a leaf that is given twice."""
    loss, _, _, y = error
    for stranger, called in ((Value(1.0, "t"), "'t'"), (Value(1.0), "Value(data=1.0, grad=0.0)")):
        with pytest.raises(ValueError, match="must be a leaf of the graph") as caught:
            valid_trace(loss, examples={stranger: [1]})
        assert str(caught.value).startswith(f"examples[{called}]")
    with pytest.raises(ValueError, match="one column for each leaf, got two for 'y'"):
        valid_trace(loss, examples={y: [1], "y": [2]})


def test_a_large_graph_with_examples_is_not_folded() -> None:
    """They are of single Values: the page has every event, and says why it has no picture."""
    x = Value(1.0, "x")
    output = x
    for _ in range(301):
        output = (output * 0.5).tanh()
    stepper = Stepper(output, names={}, examples={x: [1.0, 2.0]})
    document: Mapping[str, Any] = json.loads(
        stepper.html().split('"glassgrad-trace">')[1].split("</script>")[0]
    )
    assert stepper.folded is None
    assert document["examples"] == {"leaves": [0], "rows": [[1.0], [2.0]]}
    assert "since its examples are of single Values" in document["picture"]["note"]
