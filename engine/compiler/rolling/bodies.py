"""The body of a loop: what one step does, from the classes that all steps have left behind.

What a step reads is one of these:

    carried         what an earlier step gave, one to 64 steps before
    sliced          another number in each step: the inputs of that step
    invariant       the same in all steps: parameters

What a sum reads from outside is added up outside, for all steps at once: so the products of all
inputs with a matrix are one product.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Protocol

from ...primitives import PRIMITIVES
from ..arrays import Floats, Ints, np, places_by_number
from .members import (
    NOTHING,
    NUMBER,
    PICKED,
    BodyInput,
    EarlierStep,
    Gathered,
    Made,
    Members,
    Read,
    SameForAll,
    ScanTerms,
    StepRow,
    Terms,
    merged,
    moved_read,
)

# The largest number of steps between a number and the step that reads it.
_MOST_STEPS_BEFORE = 64

# While a body is written, its class j has the number _BODY + j.
_BODY = 1 << 40


class UnlikeSteps(Exception):
    """Steps that differ in more than the numbers that they read."""


class OutsideLoop(Protocol):
    """The classes outside a loop, and where the members of old classes are among them."""

    classes: list[Members]
    made: dict[int, Read]

    def one(self, reads: Sequence[Read | Floats]) -> Read:
        """The numbers of some reads in a row, as one read."""


class OneStep:
    """The classes of one step while they are written.

    - `steps`: for each step, the numbers of its classes among the old ones.
    - `inputs`: what a step reads from elsewhere; `classes`: what it computes.

    What inputs are made of is written outside. Raises UnlikeSteps if the steps differ in more than
    the numbers that they read.
    """

    def __init__(
        self, old: Sequence[Members], outside: OutsideLoop, steps: Sequence[Sequence[int]]
    ) -> None:
        self.old = old
        self.outside = outside
        self.step_of = {
            number: (t, j) for t, step in enumerate(steps) for j, number in enumerate(step)
        }
        self.steps = steps
        self.inputs: list[BodyInput] = []
        self.known: dict[Hashable, int] = {}
        self.classes = [self._class([old[step[j]] for step in steps]) for j in range(len(steps[0]))]
        if not any(isinstance(each, EarlierStep) for each in self.inputs):
            raise UnlikeSteps  # only other steps make a cycle of them

    def joined(self) -> tuple[list[BodyInput], Made]:
        """The inputs, with rows of one class as one; and where inputs and classes are.

        Classes come after inputs.
        """
        inputs: list[BodyInput] = []
        made: dict[int, Read] = {}
        rows: dict[int, list[tuple[int, StepRow]]] = {}
        for k, each in enumerate(self.inputs):
            if isinstance(each, StepRow):
                rows.setdefault(each.read.source, []).append((k, each))
            else:
                made[k] = Read(len(inputs), np.arange(count_of(each)))
                inputs.append(each)
        for source, parts in rows.items():
            size = 0
            for k, each in parts:
                made[k] = Read(len(inputs), np.arange(size, size + each.size))
                size += each.size
            places = [each.read.places.reshape(-1, each.size) for _, each in parts]
            inputs.append(StepRow(Read(source, np.concatenate(places, axis=1).reshape(-1)), size))
        for j, members in enumerate(self.classes):
            made[_BODY + j] = Read(len(inputs) + j, np.arange(members.count))
        return inputs, made

    def _class(self, steps: Sequence[Members]) -> Members:
        """A class of the body, from those of all steps."""
        last = steps[-1]
        if last.op is PICKED:
            raise UnlikeSteps  # each step has a table of its own
        if last.gathered is not None:
            return replace(last, gathered=self._gathered([each.gathered for each in steps
                                                          if each.gathered]))  # fmt: skip
        if last.chain is not None:
            chain = self._chain([each.chain for each in steps if each.chain])
            return replace(last, chain=chain)
        if last.terms or last.added is not None:
            return self._sum(steps)
        operands = zip(*(each.operands for each in steps), strict=True)
        return replace(last, operands=tuple(map(self._operand, operands)))

    def _operand(self, steps: Sequence[Read | Floats]) -> Read | Floats:
        """An operand, from those of all steps."""
        reads = [each for each in steps if isinstance(each, Read)]
        if reads:
            return self._read(reads)
        return self._numbers([each for each in steps if not isinstance(each, Read)])

    def _numbers(self, steps: Sequence[Floats]) -> Read | Floats:
        """Plain numbers, which are sliced if they are not the same in all steps."""
        return steps[0] if _are_same(steps) else self._sliced(steps)

    def _read(self, steps: Sequence[Read]) -> Read:
        """What is read in the body, from the reads of all steps."""
        if steps[-1].source in self.step_of:
            return self._inner(steps)
        if any(each.source in self.step_of for each in steps):
            raise UnlikeSteps
        reads = [moved_read(each, self.outside.made) for each in steps]
        source, places = reads[0]
        if all(_is_same(each, reads[0]) for each in reads):
            count = self.outside.classes[source].count
            return Read(self._input(("invariant", source), SameForAll(source, count)), places)
        return self._sliced(reads)

    def _inner(self, steps: Sequence[Read]) -> Read:
        """What a step reads of itself, or of a step before."""
        last, j = self.step_of[steps[-1].source]
        lag = len(steps) - 1 - last
        if lag > _MOST_STEPS_BEFORE:
            raise UnlikeSteps
        wanted = steps[-1].places
        same = wanted.tobytes()
        for t, each in enumerate(steps[lag:]):
            if self.step_of.get(each.source) != (t, j) or not (
                each.places is wanted or each.places.tobytes() == same
            ):
                raise UnlikeSteps
        if any(each.source in self.step_of for each in steps[:lag]):
            raise UnlikeSteps
        if not lag:
            return Read(_BODY + j, wanted)
        initial = [moved_read(each, self.outside.made) for each in steps[:lag]]
        return Read(self._carried(j, lag, wanted, initial), wanted)

    def _carried(self, j: int, lag: int, wanted: Ints, initial: Sequence[Read]) -> int:
        """The number of the input for class `j` of an earlier step, which starts as `initial`."""
        count = self.old[self.steps[0][j]].count
        nothing = Gathered(
            np.full(lag * count, NOTHING), np.zeros(lag * count, np.int64), np.zeros(0)
        )
        number = self._input(
            ("carried", j, lag), EarlierStep(Read(_BODY + j, np.arange(count)), lag, nothing)
        )
        carried = self.inputs[number]
        assert isinstance(carried, EarlierStep)
        sources, places, _ = carried.initial
        for row, read in enumerate(initial):
            mine = row * count + wanted
            is_known = sources[mine] != NOTHING
            if (sources[mine][is_known] != read.source).any() or (
                places[mine][is_known] != read.places[is_known]).any():  # fmt: skip
                raise UnlikeSteps
            sources[mine], places[mine] = read.source, read.places
        return number

    def _sliced(self, steps: Sequence[Read] | Sequence[Floats]) -> Read:
        """The numbers of which each step reads others."""
        key = ("sliced", *((each.source, each.places.tobytes()) if isinstance(each, Read)
                           else each.tobytes() for each in steps))  # fmt: skip
        if key not in self.known:
            read = self.outside.one(steps)
            count = len(read.places) // len(steps)
            return Read(self._input(key, StepRow(read, count)), np.arange(count))
        return Read(self.known[key], np.arange(count_of(self.inputs[self.known[key]])))

    def _input(self, key: Hashable, wanted: BodyInput) -> int:
        """The number of an input of the body."""
        if key not in self.known:
            self.known[key] = len(self.inputs)
            self.inputs.append(wanted)
        return self.known[key]

    def _chain(self, steps: Sequence[ScanTerms]) -> ScanTerms:
        """The terms of chains, from those of all steps."""
        return ScanTerms(self._gathered([each.terms for each in steps]), steps[-1].counts)

    def _gathered(self, steps: Sequence[Gathered]) -> Gathered:
        """Numbers of several classes, from those of all steps."""
        last = steps[-1]
        sources, places = last.sources.copy(), last.places.copy()
        if not _are_same([each.numbers for each in steps]):
            raise UnlikeSteps
        for source, mine in places_by_number(last.sources).items():
            terms = [each.at(mine) for each in steps]
            kinds = [np.unique(each.sources).tolist() for each in terms]
            if any(len(each) > 1 or (each[0] == NUMBER) != (source == NUMBER) for each in kinds):
                raise UnlikeSteps
            if source != NUMBER:
                reads = [Read(int(each.sources[0]), each.places) for each in terms]
                sources[mine], places[mine] = self._read(reads)
        return Gathered(sources, places, last.numbers)

    def _sum(self, steps: Sequence[Members]) -> Members:
        """A class of sums of the body, from those of all steps."""
        last = steps[-1]
        inner: list[Terms] = []
        outer: list[Sequence[Terms]] = []
        for terms in zip(*(each.terms for each in steps), strict=True):
            if terms[-1].source in self.step_of:
                read = self._read([Read(each.source, each.places) for each in terms])
                inner.append(Terms(*read, terms[-1].counts, terms[-1].sign))
            else:
                outer.append(terms)
        added = [each.added for each in steps if each.added is not None]
        if not outer and _are_same(added):
            return replace(last, terms=tuple(inner))
        return replace(last, terms=(*inner, self._outer(outer, added)), added=None)

    def _outer(self, groups: Sequence[Sequence[Terms]], added: Sequence[Floats]) -> Terms:
        """What sums read from outside, as one term: added up there if it is more than one."""
        count = len(added[0] if added else groups[0][0].counts)
        one = np.ones(count, dtype=np.int64)
        if not groups:
            return Terms(*self._sliced(added), one)
        if len(groups) == 1 and not added and (groups[0][0].counts == 1).all():
            read = self._read([Read(each.source, each.places) for each in groups[0]])
            return Terms(*read, one, groups[0][0].sign)
        return Terms(*self._read_sums(summed_over(self.outside, groups, added), count), one)

    def _read_sums(self, sums: Members, count: int) -> Read:
        """What is read of sums outside: of all steps, or of one that is the same for all."""
        number = len(self.outside.classes)
        self.outside.classes.append(sums)
        if sums.count == count:
            wanted: BodyInput = SameForAll(number, count)
        else:
            wanted = StepRow(Read(number, np.arange(sums.count)), count)
        return Read(self._input(("sums", number), wanted), np.arange(count))


def summed_over(
    outside: OutsideLoop,
    groups: Sequence[Sequence[Terms]],
    added: Sequence[Floats],
    *,
    each_step: bool = False,
) -> Members:
    """A class outside that has the sums of all steps, from the terms of each step by group.

    If all steps add up the same, it has the sums of one step, unless `each_step` is true. Raises
    UnlikeSteps if what is read of an old class in one step is not outside.
    """
    rows = [[_moved(each, outside.made) for each in terms] for terms in groups]
    is_same = (
        not each_step
        and _are_same(added)
        and all(_is_same(each, row[0]) for row in rows for each in row)
    )
    steps = 1 if is_same else max(map(len, [*groups, added]))
    pieces = []
    for row, terms in zip(rows, groups, strict=True):
        counts = np.concatenate([each.counts for each in terms[:steps]])
        pieces.append((outside.one(row[:steps]), counts, terms[0].sign))
    numbers = np.concatenate(added[:steps]) if added else None
    lengths = list(map(len, added)) or [len(each.counts) for each in groups[0]]
    count = sum(lengths[:steps])
    return Members(PRIMITIVES["sum"], count, terms=merged(pieces), added=numbers)


def _moved(read: Terms, made: Made) -> Read:
    """The read of an old class that is outside."""
    if read.source not in made:
        raise UnlikeSteps
    return moved_read(read, made)


def count_of(wanted: BodyInput) -> int:
    """The number of numbers that a step reads of an input."""
    return len(wanted.made.places) if isinstance(wanted, EarlierStep) else wanted.size


def _is_same(one: Read, other: Read) -> bool:
    """Whether two reads are of the same numbers."""
    return one.source == other.source and (
        one.places is other.places or one.places.tobytes() == other.places.tobytes()
    )


def _are_same(rows: Sequence[Floats]) -> bool:
    """Whether all rows of numbers are the same to the last bit."""
    return all(each.tobytes() == rows[0].tobytes() for each in rows)
