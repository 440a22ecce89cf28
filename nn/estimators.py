"""Networks for scikit-learn: estimators that work in its pipelines, searches and validations.

    from nn.estimators import NetworkClassifier

    model = make_pipeline(StandardScaler(), NetworkClassifier((16, 16), random_state=0))
    cross_val_score(model, X, y)

    with Client("scheduler:8786"), joblib.parallel_backend("dask"):     # on a Dask cluster
        cross_val_score(model, X, y, n_jobs=-1)

The names are not MLPClassifier and MLPRegressor, which are the estimators of
`sklearn.neural_network`. But every argument here is one of theirs with the same meaning as with
`solver="lbfgs"`, and takes the same values, so that a grid of these arguments serves both; defaults
differ. A fitted estimator has an `nn.MLP` as `model_`, trained by `nn.minimize` with a compiled
program. `import nn` does not import this file, which needs scikit-learn.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import frexp, ldexp
from numbers import Integral
from typing import Any, Self

import engine
from engine import PRIMITIVES, Value
from engine.system.packages import optional

from .activations import ACTIVATIONS, LIST_ACTIVATIONS, softmax
from .arguments.counts import demand_count
from .arguments.entries import entries, is_row
from .arguments.hyperparameters import NOT_NEGATIVE, Setting
from .arguments.matrices import data_of
from .layers import MLP, given_layer, linear_numbers
from .losses import cross_entropy, half_squared_error
from .optimization.lbfgs import OfNumbers, minimize, minimize_numbers
from .optimization.penalties import l2_penalty

_base = optional("sklearn.base", "train", "nn.estimators")
_Estimator: Any = _base.BaseEstimator
_ClassifierMixin: Any = _base.ClassifierMixin
_RegressorMixin: Any = _base.RegressorMixin
_utils = optional("sklearn.utils", "train", "nn.estimators")
_validation = optional("sklearn.utils.validation", "train", "nn.estimators")
_multiclass = optional("sklearn.utils.multiclass", "train", "nn.estimators")

_ConvergenceWarning: Any = optional(
    "sklearn.exceptions", "train", "nn.estimators"
).ConvergenceWarning

# The activations that scikit-learn calls by another name.
_SYNONYMS = {"logistic": "sigmoid"}

# The smallest positive number, as a tolerance the same as 0.
_SMALLEST = 5e-324

# The most classes of a network that is compiled, with one trace for each class.
_MOST_CLASSES = 100

# The number of architectures whose programs are kept.
_MOST_KEPT = 32

# The loss of one prediction.
_Loss = Callable[[Any, Any], Value]

# The number of rows from which a compiled program predicts faster than graphs do.
_FEW_ROWS = 20


class _Checked:
    """The arguments of an estimator, checked in `fit`, as scikit-learn demands."""

    alpha = Setting(NOT_NEGATIVE)
    tol = Setting(NOT_NEGATIVE)

    def __init__(self, given: Any) -> None:
        self.alpha, self.tol = given.alpha, given.tol
        self.max_iter = demand_count(given.max_iter, "max_iter")
        self.activation = _SYNONYMS.get(given.activation, given.activation)
        sizes = given.hidden_layer_sizes
        if isinstance(sizes, Integral):
            self.sizes = [demand_count(sizes, "hidden_layer_sizes")]
            return
        if not is_row(sizes):
            raise ValueError("hidden_layer_sizes must be a size or list sizes, such as (16, 16), "
                             f"got {sizes!r}")  # fmt: skip
        self.sizes = [
            demand_count(n, f"hidden_layer_sizes[{i}]") for i, n in enumerate(entries(sizes))
        ]


class _Compiled:
    """The loss of one example and the penalty, compiled for all networks of one architecture.

    The weights are parameters of the program, and so is the strength of the penalty: it serves each
    fold of a validation, and each strength of a search. So does the program of the outputs.
    """

    def __init__(self, model: MLP, loss: _Loss) -> None:
        output = _OUTPUTS[loss]
        weights, strength = _weights(model), Value(1.0)

        def of_one(row: Any, target: Any) -> Value:
            """The loss of one example, and the penalty."""
            return loss(model(row), target) + strength * l2_penalty(weights, 1.0)

        self.step = engine.compile(of_one, parameters=[model.parameters(), strength])
        self.predict = engine.compile(
            lambda row: output(model(row)), parameters=model.parameters(), gradient=False
        )

    @contextmanager
    def on(self, X: Any, y: Any, strength: float) -> Iterator[OfNumbers]:
        """A block with the mean loss of all examples as a function of the parameters' numbers."""
        examples = self.step.prepared(X, y)

        def of_numbers(numbers: list[float]) -> tuple[float, list[float]]:
            """The loss and its gradient, but for the last number, which is the strength."""
            value, gradient = self.step.of_row(examples, [*numbers, strength])
            return value, gradient[:-1]

        try:
            yield of_numbers
        finally:
            examples.translation.free()

    def outputs(self, X: Any, numbers: list[float]) -> Any:
        """What is predicted for each row."""
        rows = self.predict.prepared(X)
        try:
            return self.predict.of(rows, numbers)
        finally:
            rows.translation.free()


