"""Traces that differ in places and constants, as one program."""

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds.details import Data, Input, Parameters, Scatter, Sum
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.module import module_of
from engine.compiler.passes.merge_traces import Unlike, united


def category(draft: Builder, number: int) -> int:
    """An argument that has a category for each example."""
    return draft.add("input", detail=Input(number, (), examples=True, whole=True))


def trace(places: list[int], number: float, kind: str = "exp") -> Program:
    """A function of some looked-up numbers and a constant."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (4,), True))
    taken = draft.add("take", x, detail=Data(np.array(places)))
    scaled = draft.add("mul", draft.add(kind, taken), draft.constant(number))
    return draft.program(draft.add("sum", scaled, detail=Sum((0,))))


def test_what_differs_is_looked_up() -> None:
    """By the choice of each example, in tables."""
    draft = Builder()
    choice = category(draft, 1)
    programs = [trace([0, 1, 0], 2.0), trace([2, 2, 3], -1.0)]
    program = verify(draft.program(*united(programs, draft, choice)))
    assert [each.kind for each in program.instructions] == [
        "input", "choice", "input", "pick", "exp", "mul", "sum",
    ]  # fmt: skip
    X, codes = np.random.default_rng(0).normal(size=(5, 4)), np.array([0, 1, 1, 0, 1])
    (found,) = interpret(program, [], [X, codes])
    expected = [interpret(programs[code], [], [x[None]])[0][0]
                for code, x in zip(codes, X, strict=True)]  # fmt: skip
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_what_is_used_twice_is_united_once() -> None:
    """However many ways lead to it."""
    programs = []
    for place in (0, 2):
        draft = Builder()
        x = draft.add("input", detail=Input(0, (4,), True))
        picked = draft.view(x, View(place, (), ()))
        y = draft.add("exp", picked)
        z = draft.add("add", y, picked)
        programs.append(draft.program(draft.add("mul", z, z), y))
    draft = Builder()
    program = draft.program(*united(programs, draft, category(draft, 1)))
    assert [each.kind for each in program.instructions] == [
        "input", "input", "pick", "exp", "add", "mul",
    ]  # fmt: skip


def test_what_no_choice_changes_is_joined_as_it_is() -> None:
    """Numbers of parameters one after another, without an axis of examples."""
    programs = []
    for number in (2.0, -1.0):
        draft = Builder()
        w = draft.add("parameters", detail=Parameters(3))
        row = draft.joined([w, draft.add("exp", w)])
        programs.append(draft.program(draft.add("mul", row, draft.constant(number))))
    draft = Builder()
    choice = category(draft, 0)
    program = verify(draft.program(*united(programs, draft, choice)))
    (joined,) = [each for each in program.instructions if each.kind == "join"]
    assert not joined.examples
    numbers, codes = np.array([0.5, -1.0, 2.0]), np.array([1, 0])
    (found,) = interpret(program, numbers, [codes])
    both = np.concatenate([numbers, np.exp(numbers)])
    np.testing.assert_allclose(found, np.stack([-both, 2 * both], axis=1), rtol=1e-15)


@pytest.mark.parametrize(
    "other", [trace([0, 1], 2.0), trace([0, 1, 0], 2.0, "sin"), trace([0, 1, 2], 2.0, "neg")]
)
def test_other_operations_are_unlike(other: Program) -> None:
    """And so are other shapes."""
    draft = Builder()
    choice = category(draft, 1)
    with pytest.raises(Unlike):
        united([trace([0, 1, 0], 2.0), other], draft, choice)


def test_other_details_are_unlike() -> None:
    """Only places and constants may differ."""
    programs = []
    for axis in (0, 1):
        draft = Builder()
        x = draft.add("input", detail=Input(0, (3, 3), True))
        programs.append(draft.program(draft.add("sum", x, detail=Sum((axis,)))))
    with pytest.raises(Unlike, match="sum with different details"):
        united(programs, Builder(), 0)


@pytest.mark.parametrize("table", [[[0, 1], [3, 2]], [[0, 0], [3, 2]]])
@pytest.mark.parametrize("examples", [True, False])
def test_what_is_scattered_adds_up(table: list[list[int]], examples: bool) -> None:
    """In NumPy as by definition: places may be met once or several times."""
    draft = Builder()
    x = draft.add("input", detail=Input(0, (2,), True))
    code = category(draft, 1)
    detail = Scatter(Data(np.array(table)), (4,), examples)
    scattered = draft.add("scatter", x, code, detail=detail)
    program = verify(draft.program(draft.view(scattered, View(0, (4,), (1,)))))
    X, codes = np.arange(6.0).reshape(3, 2), np.array([1, 0, 1])
    (expected,) = interpret(program, [], [X, codes])
    step = module_of(program, "").step(3)
    for _ in range(2):
        np.testing.assert_array_equal(
                                      step(np.zeros(0), [X, codes]), expected)  # fmt: skip


def test_what_is_joined_gets_examples_together() -> None:
    """One of two constants, and numbers that are the same for all, one after another."""
    programs = []
    for number in (2.0, -1.0):
        draft = Builder()
        numbers = draft.add("parameters", detail=Parameters(3))
        programs.append(draft.program(draft.joined([numbers, draft.constant([number])])))
    draft = Builder()
    program = verify(draft.program(*united(programs, draft, category(draft, 0))))
    (found,) = interpret(program, [1.0, 3.0, 5.0], [np.array([0, 1, 1])])
    np.testing.assert_array_equal(found.T, [[1, 3, 5, 2], [1, 3, 5, -1], [1, 3, 5, -1]])


def test_what_is_joined_without_a_choice_stays_as_it_is() -> None:
    """Only what depends on the choice has examples."""
    programs = []
    for number in (2.0, -1.0):
        draft = Builder()
        numbers = draft.add("parameters", detail=Parameters(3))
        joined = draft.joined([numbers, draft.constant([4.0])])
        programs.append(draft.program(draft.add("mul", joined, draft.constant(number))))
    draft = Builder()
    program = draft.program(*united(programs, draft, category(draft, 0)))
    (row,) = (each for each in program.instructions if each.kind == "join")
    assert not row.examples
    (found,) = interpret(program, [1.0, 3.0, 5.0], [np.array([0, 1])])
    np.testing.assert_array_equal(found.T, [[2, 6, 10, 8], [-1, -3, -5, -4]])
