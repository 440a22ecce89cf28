"""What users write, with the types that they may rely on: for type checkers to read, and to run.

`make types` has it checked strictly by mypy, pyright and ty; `tests/test_typed_client.py` runs it.
"""

from collections.abc import Sequence
from typing import Any, Literal, assert_type

import engine
import nn
from engine import (
    ChainRule,
    Compiled,
    CompiledFunction,
    CompiledOutputs,
    Drawing,
    Fold,
    GradientCheck,
    Op,
    Stepper,
    Trace,
    Value,
    chain_rule,
    check_gradient,
    draw,
    fold,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    register,
    scope,
    trace,
)
from engine.exercises import Desk, Judgement, Prose, check, exercise, hint, score

X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
Y = [-1.0, 1.0, 1.0, -1.0]


class Quadratic(nn.Module[Value]):
    """a x^2 + b: a module of one's own."""

    def __init__(self) -> None:
        self.a, self.b = Value(1.0), Value(0.5)

    def forward(self, x: Sequence[float]) -> Value:
        """The sum over the numbers of `x`."""
        return Value.sum(self.a * each**2 for each in x) + self.b


class Weight(Value):
    """A parameter with an attribute more."""

    def __init__(self, data: float) -> None:
        super().__init__(data, label="weight")
        self.momentum = 0.0


class Untold(nn.Module):  # a module may leave open what it gives
    """Gives what it is given."""

    def forward(self, x: Any) -> Any:
        """The same."""
        return x


def operators(v: Value, w: Value) -> None:
    """Every operator gives a Value, with numbers on either side."""
    for number in (2, 0.5):
        assert_type(v + number, Value)
        assert_type(number + v, Value)
        assert_type(number - v, Value)
        assert_type(number * v, Value)
        assert_type(v / number, Value)
        assert_type(number / v, Value)
        assert_type(v**number, Value)
        assert_type(number**v, Value)
        assert_type(v < number, bool)
        assert_type(number <= v, bool)
    assert_type(v + w - v * w / v, Value)
    assert_type(v**w, Value)
    assert_type(-v, Value)
    assert_type(+v, Value)
    assert_type(v > w, bool)
    assert_type(v >= w, bool)
    assert_type(Weight(1.0) * v + Weight(2.0) ** w, Value)
    total = v
    total += 1
    assert_type(total, Value)


def methods(v: Value, w: Value) -> None:
    """The rows of the table are methods."""
    assert_type((Value(1.0) + 2).relu(), Value)
    assert_type(v.exp().log().sqrt(), Value)
    assert_type(v.sin().cos().tanh(), Value)
    assert_type(v.sigmoid().softplus().erf(), Value)
    assert_type(v.maximum(w).minimum(3), Value)
    assert_type(Value.sum([v, w, 2.0]), Value)
    assert_type(v.sum(), Value)
    assert_type(Value(v.data * 2, (v,), (2.0,), label="made by hand"), Value)
    assert_type(v.inputs, tuple[Value, ...])
    assert_type(v.local_derivatives, tuple[float | None, ...])
    assert_type(v.data, float)
    assert_type(v.grad, float)
    v.data, v.grad, v.label = 2, 0, "v"


def pythons_own(values: list[Value], numbers: list[float]) -> None:
    """The functions of Python that ask for numbers take Values."""
    assert_type(sum(values), Value | Literal[0])
    assert_type(sum(values, Value(0.0)), Value)
    assert_type(sum((w * x for w, x in zip(values, numbers, strict=True)), Value(0.0)), Value)
    assert_type(max(values), Value)
    assert_type(min(values), Value)
    assert_type(max(values[0], values[1]), Value)
    assert_type(sorted(values), list[Value])
    assert_type(abs(values[0]), Value)
    assert_type(pow(values[0], 2), Value)
    plain: float = values[0].data
    values[1].data = plain
    assert_type(f"{values[0]:.3f}", str)


def derivatives(v: Value, w: Value) -> None:
    """Gradients, and what one may ask about them."""
    y = (v * w + v**2).tanh()
    y.backward()
    assert_type(grad(y, [v, w]), tuple[float, ...])
    assert_type(grad(y, [v, w], create_graph=True), tuple[Value, ...])
    assert_type(jacobian([y, v], [v, w]), tuple[tuple[float, ...], ...])
    assert_type(hessian(y, [v, w]), tuple[tuple[float, ...], ...])
    assert_type(hessian_vector_product(y, [v, w], [1.0, 0.0]), tuple[float, ...])
    assert_type(chain_rule(y, v), ChainRule)
    check = check_gradient(_product, 2.0, 3.0)
    assert_type(check, GradientCheck)
    assert_type(check.ok, bool)
    assert_type(fold(y), Fold)


