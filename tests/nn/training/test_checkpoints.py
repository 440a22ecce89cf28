"""A training goes on from a checkpoint as if nothing had happened: to the bit."""

import math
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial, wraps
from itertools import count
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import nn
from engine import Value
from nn.files.model_files import read_model_file, write_model_file
from nn.training.run import TrainingRun

ROOT = Path(__file__).parents[3]

_NOISE = random.Random(7)
_X = [[_NOISE.gauss(), _NOISE.gauss()] for _ in range(20)]
_Y = [1 if a * b > 0 else -1 for a, b in _X]
_HELD_OUT = ([[0.5, 0.5], [-1.0, 0.3]], [1, -1])

_OPTIMIZERS: dict[str, Callable[[list[Value]], nn.Optimizer]] = {
    "momentum": lambda p: nn.SGD(p, learning_rate=0.05, momentum=0.9),
    "RMSprop": lambda p: nn.RMSprop(p, learning_rate=0.01),
    "Adam": lambda p: nn.Adam(p, learning_rate=0.05),
    "AdamW": lambda p: nn.AdamW(p, learning_rate=0.05),
}


def _fit(
    path: Path, epochs: int, optimizer: str = "Adam", **options: Any
) -> tuple[nn.History, list[str]]:
    """The history and the final parameters of a training that writes checkpoints."""
    model = nn.MLP(2, [4, 1], "swish", seed=0)
    usual: dict[str, Any] = {
        "loss": nn.hinge,
        "optimizer": _OPTIMIZERS[optimizer](model.parameters()),
        "batch_size": 3,
        "seed": 5,
        "validation": _HELD_OUT,
        "metrics": {"accuracy": nn.accuracy, "squares": nn.mean_squared_error},
        "schedule": lambda epoch: 0.05 / (1 + epoch),
        "callbacks": [nn.EarlyStopping(20), nn.Checkpoint(path)],
        "progress": False,
    }
    history = nn.fit(model, _X, _Y, epochs=epochs, **(usual | options))
    return history, [parameter.data.hex() for parameter in model.parameters()]


