"""Each module of nn has a row, and the row keeps what it promises."""

import math
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx.reference import ReferenceEvaluator

import nn
from engine import Value
from nn.kinds.argument import COUNT, NAME, NUMBER, PARTS, TRUTH, WHOLE, Argument
from nn.kinds.module_kind import MODULE_KINDS, ModuleKind, nearest_kind, own_kind, register_module
from nn.pictures.wiring import network_diagram

_each_kind = pytest.mark.parametrize("kind", MODULE_KINDS.values(), ids=list(MODULE_KINDS))


def _arguments(kind: ModuleKind[Any]) -> dict[str, Any]:
    """The examples of its arguments, as `make` takes them."""
    return {name: each.read(each.example, _part) for name, each in kind.arguments.items()}


def _part(described: Any) -> Any:
    """A module inside another, by its description."""
    kind = MODULE_KINDS[described["class"]]
    return kind.make(
        **{name: each.read(described[name], _part) for name, each in kind.arguments.items()}
    )


def _example(kind: ModuleKind[Any]) -> Any:
    """A module of this kind, with parameters of which no two are alike."""
    module, noise = kind.make(**_arguments(kind)), random.Random(1)
    for parameter in module.parameters():
        parameter.data = noise.gauss()
    return module


def _outputs(output: Any) -> Iterator[float]:
    """The numbers of a Value, or of the Values and numbers in lists."""
    if isinstance(output, Value | float):
        yield output.data if isinstance(output, Value) else output
    else:
        for each in output:
            yield from _outputs(each)


def _array(x: Any) -> Any:
    """An input as an array with one row, for the programs that an export is for."""
    number = x.data if isinstance(x, Value) else x
    return np.array([number] if isinstance(number, int | tuple) else [[number]])


def test_every_public_module_has_a_row() -> None:
    """And every row is of a public module."""
    public = {name for name in nn.__all__ if isinstance(getattr(nn, name), type)}
    modules = {name for name in public if issubclass(getattr(nn, name), nn.Module)} - {"Module"}
    assert modules == {*MODULE_KINDS}
    assert all(MODULE_KINDS[name].of is getattr(nn, name) for name in modules)


@_each_kind
def test_a_module_is_shown_by_its_class(kind: ModuleKind[Any]) -> None:
    """With something that tells it from others of its class in parentheses."""
    assert repr(_example(kind)).startswith(f"{kind.of.__name__}(")
    assert repr(_example(kind)).endswith(")")


@_each_kind
def test_a_module_says_of_what_it_was_made(kind: ModuleKind[Any]) -> None:
    """The arguments of its row, as a file says them."""
    examples = {name: argument.example for name, argument in kind.arguments.items()}
    assert _example(kind).description() == {"class": kind.of.__name__, **examples}


@_each_kind
def test_a_row_knows_how_many_parameters_a_module_has(kind: ModuleKind[Any]) -> None:
    """Those of its parts not counted: `nn.load` makes nothing larger than the file."""
    arguments = _arguments(kind)
    in_parts = nn.Sequential(nn.Swish(), *_modules(arguments.values())).parameters()[1:]
    assert kind.numbers(**arguments) + len(in_parts) == len(_example(kind).parameters())


@pytest.mark.parametrize("nin", [1, 2, 3, 4])
@pytest.mark.parametrize("name", [name for name, kind in MODULE_KINDS.items()
                                  if "nin" in kind.arguments])  # fmt: skip
def test_a_row_knows_how_many_parameters_any_inputs_need(name: str, nin: int) -> None:
    """Of an odd number of inputs as well."""
    kind = MODULE_KINDS[name]
    arguments = {**_arguments(kind), "nin": nin}
    assert kind.numbers(**arguments) == len(kind.make(**arguments).parameters())


def _modules(arguments: Any) -> Iterator[Any]:
    """The modules among arguments, and in lists among them."""
    for each in arguments:
        if isinstance(each, nn.Module):
            yield each
        elif isinstance(each, list):
            yield from _modules(each)


@_each_kind
def test_a_module_that_was_saved_computes_the_same(kind: ModuleKind[Any], tmp_path: Path) -> None:
    """To the bit; and making it draws no shared random number."""
    module, state = _example(kind), random.getstate()
    module.save(tmp_path / "model")
    twin = nn.load(tmp_path / "model")
    assert (type(twin), repr(twin)) == (kind.of, repr(module))
    assert [*_outputs(twin(kind.x))] == [*_outputs(module(kind.x))]
    assert random.getstate() == state


@_each_kind
def test_a_copy_computes_the_same_with_parameters_of_its_own(kind: ModuleKind[Any]) -> None:
    """To the bit, under the same names."""
    module = _example(kind)
    copied = deepcopy(module)
    assert [*_outputs(copied(kind.x))] == [*_outputs(module(kind.x))]
    assert [name for name, _ in copied.named_parameters()] == [*dict(module.named_parameters())]
    assert not {*module.parameters()} & {*copied.parameters()}
    assert copied.description() == module.description()


