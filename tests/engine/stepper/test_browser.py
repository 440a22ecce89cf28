"""The page in a browser: what it shows is true, it stays offline, and any label is only text."""

import base64
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Stepper, Value, reason, scope
from engine.graph import topological_order
from engine.languages import speech_in
from engine.stepper.script import widget_script
from tests.benchmarks.page import long_run
from tests.browser import visit
from tests.oracles.layer import layer, mean_square

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

KEYS = ["ArrowRight", "ArrowLeft", "Home", "End", "1", "2", "3", "Escape", "p"]

PIECES = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "🧠 emoji",
    "&lt;b&gt;&#65;",
    "]]> --> <!--",
    "{{constructor}} ${alert(1)}",
    "javascript:alert(1)",
    "<style>*{display:none}</style>",
    "\u202eright to left",
]

# Goes to the end and back in a unit, and gives all that a reader sees at each step, as text.
THERE_AND_BACK = """(unit) => {
    const press = (key) =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const text = () => document.querySelector("main").textContent;
    const walk = (key, last) => {
        const seen = [text()];
        while (!last(...document.querySelector(".counter").textContent.split(" / "))) {
            press(key);
            seen.push(text());
        }
        return seen;
    };
    press("Home");
    press(unit);
    return [walk("ArrowRight", (at, of) => at === of), walk("ArrowLeft", (at) => at === "0")];
}"""

# The gradient of each Value in the table, with all digits, and what stands there.
GRADIENTS = """() => Object.fromEntries([...document.querySelectorAll('tr[data-node]')].map(
    (row) => [row.dataset.node, row.querySelector('.grad .num').dataset.value]))"""


