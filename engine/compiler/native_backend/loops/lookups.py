"""Loops of what each example looks up by its categories."""

from collections.abc import Callable

from ...arrays import Ints, np
from ...kinds.details import TableLookup
from ..llvm.indices import Index, named
from ..plan.access import addresses
from .context import COUNT, Context
from .copies import address, filled


class _Lookup:
    """The tables of a look-up, and the categories that it is looked up by."""

    def __init__(self, context: Context, detail: TableLookup, categories: int) -> None:
        self.context, self.builder = context, context.builder
        access = context.access(categories)
        columns = detail.columns.array.reshape(-1)
        kinds = addresses(access, context.made[categories].shape).reshape(-1)[detail.kinds.array]
        self.buffer, self.each = access.buffer, access.each
        self.kinds, self.starts = kinds[columns], detail.starts.array[columns]
        self.offsets = None if detail.offsets is None else detail.offsets.array.reshape(-1)
        self.table = self.builder.module.array(detail.table.array)
        self.size = columns.size

    def rows(self, body: Callable[[Index, Index, Index], None], count: Index) -> None:
        """Do `body(i, z, row)` for each result, each example, and the row of the table for them."""
        builder = self.builder
        with builder.loop(self.size) as i:
            start = address(self.context, self.starts, i)
            kind = address(self.context, self.kinds, i)
            with builder.loop(count) as z:
                index = kind + z.times(self.each)
                category = builder.to_whole(builder.load(self.buffer, index))
                body(i, z, start + named(category.text))

    def places(
        self, body: Callable[[Index, Index, Index], None], count: Index, source: Ints
    ) -> None:
        """Do `body(i, z, address)` with the address of the place in an array that is looked up."""
        builder = self.builder

        def one(i: Index, z: Index, row: Index) -> None:
            """The address for one result of one example."""
            place = builder.looked_up(self.table, row)
            if self.offsets is not None:
                place = place + address(self.context, self.offsets, i)
            name = named(builder.operand(place))
            body(i, z, address(self.context, source, name))

        self.rows(one, count)


def choice(context: Context, number: int) -> None:
    """The numbers of a table that each example looks up."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    lookup, ends = _Lookup(context, each.detail, each.inputs[0]), addresses(target, each.shape)
    numbers = builder.module.array(np.asarray(each.detail.table.array, dtype=np.float64))
    more = each.detail.offsets
    offsets = None if more is None else builder.module.array(np.asarray(more.array, np.float64))

    def body(i: Index, z: Index, row: Index) -> None:
        """One number of one example."""
        found = builder.load(numbers, row)
        if offsets is not None:
            found = builder.add(found, builder.load(offsets, i))
        builder.store(target.buffer, address(context, ends, i) + z.times(target.each), found)

    lookup.rows(body, context.padded)


def pick(context: Context, number: int) -> None:
    """The numbers of an array at the places that each example looks up."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    source, categories = each.inputs
    access, ends = context.access(source), addresses(target, each.shape)

    def body(i: Index, z: Index, place: Index) -> None:
        """One number of one example."""
        found = builder.load(access.buffer, place + z.times(access.each))
        builder.store(target.buffer, address(context, ends, i) + z.times(target.each), found)

    lookup = _Lookup(context, each.detail, categories)
    lookup.places(body, context.padded, addresses(access, context.made[source].shape))


def scatter(context: Context, number: int) -> None:
    """The numbers of each example, added at the places of an array that it looks up."""
    each, builder, target = context.made[number], context.builder, context.access(number)
    source, categories = each.inputs
    access = context.access(source)
    starts = addresses(access, context.made[source].shape)

    def body(i: Index, z: Index, place: Index) -> None:
        """One number of one example."""
        end = place + z.times(target.each)
        more = builder.load(access.buffer, address(context, starts, i) + z.times(access.each))
        builder.store(target.buffer, end, builder.add(builder.load(target.buffer, end), more))

    if each.detail.examples:
        filled(context, number, 0.0)
    lookup = _Lookup(context, each.detail.table, categories)
    lookup.places(body, COUNT, addresses(target, each.shape))