def _is_plain(model: MLP) -> bool:
    """Whether a network has no other parts than when it was made; its activations may be others."""
    layers = [given_layer(layer) for layer in model.layers]
    if type(model) is not MLP or not all(layers):
        return False
    wanted = sum(linear_numbers(**layer) for layer in layers if layer is not None)
    return len(model.parameters()) == wanted


def _compiled(model: MLP, loss: _Loss) -> _Compiled:
    """The program for a network; the same for all of one architecture."""
    sizes = tuple(layer.nout for layer in model.layers)
    activations = tuple(model.activation)
    rows = (*PRIMITIVES.values(), *ACTIVATIONS.values(), *LIST_ACTIVATIONS.values())
    return _compiled_once(model.layers[0].nin, sizes, activations, loss, rows)


@lru_cache(maxsize=_MOST_KEPT)
def _compiled_once(
    nin: int, sizes: tuple[int, ...], activations: tuple[str, ...], loss: _Loss, _: object
) -> _Compiled:
    """The program for an architecture, as long as all tables have the same rows."""
    return _Compiled(MLP(nin, sizes, activations, seed=0), loss)


def _weights(model: MLP) -> list[Value]:
    """All weights, without the biases."""
    return [w for layer in model.layers for each in layer.neurons for w in each.w]


def _of_class(logits: Any, number: Any) -> Value:
    """The loss of the prediction of a class."""
    return cross_entropy([logits], [number])


def _of_number(predicted: Any, target: Any) -> Value:
    """The loss of the prediction of a number."""
    return half_squared_error([predicted], [target])


def _as_it_is(predicted: Any) -> Any:
    """The prediction of a number is the output."""
    return predicted


# What is predicted, from the output of a network, by the loss of which it is trained.
_OUTPUTS: dict[_Loss, Callable[[Any], Any]] = {_of_class: softmax, _of_number: _as_it_is}


