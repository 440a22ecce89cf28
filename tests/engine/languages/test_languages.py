"""The languages of a page: each table is whole, and a page speaks no other than its own."""

import json
import re
import subprocess
from functools import cache
from html import unescape
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from engine import Stepper, Value, playground
from engine.languages import (
    LANGUAGES,
    Language,
    Speech,
    speech_in,
    translated_fold,
    translated_trace,
)
from engine.languages.words import is_of_python
from engine.play import gallery
from engine.stepper.reasons import REASONS, reason, save_reasons
from engine.stepper.trace import trace
from tests.engine.stepper.large import network_loss
from tests.engine.stepper.live.in_node import NODE
from tests.engine.stepper.six_pages import SIX_PAGES
from tests.engine.stepper.speaking import speaking
from tests.engine.stepper.test_modules import ALL, TEXTS

HERE = Path(__file__).parent
FOLDER = files("engine") / "languages"
ENGLISH = speech_in("en")

# The languages that have a table.
WRITTEN = [code for code in LANGUAGES if (FOLDER / f"{code}.json").is_file()]
OTHERS = [code for code in WRITTEN if code != "en"]

in_node = pytest.mark.skipif(not NODE, reason="needs the program node")

# A message that a module says by its whole name, one whose end is computed, the start of several.
SAID = re.compile(r'\b(?:say|sayWith)\(\s*"([\w.-]+)"')
COMPUTED = re.compile(r"`([a-z][\w-]*\.(?:[\w-]+\.)*)\$\{")
STARTS = re.compile(r'\bsayEach\("([\w.-]+)"|\bsayMuch\(\s*"([\w.-]+)"')

COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*|^import [^\n]*", re.DOTALL | re.MULTILINE)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
PROSE = re.compile(r"[a-z]{2,} [a-z]{2,}", re.IGNORECASE)

# What modules may have in words: the errors of formulas, which are Python's, in English, and those
# of a broken page; verdicts as a trace has them, ends of a descent, formats, and classes of style.
IN_ENGLISH = ("language/", "formula/made")
NO_SENTENCES = {
    "cannot tell", "too far", "no leaf", "no gradient", "glassgrad trace", "glassgrad fold",
    "no operation is called ", "the page has no row ", "Home End",
}  # fmt: skip

# Messages that stand between others, and may begin or end with a blank.
BLANKS = ("between.", "list.", "number.", "rule.", "title.")

# A point between two digits, as in a number, which no text of a page with a comma has.
POINT = re.compile(r"\d\.\d")


def forms(message: Any) -> list[str]:
    """The templates of a message."""
    return [message] if isinstance(message, str) else [*message.values()]


def places(message: Any) -> set[str]:
    """The named places of a message, but for its count, which a form need not tell."""
    found = {place for form in forms(message) for place in re.findall(r"\{(\w+)\}", form)}
    return found - {"count", "word"}


def kink() -> Value:
    """Kinks, numbers that are not finite, Values in several places, letters that are names."""
    x, a = Value(0.0, "x"), Value(-1.5, "a")
    both = (x.relu() + a * a + abs(x)) / 3 + a.relu() * 0.25 + x**0.5
    return both + Value(2.5, (a, a), (0.5, 0.25)) + a / 1.5


@cache
def recorded() -> list[dict[str, Any]]:
    """Some traces, in English, which are made once for all languages."""
    pages = [make().trace.document for make in SIX_PAGES.values()]
    return [*map(dict, pages), dict(trace(kink(), names={}).document)]


@cache
def documents(language: str) -> list[dict[str, Any]]:
    """These traces in a language."""
    return [translated_trace(each, speech_in(language)) for each in recorded()]


