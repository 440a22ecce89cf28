"""Every number that a public function takes: nan, inf, negative, huge, or no number at all.

The table has a row for each numeric argument, with a call that uses it. Whatever is given, the call
succeeds, or the error is a ValueError or a TypeError that names the argument. Where a limit is
meant, inf says that there is none.
"""

import inspect
import re
from collections.abc import Callable
from math import inf, nan
from pathlib import Path
from tempfile import TemporaryDirectory
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from matplotlib.figure import Figure

import engine
import nn
from engine import Stepper, Value, chain_rule, check_gradient, draw, hessian_vector_product, trace
from engine.drawing.picture import Drawing
from engine.expression import parse
from nn.arguments.hyperparameters import settings_of
from nn.training.run import TrainingRun

RIM = [nan, inf, -inf, -1, -0.5, 0, 0.5, 10**400, -(10**400), 1e308, 5e-324, True, "3", None,
       np.float64(3.0), np.int64(3), np.array(3), np.array([3.0]), [3], 3 + 0j]  # fmt: skip

X, Y = [[0.0, 1.0], [1.0, 0.0], [1.0, 2.0]], [1.0, -1.0, 1.0]


def graph() -> tuple[Value, Value]:
    """A small output, and the leaf it was made from."""
    v = Value(2.0, "v")
    return v * v + v, v


def parameters() -> list[Value]:
    """A parameter with a gradient."""
    w = Value(1.0)
    w.grad = 2.0
    return [w]


def moved(optimizer: nn.Optimizer) -> None:
    """Make one step."""
    optimizer.step()


def trained(**options: Any) -> nn.History:
    """Train a neuron for an epoch, or as the options say."""
    model = nn.Neuron(2, "identity", seed=0)
    arguments = {"epochs": 1, "progress": False, "loss": nn.mean_squared_error, **options}
    return nn.fit(model, X, Y, optimizer=nn.SGD(model.parameters()), **arguments)


def decayed(schedule: Callable[[int], float]) -> float:
    """The rate of epoch 2."""
    return schedule(2)


def around(hops: Any) -> Drawing:
    """The neighbourhood of a leaf."""
    output, leaf = graph()
    return draw(output, around=leaf, hops=hops)


def noted(**places: Any) -> Stepper:
    """A run with a sentence about its leaf."""
    output, leaf = graph()
    return Stepper(output, notes=[engine.Note("", leaf, **places)])


def framed(**options: Any) -> list[Path]:
    """The pictures of a small run."""
    with TemporaryDirectory() as folder:
        return Stepper(Value(2.0, "v").exp()).frames(Path(folder) / "%d.svg", "layer", **options)


def network(**options: Any) -> nn.NetworkDrawing:
    """The picture of a small network."""
    return nn.draw_network(nn.MLP(2, [3, 1]), **options)


def minimized(**options: Any) -> nn.Minimum:
    """The minimum of a parabola."""
    x = Value(3.0)
    return nn.minimize(lambda: (x - 1) ** 2, [x], **options)


# Where a limit is meant: inf is no limit, and a huge number is as good.
LIMITS: dict[str, Callable[[Any], object]] = {
    "draw.max_boxes": lambda n: draw(Value(1.0), max_boxes=n),
    "draw.hops": around,
    "trace.max_events": lambda n: trace(Value(1.0), max_events=n),
    "ChainRule.latex.most": lambda n: chain_rule(*graph()).latex(n),
    "ChainRule.why.most": lambda n: chain_rule(*graph()).why(n),
    "draw_network.max_neurons": lambda n: nn.draw_network(nn.MLP(2, [3, 1]), max_neurons=n),
    "draw_network.max_weights": lambda n: nn.draw_network(nn.MLP(2, [3, 1]), max_weights=n),
    "minimize.iterations": lambda n: minimized(iterations=n),
    "EarlyStopping.patience": nn.EarlyStopping,
}


def sized(kind: Any, name: str) -> Callable[[Any], object]:
    """A recurrent layer with one of its sizes."""
    return lambda number: kind(**{"nin": 1, "nout": 1, name: number})


