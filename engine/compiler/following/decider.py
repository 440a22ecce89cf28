"""Who decides while a function is followed: on each path the answers are given beforehand.

A path is one run of the function. It is asked what each comparison gives, at a place: the lines of
the program that led there, and in which round. A round ends where the path comes to a place again,
so that what is asked in some steps of a loop only has the number of the step. The same comparison
asked again has the same answer, as it has for numbers.
"""

import dis
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from itertools import pairwise
from types import CodeType, FrameType
from typing import NamedTuple

from ...graph import next_serial
from ...primitives import CONSTANT, LEAF, Op
from ...system.leaving import Remark
from ...value import Value
from ..recording.called import is_of_program
from .identity import IdentityAsked, asks_for

# The most decisions on a path.
_MOST = 2_000


class NotFollowed(BaseException):
    """Raised where a function goes ways that cannot be followed. No program is meant to catch it.

    What the function decides is then told, and stays as it was for the numbers of the trace.
    """


class NotJoined(NotFollowed):
    """Raised where paths have been followed, but not joined."""


class AskedTest(NamedTuple):
    """A comparison: the row that decides by it, and what is compared."""

    row: Op
    left: Value | float
    right: Value | float

    @property
    def holds(self) -> bool:
        """Whether it holds for the numbers of now."""
        pair = [each._data if isinstance(each, Value) else each for each in self[1:]]
        return bool(self.row.forward(*pair, True, False))


class Asked(NamedTuple):
    """A decision on a path: where it was made, by what, how it went; older Values are from before.

    - `serial`: that of the next Value.
    """

    place: Hashable
    test: AskedTest
    answer: bool
    serial: int


class Decided(NamedTuple):
    """A decision on a path: the row, the numbers of what is compared, how it went, and when."""

    row: Op
    left: int
    right: int
    answer: bool
    serial: int


# What the next decision gives, by its place and its number; None for what its numbers give.
Answers = Callable[[Hashable, int], bool | None]


class Decider:
    """One path of a function.

    - `answer(place, number)`: what the next decision gives; it is the one with this number.
    - `varying`: the leaves that may have other numbers; None for all.
    - `remark`: what is told of each number that is read or compared, as where none is followed.
    - `asked`: the decisions so far; `readings`: the numbers read so far, by the Values they are of.
    - `is_followed`: whether a number was read or compared.
    - `failure`: why the path cannot be followed, which the program may have caught.
    """

    def __init__(
        self,
        answer: Answers,
        varying: Collection[Value] | None,
        remark: Remark | None = None,
    ) -> None:
        self._answer, self._varying, self._remark = answer, varying, remark
        self._known: dict[Hashable, bool] = {}
        self._visits: Counter[Hashable] = Counter()
        self._rounds: Counter[Hashable] = Counter()
        self.asked: list[Asked] = []
        self.readings: dict[Value, Value] = {}
        self.is_followed = False
        self.failure: NotFollowed | None = None

    def tell(self, way: str, value: Value) -> None:
        """Tell of a number that the caller of the caller takes of a Value."""
        if self._remark is not None:
            self._remark(way, value, sys._getframe(2))

    def failed(self, reason: str) -> NotFollowed:
        """What is to be raised where a path cannot be followed."""
        self.failure = NotFollowed(reason)
        return self.failure

    def varies(self, operand: object) -> bool:
        """Whether an operand is a Value that may have another number."""
        if not isinstance(operand, Value) or operand.op is CONSTANT:
            return False
        varies = operand.op is not LEAF or self._varying is None or operand in self._varying
        self.is_followed = self.is_followed or varies
        return varies

    def decided(self, test: AskedTest, frame: FrameType) -> bool:
        """The answer to a comparison, which the program asks in a frame."""
        key = test.row, *(each if isinstance(each, Value) else each.hex() for each in test[1:])
        if key not in self._known:
            if len(self.asked) == _MOST:
                raise self.failed(f"more than {_MOST:,} decisions")
            place = self._place(_where(frame), frame.f_code)
            answer = self._answer(place, len(self.asked))
            self._known[key] = test.holds if answer is None else answer
            self.asked.append(Asked(place, test, self._known[key], next_serial()))
        return self._known[key]

    def _place(self, where: tuple[Hashable, ...], code: CodeType) -> Hashable:
        """Where the path is, and in which round of this call of some code; and how often in that.

        The number of rounds is how often it has been where it was most often.
        """
        self._visits[where] += 1
        call = where[1:], code
        self._rounds[call] = max(self._rounds[call], self._visits[where])
        place = where, self._rounds[call]
        self._visits[place] += 1
        return *place, self._visits[place]


# The path of this thread.
deciding: ContextVar[Decider | None] = ContextVar("deciding", default=None)


# The file in which runs begin, and from which Python's `max` and `min` are called for the program.
RUNS = f"{__package__}.paths"


def in_engine() -> bool:
    """Whether the caller of the caller is a function of the engine, which reads numbers only."""
    frame = sys._getframe(2)
    return not is_of_program(frame) and frame.f_globals["__name__"] != RUNS


def is_called_by_engine() -> bool:
    """Whether the caller of the caller of the caller is a function of the engine."""
    return not is_of_program(sys._getframe(3))


def is_asked_by_engine() -> bool:
    """Whether a function of the engine asks for the class of what the caller is about.

    It may do so by way of an abstract class, such as `numbers.Real`.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") == "abc":
        frame = frame.f_back
    return frame is not None and not is_of_program(frame)


def frames_from(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and all that called it, up to where the run began."""
    while frame is not None and not (
        frame.f_code.co_name == "run" and frame.f_globals.get("__name__") == RUNS
    ):
        yield frame
        frame = frame.f_back


def _where(frame: FrameType) -> tuple[Hashable, ...]:
    """The place of a frame in the program: of it, and of all frames that called it.

    Of the engine's own the line is enough: its code may be replaced meanwhile, as coverage does.
    """
    return tuple(
        (each.f_code.co_filename, each.f_lineno)
        if not is_of_program(each)
        else (each.f_code, bisect(_beginnings(each.f_code), each.f_lasti))
        for each in frames_from(frame)
    )


def asks_identity(what: IdentityAsked) -> bool:
    """Whether the program asks so, from the caller of the caller on."""
    frames = frames_from(sys._getframe(2))
    return asks_for(what, filter(is_of_program, frames))


@lru_cache(maxsize=256)
def _beginnings(code: CodeType) -> list[int]:
    """Where the instructions of some code begin; a call, which Python 3.11 has in two, is one.

    The first part makes the whole call once the code is warm, and what is called then may find the
    place of its caller further on, behind the instruction and before the next one.
    """
    every = [*dis.get_instructions(code)]
    seconds = {after.offset for one, after in pairwise(every) if one.opname == "PRECALL"}
    return [each.offset for each in every if each.offset not in seconds]
