"""Optimizers: rules by which gradients change parameters.

Here g is the gradient plus weight_decay * w, and t is the number of the step, from 1 on:

    SGD       v <- momentum v + g
              w <- w - learning_rate v                              Nesterov: (g + momentum v)
    RMSprop   s <- smoothing s + (1 - smoothing) g^2
              w <- w - learning_rate g / (sqrt(s) + epsilon)
    Adam      m <- beta1 m + (1 - beta1) g        s <- beta2 s + (1 - beta2) g^2
              w <- w - learning_rate (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
    AdamW     Adam, but weight decay stays out of g: w <- w - learning_rate weight_decay w

in the forms of PyTorch. With `clip_norm`, the gradients are clipped first. An optimizer can be
stopped and continued to the bit: see `Optimizer.state`.
"""

from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any, ClassVar

from engine import Value
from engine.arithmetic import sqrt
from engine.value import real_number

from ..arguments.hyperparameters import (
    ABOVE_0,
    BELOW_1,
    NOT_NEGATIVE,
    POSITIVE,
    TRUTH,
    Setting,
    Settled,
    settings_of,
)
from ..arguments.parameters import movable_parameters
from .clipping import clip_by_norm

State = dict[str, Any]
Memory = dict[str, "array[float]"]


class Optimizer(Settled):
    """The base class of all optimizers, also for one of your own.

    - `parameters`: the Values that steps move.
    - `learning_rate`: the length of a step; with 0 nothing moves. Like all settings, it may be
      changed between steps.
    - `clip_norm`: the largest norm of all gradients; `step` clips a larger norm first.
    - `steps`: the number of steps so far.

    Setting an attribute that an optimizer has not, such as `optimizer.lr`, raises AttributeError; a
    subclass sets attributes of its own in `__init__`.

    A subclass lists in `remembers` the names of the numbers that it keeps for each parameter, which
    start at 0, and computes in `_stride` how far a parameter moves. If `_stride` takes NumPy arrays
    as well as numbers, the class sets `elementwise`: then compiled training moves all parameters at
    once, in each step. Optimizers of `nn` alone take whole epochs in machine code.

    Raises ValueError if there is no parameter, one twice or one that is not a leaf, and TypeError
    if one is not a Value.
    """

    remembers: ClassVar[tuple[str, ...]] = ()
    elementwise: ClassVar[bool] = False

    learning_rate = Setting(NOT_NEGATIVE)
    weight_decay = Setting(NOT_NEGATIVE)
    clip_norm = Setting(ABOVE_0)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float,
        weight_decay: float = 0.0,
        clip_norm: float = inf,
    ) -> None:
        self.parameters = movable_parameters(parameters)
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.steps = 0
        self._memory = {name: _zeros(len(self.parameters)) for name in self.remembers}

    @abstractmethod
    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, ...]:
        """The distance that a parameter `w` with the gradient `g` moves down, and what to remember.

        `remembered` are the numbers of the step before, in the order of `remembers`; the result has
        the new ones in the same order.
        """

    def step(self) -> None:
        """Move every parameter against its gradient."""
        if self.clip_norm < inf:
            clip_by_norm(self.parameters, self.clip_norm)
        self.steps += 1
        memory = list(self._memory.values())
        for i, parameter in enumerate(self.parameters):
            w, g = parameter.data, parameter.grad
            stride, *kept = self._stride(w, g, *[numbers[i] for numbers in memory])
            parameter.data = w - stride
            for numbers, number in zip(memory, kept, strict=True):
                numbers[i] = number

    def moved(self, w: Any, g: Any, view: Callable[["array[float]"], Any]) -> Any:
        """The parameters `w` after a step against their gradients `g`, as NumPy arrays.

        `view` makes a NumPy array of the memory of an `array`. Only for an optimizer that is
        `elementwise`; gradients are not clipped.
        """
        self.steps += 1
        memory = self.memory(view)
        stride, *kept = self._stride(w, g, *memory)
        for numbers, now in zip(memory, kept, strict=True):
            numbers[:] = now
        return w - stride

    def memory(self, view: Callable[["array[float]"], Any]) -> list[Any]:
        """What is remembered for each parameter, through `view`, in the order of `remembers`."""
        return list(map(view, self._memory.values()))

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state(self) -> State:
        """The state that decides the next steps, apart from parameters and gradients.

        A dict with the name of the optimizer, its settings and `steps`, which are numbers, and for
        each of `remembers` a list with a number for each parameter.
        """
        return {
            "optimizer": type(self).__name__,
            "steps": self.steps,
            **{name: getattr(self, name) for name in settings_of(type(self))},
            **{name: list(numbers) for name, numbers in self._memory.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue as the optimizer whose `state()` this is, with the same bits.

        Raises ValueError, and changes nothing, for the state of another kind of optimizer or of
        another number of parameters, and for anything but a state.
        """
        settings, memory = self._checked(state)
        self.steps = state["steps"]
        vars(self).update(settings)
        self._memory = memory

    def _checked(self, state: Mapping[str, Any]) -> tuple[dict[str, float], Memory]:
        """The settings and the memory in a state, checked."""
        own = self.state()
        if not isinstance(state, Mapping) or state.keys() != own.keys():
            raise ValueError(f"state must have the entries {', '.join(own)}, got {_shown(state)}")
        if state["optimizer"] != own["optimizer"]:
            raise ValueError(f"state is one of {state['optimizer']}, not of {own['optimizer']}")
        if type(state["steps"]) is not int or not 0 <= state["steps"] < 2**63:
            raise ValueError(f"state: steps must be a whole number, got {state['steps']!r}")
        try:
            settings = {n: each.checked(state[n]) for n, each in settings_of(type(self)).items()}
            memory = {name: array("d", _numbers(state[name], name)) for name in self.remembers}
        except (TypeError, OverflowError) as error:
            raise ValueError(f"state: {error}") from None
        count = len(self.parameters)
        for name, numbers in memory.items():
            if len(numbers) != count:
                raise ValueError(f"state: {name} must hold a number for each of the {count} "
                                 f"parameters, got {len(numbers)}")  # fmt: skip
        return settings, memory

    def __repr__(self) -> str:
        count = len(self.parameters)
        settings = {name: getattr(self, name) for name in settings_of(type(self))}
        shown = [f"{name}={number}" for name, number in settings.items()
                 if 0 < number < inf or name == "learning_rate"]  # fmt: skip
        return f"{type(self).__name__}({count} parameter{'s' * (count != 1)}, {', '.join(shown)})"


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if it is above 0.

        v <- momentum * v + g               where g = grad + weight_decay * w
        w <- w - learning_rate * v          with Nesterov's: learning_rate * (g + momentum * v)

    after Sutskever et al., "On the importance of initialization and momentum in deep learning"
    (2013), in the form that PyTorch has.

    Raises ValueError if there is no parameter, if `learning_rate` is negative, `momentum` not in
    [0, 1) or `weight_decay` negative, or for Nesterov's momentum of 0; TypeError if a parameter
    is not a Value.
    """

    remembers = ("velocity",)
    elementwise = True

    momentum = Setting(BELOW_1)
    nesterov = Setting(TRUTH, bool)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        clip_norm: float = inf,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay, clip_norm)
        self.momentum = momentum
        self.nesterov = nesterov
        if nesterov and not momentum:
            raise ValueError("nesterov needs a momentum above 0: give momentum=0.9, for example")

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any]:
        (v,) = remembered
        g = g + self.weight_decay * w
        v = self.momentum * v + g
        return self.learning_rate * (g + self.momentum * v if self.nesterov else v), v


