"""Meaning and Descent in a browser: a nudge is dragged, XOR is learnt, and all has its room."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine import Stepper, Value
from nn import MLP
from tests.browser import launched, visit

pytestmark = pytest.mark.slow

SIZES = [(1280, 800), (1366, 650), (375, 667), (667, 375)]

# Of the panel that is open: by how many pixels it is too wide, and whether all tabs are in view.
ROOM = """() => {
    const panel = document.querySelector(".panel:not([hidden])");
    const side = panel.parentNode.getBoundingClientRect();
    const ends = [...document.querySelectorAll(".tabs button")].map(
        (tab) => tab.getBoundingClientRect().right);
    return [panel.scrollWidth - panel.clientWidth, Math.max(...ends) <= side.right + 1];
}"""


def xor() -> Stepper:
    """A network 2-2-1, and the four examples of XOR."""
    inputs, target = [Value(0.0, "x[0]"), Value(1.0, "x[1]")], Value(1.0, "y")
    loss = (MLP(2, [2, 1], "tanh", seed=2)(inputs) - target) ** 2
    loss.label = "Loss"
    return Stepper(loss, examples={"x[0]": [0, 0, 1, 1], "x[1]": [0, 1, 0, 1], "y": [0, 1, 1, 0]})


def square() -> Stepper:
    """The square of 3."""
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return Stepper(y)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Both pages, open in one browser; an error in one of them is an error of its test."""
    folder = tmp_path_factory.mktemp("pages")
    complaints: list[str] = []
    with launched() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(10_000)
        opened = {}
        for name, make in {"xor": xor, "square": square}.items():
            page = opened[name] = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            visit(page, make().save(folder / f"{name}.html").as_uri())
        yield opened
    assert complaints == []


def open_tab(page: Any, name: str) -> None:
    """At the end of the run, with one tab open."""
    page.keyboard.press("Escape")
    page.get_by_role("tab", name=name).click()


def painted(page: Any) -> None:
    """Wait until changed numbers are seen, which is at the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_a_nudge_is_complete_only_when_its_gradient_is(pages: dict[str, Any]) -> None:
    """Before, a button leads to the step at which that is; then the sentence is there."""
    page = pages["square"]
    page.keyboard.press("Home")
    open_tab(page, "Meaning")
    said = page.locator(".says")
    assert "The gradient of x is not complete yet" in said.text_content()
    page.get_by_role("button", name="Go there").click()
    assert "If x grows by 0.01, y grows by about 0.06" in said.text_content()
    assert "To lower y, x goes down." in page.locator(".nudged").text_content()


def test_a_nudge_is_typed_slid_and_dragged_to_nothing(pages: dict[str, Any]) -> None:
    """The quotient comes nearer to the gradient, 6, the smaller the nudge is."""
    page = pages["square"]
    page.keyboard.press("End")
    open_tab(page, "Meaning")
    said, field = page.locator(".says"), page.get_by_label("nudge", exact=True)
    quotients = []
    for text in ("1", "0.1", "0.001"):
        field.fill(text)
        quotients.append(page.locator(".plot .ratio").text_content())
    assert quotients == [f"change / nudge {each}" for each in ("7", "6.1", "6.001")]
    field.fill("much")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("0.5")
    field.press("ArrowDown")
    assert field.input_value() == "0.25"
    page.get_by_label("size of the nudge").press("Home")
    assert field.input_value() == "0.000001"
    assert page.locator(".counter").text_content().startswith("5 /")
    box = page.locator(".drag").bounding_box()
    point = page.locator(".plot .point").last.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 40, box["y"] + 60)
    page.mouse.down()
    assert float(field.input_value()) > 0.5
    page.mouse.move(point["x"] + point["width"] / 2, box["y"] + 60, steps=4)
    page.mouse.up()
    assert field.input_value() == "0"
    assert "0/0, is no number" in said.text_content()


def test_a_step_that_is_too_large_is_seen(pages: dict[str, Any]) -> None:
    """The curve rises, a sentence says so, and a reset empties it."""
    page = pages["square"]
    page.keyboard.press("Home")
    open_tab(page, "Descent")
    outcome, curve = page.locator(".outcome"), page.locator(".course .plot")
    page.get_by_role("button", name="1 step").click()
    painted(page)
    assert outcome.text_content() == "y fell from 9 to 5.76."
    assert page.locator(".node.output text", has_text="5.76").count() == 1
    page.get_by_label("learning rate").fill("1.5")
    page.get_by_role("button", name="1 step").click()
    assert outcome.text_content() == (
        "y grew from 5.76 to 23.04: the step was too large. Reset, and try half of it: 0.75."
    )
    assert "over 2 steps: from 9 to 23.04" in curve.get_attribute("aria-label")
    page.locator(".descent").get_by_role("button", name="reset").click()
    painted(page)
    assert curve.count() == 0
    assert outcome.text_content() == ""
    assert page.locator(".node.output text", has_text="data 9").count() == 1


def test_xor_is_learnt_on_its_examples(pages: dict[str, Any]) -> None:
    """What does not learn is not ticked; the example that is pressed is the one in the picture."""
    page = pages["xor"]
    page.keyboard.press("End")
    open_tab(page, "Descent")
    assert page.locator(".bars input:checked").count() == 9
    assert page.locator(".bars", has_text="x[0]").count() == 0
    shown = page.locator(".examples button[aria-pressed=true]")
    assert shown.text_content() == "2"
    for _ in range(4):
        page.get_by_role("button", name="100 steps").click()
    assert page.locator(".outcome").text_content().startswith("Mean Loss fell from ")
    painted(page)
    losses = page.locator(".examples td:last-child").all_text_contents()
    assert max(map(float, losses)) < 0.01
    page.get_by_role("button", name="Show example 4").click()
    painted(page)
    assert shown.text_content() == "4"
    assert "400 steps" in page.locator(".course .plot").get_attribute("aria-label")
    page.get_by_label("Example 4: y").fill("1")
    painted(page)
    assert page.locator(".course .plot").count() == 0
    assert shown.text_content() == "4"
    assert float(page.locator(".examples td:last-child").last.text_content()) > 0.5


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_both_have_room(width: int, height: int, pages: dict[str, Any]) -> None:
    """No tab is cut off, nothing is wider than the side, and what one presses is in view."""
    page = pages["xor"]
    page.set_viewport_size({"width": width, "height": height})
    page.keyboard.press("End")
    for tab, control in (("Meaning", "nudge"), ("Descent", "learning rate")):
        open_tab(page, tab)
        page.locator(".panel:not([hidden])").evaluate("(panel) => panel.scrollTo(0, 0)")
        assert page.evaluate(ROOM) == [0, True]
        box = page.get_by_label(control, exact=True).bounding_box()
        panel = page.locator(".panel:not([hidden])").bounding_box()
        assert box["y"] + box["height"] <= panel["y"] + panel["height"]
