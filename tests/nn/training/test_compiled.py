"""Training in compiled programs: the same as through graphs, and what cannot be is refused."""

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import engine
import nn
from engine import Value
from engine.compiler.reference_backend.backend import ReferenceBackend
from nn.training.programs import example_arrays

# Numbers may be summed up in another order.
CLOSE: Any = {"rel": 1e-9, "abs": 1e-12}

_draws = random.Random(0)
ROWS = [[_draws.gauss(0, 1) for _ in range(3)] for _ in range(24)]
SIGNS = [1 if a * b > c else -1 for a, b, c in ROWS]
ROWS_AND_SIGNS = list(zip(SIGNS, ROWS, strict=True))
CLASSES = [int(a > 0) + int(b > 0.5) for a, b, _ in ROWS]
SHARES = [[0.7, 0.2, 0.1] if a > b else [0.1, 0.1, 0.8] for a, b, _ in ROWS]
NUMBERS = [a - b * c for a, b, c in ROWS]


def trained(targets: list[Any], outputs: int, **given: Any) -> tuple[nn.History, list[float]]:
    """The history of a small network, and its parameters afterwards."""
    model = nn.MLP(3, [4, outputs], "tanh", seed=1)
    make = given.pop("make", nn.SGD)
    wanted = {"loss": nn.hinge, "epochs": 3, "progress": False, "validation": (ROWS, targets)}
    history = nn.fit(
        model, ROWS, targets, optimizer=make(model.parameters()), **{**wanted, **given}
    )
    assert not any(p.grad for p in model.parameters())
    return history, [p.data for p in model.parameters()]


def assert_same(targets: list[Any], outputs: int, **given: Any) -> None:
    """The same training, compiled or not."""
    (eager, before), (fast, after) = (
        trained(targets, outputs, compiled=compiled, **given) for compiled in (False, True)
    )
    assert fast.loss == pytest.approx(eager.loss, **CLOSE)
    assert fast.validation_loss == pytest.approx(eager.validation_loss, **CLOSE)
    assert fast.metrics == eager.metrics
    assert fast.validation_metrics == eager.validation_metrics
    assert after == pytest.approx(before, **CLOSE)


@pytest.mark.parametrize("batch_size", [None, 1, 7])
@pytest.mark.parametrize("make", [nn.SGD, nn.RMSprop, nn.Adam, nn.AdamW])
def test_training_is_the_same_for_all_optimizers(make: Any, batch_size: int | None) -> None:
    """In one batch, in mini-batches the last of which is smaller, and for each example."""
    assert_same(NUMBERS, 1, loss=nn.mean_squared_error, make=make, batch_size=batch_size)


