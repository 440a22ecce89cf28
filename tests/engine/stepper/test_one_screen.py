"""The page is one screen: at each step all that the step is about is in the window, at once.

`python -m tests.engine.stepper.test_one_screen` prints the figures of all pages in all sizes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine import Stepper, Value
from tests.browser import launched, visit
from tests.engine.stepper.six_pages import SIX_PAGES

pytestmark = pytest.mark.slow

SIZES = [(1280, 800), (1366, 650), (375, 667), (667, 375), (640, 400), (1920, 1080)]

# The sizes at which all pages are looked at, and the page that is looked at in all sizes.
USUAL, LARGE = [(1366, 650), (375, 667)], "MLP 2-2-1"

# Changes how the page is seen.
VIEW = """view => {
    if (document.querySelector("main").dataset.view !== view) location.hash = `view=${view}`;
}"""

# Goes through all steps, and gives for how many of them what holds.
WALK = """async () => {
    const press = (key) =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const inside = (inner, outer) =>
        inner.width > 0 && inner.height > 0 &&
        inner.left >= outer.left - 1 && inner.right <= outer.right + 1 &&
        inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    const page = new DOMRect(0, 0, innerWidth, innerHeight);
    const onTop = (element, x, y) => element.contains(document.elementFromPoint(x, y));
    const isSeen = (element, place) => {
        const own = element.getBoundingClientRect();
        const [x, y] = [own.left + own.width / 2, own.top + own.height / 2];
        return inside(own, place.getBoundingClientRect()) && inside(own, page) &&
            onTop(element, x, y);
    };
    const frame = document.querySelector(".frame");
    const sees = (node) => [...document.querySelectorAll(`.node[data-node="${node}"]`)]
        .some((box) => isSeen(box, frame));
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
    press("Home");
    const found = { steps: 0, boxes: 0, rows: 0, tops: [], still: 0, least: Infinity,
        missed: [], cut: [] };
    for (;;) {
        const boxes = [...document.querySelectorAll(".node.active")];
        const row = document.querySelector(".ledger tr.current");
        const pushes = document.querySelectorAll(".edge.active").length > 0 &&
            document.querySelector(".now").dataset.kind !== "forward";
        const side = row?.closest(".panel");
        const { top } = frame.getBoundingClientRect();
        found.steps += 1;
        found.boxes += boxes.every((box) => sees(box.dataset.node));
        const rowSeen = row ? isSeen(row, side) : !pushes;
        found.rows += rowSeen;
        if (!rowSeen) found.missed.push(found.steps - 1);
        if (!found.tops.includes(top)) found.tops.push(top);
        const { scrollWidth, scrollHeight } = document.documentElement;
        found.still += scrollWidth <= innerWidth && scrollHeight <= innerHeight && scrollY === 0;
        const now = document.querySelector(".now");
        if (now.scrollHeight > now.clientHeight || now.scrollWidth > now.clientWidth)
            found.cut.push(found.steps - 1);
        for (const text of document.querySelectorAll(".node.active text")) {
            const { a } = text.getScreenCTM();
            found.least = Math.min(found.least, a * Number(text.getAttribute("font-size")));
        }
        const [at, of] = document.querySelector(".counter").textContent.split(" / ");
        if (at === of) return found;
        press("ArrowRight");
    }
}"""


@contextmanager
def opened_in(folder: Path) -> Iterator[dict[str, Any]]:
    """The six pages, written to a folder and open in one browser."""
    with launched() as browser:
        context = browser.new_context(reduced_motion="reduce")
        pages = {name: context.new_page() for name in SIX_PAGES}
        for i, (name, page) in enumerate(pages.items()):
            visit(page, SIX_PAGES[name]().save(folder / f"{i}.html").as_uri())
        yield pages


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The six pages, open in one browser, each by its name."""
    with opened_in(tmp_path_factory.mktemp("pages")) as pages:
        yield pages


def walked(page: Any, width: int, height: int, view: str = "") -> dict[str, Any]:
    """What holds at how many steps of a page, in a window of that size."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(VIEW, view)
    found: dict[str, Any] = page.evaluate(WALK)
    return found


@pytest.mark.parametrize(("name", "width", "height"), [
    *((name, *size) for name in SIX_PAGES for size in SIZES if size in USUAL or name == LARGE),
])  # fmt: skip
def test_each_step_is_on_one_screen(
    name: str, width: int, height: int, pages: dict[str, Any]
) -> None:
    """Both its boxes and its row of the ledger are seen; nothing moves, is cut off or covered."""
    found = walked(pages[name], width, height)
    steps = found["steps"]
    assert steps > 3
    assert (found["boxes"], found["rows"], found["still"]) == (steps, steps, steps)
    assert len(found["tops"]) == 1
    assert found["cut"] == []


def test_long_numbers_are_on_one_screen_too(pages: dict[str, Any], tmp_path: Path) -> None:
    """The running sum is the last column of five, and was cut off."""
    a, b = Value(0.123456, "a"), Value(-1234.5, "b")
    output = (a * b).tanh() + a / b
    page = next(iter(pages.values())).context.new_page()
    visit(page, Stepper(output).save(tmp_path / "long.html").as_uri())
    for size in ((1280, 800), (1366, 650), (1920, 1080)):
        found = walked(page, *size)
        assert (found["rows"], found["steps"]) == (14, 14), size
    page.close()


@pytest.mark.parametrize(("name", "width", "height"), [
    *((name, 480, 300) for name in SIX_PAGES), (LARGE, 600, 400), ("softmax", 600, 400),
])  # fmt: skip
def test_a_small_frame_shows_the_step_in_compact_view(
    name: str, width: int, height: int, pages: dict[str, Any]
) -> None:
    """Both boxes at each step, in a picture that does not move; the row too, where it has room."""
    found = walked(pages[name], width, height, "compact")
    steps = found["steps"]
    assert width < 600 or found["rows"] == steps
    assert (found["boxes"], found["still"], len(found["tops"])) == (steps, steps, 1)
    assert found["cut"] == []


@pytest.mark.parametrize("name", ["x*x", LARGE])
def test_on_a_stage_letters_are_large(name: str, pages: dict[str, Any]) -> None:
    """24 pixels and more in every box of a step, all of which are seen."""
    found = walked(pages[name], 1920, 1080, "stage")
    steps = found["steps"]
    assert (found["boxes"], found["still"], len(found["tops"])) == (steps, steps, 1)
    assert found["least"] >= 24


def main() -> None:
    """Print the figures: steps, and at how many of them boxes and row are seen."""
    views = [(*size, "") for size in SIZES]
    views += [(600, 400, "compact"), (480, 300, "compact"), (1920, 1080, "stage")]
    with TemporaryDirectory() as folder, opened_in(Path(folder)) as pages:
        for width, height, view in views:
            print(f"{width}×{height} {view}")
            for name, page in pages.items():
                found = walked(page, width, height, view)
                print(f"  {name:10} {found['steps']:3} steps, boxes {found['boxes']:3}, "
                      f"rows {found['rows']:3}, tops {len(found['tops'])}, "
                      f"still {found['still']:3}, letters {found['least']:.1f}, "
                      f"cut {found['cut']}")  # fmt: skip


if __name__ == "__main__":
    main()
