"""Every row of the table on arrays: the same numbers as on floats, in all corners."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES, Op, Value
from engine.arithmetic import erf_slope, exp, number
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Input
from engine.compiler.rows.kernels import ByNumber, Kernel
from engine.compiler.rows.legalize import expanded, partial_of
from engine.compiler.rows.sources import source_of
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.oracles.wild import CORNERS
from tests.registered import registered

POINTS = (*CORNERS, 0.3, -0.7, 1.5, -2.5, 7.0, 26.0, -26.0, 40.5, 300.0, -300.0, 750.0, 1e-20)

ROWS = [op for op in PRIMITIVES.values() if not op.any_number]
each_row = pytest.mark.parametrize("op", ROWS, ids=str)


def inputs_of(op: Op) -> Any:
    """Points for each input of a row: all pairs if there are two."""
    return np.array(list(product(POINTS, repeat=len(op.partials)))).T


def on_arrays(op: Op, write: Callable[[Builder, list[int]], int]) -> Any:
    """What some instructions give for all points."""
    draft = Builder()
    points = inputs_of(op)
    given = [
        draft.add("input", detail=Input(i, points.shape[1:], False)) for i in range(len(points))
    ]
    program = expanded(draft.program(write(draft, given)))
    return interpret(program, [], list(points))[0]


def assert_numbers(found: Any, expected: list[float]) -> None:
    """Equal to some units in the last place; the same nan, infinities and signs of zero."""
    np.testing.assert_array_equal(np.isfinite(found), np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=4e-15, atol=2e-323)
    zero = np.equal(expected, 0)
    np.testing.assert_array_equal(np.signbit(found)[zero & ~np.isnan(expected)],
                                  np.signbit(expected)[zero & ~np.isnan(expected)])  # fmt: skip


@each_row
def test_a_row_computes_on_arrays_what_it_computes_on_floats(op: Op) -> None:
    """At infinities, nan, both zeros, subnormals and the ends of the range too."""
    found = on_arrays(op, lambda draft, given: draft.add(op.name, *given))
    assert_numbers(found, [op.forward(*point) for point in inputs_of(op).T.tolist()])


@pytest.mark.parametrize(
    ("op", "slot"), [(op, i) for op in ROWS for i in range(len(op.partials))], ids=str
)
def test_a_derivative_is_that_of_the_row(op: Op, slot: int) -> None:
    """The lambda of the table, followed with symbols, gives what it gives on floats."""

    def write(draft: Builder, given: list[int]) -> int:
        """The result, and the derivative by one input."""
        return partial_of(draft, op, slot, given, draft.add(op.name, *given))

    found = np.broadcast_to(on_arrays(op, write), inputs_of(op).shape[1])
    expected = [op.partials[slot](*point, op.forward(*point)) for point in inputs_of(op).T.tolist()]
    assert_numbers(found, expected)


def programs() -> Iterator[tuple[str, Value, list[Value]]]:
    """A graph with each row of the table on several numbers, and its leaves."""
    for op in PRIMITIVES.values():
        low, high = op.domain
        x = [Value(low + (high - low) * (i + 0.5) / 7) for i in range(7)]
        if op.any_number:
            made = [getattr(Value, op.name)(x[: i + 2]) for i in range(5)]
        elif len(op.partials) == 2:
            method = getattr(Value, op.name)
            made = [method(a, b) for a, b in pairwise(x)]
            made += [method(a, 1.25) for a in x]
        else:
            made = [getattr(Value, op.name)(a) for a in x]
        yield op.name, Value.sum([y.sin() for y in made]), x


def test_every_row_of_the_table_compiles() -> None:
    """With its gradient; the test is a loop over the table."""
    found = list(programs())
    assert len(found) == len(PRIMITIVES)
    for _, output, leaves in found:
        assert_same(compiled(output, leaves)(), eager(output, leaves))


def kinked(a: Any) -> Any:
    """A function with a decision in it."""
    return a * a if a > 0.5 else -a


REGISTERED = [
    Op("angle", "angle", r"\\arctan {a}", (-2, 2), math.atan, (lambda a, y: 1 / (1 + a * a),)),
    Op("kinked", "kinked", "{a}", (-2, 2), kinked,
       (lambda a, y: 2 * a if a > 0.5 else -1.0,)),
    Op("swish", "swish", "{a}", (-2, 2), lambda a: a / (1 + exp(-a)),
       (lambda a, y: (1 + exp(-a) + a * exp(-a)) / (1 + exp(-a)) ** 2,)),
    Op("gauss", "gauss", "{a}", (-2, 2), lambda a: math.exp(-a * a),
       (lambda a, y: -2 * a * math.exp(-a * a),)),
    Op("length", "length", "{a}{b}", (0.1, 2), math.hypot,
       (lambda a, b, y: a / y, lambda a, b, y: b / y)),
    Op("norm", "norm", "{terms}", (0.1, 2), lambda terms: math.sqrt(sum(x * x for x in terms)),
       (lambda terms, y: tuple(x / y for x in terms),), any_number=True),
    Op("product", "prod", "{terms}", (0.1, 2), math.prod,
       (lambda terms, y: tuple(y / x for x in terms),), any_number=True),
    Op("straight", "straight", "{a}", (-2, 2), lambda a: float(a > 0), (lambda a, y: 1.0,)),
    Op("half", "half", "{a}", (-2, 2), math.erf,
       (lambda a, y: erf_slope(a) if number(a) > 0 else 0.5 * a,)),
]  # fmt: skip


@pytest.mark.parametrize("op", REGISTERED, ids=str)
def test_a_registered_row_compiles_too(op: Op) -> None:
    """With decisions, functions of `math`, on any number of inputs, a slope that is no slope."""
    with registered(op):
        for name, output, leaves in programs():
            if name == op.name:
                program = compiled(output, leaves)
                assert_same(program(), eager(output, leaves))
                assert_same(program(), eager(output, leaves))


def test_what_a_registered_row_calls_may_change() -> None:
    """Each program has the function of its time."""
    inner: list[Callable[[Any], Any]] = [lambda a: a * a, lambda a: -a]
    called = inner[:1]
    op = Op("outer", "outer", "{a}", (-2, 2), lambda a: called[0](a), (lambda a, y: 1.0,))
    with registered(op):
        for each in (*inner, *inner):
            called[0] = each
            found = on_arrays(op, lambda draft, given: draft.add("apply", *given, detail=op))
            np.testing.assert_array_equal(found, [each(point) for point in POINTS])


@pytest.mark.parametrize("x", [0.0, 3.0, 1e200, -1e200, inf, nan])
def test_where_a_registered_row_would_raise_it_does_not(x: float) -> None:
    """Nan for a division by zero, inf for what is too large: as the engine has it, and no other."""
    op = Op("strange", "strange", "{a}", (1, 2), lambda a: 1 / a - a**3,
            (lambda a, y: -1 / (a * a) - 3 * a**2.0,))  # fmt: skip
    with registered(op):
        leaf, others = Value(x), [Value(float(i)) for i in range(1, 4)]
        output = Value.sum([Value.strange(each) for each in (leaf, *others)])  # type: ignore[attr-defined]  # registered above
        leaves = [leaf, *others]
        found, expected = compiled(output, leaves)(), eager(output, leaves)
        np.testing.assert_array_equal(np.isfinite(found[1]), np.isfinite(expected[1]))
        np.testing.assert_array_equal(np.isnan(found[1]), np.isnan(expected[1]))


def test_a_kernel_reads_like_the_row() -> None:
    """Decisions are sides of `choose`; what is used twice has a name."""
    draft = Builder()
    a, b = (draft.add("input", detail=Input(i, (3,), False)) for i in range(2))
    made = partial_of(draft, PRIMITIVES["div"], 1, [a, b], draft.add("div", a, b))
    kernel = draft.instructions[made].detail
    assert isinstance(kernel, Kernel)
    assert (
        source_of(kernel, "div_slope2")
        == '''\
def div_slope2(a, b, y):
    """The derivative of div by input 2, from the table."""
    def then():
        def then():
            return -(((a * 1.0) / b) / b) / 1.0
        def otherwise():
            return -(((a * 1.0715086071862673e+301) / b) / b) / 1.0715086071862673e+301
        condition = a == 0.0
        return choose(condition, then, otherwise)
    def otherwise():
        return -(y / b)
    condition = (np.absolute(y) < 2.2250738585072014e-308) & (np.absolute(b) < 1.0)
    return choose(condition, then, otherwise)
'''
    )


def test_a_kernel_names_what_it_needs_twice() -> None:
    """And numbers that are not finite are NumPy's."""
    op = Op("odd", "odd", "{a}", (1, 2), lambda a: inf if a > 3 else (a + 1) * (a + 1),
            (lambda a, y: 1.0,))  # fmt: skip
    with registered(op):
        draft = Builder()
        a = draft.add("input", detail=Input(0, (3,), False))
        program = expanded(draft.program(draft.add("apply", a, detail=op)))
    source = source_of(program.instructions[-1].detail, "odd")
    assert (
        source
        == '''\
def odd(a):
    """The operation odd, from the table."""
    def then():
        return np.float64(np.inf)
    def otherwise():
        t2 = a + 1.0
        return t2 * t2
    condition = a > 3.0
    return choose(condition, then, otherwise)
'''
    )


def test_what_cannot_be_followed_is_called_number_by_number() -> None:
    """And gives inf where it is too large, nan where it cannot."""
    function = ByNumber("f", 1, lambda x: math.exp(x) + math.sqrt(x)).function
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(function(np.array([0.0, 1000.0, -1.0])), [1.0, inf, nan])


def test_rows_on_known_numbers_are_known() -> None:
    """There is nothing left to compute."""
    draft = Builder()
    two = draft.constant(2.0)
    program = expanded(draft.program(draft.add("softplus", two), draft.add("sigmoid", two)))
    assert [each.kind for each in program.instructions] == ["constant", "constant"]
    assert isinstance(program, Program)
