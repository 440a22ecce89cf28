"""Callbacks are told of every epoch; early stopping ends a training that no longer helps."""

from collections.abc import Sequence
from math import inf, nan
from random import Random
from typing import Any

import pytest

import nn
from engine import Value
from nn.training.run import TrainingRun

_X, _Y = [[0.0, 0.5], [1.0, -1.0], [-0.5, 2.0], [2.0, 1.0], [-1.0, -1.5]], [1, -1, 1, -1, 1]


class _Point(nn.Module[Value]):
    """A model that is one number, whatever it is given."""

    def __init__(self) -> None:
        self.place = Value(0.0)

    def forward(self, _: Any) -> Value:
        return self.place * 1.0


def _run(losses: Sequence[float], stopping: nn.EarlyStopping, **columns: Any) -> TrainingRun:
    """A training whose losses are given, and whose parameter is the number of finished epochs."""
    history = nn.History()
    run = TrainingRun(_Point(), None, history, len(losses), Random(), [stopping], bool(columns))
    run.begin()
    for i, loss in enumerate(losses, 1):
        run.before_epoch()
        _put(run, i)
        history.loss.append(loss)
        for name, column in columns.items():
            getattr(history, name).append(column[i - 1])
        stopping(run)
        if run.is_over:
            break
    return run


def _put(run: TrainingRun, place: int) -> None:
    """Let the only parameter be that number."""
    run.parameters()[0].data = float(place)


def _place(run: TrainingRun) -> float:
    """The number of the only parameter."""
    return run.parameters()[0].data


def _fit(**options: Any) -> tuple[nn.MLP, nn.History]:
    model = nn.MLP(2, [4, 1], "tanh", seed=0)
    usual: dict[str, Any] = {
        "loss": nn.hinge, "optimizer": nn.SGD(model.parameters(), learning_rate=0.1),
        "epochs": 5, "progress": False,
    }  # fmt: skip
    return model, nn.fit(model, _X, _Y, **(usual | options))


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "epochs", "best"),
    [
        ([5, 4, 3, 2, 1], 1, 0.0, 5, 5),                  # it never stops helping
        ([5, 4, 4, 3, 2], 1, 0.0, 3, 2),                  # equal is not less
        ([5, 4, 4, 3, 2], 2, 0.0, 5, 5),                  # patience is rewarded
        ([5, 6, 7, 8, 9], 3, 0.0, 4, 1),                  # the first was the best
        ([5, 4.9, 4.8, 4.7, 4.6], 2, 0.5, 3, 3),          # too little in each epoch
        ([5, 4.75, 4.5, 4.25, 4], 3, 0.5, 5, 5),          # but enough in three
        ([5, nan, nan, 4, 3], 2, 0.0, 3, 1),              # nan helps nobody
        ([nan, nan, nan], 2, 0.0, 2, 1),                  # the parameters from before
        ([inf, inf, 1], 5, 0.0, 3, 3),
        ([5, 4, 6, 7, 8], inf, 0.0, 5, 2),                # patience without end
    ],
)  # fmt: skip
def test_training_ends_when_it_no_longer_helps(
    losses: list[float], patience: float, min_delta: float, epochs: int, best: int
) -> None:
    """Training ends after `patience` epochs without a fall, with the best parameters.

    They are those from before the steps of epoch `best`, with which its loss was computed.
    """
    stopping = nn.EarlyStopping(patience, min_delta)
    run = _run(losses, stopping)
    assert run.epoch == epochs
    assert bool(run.history.stopped) is (epochs < len(losses))
    run.end()
    assert _place(run) == best - 1


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("batch_size", [None, 1])
def test_what_is_put_back_has_the_lowest_loss_recorded(
    compiled: bool, batch_size: int | None
) -> None:
    """Where every step makes it worse, the parameters from before the first one."""
    if compiled:
        pytest.importorskip("numpy", reason="NumPy, which compiling needs, is not installed")
    model, X, y = nn.Neuron(1, "identity", seed=0), [[1.0], [-1.0]], [3.5, -2.5]
    before = [p.data for p in model.parameters()]
    history = nn.fit(
        model, X, y, loss=nn.mean_squared_error, epochs=40, batch_size=batch_size,
        optimizer=nn.SGD(model.parameters(), learning_rate=3.0), compiled=compiled,
        callbacks=[nn.EarlyStopping(patience=3)], progress=False,
    )  # fmt: skip
    assert [p.data for p in model.parameters()] == before
    assert history.loss[0] == min(history.loss)
    if batch_size is None:
        assert nn.mean_squared_error(map(model, X), y).data == pytest.approx(history.loss[0])


class _Centred(nn.Module[Value]):
    """A model that remembers the mean of what it has seen, and draws random numbers."""

    remembers = ("mean", "draws")

    def __init__(self) -> None:
        self.w, self.mean, self.draws = Value(1.0), 0.0, Random(0)

    def forward(self, x: Sequence[float]) -> Value:
        self.mean = 0.9 * self.mean + 0.1 * x[0] + 0.01 * self.draws.random()
        return self.w * (x[0] - self.mean)


