"""`fit` is the loop that one would write by hand, and the same in every run."""

import itertools
import random
import signal
import statistics
import sys
from collections.abc import Sequence
from functools import partial
from itertools import count
from math import inf, isfinite, nan
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from nn.training.progress import progress_bar

_X = [[0.0, 0.5], [1.0, -1.0], [-0.5, 2.0], [2.0, 1.0], [-1.0, -1.5]]
_Y = [1, -1, 1, -1, 1]


class _Still:
    """An optimizer that leaves everything as it is."""

    def step(self) -> None:
        """Move nothing."""

    def zero_grad(self) -> None:
        """Forget nothing."""


class _Recording:
    """A loss that remembers the targets of every batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, predictions: Sequence[Value], targets: Sequence[int]) -> Value:
        self.batches.append(list(targets))
        return nn.mean_squared_error(predictions, targets)


def _model() -> nn.MLP:
    return nn.MLP(2, [4, 1], "tanh", seed=0)


def _fit(model: nn.Module[Any], X: Any = _X, y: Any = _Y, **options: Any) -> nn.History:
    """A short quiet training, with options."""
    usual: dict[str, Any] = {"loss": nn.hinge, "epochs": 3, "progress": False}
    if "optimizer" not in options:
        usual["optimizer"] = nn.SGD(model.parameters(), learning_rate=0.1, momentum=0.5)
    return nn.fit(model, X, y, **(usual | options))


def _outcome(**options: Any) -> tuple[list[float], list[float]]:
    """The losses and the final parameters of a training of the same model."""
    model = _model()
    history = _fit(model, **options)
    return history.loss, [p.data for p in model.parameters()]


@pytest.mark.parametrize("batch_size", [None, 1, 2])
def test_training_lowers_the_loss(batch_size: int | None) -> None:
    """On five points that a small network can tell apart: to a tenth."""
    history = _fit(_model(), epochs=60, batch_size=batch_size)
    assert len(history.loss) == 60
    assert history.loss[-1] < history.loss[0] / 10


@pytest.mark.parametrize("batch_size", [None, 2])
def test_a_linear_neuron_finds_the_least_squares_solution(batch_size: int | None) -> None:
    """Table 1 of "Basics of neural networks": y = x1 + x2, so the closed form is w = [1, 1]."""
    X = [[0.5, 1.0], [1.5, 0.5], [0.0, 1.0], [1.0, 1.5], [1.0, 0.0]]
    y = [1.5, 2.0, 1.0, 2.5, 1.0]
    neuron = nn.Neuron(2, nonlin=False, seed=0)
    optimizer = nn.SGD(neuron.parameters(), learning_rate=0.2)
    history = _fit(
        neuron, X, y, loss=nn.mean_squared_error, optimizer=optimizer, epochs=500,
        batch_size=batch_size,
    )  # fmt: skip
    assert [w.data for w in neuron.w] == pytest.approx([1.0, 1.0], abs=1e-4)
    assert neuron.b.data == pytest.approx(0.0, abs=1e-4)
    assert history.loss[-1] == pytest.approx(0.0, abs=1e-8)


def test_full_batches_are_the_loop_written_by_hand() -> None:
    """Forward, backward, step: the same losses and parameters, to the bit."""
    model, losses = _model(), []
    for _ in range(4):
        loss = nn.hinge([model(row) for row in _X], _Y)
        for parameter in model.parameters():
            parameter.grad = 0.0
        loss.backward()
        for parameter in model.parameters():
            parameter.data = parameter.data - 0.1 * parameter.grad
        losses.append(loss.data)
    other = _model()
    history = _fit(other, optimizer=nn.SGD(other.parameters(), learning_rate=0.1), epochs=4)
    assert history.loss == losses
    assert [p.data for p in other.parameters()] == [p.data for p in model.parameters()]


def test_gradients_left_from_before_do_not_count() -> None:
    """A backward pass of the user's own changes nothing about the training."""
    clean, used = _model(), _model()
    used([3.0, 4.0]).backward()
    assert _fit(used).loss == _fit(clean).loss


def test_a_seed_decides_the_mini_batches() -> None:
    """The same seed gives the same training to the bit, another seed another one."""
    first = _outcome(batch_size=2, seed=1)
    assert _outcome(batch_size=2, seed=1) == first
    assert _outcome(batch_size=2, seed=2) != first


def test_mini_batches_have_the_same_seed_unless_told() -> None:
    """A rerun of a program without a seed is identical."""
    assert _outcome(batch_size=2) == _outcome(batch_size=2)