@pytest.mark.parametrize(
    ("loss", "targets", "outputs"),
    [
        (nn.hinge, SIGNS, 1),
        (nn.perceptron_criterion, SIGNS, 1),
        (nn.binary_cross_entropy, [(s + 1) // 2 for s in SIGNS], 1),
        (nn.binary_cross_entropy, [0.9 if s > 0 else 0.2 for s in SIGNS], 1),
        (nn.binary_cross_entropy, [abs(a) % 1 * (s > 0) for s, (a, _, _) in ROWS_AND_SIGNS], 1),
        (nn.mean_squared_error, NUMBERS, 1),
        (nn.mean_squared_error, [[a, b] for a, b, _ in ROWS], 2),
        (nn.half_squared_error, [[a, b] for a, b, _ in ROWS], 2),
        (nn.mean_absolute_error, NUMBERS, 1),
        (nn.cross_entropy, CLASSES, 3),
        (nn.cross_entropy, SHARES, 3),
    ],
)
def test_training_is_the_same_for_all_losses(loss: Any, targets: list[Any], outputs: int) -> None:
    """As a mean and as a sum, whatever the targets are."""
    for reduction in ("mean", "sum"):
        assert_same(
            targets,
            outputs,
            loss=lambda predictions, wanted, r=reduction: loss(predictions, wanted, r),
            make=lambda parameters: nn.SGD(parameters, learning_rate=1e-3),
            batch_size=5,
        )


def test_metrics_see_the_predictions() -> None:
    """Those before the step, in the shape that the model gives."""
    metrics = {"accuracy": nn.accuracy}
    assert_same(SIGNS, 1, metrics=metrics, batch_size=7)
    assert_same(CLASSES, 3, metrics=metrics, loss=nn.cross_entropy)


def test_metrics_change_no_bit_of_what_is_learnt() -> None:
    """The loss and its gradient are those of a program without predictions."""
    for targets, outputs, loss in ((SIGNS, 1, nn.hinge), (CLASSES, 3, nn.cross_entropy)):
        given: Any = {"loss": loss, "batch_size": 7, "compiled": True}
        alone, before = trained(targets, outputs, **given)
        both, after = trained(targets, outputs, metrics={"accuracy": nn.accuracy}, **given)
        assert after == before
        assert (both.loss, both.validation_loss) == (alone.loss, alone.validation_loss)


def test_metrics_need_no_further_recording() -> None:
    """The model is called as often as without them: one program gives losses and predictions."""
    called = []
    for metrics in (None, {"accuracy": nn.accuracy}):
        model = nn.MLP(3, [4, 1], "tanh", seed=1)
        rows: list[Any] = []

        counted: Any = lambda row, model=model, rows=rows: rows.append(row) or model(row)  # noqa: E731
        nn.fit(counted, ROWS, SIGNS, loss=nn.hinge, optimizer=nn.SGD(model.parameters()),
               epochs=2, compiled=True, progress=False, metrics=metrics)  # fmt: skip
        called.append(len(rows))
    assert called[1] == called[0]


def test_many_different_targets_are_numbers_of_the_program() -> None:
    """More than a hundred: one trace serves for all."""
    rows = [[i / 75 - 1, (i * i % 13) / 13] for i in range(150)]
    targets = [a * b for a, b in rows]
    found = []
    for compiled in (False, True):
        model = nn.MLP(2, [3, 1], "tanh", seed=0)
        nn.fit(model, rows, targets, loss=nn.mean_squared_error, epochs=2, batch_size=40,
               optimizer=nn.SGD(model.parameters()), progress=False, compiled=compiled)  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], **CLOSE)


def test_many_classes_are_looked_up() -> None:
    """Integers are numbers of classes, not to be computed with."""
    rows, classes = [[i / 60 - 1] for i in range(120)], list(range(120))
    found = []
    for compiled in (False, True):
        model = nn.MLP(1, [120], seed=0)
        nn.fit(model, rows, classes, loss=nn.cross_entropy, epochs=1, batch_size=60, progress=False,
               optimizer=nn.SGD(model.parameters()), compiled=compiled)  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], **CLOSE)


