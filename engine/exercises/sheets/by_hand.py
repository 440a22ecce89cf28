"""Exercises for notebook 09: a layer of ReLU neurons whose outputs should be 0, by hand."""

from collections.abc import Callable
from typing import Any

from ...gradients import grad
from ...value import Value
from ..kinds.answers import Mistake, OneNumber, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say

Point = tuple[float, ...]


def _mean_of_squares(z1: float, z2: float, z3: float) -> Question:
    run = ran("loss = (relu(z1)**2 + relu(z2)**2 + relu(z3)**2) / 3", z1=z1, z2=z2, z3=z3)
    right = run["z1"].grad
    return Question(
        f"Three ReLU neurons have the sums {say(z1)}, {say(z2)} and {say(z3)}. The loss is the "
        "mean of their squared outputs. What is its gradient by the first sum?",
        OneNumber(right, (
            Mistake(2 * z1, "That is the slope of the square alone. The loss is a mean of three."),
            Mistake(z1 / 3, "The square has the slope 2·z: the 2 is missing."),
            Mistake(z1, "The mean is over all three neurons, the silent one is counted, too."),
            Mistake(z1 * z1 / 3, "That is the part of the first neuron in the loss, and not its "
                                 "slope."),
        )),
        ("Go back from the loss: a division by 3, a sum, a square, a ReLU.",
         "The factors are ⅓, 1, 2·z and 1."),
        f"⅓ of the slope of the square: `2 · {say(z1)} / 3 {gives(right)}`.",
    )  # fmt: skip


def _loss_of(x: Point) -> str:
    """The loss of three neurons, of which two are silent, as a formula of the first one."""
    terms = " + ".join(f"w{i}*x{i}" for i in range(1, len(x) + 1))
    return f"z = {terms} + b; loss = relu(z)**2 / 3"


def _run_of(x: Point, z: float, weight: float = 0.0) -> dict[str, Value]:
    """The run of a neuron whose weighted sum is z; all its weights are alike."""
    numbers = {f"x{i}": number for i, number in enumerate(x, 1)}
    numbers |= {f"w{i}": weight for i in range(1, len(x) + 1)}
    return ran(_loss_of(x), b=z - weight * sum(x), **numbers)


def _all_of_a_neuron(x: Point, z: float) -> Question:
    run = _run_of(x, z)
    right = {name: run[name].grad for name in ("w1", "w2", "w3", "b")}
    delta = right["b"]
    numbers = dict(zip(("w1", "w2", "w3"), x, strict=True))
    products = [f"`{say(delta)} · {say(number)} {gives(right[name])}`"
                for name, number in numbers.items()]  # fmt: skip
    return Question(
        f"One of three ReLU neurons has the sum z = {say(z)}, of the inputs "
        f"{', '.join(map(say, x))}. The loss is the mean of the three squared outputs. What are "
        "the gradients of its weights `w1`, `w2`, `w3` and of its bias `b`?",
        SeveralNumbers(right, (
            Mistake({"b": 0.0}, "The bias is part of the sum, so the loss moves with it."),
            Mistake(dict.fromkeys(numbers, delta), "Each weight has its input as a last factor."),
            Mistake({name: 3 * number for name, number in right.items()}, "The loss is a mean of "
                    "three: everything is divided by 3."),
            Mistake({name: number / 2 for name, number in right.items()}, "The square has the "
                    "slope 2·z: the 2 is missing."),
        )),
        ("All four share the gradient of the sum, ⅔·z.",
         f"That is {say(delta)}. Multiply it by what each is multiplied with."),
        f"The sum gets ⅔·z: `2 · {say(z)} / 3 {gives(delta)}`, and so does `b`. The weights get it "
        f"times their inputs: {', '.join(products)}.",
    )  # fmt: skip


def _one_weight(w: float, z: float, x: float, rate: float) -> Question:
    slope = _run_of((x,), z, w)["w1"].grad
    right = w - rate * slope
    return Question(
        f"One of three ReLU neurons has the sum z = {say(z)}. A weight of it is {say(w)}, with the "
        f"input {say(x)}. The loss is the mean of the three squared outputs. What is this weight "
        f"after a step with the learning rate {say(rate)}?",
        OneNumber(right, (
            Mistake(w + rate * slope, "This step goes with the gradient: the loss becomes larger."),
            Mistake(w - slope, "The learning rate is missing."),
            Mistake(w - 3 * rate * slope, "The loss is a mean of three, so the gradient is divided "
                                          "by 3."),
            Mistake(w - rate * slope / x, "The gradient of a weight has its input as a factor."),
            Mistake(rate * slope, "This is the step alone. Where does it lead from the weight?"),
        )),
        ("new = old − learning rate · gradient.",
         f"The gradient is ⅔·z·x, which is {say(slope)}."),
        f"The gradient is ⅔·z·x: `2 / 3 · {say(z)} · {say(x)} {gives(slope)}`, so the weight "
        f"becomes `{say(w)} - {say(rate)} · {say(slope)} {gives(right)}`.",
    )  # fmt: skip


