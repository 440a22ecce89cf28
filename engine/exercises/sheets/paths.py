"""Exercises for notebook 04: gradients as sums over paths."""

from collections.abc import Callable
from typing import Any

from ...analysis.chain_rule import chain_rule
from ...expression import parse
from ...gradients import grad
from ...graph import topological_order
from ...value import Value
from ..kinds.answers import Mistake, OneNumber, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say


def _one_path(w: float, x: float, b: float, v: float) -> Question:
    run = ran("s = w*x + b; r = s*v; loss = r**2", w=w, x=x, b=b, v=v)
    right, outer = run["w"].grad, run["r"].grad
    return Question(
        f"`r = (w·x + b)·v` and `loss = r²`, with w = {say(w)}, x = {say(x)}, b = {say(b)} and "
        f"v = {say(v)}. One path leads from the loss to `w`. What is its product?",
        OneNumber(right, (
            Mistake(outer * x, "The path passes through the product with v, whose factor is "
                               "missing."),
            Mistake(run["b"].grad, "That is the path to `b`. To `w` it has one more factor."),
            Mistake(v * x, "The factor of the square, 2·r, is missing."),
            Mistake(right / 2, "The slope of r² is 2·r: the 2 is missing."),
        )),
        ("From the loss: the square, the product with v, the sum, the product with x.",
         f"The factors are 2·r, v, 1 and x, with r = {say(run['r'].data)}."),
        f"The factors are 2·r, v, 1 and x: "
        f"`2 · {factor(run['r'].data)} · {factor(v)} · 1 · {factor(x)} {gives(right)}`.",
    )  # fmt: skip


def _count(ways: tuple[int, int, int]) -> Question:
    lines = [f"{name} = {' + '.join([of] * times)}"
             for name, of, times in zip("pqy", "xpq", ways, strict=True)]  # fmt: skip
    run = ran("; ".join(lines), x=1)
    right = chain_rule(run["y"], run["x"]).count
    first, second, third = ways
    return Question(
        f"{', '.join(f'`{line}`' for line in lines)}. How many paths lead from `y` to `x`?",
        OneNumber(right, (
            Mistake(sum(ways), "Each way of one line can go on by each way of the next: multiply."),
            Mistake(first * second, "The ways from `y` to `q` are not counted."),
            Mistake(second * third, "The ways from `p` to `x` are not counted."),
            Mistake(right - 1, "One path is missing: the first one counts, too."),
        ), exactly=True),
        (f"How many ways lead from `p` to `x`? There are {first}.",
         "From `q` there are as many as from `p`, for each of its ways to `p`."),
        "Each way from `y` to `q` goes on by each way from `q` to `p`, and that by each way to "
        f"`x`: `{third} · {second} · {first} {gives(right)}`.",
    )  # fmt: skip


def _short_and_long(w: float, k: float) -> Question:
    run = ran("p = k*w; h = p**2; y = w*h", w=w, k=k)
    paths = sorted(chain_rule(run["y"], run["w"]), key=lambda path: len(path.values))
    right = {name: path.product for name, path in zip(("short", "long"), paths, strict=True)}
    p = run["p"].data
    return Question(
        f"`p = k·w`, `h = p²` and `y = w·h`, with w = {say(w)} and k = {say(k)}. Two paths lead "
        "from `y` to `w`, a short one and a long one. What are their products?",
        SeveralNumbers(right, (
            Mistake({"short": w}, "That is the factor on the arrow to `h`. On the one to `w` "
                                  "stands the other factor."),
            Mistake({"long": 2 * p * k}, "The long path begins with the arrow from `y` to `h`, "
                                         "whose factor is missing."),
            Mistake({"long": 2 * p * w}, "The long path ends with the arrow from `p` to `w`, whose "
                                         "factor is missing."),
            Mistake({"long": run["w"].grad}, "That is the sum of both paths, the whole gradient."),
        )),
        ("The short path is one arrow: what stands on the arrow from `y` to its factor `w`?",
         "The long one has three factors: w, then 2·p, then k."),
        f"The short one is h: `{factor(p)}² {gives(right['short'])}`. The long one is w, 2·p and "
        f"k: `{say(w)} · 2 · {factor(p)} · {factor(k)} {gives(right['long'])}`.",
    )  # fmt: skip


def _ways_around(a: float, b: float) -> Question:
    run = ran("h = x + a*x; y = h + b*h", x=3, a=a, b=b)
    right = run["x"].grad
    return Question(
        f"Two blocks with a way around each: `h = x + a·x` and `y = h + b·h`, with a = {say(a)} "
        f"and b = {say(b)}. What is the gradient of `x`?",
        OneNumber(right, (
            Mistake(a * b, "That is the path through both blocks. There are ways around them."),
            Mistake(1.0, "That is the path around both blocks. There are ways through them."),
            Mistake(1 + a * b, "There are two more paths: through one block and around the other."),
            Mistake(1 + a + b, "The path through both blocks is missing."),
        )),
        ("There are four paths: through or around the first block, through or around the second.",
         "Their products are 1, a, b and a·b."),
        f"Four paths: `1 + {factor(a)} + {factor(b)} + {factor(a)} · {factor(b)} {gives(right)}`, "
        f"which is also `(1 + {factor(a)}) · (1 + {factor(b)}) {gives(right)}`.",
    )  # fmt: skip


