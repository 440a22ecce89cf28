"""Exercises for notebook 03: what happens at each step of a backward pass."""

from collections.abc import Callable, Iterator
from typing import Any

from ...analysis.steps import Done, Push, steps
from ...expression import parse
from ...graph import topological_order
from ...value import Value
from ..kinds.answers import Mistake, OneNumber, OneOf, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say


def _contribution(w: float, x: float, b: float) -> Question:
    run = ran("p = w*x; s = p + b; h = relu(s); loss = h**2", w=w, x=x, b=b)
    upstream, right = run["p"].grad, run["w"].grad
    return Question(
        f"`loss = relu(w·x + b)²`, with w = {say(w)}, x = {say(x)} and b = {say(b)}. What is the "
        "contribution of the arrow from the product `w·x` to `w`?",
        OneNumber(right, (
            Mistake(x, "That is the local derivative. It is multiplied by what flows in."),
            Mistake(upstream, "That is what flows in. It is multiplied by the local derivative."),
            Mistake(upstream + x, "What flows in and the local derivative are multiplied, not "
                                  "added."),
            Mistake(run["x"].grad, "That is the contribution of the other arrow, to `x`."),
        )),
        ("Contribution = upstream · local derivative.",
         f"Upstream is 2·{factor(run['h'].data)}, for relu and the sum have the slope 1."),
        f"Upstream is `2 · {factor(run['h'].data)} {gives(upstream)}`, the slope of the square, "
        f"and the local derivative d(w·x)/dw is {say(x)}: "
        f"`{say(upstream)} · {factor(x)} {gives(right)}`.",
    )  # fmt: skip


def _quotient(a: float, b: float) -> Question:
    run = ran("y = a/b", a=a, b=b)
    right = run["b"].grad
    return Question(
        f"`y = a/b`, with a = {say(a)} and b = {say(b)}. Which local derivative stands on the "
        "arrow to `b`, the denominator?",
        OneNumber(right, (
            Mistake(run["a"].grad, "That is the local derivative by `a`, the numerator."),
            Mistake(-right, "The sign: what happens to a/b when b grows?"),
            Mistake(right / a, "That is the slope of 1/b. The numerator `a` is a factor of it."),
            Mistake(right * b, "The slope of 1/b is −1/b²: one b is missing."),
            Mistake(run["y"].data, "That is `y` itself, and not how it moves."),
        )),
        ("a/b is a · b⁻¹. What is the slope of b⁻¹?",
         "d(a/b)/db = −a/b²."),
        f"d(a/b)/db is −a/b²: `-{factor(a)} / {factor(b)}² {gives(right)}`.",
    )  # fmt: skip


def _who_is_next(formula: str) -> Question:
    output = parse(formula)(**dict.fromkeys(parse(formula).names, 2.0))
    right = next(event.node for event in steps(output, names={}) if isinstance(event, Done))
    others = [node for node in topological_order(output) if node not in (output, right)]
    lines = ", ".join(f"`{line}`" for line in formula.replace("*", "·").split("; "))
    waiting = [f"`{node.label}`" for node in others if _uses(node, right)]
    return Question(
        f"{lines}. The backward pass has begun: `{output.label}` has pushed all its contributions. "
        "Which Value's gradient is complete next, so that it may push?",
        OneOf(right.label, tuple(
            Mistake(node.label, f"`{node.label}` has to wait: `{_user_of(node, output)}` uses it, "
                                "and has not pushed yet.")
            for node in others
        )),
        ("A Value is complete when everything that uses it has pushed.",
         f"Go through the lines from the last one up: who is used by `{output.label}` only?"),
        f"`{right.label}` is used by `{output.label}` only, which has pushed. "
        f"{' and '.join(waiting)} cannot pass anything on before `{right.label}` has "
        "pushed, for each gradient has to be whole first.",
    )  # fmt: skip


def _uses(node: Value, by: Value) -> bool:
    """Whether an operation uses a Value."""
    return any(each is node for each, _ in by.edges())


def _user_of(node: Value, output: Value) -> str:
    """The first operation, other than the output, that uses a Value."""
    order = topological_order(output)
    return next(each.label for each in order if each is not output and _uses(node, each))


def _running_sum(w: float, x: float, k: float) -> Question:
    run = ran("h = w*x; y = h**2 + k*h", w=w, x=x, k=k)
    h, right = run["h"].data, {name: run[name].grad for name in ("h", "w")}
    return Question(
        f"`h = w·x` and `y = h² + k·h`, with w = {say(w)}, x = {say(x)} and k = {say(k)}. What are "
        "the gradients of `h` and `w` when the backward pass has ended?",
        SeveralNumbers(right, (
            Mistake({"h": 2 * h}, "`h` has got only what comes through the square."),
            Mistake({"h": k}, "`h` has got only what comes through k·h."),
            Mistake({"w": 2 * h * x}, "`h` passed on too early: `w` has to get the whole gradient "
                                      "of `h`."),
            Mistake({"w": right["h"]}, "To `w` leads one more arrow, with its local derivative."),
        )),
        ("`h` is used twice. Add up before you go on.",
         f"h = {say(h)}, so its two contributions are {say(2 * h)} and {say(k)}."),
        f"`h` gets 2·h through the square and k through the product: "
        f"`2 · {factor(h)} + {factor(k)} {gives(right['h'])}`. Only then it is complete, and `w` "
        f"gets `{say(right['h'])} · {factor(x)} {gives(right['w'])}`.",
    )  # fmt: skip


