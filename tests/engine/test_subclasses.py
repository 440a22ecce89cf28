"""Subclasses of Value, as programs written for micrograd have them, work whole."""

import copy
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import (
    PRIMITIVES,
    Value,
    chain_rule,
    check_gradient,
    detect_anomaly,
    draw,
    fold,
    grad,
    hessian,
    steps,
    trace,
)
from engine.primitives import BUILT_IN


class Weight(Value):
    """A parameter that keeps what its optimizer needs."""

    def __init__(self, data: float, momentum: float = 0.0) -> None:
        super().__init__(data, label="weight")
        self.momentum = momentum


class Slotted(Value):
    """A Value with slots, one of which only the class itself can name."""

    __slots__ = ("__hidden", "unset", "uses")

    def __init__(self, data: float) -> None:
        super().__init__(data)
        self.uses: list[object] = []
        self.__hidden = "hidden"

    @property
    def hidden(self) -> str:
        """What is hidden."""
        return self.__hidden


class Doubling(Value):
    """A Value whose own operators build on those of Value."""

    def __radd__(self, other: Value | float) -> Value:
        return super().__radd__(other) * 2

    def square(self) -> Value:
        """A method of one's own."""
        return self * self


def by_pickle(thing: Any) -> Any:
    """The thing after a way through a file."""
    return pickle.loads(pickle.dumps(thing))


every_way = pytest.mark.parametrize("way", [copy.deepcopy, by_pickle])

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow,
             operator.lt, operator.le, operator.gt, operator.ge]  # fmt: skip


@pytest.mark.parametrize("operation", OPERATORS, ids=lambda each: each.__name__)
def test_every_operator_takes_a_subclass_on_either_side(operation: Callable[..., Any]) -> None:
    """With another one, a Value or a number, and gives what it gives for Values."""
    expected = operation(Value(2.0), Value(3.0))
    for a in (Weight(2.0), Slotted(2.0), Value(2.0), 2.0, 2):
        for b in (Weight(3.0), Slotted(3.0), Value(3.0), 3.0, 3):
            found = operation(a, b)
            if isinstance(a, Value) or isinstance(b, Value):
                assert type(found) is type(expected)
                assert getattr(found, "data", found) == getattr(expected, "data", expected)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_row_takes_a_subclass(name: str) -> None:
    """The same number and the same gradients, to the last bit."""
    op = PRIMITIVES[name]
    numbers = [0.5, 0.75][: len(op.partials)]

    def gradients(kind: Callable[[float], Value]) -> list[float]:
        """The result and the gradients with leaves of this class."""
        leaves = [kind(number) for number in numbers]
        y = getattr(Value, name)(leaves) if op.any_number else getattr(leaves[0], name)(*leaves[1:])
        y.backward()
        return [y.data, *(leaf.grad for leaf in leaves)]

    assert gradients(Weight) == gradients(Slotted) == gradients(Value)


def test_the_operators_of_a_subclass_are_its_own() -> None:
    """Python asks the subclass first, and it may ask Value with a Value."""
    assert (Value(1.0) + Doubling(2.0)).data == 6.0
    assert (1.0 + Doubling(2.0)).data == 6.0
    assert Doubling(2.0).__rsub__(Value(5.0)).data == 3.0
    y = Doubling(3.0).square()
    assert (y.data, type(y)) == (9.0, Value)


def test_a_subclass_may_have_attributes() -> None:
    """A Value itself has none but its own, so that a graph is small."""
    w = Weight(2.0, momentum=0.9)
    w.note = "mine"  # type: ignore[attr-defined]  # as programs in Python do
    assert (w.momentum, w.label) == (0.9, "weight")
    with pytest.raises(AttributeError, match="momentum"):
        Value(2.0).momentum = 0.0  # type: ignore[attr-defined]  # there is none


@every_way
def test_a_copy_has_class_and_attributes(way: Callable[[Any], Any]) -> None:
    """Copied too, in the dictionary and in slots; one that has not been set stays so."""
    w, s = Weight(2.0, momentum=0.5), Slotted(3.0)
    s.uses.append(w)
    y = w * s + w
    copied = way(y)
    product, weight = copied.inputs
    (_, slotted) = product.inputs
    assert (type(weight), type(slotted)) == (Weight, Slotted)
    assert (weight.momentum, slotted.hidden, weight.data) == (0.5, "hidden", 2.0)
    assert slotted.uses == [weight]
    assert slotted.uses is not s.uses
    assert not hasattr(slotted, "unset")
    copied.backward()
    assert (weight.grad, w.grad) == (4.0, 0.0)


