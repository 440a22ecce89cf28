"""Whole epochs in machine code: what comes is, to the bit, what comes of single steps."""

import math
import random
import signal
import time
from collections.abc import Callable
from functools import partial
from itertools import count, cycle
from pathlib import Path
from threading import Timer
from typing import Any, ClassVar

import numpy as np
import pytest

import nn
from engine import Value
from engine.compiler.runtime import backends
from nn.training.programs import stretches
from nn.training.programs.stretches import Stretches
from tests.back_ends import demand_installed

draws = random.Random(0)
ROWS = [[draws.gauss(0, 1) for _ in range(3)] for _ in range(53)]
SIGNS = [1 if a * b > c else -1 for a, b, c in ROWS]
CLASSES = [int(a > 0) + int(b > 0.5) for a, b, _ in ROWS]

# What is left of a training: the history, the parameters, the optimizer, and the generator.
Outcome = tuple[Any, ...]


@pytest.fixture(autouse=True)
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are compiled to machine code."""
    demand_installed("native")
    monkeypatch.setattr(backends, "DEFAULT", "native")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call has taken."""
    found: list[int] = []
    usual = Stretches._steps

    def noting(self: Stretches, batches: Any) -> Any:
        """Note how many they were."""
        done = usual(self, batches)
        found.append(done.steps)
        return done

    monkeypatch.setattr(Stretches, "_steps", noting)
    return found


def outcome(targets: list[Any] = SIGNS, outputs: int = 1, **given: Any) -> Outcome:
    """What is left of training a small network."""
    model = nn.MLP(3, [4, outputs], "tanh", seed=1)
    make = given.pop("make", nn.SGD)
    optimizer, generator = make(model.parameters()), random.Random(5)
    wanted: dict[str, Any] = {"loss": nn.hinge, "epochs": 3, "batch_size": 8, "seed": generator}
    history = nn.fit(
        model, ROWS, targets, optimizer=optimizer, progress=False, compiled=True, **wanted | given
    )
    numbers = [p.data for p in model.parameters()]
    return repr(history.columns()), numbers, repr(optimizer.state()), generator.getstate()


def stepwise(monkeypatch: pytest.MonkeyPatch, **given: Any) -> Outcome:
    """The same, one step after the other."""
    with monkeypatch.context() as patched:
        patched.setattr(Stretches, "epoch", lambda *_: None)
        return outcome(**given)


OPTIMIZERS: list[Callable[[list[Value]], Any]] = [
    lambda p: nn.SGD(p, 0.1),
    lambda p: nn.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True, clip_norm=0.2),
    lambda p: nn.RMSprop(p, 0.01, weight_decay=0.01, clip_norm=0.5),
    lambda p: nn.Adam(p, 0.02, weight_decay=0.01, clip_norm=0.2),
    lambda p: nn.AdamW(p, 0.02),
    lambda p: nn.SGD(p[:5], 0.1, clip_norm=0.1),
]


