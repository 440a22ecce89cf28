"""Pages in another language, in a browser: no English is seen or heard in any part of them."""

from pathlib import Path
from typing import Any

import pytest

from engine import Stepper, Value, playground
from engine.languages import Language, speech_in
from tests.browser import visit
from tests.engine.languages.test_languages import POINT, foreign
from tests.engine.stepper.large import network_loss

pytestmark = pytest.mark.slow

# All that a reader sees or hears, in parts that are hidden too; a formula is in its own language.
SAID = """() => [...document.querySelectorAll('body *:not(script, style, textarea)')].flatMap(
    (each) => ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'data-caption'].map(
        (name) => each.getAttribute(name) ?? '').concat(
        each.matches('input[type=text]') ? each.value : '',
        [...each.childNodes].filter((one) => one.nodeType === 3).map((one) => one.textContent)))"""


def neuron() -> Value:
    """A neuron with a number of many digits, and examples of its input."""
    w, x, y = Value(0.75, "w"), Value(1.25, "x"), Value(0.5, "y")
    loss = ((w * x + 0.5).relu() - y) ** 2 + abs(w) * w
    loss.label = "L"
    return loss


def texts(page: Any) -> set[str]:
    """What is said on a page now, each text once."""
    return {text.strip() for text in page.evaluate(SAID)} - {""}


def walked(page: Any, steps: int) -> set[str]:
    """What is said at the first steps of a run."""
    found = texts(page)
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
        found |= texts(page)
    return found


def tabs(page: Any) -> set[str]:
    """What is said in each table."""
    found: set[str] = set()
    for tab in page.get_by_role("tab").all():
        tab.click()
        found |= texts(page)
    return found


def answered(page: Any) -> set[str]:
    """What is said to wrong answers, and what of a number that is changed."""
    page.keyboard.press("Home")
    page.keyboard.press("p")
    found: set[str] = set()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        if page.locator(".prediction input").count():
            for _ in range(2):
                page.locator(".prediction input").fill("7")
                page.keyboard.press("Enter")
                found |= texts(page)
                if not page.locator(".prediction input").count():
                    break
    page.keyboard.press("Escape")
    page.locator(".values input.number").first.evaluate(
        "(field) => { field.value = '1,5'; field.dispatchEvent(new Event('input')); }"
    )
    page.wait_for_timeout(400)
    return found | texts(page)


def test_all_parts_of_a_page_speak_its_language(chromium: Any, tmp_path: Path) -> None:
    """Cards, tables, questions, the picture, the fold, the playground; a comma may be typed.

    They are the same messages in all languages, whose tables are tested without a browser.
    """
    code: Language = "de"
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    examples = {"x": [1.25, -0.5], "y": [0.5, 1.5]}
    words = speech_in(code)
    saved = Stepper(neuron(), names={}, language=code, examples=examples).save(tmp_path / "n.html")
    visit(page, saved.as_uri())
    said = walked(page, 20) | tabs(page) | answered(page)
    assert page.locator(".changed .chip").is_visible()
    visit(page, Stepper(network_loss(1), language=code).save(tmp_path / "f.html").as_uri())
    said |= walked(page, 8) | tabs(page)
    visit(page, playground(language=code).save(tmp_path / "p.html").as_uri())
    for place in (1, 2, 9):
        page.locator(".strip select").select_option(index=place)
        page.keyboard.press("End")
        said |= texts(page) | tabs(page)
    page.close()
    assert len(said) > 500
    assert foreign([*said], words) == []
    assert [text for text in said if POINT.search(text)] == []
