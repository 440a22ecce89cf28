"""Networks for scikit-learn: estimators that work in its pipelines, searches and validations.

    from nn.estimators import NetworkClassifier

    model = make_pipeline(StandardScaler(), NetworkClassifier((16, 16), random_state=0))
    cross_val_score(model, X, y)

    with Client("scheduler:8786"), joblib.parallel_backend("dask"):     # on a Dask cluster
        cross_val_score(model, X, y, n_jobs=-1)

They are called networks, and not MLPClassifier and MLPRegressor, so that nobody who sees the name
takes them for those of `sklearn.neural_network`; arguments that mean the same are called the same,
so that a grid for one serves the other. Inside is an `nn.MLP`, as `model_` once it is fitted, and
training is `nn.minimize`, of a compiled program. This file is not imported by `import nn`, for it
needs scikit-learn.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import engine
from engine import Value
from engine.system.packages import optional

from .activations import softmax
from .arguments.counts import demand_count
from .arguments.hyperparameters import NOT_NEGATIVE, POSITIVE, Setting
from .arguments.matrices import data_of
from .layers import MLP
from .losses import cross_entropy, half_squared_error
from .optimization.lbfgs import minimize
from .optimization.penalties import l2_penalty

_base = optional("sklearn.base", "train", "nn.estimators")
_Estimator: Any = _base.BaseEstimator
_ClassifierMixin: Any = _base.ClassifierMixin
_RegressorMixin: Any = _base.RegressorMixin
_utils = optional("sklearn.utils", "train", "nn.estimators")
_validation = optional("sklearn.utils.validation", "train", "nn.estimators")
_multiclass = optional("sklearn.utils.multiclass", "train", "nn.estimators")

# Up to how many classes a network is compiled: one trace for each.
_MOST_CLASSES = 100

# From how many rows on a compiled program predicts sooner than graphs do.
_FEW_ROWS = 20


class _Checked:
    """The arguments of a network, which scikit-learn wants to be looked at when it is fitted."""

    alpha = Setting(NOT_NEGATIVE)
    tol = Setting(POSITIVE)

    def __init__(self, given: Any) -> None:
        self.alpha, self.tol = given.alpha, given.tol
        self.max_iter = demand_count(given.max_iter, "max_iter")
        sizes = given.hidden_layer_sizes
        if isinstance(sizes, str) or not isinstance(sizes, Sequence):
            raise ValueError(f"hidden_layer_sizes must list sizes, such as (16, 16), got {sizes!r}")
        self.sizes = [demand_count(n, f"hidden_layer_sizes[{i}]") for i, n in enumerate(sizes)]


class _Network(_Estimator):  # type: ignore[misc]  # scikit-learn declares no types
    """What both have in common: their arguments, and how they learn."""

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (16,),
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

    def _learn(self, X: Any, y: Any, outputs: int, loss: Callable[[Any, Any], Value]) -> None:
        """Make the model, and minimize the mean of the loss plus the penalty.

        `loss` is that of one prediction. Examples are compiled as an axis of arrays; where they
        cannot be, for there are too many classes, their graphs are built.
        """
        checked, X = _Checked(self), X.astype(float)
        seed = int(_utils.check_random_state(self.random_state).randint(2**31 - 1))
        sizes = [*checked.sizes, outputs]
        self.model_ = MLP(
            X.shape[1], sizes, self.activation, seed=seed, initializer="xavier_uniform"
        )
        weights = [w for layer in self.model_.layers for each in layer.neurons for w in each.w]
        strength = checked.alpha / len(X)

        def of_one(row: Any, target: Any) -> Value:
            """The loss of one example, and the penalty."""
            return loss(self.model_(row), target) + l2_penalty(weights, strength)

        def of_all() -> Value:
            """The same for all examples, by their graphs."""
            losses = list(map(loss, map(self.model_, X.tolist()), y.tolist()))
            return Value.sum(losses) / len(losses) + l2_penalty(weights, strength)

        step = engine.compile(of_one, parameters=self.model_.parameters())
        total = of_all if outputs > _MOST_CLASSES else lambda: step(X, y)
        found = minimize(total, self.model_.parameters(), checked.max_iter, checked.tol)
        self.loss_, self.n_iter_ = found.loss, found.iterations

    def _outputs(self, X: Any) -> Any:
        """What the model gives for each row: numbers, in lists if there are several."""
        _validation.check_is_fitted(self)
        rows = _validation.validate_data(self, X, reset=False)
        if len(rows) < _FEW_ROWS:
            return [data_of(self.model_(row)) for row in rows.tolist()]
        predict = engine.compile(self.model_, parameters=[], gradient=False)
        return predict(rows.astype(float)).tolist()


class NetworkClassifier(_ClassifierMixin, _Network):  # type: ignore[misc]  # no types there
    """A network that tells classes apart; its outputs are the logits of their probabilities.

        mean of -log p(right class) + alpha / (2 n) * sum of w^2,    p = softmax(model(x))

    over n examples is made as small as L-BFGS can in `max_iter` steps. With `alpha` = 1 that is the
    most probable network if weights were drawn from the normal distribution of variance 1 and
    columns of X are about as large as 1: scale them with a StandardScaler.

    - `hidden_layer_sizes`: how many neurons each hidden layer has.
    - `activation`: that of the hidden layers, a name in `nn.ACTIVATIONS`.
    - `alpha`: the strength of the penalty on the weights; biases have none.
    - `max_iter`: how many steps at most; a step looks at all examples, perhaps several times.
    - `tol`: it ends when no partial derivative of the loss is larger.
    - `random_state`: what the first weights are drawn by; an int for the same in every run.

    After `fit`: `model_`, the network; `classes_`; `loss_` and `n_iter_`, how small and how soon.

    Raises ValueError for less than two classes, arguments out of range, and data that scikit-learn
    would not take either.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows of numbers and the class of each, of any type."""
        X, y = _validation.validate_data(self, X, y)
        _multiclass.check_classification_targets(y)
        self.classes_ = _multiclass.unique_labels(y)
        if len(self.classes_) < 2:
            raise ValueError(f"y must have two classes or more, got the one class {self.classes_}")
        numbers = self.classes_.searchsorted(y)
        self._learn(X, numbers, len(self.classes_), lambda z, i: cross_entropy([z], [i]))
        return self

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, in the order of `classes_`, for each row."""
        rows = [softmax(list(map(Value, logits))) for logits in self._outputs(X)]
        return _validation.check_array(data_of(rows))

    def predict(self, X: Any) -> Any:
        """The most probable class of each row."""
        numbers = self.predict_proba(X).argmax(axis=1)
        return self.classes_[numbers]