def _retell(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a checkpoint says of its training."""
    tensors, description = read_model_file(path)
    change(description["training"])
    write_model_file(path, tensors, description)


def _interrupt_at(call: int) -> Any:
    """A loss in which the user presses Ctrl-C when it is called for that time."""
    calls = count(1)

    @wraps(nn.hinge)  # a checkpoint compares losses by their names
    def loss(predictions: Any, targets: Any) -> Value:
        if next(calls) == call:
            signal.raise_signal(signal.SIGINT)
        return nn.hinge(predictions, targets)

    return loss


@pytest.mark.parametrize("optimizer", _OPTIMIZERS)
@pytest.mark.parametrize("first", [1, 4])
def test_a_training_that_stopped_goes_on_to_the_bit(
    tmp_path: Path, optimizer: str, first: int
) -> None:
    """Losses, metrics and parameters are those of the training that was never stopped."""
    whole = _fit(tmp_path / "whole", 6, optimizer)
    _fit(tmp_path / "run", first, optimizer)
    assert _fit(tmp_path / "run", 6, optimizer, resume=tmp_path / "run") == whole


@pytest.mark.parametrize("options", [
    {"batch_size": None}, {"batch_size": 1}, {"validation": None}, {"metrics": None},
    {"schedule": None}, {"seed": random.Random(3)},
])  # fmt: skip
def test_whatever_the_training_it_goes_on_to_the_bit(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    """With and without each of its parts."""

    def train(name: str, epochs: int, **more: Any) -> tuple[nn.History, list[str]]:
        """A training whose generator begins where the others' began."""
        seed = {"seed": random.Random(3)} if "seed" in options else {}
        return _fit(tmp_path / name, epochs, **(options | seed | more))

    whole = train("whole", 5)
    train("run", 2)
    assert train("run", 5, resume=tmp_path / "run") == whole


def test_the_shared_generator_goes_on_too(tmp_path: Path) -> None:
    """Where no seed is given, Python's own generator decides, and is put back."""
    random.seed(11)
    whole = _fit(tmp_path / "whole", 5, seed=None)
    random.seed(11)
    _fit(tmp_path / "run", 2, seed=None)
    random.seed(99)
    assert _fit(tmp_path / "run", 5, seed=None, resume=tmp_path / "run") == whole


@pytest.mark.parametrize("call", [1, 8, 12, 17])
def test_ctrl_c_in_the_middle_of_an_epoch_costs_that_epoch(tmp_path: Path, call: int) -> None:
    """An epoch is seven batches and the validation; training continues from the last one."""
    path = tmp_path / "run"
    whole = _fit(tmp_path / "whole", 4)
    history, _ = _fit(path, 4, loss=_interrupt_at(call))
    assert (history.interrupted, len(history.loss)) == (True, (call - 1) // 8)
    resume = path if history.loss else None
    assert _fit(path, 4, resume=resume) == whole


def test_a_training_that_was_killed_goes_on_to_the_bit(tmp_path: Path) -> None:
    """By SIGKILL, in the fourth epoch of another process."""
    program = (
        "import os, signal, sys, pathlib; from tests.nn.training.test_checkpoints import _fit\n"
        "kill = lambda history: len(history.loss) == 4 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "_fit(pathlib.Path(sys.argv[1]), 6, watch=kill)\n"
    )
    path = tmp_path / "run"
    command = [sys.executable, "-c", program, str(path)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert len(read_model_file(path)[0]["training/history/loss"].numbers) == 3
    assert _fit(path, 6, resume=path) == _fit(tmp_path / "whole", 6)


def test_a_training_that_was_over_stays_over(tmp_path: Path) -> None:
    """Nothing is trained, and early stopping puts back the same parameters."""
    path = tmp_path / "run"
    callbacks = [nn.EarlyStopping(2, min_delta=0.5), nn.Checkpoint(path)]
    first = _fit(path, 30, callbacks=callbacks)
    assert len(first[0].loss) < 30
    assert _fit(path, 30, callbacks=callbacks, resume=path) == first


def test_a_training_may_get_more_epochs(tmp_path: Path) -> None:
    """As if it had been given them at first, though the best parameters had been put back."""
    whole = _fit(tmp_path / "whole", 9)
    _fit(tmp_path / "run", 3)
    assert _fit(tmp_path / "run", 9, resume=tmp_path / "run") == whole


def test_the_file_is_written_every_few_epochs_and_at_the_end(tmp_path: Path) -> None:
    """Not more often than it is told."""
    path, seen = tmp_path / "run", []

    def look(_: nn.History) -> None:
        """How many epochs the file has, at the end of the next one."""
        tensors = read_model_file(path)[0] if path.exists() else {}
        seen.append(len(tensors["training/history/loss"].numbers) if tensors else 0)

    _fit(path, 8, callbacks=[nn.Checkpoint(path, every=3)], watch=look)
    assert seen == [0, 0, 0, 3, 3, 3, 6, 6]
    assert len(read_model_file(path)[0]["training/history/loss"].numbers) == 8


def test_a_checkpoint_is_a_model_file(tmp_path: Path) -> None:
    """`nn.load` gives the model as it was after the last epoch."""
    _, parameters = _fit(tmp_path / "run", 3, callbacks=[nn.Checkpoint(tmp_path / "run")])
    model = nn.load(tmp_path / "run")
    assert repr(model) == "MLP(2 → 4 swish → 1 identity; 21 parameters)"
    assert [parameter.data.hex() for parameter in model.parameters()] == parameters


def test_other_tools_can_read_what_a_training_remembers(tmp_path: Path) -> None:
    """Lists of numbers are tensors, named after the optimizer or the callback."""
    _fit(tmp_path / "run", 2)
    tensors, _ = read_model_file(tmp_path / "run")
    names = [name for name in tensors if name.startswith("training/")]
    assert sorted(names) == [
        "training/callbacks/0/state/parameters",
        "training/history/loss",
        "training/history/metrics/accuracy",
        "training/history/metrics/squares",
        "training/history/validation_loss",
        "training/history/validation_metrics/accuracy",
        "training/history/validation_metrics/squares",
        "training/optimizer/first_moment",
        "training/optimizer/second_moment",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"optimizer": "momentum"}, "state must have the entries optimizer, steps"),
        ({"metrics": {"accuracy": nn.accuracy}}, "its history has the columns"),
        ({"metrics": None}, "its history has the columns"),
        (
            {"metrics": {"accuracy": nn.accuracy, "squares": nn.half_squared_error}},
            "metrics was .*'mean_squared_error'.* and is .*'half_squared_error'",
        ),
        ({"validation": None}, "its history has the columns"),
        ({"callbacks": []}, r"its callbacks are \['EarlyStopping', 'Checkpoint'\], those of fit"),
        (
            {"callbacks": [nn.EarlyStopping(), nn.EarlyStopping()]},
            r"those of fit \['EarlyStopping', 'EarlyStopping'\]",
        ),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(
    tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    """The error says what differs."""
    path = tmp_path / "run"
    _fit(path, 1)
    with pytest.raises(
        nn.ModelFileError, match=f"it is no checkpoint of this training .*{message}"
    ):
        _fit(path, 2, resume=path, **options)


@pytest.mark.parametrize(("before", "after"), [(None, _HELD_OUT), (_HELD_OUT, None)])
def test_validation_is_there_in_both_or_in_none(tmp_path: Path, before: Any, after: Any) -> None:
    """The column of its loss tells it, also where there are no metrics."""
    path = tmp_path / "run"
    callbacks = [nn.Checkpoint(path)]
    _fit(path, 1, metrics=None, callbacks=callbacks, validation=before)
    with pytest.raises(nn.ModelFileError, match="its history has the columns"):
        _fit(path, 2, metrics=None, callbacks=callbacks, validation=after, resume=path)


def test_a_training_with_more_epochs_behind_it_than_are_asked_for_is_over(tmp_path: Path) -> None:
    """Nothing is learnt, and nothing taken back."""
    path = tmp_path / "run"
    history, parameters = _fit(path, 3)
    resumed, same = _fit(path, 2, resume=path)
    assert (resumed.loss, same) == (history.loss, parameters)


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    """And nothing has been changed: neither the model nor the optimizer."""
    path = tmp_path / "run"
    _fit(path, 1)
    other = nn.MLP(2, [5, 1], "swish", seed=0)
    optimizer = nn.Adam(other.parameters(), learning_rate=0.05)
    before = [[p.data for p in other.parameters()], optimizer.state()]
    with pytest.raises(nn.ModelFileError, match=r"the tensor 'layer1\.\w' has the shape"):
        nn.fit(
            other, _X, _Y, loss=nn.hinge, optimizer=optimizer, epochs=2, progress=False,
            validation=_HELD_OUT, resume=path, callbacks=[nn.EarlyStopping(), nn.Checkpoint(path)],
            metrics={"accuracy": nn.accuracy, "squares": nn.mean_squared_error},
        )  # fmt: skip
    assert [[p.data for p in other.parameters()], optimizer.state()] == before


def test_a_model_without_a_training_is_refused(tmp_path: Path) -> None:
    """It has parameters, but nothing to go on with."""
    nn.MLP(2, [4, 1], "swish", seed=0).save(tmp_path / "model")
    with pytest.raises(nn.ModelFileError, match="it is no checkpoint of this training"):
        _fit(tmp_path / "run", 2, resume=tmp_path / "model")


def test_a_checkpoint_that_is_missing_is_another_error(tmp_path: Path) -> None:
    """FileNotFoundError, before anything is trained."""
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*nothing'"):
        _fit(tmp_path / "run", 2, resume=tmp_path / "nothing")


@pytest.mark.parametrize(
    "draws",
    [
        *(None, [], [3], [3, [1, 2], None], [3, "x" * 625, None], [3, [0] * 625, {}]),
        *([3, [2**40] * 625, None], [9, [0] * 625, None], [3, [-1] * 624 + [700], None]),
    ],
)
def test_random_numbers_that_cannot_be_are_refused(tmp_path: Path, draws: Any) -> None:
    """Whatever stands in their place."""
    path = tmp_path / "run"
    _fit(path, 1)
    _retell(path, lambda training: training.update(draws=draws))
    with pytest.raises(nn.ModelFileError):
        _fit(path, 2, resume=path)


@pytest.mark.parametrize(
    "changes",
    [
        *({"history": {}}, {"history": None}, {"history": [1.0]}, {"optimizer": {}}),
        *({"callbacks": None}, {"callbacks": [None, None]}, {"callbacks": {}}),
        {"callbacks": [{"callback": "EarlyStopping"}, {"callback": "Checkpoint"}]},
    ],
)
def test_a_state_that_is_none_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Whatever stands in its place."""
    path = tmp_path / "run"
    _fit(path, 1)
    _retell(path, lambda training: training.update(changes))
    with pytest.raises(nn.ModelFileError, match="it is no checkpoint of this training"):
        _fit(path, 2, resume=path)


@pytest.mark.parametrize(
    "changes",
    [
        *({"loss": [1.0, 2.0]}, {"loss": ["1"]}, {"loss": 1}, {"loss": []}, {"stopped": 1}),
        *({"metrics": {}}, {"metrics": ["accuracy", "squares"]}, {"validation_loss": []}),
        {"validation_metrics": {"accuracy": [1.0], "squares": [1]}},
    ],
)
def test_a_history_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Every column must be there, with a number for each epoch."""
    path = tmp_path / "run"
    _fit(path, 1)
    _retell(path, lambda training: training["history"].update(changes))
    with pytest.raises(nn.ModelFileError, match="it is no checkpoint of this training"):
        _fit(path, 2, resume=path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"X": [[a, b + 1e-9] for a, b in _X]}, "X is not the same data"),
        ({"y": [-label for label in _Y]}, "y is not the same data"),
        ({"X": _X[:-1], "y": _Y[:-1]}, "X is not the same data, y is not the same data"),
        ({"validation": (_X, _Y)}, "validation is not the same data"),
        ({"loss": nn.perceptron_criterion}, "loss was 'hinge' and is 'perceptron_criterion'"),
        ({"loss": partial(nn.hinge, reduction="sum")}, r"is \"hinge\(reduction='sum'\)\""),
        ({"loss": lambda p, t: nn.mean_squared_error(p, t)}, "is '<lambda> .nn mean_squared_error"),
        ({"loss": nn.Neuron(1)}, "loss was 'hinge' and is 'Neuron'"),
        ({"batch_size": 4}, "batch_size was 3 and is 4"),
        ({"batch_size": None}, "batch_size was 3 and is None"),
        ({"seed": 6}, "seed was 5 and is 6"),
    ],
)
def test_another_call_is_refused(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    """The error names the argument that differs; nothing has been changed."""
    path = tmp_path / "run"
    _fit(path, 1)
    model = nn.MLP(2, [4, 1], "swish", seed=0)
    optimizer = nn.Adam(model.parameters(), learning_rate=0.05)
    before = [[p.data for p in model.parameters()], optimizer.state()]
    usual: dict[str, Any] = {
        "X": _X, "y": _Y, "loss": nn.hinge, "batch_size": 3, "seed": 5, "validation": _HELD_OUT,
        "callbacks": [nn.EarlyStopping(20), nn.Checkpoint(path)], "progress": False,
        "metrics": {"accuracy": nn.accuracy, "squares": nn.mean_squared_error},
    }  # fmt: skip
    with pytest.raises(nn.ModelFileError, match=f"fit was given others than at first: .*{message}"):
        nn.fit(model, optimizer=optimizer, epochs=2, resume=path, **(usual | options))
    assert [[p.data for p in model.parameters()], optimizer.state()] == before


def test_the_same_call_in_other_words_goes_on(tmp_path: Path) -> None:
    """Arrays in the place of lists, and a generator in the place of a seed: its state is known."""
    whole, path = _fit(tmp_path / "whole", 4), tmp_path / "run"
    _fit(path, 2)
    model, size = nn.MLP(2, [4, 1], "swish", seed=0), cast("int", np.int64(3))
    history = nn.fit(
        model, np.array(_X), np.array(_Y), loss=nn.hinge, batch_size=size, resume=path,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.05), seed=random.Random(99),
        metrics={"accuracy": nn.accuracy, "squares": nn.mean_squared_error}, progress=False,
        validation=_HELD_OUT, schedule=lambda epoch: 0.05 / (1 + epoch), epochs=4,
        callbacks=[nn.EarlyStopping(20), nn.Checkpoint(path)],
    )  # fmt: skip
    assert (history, [parameter.data.hex() for parameter in model.parameters()]) == whole


