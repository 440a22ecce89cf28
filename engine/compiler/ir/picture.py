"""The picture of an array program: a box for each instruction, an arrow for each input.

A view has no box: the text of an arrow names the part of the array, and its shape. Parameters,
inputs and constants are drawn beside each instruction that reads them. Forward results that the
gradient reads are repeated there in grey, by name. Plain numbers are written in the box itself.
"""

from ...drawing.scene import Box, Edge, Scene
from ...notation import operand
from ...scope import Scope
from ...typesetting.themes import PLAIN
from ..kinds import LEAF, kind_of
from ..kinds.instruction import Instruction
from ..kinds.reads import seen_text
from .program import Program


def program_scene(program: Program) -> Scene:
    """The scene of a program, for `draw`."""
    boxes: list[Box] = []
    edges: list[Edge] = []
    names = program.names
    for number, each in enumerate(program.instructions):
        is_seen = kind_of(each.kind).role != LEAF and each.kind != "view"
        if is_seen or number in program.outputs:
            boxes.append(_box(program, number, names))
            for i in each.inputs if is_seen else ():
                _connect(program, number, i, names, boxes, edges)
    many = any(each.examples for each in program.instructions)
    caption = ("N is the number of examples",) if many else ()
    return Scene("the program", "TB", tuple(boxes), tuple(edges), caption)


def _connect(
    program: Program, number: int, i: int, names: list[str], boxes: list[Box], edges: list[Edge]
) -> None:
    """Draw the arrow from input `i` to instruction `number`, and a box for a leaf beside it."""
    source, text = i, ""
    instruction = program.instructions[i]
    if instruction.kind == "view" and i not in program.outputs:
        source = instruction.inputs[0]
        shape = program.instructions[source].shape
        text = seen_text("", shape, instruction.detail, "N" * instruction.examples)
    each = program.instructions[source]
    if _is_number(each):
        return
    tail = f"n{source}"
    is_leaf = kind_of(each.kind).role == LEAF
    if is_leaf or source <= program.outputs[0] < number:
        tail = f"n{number}_{len(edges)}"
        lines = (f"{names[source]}{text}", _size(program.instructions[i]))
        kind, scope = "leaf" if is_leaf else "more", _scope(program, number)
        boxes.append(Box(tail, kind, tuple(filter(None, lines)), scope, PLAIN, names[source]))
        text = ""
    hint = f"{names[source]} into {names[number]}"
    edges.append(Edge(f"e{len(edges)}", tail, f"n{number}", text, PLAIN, hint))


def _box(program: Program, number: int, names: list[str]) -> Box:
    """The box of one instruction: its name, its computation, and its shape."""
    each = program.instructions[number]
    read = [program.instructions[i] for i in each.inputs]
    operands = [_number(one) if _is_number(one) else "·" for one in read]
    text = program.in_words(number, operands)
    kind = "output" if number in program.outputs else "operation"
    lines = tuple(filter(None, (names[number], text, _size(each))))
    hint = each.origin or names[number]
    return Box(f"n{number}", kind, lines, _scope(program, number), PLAIN, hint)


def _is_number(each: Instruction) -> bool:
    """Whether an instruction is a plain number."""
    return each.kind in ("constant", "count") and not each.shape


def _number(each: Instruction) -> str:
    """A plain number in writing."""
    if each.kind == "constant":
        return operand(each.detail.array.item())
    return "N"


def _size(each: Instruction) -> str:
    """The shape of a result."""
    return " × ".join([*map(str, each.shape), *["N"] * each.examples])


def _scope(program: Program, number: int) -> Scope:
    """The frame of an instruction: the scope of its class; `gradient` for all gradients."""
    each = program.instructions[number]
    if number > program.outputs[0]:
        return ("gradient",)
    if each.kind == "with_ones":
        return _scope(program, each.inputs[0])
    return tuple(each.origin.split(" / ")[:-1])
