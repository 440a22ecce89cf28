"""Rules that put something simpler in the place of an instruction, and when each is exact.

Nothing here holds in real numbers only: x / x is not 1 where x is 0, and 0 x is not 0 where x is
infinite. `simplified(program)` applies the rules until nothing changes. What was computed twice is
computed once, what is constant is computed now, and what nothing depends on is left out.
"""

from math import prod
from typing import Any, NamedTuple

from .arrays import np
from .draft import Draft, Rule, rewritten
from .functions import FUNCTIONS, TRUTHS
from .meaning import MEANINGS, constant_of
from .program import Instruction, Product, Program, Sum, shape_of
from .views import Shape, View, is_slice, view_at, whole


class Row(NamedTuple):
    """A rule, in words, and when it is exact."""

    rule: str
    exact: str
    apply: Rule


def simplified(program: Program) -> Program:
    """The program in fewer and simpler instructions."""
    rules = [row.apply for row in RULES]
    while True:
        simpler = rewritten(program, rules)
        if simpler == program:
            return simpler
        program = simpler


# How many numbers a constant may have that is computed from a smaller one.
_LARGEST = 10_000_000


def _constants(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    read = [draft.instructions[i] for i in inputs]
    is_same = kind != "mean" and (kind != "expand" or not detail[1])  # for all examples
    if not read or any(each.kind != "constant" for each in read) or not is_same:
        return None
    shape = shape_of(kind, [each.shape for each in read], detail)
    is_known = kind in MEANINGS or kind in FUNCTIONS or kind == "kernel"
    if not is_known or prod(shape) > _LARGEST:
        return None
    return draft.constant(constant_of(Instruction(kind, inputs, detail, shape, False), read))


def _same_view(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind == "view" and detail == whole(draft.shape(inputs[0])):
        return inputs[0]
    same = (draft.shape(inputs[0]), draft.instructions[inputs[0]].examples) if inputs else None
    return inputs[0] if kind == "expand" and detail == same else None


def _view_of_view(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind not in ("view", "take"):
        return None
    inner = draft.instructions[inputs[0]]
    if inner.kind not in ("view", "take"):
        return None
    outer_places = detail.places if kind == "view" else detail.array
    inner_places = inner.detail.places if inner.kind == "view" else inner.detail.array
    places = inner_places.reshape(-1)[outer_places]
    view = view_at(places)
    is_view = view is not None and is_slice(view, prod(draft.shape(inner.inputs[0])))
    if kind == "view" and inner.kind == "take" and not is_view:
        return None  # what was taken once is not taken again
    return draft.at(inner.inputs[0], places)


def _turned_factor(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind != "product":
        return None
    terms, kept = detail.axes.split("->")
    for slot, axes in enumerate(terms.split(",")):
        factor = draft.instructions[inputs[slot]]
        if factor.kind == "view":
            shape = draft.shape(factor.inputs[0])
            order = _order(factor.detail, shape)
            if order is not None:
                given, letters = list(inputs), terms.split(",")
                given[slot] = factor.inputs[0]
                letters[slot] = "".join(axes[order.index(i)] for i in range(len(shape)))
                other = Product(f"{','.join(letters)}->{kept}", detail.examples)
                return draft.add("product", *given, detail=other)
    return None


def _order(view: View, shape: Shape) -> list[int] | None:
    """Which axis of an array is which in a view that only exchanges axes; None for other views."""
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


def _steady_take(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    view = view_at(detail.array) if kind == "take" else None
    is_view = view is not None and is_slice(view, prod(draft.shape(inputs[0])))
    return draft.add("view", inputs[0], detail=view) if is_view else None


def _short_sum(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    if kind == "mean" and not draft.instructions[inputs[0]].examples:
        return inputs[0]
    if kind != "sum":
        return None
    shape = draft.shape(inputs[0])
    long = tuple(axis for axis in detail.axes if shape[axis] > 1)
    examples = detail.examples and draft.instructions[inputs[0]].examples
    if (long, examples) == (detail.axes, detail.examples):
        return inputs[0] if not long and not examples else None
    kept = whole(
        tuple(d for axis, d in enumerate(shape) if axis not in detail.axes or axis in long)
    )
    fewer = {axis: i for i, axis in enumerate(
        axis for axis in range(len(shape)) if axis not in detail.axes or axis in long)}  # fmt: skip
    seen = draft.add("view", inputs[0], detail=kept)
    return draft.add("sum", seen, detail=Sum(tuple(fewer[axis] for axis in long), examples))


def _whole_sum(draft: Draft, kind: str, inputs: tuple[int, ...], detail: Any) -> int | None:
    made = draft.instructions[inputs[0]] if kind == "sum" else None
    if made is None or made.kind != "view" or len(detail.axes) < len(made.shape):
        return None
    shape = draft.shape(made.inputs[0])
    if made.detail.size != prod(shape) or not made.detail.is_distinct or 1 in shape:
        return None
    every = Sum(tuple(range(len(shape))), detail.examples)
    return draft.add("sum", made.inputs[0], detail=every)


def _number(draft: Draft, i: int) -> float | None:
    """The plain number that an instruction is; None for all others."""
    made = draft.instructions[i]
    return made.detail.array.item() if made.kind == "constant" and not made.shape else None


def _is_number(draft: Draft, i: int, number: float) -> bool:
    """Whether an instruction is that number, with the same sign if it is 0."""
    found = _number(draft, i)
    return found == number and np.signbit(found) == np.signbit(number)


def _neutral(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    for operation, place, number in _NEUTRAL:
        if kind == operation and _is_number(draft, inputs[place], number):
            other = inputs[1 - place]
            return None if draft.instructions[other].kind in TRUTHS else other
    return None


_NEUTRAL = (
    ("mul", 0, 1.0),
    ("mul", 1, 1.0),
    ("div", 1, 1.0),
    ("pow", 1, 1.0),
    ("add", 0, -0.0),
    ("add", 1, -0.0),
    ("sub", 1, 0.0),
)


def _negative(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    if kind == "mul":
        for place in (0, 1):
            other = inputs[1 - place]
            is_truth = draft.instructions[other].kind in TRUTHS
            if _is_number(draft, inputs[place], -1.0) and not is_truth:
                return draft.add("neg", other)
    of = draft.instructions[inputs[-1]] if inputs else None
    if of is None or of.kind != "neg":
        return None
    if kind == "neg":
        return of.inputs[0]
    opposite = {"add": "sub", "sub": "add"}.get(kind)
    return None if opposite is None else draft.add(opposite, inputs[0], of.inputs[0])


def _share(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    kinds = {draft.instructions[i].kind for i in inputs}
    return draft.constant(1.0) if kind == "mul" and kinds == {"share", "count"} else None


def _negative_factor(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    made = draft.instructions[inputs[0]] if kind == "neg" else None
    if made is None or made.kind != "mul":
        return None
    for slot in (0, 1):
        if draft.instructions[made.inputs[slot]].kind == "constant":
            negative = draft.add("neg", made.inputs[slot])
            return draft.add("mul", negative, made.inputs[1 - slot])
    return None


def _twice(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    if kind != "add" or inputs[0] != inputs[1] or draft.instructions[inputs[0]].kind != "mul":
        return None
    made = draft.instructions[inputs[0]]
    for slot in (0, 1):
        number = _number(draft, made.inputs[slot])
        if number is not None:
            return draft.add("mul", draft.constant(2.0 * number), made.inputs[1 - slot])
    return None


def _number_by_truth(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    if kind != "mul":
        return None
    for slot in (0, 1):
        other, inner = inputs[1 - slot], draft.instructions[inputs[slot]]
        if inner.kind == "mul" and draft.instructions[other].kind == "constant":
            for place in (0, 1):
                number, truth = inner.inputs[place], inner.inputs[1 - place]
                if _number(draft, number) is not None and draft.instructions[truth].kind in TRUTHS:
                    return draft.add("mul", truth, draft.add("mul", number, other))
    return None


def _square(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    if kind == "pow" and _is_number(draft, inputs[1], 2.0):
        return draft.add("mul", inputs[0], inputs[0])
    return None


def _active(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    """The slope of relu by its result."""
    if kind != "sub" or not _is_number(draft, inputs[0], 1.0):
        return None
    test = draft.instructions[inputs[1]]
    if test.kind != "less_equal" or not _is_number(draft, test.inputs[1], 0.0):
        return None
    result = draft.find("relu", test.inputs[0])
    return None if result is None else draft.add("not_equal", result, draft.constant(0.0))


def _zero_added(draft: Draft, kind: str, inputs: tuple[int, ...], _: Any) -> int | None:
    if kind != "add":
        return None
    for place in (0, 1):
        if _is_number(draft, inputs[place], 0.0) and _never_minus_zero(draft, inputs[1 - place]):
            return inputs[1 - place]
    return None


def _never_minus_zero(draft: Draft, i: int) -> bool:
    """Whether it is known that an array has no -0."""
    made = draft.instructions[i]
    if made.kind == "constant":
        array = made.detail.array
        return not bool(((array == 0) & np.signbit(array)).any())
    if made.kind in ("product", "exp", "relu", "abs", "sigmoid", "softplus"):
        return True
    if made.kind == "mul":
        return made.inputs[0] == made.inputs[1]
    if made.kind == "add":
        return any(_never_minus_zero(draft, each) for each in made.inputs)
    if made.kind in ("view", "take", "sum", "segments", "mean", "expand"):
        return _never_minus_zero(draft, made.inputs[0])
    return False


# fmt: off
RULES: tuple[Row, ...] = (
    #   rule                              exact                              how
    Row("f(constants) = constant",        "computed as it would be",         _constants),
    Row("x[:] = x",                       "always",                          _same_view),
    Row("x[i][j] = x[i[j]]",              "always",                          _view_of_view),
    Row("x[i] with steady i is a view",   "always",                          _steady_take),
    Row("product of x.T is one of x",     "always",                          _turned_factor),
    Row("a sum of one is that one",       "but for the sign of 0",           _short_sum),
    Row("the sum of x.T is that of x",    "but for the order of terms",      _whole_sum),
    Row("x 1 = x / 1 = x^1 = x - 0 = x",  "always, as x + -0; not x + 0",    _neutral),
    Row("-(-x) = x, x + -y = x - y",      "but for the sign of nan",         _negative),
    Row("-(c x) = (-c) x",                "but for the sign of nan",         _negative_factor),
    Row("count share = 1",                "to the last bit",                 _share),
    Row("c x + c x = (2 c) x",            "to the last bit",                 _twice),
    Row("(c t) d = t (c d)",              "t is 0 or 1, c and d constants",  _number_by_truth),
    Row("x^2 = x x",                      "to the last bit",                 _square),
    Row("1 - (x <= 0) = relu(x) != 0",    "always: both are 1 at nan",       _active),
    Row("x + 0 = x",                      "x is never -0",                   _zero_added),
)
# fmt: on
