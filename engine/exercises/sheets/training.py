"""Exercises for notebook 02: steps of training, by hand."""

from collections.abc import Callable, Sequence
from typing import Any

from ...gradients import grad
from ...value import Value
from ..kinds.answers import Mistake, OneNumber, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say

_ERROR = "r = w*x - y; loss = r**2"


def _one_step(w: float, x: float, y: float, rate: float) -> Question:
    run = ran(_ERROR, w=w, x=x, y=y)
    error, slope = run["r"].data, run["w"].grad
    right = w - rate * slope
    return Question(
        f"`loss = (w·x − y)²`, with w = {say(w)}, x = {say(x)} and y = {say(y)}. What is `w` after "
        f"one step of gradient descent with the learning rate {say(rate)}?",
        OneNumber(right, (
            Mistake(w + rate * slope, "This step goes with the gradient: the loss becomes larger."),
            Mistake(w - slope, "This step is as long as the gradient. Where is the learning rate?"),
            Mistake(rate * slope, "This is the step alone. Where does it lead from `w`?"),
            Mistake(w - rate * slope / 2, "The slope of the square is 2·(w·x − y): 2 is missing."),
            Mistake(w - rate * slope / x, "The last factor is missing: `w` is multiplied by x."),
        )),
        ("First the gradient of `w`, then: w − learning rate · gradient.",
         f"The gradient is 2·(w·x − y)·x, and w·x − y = {say(error)}."),
        f"The gradient is `2 · {factor(error)} · {factor(x)} {gives(slope)}`, so `w` becomes "
        f"`{say(w)} - {say(rate)} · {factor(slope)} {gives(right)}`.",
    )  # fmt: skip


def _no_zeroing(w: float, x: float, y: float, rate: float) -> Question:
    first = ran(_ERROR, w=w, x=x, y=y)["w"].grad
    moved = w - rate * first
    second = ran(_ERROR, w=moved, x=x, y=y)["w"].grad
    right = first + second
    return Question(
        f"`loss = (w·x − y)²`, with w = {say(w)}, x = {say(x)} and y = {say(y)}. Two steps are "
        f"taken with the learning rate {say(rate)}, but nobody sets `w.grad` to 0 in between. What "
        "is `w.grad` after the second `backward()`?",
        OneNumber(right, (
            Mistake(second, "So it would be if `w.grad` had been set to 0 after the first step."),
            Mistake(2 * first, "The weight has moved in between, so the second gradient is another "
                               "one."),
            Mistake(first, "The first `backward()` leaves this. The second one adds to it."),
            Mistake(moved, "That is the weight after the first step, and not its gradient."),
        )),
        ("`backward()` adds to what stands in `w.grad`.",
         f"After the first step w = {say(moved)}. Which gradient does the loss have there?"),
        f"The first gradient is {say(first)}, which moves `w` to "
        f"`{say(w)} - {say(rate)} · {factor(first)} {gives(moved)}`. There it is {say(second)}, "
        f"and is added: `{say(first)} + {factor(second)} {gives(right)}`.",
    )  # fmt: skip


def _hinge(w: float, x: float, label: float) -> Question:
    run = ran("score = w*x; loss = maximum(0, 1 - label*score)", w=w, x=x, label=label)
    right, score = run["w"].grad, run["score"].data
    return Question(
        "The hinge loss of a point is `loss = max(0, 1 − label·score)`, and the score of a small "
        f"neuron `score = w·x`. With w = {say(w)}, x = {say(x)} and the label {say(label)}: what "
        "is the gradient of `w`?",
        OneNumber(right, (
            Mistake(-right, "The sign: in the loss a minus stands before label·score."),
            Mistake(0.0, f"So it is if label·score is above 1. Here it is {say(label * score)}."),
            Mistake(-label * w, "The score is w·x: when `w` moves, it moves x times as far."),
            Mistake(run["loss"].data, "That is the loss itself, and not how it moves."),
        )),
        ("Is 1 − label·score above 0, so that the loss has a slope?",
         "Then the loss is 1 − label·w·x. How does it move with w?"),
        f"`1 - {factor(label)} · {factor(w)} · {factor(x)} {gives(run['loss'].data)}` is above 0, "
        "so the loss moves with the score. The slope by `w` is −label·x: "
        f"`-{factor(label)} · {factor(x)} {gives(right)}`.",
    )  # fmt: skip


def _momentum(w: float, first: float, second: float, rate: float) -> Question:
    kept = 0.9
    velocity = kept * first + second
    right = w - rate * first - rate * velocity
    text = f"{say(w)} - {say(rate)} · {factor(first)} - {say(rate)} · {factor(velocity)}"
    return Question(
        f"A weight is {say(w)}, its velocity is 0. Two steps with momentum 0.9 and the learning "
        f"rate {say(rate)} see the gradients {say(first)} and then {say(second)}. What is the "
        "weight then?",
        OneNumber(right, (
            Mistake(w - rate * (first + second), "So it is without momentum: the second step goes "
                    "on in the direction of the first, too."),
            Mistake(w - rate * (first + kept * first), "The velocity of the second step has the "
                    "second gradient in it, too."),
            Mistake(w - rate * velocity, "That is the second step alone. The first one has moved "
                    "the weight already."),
            Mistake(w + rate * (first + velocity), "The steps go against the velocity, not with "
                    "it."),
            Mistake(velocity, "That is the velocity of the second step, and not the weight."),
        )),
        ("velocity = momentum · velocity + gradient, and then weight − learning rate · velocity.",
         f"The two velocities are {say(first)} and {say(velocity)}."),
        f"The first velocity is {say(first)}, the second "
        f"`0.9 · {factor(first)} + {factor(second)} {gives(velocity)}`. So the weight is "
        f"`{text} {gives(right)}`.",
    )  # fmt: skip


