"""Simplification: rules that replace an instruction by a simpler one, each with its exactness.

No rule holds in real numbers only: x / x is not 1 where x is 0, and 0 x is not 0 where x is
infinite. `simplified(program)` applies the rules until nothing changes. Repeated instructions
become one, instructions of constants are computed, and instructions without a use are left out.
"""

from functools import lru_cache
from math import frexp, prod
from typing import Any, NamedTuple

from ..arrays import Ints, np
from ..ir.builder import Builder, Rule, rewritten
from ..ir.interpreter import constant_of
from ..ir.program import Program
from ..kinds import kind_of
from ..kinds.details import Assembly, Expand, Product, Sum, places_among, places_of
from ..kinds.instruction import Instruction
from ..kinds.ufuncs import TRUTHS
from ..kinds.views import Shape, View, view_at, whole
from .patterns import Name, PlainNumber, Rewrite, call


class RuleRow(NamedTuple):
    """A rule of structure: its equation in words, the condition of exactness, the function."""

    rule: str
    exact: str
    apply: Rule


def simplified(program: Program) -> Program:
    """The program with fewer and simpler instructions."""
    rules = [row.apply for row in RULES]
    while True:
        simpler = rewritten(program, rules)
        if simpler == program:
            return simpler
        program = simpler


# The largest number of numbers in a constant that is computed from others.
_LARGEST = 10_000_000


