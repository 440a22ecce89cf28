"""A history shows itself: as a figure where matplotlib is, else as a line of text."""

import struct
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

import nn

_PNG = b"\x89PNG\r\n\x1a\n"  # the signature that the PNG specification gives
_LOSS = nn.History([1.0, 0.5, 0.25])
_BOTH = nn.History([1.0, 0.5, 0.25], {"accuracy": [0.5, 0.75, 1.0]})

_EACH = pytest.mark.parametrize(("history", "plots"), [(_LOSS, 1), (_BOTH, 2), (nn.History(), 1)])


@pytest.fixture(autouse=True)
def _files_only() -> Iterator[None]:
    """No window, and no figure left open."""
    plt.switch_backend("Agg")
    yield
    plt.close("all")


@_EACH
def test_notebooks_show_a_figure(history: nn.History, plots: int) -> None:
    """A PNG with two pixels for each of the page, and one plot beside the other; or the text."""
    data, sizes = history._repr_mimebundle_(include=None, exclude=None)
    content, size = b64decode(data["image/png"], validate=True), sizes["image/png"]
    assert data == {"text/plain": repr(history), "image/png": data["image/png"]}
    assert content.startswith(_PNG)
    assert struct.unpack(">II", content[16:24]) == (2 * size["width"], 2 * size["height"])
    assert size["width"] == 360 * plots


def test_a_figure_leaves_nothing_in_pyplot() -> None:
    """There is nothing to close, however often a history is shown or written."""
    _BOTH._repr_mimebundle_()
    assert plt.get_fignums() == []


def test_without_matplotlib_notebooks_show_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no picture."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert _BOTH._repr_mimebundle_() == ({"text/plain": repr(_BOTH)}, {})


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (nn.History(), "History(0 epochs)"),
        (nn.History([0.5]), "History(1 epoch; loss 0.5)"),
        (_LOSS, "History(3 epochs; loss 1 → 0.25)"),
        (_BOTH, "History(3 epochs; loss 1 → 0.25; accuracy 0.5 → 1)"),
        (nn.History([], {"accuracy": []}), "History(0 epochs)"),
        (nn.History([1.0], {"a": [0.5]}, [2.0], {"a": [0.25]}, "why", True),
         "History(1 epoch; loss 1; a 0.5; validation loss 2; validation a 0.25; why; interrupted)"),
    ],
)  # fmt: skip
def test_the_text_tells_how_it_began_and_ended(history: nn.History, text: str) -> None:
    """In four digits, the loss first."""
    assert repr(history) == text


@_EACH
def test_a_plot_gives_its_axes(history: nn.History, plots: int) -> None:
    """On a new figure of pyplot, the loss to the left."""
    axes = history.plot()
    assert len(axes) == plots
    assert plt.get_fignums() == [axes[0].figure.number]
    assert list(axes[0].lines[0].get_ydata()) == history.loss


@pytest.mark.parametrize(
    ("name", "begins"), [("a.png", _PNG), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")]
)
def test_the_ending_of_a_file_says_what_it_is(tmp_path: Path, name: str, begins: bytes) -> None:
    """And no window is opened for it."""
    axes = _BOTH.plot(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (len(axes), plt.get_fignums()) == (2, [])


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("history", ValueError, r"path: the ending must be one of .*\.png.*, got '.*history'"),
        ("history.txt", ValueError, r"got '.*history\.txt'"),
        ("nowhere/a.png", FileNotFoundError, "path: the folder '.*nowhere' does not exist"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, name: str, error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        _LOSS.plot(str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def test_histories_with_the_same_numbers_are_equal() -> None:
    """And ended in the same way."""
    other: Any = nn.History([1.0, 0.5, 0.25])
    assert other == _LOSS != _BOTH
    assert other != nn.History([1.0, 0.5, 0.25], interrupted=True)


def test_a_history_becomes_a_table_with_a_row_for_each_epoch() -> None:
    """Counted from 1, as people do."""
    history = nn.History([1.0, 0.5], {"a": [0.0, 1.0]}, [2.0, 0.7], {"a": [0.2, 0.9]})
    table = history.to_pandas()
    assert table.index.name == "epoch"
    assert table.index.tolist() == [1, 2]
    assert table.columns.tolist() == ["loss", "a", "validation loss", "validation a"]
    assert table.loc[2].tolist() == [0.5, 1.0, 0.7, 0.9]


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line to type."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"of the extra \[pandas\]: pip install \""):
        _LOSS.to_pandas()
