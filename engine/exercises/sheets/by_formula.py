"""Exercises for notebook 08: backpropagation by formula, with δ = ∂L/∂z."""

from collections.abc import Callable
from math import atanh, log
from typing import Any

from ...value import Value
from ..kinds.answers import Mistake, OneNumber, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say


def _delta_of_output(a: float, y: float) -> Question:
    run = ran("a = sigmoid(z); loss = (a - y)**2 / 2", z=log(a / (1 - a)), y=y)
    right = run["z"].grad
    return Question(
        f"The output of a sigmoid is a = {say(a)}, and should be y = {say(y)}. The loss is "
        "`½·(a − y)²`. What is δ = ∂L/∂z, with z what goes into the sigmoid?",
        OneNumber(right, (
            Mistake(a - y, "That is ∂L/∂a. The way to z leads through the sigmoid, too."),
            Mistake((a - y) * a, "The slope of the sigmoid is a·(1 − a): half of it is missing."),
            Mistake(-right, "The sign: ∂L/∂a is a − y, and not y − a."),
            Mistake(2 * right, "The ½ in the loss and the 2 of the square make 1."),
        )),
        ("δ = (a − y) · f'(z). What is the slope of the sigmoid, in terms of a?",
         f"The slope is a·(1 − a), which is {say(round(a * (1 - a), 6))}."),
        f"δ = (a − y)·a·(1 − a): `({say(a)} - {say(y)}) · {say(a)} · (1 - {say(a)}) "
        f"{gives(right)}`.",
    )  # fmt: skip


def _p_minus_y(powers: tuple[float, float, float], wanted: int) -> Question:
    formula = ("e1 = exp(z1); e2 = exp(z2); e3 = exp(z3); "
               f"p = e{wanted} / sum(e1, e2, e3); loss = -log(p)")  # fmt: skip
    run = ran(formula, **{f"z{i}": log(power) for i, power in enumerate(powers, 1)})
    names = ("z1", "z2", "z3")
    right = {name: run[name].grad for name in names}
    shares = dict(zip(names, (power / sum(powers) for power in powers), strict=True))
    hit = f"z{wanted}"
    sums = [f"`{name}`: `{say(e)} / {say(sum(powers))}{' - 1' * (name == hit)} "
            f"{gives(right[name])}`"
            for name, e in zip(names, powers, strict=True)]  # fmt: skip
    return Question(
        "Three scores `z1`, `z2`, `z3` have the exponentials exp(z) = "
        f"{', '.join(map(say, powers))}. p is their softmax, the right class is number {wanted}, "
        f"and the loss is −log p{'₁₂₃'[wanted - 1]}. What are the gradients of the scores?",
        SeveralNumbers(right, (
            Mistake({hit: shares[hit]}, f"The right class gets p − 1: one way more leads to "
                    f"`{hit}`, through the numerator."),
            Mistake({name: -number for name, number in right.items()}, "All signs are turned: "
                    "δ = p − y, and not y − p."),
            Mistake({hit: -1 / shares[hit]}, "That is the slope of −log p by p. The way goes on, "
                    "through softmax."),
            Mistake({name: 0.0 for name in names if name != hit}, "The other scores have a part "
                    "in the total, so the loss moves with them."),
        )),
        ("δ = p − y, where y is 1 for the right class and 0 for the others.",
         f"p is each exponential divided by their sum, {say(sum(powers))}."),
        f"p − y, where p is each exponential by their sum: {', '.join(sums)}.",
    )  # fmt: skip


