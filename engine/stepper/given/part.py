"""The part of a run that a page shows: where it starts, where it stops, and what it leaves out.

Stepper(
    loss,
    start=("h", "computed"),        # the page opens where the number of h is there
    stop=w,                         # and goes on until the gradient of w is complete
    hide={"checks", "paths"},       # without what has not been taught yet
)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...value import Value
from .notes import Moment, RunRecord, is_moment, is_whole, place_in_run, position_in_run

# A step of a run: a position, which counts events; or a Value or its name, when its gradient is
# complete, or at the moment that is given with it.
Where = int | str | Value | tuple[Value | str, Moment]

# What a page can leave out.
HIDEABLE = (
    "checks", "descent", "gradients", "ledger", "marks", "meaning", "paths", "plot", "rules",
    "values",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownPart:
    """What was asked for: None for the first or the last step, and names of `HIDEABLE`."""

    start: Where | None
    stop: Where | None
    hide: tuple[str, ...]

    def is_whole(self) -> bool:
        """Whether all of the run is shown."""
        return self.start is None and self.stop is None and not self.hide


def as_part(start: Where | None, stop: Where | None, hide: Iterable[str]) -> ShownPart:
    """The part that was asked for.

    Raises TypeError or ValueError unless `hide` names what can be left out.
    """
    if isinstance(hide, str) or not isinstance(hide, Iterable):
        raise TypeError(f"hide must be a set of names, such as {{'paths'}}, got {hide!r}")
    names = [*hide]
    for name in names:
        if name not in HIDEABLE:
            raise ValueError(f"hide must have names from {', '.join(HIDEABLE)}, got {name!r}")
    return ShownPart(start, stop, tuple(sorted(set(names))))


def shown(part: ShownPart, said: dict[str, Any] | None, run: RunRecord) -> dict[str, Any] | None:
    """The entry of a trace for the part of it that a page shows; None if that is all.

    Raises TypeError or ValueError for a step that is not there, and for a sentence of `said` that
    leads to a step which is not shown.
    """
    if part.is_whole():
        return None
    last = _last(part, run)
    start = 0 if part.start is None else _position(part.start, "start", run)
    stop = last if part.stop is None else _position(part.stop, "stop", run)
    if stop > last:
        raise ValueError(
            f"stop must not come after position {last}, where the way forward ends, since "
            f"gradients are hidden, got position {stop}: leave 'gradients' out of hide"
        )
    if start > stop:
        raise ValueError(f"start must not come after stop, got positions {start} and {stop}")
    for i, sentence in enumerate(said["sentences"] if said else ()):
        if sentence["at"] is not None and sentence["at"] > stop:
            raise ValueError(
                f"notes[{i}] must lead to a step of the page, which stops at position {stop}, "
                f"got position {sentence['at']}: move stop, or the note"
            )
    return {"start": start, "stop": stop, "hide": [*part.hide]}


def _last(part: ShownPart, run: RunRecord) -> int:
    """The last position that can be shown: without gradients, the one before they begin."""
    kinds = [event[0] for event in run.events]
    return kinds.index("seed") if "gradients" in part.hide else len(kinds)


def _position(where: object, called: str, run: RunRecord) -> int:
    """The position of a step."""
    select, moment = where if isinstance(where, tuple) and len(where) == 2 else (where, "complete")
    if isinstance(select, Value | str) and is_moment(moment):
        place = place_in_run(select, called, run)
        return position_in_run(moment, called, place, run)
    last = len(run.events)
    if is_whole(where, last):
        return where
    error = ValueError if isinstance(where, int) and not isinstance(where, bool) else TypeError
    raise error(
        f"{called} must be a position from 0 to {last}, a Value or its name, or one of these with "
        f"'computed' or 'complete', got {where!r}"
    )
