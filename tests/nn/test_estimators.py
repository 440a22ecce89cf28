"""The networks for scikit-learn are estimators like its own."""

import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nn
from nn.estimators import NetworkClassifier, NetworkRegressor, _compiled_once

ROOT = Path(__file__).parents[2]

# Networks here end early, so that tests are short; the warning has tests of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Network.* ended after max_iter")

_IRIS = load_iris(return_X_y=True)
_FEW = (_IRIS[0][::5], _IRIS[1][::5])

_each_check: Callable[..., Callable[[Callable[..., None]], Callable[..., None]]]
_each_check = parametrize_with_checks


@_each_check([NetworkClassifier(), NetworkRegressor()])
def test_scikit_learn_finds_no_fault(estimator: Any, check: Any) -> None:
    """All checks that it makes of its own estimators, none of them excused."""
    check(estimator)


@pytest.mark.slow
def test_scikit_learn_finds_no_fault_with_arrays_of_other_kinds() -> None:
    """One of its checks is skipped above: it needs a variable that SciPy reads when imported."""
    program = """
from sklearn.utils.estimator_checks import estimator_checks_generator
from nn.estimators import NetworkClassifier, NetworkRegressor, _compiled_once
for estimator in (NetworkClassifier(), NetworkRegressor()):
    checks = [check for _, check in estimator_checks_generator(estimator)
              if check.func.__name__ == "check_array_api_input"]
    for check in checks:
        check(estimator)
    print(len(checks))
"""
    environment = {**os.environ, "SCIPY_ARRAY_API": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, check=True,
                          capture_output=True, text=True)  # fmt: skip
    assert done.stdout.split() == ["1", "1"]


def test_without_hidden_layers_it_is_logistic_regression() -> None:
    """With C = 1 / alpha: the same formula has the same minimum, found by another program."""
    X, y = StandardScaler().fit_transform(_IRIS[0]), _IRIS[1]
    ours = NetworkClassifier((), alpha=2.0, max_iter=200, tol=1e-7).fit(X, y)
    theirs = LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(X, y)
    assert ours.predict_proba(X) == pytest.approx(theirs.predict_proba(X), abs=1e-5)


def test_without_hidden_layers_it_is_ridge_regression() -> None:
    """With the same alpha, on targets of the deviation 1: it has a closed form."""
    X, y = make_regression(50, 3, noise=10.0, bias=500.0, random_state=0)
    ours = NetworkRegressor((), alpha=3.0, max_iter=200, tol=1e-9).fit(X, y)
    theirs = Ridge(alpha=3.0).fit(X, (y - y.mean()) / y.std())
    assert ours.predict(X) == pytest.approx(theirs.predict(X) * y.std() + y.mean(), rel=1e-6)


def test_the_loss_is_that_of_the_formula() -> None:
    """Computed by NumPy from the parameters: mean surprise, and half the squares of the weights."""
    X, y = _FEW
    model = NetworkClassifier((3,), alpha=0.7, max_iter=5, random_state=0).fit(X, y)
    tensors = model.model_.tensors()
    w1, b1, w2, b2 = (np.reshape(tensors[name].numbers, tensors[name].shape)
                      for name in ("layer1.w", "layer1.b", "layer2.w", "layer2.b"))  # fmt: skip
    z = np.tanh(X @ w1.T + b1) @ w2.T + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    surprise = -np.log(p[np.arange(len(y)), y]).mean()
    penalty = 0.7 / (2 * len(y)) * ((w1**2).sum() + (w2**2).sum())
    assert model.loss_ == pytest.approx(surprise + penalty, rel=1e-12)
    assert model.predict_proba(X) == pytest.approx(p, rel=1e-12)
    assert model.predict(X).tolist() == p.argmax(axis=1).tolist()


def test_many_rows_are_predicted_as_few_are() -> None:
    """Many rows are predicted by a compiled program, few rows by graphs."""
    X, y = _IRIS
    classifier = NetworkClassifier((3,), max_iter=5, random_state=0).fit(X, y)
    one_by_one = [classifier.predict_proba(X[i : i + 1])[0] for i in range(len(X))]
    assert classifier.predict_proba(X) == pytest.approx(np.array(one_by_one), rel=1e-12)
    regressor = NetworkRegressor((3,), max_iter=5, random_state=0).fit(X[:, :3], X[:, 3])
    few = [regressor.predict(X[i : i + 10, :3]) for i in range(0, len(X), 10)]
    assert regressor.predict(X[:, :3]) == pytest.approx(np.concatenate(few), rel=1e-12)


