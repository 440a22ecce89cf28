"""Sums of products as matrix products: no number of the products is kept.

the sum over t of a[t, i] b[t, j]  =  product ti,tj->ij
"""

from typing import Any

from ..ir.builder import Builder
from ..kinds.details import Product, letters_of_axes
from ..kinds.ufuncs import TRUTHS
from ..kinds.views import whole


def sum_of_product(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The sum of a product over axes that both factors have, as a product without these axes."""
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "product" or not detail.axes:
        return None
    left, right = made.detail.terms
    over = {made.detail.kept[axis] for axis in detail.axes}
    many = [made.examples, *(draft.instructions[i].examples for i in made.inputs)]
    if not over <= {*left} & {*right} or (detail.examples and not all(many)):
        return None
    kept = "".join(letter for letter in made.detail.kept if letter not in over)
    examples = made.detail.examples or detail.examples
    return draft.add("product", *made.inputs, detail=Product(f"{left},{right}->{kept}", examples))


def sum_of_mul(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The sum of numbers times others as a product, if no axis of the result is in both."""
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "mul" or not detail.axes:
        return None
    read = [draft.instructions[i] for i in made.inputs]
    if any(len(each.shape) < len(made.shape) or each.kind in TRUTHS for each in read):
        return None
    if detail.examples and not all(each.examples for each in read):
        return None
    letters = [letter for letter, _ in zip(letters_of_axes(), made.shape, strict=False)]
    terms, factors = [], []
    for number, each in zip(made.inputs, read, strict=True):
        long = [axis for axis, length in enumerate(each.shape) if length > 1]
        terms.append("".join(letters[axis] for axis in long))
        factors.append(draft.view(number, whole(tuple(each.shape[axis] for axis in long))))
    over = {letters[axis] for axis in detail.axes}
    kept = [letter for letter in letters if letter not in over]
    both = {*terms[0]} & {*terms[1]}
    if both != over or any(letter not in "".join(terms) for letter in kept):
        return None
    examples = Product(f"{','.join(terms)}->{''.join(kept)}", detail.examples)
    return draft.add("product", *factors, detail=examples)
