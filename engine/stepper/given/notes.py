"""Notes: what is said about a run in sentences, each of which may lead to a step of it.

Stepper(
    loss,
    title="Why z1 gets p − y",
    notes=[
        "Softmax makes shares of logits.",                      # a sentence
        Note("p1 is a quarter.", p1, at="computed"),            # shows p1 when it is computed
        Note("z1 gets −1 + p1.", z1),                           # and z1 when it has all
        Note("The part through total is p1.", z1, path=1),      # and one of its paths
    ],
)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from ...notation import abridged
from ...value import Value

# When something happens to a Value: its number is computed, or its gradient is complete.
Moment = Literal["computed", "complete"]

_MOMENTS = ("computed", "complete")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a run, and where in the run that is seen of which it speaks.

    - `text`: the sentence.
    - `select`: the Value that a click on the sentence selects, or its name in the trace.
    - `at`: the step to which a click goes: "computed" is that of the number of `select`,
      "complete" that of its gradient, which is meant where nothing is given; or a position, which
      counts events, as the `step` of a widget does.
    - `path`: the path to `select` that a click shows, by its place among the ones that the trace
      lists, the largest first, from 0 on.

    Without `select` and `at` there is nothing to click.
    """

    text: str
    select: Value | str | None = None
    at: int | Moment | None = None
    path: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a trace holds: its nodes, the Values that they are, and the events."""

    values: Sequence[Value]
    nodes: Sequence[Mapping[str, Any]]
    events: Sequence[Sequence[Any]]


def demand_title(title: object) -> None:
    """Raise TypeError unless `title` is text or None."""
    if title is not None and not isinstance(title, str):
        raise TypeError(f"title must be text, got {title!r}")


def as_notes(notes: Iterable[Note | str]) -> tuple[Note, ...]:
    """The `notes`, of which some may be a text alone.

    Raises TypeError unless each is a Note or a text.
    """
    if isinstance(notes, str | Note) or not isinstance(notes, Iterable):
        raise TypeError(f"notes must be a list of texts and Notes, got {notes!r}")
    given = tuple(Note(each) if isinstance(each, str) else each for each in notes)
    for i, note in enumerate(given):
        if not isinstance(note, Note):
            raise TypeError(f"notes[{i}] must be a text or a Note, got {note!r}")
        if not isinstance(note.text, str):
            raise TypeError(f"notes[{i}].text must be text, got {note.text!r}")
    return given


def about(title: str | None, notes: Sequence[Note], run: RunRecord) -> dict[str, Any] | None:
    """The entry of a trace for its title and its notes; None if it has neither.

    Raises TypeError or ValueError, which name the note, for one that leads nowhere.
    """
    if title is None and not notes:
        return None
    sentences = [_sentence(note, f"notes[{i}]", run) for i, note in enumerate(notes)]
    return {"title": title, "sentences": sentences}


def _sentence(note: Note, called: str, run: RunRecord) -> dict[str, Any]:
    place = None if note.select is None else place_in_run(note.select, f"{called}.select", run)
    at = _at(note.at, called, place, run)
    path = None if note.path is None else _path(note.path, called, place, run)
    return {"text": note.text, "at": at, "select": place, "path": path}


def _at(at: object, called: str, place: int | None, run: RunRecord) -> int | None:
    """The position to which a click on a note goes."""
    if at is None:
        return None if place is None else _complete(place, run.events)
    if is_moment(at) and place is None:
        raise ValueError(f"{called}.select must say which Value is {at}, got None")
    return position_in_run(at, f"{called}.at", place, run)


def place_in_run(select: object, called: str, run: RunRecord) -> int:
    """The place of a Value, given itself or its name.

    Raises TypeError for something else, and ValueError if it is not in the graph.
    """
    if not isinstance(select, Value | str):
        raise TypeError(f"{called} must be a Value or its name, got {select!r}")
    names = {node["name"]: place for place, node in enumerate(run.nodes)}
    values = {value: place for place, value in enumerate(run.values)}
    place = names.get(select) if isinstance(select, str) else values.get(select)
    if place is None:
        raise ValueError(
            f"{called} must be in the graph, got {select!r}: "
            f"choose from {', '.join(abridged([*names]))}"
        )
    return place


def is_moment(at: object) -> TypeGuard[Moment]:
    """Whether it is "computed" or "complete"."""
    return isinstance(at, str) and at in _MOMENTS


def position_in_run(at: object, called: str, place: int | None, run: RunRecord) -> int:
    """The position of a moment of the node at `place`, or the one that is given as a number.

    Raises ValueError for what is neither.
    """
    if is_moment(at) and place is not None:
        return _computed(place, run.events) if at == "computed" else _complete(place, run.events)
    last = len(run.events)
    if not is_whole(at, last):
        raise ValueError(
            f"{called} must be 'computed', 'complete' or a position from 0 to {last}, got {at!r}"
        )
    return at


def is_whole(number: object, most: int) -> TypeGuard[int]:
    """Whether it is one of the whole numbers from 0 to `most`."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most


def _computed(place: int, events: Sequence[Sequence[Any]]) -> int:
    """The position at which the number of a node is there; 0 for a leaf."""
    happened = ["forward", place]
    return events.index(happened) + 1 if happened in events else 0


def _complete(place: int, events: Sequence[Sequence[Any]]) -> int:
    """The position at which the gradient of a node has its last contribution.

    After several contributions, that of the event which shows their sum.
    """
    arrivals = [
        i
        for i, event in enumerate(events, 1)
        if (event[0] == "push" and event[3] == place) or event[:2] == ["seed", place]
    ]
    return arrivals[0] if len(arrivals) == 1 else events.index(["done", place]) + 1


def _path(path: object, called: str, place: int | None, run: RunRecord) -> int:
    """The place of a path among the ones that are listed."""
    if place is None:
        raise ValueError(f"{called}.select must say to which Value the path leads, got None")
    listed = len(run.nodes[place]["paths"]["best"])
    if not is_whole(path, listed - 1):
        raise ValueError(
            f"{called}.path must be the place, from 0 on, of one of the {listed} paths listed for "
            f"{run.nodes[place]['name']}, got {path!r}"
        )
    return path