@cache
def told(language: str) -> list[str]:
    """What a page says of these traces, at each step, and to answers."""
    path = HERE / "said.mjs"
    with as_file(files("engine") / "stepper" / "player") as modules:
        given = json.dumps(documents(language))
        run = subprocess.run(
            [str(NODE), str(path), "/dev/stdin"], input=given, capture_output=True,
            encoding="utf-8", env=speaking(language, STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: list[str] = json.loads(run.stdout)
    return found


def sentences_of(words: Speech, but: Speech) -> list[tuple[str, re.Pattern[str]]]:
    """What a language says in several words, and another one does not: patterns.

    Before each stands the longest piece of text that is in all that it matches.
    """
    found = [
        form
        for name, message in words.messages.items()
        for form in forms(message)
        if PROSE.search(re.sub(r"\{\w+\}", "", form)) and form not in forms(but.messages[name])
    ]
    pieces = [re.split(r"\{\w+\}", form) for form in found]
    return [
        (max(each, key=len), re.compile(".{1,200}?".join(map(re.escape, each)))) for each in pieces
    ]


def foreign(texts: list[str], words: Speech) -> list[str]:
    """The texts that are English, though a page speaks otherwise."""
    english = sentences_of(ENGLISH, words)
    return [
        text
        for text in dict.fromkeys(texts)
        if any(piece in text and sentence.search(text) for piece, sentence in english)
    ]


def test_a_language_is_known_or_refused() -> None:
    """The error names the argument, what was given, and all six."""
    for make in (lambda: Stepper(Value(1.0), language="it"), lambda: playground(language="it")):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="language must be one of en, de, fr, es, pt, zh, got"):
            make()


@pytest.mark.parametrize("code", WRITTEN)
def test_a_table_has_all_messages_with_the_same_places(code: Language) -> None:
    """And in the same order, so that two of them can be read side by side."""
    messages = speech_in(code).messages
    assert [*messages] == [*ENGLISH.messages]
    for name, message in messages.items():
        assert places(message) == places(ENGLISH.messages[name]), name
        if not name.startswith(BLANKS):
            assert [form for form in forms(message) if form.strip() != form] == [], name
        if not isinstance(message, str):
            assert "other" in message, name


def test_messages_are_said_and_what_is_said_is_a_message() -> None:
    """By their whole name, or by its beginning where a module computes the rest."""
    text = "\n".join(COMMENT.sub("", each) for each in TEXTS.values())
    names = set(ENGLISH.messages)
    assert set(SAID.findall(text)) <= names
    starts = {*COMPUTED.findall(text), *("".join(each) for each in STARTS.findall(text))}
    assert [each for each in starts if not any(name.startswith(each) for name in names)] == []
    literals = set(re.findall(r'"([\w.-]+)"', text))
    computed = tuple(name for name in names if name.startswith(("push.together.", "push.about.")))
    unsaid = [
        name
        for name in names - literals
        if not name.startswith((*starts, *computed)) and not is_of_python(name)
    ]
    assert unsaid == []


@pytest.mark.parametrize("name", ALL)
def test_no_module_has_a_sentence_of_its_own(name: str) -> None:
    """What a page says is in the table."""
    if name.startswith(IN_ENGLISH):
        return
    code = COMMENT.sub("", TEXTS[name])
    code = re.sub(r'\bclass: (?:"[^"]*"|`[^`]*`)', "", code)
    texts = [whole or re.sub(r"\$\{[^}]*\}", "", part) for whole, part in STRING.findall(code)]
    styles = re.compile(r"^(?:box|text|pick|token|card|class|glassgrad-stepper)\b")
    said = [text for text in texts if PROSE.search(text) and not styles.match(text)]
    assert [text for text in said if text not in NO_SENTENCES] == []


def test_the_gallery_the_reasons_and_the_notes_of_documents_are_messages() -> None:
    """They are found by their English text."""
    texts = {message for message in ENGLISH.messages.values() if isinstance(message, str)}
    for each in REASONS.values():
        assert {each.title, *(note.text for note in each.notes)} <= texts
    for entry in gallery():
        sentences = [each if isinstance(each, str) else each["text"] for each in entry["sentences"]]
        assert {entry["title"], *sentences} <= texts
    german = speech_in("de")
    assert german.translated("the slopes are 0.5 and 1") == "die Steigungen sind 0,5 und 1"
    assert german.translated("Graph of L: 2 boxes, 1 edge") == "Graph von L: 2 Kästen, 1 Kante"
    assert german.translated("an error of dot") == "an error of dot"
    assert ENGLISH.translated("data 0.5") == "data 0.5"


@pytest.mark.parametrize("code", OTHERS)
def test_numbers_and_formulas_of_long_texts_are_the_same(code: Language) -> None:
    """What is said of the gallery and in reasons has the numbers, and the signs, of the English."""
    words = speech_in(code)
    for name in ENGLISH.messages:
        if name.startswith(("gallery.", "reason.")):
            expected, found = (
                re.findall(r"\d+(?:[.,]\d+)?|[=×·→²]", each.say(name)) for each in (ENGLISH, words)
            )
            assert sorted(each.replace(",", ".") for each in found) == sorted(expected), name


@pytest.mark.parametrize(("code", "no_longer"), [
    ("de", r"\b[Kk]eine?[rs]?\b[^.;:]* mehr[.;:]"), ("pt", r"\b[Nn]enhuma?\b[^.;:]* mais[.;:]"),
])  # fmt: skip
def test_no_other_has_more_is_not_said_as_none_has_any_longer(code: str, no_longer: str) -> None:
    """As in „Kein anderer zählt mehr“, which is read as: from now on no other counts."""
    messages = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    assert not [name for name, text in messages.items() if re.search(no_longer, str(text))]


@pytest.mark.parametrize("code", OTHERS)
def test_a_reason_is_told_in_a_language(code: Language, tmp_path: Path) -> None:
    """Its title and its sentences, and what its page says."""
    words = speech_in(code)
    about = reason("dead-relu", language=code)._shown.document["about"]
    assert about["title"] == words.say("reason.dead-relu.title")
    assert about["sentences"][2]["text"] == words.say("reason.dead-relu.3")
    first, *_ = save_reasons(tmp_path, language=code)
    assert f'<html lang="{code}">' in first.read_text("utf-8")


@pytest.mark.parametrize(("text", "expected"), [
    ("0.5 × -1.25 = -0.625", "0,5 × -1,25 = -0,625"),
    ("1e-05 and 1.5e-05.", "1e-05 and 1,5e-05."),
    ("layer1.neuron2.w[1] and v1.5 and 1.2.3", "layer1.neuron2.w[1] and v1.5 and 1.2.3"),
    ("×1,600, 25,600 edges, (1, 2)", "×1\u202f600, 25\u202f600 edges, (1, 2)"),
])  # fmt: skip
def test_numbers_have_the_signs_of_the_language(text: str, expected: str) -> None:
    """Names keep their points; thousands stand apart by a narrow space."""
    assert speech_in("de").numbers(text) == expected
    assert ENGLISH.numbers(text) == text


@pytest.mark.parametrize(("code", "expected"), [
    ("en", "47%"), ("de", "47\u202f%"), ("fr", "47\u202f%"), ("es", "47\u202f%"), ("pt", "47%"),
    ("zh", "47%"),
])  # fmt: skip
def test_a_percent_sign_stands_apart_where_the_language_has_it_so(
    code: Language, expected: str
) -> None:
    """In numbers of documents, and in messages."""
    words = speech_in(code)
    assert words.numbers("47% passes").startswith(expected)
    assert words.say("fold.mark.passes.sample") == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("en", "Mul of layer1"), ("de", "Mul in layer1"), ("es", "Mul de layer1"),
    ("zh", "layer1 中的 Mul"),
])  # fmt: skip
def test_a_class_tells_where_it_belongs_in_the_language(code: Language, expected: str) -> None:
    """In its name, its box and the hint of its box; the names of code stay."""
    scope = ["layer1", "neuron1"]
    one = {"name": "Mul of layer1", "scope": scope, "data": "1", "grad": "0.5", "members": []}
    primed = {**one, "name": "Mul of layer1 / neuron1'"}
    plain = [{**one, "name": name} for name in ("w", "sum of parts", "Mul of layer1#2")]
    svg = (
        '<svg><g class="node" data-node="0"><title>Mul of layer1, ×1,600, data 1, grad 0.5</title>'
        "<text>Mul of layer1</text>\n</g></svg>"
    )
    fold = {"title": "Mul of layer1", "classes": [one, primed, *plain], "arrows": [], "steps": [],
            "picture": {"svg": svg, "note": ""}}  # fmt: skip
    told = translated_fold(fold, speech_in(code))
    names = [each["name"] for each in told["classes"]]
    assert names[0] == told["title"] == expected
    assert names[1].endswith("'")
    assert names[2:] == [each["name"] for each in plain]
    assert told["picture"]["svg"].count(expected) == 2


