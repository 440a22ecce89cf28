"""Loops in NumPy: the statements of a body, on the rows of arrays.

    for t in range(800):
        h_before = h[t]
        input_0_t = input_0[t]
        hidden = h[t + 1]
        np.dot(w, h_before, out=product)
        np.add(product, input_0_t, out=add)
        np.tanh(add, out=hidden)

What a step gives is computed in its row, if that can be.
"""

from collections.abc import Callable, Iterator

from ..ir.program import body_names
from ..kinds import LEAF, kind_of
from ..kinds.instruction import Instruction
from ..kinds.loops import (
    Addressed,
    Carried,
    Earlier,
    Loop,
    Sliced,
    row_in_words,
    source_in_words,
    steps_in_words,
)
from ..kinds.ufuncs import TRUTHS
from .buffers import LASTING, ROW, has_memory
from .lines import Inside, StepLines, commented, lengths_of


def loop_statement(
    lines: StepLines, number: int, each: Instruction, write: Callable[[StepLines], None]
) -> str:
    """The statement of a loop, whose body `write` writes; it is long, and added to `lines`."""
    name, loop = lines.names[number], each.detail
    if loop.lag:
        rows = f"{loop.steps}:" if loop.backward else f":{loop.lag}"
        lines.body.append(f"{name}[{rows}] = {lines.beside(each.inputs[0], each)}")
    inner = _lines(lines, number, each)
    index = _index(inner)
    head = [*_sources(inner, lines, number, index), *_rows(inner, name, loop, index)]
    write(inner)
    lines.body.append(commented(f"{steps_in_words(loop, index)}:", each))
    body = [*head, *inner.body, *_copies(inner, name, each, index)]
    lines.body += [f"    {line}" for line in body]
    return ""


def _lines(lines: StepLines, number: int, each: Instruction) -> StepLines:
    """The lines of the body, without any statement."""
    loop, read = each.detail, [lines.name(i) for i in each.inputs]
    names = body_names(each, lines.names[number], read, lines.shared.hidden)
    arrays, sliced = {}, set[int]()
    for i, one in enumerate(loop.body.instructions):
        source = loop.sources[one.detail.number] if one.kind == "input" else Carried(0)
        if not isinstance(source, Earlier):
            arrays[i] = each.inputs[source.slot]
            sliced |= {i} if isinstance(source, Sliced) else set()
    depth = lines.inside.depth + 1 if lines.inside else 1
    inside = Inside(lines, arrays, sliced, _in_rows(each), depth)
    return StepLines(loop.body, names, inside)


def _index(inner: StepLines) -> str:
    """The name of the number of a step: t, t2 in a loop in a loop."""
    depth = inner.inside.depth if inner.inside else 1
    index = f"t{depth}" if depth > 1 else "t"
    return f"{index}_" if index in inner.shared.hidden else index


def _in_rows(made: Instruction) -> set[int]:
    """The outputs of a body that can be computed in the row of a step."""
    loop = made.detail
    return {i for i in loop.body.outputs if _is_in_row(loop.body.instructions[i], made)
            and loop.body.outputs.count(i) == 1}  # fmt: skip


def _is_in_row(each: Instruction, made: Instruction) -> bool:
    """Whether an instruction can write to a part of a row of the loop `made`."""
    is_kept = each.kind in LASTING or each.kind in TRUTHS or kind_of(each.kind).role == LEAF
    return has_memory(each) and not is_kept and each.examples == made.examples


def _sources(inner: StepLines, lines: StepLines, number: int, index: str) -> Iterator[str]:
    """The statements that name what changes from step to step."""
    each = lines.made[number]
    loop, read = each.detail, [lines.name(i) for i in each.inputs]
    for i, one in enumerate(loop.body.instructions):
        if one.kind != "input":
            continue
        source = loop.sources[one.detail.number]
        text = source_in_words(loop, one, lines.names[number], read, index)
        if isinstance(source, Addressed):
            spots = source.spots(loop.width)
            spot = ", ".join(
                f"{inner.constant(f'{inner.names[i]}_{axis}_', each)}[{index}]"
                for axis, each in zip(("rows", "columns"), spots, strict=True)
            )
            yield f"{inner.names[i]} = {lines.names[number]}[{spot}{', None' * len(one.shape)}]"
        elif isinstance(source, Carried):
            yield f"{inner.names[i]} = {text}{_reshaped(one)}"
        elif isinstance(source, Sliced):
            yield f"{inner.names[i]} = {text}"


def _rows(inner: StepLines, name: str, loop: Loop, index: str) -> Iterator[str]:
    """The statements that name the parts of a row that results are computed in."""
    for i, columns in zip(loop.body.outputs, loop.columns, strict=True):
        if inner.storages[i].how == ROW:
            each = inner.made[i]
            yield f"{inner.names[i]} = {_part(name, loop, columns, each, index)}{_reshaped(each)}"


def _copies(inner: StepLines, name: str, made: Instruction, index: str) -> Iterator[str]:
    """The statements that copy all other results to the row."""
    loop = made.detail
    for i, columns in zip(loop.body.outputs, loop.columns, strict=True):
        each = inner.made[i]
        if inner.storages[i].how != ROW:
            numbers = inner.flat(i) if len(each.shape) > 1 else inner.name(i)
            is_repeated = made.examples and not each.examples and each.shape
            column = "[:, None]" if is_repeated else ""
            yield f"{_part(name, loop, columns, each, index)} = {numbers}{column}"


def _part(name: str, loop: Loop, columns: range, each: Instruction, index: str) -> str:
    """The columns of the row of a step that an output has, as an expression."""
    row = row_in_words(name, loop.first_row, index)
    if not each.shape:
        return f"{row}, {columns.start}]"
    is_all = len(columns) == loop.width
    return f"{row}]" if is_all else f"{row}, {columns.start}:{columns.stop}]"


def _reshaped(each: Instruction) -> str:
    """A part of a row in the shape of a result, as the end of an expression."""
    return "" if len(each.shape) < 2 else f".reshape({lengths_of(each)})"
