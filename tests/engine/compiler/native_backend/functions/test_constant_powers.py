"""Powers with a plain exponent, written without logarithms."""

from math import inf, nextafter
from typing import Any

import numpy as np
import pytest

from engine.compiler.native_backend.functions.constant_powers import POWERS
from engine.compiler.native_backend.functions.table import FUNCTIONS
from engine.compiler.native_backend.llvm.builder import FunctionBuilder
from engine.compiler.native_backend.llvm.module import ModuleText
from engine.compiler.native_backend.llvm.numbers import Vector
from tests.engine.compiler.native_backend.functions.eager import NUMBERS, eager
from tests.engine.compiler.native_backend.llvm.written import results
from tests.oracles.exact import EXACT, mp
from tests.oracles.ulps import ulps

# No result is further from the truth than that of the power with logarithms; but near the smallest
# numbers what rounding loses is itself lost.
BOUND, SMALL, BOUND_FOR_SMALL = 0.76, 1e-290, 1.5


def powers(base: Any, exponent: float, lanes: int = 8) -> Any:
    """The powers of some numbers with an exponent that is plain."""

    def write(builder: FunctionBuilder, x: Vector) -> Vector:
        """The power."""
        return FUNCTIONS["pow"](builder, x, builder.constant(exponent))

    padded = np.pad(base, (0, -len(base) % lanes), constant_values=1.0)
    return results(write, [padded], lanes)[: len(base)]


@pytest.mark.parametrize("exponent", [*POWERS, 2.5])
def test_the_rim_is_as_eager(exponent: float) -> None:
    """Zeros with their signs, infinities and nan; all else is next to eager's at most."""
    rim = np.array([*NUMBERS, 2.0**-512, 2.0**512, -(2.0**-512), 2.0**-1074 * 3, 2.0**340])
    for x, found in zip(rim.tolist(), powers(rim, exponent).tolist(), strict=True):
        expected: float = eager("pow")(x, exponent)
        near = [expected]
        if 0 < abs(expected) < inf:
            near += [nextafter(expected, inf), nextafter(expected, -inf)]
        assert any(repr(found) == repr(each) for each in near), (x, found, expected)


@pytest.mark.parametrize("exponent", POWERS)
def test_they_are_as_close_as_the_power_with_logarithms(exponent: float) -> None:
    """Over all magnitudes, and evenly near 1; roots of numbers with few bits too."""
    draw = np.random.default_rng(0)
    base = np.concatenate([2.0 ** draw.uniform(-1000, 1000, 3000), draw.uniform(0.25, 4, 3000)])
    base = base if exponent % 1 else base * draw.choice([-1.0, 1.0], len(base))
    for x, found in zip(base.tolist(), powers(base, exponent).tolist(), strict=True):
        if 0 < abs(found) < inf:
            bound = BOUND if min(abs(x), abs(found)) > SMALL else BOUND_FOR_SMALL
            assert ulps(found, EXACT["pow"][0](mp.mpf(x), mp.mpf(exponent))) <= bound, x


@pytest.mark.parametrize("exponent", POWERS)
def test_lanes_do_not_matter(exponent: float) -> None:
    """One lane gives the bits of eight."""
    draw = np.random.default_rng(1)
    base = np.concatenate([NUMBERS, draw.uniform(0, 9, 400)])
    one, eight = (powers(base, exponent, lanes) for lanes in (1, 8))
    assert np.array_equal(one, eight, equal_nan=True)
    assert np.array_equal(np.signbit(one), np.signbit(eight))


def test_only_a_plain_exponent_of_the_table_does_without_logarithms() -> None:
    """One that is read from memory, or another one, takes the whole power."""
    for exponent, is_called in ((Vector("%y"), True), (2.5, True), (0.5, False)):
        builder = FunctionBuilder(ModuleText())
        y = exponent if isinstance(exponent, Vector) else builder.constant(exponent)
        FUNCTIONS["pow"](builder, Vector("%x"), y)
        assert ("@pow.1" in builder.module.functions) == is_called
    assert Vector("%x").plain is None
    assert [FunctionBuilder(ModuleText()).constant(each).plain for each in (0.1, -inf)] == [
        0.1, -inf]  # fmt: skip