def test_a_number_in_a_picture_is_told_once() -> None:
    """A point becomes a comma, and that comma nothing else; and a leaf without a name is a leaf."""
    lines = ("leaf", "×1,600", "data 0.125 … 1.974", "grad -0.125", "1.974")
    texts = "".join(f"<text>{each}</text>" for each in lines)
    title = "<title>leaf, ×1,600, data 0.125 … 1.974, grad -0.125</title>"
    svg = f'<svg><g class="node" data-node="0">{title}{texts}\n</g></svg>'
    one = {"name": "leaf", "scope": [], "data": "0.125 … 1.974", "grad": "-0.125", "members": []}
    scoped = {**one, "name": "leaf of layer1", "scope": ["layer1"]}
    fold = {"title": "leaf", "classes": [one, scoped, {**one, "name": "leaf'"}], "arrows": [],
            "steps": [], "picture": {"svg": svg, "note": ""}}  # fmt: skip
    told = translated_fold(fold, speech_in("de"))
    assert [each["name"] for each in told["classes"]] == ["Blatt", "Blatt in layer1", "Blatt'"]
    assert told["picture"]["svg"] == svg.replace("leaf", "Blatt").replace("1,600", "1\u202f600") \
        .replace("data", "Zahl").replace("data-node", "Zahl-node").replace(".", ",") \
        .replace("Zahl-node", "data-node")  # fmt: skip


