"""A live view draws the training in place: not too often, but in the end for certain."""

import sys
from base64 import b64decode
from collections.abc import Sequence
from itertools import count, pairwise
from math import nan
from types import SimpleNamespace
from typing import Any

import IPython
import IPython.display
import pytest

import nn
import nn.training.live
from engine import Value

_X = [[0.0, 0.5], [1.0, -1.0], [-0.5, 2.0], [2.0, 1.0]]
_Y = [1, -1, 1, -1]
_METRICS = {"accuracy": nn.accuracy}


class _Page:
    """The page of a reader: for each display the texts that it showed, and when."""

    def __init__(self) -> None:
        self.displays: list[list[str]] = []
        self.pictures: list[tuple[bytes, dict[str, int]]] = []
        self.now = 0.0  # the time in seconds; only drawing takes some, and what a test adds
        self.drawing = 0.0
        self.shown_at: list[float] = []

    def display(self, shown: Any, display_id: bool) -> SimpleNamespace:
        """Show an object in a new place; gives a handle that replaces it."""
        assert display_id
        texts: list[str] = []
        self.displays.append(texts)

        def update(shown: Any) -> None:
            """Show something else in this place."""
            texts.append(repr(shown))
            data, sizes = shown._repr_mimebundle_()
            self.pictures.append((b64decode(data["image/png"]), sizes["image/png"]))
            self.shown_at.append(self.now)
            self.now += self.drawing

        update(shown)
        return SimpleNamespace(update=update)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> _Page:
    """A page of Jupyter, with its own time."""
    page = _Page()
    monkeypatch.setattr(nn.training.live, "monotonic", lambda: page.now)
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(IPython.display, "display", page.display)
    return page


def _model() -> nn.MLP:
    return nn.MLP(2, [3, 1], "tanh", seed=0)


def _fit(model: nn.Module[Any], X: Any = _X, y: Any = _Y, **options: Any) -> nn.History:
    """A short quiet training."""
    usual: dict[str, Any] = {"loss": nn.mean_squared_error, "epochs": 3, "progress": False}
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
    return nn.fit(model, X, y, optimizer=optimizer, **(usual | options))


def _axes(view: nn.LiveView) -> list[Any]:
    """The plots of the last picture."""
    return list(view._figure.axes)


def test_there_is_one_display_for_one_training(page: _Page) -> None:
    """It is changed in place, and shows in the end what `fit` gives."""
    view = nn.LiveView()
    for _ in range(2):
        history = _fit(_model(), watch=view)
        assert page.displays[-1][-1] == f"LiveView of {history!r}"
        assert view.history is history
    assert len(page.displays) == 2


def test_a_fast_training_is_drawn_at_first_and_at_last(page: _Page) -> None:
    """If no time goes by, nothing in between is due."""
    _fit(_model(), watch=nn.LiveView(), epochs=50)
    (texts,) = page.displays
    assert [text.split("(")[1].split(";")[0] for text in texts] == ["1 epoch", "50 epochs"]


def test_after_a_slow_picture_there_is_training_for_twice_as_long(page: _Page) -> None:
    """Drawn from 0.125 s to 0.625 s, and again after a second."""
    page.drawing = 0.5
    view = nn.LiveView()
    for _ in range(11):
        page.now += 0.125
        view(nn.History([1.0]))
    assert page.shown_at == [0.125, 1.625]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drawing", "pause"),
    [
        (0.0, 0.25),  # four times a second
        (0.1, 0.25),
        (0.5, 1.0),  # twice as long as drawing
    ],
)
def test_pictures_leave_time_for_the_training(page: _Page, drawing: float, pause: float) -> None:
    """The pauses are as long as promised, and not longer than an epoch more."""
    page.drawing, epoch = drawing, 1 / 64
    view = nn.LiveView()
    for _ in range(200):
        page.now += epoch
        view(nn.History([1.0]))
    pauses = [later - before - drawing for before, later in pairwise(page.shown_at)]
    assert len(pauses) >= 3
    assert all(pause - 1e-9 <= each <= pause + epoch for each in pauses)


@pytest.mark.parametrize(
    ("metrics", "labels"),
    [
        ({}, ["loss of the epoch", "x[1]"]),
        (_METRICS, ["loss of the epoch", "metrics of the epoch", "x[1]"]),
    ],
)
def test_the_boundary_is_drawn_beside_the_curves(
    page: _Page, metrics: dict[str, Any], labels: list[str]
) -> None:
    """For a network with two inputs."""
    model = _model()
    view = nn.LiveView(model, _X, _Y)
    _fit(model, watch=view, metrics=metrics)
    assert [axes.get_ylabel() for axes in _axes(view)] == labels
    assert page.pictures[-1][1]["width"] == 360 * len(labels)