def _delta_of_hidden(a: float, w: tuple[float, float], deltas: tuple[float, float]) -> Question:
    at = {"z": atanh(a), "w1": w[0], "w2": w[1], "d1": deltas[0], "d2": deltas[1]}
    run = ran("a = tanh(z); z1 = w1*a; z2 = w2*a; L = d1*z1 + d2*z2", **at)
    right, arrives = run["z"].grad, run["a"].grad
    both = " + ".join(f"{factor(one)} · {factor(other)}"
                      for one, other in zip(w, deltas, strict=True))  # fmt: skip
    return Question(
        f"A hidden node has the output a = tanh(z) = {say(a)}. Its weights to the next two nodes "
        f"are {say(w[0])} and {say(w[1])}, and these nodes have δ = {say(deltas[0])} and "
        f"δ = {say(deltas[1])}. What is the δ of the hidden node?",
        OneNumber(right, (
            Mistake((1 - a * a) * w[0] * deltas[0], "The node leads to two nodes: both bring "
                    "something back."),
            Mistake(arrives, "That is ∂L/∂a. The way to z leads through tanh, too."),
            Mistake(a * (1 - a) * arrives, "That is the slope of a sigmoid. tanh has 1 − a²."),
            Mistake((1 - a * a) * sum(deltas), "Each δ comes back through its weight, as a went "
                    "forward through it."),
        )),
        ("δ = f'(z) · Σ w·δ, over the nodes that it leads to.",
         "The slope of tanh is 1 − a²."),
        f"What comes back is `{both} {gives(arrives)}`, and the slope of tanh is 1 − a²: "
        f"`(1 - {factor(a)}²) · {factor(arrives)} {gives(right)}`.",
    )  # fmt: skip


def _weight_from_delta(a: tuple[float, float], deltas: tuple[float, float]) -> Question:
    at = {"a1": a[0], "a2": a[1], "d1": deltas[0], "d2": deltas[1]}
    run = ran("z1 = w11*a1 + w12*a2; z2 = w21*a1 + w22*a2; L = d1*z1 + d2*z2",
              w11=1, w12=1, w21=1, w22=1, **at)  # fmt: skip
    right = run["w12"].grad
    return Question(
        f"A layer sees the inputs a₁ = {say(a[0])} and a₂ = {say(a[1])}, and its nodes have "
        f"δ₁ = {say(deltas[0])} and δ₂ = {say(deltas[1])}. What is the gradient of w₁₂, the weight "
        "that leads to node 1 from input 2?",
        OneNumber(right, (
            Mistake(run["w21"].grad, "That is the gradient of w₂₁: the first index says where a "
                                     "weight leads to."),
            Mistake(deltas[0], "That is the gradient of the bias. A weight has its input as a "
                               "factor."),
            Mistake(run["w11"].grad, "That is w₁₁: this weight comes from input 2."),
            Mistake(run["w22"].grad, "That is w₂₂: this weight leads to node 1."),
        )),
        ("A weight acts on one sum only, and there by the number that it is multiplied with.",
         "∂L/∂w = δ of the node it leads to, times the input that it comes from."),
        f"δ₁·a₂: `{say(deltas[0])} · {factor(a[1])} {gives(right)}`.",
    )  # fmt: skip


def _penalty(slopes: tuple[float, float], strength: float, w: float) -> Question:
    run = ran("J = (g1*w + g2*w)/2 + s/2*w**2", g1=slopes[0], g2=slopes[1], s=strength, w=w)
    right, mean = run["w"].grad, sum(slopes) / 2
    return Question(
        "J is the mean loss of two examples, plus the penalty `½·λ·w²` with "
        f"λ = {say(strength)}. At w = {say(w)} the losses of the examples have the gradients "
        f"{say(slopes[0])} and {say(slopes[1])} by `w`. What is ∂J/∂w?",
        OneNumber(right, (
            Mistake(mean, "That is without the penalty, which grows with w, too."),
            Mistake(2 * mean + strength * w, "The gradients are added up. The mean has to be "
                                             "divided by the number of examples."),
            Mistake((2 * mean + strength * w) / 2, "The penalty is not divided by the number of "
                                                   "examples."),
            Mistake(mean + strength * w * w / 2, "That adds the penalty itself, not its slope."),
            Mistake(mean - strength * w, "The penalty makes J larger, and its slope is added."),
        )),
        ("The gradient of a mean is the mean of the gradients. The penalty comes on top.",
         "The slope of ½·λ·w² is λ·w."),
        "The mean of the gradients, and λ·w: "
        f"`({say(slopes[0])} + {factor(slopes[1])}) / 2 + {say(strength)} · {factor(w)} "
        f"{gives(right)}`.",
    )  # fmt: skip


