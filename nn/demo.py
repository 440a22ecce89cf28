"""The demo (`make demo`): train on two data sets, check the gradients, draw everything.

    python -m nn.demo [FOLDER]

writes its pictures to FOLDER, by default out/, in some ten seconds.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import engine
from engine import Stepper, Value, check_gradient, draw, scope
from engine.notation import short
from engine.system.packages import optional

from .arguments.matrices import data_of
from .layers import MLP
from .losses import hinge, mean_squared_error
from .optimization.optimizers import SGD
from .pictures.network import draw_network
from .pictures.plots import new_figure, plot_decision_boundary, plot_loss, save_figure
from .training.fit import fit
from .training.history import History

# A neuron whose numbers one can multiply in one's head: its activation is 5.
_INPUTS = (1.0, 2.0, 3.0, 2.0)
_WEIGHTS = (0.5, -1.0, 2.0, 0.5)
_BIAS = -0.5

_NEXT = """\
Next:
  open {folder}/neuron.html in a browser: the arrow keys walk the chain rule
  open {folder}/neuron.svg, and point at the boxes
  make notebook        step by step, from one multiplication to a trained network
  make test            every gradient against finite differences
"""


def main(folder: Path) -> None:
    """Train, check and draw; the pictures go to `folder`, which is created if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [*_moons(folder), *_cancer(folder), *_neuron(folder), _network(folder)]
    print("\nWrote:")
    for path in written:
        print(f"  {path}")
    print(f"\n{_NEXT.format(folder=folder)}\n{_speeds()}")


def _speeds() -> str:
    """One line: how long a step on two moons takes eagerly, and compiled by each back end."""
    points, labels = (each.tolist() for each in _data("make_moons", n_samples=100, random_state=0))
    model = MLP(2, [16, 16, 1], seed=0)
    parameters = model.parameters()

    def loss() -> Value:
        """The mean hinge loss of all points."""
        return hinge(list(map(model, points)), labels)

    found = [f"eagerly {_shortest(lambda: loss().backward(), 3)}"]
    for name in ("numpy", "native"):
        try:
            step = engine.compile(loss, parameters=parameters, backend=name)
        except ImportError:  # LLVM is not installed
            continue
        run = partial(step, data_of(parameters))
        found.append(f"compiled, {name} {_shortest(run, 200)}")
    return f"A step on 100 points, forward and backward: {'; '.join(found)}"


def _shortest(run: Callable[[], object], times: int) -> str:
    """The shortest of some times that a function takes, in milliseconds."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        run()
        taken.append(perf_counter() - start)
    return f"{1e3 * min(taken):.3g} ms"


def _moons(folder: Path) -> list[Path]:
    """Two moons: points in the plane, in two half circles that reach into each other."""
    print("Two moons: 140 points to learn from, 60 to test")
    points, labels = _data("make_moons", n_samples=200, noise=0.15, random_state=0)
    train, test = _split(points, labels)
    model = MLP(2, [16, 16, 1], seed=0)
    history = _train(model, *train, *test, epochs=30, batch_size=20)
    _check(model, test[0][:3], test[1][:3])
    return [
        _folded(folder / "moons_graph.svg", model, train[0][:100], train[1][:100]),
        _plotted(folder / "moons_boundary.png", plot_decision_boundary, model, *test),
        _plotted(folder / "moons_loss.png", plot_loss, history),
        draw_network(model).save(folder / "moons_network.svg"),
    ]


def _cancer(folder: Path) -> list[Path]:
    """Measurements of 569 tumours, 30 of each: benign or malignant?"""
    print(
        "\nBreast cancer (Wisconsin): 398 tumours to learn from, 171 to test, 30 measurements each"
    )
    tumours, labels = _data("load_breast_cancer", return_X_y=True)
    train, test = _split(tumours, labels)
    model = MLP(30, [8, 1], seed=0)
    history = _train(model, *train, *test, epochs=10, batch_size=32)
    _check(model, test[0][:3], test[1][:3])
    return [_plotted(folder / "cancer_loss.png", plot_loss, history)]


def _data(name: str, **options: Any) -> tuple[Any, Any]:
    """A data set of scikit-learn, with the labels -1 and 1."""
    examples, labels = getattr(optional("sklearn.datasets", "train", "the demo"), name)(**options)
    return examples, 2 * labels - 1


def _split(examples: Any, labels: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Examples and labels for training and, three in ten, for testing; scaled by the former."""
    selection = optional("sklearn.model_selection", "train", "the demo")
    scaler = optional("sklearn.preprocessing", "train", "the demo").StandardScaler()
    learn, test, learn_labels, test_labels = selection.train_test_split(
        examples, labels, test_size=0.3, random_state=0, stratify=labels
    )
    scaler.fit(learn)
    return (scaler.transform(learn), learn_labels), (scaler.transform(test), test_labels)


