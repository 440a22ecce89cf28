"""Plots show what they are given, on axes that are given or new."""

import sys
from collections.abc import Callable, Iterator, Sequence
from math import nan
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

import nn
from engine import Value

_POINTS = [[0.0, 0.0], [2.0, 1.0], [1.0, -1.0]]
_LABELS = [-1, 1, 1]
_HISTORY = nn.History([1.0, 0.5, 0.25])
_METRICS = {"accuracy": [0.5, 0.75, 1.0], "error": [2.0, nan, 1e200]}


class _Plane(nn.Module[Value]):
    """The score a + bx: its boundary is the vertical line where x = −a/b."""

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b = Value(a), Value(b)

    def forward(self, x: Sequence[float]) -> Value:
        return self.a + self.b * x[0]


@pytest.fixture(autouse=True)
def _files_only() -> Iterator[None]:
    """No window, and no figure left open."""
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def _draw_loss(axes: Any = None) -> Any:
    return nn.plot_loss(_HISTORY, axes)


def _draw_metrics(axes: Any = None) -> Any:
    return nn.plot_metrics(nn.History(metrics=_METRICS), axes)


def _draw_boundary(axes: Any = None) -> Any:
    return nn.plot_decision_boundary(_Plane(-1.5, 1.0), _POINTS, _LABELS, axes)


_EVERY_PLOT = pytest.mark.parametrize("draw", [_draw_loss, _draw_metrics, _draw_boundary])


def _scattered(axes: Any) -> list[Any]:
    """The groups of points, of which each has a colour and a shape."""
    return [each for each in axes.collections if isinstance(each, PathCollection)]


def _boundary(axes: Any) -> list[np.ndarray[Any, Any]]:
    """The corners of the black line."""
    (line,) = [each for each in axes.collections if _is_black_line(each)]
    return [path.vertices for path in line.get_paths() if len(path.vertices)]


def _is_black_line(collection: Any) -> bool:
    colours = collection.get_edgecolor()
    return len(colours) == 1 and to_hex(colours[0]) == "#000000"


@_EVERY_PLOT
def test_a_plot_is_drawn_on_the_axes_given(draw: Callable[..., Any]) -> None:
    """And on no others: no figure is opened."""
    figure, (left, right) = plt.subplots(1, 2)
    assert draw(left) is left
    assert left.has_data()
    assert not right.has_data()
    assert plt.get_fignums() == [figure.number]


@_EVERY_PLOT
def test_a_plot_is_drawn_on_new_axes_if_none_are_given(draw: Callable[..., Any]) -> None:
    """Each time in a figure of its own."""
    first, second = draw(), draw()
    assert first.has_data()
    assert first.figure is not second.figure


def test_the_loss_is_drawn_over_the_epochs() -> None:
    """Epochs count from 1."""
    axes = _draw_loss()
    (line,) = axes.lines
    assert list(line.get_xdata()) == [1, 2, 3]
    assert list(line.get_ydata()) == _HISTORY.loss
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss of the epoch")


@pytest.mark.parametrize(
    ("loss", "scale"), [([1.0, 0.1], "log"), ([1.0, 0.0], "linear"), ([1.0, -2.0], "linear")]
)
def test_the_scale_is_logarithmic_where_logarithms_exist(loss: list[float], scale: str) -> None:
    """A loss that reaches 0 cannot be drawn on such a scale."""
    assert nn.plot_loss(nn.History(loss)).get_yscale() == scale


def test_a_training_that_has_not_begun_can_be_drawn() -> None:
    """An empty plot, not an error."""
    assert list(nn.plot_loss(nn.History()).lines[0].get_ydata()) == []


def test_each_metric_is_a_curve_of_its_own() -> None:
    """With its name in the legend; what no axis can hold is left out."""
    axes = _draw_metrics()
    accuracy, error = axes.lines
    assert list(accuracy.get_xdata()) == [1, 2, 3]
    assert list(accuracy.get_ydata()) == _METRICS["accuracy"]
    assert list(np.isnan(error.get_ydata())) == [False, True, True]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["accuracy", "error"]