def test_more_classes_than_are_compiled() -> None:
    """Their graphs are built, and the loss is that of the formula."""
    X, y = np.arange(306.0)[:, None] / 150 - 1, np.arange(306) // 3
    model = NetworkClassifier((), alpha=0.5, max_iter=1, random_state=0).fit(X, y)
    w, b = (model.model_.tensors()[name].numbers for name in ("layer1.w", "layer1.b"))
    z = X @ np.array([w]) + np.array(b)
    surprise = np.log(np.exp(z).sum(axis=1)) - z[np.arange(306), y]
    assert model.loss_ == pytest.approx(
        surprise.mean() + 0.5 / (2 * 306) * np.square(w).sum(), rel=1e-12
    )


def test_it_tells_wines_apart() -> None:
    """Five-fold, as demanded; five steps suffice. `make bench` tells of more data sets."""
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    network = NetworkClassifier((16, 16), max_iter=5, random_state=0)
    model = make_pipeline(StandardScaler(), network)
    assert cross_val_score(model, *load_wine(return_X_y=True), cv=folds).mean() >= 0.975


def test_a_network_bends_where_a_line_does_not() -> None:
    """A parabola, of which a straight line explains nothing."""
    X = np.linspace(-2, 2, 41)[:, None]
    y = 100 * X[:, 0] ** 2
    assert Ridge().fit(X, y).score(X, y) < 0.01
    assert NetworkRegressor((8,), alpha=0.01, random_state=0).fit(X, y).score(X, y) > 0.95


# scikit-learn's estimators of the same kind.
_THEIRS = {NetworkClassifier: MLPClassifier, NetworkRegressor: MLPRegressor}

# For each argument values that scikit-learn's estimators take.
_VALUES: dict[str, list[Any]] = {
    "hidden_layer_sizes": [3, (3,), [3, 2], np.array([3, 2]), np.int64(3), ()],
    "activation": ["identity", "logistic", "tanh", "relu"],
    "alpha": [0, 0.5],
    "max_iter": [1, 2],
    "tol": [0, 1e-4],
    "random_state": [None, 3, np.random.RandomState(3)],
}


@pytest.mark.parametrize("kind", _THEIRS)
def test_a_network_has_one_hidden_layer_of_16_neurons_unless_told(kind: Any) -> None:
    """With tanh; its input and its output are as the examples are."""
    layers = kind(random_state=0).fit(*_FEW).model_.layers
    assert [len(layer.neurons) for layer in layers][:-1] == [16]
    assert layers[0].neurons[0].activation == "tanh"


@pytest.mark.parametrize("kind", _THEIRS)
def test_every_argument_is_one_of_scikit_learns(kind: Any) -> None:
    """With the same name, and with its values: one grid of them serves both."""
    assert [*kind().get_params()] == sorted(_VALUES)
    for name, values in _VALUES.items():
        for value in values:
            for each, more in ((kind, {}), (_THEIRS[kind], {"solver": "lbfgs"})):
                arguments = {"max_iter": 2, **more, name: value}
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", ConvergenceWarning)
                    model = each(**arguments).fit(*_FEW)
                assert len(model.predict(_FEW[0])) == len(_FEW[1])


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_activations_and_alpha_mean_what_they_mean_to_scikit_learn(activation: str) -> None:
    """From the weights of ours, theirs predicts the same, and its loss is the same."""
    X, y = _FEW
    ours = NetworkClassifier((3,), activation, alpha=0.7, max_iter=4, random_state=0).fit(X, y)
    theirs = MLPClassifier((3,), activation=activation, alpha=0.7, solver="lbfgs", max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, y)
    layers = [np.array(nn.data_of(layer.w)).T for layer in ours.model_.layers]
    theirs.coefs_ = layers
    theirs.intercepts_ = [np.array(nn.data_of(layer.b)) for layer in ours.model_.layers]
    assert ours.predict_proba(X) == pytest.approx(theirs.predict_proba(X), rel=1e-9)
    surprise = -np.log(theirs.predict_proba(X)[np.arange(len(y)), y]).mean()
    penalty = 0.5 * 0.7 * sum((w**2).sum() for w in layers) / len(y)
    assert ours.loss_ == pytest.approx(surprise + penalty, rel=1e-9)


