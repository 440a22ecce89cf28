"""Sentences whose numbers are dragged: what stands in them is what the engine computes.

At first, from Python, and after each move, from the rows of the operations in a browser.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.loading import loaded

ROOT = Path(__file__).parents[1]
SITE = ROOT / "notebooks" / "site"

pytest.importorskip("docutils", reason="needs the group `site`: make .venv/.site")

sentences = loaded(SITE / "sentences.py")

# Every sentence of the pages to learn from: formula, numbers, text.
WRITTEN: list[tuple[str, str, str]] = [
    found
    for page in sorted((SITE / "learn").glob("*.md"))
    for found in re.findall(
        r"```\{live\} (.*)\n:numbers: (.*)\n\n((?:(?!```).*\n)+)```", page.read_text("utf-8")
    )
]


def _filled(sentence: Any) -> str:
    """The sentence as HTML."""
    return re.sub("\ue000(\\d+)\ue001", lambda mark: sentence.elements[int(mark[1])], sentence.text)


def _text(formula: str, numbers: str, text: str) -> str:
    """A sentence as one reads it."""
    html = _filled(sentences.Sentence(formula, sentences.leaves(numbers), text))
    return re.sub(r"<[^>]*>", "", html)


NUMBERS = "a=4 in -9..9, b=-3 in -9..9"


@pytest.mark.parametrize(("text", "expected"), [
    ("{a}{b}", "4-3"),
    ("{m} {grad m} {grad a}, {grad b}", "-12 -24 72, -96"),
    ("{y by m} {m by a} {m to a} {y to m} {a}", "-24 -3 72 -24 4"),
    ("{a} · {(b)} {=} {(m)}", "4 · (-3) = (-12)"),
])  # fmt: skip
def test_a_place_has_the_number_of_the_run(text: str, expected: str) -> None:
    """By hand: m = ab = -12, y = m² has the slope 2m = -24, and so on."""
    start = "" if "{a}" in text else "{a}"
    assert (
        _text("m = a*b; y = m**2", NUMBERS, start + text).removeprefix("4" * bool(start))
        == expected
    )


def test_equal_is_said_of_what_is_equal_as_printed() -> None:
    """Else ≈, in the whole sentence."""
    assert _text("a/b", "a=1 in 0..1, b=4 in 1..9", "{a}/{b} {=} {Div}") == "1/4 = 0.25"
    assert _text("a/b", "a=1 in 0..1, b=3 in 1..9", "{a}/{b} {=} {Div}") == "1/3 ≈ 0.3333"


def test_a_number_used_twice_counts_twice() -> None:
    """The local derivative by an input is the sum over its places."""
    assert _text("y = x*x", "x=3 in 0..9", "{x} {y by x} {grad x}") == "3 6 6"


def test_the_first_place_of_a_number_is_dragged() -> None:
    """And no other; its range is there."""
    sentence = sentences.Sentence("m = a*b", sentences.leaves(NUMBERS), "{m} {a} {a} {(b)} {b}")
    assert [each.count("data-low") for each in sentence.elements] == [0, 1, 0, 1, 0]
    assert 'data-name="a" data-low="-9.0" data-high="9.0"' in sentence.elements[1]


@pytest.mark.parametrize(("formula", "numbers", "text", "says"), [
    ("a*b", "a=4", "{a}", "numbers: write a=4 in -9..9, b=2 in 0..5, got 'a=4'"),
    ("a*a", "a=4 in 5..9", "{a}", "a must begin in its range, got 'a=4 in 5..9'"),
    ("m = a*a", "a=4 in 0..9", "{a} {c}", "the formula has no 'c', it has a, m"),
    ("m = a*a", "a=4 in 0..9", "{a} {a by m}", "{a by m}: m is no input of a"),
    ("m = a*a", "a=4 in 0..9", "{a} {slope of m}", "{slope of m}: write {a}, {grad a}, "),
    ("m = a*a", "a=4 in 0..9", "{m}", "no number of the sentence can be dragged"),
    ("m = a*b", "a=4 in 0..9", "{m}", "the expression needs a number for b"),
])  # fmt: skip
def test_a_sentence_that_cannot_be_is_refused(
    formula: str, numbers: str, text: str, says: str
) -> None:
    """With what to write."""
    with pytest.raises(ValueError, match=re.escape(says)):
        sentences.Sentence(formula, sentences.leaves(numbers), text)


def test_the_pages_to_learn_from_have_sentences() -> None:
    """One at least on each, all of which can be made."""
    pages = [page for page in (SITE / "learn").glob("*.md") if page.stem != "index"]
    assert all("```{live}" in page.read_text("utf-8") for page in pages)
    assert len(WRITTEN) == sum(page.read_text("utf-8").count("```{live}") for page in pages)
    for each in WRITTEN:
        assert _text(*each)


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    """A page with all sentences, as the site has them."""
    opened = chromium.new_page(viewport={"width": 600, "height": 800})
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    body = ""
    for formula, numbers, text in WRITTEN:
        sentence = sentences.Sentence(formula, sentences.leaves(numbers), text)
        told = sentences.in_a_script(sentence.run)
        script = f'<script type="application/json">{told}</script>'
        body += f'<div class="live-sentence"><p>{_filled(sentence)}</p>{script}</div>'
    opened.set_content(f"<!doctype html>{body}<script>{sentences.script()}</script>")
    yield opened
    opened.close()


@pytest.mark.slow
def test_the_numbers_that_follow_are_those_of_the_engine(page: Any) -> None:
    """At first, and after random keys: the sentence is the one that Python writes."""
    random = Random(0)
    keys = ["ArrowRight", "ArrowLeft", "PageUp", "PageDown", "Shift+ArrowUp", "Home", "End"]
    for i, (formula, numbers, text) in enumerate(WRITTEN):
        paragraph = page.locator(".live-sentence p").nth(i)
        given = sentences.leaves(numbers)
        assert paragraph.text_content() == _text(formula, numbers, text)
        for _ in range(12):
            slider = paragraph.get_by_role("slider").nth(random.randrange(len(given)))
            slider.press(random.choice(keys))
            now = {
                each.get_attribute("aria-label"): float(each.get_attribute("aria-valuenow"))
                for each in paragraph.get_by_role("slider").all()
            }
            assert now.keys() == given.keys()
            moved = ", ".join(
                f"{name}={number!r} in {given[name].low}..{given[name].high}"
                for name, number in now.items()
            )
            assert paragraph.text_content() == _text(formula, moved, text)
    assert page.faults == []


@pytest.mark.slow
def test_a_number_is_dragged_and_taken_back(page: Any) -> None:
    """Six pixels are a step; it stays in its range; Escape puts it back where it was at first."""
    slider = page.locator(".live-sentence p").first.get_by_role("slider").first
    slider.press("Escape")
    start, most = (float(slider.get_attribute(f"aria-value{each}")) for each in ("now", "max"))
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=5)
    assert float(slider.get_attribute("aria-valuenow")) == pytest.approx(start + 0.5)
    page.mouse.move(x + 3000, y, steps=5)
    page.mouse.up()
    assert float(slider.get_attribute("aria-valuenow")) == most
    slider.press("Escape")
    assert float(slider.get_attribute("aria-valuenow")) == start
    assert page.faults == []
