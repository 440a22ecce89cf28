"""The playground in a browser: typing, the gallery, links of friends and of strangers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from engine import playground
from tests.browser import launched, visit
from tests.engine.stepper.test_screen import until

pytestmark = pytest.mark.slow

STRANGE = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "javascript:alert(1)",
    "x" * 9_000 + "(", "+".join("x" * 400), "(" * 3_000, "\ud7ff\u202e\x00é", "constructor(x)",
    "a=" * 500,
)  # fmt: skip

# Whether boxes of the picture overlap, or all is not well in another way.
TEXT = "document.querySelector('.complaint').textContent"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Opens the page at an address, and at the end demands that no error was seen."""
    file = playground().save(tmp_path_factory.mktemp("pages") / "playground.html")
    complaints: list[str] = []
    with launched() as browser:
        page = browser.new_page(reduced_motion="reduce")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))

        def open_page(end: str = "", path: Path = file) -> Any:
            """The page, loaded anew."""
            page.goto("about:blank")
            visit(page, path.as_uri() + end)
            page.wait_for_selector(".node")
            return page

        yield open_page
        assert not complaints


def names(page: Any) -> list[str]:
    """The names of the fields above the picture."""
    found: list[str] = page.locator(".variables label").all_text_contents()
    return found


def test_a_mistake_is_read_on_a_telephone(opened: Any) -> None:
    """The reason breaks into lines, so that its end is seen; the caret is where it belongs."""
    page = opened()
    page.set_viewport_size({"width": 390, "height": 844})
    for formula in ("σ(x)", "w x", "+".join("x" * 600)):
        page.get_by_label("Formula").fill(formula)
        until(page, f"{TEXT} !== ''")
        hidden = "document.querySelector('.complaint .reason').scrollWidth"
        assert page.evaluate(f"{hidden} <= document.querySelector('.complaint').clientWidth"), (
            formula
        )
        assert (
            page.locator(".complaint .reason").evaluate("e => e.getClientRects()[0].right") <= 390
        )
    page.get_by_label("Formula").fill("w x")
    until(page, f"{TEXT}.endsWith('w x\\n    ^')")
    page.set_viewport_size({"width": 1280, "height": 720})


def test_a_formula_is_typed(opened: Any) -> None:
    """The picture follows; a mistake is pointed at, while the last good graph stays."""
    page = opened()
    assert names(page) == ["x"]
    field = page.get_by_label("Formula")
    field.fill("tanh(w*x + b)")
    until(page, "document.querySelectorAll('.node').length === 6")
    assert names(page) == ["w", "x", "b"]
    x, w = page.get_by_label("data of x").first, page.get_by_label("data of w").first
    assert (x.input_value(), w.input_value()) == ("3", "0.5")
    field.fill("tanh(w*x + b")
    until(page, f"{TEXT} === 'this ( is never closed\\n  tanh(w*x + b\\n      ^'")
    page.wait_for_timeout(400)
    assert page.locator(".node").count() == 6
    field.fill("tanh(w*x + b)")
    until(page, f"{TEXT} === ''")


def test_numbers_follow_each_other(opened: Any) -> None:
    """A field above the picture and the box in it; the address says what is there."""
    page = opened("#formula=w*x&set=w:0.5&set=x:4&step=1")
    output = page.locator(".node.output")
    assert "data 2" in output.text_content()
    page.locator(".variables input").first.fill("2.5")
    until(page, "document.querySelector('.node.output').textContent.includes('data 10')")
    until(page, "location.hash === '#formula=w*x&step=1&set=w:2.5&set=x:4'")


def test_a_link_opens_what_it_was_made_of(opened: Any) -> None:
    """Formula of several lines, numbers, step and selection; where one edits, these stay."""
    formula = "h = tanh(w*x)\n(h - y)**2"
    page = opened(f"#formula={quote(formula)}&set=y:3&step=6&select=w")
    assert page.get_by_label("Formula").input_value() == formula
    assert page.locator(".counter").text_content().startswith("6 / ")
    assert "w" in page.locator(".selected").first.text_content()
    page.get_by_label("Formula").fill(f"{formula} + w*0")
    until(page, "document.querySelectorAll('.node').length === 10")
    assert page.locator(".selected").count() > 0
    assert not page.locator(".counter").text_content().startswith("0 / ")


