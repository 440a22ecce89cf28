"""When each result of a program is computed: before all examples, for a block of them, or after.

Sums over examples grow from block to block, and are known after the last one. All blocks go
forward and backward at once, while their numbers are in the cache.
"""

from ...kinds.kind import InnerProgram
from ...kinds.loops import loop_of

# As the functions of a step are called.
BEFORE, BLOCK, AFTER = "before", "block", "after"


def phases_of(program: InnerProgram) -> list[str]:
    """The phase in which each result is computed."""
    made, phases = program.instructions, list[str]()
    for number, each in enumerate(made):
        if each.examples or is_total(program, number):
            phases.append(BLOCK)
        else:
            late = any(phases[i] == AFTER or is_total(program, i) for i in each.inputs)
            phases.append(AFTER if late else BEFORE)
    return phases


def is_total(program: InnerProgram, number: int) -> bool:
    """Whether a result is a sum over all examples."""
    each = program.instructions[number]
    return not each.examples and any(program.instructions[i].examples for i in each.inputs)


def reads_totals(program: InnerProgram) -> bool:
    """Whether something that differs by example depends on a sum over all of them."""
    made, phases = program.instructions, phases_of(program)
    return any(
        each.examples or is_total(program, number)
        for number, each in enumerate(made)
        for i in each.inputs
        if not made[i].examples and (phases[i] == AFTER or is_total(program, i))
    )


def adds_examples_inside(program: InnerProgram) -> bool:
    """Whether a step of a loop has a sum over all examples, which is known after all blocks."""
    bodies = [loop.body for each in program.instructions if (loop := loop_of(each))]
    return any(
        adds_examples_inside(body) or any(is_total(body, i) for i in range(len(body.instructions)))
        for body in bodies
    )