def _constants(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    read = [draft.instructions[i] for i in inputs]
    if kind == "loop" or not read or any(each.kind != "constant" for each in read):
        return None
    row = kind_of(kind)
    shape = row.shape([each.shape for each in read], detail)
    over_examples = isinstance(detail, Sum | Expand) and detail.examples
    if over_examples or prod(shape) > _LARGEST:
        return None  # no constant for each example, and none that is too large
    return draft.constant(constant_of(Instruction(kind, inputs, detail, shape, False), read))


def _same_view(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind == "view" and detail == whole(draft.shape(inputs[0])):
        return inputs[0]
    if kind != "expand":
        return None
    instruction = draft.instructions[inputs[0]]
    return inputs[0] if detail == Expand(instruction.shape, instruction.examples) else None


def _view_of_view(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind not in ("view", "take"):
        return None
    inner = draft.instructions[inputs[0]]
    if inner.kind not in ("view", "take"):
        return None
    if isinstance(detail, View) and isinstance(inner.detail, View) and inner.detail.is_row:
        offset = inner.detail.offset + detail.offset
        return draft.view(inner.inputs[0], View(offset, detail.shape, detail.strides))
    places = places_among(inner.detail, places_of(detail))
    view = view_at(places)
    if kind == "view" and inner.kind == "take" and view is None:
        return None  # a copy is not copied again
    return draft.at(inner.inputs[0], places)


def _view_of_part(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    """The view of an assembly that lies in one part, or in none, as one of the part, or as 0."""
    if kind not in ("view", "take"):
        return None
    whole_array = draft.instructions[inputs[0]]
    if whole_array.kind != "assemble":
        return None
    parts, order = laid_out(whole_array.detail)
    places = places_of(detail)
    found = parts[places]
    part = int(found.max(initial=-2))
    if part == -2 or found.min() != part:
        return None
    number = draft.constant(0.0) if part < 0 else (
        draft.at(whole_array.inputs[part], order[places]))  # fmt: skip
    return draft.add("expand", number, detail=Expand(places.shape, whole_array.examples))


@lru_cache(maxsize=16)
def laid_out(assembly: Assembly) -> tuple[Ints, Ints]:
    """For each number of an assembly its part, and its place there; -1 of none, -2 of several."""
    parts, order = np.full(prod(assembly.shape), -1), np.zeros(prod(assembly.shape), dtype=int)
    for part, target in enumerate(assembly.targets):
        places = places_of(target).reshape(-1)
        parts[places] = np.where(parts[places] == -1, part, -2)
        order[places] = np.arange(len(places))
    return parts, order


def _turned_factor(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind != "product":
        return None
    for slot, axes in enumerate(detail.terms):
        factor = draft.instructions[inputs[slot]]
        if factor.kind == "view":
            shape = draft.shape(factor.inputs[0])
            order = _order(factor.detail, shape)
            if order is not None:
                factors, letters = list(inputs), list(detail.terms)
                factors[slot] = factor.inputs[0]
                letters[slot] = "".join(axes[order.index(i)] for i in range(len(shape)))
                other = Product(f"{','.join(letters)}->{detail.kept}", detail.examples)
                return draft.add("product", *factors, detail=other)
    return None


def _order(view: View, shape: Shape) -> list[int] | None:
    """The axis of an array for each axis of a transposing view; None for other views."""
    strides = list(whole(shape).strides)
    if sorted(view.shape) != sorted(shape) or view.size != prod(shape) or 1 in shape:
        return None
    order = [strides.index(stride) if stride in strides else -1 for stride in view.strides]
    is_turned = sorted(order) == list(range(len(shape))) and not view.offset
    return (
        order
        if is_turned and all(shape[i] == d for i, d in zip(order, view.shape, strict=True))
        else None
    )


def _steady_take(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    view = view_at(detail.array) if kind == "take" else None
    return None if view is None else draft.view(inputs[0], view)


def _short_sum(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind != "sum":
        return None
    shape = draft.shape(inputs[0])
    long = tuple(axis for axis in detail.axes if shape[axis] > 1)
    examples = detail.examples and draft.instructions[inputs[0]].examples
    if detail.examples and not examples:  # as many times as there are examples
        once = draft.add("sum", inputs[0], detail=Sum(detail.axes))
        return draft.add("mul", once, draft.add("count"))
    if (long, examples) == (detail.axes, detail.examples):
        return inputs[0] if not long and not examples else None
    kept = whole(
        tuple(d for axis, d in enumerate(shape) if axis not in detail.axes or axis in long)
    )
    fewer = {axis: i for i, axis in enumerate(
        axis for axis in range(len(shape)) if axis not in detail.axes or axis in long)}  # fmt: skip
    view = draft.add("view", inputs[0], detail=kept)
    return draft.add("sum", view, detail=Sum(tuple(fewer[axis] for axis in long), examples))


def _whole_sum(draft: Builder, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    instruction = draft.instructions[inputs[0]] if kind == "sum" else None
    if (
        instruction is None
        or instruction.kind != "view"
        or len(detail.axes) < len(instruction.shape)
    ):
        return None
    shape = draft.shape(instruction.inputs[0])
    if instruction.detail.size != prod(shape) or not instruction.detail.is_distinct or 1 in shape:
        return None
    every = Sum(tuple(range(len(shape))), detail.examples)
    return draft.add("sum", instruction.inputs[0], detail=every)


def _never_minus_zero(draft: Builder, i: int) -> bool:
    """Whether no number of instruction `i` can be -0, as far as can be told.

    It is found out for each instruction once, the first ones first.
    """
    known = draft.never_minus_zero
    for instruction in draft.instructions[len(known) : i + 1]:
        known.append(_has_no_minus_zero(draft, instruction))
    return known[i]


def _has_no_minus_zero(draft: Builder, instruction: Instruction) -> bool:
    """The same for one instruction, of whose inputs it is known."""
    if instruction.kind == "constant":
        array = instruction.detail.array
        return not bool(((array == 0) & np.signbit(array)).any())
    if instruction.kind in ("exp", "relu", "abs", "sigmoid", "softplus"):
        return True
    if instruction.kind == "product":  # NumPy adds products to 0, but for one alone
        return _term_count(draft, instruction) > 1
    inputs = [draft.never_minus_zero[i] for i in instruction.inputs]
    if instruction.kind == "mul":
        return instruction.inputs[0] == instruction.inputs[1]
    if instruction.kind == "add":
        return any(inputs)
    return instruction.kind in ("view", "take", "sum", "segments", "expand") and inputs[0]


def _term_count(draft: Builder, product: Instruction) -> int:
    """The number of terms of each sum in a matrix product, for one example."""
    lengths = {axis: length for axes, i in zip(product.detail.terms, product.inputs, strict=True)
               for axis, length in zip(axes, draft.shape(i), strict=True)}  # fmt: skip
    return prod(length for axis, length in lengths.items() if axis not in product.detail.kept)


def _is_truth(draft: Builder, i: int) -> bool:
    """Whether the results of instruction `i` are truth values."""
    return draft.instructions[i].kind in TRUTHS


def _is_constant(draft: Builder, i: int) -> bool:
    """Whether instruction `i` is a constant."""
    return draft.instructions[i].kind == "constant"


def _is_number(draft: Builder, i: int) -> bool:
    """Whether instruction `i` is a plain number."""
    return draft.number(i) is not None


def _is_power(draft: Builder, i: int) -> bool:
    """Whether instruction `i` is 1, 2, 4, ... or 2^1022, by which a product is exact."""
    number = draft.number(i)
    return number is not None and 1.0 <= number <= 2.0**1022 and frexp(number)[0] == 0.5


x = Name("x", lambda draft, i: not _is_truth(draft, i))
y = Name("y")
z = Name("z", _never_minus_zero)
t = Name("t", _is_truth)
count = call("count")
c, d = Name("c", _is_constant), Name("d", _is_constant)
n, p = Name("n", _is_number), Name("p", _is_power)

# fmt: off
ARITHMETIC: tuple[Rewrite, ...] = (
    #       before                         after            exact
    Rewrite(x * 1.0,                       x,               "always"),
    Rewrite(x / 1.0,                       x,               "always"),
    Rewrite(x ** 1.0,                      x,               "always"),
    Rewrite(x + -0.0,                      x,               "always"),
    Rewrite(x - 0.0,                       x,               "always"),
    Rewrite(z + 0.0,                       z,               "always: z is never -0"),
    Rewrite(x * -1.0,                      -x,              "but for the sign of nan"),
    Rewrite(call("neg", -y),               y,               "always"),
    Rewrite(x + -y,                        x - y,           "but for the sign of nan"),
    Rewrite(x - -y,                        x + y,           "but for the sign of nan"),
    Rewrite(-(c * y),                      -c * y,          "but for the sign of nan"),
    Rewrite(1.0 / count * count,           PlainNumber(1.0),     "but for the last bit"),
    Rewrite(p * y + p * y,                 (p + p) * y,     "always: p is 1, 2, 4, ..."),
    Rewrite((n * t) * d,                   t * (n * d),     "always: t is 0 or 1", finite=n * d),
    Rewrite(y ** 2.0,                      y * y,           "but for the last bit"),
    Rewrite(1.0 - call("less_equal", y, 0.0), call("not_equal", call("relu", y), 0.0),
                                           "always: both are 1 at nan", known=call("relu", y)),
)

STRUCTURE: tuple[RuleRow, ...] = (
    #   rule                              exact                              how
    RuleRow("f(constants) = constant",        "computed as it would be",         _constants),
    RuleRow("x[:] = x",                       "always",                          _same_view),
    RuleRow("x[i][j] = x[i[j]]",              "always",                          _view_of_view),
    RuleRow("a view in a part is one of it",  "but for the sign of 0",           _view_of_part),
    RuleRow("x[i] with steady i is a view",   "always",                          _steady_take),
    RuleRow("product of x.T is one of x",     "always",                          _turned_factor),
    RuleRow("a sum of one is that one",       "but for the sign of 0",           _short_sum),
    RuleRow("the sum of x.T is that of x",    "but for the order of terms",      _whole_sum),
)
# fmt: on

RULES: tuple[RuleRow, ...] = (
    *STRUCTURE,
    *(RuleRow(repr(each), each.exact, each) for each in ARITHMETIC),
)
