"""While a number moves: what is seen follows in the same frame, and what waits is not told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper, Value
from tests.browser import visit
from tests.engine.stepper.six_pages import SIX_PAGES

pytestmark = pytest.mark.slow

# A leaf is dragged, and no timer runs out. What the page says is told as it is in that frame, after
# the picture has become smaller, if it does, and when the number has come to rest.
DRAGGED = """(smaller) => new Promise((done) => {
    const frame = document.querySelector('.frame').getBoundingClientRect();
    const isInView = (part) => {
        const { left, top, right, bottom } = part.getBoundingClientRect();
        return right > frame.left && left < frame.right && bottom > frame.top && top < frame.bottom;
    };
    const parts = [...document.querySelectorAll('.frame [data-node], .frame [data-edge]')];
    const told = () => parts.map((part) => ({
        seen: isInView(part.querySelector('text')),
        text: [...part.querySelectorAll('text')].map((line) => line.textContent).join(' '),
        label: part.getAttribute('aria-label'), isBox: 'node' in part.dataset,
        name: part.querySelector('text').textContent }));
    const { setTimeout } = window;
    const late = [];
    window.setTimeout = (task) => late.push(task);
    const box = document.querySelector('.movable');
    box.setPointerCapture = () => {};
    for (const [type, clientX] of [['down', 0], ['move', 40]])
        box.dispatchEvent(new PointerEvent(`pointer${type}`,
            { bubbles: true, isPrimary: true, button: 0, pointerId: 1, clientX }));
    requestAnimationFrame(() => {
        const moving = told();
        if (smaller) document.querySelector('.bar .tools button').click();
        const moved = told();
        window.setTimeout = setTimeout;
        late.forEach((task) => task());
        done([moving, moved, told()]);
    });
})"""

# The step as it is written, and the ledger: elements, attributes by name, and texts.
WRITTEN = """() => {
    const written = (node) => node.nodeType === 3 ? node.data : [node.nodeName,
        node.getAttributeNames().toSorted().map((name) => [name, node.getAttribute(name)]),
        [...node.childNodes].map(written).filter(String)];
    return JSON.stringify(['.now > .equation', '.now > .reason', '.now > .plot', '.now > .words',
        '.now > .next', '.card.selected'].map((each) => written(document.querySelector(each))));
}"""

# A leaf is dragged to and fro, ever farther. For each frame it is told of each line of a box
# whether it is inside of that, and whether it is drawn more narrowly.
LONG_DRAG = """() => new Promise((done) => {
    const [box] = document.querySelectorAll('.movable');
    box.setPointerCapture = () => {};
    const at = (type, clientX) => box.dispatchEvent(new PointerEvent(type,
        { bubbles: true, isPrimary: true, button: 0, pointerId: 1, clientX }));
    const nodes = [...document.querySelectorAll('.frame .node')];
    const told = () => nodes.flatMap((node) => {
        const shape = node.querySelector('polygon, path').getBBox();
        return [...node.querySelectorAll('text')].map((line) => {
            const { x, width } = line.getBBox();
            const isIn = x >= shape.x && x + width <= shape.x + shape.width;
            return { isIn, isNarrow: line.hasAttribute('textLength'), text: line.textContent };
        });
    });
    const seen = [];
    at('pointerdown', 0);
    const go = (frame) => {
        seen.push(...told());
        if (frame === 40) return done(seen);
        at('pointermove', (frame % 2 ? 1 : -1) * 7 * frame);
        requestAnimationFrame(() => requestAnimationFrame(() => go(frame + 1)));
    };
    go(0);
})"""

# A leaf is dragged in each of so many frames.
FRAMES = """(count) => new Promise((done) => {
    const [box] = document.querySelectorAll('.movable');
    box.setPointerCapture = () => {};
    const at = (type, clientX) => box.dispatchEvent(new PointerEvent(type,
        { bubbles: true, isPrimary: true, button: 0, pointerId: 1, clientX }));
    at('pointerdown', 0);
    const go = (frame) => {
        if (frame === count) return done();
        at('pointermove', 3 * frame);
        requestAnimationFrame(() => go(frame + 1));
    };
    go(0);
})"""


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A tab, in which at the end no error may have been seen."""
    complaints: list[str] = []
    tab = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    tab.close()
    assert not complaints


def neuron(inputs: int) -> Value:
    """A neuron, of whose picture only a part can be read at once if it has many inputs."""
    products = [Value(0.001 * i, f"w[{i}]") * Value(0.01 * i + 0.1) for i in range(inputs)]
    return Value.sum(products).tanh()


def dragged(page: Any, path: Path, *, smaller: bool) -> list[list[dict[str, Any]]]:
    """What the boxes and arrows of a page say while a leaf moves, a little later, and at rest."""
    visit(page, Stepper(neuron(40)).save(path / "page.html").as_uri())
    page.keyboard.press("End")
    page.wait_for_timeout(700)
    told: list[list[dict[str, Any]]] = page.evaluate(DRAGGED, smaller)
    return told


def test_what_is_seen_is_true_in_the_frame_of_the_change(page: Any, tmp_path: Path) -> None:
    """Numbers in boxes and on arrows are those at rest."""
    moving, _, rest = dragged(page, tmp_path, smaller=False)
    seen = [(now, then) for now, then in zip(moving, rest, strict=True) if now["seen"]]
    assert 10 < len(seen) < len(rest) / 2
    assert all(now["text"] == then["text"] for now, then in seen)


def test_what_waits_is_told_without_a_number(page: Any, tmp_path: Path) -> None:
    """In words, until the number rests: then each box and each arrow says its own."""
    moving, _, rest = dragged(page, tmp_path, smaller=False)
    assert all("data" not in each["label"] and "=" not in each["label"] for each in moving)
    assert all("data" in each["label"] for each in rest if each["isBox"])
    assert all("=" in each["label"] for each in rest if not each["isBox"])