def test_full_batches_need_no_seed() -> None:
    """There is nothing to shuffle."""
    assert _outcome(seed=1) == _outcome(seed=2)


@pytest.mark.parametrize(
    ("batch_size", "sizes"),
    [(None, [5]), (1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (8, [5])],
)
def test_an_epoch_sees_every_example_once(batch_size: int | None, sizes: list[int]) -> None:
    """The last batch takes what is left."""
    recording, targets = _Recording(), [10, 11, 12, 13, 14]
    _fit(_model(), y=targets, loss=recording, epochs=1, batch_size=batch_size)
    assert [len(batch) for batch in recording.batches] == sizes
    assert sorted(target for batch in recording.batches for target in batch) == targets


def test_a_full_batch_keeps_the_order_of_the_examples() -> None:
    """What the loss gets is what was given."""
    recording = _Recording()
    _fit(_model(), loss=recording, epochs=2)
    assert recording.batches == [_Y, _Y]


def test_mini_batches_are_shuffled_anew_in_every_epoch() -> None:
    """Twenty examples in the same order twice would be a chance of one in 20!."""
    recording, targets = _Recording(), list(range(20))
    _fit(_model(), _X * 4, targets, loss=recording, epochs=2, batch_size=20)
    first, second = recording.batches
    assert sorted(first) == sorted(second) == targets
    assert first != second


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4])
def test_the_loss_of_an_epoch_weighs_batches_by_their_size(batch_size: int) -> None:
    """While nothing moves, the mean over uneven batches is the mean over all examples."""
    whole = nn.hinge([_model()(row) for row in _X], _Y).data
    history = _fit(_model(), optimizer=_Still(), batch_size=batch_size)
    assert history.loss == pytest.approx([whole] * 3, rel=1e-14)


@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_arrays_train_as_lists_do(kind: Any) -> None:
    """To the bit; rows and targets may both be NumPy's."""
    X = np.array([[1, 0], [0, 1], [-1, 2], [2, 2], [0, -1]], dtype=kind)
    y = np.array(_Y, dtype=kind)
    assert _outcome(X=X, y=y, batch_size=2) == _outcome(X=X.tolist(), y=y.tolist(), batch_size=2)


def test_targets_may_be_rows() -> None:
    """For a model with several outputs, one number for each."""
    model = nn.MLP(2, [4, 2], seed=0)
    targets = np.array([[0.0, 1.0]] * 5)
    history = _fit(model, y=targets, loss=nn.mean_squared_error, epochs=30)
    assert history.loss[-1] < history.loss[0] / 10


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"X": [], "y": []}, ValueError, "X and y .* 0 rows, y has 0 targets"),
        ({"y": [1, -1]}, ValueError, "X and y .* 5 rows, y has 2 targets"),
        ({"X": np.ones((2, 2))}, ValueError, "X and y .* 2 rows, y has 5 targets"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1, got 0"),
        ({"epochs": -3}, ValueError, "epochs must be at least 1, got -3"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"X": [["a", 1.0]] * 5}, TypeError, r"X\[0\]\[0\] must be a real number, got 'a'"),
        ({"X": [[1.0, 2.0, 3.0]] * 5}, ValueError, "x: .* expects 2 inputs, got 3"),
        ({"y": [0, 1, 0, 1, 0]}, ValueError, "labels must be -1 or 1, got 0"),
    ],
)
def test_a_training_that_cannot_be_is_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        _fit(_model(), **options)


def test_a_quiet_training_needs_no_tqdm(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """`progress=False` imports nothing and prints nothing."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert len(_fit(_model()).loss) == 3
    assert capfd.readouterr() == ("", "")


def test_without_tqdm_the_progress_is_a_line_of_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Training needs no package for it: each epoch overwrites the line on stderr."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    history = _fit(_model(), progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    *_, last, end = shown.err.replace("\n", "\r").split("\r")
    assert last.strip() == f"3/3 epochs, loss {history.loss[-1]:.4g}"
    assert (end, shown.err.count("\n")) == ("", 1)
    assert _fit(_model()).loss == history.loss


def test_a_tqdm_that_is_broken_is_not_taken_for_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What it lacks is told."""
    (tmp_path / "auto.py").write_text("import a_package_that_tqdm_lacks")
    broken = ModuleType("tqdm")
    broken.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "tqdm", broken)
    monkeypatch.delitem(sys.modules, "tqdm.auto", raising=False)
    with pytest.raises(ImportError):
        _fit(_model(), progress=True)


