"""The expression in JAX for an instruction, by its kind.

JAX's arrays do not change, so an instruction is one expression, and XLA decides on memory.
"""

from collections.abc import Callable
from math import prod

from ..arrays import Ints, np
from ..kinds.details import TableLookup, places_of
from ..kinds.instruction import Instruction
from ..kinds.ufuncs import FUNCTIONS
from ..kinds.views import in_numpy, is_slice
from ..rows.look_ups import looked_up
from .lines import JaxLines, shape_of
from .loops import loop_expression, running_expression

# The operators of operations on numbers.
_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}

# The column of comments.
_MARGIN = 72

# How a row of a table is taken, and columns of it.
_TAKING = ("jnp.asarray({})[{}]", "[{}]")

# For operations that have them, the functions along an axis: the last result, and all of them.
_ALONG = {"maximum": ("jnp.max", "jax.lax.cummax"), "minimum": ("jnp.min", "jax.lax.cummin")}


def _input(_: JaxLines, __: int, each: Instruction) -> str:
    text = f"inputs[{each.detail.number}]"
    return f"jnp.moveaxis({text}, 0, -1)" if each.examples and each.shape else text


def _view(lines: JaxLines, number: int, each: Instruction) -> str:
    """A slice, or the numbers at places where that cannot be."""
    (source,) = each.inputs
    read = lines.made[source]
    if not is_slice(each.detail, prod(read.shape)):
        places = lines.constant(f"{lines.names[number]}_places_", each.detail.places)
        return f"{lines.flat(source)}[{places}]"
    return in_numpy(lines.array(source), read.shape, each.detail, "examples" * each.examples)


def _take(lines: JaxLines, number: int, each: Instruction) -> str:
    places = lines.constant(f"{lines.names[number]}_places_", each.detail.array)
    return f"{lines.flat(each.inputs[0])}[{places}]"


def _choice(lines: JaxLines, number: int, each: Instruction) -> str:
    return looked_up(lines, lines.names[number], each.detail, each.inputs[0], _TAKING)


def _places(lines: JaxLines, number: int, lookup: TableLookup, categories: int) -> str:
    """The name of the places that each example looks up."""
    name = f"{lines.names[number]}_places_"
    text = looked_up(lines, lines.names[number], lookup, categories, _TAKING)
    lines.body.append(f"{name} = {text}")
    return name


def _pick(lines: JaxLines, number: int, each: Instruction) -> str:
    source, categories = each.inputs
    places = _places(lines, number, each.detail, categories)
    every = ", jnp.arange(examples)" * lines.made[source].examples
    return f"{lines.flat(source)}[{places}{every}]"


def _scatter(lines: JaxLines, number: int, each: Instruction) -> str:
    source, categories = each.inputs
    places, detail = _places(lines, number, each.detail.table, categories), each.detail
    every = ", jnp.arange(examples)" * detail.examples
    zeros = f"jnp.zeros(({prod(detail.shape)},{' examples' * detail.examples}))"
    text = f"{zeros}.at[{places}{every}].add({lines.name(source)})"
    return text if len(detail.shape) == 1 else f"{text}.reshape{shape_of(each)}"


def _expand(lines: JaxLines, _: int, each: Instruction) -> str:
    return f"jnp.broadcast_to({lines.beside(each.inputs[0], each)}, {shape_of(each)})"


def _segments(lines: JaxLines, number: int, each: Instruction) -> str:
    """The sums of segments, each number told by that of its segment."""
    (source,), starts = each.inputs, each.detail.array
    lengths = np.diff(np.append(starts, lines.made[source].shape[0]))
    segment = np.repeat(np.arange(len(starts)), lengths)
    segments = lines.constant(f"{lines.names[number]}_segments_", segment)
    called = f"{lines.array(source)}, {segments}, {len(starts)}, indices_are_sorted=True"
    return f"jax.ops.segment_sum({called})"


def _join(lines: JaxLines, _: int, each: Instruction) -> str:
    return f"jnp.concatenate([{', '.join(map(lines.array, each.inputs))}])"


def _with_ones(lines: JaxLines, _: int, each: Instruction) -> str:
    array = lines.array(each.inputs[0])
    parts = [array, f"jnp.ones_like({array}[:1])"][:: -1 if each.detail.first else 1]
    return f"jnp.concatenate([{', '.join(parts)}])"


def _sum(lines: JaxLines, _: int, each: Instruction) -> str:
    (source,), (axes, examples) = each.inputs, each.detail
    has_examples = lines.made[source].examples
    along = (*axes, *[-1] * (examples and has_examples))
    text = f"{lines.array(source)}.sum({along[0] if len(along) == 1 else along})"
    return f"{text} * examples" if examples and not has_examples else text


def _product(lines: JaxLines, _: int, each: Instruction) -> str:
    axes = [f"{letters}{'Z' * lines.made[i].examples}"
            for i, letters in zip(each.inputs, each.detail.terms, strict=True)]  # fmt: skip
    left, right = map(lines.name, each.inputs)
    kept = f"{each.detail.kept}{'Z' * each.examples}"
    return f'jnp.einsum("{",".join(axes)}->{kept}", {left}, {right})'


