"""The verifier: checks after every pass that the instructions of a program fit together."""

from collections.abc import Sequence

from ..kinds import InnerProgram, Kind, kind_of
from ..kinds.instruction import Instruction
from ..kinds.loops import loop_of
from .program import Program


def verify(program: Program) -> Program:
    """The same program, if its instructions fit together.

    Raises ValueError, naming the instruction, for an unknown kind, for an input that is not an
    earlier instruction, for a number of inputs, a detail, a shape or an axis of examples that the
    kind does not give, and for places beyond the end of an array; in bodies of loops too.
    """
    _verify(program)
    return program


def _verify(program: InnerProgram) -> None:
    """Raise ValueError unless the instructions of a program fit together, and of loops in it."""
    instructions = program.instructions
    for number, each in enumerate(instructions):
        try:
            _demand_earlier(each.inputs, number)
            if (loop := loop_of(each)) is not None:
                _verify(loop.body)
            _demand(each, [instructions[i] for i in each.inputs], kind_of(each.kind))
        except ValueError as error:
            name = each.label or each.kind
            raise ValueError(f"instruction {number}: {name} {error}") from error
    if not all(0 <= i < len(instructions) for i in program.outputs):
        raise ValueError(f"an output is not computed: {program.outputs}")


def _demand_earlier(inputs: Sequence[int], number: int) -> None:
    """Raise ValueError for an input that is not an instruction before this one."""
    if not all(0 <= i < number for i in inputs):
        raise ValueError(f"reads what is not computed before it: {inputs}")


def _demand(each: Instruction, read: Sequence[Instruction], kind: Kind) -> None:
    """Raise ValueError for an instruction that its kind does not allow."""
    shapes = [one.shape for one in read]
    if kind.arity is not None and len(read) != kind.arity:
        raise ValueError(f"reads {len(read)} arrays, and {each.kind} reads {kind.arity}")
    if not isinstance(each.detail, kind.detail or type(None)):
        raise ValueError(f"has the detail {each.detail!r}, which is none of {each.kind}")
    kind.demand(shapes, each.detail)
    if (shape := kind.shape(shapes, each.detail)) != each.shape:
        raise ValueError(f"has the shape {each.shape}, not {shape}")
    examples = kind.examples([one.examples for one in read], each.detail)
    if each.examples is not examples:
        has, wanted = ("an" if many else "no" for many in (each.examples, examples))
        raise ValueError(f"has {has} axis of examples, where {each.kind} gives {wanted} such axis")