def test_targets_of_every_kind_are_compared(tmp_path: Path) -> None:
    """Rows, texts, and objects by their class: a loss of one's own takes what it will."""
    path = tmp_path / "run"

    def loss(predictions: Any, targets: Any) -> Value:
        """The mean of the predictions."""
        return Value.sum(predictions) / len(targets)

    cases: list[tuple[list[Any], list[Any], bool]] = [
        (["a", "b"], ["a", "b"], True), (["a", "b"], ["a", "c"], False),
        ([[1], [2, 3]], [[1.0], [2.0, 3.0]], True), ([[1], [2, 3]], [[1, 2], [3]], False),
 ([1, None], [1.0, None], True), ([1, None], [2, None], False),
        ([object(), None], [object(), None], True), ([object(), None], [None, None], False),
    ]  # fmt: skip
    for first, second, is_same in cases:
        train = partial(_fit_few, path, loss)
        train(first, 1)
        if is_same:
            assert len(train(second, 2, resume=path).loss) == 2
        else:
            with pytest.raises(nn.ModelFileError, match="y is not the same data"):
                train(second, 2, resume=path)


def _fit_few(
    path: Path, loss: Any, targets: list[Any], epochs: int, resume: Path | None = None
) -> nn.History:
    """A training with two targets of any kind."""
    model = nn.Neuron(1, "identity", seed=0)
    return nn.fit(
        model, [[0.0], [1.0]], targets, loss=loss, optimizer=nn.SGD(model.parameters()),
        epochs=epochs, callbacks=[nn.Checkpoint(path)], progress=False, resume=resume,
    )  # fmt: skip


