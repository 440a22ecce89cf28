"""The part of a run that a page shows: where it starts and stops, what it hides, and errors."""

import re
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Note, Stepper, Value
from engine.stepper.given.part import HIDEABLE
from tests.browser import launched, visit
from tests.engine.stepper.large import relus
from tests.engine.stepper.schema import SCHEMA, valid_trace


@pytest.fixture
def square() -> tuple[Value, Value, Value]:
    """The square y = h * h with h = 2 x: the output, h, and x."""
    x = Value(3.0, "x")
    h = x * 2
    h.label = "h"
    y = h * h
    y.label = "y"
    return y, h, x


def part(output: Value, **given: Any) -> Any:
    """The entry of a valid trace."""
    return valid_trace(output, **given).document["shown"]


def test_all_is_shown_unless_something_is_given(square: Any) -> None:
    """The trace is the same but for the entry."""
    y, h, _ = square
    assert part(y) is None
    whole, some = valid_trace(y).document, valid_trace(y, stop=h).document
    assert {**some, "shown": None} == whole


def test_steps_are_given_by_value_name_moment_or_position(square: Any) -> None:
    """As a Note has them; a Value alone stands for its gradient."""
    y, h, x = square
    at = [each["at"] for each in valid_trace(
        y, notes=[Note("", h, "computed"), Note("", h), Note("", x)]
    ).document["about"]["sentences"]]  # fmt: skip
    assert part(y, start=(h, "computed"), stop=h) == {"start": at[0], "stop": at[1], "hide": []}
    assert part(y, start=("h", "complete"), stop="x") == {"start": at[1], "stop": at[2], "hide": []}
    assert part(y, start=1, stop=2) == {"start": 1, "stop": 2, "hide": []}
    assert part(y, start=(x, "computed"))["start"] == 0
    last = len(valid_trace(y).document["events"])
    assert part(y, start=last) == {"start": last, "stop": last, "hide": []}


def test_without_gradients_the_way_forward_is_all(square: Any) -> None:
    """A page stops there by itself, or before."""
    y, h, _ = square
    assert part(y, hide={"gradients"}) == {"start": 0, "stop": 2, "hide": ["gradients"]}
    assert part(y, hide=["gradients"], stop=(h, "computed"))["stop"] == 1


def test_names_to_hide_are_those_of_the_schema(square: Any) -> None:
    """In the order of the alphabet, each once."""
    assert SCHEMA["$defs"]["Hideable"]["enum"] == [*HIDEABLE] == sorted(HIDEABLE)
    assert part(square[0], hide=["rules", "paths", "rules"])["hide"] == ["paths", "rules"]


@pytest.mark.parametrize(("given", "error", "message"), [
    ({"hide": "paths"}, TypeError, "hide must be a set of names, such as {'paths'}, got 'paths'"),
    ({"hide": 3}, TypeError, "hide must be a set of names, such as {'paths'}, got 3"),
    ({"hide": ["path"]}, ValueError, ("hide must have names from checks, descent, gradients, "
     "ledger, marks, meaning, paths, plot, rules, values, got 'path'")),
    ({"start": 6.0}, TypeError, ("start must be a position from 0 to 8, a Value or its name, or "
     "one of these with 'computed' or 'complete', got 6.0")),
    ({"stop": ("h", "done")}, TypeError, ("stop must be a position from 0 to 8, a Value or its "
     "name, or one of these with 'computed' or 'complete', got ('h', 'done')")),
    ({"stop": ("h", "complete", 2)}, TypeError, ("stop must be a position from 0 to 8, a Value or "
     "its name, or one of these with 'computed' or 'complete', got ('h', 'complete', 2)")),
    ({"stop": "z"}, ValueError, "stop must be in the graph, got 'z': choose from x, h, y"),
    ({"start": -1}, ValueError,
     ("start must be a position from 0 to 8, a Value or its name, or one of these with "
     "'computed' or 'complete', got -1")),
    ({"start": "x", "stop": "h"}, ValueError,
     "start must not come after stop, got positions 7 and 6"),
    ({"stop": 3, "hide": {"gradients"}}, ValueError, ("stop must not come after position 2, where "
     "the way forward ends, since gradients are hidden, got position 3: leave 'gradients' out of "
     "hide")),
    ({"stop": 2, "notes": ["One.", Note("x", "x")]}, ValueError, ("notes[1] must lead to a step of "
     "the page, which stops at position 2, got position 7: move stop, or the note")),
])  # fmt: skip
def test_what_is_no_part_is_refused(given: Any, error: Any, message: str, square: Any) -> None:
    """By name, with what was given and what to do."""
    for make in (engine.trace, Stepper):
        with pytest.raises(error) as caught:
            make(square[0], **given)
        assert str(caught.value) == message


