"""Title and notes of a page: where a sentence leads, that it stays text, and what is refused."""

from typing import Any

import pytest

import engine
from engine import Note, Stepper, Value
from tests.engine.stepper.schema import valid_trace

# Notes that the types do not allow.
wrong: Any = Note


@pytest.fixture
def square() -> tuple[Value, Value, Value]:
    """The square y = h * h with h = 2 x: the output, h, and x; h is used twice, and x once."""
    x = Value(3.0, "x")
    h = x * 2
    h.label = "h"
    y = h * h
    y.label = "y"
    return y, h, x


def said(output: Value, *notes: Any) -> Any:
    """The entries of a valid trace for some notes."""
    return valid_trace(output, notes=notes).document["about"]["sentences"]


def test_nothing_is_said_unless_something_is_given(square: Any) -> None:
    """A title may be given alone, and so may notes."""
    y, _, _ = square
    assert valid_trace(y).document["about"] is None
    assert valid_trace(y, title="Why").document["about"] == {"title": "Why", "sentences": []}
    assert valid_trace(y, notes=["One."]).document["about"]["title"] is None


def test_a_text_leads_nowhere(square: Any) -> None:
    """It is there to be read; a Note without more is the same."""
    y, _, _ = square
    entry = {"text": "One.", "at": None, "select": None, "path": None}
    assert said(y, "One.", Note("One.")) == [entry, entry]


def test_a_sentence_leads_to_the_moment_of_its_value(square: Any) -> None:
    """After that event; the sum of several contributions is seen when the gradient is done."""
    y, h, x = square
    events = valid_trace(y).document["events"]
    at = [each["at"] for each in said(
        y, Note("", h, "computed"), Note("", y, "computed"), Note("", y), Note("", h), Note("", x),
    )]  # fmt: skip
    kinds = [events[position - 1][0] for position in at]
    assert kinds == ["forward", "forward", "seed", "done", "push"]
    assert [events[position - 1][-1] for position in at[3:]] == [1, 24.0]
    assert said(y, Note("", h, "complete")) == said(y, Note("", h))
    assert said(y, Note("", x, "computed"))[0]["at"] == 0


def test_a_value_is_given_itself_or_by_its_name(square: Any) -> None:
    """Both lead to its place among the nodes."""
    y, h, _ = square
    document = valid_trace(y).document
    for given in (h, "h"):
        (entry,) = said(y, Note("", given))
        assert document["nodes"][entry["select"]]["name"] == "h"


def test_a_position_and_a_path_may_be_given(square: Any) -> None:
    """A position without a Value goes there and follows the steps."""
    y, _, x = square
    assert said(y, Note("There.", at=4), Note("This.", x, at=0, path=1)) == [
        {"text": "There.", "at": 4, "select": None, "path": None},
        {"text": "This.", "at": 0, "select": 0, "path": 1},
    ]


@pytest.mark.parametrize(("more", "error", "message"), [
    ({"title": 3}, TypeError, "title must be text, got 3"),
    ({"notes": "One."}, TypeError, "notes must be a list of texts and Notes, got 'One.'"),
    ({"notes": 3}, TypeError, "notes must be a list of texts and Notes, got 3"),
    ({"notes": Note("One.")}, TypeError, "notes must be a list of texts and Notes, got Note"),
    ({"notes": ["One.", 2]}, TypeError, r"notes\[1\] must be a text or a Note, got 2"),
    ({"notes": [wrong(2)]}, TypeError, r"notes\[0\].text must be text, got 2"),
    ({"notes": [wrong("", 2.0)]}, TypeError,
     r"notes\[0\].select must be a Value or its name, got 2.0"),
    ({"notes": [Note("", "z")]}, ValueError,
     r"notes\[0\].select must be in the graph, got 'z': choose from x, h, y"),
    ({"notes": [Note("", Value(1.0))]}, ValueError, r"notes\[0\].select must be in the graph, got"),
    ({"notes": [Note("", at="computed")]}, ValueError,
     r"notes\[0\].select must say which Value is computed, got None"),
    ({"notes": [Note("", "x", path=2)]}, ValueError,
     r"notes\[0\].path must be the place, from 0 on, of one of the 2 paths listed for x, got 2"),
    ({"notes": [wrong("", "x", path="all")]}, ValueError, r"notes\[0\].path .* got 'all'"),
    ({"notes": [Note("", at=1, path=0)]}, ValueError,
     r"notes\[0\].select must say to which Value the path leads, got None"),
    *(({"notes": [wrong("", "x", at)]}, ValueError,
       r"notes\[0\].at must be 'computed', 'complete' or a position from 0 to 8, got")
      for at in (-1, 9, 1.0, True, "done")),
])  # fmt: skip
def test_what_leads_nowhere_is_refused(square: Any, more: Any, error: Any, message: str) -> None:
    """The error names the argument, and of a note its place."""
    for make in (engine.trace, Stepper):
        with pytest.raises(error, match=message):
            make(square[0], **more)
