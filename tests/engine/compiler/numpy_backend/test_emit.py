"""Programs in NumPy: the source is short, and computes what the program means."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value
from engine.analysis.fold import NUMBERS
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.strips import strip_of
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Expand, Input, Product, Sum
from engine.compiler.kinds.views import View, whole
from engine.compiler.numpy_backend.matmul import (
    EXAMPLES,
    MANY,
    Factor,
    product_statement,
    sum_statement,
)
from engine.compiler.numpy_backend.module import module_of
from tests.engine.compiler.agreeing import assert_same, eager
from tests.engine.compiler.lookups import lookup
from tests.engine.compiler.networks import flat, moons, moons_loss, network


def run(program: Program, inputs: Sequence[Any], examples: int = 1) -> Any:
    """What the module computes: twice, since memory is used again."""
    step = module_of(program, "").step(examples)
    step(np.zeros(0), inputs)
    return step(np.zeros(0), inputs)


def test_the_moons_can_be_read_aloud() -> None:
    """One step of training: 27 array instructions for 65,000 operations on scalars."""
    layers = network([2, 16, 16, 1])
    program = engine.compile(moons_loss(layers, *moons(100)), parameters=flat(layers))
    body = program.source.partition("def step")[2].splitlines()[3:-3]
    lines = [line.partition("#")[0].strip() for line in body]
    assert lines == [
        "parameters[:] = given",
        "np.dot(view1, constant1, out=sum1)",
        "np.maximum(sum1, zeros_16_100_, out=relu1)",
        "np.dot(view2, with_ones1, out=sum2)",
        "np.maximum(sum2, zeros_16_100_, out=relu2)",
        "np.dot(view3, with_ones2, out=sum3)",
        "np.multiply(constant3, sum3, out=mul1)",
        "np.add(mul1, 1.0, out=sum4)",
        "np.maximum(sum4, zeros_100_, out=relu3)",
        "sum5 = np.dot(parameters, parameters)",
        "sum6 = np.dot(relu3, ones_100_)",
        "mul2 = sum6 * 0.01",
        "mul3 = 0.0001 * sum5",
        "sum7 = mul2 + mul3",
        "np.multiply(0.0001, parameters, out=mul4)",
        "np.not_equal(relu3, 0.0, out=not_equal1)",
        "np.multiply(not_equal1, constant7, out=d_sum1)",
        "np.dot(d_sum1, with_ones2.T, out=d_parameters1)",
        "np.dot(view5, view4, out=d_relu1)",
        "np.not_equal(relu2, 0.0, out=not_equal2)",
        "np.multiply(d_relu1, not_equal2, out=d_sum2)",
        "np.dot(d_sum2, with_ones1.T, out=d_parameters2)",
        "np.dot(view6.T, d_sum2, out=d_relu2)",
        "np.not_equal(relu1, 0.0, out=not_equal3)",
        "np.multiply(d_relu2, not_equal3, out=d_sum3)",
        "np.dot(d_sum3, constant1.T, out=d_parameters3)",
        "np.add(mul4, mul4, out=d_parameters4)",
        "np.add(gradient, d_parameters4, out=gradient)",
    ]
    assert "# ∂ ReLU ×1,600" in program.source


def test_the_cost_of_a_program_does_not_grow_with_the_examples() -> None:
    """Its text is the same but for lengths."""
    layers = network([2, 3, 1])
    texts = []
    for count in (10, 40):
        program = engine.compile(moons_loss(layers, *moons(count)), parameters=flat(layers))
        text = program.source.partition("def step")[2]
        texts.append(text)
    first, second = (
        [NUMBERS.sub("n", line.partition("#")[0]).split() for line in text.splitlines()]
        for text in texts
    )
    assert first == second


letters = st.permutations("abcd").map("".join)


some = st.sets(st.sampled_from("abcd"))


@given(letters, letters, letters, some, some, some, st.tuples(st.booleans(), st.booleans()))
def test_any_product_of_two_arrays(
    left: str, right: str, result: str, no_left: set[str], no_right: set[str],
    no_result: set[str], many: tuple[bool, bool],
) -> None:  # fmt: skip
    """With axes in any order, with and without examples: as einsum defines it."""
    a = "".join(axis for axis in left if axis not in no_left)
    b = "".join(axis for axis in right if axis not in no_right)
    kept = "".join(axis for axis in result if axis in a + b and (
        axis not in no_result or not (axis in a and axis in b)))  # fmt: skip
    if not any(many) and (not a or not b):
        return
    sizes = dict(zip("abcd", (2, 3, 4, 5), strict=True))
    draft = Builder()
    x, y = (draft.add("input", detail=Input(i, tuple(sizes[axis] for axis in axes), has_many))
            for i, (axes, has_many) in enumerate(((a, many[0]), (b, many[1]))))  # fmt: skip
    product = draft.add("product", draft.add("neg", x), y, detail=Product(f"{a},{b}->{kept}"))
    program = verify(draft.program(draft.add("add", product, draft.constant(1.0))))
    draw = np.random.default_rng(0)
    inputs = [draw.normal(size=(*([6] if m else []), *(sizes[axis] for axis in axes)))
              for axes, m in ((a, many[0]), (b, many[1]))]  # fmt: skip
    (expected,) = interpret(program, [], inputs)
    np.testing.assert_allclose(run(program, inputs, 6), expected, rtol=1e-12)


@given(st.lists(st.integers(1, 4), max_size=4), st.data(), st.booleans(), st.booleans())
def test_any_sum(shape: list[int], data: Any, many: bool, over: bool) -> None:
    """Over any axes and over examples."""
    axes = data.draw(st.sets(st.sampled_from(range(len(shape))))) if shape else set()
    draft = Builder()
    x = draft.add("input", detail=Input(0, tuple(shape), many))
    detail = Sum(tuple(sorted(axes)), examples=over and many)
    total = draft.add("sum", draft.add("exp", x), detail=detail)
    if not detail.axes and not detail.examples:
        return
    program = verify(draft.program(draft.add("mul", total, draft.constant(2.0))))
    inputs = [np.random.default_rng(0).normal(size=(*([6] if many else []), *shape))]
    (expected,) = interpret(program, [], inputs)
    np.testing.assert_allclose(run(program, inputs, 6), expected, rtol=1e-12)


def test_sums_along_first_or_last_axes_are_products_with_ones() -> None:
    """Others are reductions."""
    lengths, strides = (2, 3, MANY), whole((2, 3, MANY)).strides
    x = Factor("x", f"ab{EXAMPLES}", lengths, strides)

    def result(axes: str) -> Factor:
        """Memory for those axes."""
        sizes = tuple(lengths["abZ".index(axis)] for axis in axes)
        return Factor("y", axes, sizes, whole(sizes).strides)

    ones = lambda count: f"ones{count // MANY}n" if count >= MANY else f"ones{count}"  # noqa: E731
    whole_rows = "np.matmul(x.reshape(6, examples), ones1n, out=y.reshape(6))"
    assert sum_statement(x, result("ab"), ones) == whole_rows
    assert sum_statement(x, result(""), ones) == "y = np.dot(x.reshape(6 * examples), ones6n)"
    assert sum_statement(x, result("bZ"), ones) == "np.add.reduce(x, axis=(0,), out=y)"
    assert sum_statement(x, result("b"), ones) == "np.add.reduce(x, axis=(0, 2), out=y)"


def test_a_product_that_needs_no_copy_makes_none() -> None:
    """A matrix product, a stack of them, or a sum as einsum writes it."""

    def factor(name: str, axes: str) -> Factor:
        """An array whose axes have lengths 2, 3, 4, ..."""
        sizes = tuple(MANY if axis == EXAMPLES else 2 + ord(axis) - ord("a") for axis in axes)
        return Factor(name, axes, sizes, whole(sizes).strides)

    def text(left: str, right: str, result: str) -> str:
        """The statement for a product."""
        return product_statement(factor("x", left), factor("y", right), factor("z", result))

    assert text("ab", "bc", "ac") == "np.dot(x, y, out=z)"
    assert text("ba", "cb", "ac") == "np.dot(x.T, y.T, out=z)"
    assert text("ba", "cb", "ca") == "np.dot(y, x, out=z)"
    assert text("ab", "ab", "") == "z = np.dot(x.reshape(6), y.reshape(6))"
    assert text("dab", "bc", "dac") == ("np.dot(x.reshape(10, 3), y, out=z.reshape(10, 4))")
    assert text("dab", "dbc", "dac") == "np.matmul(x, y, out=z)"
    assert text("ab", "dbZ", "daZ") == "np.matmul(x.reshape(1, 2, 3), y, out=z)"
    assert text("abZ", "cbZ", "acZ") == 'np.einsum("abZ,cbZ->acZ", x, y, out=z)'
    assert text("aZ", "Za", "") == 'z = np.einsum("aZ,Za->", x, y)'


def test_a_product_over_steps_and_examples_is_one_of_copies() -> None:
    """Two long axes that are not side by side in memory: einsum would take longer than a copy."""
    x, y = (Factor(name, f"t{axis}Z", (9, size, MANY), whole((9, size, MANY)).strides)
            for name, axis, size in (("x", "a", 2), ("y", "b", 3)))  # fmt: skip
    z = Factor("z", "ab", (2, 3), (3, 1))
    left = "x.transpose(1, 0, 2).reshape(2, 9 * examples)"
    right = "y.transpose(0, 2, 1).reshape(9 * examples, 3)"
    assert product_statement(x, y, z) == f"np.dot({left}, {right}, out=z)"


def test_memory_is_used_again() -> None:
    """In place where an operation may, and after the last use of what was there."""
    x = [Value(0.1 * i) for i in range(50)]
    output = Value.sum(each.sin().exp().cos().tanh() for each in x)
    source = engine.compile(output, parameters=x).source
    assert source.count("np.empty") < 6


def test_an_operation_does_not_overwrite_what_it_still_reads() -> None:
    """Seen in another order, or needed later."""
    draft = Builder()
    x = draft.add("exp", draft.add("input", detail=Input(0, (3, 3), False)))
    turned = draft.view(x, View(0, (3, 3), (1, 3)))
    y = draft.add("add", x, turned)
    z = draft.add("mul", y, y)
    program = verify(draft.program(draft.add("sub", z, draft.add("neg", y)), x))
    given_now = np.random.default_rng(0).normal(size=(3, 3))
    found, expected = run(program, [given_now]), interpret(program, [], [given_now])
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
@pytest.mark.parametrize("examples", [False, True])
def test_what_a_step_gives_is_not_overwritten_by_the_next_one(
    shape: tuple[int, ...], *, examples: bool
) -> None:
    """Arrays in the memory of the step are copied, and so is a number for each example."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, shape, examples=examples))
    opposite = draft.add("neg", x)
    program = draft.program(draft.add("exp", opposite), opposite)
    step = module_of(program, "").step(5)
    ones = np.ones((5, *shape) if examples else shape)
    first = step(np.zeros(0), [ones])
    before = [np.array(each) for each in first]
    step(np.zeros(0), [3.0 * ones])
    for kept, expected in zip(first, before, strict=True):
        np.testing.assert_array_equal(kept, expected)


