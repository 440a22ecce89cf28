"""The module of a program in LLVM's language: one function for each phase, and one for a step.

    step(parameters, inputs, work, result, examples)

Parameters are a row; inputs are pointers to arrays with the examples first. The function does not
depend on the number of examples: they come in blocks, and the last one may be smaller. The same
arguments in a row of words, for a caller to whom each argument costs time:

    call(words)
"""

from ..ir.program import Program
from .llvm.builder import FunctionBuilder
from .llvm.indices import Index, named
from .llvm.module import STEP, ModuleText
from .llvm.numbers import WHOLE
from .loops import arguments
from .loops.context import ARGUMENTS, EXAMPLES, Context
from .loops.copies import filled
from .loops.kinds import emit
from .plan.layout import MemoryLayout
from .plan.phases import AFTER, BEFORE, BLOCK

# The names of the function of a whole step, and of the one that is given words.
NAME, CALL = "glassgrad_step", "glassgrad_call"

_POINTERS = ("parameters", "inputs", "work", "result")
_GIVEN = ", ".join(f"ptr %{name}" for name in _POINTERS)


def llvm_module(program: Program, registers: int) -> tuple[str, MemoryLayout]:
    """The text of the module, and the memory that a step needs.

    Tiles are for a processor that holds so many vectors in `registers`.
    """
    module = ModuleText()
    layout = MemoryLayout(program, module.array, registers)
    for phase in (BEFORE, BLOCK, AFTER):
        _function(module, layout, phase)
    _step(module, layout)
    _call(module)
    return module.text, layout


def _function(module: ModuleText, layout: MemoryLayout, phase: str) -> None:
    """Write the function of one phase."""
    builder = FunctionBuilder(module)
    context = Context(layout, builder)
    names = layout.program.names
    for number in layout.kept:
        if layout.phases[number] == phase:
            finished = layout.finished.get(number)
            of = "" if finished is None else f", which finishes {names[finished]} in registers"
            builder.line(f"; {names[number]}{of}")
            layout.begin()
            emit(context, number)
        elif phase == BEFORE and layout.begins(number):
            filled(context, number, 0.0)
    for output in layout.outputs:
        examples = layout.program.instructions[output.number].examples
        if examples and phase == BLOCK:
            arguments.write_rows(context, output)
        elif not examples and phase == AFTER:
            arguments.write_output(context, output)
    name = f"{NAME}_{phase}"
    module.functions[name] = (
        f"define internal void @{name}({ARGUMENTS}) {STEP} {{\n{builder.body}\n  ret void\n}}\n"
    )


def _step(module: ModuleText, layout: MemoryLayout) -> None:
    """Write the function that computes all phases, block by block."""
    builder = FunctionBuilder(module)

    def phase(name: str, first: Index | int, count: Index | int) -> None:
        """Call the function of one phase."""
        texts = [f"i64 {builder.operand(each)}" for each in (first, count, EXAMPLES)]
        builder.line(f"call void @{NAME}_{name}({_GIVEN}, {', '.join(texts)})")

    phase(BEFORE, 0, 0)
    if BLOCK in layout.phases:
        with builder.loop(EXAMPLES, 0, layout.block) as first:
            left = builder.whole_named(EXAMPLES + first.times(-1))
            is_last = builder.whole_compare("less", left, builder.whole(layout.block))
            count = builder.selected(is_last, left, builder.whole(layout.block))
            phase(BLOCK, first, named(count.text))
    phase(AFTER, 0, 0)
    module.functions[NAME] = (
        f"define void @{NAME}({_GIVEN}, i64 %examples) {STEP} {{\n{builder.body}\n  ret void\n}}\n"
    )


def _call(module: ModuleText) -> None:
    """Write the function that takes the arguments of a step as words: addresses, and a number."""
    builder = FunctionBuilder(module)
    words = [builder.load("%words", i, kind=WHOLE) for i in range(len(_POINTERS) + 1)]
    for name, word in zip(_POINTERS, words, strict=False):
        builder.line(f"%{name} = inttoptr {word.typed} to ptr")
    builder.line(f"call void @{NAME}({_GIVEN}, {words[-1].typed})")
    module.functions[CALL] = (
        f"define void @{CALL}(ptr %words) {STEP} {{\n{builder.body}\n  ret void\n}}\n"
    )
