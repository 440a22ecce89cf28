"""L-BFGS finds minima that are known."""

from math import nan
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from nn.optimization.lbfgs import _Search

# Document 000, table 1, where y = x1 + x2.
_X = [[0.5, 1.0], [1.5, 0.5], [0.0, 1.0], [1.0, 1.5], [1.0, 0.0]]


def test_the_minimum_of_rosenbrocks_valley_is_found() -> None:
    """(1 − a)² + 100 (b − a²)² is 0 at (1, 1), at the end of a long bend."""
    a, b = Value(-1.2), Value(1.0)
    found = nn.minimize(lambda: (1 - a) ** 2 + 100 * (b - a * a) ** 2, [a, b])
    assert [a.data, b.data] == pytest.approx([1.0, 1.0], abs=1e-8)
    assert found.converged
    assert found.loss < 1e-18
    assert 20 < found.iterations <= found.evaluations < 80


@pytest.mark.parametrize("nest", [lambda a, b: [[a], b], lambda a, b: {"a": a, "b": {"c": [b]}}])
def test_the_gradient_may_be_nested(nest: Any) -> None:
    """As a compiled program gives it, for parameters in lists and dicts."""
    a, b = Value(-1.2), Value(1.0)
    program = engine.compile((1 - a) ** 2 + 100 * (b - a * a) ** 2, parameters=nest(a, b))
    assert nn.minimize(program, [a, b]).converged
    assert [a.data, b.data] == pytest.approx([1.0, 1.0], abs=1e-8)


def test_linear_regression_ends_at_the_closed_form() -> None:
    """(XᵀX)⁻¹ Xᵀ y, by NumPy, for targets that no line meets; all gradients are 0 afterwards."""
    model, y = nn.Neuron(2, "identity", seed=0), [1.5, 2.5, 0.5, 2.0, 1.25]
    found = nn.minimize(
        lambda: nn.half_squared_error([model(x) for x in _X], y), model.parameters()
    )
    columns = np.column_stack([_X, np.ones(5)])
    best = np.linalg.solve(columns.T @ columns, columns.T @ y)
    assert [p.data for p in model.parameters()] == pytest.approx(list(best), rel=1e-7)
    assert found.loss == pytest.approx(np.mean((columns @ best - y) ** 2) / 2, rel=1e-12)
    assert [p.grad for p in model.parameters()] == [0.0] * 3


def test_the_parameters_are_those_of_the_loss_that_is_told() -> None:
    """Also where it ended before it converged."""
    model = nn.MLP(2, [3, 1], "tanh", seed=0)

    def loss() -> Value:
        """Of all examples."""
        return nn.mean_squared_error([model(x) for x in _X], [0.0, 1.0, 0.0, 1.0, 0.0])

    before = loss().data
    found = nn.minimize(loss, model.parameters(), iterations=3)
    assert (found.iterations, found.converged) == (3, False)
    assert "ITERATIONS" in found.message
    assert loss().data == found.loss < before


def test_an_interrupt_leaves_the_best_so_far() -> None:
    """The one after the fifth evaluation, here."""
    a, b, seen = Value(-1.2), Value(1.0), [np.inf]

    def loss() -> Value:
        """Rosenbrock's, until somebody presses Ctrl-C."""
        if len(seen) > 5:
            raise KeyboardInterrupt
        output = (1 - a) ** 2 + 100 * (b - a * a) ** 2
        seen.append(output.data)
        return output

    with pytest.raises(KeyboardInterrupt):
        nn.minimize(loss, [a, b])
    seen.clear()
    assert loss().data == pytest.approx(min([*seen, loss().data]))
    assert (a.data, b.data) != (-1.2, 1.0)
    assert (a.grad, b.grad) == (0.0, 0.0)


def test_a_loss_that_turns_infinite_on_the_way_is_left_again() -> None:
    """The parameters are finite, and as good as any seen."""
    w = Value(1.0)
    found = nn.minimize(lambda: w - 0.1 * w.log(), [w])
    assert w.data == pytest.approx(0.1, rel=1e-6)
    assert found.loss == pytest.approx(0.1 - 0.1 * np.log(0.1), rel=1e-12)


