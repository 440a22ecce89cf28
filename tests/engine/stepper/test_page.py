"""The page: complete in itself, locked, safe with any label, and the same in every run."""

import base64
import hashlib
import json
import re
import zlib
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import Stepper, Value
from engine.stepper.script import STYLES, packed_script, page_script, page_style
from tests.engine.stepper.large import recurrence, relus
from tests.oracles.layer import layer, mean_square

HOSTILE = "</script><!--<script>alert(1)</script>&lt;\u2028\ud800\"'🧠"


class Parts(HTMLParser):
    """The elements of a page: how often each occurs, attributes of `meta`, text of the rest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text: dict[str, str] = {}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and its attributes."""
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        kind = dict(attrs).get("type")
        self._open = f"{tag} {kind}" if kind else tag

    def handle_endtag(self, tag: str) -> None:
        """What follows is no longer inside it."""
        self._open = f"after {tag}"

    def handle_data(self, data: str) -> None:
        """Note the text of the element that is open."""
        self.text[self._open] = self.text.get(self._open, "") + data


def page(label: str = "y", **more: Any) -> str:
    """The page of a small graph whose output has this label."""
    y = Value(3.0, "x") ** 2
    y.label = label
    return Stepper(y, **more).html()


def test_the_policy_allows_this_script_and_this_style_only() -> None:
    """The hashes of the script, as it is unpacked, of what unpacks it, and of the style."""
    parts = Parts(page())
    (policy,) = [each["content"] for each in parts.attributes if "http-equiv" in each]

    def hashed(text: str) -> str:
        """A hash as a policy gives it."""
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    unpacked = zlib.decompress(base64.b64decode(parts.text["script text/plain"])).decode()
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashed(parts.text['script module'])}' "
        f"'sha256-{hashed(unpacked)}'; style-src 'sha256-{hashed(parts.text['style'])}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert unpacked == page_script()
    assert (parts.tags.count("script"), parts.tags.count("style")) == (4, 1)


def test_nothing_is_loaded_from_anywhere() -> None:
    """No address but the names of XML, no handler and no style in an attribute."""
    text = page()
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    names = {name for each in Parts(text).attributes for name in each}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"src", "href", "style", "srcset", "action"}


def test_a_hostile_label_ends_no_element() -> None:
    """The trace is read back as it was, and the page has as many elements as with any label."""
    parts = Parts(page(HOSTILE))
    assert parts.tags == Parts(page("y")).tags
    document = json.loads(parts.text["script application/json"])
    assert document["title"] == HOSTILE
    page(HOSTILE).encode("utf-8")


def test_a_page_has_its_title_and_its_notes_as_text() -> None:
    """Without a title it is called by its output; hostile text ends no element."""
    assert "<title>y, step by step</title>" in page()
    text = page(title="Why?", notes=["Because."])
    assert "<title>Why?</title>" in text
    parts = Parts(text)
    document = json.loads(parts.text["script application/json"])
    assert [each["text"] for each in document["about"]["sentences"]] == ["Because."]
    assert Parts(page(title=HOSTILE, notes=[HOSTILE])).tags == Parts(page()).tags
    assert 'title="Why?"' in Stepper(Value(1.0), title="Why?")._repr_html_()


def test_a_hostile_label_ends_no_element_of_a_folded_page() -> None:
    """Of an output, which is the title, and of leaves that share a box."""
    y, plain = (Value.sum(Value(float(i), label).relu() for i in range(400))
                for label in (HOSTILE, "x"))  # fmt: skip
    y.label, plain.label = HOSTILE, "y"
    parts = Parts(Stepper(y).html())
    assert parts.tags == Parts(Stepper(plain).html()).tags
    document = json.loads(parts.text["script application/json"])
    assert document["title"] == HOSTILE


def test_a_folded_page_has_its_title_and_with_notes_it_is_not_folded() -> None:
    """Notes speak of single Values, so these are walked."""
    titled = Stepper(relus([1.0] * 400), title="Why?")
    assert "<title>Why?</title>" in titled.html()
    assert titled.folded is not None
    assert titled.folded.document["heading"] == "Why?"
    noted = Stepper(relus([1.0] * 400), notes=["Because."])
    assert noted.folded is None
    assert noted.trace.document["about"]["sentences"][0]["text"] == "Because."
    assert "It is not folded, since its notes speak of single Values." in noted.html()
    assert "Folded it has as many" not in noted.html()


