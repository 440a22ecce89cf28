"""The table of primitives: each row is tested by what it says, so a new row needs no new test."""

import copy
import math
import pickle
from dataclasses import FrozenInstanceError
from math import inf, nan, pi
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, Value, check_gradient
from engine.arithmetic import power
from engine.primitives import CONSTANT, GIVEN, LEAF, ones, row

FIXED = [op for op in PRIMITIVES.values() if not op.any_number]

# What mathematics says of each operation, by the standard library or by a formula.
EXPECTED: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: math.exp(b * math.log(a)),
    "maximum": max,
    "minimum": min,
    "neg": lambda a: -a,
    "abs": math.fabs,
    "relu": lambda a: max(a, 0),
    "exp": lambda a: math.e**a,
    "log": lambda a: math.log2(a) * math.log(2),
    "sqrt": lambda a: a**0.5,
    "sin": lambda a: math.cos(pi / 2 - a),
    "cos": lambda a: math.sin(pi / 2 - a),
    "tanh": lambda a: math.sinh(a) / math.cosh(a),
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "softplus": lambda a: math.log(1 + math.exp(a)),
    "erf": lambda a: 1 - math.erfc(a),
    "erfc": lambda a: 1 - math.erf(a),
    "expm1": lambda a: 2 * math.exp(a / 2) * math.sinh(a / 2),
    "log1p": lambda a: math.log(1 + a),
    "tan": lambda a: math.sin(a) / math.cos(a),
    "arcsin": lambda a: math.atan2(a, math.sqrt(1 - a * a)),
    "arccos": lambda a: math.atan2(math.sqrt(1 - a * a), a),
    "arctan": lambda a: math.asin(a / math.sqrt(1 + a * a)),
    "arctan2": lambda a, b: 2 * math.atan(a / (math.sqrt(a * a + b * b) + b)),
    "hypot": lambda a, b: math.sqrt(a * a + b * b),
    "sinh": lambda a: (math.exp(a) - math.exp(-a)) / 2,
    "cosh": lambda a: (math.exp(a) + math.exp(-a)) / 2,
    "floor": lambda a: a // 1,
}

# Where others raise, turn complex or lose the number: (operation, inputs, result).
CORNERS = [
    ("exp", (710.0,), inf),
    ("exp", (-inf,), 0.0),
    ("log", (0.0,), -inf),
    ("log", (-1.0,), nan),
    ("sqrt", (-1.0,), nan),
    ("sqrt", (inf,), inf),
    ("sin", (inf,), nan),
    ("cos", (-inf,), nan),
    ("div", (1.0, 0.0), inf),
    ("div", (-1.0, 0.0), -inf),
    ("div", (1.0, -0.0), -inf),
    ("div", (0.0, 0.0), nan),
    ("div", (nan, 0.0), nan),
    ("pow", (0.0, 0.0), 1.0),
    ("pow", (-2.0, 0.5), nan),
    ("pow", (-2.0, 3.0), -8.0),
    ("pow", (0.0, -1.0), inf),
    ("pow", (-0.0, -1.0), -inf),
    ("pow", (-0.0, -2.0), inf),
    ("pow", (10.0, 400.0), inf),
    ("pow", (-10.0, 401.0), -inf),
    ("mul", (inf, 0.0), nan),
    ("sub", (inf, inf), nan),
    ("relu", (nan,), nan),
    ("relu", (-inf,), 0.0),
    ("maximum", (nan, 1.0), nan),
    ("maximum", (1.0, nan), nan),
    ("minimum", (nan, 1.0), nan),
    ("minimum", (1.0, nan), nan),
    ("sigmoid", (-1000.0,), 0.0),
    ("sigmoid", (1000.0,), 1.0),
    ("softplus", (1000.0,), 1000.0),
    ("softplus", (-1000.0,), 0.0),
    ("tanh", (1000.0,), 1.0),
    ("erf", (-inf,), -1.0),
    ("abs", (-inf,), inf),
    ("erfc", (-inf,), 2.0),
    ("erfc", (inf,), 0.0),
    ("erfc", (26.0,), 5.663192408856143e-296),
    ("expm1", (710.0,), inf),
    ("expm1", (-inf,), -1.0),
    ("expm1", (-0.0,), -0.0),
    ("log1p", (-1.0,), -inf),
    ("log1p", (-1.5,), nan),
    ("log1p", (nan,), nan),
    ("log1p", (-0.0,), -0.0),
    ("log1p", (5e-324,), 5e-324),
    ("tan", (inf,), nan),
    ("tan", (-0.0,), -0.0),
    ("arcsin", (-1.0,), -pi / 2),
    ("arcsin", (1.5,), nan),
    ("arcsin", (-0.0,), -0.0),
    ("arccos", (1.0,), 0.0),
    ("arccos", (-1.0,), pi),
    ("arccos", (-inf,), nan),
    ("arctan", (-inf,), -pi / 2),
    ("arctan", (-0.0,), -0.0),
    ("arctan2", (0.0, -0.0), pi),
    ("arctan2", (-0.0, -1.0), -pi),
    ("arctan2", (-0.0, 0.0), -0.0),
    ("arctan2", (inf, inf), pi / 4),
    ("arctan2", (1.0, 0.0), pi / 2),
    ("hypot", (3 * 2.0**700, -4 * 2.0**700), 5 * 2.0**700),
    ("hypot", (1.7e308, 1.7e308), inf),
    ("hypot", (-0.0, -0.0), 0.0),
    ("hypot", (nan, -inf), inf),
    ("sinh", (711.0,), inf),
    ("sinh", (-711.0,), -inf),
    ("sinh", (-0.0,), -0.0),
    ("cosh", (-711.0,), inf),
    ("cosh", (-inf,), inf),
    ("floor", (-0.5,), -1.0),
    ("floor", (-0.0,), -0.0),
    ("floor", (1e300,), 1e300),
    ("floor", (-inf,), -inf),
]

