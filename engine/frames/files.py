"""The files of a run in pictures: one for each step, or a film of all."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from ..analysis.steps import steps
from ..arithmetic import is_same
from ..drawing.formats import FORMATS, Sheet
from ..graph import path_counts, topological_order
from ..languages import Speech
from ..system.files import FilePath, demand_writable, path_of, write_all
from ..system.limits import whole_number, within
from ..system.packages import optional
from ..typesetting.themes import Look
from ..value import Value
from .pictures import sheets_of
from .run_steps import UNITS, RunStep, Unit, run_steps

# The film, and the pictures: what the ending of a path may be.
_FILM = "gif"
ENDINGS = ("svg", "png", "pdf", "tex", _FILM)

# Where the number of a step stands in the name of its file: %d, %02d.
_NUMBER = re.compile(r"%(?:0?[1-9])?d")


class FrameSpan(NamedTuple):
    """Which steps of a run are drawn.

    - `start`, `stop`: the first and the last one; None for those of the part that is shown.
    - `shown`: that part, from one position in the run to another, which count events.
    """

    start: object
    stop: object
    shown: tuple[int, int]

    def chosen(self, run: Sequence[RunStep]) -> range:
        """The numbers of these steps; TypeError or ValueError for one that is not there."""
        ends, last = [step.end for step in run], len(run) - 1
        opens, closes = (bisect_right(ends, position) - 1 for position in self.shown)
        first = opens if self.start is None else whole_number(self.start, "start", 0, last)
        if self.stop is None:
            return range(first, max(first, closes) + 1)
        return range(first, whole_number(self.stop, "stop", first, last) + 1)


def save_frames(
    output: Value,
    recorded: Mapping[str, float],
    path: FilePath,
    unit: Unit,
    span: FrameSpan,
    seconds: object,
    look: Look,
    words: Speech,
) -> list[Path]:
    """Write the pictures of a run, or its film, all or nothing; returns the paths.

    `recorded` has the names and the data of its Values, in the order of a trace. Raises what
    `Stepper.frames` raises.
    """
    target = path_of(path)
    ending = _demand_ending(target)
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, got {unit!r}")
    pause = within(seconds, "seconds", 0.02, 600)
    events = list(steps(output, _names(output, recorded)))
    run = run_steps(events, unit)
    chosen = span.chosen(run)
    paths = _paths(target, ending, chosen)
    for each in paths:
        demand_writable(each)
    sheets = sheets_of(output, events, run, chosen, look, words)
    if ending == _FILM:
        write_all({target: _film(sheets, pause)})
    else:
        write_all({each: FORMATS[ending](sheet)
                   for each, sheet in zip(paths, sheets, strict=True)})  # fmt: skip
    return paths


def _demand_ending(target: Path) -> str:
    """The ending of a path, without its dot; ValueError for another one."""
    ending = target.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        known = ", ".join(f".{each}" for each in ENDINGS)
        raise ValueError(f"path: the ending must be one of {known}, got {str(target)!r}")
    return ending


def _paths(target: Path, ending: str, chosen: range) -> list[Path]:
    """The path of each step, whose number stands in its name; of a film, the only one."""
    parts = _NUMBER.split(target.name)
    if ending == _FILM:
        return [target]
    if len(parts) != 2:
        raise ValueError("path: the name must have one place for the number of a step, such as "
                         f"fig-%02d.{ending}, got {target.name!r}")  # fmt: skip
    (place,) = _NUMBER.findall(target.name)
    return [target.with_name((place % step).join(parts)) for step in chosen]


def _names(output: Value, recorded: Mapping[str, float]) -> dict[str, Value]:
    """The Values of a run by their names in a trace; an error unless they still have its data."""
    reached = path_counts(output)
    values = (value for value in topological_order(output) if value in reached)
    names = dict(zip(recorded, values, strict=True))
    for name, value in names.items():
        if not is_same(value.data, recorded[name]):
            raise ValueError(
                f"frames: .data of {name} has been set since the run was recorded, from "
                f"{recorded[name]!r} to {value.data!r}: make a Stepper of it as it is now"
            )
    return names


def _film(sheets: Iterator[Sheet], seconds: float) -> bytes:
    """The pictures as a GIF that begins anew when it is over."""
    image = optional("PIL.Image", "plot", "a film (.gif)")
    first, *others = (image.open(BytesIO(sheet.png())).convert("RGB") for sheet in sheets)
    film = BytesIO()
    first.save(film, "GIF", save_all=True, append_images=others,
               duration=round(1000 * seconds), loop=0)  # fmt: skip
    return film.getvalue()