@pytest.mark.parametrize("batch_size", [None, 1, 8])
@pytest.mark.parametrize("make", OPTIMIZERS)
def test_epochs_are_their_steps(
    make: Any, batch_size: int | None, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every optimizer, the last batch being a smaller one; NumPy agrees but for rounding."""
    found = outcome(make=make, batch_size=batch_size)
    assert sum(taken) == 3 * -(-53 // (batch_size or 53))
    assert found == stepwise(monkeypatch, make=make, batch_size=batch_size)
    monkeypatch.setattr(backends, "DEFAULT", "numpy")
    assert outcome(make=make, batch_size=batch_size)[1] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_who_looks_at_every_step_changes_nothing(make: Any, taken: list[int]) -> None:
    """With a metric of one's own each step is taken by itself, on Values, with the same bits."""
    alone = outcome(make=make)
    count = len(taken)
    seen = outcome(make=make, metrics={"own": lambda predictions, targets: 0.0})
    assert len(taken) == count > 0
    assert seen[1:] == alone[1:]


def test_epochs_in_which_another_thread_watches_the_shuffle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The generator shuffles by itself then, from where machine code has left it."""
    wanted = outcome(epochs=6)
    for pattern in ([True, False], [False, True], [True, True, False]):
        answers = cycle(pattern)
        monkeypatch.setattr(stretches, "is_usual", lambda _, answers=answers: next(answers))
        assert outcome(epochs=6) == wanted


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_and_metrics_are_those_of_the_steps(
    reduction: Any, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Means and sums, with predictions for metrics of `nn`, and a validation after each epoch."""

    def loss(predictions: Any, targets: Any) -> Value:
        """Cross-entropy."""
        return nn.cross_entropy(predictions, targets, reduction)

    metrics = {"accuracy": nn.accuracy, "loss itself": nn.cross_entropy}
    for batch_size in (8, None):
        given: Any = {"targets": CLASSES, "outputs": 3, "loss": loss, "metrics": metrics,
                      "validation": (ROWS[:9], CLASSES[:9]), "batch_size": batch_size,
                      "make": lambda p: nn.SGD(p, 0.01)}  # fmt: skip
        assert outcome(**given) == stepwise(monkeypatch, **given)
    assert sum(taken) == 3 * 7 + 3


def test_inputs_that_are_looked_up_are_gathered(
    taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole numbers, as an embedding takes them, beside classes."""
    tokens = [[float(i % 4), float(i * i % 4)] for i in range(53)]

    def trained() -> list[float]:
        """The parameters afterwards."""
        model = nn.Sequential(nn.Embedding(4, 3, seed=0), lambda rows: [*rows[0], *rows[1]],
                              nn.Layer(6, 3, seed=0))  # fmt: skip
        nn.fit(model, tokens, CLASSES, loss=nn.cross_entropy, compiled=True, batch_size=8,
               optimizer=nn.Adam(model.parameters()), epochs=2, progress=False)  # fmt: skip
        return [p.data for p in model.parameters()]

    found = trained()
    assert sum(taken) == 14
    monkeypatch.setattr(Stretches, "epoch", lambda *_: None)
    assert trained() == found


def test_schedules_and_callbacks_act_between_epochs(
    taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They see parameters and gradients, may change them, and settings; then all goes on."""

    class Meddling:
        """Halves a weight, and notes what it sees."""

        def __init__(self) -> None:
            self.seen: list[Any] = []

        def __call__(self, run: Any) -> None:
            """After an epoch."""
            parameters = run.parameters()
            self.seen.append(([p.data for p in parameters], [p.grad for p in parameters]))
            self.seen.append(run.draws.getstate())
            parameters[0].data /= 2
            run.optimizer.weight_decay = 0.01 * run.epoch
            run.optimizer.clip_norm = 0.1 if run.epoch == 2 else math.inf
            run.draws.random()

    both = Meddling(), Meddling()
    given: Any = {"schedule": nn.CosineDecay(0.1, epochs=4), "epochs": 4,
                  "make": lambda p: nn.Adam(p)}  # fmt: skip
    assert outcome(callbacks=[both[0]], **given) == (
        stepwise(monkeypatch, callbacks=[both[1]], **given))  # fmt: skip
    assert both[0].seen == both[1].seen
    assert sum(taken) == 28


def test_a_batch_may_be_larger_than_all_there_is(taken: list[int]) -> None:
    """Then all are one batch, in another order each time."""
    assert outcome(batch_size=99)[1] == pytest.approx(outcome(batch_size=None)[1], rel=1e-12)
    assert sum(taken) == 6


def _draw(drawn: list[float], run: Any) -> None:
    """A callback that draws."""
    drawn.append(run.draws.random())


@pytest.mark.parametrize("seed", [3, None])
def test_the_generator_is_where_it_would_be(seed: int | None) -> None:
    """One made from a number, and the shared one, which others draw from after each epoch."""
    found = []
    for compiled in (False, True):
        random.seed(8)
        drawn: list[float] = []
        model = nn.MLP(3, [1], seed=0)
        nn.fit(model, ROWS, SIGNS, loss=nn.hinge, optimizer=nn.SGD(model.parameters()), epochs=3,
               batch_size=8, compiled=compiled, progress=False, seed=seed,
               callbacks=[partial(_draw, drawn)])  # fmt: skip
        found.append((drawn, random.random()))
    assert found[0] == found[1]


def test_a_generator_that_shuffles_in_its_own_way_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its order is the order of the steps."""

    class Reversed(random.Random):
        """Turns lists round."""

        def shuffle(self, x: Any) -> None:
            """Turn the list round."""
            x.reverse()

    assert outcome(seed=Reversed(0)) == stepwise(monkeypatch, seed=Reversed(0))
    assert outcome(seed=Reversed(0))[1] != outcome(seed=random.Random(0))[1]


def test_early_stopping_and_resuming(tmp_path: Path) -> None:
    """A training that is broken off and goes on ends with the same bits."""
    given: Any = {"epochs": 9, "make": lambda p: nn.Adam(p, 0.05, clip_norm=0.3),
                  "validation": (ROWS[:20], SIGNS[:20]), "seed": 1}  # fmt: skip

    def callbacks(name: str) -> list[Any]:
        """Both."""
        return [nn.EarlyStopping(patience=2), nn.Checkpoint(tmp_path / f"{name}.safetensors")]

    whole = outcome(**given, callbacks=callbacks("whole"))
    outcome(**given | {"epochs": 2}, callbacks=callbacks("part"))
    resumed = outcome(**given, callbacks=callbacks("part"), resume=tmp_path / "part.safetensors")
    assert resumed == whole


def test_ctrl_c_is_heard_soon_and_leaves_whole_steps() -> None:
    """From outside, in the middle of an epoch that takes a long time."""
    rows = [[i / 5_000, (i * 7 % 13) / 13] for i in range(10_000)] * 4
    model = nn.MLP(2, [16, 1], "tanh", seed=0)
    optimizer = nn.SGD(model.parameters(), 0.01)
    pressed: list[float] = []

    def press() -> None:
        """Ctrl-C."""
        pressed.append(time.perf_counter())
        signal.raise_signal(signal.SIGINT)

    timer = Timer(0.2, press)

    def begin(epoch: int) -> float:
        """Wait for the second epoch, and no longer."""
        if epoch == 1:
            timer.start()
        return 0.01

    history = nn.fit(model, rows, [1.0, 2.0] * 20_000, loss=nn.mean_squared_error, epochs=999,
                     optimizer=optimizer, batch_size=1, compiled=True, progress=False,
                     schedule=begin)  # fmt: skip
    heard = time.perf_counter()
    timer.join()
    assert history.interrupted
    assert heard - pressed[0] < 2
    assert 0 <= optimizer.steps - 40_000 * len(history.loss) <= 40_000
    assert all(math.isfinite(p.data) for p in model.parameters())


def test_an_interrupt_between_two_calls_leaves_the_steps_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Parameters and optimizer are those after as many single steps."""
    usual, calls = Stretches._steps, []

    def interrupting(self: Stretches, batches: Any) -> Any:
        """The second call is interrupted in its middle."""
        calls.append(batches)
        self._most = 5
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)
        return usual(self, batches)

    with monkeypatch.context() as patched:
        patched.setattr(Stretches, "_steps", interrupting)
        model = nn.MLP(3, [4, 1], "tanh", seed=1)
        optimizer = nn.Adam(model.parameters())
        history = nn.fit(model, ROWS, SIGNS, loss=nn.hinge, optimizer=optimizer, epochs=2, seed=0,
                         batch_size=1, compiled=True, progress=False)  # fmt: skip
    assert history.interrupted
    assert history.loss == []
    assert optimizer.steps == 16 + 5
    order = list(range(53))
    random.Random(0).shuffle(order)
    other = nn.MLP(3, [4, 1], "tanh", seed=1)
    same = nn.Adam(other.parameters())
    nn.fit(other, [ROWS[i] for i in order[:21]], [SIGNS[i] for i in order[:21]], loss=nn.hinge,
           optimizer=same, epochs=1, batch_size=1, seed=_Still(), compiled=True,
           progress=False)  # fmt: skip
    assert [p.data for p in model.parameters()] == [p.data for p in other.parameters()]
    assert optimizer.state() == same.state()


class _Still(random.Random):
    """A generator that leaves the order as it is."""

    def shuffle(self, x: Any) -> None:
        """Leave it."""


def test_gradients_without_a_length_are_told_as_in_single_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The steps before have been taken."""
    rows = [*ROWS[:30], [1e308, 1e308, 1e308], *ROWS[30:]]
    found = []
    for whole in (True, False):
        model = nn.MLP(3, [1], seed=1)
        optimizer = nn.SGD(model.parameters(), 0.1, clip_norm=1.0)
        with monkeypatch.context() as patched:
            if not whole:
                patched.setattr(Stretches, "epoch", lambda *_: None)
            with pytest.raises(ValueError, match=r"the gradient of .* is -?(inf|nan)"):
                nn.fit(model, rows, [*SIGNS, 1], loss=nn.mean_squared_error, optimizer=optimizer,
                       epochs=1, batch_size=1, compiled=True, progress=False, seed=4)  # fmt: skip
        found.append(([p.data for p in model.parameters()], optimizer.steps))
    assert found[0] == found[1]
    assert 0 < found[0][1] < 54


def test_a_length_beyond_a_float_is_shortened_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the greatest number, in a single step; then steps go on."""
    given: Any = {"loss": lambda p, t: nn.mean_squared_error(p, t) * 1e307,
                  "make": lambda p: nn.SGD(p, 0.01, clip_norm=1.0), "batch_size": 1,
                  "epochs": 1}  # fmt: skip
    assert outcome(**given) == stepwise(monkeypatch, **given)


class Own(nn.SGD):
    """A rule of one's own, which works on arrays and keeps books of them."""

    elementwise = True
    seen: ClassVar[list[Any]] = []

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, ...]:
        if isinstance(w, np.ndarray):
            self.seen.append(w.tolist())
        return (self.learning_rate * g * abs(w) ** 0.5, *remembered)


