"""Exercises for notebook 06: how far a step may go."""

from collections.abc import Callable
from typing import Any

from ...gradients import grad, hessian
from ...value import Value
from ..kinds.answers import Mistake, OneNumber, SeveralNumbers
from ..kinds.exercise import Exercise, Question
from ..kinds.formula import ran
from ..kinds.repairs import BrokenProgram, Fault, Trial, repair
from ..kinds.written import factor, gives, say

_ERROR = "e = w*x - y; loss = e**2"


def _shrinks(x: float, rate: float) -> Question:
    before = ran(_ERROR, w=0, x=x, y=1)
    after = ran(_ERROR, w=-rate * before["w"].grad, x=x, y=1)
    right = after["e"].data / before["e"].data
    return Question(
        f"`e = w·x − y` and `loss = e²`. A step with the learning rate {say(rate)} at x = {say(x)} "
        "multiplies the error `e` by a factor that does not depend on `w` and `y`. By which?",
        OneNumber(right, (
            Mistake(1 - rate * x * x, "The slope of e² is 2·e: the 2 is missing."),
            Mistake(1 - 2 * rate * x, "x comes in twice: in the gradient of `w`, and when `w` is "
                                      "multiplied by it again."),
            Mistake(1 + 2 * rate * x * x, "The sign: a step goes against the gradient."),
            Mistake(2 * rate * x * x, "That is the share of the error that is taken away."),
        )),
        ("The gradient of `w` is 2·e·x. By how much does w·x change when `w` takes its step?",
         "The new error is e − rate · 2·e·x · x = (1 − 2 · rate · x²) · e."),
        f"The step takes rate · 2·e·x from `w`, so x times as much from e: "
        f"`1 - 2 · {say(rate)} · {factor(x)}² {gives(right)}`.",
    )  # fmt: skip


def _largest_rate(x: float) -> Question:
    w = Value(0.5, "w")
    ((curvature,),) = hessian((w * x - 1.0) ** 2, [w])
    right = 2 / curvature
    return Question(
        f"`loss = (w·x − y)²` with x = {say(x)}, and steps of gradient descent on this example. "
        "Above which learning rate do they lead ever further away?",
        OneNumber(right, (
            Mistake(1 / curvature, "With this rate a single step leads to the lowest point. It may "
                                   "go twice as far."),
            Mistake(2 * right, "The second derivative of (w·x − y)² by w has a factor 2."),
            Mistake(curvature, "That is the curvature. The larger it is, the shorter steps must "
                               "be."),
            Mistake(1 / abs(x), "The curvature has x squared in it."),
        )),
        ("A step multiplies the distance to the lowest point by 1 − rate · curvature.",
         "Its size must stay below 1, so the rate below 2 / curvature; the curvature is 2·x²."),
        f"The curvature is `2 · {factor(x)}² {gives(curvature)}`, and the limit 2 / curvature: "
        f"`2 / {say(curvature)} {gives(right)}`.",
    )  # fmt: skip


def _overshoots(start: float, lowest: float, a: float, rate: float) -> Question:
    places = [start]
    for _ in range(2):
        slope = ran("loss = a*(w - m)**2", w=places[-1], a=a, m=lowest)["w"].grad
        places.append(places[-1] - rate * slope)
    (_, once, right), first = places, 2 * a * (start - lowest)
    return Question(
        f"`loss = {say(a)}·(w − {say(lowest)})²` has its lowest point at {say(lowest)}. "
        f"Gradient descent starts at w = {say(start)}, with the learning rate {say(rate)}. Where "
        "is `w` after two steps?",
        OneNumber(right, (
            Mistake(once, "That is where the first step leads. There is a second one."),
            Mistake(start - 2 * rate * first, "The second step has a gradient of its own, at the "
                                              "place where the first has led."),
            Mistake(lowest + (1 - rate * a) ** 2 * (start - lowest), "The slope of the square is "
                    "2·(w − …): the 2 is missing."),
            Mistake(lowest + (1 + 2 * rate * a) ** 2 * (start - lowest), "These steps go with the "
                    "gradient, away from the lowest point."),
        )),
        (f"The gradient at the start is {say(first)}.",
         f"The first step leads to {say(once)}, on the other side of the lowest point."),
        f"The first step: `{say(start)} - {say(rate)} · {factor(first)} {gives(once)}`, on the "
        f"other side. There the gradient is {say(2 * a * (once - lowest))}: "
        f"`{say(once)} - {say(rate)} · {factor(2 * a * (once - lowest))} {gives(right)}`.",
    )  # fmt: skip