class RMSprop(Optimizer):
    """Gradient descent in which each gradient is divided by its recent size.

        s <- smoothing * s + (1 - smoothing) * g^2           where g = grad + weight_decay * w
        w <- w - learning_rate * g / (sqrt(s) + epsilon)

    after Hinton, "Neural Networks for Machine Learning", lecture 6e (2012), in the form that
    PyTorch has, where `smoothing` is called alpha.

    Raises ValueError if there is no parameter, if `epsilon` is not positive, `smoothing` not in
    [0, 1), or `learning_rate` or `weight_decay` negative; TypeError if a parameter is not a Value.
    """

    remembers = ("mean_square",)
    elementwise = True

    smoothing = Setting(BELOW_1)
    epsilon = Setting(POSITIVE)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.01,
        smoothing: float = 0.99,
        *,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        clip_norm: float = inf,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay, clip_norm)
        self.smoothing = smoothing
        self.epsilon = epsilon

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any]:
        (s,) = remembered
        g = g + self.weight_decay * w
        s = self.smoothing * s + (1 - self.smoothing) * g * g
        return self.learning_rate * g / (_root(s) + self.epsilon), s


class _Moments(Optimizer):
    """The running means of the gradient and of its square, in Adam and AdamW."""

    remembers = ("first_moment", "second_moment")

    beta1 = Setting(BELOW_1)
    beta2 = Setting(BELOW_1)
    epsilon = Setting(POSITIVE)

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float,
        beta1: float,
        beta2: float,
        epsilon: float,
        weight_decay: float,
        clip_norm: float,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay, clip_norm)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _adapted(self, g: Any, m: Any, s: Any) -> tuple[Any, Any, Any]:
        """The mean of the gradient over its root mean square, without bias towards 0; both means.

        `m` and `s` are the means of the step before; the result has the new ones.
        """
        m = self.beta1 * m + (1 - self.beta1) * g
        s = self.beta2 * s + (1 - self.beta2) * g * g
        m_hat, s_hat = m / (1 - self.beta1**self.steps), s / (1 - self.beta2**self.steps)
        return m_hat / (_root(s_hat) + self.epsilon), m, s