@pytest.mark.parametrize("validation", [None, ([[1.0], [4.0]], [3.0, 5.0])])
def test_what_the_model_remembers_is_put_back_with_its_parameters(validation: Any) -> None:
    """Both together gave the lowest loss: computed again, it is the same to the bit."""
    model, X, y = _Centred(), [[float(i)] for i in range(6)], [2.0 * i for i in range(6)]
    seen: list[tuple[float, float]] = []
    history = nn.fit(
        model, X, y, loss=nn.mean_squared_error, epochs=12, validation=validation, progress=False,
        optimizer=nn.SGD(model.parameters(), learning_rate=0.3),
        callbacks=[lambda run: seen.append((model.w.data, model.mean)), nn.EarlyStopping(4)],
    )  # fmt: skip
    assert history.stopped
    if validation is None:
        assert nn.mean_squared_error(map(model, X), y).data == min(history.loss)
    else:
        best = history.validation_loss.index(min(history.validation_loss))
        assert (model.w.data, model.mean) == seen[best] != seen[-1]


def test_what_the_model_remembers_is_in_the_state() -> None:
    """And is looked at before anything changes."""
    run, model, stopping = _run([1.0], nn.EarlyStopping()), _Centred(), nn.EarlyStopping()
    run.model = model
    stopping.begin(run)
    before = stopping.state()
    assert before["remembered"]["mean"] == 0.0
    wrongs: list[Any] = [{}, 5, before["remembered"] | {"draws": {"Random": [3, [1], None]}}]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="its state"):
            stopping.restore(before | {"parameters": [2.0], "remembered": wrong})
    assert stopping.state() == before
    stopping.restore(before | {"remembered": before["remembered"] | {"mean": 0.5}})
    stopping.end(run)
    assert model.mean == 0.5


def test_what_a_later_callback_does_to_the_parameters_counts() -> None:
    """The loss of an epoch is computed after it."""

    def halve(run: TrainingRun) -> None:
        """Shrink all parameters."""
        for parameter in run.parameters():
            parameter.data *= 0.5

    stopping = nn.EarlyStopping(50)
    model, history = _fit(epochs=8, callbacks=[stopping, halve], loss=nn.mean_squared_error)
    assert nn.mean_squared_error(map(model, _X), _Y).data == min(history.loss)


def test_the_history_tells_why_training_ended() -> None:
    """In words, and in its repr."""
    assert _run([1, 1], nn.EarlyStopping(1)).history.stopped == "no progress for 1 epoch"
    history = _run([1, 1, 1], nn.EarlyStopping(2)).history
    assert repr(history) == "History(3 epochs; loss 1 → 1; no progress for 2 epochs)"


def test_the_validation_loss_counts_where_there_is_one() -> None:
    """Here it rises while the loss falls."""
    run = _run([3, 2, 1, 0], nn.EarlyStopping(2), validation_loss=[1, 2, 3, 4])
    run.end()
    assert (run.epoch, _place(run)) == (3, 1.0)


def test_the_best_parameters_are_put_back_when_the_epochs_are_over_too() -> None:
    """The parameters are those after the epoch with the lowest validation loss."""
    held_out = ([[1.3, -0.7], [0.9, 0.8]], [-1, -1])
    model, history = _fit(epochs=20, validation=held_out, callbacks=[nn.EarlyStopping(100)])
    best = history.validation_loss.index(min(history.validation_loss))
    assert 0 < best < 19
    shorter, _ = _fit(epochs=best + 1, validation=held_out)
    assert [p.data for p in model.parameters()] == [p.data for p in shorter.parameters()]


def test_an_interrupt_puts_nothing_back() -> None:
    """The parameters are those of the last step."""

    def interrupt(run: TrainingRun) -> None:
        """The user has seen enough."""
        if run.epoch == 3:
            raise KeyboardInterrupt

    held_out = ([[0.3, 0.3]], [-1])
    model, history = _fit(validation=held_out, callbacks=[nn.EarlyStopping(), interrupt])
    assert history.validation_loss.index(min(history.validation_loss)) < 2
    assert history.interrupted
    shorter, _ = _fit(epochs=3)
    assert [p.data for p in model.parameters()] == [p.data for p in shorter.parameters()]


def test_one_object_may_watch_several_trainings() -> None:
    """Each begins anew."""
    stopping = nn.EarlyStopping(2)
    first, second = _fit(epochs=9, callbacks=[stopping]), _fit(epochs=9, callbacks=[stopping])
    assert first[1] == second[1]


