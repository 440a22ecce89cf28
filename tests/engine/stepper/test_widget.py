"""The widget, where anywidget is installed: Python reads and sets the step and the selection."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from math import gamma as gamma_of
from math import nan
from typing import Any, ClassVar

import pytest

from engine import Op, Stepper, Value
from tests.engine.stepper.large import relus
from tests.oracles.layer import layer, mean_square
from tests.registered import registered

needs_anywidget = pytest.mark.skipif(not find_spec("anywidget"), reason="needs anywidget")


@pytest.fixture
def made() -> Any:
    """A widget for the worked example."""
    with mean_square():
        return Stepper(layer()[0]).widget()


@needs_anywidget
def test_it_holds_the_trace_and_begins_at_the_start(made: Any) -> None:
    """The script is that of the page."""
    assert json.loads(made.document)["title"] == "Loss"
    assert (made.step, made.selected) == (0, "")
    assert {"document", "step", "selected", "values"} <= {*made.traits(sync=True)}
    assert "export default" in str(made._esm)
    assert ".glassgrad-stepper" in str(made._css)


@needs_anywidget
def test_step_and_selected_can_be_set(made: Any) -> None:
    """To any position from the start to the end, and any name of the trace."""
    made.step = 102
    made.selected = "w11"
    assert (made.step, made.selected) == (102, "w11")
    made.selected = ""


@needs_anywidget
@pytest.mark.parametrize(("name", "value", "message"), [
    ("step", 103, "should not be greater than 102"),
    ("step", -1, "should not be less than 0"),
    ("selected", "w99", "selected must be the name of a Value of the run or '', got 'w99'"),
])  # fmt: skip
def test_what_the_trace_does_not_have_is_refused(
    made: Any, name: str, value: Any, message: str
) -> None:
    """And leaves the trait as it was."""
    before = (made.step, made.selected)
    with pytest.raises(Exception, match=message) as raised:
        setattr(made, name, value)
    assert raised.type.__name__ == "TraitError"
    assert (made.step, made.selected) == before


@needs_anywidget
def test_of_a_folded_graph_step_counts_steps_and_selected_names_a_class() -> None:
    """Values have no steps of their own there."""
    made = Stepper(relus([1.0] * 400)).widget()
    assert json.loads(made.document)["format"] == "glassgrad fold"
    made.step = 5
    made.selected = "ReLU"
    with pytest.raises(Exception, match="should not be greater than 5"):
        made.step = 6
    with pytest.raises(Exception, match="selected must be the name of a class of the run"):
        made.selected = "x[0]"
    assert (made.step, made.selected) == (5, "ReLU")


class StandIn:
    """What is used of anywidget and of traitlets, for where they are not installed."""

    TraitError = ValueError

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take any setting of a trait."""

    def tag(self, **_: Any) -> "StandIn":
        """The same trait."""
        return self

    @staticmethod
    def validate(_: str) -> Callable[[Any], Any]:
        """Leave the function as it is."""
        return staticmethod

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, str]]:
        """What Jupyter shows of a widget."""
        return {"text/plain": "a widget"}, {}

    AnyWidget: ClassVar[type["StandIn"]]
    Unicode: ClassVar[type["StandIn"]]
    Int: ClassVar[type["StandIn"]]
    Dict: ClassVar[type["StandIn"]]


StandIn.AnyWidget = StandIn.Unicode = StandIn.Int = StandIn.Dict = StandIn


def test_a_name_is_known_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the function that traitlets calls."""
    monkeypatch.setattr("engine.stepper.widget.optional", lambda *_: StandIn)
    y = Value(2.0, "x") * 3
    known = Stepper(y).widget()._known
    assert known(None, {"value": "x"}) == "x"
    assert known(None, {"value": ""}) == ""
    with pytest.raises(ValueError, match=r"selected must be the name of a Value .*, got 'z'"):
        known(None, {"value": "z"})


@needs_anywidget
def test_values_are_the_numbers_of_leaves() -> None:
    """Those that are given; all others have the recorded ones, so that {} brings these back."""
    x, w = Value(2.0, "x"), Value(-1.0, "w")
    made = Stepper(x * w + 3.0).widget()
    assert made.values == {"x": 2.0, "w": -1.0}
    made.values = {"w": 5}
    assert made.values == {"x": 2.0, "w": 5.0}
    made.values = {}
    assert made.values == {"x": 2.0, "w": -1.0}


@pytest.fixture
def take(monkeypatch: pytest.MonkeyPatch) -> Callable[[Value, Any], Any]:
    """What becomes of values that are set, by the function that traitlets calls."""
    monkeypatch.setattr("engine.stepper.widget.optional", lambda *_: StandIn)
    return lambda output, values: Stepper(output).widget()._numbers(None, {"value": values})


def test_leaves_on_which_a_locked_operation_depends_are_refused(take: Any) -> None:
    """So are results, names that no Value has, and what is no finite number."""
    gamma = Op("gamma", "gamma", "{a}", (1, 2), gamma_of, (lambda a, y: 0.5,))
    with registered(gamma):
        x, w, n = Value(1.5, "x"), Value(2.0, "w"), Value(nan, "n")
        inner = x * 2.0
        output = inner.gamma() * w + n  # type: ignore[attr-defined]
    assert take(output, {}) == {"w": 2.0}
    assert take(output, {"w": 1, "n": 0.5}) == {"w": 1.0, "n": 0.5}
    for name in ("x", "z", "Mul"):
        with pytest.raises(ValueError, match=f"'{name}' is no leaf .*; these may: 'w', 'n'"):
            take(output, {name: 1.0})
    for number in (nan, "1", None):
        with pytest.raises(ValueError, match=f"'w' must be finite, got {number!r}"):
            take(output, {"w": number})


def test_of_a_folded_graph_no_number_may_change(take: Any) -> None:
    """There `values` is empty."""
    output = relus([1.0] * 400)
    assert take(output, {}) == {}
    with pytest.raises(ValueError, match="'x' is no leaf whose number may change; none may"):
        take(output, {"x": 1.0})


def test_where_widgets_are_not_known_the_page_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter has both, and takes the first that it can show."""
    monkeypatch.setattr("engine.stepper.widget.optional", lambda *_: StandIn)
    stepper = Stepper(Value(2.0, "x") * 3)
    data, _ = stepper.widget()._repr_mimebundle_(include=None, exclude=None)
    assert data == {"text/plain": "a widget", "text/html": stepper._repr_html_()}


def test_without_anywidget_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page needs no package."""
    usual: Callable[..., Any] = __import__("importlib").import_module

    def missing(name: str, *more: Any) -> Any:
        """Import anything but anywidget."""
        if name == "anywidget":
            raise ModuleNotFoundError(name=name)
        return usual(name, *more)

    monkeypatch.setattr("engine.system.packages.import_module", missing)
    with pytest.raises(ImportError, match=r"the widget needs .*\[notebook\]: pip install \""):
        Stepper(Value(1.0)).widget()
