"""The picture in a browser: it shows what is true now, moves as the gradient does, and is legible.

What stands there is compared with the trace.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper
from tests.browser import visit
from tests.engine.stepper.six_pages import SIX_PAGES, network, neuron, residual, square

pytestmark = pytest.mark.slow

# What stands for a number that is not there yet.
DASH = "\N{EN DASH}"

# What each box and each arrow shows.
BOXES = """() => [...document.querySelectorAll(".node")].map((box) => {
    const [data, grad] =
        [...box.querySelectorAll("text")].slice(-2).map((each) => each.textContent);
    const is = (name) => box.classList.contains(name);
    return { node: Number(box.dataset.node), data, grad, done: is("done"), changes: is("changes"),
             name: box.getAttribute("aria-label"), title: box.querySelector("title").textContent };
})"""

ARROWS = """() => [...document.querySelectorAll(".edge")].map((edge) => {
    const label = edge.querySelector("text");
    const is = (name) => edge.classList.contains(name);
    return { key: edge.dataset.edge, text: label.textContent, name: edge.getAttribute("aria-label"),
             seen: getComputedStyle(label).visibility === "visible", active: is("active"),
             turned: is("turned"), title: edge.querySelector("title") };
})"""

# Goes through all steps and gives of each what boxes and arrows show, and the words of the step.
WALK = f"""() => {{
    const press = (key) =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
    const [boxes, arrows] = [{BOXES}, {ARROWS}];
    const seen = [];
    for (press("Home");; press("ArrowRight")) {{
        seen.push({{ boxes: boxes(), arrows: arrows(),
            words: document.querySelector(".now").innerText,
            tokens: document.querySelectorAll(".token").length }});
        const [at, of] = document.querySelector(".counter").textContent.split(" / ");
        if (at === of) return seen;
    }}
}}"""

# Of each turned arrow: is the tip of its head nearer to the box of the input than to the other?
HEADS = """() => [...document.querySelectorAll(".edge.turned")].map((edge) => {
    const shown = [...edge.querySelectorAll("polygon")]
        .filter((each) => getComputedStyle(each).visibility === "visible");
    const line = edge.querySelector("path");
    const [start, end] = [0, line.getTotalLength()].map((at) => line.getPointAtLength(at));
    const tip = shown[0].points[0];
    const far = (point) => Math.hypot(point.x - tip.x, point.y - tip.y);
    return [shown.length, far(start) < far(end)];
})"""

# From here on what moves waits to be moved by the test.
HOLD = """() => {
    const animate = Element.prototype.animate;
    window.held = [];
    Element.prototype.animate = function (...given) {
        const animation = animate.apply(this, given);
        animation.pause();
        held.push([this, animation]);
        return animation;
    };
}"""

# The tokens that are seen after so many milliseconds, and where each of them is.
TOKENS = """(time) => {
    for (const [, animation] of held) animation.currentTime = time;
    return held.filter(([token]) => token.isConnected && getComputedStyle(token).opacity === "1")
        .map(([token]) => [token.textContent, token.getBoundingClientRect().left]);
}"""

# The least contrast of letters, and of lines, with what is behind them; and where it is.
CONTRAST = """() => {
    const part = (text) => text.match(/[\\d.]+/g).map(Number);
    const over = ([r, g, b, a = 1], ground) =>
        [r, g, b].map((each, i) => a * each + (1 - a) * ground[i]);
    const linear = (each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4;
    const light = (colour) => [0.2126, 0.7152, 0.0722]
        .reduce((sum, weight, i) => sum + weight * linear(colour[i] / 255), 0);
    const contrast = (one, other) => {
        const [low, high] = [light(one), light(other)].toSorted((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const style = (element) => getComputedStyle(element);
    const root = style(document.querySelector(".glassgrad-stepper"));
    const probe = document.createElement("i");
    document.body.append(probe);
    probe.style.color = root.getPropertyValue("--card");
    const card = part(style(probe).color);
    probe.remove();
    const letters = [];
    const lines = [];
    const opacity = (element) => element.closest("svg") === element ? 1 :
        Number(style(element).opacity) * opacity(element.parentElement);
    for (const text of document.querySelectorAll("svg.glassgrad text")) {
        if (style(text).visibility !== "visible" || text.closest(".token")) continue;
        const group = text.closest(".node");
        const shape = group?.querySelector("path, polygon");
        const ground = shape ? over(part(style(shape).fill), card) : card;
        const ink = part(style(text).fill);
        letters.push([contrast(over([...ink.slice(0, 3), opacity(text)], ground), ground),
                      text.textContent]);
    }
    const drawn = [".node > :is(path, polygon):not(.core)", ".edge > :is(path, polygon)",
                   ".edge .line", ".cluster > path"];
    for (const line of document.querySelectorAll(drawn.join())) {
        if (style(line).visibility !== "visible") continue;
        const ink = part(style(line).stroke);
        lines.push([contrast(over([...ink.slice(0, 3), opacity(line)], card), card),
                    line.parentElement.textContent]);
    }
    const least = (list) => list.toSorted(([a], [b]) => a - b)[0];
    return [least(letters), least(lines)];
}"""


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a run; at the end no error has been seen."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_page(stepper: Stepper, **options: Any) -> Any:
        """The page, without movement unless it is asked for."""
        given = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        contexts.append(chromium.new_context(**given))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        path = stepper.save(tmp_path / f"{len(contexts)}.html")
        visit(page, path.as_uri(), has_script=options.get("java_script_enabled", True))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def press(page: Any, *keys: str) -> None:
    """Press keys, one after another; "ArrowRight*3" three times."""
    for key in keys:
        name, _, times = key.partition("*")
        for _ in range(int(times or 1)):
            page.keyboard.press(name)


def counter(page: Any) -> tuple[int, int]:
    """The place of the step, and that of the last."""
    at, of = page.locator(".counter").inner_text().split(" / ")
    return int(at), int(of)


def steps(page: Any) -> Iterator[int]:
    """Every step, from the first to the last."""
    press(page, "Home")
    at, of = counter(page)
    yield at
    while at < of:
        press(page, "ArrowRight")
        at, of = counter(page)
        yield at


def show_path(page: Any) -> None:
    """Select a weight at the end of the run, and mark its path."""
    press(page, "End")
    page.locator(".node", has_text="w[2]").click()
    page.get_by_role("tab", name="Paths").click()
    page.locator("button.path").first.click()


def uses_of(document: Any) -> Counter[int]:
    """How many contributions each node gets."""
    return Counter(event[3] for event in document["events"] if event[0] == "push")


@pytest.fixture(scope="module", params=SIX_PAGES)
def walked(
    request: pytest.FixtureRequest, chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """The document of one of the pages, and what is seen at each step of it; no error is."""
    stepper = SIX_PAGES[request.param]()
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    visit(page, stepper.save(tmp_path_factory.mktemp("flow") / "page.html").as_uri())
    seen = page.evaluate(WALK)
    context.close()
    assert not complaints
    assert len(seen) > 3
    return stepper.trace.document, seen


def in_full(box: Any) -> str:
    """The number of a box in all its digits, which do not depend on the step."""
    found: str = re.split(", (?=data |grad )", box["title"])[1]
    return found


def test_a_box_shows_what_has_happened_and_nothing_else(walked: Any) -> None:
    """A dash, then dots only while uses are missing, then bold; steps that change it mark it."""
    document, seen = walked
    nodes, uses = document["nodes"], uses_of(document)
    before: list[Any] = []
    growing: Counter[int] = Counter()
    for step in seen:
        boxes = step["boxes"]
        for box, was in zip(boxes, before or boxes, strict=True):
            text = box["grad"].removeprefix("grad ")
            growing[box["node"]] += text.endswith("…")
            assert box["done"] == (text != DASH and not text.endswith("…"))
            assert ("gradient not reached yet" in box["name"]) == (text == DASH)
            assert ("complete" in box["name"]) == box["done"]
            if (in_full(box), box["done"]) != (in_full(was), was["done"]):
                assert box["changes"]
            if nodes[box["node"]]["inputs"] and box["data"] == f"data {DASH}":
                assert "not computed yet" in box["name"]
                assert box["title"].count(DASH) == 2
        before = boxes
    assert all(box["done"] for box in before)
    assert not [node for node in growing if growing[node] and uses[node] < 2]
    assert all(growing[node] for node in uses if uses[node] > 1)


def test_a_local_derivative_is_hidden_until_its_operation_is_computed(walked: Any) -> None:
    """On the arrow and in what is told of it; no other title tells it."""
    document, seen = walked
    for step in seen:
        computed = {box["node"] for box in step["boxes"] if box["data"] != f"data {DASH}"}
        for arrow in step["arrows"]:
            node, place = map(int, arrow["key"].split("/"))
            edge = [each for each in document["nodes"][node]["inputs"] if "node" in each][place]
            assert arrow["seen"] == (node in computed)
            assert arrow["title"] is None
            known = f": {edge['rule']['symbols']} {edge['rule']['numbers']}".rstrip()
            assert arrow["name"].endswith(known) == (node in computed)
            assert arrow["seen"] or " = " not in arrow["name"].split(": ", 1)[1]


def test_the_printed_numbers_of_a_step_multiply(walked: Any) -> None:
    """The gradient of the consumer, × the number on the arrow, is the one that arrives; or ≈."""
    document, seen = walked
    nodes, uses = document["nodes"], uses_of(document)
    compared = 0
    for step in seen:
        active = [arrow for arrow in step["arrows"] if arrow["active"] and arrow["turned"]]
        grads = {box["node"]: box["grad"].split()[1] for box in step["boxes"]}
        for arrow in active:
            node, place = map(int, arrow["key"].split("/"))
            source = [each for each in nodes[node]["inputs"] if "node" in each][place]["node"]
            if uses[source] > 1 or "≈" in step["words"]:
                continue
            factor = Decimal(arrow["text"].removeprefix("× ").strip("()"))
            product, printed = Decimal(grads[node]) * factor, Decimal(grads[source])
            digits = printed.as_tuple()
            assert isinstance(digits.exponent, int)
            unit = Decimal(1).scaleb(digits.exponent)
            assert abs(product - printed) <= unit / 2, (arrow, grads[node], printed)
            compared += 1
    assert compared > 1 or len(nodes) == 2


def test_arrows_turn_where_the_gradient_goes(opened: Any) -> None:
    """Each has one head, at the input's end: of the step, and of the path; all others stay."""
    page = opened(neuron())
    backward = 0
    for _ in steps(page):
        heads = page.evaluate(HEADS)
        backward += len(heads)
        assert all(head == [1, True] for head in heads)
        assert page.locator(".edge").count() > len(heads)
    assert backward == page.locator(".edge").count()
    show_path(page)
    heads = page.evaluate(HEADS)
    assert len(heads) >= 4
    assert all(head == [1, True] for head in heads)


def test_active_and_on_path_differ_without_colour(opened: Any) -> None:
    """A path is a double line, and what takes part in a step a single thick one."""
    page = opened(neuron())
    show_path(page)
    core = "(edge) => getComputedStyle(edge.querySelector('.core') ?? edge).strokeWidth"
    double = page.locator(".edge.on-path:not(.active)").evaluate_all(f"all => all.map({core})")
    assert len(double) == 4
    assert set(double) == {"1.5px"}
    shown = "all => all.map((each) => getComputedStyle(each).display)"
    assert set(page.locator(".on-path:not(.output) > .core, .on-path .twin > .core")
               .evaluate_all(shown)) == {"inline"}  # fmt: skip
    assert set(page.locator(".node:not(.on-path) > .core, .edge:not(.on-path) .core")
               .evaluate_all(shown)) <= {"none"}  # fmt: skip


def rest(page: Any) -> None:
    """Wait until all that moves has arrived."""
    while page.locator(".token").count():
        page.wait_for_timeout(20)


def first_push(page: Any) -> None:
    """Go to the step before the first contribution, and wait until nothing moves."""
    press(page, "Home")
    while page.locator(".edge.turned").count() == 0:
        press(page, "ArrowRight")
    press(page, "ArrowLeft")
    page.wait_for_timeout(500)


def test_the_gradient_travels_and_lands(opened: Any) -> None:
    """From the consumer, multiplied on the arrow, into the box, which shows it when it is there."""
    page = opened(square(), reduced_motion="no-preference")
    first_push(page)
    page.evaluate(HOLD)
    press(page, "ArrowRight")
    grad = page.locator(".node.changes text").last
    assert [page.evaluate(TOKENS, time)[0][0] for time in (30, 150, 270)] == ["1", "1 × 3", "3"]
    places = [page.evaluate(TOKENS, time)[0][1] for time in (10, 80, 280)]
    assert places == sorted(places, reverse=True)
    assert grad.text_content() == f"grad {DASH}"
    page.evaluate("for (const [, animation] of held) animation.finish()")
    rest(page)
    assert grad.text_content() == "grad 3 …"


def test_the_next_step_does_not_wait_for_what_moves(opened: Any) -> None:
    """It arrives at once; where steps follow fast, a step moves for less time, and then not."""
    page = opened(network(), reduced_motion="no-preference")
    first_push(page)
    page.evaluate(HOLD)
    ends = "held.map(([, animation]) => animation.effect.getComputedTiming().endTime)"
    before = 0
    for time, longest in ((10_000, 300), (10_200, 120), (10_250, 0)):
        page.evaluate("(time) => { performance.now = () => time; }", time)
        press(page, "ArrowRight")
        assert max(page.evaluate(ends)[before:], default=0) == pytest.approx(longest)
        before = page.evaluate("held.length")
        arrived = page.locator(".node.changes text:last-of-type").all_text_contents()
        assert all(text == f"grad {DASH}" for text in arrived) == (longest > 0)
    press(page, "ArrowLeft*2")
    grads = [box["grad"] for box in page.evaluate(BOXES)]
    press(page, "ArrowRight*2", "ArrowLeft*2")
    assert [box["grad"] for box in page.evaluate(BOXES)] == grads
    assert page.locator(".token").count() == 0


@pytest.mark.parametrize("unit", "123")
def test_nothing_moves_where_movement_is_not_wanted(unit: str, opened: Any) -> None:
    """Under reduced motion all numbers are there at once."""
    page = opened(network())
    page.evaluate(HOLD)
    press(page, unit)
    assert {step["tokens"] for step in page.evaluate(WALK)} == {0}
    assert page.evaluate("held.length") == 0


@pytest.mark.parametrize("unit", "123")
def test_all_that_moves_arrives(unit: str, opened: Any) -> None:
    """At each step the page is in the end as it is without movement."""
    still, moving = opened(residual()), opened(residual(), reduced_motion="no-preference")
    for page in (still, moving):
        press(page, unit, "End", "Home")
    assert counter(still) == counter(moving)
    for at in range(counter(still)[1]):
        for page in (still, moving):
            press(page, "ArrowRight")
        if at % 2 == 0:
            rest(moving)
            assert moving.evaluate(BOXES) == still.evaluate(BOXES)
            assert moving.evaluate(ARROWS) == still.evaluate(ARROWS)


def rule_of(stepper: Stepper, key: str) -> str:
    """The rule of an edge as the trace has it."""
    node, place = map(int, key.split("/"))
    inputs = stepper.trace.document["nodes"][node]["inputs"]
    rule = [each for each in inputs if "node" in each][place]["rule"]
    return f"{rule['symbols']} {rule['numbers']}".strip()


def test_an_arrow_tells_its_rule(opened: Any) -> None:
    """Under the pointer, by focus and by touch, until something else is done."""
    stepper = neuron()
    page = opened(stepper, has_touch=True)
    press(page, "End")
    arrow = page.locator(".edge.active").first
    rule = rule_of(stepper, arrow.get_attribute("data-edge"))
    tip = page.locator(".tip")
    label = arrow.locator("text")
    label.hover()
    assert tip.inner_text() == rule
    page.mouse.move(1, 1)
    tip.wait_for(state="hidden")
    arrow.evaluate("(each) => each.focus()")
    press(page, "Escape")
    assert not tip.is_visible()
    label.tap()
    assert tip.inner_text() == rule
    press(page, "ArrowLeft")
    assert not tip.is_visible()


def test_boxes_are_reached_by_keyboard(opened: Any) -> None:
    """Tab leads to the output; Shift and arrows go on, over arrows that tell their rule."""
    page = opened(neuron())
    press(page, "End")
    focused = "document.activeElement.closest('svg') ? document.activeElement.ariaLabel : ''"
    while not page.evaluate(focused):
        press(page, "Tab")
    assert page.evaluate(focused).startswith("Loss, ")
    press(page, "Shift+ArrowLeft")
    assert page.evaluate(focused).startswith("Arrow from ")
    assert page.locator(".tip").is_visible()
    press(page, "Shift+ArrowLeft")
    name = page.evaluate(focused)
    assert name.endswith("complete")
    before = counter(page)
    press(page, "Enter")
    selected = page.locator(".node.selected")
    assert selected.get_attribute("aria-label") == name
    assert selected.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("button", name=name, exact=True).count() == 1
    assert counter(page) == before
    press(page, "Tab")
    assert not page.evaluate(focused)


def test_after_a_click_on_a_box_keys_do_what_they_do_elsewhere(opened: Any) -> None:
    """Space plays."""
    page = opened(neuron())
    page.locator(".node", has_text="w[2]").click()
    press(page, "Space")
    assert page.get_by_role("button", name="Pause").is_visible()
    assert page.locator(".node.selected", has_text="w[2]").count() == 1


def test_the_graph_is_a_group_of_buttons(opened: Any) -> None:
    """With a name; and without script a picture with a name."""
    stepper = square()
    page = opened(stepper)
    graph = page.get_by_role("group", name="Graph of y")
    names = [each.get_attribute("aria-label") for each in graph.get_by_role("button").all()]
    assert sorted(names) == [
        "x, leaf, data 3, gradient not reached yet",
        "y, Mul, not computed yet, gradient not reached yet",
    ]
    still = opened(stepper, java_script_enabled=False)
    assert still.get_by_role("img", name="Graph of y").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_the_picture_is_legible(scheme: str, opened: Any) -> None:
    """Letters have a contrast of 4.5 with what is behind them, lines of 3, at every step.

    With a path, which stays as it is, at every fourth one.
    """
    page = opened(neuron(), color_scheme=scheme)
    for every in (1, 4):
        if every > 1:
            show_path(page)
        for _ in islice(steps(page), None, None, every):
            letters, lines = page.evaluate(CONTRAST)
            assert letters[0] >= 4.5, letters
            assert lines[0] >= 3, lines
