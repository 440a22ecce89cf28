"""Matrix products in NumPy: a product with named axes as `np.dot`, `np.matmul` or `np.einsum`.

Each axis of a product belongs to one of four groups: it is in both factors and in the result (a
stack of products), in one factor and in the result (rows or columns), or in both factors and not in
the result (terms). The axes of a group become one, where memory allows that without copying.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from ..kinds.views import Shape, whole

# The name of the axis of examples, and a stand-in for its length: a prime number that no other
# axis is as long as, or a multiple of.
EXAMPLES, MANY = "Z", 2**61 - 1


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor or result of a product: its name, its axes, their lengths and strides."""

    name: str
    axes: str
    lengths: Shape
    strides: Shape

    def arranged(self, groups: Sequence[str], *, copied: bool = False) -> str | None:
        """The array with one axis for each group of axes, as an expression.

        None if that would copy the array, unless it may be `copied`. Axes that the array lacks have
        the length 1.
        """
        mine = [[self.axes.index(axis) for axis in group if axis in self.axes] for group in groups]
        order = [axis for group in mine for axis in group]
        text = self.name
        if order != sorted(order):
            text += ".T" if len(order) == 2 else f".transpose({', '.join(map(str, order))})"
        lengths = []
        for axes in mine:
            for outer, inner in pairwise(axes):
                is_one = self.strides[outer] == self.strides[inner] * self.lengths[inner]
                if not is_one and not copied:
                    return None
            lengths.append(prod(self.lengths[axis] for axis in axes))
        if all(len(axes) == 1 for axes in mine):
            return text
        return f"{text}.reshape({', '.join(map(length, lengths))})"


def length(number: int) -> str:
    """A length as text: a multiple of MANY is a multiple of `examples`."""
    times, rest = divmod(number, MANY)
    if rest:
        return str(number)
    return "examples" if times == 1 else f"{times} * examples"


def sum_statement(source: Factor, result: Factor, ones: Callable[[int], str]) -> str:
    """The statement that sums over the axes of `source` that `result` lacks.

    A sum over first or last axes is a product with ones, which takes less time.
    """
    kept = result.axes
    over = "".join(axis for axis in source.axes if axis not in kept)
    count = prod(d for axis, d in zip(source.axes, source.lengths, strict=True) if axis in over)
    row = result.arranged([kept] if kept else [])
    if EXAMPLES not in kept and row is not None:
        for groups, is_first in (([kept, over], False), ([over, kept], True)):
            matrix = source.arranged([group for group in groups if group])
            if "".join(groups) == source.axes and matrix is not None:
                pair = f"{ones(count)}, {matrix}" if is_first else f"{matrix}, {ones(count)}"
                return f"np.matmul({pair}, out={row})" if kept else f"{row} = np.dot({pair})"
    axes = tuple(source.axes.index(axis) for axis in over)
    text = f"np.add.reduce({source.name}, axis={axes}"
    return f"{text}, out={result.name})" if kept else f"{result.name} = {text})"


def product_statement(left: Factor, right: Factor, result: Factor) -> str:
    """The statement that computes the product of `left` and `right` in `result`."""
    both = {*left.axes} & {*right.axes}
    stack = "".join(axis for axis in result.axes if axis in both)
    terms = "".join(axis for axis in left.axes if axis in both and axis not in result.axes)
    if terms and not stack:
        # A copy takes less time than einsum.
        is_long = EXAMPLES in terms and len(terms) > 1 and len(result.axes) > 1
        for a, b in ((left, right), (right, left)):
            text = _matrix(a, b, result, terms, copied=is_long)
            if text:
                return text
    if terms and EXAMPLES not in stack:
        for a, b in ((left, right), (right, left)):
            text = _stack(a, b, result, terms)
            if text:
                return text
    text = f'np.einsum("{left.axes},{right.axes}->{result.axes}", {left.name}, {right.name}'
    return f"{text}, out={result.name})" if result.axes else f"{result.name} = {text})"


def _matrix(left: Factor, right: Factor, result: Factor, terms: str, *, copied: bool) -> str:
    """The statement of one product of matrices or vectors; empty if memory does not allow it.

    The factors may be `copied`.
    """
    rows = "".join(axis for axis in result.axes if axis in left.axes)
    columns = "".join(axis for axis in result.axes if axis in right.axes)
    if rows + columns != result.axes:
        return ""
    texts = [
        factor.arranged([group for group in groups if group], copied=may_be_copied)
        for factor, groups, may_be_copied in (
            (left, (rows, terms), copied),
            (right, (terms, columns), copied),
            (result, (rows, columns), False),
        )
    ]
    if None in texts:
        return ""
    if not result.axes:
        return f"{result.name} = np.dot({texts[0]}, {texts[1]})"
    is_packed = result.strides == whole(result.lengths).strides  # else np.dot cannot write there
    return f"np.{'dot' if is_packed else 'matmul'}({texts[0]}, {texts[1]}, out={texts[2]})"


def _stack(left: Factor, right: Factor, result: Factor, terms: str) -> str:
    """The statement of a stack of products along the first axes of `result`; empty if none."""
    for count in range(1, len(result.axes)):
        stack, rest = result.axes[:count], result.axes[count:]
        rows = "".join(axis for axis in rest if axis in left.axes)
        columns = "".join(axis for axis in rest if axis in right.axes)
        if rows + columns == rest and rows and columns:
            texts = [left.arranged([*stack, rows, terms]), right.arranged([*stack, terms, columns]),
                     result.arranged([*stack, rows, columns])]  # fmt: skip
            if None not in texts:
                return f"np.matmul({texts[0]}, {texts[1]}, out={texts[2]})"
    return ""
