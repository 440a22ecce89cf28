"""Rows as a page computes them: each alone, on many numbers, beside the engine."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import PRIMITIVES, Op
from engine.arithmetic import erf_slope, exp
from engine.compiler.javascript.functions import OPERANDS
from engine.compiler.javascript.rows import row_data
from engine.operators import never_raising
from tests.engine.stepper.live.in_node import NODE, answer, broken, ulps
from tests.oracles.exact import mp
from tests.oracles.wild import CORNERS

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

# Poles, kinks, ends of ranges, and numbers at which formulas change.
POINTS = (
    *CORNERS, -2.0, -0.5, 1.5, -3.0, 5e-324, -5e-324, 2.0**-1022, 1.7976931348623157e308, 0.25,
    0.77, 0.9, 26.8, -6.0, 27.3, 40.0, 2.0**20 + 0.5, 2.0**27, -(2.0**52) - 1.0, 1e16,
    1.0 - 2.0**-53, 2.0**-52 - 1.0, 1.0 + 2.0**-52, 709.78, 710.4, -745.1, -746.0, 2.0**-500,
    2.0**500,
)  # fmt: skip

# The most units in the last place between a page and the engine, which asks the C library.
ROW = 2.0


def drawn(random: Random) -> float:
    """A number of any size, more often one where functions bend."""
    reach = random.choice([3.0, 40.0, 800.0, None])
    if reach is None:
        size = math.ldexp(random.uniform(1, 2), random.randrange(-1074, 1023))
        return random.choice([-1, 1]) * size
    return random.uniform(-reach, reach)


def points(count: int, seed: int) -> list[list[float]]:
    """The points above for so many inputs, every pair of two, and a thousand that are drawn."""
    random = Random(seed)
    corners = map(list, product(POINTS, repeat=count)) if count < 3 else []
    return [*corners, *([drawn(random) for _ in range(count)] for _ in range(1000))]


def by_engine(op: Op, inputs: list[float]) -> list[float]:
    """The result of a row and its derivatives."""
    if op.any_number:
        result = op.forward(inputs)
        return [result, *op.partials[0](inputs, result)]
    result = never_raising(op.forward)(*inputs)
    return [result, *(never_raising(each)(*inputs, result) for each in op.partials)]


def furthest(rows: Sequence[tuple[Op, int]], folder: str = "") -> dict[str, list[float]]:
    """For each row, and each of its functions, how far a page is from the engine at most."""
    asked: list[dict[str, Any]] = []
    expected: list[list[list[float]]] = []
    for op, count in rows:
        given = points(count, len(asked))
        expected.append([by_engine(op, inputs) for inputs in given])
        pairs = zip(given, expected[-1], strict=True)
        told = [{"inputs": inputs, "result": y} for inputs, (y, *_) in pairs]
        asked.append({"row": row_data(op, count), "points": told})
    found = answer("rows", asked, folder)
    return {
        op.name: [
            max(ulps(float(number), right) for number, right in zip(*column, strict=True))
            for column in zip(zip(*numbers, strict=True), zip(*right, strict=True), strict=True)
        ]
        for (op, _), numbers, right in zip(rows, found, expected, strict=True)
    }


TABLE = [(op, 4 if op.any_number else len(op.partials)) for op in PRIMITIVES.values()]


def test_each_row_is_that_of_the_engine() -> None:
    """To 2 units in the last place; the same infinities, nan and signs of zeros."""
    found = furthest(TABLE)
    assert {name: most for name, most in found.items() if max(most) > ROW} == {}
    exactly = ["add", "sub", "mul", "div", "maximum", "minimum", "sum", "neg", "abs", "relu",
               "sqrt", "floor"]  # fmt: skip
    assert {name for name in exactly if max(found[name]) > 0} == set()


def own(forward: Any, *partials: Any, any_number: bool = False) -> Op:
    """A row of one's own, which need not be in the table."""
    return Op("own", "own", "{a}", (-2, 2), forward, partials, any_number=any_number)


