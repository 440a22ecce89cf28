"""Models in ONNX files as functions of Values: those of scikit-learn, PyTorch, Keras and others.

    network = engine.from_onnx("network.onnx")
    (output,) = network([[0.3, -0.7]])            # an array of Values
    engine.Stepper(output.item())
    network.weights["coefficient"]                # the parameters, an array of Values each

Each operator is computed element by element (`onnx_rules`), in float64, so that every
multiplication is a node of the graph. No operator runs code from the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from errno import ENOENT
from typing import Any

from ..system.files import FilePath, path_of
from ..system.packages import OnDemand
from .object_arrays import data_of_elements, elements_at, has_values
from .onnx_rules import ONNX_MOVING, ONNX_RULES
from .packages import np
from .value_arrays import value_array

onnx: Any = OnDemand("onnx", "export", "engine.from_onnx")
_reference: Any = OnDemand("onnx.reference", "export", "engine.from_onnx")


def _is_of_numbers(operator: str) -> bool:
    """Whether what an operator gives has no gradient: whole numbers, truths, labels of classes."""
    return operator in _OF_NUMBERS


_OF_NUMBERS = {
    "Shape", "Size", "ArgMax", "ArgMin", "Equal", "Less", "LessOrEqual", "Greater", "Not", "And",
    "GreaterOrEqual", "Or", "Range", "ConstantOfShape", "NonZero", "ArrayFeatureExtractor", "Sign",
    "Floor", "Ceil", "Round",
}  # fmt: skip


# Operators of scikit-learn's that skl2onnx writes as plain ones, where it is told to.
_PLAIN_ELSEWHERE = {"LinearClassifier", "LinearRegressor", "Normalizer", "Scaler"}


@dataclass(frozen=True, slots=True, repr=False)
class OnnxFunction:
    """A model of an ONNX file; called with its inputs in order, it gives its outputs in order.

    weights: the parameters by their names in the file, arrays of Values called `name[i,j]`.
    """

    model: Any
    weights: Mapping[str, Any]
    _known: Mapping[str, Any]

    def __repr__(self) -> str:
        """Its inputs, its outputs, and how many weights it has."""
        count = sum(each.size for each in self.weights.values())
        return (f"OnnxFunction({', '.join(self.inputs)} → {', '.join(self.outputs)}; "
                f"{count:,} weights)")  # fmt: skip

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs that it is called with."""
        return [each.name for each in self.model.graph.input if each.name not in self._known]

    @property
    def outputs(self) -> list[str]:
        """The names of what it gives."""
        return [each.name for each in self.model.graph.output]

    def __call__(self, *inputs: Any) -> list[Any]:
        """An array for each output, of Values where one went into it.

        An input is an array or nested list of numbers or Values, or an array of them, in the shape
        that the model takes; how many rows it has is free. Raises ValueError for another number of
        inputs or another shape, and TypeError for what is no array of numbers.
        """
        names = self.inputs
        if len(inputs) != len(names):
            raise ValueError(f"inputs: the model takes {len(names)} ({', '.join(names)}), "
                             f"got {len(inputs)}")  # fmt: skip
        known = {**self._known}
        for name, given in zip(names, inputs, strict=True):
            array = np.asarray(given)
            self._demand_shape(name, array)
            known[name] = array.astype(float) if array.dtype.kind in "fiu" else array
        for node in self.model.graph.node:
            given = [known[each] for each in node.input if each]
            known.update(zip(node.output, self._computed(node, given), strict=False))
        return [known[name] for name in self.outputs]

    def _demand_shape(self, name: str, array: Any) -> None:
        """Raise an error for an input that is no array of numbers, or of another shape."""
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"{name} must be an array of numbers or Values, got {array.tolist()!r}")
        (kind,) = (each.type.tensor_type for each in self.model.graph.input if each.name == name)
        if not kind.HasField("shape"):
            return
        sizes = [each.dim_value if each.HasField("dim_value") else 0 for each in kind.shape.dim]
        fits = [size in (0, given) for size, given in zip(sizes, array.shape, strict=False)]
        if array.ndim == len(sizes) and all(fits[1:]):
            return
        wanted = ", ".join(["rows", *(str(size or "any") for size in sizes[1:])][: len(sizes)])
        advice = ": write one row as [row]" if array.ndim == len(sizes) - 1 else ""
        raise ValueError(f"{name} must have the shape ({wanted}), got {array.shape}{advice}")

    def _computed(self, node: Any, given: list[Any]) -> list[Any]:
        """What one operator gives."""
        options = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        if not any(has_values(each) for each in given) or _is_of_numbers(node.op_type):
            return self._evaluated(node, [data_of_elements(each) for each in given])
        if node.op_type in ONNX_RULES:
            return [np.asarray(ONNX_RULES[node.op_type](given, options), object)]
        return [self._moved(node, given, k) for k in range(len(node.output))]

    def _moved(self, node: Any, given: list[Any], k: int) -> Any:
        """The elements where the operator puts their places; whole numbers are indices."""
        is_moved = [each.dtype.kind in "fO" for each in given]

        def at(*places: Any) -> Any:
            """Where ONNX puts the places."""
            following = iter(places)
            operands = [next(following) if moves else each
                        for each, moves in zip(given, is_moved, strict=True)]  # fmt: skip
            return self._evaluated(node, operands)[k]

        return elements_at(
            at, *(each for each, moves in zip(given, is_moved, strict=True) if moves)
        )

    def _evaluated(self, node: Any, given: list[Any]) -> list[Any]:
        """What ONNX's own evaluator gives for one operator, of numbers."""
        names = [each for each in node.input if each]
        graph = onnx.helper.make_graph(
            [node], "one",
            [onnx.helper.make_value_info(name, onnx.TypeProto()) for name in dict.fromkeys(names)],
            [onnx.helper.make_value_info(name, onnx.TypeProto()) for name in node.output],
        )  # fmt: skip
        model = onnx.helper.make_model(graph, opset_imports=self.model.opset_import)
        evaluator = _reference.ReferenceEvaluator(model)
        return list(evaluator.run(None, dict(zip(names, given, strict=True))))