def test_progress_is_shown_unless_it_is_not_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    """Also by a call that says nothing about it."""
    model = _model()
    optimizer = nn.SGD(model.parameters())
    nn.fit(model, _X, _Y, loss=nn.hinge, optimizer=optimizer, epochs=2)
    assert "2/2" in capsys.readouterr().err


def test_a_progress_bar_is_not_drawn_anew_for_each_of_many_short_epochs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is as often as tqdm has it, some ten times a second."""
    with progress_bar(0, 1000, wanted=True) as grow:
        assert grow
        for _ in range(1000):
            grow(nn.History([0.5]))
    shown = capsys.readouterr().err
    assert "1000/1000" in shown
    assert shown.count("\r") < 500


def test_a_progress_bar_is_shown_where_it_does_not_mix_with_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On stderr: the epochs done, and the loss."""
    history = _fit(_model(), epochs=4, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "4/4" in shown.err
    assert f"loss {history.loss[-1]:.4g}" in shown.err


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"epochs": 1.5}, TypeError, "epochs must be an int, got 1.5"),
        ({"batch_size": 1.5}, TypeError, "batch_size must be an int, got 1.5"),
        ({"seed": "a", "batch_size": 2}, TypeError, "seed must be an int"),
        ({"loss": lambda p, t: 0.5}, TypeError, "loss.* must be a Value, got 0.5"),
    ],
)
def test_settings_of_the_wrong_kind_are_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument, before anything is trained."""
    neuron = nn.Neuron(2, seed=0)
    settings = {
        "loss": nn.mean_squared_error,
        "optimizer": nn.SGD(neuron.parameters()),
        "epochs": 1,
    }
    with pytest.raises(error, match=message):
        nn.fit(neuron, [[1.0, 2.0]] * 4, [0.0] * 4, progress=False, **{**settings, **options})


def test_a_generator_may_decide_the_order_of_the_batches() -> None:
    """A seed and a generator with that seed give the same run."""

    def losses(seed: Any) -> list[float]:
        """The history of a short training."""
        neuron = nn.Neuron(1, "identity", seed=0)
        data = [[float(i)] for i in range(6)]
        history = nn.fit(
            neuron,
            data,
            [2.0 * i for i in range(6)],
            loss=nn.mean_squared_error,
            optimizer=nn.SGD(neuron.parameters()),
            epochs=3,
            batch_size=2,
            seed=seed,
            progress=False,
        )
        return history.loss

    assert losses(7) == losses(random.Random(7)) != losses(8)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"X": None}, TypeError, "X must hold a row of numbers for each example, got None"),
        ({"X": [1.0, 2.0]}, TypeError, r"X\[0\] must be a row of numbers, .* got 1.0"),
        ({"y": 1}, TypeError, "y must hold a target for each example, got 1"),
        ({"loss": "hinge"}, TypeError, "loss must be a function or a module, got 'hinge'"),
        ({"optimizer": nn.SGD}, TypeError, r"such as nn.SGD\(model.parameters\(\)\), got"),
        ({"optimizer": nn.SGD([Value(1.0)])}, ValueError, "none of its parameters belongs to the"),
        ({"seed": "x"}, TypeError, "seed must be an int"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Data, loss and optimizer are looked at before anything is trained."""
    neuron = nn.Neuron(2, seed=0)
    settings: dict[str, Any] = {
        "X": [[1.0, 2.0]] * 2,
        "y": [1, -1],
        "loss": nn.hinge,
        "optimizer": nn.SGD(neuron.parameters()),
        "epochs": 1,
        "progress": False,
    }
    with pytest.raises(error, match=message):
        nn.fit(neuron, **{**settings, **options})


def test_metrics_are_recorded_beside_the_loss() -> None:
    """A loss is a metric too: the same numbers, to the bit."""
    metrics = {"hinge": nn.hinge, "accuracy": nn.accuracy}
    history = _fit(_model(), metrics=metrics, batch_size=2, epochs=60)
    assert history.metrics["hinge"] == history.loss
    assert len(history.metrics["accuracy"]) == 60
    assert history.metrics["accuracy"][-1] == 1.0


