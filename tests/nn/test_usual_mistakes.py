"""The mistakes that people make with networks, one a row: each raises an error that helps.

It is raised by the call that is wrong, before anything is trained or written, names the argument,
and shows what was given.
"""

from collections.abc import Callable
from math import inf, nan
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

import nn
from engine import Value
from nn.estimators import NetworkClassifier

_X = [[0.0, 0.5], [1.0, -1.0], [-0.5, 2.0], [2.0, 1.0]]
_Y = [1, -1, 1, -1]


def _fit(X: Any = _X, y: Any = _Y, outputs: int = 1, **options: Any) -> nn.History:
    """A training in mini-batches, with options; the model must come out as it went in."""
    model = nn.MLP(2, [3, outputs], "tanh", seed=0)
    usual: dict[str, Any] = {
        "model": model, "loss": nn.hinge, "optimizer": nn.SGD(model.parameters()), "epochs": 2,
        "batch_size": 2, "progress": False,
    }  # fmt: skip
    settings = usual | options
    before = [parameter.data for parameter in model.parameters()]
    try:
        return nn.fit(settings.pop("model"), X, y, **settings)
    finally:
        assert [parameter.data for parameter in model.parameters()] == before, "it was trained"


def _classes(y: Any, **options: Any) -> nn.History:
    """A training with three classes."""
    return _fit(y=y, outputs=3, loss=nn.cross_entropy, **options)


def _sgd(*arguments: Any, **options: Any) -> nn.SGD:
    """Gradient descent, with whatever one gives it."""
    make: Callable[..., nn.SGD] = nn.SGD
    return make(*(arguments or ([Value(1.0)],)), **options)


def _mlp(*arguments: Any, **options: Any) -> nn.MLP:
    """A network, with whatever one gives it."""
    make: Callable[..., nn.MLP] = nn.MLP
    return make(*arguments, **options)


def _model() -> Any:
    return nn.MLP(2, [3, 1], seed=0)


def _ones(*shape: int) -> Any:
    return np.ones(shape).tolist()


_DATA: list[tuple[str, Callable[[], object], type[Exception], str]] = [
    ("no data",
     lambda: _fit([], []), ValueError, "X has 0 rows, y has 0 targets"),
    ("X and y of different lengths",
     lambda: _fit(y=_Y[:3]), ValueError, "X has 4 rows, y has 3 targets"),
    ("X with one dimension",
     lambda: _fit([1.0, 2.0, 3.0, 4.0]), TypeError, r"X\[0\] must be a row of numbers, .* got 1"),
    ("X with three dimensions",
     lambda: _fit(_ones(4, 2, 2)), TypeError, r"X\[0\]\[0\] must be a real number, got \["),
    ("a row that is too short",
     lambda: _fit([*_X[:3], [1.0]]), ValueError, r"same number of columns.*X\[3\] has 1"),
    ("one column too many for the model",
     lambda: _fit(_ones(4, 3)), ValueError, "x: the neuron expects 2 inputs, got 3"),
    ("nan in the data",
     lambda: _fit([*_X[:3], [1.0, nan]]), ValueError, r"X\[3\]\[1\] must be finite, got nan"),
    ("infinity in the data",
     lambda: _fit([[inf, 0.0], *_X[1:]]), ValueError, r"X\[0\]\[0\] must be finite, got inf"),
    ("nan among the targets",
     lambda: _fit(y=[1, -1, 1, nan]), ValueError, r"y\[3\] must be finite, got nan"),
    ("a number that is missing, as None",
     lambda: _fit([[1.0, None], *_X[1:]]), TypeError, r"X\[0\]\[1\] must be a real .* None"),
    ("text in the data",
     lambda: _fit([["a", "b"], *_X[1:]]), TypeError, r"X\[0\]\[0\] must be a real number, got 'a'"),
    ("a DataFrame with a column of text",
     lambda: _fit(pd.DataFrame({"a": ["x"] * 4, "b": 1.0})), TypeError,
     r"X\[0\]\[0\] must be a real number, got 'x'"),
    ("a dict of columns in the place of a DataFrame",
     lambda: _fit({"a": [1.0] * 4}), TypeError, r"X must hold a row .* got \{'a'"),
    ("a DataFrame of one column as y",
     lambda: _fit(y=pd.DataFrame({"y": _Y})), ValueError,
     r"must have the shape of the predictions, .*: give -?1 by itself, as y\.ravel\(\) does"),
    ("no labels",
     lambda: _fit(y=None), TypeError, "y must hold a target for each example, got None"),
    ("two numbers for each example, where the model has one output",
     lambda: _fit(y=_ones(4, 2)), ValueError, "must have the shape of the predictions, got "),
    ("labels 0 and 1 where they must be -1 and 1",
     lambda: _fit(y=[1, 1, 1, 0]), ValueError, r"-1 or 1, got 0.*: of 0 and 1 they are 2 \* y - 1"),
    ("a label out of range, only once",
     lambda: _classes([0, 1, 2, 3]), ValueError, r"targets\[3\] .*0 to 2, got 3"),
    ("classes that count from 1",
     lambda: _classes([1, 2, 3, 1]), ValueError, r"targets\[2\] .*0 to 2, got 3"),
    ("a label below 0",
     lambda: _classes([0, 1, 2, -1]), ValueError, r"targets\[3\] .*0 to 2, got -1"),
    ("classes by their names",
     lambda: _classes(["a", "b", "c", "a"]), TypeError,
     r"targets\[0\] .*'a' \(str\): number the classes, as classes.index\('a'\) does"),
    ("probabilities that do not add up to 1",
     lambda: _classes([[0.5, 0.5, 0.5]] * 4), ValueError, "probabilities that add up"),
    ("validation data of another width",
     lambda: _fit(validation=([[1.0]], [1])), ValueError, "as many columns as X, 2, got 1"),
    ("a share for validation in the place of data",
     lambda: _fit(validation=0.2), TypeError, r"validation must be a pair \(X, y\) .* got 0.2"),
    ("a wrong label in the validation data",
     lambda: _fit(validation=(_X, [1, -1, 1, 5])), ValueError, "labels must be -1 or 1, got 5"),
]  # fmt: skip

