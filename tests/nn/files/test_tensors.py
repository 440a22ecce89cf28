"""Parameters are numbers with places; tensors are the rectangles that the places fill."""

from typing import Any

import pytest

import nn
from engine import Value
from nn.files.tensors import Tensor, grouped, ungrouped


class _Holder(nn.Module[Value]):
    """A module with one attribute, `held`, of whatever kind."""

    def __init__(self, held: object) -> None:
        self.held = held


def _values(*shape: int) -> Any:
    """Values in nested lists."""
    if not shape:
        return Value(0.0)
    return [_values(*shape[1:]) for _ in range(shape[0])]


def _shapes(model: nn.Module[Any]) -> dict[str, tuple[int, ...]]:
    return {name: tensor.shape for name, tensor in model.tensors().items()}


def test_a_layer_has_a_matrix_with_a_row_for_each_neuron() -> None:
    """And a vector of biases, both under the name of the layer."""
    assert _shapes(nn.MLP(4, [3, 2], seed=0)) == {
        "layer1.w": (3, 4),
        "layer1.b": (3,),
        "layer2.w": (2, 3),
        "layer2.b": (2,),
    }


def test_a_number_stands_where_its_name_says() -> None:
    """layer1.neuron3.w[2] is at row 2 and column 2, counted from zero."""
    model = nn.MLP(4, [3, 2], seed=0)
    tensor = model.tensors()["layer1.w"]
    rows = [tensor.numbers[i : i + 4] for i in range(0, 12, 4)]
    assert rows[2][2] == dict(model.named_parameters())["layer1.neuron3.w[2]"].data
    assert rows == [[w.data for w in neuron.w] for neuron in model.layers[0].neurons]


@pytest.mark.parametrize(
    ("model", "shapes"),
    [
        (nn.Neuron(3, seed=0), {"w": (3,), "b": ()}),
        (nn.Layer(2, 4, seed=0), {"w": (4, 2), "b": (4,)}),
        (_Holder(_values()), {"held": ()}),
        (_Holder(_values(2, 3)), {"held": (2, 3)}),
        (_Holder(_values(2, 3, 4)), {"held": (2, 3, 4)}),
        (_Holder({"gain": Value(1.0), "inner": nn.Neuron(2, seed=0)}),
         {"held[gain]": (), "held[inner].w": (2,), "held[inner].b": ()}),
        (_Holder([]), {}),
    ],
)  # fmt: skip
def test_whatever_fills_a_rectangle_is_a_tensor(
    model: nn.Module[Any], shapes: dict[str, tuple[int, ...]]
) -> None:
    """Neurons give rows, lists of lists as many axes as they are deep."""
    assert _shapes(model) == shapes


@pytest.mark.parametrize(
    ("held", "names"),
    [
        ([[Value(1.0), Value(2.0)], [Value(3.0)]], ["held[0][0]", "held[0][1]", "held[1][0]"]),
        ([0.5, Value(1.0)], ["held[1]"]),
        ([Value(1.0), [Value(2.0)]], ["held[0]", "held[1][0]"]),
    ],
)
def test_whatever_fills_none_keeps_its_names(held: object, names: list[str]) -> None:
    """Each number is a tensor by itself."""
    assert _shapes(_Holder(held)) == dict.fromkeys(names, ())


def test_two_parameters_with_one_name_are_refused() -> None:
    """One of them would be lost: here the first of some layers, and an attribute of that name."""
    model: Any = _Holder([])
    model.layers = [nn.Neuron(1, seed=0)]
    model.layer1 = nn.Neuron(1, seed=1)
    with pytest.raises(
        ValueError, match=r"two parameters are called 'layer1\.\w': rename an attrib"
    ):
        model.tensors()


def test_names_with_the_same_indices_stay_apart() -> None:
    """Where two numbers would stand at one place, each keeps its name."""
    pairs = [("a[0].w[1]", 1.0), ("a.w[0][1]", 2.0), ("a.w[0][0]", 3.0)]
    assert grouped(pairs) == {name: Tensor((), [number]) for name, number in pairs}


@pytest.mark.parametrize(
    "model",
    [
        nn.MLP(3, [4, 2], seed=0),
        nn.Neuron(1, seed=0),
        _Holder([[Value(1.0), Value(2.0)], [Value(3.0)]]),
        _Holder(_values(12, 11)),
    ],
)
def test_ungrouping_gives_back_every_number(model: nn.Module[Any]) -> None:
    """By its name."""
    numbers = {name: float(i) for i, (name, _) in enumerate(model.named_parameters())}
    assert ungrouped(grouped(numbers.items()), numbers) == numbers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layer1.w": None}, "the tensor 'layer1.w' of the model is missing"),
        ({"other": Tensor((), [1.0])}, "there is a tensor 'other', which the model does not have"),
        ({"b": Tensor((), [1.0]), "a": Tensor((), [1.0])}, "there is a tensor 'a', which the mode"),
        ({"layer1.w": Tensor((1, 3), [0.0] * 3)},
         r"the tensor 'layer1.w' has the shape \[1, 3\], in the model it is \[1, 2\]"),
    ],
)  # fmt: skip
def test_other_tensors_than_the_models_are_refused(change: dict[str, Any], message: str) -> None:
    """The error names the first that differs."""
    model = nn.MLP(2, [1], seed=0)
    tensors: dict[str, Any] = {**model.tensors(), **change}
    with pytest.raises(ValueError, match=message):
        ungrouped(
            {name: tensor for name, tensor in tensors.items() if tensor},
            [name for name, _ in model.named_parameters()],
        )