@pytest.mark.parametrize("batch_size", [None, 1, 2, 3])
def test_a_metric_of_an_epoch_weighs_batches_by_their_size(batch_size: int | None) -> None:
    """While nothing moves, the accuracy is that over all examples."""
    model = _model()
    right = sum((model(row).data > 0) == (label > 0) for row, label in zip(_X, _Y, strict=True))
    metrics = {"accuracy": nn.accuracy}
    history = _fit(model, optimizer=_Still(), metrics=metrics, batch_size=batch_size)
    assert history.metrics["accuracy"] == pytest.approx([right / 5] * 3, rel=1e-14)


def test_metrics_change_nothing_about_the_training() -> None:
    """To the bit."""
    metrics = {"error": nn.mean_squared_error}
    assert _outcome(batch_size=2, metrics=metrics) == _outcome(batch_size=2)


def test_training_is_watched_after_every_epoch() -> None:
    """What watches sees the History grow, and it is the one that `fit` gives."""
    seen: list[tuple[nn.History, int]] = []
    history = _fit(_model(), watch=lambda so_far: seen.append((so_far, len(so_far.loss))))
    assert [epochs for _, epochs in seen] == [1, 2, 3]
    assert all(so_far is history for so_far, _ in seen)


class _Watch:
    """A context manager that notes what happens to it, and interrupts after an epoch."""

    def __init__(self, interrupt_after: int) -> None:
        self.notes: list[object] = []
        self._interrupt_after = interrupt_after

    def __enter__(self) -> None:
        self.notes.append("enter")

    def __call__(self, history: nn.History) -> None:
        self.notes.append(len(history.loss))
        if len(history.loss) == self._interrupt_after:
            raise KeyboardInterrupt

    def __exit__(self, *_: object) -> None:
        self.notes.append("exit")


def test_what_watches_knows_where_training_begins_and_ends() -> None:
    """If it is a context manager."""
    watch = _Watch(interrupt_after=10)
    _fit(_model(), watch=watch)
    assert watch.notes == ["enter", 1, 2, 3, "exit"]


def test_an_interrupt_loses_no_work() -> None:
    """The history tells of it, and the model has learnt as much as in so many epochs."""
    model, watch = _model(), _Watch(interrupt_after=2)
    history = _fit(model, watch=watch, epochs=5)
    assert (history.interrupted, len(history.loss)) == (True, 2)
    assert repr(history).endswith("; interrupted)")
    assert watch.notes == ["enter", 1, 2, "exit"]
    assert [p.data for p in model.parameters()] == _outcome(epochs=2)[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metrics": [nn.accuracy]}, r"metrics must name functions .* got \[<function"),
        ({"metrics": {"accuracy": 0.5}}, "such as .*nn.accuracy.* got .*0.5"),
        ({"metrics": {"odd": lambda p, t: "a"}}, "the metric 'odd' must be a real number, got 'a'"),
        ({"watch": nn.LiveView}, r"such as nn.LiveView\(\), got <class"),
        ({"watch": "progress"}, "watch must be a function of the History, .* got 'progress'"),
    ],
)
def test_what_cannot_be_recorded_or_called_is_refused(
    options: dict[str, Any], message: str
) -> None:
    """The error names the argument, shows what was given and says what to give."""
    with pytest.raises(TypeError, match=message):
        _fit(_model(), **options)


def test_gradients_are_zero_after_training() -> None:
    """What the last step left does not add to what comes next."""
    neuron = nn.Neuron(1, "identity", seed=0)
    optimizer = nn.SGD(neuron.parameters())
    nn.fit(
        neuron,
        [[1.0]],
        [2.0],
        loss=nn.mean_squared_error,
        optimizer=optimizer,
        epochs=1,
        progress=False,
    )
    assert [p.grad for p in neuron.parameters()] == [0.0, 0.0]


def test_validation_is_measured_after_every_epoch() -> None:
    """With the same loss and metrics, on other examples, and with the parameters of that moment."""
    model, held_out = _model(), ([[0.5, 0.5], [-1.0, 1.0], [2.0, 2.0]], [1, 1, -1])
    measured: list[tuple[float, float]] = []

    def measure(_: nn.History) -> None:
        """What the loss and the metric are now."""
        predictions = [model(row) for row in held_out[0]]
        hinge, accuracy = nn.hinge(predictions, held_out[1]), nn.accuracy(predictions, held_out[1])
        measured.append((hinge.data, accuracy))

    metrics = {"accuracy": nn.accuracy}
    history = _fit(model, validation=held_out, metrics=metrics, watch=measure, batch_size=2)
    columns = history.validation_loss, history.validation_metrics["accuracy"]
    assert list(zip(*columns, strict=True)) == measured


