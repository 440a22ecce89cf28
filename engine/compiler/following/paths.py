"""All paths of a function: it is run once for each, and decides as it is told.

Up to _ALL paths are all run. Of more, which decisions in a loop have, some are run at random: each
decision is made by the toss of a coin for its place, so that no two of many go alike.
"""

import builtins
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple

from ...graph import next_serial
from ...value import Value
from ...watching.tracing import replaced
from ..kinds.decisions import IF_LESS
from .decider import Asked, AskedTest, Decider, NotFollowed, deciding, in_engine
from .readings import as_reading, compared, is_number, reading_of, taken

# Up to how many paths are all run; how many at random of more, to learn from and to try; how many
# numbers may be recorded in all.
_ALL, _LEARNT, _TRIED, _LARGEST = 64, 64, 64, 1_500_000

# Of how many decisions each is tried that goes another way than all others; and of how many if
# that is not enough, as where the last of many decisions counts, or the first.
_SINGLE, _SINGLE_MORE = 16, 128

# What a run of a function gives: its Values, and the shape of the lists in which they are.
Returned = tuple[Sequence[Value], Any]


class PathRun(NamedTuple):
    """One run: what the function gave, the decisions on the way, and when it began.

    That is the serial number of the next Value.
    """

    values: Sequence[Value]
    nest: Any
    asked: Sequence[Asked]
    began: int


class Paths(NamedTuple):
    """The paths of a function.

    - `learnt`: by which they are joined; `tried`: further ones.
    - `is_followed`: whether any number was read or anything decided.
    - `further`: runs more of them.
    """

    learnt: list[PathRun]
    tried: list[PathRun]
    is_followed: bool
    further: Callable[[], list[PathRun]] = list


def paths_of(run: Callable[[], Returned], varying: Collection[Value] | None) -> Paths:
    """The paths of a function that may be run any number of times.

    Raises NotFollowed if there are too many decisions, or they are too long.
    """
    runs = _Runs(run, varying)
    found: list[PathRun] = []
    way: list[bool] = []
    while len(found) < _ALL:
        path = runs.along(partial(_as_said, way))
        found.append(path)
        way = [each.answer for each in path.asked]
        while way and not way[-1]:
            way.pop()
        if not way:
            return Paths(found, [], runs.is_followed)
        way[-1] = False
    extremes = [found[0], runs.along(lambda *_: False)]
    tossed = [runs.along(partial(runs.tossed, run=i)) for i in range(_LEARNT + _TRIED)]
    tried = [*found[1:], *tossed[_LEARNT:]]
    tried += runs.singles(extremes, _SINGLE)
    further = partial(runs.singles, extremes, _SINGLE_MORE)
    return Paths([*extremes, *tossed[:_LEARNT]], tried, is_followed=True, further=further)


class _Runs:
    """Runs of a function, along one path or another."""

    def __init__(self, run: Callable[[], Returned], varying: Collection[Value] | None) -> None:
        self._run, self._varying = run, varying
        self._numbers: dict[Hashable, int] = {}
        self._began = next_serial()
        self.is_followed = False

    def along(self, answer: Callable[[Hashable, int], bool]) -> PathRun:
        """One run; NotFollowed if too much has been recorded, or the path ends in an error.

        An error before anything is followed is the function's own.
        """
        decider, began = Decider(answer, self._varying), next_serial()
        token = deciding.set(decider)
        try:
            values, nest = self._run()
        except Exception as error:
            if not (self.is_followed or decider.is_followed):
                raise
            raise NotFollowed("a path that ends in an error") from error
        finally:
            deciding.reset(token)
        self.is_followed = self.is_followed or decider.is_followed
        if self.is_followed and next_serial() - self._began > _LARGEST:
            raise NotFollowed("too much to be recorded")
        return PathRun(values, nest, decider.asked, began)

    def singles(self, paths: Sequence[PathRun], most: int) -> list[PathRun]:
        """Runs that go as some paths do but for one decision, for so many of a path at most."""
        some = [each for path in paths for each in path.asked[:: len(path.asked) // most + 1]]
        return [self.along(partial(_but_for, each)) for each in some]

    def tossed(self, place: Hashable, _: int, *, run: int) -> bool:
        """A coin, the same for a place in a run whenever it is tossed."""
        number = self._numbers.setdefault(place, len(self._numbers))
        return bool(blake2b(f"{run} {number}".encode(), digest_size=1).digest()[0] & 1)


def _as_said(way: Sequence[bool], _: Hashable, number: int) -> bool:
    """The answer on a way; true beyond its end."""
    return way[number] if number < len(way) else True


def _but_for(other: Asked, place: Hashable, _: int) -> bool:
    """The answer of all decisions but for one, which has the other answer."""
    return (place == other.place) != other.answer


@contextmanager
def paths_open() -> Iterator[None]:
    """A block in which numbers that are read and compared on a path are followed."""
    usual = vars(Value)
    methods: dict[str, Any] = {f"__{name}__": _comparing(name, usual[f"__{name}__"])
                               for name in ("lt", "le", "gt", "ge")}  # fmt: skip
    methods["__bool__"] = _truth(usual["__bool__"])
    methods["data"] = property(_reading(usual["data"].fget), usual["data"].fset)
    extremes = {name: _extreme(getattr(builtins, name), name) for name in ("max", "min")}
    with ExitStack() as stack:
        stack.enter_context(replaced(Value, methods))
        stack.enter_context(replaced(builtins, extremes))
        yield


def _reading(usual: Callable[[Value], float]) -> Callable[[Value], Any]:
    """`data`, which gives a Reading on a path."""
    return lambda value: usual(value) if deciding.get() is None or in_engine() else (
        reading_of(value))  # fmt: skip


def _comparing(name: str, usual: Callable[[Value, Any], bool]) -> Callable[[Value, Any], Any]:
    """A comparison, which gives an AskedAnswer on a path."""

    def method(value: Value, other: Any) -> Any:
        """Compare the number with another."""
        decider = deciding.get()
        if decider is None or in_engine():
            return usual(value, other)
        return compared(name, value, other, decider)

    return method


def _truth(usual: Callable[[Value], bool]) -> Callable[[Value], bool]:
    """The truth of a Value, which is decided on a path."""

    def method(value: Value) -> bool:
        """Whether the number is not 0."""
        decider = deciding.get()
        if decider is None or in_engine() or not decider.varies(value):
            return usual(value)
        return bool(compared("eq", value, 0.0, decider)) is False

    return method


def _extreme(usual: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`max` or `min`, which is one decision after the other as Python makes them, all recorded."""

    def extreme(*given: Any, **named: Any) -> Any:
        """The largest or the smallest."""
        decider = deciding.get()
        items = list(given[0]) if len(given) == 1 else list(given)
        if decider is None or named or not any(map(decider.varies, items)):
            return usual(items, **named) if len(given) == 1 else usual(*items, **named)
        first, *others = items
        for each in others:
            first = _one_of(first, each, is_largest=name == "max", decider=decider)
        return first

    return extreme


def _one_of(a: Any, b: Any, *, is_largest: bool, decider: Decider) -> Any:
    """The operand `b` if it is larger, or smaller, than `a`, else `a`."""
    if not (decider.varies(a) or decider.varies(b)):
        return b if (b > a if is_largest else b < a) else a
    pair = [each if isinstance(each, Value) else float(each) for each in (a, b)]
    test = AskedTest(IF_LESS, *(pair if is_largest else pair[::-1]))
    made = taken(test, pair[1], pair[0])
    return as_reading(made) if is_number(a) and is_number(b) else made