class Adam(_Moments):
    """Gradient descent by the mean of the gradient over its root mean square.

        m <- beta1 * m + (1 - beta1) * g                     where g = grad + weight_decay * w
        s <- beta2 * s + (1 - beta2) * g^2
        w <- w - learning_rate * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)

    in step t, which counts from 1; after Kingma and Ba, "Adam: A Method for Stochastic
    Optimization" (2015), Algorithm 1.

    Raises ValueError if there is no parameter, if `epsilon` is not positive, `beta1` or `beta2` not
    in [0, 1), or `learning_rate` or `weight_decay` negative; TypeError if a parameter is not a
    Value.
    """

    elementwise = True

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        *,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        clip_norm: float = inf,
    ) -> None:
        super().__init__(parameters, learning_rate, beta1, beta2, epsilon, weight_decay, clip_norm)

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any, Any]:
        adapted, m, s = self._adapted(g + self.weight_decay * w, *remembered)
        return self.learning_rate * adapted, m, s


class AdamW(_Moments):
    """Adam with weight decay that stays out of the running means.

        m <- beta1 * m + (1 - beta1) * grad
        s <- beta2 * s + (1 - beta2) * grad^2
        w <- w - learning_rate * ((m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
                                  + weight_decay * w)

    in step t, which counts from 1; after Loshchilov and Hutter, "Decoupled Weight Decay
    Regularization" (2019), Algorithm 2, in the form that PyTorch has.

    Raises the errors of Adam.
    """

    elementwise = True

    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        *,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
        clip_norm: float = inf,
    ) -> None:
        super().__init__(parameters, learning_rate, beta1, beta2, epsilon, weight_decay, clip_norm)

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any, Any]:
        adapted, m, s = self._adapted(g, *remembered)
        return self.learning_rate * (adapted + self.weight_decay * w), m, s


def _root(square: Any) -> Any:
    """The square root of a number, or of each number of an array; nan below 0."""
    return sqrt(square) if isinstance(square, float) else square**0.5


def _zeros(count: int) -> "array[float]":
    """`count` zeros, in memory that a NumPy array can share."""
    return array("d", bytes(8 * count))


def _numbers(given: object, name: str) -> list[float]:
    """A list of numbers; TypeError for anything else, which errors call `name`."""
    if not isinstance(given, list | tuple):
        raise TypeError(f"{name} must be a list of numbers, got {given!r}")
    return [real_number(each, f"{name}[{i}]") for i, each in enumerate(given)]


def _shown(state: object) -> str:
    return ", ".join(map(str, state)) if isinstance(state, Mapping) else repr(state)
