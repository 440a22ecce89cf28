"""Questions in a browser: they hide what they ask for, keys stay alive, a page around is told."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper, Value
from engine.notation import short
from tests.browser import visit
from tests.engine.stepper.six_pages import SIX_PAGES, neuron

pytestmark = pytest.mark.slow

# All that the page tells, seen or not: text, titles, labels; but not where a line is drawn.
TOLD = """() => {
    const main = document.querySelector("main").cloneNode(true);
    for (const name of ["d", "points", "x", "y", "transform", "style", "viewBox", "cx", "cy"])
        for (const each of main.querySelectorAll(`[${name}]`)) each.removeAttribute(name);
    return main.outerHTML;
}"""

ASKED_FOR = ".local, .contribution, .change"

# Goes through all steps, answers each question wrongly twice, and looks at the card each time.
ASKED = """async () => {
    const press = (key) =>
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const now = document.querySelector(".now");
    const frame = document.querySelector(".frame");
    const found = { questions: 0, looks: 0, cut: [], tops: [] };
    const look = () => {
        found.looks += 1;
        if (now.scrollHeight > now.clientHeight || now.scrollWidth > now.clientWidth)
            found.cut.push(`${now.textContent} ${now.scrollHeight} ${now.clientHeight}`);
        const { top } = frame.getBoundingClientRect();
        if (!found.tops.includes(top)) found.tops.push(top);
    };
    const answer = () => {
        const form = document.querySelector(".prediction");
        const field = form.querySelector("input");
        if (field.dataset.asks === "next")
            document.querySelector(".node.leaf").dispatchEvent(new MouseEvent("click"));
        else if (field.dataset.asks === "double") form.querySelector(".choices button").click();
        else if (form.querySelector(".choices button"))
            [...form.querySelectorAll(".choices button")].at(found.looks % 2).click();
        else {
            field.value = "123456";
            form.lastChild.click();
        }
    };
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
    press("p");
    press("Home");
    for (;;) {
        look();
        const isOpen = document.querySelector(".prediction") !== null;
        found.questions += isOpen;
        if (isOpen) answer();
        look();
        if (document.querySelector(".prediction")) answer();
        look();
        const [at, of] = document.querySelector(".counter").textContent.split(" / ");
        if (at === of) break;
        if (document.querySelector(".prediction")) press("ArrowRight");
        press("ArrowRight");
    }
    press("Escape");
    return found;
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a neuron, with 19 steps."""
    return neuron().save(tmp_path_factory.mktemp("pages") / "neuron.html")


@pytest.fixture
def opened(chromium: Any, file: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page at a step with its questions; at the end demands that no error was seen."""
    complaints: list[str] = []
    contexts = []

    def open_page(step: int, path: Path = file, **options: Any) -> Any:
        """The page of the file, or of another."""
        context = chromium.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        visit(page, f"{path.as_uri()}#step={step}")
        page.keyboard.press("p")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def counter(page: Any) -> str:
    """The step and the last one, as the bar says them."""
    text: str = page.locator(".counter").text_content()
    return text


def words(page: Any) -> str:
    """The live region of the step."""
    text: str = page.locator(".words[aria-live=polite]").text_content()
    return text


def choose(page: Any, *kinds: str) -> None:
    """Ask these kinds of questions only."""
    page.locator(".score").click()
    for kind in kinds:
        page.get_by_role("checkbox", name=kind).check()
    page.get_by_role("button", name="Close").click()


def answer(page: Any, text: str) -> None:
    """Write an answer, and say it."""
    page.get_by_label("Your answer").fill(text)
    page.keyboard.press("Enter")


def test_a_wrong_answer_is_diagnosed_tried_again_and_explained(opened: Any) -> None:
    """The verdict is in the live region, the rule is shown at the end, and the score counts."""
    page = opened(9)
    assert words(page).startswith("If only ReLU (the base) changes a little")
    answer(page, "1.5")
    assert words(page).startswith("No. A factor is missing: the exponent comes down in front.")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Your answer"
    answer(page, "2 * 1,5")
    assert words(page).startswith("Right. A small change of ReLU")
    assert "2·ReLU = 2 × 1.5 = 3" in page.locator(".now .reason").text_content()
    assert page.locator(".score").text_content() == "1 of 1 right…"
    page.keyboard.press("Enter")
    assert counter(page) == "10 / 19"
    page.get_by_role("button", name="No", exact=True).click()
    assert words(page).startswith("No. Sum (1.5) is positive")
    page.get_by_role("button", name="No", exact=True).click()
    assert words(page).endswith("Upstream is 3 and local is 1: 3 arrives at Sum.")
    assert page.locator(".score").text_content() == "1 of 2 right…"


def test_what_is_no_answer_counts_as_none_and_reveals_nothing(opened: Any) -> None:
    """Nor does an empty field; what is written stays while a box is looked at."""
    page = opened(9)
    answer(page, "abc")
    assert words(page).startswith("That is no number: write 3, -0.5, 1/3")
    answer(page, "")
    assert words(page).startswith("Nothing is written")
    assert page.locator(".score").text_content() == "Questions…"
    page.get_by_label("Your answer").fill("2*1")
    page.locator(".node", has_text="w[1]").click()
    assert page.get_by_label("Your answer").input_value() == "2*1"
    answer(page, "1/3")
    assert words(page).startswith("No. That is one over it")


def test_in_predict_the_keys_stay_alive(opened: Any) -> None:
    """→ reveals what an empty field asks for, ? lists the keys, Esc leaves."""
    page = opened(9)
    field = page.get_by_label("Your answer")
    assert field.is_visible()
    page.keyboard.press("?")
    assert "Predict" in page.get_by_role("dialog", name="Keyboard").text_content()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert (field.count(), counter(page)) == (0, "9 / 19")
    assert words(page).startswith("The rule: d(ReLU²)/dReLU = 2·ReLU = 2 × 1.5 = 3.")
    page.keyboard.press("ArrowRight")
    field.fill("0.5")
    page.keyboard.press("ArrowLeft")
    assert counter(page) == "10 / 19"
    field.fill("")
    page.keyboard.press("ArrowLeft")
    assert (field.count(), counter(page)) == (0, "9 / 19")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    assert field.count() == 0
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Predict").get_attribute("aria-pressed") == "false"


def test_whose_turn_it_is_is_answered_in_the_picture(opened: Any) -> None:
    """Or by a name; the step that is asked about has left no mark yet."""
    page = opened(10)
    choose(page, "who is next")
    assert words(page).startswith("Whose turn is it")
    assert page.locator(".node.active", has_text="Sum").count() == 0
    page.locator(".node", has_text="w[1]").click()
    assert words(page).startswith("No. w[1] is a leaf")
    page.locator(".node", has_text="ReLU").click()
    assert words(page).startswith("Right. A small change of Sum")
    page.keyboard.press("ArrowRight")
    page.get_by_label("Your answer").fill("sum")
    page.keyboard.press("Enter")
    assert words(page).startswith("Right. In a sum")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("products[1]")
    page.keyboard.press("Enter")
    assert words(page).startswith("Right: it is ready too. Here products[3] comes first.")


def test_the_score_is_text_to_be_copied(opened: Any) -> None:
    """By kind; a new start forgets it."""
    page = opened(19, permissions=["clipboard-read", "clipboard-write"])
    choose(page, "the sign of a contribution")
    answer(page, "+")
    assert page.locator("p.next").text_content().startswith("1 question: 1 right at once")
    page.locator(".score").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "Loss",
        "1 question: 1 right at once, 0 at the second try, 0 not.",
        "the sign of a contribution: 1 of 1",
    ]
    page.get_by_role("button", name="Start again").click()
    assert (counter(page), page.locator(".score").text_content()) == ("0 / 19", "Questions…")
    assert page.locator("p.next").text_content() == "The next question comes at step 9."


