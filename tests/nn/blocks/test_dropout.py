"""Dropout draws in training and nowhere else, and its draws are remembered to the bit."""

import random
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from nn.masks import mask_for
from tests.nn.blocks.comparing import MISSING, numbers_of, values

_NOISE = np.random.default_rng(5)
_X = _NOISE.normal(size=(24, 2)).tolist()
_Y = [a * b for a, b in _X]


def _model(p: float = 0.3) -> nn.Sequential:
    """A network with two dropouts, which draw from generators of their own."""
    return nn.Sequential(
        nn.Layer(2, 6, "tanh", seed=0), nn.Dropout(p, seed=3), nn.Layer(6, 4, "tanh", seed=1),
        nn.Dropout(p, seed=4), nn.Neuron(4, "identity", seed=2),
    )  # fmt: skip


def _fitted(model: Any, epochs: int = 4, **options: Any) -> nn.History:
    """Train a model on a few examples."""
    optimizer = nn.SGD(model.parameters(), learning_rate=0.05, momentum=0.5)
    arguments = {"loss": nn.mean_squared_error, "batch_size": 5, "progress": False, **options}
    return nn.fit(model, _X, _Y, optimizer=optimizer, epochs=epochs, **arguments)


def _numbers(model: Any) -> list[float]:
    return [each.data for each in model.parameters()]


def test_a_number_is_dropped_or_scaled() -> None:
    """To 0 or to x / (1 − p); in the mean it stays."""
    dropout, x = nn.Dropout(0.25, seed=0), [1.0] * 20_000
    with nn.learning():
        outputs = dropout(x)
    assert {*outputs} == {0.0, 1 / 0.75}
    assert outputs.count(0.0) / 20_000 == pytest.approx(0.25, abs=0.01)
    assert sum(outputs) / 20_000 == pytest.approx(1.0, abs=0.02)


def test_each_call_draws_anew() -> None:
    """By its own generator: the numbers of random.Random(seed), one for each number, in order."""
    dropout, draws = nn.Dropout(0.5, seed=7), random.Random(7)
    x = values(2, 3)
    with nn.learning():
        first, second = dropout(x), dropout(x)
    expected = [[0.0 if draws.random() < 0.5 else 2.0 for _ in range(6)] for _ in range(2)]
    for found, factors in zip((first, second), expected, strict=True):
        wanted = [each * f for each, f in zip(numbers_of(x), factors, strict=True)]
        assert numbers_of(found) == wanted
    assert expected[0] != expected[1]


def test_outside_of_training_nothing_is_dropped() -> None:
    """And nothing is drawn: x itself comes out."""
    dropout, x = nn.Dropout(0.9, seed=0), values(3)
    state = dropout.draws.getstate()
    assert dropout(x) is x
    assert dropout.draws.getstate() == state
    with nn.learning():
        assert dropout(x) is not x
    assert mask_for(dropout, 1) is None
    assert dropout(x) is x


def test_a_gradient_passes_where_a_number_does() -> None:
    """It is the factor."""
    dropout, x = nn.Dropout(0.5, seed=1), [Value(float(i)) for i in range(1, 9)]
    with nn.learning():
        outputs = dropout(x)
    Value.sum(outputs).backward()
    assert [each.grad for each in x] == [
        y.data / each.data for y, each in zip(outputs, x, strict=True)
    ]
    assert {each.grad for each in x} == {0.0, 2.0}


def test_pytorch_drops_as_often_and_by_the_same_factor() -> None:
    """Its draws are others; without training, both pass x on."""
    torch = pytest.importorskip("torch", reason=MISSING)
    twin = nn.export.to_torch(nn.Sequential(nn.Dropout(0.25, seed=0)))
    x = torch.ones(1, 20_000, dtype=torch.float64)
    assert torch.equal(twin(x), x)
    torch.manual_seed(0)
    dropped = twin.train()(x)
    assert {*dropped.unique().tolist()} == {0.0, 1 / 0.75}
    assert float((dropped == 0).double().mean()) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("batch_size", [5, 1, None])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_compiled_training_drops_the_same_numbers(batch_size: int | None, reduction: Any) -> None:
    """New ones at each step, drawn as eagerly: losses are the same, and so is what comes after."""
    loss = partial(nn.mean_squared_error, reduction=reduction)
    eager, compiled = _model(), _model()
    wanted = _fitted(eager, batch_size=batch_size, loss=loss)
    found = _fitted(compiled, batch_size=batch_size, loss=loss, compiled=True)
    assert found.loss == pytest.approx(wanted.loss, rel=1e-10)
    assert _numbers(compiled) == pytest.approx(_numbers(eager), rel=1e-9, abs=1e-12)
    for place in (1, 3):
        drawing: list[Any] = [each.layers[place] for each in (eager, compiled)]
        assert drawing[0].draws.random() == drawing[1].draws.random()


