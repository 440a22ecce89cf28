"""Sums of products become matrix products, where no axis makes a stack of them."""

from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder, rewritten
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Input, Product, Sum
from engine.compiler.passes.sums_of_products import sum_of_mul, sum_of_product


def kinds_after(kind: str, detail: Any, shapes: list[tuple[int, ...]], over: Sum,
                many: tuple[bool, bool] = (False, False)) -> list[str]:  # fmt: skip
    """The kinds of the instructions that compute the sum of one of two inputs, as it was before."""
    draft = Builder()
    read = [draft.add("input", detail=Input(i, shape, examples))
            for i, (shape, examples) in enumerate(zip(shapes, many, strict=True))]  # fmt: skip
    program = draft.program(draft.add("sum", draft.add(kind, *read, detail=detail), detail=over))
    changed = verify(rewritten(program, [sum_of_product, sum_of_mul]))
    inputs = [np.cos(np.arange(3 * np.prod(shape))).reshape(3, *shape)[() if examples else 0]
              for shape, examples in zip(shapes, many, strict=True)]  # fmt: skip
    found, expected = (interpret(each, (), inputs, examples=3) for each in (changed, program))
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-13)
    return [each.kind for each in changed.instructions if each.kind in ("sum", "mul", "product")]


OUTER = Product("ta,tb->tab")


@pytest.mark.parametrize(
    ("over", "many", "expected"),
    [
        (Sum((0,)), (False, False), ["product"]),
        (Sum((0,)), (True, False), ["product"]),
        (Sum((0,), examples=True), (True, True), ["product"]),
        (Sum((0,), examples=True), (True, False), ["product", "sum"]),
        (Sum((1,)), (False, False), ["product", "sum"]),
        (Sum((), examples=True), (True, True), ["product", "sum"]),
    ],
)
def test_a_sum_of_a_product(over: Sum, many: tuple[bool, bool], expected: list[str]) -> None:
    """An axis of both factors is summed over at once, and so are examples of both."""
    assert kinds_after("product", OUTER, [(4, 2), (4, 3)], over, many) == expected


def test_examples_are_summed_over_once() -> None:
    """A product that sums over the examples has none: a sum over them is as many times the same."""
    over_examples = Product("ta,tb->tab", examples=True)
    shapes: list[tuple[int, ...]] = [(4, 2), (4, 3)]
    both = (True, True)
    twice = kinds_after("product", over_examples, shapes, Sum((0,), examples=True), both)
    assert twice == ["product", "sum"]
    assert kinds_after("product", over_examples, shapes, Sum((0,)), both) == ["product"]


@pytest.mark.parametrize(
    ("shapes", "over", "many", "expected"),
    [
        ([(4, 2, 1), (4, 1, 3)], Sum((0,)), (False, False), ["product"]),
        ([(4, 2, 1), (4, 1, 3)], Sum((0,), examples=True), (True, True), ["product"]),
        ([(4, 2, 1), (4, 1, 3)], Sum((0,), examples=True), (True, False), ["mul", "sum"]),
        ([(4, 2, 1), (4, 1, 3)], Sum((0,)), (True, False), ["product"]),
        ([(4,), (4,)], Sum((0,)), (False, False), ["product"]),
        ([(4, 2), (4, 2)], Sum((0,)), (False, False), ["mul", "sum"]),
        ([(4, 1, 1), (4, 1, 3)], Sum((0,)), (False, False), ["mul", "sum"]),
        ([(4, 2), (4, 1)], Sum((1,)), (False, False), ["mul", "sum"]),
        ([(4, 2), ()], Sum((0,)), (False, False), ["mul", "sum"]),
    ],
)
def test_a_sum_of_numbers_times_others(
    shapes: list[tuple[int, ...]], over: Sum, many: tuple[bool, bool], expected: list[str]
) -> None:
    """An outer product at each step, a dot product; not what is in both and in the result."""
    assert kinds_after("mul", None, shapes, over, many) == expected


def test_truth_values_are_no_factors() -> None:
    """They are counted, not multiplied."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (4,), False))
    truth = draft.add("greater", x, draft.constant(0.0))
    total = draft.add("sum", draft.add("mul", x, truth), detail=Sum((0,)))
    program = draft.program(total)
    assert rewritten(program, [sum_of_mul]) == program
