"""Sums of products, lifted to matrix products of views with named axes.

A place in a factor is the sum of an offset and of steps for its block, row and term:

    place of [block, i, k]  =  offset + b[block] + r[i] + t[k]

The steps b, r and t are each a view of one axis or several; the views of b and of t have shapes
common to both factors. A factor without such a form is first copied number by number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..arrays import Ints, np
from ..ir.builder import Builder
from ..kinds.details import Data, Product, letters_of_axes
from ..kinds.views import Shape, View, steady, whole
from ..rolling.members import Members
from .elementwise import Found


@dataclass(frozen=True, slots=True)
class ProductFactor:
    """A factor: an array, the offset of its first place, and the steps by block, row and term."""

    array: int
    offset: int
    steps: tuple[Ints, Ints, Ints]


def contracted(draft: Builder, factors: tuple[Found, Found], of: Members) -> int:
    """The sum over k of left[block, i, k] right[block, j, k], with the axes block, i, j.

    Label and origin are those of `of`, the class of the sums.
    """
    sources = [_factor(draft, each) for each in factors]
    for which in (0, 1):
        forms = _forms(sources)
        if forms is not None:
            return _product(draft, sources, forms, of)
        sources[which] = _taken(draft, factors[which])
    forms = _forms(sources)
    assert forms is not None, "factors that were taken number by number have a form"
    return _product(draft, sources, forms, of)


# A shape, and the views in that shape: of both factors for blocks and terms, of one for its rows.
Form = tuple[Shape, list[View]]


def _factor(draft: Builder, found: Found) -> ProductFactor:
    """The factor in place; a copy if its places are no sums of steps."""
    places = found.places
    offset = int(places[0, 0, 0])
    steps = (places[:, 0, 0] - offset, places[0, :, 0] - offset, places[0, 0, :] - offset)
    block, row, term = steps
    together = offset + block[:, None, None] + row[:, None] + term
    if not np.array_equal(together, places) or steady([row]) is None:
        return _taken(draft, found)
    return ProductFactor(found.array, offset, steps)


def _taken(draft: Builder, found: Found) -> ProductFactor:
    """The factor copied to an array of its own."""
    shape = found.places.shape
    copy = draft.add("take", found.array, detail=Data(found.places))
    sizes = whole((shape[0], shape[1], shape[2])).strides
    steps = [np.arange(d, dtype=np.int64) * s for d, s in zip(shape, sizes, strict=True)]
    return ProductFactor(copy, 0, (steps[0], steps[1], steps[2]))


def _forms(factors: Sequence[ProductFactor]) -> list[Form] | None:
    """The forms of blocks, terms, left rows and right rows; None if one does not exist."""
    left, right = (each.steps for each in factors)
    forms = [steady([left[0], right[0]]), steady([left[2], right[2]]),
             steady([left[1]]), steady([right[1]])]  # fmt: skip
    steady_forms = [each for each in forms if each is not None]
    if len(steady_forms) < len(forms):
        return None
    _, views = steady_forms[1]
    return steady_forms if all(view.shape == steady_forms[1][0] for view in views) else None


def _product(
    draft: Builder, factors: Sequence[ProductFactor], forms: Sequence[Form], of: Members
) -> int:
    """The product of the views that `forms` give of the two factors."""
    letters = letters_of_axes()
    (blocks, of_blocks), (terms, of_terms), *of_rows = forms
    batch, summed = ("".join(next(letters) for _ in shape) for shape in (blocks, terms))
    rows = ["".join(next(letters) for _ in shape) for shape, _ in of_rows]
    views, axes = [], []
    for i, factor in enumerate(factors):
        parts = [(batch, of_blocks[i]), (rows[i], of_rows[i][1][0]), (summed, of_terms[i])]
        names = "".join(each for each, _ in parts)
        lengths = [d for _, view in parts for d in view.shape]
        strides = [s for _, view in parts for s in view.strides]
        kept = [n for n, d in enumerate(lengths) if d > 1]
        axes.append("".join(names[n] for n in kept))
        shape, steps = (tuple(each[n] for n in kept) for each in (lengths, strides))
        views.append(draft.view(factor.array, View(factor.offset, shape, steps)))
    spec = f"{axes[0]},{axes[1]}->{batch}{rows[0]}{rows[1]}"
    return draft.add("product", *views, detail=Product(spec), **of.names)