def _tried_deltas(hidden_deltas: Callable[..., Any], given: Any) -> dict[str, Any]:
    """The δ of each node."""
    return {f"δ of node {i}": delta for i, delta in enumerate(hidden_deltas(*given))}


def _deltas(a: list[float], W: list[list[float]], deltas: list[float]) -> list[float]:
    """The δ of a layer of tanh nodes by the engine, from a loss that has these δ next."""
    sums = [Value(atanh(each)) for each in a]
    outputs = [each.tanh() for each in sums]
    terms = [delta * w * output for delta, row in zip(deltas, W, strict=True)
             for w, output in zip(row, outputs, strict=True)]  # fmt: skip
    Value.sum(terms).backward()
    return [each.grad for each in sums]


_DELTAS = BrokenProgram(
    "hidden_deltas",
    '''
def hidden_deltas(a, W, deltas):
    """The δ of tanh nodes with the outputs a; W[t][f] leads from node f to t of the next layer."""
    result = []
    for f in range(len(a)):
        total = 0.0
        for t in range(len(deltas)):
            total += W[t][f] * deltas[t]
        result.append((1 - a[f] ** 2) * total)
    return result
''',
    (
        Fault("+= W[t][f]", "+= W[f][t]",
              "The weights are not transposed: δ comes back through the wrong ones."),
        Fault("(1 - a[f] ** 2) * total", "total",
              "The slope of tanh is missing: this is ∂L/∂a, and not δ."),
        Fault("(1 - a[f] ** 2)", "a[f] * (1 - a[f])",
              "The slope is that of a sigmoid, and these nodes are tanh."),
        Fault("total += W", "total = W",
              "Only the last node of the next layer is counted: what comes back must add up."),
    ),
    (
        Trial("For a = [0.5, -0.2], W = [[1, 2], [3, -1]], deltas = [0.1, 0.4]",
              ([0.5, -0.2], [[1.0, 2.0], [3.0, -1.0]], [0.1, 0.4])),
        Trial("For a = [0.1, 0.6, 0.3], W = [[1, -2, 0.5], [2, 1, 4]], deltas = [0.3, -0.5]",
              ([0.1, 0.6, 0.3], [[1.0, -2.0, 0.5], [2.0, 1.0, 4.0]], [0.3, -0.5])),
    ),
    _tried_deltas,
    _deltas,
)  # fmt: skip


def _repair_deltas(fault: int) -> Question:
    return repair(
        _DELTAS, fault,
        "This is one line of the backward pass, δ = f'(z) ⊙ Wᵀδ, written out with loops.",
        "Compute one node by hand, with two nodes in the next layer and different weights.",
    )  # fmt: skip


BY_FORMULA = (
    Exercise("08-1", "δ of an output", {"a": (0.8, 0.6, 0.9, 0.25, 0.3), "y": (1, 0)},
             _delta_of_output),
    Exercise("08-2", "p − y",
             {"powers": ((2, 1, 5), (1, 3, 4), (2, 3, 5), (5, 1, 4), (6, 3, 1), (3, 4, 1)),
              "wanted": (1, 2, 3)}, _p_minus_y),
    Exercise("08-3", "δ of a hidden node",
             {"a": (0.5, 0.6, -0.4, 0.2), "w": ((2, -1), (3, 0.5), (-2, 4), (1, 3)),
              "deltas": ((0.3, 0.2), (-0.1, 0.5), (0.4, 0.1), (0.2, -0.5))}, _delta_of_hidden),
    Exercise("08-4", "a weight's gradient from δ",
             {"a": ((2, 3), (5, -2), (0.5, 4), (3, 7)),
              "deltas": ((0.5, -0.4), (0.2, 0.6), (-0.3, 0.1), (0.8, -0.1))},
             _weight_from_delta),
    Exercise("08-5", "the mean and a penalty",
             {"slopes": ((3, -1), (2, 4), (-5, 1), (1.5, 0.5)), "strength": (0.1, 0.2, 0.5),
              "w": (4, 6, -3, 5)}, _penalty),
    Exercise("08-6", "repair this layer's δ", {"fault": range(4)}, _repair_deltas),
)  # fmt: skip
