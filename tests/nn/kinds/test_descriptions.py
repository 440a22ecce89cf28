"""What describes a module is what it computes, whatever is set on it or on its parts."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from math import inf
from typing import Any

import pytest

import nn
from engine import Value
from nn.export.plan import array_plan
from nn.kinds.descriptions import Maker
from nn.kinds.module_kind import MODULE_KINDS, ModuleKind
from nn.kinds.steps import Named
from nn.loading import filling

# What is set: a number, a name, a function, a Value, modules and collections, each made anew.
_THINGS: dict[str, Callable[[], Any]] = {
    "number": lambda: 2.0,
    "value": lambda: Value(0.75),
    "result": lambda: Value(0.75) * 2,
    "tanh": lambda: "tanh",
    "softmax": lambda: "softmax",
    "names": lambda: ["tanh", "sigmoid"],
    "function": lambda: Value.tanh,
    "own function": lambda: abs,
    "list function": lambda: nn.softmax,
    "list of two": lambda: [Value(0.5), Value(-0.25)],
    "numbers": lambda: [0.5, -0.25],
    "neuron": lambda: nn.Neuron(2, "tanh", seed=3),
    "layer": lambda: nn.Layer(2, 2, "elu", seed=3),
    "layers": lambda: [nn.Layer(2, 2, "elu", seed=3), nn.Layer(2, 1, "identity", seed=4)],
    "gated": lambda: nn.SwiGLU(2, 2, seed=3),
    "empty": list,
}


def _made(kind: ModuleKind[Any]) -> Any:
    """A module of this kind, with parameters of which no two are alike."""
    given = {name: each.read(each.example, _part) for name, each in kind.arguments.items()}
    module, noise = kind.make(**given), random.Random(1)
    for parameter in module.parameters():
        parameter.data = noise.gauss()
    return module


def _part(described: Any) -> Any:
    """A module inside another, by its description."""
    kind = MODULE_KINDS[described["class"]]
    return kind.make(
        **{name: each.read(described[name], _part) for name, each in kind.arguments.items()}
    )


def _parts(module: Any) -> list[Any]:
    """A module and the first of each kind of parts below it, such as one of several gates."""
    found: dict[tuple[type, str], Any] = {}
    for _, part in module._modules():
        found.setdefault((type(part), repr(part)), part)
    return list(found.values())


def _names(part: Any) -> list[str]:
    """The attributes of a part, those that are properties among them."""
    properties = {name for kind in type(part).__mro__ for name, each in vars(kind).items()
                  if isinstance(each, property)}  # fmt: skip
    arguments = {"activation", "nin", "nout", "forward", "opening", "note"}
    own = {name for name in vars(part) if name not in ("_name", "_place", "_kept")}
    return sorted(own | properties | arguments)


def _numbers(output: Any) -> list[float]:
    """The numbers of a Value, or of the Values and numbers in lists."""
    if isinstance(output, Value | float):
        return [output.data if isinstance(output, Value) else output]
    return [number for each in output for number in _numbers(each)]


@cache
def _changed(name: str) -> list[tuple[str, Any, list[float]]]:
    """Modules of a kind on which something was set, and which still compute; and what that is."""
    return [*_with_changes(MODULE_KINDS[name])]


def _with_changes(kind: ModuleKind[Any]) -> Iterator[tuple[str, Any, list[float]]]:
    """The same, one after another."""
    for i, part in enumerate(_parts(_made(kind))):
        for name in _names(part):
            for thing, make in _THINGS.items():
                module = _made(kind)
                changed = _parts(module)[i]
                try:
                    setattr(changed, name, make())
                    numbers = _numbers(module(kind.x))
                except Exception:
                    continue  # it was refused, or there is nothing left that computes
                yield f"{type(changed).__name__}.{name} = {thing}", module, numbers


def _bits(numbers: list[float]) -> list[str]:
    return [each.hex() for each in numbers]


_each_kind = pytest.mark.parametrize("kind", MODULE_KINDS.values(), ids=list(MODULE_KINDS))


@_each_kind
def test_whatever_is_set_a_description_makes_what_computes_the_same(kind: ModuleKind[Any]) -> None:
    """And shows the same; or there is no description. Neither changes the module."""
    seen, made = 0, 0
    for what, module, numbers in _changed(kind.of.__name__):
        (tensors, said), shown = module.contents(), repr(module)
        assert _bits(_numbers(module(kind.x))) == _bits(numbers), what
        if said["model"] is not None:
            twin = Maker(inf).module(said["model"])
            for change in filling(twin, tensors, said):
                change()
            assert _bits(_numbers(twin(kind.x))) == _bits(numbers), what
            assert (repr(twin), twin.description()) == (shown, said["model"]), what
            made += 1
        seen += 1
    assert seen > made > 0


@_each_kind
def test_whatever_is_set_an_export_computes_the_same(kind: ModuleKind[Any]) -> None:
    """Or it is refused; and a picture is drawn, or refused."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    number = kind.x.data if isinstance(kind.x, Value) else kind.x
    x = torch.tensor([number] if isinstance(number, int | tuple) else [[number]])
    for what, module, numbers in _changed(kind.of.__name__):
        with suppress(TypeError, ValueError):
            assert "<svg" in nn.draw_network(module).svg()
        try:
            twin = nn.export.to_torch(module)
        except ValueError:
            continue
        y = twin(x.double() if x.is_floating_point() else x).detach().numpy()
        assert y.ravel() == pytest.approx(numbers, rel=1e-12, nan_ok=True), what