def test_what_is_held_out_is_a_curve_with_dots() -> None:
    """Beside the one without, and named as that; one without validation has no legend."""
    history = nn.History([1.0, 0.5], {"a": [0.0, 1.0]}, [2.0, 0.7], {"a": [0.2, 0.9]})
    for plot, columns, names in (
        (nn.plot_loss, [history.loss, history.validation_loss], ["training", "validation"]),
        (nn.plot_metrics, [[0.0, 1.0], [0.2, 0.9]], ["a", "validation a"]),
    ):
        axes = plot(history)
        assert [list(line.get_ydata()) for line in axes.lines] == columns
        assert [line.get_marker() for line in axes.lines] == ["None", "."]
        assert [text.get_text() for text in axes.get_legend().get_texts()] == names
    assert _draw_loss().get_legend() is None


def test_the_curves_of_metrics_differ_in_colour_and_in_dashes() -> None:
    """So that they can be told apart without colours."""
    accuracy, error = _draw_metrics().lines
    assert accuracy.get_color() != error.get_color()
    assert accuracy.get_linestyle() != error.get_linestyle()


def test_any_number_of_metrics_can_be_drawn() -> None:
    """None, and more than there are styles."""
    assert nn.plot_metrics(nn.History([1.0])).lines[:] == []
    many = nn.plot_metrics(nn.History(metrics={str(i): [1.0] for i in range(9)}))
    assert len(many.lines) == 9


@pytest.mark.parametrize(("numbers", "marker"), [([1.0], "o"), ([1.0, 0.5], "None")])
def test_a_single_epoch_can_be_seen(numbers: list[float], marker: str) -> None:
    """A line through one point has no length."""
    assert nn.plot_loss(nn.History(numbers)).lines[0].get_marker() == marker


def test_epochs_are_whole_numbers() -> None:
    """There is no tick at 1.5."""
    ticks = nn.plot_loss(nn.History([1.0, 0.5])).get_xticks()
    assert all(tick == round(tick) for tick in ticks)


def test_a_history_is_drawn_on_the_figure_given() -> None:
    """The plots stand from left to right; a part of a figure is enough."""
    figure = plt.figure()
    part = figure.add_subfigure(figure.add_gridspec(1, 2)[1])
    loss, metrics = nn.plot_history(nn.History([1.0], {"accuracy": [0.5]}), part)
    assert figure.axes == [loss, metrics]
    assert metrics.lines[0].get_label() == "accuracy"


def test_a_coarse_boundary_asks_the_model_less() -> None:
    """As many times as there are points in the grid, of which a side has 60 unless told."""
    asked = []

    def model(x: Sequence[float]) -> Value:
        """The first input, which is noted."""
        asked.append(x)
        return Value(x[0])

    nn.plot_decision_boundary(model, _POINTS, _LABELS, per_side=7)  # type: ignore[arg-type]  # any function will do
    assert len(asked) == 49
    asked.clear()
    nn.plot_decision_boundary(model, _POINTS, _LABELS)  # type: ignore[arg-type]  # any function will do
    assert len(asked) == 3600


def test_a_side_has_two_ends() -> None:
    """So two points are the fewest, and one is refused."""
    assert nn.plot_decision_boundary(_Plane(-1.5, 1.0), _POINTS, _LABELS, per_side=2).has_data()
    with pytest.raises(ValueError, match="per_side must be at least 2, the ends of each side, got"):
        nn.plot_decision_boundary(_Plane(-1.5, 1.0), _POINTS, _LABELS, per_side=1)


def test_a_model_is_a_function() -> None:
    """Its predictions are asked for."""
    no_model: Any = 3
    with pytest.raises(TypeError, match=r"model must be a function, such as nn\.MLP.*, got 3"):
        nn.plot_decision_boundary(no_model, _POINTS, _LABELS)