# Local derivatives where a limit or a convention decides: (operation, inputs, derivatives).
SLOPES = [
    ("relu", (0.0,), (0.0,)),
    ("abs", (0.0,), (0.0,)),
    ("maximum", (2.0, 2.0), (0.5, 0.5)),
    ("minimum", (2.0, 2.0), (0.5, 0.5)),
    ("maximum", (3.0, 2.0), (1.0, 0.0)),
    ("minimum", (3.0, 2.0), (0.0, 1.0)),
    ("log", (0.0,), (inf,)),
    ("sqrt", (0.0,), (inf,)),
    ("pow", (0.0, 0.0), (0.0, 0.0)),
    ("pow", (0.0, 2.0), (0.0, 0.0)),
    ("pow", (0.0, 1.0), (1.0, 0.0)),
    ("pow", (-2.0, 3.0), (12.0, nan)),
    ("div", (1.0, 0.0), (inf, -inf)),
    ("hypot", (0.0, 0.0), (0.0, 0.0)),
    ("hypot", (-0.0, 2.0), (0.0, 1.0)),
    ("hypot", (-5e-324, 0.0), (-1.0, 0.0)),
    ("arctan2", (0.0, 0.0), (0.0, 0.0)),
    ("arctan2", (0.0, -1.0), (-1.0, 0.0)),
    ("arcsin", (-1.0,), (inf,)),
    ("arccos", (1.0,), (-inf,)),
    ("log1p", (-1.0,), (inf,)),
    ("floor", (2.0,), (0.0,)),
]


def same(a: float, b: float) -> bool:
    """Whether two numbers are equal, a nan being equal to a nan."""
    return a == b or (math.isnan(a) and math.isnan(b))


def apply(op: Op, *numbers: float) -> Value:
    """The operation on fresh Values."""
    first, *others = map(Value, numbers)
    made: Value = getattr(first, op.name)(*others)
    return made


def test_every_row_is_expected() -> None:
    """No row is left out of the table of expected results."""
    assert {op.name for op in FIXED} == set(EXPECTED)


@pytest.mark.parametrize("op", FIXED, ids=str)
@given(data=st.data())
def test_forward_is_what_mathematics_says(op: Op, data: st.DataObject) -> None:
    """The method gives the number that an independent formula gives."""
    numbers = [data.draw(st.floats(*op.domain)) for _ in op.partials]
    assert apply(op, *numbers).data == pytest.approx(EXPECTED[op.name](*numbers), rel=1e-13)


@pytest.mark.parametrize("op", FIXED, ids=str)
@given(data=st.data())
def test_partials_are_the_derivatives_of_forward(op: Op, data: st.DataObject) -> None:
    """Each partial derivative agrees with finite differences of the forward function."""
    numbers = [data.draw(st.floats(*op.domain)) for _ in op.partials]
    if op.name in ("maximum", "minimum") and abs(numbers[0] - numbers[1]) < 1e-3:
        numbers[0] += 0.1  # away from the kink
    check = check_gradient(lambda *values: getattr(values[0], op.name)(*values[1:]), *numbers)
    assert check, str(check)


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=20))
def test_a_sum_has_the_derivative_one_by_each_term(terms: list[float]) -> None:
    """The n-ary sum is the sum, and hands its gradient on unchanged."""
    made = Value.sum(map(Value, terms))
    assert made.data == pytest.approx(math.fsum(terms), abs=1e-14)
    assert made.local_derivatives == (1.0,) * len(terms)


def test_sums_of_one_length_share_their_derivatives() -> None:
    """A layer of neurons holds one tuple of ones, not one for each neuron."""
    lengths = range(1, 100)
    first, second = ([Value.sum([Value(1.0)] * n) for n in lengths] for _ in range(2))
    pairs = zip(first, second, strict=True)
    assert all(a.local_derivatives is b.local_derivatives for a, b in pairs)