def test_classes_are_looked_up_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many whole numbers, they are numbers of the program, unless the loss asks."""
    monkeypatch.setattr(example_arrays, "_MOST_INTEGERS", 2)
    assert_same(CLASSES, 3, loss=nn.cross_entropy)
    assert_same(CLASSES, 1, loss=nn.mean_squared_error)


def test_many_different_targets_must_be_numbers() -> None:
    """A program cannot look up what it was not traced for."""
    rows = [[float(i)] for i in range(150)]
    model = nn.MLP(1, [1], seed=0)
    with pytest.raises(TypeError, match=r"a target, if there are more than 100 .*must be a real"):
        nn.fit(model, rows, [f"name {i}" for i in range(150)], compiled=True, progress=False,
               loss=lambda predictions, _: Value.sum(predictions) / len(predictions),
               optimizer=nn.SGD(model.parameters()), epochs=1)  # fmt: skip


def test_clipping_and_an_optimizer_of_ones_own() -> None:
    """Parameters are moved one by one where that is what the optimizer does."""

    class Halving(nn.Optimizer):
        """Gradient descent with a branch."""

        def _stride(self, w: float, g: float, *_: float) -> tuple[float]:
            return (self.learning_rate * (g / 2 if g > 0 else g + 0.01 * w),)

    class Bare:
        """What `fit` needs of an optimizer, and no more."""

        def __init__(self, parameters: list[Value]) -> None:
            self.all = parameters

        def step(self) -> None:
            """Down the gradient."""
            for p in self.all:
                p.data -= 0.1 * p.grad

        def zero_grad(self) -> None:
            """No gradient."""
            for p in self.all:
                p.grad = 0.0

    assert_same(SIGNS, 1, make=lambda parameters: Halving(parameters, 0.1))
    assert_same(SIGNS, 1, make=lambda parameters: nn.Adam(parameters, clip_norm=0.1), batch_size=9)
    assert_same(SIGNS, 1, make=Bare)


def test_parameters_that_stay_as_they_are() -> None:
    """Only the last layer learns; the first one counts as it is, and had gradients before."""
    found = []
    for compiled in (False, True):
        model = nn.MLP(3, [4, 1], "tanh", seed=1)
        nn.hinge([model(ROWS[0])], [1]).backward()
        nn.fit(model, ROWS, SIGNS, loss=nn.hinge, epochs=3, progress=False, compiled=compiled,
               optimizer=nn.SGD(model.layers[-1].parameters()))  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], **CLOSE)


def test_a_penalty_counts_once() -> None:
    """Beside a mean: the mean of it is itself."""
    weights: list[Value] = []

    def sgd(parameters: list[Value]) -> nn.SGD:
        """The parameters of the model that is to come are those of the penalty."""
        weights[:] = parameters
        return nn.SGD(parameters)

    def loss(predictions: Any, targets: Any) -> Value:
        """Hinge and penalty."""
        return nn.hinge(predictions, targets) + nn.l2_penalty(weights, 0.1)

    assert_same(SIGNS, 1, loss=loss, make=sgd, batch_size=6)


@pytest.mark.parametrize(
    "loss",
    [
        lambda predictions, _: predictions[0] ** 2,
        lambda predictions, _: Value.sum(predictions) ** 2,
        lambda predictions, _: 2 * Value.sum(predictions) / len(predictions) ** 1.5,
    ],
)
def test_a_loss_that_is_neither_mean_nor_sum_is_refused(loss: Callable[..., Value]) -> None:
    """Before a step is made."""
    model = nn.MLP(3, [1], seed=0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(ValueError, match="needs a loss that is the mean or the sum"):
        nn.fit(model, ROWS, SIGNS, loss=loss, optimizer=nn.SGD(model.parameters()), epochs=1,
               compiled=True, progress=False)  # fmt: skip
    assert [p.data for p in model.parameters()] == before


def test_a_sum_that_is_0_at_first_is_told_from_a_mean() -> None:
    """By the examples that come later."""

    def far(predictions: Any, targets: Any) -> Value:
        """The sum of what lies beyond the target."""
        return Value.sum([(p - t).relu() for p, t in zip(predictions, targets, strict=True)])

    targets = [50] * 20 + [-50] * 4
    assert_same(targets, 1, loss=far, make=lambda p: nn.SGD(p, learning_rate=1e-3))


def test_what_a_loss_decides_by_numbers_is_told() -> None:
    """With the line in which it does so."""

    def loss(predictions: Any, targets: Any) -> Value:
        """Hinge for some, and nothing for others, by a number as text."""
        if len(f"{predictions[0]:.0f}") > 100:
            return Value(0.0)
        return nn.hinge(predictions, targets)

    with pytest.warns(UserWarning, match=r"(?s)keeps what was decided.*predictions\[0\]:.0f"):
        trained(SIGNS, 1, loss=loss, compiled=True)


def test_what_a_loss_decides_by_comparing_is_followed() -> None:
    """Each side where eager training takes it."""

    def loss(predictions: Any, targets: Any) -> Value:
        """Huber's, by an if."""
        errors = [p[0] - t for p, t in zip(predictions, targets, strict=True)]
        return Value.sum([e * e if abs(e.data) < 0.5 else abs(e) - 0.25 for e in errors])

    eagerly, mine = trained(SIGNS, 3, loss=loss)
    history, parameters = trained(SIGNS, 3, loss=loss, compiled=True)
    assert history.loss == pytest.approx(eagerly.loss, rel=1e-12)
    assert parameters == pytest.approx(mine, rel=1e-12)


def test_nan_is_no_reason_to_refuse() -> None:
    """It is what graphs have too."""

    def loss(predictions: Any, _: Any) -> Value:
        """The logarithm of what may be negative."""
        return Value.sum([p.log() for p in predictions]) / len(predictions)

    with pytest.warns(UserWarning, match="the loss is nan from epoch 1 on"):
        history, parameters = trained(SIGNS, 1, loss=loss, compiled=True)
    with pytest.warns(UserWarning, match="the loss is nan from epoch 1 on"):
        assert str(history.loss) == str(trained(SIGNS, 1, loss=loss)[0].loss)
    assert parameters


