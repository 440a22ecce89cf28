"""The loops of every kind of instruction, against what its row means."""

from typing import Any

import numpy as np

from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds import KINDS
from engine.compiler.kinds.ufuncs import FORMULAS
from engine.compiler.native_backend.backend import NativeBackend
from engine.compiler.native_backend.program import NativeProgram
from engine.compiler.passes.differentiate import differentiated
from tests.engine.compiler.kinds.test_kinds import (
    EXAMPLES,
    NUMBERS,
    each_sample,
    number_of,
    sample_of,
)

BACKEND = NativeBackend()


def given(count: int) -> list[Any]:
    """Inputs and categories for so many examples."""
    rows = EXAMPLES[0] + 0.1 * np.arange(3)
    return [np.resize(rows, (count, 3)), np.resize(EXAMPLES[1], (count, 2))]


def demand(program: Program, *counts: int) -> None:
    """Compare a program with its meaning for some numbers of examples, twice in one memory."""
    built = NativeProgram(program)
    for count in counts:
        step = built.step(count)
        expected = interpret(program, NUMBERS, given(count), examples=count)
        for _ in range(2):
            found = step(NUMBERS, given(count))
            for ours, theirs in zip(found if len(expected) > 1 else [found], expected, strict=True):
                wanted = np.broadcast_to(np.asarray(theirs, dtype=float), ours.shape)
                np.testing.assert_allclose(ours, wanted, rtol=1e-13, atol=1e-14)


@each_sample
def test_machine_code_computes_what_a_row_means(kind: str, sample: Any) -> None:
    """The instruction itself, a number that depends on it, and the derivatives of that.

    One example fills no vector, 9 fill one and a rest, 130 some blocks and a rest.
    """
    draft, made = sample_of(kind, sample)
    programs = [verify(draft.program(made)), number_of(draft, made)]
    if KINDS[kind].pullback is not None:
        programs.append(verify(differentiated(number_of(draft, made), 12)))
    for program in programs:
        legal = BACKEND.legalized(program)
        if kind == "apply":
            assert BACKEND.lacks(legal) == (
                "'tanh' cannot be followed with symbols, and must be called in Python")  # fmt: skip
            continue
        if kind == "loop" and BACKEND.lacks(legal):
            assert BACKEND.lacks(legal) == "a loop adds up all examples in its steps"
            continue
        assert BACKEND.lacks(legal) == ""
        demand(legal, 1, 9, 130)


def test_every_formula_is_followed() -> None:
    """Those that NumPy lacks are written out; what it calls number by number is there."""
    for kind in (*FORMULAS, "erf", "erfc"):
        draft, made = sample_of(kind)
        assert BACKEND.lacks(BACKEND.legalized(draft.program(made))) == ""
