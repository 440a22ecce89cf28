"""The builder of functions in LLVM's language: each operation against NumPy, for all widths."""

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine.compiler.native_backend.llvm.builder import FunctionBuilder
from engine.compiler.native_backend.llvm.indices import Index, named
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.llvm.numbers import FLOAT, WHOLE
from engine.primitives import PRIMITIVES
from tests.engine.compiler.native_backend.llvm.written import results, run

EDGES = [0.0, -0.0, 1.0, -1.0, inf, -inf, nan, 5e-324, 1e308, -2.5, 0.5, 1.5, 3.0, -3.5, 2.0, 7.25]
PAIRS = np.array([(a, b) for a in EDGES for b in EDGES]).T.copy()
each_width = pytest.mark.parametrize("lanes", [1, 2, 4, 8])

# As C has it, and Python: NumPy's own may differ in the last bit.
power = np.vectorize(PRIMITIVES["pow"].forward)

# What the builder writes, and what NumPy computes.
OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add": (FunctionBuilder.add, np.add),
    "sub": (FunctionBuilder.sub, np.subtract),
    "mul": (FunctionBuilder.mul, np.multiply),
    "div": (FunctionBuilder.div, np.divide),
    "neg": (lambda b, x, _: b.neg(x), lambda x, _: -x),
    "abs": (lambda b, x, _: b.abs(x), lambda x, _: np.abs(x)),
    "copysign": (FunctionBuilder.copysign, np.copysign),
    "floor": (lambda b, x, _: b.own("floor", x), lambda x, _: np.floor(x)),
    "rint": (lambda b, x, _: b.own("rint", x), lambda x, _: np.rint(x)),
    "pow": (lambda b, x, y: b.call("pow", x, y), power),
    "less": (lambda b, x, y: b.compare("less", x, y), np.less),
    "not_equal": (lambda b, x, y: b.compare("not_equal", x, y), np.not_equal),
    "and": (lambda b, x, y: b.logic("and", x, b.compare("less", x, y)),
            lambda x, y: (x != 0) & (x < y)),
    "opposite": (lambda b, x, y: b.opposite(b.compare("less", x, y)), lambda x, y: ~(x < y)),
    "select": (lambda b, x, y: b.select(b.compare("less", x, y), b.constant(2.0), y),
               lambda x, y: np.where(x < y, 2.0, y)),
    "truth times number": (lambda b, x, y: b.mul(b.compare("equal", x, x), y),
                           lambda x, y: (x == x) * y),
    "bits": (lambda b, x, _: b.of_bits(b.whole_operation("&", b.bits(x), b.whole(2**63 - 1))),
             lambda x, _: np.abs(x)),
    "whole numbers": (
        lambda b, x, y: b.select(b.whole_compare("less", b.bits(x), b.bits(y)), x, y),
        lambda x, y: np.where(x.view(np.int64) < y.view(np.int64), x, y),
    ),
    "from whole": (lambda b, x, _: b.from_whole(b.bits(x)),
                   lambda x, _: x.view(np.int64).astype(float)),
    "any": (lambda b, x, _: b.select(b.any(b.compare("equal", x, x)), x, x), lambda x, _: x),
}  # fmt: skip


@each_width
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_numpys(name: str, lanes: int) -> None:
    """At infinities, nan, both zeros, and the smallest and largest numbers, for every width."""
    ours, theirs = OPERATIONS[name]
    with np.errstate(all="ignore"):
        expected = np.asarray(theirs(*PAIRS), dtype=float)
    found = results(ours, PAIRS, lanes)
    np.testing.assert_array_equal(found, expected)
    known = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))


@each_width
def test_fma_rounds_once(lanes: int) -> None:
    """The square of 1 + 2^-52, less its first digits, leaves the last one."""
    x = np.full(8, 1 + 2.0**-52)
    square = x * x
    found = results(lambda b, a, c: b.fma(a, a, b.neg(c)), (x, square), lanes)
    assert found.tolist() == [2.0**-104] * 8


