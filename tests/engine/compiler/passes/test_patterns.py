"""Rules, tested from their table: both sides are the same in all corners of floating point."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import inf, nan
from random import Random
from typing import Any

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder, rewritten
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Assembly, Data, Expand, Input, Parameters, Product, Sum
from engine.compiler.kinds.ufuncs import TRUTHS
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes.patterns import Bound, Name, Rewrite, names_of, written
from engine.compiler.passes.simplify import ARITHMETIC, STRUCTURE, RuleRow
from engine.compiler.rows.legalize import expanded

# 0, 1, the smallest normal and subnormal numbers, the ends of the range, and a few others; the
# largest powers of 2, and numbers by which the smallest ones are rounded.
POSITIVE = [0.0, 1.0, 2.0, 0.1, 3.0, 5e-324, 2.5e-323, 2.3e-308, 1e-200, 1e200, 1e308, inf,
            0.5, 1.5, 2.0**1022, 2.0**1023]  # fmt: skip
CORNERS = [*POSITIVE, *(-x for x in POSITIVE), nan]

# Those with which rules of three names are tried where there is little time.
FEW = (0.0, -0.0, 1.0, -3.0, 1e200, 1e308, inf, nan)

# Corners of which all sums are the same in any order.
SUMMED = ([0.0, -0.0, 1.0, -2.5, 3.0, inf, -inf, nan], [0.0, -0.0, 5e-324, -2.5e-323, 1e-320, nan],
          [0.0, -0.0, 1e308, inf, nan], [0.0, -0.0, -1e308, -inf])  # fmt: skip

# How many examples there are, where their number counts.
COUNTS = (1, 2, 3, 7, 49, 1000)

# Computes what is constant, as the condition of a rule may be.
FOLD = STRUCTURE[0].apply


def marks(rule: Rewrite) -> list[pytest.MarkDecorator]:
    """Three names have thousands of combinations, which take seconds."""
    return [pytest.mark.slow] if len(names_of(rule.before)) > 2 else []


each_rewrite = pytest.mark.parametrize(
    "rule", [pytest.param(rule, marks=marks(rule)) for rule in ARITHMETIC], ids=repr
)
each_structure = pytest.mark.parametrize("row", STRUCTURE, ids=lambda row: row.rule)


def bindings(draft: Builder, rule: Rewrite, tried: Sequence[float] = CORNERS) -> Iterator[Bound]:
    """Instructions for the names of a rule: for each corner a constant, a truth and an array."""
    known = [*map(repr, tried)]
    parameters = draft.add("parameters", detail=Parameters(len(CORNERS)))
    zero = draft.constant(0.0)
    sorts: list[list[int]] = []
    for name in names_of(rule.before).values():
        found = []
        for i, corner in enumerate(CORNERS):
            if repr(corner) not in known:
                continue
            constant, seen = draft.constant(corner), draft.view(parameters, View(i, (1,), (0,)))
            ways = [constant, seen, draft.add("abs", seen), draft.add("less", zero, seen)]
            found.append(next((each for each in order(name, ways) if name.test(draft, each)), -1))
        sorts.append([each for each in found if each >= 0])
    for numbers in product(*sorts):
        bound = dict(zip(names_of(rule.before), numbers, strict=True))
        if rule.known is not None:
            written(draft, rule.known, bound)
        if rule.allows(draft, bound):
            yield bound


def order(name: Name, ways: list[int]) -> list[int]:
    """What a name is tried with: constants last where it need not be one."""
    return ways if name.name in ("c", "d", "n", "p") else [*ways[1:], ways[0]]


@each_rewrite
def test_both_sides_are_the_same_in_all_corners(rule: Rewrite) -> None:
    """For all combinations of corners that the rule allows, to the bit where it says `always`."""
    demand_same_sides(rule, CORNERS)


@pytest.mark.parametrize("rule", [each for each in ARITHMETIC if marks(each)], ids=repr)
def test_both_sides_of_a_rule_of_three_names_are_the_same_in_some_corners(rule: Rewrite) -> None:
    """All others take seconds."""
    demand_same_sides(rule, FEW)


def demand_same_sides(rule: Rewrite, tried: Sequence[float]) -> None:
    """Both sides of a rule are the same for all combinations of these corners."""
    draft = Builder([FOLD])
    sides = [(written(draft, rule.before, bound), written(draft, rule.after, bound))
             for bound in bindings(draft, rule, tried)]  # fmt: skip
    assert len(sides) >= (len(tried) if names_of(rule.before) else 1)
    program = expanded(draft.program(*(each for pair in sides for each in pair)))
    for count in COUNTS if "count" in repr(rule) else COUNTS[:1]:
        found = interpret(program, CORNERS, [], examples=count)
        before, after = (
            np.concatenate([np.ravel(each).astype(float) for each in found[i::2]]) for i in (0, 1)
        )
        assert_same(after, before, rule.exact)


@each_rewrite
def test_a_formula_becomes_what_the_rule_says(rule: Rewrite) -> None:
    """Wherever the rule allows it, it is applied."""
    draft = Builder([FOLD, rule])
    found = list(bindings(draft, rule))
    assert found
    for bound in found:
        assert written(draft, rule.before, bound) == written(draft, rule.after, bound)


def assert_same(found: Any, expected: Any, exact: str) -> None:
    """The same numbers as far as a rule is exact; nan where there is nan, whatever its sign."""
    np.testing.assert_array_max_ulp(found, expected, 1 if "last bit" in exact else 0)
    if "sign of 0" not in exact:
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found)[known], np.signbit(expected)[known])


def some_view(draw: Random, size: int, axes: int) -> View:
    """A view of a row of numbers: forwards or backwards, with repeated numbers or without."""
    shape = tuple(draw.choice((1, 2, 3, 4)) for _ in range(axes))
    strides = [draw.choice((0, 1, 1, 2, -1, 4)) if d > 1 else 0 for d in shape]
    if draw.random() < 0.5:
        strides = list(whole(shape).strides)
    places = View(0, shape, tuple(strides)).places
    if places.max() - places.min() >= size:
        return some_view(draw, size, axes)
    low = -int(places.min())
    return View(low + draw.randrange(size - low - int(places.max())), shape, tuple(strides))


def structures(seed: int) -> Program:
    """A program that moves numbers about: what is seen, taken, repeated, multiplied and summed."""
    draw, draft = Random(seed), Builder()
    many = draw.random() < 0.5
    made = [draft.add("input", detail=Input(0, (4, 3), many)),
            draft.add("parameters", detail=Parameters(12)),
            draft.constant(corners(draw, SUMMED[seed % len(SUMMED)], 6))]  # fmt: skip
    for _ in range(draw.randrange(3, 12)):
        made.append(step(draw, draft, draw.choice(made)))
    return verify(draft.program(*made[-3:]))


def turned(draw: Random, draft: Builder, source: int) -> int:
    """An array with its axes in another order."""
    shape = draft.shape(source)
    axes = draw.sample(range(len(shape)), len(shape))
    strides = whole(shape).strides
    view = View(0, tuple(shape[i] for i in axes), tuple(strides[i] for i in axes))
    return draft.add("view", source, detail=view)


def step(draw: Random, draft: Builder, source: int) -> int:
    """One more instruction on what is there."""
    shape = draft.shape(source)
    size = int(np.prod(shape))
    kind = draw.choice(("view", "view", "take", "sum", "all", "expand", "product", "neg",
                        "assemble"))  # fmt: skip
    if kind == "view":
        return draft.view(source, some_view(draw, size, draw.randrange(4)))
    if kind == "take":
        places = [draw.randrange(size) for _ in range(draw.randrange(1, 5))]
        return draft.add("take", source, detail=Data(np.array(places)))
    if kind == "sum":
        axes = sorted(draw.sample(range(len(shape)), draw.randrange(len(shape) + 1)))
        return draft.add("sum", source, detail=Sum(tuple(axes), draw.random() < 0.3))
    if kind == "all":
        every = Sum(tuple(range(len(shape))), draw.random() < 0.3)
        return draft.add("sum", turned(draw, draft, source), detail=every)
    if kind == "expand":
        return draft.add(
            "expand", source, detail=Expand(shape, draft.instructions[source].examples)
        )
    if kind == "assemble":
        targets = tuple(View(i * size, shape, whole(shape).strides) for i in (2, 0))
        both = draft.add("neg", source), source
        number = draft.add("assemble", *both, detail=Assembly((3 * size,), targets))
        return draft.view(number, some_view(draw, 3 * size, draw.randrange(3)))
    if kind == "product" and len(shape) == 2:
        matrix = turned(draw, draft, source)
        other = draft.constant(np.resize([1.0, 2.0, 1.0, 0.0], draft.shape(matrix)[1]))
        return draft.add("product", matrix, other, detail=Product("ab,b->a"))
    return draft.add("neg", source)


@each_structure
def test_moving_numbers_about_is_the_same_in_all_corners(row: RuleRow) -> None:
    """Each rule alone, on random programs full of corners, in which it is applied often."""
    applied = 0

    def counted(rule: Callable[..., int | None]) -> Callable[..., int | None]:
        """The rule, which counts how often it finds something."""

        def apply(*given: Any) -> int | None:
            """Count, and do the same."""
            nonlocal applied
            found = rule(*given)
            applied += found is not None
            return found

        return apply

    for seed in range(400):
        program = structures(seed)
        other = verify(rewritten(program, [counted(row.apply)]))
        draw = Random(seed)
        numbers = SUMMED[seed % len(SUMMED)]
        row_given, points = corners(draw, numbers, 12), corners(draw, numbers, 36)
        array = np.array(points).reshape(3, 4, 3)[() if has_examples(program) else 0]
        before, after = (
            interpret(each, row_given, [array], examples=3) for each in (program, other)
        )
        for mine, theirs in zip(after, before, strict=True):
            assert_same(np.asarray(mine), np.asarray(theirs), row.exact)
    assert applied > 30, f"{row.rule}: applied {applied} times only"


def corners(draw: Random, numbers: Sequence[float], count: int) -> list[float]:
    """A number of corners, in random order."""
    return [draw.choice(numbers) for _ in range(count)]


def has_examples(program: Program) -> bool:
    """Whether the input has an axis of examples."""
    return any(each.kind == "input" and each.examples for each in program.instructions)


def test_truth_values_are_no_numbers() -> None:
    """What is computed by a rule for all but truths is left as it is for truths."""
    for kind in sorted(TRUTHS):
        draft = Builder(ARITHMETIC)
        a = draft.add("parameters", detail=Parameters(3))
        truth = draft.add(kind, a, a)
        assert draft.instructions[draft.add("mul", truth, draft.constant(1.0))].kind == "mul"
        assert draft.instructions[draft.add("add", truth, draft.constant(-0.0))].kind == "add"