class _Centred(nn.Module[Value]):
    """A model that remembers the mean of what it has seen."""

    remembers = ("mean",)

    def __init__(self) -> None:
        self.w, self.mean = Value(1.0), 0.25

    def forward(self, x: Sequence[float]) -> Value:
        self.mean = 0.9 * self.mean + 0.1 * x[0]
        return self.w * (x[0] - self.mean)


def test_a_model_remembers_nothing_of_being_drawn() -> None:
    """The points of the plane are no examples, so a training that is watched stays what it is."""
    model = _Centred()
    nn.plot_decision_boundary(model, [[0.0, 1.0], [2.0, 1.0]], [1, -1], per_side=3)
    assert model.mean == 0.25
    with pytest.raises(ValueError, match="finite"):
        nn.plot_decision_boundary(model, [[0.0, 1.0], [2.0, nan]], [1, -1])
    model.w.data = nan
    with pytest.raises(ValueError, match="finite"):
        nn.plot_decision_boundary(model, [[0.0, 1.0], [2.0, 1.0]], [1, -1])
    assert model.mean == 0.25


def test_a_function_can_be_drawn_too() -> None:
    """It has nothing to remember."""
    model: Any = lambda x: Value(x[0] - x[1])  # noqa: E731
    axes = nn.plot_decision_boundary(model, [[0.0, 1.0], [2.0, 1.0]], [1, -1], per_side=3)
    assert len(axes.collections) == 4


def test_the_points_of_both_classes_are_drawn() -> None:
    """Points with negative labels come first, the others after them."""
    below, above = _scattered(_draw_boundary())
    assert below.get_offsets().tolist() == [[0.0, 0.0]]
    assert above.get_offsets().tolist() == [[2.0, 1.0], [1.0, -1.0]]


def test_a_label_of_0_is_on_the_side_that_the_legend_says() -> None:
    """Labels are 0 and 1 as well as -1 and 1: "y ≤ 0" is one side, "y > 0" the other."""
    axes = nn.plot_decision_boundary(_Plane(-1.5, 1.0), _POINTS, [0, 1, 0], per_side=2)
    below, above = _scattered(axes)
    assert [below.get_label(), above.get_label()] == ["y ≤ 0", "y > 0"]
    assert below.get_offsets().tolist() == [_POINTS[0], _POINTS[2]]
    assert above.get_offsets().tolist() == [_POINTS[1]]


def test_the_classes_differ_in_colour_and_in_shape() -> None:
    """So that they can be told apart without colours."""
    below, above = _scattered(_draw_boundary())
    assert below.get_facecolor().tolist() != above.get_facecolor().tolist()
    assert len(below.get_paths()[0].vertices) != len(above.get_paths()[0].vertices)


def test_the_boundary_is_where_the_score_is_zero() -> None:
    """For the score x − 1.5, the line x = 1.5 from the bottom to the top."""
    axes = _draw_boundary()
    (corners,) = _boundary(axes)
    assert corners[:, 0] == pytest.approx(1.5)
    assert corners[:, 1].min() < -1.0
    assert corners[:, 1].max() > 1.0


def test_the_plane_reaches_beyond_the_points() -> None:
    """No point is cut off at the edge."""
    axes = _draw_boundary()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert left < 0.0 < 2.0 < right
    assert bottom < -1.0 < 1.0 < top


@pytest.mark.parametrize("a", [2.0, -2.0, 0.0])
def test_a_model_with_one_answer_everywhere_can_be_drawn(a: float) -> None:
    """Without a warning, and with its points."""
    below, above = _scattered(nn.plot_decision_boundary(_Plane(a, 0.0), _POINTS, _LABELS))
    assert len(below.get_offsets()) + len(above.get_offsets()) == 3


def test_a_single_point_can_be_drawn() -> None:
    """A plane without extent gets one."""
    axes = nn.plot_decision_boundary(_Plane(0.0, 1.0), [[1.0, 1.0]], [1])
    left, right = axes.get_xlim()
    assert left < 1.0 < right