def test_a_changed_module_says_so() -> None:
    """Its repr names the functions that it has."""
    layer = nn.Layer(2, 3, seed=0)
    layer.neurons[1].activation = "tanh"
    assert repr(layer) == "Layer(2 → 3 relu/tanh)"
    layer.activation = "softmax"
    assert repr(layer) == "Layer(2 → 3 softmax)"
    layer.neurons[0].activate = abs
    assert (repr(layer), layer.activation) == ("Layer(2 → 3 abs/identity/softmax)", None)
    gated = nn.ReGLU(2, 3, seed=0)
    gated.gate.activation = "elu"
    assert repr(gated) == "ReGLU(Layer(2 → 3 elu) × Layer(2 → 3 identity))"
    perceptron = nn.Perceptron(2, seed=0)
    perceptron.score.nonlin = True
    assert repr(perceptron) == "Perceptron(Neuron(2, relu))"


def test_an_argument_is_no_attribute() -> None:
    """Setting it would change nothing; a class of your own may call its attributes as it likes."""

    class Sized(nn.MLP):
        """A network that knows its size."""

        nin: int

    model: Any = nn.MLP(2, [3, 1], seed=0)
    with pytest.raises(AttributeError, match="MLP has no nin that could be set: make another one"):
        model.nin = 3
    with pytest.raises(AttributeError, match="Embedding has no count that could be set"):
        nn.Embedding(3, 2, seed=0).count = 4
    gated: Any = nn.SwiGLU(2, 3, seed=0)
    with pytest.raises(AttributeError, match="SwiGLU has no activation that could be set"):
        gated.activation = "relu"
    own = Sized(2, [3, 1], seed=0)
    own.nin = 2
    assert own.nin == 2


def test_a_row_of_the_table_is_known_by_what_it_computes() -> None:
    """Another function with the name of a row has no description; a copy of a row has one."""
    row = nn.ACTIVATIONS["tanh"]
    model = nn.Sequential(nn.Layer(1, 1, seed=0), replace(row, function=abs))
    assert model.description() is None
    with pytest.raises(ValueError, match="cannot be exported"):
        array_plan(model)
    model.layers[1] = deepcopy(row)
    assert model.description() is not None
    assert array_plan(model)[-1] == Named("tanh")