@pytest.mark.parametrize(("rule", "expected"), [
    ("d(relu(h))/dh = (1 if h > 0, else 0) = 1, since 0.5 > 0",
     "d(relu(h))/dh = (1, wenn h > 0, sonst 0) = 1, denn 0,5 > 0"),
    ("= 2.5, no rule given, where a = b = x", "= 2,5, ohne Regel mit a = b = x"),
    (", but 0.5 here", ", aber hier 0,5"),
    ("(1 if a > b, 0.5 if a ≥ b, else 0) = 0.5, since 1 ≥ 1 and 1 ≤ 1",
     "(1, wenn a > b, 0,5, wenn a ≥ b, sonst 0) = 0,5, denn 1 ≥ 1 und 1 ≤ 1"),
])  # fmt: skip
def test_rules_are_told_in_the_language(rule: str, expected: str) -> None:
    """Their conditions, their reasons, and what letters stand for."""
    assert speech_in("de").rule(rule).strip() == expected


@in_node
@pytest.mark.parametrize("code", OTHERS)
def test_a_page_says_nothing_in_english(code: Language) -> None:
    """At no step of a run, to no answer, of no nudge."""
    texts = told(code)
    assert len(texts) > 500
    assert foreign(texts, speech_in(code)) == []


@in_node
@pytest.mark.parametrize("code", WRITTEN)
def test_a_decimal_comma_is_everywhere_or_nowhere(code: Language) -> None:
    """It is in all numbers of a page, or in none."""
    texts = told(code)
    has_comma = speech_in(code).say("number.point") == ","
    assert any(re.search(r"\d,\d", text) for text in texts) == has_comma
    assert has_comma != any(POINT.search(text) for text in texts)
    assert [text for text in texts if re.search(r"undefined|\{\w+\}|NaN|\[object", text)] == []


