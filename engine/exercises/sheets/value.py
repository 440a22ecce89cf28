"""Exercises for notebook 01: gradients of small formulas, by hand."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

from ...value import Value, demand_value
from ..kinds.answers import Mistake, OneNumber, OneOf, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say


def _two_uses(a: float, b: float) -> Question:
    run = ran("c = a*b + a", a=a, b=b)
    right = run["a"].grad
    return Question(
        f"`c = a·b + a`, with a = {say(a)} and b = {say(b)}. What is ∂c/∂a, the gradient of `a`?",
        OneNumber(right, (
            Mistake(b, "That is the way through the product. `a` is used once more."),
            Mistake(1.0, "That is the way straight into the sum. `a` is in the product, too."),
            Mistake(run["b"].grad, "That is ∂c/∂b: how `c` moves if only `b` moves."),
            Mistake(run["c"].data, "That is `c` itself, and not how `c` moves if `a` does."),
        )),
        ("In how many places does `a` stand? Each of them is a way from `a` to `c`.",
         "In the product, `c` moves b times as far as `a`; in the sum, just as far. Add both."),
        f"Through the product `a` gets {say(b)}, which is b, and straight into the sum 1. "
        f"Contributions add up: `{say(b)} + 1 {gives(right)}`.",
    )  # fmt: skip


def _two_factors(x: float, k: float) -> Question:
    run = ran("y = x*(x + k)", x=x, k=k)
    right = run["x"].grad
    return Question(
        f"`y = x·(x + k)`, with x = {say(x)} and k = {say(k)}. What is the gradient of `x`?",
        OneNumber(right, (
            Mistake(x + k, "That is the way through the first factor. The second has an `x`, too."),
            Mistake(x, "That is the way through the second factor. The first is an `x`, too."),
            Mistake(2 * x, "That would be right for x·x. What does the first `x` get multiplied "
                           "by?"),
            Mistake(run["y"].data, "That is `y` itself, and not how `y` moves if `x` does."),
        )),
        ("Nudge only the first `x`: how far does `y` move? Then only the second one.",
         "For the first one it is the other factor, x + k; for the second one it is x."),
        f"Through the first factor `x` gets {say(x + k)}, which is x + k, through the second "
        f"{say(x)}: `{say(x + k)} + {factor(x)} {gives(right)}`.",
    )  # fmt: skip


def _along_a_path(a: float, b: float) -> Question:
    run = ran("m = a*b; y = m**2", a=a, b=b)
    right, outer = run["a"].grad, run["m"].grad
    return Question(
        f"`m = a·b` and `y = m²`, with a = {say(a)} and b = {say(b)}. What is ∂y/∂a?",
        OneNumber(right, (
            Mistake(outer, "That is ∂y/∂m. The way to `a` has one more arrow."),
            Mistake(b, "That is ∂m/∂a. The way from `y` begins with one more arrow."),
            Mistake(outer + b, "Along a path one multiplies. It is over several paths that one "
                               "adds."),
            Mistake(run["b"].grad, "That is ∂y/∂b: the last factor is that of the other input."),
            Mistake(right / 2, "The slope of m² is 2·m: a factor 2 is missing."),
        )),
        ("Two arrows lead from `y` to `a`: one of the square, one of the product.",
         f"The square has the slope 2·m, and m = {say(run['m'].data)}."),
        f"The square has the slope `2 · {factor(run['m'].data)} {gives(outer)}`, the product the "
        f"slope {say(b)}, which is b. Along the path: `{say(outer)} · {factor(b)} {gives(right)}`.",
    )  # fmt: skip


def _all_gradients(a: float, b: float, c: float) -> Question:
    run = ran("y = a*b + b*c", a=a, b=b, c=c)
    right = {name: run[name].grad for name in "abc"}
    return Question(
        f"`y = a·b + b·c`, with a = {say(a)}, b = {say(b)} and c = {say(c)}. What are the "
        "gradients of `a`, `b` and `c`?",
        SeveralNumbers(right, (
            Mistake({"b": a}, "`b` has got only what comes through the first product."),
            Mistake({"b": c}, "`b` has got only what comes through the second product."),
            Mistake({"b": a * c}, "The two ways to `b` add up; only along a way one multiplies."),
            Mistake({"a": a, "c": c}, "The local derivative of a factor is the other factor."),
        )),
        ("What stays in a product when one factor moves?",
         "`a` and `c` stand in one product each, and `b` in both, so its two ways add up."),
        f"Each factor gets the other one: `a` and `c` get {say(b)}. `b` is used twice, and gets "
        f"`{say(a)} + {factor(c)} {gives(right['b'])}`.",
    )  # fmt: skip


def _which_moves_most(order: tuple[int, ...], far: float) -> Question:
    w = [(-1.0, 0.5, 3.0, 1.0)[at] for at in order]
    x = [(far, 3.0, 2.0, 1.0)[at] for at in order]
    at = {f"w{i}": number for i, number in enumerate(w)}
    at |= {f"x{i}": number for i, number in enumerate(x)}
    run = ran("s = sum(w0*x0, w1*x1, w2*x2, w3*x3); out = relu(s); loss = out**2", **at)
    slopes = [abs(run[f"w{i}"].grad) for i in range(4)]
    most, least = slopes.index(max(slopes)), slopes.index(min(slopes))
    shared, right = run["out"].grad, run[f"w{most}"].grad
    return Question(
        f"A neuron has the weights {_listed(w)} and the inputs {_listed(x)}: "
        "`out = relu(w[0]·x[0] + … + w[3]·x[3])`, and the loss is `out²`. Which weight moves most "
        "in one step of gradient descent?",
        OneOf(f"w[{most}]", (
            Mistake(f"w[{w.index(max(w))}]", "That is the largest weight. How large a weight is "
                    "has no part in its gradient: what is it multiplied by?"),
            Mistake(f"w[{x.index(max(x))}]", "That is the weight of the largest positive input. "
                    "The sign says which way a weight moves; how far, only the size says."),
            Mistake(f"w[{least}]", "This one moves least: its input is the smallest."),
        )),
        ("A step is the learning rate times the gradient. In what do the four gradients differ?",
         "Each path has the same factors, but for the last one, the input of the weight."),
        f"All four gradients have the factor 2·out, which is {say(shared)}. The last factor is the "
        f"input, and the largest in size is x[{most}] = {say(x[most])}, so `w[{most}]` gets "
        f"`{say(shared)} · {factor(x[most])} {gives(right)}`.",
    )  # fmt: skip


def _listed(numbers: list[float]) -> str:
    return f"[{', '.join(map(say, numbers))}]"


def _tried_product(product: Callable[..., Value], given: Any) -> dict[str, float]:
    """The data and gradients of a graph that a product is used in."""
    build, numbers = given
    leaves = {name: Value(number, name) for name, number in numbers.items()}
    output = build(product, *leaves.values())
    demand_value(output, f"what {_PRODUCT.name} returns")
    output.backward()
    gradients = {f"the gradient of `{name}`": leaf.grad for name, leaf in leaves.items()}
    return {"the product": output.data, **gradients}


_PRODUCT = BrokenProgram(
    "product",
    '''
def product(a, b):
    """a · b, with the local derivatives given by hand."""
    return Value(a.data * b.data, [a, b], [b.data, a.data])
''',
    (
        Fault("[b.data, a.data]", "[a.data, b.data]",
              "Each factor gets itself as its local derivative, and not the other factor."),
        Fault("[a, b], [b.data, a.data]", "[a], [b.data]",
              "The second factor is not among the inputs, so no gradient comes to it."),
        Fault("[b.data, a.data]", "[1.0, 1.0]",
              "These are the local derivatives of a sum, and not of a product."),
        Fault("[b.data, a.data]", "[a.data * b.data, a.data * b.data]",
              "The product itself stands in place of the local derivatives."),
    ),
    (
        Trial("For `product(a, b)` at a = 2, b = -3",
              (lambda product, a, b: product(a, b), {"a": 2.0, "b": -3.0})),
        Trial("For `product(x, x)` at x = 5",
              (lambda product, x: product(x, x), {"x": 5.0})),
        Trial("For `product(product(a, b), a)` at a = 2, b = 4",
              (lambda product, a, b: product(product(a, b), a), {"a": 2.0, "b": 4.0})),
    ),
    _tried_product,
    lambda a, b: a * b,
)  # fmt: skip


def _repair_product(fault: int) -> Question:
    return repair(
        _PRODUCT, fault,
        "`Value(data, inputs, local_derivatives)` makes a Value by hand. This is a product.",
        "`check_gradient(product, 2.0, -3.0)` says which of its derivatives is wrong.",
    )  # fmt: skip


VALUE = (
    Exercise("01-1", "a is used twice",
             {"a": (2, 3, 4, 5, 6, 7), "b": (-3, -5, -4, 3, 4, 5, 6)}, _two_uses),
    Exercise("01-2", "x in both factors",
             {"x": (3, 2, 4, 5, 6, -4), "k": (2, 3, 4, 5, 7, -3)}, _two_factors),
    Exercise("01-3", "a product, squared",
             {"a": (3, 4, 5, 6, -3), "b": (4, 5, 6, -2)}, _along_a_path),
    Exercise("01-4", "three gradients at once",
             {"a": (2, 3, 4, -2), "b": (5, 6, 7, -5), "c": (-3, 8, 9, 10)}, _all_gradients),
    Exercise("01-5", "which weight moves most",
             {"order": ((2, 1, 0, 3), *permutations(range(4))), "far": (-4, -5, -6)},
             _which_moves_most),
    Exercise("01-6", "repair this product", {"fault": range(4)}, _repair_product),
)  # fmt: skip