def test_validation_changes_nothing_about_the_training() -> None:
    """To the bit."""
    assert _outcome(batch_size=2, validation=([[1.0, 1.0]], [1])) == _outcome(batch_size=2)


def test_the_schedule_is_the_learning_rate_of_each_epoch() -> None:
    """Epochs are counted from 0; the optimizer has the rate before the first step."""
    model, rates = _model(), []
    optimizer = nn.SGD(model.parameters(), learning_rate=7.0)
    _fit(model, optimizer=optimizer, epochs=4, schedule=lambda epoch: 0.5**epoch,
         watch=lambda _: rates.append(optimizer.learning_rate))  # fmt: skip
    assert rates == [1.0, 0.5, 0.25, 0.125]


def test_a_constant_schedule_is_the_learning_rate() -> None:
    """The same training, to the bit."""
    assert _outcome(schedule=lambda epoch: 0.1) == _outcome()


class _Interrupted(nn.SGD):
    """Gradient descent in whose third step the user presses Ctrl-C, after half the parameters."""

    elementwise = False

    def _stride(self, w: float, g: float, *remembered: float) -> tuple[float, float]:
        if self.steps == 3 and w == self.parameters[len(self.parameters) // 2].data:
            signal.raise_signal(signal.SIGINT)
        return super()._stride(w, g, *remembered)


def test_ctrl_c_in_the_middle_of_a_step_waits_for_its_end() -> None:
    """The parameters are those after three whole steps, and gradients are 0."""
    model = _model()
    optimizer = _Interrupted(model.parameters(), learning_rate=0.1)
    history = _fit(model, optimizer=optimizer, epochs=9)
    assert (history.interrupted, len(history.loss)) == (True, 2)
    other = _model()
    _fit(other, optimizer=nn.SGD(other.parameters(), learning_rate=0.1), epochs=3)
    assert [p.data for p in model.parameters()] == [p.data for p in other.parameters()]
    assert not any(p.grad for p in model.parameters())


def test_ctrl_c_in_the_middle_of_a_backward_pass_leaves_the_last_step() -> None:
    """And no gradient behind."""
    model, calls = _model(), count(1)

    def loss(predictions: Any, targets: Any) -> Value:
        """The loss, in whose third backward pass the user presses Ctrl-C."""
        value = nn.hinge(predictions, targets)
        if next(calls) == 3:
            value.backward()
            signal.raise_signal(signal.SIGINT)
        return value

    history = _fit(model, loss=loss, epochs=9)
    assert (history.interrupted, len(history.loss)) == (True, 2)
    assert [p.data for p in model.parameters()] == _outcome(epochs=2)[1]
    assert not any(p.grad for p in model.parameters())


def test_an_interrupted_training_can_be_gone_on_with() -> None:
    """The model and the optimizer are as good as any."""
    model = _model()
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
    assert _fit(model, optimizer=optimizer, epochs=5, watch=_Watch(2)).interrupted
    history = _fit(model, optimizer=optimizer, epochs=3)
    assert (history.interrupted, len(history.loss)) == (False, 3)


def test_a_thread_may_train() -> None:
    """Where Ctrl-C never comes to."""
    outcomes: list[Any] = []
    thread = Thread(target=lambda: outcomes.append(_outcome()))
    thread.start()
    thread.join()
    assert outcomes == [_outcome()]


def test_the_progress_bar_shows_the_validation_loss_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the other one."""
    history = _fit(_model(), validation=([[1.0, 1.0]], [1]), progress=True)
    assert f"validation loss {history.validation_loss[-1]:.4g}" in capsys.readouterr().err


def test_the_progress_bar_begins_where_training_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not at 0."""
    path = tmp_path / "run"
    _fit(_model(), epochs=3, callbacks=[nn.Checkpoint(path)])
    _fit(_model(), epochs=4, callbacks=[nn.Checkpoint(path)], resume=path, progress=True)
    shown = capsys.readouterr().err
    assert "3/4" in shown
    assert "0/4" not in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": 0.1}, "schedule must be a function of the number of the epoch .* got 0.1"),
        ({"schedule": nn.CosineDecay}, "schedule must be a function"),
        ({"schedule": lambda epoch: "fast"}, "learning_rate must be a real number"),
        ({"schedule": lambda epoch: 0.1, "optimizer": _Still()},
         "optimizer must have a learning_rate for the schedule, got <"),
        ({"callbacks": nn.EarlyStopping()}, "callbacks must list functions of the Run"),
        ({"callbacks": [nn.EarlyStopping]}, r"such as nn.EarlyStopping\(\), got"),
        ({"callbacks": ["stop"]}, "callbacks must list functions of the Run"),
    ],
)  # fmt: skip
def test_what_cannot_be_called_between_epochs_is_refused(
    options: dict[str, Any], message: str
) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(TypeError, match=message):
        _fit(_model(), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 1, "y": [1, -1, 1, -1, 2]},
        {"batch_size": 1, "metrics": {"odd": lambda p, t: "a"}},
        {"metrics": {"odd": lambda p, t: "a"}},
        {"validation": ([[1.0, 1.0]], [2])},
        {"validation": ([[1.0, 1.0]], [[1, 1]])},
    ],
)
def test_what_is_wrong_anywhere_is_found_before_the_first_step(options: dict[str, Any]) -> None:
    """In the last batch, in a metric, or in what is held out: the model is as it was."""
    model = _model()
    with pytest.raises((TypeError, ValueError)):
        _fit(model, **options)
    assert [p.data for p in model.parameters()] == [p.data for p in _model().parameters()]


