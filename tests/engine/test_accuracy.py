"""Every derivative of every row is right to the last digits, over the whole range of float64."""

import math
from math import inf, nan

import pytest

from engine import PRIMITIVES, Op
from tests.oracles.exact import EXACT, mp
from tests.oracles.ulps import ulps, worst

FIXED = [op for op in PRIMITIVES.values() if not op.any_number]

# The slope by the first input where there is no truth to compute, but a limit or none.
# fmt: off
LIMITS: list[tuple[str, tuple[float, ...], float]] = [
    ("exp", (-inf,), 0.0),      ("exp", (inf,), inf),        ("exp", (-0.0,), 1.0),
    ("log", (0.0,), inf),       ("log", (-0.0,), -inf),      ("log", (inf,), 0.0),
    ("sqrt", (0.0,), inf),      ("sqrt", (inf,), 0.0),       ("sqrt", (-1.0,), nan),
    ("sin", (inf,), nan),       ("cos", (-inf,), nan),       ("sin", (-0.0,), 1.0),
    ("tanh", (inf,), 0.0),      ("tanh", (-inf,), 0.0),      ("tanh", (-0.0,), 1.0),
    ("sigmoid", (inf,), 0.0),   ("sigmoid", (-inf,), 0.0),   ("sigmoid", (-0.0,), 0.25),
    ("softplus", (inf,), 1.0),  ("softplus", (-inf,), 0.0),  ("softplus", (-0.0,), 0.5),
    ("erf", (inf,), 0.0),       ("erf", (-inf,), 0.0),       ("erf", (nan,), nan),
    ("div", (inf, 2.0), 0.5),   ("div", (1.0, inf), 0.0),    ("div", (1.0, 5e-324), inf),
    ("pow", (0.0, 2.0), 0.0),   ("pow", (0.0, 0.5), inf),    ("pow", (0.0, 0.0), 0.0),
    ("pow", (inf, 2.0), inf),   ("pow", (inf, -1.0), -0.0),  ("pow", (nan, 1.0), 1.0),
    ("pow", (nan, 0.0), 0.0),   ("pow", (inf, 0.0), 0.0),    ("pow", (-0.0, 0.0), 0.0),
    ("pow", (2.0, inf), inf),   ("pow", (0.5, inf), nan),    ("pow", (2.0, nan), nan),
    ("pow", (0.0, -1.0), -inf), ("pow", (-0.0, -2.0), inf),  ("pow", (0.0, -inf), -inf),
    ("pow", (-2.0, 0.5), nan),  ("pow", (-5e-324, 1e-20), nan), ("pow", (5e-324, 0.0), 0.0),
    ("erfc", (inf,), -0.0),     ("erfc", (-inf,), -0.0),     ("erfc", (nan,), nan),
    ("expm1", (inf,), inf),     ("expm1", (-inf,), 0.0),     ("expm1", (-0.0,), 1.0),
    ("log1p", (-1.0,), inf),    ("log1p", (inf,), 0.0),      ("log1p", (-0.0,), 1.0),
    ("tan", (inf,), nan),       ("tan", (-0.0,), 1.0),       ("floor", (inf,), 0.0),
    ("arcsin", (1.0,), inf),    ("arcsin", (-1.0,), inf),    ("arcsin", (1.5,), nan),
    ("arccos", (1.0,), -inf),   ("arccos", (-1.0,), -inf),   ("arccos", (inf,), nan),
    ("arctan", (inf,), 0.0),    ("arctan", (-inf,), 0.0),    ("arctan", (nan,), nan),
    ("arctan2", (0.0, -0.0), 0.0), ("arctan2", (1.0, inf), 0.0), ("arctan2", (inf, -inf), 0.0),
    ("arctan2", (nan, inf), nan), ("arctan2", (inf, 1.0), 0.0), ("arctan2", (5e-324, 0.0), 0.0),
    ("hypot", (0.0, 0.0), 0.0), ("hypot", (-inf, 1.0), -1.0), ("hypot", (inf, inf), nan),
    ("hypot", (1.0, -inf), 0.0), ("hypot", (inf, nan), nan), ("hypot", (nan, inf), nan),
    ("sinh", (-inf,), inf),     ("cosh", (-inf,), -inf),     ("cosh", (-0.0,), -0.0),
]
# fmt: on


