"""The statement of NumPy for an instruction, by its kind."""

from collections.abc import Callable
from itertools import islice
from math import prod

from ..kinds.details import TableLookup, letters_of_axes
from ..kinds.instruction import Instruction
from ..kinds.ufuncs import FUNCTIONS, TRUTHS
from ..kinds.views import View, whole
from ..rows.look_ups import looked_up
from .buffers import BUFFER, FRESH, SHARED
from .lines import StepLines, commented
from .loops import loop_statement
from .matmul import product_statement, sum_statement
from .running import running_statement

# The operators of operations on single numbers.
_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}

# How a row of a table is taken, and columns of it.
_TAKING = ("{}.take({})", ".take({}, 0)")


def _leaf(lines: StepLines, number: int, each: Instruction) -> str:
    name = lines.names[number]
    if each.kind == "parameters":
        lines.once(name, f"np.empty({each.detail.count})")
        return f"{name}[:] = given"
    if each.kind == "input" and lines.inside:
        return ""  # the loop around has named it
    if each.kind == "input":
        axes = ", ".join(map(str, (*range(1, len(each.shape) + 1), 0)))
        transpose = f".transpose({axes})" if each.examples and each.shape else ""
        return f"{name} = inputs[{each.detail.number}]{transpose}"
    if each.kind == "constant":
        if each.shape:
            lines.constant(name, each.detail.array)
        return ""
    lines.once(name, "np.float64(examples)")
    return ""


def _view(lines: StepLines, number: int, each: Instruction) -> str:
    text = lines.seen(each.inputs[0], each.detail)
    if lines.fresh[number]:
        return f"{lines.names[number]} = {text}"
    lines.once(lines.names[number], text)
    return ""


def _take(lines: StepLines, number: int, each: Instruction) -> str:
    name = lines.names[number]
    places = lines.constant(f"{name}_places_", each.detail.array)
    return f'{lines.flat(each.inputs[0])}.take({places}, 0, {name}, "clip")'


def _choice(lines: StepLines, number: int, each: Instruction) -> str:
    name = lines.names[number]
    return f"{name}[...] = {looked_up(lines, name, each.detail, each.inputs[0], _TAKING)}"


def _places(lines: StepLines, lookup: TableLookup, number: int, categories: int) -> str:
    """The name of the places that each example looks up, found once in a step."""
    if (lookup, categories) not in lines.found:
        name = lines.found[lookup, categories] = f"{lines.names[number]}_places_"
        lines.body.append(f"{name} = {looked_up(lines, name, lookup, categories, _TAKING)}")
    return lines.found[lookup, categories]


def _pick(lines: StepLines, number: int, each: Instruction) -> str:
    source, categories = each.inputs
    places = _places(lines, each.detail, number, categories)
    if lines.made[source].examples:
        places += f", {lines.once('every_', 'np.arange(examples)')}"
    return f"{lines.names[number]}[...] = {lines.flat(source)}[{places}]"


def _scatter(lines: StepLines, number: int, each: Instruction) -> str:
    """Distinct places are assigned; places that may be repeated are added up, by a count."""
    name, (source, categories) = lines.names[number], each.inputs
    gradient, detail = lines.name(source), each.detail
    places = _places(lines, detail.table, number, categories)
    if not detail.examples:
        counted = f"np.bincount({places}.reshape(-1), {gradient}.reshape(-1), {prod(detail.shape)})"
        return f"{lines.flat(number)}[:] = {counted}"
    lines.body.append(f"{name}.fill(0.0)")
    every = lines.once("every_", "np.arange(examples)")
    if not detail.table.repeats():
        return f"{lines.flat(number)}[{places}, {every}] = {gradient}"
    return f"np.add.at({lines.flat(number)}, ({places}, {every}), {gradient})"


def _expand(lines: StepLines, number: int, each: Instruction) -> str:
    return f"np.copyto({lines.names[number]}, {lines.beside(each.inputs[0], each)})"


def _segments(lines: StepLines, number: int, each: Instruction) -> str:
    name = lines.names[number]
    starts = lines.constant(f"{name}_starts_", each.detail.array)
    return f"np.add.reduceat({lines.name(each.inputs[0])}, {starts}, 0, None, {name})"