@pytest.mark.parametrize("names", [["loss"], ["validation loss"], ["a", "validation a"]])
def test_two_columns_with_one_name_are_refused(names: list[str]) -> None:
    """One would be lost in a table."""
    with pytest.raises(ValueError, match=f"metrics: a name must not be .*, got {names[0]}"):
        _fit(_model(), metrics=dict.fromkeys(names, nn.accuracy))


@pytest.mark.parametrize(("batch_size", "calls"), [(None, 3), (1, 15), (2, 9), (5, 3)])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_metric_is_called_once_for_each_batch(
    compiled: bool, batch_size: int | None, calls: int
) -> None:
    """With the predictions and targets of that batch; and once an epoch for what is held out."""
    seen: list[list[int]] = []

    def note(predictions: Sequence[Value], targets: list[int]) -> float:
        """Nothing to record."""
        assert len({p.data for p in predictions}) == len(predictions) == len(targets)
        seen.append(list(targets))
        return 0.0

    _fit(_model(), metrics={"note": note}, batch_size=batch_size, compiled=compiled)
    assert len(seen) == calls
    assert sorted(t for targets in seen for t in targets) == sorted(_Y * 3)
    seen.clear()
    held_out = ([[0.5, 0.5], [1.0, 1.5]], [1, -1])
    _fit(_model(), metrics={"note": note}, batch_size=batch_size, compiled=compiled,
         validation=held_out)  # fmt: skip
    assert len(seen) == calls + 3
    assert seen.count([1, -1]) >= 3


@pytest.mark.parametrize("options", [{}, {"batch_size": 3}, {"validation": (_X[:3], _Y[:3])}])
def test_a_metric_may_need_predictions_that_differ(options: dict[str, Any]) -> None:
    """A correlation cannot be computed of equal numbers, nor a precision without a positive one."""

    def correlation(predictions: Sequence[Value], targets: list[int]) -> float:
        """Pearson's."""
        return statistics.correlation([p.data for p in predictions], range(len(targets)))

    def ranking(predictions: Sequence[Value], _: list[int]) -> Value:
        """A loss of all pairs, of which there must be one."""
        pairs = [p - q for p, q in itertools.combinations(predictions, 2)]
        return Value.sum([p.softplus() / p.detach() for p in pairs]) / len(pairs)

    X, y = [*_X, [3.0, 1.0]], [*_Y, 1]
    history = _fit(_model(), X, y, loss=ranking, metrics={"r": correlation}, **options)
    assert len(history.metrics["r"]) == 3


def test_a_loss_of_losses_is_called_once_for_each_batch() -> None:
    """A wrapper that counts, logs or weighs sees what training has, and nothing else."""
    recording = _Recording()
    _fit(_model(), loss=recording, batch_size=2, validation=(_X, _Y))
    assert [len(batch) for batch in recording.batches] == [2, 2, 1, 5] * 3


def _own_sum(predictions: Sequence[Value], targets: Sequence[int]) -> Value:
    """The sum of the squares, written by the user."""
    return Value.sum([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)])


def _own_mean(predictions: Sequence[Value], targets: Sequence[int]) -> Value:
    """The mean of the squares, written by the user."""
    return _own_sum(predictions, targets) / len(targets)