def _how_many_pushes(formula: str) -> Question:
    output = parse(formula)(**dict.fromkeys(parse(formula).names, 2.0))
    right = sum(isinstance(event, Push) for event in steps(output, names={}))
    order = topological_order(output)
    operations = sum(bool(node.inputs) for node in order)
    written = formula.replace("*", "·").split("; ")
    return Question(
        f"{', '.join(f'`{line}`' for line in written)}. How many contributions, lines with `+=`, "
        "does the backward pass have?",
        OneNumber(right, (
            Mistake(len(order), "That is the number of Values. Not boxes contribute, but arrows."),
            Mistake(operations, "That is the number of operations. Each has more than one input."),
            Mistake(len(order) - operations, "That is the number of leaves. They pass nothing on."),
        ), exactly=True),
        ("Each arrow of the picture contributes once. How many arrows does an operation have?",
         "An operation has an arrow for each of its inputs; x·x has two."),
        f"There are {operations} operations with two inputs each, and each input is an arrow, also "
        f"where both are the same Value: `{operations} · 2 {gives(right)}`.",
    )  # fmt: skip


def _tried_sweep(backward: Callable[..., Any], formula: str) -> dict[str, float]:
    """The gradients of all Values of a formula."""
    names = parse(formula).names
    output = parse(formula)(**dict(zip(names, (2.0, -3.0, 0.5), strict=False)))
    order = topological_order(output)
    backward(order)
    return dict(_gradients(order))


def _gradients(order: list[Value]) -> Iterator[tuple[str, float]]:
    for node in order:
        yield f"the gradient of `{node.label}`", node.grad


_BACKWARD = BrokenProgram(
    "backward",
    '''
def backward(order):
    """Fill in the gradients of all Values in order: inputs first, the output last."""
    order[-1].grad = 1.0
    for value in reversed(order):
        for each, local in value.edges():
            each.grad += value.grad * local
''',
    (
        Fault("each.grad += value.grad * local", "each.grad = value.grad * local",
              "A Value that is used twice keeps only its last contribution: they must add up."),
        Fault("value.grad * local", "local",
              "Each arrow contributes its local derivative alone: what flows in is missing."),
        Fault("in reversed(order)", "in order",
              "Values push before their gradients are there: the sweep goes the wrong way."),
        Fault("order[-1].grad", "order[0].grad",
              "The sweep starts with a gradient at the first Value, and not at the output."),
        Fault("value.grad * local", "value.data * local",
              "The number of a Value flows back in place of its gradient."),
    ),
    (
        Trial("For `p = a·b`, `y = p·p` at a = 2, b = -3", "p = a*b; y = p*p"),
        Trial("For `p = a·b`, `q = p + a`, `y = p·q` at a = 2, b = -3",
              "p = a*b; q = p + a; y = p*q"),
        Trial("For `p = a·b`, `q = tanh(p)`, `r = q + c`, `y = r·q` at a = 2, b = -3, c = 0.5",
              "p = a*b; q = tanh(p); r = q + c; y = r*q"),
    ),
    _tried_sweep,
    lambda order: order[-1].backward(),
)  # fmt: skip


def _repair_backward(fault: int) -> Question:
    return repair(
        _BACKWARD, fault,
        "This is a backward pass. `from engine.graph import topological_order` gives the `order` "
        "for it, and `value.edges()` the inputs of a Value with their local derivatives.",
        "Try it on x·x, and on (a·b)², and compare with `steps`, which prints what should happen.",
    )  # fmt: skip


STEPPING = (
    Exercise("03-1", "one arrow",
             {"w": (2, 3, 4), "x": (3, 5, 2), "b": (-1, 1, 2, -2)}, _contribution),
    Exercise("03-2", "the slope of a quotient",
             {"a": (6, 3, 5, 8, -4), "b": (2, 4, 5, -2)}, _quotient),
    Exercise("03-3", "who is next",
             {"formula": ("p = h*a; q = p + h; y = p*q", "m = w*x; n = m + w; y = m*n",
                          "s = u*v; t = s*u; y = t + s", "d = a + b; c = a*d; y = c*d",
                          "g = m*n; f = n + g; y = g + f")}, _who_is_next),
    Exercise("03-4", "complete before it pushes",
             {"w": (2, 0.5, 1, -1), "x": (3, 4, 5), "k": (4, 3, 5, 7, -4)}, _running_sum),
    Exercise("03-5", "how many contributions",
             {"formula": ("p = w*x; s = p + b; q = s*w; y = q + s", "p = a*b; q = p*a; y = p + q",
                          "p = a*a; q = p*p; r = q*q; y = r + a",
                          "p = a*b; q = b*c; r = p + q; s = r*p; y = s + q",
                          "p = u + v; q = p*p; r = q*u; y = r + p",
                          "p = a*b; q = p*c; r = q*q; s = r + a; t = s*b; y = t + r")},
             _how_many_pushes),
    Exercise("03-6", "repair this backward pass", {"fault": range(5)}, _repair_backward),
)  # fmt: skip
