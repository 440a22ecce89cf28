"""Every activation is the formula of its row, at any size of number, and so is its gradient."""

import math
import pickle
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from math import inf, nan
from typing import Any

import pytest
from mpmath import MPContext

import nn
from engine import Value, assert_gradient, jacobian
from nn.activations import activation_named

# With so many digits, e^-2000 can be added to 1 and be found again.
mp = MPContext()
mp.dps = 1000
_H = mp.mpf(10) ** -300

_SIZES = (
    1e-300,
    1e-10,
    1e-3,
    0.5,
    1.0,
    3.0,
    6.0,
    8.0,
    9.0,
    15.0,
    21.0,
    37.0,
    40.0,
    700.0,
    1000.0,
    1e5,
)
_POINTS = (*_SIZES, *(-size for size in _SIZES))

# Those with a slope at 0 that the formula does not say, with PyTorch's.
_KINKS = {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0}

_EVERY = pytest.mark.parametrize("name", nn.ACTIVATIONS)
_SMOOTH = [name for name in nn.ACTIVATIONS if name != "step"]


def _formula(name: str) -> Callable[[Any], Any]:
    """The formula of the table, with all the digits of mpmath."""
    names = {each: getattr(mp, each) for each in ("exp", "log", "sqrt", "erf", "tanh", "pi")}
    code = compile(nn.ACTIVATIONS[name].formula, name, "eval")
    return lambda x: mp.mpf(eval(code, {**names, "max": max}, {"x": x}))


def _tolerance(name: str, x: float) -> float:
    """Relatively 5e-14; the rounding of x sqrt(1/2) reaches gelu times its square, x^2."""
    return 5e-14 + 2e-16 * x * x * (name == "gelu" and -40 < x < 0)


def _gradient(name: str, x: float) -> float:
    """The gradient by the engine."""
    value = Value(x)
    nn.ACTIVATIONS[name](value).backward()
    return value.grad


@_EVERY
def test_an_activation_is_its_formula(name: str, subtests: pytest.Subtests) -> None:
    """To 14 digits of the formula in mpmath, from the smallest inputs to the largest."""
    f = _formula(name)
    for x in (*_POINTS, 0.0):
        with subtests.test(x=x):
            found, exact = nn.ACTIVATIONS[name](Value(x)).data, float(f(mp.mpf(x)))
            assert found == pytest.approx(exact, rel=_tolerance(name, x), abs=0)


@_EVERY
def test_its_gradient_is_the_slope_of_its_formula(name: str, subtests: pytest.Subtests) -> None:
    """The central difference of the formula, with 1000 digits and a step of 1e-300 · |x|."""
    f = _formula(name)
    for x in _POINTS:
        with subtests.test(x=x):
            at = mp.mpf(x)
            slope = float((f(at + _H * abs(at)) - f(at - _H * abs(at))) / (2 * _H * abs(at)))
            assert _gradient(name, x) == pytest.approx(slope, rel=_tolerance(name, x), abs=0)


@pytest.mark.parametrize("name", _SMOOTH)
def test_the_gradient_at_zero_is_the_slope_or_at_a_kink_pytorchs(
    name: str, subtests: pytest.Subtests
) -> None:
    """relu'(0) is 0 and leaky_relu'(0) is 0.01, at a zero of either sign."""
    f = _formula(name)
    slope = _KINKS.get(name, float((f(_H) - f(-_H)) / (2 * _H)))
    for x in (0.0, -0.0):
        with subtests.test(x=x):
            assert _gradient(name, x) == pytest.approx(slope, rel=1e-15)