@pytest.mark.parametrize("kind", _THEIRS)
@pytest.mark.filterwarnings("default")
def test_an_end_at_max_iter_is_told_of(kind: Any) -> None:
    """By scikit-learn's warning and by `converged_`; a minimum that was found is not."""
    X, y = StandardScaler().fit_transform(_FEW[0]), _FEW[1]
    with pytest.warns(ConvergenceWarning):
        _THEIRS[kind](solver="lbfgs", max_iter=1).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="after max_iter=1 steps, before .* larger") as seen:
        ours = kind(max_iter=1, random_state=0).fit(X, y)
    assert (ours.n_iter_, ours.converged_, seen[0].filename) == (1, False, __file__)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = kind(max_iter=500, tol=0.01, random_state=0).fit(X, y)
    assert found.converged_
    assert found.n_iter_ < 500


@pytest.mark.parametrize("size", [1.7e308, 1e200, 1.0, 1e-200, 1e-300])
def test_targets_of_any_size_are_predicted(size: float) -> None:
    """Their squares need not be numbers."""
    X = np.linspace(-1, 1, 15)[:, None]
    shape = X[:, 0] ** 3
    model = NetworkRegressor((), alpha=0.0, tol=1e-6, random_state=0).fit(X, size * shape)
    line = np.polynomial.Polynomial.fit(X[:, 0], shape, 1)(X[:, 0])
    assert model.predict(X) / size == pytest.approx(line, abs=1e-4)
    assert model.deviation_ / size == pytest.approx(shape.std())


def test_equal_targets_have_no_deviation_to_divide_by() -> None:
    """They are predicted all the same."""
    model = NetworkRegressor(3, random_state=0).fit([[0.0], [1.0], [2.0]], [7.0, 7.0, 7.0])
    assert (model.mean_, model.deviation_) == (7.0, 1.0)
    assert model.predict([[0.5]]) == pytest.approx([7.0], abs=0.05)


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_a_random_state_decides_everything(kind: Any) -> None:
    """To the bit, in a clone too; another one gives another network."""
    model = kind(random_state=3)
    first, second = model.fit(*_FEW), clone(model).fit(*_FEW)
    other = kind(random_state=4).fit(*_FEW)
    assert first.predict(_IRIS[0]).tolist() == second.predict(_IRIS[0]).tolist()
    assert first.loss_ == second.loss_ != other.loss_


def test_a_fitted_network_is_a_model_like_any() -> None:
    """It can be saved, drawn, and asked for its parameters by their places."""
    model = NetworkClassifier((3,), max_iter=2).fit(*_FEW).model_
    assert repr(model) == "MLP(4 → 3 tanh → 3 identity; 27 parameters)"
    assert "layer1.neuron3.w[2]" in dict(model.named_parameters())


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_a_pickle_predicts_the_same(kind: Any) -> None:
    """Joblib sends estimators to other processes in that way."""
    model = kind(random_state=0).fit(*_FEW)
    twin = pickle.loads(pickle.dumps(model))
    assert twin.predict(_IRIS[0]).tolist() == model.predict(_IRIS[0]).tolist()