@pytest.mark.parametrize(
    ("kinds", "arrays"), [(["exp"], 1), (["greater", "where"], 2), (["greater", "where", "exp"], 3)]
)
def test_a_strip_has_room_for_all_that_a_step_allocates(kinds: list[str], arrays: int) -> None:
    """Once and for all, or anew in each step, as what is picked by a decision is."""
    draft = Builder()
    made = x = draft.add("input", detail=Input(0, (1_000,), examples=True))
    zero = draft.constant(0.0)
    for kind in kinds:
        given = {"exp": (made,), "greater": (made, zero), "where": (made, x, zero)}[kind]
        made = draft.add(kind, *given)
    assert module_of(draft.program(made), "").strip == strip_of(arrays * 1_000)


def test_parts_of_a_gradient_come_together() -> None:
    """In their places, added where they meet, with zeros elsewhere."""
    draft = Builder()
    x = draft.add("exp", draft.add("input", detail=Input(0, (4,), False)))
    one = draft.view(x, View(2, (), ()))
    some = draft.view(draft.add("neg", draft.add("sin", x)), View(1, (2,), (2,)))
    strided = View(5, (2,), (3,)), View(0, (2, 2), (5, 1)), View(1, (4,), (1,))
    anywhere = [Data(np.array(places)) for places in ([9, 3, 8, 0], [7, 10, 2, 4])]
    number = View(11, (), ())
    targets = (*strided, anywhere[0], number, number, anywhere[1])
    parts = [some, draft.view(x, whole((2, 2))), x, draft.add("neg", x), one,
             draft.add("sin", one), draft.add("cos", x)]  # fmt: skip
    for shape in ((12,), (3, 4), (13,)):
        placed = draft.add("assemble", *parts, detail=Assembly(shape, targets))
        program = verify(draft.program(placed))
        given_now = np.random.default_rng(0).normal(size=4)
        (expected,) = interpret(program, [], [given_now])
        np.testing.assert_allclose(run(program, [given_now]), expected, rtol=1e-15)


