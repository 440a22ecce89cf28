"""The page for those who do not see it, or use no mouse: axe-core finds nothing in any state.

`python -m tests.engine.stepper.test_accessibility` looks at all states of all pages, everywhere.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.browser import launched, visit
from tests.engine.stepper.six_pages import SIX_PAGES

axe: Any = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="needs axe-playwright-python"
)

pytestmark = pytest.mark.slow

# The rules of WCAG 2.0 to 2.2 at levels A and AA, and what is good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Three of the six pages: with a scope, with a shared Value, with many Values.
PAGES = ["neuron", "x*x", "softmax"]


def press(page: Any, *keys: str) -> None:
    """Press keys, one after another."""
    for key in keys:
        page.keyboard.press(key)


def at_start(page: Any) -> None:
    """Nothing has happened."""
    press(page, "Home")


def at_a_step(page: Any) -> None:
    """The first contribution, with its arrow turned."""
    press(page, "Home")
    while page.locator(".edge.turned").count() == 0:
        press(page, "ArrowRight")


def at_the_end(page: Any) -> None:
    """All gradients are complete."""
    press(page, "End")


def with_a_question(page: Any) -> None:
    """It has been answered wrongly once."""
    at_a_step(page)
    press(page, "p", "7", "7", "Enter")
    page.locator(".verdict.wrong").wait_for()


def with_kinds_of_questions(page: Any) -> None:
    """The dialog in which they are chosen is open."""
    press(page, "p")
    page.get_by_role("button", name="Questions…").click()
    page.get_by_role("dialog", name="Questions").wait_for()


def with_help(page: Any) -> None:
    """The list of keys is open."""
    press(page, "?")
    page.get_by_role("dialog").wait_for()


def with_legend(page: Any) -> None:
    """What the marks mean is shown."""
    page.get_by_role("tab", name="Marks").click()


def with_a_selected_box(page: Any) -> None:
    """By keyboard, on which the focus is."""
    press(page, "End")
    box = page.locator(".node.leaf").first
    box.focus()
    press(page, "Enter")
    page.locator(".node.selected").first.wait_for()


def with_a_path(page: Any) -> None:
    """A path of the gradient of a leaf is marked in the picture."""
    with_a_selected_box(page)
    page.get_by_role("tab", name="Paths").click()
    page.locator("button.path").first.click()
    page.locator(".edge.on-path").first.wait_for()


def with_a_reason(page: Any) -> None:
    """An arrow tells its rule."""
    press(page, "End")
    page.locator(".edge").first.focus()
    page.locator(".tip").wait_for()


def with_a_nudge(page: Any) -> None:
    """What a gradient means, and a plot of it."""
    press(page, "End")
    page.get_by_role("tab", name="Meaning").click()
    page.locator(".plot.wide").wait_for()


def with_steps_down(page: Any) -> None:
    """Steps against the gradient, with their curve."""
    press(page, "End")
    page.get_by_role("tab", name="Descent").click()
    page.get_by_role("button", name="10 steps").click()
    page.locator(".plot.wide").wait_for()


State = Callable[[Any], None]

STATES: list[State] = [
    at_start, at_a_step, at_the_end, with_a_question, with_kinds_of_questions, with_help,
    with_legend, with_a_selected_box, with_a_path, with_a_reason, with_a_nudge, with_steps_down,
]  # fmt: skip

# Colours and width.
LOOKS = [("light", 1280), ("dark", 1280), ("light", 375)]

# What is looked at here: each state once; in the dark what has colours of its own; on a phone what
# has a place of its own; on the two other pages what is of several Values, and of two arrows.
LOOKED_AT: list[tuple[str, str, int, Sequence[State]]] = [
    ("neuron", "light", 1280, STATES),
    ("neuron", "dark", 1280, [at_a_step, with_a_question, with_help, with_a_path, with_a_nudge]),
    ("neuron", "light", 375, [at_a_step, with_a_question, with_a_path, with_steps_down]),
    ("x*x", "light", 1280, [at_a_step, with_a_path]),
    ("softmax", "dark", 375, [at_the_end, with_a_path]),
]


@contextmanager
def opened_in(browser: Any, folder: Path, name: str, scheme: str, width: int) -> Iterator[Any]:
    """A tab with that look, and the address of the page that is to be loaded in it."""
    address = SIX_PAGES[name]().save(folder / f"{PAGES.index(name)}.html").as_uri()
    size = {"width": width, "height": 800 if width > 400 else 667}
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", viewport=size)
    yield context.new_page(), address
    context.close()


def violations(page: Any, address: str, states: Iterable[State]) -> Iterator[tuple[str, ...]]:
    """What axe finds in each state: state, rule, element, reason."""
    for state in states:
        page.goto("about:blank")
        visit(page, address)
        state(page)
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        results = axe.Axe().run(page, options=options).response
        for violation in results["violations"]:
            for node in violation["nodes"]:
                yield state.__name__, violation["id"], node["html"], node["failureSummary"]


@pytest.mark.parametrize(
    ("name", "scheme", "width", "states"),
    LOOKED_AT,
    ids=[" ".join(map(str, each[:3])) for each in LOOKED_AT],
)
def test_axe_finds_nothing(
    name: str, scheme: str, width: int, states: Sequence[State], chromium: Any, tmp_path: Path
) -> None:
    """In every state of the page, in light and in dark, on a screen and on a phone."""
    with opened_in(chromium, tmp_path, name, scheme, width) as (page, address):
        assert list(violations(page, address, states)) == []


def main() -> None:
    """Print what axe finds in all states of all pages, in all looks."""
    with launched() as browser, TemporaryDirectory() as folder:
        for name, (scheme, width) in product(PAGES, LOOKS):
            with opened_in(browser, Path(folder), name, scheme, width) as (page, address):
                found = list(violations(page, address, STATES))
            print(f"{name} {scheme} {width}: {len(found)} found", *found, sep="\n  ")


if __name__ == "__main__":
    main()