@_each_kind
def test_a_module_computes_the_same_in_pytorch(kind: ModuleKind[Any]) -> None:
    """Or its row says why it is not exported."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    module = _example(kind)
    if isinstance(kind.steps, str):
        _demand_reason(kind.steps)
        with pytest.raises(ValueError, match=f"cannot be exported: {kind.steps}"):
            nn.export.to_torch(module)
    else:
        y = nn.export.to_torch(module)(torch.tensor(_array(kind.x))).detach().numpy()
        assert y.ravel() == pytest.approx([*_outputs(module(kind.x))], rel=1e-12)


@_each_kind
def test_a_module_computes_the_same_in_onnx(kind: ModuleKind[Any], tmp_path: Path) -> None:
    """Or its row says why it is not exported; gelu is of single precision in the evaluator."""
    module = _example(kind)
    if isinstance(kind.steps, str):
        with pytest.raises(ValueError, match=f"cannot be exported: {kind.steps}"):
            nn.export.to_onnx(module, tmp_path / "model.onnx")
    else:
        nn.export.to_onnx(module, tmp_path / "model.onnx")
        evaluator: Any = ReferenceEvaluator(str(tmp_path / "model.onnx"))
        (y,) = evaluator.run(None, {"x": _array(kind.x)})
        assert y.ravel() == pytest.approx([*_outputs(module(kind.x))], rel=1e-6)


@_each_kind
def test_a_module_has_a_picture(kind: ModuleKind[Any]) -> None:
    """With a line for each weight and a ring for each bias; or its row says why not."""
    module = _example(kind)
    if not kind.why_undrawn:
        diagram = network_diagram(module, None, None, 16, 1000)
        biases = sum(spot.bias is not None for each in diagram.columns for spot in each.spots)
        weights = {link.name for link in diagram.links}
        assert weights < {name for name, _ in module.named_parameters()}
        assert len(weights) + biases == len(module.parameters())
        assert repr(module) in nn.draw_network(module).svg()
    else:
        _demand_reason(kind.why_undrawn)
        with pytest.raises(TypeError, match=f"got {kind.of.__name__}.*, but {kind.why_undrawn}"):
            nn.draw_network(module)


def _demand_reason(text: str) -> None:
    """A reason is a clause that goes on after a comma."""
    assert len(text.split()) > 2
    assert text[0].islower()
    assert text[-1].isalnum()


class _Doubled(nn.Layer):
    """A layer of a user, which computes something else."""


def test_a_class_of_ones_own_has_no_row() -> None:
    """But a picture, as the class it is derived from."""
    model = _Doubled(2, 3, seed=0)
    assert own_kind(model) is None
    assert nearest_kind(model) is MODULE_KINDS["Layer"]
    assert model.description() is None
    assert nn.draw_network(model).svg().count('class="spot') == 5


class _Loop(nn.Module[Any]):
    """A module that is said in no steps."""

    def forward(self, x: Any) -> Any:
        return x


def test_a_row_may_say_why_there_is_no_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is exported or drawn, and the error tells the reason; saving is no matter."""
    monkeypatch.setitem(MODULE_KINDS, "_Loop", None)  # undone after the test
    why = "it is a loop without an end"
    register_module(ModuleKind(of=_Loop, make=_Loop, arguments={}, given=lambda _: {},
                        numbers=lambda: 0, steps=why))  # fmt: skip
    assert _Loop().description() == {"class": "_Loop"}
    with pytest.raises(ValueError, match=rf"model: _Loop\(.*\) cannot be exported: {why}"):
        nn.export.to_torch(_Loop())
    with pytest.raises(TypeError, match=r"made of (?!.*_Loop,).* got _Loop\(.*, but it is a loop"):
        nn.draw_network(_Loop())


@pytest.mark.parametrize(
    ("argument", "wrong", "wanted"),
    [
        (COUNT, (0, -1, 1.0, True, "1", None), "size"),
        (WHOLE, (-1, 1.0, True, "1", None), "whole number"),
        (NUMBER, (1, True, "1", None, math.nan, math.inf), "number"),
        (TRUTH, (0, 1, "true", None), "truth"),
        (NAME, (0, None, ["tanh"]), "name"),
    ],
    ids=["count", "whole", "number", "truth", "name"],
)
def test_an_argument_in_a_file_is_read_or_refused(
    argument: Argument, wrong: tuple[object, ...], wanted: str
) -> None:
    """A file may say anything: what is no such argument is a ValueError."""
    assert argument.read(argument.example, _part) == argument.example
    for given in wrong:
        with pytest.raises(ValueError, match=f"in the place of a {wanted}"):
            argument.read(given, _part)


def test_a_list_in_a_file_is_read_item_by_item() -> None:
    """Each by the maker of parts; anything but a list is refused."""
    assert PARTS.read(["softmax", "relu"], str.upper) == ["SOFTMAX", "RELU"]
    with pytest.raises(ValueError, match="has 'softmax' in the place of a list"):
        PARTS.read("softmax", str.upper)