def test_a_search_finds_its_arguments() -> None:
    """Inside a pipeline; one step is too little to learn anything."""
    pipeline = make_pipeline(StandardScaler(), NetworkClassifier((4,), random_state=0))
    grid = {"networkclassifier__max_iter": [1, 15], "networkclassifier__alpha": [0.1, 1.0]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(*_FEW)
    assert search.best_params_["networkclassifier__max_iter"] == 15
    assert search.best_score_ > 0.9


def _worker(estimator: Any, X: Any, y: Any) -> float:
    """A score that tells which process computed it."""
    assert estimator.score(X, y) <= 1
    return float(os.getpid())


@pytest.mark.slow
def test_folds_are_computed_by_the_workers_of_a_dask_cluster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two processes on this machine, or many on others: the scores are the same."""
    distributed = pytest.importorskip("distributed", reason="dask is not installed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the processes that the cluster starts
    model = NetworkClassifier(random_state=0)
    alone = cross_val_score(model, *_FEW, cv=4)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_backend("dask"):
        scores = cross_val_score(model, *_FEW, cv=4, n_jobs=-1)
        workers = cross_val_score(model, *_FEW, cv=4, n_jobs=-1, scoring=_worker)
    assert scores.tolist() == alone.tolist()
    assert os.getpid() not in workers


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"hidden_layer_sizes": 0}, ValueError, "hidden_layer_sizes must be at least 1, got 0"),
        ({"hidden_layer_sizes": "16"}, ValueError, "hidden_layer_sizes must be a size or list siz"),
        ({"hidden_layer_sizes": 1.5}, ValueError, "hidden_layer_sizes must be a size or list size"),
        ({"hidden_layer_sizes": (0,)}, ValueError, r"hidden_layer_sizes\[0\] must be at least 1"),
        ({"hidden_layer_sizes": (2.5,)}, TypeError, r"hidden_layer_sizes\[0\] must be an int"),
        ({"activation": "tan"}, ValueError, "activation must be one of .* got 'tan'"),
        ({"alpha": -1.0}, ValueError, "alpha must be at least 0 and finite, got -1.0"),
        ({"alpha": "1"}, TypeError, "alpha must be a real number"),
        ({"max_iter": 0}, ValueError, "max_iter must be at least 1, got 0"),
        ({"tol": -1.0}, ValueError, "tol must be at least 0 and finite, got -1.0"),
        ({"activation": None}, ValueError, "activation must be one of .* got None"),
        ({"random_state": "x"}, ValueError, "'x' cannot be used to seed"),
    ],
)
@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_arguments_that_cannot_be_are_refused(
    kind: Any, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """When it is fitted, as scikit-learn wants it; the error names the argument."""
    with pytest.raises(error, match=message):
        kind(**arguments).fit(*_FEW)


def test_one_class_is_nothing_to_tell_apart() -> None:
    """The error says so."""
    with pytest.raises(ValueError, match=r"y must have two classes or more, .* class \[1\]"):
        NetworkClassifier().fit([[0.0], [1.0]], [1, 1])


def test_without_scikit_learn_the_error_says_how_to_install_it() -> None:
    """And `import nn` has no need of it."""
    program = "import sys; sys.modules['sklearn'] = None; import nn; import nn.estimators"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    said = "nn.estimators needs the package 'sklearn', of the extra [train]: pip install "
    assert said in run.stderr


def test_one_program_serves_all_fits_of_an_architecture() -> None:
    """Other data, seeds and strengths of the penalty: nothing is traced again."""
    X, y = StandardScaler().fit_transform(_IRIS[0]), _IRIS[1]
    NetworkClassifier((3,), max_iter=5, random_state=0).fit(X, y).predict(X)
    before = _compiled_once.cache_info()
    for seed, alpha in ((1, 1.0), (2, 0.0), (3, 5.0)):
        few = slice(seed, None, 2)
        model = NetworkClassifier((3,), alpha=alpha, max_iter=5, random_state=seed)
        model.fit(X[few], y[few]).predict(X)
    after = _compiled_once.cache_info()
    assert (after.misses, after.currsize) == (before.misses, before.currsize)
    assert after.hits == before.hits + 3 * 2, "one for each fit, and one for what is predicted"


@pytest.mark.parametrize("alpha", [0.0, 0.3, 5.0])
def test_the_penalty_of_a_fit_is_its_own(alpha: float) -> None:
    """The loss that is told is that of the formula, though all strengths share a program."""
    X, y = _FEW
    NetworkClassifier((3,), alpha=2.0, max_iter=5, random_state=0).fit(X, y)
    model = NetworkClassifier((3,), alpha=alpha, max_iter=5, random_state=0).fit(X, y)
    surprise = -np.log(model.predict_proba(X)[np.arange(len(y)), y]).mean()
    weights = [w.data for each in model.model_.layers for one in each.neurons for w in one.w]
    penalty = alpha / (2 * len(X)) * sum(w * w for w in weights)
    assert model.loss_ == pytest.approx(surprise + penalty)


def _with_other_activation(model: nn.MLP) -> None:
    """Another activation in all layers."""
    model.activation = ["relu", "identity"]


def _with_another_layer(model: nn.MLP) -> None:
    """A layer in the place of the first one."""
    model.layers[0] = nn.Layer(4, 3, "sigmoid", seed=0)


def _with_tied_weights(model: nn.MLP) -> None:
    """Two neurons that are one."""
    model.layers[0].neurons[1] = model.layers[0].neurons[0]


def _with_a_neuron_less(model: nn.MLP) -> None:
    """A neuron that is another module."""
    model.layers[0].neurons[1] = nn.Neuron(4, "relu", seed=0)


@pytest.mark.parametrize("change", [
    lambda model: None, _with_other_activation, _with_another_layer, _with_tied_weights,
    _with_a_neuron_less,
])  # fmt: skip
def test_a_network_that_was_changed_predicts_what_it_gives(
    change: Callable[[nn.MLP], None],
) -> None:
    """For many rows, by a compiled program, as for a few, by the network itself."""
    X, y = StandardScaler().fit_transform(_IRIS[0]), _IRIS[1]
    model = NetworkClassifier((3,), max_iter=5, random_state=0).fit(X, y)
    change(model.model_)
    one_by_one = np.concatenate([model.predict_proba(row[None]) for row in X[:40]])
    np.testing.assert_allclose(model.predict_proba(X)[:40], one_by_one, rtol=1e-12)
