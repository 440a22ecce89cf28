"""A parameter is found in every collection that has an order, and refused in one that has none."""

from array import array
from collections import OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import nn
from engine import Value
from nn.attributes.collections import members


class _Pair(NamedTuple):
    """Two parameters, as a named tuple."""

    left: Value
    right: Value


@dataclass
class _Gains:
    """Two parameters, as a dataclass; a field may be missing."""

    low: Value
    high: list[Value]
    later: Value = field(init=False)


def _v() -> Value:
    return Value(0.5)


# Collections, each with the names of the parameters in it.
_COLLECTIONS: list[tuple[Callable[[], Any], list[str]]] = [
    (lambda: [_v(), 3, _v()], ["held[0]", "held[2]"]),
    (lambda: (_v(), (_v(), "text")), ["held[0]", "held[1][0]"]),
    (lambda: _Pair(_v(), _v()), ["held[0]", "held[1]"]),
    (lambda: {"a": _v(), 2: [_v()]}, ["held[a]", "held[2][0]"]),
    (lambda: OrderedDict(b=_v(), a=_v()), ["held[b]", "held[a]"]),
    (lambda: defaultdict(list, {"a": [_v()]}), ["held[a][0]"]),
    (lambda: deque([_v(), _v()], 2), ["held[0]", "held[1]"]),
    (lambda: UserList([_v()]), ["held[0]"]),
    (lambda: UserDict({"a": _v()}), ["held[a]"]),
    (lambda: MappingProxyType({"a": _v()}), ["held[a]"]),
    (lambda: {"a": _v()}.values(), ["held[0]"]),
    (lambda: {"a": _v()}.items(), ["held[0][1]"]),
    (lambda: _Gains(_v(), [_v()]), ["held.low", "held.high[0]"]),
    (lambda: np.array([_v(), _v()]), ["held[0]", "held[1]"]),
    (lambda: np.array([[_v(), _v()]]), ["held[0][0]", "held[0][1]"]),
    (lambda: np.array(_v()), ["held"]),
    (lambda: np.ma.masked_array([_v(), _v()], [False, True]), ["held[0]"]),
    (lambda: np.array([(1, _v())], dtype=[("n", int), ("v", object)]), ["held[0][1]"]),
    (lambda: [np.array([_v()]), {"a": deque([_v()])}], ["held[0][0]", "held[1][a][0]"]),
    (lambda: pd.Series([_v(), _v()], index=["a", "b"]), ["held[0]", "held[1]"]),
    (lambda: np.array([nn.Neuron(1, seed=0)]), ["held1.w[0]", "held1.b"]),
    (lambda: deque([nn.Neuron(1, seed=0)]), ["held1.w[0]", "held1.b"]),
]


class _Holder(nn.Module[Value]):
    """A module that holds something, and computes with its parameters."""

    def __init__(self, held: object) -> None:
        self.held = held

    def forward(self, x: float) -> Value:
        return Value.sum([each * (x + i) for i, each in enumerate(self.parameters())])


@pytest.mark.parametrize(("make", "names"), _COLLECTIONS, ids=lambda it: "" if callable(it) else it)
def test_a_parameter_in_a_collection_is_trained_and_saved(
    make: Callable[[], Any], names: list[str], tmp_path: Path
) -> None:
    """It has a name, a label and a gradient; a step moves it, and a file brings it back."""
    model = _Holder(make())
    assert [name for name, _ in model.named_parameters()] == names
    assert [each.label for each in model.parameters()] == names
    before = [each.data for each in model.parameters()]
    model(2.0).backward()
    assert [each.grad for each in model.parameters()] == [2.0 + i for i in range(len(names))]
    nn.SGD(model.parameters(), learning_rate=0.1).step()
    moved = [each.data for each in model.parameters()]
    assert all(a != b for a, b in zip(before, moved, strict=True))
    model.save(tmp_path / "model")
    twin = nn.load(tmp_path / "model", into=_Holder(make()))
    assert [each.data for each in twin.parameters()] == moved


@pytest.mark.parametrize("make", [set, frozenset])
def test_a_set_of_parameters_is_refused(make: type[set[Any]]) -> None:
    """When it is set, and when it has been filled later; a set of anything else is none of ours."""
    with pytest.raises(TypeError, match="held is a set, which has no order"):
        _Holder(make([_v()]))
    with pytest.raises(TypeError, match=r"held\[a\] is a set"):
        _Holder({"a": make([(1, _v())])})
    assert _Holder(make([1, "text", None])).parameters() == []
    filled: set[Value] = set()
    model = _Holder([filled])
    filled.add(_v())
    with pytest.raises(TypeError, match=r"held\[0\] is a set"):
        model.parameters()


def test_a_parameter_of_a_class_is_refused() -> None:
    """All modules of the class would share it, and none would find it; so are slots."""
    with pytest.raises(TypeError, match=r"Shared\.w is a parameter of the class"):

        class Shared(nn.Module[Value]):
            """A module that sets its parameter too early."""

            w = (Value(1.0),)

    with pytest.raises(TypeError, match="Slotted has __slots__"):

        class Slotted(nn.Module[Value]):
            """A module whose parameter is no attribute like others."""

            __slots__ = ("w",)


@pytest.mark.parametrize(
    "held",
    [
        0.5, "text", None, range(9), array("d", [0.5]), np.zeros(3), np.float64(1.0),
        _Gains, print, iter([]),
    ],
)  # fmt: skip
def test_what_holds_no_parameters_has_no_members(held: object) -> None:
    """Numbers, texts, arrays of numbers, classes and functions."""
    assert list(members(held)) == []


def test_what_is_appended_is_found() -> None:
    """When the parameters are asked for."""
    held = deque([_v()])
    model = _Holder(held)
    held.append(_v())
    assert [name for name, _ in model.named_parameters()] == ["held[0]", "held[1]"]
