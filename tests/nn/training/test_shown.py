"""Compiled training is a plain loop over a compiled program, to the bit, to whoever looks at it.

The loop puts every number into its Value in every step: into `grad` what the program gives, and
into `data` what the optimizer makes of that. Machine code adds up the length of a gradient, by
which it is clipped, in vectors, and so in another order than the optimizer does.
"""

import gc
import random
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import engine
import nn
from engine import Value
from engine.compiler.runtime import backends
from nn.training.run import TrainingRun
from tests.back_ends import demand_installed

_draws = random.Random(3)
_X = [[_draws.gauss(0, 1) for _ in range(3)] for _ in range(24)]
_SIGNS = [1 if a * b > c else -1 for a, b, c in _X]
_CLASSES = [int(a > 0) + int(b > 0.5) for a, b, _ in _X]
_PAIRS = [[a * b, b - c] for a, b, c in _X]

# What can be seen of a model: its parameters and their gradients.
Seen = tuple[list[float], list[float]]

Loss = Callable[[Any, Any], Value]


class Task(NamedTuple):
    """A loss, the targets that it is given, and the number of outputs."""

    loss: Loss
    targets: list[Any]
    outputs: int


_HINGE = Task(nn.hinge, _SIGNS, 1)
_TASKS = {
    "hinge": _HINGE,
    "sum": Task(lambda p, t: nn.hinge(p, t, "sum"), _SIGNS, 1),
    "classes": Task(nn.cross_entropy, _CLASSES, 3),
    "rows": Task(nn.mean_squared_error, _PAIRS, 2),
}
_OPTIMIZERS: dict[str, Callable[[list[Value]], nn.Optimizer]] = {
    "SGD": lambda p: nn.SGD(p, 0.05),
    "momentum": lambda p: nn.SGD(p, 0.05, 0.9, weight_decay=0.01),
    "Nesterov": lambda p: nn.SGD(p, 0.05, 0.9, nesterov=True),
    "RMSprop": lambda p: nn.RMSprop(p, 0.01, weight_decay=0.01),
    "Adam": lambda p: nn.Adam(p, 0.02),
    "AdamW": lambda p: nn.AdamW(p, 0.02),
    "clipped SGD": lambda p: nn.SGD(p, 0.05, 0.5, clip_norm=0.2),
    "clipped Adam": lambda p: nn.Adam(p, 0.02, weight_decay=0.1, clip_norm=0.1),
}


def _seen(model: nn.Module[Any]) -> Seen:
    """What can be seen of a model now."""
    parameters = model.parameters()
    return [p.data for p in parameters], [p.grad for p in parameters]


class Loop:
    """The plain loop; `steps` and `epochs` have what was seen before each step and after epochs."""

    def __init__(
        self,
        task: Task = _HINGE,
        make: Callable[[list[Value]], nn.Optimizer] = _OPTIMIZERS["Adam"],
        size: int | None = 7,
        schedule: Callable[[int], float] | None = None,
        done: Callable[["Loop"], object] = lambda loop: None,
        epochs: int = 3,
    ) -> None:
        self.model = nn.MLP(3, [4, task.outputs], "tanh", seed=1)
        self.optimizer = make(self.model.parameters())
        self.loss: list[float] = []
        self.validation_loss: list[float] = []
        self.predicted: list[list[float]] = []
        self.steps: list[Seen] = []
        self.epochs: list[Seen] = []
        self._is_sum = task is _TASKS["sum"]
        self._program = self._compiled(task)
        self._predict = engine.compile(self.model, parameters=self.model.parameters(),
                                       gradient=False)  # fmt: skip
        draws = random.Random(0)
        for epoch in range(epochs):
            if schedule is not None:
                self.optimizer.learning_rate = schedule(epoch)
            self._learn(size, draws)
            self.validation_loss.append(self._passed(range(24))[0])
            self.epochs.append(_seen(self.model))
            done(self)

    def _compiled(self, task: Task) -> Any:
        """The program of the loss of one example; classes and signs are looked up."""
        kinds = list(dict.fromkeys(map(str, task.targets)))
        is_pairs = task.targets is _PAIRS
        self._targets = np.array(_PAIRS) if is_pairs else np.array(
            [kinds.index(str(each)) for each in task.targets])  # fmt: skip
        return engine.compile(
            lambda x, t: task.loss([self.model(x)], [t if is_pairs else int(kinds[t])]),
            parameters=self.model.parameters(),
        )

    def _passed(self, places: Any) -> tuple[float, Any]:
        """The loss and the gradient of a batch."""
        batch = list(places)
        value, gradient = self._program(np.array([_X[i] for i in batch]), self._targets[batch])
        times = len(batch) if self._is_sum else 1
        return times * value, times * gradient

    def _learn(self, size: int | None, draws: random.Random) -> None:
        """One epoch."""
        order = list(range(24))
        if size is not None:
            draws.shuffle(order)
        total = 0.0
        for start in range(0, 24, size or 24):
            batch = order[start : start + (size or 24)]
            self.predicted.append(self._predict(np.array([_X[i] for i in batch])).ravel().tolist())
            value, gradient = self._passed(batch)
            for parameter, slope in zip(self.model.parameters(), gradient.tolist(), strict=True):
                parameter.grad = slope
            self.steps.append(_seen(self.model))
            self.optimizer.step()
            total += value if self._is_sum else value * len(batch)
        self.loss.append(total if self._is_sum else total / 24)