_REDUCTIONS: dict[str, tuple[Any, float]] = {
    "mean": (nn.mean_squared_error, 1.0),
    "a mean in a function": (lambda p, t: nn.mean_squared_error(p, t), 1.0),
    "sum": (partial(nn.mean_squared_error, reduction="sum"), 25.0),
    "a sum in a function": (lambda p, t: nn.mean_squared_error(p, t, "sum"), 25.0),
    "half a sum": (lambda p, t: 2 * nn.half_squared_error(p, t, "sum"), 25.0),
    "a sum of one's own": (_own_sum, 25.0),
    "a mean of one's own": (_own_mean, 1.0),
}


@pytest.mark.parametrize("reduction", _REDUCTIONS)
@pytest.mark.parametrize("batch_size", [None, 10, 1])
@pytest.mark.parametrize("compiled", [False, True])
def test_the_loss_of_an_epoch_is_that_of_all_examples(
    reduction: str, batch_size: int | None, compiled: bool
) -> None:
    """A mean or a sum: while nothing moves, equal to the validation loss of the same examples."""
    (loss, expected), neuron = _REDUCTIONS[reduction], nn.Neuron(1, "identity", seed=0)
    neuron.w[0].data, neuron.b.data = 0.0, 1.0  # every term is 1
    X, y = [[float(i)] for i in range(25)], [0.0] * 25
    metrics = {"sum": _REDUCTIONS["sum"][0], "mean": nn.mean_squared_error}
    history = nn.fit(
        neuron, X, y, loss=loss, optimizer=nn.SGD(neuron.parameters(), learning_rate=0.0),
        epochs=2, batch_size=batch_size, validation=(X, y), metrics=metrics, compiled=compiled,
        progress=False,
    )  # fmt: skip
    assert history.loss == history.validation_loss == pytest.approx([expected] * 2, rel=1e-14)
    assert history.metrics == {"sum": [25.0, 25.0], "mean": pytest.approx([1.0, 1.0])}
    assert history.validation_metrics == {"sum": [25.0, 25.0], "mean": [1.0, 1.0]}


def test_a_loss_that_refuses_its_examples_twice_is_a_mean() -> None:
    """So it is taken, and training goes on."""

    def loss(predictions: Sequence[Value], targets: Sequence[int]) -> Value:
        """The sum of the squares, for three examples at most."""
        assert len(targets) <= 3
        return _own_sum(predictions, targets)

    history = _fit(_model(), loss=loss, batch_size=3, optimizer=_Still())
    sums = [_own_sum([_model()(_X[i])], [_Y[i]]).data for i in range(5)]
    assert history.loss[0] < sum(sums)


def test_a_schedule_may_reach_0() -> None:
    """From a rate, or to one: nothing moves in that epoch."""
    model, seen = _model(), []
    _fit(model, epochs=4, schedule=lambda epoch: 0.1 * abs(epoch - 1) / 2,
         watch=lambda _: seen.append([p.data for p in model.parameters()]))  # fmt: skip
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize("rate", [-0.1, nan, inf, "fast", None])
def test_a_schedule_that_gives_no_rate_keeps_the_history(rate: Any) -> None:
    """Before the first step it is an error, and later on the end of training, with a warning."""
    model = _model()
    with pytest.raises((TypeError, ValueError), match=r"learning_rate must be .* got"):
        _fit(model, schedule=lambda epoch: rate)
    assert [p.data for p in model.parameters()] == [p.data for p in _model().parameters()]
    with pytest.warns(
        UserWarning, match="schedule: learning_rate must be .*, for epoch 2: "
    ) as seen:
        history = _fit(model, epochs=5, schedule=lambda epoch: 0.1 if epoch < 2 else rate)
    assert seen[0].filename == __file__
    assert (len(history.loss), history.stopped) == (2, f"the schedule gave {rate!r}")
    assert [p.data for p in model.parameters()] == _outcome(epochs=2)[1]


@pytest.mark.parametrize("compiled", [False, True])
def test_a_training_that_diverged_says_so(compiled: bool) -> None:
    """With the first epoch whose loss is no number; in one that was ended, the history says why."""
    targets = [1.0, 2.0, 3.0, 4.0, 5.0]
    options: dict[str, Any] = {"loss": nn.mean_squared_error, "compiled": compiled, "epochs": 30}

    def outcome(**more: Any) -> nn.History:
        """Steps that are far too large."""
        model = nn.MLP(2, [1], seed=0)
        optimizer = nn.SGD(model.parameters(), learning_rate=1e9)
        return _fit(model, y=targets, optimizer=optimizer, **(options | more))

    with pytest.warns(UserWarning, match="the loss is inf from epoch") as seen:
        history = outcome()
    assert seen[0].filename == __file__
    first = next(i for i, each in enumerate(history.loss) if not isfinite(each))
    assert f"from epoch {first + 1} on: give a smaller learning_rate" in str(seen[0].message)
    assert not isfinite(history.loss[-1])
    assert outcome(callbacks=[nn.EarlyStopping(patience=20)]).stopped
    assert isfinite(outcome(epochs=first).loss[-1])