def test_a_gradient_that_is_infinite_at_the_start_is_refused() -> None:
    """The root has one at 0; nothing could be learnt from it."""
    w = Value(0.0)
    with pytest.raises(ValueError, match=r"must be finite at the start, got 0\.0 and \[inf\]"):
        nn.minimize(w.sqrt, [w])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"loss": Value(1.0)}, TypeError, "loss must be a function that computes the loss, got"),
        ({"loss": lambda: 1.0}, TypeError, r"what loss\(\) gives must be a Value, got 1\.0"),
        (
            {"loss": lambda: Value(nan)},
            ValueError,
            r"loss\(\) and its gradient must be .* got nan",
        ),
        ({"parameters": []}, ValueError, "parameters is empty"),
        ({"parameters": [1.0]}, TypeError, r"parameters\[0\] must be a Value, got 1\.0"),
        ({"iterations": 0}, ValueError, "iterations must be at least 1, got 0"),
        ({"iterations": 2.5}, TypeError, "iterations must be an int, got 2.5"),
        ({"tolerance": 0}, ValueError, "tolerance must be positive and finite, got 0"),
        ({"tolerance": nan}, ValueError, "tolerance must be positive and finite, got nan"),
    ],
)
def test_what_cannot_be_minimized_is_refused(
    change: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    w = Value(1.0)
    with pytest.raises(error, match=message):
        nn.minimize(**{"loss": lambda: w * w, "parameters": [w], **change})
    assert w.data == 1.0


def test_a_compiled_program_is_minimized_too() -> None:
    """It gives the loss and its derivatives, and the same minimum is found."""
    X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 2.9, 5.2, 7.0]

    def made() -> nn.MLP:
        """A line."""
        return nn.MLP(1, [1], seed=0)

    one, other = made(), made()
    slow = nn.minimize(lambda: nn.mean_squared_error(list(map(one, X)), y), one.parameters())
    step = engine.compile(
        lambda x, t: nn.mean_squared_error([other(x)], [t]), parameters=other.parameters()
    )
    fast = nn.minimize(lambda: step(X, y), other.parameters())
    assert fast.loss == pytest.approx(slow.loss, rel=1e-9)
    assert [p.data for p in other.parameters()] == pytest.approx([p.data for p in one.parameters()])


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((1.0,), TypeError, "must give a Value, or the loss and its derivatives"),
        ((1.0, [1.0]), ValueError, "a derivative for each of the 2 parameters"),
        ((1.0, 2.0), ValueError, "a derivative for each of the 2 parameters"),
        (("1", [1.0, 2.0]), TypeError, r"what loss\(\) gives must be a real number"),
        ((1.0, [1.0, None]), TypeError, "a derivative that .* must be a real number"),
    ],
)
def test_pairs_of_loss_and_derivatives_are_checked(
    given: Any, error: type[Exception], message: str
) -> None:
    """The error says what is missing."""
    with pytest.raises(error, match=message):
        nn.minimize(lambda: given, [Value(1.0), Value(2.0)])


def test_the_result_of_an_operation_is_not_moved() -> None:
    """Moving it would not move what it is made of."""
    x = Value(5.0)
    p = x * 2
    with pytest.raises(ValueError, match=r"parameters\[0\]: Value\(data=10.* is not a leaf"):
        nn.minimize(lambda: (p - 1) ** 2, [p])
    assert (p.data, x.data) == (10.0, 5.0)


@pytest.mark.parametrize(("loss", "start"), [
    (lambda x: 1e300 * (x - 1) ** 2, 5.0),
    (lambda x: 1e307 * (x - 1) ** 2, 3.0),
    (lambda x: x.exp() - x, 700.0),
    (lambda x: -1e300 * x, 700.0),
])  # fmt: skip
def test_where_it_cannot_move_for_walls_it_has_not_converged(loss: Any, start: float) -> None:
    """A first step so long that the loss overflows is none; a wall is no minimum."""
    x = Value(start)
    found = nn.minimize(lambda: loss(x), [x])
    assert not found.converged
    assert found.message == "STOP: THE LOSS OR ITS GRADIENT IS NAN OR INFINITE A STEP FURTHER"
    assert (x.data, found.loss) == (start, loss(Value(start)).data)


@pytest.mark.parametrize("loss", [lambda x: x + 0 * x.log(), lambda x: x + x.sqrt() * 1e-3])
def test_a_wall_that_it_is_driven_into_is_no_minimum(loss: Any) -> None:
    """The loss falls up to the edge of its domain, where no derivative is 0."""
    x = Value(1.0)
    found = nn.minimize(lambda: loss(x), [x])
    assert not found.converged
    assert 0 < x.data < 0.1
    assert found.loss == loss(Value(x.data)).data


def test_it_has_converged_where_it_starts_at_the_minimum_only() -> None:
    """Where it is flat no step is made; where the loss never falls, whatever the slope, none is."""
    x = Value(1.0)
    found = nn.minimize(lambda: (x - 1) ** 2, [x])
    assert (found.converged, found.iterations, x.data) == (True, 0, 1.0)
    found = nn.minimize(lambda: (2.0, [1.0]), [x])
    assert (found.converged, x.data) == (False, 1.0)


def test_steps_that_are_all_used_up_are_no_convergence_either() -> None:
    """Beside 1e20 a step of 1 changes nothing, and the loss falls without end."""
    x = Value(1.0)
    assert not nn.minimize(lambda: 1e20 + x, [x], iterations=20).converged


def test_a_wall_is_finite_and_rises() -> None:
    """In the direction of the step, also beside the largest numbers there are."""
    search = _Search(lambda _: (1.0, [0.0, 0.0]), [1.0, 2.0])
    for worst, numbers in ((1.0, [4.0, 6.0]), (1e308, [1.0, 2.0 + 1e-12]), (1e308, [1.0, 2.0])):
        search.worst = worst
        height, slopes = search._wall(numbers)
        assert worst < height < np.inf
        assert all(map(np.isfinite, slopes))
        along = sum(s * (n - b) for s, n, b in zip(slopes, numbers, search.best, strict=True))
        assert along > 0 or numbers == search.best


def test_a_loss_that_was_computed_once_is_no_function_of_the_parameters() -> None:
    """The same Value again is an error; one that no parameter reaches is warned of."""
    w = Value(3.0, "w")
    computed = (w - 1) ** 2
    with pytest.raises(ValueError, match="loss must compute the loss anew each time, and gave Val"):
        nn.minimize(lambda: computed, [w])
    assert w.data == 3.0
    with pytest.warns(
        UserWarning, match="loss: no parameter that is to be moved reaches it"
    ) as seen:
        assert nn.minimize(lambda: Value(w.data) ** 2, [w]).iterations == 0
    assert [each.filename for each in seen] == [__file__]
    assert nn.minimize(lambda: (w - 1) ** 2, [w]).converged
