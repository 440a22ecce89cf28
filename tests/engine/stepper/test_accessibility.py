"""The page for those who do not see it, or use no mouse: axe-core finds nothing in any state."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

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


def predicting(page: Any) -> None:
    """A number is asked for."""
    at_a_step(page)
    press(page, "ArrowLeft", "p", "ArrowRight")
    page.get_by_label("prediction").first.wait_for()


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


STATES: list[Callable[[Any], None]] = [
    at_start, at_a_step, at_the_end, predicting, with_help, with_legend, with_a_selected_box,
    with_a_path, with_a_reason, with_a_nudge, with_steps_down,
]  # fmt: skip


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where each page is."""
    folder = tmp_path_factory.mktemp("pages")
    files: Iterator[tuple[str, Path]] = (
        (name, SIX_PAGES[name]().save(folder / f"{i}.html")) for i, name in enumerate(PAGES)
    )
    return {name: path.as_uri() for name, path in files}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 375)])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(
    name: str, scheme: str, width: int, chromium: Any, addresses: dict[str, str]
) -> None:
    """In every state of the page, in light and in dark, on a screen and on a phone."""
    size = {"width": width, "height": 800 if width > 400 else 667}
    context = chromium.new_context(color_scheme=scheme, reduced_motion="reduce", viewport=size)
    page = context.new_page()
    found = []
    for state in STATES:
        page.goto("about:blank")
        page.goto(addresses[name])
        state(page)
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        results = axe.Axe().run(page, options=options).response
        found += [
            (state.__name__, violation["id"], node["html"], node["failureSummary"])
            for violation in results["violations"]
            for node in violation["nodes"]
        ]
    context.close()
    assert found == []
