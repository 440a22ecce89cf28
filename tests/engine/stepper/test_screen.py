"""The screen in a browser: address, tabs, camera, pointer, views, themes and paper."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest

from engine import Stepper, Value
from engine.stepper.script import page_style
from tests.browser import visit
from tests.engine.stepper.six_pages import neuron

pytestmark = pytest.mark.slow

# How large the picture is, and where its left edge is, in the frame.
CAMERA = """() => {
    const svg = document.querySelector(".frame svg");
    const { a, e } = new DOMMatrix(getComputedStyle(svg).transform);
    return [a, e];
}"""

# Whether all of the picture is in its frame.
WHOLE = """() => {
    const [svg, frame] = ["svg", ""].map((part) =>
        document.querySelector(`.frame ${part}`).getBoundingClientRect());
    return svg.left >= frame.left && svg.right <= frame.right &&
        svg.top >= frame.top && svg.bottom <= frame.bottom;
}"""

DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

BACKGROUND = "getComputedStyle(document.querySelector('.glassgrad-stepper')).backgroundColor"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a neuron, with 19 steps."""
    return neuron().save(tmp_path_factory.mktemp("pages") / "neuron.html")


@pytest.fixture
def opened(chromium: Any, file: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page at an address, and at the end demands that no error was seen."""
    complaints: list[str] = []
    contexts = []

    def open_page(end: str = "", path: Path = file, **options: Any) -> Any:
        """The page of the file, or of another."""
        context = chromium.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        visit(page, path.as_uri() + end)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def until(page: Any, condition: str) -> None:
    """Wait until a condition holds: the policy of a page allows no `wait_for_function`."""
    end = time() + 10
    while not page.evaluate(condition):
        assert time() < end, condition
        page.wait_for_timeout(50)


def counter(page: Any) -> str:
    """The step and the last one, as the bar says them."""
    text: str = page.locator(".counter").text_content()
    return text


def test_an_address_leads_to_a_step_and_says_it(opened: Any) -> None:
    """At the start, while one steps, and when another is typed."""
    page = opened("?view=compact#step=12&select=w[2]")
    assert counter(page) == "12 / 19"
    assert "w[2]" in page.locator(".selected h2").text_content()
    page.keyboard.press("ArrowRight")
    until(page, "location.hash === '#step=13&select=w[2]'")
    assert page.evaluate("location.search") == "?view=compact"
    page.evaluate("location.hash = 'step=4&unit=node&view=stage'")
    page.wait_for_selector("[data-view=stage]")
    assert counter(page).startswith("4 / ")
    page.keyboard.press("Home")
    page.keyboard.press("1")
    until(page, "location.hash === '#view=stage'")


def test_tabs_are_tabs(opened: Any) -> None:
    """Arrow keys lead from one to the next; after a click they are for the steps again."""
    page = opened()
    assert page.get_by_role("tabpanel").count() == 1
    page.get_by_role("tab", name="Ledger").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tabpanel", name="Paths").is_visible()
    page.keyboard.press("End")
    assert page.get_by_role("tab", selected=True).text_content() == "Marks"
    assert counter(page) == "0 / 19"
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("tab", name="Values").click()
    page.keyboard.press("ArrowRight")
    assert counter(page) == "1 / 19"
    assert page.get_by_role("tabpanel", name="Values").is_visible()


def test_keys_of_the_screen(opened: Any) -> None:
    """Tables come and go, the speed changes, and the list of keys opens."""
    page = opened()
    page.keyboard.press("t")
    assert not page.get_by_role("tablist").is_visible()
    page.keyboard.press("t")
    assert page.get_by_role("tablist").is_visible()
    page.keyboard.press("s")
    assert page.get_by_role("button", name="Speed: fast").is_visible()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()


def test_the_wheel_enlarges_around_the_pointer_and_fit_fits(opened: Any) -> None:
    """What is under the pointer stays there; all of the picture is seen at once again."""
    page = opened(viewport={"width": 900, "height": 600})
    page.keyboard.press("f")
    until(page, f"({WHOLE})()")
    box = page.locator(".node.output")
    before = box.bounding_box()
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -600)
    until(page, f"!({WHOLE})()")
    after = box.bounding_box()
    assert after["width"] > 1.5 * before["width"]
    assert after["x"] + after["width"] / 2 == pytest.approx(x, abs=4)
    assert after["y"] + after["height"] / 2 == pytest.approx(y, abs=4)
    page.keyboard.press("f")
    assert page.evaluate(WHOLE)


def test_a_large_graph_fits(opened: Any, tmp_path: Path) -> None:
    """Also one that is twenty times as wide as the window; before that its beginning is seen."""
    x = Value(1.0, "x")
    for _ in range(140):
        x = x * 1.01
    page = opened(
        "", Stepper(x).save(tmp_path / "long.html"), viewport={"width": 800, "height": 600}
    )
    assert not page.evaluate(WHOLE)
    page.keyboard.press("ArrowRight")
    assert not page.evaluate(WHOLE)
    page.keyboard.press("f")
    assert page.evaluate(WHOLE)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(WHOLE)


def test_a_drag_moves_the_picture_and_selects_nothing(opened: Any) -> None:
    """A click does select."""
    page = opened()
    box = page.locator(".node.output").bounding_box()
    x, y = box["x"] + 20, box["y"] + 20
    scale, left = page.evaluate(CAMERA)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y, steps=4)
    page.mouse.up()
    assert page.evaluate(CAMERA) == pytest.approx([scale, left - 50], abs=0.01)
    assert page.locator(".node.selected").count() == 0
    page.mouse.click(x - 50, y)
    assert page.locator(".node.selected").count() == 1


def test_a_flick_is_a_step_and_two_fingers_enlarge(opened: Any) -> None:
    """To the left the next one, to the right the previous one."""
    page = opened(has_touch=True, viewport={"width": 375, "height": 667})
    touch = page.context.new_cdp_session(page)

    def move(*ways: tuple[tuple[int, int], tuple[int, int]]) -> None:
        """Move a finger along each way."""
        start = time()
        for kind, end in (("touchStart", 0), ("touchMove", 1), ("touchEnd", 1)):
            points = [{"x": way[end][0], "y": way[end][1], "id": i} for i, way in enumerate(ways)]
            event = {"type": kind, "timestamp": start + 0.1 * end}
            event["touchPoints"] = [] if kind == "touchEnd" else points
            touch.send("Input.dispatchTouchEvent", event)

    move(((300, 60), (100, 65)))
    move(((300, 300), (100, 305)))
    assert counter(page) == "2 / 19"
    move(((100, 60), (300, 65)))
    assert counter(page) == "1 / 19"
    scale, _ = page.evaluate(CAMERA)
    move(((170, 300), (100, 300)), ((200, 300), (270, 300)))
    assert page.evaluate(CAMERA)[0] > 2 * scale
    assert counter(page) == "1 / 19"


def test_on_a_stage_there_are_only_step_and_picture(opened: Any) -> None:
    """Keys lead on; T brings the tables."""
    page = opened("?view=stage", viewport={"width": 1920, "height": 1080})
    assert not page.locator(".bar").is_visible()
    assert page.locator(".picture").bounding_box()["width"] == 1920
    page.keyboard.press("t")
    assert page.get_by_role("tablist").is_visible()


def test_on_paper_there_is_everything_and_no_bar(opened: Any) -> None:
    """The whole picture, the ledger and the values; light, also where the screen is dark."""
    page = opened("#step=12", color_scheme="dark")
    page.emulate_media(media="print")
    for name in ("Ledger", "Values"):
        assert page.locator(f".panel[data-name={name}] table").first.is_visible()
    assert not page.locator(".bar").is_visible()
    assert page.evaluate(WHOLE.replace(".frame ${part}", ".picture ${part}"))
    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"


def test_a_frame_follows_the_theme_of_its_notebook(chromium: Any) -> None:
    """Not only that of the system, and also when it changes."""
    context = chromium.new_context(color_scheme="null")
    page = context.new_page()
    page.set_content(f"<body data-jp-theme-light='false'>{neuron()._repr_html_()}")
    frame = page.frames[1]
    assert frame.evaluate(DARK)
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    until(frame, f"!{DARK}")
    context.close()


@pytest.mark.parametrize("dark", [
    "<body data-jp-theme-light='false'>", "<body class='vscode-dark'>", "<html theme='dark'><body>",
])  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_widget_follows_the_theme_of_its_notebook(dark: str, scheme: str, chromium: Any) -> None:
    """Whatever the system has."""
    page = chromium.new_page(color_scheme=scheme)
    light = dark.replace("false", "true").replace("dark", "light")
    seen = []
    for start in (dark, light):
        page.set_content(
            f"{start}<style>{page_style()}</style><div class='glassgrad-stepper embedded'></div>"
        )
        seen.append(page.evaluate(BACKGROUND))
    page.close()
    assert seen == ["rgb(19, 22, 26)", "rgb(246, 246, 243)"]
