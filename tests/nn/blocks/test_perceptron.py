"""The perceptron learns what a straight line separates, by its rule and by its criterion."""

from math import inf, nan
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Perceptron as TheirPerceptron

import nn

_CORNERS = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
_OR, _XOR = [-1, 1, 1, 1], [-1, 1, 1, -1]


def _zeroed(nin: int) -> nn.Perceptron:
    """A perceptron with all its weights 0."""
    model = nn.Perceptron(nin, seed=0)
    for parameter in model.parameters():
        parameter.data = 0.0
    return model


def _points(count: int) -> tuple[list[list[float]], list[int]]:
    """Points on either side of the line 2x − y + 0.3 = 0, none of them near."""
    generator = np.random.default_rng(0)
    points = generator.uniform(-1, 1, (count, 2))
    sides = points @ [2, -1] + 0.3
    chosen = np.abs(sides) > 0.2
    return points[chosen].tolist(), np.sign(sides[chosen]).astype(int).tolist()


@pytest.mark.parametrize(("x", "side"), [([1.0, 0.0], 1), ([-1.0, 0.0], -1), ([0.0, 0.0], -1)])
def test_a_perceptron_says_on_which_side_a_point_is(x: list[float], side: float) -> None:
    """1 above 0, else −1, here for the weighted sum 3 x[0]."""
    model = _zeroed(2)
    model.score.w[0].data = 3.0
    assert model(x).data == side
    assert model.score(x).data == 3.0 * x[0]
    assert model(x).inputs == ()


def test_the_rule_goes_as_computed_by_hand() -> None:
    """From 0 on OR, in order: each corner's own step where label · score is not above 0.

    (−1,−1): 0 → w = (1, 1), b = −1. (−1,1): −1 → w = (0, 2), b = 0. (1,−1): −2 → w = (1, 1),
    b = 1. (1,1): 3, right. Then −1, 1, 1 and 3: no mistake.
    """
    model = _zeroed(2)
    assert model.learn(_CORNERS, _OR) == [3, 0]
    assert [p.data for p in model.parameters()] == [1.0, 1.0, 1.0]
    assert [model(x).data for x in _CORNERS] == _OR


def test_the_rule_ends_where_scikit_learns_does() -> None:
    """The same weights, from 0, with the examples in their order and the same rate."""
    X, y = _points(60)
    model = _zeroed(2)
    mistakes = model.learn(X, y, learning_rate=0.5)
    theirs = TheirPerceptron(eta0=0.5, shuffle=False, tol=None, max_iter=len(mistakes)).fit(X, y)
    found = [p.data for p in model.parameters()]
    assert mistakes[-1] == 0
    assert found == pytest.approx([*theirs.coef_[0], *theirs.intercept_], rel=1e-12)


def test_the_rule_stops_with_the_first_epoch_without_a_mistake() -> None:
    """Or when the epochs are over."""
    X, y = _points(60)
    model = nn.Perceptron(2, seed=0)
    mistakes = model.learn(X, y)
    assert mistakes[-1] == 0 not in mistakes[:-1]
    assert model.learn(X, y) == [0]
    assert len(nn.Perceptron(2, seed=0).learn(_CORNERS, _XOR, epochs=17)) == 17
    assert len(nn.Perceptron(2, seed=0).learn(_CORNERS, _XOR)) == 100


def test_exclusive_or_is_never_learnt() -> None:
    """No straight line separates it: one corner at least is wrong in any epoch."""
    model = nn.Perceptron(2, seed=0)
    assert min(model.learn(_CORNERS, _XOR, epochs=200)) >= 1
    assert [model(x).data for x in _CORNERS] != _XOR


def test_the_criterion_trains_it_by_gradients() -> None:
    """Through the score, until every point is on its side."""
    X, y = _points(60)
    model = nn.Perceptron(2, seed=1)
    assert [model(x).data for x in X] != y
    optimizer = nn.SGD(model.parameters(), learning_rate=0.5)
    nn.fit(model.score, X, y, loss=nn.perceptron_criterion, optimizer=optimizer, epochs=100,
           progress=False)  # fmt: skip
    assert [model(x).data for x in X] == y


def test_a_step_by_the_criterion_is_the_rule_for_all_that_are_wrong() -> None:
    """Equations (2) to (5) of the document 004: w + 0.1 Σ y x and b + 0.1 Σ y."""
    X, y = _points(60)
    model = nn.Perceptron(2, seed=1)
    wrong = [(x, label) for x, label in zip(X, y, strict=True) if model(x).data != label]
    before = [p.data for p in model.parameters()]
    loss = nn.perceptron_criterion([model.score(x) for x in X], y, reduction="sum")
    loss.backward()
    nn.SGD(model.parameters(), learning_rate=0.1).step()
    steps = np.sum([[label * x[0], label * x[1], label] for x, label in wrong], axis=0)
    expected = np.array(before) + 0.1 * steps
    assert [p.data for p in model.parameters()] == pytest.approx(list(expected), rel=1e-12)
    scores = [label * (np.dot(before[:2], x) + before[2]) for x, label in wrong]
    assert loss.data == pytest.approx(-sum(scores))


def test_a_perceptron_shows_itself() -> None:
    """Its size; the parameters are those of its score."""
    model = nn.Perceptron(3, seed=0)
    assert repr(model) == "Perceptron(3)"
    assert [name for name, _ in model.named_parameters()][-2:] == ["score.w[2]", "score.b"]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"X": []}, ValueError, "X has 0 rows, y has 2 targets"),
        ({"X": [], "y": []}, ValueError, "at least 1: X has 0 rows, y has 0 targets"),
        ({"y": [1]}, ValueError, "X has 2 rows, y has 1 targets"),
        ({"y": [0, 1]}, ValueError, r"y\[0\] must be -1 or 1, got 0"),
        ({"y": [1, nan]}, ValueError, r"y\[1\] must be finite, got nan"),
        ({"y": ["1", 1]}, TypeError, "y must be a real number, got '1'"),
        ({"y": 1}, TypeError, "y must hold a target for each example, got 1"),
        ({"X": [[1.0, nan], [0.0, 1.0]]}, ValueError, r"X\[0\]\[1\] must be finite, got nan"),
        ({"X": [[1.0, 0.0], [inf, 1.0]]}, ValueError, r"X\[1\]\[0\] must be finite, got inf"),
        ({"X": [[1.0], [2.0]]}, ValueError, "expects 2 inputs, got 1"),
        ({"X": [["a", 1.0], [0.0, 1.0]]}, TypeError, r"X\[0\]\[0\] must be a real number, got 'a'"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": 1.5}, TypeError, "epochs must be an int, got 1.5"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be positive and finite, got 0"),
        ({"learning_rate": nan}, ValueError, "learning_rate must be positive and finite, got nan"),
    ],
)
def test_what_cannot_be_learnt_is_refused(
    change: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument, and nothing has moved."""
    model = nn.Perceptron(2, seed=0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(error, match=message):
        model.learn(**{"X": [[1.0, 0.0], [0.0, 1.0]], "y": [1, -1], **change})
    assert [p.data for p in model.parameters()] == before
