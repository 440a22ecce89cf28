"""The parts of the demo, each by itself, on a few examples."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

import nn
from nn import demo

_POINTS = [[0.5, 1.0], [1.0, -1.0], [-0.25, 0.5], [-1.0, -0.5]]
_LABELS = [1, -1, 1, -1]
_DATA = (np.array(_POINTS), np.array(_LABELS))


def _model() -> nn.MLP:
    return nn.MLP(2, [2, 1], "tanh", seed=0)


def _texts(path: Path) -> list[str]:
    """What is written in a picture, in its order."""
    found = ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")
    return ["".join(each.itertext()) for each in found]


def test_the_neuron_is_one_that_can_be_computed_in_the_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0.5·1 − 1·2 + 2·3 + 0.5·2 − 0.5 = 5, and 5² = 25; each weight has the gradient 10 x."""
    picture, page = demo._neuron(tmp_path)
    assert [picture, page] == [tmp_path / "neuron.svg", tmp_path / "neuron.html"]
    assert "∂Loss/∂w[2] = 10 × 1 × 1 × 3 = 30\n" in capsys.readouterr().out
    texts = _texts(picture)
    assert "neuron" in texts
    assert texts[-2 - texts[::-1].index("· ^ 2") :][:4] == ["Loss", "· ^ 2", "data 25", "grad 1"]
    for i, (w, x) in enumerate([(0.5, 1), (-1, 2), (2, 3), (0.5, 2)]):
        at = texts.index(f"w[{i}]")
        assert texts[at : at + 3] == [f"w[{i}]", f"data {w:g}", f"grad {10 * x}"]
        at = texts.index(f"x[{i}]")
        assert texts[at : at + 3] == [f"x[{i}]", f"data {x}", f"grad {10 * w:g}"]
    at = texts.index("b")
    assert texts[at : at + 3] == ["b", "data -0.5", "grad 10"]
    assert "<title>Loss, step by step</title>" in page.read_text(encoding="utf-8")


def test_the_network_has_three_neurons_and_one(tmp_path: Path) -> None:
    """Each in a frame of its own, with two inputs or three, and the loss for the target 1."""
    model = nn.MLP(2, [3, 1], seed=0)
    output = model([0.5, -1.0])
    path = demo._network(tmp_path)
    assert path == tmp_path / "network.svg"
    texts = _texts(path)
    assert [text for text in texts if text.startswith(("layer", "neuron"))] == [
        "layer1", "neuron1", "neuron2", "neuron3", "layer2", "neuron1",
    ]  # fmt: skip
    assert f"data {(output.data - 1) ** 2:.4g}" in texts
    assert [texts[i + 2] for i, text in enumerate(texts) if text == "x[0]"] == ["data 0.5"] * 3
    assert [texts[i + 2] for i, text in enumerate(texts) if text == "x[1]"] == ["data -1"] * 3
    assert "· − 1" in texts
    assert "grad 1" in texts


def test_three_in_ten_examples_are_for_testing() -> None:
    """As many of each label; numbers to learn from have the mean 0 and the deviation 1."""
    draws = np.random.default_rng(0)
    examples, labels = draws.normal(5.0, 3.0, (100, 2)), np.repeat([1, -1], [60, 40])
    (learn, learn_labels), (test, test_labels) = demo._split(examples, labels)
    assert (len(learn), len(test)) == (70, 30)
    assert (sum(learn_labels == 1), sum(test_labels == 1)) == (42, 18)
    assert learn.mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert learn.std(axis=0) == pytest.approx([1, 1])
    stretch = examples[labels == 1].std(axis=0)
    found = np.concatenate([learn[learn_labels == 1], test[test_labels == 1]])
    assert found.std(axis=0) / stretch == pytest.approx([1 / 3, 1 / 3], rel=0.2)
    again = demo._split(examples, labels)
    assert (again[0][0] == learn).all()


def test_labels_are_minus_one_and_one() -> None:
    """Of moons as many as are asked for, of tumours the 569 that there are."""
    points, labels = demo._data("make_moons", n_samples=10, random_state=0)
    assert points.shape == (10, 2)
    assert sorted(labels) == [-1] * 5 + [1] * 5
    tumours, labels = demo._data("load_breast_cancer", return_X_y=True)
    assert tumours.shape == (569, 30)
    assert (sum(labels == -1), sum(labels == 1)) == (212, 357)  # malignant and benign


def test_training_prints_its_losses_and_the_accuracy(capsys: pytest.CaptureFixture[str]) -> None:
    """That of scikit-learn, on examples that are not learnt."""
    model = _model()
    points, labels = [[0.4, 0.9], [1.1, -1.0], [0.5, 0.5], [-0.2, 0.6]], [1, -1, -1, 1]
    history = demo._train(model, *_DATA, np.array(points), labels, epochs=20, batch_size=2)
    guesses = [1 if model(point).data > 0 else -1 for point in points]
    accuracy = accuracy_score(labels, guesses)
    assert (len(history.loss), accuracy) == (20, 0.75)
    first, last = (f"{loss:.4g}" for loss in (history.loss[0], history.loss[-1]))
    assert capsys.readouterr().out == (
        f"{model}\nmean loss {first} in the first epoch, {last} in the last; test accuracy 75.0%\n"
    )
    assert history.loss[-1] < history.loss[0] / 2


def test_training_is_by_stochastic_descent_with_momentum() -> None:
    """A first step of 0.05, and in the second one 9 tenths of it once more."""
    model, other = _model(), _model()
    demo._train(model, *_DATA, *_DATA, epochs=3, batch_size=4)
    optimizer = nn.SGD(other.parameters(), learning_rate=0.05, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        nn.hinge([other(point) for point in _POINTS], _LABELS).backward()
        optimizer.step()
    expected = [parameter.data for parameter in other.parameters()]
    assert [each.data for each in model.parameters()] == pytest.approx(expected, rel=1e-9)


def test_every_parameter_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """Two weights and a bias of two neurons, and three of the last one."""
    demo._check(_model(), _POINTS, _LABELS)
    found = re.fullmatch(
        r"gradient check: 9 partial derivatives, all agree; largest error (.*), at layer.*\n",
        capsys.readouterr().out,
    )
    assert found
    assert 0 < float(found[1]) < 1e-8


def test_the_loss_of_many_examples_is_folded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its picture has no more boxes for a hundred examples than for fifty."""
    for count in (50, 100):
        points = [[0.01 * i, 1.0] for i in range(count)]
        path = demo._folded(tmp_path / f"{count}.svg", _model(), points, [1] * count)
        assert path == tmp_path / f"{count}.svg"
        assert _texts(path)
    few, many = re.findall(r"in (\d+) boxes", capsys.readouterr().out)
    assert few == many


def test_a_plot_is_given_what_it_is_of(tmp_path: Path) -> None:
    """And axes to draw on, of a figure that is written as a PNG."""
    given: list[object] = []

    def plot(*arguments: object) -> None:
        *what, axes = arguments
        given.extend(what)
        axes.plot([0, 1])  # type: ignore[attr-defined]  # of matplotlib

    path = demo._plotted(tmp_path / "plot.png", plot, "history", 3)
    assert given == ["history", 3]
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_shortest_of_some_times_is_told_in_milliseconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a clock that goes 0.5 s, 0.025 s and 2 s on."""
    monkeypatch.setattr(demo, "perf_counter", iter([0.0, 0.5, 1.0, 1.025, 2.0, 4.0]).__next__)
    calls: list[int] = []
    assert demo._shortest(lambda: calls.append(1), 3) == "25 ms"
    assert len(calls) == 3