def test_arrays_are_drawn_as_lists_are() -> None:
    """The same points, of NumPy."""
    points: Any = np.array(_POINTS)
    labels: Any = np.array(_LABELS)
    axes = nn.plot_decision_boundary(_Plane(-1.5, 1.0), points, labels)
    shown = [each.get_offsets().tolist() for each in _scattered(axes)]
    assert shown == [each.get_offsets().tolist() for each in _scattered(_draw_boundary())]


@pytest.mark.parametrize("row", [[1.0], [1.0, 2.0, 3.0], []])
def test_rows_without_two_numbers_are_refused(row: list[float]) -> None:
    """The error says why; no empty figure is left behind."""
    with pytest.raises(ValueError, match="X must have two numbers in each row"):
        nn.plot_decision_boundary(_Plane(0.0, 1.0), [[0.0, 1.0], row], [1, 1])
    assert plt.get_fignums() == []


# Names that are markup to matplotlib, or that it hides or cannot draw, and how they come out.
_NAMES = {
    "err in $% of $": "err in $% of $",
    "_err": "_err",
    "R$^2$": "R$^2$",
    "$": "$",
    r"a\$b": r"a\$b",
    r"\alpha_1 & 50%": r"\alpha_1 & 50%",
    "two\nlines": "two\nlines",
    "tab\there": "tab here",
    "bell\x07": "bell\ufffd",
    "\ud800": "\ufffd",
    "": "",
    "__x__": "__x__",
}


def _shown(text: Any) -> str:
    """What matplotlib draws for a text, which must be no formula."""
    content, is_math = text._preprocess_math(text.get_text())
    assert not is_math
    return str(content).removeprefix("\u200b")


@pytest.mark.parametrize("name", _NAMES)
def test_the_name_of_a_metric_comes_out_as_itself(name: str) -> None:
    """In the legend, also in one that the user makes anew, and drawn without a warning."""
    history = nn.History([2.0, 1.0], {name: [1.0, 2.0]}, [2.0, 1.0], {name: [1.0, 2.0]})
    axes = nn.plot_metrics(history)
    for legend in (axes.get_legend(), axes.legend(loc="upper left")):
        assert [*map(_shown, legend.get_texts())] == [_NAMES[name], f"validation {_NAMES[name]}"]
    axes.figure.canvas.draw()
    assert "image/png" in history._repr_mimebundle_()[0]


@_EVERY_PLOT
def test_without_matplotlib_a_plot_says_how_to_install_it(
    draw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line to type."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"'matplotlib', of the extra \[plot\]: pip install"):
        draw()


@_EVERY_PLOT
def test_axes_of_the_users_own_need_no_pyplot(
    draw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that has a figure of its own gets no second one."""
    axes = plt.figure().add_subplot()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    assert draw(axes) is axes


@pytest.mark.parametrize(
    ("model", "rows", "labels", "message"),
    [
        (lambda x: Value(nan), [[0.0, 1.0]], [1], "one finite number for each point, got Value"),
        (lambda x: [Value(1.0)], [[0.0, 1.0]], [1], r"each point, got \[Value"),
        (lambda x: Value(1.0), [[0.0, 1.0]], [1, -1], "as many labels as X has rows"),
        (lambda x: Value(1.0), [], [], "at least one"),
    ],
)
def test_what_has_no_boundary_is_refused_before_a_figure_opens(
    model: Any, rows: Any, labels: Any, message: str
) -> None:
    """A diverged model, one with several outputs, and unequal lengths leave no figure behind."""
    with pytest.raises(ValueError, match=message):
        nn.plot_decision_boundary(model, rows, labels)
    assert plt.get_fignums() == []


def test_a_diverged_training_is_drawn_as_far_as_it_can_be() -> None:
    """Losses that no axis can hold are left out, and the title says so."""
    axes = nn.plot_loss(nn.History([1.0, 1e200, float("inf"), nan]))
    assert axes.get_title() == "training diverged: 3 of 4 losses are not shown"
    axes.figure.canvas.draw()
    plt.close(axes.figure)
