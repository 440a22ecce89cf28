"""A program in machine code, and its steps, each with memory of its own."""

import ctypes
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ...system.computed import cached_property
from ..arrays import np
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.strips import strip_of
from ..rows.updates import UpdateRule
from .descent.native import MachineStep, NativeDescent
from .descent.update_steps import lacking
from .kept_programs import KeptCode, keep_made, made_before, program_key
from .llvm.jit import MACHINE, Code, Target
from .module import CALL, NAME, llvm_module
from .plan.layout import MemoryLayout
from .plan.memory import Output, StepMemory, address_of, aligned, result_size
from .rooms import OutputPlace, Room, RoomSizes


class NativeProgram:
    """A program in machine code.

    `program` is legalized: it has no function in Python. Nothing is compiled before the first step.
    Without a `target`, it is for this processor.
    """

    def __init__(self, program: Program, target: Target | None = None) -> None:
        self.program = program
        self._target = target

    @cached_property
    def _module(self) -> tuple[str, MemoryLayout]:
        return llvm_module(self.program, (self._target or MACHINE.target).registers)

    @property
    def text(self) -> str:
        """The program in LLVM's language."""
        return self._module[0]

    @property
    def layout(self) -> MemoryLayout:
        """Where the results are."""
        return self._module[1]

    @property
    def code(self) -> Code:
        """The machine code."""
        return self._made.code

    @property
    def memory(self) -> StepMemory:
        """The memory that a step needs."""
        return StepMemory(self.program, self._made.size)

    @cached_property
    def _made(self) -> KeptCode:
        """What is compiled: found by the program itself, if it was compiled before."""
        target = self._target or MACHINE.target
        key = program_key(self.program, target)
        found = made_before(key, target)
        if found is None:
            found = KeptCode(MACHINE.compiled(self.text, target), self.layout.size)
            keep_made(key, MACHINE.key(self.text, target), self.layout.size)
        return found

    @property
    def strip(self) -> int:
        """How many examples a step had best be given at a time.

        It takes them in blocks by itself, and needs memory for its outputs only.
        """
        return strip_of(result_size(self.program, 1) - result_size(self.program, 0))

    def step(self, examples: int) -> ProgramStep:
        """The function of parameters and inputs for `examples` examples, with its own memory."""
        if examples < 1:
            raise ValueError(f"there must be at least one example, got {examples}")
        call = _PROTOTYPE(self.code.address(NAME))
        return _step(call, self.code, self.memory, examples)

    def room(self, sizes: RoomSizes) -> Room:
        """The memory of a step of its own, with numbers in their places, and the step."""
        places = [_place(self.program, each, sizes.examples) for each in self.memory.outputs]
        return Room(self.code.address(CALL), self.code, self.memory, sizes, places)

    def descent(self, arrays: Sequence[Any], rule: UpdateRule, moved: int) -> NativeDescent | None:
        """Many steps in one call, by a rule; None if it has operations that are not there."""
        if lacking(rule):
            return None
        step = MachineStep(self.code.address(NAME), self.code, self.memory)
        return NativeDescent(self.program, step, rule, arrays, moved)

    def address(self, examples: int) -> int:
        """The address of `step(parameters, inputs, work, result)` for `examples` examples.

        It is there as long as this object is. Memory has the sizes `memory.size` and
        `memory.result_size(examples)`, and that of `work` begins as zeros.
        """
        if examples not in self._fixed:
            text = _FIXED.format(address=self.code.address(NAME), examples=examples)
            self._fixed[examples] = MACHINE.compiled(text, keep=False)
        return self._fixed[examples].address("glassgrad_fixed")

    @cached_property
    def _fixed(self) -> dict[int, Code]:
        return {}


# A step for one number of examples.
_FIXED = """\
define void @glassgrad_fixed(ptr %parameters, ptr %inputs, ptr %work, ptr %result) {{
  %step = inttoptr i64 {address} to ptr
  call void %step(ptr %parameters, ptr %inputs, ptr %work, ptr %result, i64 {examples})
  ret void
}}
"""

_PROTOTYPE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4, ctypes.c_int64)


def _step(call: Callable[..., None], code: Code, memory: StepMemory, examples: int) -> ProgramStep:
    """The step by the machine code `code`, which is there as long as the step is."""
    work, size = aligned(memory.size), memory.result_size(examples)
    kinds = _kinds(memory.program)
    places = [_place(memory.program, output, examples) for output in memory.outputs]
    held = (code, work, address_of(work))

    def step(given: Any, inputs: Sequence[Any]) -> Any:
        """The outputs as a tuple; a single output by itself."""
        *_, at_work = held
        row, result = np.ascontiguousarray(given, dtype=np.float64), np.empty(size)
        arrays = [np.ascontiguousarray(each, dtype=kind)
                  for each, kind in zip(inputs, kinds, strict=False)]  # fmt: skip
        pointers = (ctypes.c_void_p * len(kinds))(*(address_of(each) for each in arrays))
        call(address_of(row), pointers, at_work, address_of(result), examples)
        found = [result[each.start : each.end].reshape(each.shape) for each in places]
        return found[0] if len(found) == 1 else tuple(found)

    return step


def _place(program: Program, output: Output, examples: int) -> OutputPlace:
    """Where an output is in the result."""
    each = program.instructions[output.number]
    shape = (*each.shape, *([examples] if each.examples else []))
    start = output.fixed + output.each * examples
    return OutputPlace(start, start + prod(shape), shape)


def _kinds(program: Program) -> list[str | None]:
    """The type of the numbers of each array of inputs; None for one that is not read."""
    wanted = {each.detail.number: "i8" if each.detail.whole else "f8"
              for each in program.instructions if each.kind == "input"}  # fmt: skip
    return [wanted.get(i) for i in range(max(wanted, default=-1) + 1)]