def _weight_and_bias(w: float, x: float, b: float, y: float) -> Question:
    run = ran("e = w*x + b - y; loss = e**2", w=w, x=x, b=b, y=y)
    e, right = run["e"].data, {name: run[name].grad for name in "wb"}
    return Question(
        f"`loss = (w·x + b − y)²`, with w = {say(w)}, x = {say(x)}, b = {say(b)} and y = {say(y)}. "
        "What are the gradients of the weight `w` and the bias `b`?",
        SeveralNumbers(right, (
            Mistake({"b": 0.0}, "The bias has a part in the output, so the loss moves with it."),
            Mistake({"b": right["w"]}, "The bias is not multiplied by the input."),
            Mistake({"w": right["b"]}, "The weight is multiplied by the input."),
            Mistake({"w": e * x, "b": e}, "The square has the slope 2·e: the 2 is missing."),
        )),
        ("Both share the slope of the square. The last factor is what each is multiplied by.",
         f"The error w·x + b − y is {say(e)}, so the slope of the square is {say(2 * e)}."),
        f"The square has the slope `2 · {factor(e)} {gives(2 * e)}`, which is the gradient of `b`. "
        f"`w` is multiplied by x: `{say(2 * e)} · {factor(x)} {gives(right['w'])}`.",
    )  # fmt: skip


def _tried_step(step: Callable[..., Any], given: Any) -> dict[str, float]:
    """The weight and the bias after a step."""
    w, b = step(*given)
    return {"the new `w`": w, "the new `b`": b}


def _step(w: float, b: float, x: float, y: float, rate: float) -> tuple[float, float]:
    leaves = Value(w), Value(b)
    slopes = grad((leaves[0] * x + leaves[1] - y) ** 2, leaves)
    return w - rate * slopes[0], b - rate * slopes[1]


_STEP = BrokenProgram(
    "step",
    '''
def step(w, b, x, y, learning_rate):
    """One step of gradient descent on (w·x + b − y)²; gives the new w and b."""
    error = w * x + b - y
    slope_w = 2 * error * x
    slope_b = 2 * error
    return w - learning_rate * slope_w, b - learning_rate * slope_b
''',
    (
        Fault("slope_w = 2 * error * x", "slope_w = 2 * error",
              "The slope by the weight has no input in it, as if the weight were a bias."),
        Fault("b - learning_rate * slope_b", "b",
              "The bias is never moved."),
        Fault("error = w * x + b - y", "error = y - w * x - b",
              "The error is turned round, so both steps lead away from the lowest point."),
        Fault("slope_b = 2 * error", "slope_b = 2 * error * x",
              "The slope by the bias has an input in it, as if the bias were a weight."),
    ),
    (
        Trial("From w = 0.5, b = 0.25 at x = 3, y = 3 with the learning rate 0.1",
              (0.5, 0.25, 3.0, 3.0, 0.1)),
        Trial("From w = -1, b = 2 at x = -2, y = 1 with the learning rate 0.05",
              (-1.0, 2.0, -2.0, 1.0, 0.05)),
    ),
    _tried_step,
    _step,
)  # fmt: skip


def _repair_step(fault: int) -> Question:
    return repair(
        _STEP, fault,
        "This is a step of training in plain numbers, with the slopes written by hand.",
        "Compare both slopes with those of `check_gradient` or `backward()`, for one example.",
    )  # fmt: skip


ONE_NEURON = (
    Exercise("06-1", "what a step makes of the error",
             {"x": (3, 4, 5), "rate": (0.1, 0.05, 0.02, 0.01)}, _shrinks),
    Exercise("06-2", "how large a rate may be", {"x": (5, 4, 10, 8, 3)}, _largest_rate),
    Exercise("06-3", "overshooting",
             {"start": (3, 5, 6), "lowest": (2, 1, 4), "a": (3, 4), "rate": (0.25, 0.3, 0.2)},
             _overshoots),
    Exercise("06-4", "weight and bias",
             {"w": (2, 1, 0.5), "x": (3, 4, -2), "b": (1, 2, -1), "y": (5, 8, 3)},
             _weight_and_bias),
    Exercise("06-5", "repair this step", {"fault": range(4)}, _repair_step),
)  # fmt: skip