def _silent_neuron(w1: float, b1: float, w2: float, b2: float, x: float, y: float) -> Question:
    at = {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "x": x, "y": y}
    run = ran("s1 = w1*x + b1; s2 = w2*x + b2; h1 = relu(s1); h2 = relu(s2); "
              "r = h1 + h2 - y; loss = r**2", **at)  # fmt: skip
    right = {name: run[name].grad for name in ("w1", "w2")}
    error, negative = run["r"].data, run["s2"].data
    return Question(
        "Two neurons see the same input: `h1 = relu(w1·x + b1)`, `h2 = relu(w2·x + b2)`, and "
        f"`loss = (h1 + h2 − y)²`. With x = {say(x)}, y = {say(y)}, w1 = {say(w1)}, "
        f"b1 = {say(b1)}, w2 = {say(w2)} and b2 = {say(b2)}: what are the gradients of `w1` and "
        "`w2`?",
        SeveralNumbers(right, (
            Mistake({"w2": 2 * error * x}, "The sum of the second neuron is negative: what is the "
                    "slope of relu there?"),
            Mistake({"w1": 2 * error}, "`w1` is multiplied by x, which is the last factor."),
            Mistake({"w1": error * x}, "The square has the slope 2·(h1 + h2 − y): the 2 is "
                    "missing."),
            Mistake({"w1": 2 * (error + negative) * x}, "relu makes 0 of a negative sum, so the "
                    "second neuron adds nothing to the output."),
        )),
        ("What do the two sums come to? One of them is negative.",
         "relu has the slope 1 above 0 and 0 below: of one weight the gradient is 0."),
        f"The second sum is `{say(w2)} · {factor(x)} + {factor(b2)} {gives(negative)}`, negative: "
        f"h2 is 0, and `w2` gets 0. The output misses y by {say(error)}, so `w1` gets "
        f"`2 · {factor(error)} · {factor(x)} {gives(right['w1'])}`.",
    )  # fmt: skip


def _tried_training(train: Callable[..., Any], given: Any) -> dict[str, float]:
    """The weight after training."""
    start, points, rate = given
    w = Value(start)
    train(w, points, rate)
    return {"the weight": w.data}


def _train(w: Value, points: Sequence[tuple[float, float]], rate: float) -> None:
    """One step for each point, by gradients that touch no `.grad`."""
    for x, y in points:
        (slope,) = grad((w * x - y) ** 2, [w])
        w.data -= rate * slope


_TRAIN = BrokenProgram(
    "train",
    '''
def train(w, points, learning_rate):
    """One step of gradient descent on the Value w for each point (x, y)."""
    for x, y in points:
        loss = (w * x - y) ** 2
        w.grad = 0.0
        loss.backward()
        w.data -= learning_rate * w.grad
''',
    (
        Fault("        w.grad = 0.0\n", "",
              "Each `backward()` adds to the gradients of the steps before it."),
        Fault("w.data -= learning_rate * w.grad", "w.data += learning_rate * w.grad",
              "The steps lead with the gradient, and the loss becomes larger."),
        Fault("        w.grad = 0.0\n        loss.backward()\n",
              "        loss.backward()\n        w.grad = 0.0\n",
              "The gradient is set to 0 before it is used, so the weight stays where it is."),
        Fault("learning_rate * w.grad", "w.grad",
              "The steps are as long as the gradient: nothing makes them short."),
    ),
    (
        Trial("From w = 0, with the point (1, 2) and the learning rate 0.1",
              (0.0, [(1.0, 2.0)], 0.1)),
        Trial("From w = 0.5, with the points (1, 2), (2, 1) and the learning rate 0.1",
              (0.5, [(1.0, 2.0), (2.0, 1.0)], 0.1)),
        Trial("From w = -1, with the points (1, 3), (-2, 1), (3, 0) and the learning rate 0.01",
              (-1.0, [(1.0, 3.0), (-2.0, 1.0), (3.0, 0.0)], 0.01)),
    ),
    _tried_training,
    _train,
)  # fmt: skip


def _repair_train(fault: int) -> Question:
    return repair(
        _TRAIN, fault,
        "This trains a weight, with one step for each point.",
        "Call it with one point, then with the same point twice, and print `w.data` and `w.grad`.",
    )  # fmt: skip


TRAINING = (
    Exercise("02-1", "one step by hand",
             {"w": (1, 2, 0.5, -1), "x": (3, 4, 5), "y": (5, 7, 2, 4), "rate": (0.1, 0.05)},
             _one_step),
    Exercise("02-2", "nobody sets the gradient to 0",
             {"w": (1, 2, 0.5, -1), "x": (2, 1, 3), "y": (4, 5, 7), "rate": (0.1, 0.05)},
             _no_zeroing),
    Exercise("02-3", "the slope of the hinge",
             {"w": (0.5, 1, -2, 2, -1, 0.2), "x": (-3, 3, 4, -4, 0.5, 2, -2),
              "label": (1, -1)}, _hinge),
    Exercise("02-4", "two steps with momentum",
             {"w": (1, 2, 3), "first": (4, 2, -3, 5, 8, -6), "second": (-2, 3, 1, 6, -4, 5),
              "rate": (0.1, 0.05)}, _momentum),
    Exercise("02-5", "a silent neuron",
             {"w1": (2, 3, 4), "b1": (-1, 1, 2), "w2": (1, 0.5, -1), "b2": (-7, -9),
              "x": (3, 5, 4), "y": (3, 2, 8)}, _silent_neuron),
    Exercise("02-6", "repair this training", {"fault": range(4)}, _repair_train),
)  # fmt: skip
