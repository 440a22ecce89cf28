"""All paths of a function: it is run once for each, and decides as it is told.

Up to _ALL paths are all run, or up to _EVERY if they are short. Of more, which decisions in a loop
have, some are run at random: each decision is made by the toss of a coin for its place, so that no
two of many go alike; and some as other numbers decide.
"""

import builtins
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import blake2b
from math import inf
from typing import Any, NamedTuple

from ...graph import next_serial
from ...system.leaving import Remark
from ...value import Value
from ...watching.tracing import replaced
from ..kinds.decisions import IF_LESS
from .decider import (
    Answers,
    Asked,
    AskedTest,
    Decider,
    NotFollowed,
    asks_identity,
    deciding,
    in_engine,
)
from .readings import OneOfValues, as_reading, compared, is_number, reading_of, taken

# Up to how many paths are all run and learnt from; and all tried, if no more than some numbers have
# been recorded. How many are run at random of more, to learn from and to try, if they are short
# again; how many numbers may be recorded in all.
_ALL, _EVERY, _SHORT = 64, 1_024, 100_000
_LEARNT, _TRIED, _LARGEST = 64, 256, 1_500_000

# Of how many decisions each is tried that goes another way than all others; and of how many if
# that is not enough, as where the last of many decisions counts, or the first.
_SINGLE, _SINGLE_MORE = 16, 128

# How numbers are moved: by a random number from 0 to 1, that of now, and all of now.
_MOVES: tuple[Callable[[float, float, Sequence[float]], float], ...] = (
    lambda random, now, every: every[int(random * len(every))],
    lambda random, now, every: now + (4 * random - 2) * (abs(now) + 0.1),
    lambda random, now, every: 6 * random - 3,
    lambda random, now, every: now * (-1, -0.5, 0, 0.5, 1, 2)[int(6 * random)],
)

