"""Loops in JAX: `jax.lax.scan` over the steps, with the rows that a step reads as its state.

def h_step_(rows_, sliced_):
input_0_t, = sliced_
h_before = rows_[0]
hidden = jnp.tanh(w @ h_before + input_0_t)
row_ = hidden
return jnp.concatenate([rows_[1:], row_[None]]), row_
h = jnp.concatenate([start, jax.lax.scan(h_step_, start, (input_0,), 800)[1]])
"""

from collections.abc import Callable, Iterator
from math import prod

from ..ir.program import body_names
from ..kinds.instruction import Instruction
from ..kinds.loops import Carried, Loop, Sliced
from .lines import JaxLines, shape_of


def loop_expression(
    lines: JaxLines, number: int, each: Instruction, write: Callable[[JaxLines], None]
) -> str:
    """The rows of a loop, whose body `write` writes; the function of a step goes to `lines`."""
    name, loop = lines.names[number], each.detail
    names = body_names(each, name, [lines.name(i) for i in each.inputs], lines.hidden)
    inner = JaxLines(loop.body, names, lines)
    slots = sorted({each.slot for each in loop.sources if isinstance(each, Sliced)})
    inner.body += _sources(inner, loop, slots)
    write(inner)
    row = ", ".join(inner.full(i, each) for i in loop.body.outputs)
    inner.body.append(f"row_ = jnp.concatenate([{row}]).astype(float)")
    rows = {True: "rows_", False: "jnp.concatenate([rows_[1:], row_[None]])"}[loop.lag == 0]
    if loop.backward and loop.lag:
        rows = "jnp.concatenate([row_[None], rows_[:-1]])"
    inner.body.append(f"return {rows}, row_")
    lines.body.append(f"def {name}_step_(rows_, sliced_):")
    lines.body += [f"    {line}" for line in inner.body]
    start_shape = shape_of(each).replace(str(each.shape[0]), str(loop.lag), 1)
    start = f"{name}_start_"
    text = f"jnp.broadcast_to({lines.beside(each.inputs[0], each)}, {start_shape}).astype(float)"
    lines.body.append(f"{start} = {text}")
    given = "".join(f"{lines.array(each.inputs[slot])}, " for slot in slots)
    direction = ", reverse=True" * loop.backward
    scan = f"jax.lax.scan({name}_step_, {start}, ({given}), {loop.steps}{direction})[1]"
    return f"jnp.concatenate([{', '.join([start, scan][:: -1 if loop.backward else 1])}])"


def _sources(inner: JaxLines, loop: Loop, slots: list[int]) -> Iterator[str]:
    """The statements that name what changes from step to step."""
    for i, each in enumerate(loop.body.instructions):
        if each.kind != "input":
            continue
        source = loop.sources[each.detail.number]
        if isinstance(source, Sliced):
            yield f"{inner.names[i]} = sliced_[{slots.index(source.slot)}]"
        elif isinstance(source, Carried):
            row = source.lag - 1 if loop.backward else loop.lag - source.lag
            end = source.start + prod(each.shape)
            columns = f"{source.start}:{end}" if each.shape else f"{source.start}"
            shape = f".reshape{shape_of(each)}" if len(each.shape) > 1 else ""
            yield f"{inner.names[i]} = rows_[{row}, {columns}]{shape}"