def test_a_stopped_training_is_resumed_to_the_bit(tmp_path: Path) -> None:
    """The running means of Adam included."""
    whole = trained(SIGNS, 1, make=nn.Adam, epochs=4, batch_size=5, compiled=True)[1]
    path = tmp_path / "run.safetensors"
    trained(SIGNS, 1, make=nn.Adam, epochs=2, batch_size=5, compiled=True,
            callbacks=[nn.Checkpoint(path)])  # fmt: skip
    assert trained(SIGNS, 1, make=nn.Adam, epochs=4, batch_size=5, compiled=True,
                   resume=path, callbacks=[nn.Checkpoint(path)])[1] == whole  # fmt: skip


def test_predictions_of_any_shape_reach_metrics() -> None:
    """Lists of unequal length, and dicts."""

    class Heads(nn.Module[dict[str, Any]]):
        """Two heads on the same inputs."""

        def __init__(self) -> None:
            self.one, self.two = nn.Neuron(3, seed=0), nn.Layer(3, 2, seed=1)

        def forward(self, x: Any) -> dict[str, Any]:
            """A number and a list."""
            return {"sign": self.one(x), "both": [[self.one(x)], self.two(x)]}

    def loss(predictions: list[Any], targets: list[Any]) -> Value:
        """That of all heads."""
        rows = [[p["sign"], *p["both"][1]] for p in predictions]
        return nn.mean_squared_error(rows, [[t, t, t] for t in targets])

    def size(predictions: list[Any], _: Any) -> float:
        """The sum of all that is predicted."""
        total: float = sum(sum(nn.data_of([*p["both"][0], *p["both"][1]])) for p in predictions)
        return total

    found = []
    for compiled in (False, True):
        model = Heads()
        optimizer = nn.SGD(model.parameters())
        history = nn.fit(model, ROWS, NUMBERS, loss=loss, optimizer=optimizer, epochs=2,
                         progress=False, compiled=compiled, metrics={"size": size})  # fmt: skip
        found.append(history.metrics["size"])
    assert found[1] == pytest.approx(found[0], **CLOSE)


def test_softmax_takes_the_largest_anew() -> None:
    """A program that was traced for small logits does not overflow for large ones."""
    model = nn.MLP(2, [3], seed=0)
    layer = model.layers[0]
    step = engine.compile(lambda x, k: nn.cross_entropy([model(x)], [k]), parameters=[layer.w])
    predict = engine.compile(lambda x: nn.softmax(model(x)), parameters=[layer.w], gradient=False)
    rows = [[1.0, 2.0], [0.5, -1.0]]
    step(rows, [0, 1]), predict(rows)
    nn.set_data(layer.w, [[1000 * w for w in each] for each in nn.data_of(layer.w)])
    eager = nn.cross_entropy([model(row) for row in rows], [0, 1])
    eager.backward()
    value, (gradient,) = step(rows, [0, 1])
    assert value == pytest.approx(eager.data, rel=1e-12)
    assert gradient.ravel() == pytest.approx([w.grad for row in layer.w for w in row], rel=1e-12)
    wanted = [p.data for row in rows for p in nn.softmax(model(row))]
    assert predict(rows).ravel() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", ["step", "_stride"])
def test_what_a_subclass_of_an_optimizer_does_is_done(name: str) -> None:
    """Whichever part of a step is another one."""

    class Shrinking(nn.SGD):
        """Parameters shrink after each step."""

        def step(self) -> None:
            """Half of each stays."""
            super().step()
            for parameter in self.parameters:
                parameter.data *= 0.5

    class Signed(nn.SGD):
        """Parameters go by the sign of their gradient."""

        def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, Any]:
            return math.copysign(0.01, g) + 0.1 * w, *remembered

    assert_same(NUMBERS, 1, loss=nn.mean_squared_error,
                make=Shrinking if name == "step" else Signed)  # fmt: skip