@pytest.mark.parametrize("name", _SMOOTH)
def test_numbers_and_gradients_are_pytorchs(name: str) -> None:
    """At large inputs, at zeros of either sign, and between."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    functional = torch.nn.functional
    theirs = {
        "identity": lambda x: x * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    }.get(name) or getattr(functional, name)
    for x in (0.0, -0.0, *_POINTS):
        number = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        y = theirs(number)
        y.backward()
        # PyTorch loses what is small in the tails: see the README, "To trust a gradient".
        assert nn.ACTIVATIONS[name](Value(x)).data == pytest.approx(y.item(), rel=1e-12, abs=3e-9)
        assert _gradient(name, x) == pytest.approx(number.grad.item(), rel=1e-12, abs=3e-9)


@pytest.mark.parametrize("name", _SMOOTH)
def test_at_the_ends_of_the_range_activations_have_their_limits(
    name: str, subtests: pytest.Subtests
) -> None:
    """The number itself, a bound, or 0; and the slope of that. Nothing overflows to nan."""
    for size in (1e10, 1e103, 1e160, 1.7e308):
        for x, (limit, slope) in _limits(name, size):
            with subtests.test(x=x):
                assert nn.ACTIVATIONS[name](Value(x)).data == limit
                assert _gradient(name, x) == slope


def _limits(name: str, size: float) -> Iterator[tuple[float, tuple[float, float]]]:
    """Both numbers of that size, each with the activation and its slope in the limit."""
    right = {"sigmoid": (1.0, 0.0), "tanh": (1.0, 0.0)}.get(name, (size, 1.0))
    left = {
        "identity": (-size, 1.0),
        "leaky_relu": (-0.01 * size, 0.01),
        "tanh": (-1.0, 0.0),
        "elu": (-1.0, 0.0),
    }.get(name, (0.0, 0.0))
    yield from ((size, right), (-size, left))


@_EVERY
def test_zero_stays_zero_where_the_formula_says_so(name: str, subtests: pytest.Subtests) -> None:
    """Without a trace of the small number by which slopes at 0 are chosen."""
    expected = {"sigmoid": 0.5, "softplus": math.log(2), "step": -1.0}.get(name, 0.0)
    for x in (0.0, -0.0):
        with subtests.test(x=x):
            assert nn.ACTIVATIONS[name](Value(x)).data == pytest.approx(expected, abs=0)


@_EVERY
def test_infinities_and_nan_go_through(name: str) -> None:
    """An infinite input gives the limit of the formula, and nan stays nan."""
    row = nn.ACTIVATIONS[name]
    bounded = name in ("sigmoid", "tanh", "step")
    assert row(Value(inf)).data == (1.0 if bounded else inf)
    assert math.isnan(row(Value(nan)).data)
    left = {"identity": -inf, "leaky_relu": -inf, "tanh": -1, "elu": -1, "step": -1}
    if name not in ("gelu", "gelu_tanh", "silu"):  # inf times 0, as in PyTorch
        assert row(Value(-inf)).data == left.get(name, 0.0)


@pytest.mark.parametrize("name", _SMOOTH)
def test_first_and_second_derivatives_agree_with_finite_differences(name: str) -> None:
    """Away from the kinks."""
    for x in (-1.5, 0.75):
        assert_gradient(nn.ACTIVATIONS[name], x, order=2)


def test_no_gradient_flows_through_a_step() -> None:
    """It is a leaf: 1 or −1, with nothing behind it."""
    x = Value(3.0)
    y = nn.ACTIVATIONS["step"](x)
    y.backward()
    assert (y.data, y.inputs, x.grad) == (1.0, (), 0.0)


@_EVERY
def test_every_row_has_a_name_a_formula_and_a_source(name: str) -> None:
    """The identity needs no source."""
    row = nn.ACTIVATIONS[name]
    assert row.name == name
    assert "x" in row.formula
    assert bool(row.source) is (name != "identity")


@_EVERY
def test_an_activation_is_found_by_its_name(name: str) -> None:
    """The function of the row, which can be copied and pickled with a network."""
    found = activation_named(name)
    assert found is nn.ACTIVATIONS[name].function
    twin = pickle.loads(pickle.dumps(deepcopy(found)))
    assert twin(Value(0.5)).data == found(Value(0.5)).data


@pytest.mark.parametrize("name", ["swich", "", "softmax", None, 3, ["relu"]])
def test_an_unknown_activation_is_told_which_there_are(name: Any) -> None:
    """The error shows what was given and every name to choose from."""
    with pytest.raises(ValueError, match=r"activation must be one of .*, swish, got") as caught:
        activation_named(name)
    assert all(each in str(caught.value) for each in [*nn.ACTIVATIONS, repr(name)])


@_EVERY
def test_what_is_no_value_is_refused(name: str, subtests: pytest.Subtests) -> None:
    """A row says so by itself."""
    mistakes: list[Any] = [1.0, "1", None, [Value(1.0)]]
    for x in mistakes:
        with subtests.test(x=x), pytest.raises(TypeError, match="x must be a Value, got"):
            nn.ACTIVATIONS[name](x)


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, -2.0, 40.0])
def test_swish_is_its_formula(beta: float, subtests: pytest.Subtests) -> None:
    """The number is x σ(βx), its slopes σ + βx σ(1 − σ) by x and x² σ(1 − σ) by β: by mpmath."""
    for x in (-1000.0, -2.5, 0.0, 0.5, 1000.0):
        with subtests.test(x=x):
            swish, value = nn.Swish(beta), Value(x)
            y = swish(value)
            y.backward()
            sigma = 1 / (1 + mp.exp(-mp.mpf(beta) * x))
            slope = sigma * (1 - sigma)
            assert y.data == pytest.approx(float(x * sigma), rel=5e-14)
            assert value.grad == pytest.approx(float(sigma + beta * x * slope), rel=5e-14)
            assert swish.beta.grad == pytest.approx(float(x * x * slope), rel=5e-14)


def test_swish_learns_its_beta() -> None:
    """From 1 to the 3 by which the targets were made."""
    swish, points = nn.Swish(), [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0]
    targets = [x / (1 + math.exp(-3 * x)) for x in points]
    optimizer = nn.SGD(swish.parameters(), learning_rate=10.0)
    for _ in range(500):
        loss = nn.mean_squared_error([swish(Value(x)) for x in points], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert swish.beta.data == pytest.approx(3.0, abs=1e-3)
    assert [name for name, _ in swish.named_parameters()] == ["beta"]


@pytest.mark.parametrize(
    ("beta", "error"), [(nan, ValueError), (inf, ValueError), ("1", TypeError), (None, TypeError)]
)
def test_a_beta_that_is_no_number_is_refused(beta: Any, error: type[Exception]) -> None:
    """And so is an input that is no Value."""
    with pytest.raises(error, match=f"beta must be .*, got {beta!r}"):
        nn.Swish(beta)
    with pytest.raises(TypeError, match=r"x must be a Value, got 1\.0"):
        nn.Swish()(1.0)


def _values(numbers: Sequence[float]) -> list[Value]:
    return [Value(number) for number in numbers]


_LISTS = pytest.mark.parametrize(
    "z",
    [
        [0.5],
        [1.0, 2.0, 3.0],
        [0.0, 0.0, 0.0, 0.0],
        [1000.0, 0.0, -1000.0],
        [-1000.0, -1001.0],
        [1e308, -1e308, 0.0],
        [40.0, 0.0],
    ],
)


@_LISTS
def test_softmax_is_its_formula(z: list[float]) -> None:
    """exp(z) / Σ exp(z), in mpmath; nothing overflows."""
    shares = [mp.exp(mp.mpf(each) - max(z)) for each in z]
    exact = [float(each / mp.fsum(shares)) for each in shares]
    assert [p.data for p in nn.softmax(_values(z))] == pytest.approx(exact, rel=1e-14, abs=0)


@_LISTS
def test_log_softmax_is_its_formula(z: list[float]) -> None:
    """The formula is z − log Σ exp(z), in mpmath, also where the softmax is 0."""
    total = mp.log(mp.fsum(mp.exp(mp.mpf(each) - max(z)) for each in z)) + max(z)
    exact = [float(each - total) for each in z]
    found = [each.data for each in nn.log_softmax(_values(z))]
    assert found == pytest.approx(exact, rel=1e-14, abs=0)


def test_log_softmax_of_a_confident_answer_keeps_its_digits(subtests: pytest.Subtests) -> None:
    """-log(1 + S), with the gradients e / (1 + S) and S / (1 + S), where 1 + S is rounded to 1."""
    for margin in (20.0, 30.0, 40.0, 700.0):
        with subtests.test(margin=margin):
            z = _values([-1.0, margin, 0.0])
            found = nn.log_softmax(z)[1]
            found.backward()
            e = [mp.exp(-1 - mp.mpf(margin)), mp.exp(-mp.mpf(margin))]
            rest = sum(e)
            assert found.data == pytest.approx(float(-mp.log(1 + rest)), rel=1e-14, abs=0)
            expected = [float(each / (1 + rest)) for each in (-e[0], rest, -e[1])]
            assert [each.grad for each in z] == pytest.approx(expected, rel=1e-14, abs=0)


@_LISTS
def test_the_gradients_of_both_are_their_formulas(z: list[float]) -> None:
    """∂pᵢ/∂zⱼ = pᵢ (δᵢⱼ − pⱼ) and ∂log pᵢ/∂zⱼ = δᵢⱼ − pⱼ."""
    shares = [mp.exp(mp.mpf(each) - max(z)) for each in z]
    p = [float(each / mp.fsum(shares)) for each in shares]
    values = _values(z)
    for function, weights in ((nn.softmax, p), (nn.log_softmax, [1.0] * len(z))):
        expected = [[w * ((i == j) - p[j]) for j in range(len(z))] for i, w in enumerate(weights)]
        for found, row in zip(jacobian(function(values), values), expected, strict=True):
            assert list(found) == pytest.approx(row, rel=1e-13, abs=3e-16)


def test_masked_logits_have_no_share() -> None:
    """A logit of −inf gives the probability 0, and no nan in any gradient."""
    z = _values([1.0, -inf, 1.0])
    p = nn.softmax(z)
    p[0].backward()
    assert [each.data for each in p] == [0.5, 0.0, 0.5]
    assert [each.grad for each in z] == [0.25, 0.0, -0.25]


@pytest.mark.parametrize("function", [nn.softmax, nn.log_softmax])
@pytest.mark.parametrize(
    ("z", "error", "message"),
    [
        ([], ValueError, "z is empty"),
        (Value(1.0), TypeError, "z must be a list of Values, got Value"),
        ("ab", TypeError, "z must be a list of Values, got 'ab'"),
        (None, TypeError, "z must be a list of Values, got None"),
        ([Value(1.0), 2.0], TypeError, r"z\[1\] must be a Value, got 2\.0"),
    ],
)
def test_softmax_of_what_is_no_list_of_values_is_refused(
    function: Any, z: Any, error: type[Exception], message: str
) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        function(z)