@pytest.mark.parametrize("op", FIXED, ids=str)
def test_derivatives_are_within_four_units_in_the_last_place(op: Op) -> None:
    """Subnormal inputs, tails, and powers whose parts overflow are among the points."""
    found = worst(op, 500, seed=1)
    assert max(each.ulps for each in found) <= 4, found


def test_slopes_at_the_ends_are_limits(subtests: pytest.Subtests) -> None:
    """At zeros, infinities and nan, the slope is the limit there, or nan if there is none."""
    for name, point, slope in LIMITS:
        with subtests.test(name=name, point=point):
            op = PRIMITIVES[name]
            found = op.partials[0](*point, op.forward(*point))
            assert found == slope or (math.isnan(found) and math.isnan(slope))


@pytest.mark.parametrize("op", FIXED, ids=str)
def test_a_nan_is_passed_on(op: Op) -> None:
    """The result of an operation on nan is nan."""
    numbers = [nan] * len(op.partials)
    assert math.isnan(op.forward(*numbers))


@pytest.mark.parametrize(("name", "point"), [
    ("pow", (1e-300, 0.1)),  # 0.1 - 1 is rounded, and 1e-300 to that power takes it 700-fold
    ("pow", (1e-300, -1.7)),
    ("pow", (-1e-5, -7.0)),
    ("pow", (5e-324, 1e-310)),  # a^(b-1) is too large, b a^(b-1) is not
    ("pow", (1e-200, 2.5)),  # a^b is too small, its derivative by a is not
    ("pow", (1.001, 710_000.0)),  # a^b is too large, its derivative by b is not
    ("pow", (1e-300, 1.07)),  # a^b has lost its last digits
    ("pow", (1 - 2**-53, 2.0**53 + 2)),  # b - 1 is b
    ("pow", (2**-53 - 1, 2.0**53 + 2)),
    ("div", (3e-321, 3e-5)),  # a/b has lost its last digits
    ("div", (5e-324, 0.001)),
    ("erf", (26.3,)),  # a^2 is rounded, and exp takes it 692-fold
    ("erf", (-5.9,)),
    ("tanh", (371.5,)),
    ("sigmoid", (-744.4,)),
    ("erfc", (26.3,)),
    ("log1p", (2**-53 - 1,)),
    ("arcsin", (1 - 2**-53,)),  # 1 - a^2 has no digits left
    ("arccos", (2**-53 - 1,)),
    ("arctan", (1e160,)),  # a^2 is too large, its reciprocal is not
    ("arctan2", (1e-320, 1e-310)),  # squares are too small, their quotient is not
    ("arctan2", (1e308, 1.7e308)),
    ("arctan2", (5e-324, 0.001)),
    ("hypot", (1.5e308, -1.5e308)),  # the length is too large, its slope is not
    ("hypot", (5e-324, 1e-323)),  # the length has few digits
])  # fmt: skip
def test_derivatives_hold_where_formulas_lose_digits(name: str, point: tuple[float, ...]) -> None:
    """Within four units where a plain formula overflows, underflows, cancels or magnifies."""
    op = PRIMITIVES[name]
    y = op.forward(*point)
    _, *slopes = EXACT[name]
    with mp.workdps(400):
        for partial, slope in zip(op.partials, slopes, strict=True):
            assert ulps(partial(*point, y), slope(*map(mp.mpf, point))) <= 4


def test_a_unit_in_the_last_place_is_measured() -> None:
    """The measure itself: neighbours are one apart, nan is never near a number."""
    assert ulps(1.0, 1) == 0
    assert ulps(math.nextafter(1.0, 2), 1) == 1
    assert ulps(inf, mp.mpf(10) ** 400) == 0
    assert ulps(inf, 1) > 1e15
    assert ulps(nan, 1) == inf