def _assemble(lines: JaxLines, number: int, each: Instruction) -> str:
    """Parts in their places: one after another in their order, or added up where they overlap."""
    name, size = lines.names[number], prod(each.shape)
    rows = [lines.full(i, each) for i in each.inputs]
    targets = [places_of(target).reshape(-1) for target in each.detail.targets]
    places = np.concatenate([np.zeros(0, dtype=np.int64), *targets])
    if len(np.unique(places)) < len(places):
        lines.body.append(f"{name} = jnp.zeros(({size},{' examples' * each.examples}))")
        for slot, (row, target) in enumerate(zip(rows, targets, strict=True)):
            at = lines.constant(f"{name}_places{slot}_", target)
            lines.body.append(f"{name} = {name}.at[{at}].add({row})")
        text = name
    else:
        text = _ordered(lines, each, rows, places, f"{name}_order_")
    return text if len(each.shape) == 1 else f"{text}.reshape{shape_of(each)}"


def _ordered(lines: JaxLines, each: Instruction, rows: list[str], places: Ints, name: str) -> str:
    """The numbers of some rows at distinct places, and 0 where there is none."""
    size, count = prod(each.shape), len(places)
    order = np.full(size, count)
    order[places] = np.arange(count)
    if count < size:
        rows = [*rows, f"jnp.zeros((1,{' examples' * each.examples}))"]
    text = rows[0] if len(rows) == 1 else f"jnp.concatenate([{', '.join(rows)}])"
    if np.array_equal(order, np.arange(size)):
        return text
    return f"{text}[{lines.constant(name, order)}]"


def _along(lines: JaxLines, _: int, each: Instruction) -> str:
    """A reduction or accumulation along the last axis; nan where one of its numbers is nan.

    XLA's functions for processors lose nan from 2,048 numbers side by side on.
    """
    array, axis = lines.array(each.inputs[0]), len(lines.made[each.inputs[0]].shape) - 1
    reduced, accumulated = _ALONG[each.detail.op.name]
    if each.kind == "reduce":
        is_nan, function = f"jnp.isnan({array}).any({axis})", reduced
    else:
        is_nan, function = f"jnp.isnan({array}).cumsum({axis}) > 0", accumulated
    return f"jnp.where({is_nan}, jnp.nan, {function}({array}, axis={axis}))"


def _later(lines: JaxLines, _: int, each: Instruction) -> str:
    """Products of later factors, and 1 at the end."""
    axis = len(each.shape) - 1
    every, factors = ":, " * axis, lines.array(each.inputs[0])
    products = f"jnp.cumprod({factors}[{every}::-1], axis={axis})[{every}::-1]"
    return f"jnp.concatenate([{products}, jnp.ones_like({factors}[{every}:1])], axis={axis})"


def _apply(lines: JaxLines, _: int, each: Instruction) -> str:
    """The call of a kernel, whose decision may need fewer operands than the result has shape."""
    operands = ", ".join(lines.beside(i, each) for i in each.inputs)
    text = f"{lines.kernel(each.detail)}({operands})"
    read = [lines.made[i] for i in each.inputs]
    is_full = all((one.shape, one.examples) == (each.shape, each.examples) for one in read)
    return text if is_full else f"jnp.broadcast_to({text}, {shape_of(each)})"


def _operation(lines: JaxLines, _: int, each: Instruction) -> str:
    """The expression of an operation number by number."""
    operands = [lines.beside(i, each) for i in each.inputs]
    if each.kind in _OPERATORS:
        return f"{operands[0]} {_OPERATORS[each.kind]} {operands[1]}"
    return f"jnp.{FUNCTIONS[each.kind]}({', '.join(operands)})"


def _loop(lines: JaxLines, number: int, each: Instruction) -> str:
    return loop_expression(lines, number, each, write_expressions)


# expression(lines, number, instruction) -> the instruction's result. It may add lines before.
Expressed = Callable[[JaxLines, int, Instruction], str]

EXPRESSIONS: dict[str, Expressed] = {
    "parameters": lambda *_: "given",
    "input": _input,
    "count": lambda *_: "jnp.float64(examples)",
    "view": _view,
    "take": _take,
    "choice": _choice,
    "pick": _pick,
    "scatter": _scatter,
    "expand": _expand,
    "join": _join,
    "with_ones": _with_ones,
    "assemble": _assemble,
    "sum": _sum,
    "segments": _segments,
    "product": _product,
    "reduce": _along,
    "accumulate": _along,
    "later": _later,
    "apply": _apply,
    "loop": _loop,
    "running": running_expression,
}


def expression(lines: JaxLines, number: int) -> str:
    """The expression that computes instruction `number`, which is no constant."""
    each = lines.made[number]
    return EXPRESSIONS.get(each.kind, _operation)(lines, number, each)


def write_expressions(lines: JaxLines) -> None:
    """Write the lines of all instructions; a comment names the class of the scalar graph."""
    for number, each in enumerate(lines.made):
        if each.kind == "constant":
            if each.shape:
                lines.constant(lines.names[number], each.detail.array)
        elif each.kind != "input" or not lines.is_inside:  # a loop has named what feeds its body
            text = f"{lines.names[number]} = {expression(lines, number)}"
            lines.body.append(f"{text:<{_MARGIN}}  # {each.origin}" if each.origin else text)