def test_early_stopping_goes_on_from_its_state() -> None:
    """In any epoch: the same end, and the same parameters."""
    losses = [5.0, 4.0, 4.5, 3.0, 3.5, 3.2, 3.1, 2.0]
    whole = _run(losses, nn.EarlyStopping(3))
    whole.end()
    for epoch in range(1, 7):
        first, second = nn.EarlyStopping(3), nn.EarlyStopping(3)
        _run(losses[:epoch], first)
        run = _run([], second)
        second.restore(first.state())
        for i, loss in enumerate(losses[epoch:], epoch + 1):
            _put(run, i - 1)
            run.before_epoch()
            _put(run, i)
            run.history.loss.append(loss)
            if not run.history.stopped:
                second(run)
                last = i
        run.end()
        assert (last, _place(run)) == (whole.epoch, _place(whole))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"best": "0"}, "best and mark must be floats"),
        ({"mark": 1}, "best and mark must be floats"),
        ({"waited": 1.0}, "waited an int"),
        ({"parameters": [1.0, 2.0]}, "a number for each of the 1 parameters"),
        ({"parameters": 5}, "a number for each of the 1 parameters"),
        ({"more": 5}, "state must have the entries best, mark, waited, parameters"),
    ],
)
def test_what_is_no_state_is_refused(changes: dict[str, Any], message: str) -> None:
    """And changes nothing."""
    stopping = nn.EarlyStopping()
    _run([1.0], stopping)
    before = stopping.state()
    with pytest.raises(ValueError, match=message):
        stopping.restore(before | changes)
    assert stopping.state() == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0,), ValueError, "patience must be a whole number from 1 on, got 0: inf is no limit"),
        ((1.5,), ValueError, "patience must be a whole number from 1 on, got 1.5"),
        ((nan,), ValueError, "patience must be a whole number from 1 on, got nan"),
        (("5",), TypeError, "patience must be a real number, got '5'"),
        ((1, -0.1), ValueError, "min_delta must be at least 0 and finite, got -0.1"),
        ((1, nan), ValueError, "min_delta must be at least 0 and finite, got nan"),
        ((1, "0"), TypeError, "min_delta must be a real number"),
    ],
)
def test_patience_that_cannot_be_is_refused(
    arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    """The error names the argument."""
    with pytest.raises(error, match=message):
        nn.EarlyStopping(*arguments)


def test_settings_of_callbacks_are_checked_when_they_are_set() -> None:
    """And a name that is none is not overlooked."""
    stopping, saved = nn.EarlyStopping(), nn.Checkpoint("run")
    stopping.patience, stopping.min_delta, saved.every = 3, 0.5, 2
    assert repr(stopping) == "EarlyStopping(patience=3, min_delta=0.5)"
    assert repr(saved) == "Checkpoint('run', every=2)"
    for callback, name, number in (
        (stopping, "patience", 0),
        (stopping, "min_delta", -1.0),
        (saved, "every", 0),
    ):
        with pytest.raises(ValueError, match=rf"{name} must be (at least|a whole)"):
            setattr(callback, name, number)
    for callback, name, has in ((stopping, "patiance", "patience"), (saved, "evry", "every")):
        with pytest.raises(AttributeError, match=f"no setting '{name}': it has {has}"):
            setattr(callback, name, 3)


def test_a_mere_function_has_no_parameters_to_put_back() -> None:
    """The error says so before anything is trained."""
    w = Value(1.0)

    def function(x: Any) -> Value:
        """What a module would be too much for."""
        return w * float(x[0])

    model: Any = function
    with pytest.raises(TypeError, match=r"model must be an nn\.Module for a callback that keeps"):
        nn.fit(model, [[1.0]], [1], loss=nn.hinge, optimizer=nn.SGD([w]), epochs=1,
               progress=False, callbacks=[nn.EarlyStopping()])  # fmt: skip


class _Noted:
    """A callback that notes when it is called."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name, self.notes = name, notes

    def begin(self, run: TrainingRun) -> None:
        """Before the first epoch."""
        self.notes.append(f"{self.name} begins at {run.epoch} of {run.epochs}")

    def __call__(self, run: TrainingRun) -> None:
        self.notes.append(f"{self.name} {run.epoch}")

    def end(self, _: TrainingRun) -> None:
        """After the last one."""
        self.notes.append(f"{self.name} ends")


class _Early(_Noted):
    """One that is called before every epoch, too."""

    def before_epoch(self, run: TrainingRun) -> None:
        """Before the first step."""
        self.notes.append(f"{self.name} before {run.epoch + 1}")


def test_callbacks_are_told_of_begin_epochs_and_end() -> None:
    """In their order, and in the opposite one at the end; functions of epochs only."""
    notes: list[str] = []
    watch = [_Noted("a", notes), lambda run: notes.append("f"), _Early("b", notes)]
    _fit(epochs=2, callbacks=watch)
    assert notes == [
        *("a begins at 0 of 2", "b begins at 0 of 2"),
        *("b before 1", "a 1", "f", "b 1"),
        *("b before 2", "a 2", "f", "b 2"),
        *("b ends", "a ends"),
    ]


def test_a_callback_may_end_training() -> None:
    """After the epoch it was called for."""
    _, history = _fit(callbacks=[lambda run: run.stop("enough") if run.epoch == 2 else None])
    assert (len(history.loss), history.stopped) == (2, "enough")


def test_a_callback_sees_what_is_trained() -> None:
    """The model, the optimizer, and the history that `fit` gives."""
    runs: list[TrainingRun] = []
    model, history = _fit(callbacks=[runs.append])
    assert runs[0].model is model
    assert runs[0].history is history
    assert runs[0].optimizer.parameters == model.parameters()