class NetworkRegressor(_RegressorMixin, _Network):  # type: ignore[misc]  # no types there
    """A network that predicts a number.

        mean of (model(x) - t)^2 / 2 + alpha / (2 n) * sum of w^2,    t = (y - mean) / deviation

    over n examples is made as small as L-BFGS can in `max_iter` steps. The targets are scaled, so
    that `alpha` means the same whatever y is measured in; scale the columns of X with a
    StandardScaler. The arguments are those of NetworkClassifier.

    After `fit`: `model_`, the network, which gives t; `mean_` and `deviation_` of y; `loss_` and
    `n_iter_`, how small and how soon.

    Raises ValueError for arguments out of range, and data that scikit-learn would not take either.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows of numbers and the number that belongs to each."""
        X, y = _validation.validate_data(self, X, y, y_numeric=True)
        y = y.astype(float)
        self.mean_, self.deviation_ = float(y.mean()), float(y.std()) or 1.0
        scaled = (y - self.mean_) / self.deviation_
        self._learn(X, scaled, 1, lambda z, t: half_squared_error([z], [t]))
        return self

    def predict(self, X: Any) -> Any:
        """The number that belongs to each row."""
        scaled = _validation.check_array(self._outputs(X), ensure_2d=False)
        return self.mean_ + self.deviation_ * scaled