def _three_uses(w: float, x: float) -> Question:
    run = ran("h1 = w*x; h2 = w*h1; y = w*h2", w=w, x=x)
    right = run["w"].grad
    return Question(
        f"One weight is used at three steps: `h1 = w·x`, `h2 = w·h1`, `y = w·h2`, with "
        f"w = {say(w)} and x = {say(x)}. What is the gradient of `w`?",
        OneNumber(right, (
            Mistake(w**2 * x, "That is one path. There is one for each step that uses `w`."),
            Mistake(3 * w**2, "Each path ends with a factor that has the input x in it."),
            Mistake(w**3, "That is the gradient of `x`."),
            Mistake(3 * w * x, "Each path leaves out one of three w, so two of them stay."),
            Mistake(run["y"].data, "That is `y` itself, and not how it moves."),
        )),
        ("Let `w` move at one step only, and keep still at the other two. Then add up.",
         "Each of the three paths has the product w·w·x."),
        f"Three paths, each of w·w·x: `3 · {factor(w)}² · {factor(x)} {gives(right)}`.",
    )  # fmt: skip


def _tried_paths(gradient: Callable[..., Any], formula: str) -> dict[str, float]:
    """The gradients of the leaves of a formula."""
    names = parse(formula).names
    output = parse(formula)(**dict(zip(names, (3.0, -2.0, 0.5), strict=False)))
    leaves = [node for node in topological_order(output) if node.label in names]
    return {f"the gradient of `{leaf.label}`": gradient(output, leaf) for leaf in leaves}


def _gradient(output: Value, leaf: Value) -> float:
    return grad(output, [leaf])[0]


_GRADIENT = BrokenProgram(
    "gradient",
    '''
def gradient(output, leaf):
    """∂output/∂leaf, as the sum over all paths."""
    if output is leaf:
        return 1.0
    total = 0.0
    for each, local in output.edges():
        total += local * gradient(each, leaf)
    return total
''',
    (
        Fault("total += local", "total = local",
              "Only the paths through the last input are left: they must add up."),
        Fault("local * gradient(each, leaf)", "gradient(each, leaf)",
              "Each path counts 1: this is the number of paths, without their factors."),
        Fault("gradient(each, leaf)\n    return", "gradient(each, leaf)\n        return",
              "The first input is followed only: the function ends before it sees the others."),
        Fault("local * gradient", "local + gradient",
              "Along a path the local derivatives are added, and should be multiplied."),
    ),
    (
        Trial("For `y = a·b` at a = 3, b = -2", "y = a*b"),
        Trial("For `p = a·b`, `q = p + a`, `y = p·q` at a = 3, b = -2",
              "p = a*b; q = p + a; y = p*q"),
        Trial("For `p = a·a`, `q = tanh(c)·b`, `y = p·q` at a = 3, b = 0.5, c = -2",
              "p = a*a; q = tanh(c)*b; y = p*q"),
    ),
    _tried_paths,
    _gradient,
)  # fmt: skip


def _repair_gradient(fault: int) -> Question:
    return repair(
        _GRADIENT, fault,
        "This follows all paths from an output to a leaf. It does what the definition says, and "
        "takes long for a large graph.",
        "Try it on x·x, and compare with `print(chain_rule(output, leaf))`, which lists the paths.",
    )  # fmt: skip


PATHS = (
    Exercise("04-1", "along one path",
             {"w": (2, 3, 1), "x": (3, 4, 5), "b": (-2, 2, 5), "v": (0.5, -0.5)}, _one_path),
    Exercise("04-2", "how many paths",
             {"ways": ((2, 3, 4), (4, 2, 3), (3, 4, 2), (5, 3, 2))}, _count),
    Exercise("04-3", "the product rule as two paths",
             {"w": (0.5, 3, -0.5, 2), "k": (4, 6, 3, -2)}, _short_and_long),
    Exercise("04-4", "ways around",
             {"a": (0.5, 0.4, -0.5, 0.8), "b": (0.2, 0.3, 0.6, -0.25)}, _ways_around),
    Exercise("04-5", "one weight at three steps",
             {"w": (2, 0.5, 1.5, -2), "x": (5, 4, 8, 7)}, _three_uses),
    Exercise("04-6", "repair this sum over paths", {"fault": range(4)}, _repair_gradient),
)  # fmt: skip
