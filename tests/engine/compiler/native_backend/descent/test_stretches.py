"""Stretches in machine code against the same steps in NumPy, to the bit."""

import ctypes
from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from engine.compiler.native_backend.descent.stretches import WORDS, StretchLayout, stretch_text
from engine.compiler.native_backend.descent.update_steps import lacking
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.rows.updates import update_rule

COUNT, PARAMETERS, BATCH = 40, 29, 6
STEP = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4, ctypes.c_int64)

draws = np.random.default_rng(0)
ROWS, KINDS = draws.normal(size=(COUNT, 3)), draws.integers(0, 3, size=COUNT)
ORDER = draws.permutation(COUNT).astype(np.int64)
START = draws.normal(size=PARAMETERS)


def adam(w: Any, g: Any, m: Any, s: Any, rate: Any, steps: Any) -> tuple[Any, Any, Any]:
    """A rule that keeps two numbers."""
    m, s = 0.9 * m + (1 - 0.9) * g, 0.99 * s + (1 - 0.99) * g * g
    return w - rate * (m / (1 - 0.9**steps)) / ((s / (1 - 0.99**steps)) ** 0.5 + 1e-8), m, s


def program(numbers: Any, rows: Any, kinds: Any) -> tuple[float, Any, Any]:
    """A loss of some examples, a gradient, and something for each example."""
    return numbers @ numbers + rows.sum(), np.sin(numbers) * rows[0, 1] + kinds[-1], rows[:, 0] * 2


class Memory:
    """The arrays of a stretch."""

    def __init__(self, steps: int, kept: int) -> None:
        self.numbers = START.copy()
        self.m, self.s = np.zeros(PARAMETERS), np.zeros(PARAMETERS)
        self.rows, self.kinds = np.empty((BATCH, 3)), np.empty(BATCH, dtype=np.int64)
        self.result = np.empty(1 + PARAMETERS + BATCH)
        self.losses, self.kept = np.empty(steps), np.empty((steps, kept))


def stretch(
    memory: Memory, *, steps: int, moved: int, is_sum: bool = False, largest: float = inf,
    order: Any = ORDER, of: Callable[..., tuple[float, Any, Any]] = program,
    by: Callable[..., tuple[Any, Any, Any]] = adam,
) -> tuple[int, Callable[[Any], float]]:  # fmt: skip
    """A stretch of steps: how many are whole, and the length of gradients."""

    def step(*given: int) -> None:
        """The step of the program."""
        rows, kinds = (ROWS, KINDS) if order is None else (memory.rows, memory.kinds)
        loss, slopes, others = of(memory.numbers, rows[: given[4]], kinds[: given[4]])
        memory.result[: 1 + PARAMETERS + given[4]] = [loss, *slopes, *others]

    called = STEP(step)
    rule = update_rule(by, ["w", "g", "m", "s"], ["rate", "steps"])
    shared = np.array([rule.shared_numbers(0.01, i) for i in range(1, steps + 1)])
    inputs = np.array([each.ctypes.data for each in (ROWS, KINDS)])
    batch = np.array([each.ctypes.data for each in (memory.rows, memory.kinds)])
    words = np.array([
        memory.numbers.ctypes.data, inputs.ctypes.data, 0 if order is None else order.ctypes.data,
        inputs.ctypes.data if order is None else batch.ctypes.data,
        ctypes.cast(called, ctypes.c_void_p).value, 0, memory.result.ctypes.data,
        memory.losses.ctypes.data, shared.ctypes.data, memory.kept.ctypes.data,
        steps, BATCH, COUNT, shared.shape[1], memory.kept.shape[1], is_sum,
        np.float64(largest).view(np.int64),
        memory.m.ctypes.data, memory.s.ctypes.data,
    ])  # fmt: skip
    assert len(words) == len(WORDS) + 2
    code = MACHINE.compiled(stretch_text(rule, StretchLayout((3, 1), PARAMETERS, moved)))
    whole, real = (ctypes.CFUNCTYPE(kind, ctypes.c_void_p)
                   for kind in (ctypes.c_int64, ctypes.c_double))  # fmt: skip
    norm = real(code.address("norm"))

    def length(gradient: Any) -> float:
        """The length of a gradient."""
        assert code, "the function is there as long as its code"
        found: float = norm(np.ascontiguousarray(gradient).ctypes.data)
        return found

    return whole(code.address("stretch"))(words.ctypes.data), length


