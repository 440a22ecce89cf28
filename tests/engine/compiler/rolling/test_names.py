"""The names of classes."""

import numpy as np

from engine import Value, scope
from engine.compiler.folding.columns import GraphColumns
from engine.compiler.rolling.located import SomeNodes
from engine.compiler.rolling.names import names_of_class


def named(made: list[Value]) -> tuple[str, str]:
    """The label and the origin of a class of some Values among others."""
    graph = GraphColumns([Value(2.0), *made])
    found = names_of_class(made[0].op, SomeNodes(graph, np.arange(1, len(graph))))
    return found["label"], found["origin"]


def squashed(*places: tuple[str, ...]) -> tuple[str, str]:
    """The names of the class of a Value in each place."""
    made = []
    for outer, inner in places:
        with scope(outer), scope(inner):
            made.append(Value(1.0).tanh())
    return named(made)


def test_a_scope_is_the_part_that_all_members_have() -> None:
    """Names that differ in numbers only are one, with # for these."""
    assert squashed(("layer1", "neuron1"), ("layer1", "neuron2")) == (
        "layer1_neuron#_tanh",
        "layer1 / neuron# / tanh ×2",
    )
    assert squashed(("layer1", "neuron1"), ("layer1", "gate1"))[0] == "layer1_tanh"
    assert squashed(("first", "neuron1"), ("second", "neuron1"))[0] == "tanh"
    assert squashed(("layer1", "neuron1"))[0] == "layer1_neuron1_tanh"


def test_a_scope_ends_where_that_of_some_member_does() -> None:
    """One is in a layer, and the other one in a neuron of it."""
    with scope("layer1"):
        made = [Value(1.0).tanh()]
        with scope("neuron1"):
            made.append(Value(2.0).tanh())
    assert named(made) == named(made[::-1]) == ("layer1_tanh", "layer1 / tanh ×2")


def test_a_label_stands_for_the_operation() -> None:
    """It is shown as one line."""
    value = Value(1.0).tanh()
    value.label = "hidden\n2"
    assert named([value]) == ("hidden\n#", "hidden # ×1")


def test_the_label_is_that_of_the_first_member() -> None:
    """Members of a class may have labels that say different things."""
    made = [Value(1.0).tanh(), Value(2.0).tanh()]
    for value, label in zip(made, ("first", "second"), strict=True):
        value.label = label
    assert named(made) == ("first", "first ×2")
