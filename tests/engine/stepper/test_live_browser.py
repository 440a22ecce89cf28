"""Numbers that a reader changes, in a browser: what follows is true, and reset brings all back."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper, Value
from nn import cross_entropy
from tests.browser import visit
from tests.engine.stepper.six_pages import SIX_PAGES

pytestmark = pytest.mark.slow

# All that a reader sees or hears, as text.
SAID = """() => [...document.querySelectorAll('main *')].flatMap((each) => [
    each.getAttribute('aria-label'), each.getAttribute('aria-valuetext'), each.title,
    each.value ?? '', each.children.length ? '' : each.textContent])"""

# Data and gradient of each Value in the table, with all digits.
NUMBERS = """() => Object.fromEntries([...document.querySelectorAll('.values tr[data-node]')].map(
    (row) => [row.querySelector('.name').textContent, [
        row.children[1].querySelector('input')?.title ??
            row.children[1].querySelector('.num').dataset.value,
        row.querySelector('.grad .num').dataset.value]]))"""


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a run, and at the end demands that no error was seen."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, has_touch=True,
                                   reduced_motion="reduce")  # fmt: skip

    def open_page(stepper: Stepper, end: str = "") -> Any:
        """The page, at its last step, with the table of Values."""
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        visit(page, stepper.save(tmp_path / "page.html").as_uri() + end)
        page.get_by_role("tab", name="Values").click()
        page.keyboard.press("End")
        return page

    yield open_page
    context.close()
    assert not complaints


def scores(numbers: Mapping[str, float]) -> Value:
    """Softmax and cross-entropy of some scores."""
    loss = cross_entropy([[Value(number, name) for name, number in numbers.items()]], [1])
    loss.label = "Loss"
    return loss


def neuron(numbers: Mapping[str, float]) -> Value:
    """A neuron whose input is used twice."""
    x, w, b = (Value(number, name) for name, number in numbers.items())
    y: Value = (w * x + b).tanh() * x
    y.label = "y"
    return y


def field(page: Any, name: str) -> Any:
    """Where the number of a leaf stands in the table."""
    return page.get_by_role("spinbutton", name=f"data of {name}", exact=True)


def moved(page: Any, place: Any, way: float) -> None:
    """Drag something by so many pixels to the right, and wait until all is computed."""
    box = place.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + way / 2, y)
    page.mouse.move(x + way, y)
    page.mouse.up()
    page.wait_for_timeout(400)


@pytest.mark.parametrize(("make", "before", "after"), [
    (scores, {"z0": 1.0, "z1": 2.0, "z2": 0.5}, {"z0": -1.25, "z1": 2.0, "z2": 3.0}),
    (neuron, {"x": 0.5, "w": 2.0, "b": 0.0}, {"x": -0.75, "w": 2.0, "b": 0.125}),
])  # fmt: skip
def test_after_a_change_all_numbers_are_those_of_another_run(
    opened: Any, make: Callable[..., Value], before: Any, after: Any
) -> None:
    """The table holds what Python computes for these numbers, and finite differences agree."""
    page = opened(Stepper(make(before), names={}))
    for name in before:
        field(page, name).fill(repr(after[name]))
    page.wait_for_timeout(400)
    expected = Stepper(make(after), names={}).trace.document["nodes"]
    found = page.evaluate(NUMBERS)
    for node in expected:
        wanted = [node["data"], node["grad"]]
        assert list(map(float, found[node["name"]])) == pytest.approx(wanted, rel=1e-14, abs=1e-300)
    assert page.locator(".mark.WRONG").count() == 0
    assert page.locator(".mark.agrees").count() == len(expected)


@pytest.mark.parametrize("name", SIX_PAGES)
def test_reset_brings_back_every_text(opened: Any, name: str) -> None:
    """To the letter, in the middle and at the end, whatever was changed in between."""
    page = opened(SIX_PAGES[name]())
    for key in ("End", "2"):
        page.keyboard.press(key)
        before = page.evaluate(SAID)
        leaf = page.get_by_role("spinbutton").first
        leaf.fill("0.77")
        page.wait_for_timeout(300)
        assert page.evaluate(SAID) != before
        page.get_by_role("button", name="reset").click()
        page.wait_for_timeout(300)
        page.evaluate("document.activeElement.blur()")
        assert page.evaluate(SAID) == before
        page.keyboard.press("ArrowLeft")


def test_a_field_is_typed_in_stepped_and_dragged(opened: Any) -> None:
    """What is no number changes nothing; Esc takes back, once in the field and during a drag."""
    page = opened(Stepper(neuron({"x": 0.5, "w": 2.0, "b": 0.0}), names={}))
    x = field(page, "x")
    moved(page, x, 30)
    assert (x.input_value(), x.get_attribute("aria-valuenow")) == ("0.8", "0.8")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    x.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    assert x.input_value() == "-0.1"
    x.fill("1e999")
    assert x.get_attribute("aria-invalid") == "true"
    page.keyboard.press("Escape")
    assert x.input_value() == "0.8"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    box = x.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 9)
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_timeout(100)
    assert x.input_value() == "0.8"
    page.get_by_role("button", name="reset").click()
    page.wait_for_timeout(100)
    assert x.input_value() == "0.5"


def test_a_box_is_dragged_and_a_click_selects_it(opened: Any) -> None:
    """The picture stays where it is, its numbers follow, and the address says them."""
    page = opened(Stepper(neuron({"x": 0.5, "w": 2.0, "b": 0.0}), names={}))
    box = page.locator(".node.movable", has_text="b").first
    before = page.locator("svg .node").first.bounding_box()
    moved(page, box, -20)
    assert "data -0.2" in box.text_content()
    assert field(page, "b").input_value() == "-0.2"
    assert page.locator("svg .node").first.bounding_box() == before
    assert page.locator(".node.selected").count() == 0
    assert "y was 0.3808, is 0.332" in page.locator(".chip").text_content()
    page.get_by_role("button", name="compare").click()
    assert page.locator(".compared tr", has_text="gradient of b").count() == 1
    page.get_by_role("button", name="compare").click()
    page.wait_for_timeout(600)
    assert page.evaluate("location.hash").endswith("&set=b:-0.2&tab=Values")
    moved(page, box, 0)
    assert page.locator(".node.selected").count() == 1


def test_an_address_sets_numbers_and_nothing_else(opened: Any) -> None:
    """Of leaves that the run has, to finite decimal numbers."""
    end = "#set=x:-1.5&set=y:7&set=w:1e999&set=nobody:1&set=b:<img src=x onerror=alert(1)>"
    page = opened(Stepper(neuron({"x": 0.5, "w": 2.0, "b": 0.0}), names={}), end)
    page.wait_for_timeout(300)
    assert [field(page, name).input_value() for name in "xwb"] == ["-1.5", "2", "0"]
    page.evaluate("location.hash = ''")
    page.wait_for_timeout(300)
    assert field(page, "x").input_value() == "0.5"


def test_leaves_that_stay_say_why(opened: Any) -> None:
    """They have no field; beside the table stands the reason."""
    w = Value(2.0, "w")
    page = opened(Stepper(Value(6.0, (w,), (3.0,)) * Value(0.5, "x"), names={}))
    assert page.get_by_role("spinbutton").count() == 1
    assert field(page, "x").is_visible()
    note = page.locator(".all .quiet").first.text_content()
    assert note.endswith("w: to be kept, since its local derivatives were given as numbers.")