@in_node
@pytest.mark.parametrize("code", OTHERS)
def test_rules_by_python_are_those_by_the_page(code: Language) -> None:
    """When a number changes, the page writes them anew, in the same words."""
    script = """
        const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
        const { Texts } = await from("formula/texts");
        const { readFileSync } = await import("node:fs");
        const found = JSON.parse(readFileSync("/dev/stdin", "utf-8")).map((trace) => {
          const texts = new Texts(trace);
          const data = trace.nodes.map((node) => Number(node.data));
          return trace.nodes.map((node, i) => [texts.formula(i, data) ?? node.formula,
            node.inputs.map((each, slot) => "rule" in each
              ? texts.rule(i, slot, data, Number(each.local)) ?? each.rule : null)]);
        });
        process.stdout.write(JSON.stringify(found));
    """
    given = documents(code)
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = subprocess.run(
            [str(NODE), "--input-type=module", "-e", script], input=json.dumps(given),
            capture_output=True, encoding="utf-8",
            env=speaking(code, STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    for document, made in zip(given, json.loads(run.stdout), strict=True):
        for node, (formula, rules) in zip(document["nodes"], made, strict=True):
            assert formula == node["formula"]
            for each, rule in zip(node["inputs"], rules, strict=True):
                if "rule" in each:
                    keys = ("symbols", "numbers")
                    assert [rule[key] for key in keys] == [each["rule"][key] for key in keys]


def still_texts(html: str) -> list[str]:
    """The texts and titles of the picture of a page, as it is without its script."""
    still = html.split('<div class="static">')[1].split("</div>\n</main>")[0]
    return [unescape(text) for text in re.findall(r">([^<>\n]+)</(?:text|title)>", still)]


@pytest.mark.parametrize("code", OTHERS)
def test_a_page_is_marked_with_its_language_and_still_speaks_it(code: Language) -> None:
    """Its title, and its picture, which is there without the script."""
    stepper = Stepper(kink(), names={}, language=code, hide=["checks"])
    html = stepper.html()
    assert f'<html lang="{code}">' in html
    words = speech_in(code)
    texts = still_texts(html)
    assert foreign(texts, words) == []
    assert words.say("box.data", number=words.numbers("-1.5")) in texts
    if words.say("number.point") == ",":
        assert [text for text in texts if POINT.search(text)] == []
    title = words.say("page.title", name=stepper.trace.document["title"])
    assert f"<title>{title}</title>" in html


@pytest.mark.parametrize("code", OTHERS)
def test_the_page_of_a_fold_speaks_its_language(code: Language) -> None:
    """Classes, arrows, steps and the picture; the recorded run stays English."""
    stepper = Stepper(network_loss(1), language=code)
    assert stepper.folded is not None
    words = speech_in(code)
    assert foreign(still_texts(stepper.html()), words) == []
    texts = json.dumps(stepper._shown.document["arrows"], ensure_ascii=False)
    if words.say("number.point") == ",":
        assert not re.search(r"(?<![\d.])0\.\d", texts.split('"share"')[0])
    assert "grad" in stepper.folded.document["picture"]["svg"]


def test_an_english_page_is_the_one_that_it_was() -> None:
    """Its document is the trace itself."""
    output = kink()
    assert Stepper(output, names={})._shown.document == trace(output, names={}).document


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_hidden_is_not_in_a_still_picture_either(code: Language) -> None:
    """A gradient that is left out has no line, and no title, in any language."""
    html = Stepper(kink(), names={}, language=code, hide=["gradients"]).html()
    grad = speech_in(code).say("box.grad", number="").strip()
    assert [text for text in still_texts(html) if grad in text] == []


@pytest.mark.parametrize("code", WRITTEN)
def test_a_playground_speaks_its_language(code: Language) -> None:
    """Its gallery, its title, and what is read without its script; formulas keep the point."""
    html = playground("0.5*x", x=2, language=code).html()
    words = speech_in(code)
    assert f'<html lang="{code}">' in html
    assert words.say("play.still") in unescape(html)
    assert json.loads(words.as_data())["strip.own"] == words.say("strip.own")
    assert "gallery.1.1" not in words.as_data()
    assert {"fold.start", "strip.own"} <= {*json.loads(words.as_data())}
    assert not [name for name in json.loads(words.as_data(("fold.",))) if name.startswith("fold.")]
    assert len(html) < 250_000


def test_a_widget_has_the_words_of_its_language() -> None:
    """They stand in its script, since it has no page."""
    pytest.importorskip("anywidget")
    words = speech_in("de")
    made = Stepper(kink(), names={}, language="de").widget()
    assert f"speak({words.as_data()});" in made._esm
    assert words.say("rule.none", local="0,5").strip() in made.document


@in_node
@pytest.mark.parametrize(("code", "expected"), [
    ("en", ["x and y", "One. Two.", "a, b"]), ("es", ["x e y", "One. Two.", "a, b"]),
    ("zh", ["x、y", "One.Two.", "a、b"]),
])  # fmt: skip
def test_lists_and_sentences_are_joined_as_the_language_does(
    code: Language, expected: list[str]
) -> None:
    """Spanish has another "and" before y; Chinese has no blank between sentences."""
    script = """
        const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
        const { say, sentences } = await from("said/say");
        const { listed } = await from("said/phrases");
        process.stdout.write(JSON.stringify([
          listed(["x", "y"]), sentences("One.", "", "Two."), ["a", "b"].join(say("list.comma")),
        ]));
    """
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = subprocess.run(
            [str(NODE), "--input-type=module", "-e", script], capture_output=True,
            encoding="utf-8", env=speaking(code, STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == expected


@in_node
def test_messages_choose_a_form_and_fill_their_places() -> None:
    """A count chooses a form, `other` if there is none for it; what is put in stays as it is."""
    script = """
        const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
        const { say, sayWith, speak } = await from("said/say");
        speak({ "number.point": ",", a: "{x} and {y}", b: { 1: "one", other: "{count} of {x}" } });
        process.stdout.write(JSON.stringify([
          say("a", { x: "$&{y}", y: 2 }), say("b", { count: 1 }), say("b", { count: 7, x: "x" }),
          sayWith("a", { x: ["p", "q"], y: 3 }), sayWith("b", { count: 2, x: "r" }),
        ]));
    """
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = subprocess.run(
            [str(NODE), "--input-type=module", "-e", script], capture_output=True,
            encoding="utf-8", env=speaking(STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == [
        "$&{y} and 2", "one", "7 of x", ["p", "q", " and ", "3"], ["2", " of ", "r"],
    ]  # fmt: skip
