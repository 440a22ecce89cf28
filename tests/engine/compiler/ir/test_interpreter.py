"""What a program means: how many examples it is given."""

import numpy as np

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.kinds.details import Input


def test_examples_are_counted() -> None:
    """They are those of the inputs; without such inputs as many as one says, or a single one."""
    draft = Builder()
    count = draft.add("count")
    x = draft.add("input", detail=Input(0, (2,), examples=True))
    alone, beside = draft.program(count), draft.program(count, draft.add("exp", x))
    assert interpret(alone, [], []) == [1.0]
    assert interpret(alone, [], [], examples=7) == [7.0]
    assert interpret(beside, [], [np.ones((3, 2))], examples=7)[0] == 3.0