def test_a_checkpoint_of_a_model_with_other_activations_is_refused(tmp_path: Path) -> None:
    """Though the numbers would fit."""
    path = tmp_path / "run"
    for model, other in (
        (nn.MLP(2, [4, 1], "tanh", seed=0), nn.MLP(2, [4, 1], "relu", seed=0)),
        (nn.MLP(2, [4, 1], "tanh", seed=0), nn.MLP(2, [4, 1], ["tanh", "tanh"], seed=0)),
    ):
        usual: dict[str, Any] = {"loss": nn.hinge, "progress": False}
        usual["callbacks"] = [nn.Checkpoint(path)]
        nn.fit(model, _X, _Y, optimizer=nn.SGD(model.parameters()), epochs=1, **usual)
        with pytest.raises(nn.ModelFileError, match=r"its model has activation .*tanh"):
            nn.fit(other, _X, _Y, optimizer=nn.SGD(other.parameters()), epochs=2, resume=path,
                   **usual)  # fmt: skip


def _halved(run: TrainingRun) -> None:
    """A callback that halves the learning rate."""
    run.optimizer.learning_rate /= 2


def test_settings_that_were_changed_on_purpose_are_taken(tmp_path: Path) -> None:
    """They differ from those of the first call; what a callback has changed goes on."""
    path = tmp_path / "run"

    def train(epochs: int, resume: Path | None = None, **settings: Any) -> nn.Optimizer:
        """A training with these settings, whose rate a callback halves; gives the optimizer."""
        model = nn.MLP(2, [4, 1], "swish", seed=0)
        optimizer = nn.SGD(model.parameters(), **settings)
        nn.fit(model, _X, _Y, loss=nn.hinge, optimizer=optimizer, epochs=epochs, resume=resume,
               callbacks=[_halved, nn.Checkpoint(path)], progress=False)  # fmt: skip
        return optimizer

    assert train(2, learning_rate=0.8).learning_rate == 0.2
    same = train(3, path, learning_rate=0.8, momentum=0.5, clip_norm=1.0)
    assert (same.learning_rate, same.state()["momentum"], same.clip_norm) == (0.1, 0.5, 1.0)
    assert train(4, path, learning_rate=1.6, momentum=0.5).learning_rate == 0.8
    assert train(4, path, learning_rate=1.6, momentum=0.5).clip_norm == math.inf