class Target:
    """A target that equals itself only, and cannot be a key."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, wanted: float) -> None:
        self.wanted = wanted

    def __eq__(self, other: object) -> bool:
        return self is other


@pytest.mark.parametrize("made", [lambda n: {"wanted": n}, Target])
def test_targets_may_be_anything(made: Callable[[float], Any]) -> None:
    """Dicts and objects are not taken for each other; texts neither."""
    targets = [made(number) for number in NUMBERS]

    def loss(predictions: Any, targets: Any) -> Value:
        """The mean of squares."""
        wanted = [t["wanted"] if isinstance(t, dict) else t.wanted for t in targets]
        return nn.mean_squared_error(predictions, wanted)

    assert_same(targets, 1, loss=loss)


def test_examples_that_are_looked_at_are_of_different_classes() -> None:
    """A mean by weights of classes is none, also where the examples are sorted."""
    weights = [1.0, 1.0, 5.0]

    def loss(predictions: Any, targets: Any) -> Value:
        """Cross-entropy, over the sum of the weights."""
        parts = [weights[t] * nn.cross_entropy([p], [t])
                 for p, t in zip(predictions, targets, strict=True)]  # fmt: skip
        total: Value = Value.sum(parts) / sum(weights[t] for t in targets)
        return total

    order = sorted(range(len(ROWS)), key=CLASSES.__getitem__)
    model = nn.MLP(3, [3], seed=0)
    with pytest.raises(ValueError, match="needs a loss that is the mean or the sum"):
        nn.fit(model, [ROWS[i] for i in order], [CLASSES[i] for i in order], loss=loss, epochs=1,
               optimizer=nn.SGD(model.parameters()), compiled=True, progress=False)  # fmt: skip


def test_the_losses_that_differ_are_told() -> None:
    """That of the batch, and the mean of those of its examples."""
    neuron = nn.Neuron(1, "identity", seed=0)
    nn.set_data([*neuron.w, neuron.b], [0.0, 0.0])

    def loss(predictions: Any, targets: Any) -> Value:
        """A square, which counts three times where it is not alone."""
        square: Value = (predictions[0] - targets[0]) ** 2
        return 3 * square if len(predictions) > 1 else square

    with pytest.raises(ValueError, match=r"of them is 12, .* each by itself are 4 in the mean"):
        nn.fit(neuron, [[0.25]] * 4, [2.0] * 4, loss=loss, optimizer=nn.SGD(neuron.parameters()),
               epochs=1, compiled=True, progress=False)  # fmt: skip


def test_examples_that_are_looked_at_are_from_everywhere() -> None:
    """Not only the first ones of many classes: a mean by weights in the rows is none."""
    rows = [[0.1 * i, 1.0 if i < 8 else 5.0] for i in range(16)]
    targets = [*range(8), *[0] * 8]
    neuron = nn.Neuron(1, "identity", seed=0)

    def loss(predictions: Any, targets: Any) -> Value:
        """Squares, over the sum of the weights beside the predictions."""
        parts = [w * (p - t) ** 2 for (p, w), t in zip(predictions, targets, strict=True)]
        total: Value = Value.sum(parts) / sum(w for _, w in predictions)
        return total

    model: Any = lambda x: (neuron(x[:1]), x[1])  # noqa: E731
    with pytest.raises(ValueError, match="needs a loss that is the mean or the sum"):
        nn.fit(model, rows, targets, loss=loss, optimizer=nn.SGD(neuron.parameters()), epochs=1,
               compiled=True, progress=False)  # fmt: skip


def test_a_function_is_a_model_too() -> None:
    """Its parameters are those that the optimizer moves."""
    found = []
    for compiled in (False, True):
        w = [Value(0.1), Value(0.2), Value(0.3)]
        model: Any = lambda x, w=w: Value.sum([a * b for a, b in zip(w, x, strict=True)])  # noqa: E731
        nn.fit(model, ROWS, NUMBERS,
               loss=nn.mean_squared_error, optimizer=nn.SGD(w), epochs=3, progress=False,
               compiled=compiled)  # fmt: skip
        found.append([p.data for p in w])
    assert found[1] == pytest.approx(found[0], **CLOSE)


class Context(nn.Module[list[Value]]):
    """A model of the next letter after two, and of a number beside them: Bengio et al., 2003."""

    def __init__(self) -> None:
        self.letters = nn.Embedding(6, 2, seed=0)
        self.bias = [Value(0.1 * i) for i in range(3)]
        self.layers = nn.MLP(5, [4, 3], "tanh", seed=1)

    def forward(self, row: list[Any]) -> list[Value]:
        """A score for each of three classes; the third number of a row is no letter."""
        first, second = self.letters(row[:2])
        scores = self.layers([*first, *second, row[2] * 0.5])
        return [a + b for a, b in zip(scores, self.bias, strict=True)]


@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("number", [0.25, 3.0])
def test_a_model_looks_up_by_its_inputs(number: float, batch_size: int | None) -> None:
    """Letters may be equal in some rows; the numbers beside them may be whole too."""
    rows = [[_draws.randrange(6), _draws.randrange(6), number * i] for i in range(24)]
    validation = [[1.0, 1.0, 0.5], [5.0, 2.0, 0.25]], [0, 2]
    found = []
    for compiled in (False, True):
        model = Context()
        history = nn.fit(model, rows, CLASSES, loss=nn.cross_entropy, epochs=3, seed=0,
                         optimizer=nn.Adam(model.parameters()), batch_size=batch_size,
                         validation=validation, metrics={"accuracy": nn.accuracy},
                         compiled=compiled, progress=False)  # fmt: skip
        numbers = [p.data for p in model.parameters()]
        found.append(
            [*history.loss, *history.validation_loss, *history.metrics["accuracy"], *numbers]
        )
    assert found[1] == pytest.approx(found[0], rel=1e-12, abs=1e-12)


class Named(nn.Module[Value]):
    """A number for each of some names, in a dict."""

    def __init__(self) -> None:
        self.of = {2.0: Value(0.5), 7.0: Value(-0.25)}
        self.slope = Value(1.0)

    def forward(self, row: list[Any]) -> Value:
        """The number of the name that the row begins with, and a multiple of the other."""
        number: Value = self.of[row[0]] + self.slope * row[1]
        return number


def test_one_example_is_enough() -> None:
    """Its inputs are no whole numbers, by which something might be looked up."""
    found = []
    for compiled in (False, True):
        model = nn.Neuron(2, seed=0)
        nn.fit(model, [[0.5, -1.5]], [0.25], loss=nn.mean_squared_error, epochs=3,
               optimizer=nn.SGD(model.parameters()), compiled=compiled, progress=False)  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-12)


@pytest.mark.parametrize("count", [20, 1])
def test_a_model_looks_up_in_a_dict(count: int) -> None:
    """Of which a Value is no key; one example is enough."""
    rows = [[_draws.choice((2, 7)), _draws.gauss(0, 1)] for _ in range(count)]
    targets = [_draws.gauss(0, 1) for _ in rows]
    found = []
    for compiled in (False, True):
        model = Named()
        nn.fit(model, rows, targets, loss=nn.mean_squared_error, epochs=3, batch_size=5, seed=0,
               optimizer=nn.SGD(model.parameters()), compiled=compiled, progress=False)  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-12)


def test_what_cannot_be_looked_up_by_is_told() -> None:
    """A number that is not whole is the number of no row."""
    model = nn.Sequential(nn.Embedding(3, 2, seed=0), lambda rows: rows[0][0] + rows[1][1])
    with pytest.raises(ValueError, match=r"must be the number of a row, from 0 to 2, got 0\.5"):
        nn.fit(model, [[0.5, 2.5], [1.0, 1.0]], [1.0, 2.0], loss=nn.mean_squared_error, epochs=1,
               optimizer=nn.SGD(model.parameters()), compiled=True, progress=False)  # fmt: skip


def test_a_back_end_is_chosen_for_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is that back end's, and what is trained is the same; an unknown name is told."""
    asked: list[str] = []
    build = ReferenceBackend.built

    def built(self: ReferenceBackend, program: Any, about: str) -> Any:
        """The program, and a note that it was asked for."""
        asked.append(about)
        return build(self, program, about)

    monkeypatch.setattr(ReferenceBackend, "built", built)
    usual = trained(NUMBERS, 1, loss=nn.mean_squared_error, compiled=True)[1]
    assert not asked
    other = trained(NUMBERS, 1, loss=nn.mean_squared_error, compiled=True, backend="reference")[1]
    assert asked
    assert other == pytest.approx(usual, rel=1e-12)
    with pytest.raises(ValueError, match=r"backend must be one of numpy, reference.*, got 'fast'"):
        trained(SIGNS, 1, compiled=True, backend="fast")


@pytest.mark.slow
def test_training_in_jax_is_the_same() -> None:
    """With metrics, and batches the last of which is smaller."""
    usual, numbers = trained(SIGNS, 1, compiled=True, batch_size=7)
    other, found = trained(SIGNS, 1, compiled=True, batch_size=7, backend="jax")
    assert other.loss == pytest.approx(usual.loss, rel=1e-12)
    assert found == pytest.approx(numbers, rel=1e-12)
