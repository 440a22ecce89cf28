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
_COUNTED = ", ".join(f"i64 %{name}" for name in ("first", "count", "examples"))

# A function with more lines is long, and what follows is written in another one: LLVM needs four
# times as long for twice as many lines. After the first _FEW they are shorter: there, compiling
# takes long, and a call takes little beside all else.
_LONG, _FEW, _SHORTER = 4000, 4, 1000


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
    """Write the function of one phase; a long one in parts, which it calls in order."""
    name = f"{NAME}_{phase}"
    first, *others = _parts(module, layout, phase)
    if others:
        whole = FunctionBuilder(module)
        for i, part in enumerate((first, *others)):
            _define(module, f"{name}_{i + 1}", part)
            whole.line(f"call void @{name}_{i + 1}({_GIVEN}, {_COUNTED})")
        first = whole
    _define(module, name, first)


def _parts(module: ModuleText, layout: MemoryLayout, phase: str) -> list[FunctionBuilder]:
    """What one phase does, in order: each part is a function that is not long."""
    names = layout.program.names
    parts = [Context(layout, FunctionBuilder(module))]

    def here() -> Context:
        """Where the next instruction is written."""
        if parts[-1].builder.length > (_LONG if len(parts) <= _FEW else _SHORTER):
            parts.append(Context(layout, FunctionBuilder(module)))
        return parts[-1]

    for number in layout.kept:
        if layout.phases[number] == phase:
            finished = layout.finished.get(number)
            of = "" if finished is None else f", which finishes {names[finished]} in registers"
            context = here()
            context.builder.line(f"; {names[number]}{of}")
            layout.begin()
            emit(context, number)
        elif phase == BEFORE and layout.begins(number):
            filled(here(), number, 0.0)
    for output in layout.outputs:
        examples = layout.program.instructions[output.number].examples
        if examples and phase == BLOCK:
            arguments.write_rows(here(), output)
        elif not examples and phase == AFTER:
            arguments.write_output(here(), output)
    return [each.builder for each in parts]


def _define(module: ModuleText, name: str, builder: FunctionBuilder) -> None:
    """Define the function of a phase, or of a part of it."""
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
