"""Loops in JAX: `jax.lax.scan` over the steps.

    def h_step_(rows_, sliced_):
        h_before = rows_[0, 0:16]
        input_0_t = sliced_[0]
        hidden = jnp.tanh(jnp.einsum("ab,b->a", w, h_before) + input_0_t)
        row_ = jnp.concatenate([hidden]).astype(float)
        return jnp.concatenate([rows_[1:], row_[None]]), row_
    h = jnp.concatenate([h_start_, jax.lax.scan(h_step_, h_start_, (input_0,), 800)[1]])

Its state are the rows that a step reads of those before; all of them, and the number of the step,
if a step reads other ones than the step before.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod

from ..ir.program import body_names
from ..kinds.instruction import Instruction
from ..kinds.loops import Addressed, Carried, Loop, Sliced
from ..kinds.running import Running
from ..kinds.ufuncs import FUNCTIONS
from .lines import JaxLines, shape_of


def loop_expression(
    lines: JaxLines, number: int, each: Instruction, write: Callable[[JaxLines], None]
) -> str:
    """The rows of a loop, whose body `write` writes; the function of a step goes to `lines`."""
    name, loop = lines.names[number], each.detail
    slots = sorted({each.slot for each in loop.sources if isinstance(each, Sliced)})
    lines.body.append(f"def {name}_step_(rows_, sliced_):")
    lines.body += [f"    {line}" for line in _step(lines, number, slots, write)]
    shape = shape_of(replace(each, shape=(loop.lag, loop.width)))
    start = f"jnp.broadcast_to({lines.beside(each.inputs[0], each)}, {shape})"
    lines.body.append(f"{name}_start_ = {start}.astype(float)")
    given = "".join(f"{lines.array(each.inputs[slot])}," for slot in slots)
    direction = ", reverse=True" * loop.backward
    if loop.has_addresses:
        rest = shape_of(replace(each, shape=(loop.steps, loop.width)))
        whole = [f"{name}_start_", f"jnp.zeros({rest})"][:: -1 if loop.backward else 1]
        steps = f"({given} jnp.arange({loop.steps}),)"
        rows = f"jnp.concatenate([{', '.join(whole)}])"
        return f"jax.lax.scan({name}_step_, {rows}, {steps}{direction})[0]"
    scan = f"jax.lax.scan({name}_step_, {name}_start_, ({given}), {loop.steps}{direction})[1]"
    parts = [f"{name}_start_", scan][:: -1 if loop.backward else 1]
    return f"jnp.concatenate([{', '.join(parts)}])"


def _step(
    lines: JaxLines, number: int, slots: list[int], write: Callable[[JaxLines], None]
) -> list[str]:
    """The statements of a step, which gives the rows that the next one reads, and its own."""
    each = lines.made[number]
    loop, read = each.detail, [lines.name(i) for i in each.inputs]
    names = body_names(each, lines.names[number], read, lines.hidden)
    inner = JaxLines(loop.body, names, lines)
    inner.body += ["t_ = sliced_[-1]"] * loop.has_addresses
    inner.body += _sources(inner, loop, slots)
    write(inner)
    row = ", ".join(inner.full(i, each) for i in loop.body.outputs)
    rows = "jnp.concatenate([rows_[1:], row_[None]])"
    if loop.backward:
        rows = "jnp.concatenate([row_[None], rows_[:-1]])"
    kept = rows if loop.lag else "rows_"
    if loop.has_addresses:
        kept = f"rows_.at[t_ + {loop.first_row}].set(row_)"
    return [*inner.body, f"row_ = jnp.concatenate([{row}]).astype(float)", f"return {kept}, row_"]


def _sources(inner: JaxLines, loop: Loop, slots: list[int]) -> Iterator[str]:
    """The statements that name what changes from step to step."""
    for i, each in enumerate(loop.body.instructions):
        if each.kind != "input":
            continue
        source = loop.sources[each.detail.number]
        if isinstance(source, Sliced):
            yield f"{inner.names[i]} = sliced_[{slots.index(source.slot)}]"
        elif isinstance(source, Addressed):
            spot = ", ".join(f"jnp.asarray({inner.constant(f'{inner.names[i]}_{axis}_', one)})[t_]"
                             for axis, one in zip(("rows", "columns"), source.spots(loop.width),
                                                  strict=True))  # fmt: skip
            yield f"{inner.names[i]} = rows_[{spot}{', None' * len(each.shape)}]"
        elif isinstance(source, Carried):
            row: int | str = source.lag - 1 if loop.backward else loop.lag - source.lag
            if loop.has_addresses:
                row = f"t_ + {loop.row_before(source.lag)}"
            end = source.start + prod(each.shape)
            columns = f"{source.start}:{end}" if each.shape else f"{source.start}"
            shape = f".reshape{shape_of(each)}" if len(each.shape) > 1 else ""
            yield f"{inner.names[i]} = rows_[{row}, {columns}]{shape}"


def running_expression(lines: JaxLines, number: int, each: Instruction) -> str:
    """Running results, by a scan too: those of `jnp.cumsum` are rounded in another order."""
    name, detail = lines.names[number], each.detail
    assert isinstance(detail, Running), "the detail of the kind"
    start, *others = (f"{lines.array(i)}.astype(float)" for i in each.inputs)
    lines.body.append(f"def {name}_step_(y_, x_):")
    for k, one in enumerate(detail.each):
        pair = (f"x_[{k}]", "y_") if one.turned else ("y_", f"x_[{k}]")
        lines.body.append(f"    y_ = jnp.{FUNCTIONS[one.op.name]}({', '.join(pair)})")
    lines.body.append("    return y_, y_")
    lines.body.append(f"{name}_start_ = {start}")
    direction = ", reverse=True" * detail.backward
    given = "".join(f"{each}, " for each in others)
    scan = f"jax.lax.scan({name}_step_, {name}_start_, ({given}){direction})[1]"
    parts = [f"{name}_start_[None]", scan][:: -1 if detail.backward else 1]
    return f"jnp.concatenate([{', '.join(parts)}])"