def _join(lines: StepLines, number: int, each: Instruction) -> str:
    parts = ", ".join(map(lines.name, each.inputs))
    return f"np.concatenate(({parts}), out={lines.names[number]})"


def _sum(lines: StepLines, number: int, each: Instruction) -> str:
    source = lines.made[each.inputs[0]]
    letters = "".join(islice(letters_of_axes(), len(source.shape)))
    kept = "".join(axis for i, axis in enumerate(letters) if i not in each.detail.axes)
    factor = lines.factor(each.inputs[0], letters)
    return sum_statement(factor, lines.factor(number, kept), lines.ones)


def _product(lines: StepLines, number: int, each: Instruction) -> str:
    left, right = (
        lines.factor(i, axes) for i, axes in zip(each.inputs, each.detail.terms, strict=True)
    )
    return product_statement(left, right, lines.factor(number, each.detail.kept))


def _assemble(lines: StepLines, number: int, each: Instruction) -> str:
    """The statements that copy parts to their places, except parts computed there."""
    name, parts = lines.names[number], lines.placements[number]
    if parts.is_filled:
        lines.fills.append(f"{name}.fill(0.0)")
    targets = each.detail.targets
    for slot in (*parts.assigned, *parts.added):
        part, target = lines.beside(each.inputs[slot], each), targets[slot]
        sign = "=" if slot in parts.assigned else "+="
        if not isinstance(target, View):
            places = lines.constant(f"{name}_places{slot}_", target.array)
            lines.body.append(f"{lines.flat(number)}[{places}] {sign} {part}")
        elif not target.shape:
            lines.body.append(f"{lines.flat(number)}[{target.offset}] {sign} {part}")
        else:
            is_whole = target == whole(each.shape)
            view = name if is_whole else lines.once(f"{name}_{slot}_", lines.seen(number, target))
            lines.body.append(f"{view}[...] = {part}" if slot in parts.assigned else
                             f"np.add({view}, {part}, out={view})")  # fmt: skip
    return ""


def _along(lines: StepLines, number: int, each: Instruction) -> str:
    """A reduction or accumulation along the last axis."""
    axis = len(lines.made[each.inputs[0]].shape) - 1
    how = "reduce" if each.kind == "reduce" else "accumulate"
    place = f", out={lines.names[number]}" if lines.storages[number].how != FRESH else ""
    equals = "" if place else f"{lines.names[number]} = "
    function = FUNCTIONS[each.detail.op.name]
    return f"{equals}np.{function}.{how}({lines.name(each.inputs[0])}, axis={axis}{place})"


def _running(lines: StepLines, number: int, each: Instruction) -> str:
    """An accumulation along the last axis; with examples, a loop over this axis."""
    if not each.examples:
        return _along(lines, number, each)
    name, terms = lines.names[number], lines.name(each.inputs[0])
    *rows, length = each.shape
    every, function = ":, " * len(rows), FUNCTIONS[each.detail.op.name]
    lines.body.append(f"{name}[{every}0] = {terms}[{every}0]")
    lines.body.append(f"for i_ in range(1, {length}):")
    operands = f"{name}[{every}i_ - 1], {terms}[{every}i_]"
    return f"    np.{function}({operands}, out={name}[{every}i_])"


def _later(lines: StepLines, number: int, each: Instruction) -> str:
    """Products of later factors; those at the end are 1, set when the memory is made."""
    name, factors = lines.names[number], lines.name(each.inputs[0])
    *rows, length = each.shape
    every = ":, " * len(rows)
    if each.examples:
        lines.body.append(f"for i_ in range({length - 2}, -1, -1):")
        operands = f"{name}[{every}i_ + 1], {factors}[{every}i_]"
        return f"    np.multiply({operands}, out={name}[{every}i_])"
    back = lines.once(f"{name}_back_", f"{name}[{every}-2::-1]")
    return f"np.multiply.accumulate({factors}[{every}::-1], axis={len(rows)}, out={back})"