def _product(a: Value, b: Value) -> Value:
    """A function whose gradient is checked."""
    return a * b


def pictures(v: Value, w: Value) -> None:
    """What is loaded when it is asked for has its type too."""
    with scope("product"):
        y = v * w
    assert_type(draw(y), Drawing)
    assert_type(engine.draw(y, max_boxes=20), Drawing)
    assert_type(trace(y), Trace)
    assert_type(trace(y).to_json(), str)
    assert_type(Stepper(y), Stepper)
    assert_type(engine.Stepper(y), Stepper)
    assert_type(Stepper(y, title="Product", notes=["One.", engine.Note("Two.", v)]), Stepper)
    assert_type(engine.reason("softmax"), Stepper)


def programs(v: Value, w: Value) -> None:
    """What `compile` gives follows from what it is given."""
    program = engine.compile(v * w, parameters=[v, w])
    assert_type(program, Compiled)
    assert_type(program([1.0, 2.0])[0], float)
    assert_type(program.source, str)
    model = nn.MLP(2, [2, 1], seed=0)

    def loss_of_one(x: Sequence[float], y: float) -> Value:
        """The squared error of one example."""
        prediction: Value = model(x)
        return (prediction - y) ** 2

    step = engine.compile(loss_of_one, parameters=model.parameters())
    assert_type(step, CompiledFunction)
    assert_type(step(X, Y)[0], float)
    predict = engine.compile(model, parameters=model.parameters(), gradient=False)
    assert_type(predict, CompiledOutputs)


def training() -> None:
    """A loop written by hand, and `fit`."""
    model = nn.MLP(2, [4, 1], "tanh", seed=1)
    assert_type(model.parameters(), list[Value])
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1, momentum=0.9)
    for _ in range(2):
        loss = nn.hinge([model(x) for x in X], Y)
        assert_type(loss, Value)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    history = nn.fit(
        model,
        X,
        Y,
        loss=nn.mean_squared_error,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.01),
        epochs=2,
        metrics={"accuracy": nn.accuracy},
        schedule=nn.CosineDecay(0.01, epochs=2),
        callbacks=[nn.EarlyStopping()],
        progress=False,
    )
    assert_type(history, nn.History)
    assert_type(history.loss, list[float])
    assert_type(history.metrics, dict[str, list[float]])
    assert_type(nn.accuracy([model(x) for x in X], Y), float)


def modules() -> None:
    """Calling a module gives what its `forward` gives."""
    assert_type(nn.Neuron(2)(X[0]), Value)
    assert_type(nn.Layer(2, 3)(X[0]), list[Value])
    assert_type(nn.softmax([Value(1.0), Value(2.0)]), list[Value])
    assert_type(Quadratic()(X[1]), Value)
    assert_type(Untold()(X[1]), Any)
    assert_type(nn.l2_penalty(Quadratic().parameters(), 1e-4), Value)
    names = [name for name, parameter in Quadratic().named_parameters() if parameter.data > 0]
    assert_type(names, list[str])


def row_of_ones_own() -> None:
    """A registered row is a method at run time; a checker is told of it by a variable of Any."""
    register(Op("half", "half", r"\frac{{{a}}}{{2}}", (-2, 2), _half, (_half_slope,)))
    x: Any = Value(3.0)
    y: Value = x.half()
    assert_type(y.op, Op)


def exercises() -> None:
    """Answers are of any type; what comes back is shown, and can be asked whether it is right."""
    desk = Desk()
    desk.student("Ada")
    desk.student(None)
    assert_type(check("01-1", Value(-2.0)), Judgement)
    assert_type(check("01-4", [5, -1, 5], seed="Ada").is_right, bool)
    assert_type(hint("01-1", seed=7), Prose)
    assert_type(exercise(), Prose)
    assert_type(score(), Prose)


def _half(a: float) -> float:
    """A half of a."""
    return a / 2


def _half_slope(a: float, y: float) -> float:
    """d(a / 2)/da = 1 / 2, which is y / a as well."""
    return 0.5 if a == 0 else y / a


def main() -> None:
    """Run it all."""
    v, w = Value(1.5, label="v"), Value(0.5, "w")
    for part in (operators, methods, derivatives, pictures, programs):
        part(v, w)
    pythons_own([v, w], [1.0, 2.0])
    training()
    modules()
    row_of_ones_own()
    exercises()


if __name__ == "__main__":
    main()