def test_modules_run_with_many_examples_of_everything() -> None:
    """Arrays without examples beside such with them."""
    draft = Builder()
    row = draft.add("input", detail=Input(0, (2, 1), False))
    many = draft.add("input", detail=Input(1, (2, 3), True))
    y = draft.add("mul", draft.add("exp", row), many)
    taken = draft.add("take", y, detail=Data(np.array([5, 0, 0, 3])))
    full = draft.add("expand", row, detail=Expand((2, 3), True))
    z = draft.add("add", y, full)
    number = draft.add("expand", draft.add("sum", z, detail=Sum((0, 1))), detail=Expand((2,), True))
    either = draft.add("where", draft.add("less", y, z), y, draft.constant(0.0))
    program = verify(draft.program(taken, z, number, either))
    inputs = [np.array([[0.5], [-1.0]]), np.random.default_rng(0).normal(size=(5, 2, 3))]
    for ours, theirs in zip(run(program, inputs, 5), interpret(program, [], inputs), strict=True):
        np.testing.assert_allclose(ours, np.broadcast_to(theirs, np.shape(ours)), rtol=1e-15)


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_what_follows_from_the_number_of_examples_alone_is_a_number_of_numpy(
    shape: tuple[int, ...],
) -> None:
    """It is seen in another shape and repeated like others, and a division by 0 gives inf."""
    draft = Builder()
    number = draft.add("count")
    share = draft.add("div", draft.constant(1.0), number)
    seen = [draft.view(each, whole(shape)) for each in (number, share)]
    full = [draft.add("expand", each, detail=Expand((*shape[1:], 2), True)) for each in seen]
    infinite = draft.add("div", share, draft.add("mul", share, draft.constant(0.0)))
    program = verify(draft.program(*full, infinite))
    with np.errstate(divide="ignore"):
        expected = interpret(program, [], [], examples=4)
    for ours, theirs in zip(run(program, [], 4), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert expected[2] == np.inf


def test_a_gradient_that_is_the_same_for_all_examples_is_put_beside_one_that_is_not() -> None:
    """One of two sums is squared, so its gradient alone differs from example to example."""
    parameters = [Value(0.7), Value(-0.3)]

    def loss(x: list[Value]) -> Value:
        """The square of a sum of products, and the mean of all products."""
        pairs = zip(parameters, x, strict=True)
        every = [weight * each for weight in parameters for each in x]
        return Value.sum([weight * each for weight, each in pairs]) ** 2 + Value.sum(every) / 4

    program = engine.compile(loss, parameters=parameters, backend="numpy")
    numbers = np.cos(np.arange(6.0)).reshape(3, 2)
    losses = [loss([Value(each) for each in x]) for x in numbers.tolist()]
    assert_same(program(numbers), eager(Value.sum(losses) / 3, parameters))


@pytest.mark.parametrize("name", ["div_slope2", "erf", "choose", "number_by_number", "math"])
def test_functions_of_a_program_have_names_of_their_own(name: str) -> None:
    """Also if a class is called like one of them."""
    x = [Value(0.5), Value(1.5)]
    y = [(a / b).erf() for a, b in ((x[0], x[1]), (x[1], x[0]))]
    for each in y:
        each.label = name
    program = engine.compile(y[0] * y[1] / x[0], parameters=x)
    assert np.isfinite(program()[1]).all()


@pytest.mark.parametrize("count", [999_983, 2 * 999_983])
def test_no_number_of_numbers_is_taken_for_that_of_examples(count: int) -> None:
    """An axis may have any length."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (count,), examples=False))
    total = draft.add("sum", x, detail=Sum((0,)))
    assert run(draft.program(total), [np.ones(count)]) == count


@pytest.mark.parametrize("columns", [
    [0, 1, 2, 3], [3, 2, 1, 0], [[0, 1], [2, 3]], [1, 1, 3, 0, 2], [0, 0, 1, 2], [1, 2, 3, 3],
])  # fmt: skip
def test_columns_of_a_table_are_in_the_shape_of_the_result(columns: Any) -> None:
    """All of them in their order, turned round, as a matrix, and some of them twice."""
    draft = Builder()
    kinds = draft.add("input", detail=Input(0, (1,), examples=True, whole=True))
    table = lookup([0.5, 2.0], [1.0, -1.0], [3.0, 0.0], [-2.0, 8.0])
    detail = replace(table, columns=Data(np.array(columns)))
    program = verify(draft.program(draft.add("choice", kinds, detail=detail)))
    inputs = [np.array([[1], [0], [1]])]
    (expected,) = interpret(program, [], inputs)
    np.testing.assert_array_equal(run(program, inputs, 3), expected)