def test_a_training_that_early_stopping_ended_goes_on_with_more_patience(tmp_path: Path) -> None:
    """As if it had had it from the first epoch."""

    def train(name: str, patience: float, resume: Path | None = None) -> Any:
        """A training that makes no progress."""
        path = tmp_path / name
        stopping = nn.EarlyStopping(patience, min_delta=9.0)
        return _fit(path, 30, callbacks=[stopping, nn.Checkpoint(path)], resume=resume)

    whole = train("whole", 7)
    assert len(whole[0].loss) == 8
    assert len(train("run", 2)[0].loss) == 3
    assert train("run", 2, resume=tmp_path / "run")[0].stopped == "no progress for 2 epochs"
    assert train("run", 7, resume=tmp_path / "run") == whole
    assert train("run", math.inf, resume=tmp_path / "run") == train("for ever", math.inf)


def test_a_training_that_a_callback_of_ones_own_ended_stays_over(tmp_path: Path) -> None:
    """Nobody knows whether it would end now."""
    path = tmp_path / "run"
    stop = lambda run: run.stop("enough") if run.epoch == 2 else None  # noqa: E731
    callbacks = [stop, nn.EarlyStopping(20), nn.Checkpoint(path)]
    first = _fit(path, 9, callbacks=callbacks)
    assert _fit(path, 9, callbacks=callbacks, resume=path) == first