def test_the_gallery_opens_each_of_its_formulas(opened: Any) -> None:
    """With its numbers, and with what to look at."""
    page = opened()
    choice = page.get_by_label("Examples")
    for place in range(9):
        choice.select_option(str(place))
        title = choice.locator("option:checked").text_content()
        assert page.locator("h1").text_content().startswith(title)
        assert page.locator(".said li").count() in (2, 3)
    page.get_by_label("Formula").fill("a + 1")
    until(page, "document.querySelector('header select').value === ''")


def test_links_of_strangers_show_a_formula_or_a_reason(opened: Any) -> None:
    """Nothing else: text stays text, and what is too large is refused in a sentence."""
    for text in STRANGE:
        page = opened(f"#formula={quote(text)}&set=x:1&select={quote(text)}&step=9&view=stage")
        assert page.locator("img, script:not([type]), iframe").count() == 0
        assert page.evaluate(f"{TEXT}.length") > 0, text
        assert page.locator(".node").count() == 2
    page = opened(f"#formula={quote('__proto__ * constructor')}&set=__proto__:2")
    assert names(page) == ["__proto__", "constructor"]


def test_what_a_reader_has_written_stays(opened: Any) -> None:
    """Beside the examples, with its numbers; and the steps go on as they were told."""
    page = opened("#formula=p*q&set=p:0.25&set=q:4")
    choice = page.get_by_label("Examples")
    unit = page.get_by_role("button", name="node", exact=True)
    unit.click()
    choice.select_option("1")
    assert unit.get_attribute("aria-pressed") == "true"
    choice.select_option("")
    assert page.get_by_label("Formula").input_value() == "p*q"
    assert page.locator(".variables input").first.input_value() == "0.25"
    page.locator(".variables input").first.fill("3/4")
    until(page, "location.hash.includes('unit=node&set=p:0.75')")


def test_a_link_has_tables_too_and_a_wrong_one_can_be_mended(opened: Any) -> None:
    """Open table, learning rate and examples; a reset brings the saved examples back."""
    page = opened("#formula=tanh(w*x&set=w:3")
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash") == "#formula=tanh(w*x&set=w:3"
    page.get_by_label("Examples").select_option("8")
    page.get_by_role("tab", name="Descent").click()
    rate = page.get_by_label("learning rate")
    rate.fill("-1")
    assert page.locator(".refused", has_text="above 0").count() == 1
    rate.fill("0.05")
    page.get_by_label("Example 4: t").fill("1")
    link = "location.hash.endsWith('&tab=Descent&rate=0.05&rows=0:0:0,0:1:1,1:0:1,1:1:1')"
    until(page, link)
    page = opened(page.evaluate("location.hash"))
    assert page.get_by_label("learning rate").input_value() == "0.05"
    assert page.get_by_label("Example 4: t").input_value() == "1"
    page.locator(".descent").get_by_role("button", name="reset").click()
    assert page.get_by_label("Example 4: t").input_value() == "0"


def test_gradients_are_told_when_they_are_there_and_edits_are_compared(opened: Any) -> None:
    """In the sentences of the gallery; and in a table of what was, beside any other."""
    page = opened("#formula=y%20%3D%20x*x")
    told = page.locator(".said li").nth(1)
    assert told.text_content() == "More is said here once the gradient of x is complete."
    told.click()
    assert "The sum is 3 + 3 = 6." in told.text_content().replace("\u00a0", " ")
    page.get_by_label("Formula").fill("y = x*x*x")
    until(page, "document.querySelector('.chip').textContent.startsWith('Before the edit y was 9')")
    page.get_by_role("button", name="compare").click()
    assert page.locator(".compared tbody tr").all_text_contents() == ["y927", "gradient of x627"]


def test_a_finger_that_goes_up_moves_the_picture_and_no_number(opened: Any) -> None:
    """One that goes to the side moves the number of the box on which it began."""
    page = opened("#formula=w*x&set=w:2&set=x:4")
    touch = page.context.new_cdp_session(page)
    box = page.locator(".node.movable").first
    number = page.locator(".variables input").first
    first = box.bounding_box()
    for across, down, expected in ((2, 60, "2"), (40, 4, "2.4")):
        place = box.bounding_box()
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        for part in (0, 0.2, 0.6, 1):
            point = {"x": x + across * part, "y": y + down * part}
            kind = "touchMove" if part else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        until(page, f"document.querySelector('.variables input').value === '{expected}'")
        assert number.input_value() == expected
    assert first["y"] + 30 < place["y"] == box.bounding_box()["y"]
