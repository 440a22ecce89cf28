"""Models in ONNX on Values: the numbers of ONNX's own evaluator, and gradients of our own table."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nn
from engine import Stepper, chain_rule, check_gradient, from_onnx, value_array
from engine.interop import onnx_models
from engine.system.packages import OnDemand

onnx = pytest.importorskip("onnx")
reference = pytest.importorskip("onnx.reference")
helper = onnx.helper
_RANDOM = np.random.default_rng(0)


def numbers(*shape: int) -> Any:
    """Random numbers between a half and two, in the domain of every operator."""
    return _RANDOM.uniform(0.5, 2.0, size=shape)


def written(path: Path, nodes: list[Any], shapes: dict[str, Any], weights: dict[str, Any]) -> Path:
    """A model of some operators in a file, whose output is y."""
    double = onnx.TensorProto.DOUBLE
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info(name, double, shape) for name, shape in shapes.items()],
        [helper.make_tensor_value_info("y", double, None)],
        [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)
    return path


_INDICES = np.array([1, 0], np.int64)
_SHAPES = {"a": (2, 3), "b": (2, 3)}

# Operators, each with its inputs, its attributes, and weights.
_OPERATORS: list[tuple[str, list[str], dict[str, Any], dict[str, Any]]] = [
    *(
        (name, ["a", "b"], {}, {})
        for name in ("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum")
    ),
    *(
        (name, ["a"], {}, {})
        for name in (
            "Neg",
            "Reciprocal",
            "Abs",
            "Sqrt",
            "Exp",
            "Log",
            "Sin",
            "Cos",
            "Tan",
            "Sinh",
            "Cosh",
            "Tanh",
            "Atan",
            "Erf",
            "Sigmoid",
            "Relu",
            "Softplus",
            "LeakyRelu",
            "Elu",
            "Gelu",
            "Softmax",
            "LogSoftmax",
            "Identity",
            "Flatten",
            "ReduceSum",
            "Clip",
            "Transpose",
        )
    ),
    ("Gelu", ["a"], {"approximate": "tanh"}, {}),
    ("Clip", ["a", "low", "high"], {}, {"low": np.array(0.7), "high": np.array(1.4)}),
    ("Gemm", ["a", "b", "c"], {"transB": 1, "alpha": 0.5, "beta": 2.0}, {"c": numbers(2)}),
    ("Gemm", ["a", "m"], {"transA": 1}, {"m": numbers(2, 2)}),
    ("MatMul", ["a", "m"], {}, {"m": numbers(3, 2)}),
    ("MatMul", ["a", "m"], {}, {"m": numbers(3)}),
    ("MatMul", ["v", "m"], {}, {"v": numbers(3), "m": numbers(4, 3, 2)}),
    ("MatMul", ["v", "m"], {}, {"v": numbers(3), "m": numbers(3)}),
    ("ReduceMean", ["a", "axes"], {"keepdims": 0}, {"axes": np.array([-1], np.int64)}),
    ("ReduceMax", ["a", "axes"], {}, {"axes": np.array([0], np.int64)}),
    ("ReduceMin", ["a"], {}, {}),
    ("ReduceProd", ["a"], {"keepdims": 0}, {}),
    ("Concat", ["a", "b"], {"axis": 1}, {}),
    ("Gather", ["a", "at"], {"axis": 0}, {"at": _INDICES}),
    ("Reshape", ["a", "to"], {}, {"to": np.array([3, -1], np.int64)}),
    ("Pad", ["a", "by"], {}, {"by": np.array([1, 0, 0, 1], np.int64)}),
]


@pytest.mark.parametrize(
    ("operator", "inputs", "options", "weights"), _OPERATORS,
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_each_operator_gives_the_numbers_of_onnx(
    operator: str, inputs: list[str], options: dict[str, Any], weights: dict[str, Any],
    tmp_path: Path,
) -> None:  # fmt: skip
    """In its shape; and gradients are those of finite differences."""
    node = helper.make_node(operator, inputs, ["y"], **options)
    shapes = {name: shape for name, shape in _SHAPES.items() if name in inputs}
    model = from_onnx(written(tmp_path / "x.onnx", [node], shapes, weights))
    given = {name: numbers(*shape) for name, shape in shapes.items()}
    (result,) = model(*(value_array(array, name) for name, array in given.items()))
    (expected,) = reference.ReferenceEvaluator(model.model).run(None, given)
    data = np.array([getattr(each, "data", each) for each in np.ravel(result)])
    assert np.shape(result) == np.shape(expected)
    assert data == pytest.approx(np.ravel(expected), rel=1e-7)  # its erf has eight digits

    def total(*leaves: Any) -> Any:
        places = iter(leaves)
        taken = [np.array([next(places) for _ in range(array.size)], object).reshape(array.shape)
                 for array in given.values()]  # fmt: skip
        return sum(each * (k + 1) for k, each in enumerate(np.ravel(model(*taken)[0])))

    at = [float(each) for array in given.values() for each in array.flat]
    assert not at or check_gradient(total, *at)


# Operators that take numbers of any sign, each with its attributes.
_SIGNED: list[tuple[str, dict[str, Any]]] = [
    ("Neg", {}), ("Abs", {}), ("Reciprocal", {}), ("Exp", {}), ("Tanh", {}), ("Sigmoid", {}),
    ("Softplus", {}), ("Relu", {}), ("LeakyRelu", {}), ("LeakyRelu", {"alpha": 0.3}),
    ("Elu", {}), ("Elu", {"alpha": 0.7}), ("Gelu", {}), ("Gelu", {"approximate": "tanh"}),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "options"), _SIGNED)
def test_on_both_sides_of_0_an_operator_gives_the_numbers_of_onnx(
    operator: str, options: dict[str, Any], tmp_path: Path
) -> None:
    """What bends at 0 has a slope of its own on either side, as finite differences have it."""
    node = helper.make_node(operator, ["a"], ["y"], **options)
    model = from_onnx(written(tmp_path / "x.onnx", [node], {"a": (4,)}, {}))
    a = np.array([-2.5, -0.3, 0.4, 1.5])
    (result,) = model(value_array(a, "a"))
    (expected,) = reference.ReferenceEvaluator(model.model).run(None, {"a": a})
    data = [each.data for each in result]
    assert data == pytest.approx(expected.tolist(), rel=1e-7, abs=1e-7)  # its erf has eight digits
    assert check_gradient(lambda *leaves: sum(model(np.array(leaves, object))[0]), *a.tolist())


def test_a_network_of_scikit_learn_is_stepped(tmp_path: Path) -> None:
    """As its converter writes it: a Cast, products, additions, an activation, a Reshape."""
    skl2onnx = pytest.importorskip("skl2onnx")
    rows = _RANDOM.normal(size=(60, 2))
    network = MLPRegressor(
        hidden_layer_sizes=(4,), activation="tanh", max_iter=50, tol=1.0, random_state=0
    )
    network.fit(rows, np.sin(rows[:, 0]) * rows[:, 1])
    (tmp_path / "x.onnx").write_bytes(skl2onnx.to_onnx(network, rows[:1]).SerializeToString())
    x = value_array([[0.3, -0.7]], "x")
    model = from_onnx(tmp_path / "x.onnx")
    output = model(x)[0].item()
    output.backward()
    first, second = network.coefs_
    hidden = np.tanh(np.array([0.3, -0.7]) @ first + network.intercepts_[0])
    by_hand = first @ ((1 - hidden**2) * second[:, 0])
    assert output.data == pytest.approx(network.predict([[0.3, -0.7]])[0], rel=1e-12)
    assert [value.grad for value in x.flat] == pytest.approx(by_hand.tolist(), rel=1e-12)
    assert "4 paths" in str(chain_rule(output, x[0, 0]))
    assert "Values" in repr(Stepper(output))


def test_what_we_export_comes_back(tmp_path: Path) -> None:
    """The same numbers, and the same gradients of weights, which have the names of the file."""
    network = nn.MLP(3, [4, 2], ["gelu", "softmax"], seed=1)
    nn.export.to_onnx(network, tmp_path / "x.onnx")
    model = from_onnx(tmp_path / "x.onnx")
    at = [0.3, -0.7, 1.1]
    ours, theirs = network(at), model([at])[0].ravel()
    assert [each.data for each in theirs] == pytest.approx([each.data for each in ours], rel=1e-14)
    ours[0].backward()
    theirs[0].backward()
    weights = model.weights[next(name for name in model.weights if model.weights[name].ndim == 2)]
    grads = [weight.grad for neuron in network.layers[0].neurons for weight in neuron.w]
    assert [value.grad for value in weights.flat] == pytest.approx(grads, rel=1e-12)
    assert (model.inputs, model.outputs) == (["x"], ["y"])


def test_whole_numbers_and_classes_stay_numbers(tmp_path: Path) -> None:
    """What has no gradient is computed by ONNX, of the data."""
    node = helper.make_node("ArgMax", ["a"], ["i"], axis=1)
    cast = helper.make_node("Cast", ["i"], ["y"], to=onnx.TensorProto.DOUBLE)
    model = from_onnx(written(tmp_path / "x.onnx", [node, cast], {"a": (1, 3)}, {}))
    assert model(value_array([[1.0, 3.0, 2.0]]))[0].tolist() == [[1.0]]


def test_what_is_not_known_here_is_named(tmp_path: Path) -> None:
    """An operator, a file that is none, and too few inputs."""
    node = helper.make_node("Hardmax", ["a"], ["y"])
    with pytest.raises(ValueError, match=r"the operator 'Hardmax' of .* is not known here"):
        from_onnx(written(tmp_path / "x.onnx", [node], {"a": (2, 3)}, {}))
    for content in (b"no model", b""):
        (tmp_path / "y.onnx").write_bytes(content)
        with pytest.raises(ValueError, match=r"path: '.*y\.onnx' is no ONNX model"):
            from_onnx(tmp_path / "y.onnx")
    with pytest.raises(FileNotFoundError, match=r"path: there is no file '.*z\.onnx'"):
        from_onnx(tmp_path / "z.onnx")
    model = from_onnx(
        written(tmp_path / "x.onnx", [helper.make_node("Add", ["a", "b"], ["y"])], _SHAPES, {})
    )
    with pytest.raises(ValueError, match=r"inputs: the model takes 2 \(a, b\), got 1"):
        model([[1.0]])


@pytest.mark.parametrize(("operators", "advice"), [
    (["Scaler", "Normalizer"], r"to_onnx\(\.\.\., black_op={'Normalizer', 'Scaler'}\)"),
    (["ZipMap"], r"'ZipMap' .* to_onnx\(\.\.\., options={'zipmap': False}\)"),
    (["LinearClassifier", "ZipMap"], r"black_op={'LinearClassifier'}, options={'zipmap': False}"),
    (["Scaler", "TreeEnsembleRegressor"], "'TreeEnsembleRegressor' .* which have no gradient"),
    (["ZipMap", "SVMRegressor"], "'SVMRegressor' .*: export the model with others, such as Abs"),
    (["SVMRegressor", "SVMClassifier"], "the operator 'SVMClassifier' of"),
])  # fmt: skip
def test_how_to_do_without_an_operator_of_scikit_learn_is_said(
    tmp_path: Path, operators: list[str], advice: str
) -> None:
    """skl2onnx writes some as plain ones; the arguments that do so are its own."""
    nodes = [helper.make_node(each, ["a"], ["y"], domain="ai.onnx.ml") for each in operators]
    with pytest.raises(ValueError, match=advice):
        from_onnx(written(tmp_path / "x.onnx", nodes, {"a": (2, 3)}, {}))


def test_a_scaled_classifier_comes_as_that_advice_says(tmp_path: Path) -> None:
    """Scikit-learn's usual pipeline, with the probabilities that it predicts."""
    skl2onnx = pytest.importorskip("skl2onnx")
    rows = numbers(40, 2)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, rows[:, 0] > 1)
    advised = {"black_op": {"LinearClassifier", "Scaler"}, "options": {"zipmap": False}}
    written_as = skl2onnx.to_onnx(model, rows[:1], **advised)
    (tmp_path / "x.onnx").write_bytes(written_as.SerializeToString())
    _, probabilities = from_onnx(tmp_path / "x.onnx")(rows[:1])
    assert [each.data for each in probabilities[0]] == pytest.approx(
        model.predict_proba(rows[:1])[0]
    )


