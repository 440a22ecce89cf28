"""The perceptron: one neuron that says yes or no."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from engine import Value
from engine.value import real_number

from ..activations import ACTIVATIONS
from ..arguments.counts import RandomSeed, demand_count
from ..arguments.examples import examples
from ..arguments.hyperparameters import POSITIVE
from ..kinds.argument import COUNT
from ..kinds.module_kind import ModuleKind, register_module
from ..kinds.steps import Neurons
from ..layers import Inputs, Neuron
from ..module import Module


class Perceptron(Module[Value]):
    """1 where w[0] x[0] + w[1] x[1] + ... + b is above 0, else -1: Rosenblatt (1958).

        model = Perceptron(2, seed=0)
        model.learn(X, y)               # by the perceptron rule, which needs no gradient
        model(X[0])                     # 1 or -1
        model.score(X[0])               # the weighted sum

    No gradient flows through the step. `score` is a linear neuron, which can be trained:

        optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
        nn.fit(model.score, X, y, loss=nn.perceptron_criterion, optimizer=optimizer, epochs=20)

    Raises ValueError for less than one input or an unknown initializer.
    """

    def __init__(self, nin: int, *, seed: RandomSeed = None, initializer: str = "uniform") -> None:
        self.score = Neuron(nin, "identity", seed=seed, initializer=initializer)

    def forward(self, x: Inputs) -> Value:
        """1 or -1, for `nin` numbers or Values, as a new leaf."""
        return ACTIVATIONS["step"](self.score(x))

    def learn(
        self,
        X: Iterable[Iterable[float]],
        y: Iterable[float],
        epochs: int = 100,
        learning_rate: float = 1.0,
    ) -> list[int]:
        """Train by the perceptron rule; gives the number of mistakes in each epoch.

            w <- w + learning_rate * label * x          for each example on the wrong side
            b <- b + learning_rate * label

        Examples are taken in order. Training ends with the first epoch without a mistake, which
        comes if a straight line separates the labels -1 and 1 (Novikoff, 1962), or after `epochs`.

        Raises ValueError if there is no example, for other labels, numbers that are not finite, `X`
        and `y` of different lengths, `epochs` below 1 or a learning rate that is not positive;
        TypeError for anything but numbers.
        """
        labelled = _labelled(X, y)
        epochs = demand_count(epochs, "epochs")
        POSITIVE.checked(learning_rate, "learning_rate")
        mistakes: list[int] = []
        while len(mistakes) < epochs and mistakes[-1:] != [0]:
            wrong = [self._corrected(x, label, learning_rate) for x, label in labelled]
            mistakes.append(sum(wrong))
        return mistakes

    def _corrected(self, x: list[float], label: float, learning_rate: float) -> bool:
        """Whether `x` was on the wrong side or on the line; then the weights move."""
        if label * self.score(x).data > 0:
            return False
        for w, each in zip(self.score.w, x, strict=True):
            w.data += learning_rate * label * each
        self.score.b.data += learning_rate * label
        return True

    def __repr__(self) -> str:
        return f"Perceptron({self.score!r})" if (given := _given(self)) is None else (
            f"Perceptron({given['nin']})")  # fmt: skip


def _given(model: Perceptron) -> dict[str, Any] | None:
    """The number of inputs of a perceptron, if its score is linear."""
    is_linear = type(model.score) is Neuron and model.score.activation == "identity"
    return {"nin": len(model.score.w)} if is_linear else None


register_module(
    ModuleKind(
        of=Perceptron,
        make=partial(Perceptron, seed=0),
        arguments={"nin": COUNT},
        given=_given,
        numbers=lambda nin: nin + 1,
        steps=lambda model: [Neurons([model.score], "step")],
    )
)


def _labelled(X: Iterable[Iterable[float]], y: Iterable[float]) -> list[tuple[list[float], float]]:
    """Each row with its label, checked."""
    rows, targets = examples(X, y)
    labels = [real_number(label, "y") for label in targets]
    for i, label in enumerate(labels):
        if label not in (-1, 1):
            raise ValueError(f"y[{i}] must be -1 or 1, got {label!r}")
    return list(zip(rows, labels, strict=True))