@each_width
def test_the_total_of_lanes_is_a_sum_of_halves(lanes: int) -> None:
    """Each half is added to the other, so that the order is the same on every machine."""
    x = np.array([1e16, 1.0, -1e16, 1.0, 3.0, 1e16, 2.0, -1e16])
    rows = x.reshape(-1, lanes)
    while rows.shape[1] > 1:
        rows = rows[:, : rows.shape[1] // 2] + rows[:, rows.shape[1] // 2 :]
    found = results(lambda b, a: b.wide(b.total(a), lanes), (x,), lanes)
    np.testing.assert_array_equal(found, np.repeat(rows[:, 0], lanes))


def test_a_function_is_written_once_for_each_width() -> None:
    """It is called for all lanes at once, and may call another one."""

    def square(b: FunctionBuilder, x: Any) -> Any:
        """The square."""
        return b.mul(x, x)

    def fourth(b: FunctionBuilder, x: Any) -> Any:
        """The square of the square, by a function of its own."""
        return b.function("square", square, b.function("square", square, x))

    def write(b: FunctionBuilder) -> None:
        """The fourth powers of eight numbers, and of one."""
        for lanes in (8, 1):
            for i in range(0, 9 - lanes, 8):
                b.store("%x1", i, b.function("fourth", fourth, b.load("%x0", i, lanes)))
        assert sorted(map(str, b.module.functions)) == [
            "@fourth.1", "@fourth.8", "@square.1", "@square.8"]  # fmt: skip

    x, found = np.arange(8.0), np.empty(8)
    run(write, x, found)
    assert found.tolist() == [n**4 for n in range(8)]


def test_loops_variables_and_decisions() -> None:
    """A sum over the numbers above 2; loops are nested, and one does not run at all."""

    def write(b: FunctionBuilder) -> None:
        """Sums over rows of four."""
        none = named(b.load("%x2", 0, kind=WHOLE).text)
        with b.loop(2) as row:
            total = b.variable(1)
            b.set(total, b.constant(0.0))
            with b.loop(Index(4)) as i:
                x = b.load("%x0", row.times(4) + i)
                large = b.compare("less", b.constant(2.0), x)
                with b.when(large):
                    b.set(total, b.add(b.get(total), x))
                b.either(
                    b.opposite(large), lambda: None, lambda: b.store("%x2", 1, b.constant(9.0))
                )
            with b.loop_if_any(none):
                b.set(total, b.constant(nan))
            b.store("%x1", row, b.get(total))

    x, found, more = np.array([1.0, 2, 3, 4, 5, 1, 1, 6]), np.empty(2), np.zeros(2)
    run(write, x, found, more)
    assert found.tolist() == [7.0, 11.0]
    assert more.tolist() == [0.0, 9.0]


def test_numbers_are_packed_shuffled_and_looked_up() -> None:
    """Lanes from single numbers, in another order; and places from a table of whole numbers."""

    def write(b: FunctionBuilder) -> None:
        """Numbers at places 3, 1, 0 and 2, then the same from the last to the first."""
        table, more = b.module.array(np.array([3, 1, 0, 2])), b.module.array(np.array([[0.5]]))
        assert table == b.module.array(np.array([3, 1, 0, 2])) != more
        lanes = b.packed([b.load("%x0", b.looked_up(table, i)) for i in range(4)])
        b.store("%x1", 0, lanes)
        one = b.load(more, 0)
        assert b.wide(one, 4) == b.wide(one, 4)
        b.store("%x1", 4, b.shuffled(lanes, b.wide(one, 4), [3, 2, 1, 4]))

    x, found = np.array([10.0, 11, 12, 13]), np.empty(8)
    run(write, x, found)
    assert found.tolist() == [13, 11, 10, 12, 12, 10, 11, 0.5]


@pytest.mark.parametrize("kind", [float, int])
@pytest.mark.parametrize("size", [3, 64, 65, 1000])
def test_constant_arrays_are_written_in_digits_or_in_bytes(size: int, kind: type) -> None:
    """A short one is readable; each number has the same bits."""
    numbers: Any = (np.random.default_rng(size).normal(size=size) * 1e6).astype(kind)
    whole = kind is int

    def write(b: FunctionBuilder) -> None:
        """A copy of the array."""
        name = b.module.array(numbers)
        with b.loop(size) as i:
            b.store("%x0", i, b.load(name, i, kind=WHOLE if whole else FLOAT))
        assert ('c"' in b.module.text) is (size > 64)

    found = np.empty(size, dtype=numbers.dtype)
    run(write, found)
    np.testing.assert_array_equal(found, numbers)


def test_indices_are_sums() -> None:
    """Terms that cancel are gone; a plain number alone is one."""
    i, j = named("%i"), named("%j")
    index = i.times(8) + j + 2 + i.times(-8) + j.times(0)
    assert index.constant == 2
    assert index.factors == {"%j": 1}


def test_this_machine_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fused products and sums, on a processor of another kind than ARM."""
    assert MACHINE.lacks == ""
    monkeypatch.setitem(MACHINE.features, "fma", False)
    assert MACHINE.lacks in ("the processor has no fused product and sum", "")
