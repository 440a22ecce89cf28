"""Loops become running results where a step does no more than that, and only there."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Expand, Input
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.views import View, whole
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.distribute import distributed
from engine.compiler.passes.running_results import with_running_results
from engine.compiler.recording import classes
from engine.compiler.rolling import periods
from tests.engine.compiler.agreeing import assert_same, assert_same_pattern, compiled, eager
from tests.engine.compiler.looped import Step
from tests.engine.compiler.passes.test_loop_gradient import outputs_of
from tests.engine.compiler.random_loops import COUNT, random_program
from tests.engine.compiler.recurrences import drawn
from tests.engine.compiler.running_programs import (
    RUNNING,
    STEPS,
    RandomRunning,
    RunningOfExamples,
)

START, XS = np.array([[1.5, -0.5]]), np.cos(np.arange(8.0)).reshape(4, 2)

# A step: from what is carried and an element of an array, to what it gives.
Body = Callable[[Step, int, int], int]


def kinds_after(body: Body, *, lag: int = 1, shape: tuple[int, ...] = (2,),
                more: Sequence[int] = (), backward: bool = False,
                examples: bool = False) -> list[str]:  # fmt: skip
    """The kinds of the program of a loop after the pass; it computes the same as before.

    The loop gives `more` instructions of its body, before what it carries. With `examples`, the
    elements of the array differ by example.
    """
    draft, step = Builder(), Step()
    first = 2 * len(more)
    start = draft.add("input", detail=Input(0, (lag, first + 2), False))
    xs = draft.add("input", detail=Input(1, (4, 2), examples))
    before = step.fed(Carried(first, lag), shape, examples=examples)
    x = step.fed(Of(xs, sliced=True), (2,), examples=examples)
    made = body(step, before, x)
    rows = step.looped(draft, [*more, made], 4, start, backward=backward)
    program = draft.program(rows)
    changed = verify(with_running_results(program))
    given = [np.tile(START, (lag, len(more) + 1)), np.stack([XS, 2.0 * XS]) if examples else XS]
    (found,), (expected,) = (interpret(each, (), given, examples=2) for each in (changed, program))
    np.testing.assert_array_equal(found, expected)
    return [each.kind for each in changed.instructions if each.kind in ("loop", "running")]


@pytest.mark.parametrize("kind", ["add", "sub", "mul", "div", "maximum", "minimum"])
@pytest.mark.parametrize("turned", [False, True])
def test_one_operation(kind: str, turned: bool) -> None:
    """With either operand first; two columns."""
    assert kinds_after(lambda step, before, x: step.draft.add(
        kind, *((x, before) if turned else (before, x)))) == ["running"]  # fmt: skip


def test_some_operations() -> None:
    """One after another, with an array, with a number, in another shape."""

    def body(step: Step, before: int, x: int) -> int:
        """(before x - 0.5) 2, as a row."""
        draft = step.draft
        product = draft.add("sub", draft.add("mul", x, before), draft.constant(0.5))
        column = draft.view(product, whole((2, 1)))
        twice = draft.add("mul", column, draft.constant(np.array([[2.0], [3.0]])))
        return draft.add("expand", twice, detail=Expand((2, 1), False))

    assert kinds_after(body) == ["running"]


@pytest.mark.parametrize("examples", [False, True])
def test_the_sign_changes(examples: bool) -> None:
    """After an operation, and before another one: -1 is the same for all examples."""

    def body(step: Step, before: int, x: int) -> int:
        """-(before + x) x."""
        draft = step.draft
        return draft.add("mul", draft.add("neg", draft.add("add", before, x)), x)

    assert kinds_after(body, examples=examples) == ["running"]
    assert kinds_after(body, examples=examples, more=[2, 3]) == ["running"]


@pytest.mark.parametrize(
    "body",
    [
        lambda step, before, x: before,
        lambda step, before, x: step.draft.add("tanh", before),
        lambda step, before, x: step.draft.add("add", before, before),
        lambda step, before, x: step.draft.add("add", x, x),
        lambda step, before, x: step.draft.add("add", before, step.draft.add("neg", x)),
        lambda step, before, x: step.draft.add("add", step.draft.view(before, View(1, (2,), (-1,))),
                                               x),
        lambda step, before, x: step.draft.add("add", step.draft.view(before, View(0, (1,), (0,))),
                                               x),
    ],
)  # fmt: skip
def test_what_is_more_stays_a_loop(body: Body) -> None:
    """Nothing done, another function, twice what is carried, other columns."""
    assert kinds_after(body) == ["loop"]


def test_what_is_carried_further_stays_a_loop() -> None:
    """From two steps before, or only one of the columns."""

    def add(step: Step, before: int, x: int) -> int:
        """A sum."""
        return step.draft.add("add", before, x)

    assert kinds_after(add, lag=2) == ["loop"]
    assert kinds_after(add, shape=(1,)) == ["loop"]


@pytest.mark.parametrize("backward", [False, True])
def test_what_is_between_operations_is_computed_from_the_rows(backward: bool) -> None:
    """For all steps at once; what is no operation of a step stays with a loop."""

    def body(step: Step, before: int, x: int) -> int:
        """3 - before x."""
        product = step.draft.add("mul", before, x)
        return step.draft.add("sub", step.draft.constant(3.0), product)

    assert kinds_after(body, more=[2, 2], backward=backward) == ["running"]
    assert kinds_after(body, more=[0], backward=backward) == ["loop"]


@pytest.mark.parametrize("seed", range(300, 320))
def test_random_loops_are_computed_as_before(seed: int) -> None:
    """Among them loops in loops."""
    program = distributed(differentiated(random_program(Random(seed)), COUNT))
    changed = verify(with_running_results(program))
    for mine, other in zip(outputs_of(changed), outputs_of(program), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-13, atol=1e-13)


@pytest.fixture
def as_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed node by node, and whatever repeats is a loop."""
    monkeypatch.setattr(classes, "_SMALL", 10**9)
    monkeypatch.setattr(periods, "_FEWEST", 3)
    monkeypatch.setattr(periods, "_SAVED", 6)