def test_what_comes_into_view_is_true_at_once(page: Any, tmp_path: Path) -> None:
    """When the picture becomes smaller, all of it is as it will be at rest."""
    moving, moved, rest = dragged(page, tmp_path, smaller=True)
    assert [each["text"] for each in moving] != [each["text"] for each in rest]
    assert [each["text"] for each in moved] == [each["text"] for each in rest]
    assert [each["label"] for each in moved] == [each["label"] for each in rest]


def test_a_frame_is_laid_out_once(page: Any, tmp_path: Path) -> None:
    """What the page measures of itself while a number moves does not make it wait."""
    visit(page, Stepper(neuron(9)).save(tmp_path / "page.html").as_uri())
    page.keyboard.press("End")
    page.evaluate(FRAMES, 5)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def layouts() -> int:
        """How often the page has been laid out."""
        found = session.send("Performance.getMetrics")["metrics"]
        return next(int(each["value"]) for each in found if each["name"] == "LayoutCount")

    page.wait_for_timeout(700)
    before = layouts()
    page.evaluate(FRAMES, 50)
    # One for each frame but two, in which it has moved too little; at the end the bar follows too.
    assert 48 <= layouts() - before <= 60


def test_numbers_that_move_stay_in_their_boxes(page: Any, tmp_path: Path) -> None:
    """A longer number is drawn more narrowly in the frame in which it comes."""
    a = Value(-1e-5, "a")
    y = (a * a * 1.2345e-3).sin() * a + a * 0.333e-7
    visit(page, Stepper(y).save(tmp_path / "page.html").as_uri())
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_timeout(700)
    seen = page.evaluate(LONG_DRAG)
    assert all(each["isIn"] for each in seen), [each for each in seen if not each["isIn"]][:3]
    assert {each["isNarrow"] for each in seen} == {True, False}


# The numbers on arrows that cover a box, and how many are drawn more narrowly.
COVERING = """() => {
    const at = (element) => element.getBoundingClientRect();
    const boxes = [...document.querySelectorAll('.frame .node')].map((node) =>
        at(node.querySelector('polygon, path')));
    const numbers = [...document.querySelectorAll('.frame .edge > text')];
    const covers = (a, b) => a.right > b.left + 1 && a.left < b.right - 1 &&
        a.bottom > b.top + 1 && a.top < b.bottom - 1;
    return [numbers.filter((each) => boxes.some((box) => covers(at(each), box)))
        .map((each) => each.textContent),
        numbers.filter((each) => each.hasAttribute('textLength')).length];
}"""


def test_a_long_number_on_an_arrow_covers_no_box(page: Any, tmp_path: Path) -> None:
    """At each step, with numbers that are longer than the ones that it was laid out for."""
    x = Value(3.0, "x")
    visit(page, Stepper(x * x).save(tmp_path / "page.html").as_uri())
    page.get_by_role("tab", name="Values").click()
    page.get_by_role("spinbutton", name="data of x", exact=True).fill("-0.0012345")
    page.wait_for_timeout(400)
    narrow = 0
    for key in ("Escape", "Home", *["ArrowRight"] * 5):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press(key)
        page.wait_for_timeout(100)
        covering, count = page.evaluate(COVERING)
        assert not covering
        narrow += count
    assert narrow


@pytest.mark.parametrize("name", SIX_PAGES)
def test_a_step_is_written_alike_whatever_was_written_before(
    page: Any, tmp_path: Path, name: str
) -> None:
    """Element by element, with all attributes: on the way there and on the way back."""
    visit(page, SIX_PAGES[name]().save(tmp_path / "page.html").as_uri())
    steps = min(30, int(page.locator(".bar input[type=range]").get_attribute("max")) - 1)
    there = [written_after(page, "ArrowRight") for _ in range(steps)]
    page.keyboard.press("ArrowRight")
    back = [written_after(page, "ArrowLeft") for _ in range(steps)]
    assert len(set(there)) == steps
    assert there == back[::-1]


def written_after(page: Any, key: str) -> str:
    """What the cards say once a key has been pressed."""
    page.keyboard.press(key)
    written: str = page.evaluate(WRITTEN)
    return written


def test_a_button_keeps_the_focus_and_does_what_it_says(page: Any, tmp_path: Path) -> None:
    """It stays in its place when the step changes, and selects the Value that it then names."""
    visit(page, SIX_PAGES["neuron"]().save(tmp_path / "page.html").as_uri())
    page.keyboard.press("End")
    button = page.locator(".ledger .pick").first
    before = button.text_content()
    button.focus()
    page.evaluate("() => { window.kept = document.activeElement; }")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement === window.kept")
    assert button.text_content() not in (before, "")
    name = button.text_content()
    button.click()
    assert page.locator(".node.selected text").all_text_contents()[0].endswith(name)


def test_the_field_for_an_answer_outlives_the_table_in_its_place(page: Any, tmp_path: Path) -> None:
    """A question that is left for steps by node is asked again, with the same field."""
    visit(page, SIX_PAGES["MLP 2-2-1"]().save(tmp_path / "page.html").as_uri())
    page.keyboard.press("p")
    while not page.locator(".equation > .prediction:first-child").count():
        page.keyboard.press("ArrowRight")
    before = page.locator(".prediction").evaluate("(form) => form.outerHTML")
    page.locator(".units").get_by_role("button", name="layer").click()
    assert page.locator(".equation > .several:first-child").count() == 1
    page.locator(".bar .quiz").click()
    assert page.locator(".prediction").evaluate("(form) => form.outerHTML") == before
