"""Where the function that is compiled is called: what reads numbers from here is the program.

A function written in C, such as Python's `max`, has no lines. What it compares and reads looks as
if its caller did it.
"""

from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from ...system.taken import taken_whole


def called_as_program(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """What a function of the program gives."""
    return function(*arguments)


def is_of_program(frame: FrameType) -> bool:
    """Whether what a frame does by itself is done by the program: no line of the engine's does."""
    name: str = frame.f_globals.get("__name__", "")
    return name in _FOR_IT or name.partition(".")[0] != "engine"


# Where the engine calls what the program gives, and takes what it gives one after another.
_FOR_IT = {__name__, taken_whole.__module__}