@pytest.mark.parametrize(
    ("op", "count"),
    [
        (own(math.atan, lambda a, y: 1 / (1 + a * a)), 1),
        (own(math.log, lambda a, y: 1 / a), 1),
        (own(lambda a: 0.5 * a * math.erfc(-a / 2**0.5),
             lambda a, y: 0.5 * math.erfc(-a / 2**0.5) + exp(-a * a / 2)), 1),
        (own(lambda a: max(-1.0, min(a, 1.0)), lambda a, y: 1.0 if -1 < a < 1 else 0.0), 1),
        (own(lambda a: math.floor(a) + round(a / 2), lambda a, y: math.ceil(a) - math.trunc(a)), 1),
        (own(lambda a: math.atanh(a) if abs(a) < 1 else math.acosh(a),
             lambda a, y: erf_slope(a)), 1),
        (own(lambda a, b: a**b, lambda a, b, y: b * a ** (b - 1),
             lambda a, b, y: y * math.log(a)), 2),
        (own(lambda a, b: math.fmod(a, b), lambda a, b, y: 1.0,
             lambda a, b, y: math.floor(a / b)), 2),
        (own(math.hypot, lambda a, b, y: a / y, lambda a, b, y: b / y), 2),
        (own(lambda v: max(v), lambda v, y: [1.0 if each == y else 0.0 for each in v],
             any_number=True), 3),
    ],
)  # fmt: skip
def test_rows_of_ones_own_reach_a_page(op: Op, count: int) -> None:
    """With functions of math, decisions, and inf or nan where arithmetic raises.

    A formula adds up what its operations are off, and a subnormal number has few digits.
    """
    (most,) = furthest([(op, count)]).values()
    assert max(most) <= 20


def test_both_sides_have_the_same_operations() -> None:
    """What a row may record is what a page computes."""
    assert set(answer("names", [])) == OPERANDS.keys()


UNARY: dict[str, Callable[[Any], Any]] = {
    "cbrt": lambda a: mp.sign(a) * mp.cbrt(abs(a)), "exp2": lambda a: mp.mpf(2) ** a,
    "log2": lambda a: mp.log(a, 2),
    "log10": mp.log10, "arcsinh": mp.asinh, "arccosh": mp.acosh, "arctanh": mp.atanh, "erf": mp.erf,
    "erfc": mp.erfc, "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p,
}  # fmt: skip


def smooth_points(seed: int) -> Iterator[float]:
    """Numbers at which functions are neither 0 nor infinite."""
    random = Random(seed)
    for _ in range(400):
        yield random.choice([random.uniform(-1, 1), random.uniform(-7, 7), random.uniform(-26, 26)])


def test_operations_are_within_2_ulp_of_the_truth() -> None:
    """Functions that are not in Math, and the ones that a browser may compute in its own way."""
    asked = [(name, [[x] for x in smooth_points(i)]) for i, name in enumerate(UNARY)]
    worst: dict[str, float] = {}
    with mp.workdps(40):
        for (name, given), numbers in zip(asked, answer("operations", asked), strict=True):
            for (x,), number in zip(given, numbers, strict=True):
                truth = UNARY[name](mp.mpf(x))
                if isinstance(truth, mp.mpc):
                    assert number == "NaN"
                    continue
                off = float(abs(mp.mpf(number) - truth) / math.ulp(float(truth)))
                worst[name] = max(worst.get(name, 0.0), off)
    assert {name: off for name, off in worst.items() if off > 2} == {}


@pytest.mark.parametrize(
    ("row", "before", "after"),
    [
        ("relu", "less_equal: (a, b) => Number(a <= b)", "less_equal: (a, b) => Number(a < b)"),
        ("maximum", "or: (a, b) => Number((a || b) && 1)", "or: (a, b) => a"),
        ("erf", "1.1283791670955126", "1.1283791670955146"),
        ("erfc", "Math.fround(x); // its", "x; // its"),
        ("pow", "a === 1 || (a === -1", "a === 1 && (a === -1"),
        ("floor", "b < 0 || Object.is(b, -0)", "b < 0"),
        ("hypot", "length > 2 ** -500 && length", "length"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, row: str, before: str, after: str) -> None:
    """By the grid alone."""
    folder = broken(tmp_path, "arithmetic.mjs", before, after)
    op = PRIMITIVES[row]
    assert max(furthest([(op, len(op.partials))], folder)[row]) > ROW


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], 0.0),
        ([-0.0], 0.0),
        ([1e16, 1.0, -1e16], 1.0),
        ([0.1] * 10, 1.0),
        ([1.0, 2.0**-53, 2.0**-106], 1.0 + 2.0**-52),
        ([1.0, 2.0**-53, -(2.0**-106)], 1.0),
        ([1e-16, 1.0, 1e-16], 1.0000000000000002),
        ([1e308, 1.0, -1e308, 5e-324], 1.0),
    ],
)
def test_a_sum_is_rounded_once(terms: list[float], expected: float) -> None:
    """As by math.fsum."""
    assert answer("sums", [terms]) == [expected]
    assert math.fsum(terms) == expected


def test_sums_of_many_numbers_are_those_of_fsum() -> None:
    """To the last bit."""
    random = Random(3)
    drawn_sums = [[random.gauss(0, 1) * 10.0 ** random.uniform(-20, 20) for _ in range(1 + i % 9)]
                  for i in range(1000)]  # fmt: skip
    assert answer("sums", drawn_sums) == [math.fsum(each) for each in drawn_sums]
