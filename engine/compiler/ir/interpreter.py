"""The reference interpreter: each instruction computed by NumPy in the plainest way.

`interpret(program, parameters, inputs)` is slow and short. Other back ends are checked against it,
and `constant_of` folds constants with it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..arrays import np
from ..kinds import Call, Given, InnerProgram, kind_of
from ..kinds.instruction import Instruction

# step(given, inputs) -> the outputs of a program, for all parameters in a row and arrays of inputs.
ProgramStep = Callable[[Any, Any], Any]


def interpret(
    program: InnerProgram, parameters: Any, inputs: Sequence[Any], *, examples: int = 1
) -> list[Any]:
    """The outputs of a program; where it has examples, they are the first axis of its inputs.

    `examples` is the number of examples for a program without such inputs.
    """
    counts = [len(inputs[each.detail.number]) for each in program.instructions
              if each.kind == "input" and each.examples]  # fmt: skip
    given = Given(parameters, inputs, max(counts, default=examples))
    results: list[Any] = []
    with np.errstate(all="ignore"):
        for each in program.instructions:
            read = [program.instructions[i] for i in each.inputs]
            results.append(_computed(each, read, [results[i] for i in each.inputs], given))
    return [results[i] for i in program.outputs]


def constant_of(instruction: Instruction, read: Sequence[Instruction]) -> Any:
    """The result of an instruction whose inputs are all constants."""
    with np.errstate(all="ignore"):
        return _computed(instruction, read, [each.detail.array for each in read], Given((), (), 1))


def _computed(
    instruction: Instruction, read: Sequence[Instruction], arrays: Sequence[Any], given: Given
) -> Any:
    return kind_of(instruction.kind).meaning(Call(instruction, read, arrays, given, interpret))
