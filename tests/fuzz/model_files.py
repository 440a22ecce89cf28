"""Broken and hostile model files and checkpoints, thousands of them, other ones in every run.

    python -m tests.fuzz.model_files [count] [seed]

Each is a good file with a few changes, half of them such that the format itself finds no fault.
Reading it must give a model or raise ModelFileError, do nothing that Python tells its auditors (see
`sys.audit`: no import, no compiled code, no process, no other file), and take no longer than a
second.
"""

import sys
import warnings
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import nn
from engine import Value
from nn.arguments.examples import Examples
from nn.training.checkpoints import call_of, resumed, settings_given
from nn.training.job import Job
from nn.training.run import Callback, TrainingRun

from .mutated_files import mutated

LIMIT = 1.0  # seconds for one file

_X, _Y = [[0.0, 1.0], [1.0, 0.5], [-1.0, 2.0]], [1, -1, 1]


def model() -> nn.MLP:
    """A small network."""
    return nn.MLP(2, [3, 1], "tanh", seed=0)


class Remembering(nn.Module[Any]):
    """A module that remembers something of each kind."""

    remembers = ("draws", "mean", "seen")

    def __init__(self) -> None:
        self.net, self.draws, self.mean = model(), Random(0), 0.5
        self.seen: Any = {"last": (Value(2.0), [1.0, 2.0]), 3: deque([None, "text"], 4)}


def fill(path: Path) -> None:
    """Give such a module what a file has; if it cannot be, it is as it was."""
    learner = Remembering()
    before = [learner.remembered(), [parameter.data for parameter in learner.parameters()]]
    try:
        nn.load(path, into=learner)
    except nn.ModelFileError:
        assert [learner.remembered(), [each.data for each in learner.parameters()]] == before
        raise


def train(path: Path) -> None:
    """Write the checkpoint of a short training."""
    learner = model()
    nn.fit(
        learner, _X, _Y, loss=nn.hinge, optimizer=nn.Adam(learner.parameters()), epochs=2,
        batch_size=2, metrics={"accuracy": nn.accuracy}, validation=(_X, _Y), progress=False,
        callbacks=[nn.EarlyStopping(), nn.Checkpoint(path)],
    )  # fmt: skip


def resume(path: Path) -> None:
    """Go on with that training; if it cannot be, the model is as it was."""
    learner = model()
    before = [parameter.data for parameter in learner.parameters()]
    columns: dict[str, Any] = {"metrics": {"accuracy": []}, "validation_metrics": {"accuracy": []}}
    callbacks: list[Callback] = [nn.EarlyStopping(), nn.Checkpoint(path)]
    optimizer, data = nn.Adam(learner.parameters()), Examples(_X, _Y)
    job = Job(
        model=learner, loss=nn.hinge, optimizer=optimizer, learnt=data, held_out=data, epochs=3,
        batch_size=2, metrics={"accuracy": nn.accuracy}, schedule=None, watch=None,
        callbacks=callbacks, compiled=False,
    )  # fmt: skip
    call = partial(call_of, job, 0, settings_given(optimizer))
    run = TrainingRun(learner, optimizer, nn.History(**columns), 3, Random(), callbacks,
                      is_validated=True, call=call)  # fmt: skip
    run.begin()
    try:
        with warnings.catch_warnings():  # to show one, Python opens the file with the line
            warnings.filterwarnings("ignore", "resume: .* before checkpoints kept what fit was")
            resumed(run, path)
    except nn.ModelFileError:
        assert [parameter.data for parameter in learner.parameters()] == before
        raise


def good_files(folder: Path) -> list[tuple[bytes, Callable[[Path], Any]]]:
    """Files as they should be, and what reads them."""
    inner = nn.Sequential(nn.GEGLU(3, 3, seed=0), nn.Residual(nn.Layer(3, 3, "swish", seed=0)))
    outer = nn.Sequential(nn.Embedding(4, 3, seed=0), nn.Residual(inner), nn.softmax)
    seeing = nn.Sequential(nn.Reshape(1, 3, 3), nn.Convolution(1, 2, [2, 2]), nn.MaxPooling([2, 2]))
    reading = nn.Sequential(
        nn.Convolution(2, 2, [2], padding=1), nn.LSTM(2, 2), nn.GRU(2, 2), nn.Recurrent(2, 2),
        nn.Attention(2, 2, causal=True), nn.EachStep(nn.LayerNorm(2)), nn.LastStep(),
        nn.RMSNorm(2), nn.Dropout(0.5),
    )  # fmt: skip
    models = [model(), nn.Layer(3, 2, seed=0), nn.Perceptron(4, seed=0), outer, seeing, reading]
    found: list[tuple[bytes, Callable[[Path], Any]]] = []
    path = folder / "good"
    for each in models:
        each.save(path)
        found.append((path.read_bytes(), nn.load))
    Remembering().save(path)
    found.append((path.read_bytes(), fill))
    train(path)
    return [*found, (path.read_bytes(), nn.load), (path.read_bytes(), resume)]


# What is told of and touches nothing: looking at an address, and making an array of numbers.
_HARMLESS = {"builtins.id", "array.__new__"}


class Auditor:
    """Notes what Python does while it reads a file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.is_on = False
        self.noted: Counter[str] = Counter()
        sys.addaudithook(self._note)

    def _note(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.is_on or event in _HARMLESS:
            return
        if event != "open" or given[:2] != (self.path, "r"):
            self.noted[f"{event} {given!r}"] += 1


def main(count: int = 20_000, seed: int | None = None) -> int:
    """Read so many mutants, and print what came of it; the exit status is 1 for any fault."""
    seed = SystemRandom().randrange(2**32) if seed is None else seed
    numbers, outcomes, slowest = Random(seed), Counter[str](), 0.0
    with TemporaryDirectory() as name:
        files, path = good_files(Path(name)), Path(name) / "mutant"
        auditor = Auditor(path)
        for content, read in files:
            path.write_bytes(content)
            read(path)  # a file without a change, and all imports
        for _ in range(count):
            content, read = numbers.choice(files)
            path.write_bytes(mutated(content, numbers))
            auditor.is_on = True
            start = perf_counter()
            outcomes[_outcome(read, path)] += 1
            slowest = max(slowest, perf_counter() - start)
            auditor.is_on = False
    faults = [each for each in outcomes if each not in ("read", "ModelFileError")]
    print(f"{count:,} mutants of {len(files)} files (seed {seed}): {dict(outcomes)}; "
          f"slowest {slowest:.3f} s; {len(auditor.noted)} forbidden deeds")  # fmt: skip
    print(*auditor.noted, sep="\n", end="")
    return int(bool(faults or auditor.noted or slowest > LIMIT))


def _outcome(read: Callable[[Path], Any], path: Path) -> str:
    """What reading a file ends in: "read", or the error."""
    try:
        read(path)
    except BaseException as error:  # whatever it is, it is counted
        return type(error).__name__ if isinstance(error, nn.ModelFileError) else repr(error)[:200]
    return "read"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