def test_a_page_around_is_told(chromium: Any) -> None:
    """Of each question that is settled, and of the end."""
    page = chromium.new_page(reduced_motion="reduce")
    page.set_content(f"<body>{SIX_PAGES['x*x']()._repr_html_()}")
    page.evaluate("window.told = []; addEventListener('message', ({data}) => told.push(data))")
    frame = page.frames[1]
    frame.get_by_role("button", name="Next step").focus()
    for key in ("p", "End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    fill(frame, "3")
    page.keyboard.press("ArrowRight")
    fill(frame, "3")
    fill(frame, "6")
    page.keyboard.press("ArrowRight")
    frame.get_by_role("button", name="Grows").click()
    page.wait_for_timeout(100)
    told = page.evaluate("told")
    page.close()
    assert [(each["event"], each["asked"], each["right"], each["atOnce"]) for each in told] == [
        ("answered", 1, 1, 1), ("answered", 2, 2, 1), ("answered", 3, 3, 2), ("finished", 3, 3, 2),
    ]  # fmt: skip
    assert told[1]["question"] == {"step": 4, "asks": "sum", "right": True, "tries": 2}
    assert {(each["type"], each["title"], each["questions"]) for each in told} == {
        ("glassgrad", "y", 3)
    }


def fill(frame: Any, text: str) -> None:
    """Answer in a page that stands in a frame."""
    field = frame.get_by_label("Your answer")
    field.fill(text)
    field.press("Enter")


def test_nothing_on_the_page_gives_a_number_away(opened: Any, tmp_path: Path) -> None:
    """Neither text nor titles nor labels have a gradient before its question is settled."""
    x, w = Value(0.7312, "x"), Value(1.3177, "w")
    loss = ((w * x).tanh() * x + w.exp()) ** 2 / (x + 2.9)
    loss.label = "loss"
    stepper = Stepper(loss, notes=["A note may tell everything."])
    page = opened(0, stepper.save(tmp_path / "odd.html"))
    known = {short(node["data"]) for node in stepper.trace.document["nodes"]} | {"1", "-1"}
    hidden = 0
    while counter(page).split(" / ")[0] != counter(page).split(" / ")[1]:
        page.keyboard.press("ArrowRight")
        if not page.locator("[data-predicting]").count():
            continue
        told, question = page.evaluate(TOLD), words(page)
        assert not page.get_by_text("A note may").is_visible()
        page.keyboard.press("ArrowRight")
        numbers = set(page.locator(f".equation :is({ASKED_FOR}) .num").all_text_contents())
        for number in numbers - known:
            if f"contributes {number} to" in question:
                continue
            digits = rf"(?<![\d.]){re.escape(number)}(?!\d)"
            assert not re.search(digits, told), page.locator(".now").text_content()
        hidden += len(numbers - known)
        known |= numbers
    assert hidden > 8


@pytest.mark.parametrize("name", ["MLP 2-2-1", "micrograd"])
def test_questions_are_on_one_screen(name: str, chromium: Any, tmp_path: Path) -> None:
    """Open, answered wrongly and explained: nothing is cut off, and the picture does not move."""
    page = chromium.new_page(reduced_motion="reduce")
    address = SIX_PAGES[name]().save(tmp_path / "page.html").as_uri()
    for width, height in ((1280, 800), (1366, 650), (375, 667), (667, 375)):
        page.set_viewport_size({"width": width, "height": height})
        visit(page, address)
        found = page.evaluate(ASKED)
        assert found["questions"] > 15
        assert found["cut"] == []
        assert len(found["tops"]) == 1
    page.close()
