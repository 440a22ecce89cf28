"""The demo trains, checks and draws what it says it does."""

import re
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from nn import demo

pytestmark = pytest.mark.slow

_PNG = b"\x89PNG\r\n\x1a\n"  # the signature that the PNG specification gives
_FILES = [
    "cancer_loss.png", "moons_boundary.png", "moons_graph.svg", "moons_loss.png",
    "moons_network.svg", "network.svg", "neuron.html", "neuron.svg",
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One run of the demo: its printed text, and its folder."""

    printed: str
    folder: Path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo, run once, into a folder that it has to make."""
    folder = tmp_path_factory.mktemp("demo") / "a" / "new folder"
    with redirect_stdout(StringIO()) as printed:
        demo.main(folder)
    return Run(printed.getvalue(), folder)


def test_it_writes_its_pictures_and_nothing_else(run: Run) -> None:
    """No unfinished files are left behind."""
    assert sorted(path.name for path in run.folder.iterdir()) == _FILES


def test_it_lists_the_files_that_it_has_written(run: Run) -> None:
    """Each with its path, ready to be opened."""
    listed = run.printed.partition("Wrote:\n")[2].partition("\n\n")[0].splitlines()
    assert sorted(line.strip() for line in listed) == [str(run.folder / name) for name in _FILES]


@pytest.mark.parametrize("name", [name for name in _FILES if name.endswith(".png")])
def test_a_plot_is_a_png(run: Run, name: str) -> None:
    """By its first eight bytes."""
    assert (run.folder / name).read_bytes().startswith(_PNG)


@pytest.mark.parametrize("name", [name for name in _FILES if name.endswith(".svg")])
def test_a_graph_is_an_svg(run: Run, name: str) -> None:
    """One element, from the first character to the last."""
    text = (run.folder / name).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert text.rstrip().endswith("</svg>")


def test_the_neurons_picture_has_the_path_as_its_caption(run: Run) -> None:
    """The chain that the README begins with."""
    text = (run.folder / "neuron.svg").read_text(encoding="utf-8")
    assert "Loss → ReLU → Sum → Mul → w[2]" in text


def test_the_path_is_printed_with_its_factors(run: Run) -> None:
    """2 · 5 by the square, then 1, 1 and the input 3."""
    assert "\nLoss → ReLU → Sum → Mul → w[2]\n" in run.printed
    assert "∂Loss/∂w[2] = 10 × 1 × 1 × 3 = 30\n" in run.printed


def test_every_partial_derivative_agrees_with_finite_differences(run: Run) -> None:
    """For all numbers of both networks: 48 + 272 + 17, and 248 + 9."""
    verdicts = re.findall(r"gradient check: (\d+) partial derivatives, (.*);", run.printed)
    assert verdicts == [("337", "all agree"), ("257", "all agree")]


def test_nine_in_ten_of_the_unseen_examples_are_told_apart(run: Run) -> None:
    """On the moons and on the tumours."""
    accuracies = [float(found) for found in re.findall(r"test accuracy ([\d.]+)%", run.printed)]
    assert len(accuracies) == 2
    assert min(accuracies) > 90


def test_training_lowers_both_losses(run: Run) -> None:
    """To less than half, from the first epoch to the last."""
    losses = re.findall(r"loss ([\d.e-]+) in the first epoch, ([\d.e-]+) in", run.printed)
    assert len(losses) == 2
    assert all(float(last) < float(first) / 2 for first, last in losses)


def test_the_graph_of_100_points_is_folded(run: Run) -> None:
    """Tens of thousands of nodes in at most 40 boxes."""
    nodes, boxes = re.findall(r"([\d,]+) nodes in (\d+) boxes", run.printed)[0]
    assert int(nodes.replace(",", "")) > 30_000
    assert int(boxes) <= 40


def test_the_neuron_can_be_stepped_through(run: Run) -> None:
    """On one page."""
    page = (run.folder / "neuron.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<title>Loss, step by step</title>" in page


def test_it_says_what_to_look_at_next(run: Run) -> None:
    """The files to open are among those that it has written."""
    assert f"open {run.folder}/neuron.html in a browser" in run.printed
    assert f"open {run.folder}/neuron.svg, and" in run.printed


def test_it_ends_with_how_long_a_step_takes(run: Run) -> None:
    """One line: eagerly, compiled to NumPy, and in machine code where LLVM is installed."""
    last = run.printed.splitlines()[-1]
    took = re.findall(r"(eagerly|numpy|native) ([\d.e+]+) ms", last)
    assert [name for name, _ in took][:2] == ["eagerly", "numpy"]
    assert float(took[0][1]) > 10 * float(took[1][1])