def from_onnx(path: FilePath) -> OnnxFunction:
    """The model in an ONNX file, as a function of Values; its floating-point weights are Values.

    Raises FileNotFoundError if there is no file, ValueError if it is no ONNX model, or has an
    operator that is not known here, with its name, and ImportError without the package onnx.
    """
    file = path_of(path)
    if not file.exists():
        raise FileNotFoundError(ENOENT, f"path: there is no file {str(path)!r}", str(path))
    content = file.read_bytes()
    read = onnx.load_model_from_string
    try:
        model = read(content)
    except Exception as error:  # of protobuf, whose classes differ from version to version
        raise ValueError(f"path: {str(path)!r} is no ONNX model ({error})") from error
    if not model.graph.output:
        raise ValueError(f"path: {str(path)!r} is no ONNX model (it has no output)")
    known = {*ONNX_RULES, *ONNX_MOVING, "Constant"}
    unknown = {each.op_type for each in model.graph.node
               if each.op_type not in known and not _is_of_numbers(each.op_type)}  # fmt: skip
    if unknown:
        raise ValueError(_not_known(unknown, str(path)))
    arrays = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    weights = {name: np.asarray(value_array(array, name), object)
               for name, array in arrays.items() if array.dtype.kind == "f"}  # fmt: skip
    return OnnxFunction(model, weights, {**arrays, **weights})


def _not_known(operators: set[str], path: str) -> str:
    """Why a file with these operators is refused, and what to write in place of them."""
    plain = sorted(operators & _PLAIN_ELSEWHERE)
    rest = sorted(operators - _PLAIN_ELSEWHERE - {"ZipMap"})
    given = f"black_op={{{', '.join(map(repr, plain))}}}" if plain else ""
    dense = "options={'zipmap': False}" if "ZipMap" in operators else ""
    if not rest:
        advice = f"skl2onnx does without by to_onnx(..., {', '.join(filter(None, [given, dense]))})"
    elif rest[0].startswith("TreeEnsemble"):
        advice = "trees are steps, which have no gradient"
    else:
        advice = f"export the model with others, such as {', '.join(sorted(ONNX_RULES)[:8])}"
    first = (rest or sorted(operators))[0]
    return f"path: the operator {first!r} of {path!r} is not known here: {advice}"