def test_no_arithmetic_raises(subtests: pytest.Subtests) -> None:
    """At the edges the answers are those of IEEE 754."""
    for name, numbers, expected in CORNERS:
        with subtests.test(name=name, numbers=numbers):
            made = apply(PRIMITIVES[name], *numbers).data
            assert same(made, expected)
            assert math.copysign(1, made) == math.copysign(1, expected) or math.isnan(expected)


def test_derivatives_at_kinks_and_poles(subtests: pytest.Subtests) -> None:
    """At a kink or a pole the derivative is the convention's."""
    for name, numbers, expected in SLOPES:
        with subtests.test(name=name, numbers=numbers):
            made = apply(PRIMITIVES[name], *numbers).local_derivatives
            assert all(same(a or 0.0, b) for a, b in zip(made, expected, strict=True))


@pytest.mark.parametrize(("name", "x", "expected"), [
    ("tanh", 20.0, 4 * math.exp(-40)),  # 1 - y^2 gives 0 here
    ("tanh", -20.0, 4 * math.exp(-40)),
    ("sigmoid", 40.0, math.exp(-40)),
    ("sigmoid", -40.0, math.exp(-40)),
])  # fmt: skip
def test_slopes_keep_their_digits_in_the_tails(name: str, x: float, expected: float) -> None:
    """Far out, the derivative is the leading term of its expansion, not 0."""
    (slope,) = apply(PRIMITIVES[name], x).local_derivatives
    assert slope == pytest.approx(expected, rel=1e-14)


def test_a_constant_exponent_never_takes_the_logarithm_of_the_base() -> None:
    """A plain exponent has no derivative, and that by the base is right below 0."""
    made = Value(-2.0) ** 3
    assert made.local_derivatives == (12.0, None)


def test_power_keeps_the_sign_of_zero_and_infinity() -> None:
    """Odd powers of negative zero and of large negative numbers are negative."""
    assert math.copysign(1, power(-0.0, 3.0)) == -1
    assert power(-1e300, 3.0) == -inf


@pytest.mark.parametrize("op", PRIMITIVES.values(), ids=str)
def test_every_row_can_be_written_in_latex(op: Op) -> None:
    """The template takes as many inputs as the operation, and its braces balance."""
    latex = op.in_latex(["p", "q"][: len(op.partials)])
    assert "p" in latex
    assert latex.count("{") == latex.count("}")


def test_titles_are_how_paths_name_operations() -> None:
    """A symbol that is a word is the title; else it is the name."""
    titles = [PRIMITIVES[name].title for name in ("relu", "sum", "mul", "tanh")]
    assert titles == ["ReLU", "Sum", "Mul", "tanh"]
    assert (str(PRIMITIVES["mul"]), repr(PRIMITIVES["mul"])) == ("mul", "<Op mul>")


def test_domains_are_intervals() -> None:
    """Tests draw inputs from them, where the operation is smooth."""
    assert all(op.domain[0] < op.domain[1] for op in PRIMITIVES.values())


def test_a_row_is_a_record_and_equal_to_itself_only() -> None:
    """Nothing about it can be changed; two rows that look the same are two operations."""
    op = PRIMITIVES["exp"]
    fields = (op.name, op.symbol, op.latex, op.domain, op.forward, op.partials)
    assert op != Op(*fields)
    assert not hasattr(op, "__dict__")
    with pytest.raises(FrozenInstanceError):
        op.name = "another"  # type: ignore[misc]  # the mistake that is tested


@pytest.mark.parametrize("op", [*PRIMITIVES.values(), LEAF, CONSTANT, GIVEN], ids=str)
def test_a_row_is_pickled_by_its_name(op: Op) -> None:
    """A loaded or copied row is the row itself, not another with the same name."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(op, protocol)) is op
    assert copy.copy(op) is copy.deepcopy(op) is row(op.name) is op
    assert len(pickle.dumps(op)) < 60


def test_a_row_that_is_not_in_the_table_is_named() -> None:
    """The error says what to do."""
    with pytest.raises(LookupError, match="an operation 'cot' that is not in the table: register"):
        row("cot")


def test_ones_are_shared_and_few_are_kept() -> None:
    """Sums of one length share them; sums of many lengths leave no more than 8 MB."""
    assert ones(5) is ones(5)
    assert ones(5) == (1.0,) * 5
    of: Any = ones
    kept: dict[int, tuple[float, ...]] = of.__self__
    for count in range(100_000, 100_050):
        assert len(ones(count)) == count
        assert sum(map(len, kept.values())) <= 1 << 20
    assert ones(100_049) is ones(100_049)
    assert len(ones((1 << 20) + 1)) == (1 << 20) + 1
    assert sum(map(len, kept.values())) <= 1 << 20
