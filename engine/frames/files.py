"""The files of a run in pictures: one for each step, or a film of all."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from math import isnan
from pathlib import Path

from ..analysis.steps import Event, steps
from ..drawing.formats import FORMATS, Sheet
from ..graph import topological_order
from ..system.files import FilePath, demand_writable, write_all
from ..system.limits import whole_number, within
from ..system.packages import optional
from ..typesetting.themes import Look
from ..value import Value
from .moments import UNITS, Unit, changed_by, moments_of
from .pictures import sheets_of

# The film, and the pictures: what the ending of a path may be.
_FILM = "gif"
ENDINGS = ("svg", "png", "pdf", "tex", _FILM)

# Where the number of a step stands in the name of its file: %d, %02d.
_NUMBER = re.compile(r"%(?:0?[1-9])?d")


def save_frames(
    output: Value,
    recorded: Mapping[str, float],
    path: FilePath,
    unit: Unit,
    span: tuple[object, object],
    seconds: object,
    look: Look,
) -> list[Path]:
    """Write the pictures of a run, or its film, all or nothing; returns the paths.

    `recorded` has the names and the data of its Values, in the order of a trace, and `span` is the
    first and the last step. Raises what `Stepper.frames` raises.
    """
    target = Path(path)
    ending = _demand_ending(target)
    if unit not in UNITS:
        raise ValueError(f"unit must be one of {', '.join(UNITS)}, got {unit!r}")
    pause = within(seconds, "seconds", 0.02, 600)
    events = _events(output, recorded)
    moments = moments_of(events, unit)
    last = len(moments) - 1
    first = whole_number(span[0], "start", 0, last)
    until = last if span[1] is None else whole_number(span[1], "stop", first, last)
    paths = _paths(target, ending, first, until)
    for each in paths:
        demand_writable(each)
    sheets = sheets_of(output, events, moments, slice(first, until + 1), look)
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


def _paths(target: Path, ending: str, first: int, last: int) -> list[Path]:
    """The path of each step, whose number stands in its name; of a film, the only one."""
    parts = _NUMBER.split(target.name)
    if ending == _FILM:
        return [target]
    if len(parts) != 2:
        raise ValueError("path: the name must have one place for the number of a step, such as "
                         f"fig-%02d.{ending}, got {target.name!r}")  # fmt: skip
    (place,) = _NUMBER.findall(target.name)
    return [target.with_name((place % step).join(parts)) for step in range(first, last + 1)]


def _events(output: Value, recorded: Mapping[str, float]) -> list[Event]:
    """The events of the run, in which Values have the names of a trace, and still its data."""
    order = topological_order(output)
    reached = {changed_by(event) for event in steps(output, {})}
    names = dict(zip(recorded, (value for value in order if value in reached), strict=True))
    for name, value in names.items():
        if value.data != recorded[name] and not (isnan(value.data) and isnan(recorded[name])):
            raise ValueError(
                f"frames: .data of {name} has been set since the run was recorded, from "
                f"{recorded[name]!r} to {value.data!r}: make a Stepper of it as it is now"
            )
    return list(steps(output, names))


def _film(sheets: Iterator[Sheet], seconds: float) -> bytes:
    """The pictures as a GIF that begins anew when it is over."""
    image = optional("PIL.Image", "train", "a film (.gif)")
    first, *others = (image.open(BytesIO(sheet.png())).convert("RGB") for sheet in sheets)
    film = BytesIO()
    first.save(film, "GIF", save_all=True, append_images=others,
               duration=round(1000 * seconds), loop=0)  # fmt: skip
    return film.getvalue()