def _loss_falls(x: Point, rate: float) -> Question:
    before = _run_of(x, 1.0)
    names = ("b", *(f"w{i}" for i in range(1, len(x) + 1)))
    inputs = {f"x{i}": number for i, number in enumerate(x, 1)}
    new = {name: before[name].data - rate * before[name].grad for name in names}
    right = ran(_loss_of(x), **new, **inputs)["loss"].data / before["loss"].data
    total = sum(number * number for number in x) + 1
    squares = " + ".join(f"{say(number)}²" for number in x)
    shrinks = 1 - rate * 2 / 3 * total
    return Question(
        "Of three ReLU neurons only one is active, all outputs should be 0, and the loss is the "
        f"mean of the squared outputs. The inputs are {', '.join(map(say, x))}. A step with the "
        f"learning rate {say(rate)} moves the weights and the bias. By which factor does it "
        "multiply the loss?",
        OneNumber(right, (
            Mistake(shrinks, "That is the factor of the sum z. The loss is its square."),
            Mistake((1 - rate * 2 / 3 * (total - 1)) ** 2, "The bias moves, too: its part is 1²."),
            Mistake((1 - rate * 2 * total) ** 2, "The loss is a mean of three, so the gradient of "
                                                 "z is ⅔·z."),
            Mistake(1 - right, "That is the share by which the loss falls."),
        )),
        ("How far does z move? A weight takes a step of rate · ⅔·z · x, and z has it x times.",
         f"z is multiplied by 1 − rate · ⅔ · {say(total)}: inputs squared, and 1 for the bias."),
        f"The squares of the inputs, and 1 for the bias: `{squares} + 1 {gives(total)}`. A step "
        f"multiplies z by `1 - {say(rate)} · 2 / 3 · {say(total)} {gives(shrinks)}`, and the loss "
        f"by the square of that: `{factor(shrinks)}² {gives(right)}`.",
    )  # fmt: skip


def _tried_layer(step: Callable[..., Any], given: Any) -> dict[str, float]:
    """The weights and the biases after a step, which moves them in place."""
    w, b, x, rate = given
    step(w, b, x, rate)
    weights = {f"w[{j}][{i}]": w[j][i] for j in range(len(w)) for i in range(len(x))}
    return {**weights, **{f"b[{j}]": b[j] for j in range(len(b))}}


def _layer_step(w: list[list[float]], b: list[float], x: list[float], rate: float) -> None:
    """The step by the gradients of the engine."""
    leaves = [[*map(Value, row), Value(bias)] for row, bias in zip(w, b, strict=True)]
    squares = [Value.sum(_terms(row, x)).relu() ** 2 for row in leaves]
    loss = Value.sum(squares) / len(w)
    for j, row in enumerate(leaves):
        *slopes, slope = grad(loss, row)
        w[j] = [old - rate * each for old, each in zip(w[j], slopes, strict=True)]
        b[j] -= rate * slope


def _terms(row: list[Value], x: list[float]) -> list[Value]:
    *weights, bias = row
    return [*(weight * number for weight, number in zip(weights, x, strict=True)), bias]


_LAYER = BrokenProgram(
    "step",
    '''
def step(w, b, x, learning_rate):
    """One step for ReLU neurons; the loss is the mean of their squared outputs."""
    for j in range(len(w)):
        z = b[j]
        for i in range(len(x)):
            z += w[j][i] * x[i]
        delta = 2 / len(w) * max(z, 0.0)
        for i in range(len(x)):
            w[j][i] -= learning_rate * delta * x[i]
        b[j] -= learning_rate * delta
''',
    (
        Fault("max(z, 0.0)", "z",
              "A silent neuron is moved, too: its ReLU should let nothing through."),
        Fault("2 / len(w)", "2",
              "The loss is a mean over the neurons, and this is the slope of their sum."),
        Fault("learning_rate * delta * x[i]", "learning_rate * delta",
              "All weights of a neuron take the same step: their inputs are missing."),
        Fault("        b[j] -= learning_rate * delta\n", "",
              "The biases are never moved."),
        Fault("z = b[j]", "z = 0.0",
              "The bias has no part in the sum, so the slope is that of another neuron."),
    ),
    (
        Trial("For w = [[0.5, 1]], b = [0.25], x = [1, 2] with the learning rate 0.1",
              ([[0.5, 1.0]], [0.25], [1.0, 2.0], 0.1)),
        Trial("For w = [[0.5, 1], [-1, 0.25]], b = [0.5, -1], x = [2, 3], learning rate 0.05",
              ([[0.5, 1.0], [-1.0, 0.25]], [0.5, -1.0], [2.0, 3.0], 0.05)),
    ),
    _tried_layer,
    _layer_step,
)  # fmt: skip


def _repair_layer(fault: int) -> Question:
    return repair(
        _LAYER, fault,
        "This is an epoch of the notebook in plain numbers, with lists in place of Values.",
        "Try it on two neurons, one of them silent, and look at each weight and bias.",
    )  # fmt: skip


BY_HAND = (
    Exercise("09-1", "the mean of squares",
             {"z1": (0.9, 1.5, 2.4, 0.6), "z2": (0.3, 0.12, 1.2), "z3": (-0.3, -1.2, -0.6)},
             _mean_of_squares),
    Exercise("09-2", "all gradients of a neuron",
             {"x": ((2, 3, 4), (3, 5, 0.5), (4, 2, 5), (0.5, 2, 3)), "z": (1.2, 0.6, 1.5, 2.1)},
             _all_of_a_neuron),
    Exercise("09-3", "a weight after one step",
             {"w": (0.5, 0.4, 0.8), "z": (1.2, 0.9, 1.5), "x": (3, 2, 4), "rate": (0.1, 0.05)},
             _one_weight),
    Exercise("09-4", "how the loss falls",
             {"x": ((1, 2, 3), (1, 2), (2, 3), (1, 1, 3), (2, 2, 1)),
              "rate": (0.02, 0.05, 0.03, 0.06)}, _loss_falls),
    Exercise("09-5", "repair this epoch", {"fault": range(5)}, _repair_layer),
)  # fmt: skip
