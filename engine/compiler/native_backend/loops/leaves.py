"""Loops that turn inputs: given with the examples first, they are kept with the examples last.

Categories, which are whole numbers, are kept as float64, as all else.
"""

from math import prod

from ..llvm.indices import Index
from ..llvm.numbers import FLOAT, WHOLE
from .context import COUNT, EXAMPLES, FIRST, Context


def turned(context: Context, number: int) -> None:
    """The inputs of a block; behind the last example, as far as vectors reach, that one again."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    size, buffer = prod(each.shape), context.input(each.detail.number)
    step = context.layout.block if each.examples else 1
    kind = WHOLE if each.detail.whole else FLOAT

    def row(z: Index, example: Index) -> None:
        """The numbers of an example, in their places for example `z`."""
        with builder.loop(size) as j:
            found = builder.load(buffer, example.times(size) + j, kind=kind)
            found = builder.from_whole(found) if each.detail.whole else found
            builder.store(target.buffer, j.times(step) + z + target.offset, found)

    if not size:
        return
    if not each.examples:
        row(Index(), Index())
        return
    with builder.loop(COUNT) as z:
        row(z, FIRST + z)
    with builder.loop_if_any(context.padded, COUNT) as z:
        row(z, FIRST + COUNT + -1)


def counted(context: Context, number: int) -> None:
    """The number of examples."""
    builder, target = context.builder, context.access(number)
    count = builder.from_whole(builder.whole_named(EXAMPLES))
    builder.store(target.buffer, Index(target.offset), count)
