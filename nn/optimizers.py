"""Optimizers: how the gradients change the parameters.

SGD     v <- momentum * v + grad          w <- w - learning_rate * v
"""

from collections.abc import Iterable

from engine import Value
from engine.value import real_number


class SGD:
    """Stochastic gradient descent, with momentum if it is above 0.

        v <- momentum * v + grad
        w <- w - learning_rate * v

    as PyTorch has it, after Sutskever et al., "On the importance of initialization and momentum in
    deep learning" (2013). `learning_rate` may be changed between steps.

    Raises ValueError if there is no parameter, if `learning_rate` is not positive, or if `momentum`
    is not in [0, 1); TypeError if a parameter is not a Value.
    """

    def __init__(
        self, parameters: Iterable[Value], learning_rate: float = 0.01, momentum: float = 0.0
    ) -> None:
        if not isinstance(parameters, Iterable):
            raise TypeError(f"parameters must be Values, got {parameters!r}: "
                            "give model.parameters()")  # fmt: skip
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("parameters is empty: give model.parameters() of a model that has "
                             "Values among its attributes")  # fmt: skip
        for i, parameter in enumerate(self.parameters):
            if not isinstance(parameter, Value):
                raise TypeError(f"parameters[{i}] must be a Value, got {parameter!r}")
        if len(set(self.parameters)) < len(self.parameters):
            raise ValueError("parameters holds a Value twice: it would be moved twice in a step")
        if not 0 <= real_number(momentum, "momentum") < 1:
            raise ValueError(f"momentum must be at least 0 and below 1, got {momentum!r}")
        self.learning_rate = learning_rate
        self.momentum = float(momentum)
        self._velocity = [0.0] * len(self.parameters)

    @property
    def learning_rate(self) -> float:
        """How far a step goes, per unit of gradient."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        """Set how far a step goes; ValueError if it is not positive and finite."""
        if not 0 < real_number(rate, "learning_rate") < float("inf"):
            raise ValueError(f"learning_rate must be positive and finite, got {rate!r}")
        self._learning_rate = float(rate)

    def __repr__(self) -> str:
        rate = f"learning_rate={self.learning_rate}, momentum={self.momentum}"
        return f"SGD({len(self.parameters)} parameters, {rate})"

    def step(self) -> None:
        """Move every parameter against its gradient."""
        for i, parameter in enumerate(self.parameters):
            v = self._velocity[i] = self.momentum * self._velocity[i] + parameter.grad
            parameter.data -= self._learning_rate * v

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0
