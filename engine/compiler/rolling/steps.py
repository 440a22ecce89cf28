"""Classes of all steps of a loop, in arrays with a row for each step.

A program through time leaves a class for each operation of each step: tens of thousands. What such
classes have in common is seen in arrays at once:

    sources, places         row t: the class that step t reads, and the members of it
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from ...value import Value
from ..arrays import Floats, Ints, np
from .members import Gathered, Members, Read, ScanTerms, places_from


class UnlikeSteps(Exception):
    """Steps that differ in more than the numbers that they read."""


class StepReads(NamedTuple):
    """What a class reads in each step: of the class `sources[t]` the members `places[t]`."""

    sources: Ints
    places: Ints

    @property
    def is_same(self) -> bool:
        """Whether all steps read the same."""
        sources, places = self
        return bool((sources == sources[0]).all() and (places == places[0]).all())

    def between(self, first: int, end: int) -> "StepReads":
        """Those of some steps."""
        return StepReads(self.sources[first:end], self.places[first:end])


class StepTerms(NamedTuple):
    """Terms of sums in each step: `read`, with counts for each sum and a sign as in Terms."""

    read: StepReads
    counts: Ints
    sign: int


@dataclass(frozen=True, slots=True)
class StepClasses:
    """A class of each step; all do the same, whatever they read.

    - `last`: the class of the last step; all have as many members.
    - `operands`, `terms`, `added`: as in Members, in arrays with a row for each step; `chains`: the
      chain of each step, none for what is no chain.
    - `values`: the members of the class of each step.
    - `gathered`: of numbers of several classes in a row, those of each step; none for all else.
    """

    last: Members
    operands: tuple[StepReads | Floats, ...]
    terms: tuple[StepTerms, ...]
    added: Floats | None
    chains: Sequence[ScanTerms]
    values: Sequence[Sequence[Value]]
    gathered: Sequence[Gathered] = ()

    def between(self, first: int, end: int, last: Members) -> "StepClasses":
        """The classes of some steps; `last` is that of the last of them."""
        return replace(
            self, last=last,
            operands=tuple(each.between(first, end) if isinstance(each, StepReads) else (
                each[first:end]) for each in self.operands),
            terms=tuple(each._replace(read=each.read.between(first, end)) for each in self.terms),
            added=None if self.added is None else self.added[first:end],
            chains=self.chains[first:end],
            values=self.values[first:end],
            gathered=self.gathered[first:end],
        )  # fmt: skip


class ClassRow(Protocol):
    """Classes in order, of which many at a time can be had in arrays."""

    def __len__(self) -> int:
        """The number of classes."""

    def __getitem__(self, number: int) -> Members:
        """One class."""

    def moved(self, number: int, made: "Moved") -> Members:
        """A class whose inputs are among other classes now."""

    def counts(self) -> Ints:
        """The number of members of each class."""

    def tokens(self) -> Ints:
        """A number for what each class does, whichever classes it reads; equal for equal steps."""

    def reads(self, start: int, end: int) -> tuple[Ints, Ints]:
        """Each class from `start` to `end` with each class that it reads, in two columns."""

    def of_steps(self, numbers: Ints) -> StepClasses:
        """The class of each step; all have the same token."""


class Moved(Mapping[int, Read]):
    """Where the members of old classes are among new classes.

    Those of class i are, one after another, members of the class `classes[i]`, from `starts[i]` on;
    -1 stands for a class that has no place yet.
    """

    def __init__(self, counts: Ints) -> None:
        self.classes = np.full(len(counts), -1)
        self.starts = np.zeros(len(counts), dtype=np.int64)
        self._counts = counts

    def __getitem__(self, number: int) -> Read:
        count = int(self._counts[number])
        return Read(int(self.classes[number]), places_from(int(self.starts[number]), count))

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.classes >= 0).tolist())

    def __len__(self) -> int:
        return int((self.classes >= 0).sum())

    def put(self, numbers: Ints | int, new: Ints | int, starts: Ints | int) -> None:
        """Remember that new classes have the members of old ones, of each from a place on."""
        self.classes[numbers], self.starts[numbers] = new, starts

    def forget(self, numbers: Ints) -> None:
        """Some classes have no place again."""
        self.classes[numbers] = -1

    def then(self, others: "Moved") -> "Moved":
        """Where the members of old classes are among others, among which the new classes are."""
        found = Moved(self._counts)
        found.classes = np.append(others.classes, -1)[self.classes]  # -1 stays what it is
        found.starts = others.starts[self.classes] + self.starts
        return found

    def moved(self, read: StepReads) -> StepReads:
        """What is read, among the new classes; UnlikeSteps if some of it has no place there."""
        classes = self.classes[read.sources]
        if (classes < 0).any():
            raise UnlikeSteps("some of them add up what other steps have given")
        return StepReads(classes, self.starts[read.sources][:, None] + read.places)


def are_same(rows: Floats) -> bool:
    """Whether all rows of numbers are the same to the last bit."""
    bits = rows.view(np.int64)
    return bool((bits == bits[:1]).all())


def are_regular(reads: StepReads, step: Ints, of: Ints, most: int) -> bool:
    """Whether each step reads the same of a step that is as far before it, at `most` so far.

    `step` and `of` tell of which step the classes are, and which class of it; steps are -1 for
    what was there before the first one.
    """
    lag = len(step) - 1 - int(step[-1])
    return bool(
        step[-1] >= 0
        and lag <= most
        and (step[lag:] == np.arange(len(step) - lag)).all()
        and (of[lag:] == of[-1]).all()
        and (reads.places[lag:] == reads.places[-1]).all()
        and (step[:lag] < 0).all()
    )