def _train(
    model: MLP,
    learn: Any,
    labels: Any,
    test: Any,
    test_labels: Any,
    *,
    epochs: int,
    batch_size: int,
) -> History:
    """Train the model with the hinge loss, and print its accuracy on the test examples."""
    optimizer = SGD(model.parameters(), learning_rate=0.05, momentum=0.9)
    history = fit(
        model, learn, labels, loss=hinge, optimizer=optimizer, epochs=epochs, batch_size=batch_size
    )
    guesses = [1 if model(row).data > 0 else -1 for row in test]
    accuracy = optional("sklearn.metrics", "train", "the demo").accuracy_score(test_labels, guesses)
    first, last = short(history.loss[0]), short(history.loss[-1])
    print(f"{model}\nmean loss {first} in the first epoch, {last} in the last; ", end="")
    print(f"test accuracy {accuracy:.1%}")
    return history


def _check(model: MLP, rows: Sequence[Sequence[float]], targets: Sequence[float]) -> None:
    """Check the gradient of every parameter with finite differences, and print the verdict."""

    def loss(*_: Value) -> Value:
        """The loss of a few examples; the parameters are moved in place."""
        return mean_squared_error([model(row) for row in rows], list(targets))

    check = check_gradient(loss, *model.parameters())
    worst = check.worst[0]
    print(f"gradient check: {check.verdict}; largest error {worst.error:.1e}, at {worst.name}")


def _neuron(folder: Path) -> list[Path]:
    """A picture of the loss of one neuron, with the path to its third weight, and a stepper."""
    x = [Value(number, f"x[{i}]") for i, number in enumerate(_INPUTS)]
    w = [Value(number, f"w[{i}]") for i, number in enumerate(_WEIGHTS)]
    b = Value(_BIAS, "b")
    with scope("neuron"):
        activation = Value.sum([*(wi * xi for wi, xi in zip(w, x, strict=True)), b]).relu()
    loss = activation**2  # the squared error, for the target 0
    loss.label = "Loss"
    loss.backward()
    drawing, page = draw(loss, path_to=w[2], names={}), Stepper(loss, names={})
    print(f"\n{drawing}")
    return [drawing.save(folder / "neuron.svg"), page.save(folder / "neuron.html")]


def _network(folder: Path) -> Path:
    """The graph of a whole small network on one example, layer by layer and neuron by neuron."""
    model = MLP(2, [3, 1], seed=0)
    x = [Value(0.5, "x[0]"), Value(-1.0, "x[1]")]
    loss = mean_squared_error([model(x)], [1.0])
    loss.backward()
    return draw(loss).save(folder / "network.svg")


def _folded(path: Path, model: MLP, rows: Any, labels: Any) -> Path:
    """The folded graph of a loss over many examples: nodes of equal structure share a box."""
    loss = hinge([model(row) for row in rows], labels)
    loss.backward()
    drawing = draw(loss)
    print(drawing)
    return drawing.save(path)


def _plotted(path: Path, plot: Callable[..., Any], *what: Any) -> Path:
    """A plot as a PNG file."""
    figure = new_figure()
    plot(*what, figure.subplots())
    save_figure(figure, path)
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