def test_a_folded_run_is_shown_whole() -> None:
    """Its steps are those of classes; with notes it is not folded."""
    large = relus([float(i) for i in range(200)])
    for name, given in (("start", 1), ("stop", "y"), ("hide", {"paths"})):
        with pytest.raises(ValueError, match=f"^{name} must not be given for a graph of more than"):
            Stepper(large, **{name: given})  # type: ignore[arg-type]
    assert Stepper(large, notes=["All."], stop=5).trace.document["shown"]["stop"] == 5


def test_the_widget_keeps_to_the_part(square: Any) -> None:
    """It begins where the page starts, and goes no further than where it stops."""
    traitlets = pytest.importorskip("traitlets", reason="needs anywidget")
    widget = Stepper(square[0], start=2, stop=4).widget()
    assert widget.step == 2
    widget.step = 4
    with pytest.raises(traitlets.TraitError):
        widget.step = 5


def test_the_picture_without_the_script_keeps_to_the_part() -> None:
    """It has no gradients and no rules where these are hidden, and all else."""
    graph = small()
    whole, rules, gradients = (
        still(Stepper(graph, names={}, hide=hide)) for hide in ((), {"rules"}, {"gradients"})
    )
    assert whole.count(", grad ") == rules.count(", grad ") == 4
    assert "d(tanh(h))/dh" in whole
    assert "d(" not in rules
    assert "d(" not in gradients
    assert re.findall("grad[ 0-9]+", gradients) == ["grad 7", "grad 7"]
    assert rules.count("data ") == gradients.count("data ") == whole.count("data ")


def small() -> Value:
    """Two operations, with a plot, on a leaf whose name looks like a gradient."""
    h = Value(0.5, "w") * Value(2.0, "grad 7")
    h.label = "h"
    y = h.tanh()
    y.label = "y"
    return y


def still(stepper: Stepper) -> str:
    """The picture of a page as it is without the script."""
    found = re.search(r'<div class="static">(.*?)</div>', stepper.html(), re.DOTALL)
    assert found
    return found[1]


# What stands in the page, to be read, to be heard and to be pointed at.
TEXT = """() => {
    const main = document.querySelector("main");
    const told = [...main.querySelectorAll("*")].flatMap((each) =>
        ["aria-label", "title", "aria-valuetext"].map((name) => each.getAttribute(name) ?? ""));
    return [main.textContent, ...told].join("\\n");
}"""


@pytest.mark.slow
def test_what_is_hidden_is_nowhere_in_the_page(tmp_path: Path) -> None:
    """Neither as text nor in titles and names; the page opens and stops where it is told to."""
    hidden = {*HIDEABLE} - {"gradients"}
    bare, forward = Stepper(small(), hide=hidden), Stepper(small(), hide={"gradients"}, start=1)
    with launched() as browser:
        page = browser.new_page(reduced_motion="reduce")
        visit(page, bare.save(tmp_path / "bare.html").as_uri())
        page.keyboard.press("End")
        assert page.get_by_role("tab").count() == page.locator(".plot svg").count() == 0
        assert "2·" not in page.evaluate(TEXT)
        assert "d(tanh(h))/dh = " in page.evaluate(TEXT)
        visit(page, forward.save(tmp_path / "forward.html").as_uri())
        assert not page.get_by_role("button", name="Predict").is_visible()
        assert page.locator(".counter").inner_text() == "1 / 2"
        page.keyboard.press("End")
        assert page.locator(".counter").inner_text() == "2 / 2"
        assert page.get_by_role("tab").all_inner_texts() == ["Values"]
        text = page.evaluate(TEXT).replace("grad 7", "")
        assert not re.search("grad|slope|finite|∂|d\\(", text)
        page.get_by_role("tab", name="Values").click()
        page.locator(".node.output").click()
        assert page.locator(".values thead").inner_text().split() == ["Value", "data"]