# Goes through all steps, and counts at which of them a changed box is not all in its frame, and the
# ledger wider than its place; and how wide the page is at most.
CHANGES = """() => {
    const place = document.querySelector(".ledger").parentNode;
    const frame = document.querySelector(".frame").getBoundingClientRect();
    const isInside = (box) => box.left >= frame.left && box.right <= frame.right &&
        box.top >= frame.top && box.bottom <= frame.bottom;
    const found = { steps: 0, hidden: 0, wide: 0, widest: 0 };
    for (;;) {
        const [at, of] = document.querySelector(".counter").textContent.split(" / ");
        if (at === of) return found;
        document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        const boxes = [...document.querySelectorAll(".node.changes")]
            .map((box) => box.getBoundingClientRect());
        found.steps += 1;
        found.hidden += !boxes.some(isInside);
        found.wide += place.scrollWidth > place.clientWidth + 1;
        found.widest = Math.max(found.widest, document.documentElement.scrollWidth);
    }
}"""


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file, and at the end demands that nothing but it was asked for, and no error seen."""
    contexts: list[tuple[Any, list[str], Path]] = []
    complaints: list[str] = []

    def dismiss(dialog: Any) -> None:
        """Note what a dialog says, and close it."""
        complaints.append(dialog.message)
        dialog.dismiss()

    def open_page(path: Path, width: int = 1280, **options: Any) -> Any:
        """The page of that file, in which nothing moves."""
        given = {"viewport": {"width": width, "height": 800}, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**given)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", dismiss)
        page.on("request", lambda request: requests.append(request.url))
        requests: list[str] = []
        is_played = 'id="glassgrad-packed"' in path.read_text("utf-8")
        has_script = is_played and options.get("java_script_enabled", True)
        visit(page, path.as_uri(), has_script=has_script)
        contexts.append((context, requests, path))
        return page

    yield open_page
    for context, requests, path in contexts:
        context.close()
        assert requests == [path.as_uri()]
    assert not complaints


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, float]]:
    """The worked example as a file, and the gradients by the engine, by place among the nodes."""
    with mean_square():
        loss, _ = layer()
        path = Stepper(loss).save(tmp_path_factory.mktemp("pages") / "layer.html")
    loss.backward()
    return path, {str(i): node.grad for i, node in enumerate(topological_order(loss))}


def bits(numbers: Mapping[str, Any]) -> dict[str, bytes]:
    """The float64 that each text or number is."""
    return {name: struct.pack("d", float(number)) for name, number in numbers.items()}


def press(page: Any, key: str, times: int = 1) -> None:
    """Press a key so many times."""
    for _ in range(times):
        page.keyboard.press(key)


def open_tab(page: Any, name: str) -> None:
    """Show one of the tables."""
    page.get_by_role("tab", name=name).click()


def counter(page: Any) -> tuple[int, int]:
    """Which step of its unit is shown, and how many there are."""
    at, _, of = page.locator(".counter").inner_text().partition(" / ")
    return int(at), int(of)


def position(page: Any) -> int:
    """Which step of its unit is shown."""
    return counter(page)[0]


def test_the_example_of_the_document(opened: Any, example: Any) -> None:
    """At the end w11 has 0.6425, and its path has the factors that the document prints."""
    page = opened(example[0])
    press(page, "End")
    open_tab(page, "Values")
    page.get_by_role("button", name="w11", exact=True).click()
    open_tab(page, "Ledger")
    assert "∂Loss/∂w11 complete\t0.6425" in page.locator(".ledger tfoot").inner_text()
    open_tab(page, "Paths")
    names = page.locator(".path .names").inner_text()
    assert names == "Loss → h → g → a → w11"
    assert page.locator(".path .factors").inner_text() == "0.6425 × 1 × 1 × 1 = 0.6425"
    assert page.locator(".sum .total .num").inner_text() == "0.6425"
    assert page.locator(".node.selected").count() == 1


def test_each_step_is_the_equation_of_its_event(opened: Any, example: Any) -> None:
    """A push in symbols and numbers, where it is, why it is so in words, and who is next."""
    page = opened(example[0])
    press(page, "ArrowRight", 21)
    assert page.locator(".equation").text_content() == (
        "∂Loss/∂h = ∂Loss/∂Loss · d(mean_square(h, n, t))/dh = 1 × 0.6425 = 0.6425"
    )
    assert page.locator(".equation u").inner_text() == "h"
    assert page.locator(".phase").inner_text() == "Backward, step 21 of 57: from Loss to h"
    assert page.locator(".now .next").inner_text() == "Next: Loss again, to n."
    live = page.locator("[aria-live=polite]")
    assert live.inner_text().startswith(
        "A small change of h, the first input, changes Loss 0.6425 times as much (local)"
    )
    assert page.locator(".edge.active").count() == 1
    assert page.locator(".node.active").count() == 2


def test_as_many_steps_back_as_forth_restore_the_page(opened: Any, example: Any) -> None:
    """Word for word, at every step, in each unit."""
    page = opened(example[0], reduced_motion="reduce")
    for unit in "123":
        there, back = page.evaluate(THERE_AND_BACK, unit)
        assert len({*there}) == len(there) == len(back) > 3
        assert back[::-1] == there


def test_at_the_end_every_gradient_is_that_of_backward(opened: Any, example: Any) -> None:
    """To the last bit, in the table and in the picture."""
    path, gradients = example
    page = opened(path)
    press(page, "End")
    assert bits(page.evaluate(GRADIENTS)) == bits(gradients)
    titles = page.evaluate(
        "[...document.querySelectorAll('[data-node] title')].map((title) => "
        "[title.parentNode.dataset.node, title.textContent.split('grad ').at(-1)])"
    )
    assert len(titles) > len(gradients)
    assert all(float(text) == gradients[node] for node, text in titles)


def test_random_walks_end_with_the_same_gradients(opened: Any, example: Any) -> None:
    """Whatever keys have been pressed, the last step is the last step."""
    path, gradients = example
    page = opened(path)
    usual = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])

    @usual
    @given(st.lists(st.sampled_from(KEYS), max_size=25))
    def walk(keys: list[str]) -> None:
        """Press some keys, and then go to the end."""
        for key in keys:
            press(page, key)
        assert 0 <= position(page) <= counter(page)[1]
        if page.locator(".quiz[aria-pressed=true]").count():
            page.get_by_role("button", name="Predict").click()
        press(page, "End")
        assert bits(page.evaluate(GRADIENTS)) == bits(gradients)

    walk()


def test_a_click_selects_and_escape_follows_again(opened: Any, example: Any) -> None:
    """The tables keep to the Value that was clicked in the picture."""
    page = opened(example[0])
    press(page, "f")
    page.locator(".node", has_text="w31").click()
    press(page, "ArrowRight", 30)
    assert page.locator(".selected h2").inner_text().startswith("Gradient of w31")
    press(page, "Escape")
    assert not page.locator(".selected h2").inner_text().startswith("Gradient of w31")


def test_a_sentence_goes_to_the_step_of_which_it_speaks(opened: Any, tmp_path: Path) -> None:
    """It selects its Value, shows its path, and is marked until something else is seen."""
    page = opened(reason("softmax").save(tmp_path / "softmax.html"))
    assert page.locator("h1").inner_text() == "Why the gradient of a logit is p − y"
    sentences = page.locator(".notes li")
    sentences.filter(has_text="Through the denominator").get_by_role("button").click()
    seen = page.locator(".notes [aria-current=step]")
    assert seen.inner_text().startswith("Through the denominator")
    assert "4\xa0×\xa0(-0.03125)\xa0×\xa01\xa0×\xa02 =\xa00.25" in sentences.nth(4).inner_text()
    assert page.locator(".selected h2").text_content().startswith("Gradient of z1")
    pressed = page.locator(".paths [aria-pressed=true]")
    assert pressed.locator(".names").text_content() == "loss → q → p1 → total → e1 → z1"
    press(page, "ArrowLeft")
    assert page.locator(".notes [aria-current=step]").count() == 0


def test_a_page_of_which_nothing_is_said_has_no_place_for_it(
    opened: Any, example: Any, tmp_path: Path
) -> None:
    """Sentences are text, also hostile ones, and one that leads nowhere is no button."""
    assert opened(example[0]).locator(".notes").count() == 0
    said = "<img src=x onerror=alert(1)>"
    page = opened(Stepper(Value(2.0), title=said, notes=[said]).save(tmp_path / "run.html"))
    assert [page.locator(place).inner_text() for place in ("h1", ".notes li p")] == [said, said]
    assert page.locator(".notes button").count() == 0


def test_the_mouse_does_what_the_keys_do(opened: Any, example: Any) -> None:
    """Buttons have names, and the slider seeks."""
    page = opened(example[0])
    for name, expected in (("Last step", 57), ("Previous step", 56), ("First step", 0)):
        page.get_by_role("button", name=name).click()
        assert position(page) == expected
    page.get_by_role("slider", name="Step").fill("40")
    assert position(page) == 40
    page.get_by_role("button", name="Play").click()
    page.get_by_text("41 / 57").wait_for()
    press(page, "Space")
    page.get_by_role("button", name="Keyboard").click()
    assert page.get_by_role("dialog").is_visible()


def test_playing_reaches_the_end(opened: Any, tmp_path: Path) -> None:
    """And stops there."""
    page = opened(Stepper(Value(2.0)).save(tmp_path / "run.html"))
    press(page, "Space")
    page.get_by_text("1 / 1").wait_for()
    assert page.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize("number", [2.0, 5e-324, -1.7976931348623157e308, 0.1, 0.0])
def test_every_float64_survives_the_way_to_the_page(
    number: float, opened: Any, tmp_path: Path
) -> None:
    """Infinite and undefined gradients too."""
    x, y = Value(number, "x"), Value(3.0, "y")
    output = Value.sum([x * y, x / y, x.log(), 1 / x, x * 1e-320])
    page = opened(Stepper(output).save(tmp_path / "run.html"))
    press(page, "End")
    output.backward()
    expected = {str(i): node.grad for i, node in enumerate(topological_order(output))}
    shown = page.evaluate(GRADIENTS)
    assert set(shown) == set(expected)
    assert all(
        float(shown[i]) == grad or (grad != grad and shown[i] == "NaN")
        for i, grad in expected.items()
    )


def test_a_thousand_hostile_labels_come_out_as_text(opened: Any, tmp_path: Path) -> None:
    """In tables, equations, sentences and titles: no dialog, no request, no foreign element."""
    labels = [f"{PIECES[i % len(PIECES)]}{i}" for i in range(1000)]
    with scope("<script>alert(2)</script>"):
        total = Value.sum(Value(1.0, label) for label in labels)
    total.label = PIECES[1]
    # With a note a run is not folded: every Value has a row.
    stepper = Stepper(total, {total.serial: PIECES[0]}, notes=PIECES[2:3])
    page = opened(stepper.save(tmp_path / "run.html"))
    press(page, "ArrowRight", 3)
    seen = []
    open_tab(page, "Values")
    for first in range(0, 1000, 100):
        page.get_by_label("Find a Value").fill(labels[first])
        press(page, "Enter")
        seen += page.locator(".values td:first-child").all_text_contents()
    assert seen[:1000] == labels
    foreign = "img, main script, svg[onload], main style"
    assert page.locator(foreign).count() == 0
    assert page.locator(".now code").inner_text() == PIECES[0]


@pytest.mark.parametrize("label", PIECES)
def test_a_hostile_label_is_text_in_the_picture_too(
    label: str, opened: Any, tmp_path: Path
) -> None:
    """Through the whole run."""
    y = Value(2.0, label) * Value(3.0, label * 3)
    page = opened(Stepper(y).save(tmp_path / "run.html"))
    press(page, "ArrowRight", 6)
    shown = page.locator(".node text").all_text_contents()
    assert any(text.replace("\xa0", " ") == label for text in shown)


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_nothing_is_wider_than_the_page(width: int, scheme: str, opened: Any, example: Any) -> None:
    """At any step, on a phone and on a projector."""
    page = opened(example[0], width=width, color_scheme=scheme)
    found = page.evaluate(CHANGES)
    assert (found["steps"], found["widest"] <= width) == (57, True)


@pytest.mark.parametrize("width", [375, 1000])
def test_what_a_step_changes_is_in_view(width: int, opened: Any, example: Any) -> None:
    """The box in the frame of the picture, and the running sum in the ledger."""
    page = opened(example[0], width=width)
    found = page.evaluate(CHANGES)
    assert (found["steps"], found["hidden"], found["wide"]) == (57, 0, 0)


def test_long_names_do_not_widen_the_page(opened: Any, tmp_path: Path) -> None:
    """They are broken."""
    y = Value(2.0, "w" * 300) * Value(3.0, "x " * 300)
    page = opened(Stepper(y).save(tmp_path / "run.html"), width=375)
    for _ in range(6):
        press(page, "ArrowRight")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_twenty_thousand_events_are_a_page(opened: Any, tmp_path: Path) -> None:
    """Its first and its last step are reached; `tests.benchmarks.page` says how fast."""
    stepper = Stepper(long_run())
    assert len(stepper.trace.document["events"]) > 20_000
    page = opened(stepper.save(tmp_path / "run.html"))
    page.wait_for_selector(".counter")
    press(page, "ArrowRight", 10)
    press(page, "End")
    assert position(page) == counter(page)[1] > 10_000


def test_astronomically_many_paths_are_shown_at_once(opened: Any, tmp_path: Path) -> None:
    """Their exact number, the first ones, and what the others add up to."""
    x = Value(1.0, "x")
    y = x
    for _ in range(1000):
        y = y + y
    page = opened(Stepper(y).save(tmp_path / "run.html"))
    press(page, "End")
    assert page.locator(".how-many").get_attribute("data-count") == str(2**1000)
    assert page.locator("button.path").count() == 5
    assert float(page.locator(".remainder .num").get_attribute("data-value")) == 2.0**1000
    assert float(page.locator(".total .num").last.get_attribute("data-value")) == 2.0**1000


def test_the_file_has_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Whatever the order of sets."""
    program = (
        "from engine import Stepper\n"
        "from tests.oracles.layer import layer, mean_square\n"
        "with mean_square():\n"
        "    Stepper(layer()[0]).save('run.html')"
    )
    pages = set()
    for seed in ("1", "2"):
        paths = os.pathsep.join([str(ROOT), *sys.path])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        command = [sys.executable, "-c", program]
        subprocess.run(command, check=True, cwd=tmp_path, env=environment)
        pages.add((tmp_path / "run.html").read_bytes())
    assert len(pages) == 1