class OneByOne(nn.SGD):
    """A rule for numbers alone."""

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, ...]:
        return (self.learning_rate * math.tanh(g + 0.01 * w), *remembered)


class Moving(nn.SGD):
    """An optimizer that moves arrays in its own way."""

    def moved(self, w: Any, g: Any, view: Any) -> Any:
        """Half as far."""
        return w + (super().moved(w, g, view) - w) / 2


@pytest.mark.parametrize("kind", [Own, OneByOne, Moving])
def test_rules_of_ones_own_are_asked_step_by_step(kind: Any, taken: list[int]) -> None:
    """None is followed, since nobody can tell what else one does."""
    outcome(make=lambda p: kind(p, 0.1))
    assert not taken


def test_a_rule_of_ones_own_keeps_books() -> None:
    """Of every step."""
    Own.seen.clear()
    outcome(make=lambda p: Own(p, 0.1))
    assert len({*map(tuple, Own.seen)}) == 3 * 7


def test_metrics_of_ones_own_see_every_step(taken: list[int]) -> None:
    """They may look at parameters, so that nothing is done behind their back."""
    seen: list[Any] = []
    model = nn.MLP(3, [1], seed=1)

    def metric(predictions: Any, targets: Any) -> float:
        """Look at a parameter."""
        seen.append(model.parameters()[0].data)
        return len(predictions) / len(targets)

    nn.fit(model, ROWS, SIGNS, loss=nn.hinge, optimizer=nn.SGD(model.parameters()), epochs=1,
           batch_size=8, compiled=True, progress=False, metrics={"own": metric})  # fmt: skip
    assert not taken
    assert len(set(seen)) == 7


def test_calls_take_about_as_long_as_a_moment(
    taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More steps if they are quick, fewer if they are slow, and one at least."""
    clock = count(0, 0.001)
    place = "nn.training.programs.stretches.perf_counter"
    monkeypatch.setattr(place, lambda: next(clock))
    outcome(batch_size=1, epochs=1)
    assert taken == [16, 32, 5]
    taken.clear()
    slow = count()
    monkeypatch.setattr(place, lambda: next(slow))
    outcome(batch_size=1, epochs=1)
    assert taken[:6] == [16, 8, 4, 2, 1, 1]
