"""The records of a fold as index arrays: classes, and what their members read.

A class has members, numbered in the order of their creation. Loops have classes of their own, the
classes of one step.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import nan
from typing import NamedTuple

from ...primitives import Op
from ...value import Value
from ..arrays import Floats, Ints, np, places_by_number
from .located import SomeNodes
from .names import NO_NAMES, ClassNames, names_of_class

# The role of a leaf: ("parameters", None) or ("input", 3); None for a constant.
LeafRole = Hashable


@lru_cache(maxsize=65536)
def one_place(place: int) -> Ints:
    """An array of one place, which cannot be changed: programs through time have many of them."""
    found = np.array([place])
    found.flags.writeable = False
    return found


def places_from(start: int, count: int) -> Ints:
    """The places of some members that follow one another."""
    return one_place(start) if count == 1 else np.arange(start, start + count)


class Read(NamedTuple):
    """One input of a class: member i reads member `places[i]` of the class `source`."""

    source: int
    places: Ints


# The source of a plain number among gathered ones, and of a number that nobody reads.
NUMBER, NOTHING = -1, -2


class Gathered(NamedTuple):
    """Numbers of several classes, in a row.

    - `sources`: the class of each number; NUMBER or NOTHING.
    - `places`: the number of the member; for a plain number, its index in `numbers`.
    """

    sources: Ints
    places: Ints
    numbers: Floats

    def at(self, which: Ints) -> "Gathered":
        """Some of them."""
        return self._replace(sources=self.sources[which], places=self.places[which])


class ScanTerms(NamedTuple):
    """The `terms` of chains of maxima, one chain after another; `counts` has how many each has.

    Of picked Values, the terms are those of which each is one.
    """

    terms: Gathered
    counts: Ints


class Terms(NamedTuple):
    """The terms of sums that are members of the class `source`, one sum after another.

    `counts` has the number of terms of each sum, and `places` the member for each term. Terms are
    added or, if `sign` is -1, subtracted.
    """

    source: int
    places: Ints
    counts: Ints
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Members:
    """A class of a graph.

    - `op`: the operation; `sum` for additions, and for subtractions in ladders, too.
    - `count`: the number of members.
    - `operands`: its inputs in order; plain numbers are an array, one for each member.
    - `terms`: of sums, the terms by class; `added`: the plain numbers among the terms, added up for
      each member, None if there are none.
    - `chain`: of chains of maxima or minima, and of picked Values, their terms.
    - `role`: of leaves, their role.
    - `values`: its members, by which it is named; none for what only loops make.
    - `gathered`: its members, if they are numbers of several classes in a row.
    - `rolled`: the loop that makes its members, in all steps; None for all others.
    - `is_open`: whether a gradient reaches it; it does not if its members only decide something, or
      are detached. What is open is like nothing that is not: 0 times an infinite slope is nan.
    """

    op: Op
    count: int
    operands: tuple[Read | Floats, ...] = ()
    terms: tuple[Terms, ...] = ()
    added: Floats | None = None
    chain: ScanTerms | None = None
    role: LeafRole = None
    values: Sequence[Value] = ()
    gathered: Gathered | None = None
    rolled: "Rolled | None" = None
    is_open: bool = True

    @property
    def reads(self) -> list[int]:
        """The classes that it reads, one for each operand, and for each class of terms."""
        found = [one.source for one in self.operands if isinstance(one, Read)]
        found += [one.source for one in self.terms]
        if self.chain is not None or self.gathered is not None:
            several = self.gathered if self.chain is None else self.chain.terms
            assert several is not None, "one of them"
            found += [each for each in np.unique(several.sources).tolist() if each >= 0]
        return found

    @property
    def names(self) -> ClassNames:
        """Its name, for instructions and for comments."""
        if not isinstance(self.values, SomeNodes):
            return NO_NAMES
        return names_of_class(self.op, self.values)


# The operations of running results.
_RUNNING = {"sum", "sub", "neg", "mul", "div", "maximum", "minimum"}

# The operation of a Value that is one of its inputs, by the choice of each example.
PICKED = Op("picked", "picked", "{terms}", (-2, 2), lambda _: nan, (), any_number=True)

# The operations of classes that only loops make: the members of all steps of a loop; numbers of
# several classes in a row.
ROLLED = Op("rolled", "rolled", "{terms}", (-2, 2), lambda _: nan, (), any_number=True)
GATHERED = Op("gathered", "gathered", "{terms}", (-2, 2), lambda _: nan, (), any_number=True)


class EarlierStep(NamedTuple):
    """Numbers that a step reads of an earlier one.

    - `made`: the numbers of the body that are carried.
    - `lag`: the number of steps between.
    - `initial`: what the first `lag` steps read, for each of them a row as long as `made.places`.
    """

    made: Read
    lag: int
    initial: Gathered


class StepRow(NamedTuple):
    """Numbers of which each step reads others: of a class, for each step a row of `size`."""

    read: Read
    size: int


class SameForAll(NamedTuple):
    """A class that all steps read; it has `size` members."""

    source: int
    size: int


class AnyStep(NamedTuple):
    """One number that a step reads of any step before, or of what was there before all of them.

    - `steps`: for each step, the step that gave the number; -1 for what was there before.
    - `which`: which of `made`, or of `initial`, the number is.
    - `made`: the numbers of the body that are read; `initial`: those that were there before.
    """

    steps: Ints
    which: Ints
    made: Gathered
    initial: Gathered


BodyInput = EarlierStep | AnyStep | StepRow | SameForAll


def count_of(wanted: BodyInput) -> int:
    """The number of numbers that a step reads of an input."""
    if isinstance(wanted, AnyStep):
        return 1
    return len(wanted.made.places) if isinstance(wanted, EarlierStep) else wanted.size


def take_parts(parts: Sequence[tuple[int, BodyInput]], number: int, made: dict[int, Read]) -> int:
    """Remember where some inputs are in one, one after another; gives their size."""
    size = 0
    for k, each in parts:
        made[k] = Read(number, np.arange(size, size + count_of(each)))
        size += count_of(each)
    return size


@dataclass(frozen=True, slots=True)
class Rolled:
    """A loop.

    - `steps`: the number of steps.
    - `inputs`: what a step reads; these are the first classes of the body, in order.
    - `body`: the classes of one step.
    - `made`: for each class that the loop has outside, the numbers of the body.
    """

    steps: int
    inputs: tuple[BodyInput, ...]
    body: tuple[Members, ...]
    made: tuple[Read, ...]

    @property
    def is_running(self) -> bool:
        """Whether a step is one operation after another with known numbers: running results."""
        carried = {k for k, each in enumerate(self.inputs) if isinstance(each, EarlierStep)}
        if any(isinstance(each, AnyStep) for each in self.inputs):
            return False
        inner = carried | {*range(len(self.inputs), len(self.body))}
        return len(carried) == 1 and all(
            each.op.name in _RUNNING and sum(read in inner for read in each.reads) == 1
            for each in self.body[len(self.inputs) :]
        )


# Where the members of old classes are among new ones: those of class i are `made[i]`.
Made = Mapping[int, Read]


def moved_read(read: Read | Terms, made: Made) -> Read:
    """The read of an old class among the new ones."""
    found = made[read.source]
    return Read(found.source, found.places[read.places])


def moved_class(each: Members, made: Made) -> Members:
    """A class whose inputs are among other classes now."""
    operands = tuple(
        moved_read(one, made) if isinstance(one, Read) else one for one in each.operands
    )
    terms = merged([(moved_read(one, made), one.counts, one.sign) for one in each.terms])
    chain = each.chain and moved_chain(each.chain, made)
    numbers = each.gathered and moved_numbers(each.gathered, made)
    return replace(each, operands=operands, terms=terms, chain=chain, gathered=numbers)


def moved_chain(chain: ScanTerms, made: Made) -> ScanTerms:
    """The terms of chains, which are among other classes now."""
    return chain._replace(terms=moved_numbers(chain.terms, made))


def moved_numbers(old: Gathered, made: Made) -> Gathered:
    """Numbers of several classes, which are among other classes now."""
    sources, places = old.sources.copy(), old.places.copy()
    for source, mine in places_by_number(old.sources).items():
        if source >= 0:
            sources[mine], places[mine] = moved_read(Read(source, old.places[mine]), made)
    return Gathered(sources, places, old.numbers)


def one_after_another(parts: Sequence[Gathered]) -> Gathered:
    """Numbers of several classes, one part after another."""
    places, before = [], 0
    for sources, numbered, numbers in parts:
        places.append(np.where(sources == NUMBER, numbered + before, numbered))
        before += len(numbers)
    return Gathered(
        np.concatenate([each.sources for each in parts]),
        np.concatenate(places),
        np.concatenate([each.numbers for each in parts]),
    )


def joined_chains(chains: Sequence[ScanTerms]) -> ScanTerms:
    """The terms of some chains, one after another."""
    terms = one_after_another([each.terms for each in chains])
    return ScanTerms(terms, np.concatenate([each.counts for each in chains]))


def merged(pieces: Sequence[tuple[Read, Ints, int]]) -> tuple[Terms, ...]:
    """The terms of sums by class and sign, from reads with counts for each sum, and a sign."""
    together: dict[tuple[int, int], list[tuple[Ints, Ints]]] = {}
    for read, counts, sign in pieces:
        together.setdefault((read.source, sign), []).append((read.places, counts))
    terms = []
    for (source, sign), parts in together.items():
        places, counts = parts[0]
        if len(parts) > 1:
            places = np.concatenate([each for each, _ in parts])
            owners = np.concatenate([np.repeat(np.arange(len(each)), each) for _, each in parts])
            places = places[np.argsort(owners, kind="stable")]
            counts = np.sum([each for _, each in parts], axis=0)
        terms.append(Terms(source, places, counts, sign))
    return tuple(terms)