# How often of 256 times a loaded coin shows heads, and for how many places in a row it is the same.
_WEIGHTS, _IN_A_ROW = (0, 256, 0, 256, 16, 128, 240), (1, 2, 4, 8, 16, 32)

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

    - `learnt`: by which they are joined; `tried`: further ones; `is_every`: whether these are all.
    - `further`: runs more of them.
    """

    learnt: list[PathRun]
    tried: list[PathRun]
    is_every: bool
    further: Callable[[], list[PathRun]]


def paths_of(runs: "Runs", first: PathRun) -> Paths:
    """The paths of a function, of which one has been run.

    That one is run again in the end, which shows whether the function remembers a run, and leaves
    behind what it leaves for the numbers of now. Raises NotFollowed if there are too many
    decisions, they are too long, or the function goes another way in the same case.
    """
    if not first.asked:
        return Paths([first], [], is_every=True, further=list)
    extremes = [runs.run(lambda *_: True), runs.run(lambda *_: False)]
    found, way = [first], [(each.answer, False) for each in first.asked]
    while True:
        while way and way[-1][1]:
            way.pop()
        if not way or len(found) == _EVERY or (len(found) >= _ALL and not runs.are_short):
            break
        way[-1] = not way[-1][0], True
        path = runs.along([answer for answer, _ in way], found[-1])
        found.append(path)
        way += [(each.answer, False) for each in path.asked[len(way) :]]
    again = runs.again(first)
    if not way and len(found) <= _ALL:
        return Paths(found, [again], is_every=True, further=list)
    learnt = [*extremes, *map(runs.tossed, range(_LEARNT))]
    further = partial(runs.singles, extremes, _SINGLE_MORE)
    if not way:
        return Paths(learnt, [*found, again], is_every=True, further=further)
    tried = [*found[:_ALL], *runs.singles(extremes, _SINGLE), again]
    for number in range(_TRIED):
        if number < _ALL or runs.are_short:
            tried += [runs.tossed(_LEARNT + number), *filter(None, [runs.moved(number)])]
    return Paths(learnt, tried, is_every=False, further=further)


class Runs:
    """Runs of a function, along one path or another.

    - `inputs`: leaves that nobody else has, so that they may have other numbers for a run.
    - `is_followed`: whether any number was read or anything decided.
    """

    def __init__(
        self,
        function: Callable[[], Returned],
        varying: Collection[Value] | None,
        inputs: Sequence[Value] = (),
    ) -> None:
        self._function, self._varying, self._inputs = function, varying, inputs
        self._numbers: dict[Hashable, int] = {}
        self._began, self._most = next_serial(), float(_LARGEST)
        self.is_followed = False

    def run(self, answer: Answers, remark: Remark | None = None) -> PathRun:
        """One run; NotFollowed if too much has been recorded, or the path ends in an error.

        An error before anything is followed is the function's own.
        """
        decider, began = Decider(answer, self._varying, remark), next_serial()
        token = deciding.set(decider)
        try:
            values, nest = self._function()
        except Exception as error:
            if not (self.is_followed or decider.is_followed):
                raise
            raise NotFollowed("a path that ends in an error") from error
        finally:
            deciding.reset(token)
        self.is_followed = self.is_followed or decider.is_followed
        if decider.failure is not None:
            raise decider.failure
        if self.is_followed and self._recorded > self._most:
            raise NotFollowed("too much to be recorded")
        return PathRun(values, nest, decider.asked, began)

    @property
    def are_short(self) -> bool:
        """Whether so little has been recorded that many more may be run."""
        return self._recorded <= _SHORT

    @property
    def has_room(self) -> bool:
        """Whether paths that need not be run may be."""
        return self._recorded <= 2 * _LARGEST

    @property
    def _recorded(self) -> int:
        """How many numbers have been recorded."""
        return next_serial() - self._began

    def first(self, remark: Remark) -> PathRun:
        """The run that decides by the numbers of now."""
        return self.run(_by_numbers, remark)

    def along(self, way: Sequence[bool], before: PathRun) -> PathRun:
        """The run with some answers, which are those of the one before but for the last."""
        path = self.run(lambda _, number: way[number] if number < len(way) else None)
        places = [[each.place for each in some.asked[: len(way)]] for some in (before, path)]
        if places[0] != places[1]:
            raise NotFollowed("another way in the same case")
        return path

    def again(self, path: PathRun) -> PathRun:
        """The same run again."""
        return self.along([each.answer for each in path.asked], path)

    def otherwise(self, path: PathRun, others: Collection[Hashable]) -> PathRun:
        """The run that goes as another one does but for decisions in some places."""
        self._most = inf  # it need not be run: whoever asks for it looks for room
        answers = {each.place: each.answer != (each.place in others) for each in path.asked}
        return self.run(lambda place, _: answers.get(place))

    def moved(self, number: int) -> PathRun | None:
        """The run that decides by other inputs; None if it ends in an error, or there are none.

        Some of their numbers are those of now in other places, some near them, and some anywhere.
        """
        leaves = self._inputs
        if not leaves:
            return None
        usual = [each._data for each in leaves]
        move = _MOVES[number % len(_MOVES)]
        try:
            for place, leaf in enumerate(leaves):
                leaf._data = move(_random(number, place) / 2**16, leaf._data, usual)
            return self.run(_by_numbers)
        except NotFollowed:
            return None
        finally:
            for leaf, now in zip(leaves, usual, strict=True):
                leaf._data = now

    def singles(self, paths: Sequence[PathRun], most: int) -> list[PathRun]:
        """Runs that go as some paths do but for one decision, for so many of a path at most."""
        some = [each for path in paths for each in path.asked[:: len(path.asked) // most + 1]]
        return [self.run(partial(_but_for, each)) for each in some]

    def tossed(self, number: int) -> PathRun:
        """The run with this number that decides by the toss of a coin for each place."""
        return self.run(partial(self.coin, run=number))

    def coin(self, place: Hashable, _: int, *, run: int) -> bool:
        """A coin, the same for a place in a run whenever it is tossed.

        In runs to be tried it is a loaded one, for some places in a row.
        """
        number = self._numbers.setdefault(place, len(self._numbers))
        coin = _random(run, number)
        if run < _LEARNT:
            return bool(coin & 1)
        length = _IN_A_ROW[run % len(_IN_A_ROW)]
        return coin % 256 < _WEIGHTS[_random(run, number // length, length) % len(_WEIGHTS)]


def _random(*of: int) -> int:
    """A number below 2¹⁶, always the same for the same."""
    return int.from_bytes(blake2b(" ".join(map(str, of)).encode(), digest_size=2).digest(), "big")


def _by_numbers(*_: Any) -> None:
    """The answer that the numbers give."""


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

    def method(value: Value) -> Any:
        """Read the number."""
        decider = deciding.get()
        if decider is None or in_engine():
            return usual(value)
        decider.tell("reads .data", value)
        return reading_of(value)

    return method


def _comparing(name: str, usual: Callable[[Value, Any], bool]) -> Callable[[Value, Any], Any]:
    """A comparison, which gives an AskedAnswer on a path."""

    def method(value: Value, other: Any) -> Any:
        """Compare the number with another."""
        decider = deciding.get()
        if decider is None or in_engine():
            return usual(value, other)
        decider.tell("compares Values", value)
        return compared(name, value, other, decider)

    return method


def _truth(usual: Callable[[Value], bool]) -> Callable[[Value], bool]:
    """The truth of a Value, which is decided on a path."""

    def method(value: Value) -> bool:
        """Whether the number is not 0."""
        decider = deciding.get()
        if decider is None or in_engine() or not decider.varies(value):
            return usual(value)
        decider.tell("takes the truth of a Value", value)
        return bool(compared("eq", value, 0.0, decider)) is False

    return method


def _extreme(usual: Callable[..., Any], name: str) -> Callable[..., Any]:
    """`max` or `min`, which is one decision after the other as Python makes them, all recorded."""

    def extreme(*given: Any, **named: Any) -> Any:
        """The largest or the smallest."""
        decider = deciding.get()
        items = list(given[0]) if len(given) == 1 else list(given)
        usually = decider is None or named or not any(map(decider.varies, items))
        if decider is None or usually or asks_identity("object"):
            return usual(items, **named) if len(given) == 1 else usual(*items, **named)
        decider.tell("compares Values", next(filter(decider.varies, items)))
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
    if is_number(a) and is_number(b):
        return as_reading(made)
    made.__class__ = OneOfValues
    return made