@pytest.mark.parametrize(
    ("model", "X"),
    [
        (nn.MLP(3, [2, 1], seed=0), [[1.0, 2.0, 3.0]] * 4),
        (nn.MLP(2, [2, 2], seed=0), _X),
    ],
)
@pytest.mark.usefixtures("page")
def test_other_networks_show_their_curves(model: nn.MLP, X: Any) -> None:
    """Where there is no plane, or more than one score, there is no boundary."""
    view = nn.LiveView(model, X, _Y)
    view(nn.History([1.0]))
    assert [axes.get_xlabel() for axes in _axes(view)] == ["epoch"]


class _Centred(nn.Module[Value]):
    """A model that remembers the mean of what it has seen."""

    remembers = ("mean",)

    def __init__(self) -> None:
        self.w, self.mean = Value(1.0), 0.0

    def forward(self, x: Sequence[float]) -> Value:
        self.mean = 0.9 * self.mean + 0.1 * x[0]
        return self.w * (x[1] - self.mean)


@pytest.mark.usefixtures("page")
def test_a_training_that_is_watched_is_the_same() -> None:
    """Also that of a model that remembers what it has seen."""
    watched, alone = _Centred(), _Centred()
    view = nn.LiveView(watched, _X, _Y)
    assert watched.mean == 0.0
    assert _fit(watched, watch=view) == _fit(alone)
    assert watched.mean == alone.mean


@pytest.mark.usefixtures("page")
def test_a_model_that_diverges_does_not_end_the_training() -> None:
    """In the place of the boundary stands why there is none."""

    class Diverging(nn.Module[Value]):
        """A model that gives a number at first, then none."""

        def __init__(self) -> None:
            self.w = Value(1.0)

        def forward(self, x: Sequence[float]) -> Value:
            return self.w * x[0]

    model = Diverging()
    view = nn.LiveView(model, _X, _Y)
    model.w.data = nan
    view(nn.History([1.0]))
    (text,) = _axes(view)[-1].texts
    assert "the model must give one finite number" in text.get_text().replace("\n", " ")


def test_an_interrupt_loses_nothing(page: _Page) -> None:
    """The last picture is drawn, and the view has the history that `fit` gives."""
    calls = count(1)

    def loss(predictions: Any, targets: Any) -> Value:
        """A loss during which, in the third epoch, the user has seen enough."""
        if next(calls) == 3:
            raise KeyboardInterrupt
        return nn.mean_squared_error(predictions, targets)

    view = nn.LiveView()
    assert _fit(_model(), watch=view, loss=loss) is view.history
    assert (view.history.interrupted, len(view.history.loss)) == (True, 2)
    assert page.displays[-1][-1] == f"LiveView of {view.history!r}"


def test_a_training_that_fails_at_once_shows_nothing(page: _Page) -> None:
    """There is no epoch to be drawn."""
    with pytest.raises(ValueError, match="labels must be -1 or 1"):
        _fit(_model(), y=[0, 1, 0, 1], loss=nn.hinge, watch=nn.LiveView())
    assert page.displays == []


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_outside_jupyter_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, shell: object) -> None:
    """In plain Python and in IPython's terminal, before anything is trained."""
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    with pytest.raises(RuntimeError, match=r"leave out watch=, and write history.plot\('training"):
        nn.LiveView()


@pytest.mark.parametrize(
    ("module", "extra"), [("IPython", "notebook"), ("matplotlib.figure", "plot")]
)
@pytest.mark.usefixtures("page")
def test_without_a_package_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str
) -> None:
    """The line to type, before anything is trained."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"of the extra \[{extra}\]: pip install \""):
        nn.LiveView()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((_model(),), ValueError, "model, X and y must be given together"),
        ((None, _X, _Y), ValueError, "or not at all, for the curves alone"),
        ((_model(), _X, [1]), ValueError, "X has 4 rows, y has 1 targets"),
        ((_model(), [], []), ValueError, "X has 0 rows"),
        ((_model(), [1.0], [1]), TypeError, r"X\[0\] must be a row of numbers"),
        ((3, _X, _Y), TypeError, r"model must be a module, such as nn.MLP\(2, \[16, 1\]\), got 3"),
    ],
)
@pytest.mark.usefixtures("page")
def test_what_cannot_be_drawn_is_refused(
    given: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    with pytest.raises(error, match=message):
        nn.LiveView(*given)