def kinds_of(program: Program) -> set[str]:
    """The kinds of its instructions that go step by step."""
    return {each.kind for each in program.instructions} & {"loop", "running"}


@pytest.mark.usefixtures("as_arrays")
@pytest.mark.parametrize("name", RUNNING)
def test_programs_as_people_write_them(name: str) -> None:
    """No loop is left in them, nor in their gradients, which are right where a factor is 0."""
    loss, parameters = RUNNING[name](40)
    program = compiled(loss, parameters)
    assert_same(program(), eager(loss, parameters))
    other, others = RUNNING[name](40, drawn(0, 0.01))
    assert_same(program(np.array([each.data for each in others])), eager(other, others))
    assert kinds_of(program.program) == {"running"}


@pytest.mark.usefixtures("as_arrays")
@pytest.mark.parametrize("kind", STEPS)
def test_each_kind_of_step(kind: str) -> None:
    """For numbers, and for infinities, nan and the ends of the range."""
    for seed in (1, 2, 3):
        run = RandomRunning(seed)
        run.kinds, run.steps, run.width, run.looks = [kind], 20, 2, 1
        loss, parameters = run.run()
        program = compiled(loss, parameters)
        assert_same(program(), eager(loss, parameters))
        assert kinds_of(program.program) == {"running"}
    wild = RandomRunning(9, wild=True)
    wild.kinds = [kind]
    loss, parameters = wild.run()
    value, gradient = compiled(loss, parameters)()
    expected = eager(loss, parameters)
    assert_same_pattern([value, *gradient], [expected[0], *expected[1]])


@pytest.mark.usefixtures("as_arrays")
@pytest.mark.parametrize("kind", STEPS)
def test_each_kind_of_step_for_each_example(kind: str) -> None:
    """With numbers that are the same for all examples, and with numbers that are not."""
    parameters = [first, other] = drawn().known(0.7, 0.9)

    def loss(xs: list[Value]) -> Value:
        """How far results are from a parameter; each step reads a number of the example."""
        found = [first]
        for each in xs:
            found.append(STEPS[kind](found[-1], each, other))
        return Value.sum([(each - other) ** 2 for each in found[1:]])

    program = engine.compile(loss, parameters=parameters)
    numbers = 1.0 + 0.1 * np.cos(np.arange(60.0)).reshape(3, 20)
    losses = [loss([Value(x) for x in xs]) for xs in numbers.tolist()]
    assert_same(program(numbers), eager(Value.sum(losses) / 3, parameters))
    assert kinds_of(program.program) == {"running"}


@pytest.mark.usefixtures("as_arrays")
@pytest.mark.filterwarnings("ignore:.*not reach the output")
@pytest.mark.filterwarnings("ignore:the program keeps what was decided")
@pytest.mark.parametrize("seed", [3, 13, 18])
def test_random_programs_for_examples(seed: int) -> None:
    """Their numbers differ from example to example; what is drawn at random is always the same."""
    function = RunningOfExamples(seed)
    X = np.random.default_rng(seed).normal(1.0, 0.3, size=(3, function.inputs))
    found = engine.compile(function, parameters=function.parameters)(X)
    mean = Value.sum([function([*map(Value, x)]) for x in X.tolist()]) / len(X)
    assert_same(found, eager(mean, function.parameters))


@pytest.mark.usefixtures("as_arrays")
def test_examples_run_side_by_side() -> None:
    """A mean that forgets, over the numbers of each example."""
    parameters = [keep, first] = drawn().known(0.8, 0.3)

    def loss(xs: list[Value]) -> Value:
        """How far the last mean is from 1."""
        mean = first
        for each in xs:
            mean = mean * keep + each
        return (mean - 1.0) ** 2

    program = engine.compile(loss, parameters=parameters)
    numbers = np.cos(np.arange(60.0)).reshape(3, 20)
    losses = [loss([Value(x) for x in xs]) for xs in numbers.tolist()]
    assert_same(program(numbers), eager(Value.sum(losses) / 3, parameters))
    assert "running mul with" in repr(program.program)


@pytest.mark.usefixtures("as_arrays")
def test_the_source_is_a_loop_over_numbers() -> None:
    """Or an accumulation, where there is a function for the operation."""
    loss, parameters = RUNNING["average"](40)
    text = compiled(loss, parameters).source
    assert "_rows_ = [" in text
    loss, parameters = RUNNING["trajectory"](40)
    assert "np.add.accumulate(" in compiled(loss, parameters).source
