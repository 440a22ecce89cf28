"""What a gradient means in the page: nudges, and the steps that Python makes against it."""

import json
import math
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from engine import Op, Value
from engine.expression import parse
from engine.play import gallery
from nn import MLP
from tests.engine.stepper.schema import valid_trace
from tests.engine.stepper.speaking import speaking
from tests.registered import registered

NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

# The truth table of XOR: two inputs and a target, an example each.
XOR = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))
STEPS = 300
RATE = 0.1


def named(output: Value, name: str) -> Value:
    """The output, with a name."""
    output.label = name
    return output


def network() -> MLP:
    """The network 2-2-1 that learns XOR in the page."""
    return MLP(2, [2, 1], "tanh", seed=2)


def error(model: MLP, example: Sequence[float]) -> Value:
    """The squared error of the network on one example."""
    inputs = [Value(number, f"x[{i}]") for i, number in enumerate(example[:2])]
    return named((model(inputs) - Value(example[2], "y")) ** 2, "Loss")


def trained() -> dict[str, Any]:
    """XOR learnt by the engine itself: losses, first gradients, last numbers; and the document."""
    columns = [[*column] for column in zip(*XOR, strict=True)]
    examples = dict(zip(("x[0]", "x[1]", "y"), columns, strict=True))
    document = valid_trace(error(network(), XOR[1]), examples=examples).document
    model = network()
    losses: list[float] = []
    grads: dict[str, float] = {}
    for step in range(STEPS + 1):
        errors = [error(model, each) for each in XOR]
        loss = Value.sum(errors) / len(XOR)
        losses.append(loss.data)
        if step == STEPS:
            break
        model.zero_grad()
        loss.backward()
        grads = grads or {each.label: each.grad for each in model.parameters()}
        for each in model.parameters():
            each.data -= RATE * each.grad
    numbers = {each.label: each.data for each in model.parameters()}
    return {
        "document": document,
        "losses": losses,
        "grads": grads,
        "numbers": numbers,
        "rate": RATE,
    }


def dying() -> Value:
    """The neuron of the playground's gallery, whose ReLU dies in a step that is too large."""
    (neuron,) = (each for each in gallery() if each["title"] == "A neuron")
    return named(parse(neuron["formula"])(**neuron["numbers"]), "Loss")


def runs() -> dict[str, Value]:
    """Small runs: smooth, falling, with a kink, at the edge of a domain."""
    x = Value(3.0, "x")
    weights = [Value(number, f"w[{i}]") for i, number in enumerate((0.5, -1.0))]
    inputs = [Value(number, f"x[{i}]") for i, number in enumerate((2.0, 1.0))]
    products = [w * each for w, each in zip(weights, inputs, strict=True)]
    bias = Value(0.7, "b")
    zero, one = Value(0.0, "x"), Value(1.0, "x")
    return {
        "sum": named(Value(2.0, "x") * 2 + Value(1.0, "t"), "y"),
        "nowhere": named((-1 * Value(2.0, "x")).log(), "y"),
        "endless": named(one / Value(0.0, "t"), "y"),
        "endless2": named(one / Value(0.0, "t") * 2, "y"),
        "steep": named(zero**0.5 + zero, "y"),
        "beyond": named((Value(0.0, "x") * 3) ** 0.5, "y"),
        "large": named(Value(1e-300, "x") * 1e200 * 1e200, "y"),
        "still": named((Value(0.0, "w") * Value(0.0, "x")) ** 2 + 1, "y"),
        "saturated": named((Value(4.0, "w").tanh() + 1) ** 2, "Loss"),
        "square": named(x * x, "y"),
        "falling": named(Value(3.0, "x") * -2, "y"),
        "kink": named(Value(0.0, "x").relu(), "y"),
        **without_gradient(),
        "dying": dying(),
        "logarithm": named(Value(0.4, "x").log(), "y"),
        "neuron": named(Value.sum([*products, bias]).tanh() ** 2, "Loss"),
    }


def without_gradient() -> dict[str, Value]:
    """Runs in which the gradient of w is 0: cut off, cancelled, or too small."""
    w = Value(-1.0, "w")
    dead = named(w * 3, "a").relu()
    tiny = Value(1e-200, "w")
    return {
        "dead": named((named(dead, "h") - 1) ** 2, "Loss"),
        "dead twice": named(named(w.relu(), "h") + named((w * 2).relu(), "g"), "Loss"),
        "cancelled": named((named(w * 2, "a") - named(w + w, "b")) * 3, "Loss"),
        "half dead": named(named(w.relu(), "h") + named(w * 0.0, "z"), "Loss"),
        "too small": named(tiny * 1e-200 * 1e-200, "Loss"),
    }


def locked() -> dict[str, Any]:
    """The document of a run with an operation that a page cannot compute, and an example for it."""
    gamma = Op("gamma", "Γ", "{a}", (1, 2), math.gamma, (lambda a, y: 0.5,))
    with registered(gamma):
        a: Any = Value(2.5, "a")
        output = named(a.gamma() + Value(1.0, "b"), "y")
        return {**valid_trace(output, examples={"a": [2.5]}).document}


def test_nudges_and_descent(tmp_path: Path) -> None:
    """Sentences, estimates and steps; those of XOR are the steps that Python makes."""
    documents = {name: valid_trace(output).document for name, output in runs().items()}
    documents["locked"] = locked()
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"traces": documents, "xor": trained()}), encoding="utf-8")
    script = Path(__file__).with_name("meaning.test.mjs")
    with as_file(files("engine") / "stepper" / "player") as modules:
        more = {"STEPPER_MODULES": f"{modules.as_uri()}/", "STEPPER_DATA": str(data)}
        run = subprocess.run(
            [str(NODE), "--test", str(script)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=speaking(**more),
        )
    assert run.returncode == 0, run.stdout + run.stderr