@every_way
def test_attributes_may_refer_to_any_part_of_a_graph(way: Callable[[Any], Any]) -> None:
    """To what was made from it, to itself and to another graph: shared in the copy too."""
    w = Weight(1.0)
    y: Value = w
    for _ in range(3_000):
        y = y * 0.999 + w
    w.end, w.me, w.other = y, w, [y * 2]  # type: ignore[attr-defined]  # as programs do
    end = way(y)
    first = end
    while first.inputs:
        first = first.inputs[0]
    assert (first.end, first.me) == (end, first)
    assert first.other[0].inputs[0] is end
    assert (end.data, grad(end, [first])) == (y.data, grad(y, [w]))


def test_a_shallow_copy_has_the_same_attributes() -> None:
    """As of any object."""
    s = Slotted(3.0)
    twin = copy.copy(s)
    assert type(twin) is Slotted
    assert twin.uses is s.uses
    assert copy.copy(Weight(1.0, momentum=0.5)).momentum == 0.5


def test_a_subclass_without_attributes_is_copied_as_a_value() -> None:
    """There is nothing to add."""

    class Bare(Value):
        """Only another name."""

        __slots__ = ()

    assert type(copy.deepcopy(Bare(2.0))) is Bare


def test_all_that_takes_a_value_takes_a_subclass() -> None:
    """Gradients, pictures, pages, paths, checks and blocks that watch."""
    w, s = Weight(2.0), Slotted(3.0)
    y = (w * s + w).tanh()
    assert grad(y, [w, s]) == grad(y, [w, s], create_graph=False)
    assert hessian(w * w * s, [w, s]) == ((6.0, 4.0), (4.0, 0.0))
    assert check_gradient(lambda a: (a * s + w).tanh(), 0.5).ok
    assert chain_rule(y, w).gradient == pytest.approx(grad(y, [w])[0])
    assert "weight" in draw(y).source
    assert [node["data"] for node in trace(y).document["nodes"]][:2] == [2.0, 3.0]
    assert len(list(steps(y))) > 5
    a, b = Value(2.0, "weight"), Value(3.0)
    assert str(fold(y)) == str(fold((a * b + a).tanh()))
    with pytest.raises(FloatingPointError, match="weight"), detect_anomaly():
        Weight(-1.0).log()


def test_a_module_may_have_parameters_of_a_subclass() -> None:
    """They are found, named, trained and compiled."""

    class Line(nn.Module[Value]):
        """w x + b."""

        def __init__(self) -> None:
            self.w, self.b = Weight(0.5), Slotted(0.25)

        def forward(self, row: list[float]) -> Value:
            """The height at the only number of `row`."""
            return self.w * row[0] + self.b

    line, X = Line(), [[0.0], [1.0], [2.0]]
    assert [name for name, _ in line.named_parameters()] == ["w", "b"]
    optimizer = nn.SGD(line.parameters(), learning_rate=0.1)
    loss_of = nn.mean_squared_error
    nn.fit(line, X, [0, 1, 2], loss=loss_of, optimizer=optimizer, epochs=200, progress=False)
    assert line.w.data == pytest.approx(1.0, abs=1e-3)
    loss = loss_of([line(x) for x in X], [1.0, 1.0, 1.0])
    value, gradient = engine.compile(loss, parameters=line.parameters())()
    assert value == pytest.approx(loss.data)
    assert gradient == pytest.approx(grad(loss, line.parameters()))
    step = engine.compile(lambda x: line(x) ** 2, parameters=line.parameters())
    assert step(np.array(X))[0] == pytest.approx(sum(line(x).data ** 2 for x in X) / 3)


def test_an_array_of_a_subclass_computes() -> None:
    """As an array of Values does."""
    array = np.array([Weight(1.0), Slotted(2.0)])
    assert (array @ array).data == 5.0
    assert [each.data for each in np.exp(array) + Weight(1.0)] == [
        Value(1.0).exp().data + 1, Value(2.0).exp().data + 1]  # fmt: skip
