"""Blocks: matrix products found among sums of products.

A sum of K products reads K members of one class and K of another: a row of places in each. Sums
that read the same rows, in all combinations, are a matrix product:

    y[i, j]  =  sum over k of  A[i, k] B[j, k]

Rows may fall into blocks of equal size, each complete in itself, such as the heads of attention;
then each block is one product. Blocks in which a pair does not occur are no product: computing
numbers that the graph lacks could bring in a nan that it lacks.
"""

from typing import NamedTuple

from ..arrays import Ints, np


class Blocks(NamedTuple):
    """Sums as a matrix product for each block.

    - `left`, `right`: the places to read, block by block: [block, i, k] and [block, j, k].
    - `places`: the place of each sum in the result, which has the axes block, i, j.
    - `turned`: whether left and right have been exchanged.
    """

    left: Ints
    right: Ints
    places: Ints
    turned: bool


def blocks_of(left: Ints, right: Ints) -> Blocks | None:
    """The sums over k of left[n, k] right[n, k] as matrix products; None if they are none."""
    first_left, row = unique_rows(left)
    first_right, column = unique_rows(right)
    pairs, place = np.unique(row * len(first_right) + column, return_inverse=True)
    rows, columns = pairs // len(first_right), pairs % len(first_right)
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    partners = np.add.reduceat(_spread(len(first_right))[columns], starts)
    leaders, block = unique_rows(partners[:, None])
    widths = np.diff(np.append(starts, len(pairs)))
    heights = np.bincount(block)
    if len({*widths.tolist()}) > 1 or len({*heights.tolist()}) > 1:
        return None
    width, height = int(widths[0]), int(heights[0])
    order = np.argsort(block, kind="stable")  # the rows, block by block
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order)) % height
    inside = columns.reshape(-1, width)[leaders]
    if not np.array_equal(columns.reshape(-1, width), inside[block]):
        return None
    across = (block * height + rank)[rows] * width + np.arange(len(pairs)) % width
    a = left[first_left][order].reshape(len(leaders), height, -1)
    b = right[first_right][inside]
    return _turned(Blocks(a, b, across[place], turned=False))


def _turned(blocks: Blocks) -> Blocks:
    """The blocks with the longer axis last, for speed; if equal, sums in order where possible."""
    a, b, places, _ = blocks
    height, width = a.shape[1], b.shape[1]
    if width > height or (width == height and (places[1:] > places[:-1]).all()):
        return blocks
    block, inside = np.divmod(places, height * width)
    i, j = np.divmod(inside, width)
    return Blocks(b, a, (block * width + j) * height + i, turned=True)


def distinct(blocks: Blocks) -> Blocks:
    """The blocks without repeated blocks, rows and columns."""
    a, b, places, turned = blocks
    count, height, width = len(a), a.shape[1], b.shape[1]
    block, inside = np.divmod(places, height * width)
    i, j = np.divmod(inside, width)
    first, of_block = unique_rows(np.hstack([a.reshape(count, -1), b.reshape(count, -1)]))
    rows, of_row = unique_rows(a.swapaxes(0, 1).reshape(height, -1))
    columns, of_column = unique_rows(b.swapaxes(0, 1).reshape(width, -1))
    across = (of_block[block] * len(rows) + of_row[i]) * len(columns) + of_column[j]
    return Blocks(a[first][:, rows], b[first][:, columns], across, turned)


def unique_rows(rows: Ints) -> tuple[Ints, Ints]:
    """The first of each set of equal rows, in order; and for each row the number of its set."""
    keys = rows[:, 0] if rows.shape[1] == 1 else rows @ _spread(rows.shape[1])
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    first, kind = first[order], rank[kind]
    if not np.array_equal(rows[first][kind], rows):  # two different rows with one key: hardly ever
        _, first, kind = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first, kind.reshape(-1)


def _spread(count: int) -> Ints:
    """`count` random numbers, the same in every call."""
    return np.random.default_rng(0).integers(-(2**63), 2**63 - 1, count)
