"""Random programs with loops: what is carried, looked up, sliced, the same for all; loops in loops.

Arrays are carried from one to three steps before, and numbers are looked up in all rows before.
"""

from collections.abc import Sequence
from random import Random

import numpy as np

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.kinds.details import Data, Expand, Input, Parameters, Product, Sum
from engine.compiler.kinds.loops import Addressed, Carried
from engine.compiler.kinds.views import Shape, View, whole
from tests.engine.compiler.looped import Step

COUNT = 40
CURVES = ("tanh", "sin", "sigmoid", "relu", "softplus")


def random_program(random: Random, curves: Sequence[str] = CURVES) -> Program:
    """A program of one number, which depends on all rows of a loop, for each example or for all.

    It has the operations `curves`.
    """
    draft = Builder()
    many = random.random() < 0.4
    row = draft.add("parameters", detail=Parameters(COUNT))
    arrays = [draft.view(row, View(0, (COUNT,), (1,)))]
    if many:
        given = draft.add("input", detail=Input(0, (COUNT,), True))
        arrays.append(draft.add("mul", given, row) if random.random() < 0.5 else given)
    loop = random_loop(draft, random, arrays, many, curves, depth=random.choice([1, 1, 2, 3]))
    return draft.program(total(draft, loop, random, many))


def total(draft: Builder, number: int, random: Random, many: bool) -> int:
    """A number that depends on all of an array, or on its last row, the mean over examples."""
    shape = draft.shape(number)
    if random.random() < 0.3:
        number = draft.view(number, View(0, shape[1:], whole(shape[1:]).strides))
    weights = draft.constant(np.cos(np.arange(np.prod(draft.shape(number)))).reshape(
        draft.shape(number)))  # fmt: skip
    made = draft.add("mul", number, weights)
    axes = tuple(range(len(draft.shape(number))))
    found = draft.add("sum", made, detail=Sum(axes))
    return draft.mean(found) if many else found


def random_loop(
    draft: Builder,
    random: Random,
    arrays: list[int],
    many: bool,
    curves: Sequence[str],
    *,
    depth: int,
) -> int:
    """A loop that reads parts of `arrays`, which have numbers in a row."""
    step, steps = Step(), random.randint(1, 4)
    lag = random.choice([1, 1, 2, 3])
    shapes = [random.choice([(), (2,), (3,), (2, 2)]) for _ in range(random.randint(1, 3))]
    width = sum(int(np.prod(shape)) for shape in shapes)
    source = random.choice(arrays)
    start = part(draft, random, source, (lag, width))
    if many and not draft.instructions[start].examples and random.random() < 0.5:
        start = draft.add("expand", start, detail=Expand((lag, width), True))
    has = many and (draft.instructions[start].examples or any(
        draft.instructions[each].examples for each in arrays))  # fmt: skip
    if has:
        start = draft.add("expand", start, detail=Expand((lag, width), True))
    inner, column = [], 0
    for shape in shapes:
        inner.append(step.fed(Carried(column, random.randint(1, lag)), shape, examples=has))
        column += int(np.prod(shape))
    backward = random.random() < 0.3
    for _ in range(random.choice([0, 0, 1, 2, 3])):
        looked = addressed(random, steps, lag, width, backward)
        inner.append(step.fed(looked, random.choice([(), (1,)]), examples=has))
    for shape in random.choices([(), (2,), (3,), (2, 2)], k=2):
        array = random.choice(arrays)
        is_sliced = random.random() < 0.6
        fed = part(draft, random, array, (steps, *shape) if is_sliced else shape)
        inner.append(step.fed(Of(fed, sliced=is_sliced), shape,
                              examples=draft.instructions[fed].examples))  # fmt: skip
    if depth > 1:
        rows = [flattened(step.draft, each) for each in inner]
        long = step.draft.joined([*rows] * (COUNT // len(rows) + 1))
        made = random_loop(step.draft, random, [long], has, curves, depth=depth - 1)
        size = step.draft.shape(made)
        inner.append(step.draft.view(made, View(size[1] * (size[0] - 1), (size[1],), whole(
            (size[1],)).strides)))  # fmt: skip
    outputs = [curved(step.draft, random, inner, shape, has, curves) for shape in shapes]
    return step.looped(draft, outputs, steps, start, backward=backward, label="h")


def addressed(random: Random, steps: int, lag: int, width: int, backward: bool) -> Addressed:
    """At each step a number of any row before."""
    places = []
    for t in range(steps):
        rows = range(t + 1, lag + steps) if backward else range(lag + t)
        places.append(random.choice(rows) * width + random.randrange(width))
    return Addressed(Data(np.array(places)))


def part(draft: Builder, random: Random, source: int, shape: Shape) -> int:
    """Some numbers of an array with numbers in a row."""
    (size,) = draft.shape(source)
    first = random.randint(0, size - int(np.prod(shape)))
    return draft.view(source, View(first, shape, whole(shape).strides))


def flattened(draft: Builder, number: int) -> int:
    """The numbers of an array in a row."""
    return draft.view(number, whole((int(np.prod(draft.shape(number))),)))


def curved(
    draft: Builder,
    random: Random,
    inner: list[int],
    shape: Shape,
    many: bool,
    curves: Sequence[str],
) -> int:
    """An array of a shape that depends on some others."""
    found = None
    for _ in range(random.randint(1, 3)):
        one = draft.add(random.choice(curves), random.choice(inner))
        reshaped = fitted(draft, one, shape)
        found = reshaped if found is None else draft.add(
            random.choice(["add", "mul", "sub"]), found, reshaped)  # fmt: skip
    assert found is not None
    return draft.add("expand", found, detail=Expand(shape, many))


def fitted(draft: Builder, number: int, shape: Shape) -> int:
    """An array brought to a shape: the sum of its numbers repeated, a part, or a product."""
    mine = draft.shape(number)
    if mine == shape:
        return number
    if len(mine) == 1 and len(shape) == 1:
        weights = draft.constant(np.sin(np.arange(mine[0] * shape[0])).reshape(*shape, *mine))
        return draft.add("product", weights, number, detail=Product("ab,b->a"))
    summed = draft.add("sum", number, detail=Sum(tuple(range(len(mine)))))
    return draft.add("expand", summed, detail=Expand(shape, draft.instructions[summed].examples))