@pytest.mark.parametrize("moved", [PARAMETERS, 8, 7])
@pytest.mark.parametrize("is_sum", [False, True])
@pytest.mark.parametrize("largest", [inf, 1.5, 1e9])
@pytest.mark.parametrize("kept", [0, BATCH])
def test_a_stretch_is_its_steps(moved: int, is_sum: bool, largest: float, kept: int) -> None:
    """Batches in their order, the gradient scaled and shortened, and the rule."""
    memory = Memory(7, kept)
    done, norm = stretch(memory, steps=7, moved=moved, is_sum=is_sum, largest=largest)
    assert done == 7
    numbers, m, s = START.copy(), np.zeros(moved), np.zeros(moved)
    for i in range(7):
        places = ORDER[i * BATCH : (i + 1) * BATCH]
        assert len(places) == (BATCH if i < 6 else 4)
        loss, slopes, others = program(numbers, ROWS[places], KINDS[places])
        slopes = len(places) * slopes if is_sum else slopes
        length = norm(slopes[:moved])
        assert length == pytest.approx(np.linalg.norm(slopes[:moved]), rel=1e-15)
        if largest < length:
            slopes[:moved] = slopes[:moved] / length * largest
        numbers[:moved], m, s = adam(numbers[:moved], slopes[:moved], m, s, 0.01, i + 1)
        assert memory.losses[i] == loss
        some = min(kept, len(places))
        assert memory.kept[i, :some].tolist() == others[:some].tolist()
    assert memory.numbers.tolist() == numbers.tolist()
    assert memory.result[1 : 1 + PARAMETERS].tolist() == slopes.tolist()
    assert memory.m.tolist() == [*m, *[0.0] * (PARAMETERS - moved)]
    assert memory.s.tolist() == [*s, *[0.0] * (PARAMETERS - moved)]


def test_two_less_is_no_square() -> None:
    """Only a power with such an exponent is a root, the number itself, or a square."""
    memory = Memory(1, 0)

    def less(w: Any, g: Any, m: Any, s: Any, *_: Any) -> tuple[Any, Any, Any]:
        """A rule that subtracts numbers."""
        return w - 2.0 - 0.0 * g, m - 1.0, s - 0.5

    assert stretch(memory, steps=1, moved=PARAMETERS, by=less)[0] == 1
    assert memory.numbers.tolist() == (START - 2.0).tolist()
    assert {*memory.m, *memory.s} == {-1.0, -0.5}


def test_without_an_order_examples_are_where_they_are() -> None:
    """All of them are a batch, time after time."""
    memory = Memory(3, 0)
    memory.rows[:] = memory.kinds[:] = 0
    assert stretch(memory, steps=3, moved=PARAMETERS, order=None)[0] == 3
    assert not memory.rows.any()
    assert memory.losses[0] == program(START, ROWS[:BATCH], KINDS[:BATCH])[0]


@pytest.mark.parametrize("bad", [inf, -inf, nan])
def test_a_gradient_without_a_length_is_not_shortened(bad: float) -> None:
    """The stretch ends before it moves anything."""
    calls: list[Any] = []

    def breaking(numbers: Any, rows: Any, kinds: Any) -> tuple[float, Any, Any]:
        """The third gradient is bad."""
        calls.append(numbers.copy())
        loss, slopes, others = program(numbers, rows, kinds)
        slopes[4] = bad if len(calls) == 3 else slopes[4]
        return loss, slopes, others

    memory = Memory(5, 0)
    assert stretch(memory, steps=5, moved=8, largest=1e9, of=breaking)[0] == 2
    assert memory.numbers.tolist() == calls[2].tolist()
    assert repr(memory.result[5]) == repr(np.float64(bad))
    calls.clear()
    memory = Memory(5, 0)
    assert stretch(memory, steps=5, moved=8, largest=inf, of=breaking)[0] == 5
    assert np.isnan(memory.numbers[4])


@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1.0, 1e200, 1e306])
def test_lengths_neither_overflow_nor_vanish(unit: float) -> None:
    """However large or small the numbers are."""
    _, norm = stretch(Memory(1, 0), steps=1, moved=PARAMETERS)
    slopes = np.zeros(PARAMETERS)
    assert norm(slopes) == 0.0
    slopes[[2, 28]] = 3 * unit, -4 * unit
    assert norm(slopes) == pytest.approx(5 * unit, rel=1e-15)
    assert norm(np.full(PARAMETERS, 1e308)) == inf


def test_what_a_rule_may_do() -> None:
    """Operations that cost about as much as a sum, and roots and squares; not other powers."""

    def rule(w: Any, g: Any) -> tuple[Any, ...]:
        """Some of each."""
        return (w - abs(g) ** 0.5 + g**2 - (-g) ** 1 if (g > 0) and (w < 1) else w, g)

    assert not lacking(update_rule(rule, ["w", "g"], []))
    assert lacking(update_rule(lambda w, g: (w**3 + g**g,), ["w", "g"], [])) == {"pow"}
    assert lacking(update_rule(lambda w, g: (w + g.exp(),), ["w", "g"], [])) == {"exp"}