def test_a_training_that_a_bad_schedule_ended_goes_on_with_a_better_one(tmp_path: Path) -> None:
    """To the bit as if it had been good from the beginning."""
    path = tmp_path / "run"

    def good(epoch: int) -> float:
        """A schedule."""
        return 0.05 / (1 + epoch)

    whole = _fit(tmp_path / "whole", 5, schedule=good)
    with pytest.warns(
        UserWarning, match="schedule: learning_rate must be .*, got nan, for epoch 3"
    ):
        _fit(path, 5, schedule=lambda epoch: good(epoch) if epoch < 3 else math.nan)
    assert _fit(path, 5, schedule=good, resume=path) == whole


def test_a_checkpoint_from_before_calls_were_kept_goes_on(tmp_path: Path) -> None:
    """With a warning, since other data would not be found out."""
    path = tmp_path / "run"
    whole = _fit(tmp_path / "whole", 4)
    _fit(path, 2)
    _retell(path, lambda training: training.pop("call"))
    with pytest.warns(UserWarning, match="resume: .* was written before checkpoints kept what fit"):
        assert _fit(path, 4, resume=path) == whole


@pytest.mark.parametrize("call", [{}, 5, "x", {"X": 1}, []])
def test_a_call_that_is_none_is_refused(tmp_path: Path, call: Any) -> None:
    """Whatever stands in its place."""
    path = tmp_path / "run"
    _fit(path, 1)
    _retell(path, lambda training: training.update(call=call))
    with pytest.raises(nn.ModelFileError, match="it is no checkpoint of this training"):
        _fit(path, 2, resume=path)


