"""The loss of one example and what is predicted for it, in one program."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from engine.compiler.ir.verifier import verify
from engine.compiler.recording.choices import ChoicesDiffer
from engine.compiler.runtime.losses import CompiledLoss
from tests.engine.compiler.irregular import irregular

X = np.random.default_rng(0).normal(size=(6, 3))
T = np.random.default_rng(1).normal(size=(6, 3))
CLASSES = np.array([2, 0, 1, 1, 2, 0])

Pair = Callable[..., tuple[Value, Any]]


def assert_same_bits(function: Pair, parameters: list[Value], *arrays: Any) -> CompiledLoss:
    """The program has the bits of one of the loss and of one of the predictions."""
    both = CompiledLoss(function, parameters)
    loss = engine.compile(lambda *given: function(*given)[0], parameters=parameters)
    predict = engine.compile(
        lambda *given: function(*given)[1], parameters=parameters, gradient=False
    )
    examples = both.prepared(*arrays)
    value, gradient, predictions = both.of(examples)
    wanted = (*loss(*arrays), predict(*arrays))
    np.testing.assert_equal((value, gradient, predictions), wanted)
    np.testing.assert_equal(both.without_gradient(examples), (value, predictions))
    verify(both.program)
    return both


def squares(predictions: list[Value], targets: list[Value]) -> Value:
    """The sum of the squares of targets less predictions: a sum of what is in the model, too."""
    return Value.sum((t - p) ** 2 for p, t in zip(predictions, targets, strict=True))


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (lambda p, t: nn.mean_squared_error([p], [t]), T),
        (lambda p, t: nn.cross_entropy([p], [t]), T),
        (lambda p, t: nn.cross_entropy([p], [t]), CLASSES),
        (squares, T),
    ],
)
def test_a_model_and_its_loss(loss: Callable[..., Value], targets: Any) -> None:
    """Are one program, whose predictions cost nothing: they are in the loss."""
    model = nn.Sequential(nn.Layer(3, 3, "tanh", seed=0), nn.Residual(nn.Layer(3, 3, seed=1)))

    def function(x: list[Value], t: Any) -> tuple[Value, list[Value]]:
        """The loss and the predictions."""
        predictions = model(x)
        return loss(predictions, t), predictions

    both = assert_same_bits(function, model.parameters(), X, targets)
    alone = engine.compile(lambda x, t: loss(model(x), t), parameters=model.parameters())
    alone.trace(X, targets)
    assert both.summary() == alone.summary()


def test_the_program_without_a_gradient_has_none_of_it() -> None:
    """Only the products of the model are left, not those of the way back."""
    model = nn.MLP(3, [4, 3], "tanh", seed=0)
    both = CompiledLoss(lambda x, t: (squares(p := model(x), t), p), model.parameters())
    translation = both.trace(X, T)
    assert translation.summary.products == 5
    assert translation.without_gradient.summary.products == 2
    assert translation.without_gradient is translation.without_gradient


def test_predictions_that_the_loss_does_not_need() -> None:
    """One of a layer, one that is a part of a sum, a constant, a leaf, and a plain number."""
    w = [Value(0.5), Value(-1.5), Value(2.5)]

    def function(x: list[Value], t: list[Value]) -> tuple[Value, Any]:
        """Much that is not alike."""
        scores = [a * b for a, b in zip(w, x, strict=True)]
        part = scores[0] + w[1]
        loss = (part + t[0]).tanh() * w[2]
        rest = {"scores": scores, "part": part, "leaves": [w[0], x[1], Value(3.0)]}
        return loss, {**rest, "plain": (x[0] * 7.0).inputs[1]}

    assert_same_bits(function, w, X, T)


def test_a_layer_of_which_the_loss_needs_one_number() -> None:
    """The others are predicted all the same."""
    model = nn.Layer(3, 3, "tanh", seed=0)
    parameters = model.parameters()

    def function(x: list[Value]) -> tuple[Value, list[Value]]:
        """One of the predictions with a penalty, and all of them."""
        predictions = model(x)
        return predictions[1] + nn.l2_penalty(parameters, 0.1), predictions

    assert_same_bits(function, parameters, X)


def test_terms_of_a_matrix_product_may_be_predicted() -> None:
    """The loss has no array of them, and stays the product that it is."""
    rows = [[Value(float(i - j)) for j in range(3)] for i in range(4)]

    def function(x: list[Value]) -> tuple[Value, Any]:
        """Sums of products, and the products."""
        terms = [[a * b for a, b in zip(row, x, strict=True)] for row in rows]
        return Value.sum(Value.sum(each).tanh() for each in terms), terms

    both = assert_same_bits(function, [each for row in rows for each in row], X)
    assert both.trace(X).without_gradient.summary.products == 1


def test_choices_look_up() -> None:
    """Among the inputs and the targets."""
    table = nn.Embedding(4, 3, seed=0)

    def function(word: int, k: int) -> tuple[Value, list[Value]]:
        """The loss of a word, and its row."""
        row = table(word)
        return nn.cross_entropy([row], [k]), row

    assert_same_bits(function, table.parameters(), [3, 0, 1, 1, 2, 3], CLASSES)


def test_predictions_of_different_shapes_are_refused() -> None:
    """There is no array for them."""
    w = Value(2.0)
    both = CompiledLoss(lambda x, k: (w * x[0], [x[0]] * (k + 1)), [w])
    with pytest.raises(ChoicesDiffer, match="lists of the same shape for all choices"):
        both.prepared(X, CLASSES)


def test_a_loss_alone_has_the_program_that_it_had() -> None:
    """None stands for no predictions."""
    w = Value(2.0, "w")
    both = CompiledLoss(lambda x: ((w * x[0]).tanh(), None), [w])
    alone = engine.compile(lambda x: (w * x[0]).tanh(), parameters=[w])
    value, gradient = alone(X)
    examples = both.prepared(X)
    assert both.source == alone.source
    assert both.of(examples) == (value, gradient, None)
    assert both.without_gradient(examples) == (value, None)


def test_other_parameters_and_some_examples() -> None:
    """As for a function and for outputs."""
    w = Value(2.0, "w")
    both = CompiledLoss(lambda x: (w * x, w * x), [w])
    examples = both.prepared(np.array([1.0, 3.0, 5.0])).at(np.array([0, 2]))
    value, gradient, predictions = both.of(examples, [4.0])
    assert (value, gradient.tolist(), predictions.tolist()) == (12.0, [3.0], [4.0, 20.0])
    value, predictions = both.without_gradient(examples, [4.0])
    assert (value, predictions.tolist()) == (12.0, [4.0, 20.0])


def test_predictions_may_be_the_same_for_all_examples() -> None:
    """They are repeated."""
    w = Value(2.0)
    both = CompiledLoss(lambda x: (w * x, [w * 3.0]), [w])
    assert both.of(both.prepared(np.array([1.0, 3.0])))[2].tolist() == [[6.0], [6.0]]


def recurrence(w: Value, x: Value) -> list[Value]:
    """Steps each made from the one before, too unlike to be lifted; all of them."""
    return [x, *irregular(x, w, 4_000)]


@pytest.mark.parametrize("is_predicting", [False, True])
def test_a_deep_loss_is_computed_node_by_node(is_predicting: bool) -> None:
    """With its predictions; where their derivatives are infinite, the gradient has none of it."""
    w = Value(1.1)

    def function(x: Value) -> tuple[Value, Any]:
        """A loss, and other Values, among them a plain number."""
        steps = recurrence(w, x)
        others = [steps[9], (w * 0.0).log() * 0.0, w, (x * 7.0).inputs[1]]
        return steps[-1], others if is_predicting else None

    both = CompiledLoss(function, [w])
    alone = engine.compile(lambda x: recurrence(w, x)[-1], parameters=[w])
    rows = np.array([0.5, -0.25])
    examples = both.prepared(rows)
    assert not both.summary().lifts
    value, gradient, predictions = both.of(examples)
    wanted = alone(rows)
    np.testing.assert_equal((value, gradient), wanted)
    np.testing.assert_equal(both.without_gradient(examples), (value, predictions))
    if is_predicting:
        ninth = [recurrence(w, Value(x))[9].data for x in rows]
        np.testing.assert_equal(predictions, [[each, np.nan, 1.1, 7.0] for each in ninth])
    else:
        assert predictions is None


def test_what_does_not_fit_is_told() -> None:
    """A loss or a prediction that is no Value, and parameters that do not reach the loss."""
    w = Value(2.0)
    with pytest.raises(TypeError, match="the loss that the function gives must be a Value"):
        CompiledLoss(lambda _: (1.0, w), [w]).prepared(X)
    with pytest.raises(TypeError, match=r"what the function gives\[1\] must be a Value"):
        CompiledLoss(lambda x: (w * x[0], [w, 1.0]), [w]).prepared(X)
    with pytest.raises(ValueError, match=r"must hold a Value, got \[\]"):
        CompiledLoss(lambda x: (w * x[0], []), [w]).prepared(X)
    lost = CompiledLoss(lambda x: (x[0] * 1.0, [w * x[0]]), [w])
    with pytest.warns(UserWarning, match=r"parameters\[0\] does not reach the output"):
        lost.prepared(X)
