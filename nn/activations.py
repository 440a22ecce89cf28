"""Activation functions, by name.

`ACTIVATIONS` are functions of one number, `LIST_ACTIVATIONS` of all the numbers of a layer, and
`Swish` is a module, since it has a parameter.

All are composed of the engine's operations, in forms that neither overflow nor become nan for large
inputs. In real numbers each equals its formula, and its gradient is the slope of the formula; at
kinks the gradient is that of PyTorch: 0 for relu, the slope to the left for leaky_relu.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, pi, sqrt

from engine import Value
from engine.value import demand_value, real_number
from engine.watching.tracing import all_but, largest, place_of_largest

from .arguments.entries import entries, is_row
from .kinds.module_kind import ModuleKind, register_module
from .kinds.steps import Scaled
from .module import Module


@dataclass(frozen=True, slots=True)
class Activation:
    """A row of the table: calling it applies the function to a Value.

    - `name`: its name in the arguments of layers.
    - `function`: the function, composed of the engine's operations.
    - `source`: the paper that proposed it for neural networks.
    - `formula`: the function of x, as Python writes it.
    """

    name: str
    function: Callable[[Value], Value]
    source: str
    formula: str

    def __call__(self, x: Value) -> Value:
        """The function of x; TypeError if x is not a Value."""
        demand_value(x, "x")
        return self.function(x)

    def __repr__(self) -> str:
        return self.name


def _identity(x: Value) -> Value:
    """The number itself: no activation."""
    return x


def _step(x: Value) -> Value:
    """A new leaf, 1 or -1: no gradient flows through a step, whose slope is 0 or undefined."""
    above = x.detach().relu().minimum(1.0)
    for _ in range(2):  # any number above 0, however small, becomes 1
        above = (1e308 * above).minimum(1.0)
    return (2.0 * above - 1.0).detach()


def _leaky_relu(x: Value) -> Value:
    return x.relu() + 0.01 * _not_positive(x)


def _elu(x: Value) -> Value:
    return x.relu() + _not_positive(x).expm1()


def _gelu(x: Value) -> Value:
    return 0.5 * x * (x * -sqrt(0.5)).erfc()  # 1 + erf(a) = erfc(-a), which keeps its digits


def _gelu_tanh(x: Value) -> Value:
    square = (x * x).minimum(1e4)  # for a larger square the sigmoid is 0 or 1 in any case
    u = sqrt(2 / pi) * x * (1.0 + 0.044715 * square)
    return x * (2.0 * u).sigmoid()  # (1 + tanh(u)) / 2 = sigmoid(2u)


def _silu(x: Value) -> Value:
    return x * x.sigmoid()


def _not_positive(x: Value) -> Value:
    """`x` where it is at most 0, else the smallest positive number: at 0 itself the slope is 1."""
    return x.minimum(5e-324)  # with minimum(0) the slope at 0 would be a half


# fmt: off
ACTIVATIONS: dict[str, Activation] = {row.name: row for row in (
    #          name          function                 source
    #          formula
    Activation("identity",   _identity,               "",
               "x"),
    Activation("sigmoid",    Value.sigmoid,           "Rumelhart et al. (1986)",
               "1 / (1 + exp(-x))"),
    Activation("tanh",       Value.tanh,              "LeCun et al. (1998)",
               "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"),
    Activation("relu",       Value.relu,              "Nair and Hinton (2010)",
               "max(0, x)"),
    Activation("leaky_relu", _leaky_relu,             "Maas et al. (2013)",
               "x if x > 0 else 0.01 * x"),
    Activation("elu",        _elu,                    "Clevert et al. (2016)",
               "x if x > 0 else exp(x) - 1"),
    Activation("softplus",   Value.softplus,          "Dugas et al. (2001)",
               "log(1 + exp(x))"),
    Activation("gelu",       _gelu,                   "Hendrycks and Gimpel (2016)",
               "x * (1 + erf(x / sqrt(2))) / 2"),
    Activation("gelu_tanh",  _gelu_tanh,              "Hendrycks and Gimpel (2016)",
               "x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2"),
    Activation("silu",       _silu,                   "Elfwing et al. (2018)",
               "x / (1 + exp(-x))"),
    Activation("step",       _step,                   "Rosenblatt (1958)",
               "1 if x > 0 else -1"),
)}
# fmt: on


class Swish(Module[Value]):
    """x * sigmoid(beta * x), with a parameter beta: Ramachandran, Zoph and Le (2017).

    `beta` is the initial number of the parameter. With beta = 1 the function is silu, and with a
    large beta it is nearly relu. Raises ValueError if `beta` is not finite, and TypeError if it is
    not a number.
    """

    def __init__(self, beta: float = 1.0) -> None:
        if not isfinite(real_number(beta, "beta")):
            raise ValueError(f"beta must be finite, got {beta!r}")
        self.beta = Value(beta)

    def forward(self, x: Value) -> Value:
        """The activation of a Value."""
        demand_value(x, "x")
        return x * (self.beta * x).sigmoid()


register_module(
    ModuleKind(
        of=Swish,
        make=Swish,
        arguments={},
        given=lambda _: {},
        numbers=lambda: 1,
        steps=lambda swish: [Scaled([swish.beta.data])],
        undrawn="it has no neuron",
        x=Value(0.5),
    )
)


def softmax(z: Iterable[Value]) -> list[Value]:
    """exp(z[i]) / sum of exp(z[j]): positive numbers whose sum is 1 (Bridle, 1990).

    The largest number is subtracted from all first, as a plain number: so nothing overflows, and
    results and gradients stay the same. `z` is a list, a tuple, an array or a generator. Raises
    TypeError for anything but Values, and ValueError if there is none.
    """
    powers = [each.exp() for each in shifted(z)]
    total = Value.sum(powers)
    return [power / total for power in powers]


def log_softmax(z: Iterable[Value]) -> list[Value]:
    """z[i] - log(sum of exp(z[j])): the logarithms of the softmax, also where that is 0 or 1.

    The largest number is subtracted from all others, with its gradient: its own logarithm then is
    -log(1 + sum of exp(others)), which keeps its digits near 0. Raises what `softmax` raises.
    """
    values = row_of_values(z)
    top = place_of_largest(values)
    if top is None:
        below = shifted(values)
        total = log_sum_exp(below)
        return [each - total for each in below]
    below = [each - values[top] for each in all_but(values, top)]
    total = Value.sum([each.exp() for each in below]).log1p()
    logarithms = [each - total for each in below]
    logarithms.insert(top, -total)
    return logarithms


def shifted(z: Iterable[Value]) -> list[Value]:
    """The Values minus the largest number among them, so that their exponentials are at most 1."""
    values = row_of_values(z)
    most = largest(values)
    return [each - most for each in values]


def row_of_values(z: Iterable[Value]) -> list[Value]:
    """The Values of a list or another row; TypeError or ValueError unless it has one or more."""
    if not is_row(z):
        raise TypeError(f"z must be a list of Values, got {z!r}")
    values = entries(z)
    for i, each in enumerate(values):
        demand_value(each, f"z[{i}]")
    if not values:
        raise ValueError("z is empty: softmax needs one Value or more")
    return values


def log_sum_exp(z: Sequence[Value]) -> Value:
    """log(sum of exp(z[j])), for Values that are not large."""
    return Value.sum([each.exp() for each in z]).log()


LIST_ACTIVATIONS: dict[str, Callable[[Iterable[Value]], list[Value]]] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
}


def activation_named(name: str) -> Callable[[Value], Value]:
    """The activation called `name` for a neuron: for "swish" a new module, else a function.

    Raises ValueError, with all names, if there is no such activation.
    """
    if name == "swish":
        return Swish()
    demand_activation(name, ())
    return ACTIVATIONS[name].function


def name_of(function: object) -> str | None:
    """The name by which `activation_named` gives a function; None for a function of your own."""
    if type(function) is Swish:
        return "swish"
    rows = ACTIVATIONS.items()
    return next((name for name, row in rows if function in (row, row.function)), None)


def list_name_of(function: object) -> str | None:
    """The name of a function in `LIST_ACTIVATIONS`; None for any other."""
    rows = LIST_ACTIVATIONS.items()
    return next((name for name, each in rows if each is function), None)


def in_words(function: object) -> str:
    """The name of an activation, or what a function of your own is called."""
    own = getattr(function, "__name__", type(function).__name__)
    return name_of(function) or list_name_of(function) or str(own)


def demand_activation(name: object, others: Iterable[str], argument: str = "activation") -> None:
    """Raise ValueError if `name` is neither the activation of a neuron nor one of `others`."""
    names = [*ACTIVATIONS, "swish", *others]
    if not isinstance(name, str) or name not in names:
        raise ValueError(f"{argument} must be one of {', '.join(names)}, got {name!r}")