# Whole numbers that something is made of or counted by.
COUNTS: dict[str, Callable[[Any], object]] = {
    "Neuron.nin": nn.Neuron,
    "Neuron.nout": lambda n: nn.Neuron(1, nout=n),
    "Layer.nin": lambda n: nn.Layer(n, 1),
    "Layer.nout": lambda n: nn.Layer(1, n),
    "MLP.nin": lambda n: nn.MLP(n, [1]),
    "MLP.nouts": lambda n: nn.MLP(1, [n]),
    "GEGLU.nin": lambda n: nn.GEGLU(n, 1),
    "GEGLU.nout": lambda n: nn.GEGLU(1, n),
    "ReGLU.nin": lambda n: nn.ReGLU(n, 1),
    "ReGLU.nout": lambda n: nn.ReGLU(1, n),
    "SwiGLU.nin": lambda n: nn.SwiGLU(n, 1),
    "SwiGLU.nout": lambda n: nn.SwiGLU(1, n),
    **{
        f"{kind.__name__}.{name}": sized(kind, name)
        for kind in (nn.Recurrent, nn.LSTM, nn.GRU)
        for name in ("nin", "nout")
    },
    "Reshape.sides": lambda n: nn.Reshape(2, n),
    "LayerNorm.size": nn.LayerNorm,
    "RMSNorm.size": nn.RMSNorm,
    "Convolution.nin": lambda n: nn.Convolution(n, 1, [1]),
    "Convolution.nout": lambda n: nn.Convolution(1, n, [1]),
    "Convolution.stride": lambda n: nn.Convolution(1, 1, [2], stride=n),
    "Dropout.draw.count": lambda n: nn.Dropout(seed=0).draw(n),
    "Attention.size": nn.Attention,
    "Attention.heads": lambda n: nn.Attention(12, n),
    "Perceptron.nin": nn.Perceptron,
    "compile.threads": lambda n: engine.compile(lambda x: x, parameters=[], threads=n),
    "scan.length": lambda n: engine.scan(lambda state, x: (state, x), 0.0, length=n),
    "Embedding.count": lambda n: nn.Embedding(n, 1),
    "Embedding.size": lambda n: nn.Embedding(1, n),
    "Perceptron.learn.epochs": lambda n: nn.Perceptron(2).learn(X, Y, n),
    "CosineDecay.epochs": lambda n: decayed(nn.CosineDecay(0.1, n)),
    "LinearDecay.epochs": lambda n: decayed(nn.LinearDecay(0.1, n)),
    "StepDecay.every": lambda n: decayed(nn.StepDecay(0.1, 0.5, n)),
    "Checkpoint.every": lambda n: nn.Checkpoint("x.safetensors", n),
    "fit.epochs": lambda n: trained(epochs=n),
    "fit.batch_size": lambda n: trained(batch_size=n),
    "plot_decision_boundary.per_side": lambda n: nn.plot_decision_boundary(
        nn.Neuron(2, "identity", seed=0), X, Y, Figure().subplots(), n),
}  # fmt: skip


def optimizer(kind: Any, name: str) -> Callable[[Any], object]:
    """A step of an optimizer with a setting."""
    return lambda number: moved(kind(parameters(), **{name: number}))


SETTINGS: dict[str, Callable[[Any], object]] = {
    f"{kind.__name__}.{name}": optimizer(kind, name)
    for kind in (nn.SGD, nn.RMSprop, nn.Adam, nn.AdamW)
    for name in settings_of(kind)
}