class _Still:
    """An optimizer without a state."""

    def step(self) -> None:
        """Move nothing."""

    def zero_grad(self) -> None:
        """Forget nothing."""


@pytest.mark.parametrize("options", [{}, {"callbacks": [], "resume": "run"}])
def test_an_optimizer_without_a_state_cannot_go_on(tmp_path: Path, options: dict[str, Any]) -> None:
    """The error says so before anything is trained."""
    model = nn.MLP(2, [1], seed=0)
    usual: dict[str, Any] = {"callbacks": [nn.Checkpoint(tmp_path / "run")]}
    with pytest.raises(TypeError, match=r"optimizer must have state\(\) and restore\(state\)"):
        nn.fit(model, _X, _Y, loss=nn.hinge, optimizer=_Still(), epochs=1, progress=False,
               **(usual | options))  # fmt: skip


def test_a_checkpoint_is_the_last_callback(tmp_path: Path) -> None:
    """Else it would miss what the others do."""
    callbacks = [nn.Checkpoint(tmp_path / "run"), nn.EarlyStopping()]
    with pytest.raises(ValueError, match="callbacks: a Checkpoint must be the last one"):
        _fit(tmp_path / "run", 1, callbacks=callbacks)


def test_a_folder_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    """Not after an epoch that would be lost."""
    losses: list[int] = []
    with pytest.raises(FileNotFoundError, match=r"the folder '.*nowhere' does not exist"):
        _fit(tmp_path / "nowhere" / "run", 1, watch=lambda history: losses.append(1))
    assert losses == []


@pytest.mark.parametrize(
    ("every", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), ("1", TypeError)]
)
def test_every_is_a_number_of_epochs(every: Any, error: type[Exception]) -> None:
    """The error names the argument."""
    with pytest.raises(error, match="every must be"):
        nn.Checkpoint("run", every)


def test_random_numbers_without_a_state_cannot_go_on(tmp_path: Path) -> None:
    """The generator of the operating system has no state; the error comes before training."""
    with pytest.raises(NotImplementedError, match="does not have state"):
        _fit(tmp_path / "run", 1, seed=random.SystemRandom())


def test_a_checkpoint_says_what_it_is() -> None:
    """Its repr has the path and how often it is written."""
    assert repr(nn.Checkpoint("run.safetensors", 5)) == "Checkpoint('run.safetensors', every=5)"


def test_a_checkpoint_of_other_functions_is_refused(tmp_path: Path) -> None:
    """Though all names and shapes are the same; and nothing has been changed."""
    path = tmp_path / "run"
    model = nn.MLP(2, [4, 1], "tanh", seed=0)
    again = nn.MLP(2, [4, 1], "relu", seed=1)

    def trained(model: nn.MLP, **more: Any) -> nn.History:
        """A training of one epoch, written to the file."""
        return nn.fit(model, [[0.0, 1.0]], [1.0], loss=nn.mean_squared_error, epochs=2,
                      optimizer=nn.SGD(model.parameters()), callbacks=[nn.Checkpoint(path)],
                      progress=False, **more)  # fmt: skip

    trained(model)
    before = [each.data for each in again.parameters()]
    with pytest.raises(nn.ModelFileError, match=r"its model has activation \['tanh', 'identity'\]"):
        trained(again, resume=path)
    assert [each.data for each in again.parameters()] == before
