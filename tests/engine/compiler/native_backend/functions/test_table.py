"""The operations number by number in machine code: what they give at the rim and everywhere."""

from itertools import product
from math import copysign, inf, isnan, nan
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES
from engine.compiler.kinds.ufuncs import BY_NUMBER
from engine.compiler.kinds.ufuncs import FUNCTIONS as NAMED
from engine.compiler.native_backend.functions.table import FUNCTIONS
from tests.engine.compiler.native_backend.functions.eager import NUMBERS, count_of, eager
from tests.engine.compiler.native_backend.llvm.written import results
from tests.oracles.exact import EXACT, mp
from tests.oracles.ulps import points, ulps

LANES = (8, 4, 2, 1)

# So many digits, as pi is taken off numbers of 2^1024, and numbers of 2^-1074 are added to 1.
DIGITS = {"sin": 400, "cos": 400, "tan": 400, "log1p": 400}

# mpmath's erfc stops at larger ones.
FAR = 1e100

# The operations whose results are not rounded to begin with.
EXACTLY = {
    "add", "sub", "mul", "div", "sqrt", "neg", "abs", "maximum", "minimum", "floor", "round",
    "copysign", "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "and", "or",
    "where",
}  # fmt: skip


def computed(name: str, operands: Any, lanes: int = 8) -> Any:
    """What the machine code of an operation gives for arrays of any length."""
    arrays = [np.asarray(each, dtype=np.float64) for each in operands]
    rest = -len(arrays[0]) % lanes
    padded = [np.pad(each, (0, rest), constant_values=1.0) for each in arrays]
    return results(FUNCTIONS[name], padded, lanes)[: len(arrays[0])]


def at_the_rim(name: str) -> list[Any]:
    """All numbers of the rim, or all pairs of them, one array for each operand."""
    count = count_of(name)
    few = NUMBERS if count < 3 else NUMBERS[::7]
    return [np.array(each) for each in zip(*product(few, repeat=count), strict=True)]


def test_all_operations_are_there() -> None:
    """Each operation that programs have, with NumPy or number by number, has its machine code."""
    assert set(FUNCTIONS) == set(NAMED) | BY_NUMBER


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_rim_is_as_eager(name: str) -> None:
    """Zeros with their signs, infinities and nan are those of eager evaluation."""
    operands = at_the_rim(name)
    expected = [float(eager(name)(*point)) for point in zip(*map(np.ndarray.tolist, operands),
                                                           strict=True)]  # fmt: skip
    found = computed(name, operands).tolist()
    for point, mine, theirs in zip(zip(*operands, strict=True), found, expected, strict=True):
        assert _alike(name, mine, theirs), (name, point, mine, theirs)


@pytest.mark.parametrize("known", [0.0, -0.0, 1.5, inf, nan])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_one_of_two_numbers_may_be_known(name: str, known: float) -> None:
    """The bits are those for a number in memory, for all numbers of the rim."""
    x = np.resize(np.array(NUMBERS), 8 * len(NUMBERS))
    expected = computed(name, [x, np.full(len(x), known)])
    of_one: Any = lambda b, each: FUNCTIONS[name](b, each, b.constant(known))  # noqa: E731
    found = results(of_one, [x], 8)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found[found == 0]), np.signbit(expected[found == 0]))


def _alike(name: str, mine: float, theirs: float) -> bool:
    """Whether two results are the same, or both finite, not 0, and next to each other."""
    if isnan(theirs) or isnan(mine):
        return isnan(theirs) and isnan(mine)
    if mine == theirs:
        return copysign(1.0, mine) == copysign(1.0, theirs)
    return name not in EXACTLY and theirs != 0 and ulps(mine, mp.mpf(theirs)) <= 2


@pytest.mark.parametrize("name", FUNCTIONS)
def test_lanes_do_not_matter(name: str) -> None:
    """One lane gives the bits of eight, and of four and two."""
    draw = np.random.default_rng(0)
    operands = [np.concatenate([each, draw.uniform(-3, 3, 400), draw.uniform(-1e3, 1e3, 400)])
                for each in at_the_rim(name)]  # fmt: skip
    first, *others = (computed(name, operands, lanes) for lanes in LANES)
    assert not np.isnan(first).all()
    for each in others:
        np.testing.assert_array_equal(np.isnan(each), np.isnan(first))
        same = each.view(np.int64) == first.view(np.int64)
        assert (same | np.isnan(first)).all()


@pytest.mark.parametrize("name", sorted((set(EXACT) & set(FUNCTIONS)) - EXACTLY))
def test_two_units_in_the_last_place(name: str) -> None:
    """No result is further than 2 units in the last place from the truth."""
    drawn = [each for each in points(PRIMITIVES[name], 1_500, 3)
             if name != "erfc" or abs(each[0]) < FAR]  # fmt: skip
    found = computed(name, zip(*drawn, strict=True)).tolist()
    with mp.workdps(DIGITS.get(name, 60)):
        errors = [ulps(mine, EXACT[name][0](*map(mp.mpf, point)))
                  for mine, point in zip(found, drawn, strict=True)]  # fmt: skip
    worst = max(zip(errors, drawn, strict=True))
    assert worst[0] <= 2, worst
