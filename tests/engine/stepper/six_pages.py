"""Six pages on which the stepper is measured, small and large, with and without shared Values."""

from engine import Stepper, Value, scope
from nn import MLP, cross_entropy, mean_squared_error


def neuron() -> Stepper:
    """The square of a neuron with four inputs."""
    weights = [Value(number, f"w[{i}]") for i, number in enumerate((0.5, -1.0, 2.0, 0.5))]
    inputs = [Value(number, f"x[{i}]") for i, number in enumerate((2.0, 1.0, 0.5, -1.0))]
    products = [w * x for w, x in zip(weights, inputs, strict=True)]
    with scope("neuron"):
        loss = Value.sum([*products, Value(1.0, "b")]).relu() ** 2
    loss.label = "Loss"
    return Stepper(loss)


def square() -> Stepper:
    """A Value times itself."""
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return Stepper(y)


def micrograd() -> Stepper:
    """The expression of micrograd's README."""
    a, b = Value(-4.0, "a"), Value(2.0, "b")
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0
    g += 10.0 / f
    g.label = "g"
    return Stepper(g)


def network() -> Stepper:
    """The error of a small network on one example."""
    output = MLP(2, [2, 1], seed=0)([Value(0.5, "x[0]"), Value(-1.0, "x[1]")])
    loss = mean_squared_error([output], [1.0])
    loss.label = "Loss"
    return Stepper(loss)


def softmax() -> Stepper:
    """Softmax and cross-entropy of three scores."""
    scores = [Value(number, f"z[{i}]") for i, number in enumerate((1.0, 2.0, 0.5))]
    loss = cross_entropy([scores], [1])
    loss.label = "Loss"
    return Stepper(loss)


def residual() -> Stepper:
    """A residual connection, squared."""
    h, w = Value(0.5, "h"), Value(2.0, "w")
    loss = (h + (w * h).tanh()) ** 2
    loss.label = "Loss"
    return Stepper(loss)


SIX_PAGES = {
    "neuron": neuron,
    "x*x": square,
    "micrograd": micrograd,
    "MLP 2-2-1": network,
    "softmax": softmax,
    "residual": residual,
}