def _fit(
    task: Task = _HINGE,
    make: Callable[[list[Value]], Any] = _OPTIMIZERS["Adam"],
    size: int | None = 7,
    **options: Any,
) -> tuple[nn.MLP, nn.History]:
    """The model and the history of a compiled training."""
    model = nn.MLP(3, [4, task.outputs], "tanh", seed=1)
    options = {"epochs": 3, "progress": False} | options
    history = nn.fit(model, _X, task.targets, loss=task.loss, optimizer=make(model.parameters()),
                     batch_size=size, compiled=True, **options)  # fmt: skip
    return model, history


# Each optimizer with a task, and each task with an optimizer.
_PAIRED = list(dict.fromkeys([*((each, "hinge") for each in _OPTIMIZERS),
                              *(("clipped Adam", each) for each in _TASKS)]))  # fmt: skip


@pytest.fixture(params=["numpy", "native"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What computes all programs."""
    name: str = request.param
    demand_installed(name)
    monkeypatch.setattr(backends, "DEFAULT", name)
    return name


@pytest.mark.parametrize("size", [None, 7])
@pytest.mark.parametrize(("make", "task"), _PAIRED)
def test_training_is_the_plain_loop_to_the_bit(
    make: str, task: str, size: int | None, backend: str
) -> None:
    """Parameters, losses and losses on what is held out, also where the last batch is smaller."""
    loop = Loop(_TASKS[task], _OPTIMIZERS[make], size)
    model, history = _fit(_TASKS[task], _OPTIMIZERS[make], size,
                          validation=(_X, _TASKS[task].targets))  # fmt: skip
    found = history.loss, history.validation_loss, _seen(model)[0]
    wanted = loop.loss, loop.validation_loss, loop.epochs[-1][0]
    if backend == "native" and "clipped" in make:
        for ours, theirs in zip(found, wanted, strict=True):
            assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-14)
    else:
        assert found == wanted


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("make", ["SGD", "Adam"])
def test_a_penalty_is_part_of_the_loop(make: str) -> None:
    """On parameters that the loss reaches by itself."""
    held: list[Value] = []

    def optimizer(parameters: list[Value]) -> nn.Optimizer:
        """The parameters of the model that is trained are those of the penalty."""
        held[:] = parameters
        return _OPTIMIZERS[make](parameters)

    def loss(predictions: Any, targets: Any) -> Value:
        """Hinge and penalty."""
        return nn.hinge(predictions, targets) + nn.l2_penalty(held, 0.1)

    task = Task(loss, _SIGNS, 1)
    loop = Loop(task, optimizer)
    assert _seen(_fit(task, optimizer)[0])[0] == loop.epochs[-1][0]


def test_a_metric_sees_the_parameters_and_gradients_of_every_step() -> None:
    """Those before the step, and its predictions, as in the loop."""
    steps: list[Seen] = []
    predicted: list[list[float]] = []
    loop, model = Loop(), nn.MLP(3, [4, 1], "tanh", seed=1)

    def look(predictions: Any, _: Any) -> float:
        """Nothing to record."""
        steps.append(_seen(model))
        predicted.append([each.data for each in predictions])
        return 0.0

    nn.fit(model, _X, _SIGNS, loss=nn.hinge, optimizer=nn.Adam(model.parameters(), 0.02), epochs=3,
           batch_size=7, compiled=True, progress=False, metrics={"look": look})  # fmt: skip
    assert steps == loop.steps
    assert predicted == loop.predicted


def test_a_metric_of_ones_own_may_read_the_model() -> None:
    """The norm of the weights beside nn.accuracy, which cannot."""
    model = nn.MLP(3, [4, 1], "tanh", seed=1)
    norm = partial(lambda predictions, targets, of: nn.l2_penalty(of, 1.0), of=model.parameters())
    metrics: Any = {"accuracy": nn.accuracy, "norm": norm}
    history = nn.fit(model, _X, _SIGNS, loss=nn.hinge, metrics=metrics, epochs=3, compiled=True,
                     optimizer=nn.Adam(model.parameters(), 0.02), progress=False)  # fmt: skip
    loop = Loop(size=None)
    wanted = [nn.l2_penalty(list(map(Value, numbers)), 1.0).data for numbers, _ in loop.steps]
    assert history.metrics["norm"] == wanted


@pytest.mark.parametrize("size", [None, 7])
def test_who_is_called_between_epochs_sees_what_the_loop_has(size: int | None) -> None:
    """A callback, what watches and a schedule; each alone, too."""
    loop = Loop(size=size, schedule=lambda _: 0.02)
    hooks: dict[str, Callable[[Callable[[], object]], Any]] = {
        "callbacks": lambda look: [lambda run: look()],
        "watch": lambda look: lambda history: look(),
        "schedule": lambda look: lambda epoch: (look(), 0.02)[1],
    }
    for names in (["callbacks"], ["watch"], ["schedule"], [*hooks]):
        model = nn.MLP(3, [4, 1], "tanh", seed=1)
        seen: list[Seen] = []
        look = lambda model=model, seen=seen: seen.append(_seen(model))  # noqa: E731
        nn.fit(model, _X, _SIGNS, loss=nn.hinge, optimizer=nn.Adam(model.parameters(), 0.02),
               epochs=3, batch_size=size, compiled=True, progress=False,
               **{name: hooks[name](look) for name in names})  # fmt: skip
        if names == ["schedule"]:
            assert seen[1:] == loop.epochs[:2]
        else:
            assert [each for each in seen if each in loop.epochs][-1] == loop.epochs[-1]
            assert all(each in seen for each in loop.epochs)


def test_what_a_callback_sets_counts() -> None:
    """Parameters and the learning rate."""

    def shrink(model: nn.Module[Any], optimizer: Any) -> None:
        """Half of every parameter stays, and of the learning rate."""
        for parameter in model.parameters():
            parameter.data *= 0.5
        optimizer.learning_rate *= 0.5

    loop = Loop(done=lambda loop: shrink(loop.model, loop.optimizer))
    model, history = _fit(callbacks=[lambda run: shrink(run.model, run.optimizer)])
    assert history.loss == loop.loss
    assert _seen(model)[0] == _seen(loop.model)[0]


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("change", [
    lambda optimizer, _: optimizer.parameters.pop(),
    lambda optimizer, parameters: setattr(optimizer, "parameters", parameters[:2]),
    lambda optimizer, parameters: optimizer.__init__(parameters[:2], 0.1),
    lambda optimizer, parameters: setattr(optimizer, "parameters", parameters[::-1]),
])  # fmt: skip
def test_the_parameters_of_an_optimizer_stay_the_same(change: Any) -> None:
    """A callback that freezes some in the middle of training is told so."""
    model = nn.MLP(2, [3, 1], "tanh", seed=0)
    optimizer = nn.Adam(model.parameters())

    def freezing(_: Any) -> None:
        """Change which ones are moved."""
        change(optimizer, model.parameters())

    with pytest.raises(ValueError, match=r"had 13 parameters when training began, and has other"):
        nn.fit(model, [[0.5, 1.0], [1.0, -1.0]], [1.0, 2.0], loss=nn.mean_squared_error,
               optimizer=optimizer, epochs=4, callbacks=[freezing], compiled=True,
               progress=False)  # fmt: skip


def test_what_a_metric_sets_counts() -> None:
    """Where all parameters are put to 0 before each step, the last step is all that is left."""
    model = nn.MLP(3, [4, 1], "tanh", seed=1)

    def forget(model: nn.Module[Any]) -> None:
        """Forget what was learnt."""
        for parameter in model.parameters():
            parameter.data = 0.0

    def clear(_: Any, __: Any) -> float:
        """Nothing to record."""
        forget(model)
        return 0.0

    optimizer = nn.SGD(model.parameters(), 0.5)
    nn.fit(model, _X, _SIGNS, loss=nn.hinge, optimizer=optimizer, epochs=1, batch_size=12,
           compiled=True, progress=False, metrics={"clear": clear}, seed=0)  # fmt: skip
    order = list(range(24))
    random.Random(0).shuffle(order)
    other = nn.MLP(3, [4, 1], "tanh", seed=1)
    steps = nn.SGD(other.parameters(), 0.5)
    for batch in (order[:12], order[12:]):
        steps.zero_grad()
        nn.hinge([other(_X[i]) for i in batch], [_SIGNS[i] for i in batch]).backward()
        forget(other)
        steps.step()
    assert _seen(model)[0] == pytest.approx(_seen(other)[0], rel=1e-12, abs=1e-15)


class _Looking(nn.SGD):
    """Gradient descent whose rule reads the Values, as it may, and notes what they were."""

    elementwise = True

    def __init__(self, parameters: list[Value]) -> None:
        super().__init__(parameters, 0.05)
        self.seen: list[Seen] = []

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any]:
        if not self.seen or isinstance(w, np.ndarray):
            self.seen.append(([p.data for p in self.parameters], [p.grad for p in self.parameters]))
        return super()._stride(w, g, *remembered)


def test_an_optimizer_of_ones_own_sees_every_step() -> None:
    """One that works on arrays; what others see, a loss of them would tell."""
    found: list[_Looking] = []

    def make(parameters: list[Value]) -> _Looking:
        """Keep it."""
        found.append(_Looking(parameters))
        return found[-1]

    _fit(make=make)
    assert found[0].seen == Loop(make=lambda p: nn.SGD(p, 0.05)).steps


class _Halving:
    """What `fit` needs of an optimizer, which clips gradients by itself."""

    def __init__(self, parameters: list[Value]) -> None:
        self.parameters = parameters

    def step(self) -> None:
        """Down half the clipped gradient."""
        nn.clip_by_value(self.parameters, 0.05)
        for parameter in self.parameters:
            parameter.data -= 0.5 * parameter.grad

    def zero_grad(self) -> None:
        """No gradient."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def test_any_object_that_steps_is_an_optimizer() -> None:
    """It moves Values by their gradients, and changes these."""
    make: Any = _Halving
    loop = Loop(make=make)
    seen: list[Seen] = []
    model, history = _fit(make=make, callbacks=[lambda run: seen.append(_seen(run.model))])
    assert seen == loop.epochs
    assert history.loss == loop.loss
    assert _seen(model)[0] == loop.epochs[-1][0]


def test_the_best_parameters_come_back() -> None:
    """EarlyStopping puts back those of the epoch with the lowest loss."""
    loop = Loop(make=lambda p: nn.SGD(p, 8.0), epochs=12)
    best = min(range(12), key=loop.validation_loss.__getitem__)
    model, history = _fit(make=lambda p: nn.SGD(p, 8.0), validation=(_X, _SIGNS), epochs=12,
                          callbacks=[nn.EarlyStopping(12)])  # fmt: skip
    assert 0 < best < 11
    assert history.validation_loss == loop.validation_loss
    assert _seen(model)[0] == loop.epochs[best][0]


def test_a_checkpoint_has_the_parameters_of_its_epoch(tmp_path: Path) -> None:
    """What is loaded is what the loop had, after the second epoch of three."""
    path = tmp_path / "run.safetensors"
    loop = Loop()
    kept: list[bytes] = []

    def keep(_: TrainingRun) -> None:
        """The file of the epoch before."""
        if path.exists():
            kept.append(path.read_bytes())

    _fit(callbacks=[keep, nn.Checkpoint(path)])
    path.write_bytes(kept[-1])
    assert _seen(nn.load(path))[0] == loop.epochs[1][0]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_error_leaves_the_last_whole_step(error: type[BaseException]) -> None:
    """In the middle of the second epoch; the gradients are those of the batch, or 0."""
    loop, calls = Loop(make=_OPTIMIZERS["SGD"]), iter(range(100))
    model = nn.MLP(3, [4, 1], "tanh", seed=1)

    def fail(_: Any, __: Any) -> float:
        """Fail before the seventh step."""
        if next(calls) == 6:
            raise error
        return 0.0

    def fit() -> None:
        """Train until it fails."""
        nn.fit(model, _X, _SIGNS, loss=nn.hinge, optimizer=nn.SGD(model.parameters(), 0.05),
               epochs=3, batch_size=7, compiled=True, progress=False,
               metrics={"fail": fail})  # fmt: skip

    if error is KeyboardInterrupt:
        fit()
        assert _seen(model) == (loop.steps[6][0], [0.0] * 21)
    else:
        with pytest.raises(error):
            fit()
        assert _seen(model) == loop.steps[6]


class _Watch:
    """What watches from the beginning to the end, and sees the model there."""

    def __init__(self, model: nn.Module[Any]) -> None:
        self.model = model
        self.last: Seen = ([], [])

    def __enter__(self) -> None:
        """Training begins from other numbers."""
        for parameter in self.model.parameters():
            parameter.data *= 0.5

    def __call__(self, history: nn.History) -> None:
        """Interrupt after two epochs."""
        if len(history.loss) == 2:
            raise KeyboardInterrupt

    def __exit__(self, *_: object) -> None:
        self.last = _seen(self.model)


def test_what_watches_sees_the_beginning_and_the_end() -> None:
    """What is set there counts, and what was learnt is there."""

    def halved(parameters: list[Value]) -> nn.Optimizer:
        """Begin with half of each parameter."""
        for parameter in parameters:
            parameter.data *= 0.5
        return nn.Adam(parameters, 0.02)

    model = nn.MLP(3, [4, 1], "tanh", seed=1)
    watch = _Watch(model)
    nn.fit(model, _X, _SIGNS, loss=nn.hinge, optimizer=nn.Adam(model.parameters(), 0.02), epochs=9,
           batch_size=7, compiled=True, progress=False, watch=watch)  # fmt: skip
    assert watch.last == Loop(make=halved, epochs=2).epochs[-1]


@pytest.fixture
def alarm() -> Iterator[Callable[[float], None]]:
    """Presses Ctrl-C after some seconds, and again two seconds later if it was lost.

    Nothing is called by the garbage collector meanwhile, as hypothesis would be: what is raised
    there between two epochs, where the program's own handler is in place, is lost.
    """
    called, gc.callbacks[:] = gc.callbacks[:], []
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds, 2.0) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    gc.callbacks[:] = called


@pytest.mark.signals
def test_ctrl_c_at_any_moment_leaves_whole_steps(alarm: Callable[[float], None]) -> None:
    """As many as Adam has counted, wherever in the program, the step or the writing it comes."""
    numbers = {0: _seen(nn.MLP(3, [4, 1], "tanh", seed=1))[0]}
    loop = Loop(epochs=200)
    numbers |= {i: seen for i, (seen, _) in enumerate(loop.steps)}
    for trial in range(12):
        model = nn.MLP(3, [4, 1], "tanh", seed=1)
        optimizer = nn.Adam(model.parameters(), 0.02)

        def schedule(epoch: int, seconds: float = 0.002 + 0.0013 * trial) -> float:
            """The same rate, and Ctrl-C some time after training has begun."""
            if epoch == 0:
                alarm(seconds)
            return 0.02

        history = nn.fit(
            model, _X, _SIGNS, loss=nn.hinge, optimizer=optimizer, epochs=100_000, batch_size=7,
            compiled=True, progress=False, schedule=schedule,
        )  # fmt: skip
        alarm(0.0)
        assert history.interrupted
        assert len(history.loss) <= optimizer.steps / 4 <= len(history.loss) + 1
        assert _seen(model) == (numbers[optimizer.steps], [0.0] * 21)
