"""Fusion of biases: weights and biases become one matrix.

    W x + b  =  [W b] [x 1]^T

With biases beside their weights in memory, and a row of ones below the numbers x, the matrix
product adds the bias too, and the gradients of both are one product, d [x 1]. NumPy then passes
through the memory once instead of three times.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..ir.builder import Builder, rewritten
from ..ir.program import Program
from ..kinds.details import Ones, Product
from ..kinds.instruction import Instruction
from ..kinds.views import View
from .buffers import LASTING, has_memory


class Pair(NamedTuple):
    """The weights and the bias of one product, which can be joined.

    - `product`: the number of the product; `add`: the number of the sum of product and bias.
    - `weights`, `bias`, `both`: the views of the array `base` for these, and for both together.
    - `slot`: the position of the weights among the factors; `x`: the number of the other factor.
    - `first`: whether the bias comes before the weights in memory.
    """

    add: int
    product: int
    base: int
    weights: View
    bias: View
    both: View
    slot: int
    x: int
    first: bool


def with_biases(program: Program) -> Program:
    """The program with each bias joined to its weights, and added by their product."""
    pairs = {pair.add: pair for pair in _pairs(program)}
    draft, place = Builder(), list[int]()
    for number, each in enumerate(program.instructions):
        inputs = [place[i] for i in each.inputs]
        pair = pairs.get(number)
        if pair is not None:
            place.append(_joined(draft, program, pair, place))
        else:
            place.append(draft.copy(each, inputs))
    return draft.program(*(place[i] for i in program.outputs))


def constants_turned(program: Program) -> Program:
    """The program with constant factors transposed: terms come first, to put ones below."""
    return rewritten(program, [_turned])


def _turned(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The product with constant factors transposed; None if all are in order."""
    if kind != "product":
        return None
    kept = detail.kept
    factors, letters = list(inputs), list(detail.terms)
    for slot, axes in enumerate(detail.terms):
        factor = draft.instructions[inputs[slot]]
        if factor.kind == "constant":
            letters[slot] = "".join(sorted(axes, key=lambda axis: axis in kept))
            order = [axes.index(axis) for axis in letters[slot]]
            factors[slot] = draft.constant(factor.detail.array.transpose(order))
    if tuple(factors) == inputs:
        return None
    return draft.add("product", *factors, detail=Product(f"{','.join(letters)}->{kept}", False))


def _pairs(program: Program) -> Iterator[Pair]:
    """All weights and biases to join; an array gets ones on one of its sides only."""
    instructions = program.instructions
    uses = Counter(i for each in instructions for i in each.inputs)
    sides: dict[int, bool] = {}
    for number, each in enumerate(instructions):
        if each.kind == "add":
            for product, bias in (each.inputs, each.inputs[::-1]):
                if instructions[product].kind == "product" and uses[product] == 1:
                    for slot in (0, 1):
                        pair = _pair(instructions, number, product, bias, slot)
                        if pair is not None and sides.setdefault(pair.x, pair.first) is pair.first:
                            yield pair


def _pair(
    instructions: tuple[Instruction, ...], add: int, product: int, bias: int, slot: int
) -> Pair | None:
    """The pair of `bias` and the weights in `slot` of `product`; None if they cannot be joined."""
    result = instructions[product].detail.kept
    mine, other = instructions[product].detail.terms[:: 1 if slot == 0 else -1]
    weights, x = instructions[product].inputs[slot], instructions[product].inputs[1 - slot]
    summed = [axis for axis in mine if axis not in result]
    views = instructions[weights], instructions[bias]
    if any(each.kind != "view" or each.examples for each in views) or len(summed) != 1 or (
        views[0].inputs != views[1].inputs or other[:1] != summed[0]
        or instructions[bias].shape == () or not _can_grow(instructions[x])):  # fmt: skip
        return None
    (axis,) = summed
    w, b = views[0].detail, views[1].detail
    strides = dict(zip(mine, w.strides, strict=True))
    if b.strides != tuple(strides.get(each, 0) for each in result):
        return None
    step, count = strides[axis], dict(zip(mine, w.shape, strict=True))[axis]
    first = b.offset == w.offset - step
    if not first and b.offset != w.offset + step * count:
        return None
    lengths = tuple(d + (each == axis) for each, d in zip(mine, w.shape, strict=True))
    both = View(b.offset if first else w.offset, lengths, w.strides)
    return Pair(add, product, views[0].inputs[0], w, b, both, slot, x, first)


def _can_grow(x: Instruction) -> bool:
    """Whether the array `x` can be computed beside ones, so that it is not copied."""
    return x.kind == "constant" or (has_memory(x) and x.kind not in LASTING)


def _grown(draft: Builder, pair: Pair, place: list[int]) -> int:
    """The factor `x` of a pair, with ones."""
    return draft.add("with_ones", place[pair.x], detail=Ones(pair.first))


def _joined(draft: Builder, program: Program, pair: Pair, place: list[int]) -> int:
    """The product that adds the bias."""
    factors = [draft.view(place[pair.base], pair.both), _grown(draft, pair, place)]
    add, product = program.instructions[pair.add], program.instructions[pair.product]
    return draft.add("product", *factors[:: 1 if pair.slot == 0 else -1], detail=product.detail,
                     label=add.label, origin=add.origin)  # fmt: skip