@pytest.mark.parametrize("compiled", [False, True])
def test_a_loss_that_no_parameter_reaches_is_warned_of(compiled: bool) -> None:
    """Once; but not of one whose gradients are 0 for these numbers, as of a dead ReLU."""

    def cut(predictions: list[Value], targets: list[float]) -> Value:
        """A loss of numbers that remember nothing."""
        return nn.mean_squared_error([each.detach() for each in predictions], targets)

    with pytest.warns(
        UserWarning, match="loss: no parameter that is to be moved reaches it"
    ) as seen:
        history = _fit(_model(), loss=cut, batch_size=2, compiled=compiled)
    assert [each.filename for each in seen] == [__file__]
    assert history.loss == pytest.approx([history.loss[0]] * 3)
    dead = nn.MLP(2, [1, 1], seed=0)
    dead.layers[0].neurons[0].b.data = -100.0
    dead.layers[1].neurons[0].b.data = 2.0  # right by more than the margin
    assert _fit(dead, y=[1] * 5, compiled=compiled).loss == [0.0] * 3


@pytest.mark.parametrize("size", [4, 5])
def test_losses_of_single_batches_may_be_constant(size: int) -> None:
    """A hinge that is content with all examples but one learns; with all, it is warned of."""
    model = nn.Neuron(1, "identity", seed=0)
    model.w[0].data, model.b.data = 1.0, 0.0
    X, y, reached = [[5.0], [6.0], [7.0], [8.0], [0.25]][:size], [1.0] * size, []

    def hinge(predictions: list[Value], targets: list[float]) -> Value:
        """The larger of two, by Python."""
        (prediction,), (target,) = predictions, targets
        loss = max(Value(0.0), 1 - prediction * target)
        reached.append(bool(loss.edges()))
        return loss

    optimizer = nn.SGD(model.parameters(), learning_rate=0.01)
    once = partial(nn.fit, model, X, y, loss=hinge, optimizer=optimizer, epochs=2, batch_size=1)
    if size == 5:
        once(progress=False)
        assert (reached[0], any(reached[:5])) == (False, True)
        assert model.w[0].data > 1
    else:
        with pytest.raises(UserWarning, match="loss: no parameter that is to be moved reaches it"):
            once(progress=False)
        assert reached == [False] * 4


@pytest.mark.parametrize("compiled", [False, True])
def test_parameters_that_do_not_move_have_the_gradient_of_the_batch(compiled: bool) -> None:
    """Not the sum of all so far, and 0 afterwards; compiled or not."""
    model, seen = _model(), []
    model.layers[0].neurons[0].w[0].grad = 5.0
    moved = model.layers[1].parameters()
    optimizer = nn.SGD(moved, learning_rate=0.1)

    def look(_: Any) -> None:
        """What the gradients are after each epoch."""
        seen.append([p.grad for p in model.parameters()])

    _fit(model, optimizer=optimizer, compiled=compiled, loss=nn.mean_squared_error, watch=look)
    other = _model()
    steps = nn.SGD(other.layers[1].parameters(), learning_rate=0.1)
    for gradients in seen:
        other.zero_grad()
        nn.mean_squared_error([other(x) for x in _X], _Y).backward()
        assert gradients == pytest.approx([p.grad for p in other.parameters()], rel=1e-9)
        steps.step()
    assert not any(p.grad for p in model.parameters())


@pytest.mark.parametrize("compiled", [False, True])
def test_a_target_out_of_range_is_found_among_many(compiled: bool) -> None:
    """Also where there are so many that a compiled program has them as numbers."""
    X, y = [[i / 150, 1.0] for i in range(150)], [i / 149 for i in range(149)] + [1.5]
    model = _model()
    with pytest.raises(ValueError, match=r"targets must be from 0 to 1, got 1\.5"):
        _fit(model, X, y, loss=nn.binary_cross_entropy, compiled=compiled)
    assert [p.data for p in model.parameters()] == [p.data for p in _model().parameters()]