def _where(lines: StepLines, number: int, each: Instruction) -> str:
    operands = ", ".join(lines.beside(i, each) for i in each.inputs)
    return f"{lines.names[number]} = np.where({operands})"


def _apply(lines: StepLines, number: int, each: Instruction) -> str:
    function = lines.kernel(each.detail)
    operands = ", ".join(_argument(lines, i, each) for i in each.inputs)
    place = "" if lines.storages[number].how == FRESH else "[...]"
    return f"{lines.names[number]}{place} = {function}({operands})"


def _argument(lines: StepLines, number: int, consumer: Instruction) -> str:
    """A result as an argument of a kernel; a plain number becomes one of NumPy's."""
    each, text = lines.made[number], lines.beside(number, consumer)
    return f"np.float64({text})" if each.kind == "constant" and not each.shape else text


def _operation(lines: StepLines, number: int, each: Instruction) -> str:
    """The statement of an operation number by number."""
    name, operands = lines.names[number], [_operand(lines, i, number) for i in each.inputs]
    if each.kind == "mul" and _is_outer(lines, number, each):
        column, row = sorted(each.inputs, key=lambda i: lines.made[i].shape[1])
        return f"np.dot({lines.name(column)}, {lines.name(row)}, out={name})"
    if lines.storages[number].how != FRESH:
        return f"np.{FUNCTIONS[each.kind]}({', '.join(operands)}, out={name})"
    if each.kind in _OPERATORS:
        return f"{name} = {operands[0]} {_OPERATORS[each.kind]} {operands[1]}"
    return f"{name} = np.{FUNCTIONS[each.kind]}({', '.join(operands)})"


def _operand(lines: StepLines, number: int, of: int) -> str:
    """An operand; for maximum and minimum, 0 as an array: NumPy takes half the time."""
    each, consumer = lines.made[number], lines.made[of]
    is_zero = each.kind == "constant" and not each.shape and lines.name(number) == "0.0"
    if is_zero and consumer.kind in ("maximum", "minimum") and lines.storages[of].how != FRESH:
        return lines.zeros(consumer)
    return lines.beside(number, consumer)


def _is_outer(lines: StepLines, number: int, each: Instruction) -> bool:
    """Whether a product is a column times a row, both longer than 1: BLAS takes less time."""
    shapes = [lines.made[i].shape for i in each.inputs]
    is_plain = all(lines.made[i].kind not in TRUTHS for i in each.inputs)
    is_free = lines.storages[number].how in (BUFFER, SHARED) and not each.examples
    outer = {(*each.shape[:1], 1), (1, *each.shape[1:])}
    is_long = len(each.shape) == 2 and 1 not in each.shape
    return is_plain and is_free and is_long and outer == {*shapes}


def _loop(lines: StepLines, number: int, each: Instruction) -> str:
    return loop_statement(lines, number, each, write_statements)


# statement(lines, number, instruction) -> the statement of an instruction, empty if none is needed.
# It may add lines before.
Statement = Callable[[StepLines, int, Instruction], str]

STATEMENTS: dict[str, Statement] = {
    "parameters": _leaf,
    "input": _leaf,
    "choice": _choice,
    "pick": _pick,
    "scatter": _scatter,
    "constant": _leaf,
    "count": _leaf,
    "view": _view,
    "take": _take,
    "expand": _expand,
    "segments": _segments,
    "join": _join,
    "sum": _sum,
    "product": _product,
    "assemble": _assemble,
    "where": _where,
    "with_ones": lambda *_: "",
    "reduce": _along,
    "accumulate": _running,
    "later": _later,
    "apply": _apply,
    "loop": _loop,
    "running": running_statement,
}


def statement(lines: StepLines, number: int) -> str:
    """The statement that computes instruction `number`; empty if none is needed."""
    each = lines.made[number]
    return STATEMENTS.get(each.kind, _operation)(lines, number, each)


def write_statements(lines: StepLines) -> None:
    """Write the statements of all instructions; a comment names the class of the scalar graph."""
    for number, each in enumerate(lines.made):
        lines.place(number)
        text = statement(lines, number)
        if text:
            lines.body.append(commented(text, each))
    lines.body = [*reversed(lines.fills), *lines.body]