class _Network(_Estimator):  # type: ignore[misc]  # scikit-learn declares no types
    """The base of both estimators: their arguments, and training."""

    def __init__(
        self,
        hidden_layer_sizes: int | Iterable[int] = (16,),
        activation: str = "tanh",
        *,
        alpha: float = 1.0,
        max_iter: int = 50,
        tol: float = 1e-3,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _learn(self, X: Any, y: Any, outputs: int, loss: _Loss) -> None:
        """Make the model, and minimize the mean of the loss plus the penalty.

        `loss` is the loss of one prediction. The loss of an example is compiled, with the examples
        as an axis of arrays, once for all networks of one architecture; with too many classes, the
        graph of all examples is built instead.
        """
        checked, X = _Checked(self), X.astype(float)
        seed = int(_utils.check_random_state(self.random_state).randint(2**31 - 1))
        sizes = [*checked.sizes, outputs]
        self.model_ = MLP(
            X.shape[1], sizes, checked.activation, seed=seed, initializer="xavier_uniform"
        )
        weights = _weights(self.model_)
        strength = checked.alpha / len(X)

        def of_all() -> Value:
            """The mean loss of all examples, and the penalty, as a graph."""
            losses = list(map(loss, map(self.model_, X.tolist()), y.tolist()))
            return Value.sum(losses) / len(losses) + l2_penalty(weights, strength)

        parameters = self.model_.parameters()
        tolerance = checked.tol or _SMALLEST
        if outputs > _MOST_CLASSES:
            found = minimize(of_all, parameters, checked.max_iter, tolerance)
        else:
            with _compiled(self.model_, loss).on(X, y, strength) as of_numbers:
                found = minimize_numbers(of_numbers, parameters, checked.max_iter, tolerance)
        self.loss_, self.n_iter_, self.converged_ = found.loss, found.iterations, found.converged
        if found.iterations >= checked.max_iter and not found.converged:
            warnings.warn(f"{type(self).__name__} ended after max_iter={checked.max_iter} steps, "
                          "before the loss was as small as it gets: give a larger max_iter or tol, "
                          "or scale the data", _ConvergenceWarning, stacklevel=3)  # fmt: skip

    def _outputs(self, X: Any, loss: _Loss) -> Any:
        """What is predicted for each row, as numbers."""
        rows, model, output = self._validated(X), self.model_, _OUTPUTS[loss]
        if len(rows) < _FEW_ROWS:
            return [data_of(output(model(row))) for row in rows.tolist()]
        parameters = model.parameters()
        if _is_plain(model):
            numbers = [each.data for each in parameters]
            return _compiled(model, loss).outputs(rows.astype(float), numbers)
        predict = engine.compile(
            lambda row: output(model(row)), parameters=parameters, gradient=False
        )
        return predict(rows.astype(float))

    def _validated(self, X: Any) -> Any:
        """The rows, if they are like those that were learnt."""
        _validation.check_is_fitted(self)
        return _validation.validate_data(self, X, reset=False)


class NetworkClassifier(_ClassifierMixin, _Network):  # type: ignore[misc]  # no types there
    """A network that classifies; its outputs are the logits of the classes.

        mean of -log p(right class) + alpha / (2 n) * sum of w^2,    p = softmax(model(x))

    over n examples is minimized by L-BFGS in at most `max_iter` steps. With `alpha` = 1 the result
    is the most probable network, if weights have the normal distribution of variance 1 and the
    columns of X have a size of about 1: scale them with a StandardScaler.

    - `hidden_layer_sizes`: the number of neurons of each hidden layer, or of the only one.
    - `activation`: the activation of the hidden layers, a name in `nn.ACTIVATIONS`, or "logistic",
      as scikit-learn calls the sigmoid.
    - `alpha`: the strength of the penalty on the weights; biases have no penalty.
    - `max_iter`: the most steps; a step computes the loss of all examples, perhaps several times.
    - `tol`: training ends when no partial derivative of the loss is larger; it may be 0.
    - `random_state`: the seed of the initial weights; an int for the same weights in every run.

    After `fit`: `model_`, the network; `classes_`; `loss_`, the smallest loss; `n_iter_`, the
    number of steps; and `converged_`, false if training ended at `max_iter`, of which
    scikit-learn's ConvergenceWarning tells.

    Raises ValueError for less than two classes, arguments out of range, and data that scikit-learn
    refuses too.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows of numbers and the class of each, of any type."""
        X, y = _validation.validate_data(self, X, y)
        _multiclass.check_classification_targets(y)
        self.classes_ = _multiclass.unique_labels(y)
        if len(self.classes_) < 2:
            raise ValueError(f"y must have two classes or more, got the one class {self.classes_}")
        numbers = self.classes_.searchsorted(y)
        self._learn(X, numbers, len(self.classes_), _of_class)
        return self

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, in the order of `classes_`, for each row."""
        return _validation.check_array(self._outputs(X, _of_class))

    def predict(self, X: Any) -> Any:
        """The most probable class of each row."""
        numbers = self.predict_proba(X).argmax(axis=1)
        return self.classes_[numbers]


class NetworkRegressor(_RegressorMixin, _Network):  # type: ignore[misc]  # no types there
    """A network that predicts a number.

        mean of (model(x) - t)^2 / 2 + alpha / (2 n) * sum of w^2,    t = (y - mean) / deviation

    over n examples is minimized by L-BFGS in at most `max_iter` steps. The targets are scaled, so
    that `alpha` does not depend on the unit of y; scale the columns of X with a StandardScaler. The
    arguments are those of NetworkClassifier.

    After `fit`: `model_`, the network, which gives t; `mean_` and `deviation_` of y; and `loss_`,
    `n_iter_` and `converged_`, as NetworkClassifier has them.

    Raises ValueError for arguments out of range, and data that scikit-learn refuses too.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows of numbers and a target for each."""
        X, y = _validation.validate_data(self, X, y, y_numeric=True)
        unit = _unit(abs(y.astype(float)).max())
        y = y.astype(float) / unit
        mean, deviation = float(y.mean()), float(y.std())
        self.mean_, self.deviation_ = mean * unit, deviation * unit if deviation else 1.0
        scaled = (y - mean) / (deviation or 1.0)
        self._learn(X, scaled, 1, _of_number)
        return self

    def predict(self, X: Any) -> Any:
        """The predicted number for each row."""
        scaled = _validation.check_array(self._outputs(X, _of_number), ensure_2d=False)
        return self.mean_ + self.deviation_ * scaled


def _unit(largest: float) -> float:
    """The largest power of 2 up to `largest`: divided by it, numbers have squares that fit."""
    return ldexp(0.5, frexp(largest)[1]) or 1.0