@pytest.mark.parametrize("folded", [False, True])
def test_the_picture_is_there_without_the_script(*, folded: bool) -> None:
    """In the page, once; the run in it has no second copy."""
    text = Stepper(relus([1.0] * 400)).html() if folded else page()
    assert text.count("<svg") == 1
    assert text.index("<svg") < text.index("<script")
    assert json.loads(Parts(text).text["script application/json"])["picture"]["svg"] == ""


def test_without_a_picture_the_page_says_why() -> None:
    """As text."""
    text = Stepper(recurrence(150)).html()
    assert "<svg" not in text
    assert "too many for a picture" in text


def test_the_same_graph_gives_the_same_page() -> None:
    """Whatever has been made before."""
    with mean_square():
        pages = {Stepper(layer()[0]).html() for _ in range(2)}
    assert len(pages) == 1


def test_a_notebook_shows_the_page_in_a_frame_that_may_run_scripts_only() -> None:
    """The frame holds the whole page, and is neither of our origin nor able to navigate."""
    with mean_square():
        stepper = Stepper(layer()[0])
    frame = stepper._repr_html_()
    assert Parts(frame).tags == ["style", "iframe", "div", "p", "img"]
    attributes = Parts(frame).attributes[1]
    assert attributes["sandbox"] == "allow-scripts"
    assert attributes["srcdoc"] == stepper.html()
    assert unescape(attributes["title"] or "") == "Loss, step by step"
    assert repr(stepper) == "Stepper through Loss: 38 Values, 57 steps"
    assert repr(Stepper(Value(2.0, "x"))) == "Stepper through x: 1 Value, 1 step"


def test_behind_the_frame_is_the_picture_of_the_end_for_those_who_get_no_frame() -> None:
    """As an image with the letters and the paper of a drawing; without a picture, the reason."""
    still = Parts(Stepper(Value(3.0, "a&b") ** 2)._repr_html_())
    image = still.attributes[-1]
    assert image["alt"] == "Pow, step by step"
    svg = base64.b64decode((image["src"] or "").partition("base64,")[2]).decode()
    assert svg.startswith('<svg style="background:white" class="glassgrad"')
    assert "font-weight:bold" in svg
    assert "data 9" in svg
    assert "grad 6" in svg
    assert "step through the run; the picture shows its end" in still.text["p"]
    bare = Parts(Stepper(recurrence(150))._repr_html_())
    assert bare.tags == ["style", "iframe", "div", "p"]
    assert "Run this cell to open the page." in bare.text["p"]
    assert "too many for a picture" in bare.text["after p"]


def test_saving_writes_the_page(tmp_path: Path) -> None:
    """And gives the path."""
    stepper = Stepper(Value(1.0) * 2)
    target = stepper.save(str(tmp_path / "run.html"))
    assert target == tmp_path / "run.html"
    assert target.read_text(encoding="utf-8") == stepper.html()


@pytest.mark.parametrize(("name", "error", "message"), [
    ("run.svg", ValueError, r"path: the ending must be .html or .gif, got '.*run.svg'"),
    ("folder.html", IsADirectoryError, "folder.html' is a folder"),
    ("nowhere/run.html", FileNotFoundError, "nowhere' does not exist; create it"),
])  # fmt: skip
def test_saving_elsewhere_or_otherwise_is_refused(
    name: str, error: Any, message: str, tmp_path: Path
) -> None:
    """The error names the argument, and nothing is written."""
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(error, match=message):
        Stepper(Value(1.0) * 2).save(tmp_path / name)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.html"]


def test_script_and_style_are_part_of_the_package() -> None:
    """They are found where the package is installed; the script stands in the page compressed."""
    folder = files("engine") / "stepper" / "style"
    assert packed_script(page_script()) in page()
    assert page_style() in page()
    parts = {each.name for each in folder.iterdir() if each.is_file()}
    parts |= {f"cards/{each.name}" for each in (folder / "cards").iterdir()}
    assert parts == {f"{name}.css" for name in STYLES}
    assert "</script" not in page_script()


def test_the_names_are_those_of_the_engine() -> None:
    """`engine.Stepper`, `engine.trace` and the like, loaded when they are asked for."""
    assert {"Note", "Stepper", "Trace", "reason", "trace"} <= set(engine.__all__)
    assert engine.Stepper(Value(1.0)).trace.document["format"] == "glassgrad trace"