_TRAINING: list[tuple[str, Callable[[], object], type[Exception], str]] = [
    ("no epochs",
     lambda: _fit(epochs=0), ValueError, "epochs must be at least 1, got 0"),
    ("half an epoch",
     lambda: _fit(epochs=0.5), TypeError, "epochs must be an int, got 0.5"),
    ("batches of nothing",
     lambda: _fit(batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
    ("batches of a share",
     lambda: _fit(batch_size=0.1), TypeError, "batch_size must be an int, got 0.1"),
    ("a seed of the wrong type",
     lambda: _fit(seed="0"), TypeError, "seed must be an int, a random.Random or None, got '0'"),
    ("a class where the model should be",
     lambda: _fit(model=nn.MLP), TypeError, "model must be a function or a module, got <class"),
    ("a model of another library",
     lambda: _fit(model=np.ones(3)), TypeError, "model must be a function or a module, got array"),
    ("a module without forward",
     lambda: _fit(model=nn.Module(), optimizer=_sgd()), ValueError, "none of its parameters"),
    ("the name of a loss",
     lambda: _fit(loss="hinge"), TypeError, "loss must be a function or a module, got 'hinge'"),
    ("a loss that gives a plain number",
     lambda: _fit(loss=lambda p, t: 0.5), TypeError, r"loss\(predictions, targets\).* got 0.5"),
    ("the name of an optimizer",
     lambda: _fit(optimizer="adam"), TypeError, r"optimizer must be one .*, got 'adam'"),
    ("an optimizer without its parameters",
     lambda: _fit(optimizer=nn.Adam), TypeError, r"nn\.SGD\(model\.parameters\(\)\), got <class"),
    ("the optimizer of another model",
     lambda: _fit(optimizer=_sgd(_model().parameters())), ValueError,
     "optimizer: none of its parameters belongs to the model"),
    ("metrics without names",
     lambda: _fit(metrics=[nn.accuracy]), TypeError, r"metrics must name functions .* got \["),
    ("one callback in the place of a list",
     lambda: _fit(callbacks=nn.EarlyStopping()), TypeError, "callbacks must list functions"),
    ("a callback without its brackets",
     lambda: _fit(callbacks=[nn.EarlyStopping]), TypeError, r"such as nn\.EarlyStopping\(\)"),
    ("a learning rate in the place of a schedule",
     lambda: _fit(schedule=0.1), TypeError, "schedule must be a function .* got 0.1"),
    ("patience of 0",
     lambda: nn.EarlyStopping(patience=0), ValueError, "patience must be a whole number from 1 on"),
    ("a checkpoint before another callback",
     lambda: _fit(callbacks=[nn.Checkpoint("x"), nn.EarlyStopping()]), ValueError,
     "callbacks: a Checkpoint must be the last one"),
    ("a checkpoint that is not there",
     lambda: _fit(resume="nowhere.safetensors"), FileNotFoundError, "path: there is no file 'now"),
    ("a learning rate below 0",
     lambda: _sgd(learning_rate=-0.1), ValueError, "learning_rate must be at least 0 .* got -0.1"),
    ("a learning rate that is nan",
     lambda: _sgd(learning_rate=nan), ValueError, "learning_rate must be at least 0 .* got nan"),
    ("a learning rate in words",
     lambda: _sgd(learning_rate="0.1"), TypeError, "learning_rate must be a real .* '0.1'"),
    ("a momentum of 1",
     lambda: _sgd(momentum=1.0), ValueError, "momentum must be at least 0 and below 1, got 1.0"),
    ("the model in the place of its parameters",
     lambda: _sgd(_model()), TypeError, r"parameters must be Values.* model.parameters\(\)"),
    ("parameters without brackets",
     lambda: _sgd(_model().parameters), TypeError, "parameters must be Values, got <bound method"),
    ("a model without parameters",
     lambda: _sgd(nn.Sequential(nn.softmax).parameters()), ValueError, "parameters is empty"),
]  # fmt: skip

_MODELS: list[tuple[str, Callable[[], object], type[Exception], str]] = [
    ("one size in the place of a list",
     lambda: _mlp(2, 16), TypeError, r"nouts must list the sizes .* \[16, 1\], got 16"),
    ("no layers",
     lambda: _mlp(2, []), ValueError, r"nouts must list the sizes .*, got \[\]"),
    ("a layer without neurons",
     lambda: _mlp(2, [4, 0]), ValueError, r"nouts\[1\] must be at least 1, got 0"),
    ("no inputs",
     lambda: _mlp(0, [1]), ValueError, "nin must be at least 1, got 0"),
    ("an unknown activation",
     lambda: _mlp(2, [1], "rleu"), ValueError, "activation must be one of .*relu.* got 'rleu'"),
    ("activations for fewer layers than there are",
     lambda: _mlp(2, [3, 1], ["tanh"]), ValueError, "one for each of the 2 layers, got 1"),
    ("an unknown initializer",
     lambda: _mlp(2, [1], initializer="xavier"), ValueError, "initializer must be one .* 'xavier'"),
    ("a number in the place of a row",
     lambda: _model()(1.0), TypeError, "x must be a sequence of 2 numbers or Values, got 1.0"),
    ("a row that is too long",
     lambda: _model()([1.0, 2.0, 3.0]), ValueError, "the neuron expects 2 inputs, got 3"),
    ("all rows at once",
     lambda: _model()(_X[:2]), TypeError, r"x\[0\] must be a real number, got \[0.0, 0.5\]"),
    ("a word that the embedding does not have",
     lambda: nn.Embedding(5, 2, seed=0)(5), ValueError, "index must be .* from 0 to 4, got 5"),
    ("a path into a folder that is not there",
     lambda: _model().save("nowhere/model"), FileNotFoundError, "folder 'nowhere' does not exist"),
    ("an open file, or a number, in the place of a path",
     lambda: _model().save(3), TypeError, r"path must be the name of a file, .* got 3 \(int\)"),
    ("nothing in the place of a path",
     lambda: nn.load(cast("Any", None)), TypeError, "path must be the name of a file, .* got None"),
    ("bytes in the place of a path",
     lambda: nn.export.to_onnx(_model(), cast("Any", b"x.onnx")), TypeError, "path must .* b'x.on"),
    ("a checkpoint at no path",
     lambda: nn.Checkpoint(cast("Any", 3)), TypeError, "path must be the name of a file, .* got 3"),
    ("a model that is not there",
     lambda: nn.load("nowhere.safetensors"), FileNotFoundError, "path: there is no file 'nowhere"),
    ("a file that is none of a model",
     lambda: nn.load(__file__), nn.ModelFileError, "path: .*mistakes.py' cannot be read"),
    ("a module of one's own that PyTorch does not know",
     lambda: nn.export.to_torch(nn.Sequential(lambda x: x)), ValueError, "model: .* cannot be exp"),
    ("data of one class",
     lambda: NetworkClassifier().fit(_X, [1, 1, 1, 1]), ValueError, r"two classes .*\[1\]"),
    ("predictions before training",
     lambda: NetworkClassifier().predict(_X), ValueError, "not fitted yet. Call 'fit'"),
    ("numbers in the place of classes",
     lambda: NetworkClassifier().fit(_X, [0.1, 0.2, 0.3, 0.4]), ValueError, "Unknown label type"),
    ("no penalty by a negative one",
     lambda: NetworkClassifier(alpha=-1).fit(_X, _Y), ValueError, "alpha must be at least 0 .* -1"),
]  # fmt: skip

_ALL = [*_DATA, *_TRAINING, *_MODELS]


@pytest.mark.parametrize(("call", "error", "message"), [row[1:] for row in _ALL],
                         ids=[row[0] for row in _ALL])  # fmt: skip
def test_a_mistake_raises_an_error_that_helps(
    call: Callable[[], object],
    error: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One row of the lists above; no file is written."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        call()
    assert list(tmp_path.iterdir()) == []


def test_nobody_has_to_look_for_the_mistakes_elsewhere() -> None:
    """There are many, and none is listed twice."""
    assert len({name for name, *_ in _ALL}) == len(_ALL) >= 30