# Numbers with a range of their own.
NUMBERS: dict[str, Callable[[Any], object]] = {
    **SETTINGS,
    "Dropout.p": nn.Dropout,
    "LayerNorm.eps": lambda n: nn.LayerNorm(2, n),
    "RMSNorm.eps": lambda n: nn.RMSNorm(2, n),
    "Convolution.padding": lambda n: nn.Convolution(1, 1, [2], padding=n),
    "MaxPooling.stride": lambda n: nn.MaxPooling([2], n),
    "draw.time_limit": lambda n: draw(graph()[0], time_limit=n),
    "draw.font_size": lambda n: draw(graph()[0], font_size=n),
    "draw.scale": lambda n: draw(graph()[0], scale=n),
    "draw_network.font_size": lambda n: network(font_size=n),
    "draw_network.scale": lambda n: network(scale=n),
    "Stepper.frames.start": lambda n: framed(start=n),
    "Stepper.frames.stop": lambda n: framed(stop=n),
    "Stepper.frames.seconds": lambda n: framed(seconds=n, stop=0),
    "Stepper.frames.font_size": lambda n: framed(font_size=n, stop=0),
    "Stepper.frames.scale": lambda n: framed(scale=n, stop=0),
    "check_gradient.step": lambda n: check_gradient(Value.exp, 1.0, step=n),
    "check_gradient.tolerance": lambda n: check_gradient(Value.exp, 1.0, tolerance=n),
    "check_gradient.order": lambda n: check_gradient(Value.exp, 1.0, order=n),
    "minimize.tolerance": lambda n: minimized(tolerance=n),
    "Stepper.start": lambda n: Stepper(graph()[0], start=n),
    "Stepper.stop": lambda n: Stepper(graph()[0], stop=n),
    "trace.start": lambda n: trace(graph()[0], start=n),
    "trace.stop": lambda n: trace(graph()[0], stop=n),
    "Note.at": lambda n: noted(at=n),
    "Note.path": lambda n: noted(path=n),
    "clip_by_norm.largest": lambda n: nn.clip_by_norm(parameters(), n),
    "clip_by_value.largest": lambda n: nn.clip_by_value(parameters(), n),
    "l1_penalty.strength": lambda n: nn.l1_penalty(parameters(), n),
    "l2_penalty.strength": lambda n: nn.l2_penalty(parameters(), n),
    "ConstantRate.rate": lambda n: decayed(nn.ConstantRate(n)),
    "CosineDecay.rate": lambda n: decayed(nn.CosineDecay(n, 3)),
    "CosineDecay.last": lambda n: decayed(nn.CosineDecay(0.1, 3, n)),
    "LinearDecay.rate": lambda n: decayed(nn.LinearDecay(n, 3)),
    "LinearDecay.last": lambda n: decayed(nn.LinearDecay(0.1, 3, n)),
    "StepDecay.rate": lambda n: decayed(nn.StepDecay(n)),
    "StepDecay.factor": lambda n: decayed(nn.StepDecay(0.1, n)),
    "EarlyStopping.min_delta": lambda n: nn.EarlyStopping(1, n),
    "Perceptron.learn.learning_rate": lambda n: nn.Perceptron(2).learn(X, Y, 1, n),
}

# Arguments whose numbers are data of a computation, where nan and inf belong; and classes that only
# the packages themselves make.
DATA = {
    "Value.data", "Value.add.other", "Value.sub.other", "Value.mul.other", "Value.div.other",
    "Value.pow.other", "Value.maximum.other", "Value.minimum.other", "Value.arctan2.other",
    "Value.hypot.other", "Value.sum.values",
    "hessian_vector_product.vector", "Expression.on.values", "playground.numbers",
    "Embedding.forward.index", "Swish.beta",
}  # fmt: skip
RECORDS = {
    "ChainRule", "Done", "Fold", "FoldClass", "Forward", "GradientCheck", "Op", "PartialCheck",
    "Path", "Push", "Seed", "Minimum", "History", "Compiled", "Drawing", "Optimizer",
}  # fmt: skip

TABLE = {**LIMITS, **COUNTS, **NUMBERS}


def is_number(hint: Any) -> bool:
    """Whether a type says that a plain number is taken."""
    if get_origin(hint) in (Union, UnionType):
        return any(map(is_number, get_args(hint)))
    return hint in (int, float)


def numeric_arguments() -> set[str]:
    """All arguments of public functions, classes and methods that take a number, by name."""
    found = set()
    for module in (engine, nn, engine.expression):
        for name in module.__all__:
            thing = getattr(module, name)
            callables = {name: thing} if callable(thing) else {}
            if inspect.isclass(thing):
                methods = {k: v for k, v in vars(thing).items() if inspect.isfunction(v)}
                callables = {f"{name}.{k}": v for k, v in methods.items() if k[0] != "_"}
                if "__init__" in methods and name not in RECORDS:
                    callables[name] = methods["__init__"]
            for path, function in callables.items():
                hints = get_type_hints(getattr(function, "__wrapped__", function), _NAMES)
                found |= {f"{path}.{k}" for k, v in hints.items() if k != "return" and is_number(v)}
    return found