@pytest.mark.parametrize("compiled", [False, True])
def test_validation_drops_nothing(compiled: bool) -> None:
    """Its loss is that of the model as it is asked afterwards."""
    model = _model()
    history = _fitted(model, compiled=compiled, validation=(_X[:6], _Y[:6]))
    asked = nn.mean_squared_error([model(x) for x in _X[:6]], _Y[:6]).data
    assert history.validation_loss[-1] == pytest.approx(asked, rel=1e-12)
    assert history.loss[-1] != pytest.approx(
        nn.mean_squared_error([model(x) for x in _X], _Y).data, rel=1e-3
    )


class _Frozen(nn.Dropout):
    """A dropout that has the same mask for ever."""

    def draw(self, count: int) -> list[float]:
        """The first factors of all."""
        return nn.Dropout(self.p, seed=3).draw(count)


def test_training_with_masks_is_other_than_without() -> None:
    """Compiled too: masks of one step that all would share give other numbers."""
    learnt = {}
    for p in (0.0, 0.3):
        model = _model(p)
        _fitted(model, compiled=True)
        learnt[p] = _numbers(model)
    fixed = _model()
    fixed.layers[1], fixed.layers[3] = _Frozen(0.3, seed=3), _Frozen(0.3, seed=4)
    _fitted(fixed, compiled=True)
    assert len({tuple(each) for each in (*learnt.values(), _numbers(fixed))}) == 3


@pytest.mark.parametrize("compiled", [False, True])
def test_a_training_goes_on_to_the_bit(compiled: bool, tmp_path: Path) -> None:
    """From a checkpoint, with the masks that had come without the break."""
    whole, first, again = _model(), _model(), _model()
    wanted = _fitted(whole, 6, compiled=compiled)
    path = tmp_path / "run"
    _fitted(first, 3, compiled=compiled, callbacks=[nn.Checkpoint(path)])
    found = _fitted(again, 6, compiled=compiled, callbacks=[nn.Checkpoint(path)], resume=path)
    assert found.loss == wanted.loss
    assert _numbers(again) == _numbers(whole)


def test_a_file_and_a_copy_remember_where_the_draws_are(tmp_path: Path) -> None:
    """What comes next is the same in both."""
    dropout = nn.Dropout(0.4, seed=2)
    dropout.draw(17)
    dropout.save(tmp_path / "x")
    twin, copied = nn.load(tmp_path / "x"), deepcopy(dropout)
    assert (repr(twin), twin.p) == ("Dropout(0.4)", 0.4)
    following = dropout.draw(50)
    assert twin.draw(50) == following == copied.draw(50)


def test_a_program_that_would_keep_a_mask_is_refused() -> None:
    """Outside of training there is none to keep."""
    model = _model()
    step = engine.compile(lambda x: model(x), parameters=model.parameters())
    with (
        nn.learning(),
        pytest.raises(ValueError, match=r"Dropout\(0.3\) draws a mask, which every"),
    ):
        step(np.array(_X[:2]))
    mean, _ = step(np.array(_X[:2]))
    assert mean == pytest.approx((model(_X[0]).data + model(_X[1]).data) / 2)