def test_the_frame_of_a_notebook_plays_too(opened: Any, tmp_path: Path) -> None:
    """In a sandbox, in a page that knows nothing of it."""
    with mean_square():
        frame = Stepper(layer()[0])._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset='utf-8'>{frame}", encoding="utf-8")
    page = opened(path)
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="Last step").click()
    assert inside.locator(".counter").inner_text() == "57 / 57"


def test_without_its_script_the_page_shows_the_picture(opened: Any, example: Any) -> None:
    """As in a notebook that was made into a page by somebody else."""
    page = opened(example[0], java_script_enabled=False)
    assert page.locator("svg text", has_text="Loss").first.is_visible()
    assert page.locator("svg text", has_text="grad 0.6425").first.is_visible()


def test_the_widget_tells_python_where_it_is_and_obeys(opened: Any, tmp_path: Path) -> None:
    """The same script, with a model that stands for Python's side."""
    x = Value(2.0, "x")
    document = Stepper(x * x + x).trace.to_json()
    script = widget_script(speech_in("en")).encode()
    path = tmp_path / "widget.html"
    path.write_text("<!doctype html><meta charset='utf-8'><div id='here'></div>", encoding="utf-8")
    page = opened(path)
    page.evaluate(
        """async ([script, document_]) => {
            const widget = (await import("data:text/javascript;base64," + script)).default;
            const data = { document: document_, step: 2, selected: "x", values: { x: 3 } };
            const listeners = {};
            window.model = {
                data,
                get: (name) => data[name],
                set: (name, value) => (data[name] = value),
                save_changes: () => {},
                on: (name, listener) => (listeners[name] = listener),
                off: (name) => delete listeners[name],
                ask: (name, value) => { data[name] = value; listeners["change:" + name](); },
                listeners,
            };
            window.end = widget.render({ model, el: document.getElementById("here") });
        }""",
        [base64.b64encode(script).decode(), document],
    )
    assert position(page) == 2
    assert page.locator("svg .node").count() > 0
    page.get_by_role("button", name="Next step").click()
    assert page.evaluate("[model.data.step, model.data.selected]") == [3, "x"]
    page.evaluate("model.ask('step', 7)")
    assert counter(page) == (5, 7)
    page.evaluate("model.ask('selected', 'Mul')")
    assert page.locator(".selected h2").inner_text().startswith("Gradient of Mul")
    press(page, "Escape")
    open_tab(page, "Values")
    field = page.get_by_role("spinbutton", name="data of x")
    assert field.input_value() == "3"
    field.fill("-1.5")
    page.wait_for_timeout(500)
    assert page.evaluate("model.data.values") == {"x": -1.5}
    page.evaluate("model.ask('values', { x: 2 })")
    page.wait_for_timeout(100)
    assert field.get_attribute("aria-valuenow") == "2"
    assert not page.get_by_role("button", name="reset").is_visible()
    page.evaluate("end()")
    assert page.evaluate("Object.keys(model.listeners).length") == 0