def test_a_function_of_onnx_is_shown_in_one_line(tmp_path: Path) -> None:
    """Not with each of its weights."""
    node = helper.make_node("Gemm", ["a", "w", "b"], ["y"])
    weights = {"w": numbers(3, 400), "b": numbers(400)}
    model = from_onnx(written(tmp_path / "x.onnx", [node], {"a": (1, 3)}, weights))
    assert repr(model) == "OnnxFunction(a → y; 1,600 weights)"


def test_an_input_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """With the shape that it must have; the first axis, that of the rows, is free."""
    node = helper.make_node("Relu", ["a"], ["y"])

    def model(shape: Any) -> Any:
        """A model that takes an input of some shape."""
        return from_onnx(written(tmp_path / "x.onnx", [node], {"a": shape}, {}))

    rows = model((1, 2))
    assert rows([[1.0, -2.0], [3.0, 4.0]])[0].tolist() == [[1.0, 0.0], [3.0, 4.0]]
    for given, got in ((1.0, r"\(\)"), ([[1.0, 2.0, 3.0]], r"\(1, 3\)")):
        with pytest.raises(ValueError, match=rf"a must have the shape \(rows, 2\), got {got}$"):
            rows(given)
    with pytest.raises(ValueError, match=r"got \(2,\): write one row as \[row\]"):
        rows([1.0, 2.0])
    with pytest.raises(ValueError, match=r"a must have the shape \(rows, any\), got \(1, 1, 1\)"):
        model(("n", None))([[[1.0]]])
    with pytest.raises(ValueError, match=r"a must have the shape \(\), got \(1,\)"):
        model(())([1.0])
    with pytest.raises(TypeError, match="a must be an array of numbers or Values, got 'text'"):
        rows("text")
    assert model(None)([[[-1.0]]])[0].tolist() == [[[0.0]]]


def test_without_onnx_the_line_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file is read."""
    (tmp_path / "x.onnx").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.setattr(onnx_models, "onnx", OnDemand("onnx", "export", "engine.from_onnx"))
    with pytest.raises(ImportError, match=r"engine.from_onnx needs the package 'onnx', .*export"):
        from_onnx(tmp_path / "x.onnx")