_NAMES = {
    "Value": Value,
    "Drawing": Drawing,
    "array": list,
    "Literal": Literal,
    "TrainingRun": TrainingRun,
}


def test_every_number_that_is_taken_stands_in_the_table() -> None:
    """A new argument needs a row here, and an old row an argument."""
    known = {*TABLE, *DATA}
    unknown = {each for each in numeric_arguments() if each not in known}
    assert {each for each in unknown if not each.endswith(".seed")} == set()


def outcome(argument: str, number: Any) -> str:
    """What comes of a number: ok, or the name of the error, which is about the argument."""
    try:
        TABLE[argument](number)
    except (ValueError, TypeError) as error:
        is_named = argument.rpartition(".")[2] in str(error)
        return type(error).__name__ if is_named else f"{error} names no argument"
    return "ok"


@pytest.mark.parametrize("argument", TABLE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of limits near 1e308
def test_it_succeeds_or_the_error_names_the_argument(argument: str) -> None:
    """Whatever number is given, or what is none."""
    outcomes = {repr(number): outcome(argument, number) for number in RIM}
    assert set(outcomes.values()) <= {"ok", "ValueError", "TypeError"}
    assert outcomes["nan"] != "ok"
    assert {outcomes[each] for each in ("'3'", "[3]", "(3+0j)", "array([3.])")} <= {
        "TypeError",
        "ValueError",
    }
    assert {outcomes[each] for each in ("-inf", "-1", "-0.5")} & {"ok"} == set()


# What is one of a few things, which the error lists; nesterov is True or False, if with momentum.
CHOICES = {"check_gradient.order", "Note.at", "Note.path", "SGD.nesterov"}


@pytest.mark.parametrize("argument", TABLE)
def test_true_and_false_are_no_numbers(argument: str) -> None:
    """They count as 1 and 0 in Python, but who gives one has taken the argument for another."""
    refused = "ValueError" if argument in CHOICES else "TypeError"
    assert outcome(argument, True) == refused
    assert outcome(argument, False) == ("ok" if argument == "SGD.nesterov" else refused)


def test_true_is_no_seed_and_no_epoch() -> None:
    """Nor anything else that counts."""
    for call in (lambda: nn.MLP(1, [1], seed=True), lambda: nn.CosineDecay(0.1, 3)(True)):
        with pytest.raises(TypeError, match=r"(seed|epoch) must be an int"):
            call()


@pytest.mark.parametrize("argument", LIMITS)
def test_inf_is_no_limit(argument: str) -> None:
    """And so is any number that is large enough."""
    for number in (inf, 10**400, 10**9, 1e308, 3, np.int64(3), np.inf):
        assert outcome(argument, number) == "ok", number
    for number in (nan, -inf, -1, 0.5, -(10**400), 2.5):
        assert outcome(argument, number) in ("ValueError", "TypeError"), number
    for nothing in ("3", None, [3], np.array(3), np.array([3.0])):
        assert outcome(argument, nothing) == "TypeError", nothing


@pytest.mark.parametrize("argument", COUNTS)
def test_nothing_is_counted_up_to_a_number_without_end(argument: str) -> None:
    """An error at once, where memory and time would run out."""
    for number in (10**400, -1, 0):
        assert outcome(argument, number) == "ValueError", number
    for nothing in (inf, nan, 2.5):
        assert outcome(argument, nothing) == "TypeError", nothing


def test_numbers_of_a_computation_may_be_anything() -> None:
    """So may nan and inf; what does not fit into a float64 is an error, by its name."""
    for number in (nan, inf, -inf, -1, 1e308, True, np.float64(3.0)):
        assert repr(Value(number).data) == repr(float(number))
        assert repr(parse("w")(w=number).data) == repr(float(number))
    output, leaf = graph()
    for call in (
        lambda: Value(10**400),
        lambda: parse("w")(w=10**400),
        lambda: hessian_vector_product(output, [leaf], [10**400]),
    ):
        with pytest.raises(OverflowError, match=re.compile("(data|w|vector.0.) must fit into")):
            call()