def test_a_probability_that_is_changed_in_training_counts() -> None:
    """In a compiled one as well: here it is 0 from the third epoch on."""

    class _Ending:
        """A callback that ends dropping."""

        def __init__(self, model: Any) -> None:
            self.model = model

        def __call__(self, run: Any) -> None:
            if run.epoch == 2:
                self.model.layers[1].p = self.model.layers[3].p = 0.0

    losses = []
    for compiled in (False, True):
        model = _model()
        losses.append(_fitted(model, 5, compiled=compiled, callbacks=[_Ending(model)]).loss)
    assert losses[1] == pytest.approx(losses[0], rel=1e-10)
    assert losses[0] != pytest.approx(_fitted(_model(), 5).loss, rel=1e-3)


@pytest.mark.parametrize("backend", [None, "numpy"])
def test_what_is_looked_up_is_dropped_alike(backend: str | None) -> None:
    """Masks beside columns of whole numbers, and beside a metric that looks at predictions."""
    X = [[float(i % 4), float(i * i % 3)] for i in range(24)]
    found: list[tuple[list[float], list[float]]] = []
    ways: list[dict[str, Any]] = [{}, {"compiled": True, "backend": backend}]
    for options in ways:
        model = nn.Sequential(
            nn.Embedding(4, 3, seed=0), nn.Dropout(0.3, seed=3), nn.Reshape(6),
            nn.Neuron(6, "identity", seed=2),
        )  # fmt: skip
        optimizer = nn.SGD(model.parameters(), learning_rate=0.05)
        history = nn.fit(model, X, _Y, loss=nn.mean_squared_error, optimizer=optimizer, epochs=3,
                         batch_size=7, metrics={"error": nn.mean_squared_error},
                         progress=False, **options)  # fmt: skip
        found.append((history.loss, history.metrics["error"]))
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-10)
    assert found[1][1] == pytest.approx(found[0][1], rel=1e-10)


class _Moody(nn.Module[Any]):
    """A model that drops for some examples only, by a number of its own."""

    def __init__(self) -> None:
        self.neuron, self.dropout = nn.Neuron(2, "identity", seed=0), nn.Dropout(0.5, seed=0)
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        return self.neuron(self.dropout(x) if self.calls > 1 else x)


def test_masks_that_are_not_the_same_for_all_are_refused() -> None:
    """By compiled training, whose program is one for all examples."""
    with pytest.raises(ValueError, match="draws the same masks for all examples: Dropout"):
        _fitted(_Moody(), compiled=True)


def test_a_function_around_a_model_is_trained_alike() -> None:
    """It has no state of its own, and the generators are where they were after a check."""
    losses = []
    for compiled in (False, True):
        model = _model()
        optimizer = nn.SGD(model.parameters(), learning_rate=0.05)
        around: Any = lambda x, model=model: model(x)  # noqa: E731  # a function, and no module
        history = nn.fit(around, _X, _Y, loss=nn.mean_squared_error, optimizer=optimizer,
                         epochs=2, compiled=compiled, progress=False)  # fmt: skip
        losses.append(history.loss)
    assert losses[1] == pytest.approx(losses[0], rel=1e-10)


def test_without_a_seed_the_shared_generator_decides() -> None:
    """So random.seed makes a run repeatable; a generator may be shared by several."""
    random.seed(11)
    first = nn.Dropout().draw(30)
    random.seed(11)
    assert nn.Dropout().draw(30) == first
    shared = random.Random(0)
    assert nn.Dropout(seed=shared).draws is shared


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Dropout(1.0), ValueError, "p must be at least 0 and below 1, got 1.0"),
        (lambda: nn.Dropout(-0.1), ValueError, "p must be at least 0 and below 1, got -0.1"),
        (lambda: nn.Dropout("a"), TypeError, "p must be a real number, got 'a'"),  # type: ignore[arg-type]  # what is refused
        (lambda: nn.Dropout(seed=0.5), TypeError, "seed must be an int, a random.Random or None"),  # type: ignore[arg-type]  # what is refused
        (lambda: setattr(nn.Dropout(), "p", 2), ValueError, "p must be at least 0 and below 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception], message: str) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        call()


def test_draws_are_a_generator() -> None:
    """Anything else in their place is an error at the next call."""
    dropout = nn.Dropout(seed=0)
    dropout.draws = 3  # type: ignore[assignment]  # what is refused
    with pytest.raises(TypeError, match=r"draws must be a random.Random, got 3"):
        dropout([1.0])
