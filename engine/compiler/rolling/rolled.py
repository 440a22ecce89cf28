"""Loops among the classes of a graph: stretches that repeat become the classes of one step.

A program that goes through time leaves a stretch of classes for each step. Where stretches are
alike, each class of a stretch is one of these:

    in a cycle          a later step depends on it, and it depends on an earlier one: part of a loop
    in no cycle         one class with the members of all steps: an array, computed at once

(Allen and Kennedy, TOPLAS 9 (1987), distribute loops so.) Outside, a class of a loop has the
members of all steps too, the first step first. Products of a loop that are read in the same step
are written once more outside, for all others, since most of these only sum them up: they become
matrix products.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import NamedTuple

from ...primitives import LEAF, PRIMITIVES
from ..arrays import Floats, Ints, np
from ..kinds.decisions import is_decision
from .bodies import BODY, OneStep
from .listed import ListedClasses
from .located import all_nodes
from .members import (
    GATHERED,
    NUMBER,
    ROLLED,
    AnyStep,
    BodyInput,
    EarlierStep,
    Gathered,
    Made,
    Members,
    Read,
    Rolled,
    count_of,
    joined_chains,
    moved_chain,
    moved_class,
    moved_numbers,
    one_after_another,
)
from .outside import summed_over
from .periods import Repeat, repeats
from .phases import cycles_of, in_phase
from .steps import ClassRow, Moved, StepClasses, StepReads, UnlikeSteps
from .told import LoopsFound, StepsFound

# How many first and last steps may differ from the others in what they read: they stay
# outside. A loop has _FEWEST steps.
_FEWEST = 3
_PEELED = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1))

# How many steps may be alike together only, as two stages of a method of Runge and Kutta are: the
# second begins where the first began.
_TOGETHER = (2, 3, 4)

# From how many loops on in one repeat, such as one for each column of a table, one loop of all of
# them is tried. It must leave so many times fewer classes.
_MANY_LOOPS, _FEWER_JOINED = 8, 2


class Unrolled(NamedTuple):
    """Classes with loops, and where the members of the classes without loops are among them.

    - `loops`: which of the classes without loops are in loops, and why others are not.
    """

    classes: list[Members]
    made: Moved
    loops: LoopsFound

    @property
    def size(self) -> int:
        """The number of classes, those of each body once, without those that a loop has outside."""
        return _size(self.classes)

    @property
    def calls(self) -> int:
        """The number of classes that are computed, at each step those of a body.

        Those of running results are computed once.
        """
        return _size(self.classes, in_steps=True)


def rolled(classes: ClassRow, *, anywhere: bool = False, known: Sequence[Repeat] = ()) -> Unrolled:
    """The classes with their loops as classes; the last class is in no loop.

    If steps may look up numbers `anywhere`, they read any steps before. Repeats that are `known`
    begin where their steps do.
    """
    roller = Roller(classes, anywhere=anywhere)
    tokens = classes.tokens()[:-1]
    found = repeats(tokens, known)
    place = 0
    for each, following in zip_longest(found, found[1:]):
        roller.pass_by(range(place, each.start))
        end = following.start if following else None
        place = roller.take(each, tokens[:end], is_known=each in known)
    roller.pass_by(range(place, len(classes)))
    loops = LoopsFound(tuple(roller.found), tuple(roller.others))
    return Unrolled(roller.classes, roller.made, loops)


class Roller:
    """Classes while their loops are rolled, from first to last."""

    def __init__(self, old: ClassRow, *, anywhere: bool = False) -> None:
        self.old = old
        self.anywhere = anywhere
        self.classes: list[Members] = []
        self.made = Moved(old.counts())
        self.found: list[StepsFound] = []
        self.others: list[int] = []

    def pass_by(self, numbers: Sequence[int]) -> None:
        """Take some classes that are in no repeat as they are."""
        self.others += numbers
        self.keep(numbers)

    def keep(self, numbers: Sequence[int]) -> None:
        """Take some classes as they are."""
        for number in numbers:
            self.classes.append(self.old.moved(number, self.made))
            self.made.put(number, len(self.classes) - 1, 0)

    def one(self, reads: StepReads | Floats) -> Read:
        """The numbers of some rows, one row after another, as one read."""
        if not isinstance(reads, StepReads):
            row = reads.reshape(-1)
            numbers = Gathered(np.full(len(row), NUMBER), np.arange(len(row)), row)
        else:
            sources, places = reads
            if (sources == sources[0]).all():
                return Read(int(sources[0]), places.reshape(-1))
            numbers = Gathered(np.repeat(sources, places.shape[1]), places.reshape(-1), np.zeros(0))
        count = len(numbers.places)
        self.classes.append(Members(GATHERED, count, gathered=numbers))
        return Read(len(self.classes) - 1, np.arange(count))

    def take(self, repeat: Repeat, tokens: Ints, *, is_known: bool = False) -> int:
        """Take the classes of a repeat; gives the number of the first class after it.

        `tokens` are what the classes do, up to the next repeat. If some steps are no loop, two or a
        few of them at a time are tried as one; if they are many loops, one loop of all of these is
        tried, which may have a loop inside. What leaves fewest classes is taken. Steps that are
        known are taken as they are.
        """
        if is_known:
            self.distribute(repeat)
            return repeat.end
        tried: list[tuple[float, Repeat, bool]] = []
        before = self._sizes
        for together in (1, *_TOGETHER):
            steps = Repeat(repeat.start, repeat.period * together, repeat.times // together)
            if together > 1 and not steps.pays:
                break
            end = self._take_steps(steps, repeat.end, tokens)
            found = self.found[before[1] :]
            is_loop, many = not any(each.why for each in found), len(found) >= _MANY_LOOPS
            if is_loop and not many:
                return end
            tried.append((self._undone(before, range(repeat.start, end)), steps, False))
            if many:
                end = self._take_steps(steps, repeat.end, tokens, joined=True)
                size = self._undone(before, range(repeat.start, end))
                tried.append((size * _FEWER_JOINED, steps, True))
            if is_loop:
                break
        _, steps, joined = min(tried)
        return self._take_steps(steps, repeat.end, tokens, joined=joined)

    def _take_steps(self, repeat: Repeat, end: int, tokens: Ints, *, joined: bool = False) -> int:
        """Take the classes of a repeat, and more classes up to `end`; gives the last one's end."""
        phased = in_phase(repeat, self.old, tokens, anywhere=self.anywhere)
        self.keep(range(repeat.start, phased.start))
        self.distribute(phased, joined=joined)
        self.keep(range(phased.end, end))
        return max(phased.end, end)

    @property
    def _sizes(self) -> tuple[int, int, int]:
        """How much is written."""
        return len(self.classes), len(self.found), len(self.others)

    def _undone(self, sizes: tuple[int, int, int], numbers: Sequence[int]) -> int:
        """Take back what was written since then, of some classes; gives the size of it."""
        classes, found, others = sizes
        size = _size(self.classes[classes:])
        del self.classes[classes:], self.found[found:], self.others[others:]
        self.made.forget(np.array(numbers))
        return size

    def distribute(self, repeat: Repeat, *, joined: bool = False) -> None:
        """Take the classes of a repeat: loops of what is in cycles, all else at once.

        If all cycles are `joined`, they are one loop.
        """
        start, period, times = repeat
        first = start + period * np.arange(times)[:, None]
        for component, is_cycle in cycles_of(repeat, self.old, joined=joined):
            steps = first + np.array(component)
            if is_cycle:
                self.loop(steps)
            else:
                self.at_once(steps[:, 0], self.old.of_steps(steps[:, 0]))

    def loop(self, numbers: Ints, *, ends: bool = True) -> None:
        """Take some classes of all steps, a row for each, as a loop; as they are if it is none.

        Where a step reads others than the one before, as when a state begins anew, a loop `ends`.
        """
        every = list(map(self.old.of_steps, numbers.T))
        why = ""
        for first, last in _PEELED:
            end = len(numbers) - last
            if end - first < _FEWEST:
                continue
            before = len(self.classes)
            self.keep(numbers[:first].reshape(-1).tolist())
            try:
                self._roll(numbers[first:end], self._between(every, numbers, first, end))
            except UnlikeSteps as unlike:
                why = str(unlike)
                del self.classes[before:]
                self.made.forget(numbers[:first].reshape(-1))
                continue
            self._keep_steps(numbers, end)
            return
        stretches = _stretches(self.old, numbers) if ends else [numbers]
        if len(stretches) > 1:
            self._stretch_by_stretch(stretches, why)
        else:
            self._keep_steps(numbers, 0, why)

    def _keep_steps(self, numbers: Ints, end: int, why: str = "") -> None:
        """Take the steps from `end` on as they are; `why` there is no loop of those before."""
        self.found.append(StepsFound(len(numbers), tuple(numbers[0].tolist()), why))
        self.keep(numbers[end:].reshape(-1).tolist())

    def _stretch_by_stretch(self, stretches: Sequence[Ints], why: str) -> None:
        """Take each stretch of steps as a loop if that pays, else as they are.

        If none of them is a loop, what is told is `why` all of them are none.
        """
        found, others = len(self.found), len(self.others)
        for each in stretches:
            times, period = each.shape
            if Repeat(0, period, times).pays:
                self.loop(each, ends=False)
            else:
                self.pass_by(each.reshape(-1).tolist())
        if all(each.why for each in self.found[found:]):
            del self.found[found:], self.others[others:]
            first = tuple(stretches[0][0].tolist())
            self.found.append(StepsFound(sum(map(len, stretches)), first, why))

    def _between(
        self, every: Sequence[StepClasses], numbers: Ints, first: int, end: int
    ) -> list[StepClasses]:
        """The classes of some steps."""
        return [each.between(first, end, self.old[int(number)])
                for each, number in zip(every, numbers[end - 1], strict=True)]  # fmt: skip

    def _roll(self, numbers: Ints, steps: Sequence[StepClasses]) -> None:
        """Take the classes of some steps as those of a loop; UnlikeSteps if they are none."""
        step = OneStep(self, numbers, steps, anywhere=self.anywhere)
        loop, times = _rolled_body(step), len(numbers)
        first = len(self.classes)
        self.classes += [Members(ROLLED, each.last.count * times, rolled=loop) for each in steps]
        for j, each in enumerate(steps):
            self._take(first + j, numbers[:, j], each.last.count)
        for j, each in enumerate(steps):
            if each.last.op is PRIMITIVES["mul"] and _is_written_outside(step, j):
                self.at_once(numbers[:, j], each)

    def _take(self, number: int, steps: Ints, count: int) -> None:
        """Remember that a new class has the members of an old class of each step."""
        self.made.put(steps, number, np.arange(len(steps)) * count)

    def at_once(self, numbers: Ints, steps: StepClasses) -> None:
        """Take a class of all steps, which is in no cycle, as one class."""
        self.classes.append(self._of_all(steps))
        self._take(len(self.classes) - 1, numbers, steps.last.count)

    def _of_all(self, steps: StepClasses) -> Members:
        """One class from a class of each step."""
        values = all_nodes(steps.values)
        last, count = steps.last, steps.last.count * len(steps.values)
        if steps.gathered:
            parts = [moved_numbers(each, self.made) for each in steps.gathered]
            return replace(last, count=count, gathered=one_after_another(parts))
        if steps.chains:
            chain = joined_chains([moved_chain(each, self.made) for each in steps.chains])
            return replace(last, count=count, chain=chain, values=values)
        if steps.terms or steps.added is not None:
            sums = summed_over(self, steps.terms, steps.added, each_step=True)
            return replace(sums, values=values)
        operands = tuple(map(self._operand, steps.operands))
        return replace(last, count=count, operands=operands, values=values)

    def _operand(self, steps: StepReads | Floats) -> Read | Floats:
        """An operand for all steps."""
        if isinstance(steps, StepReads):
            return self.one(self.made.moved(steps))
        return steps.reshape(-1)


def _is_written_outside(step: OneStep, j: int) -> bool:
    """Whether all that is outside of a loop may read a product, class `j` of a step, outside.

    So it may if nobody in the loop reads it, or what hands a gradient on does in the same step.
    Else it would get a gradient of 0 in some steps, and hand on 0 × inf.
    """
    readers = [each.op for each in step.classes if BODY + j in each.reads]
    if readers:
        return any(op is not GATHERED and not is_decision(op) for op in readers)
    earlier = [each.made for each in step.inputs if isinstance(each, EarlierStep | AnyStep)]
    return all(BODY + j not in (each.sources if isinstance(each, Gathered) else [each.source])
               for each in earlier)  # fmt: skip


def _stretches(old: ClassRow, numbers: Ints) -> list[Ints]:
    """Stretches of steps that read the same steps before, as far as these are among the steps."""
    times, period = numbers.shape
    every = numbers.reshape(-1)
    reads = np.stack(old.reads(int(every[0]), int(every[-1]) + 1))
    places = np.minimum(np.searchsorted(every, reads), len(every) - 1)
    steps, of = np.divmod(places[:, (every[places] == reads).all(axis=0)], period)
    kinds = (of[0] * times + steps[0] - steps[1]) * period + of[1]
    step, kind = np.divmod(np.unique(steps[0] * (size := times * period**2) + kinds), size)
    ends = np.searchsorted(step, np.arange(times + 1))
    found = [kind[a:b].tobytes() for a, b in pairwise(ends.tolist())]
    cuts = [t for t in range(1, times) if found[t] != found[t - 1]]
    return [numbers[a:b] for a, b in pairwise([0, *cuts, times])]


def _size(classes: Sequence[Members], *, in_steps: bool = False) -> int:
    """The number of classes, with those of bodies; `in_steps`, as often as they are computed."""
    loops = {id(each.rolled): each.rolled for each in classes if each.rolled is not None}
    inside = [(_size(each.body, in_steps=in_steps), in_steps and not each.is_running, each.steps)
              for each in loops.values()]  # fmt: skip
    outside = sum(each.rolled is None for each in classes)
    return outside + sum(size * (steps if times else 1) for size, times, steps in inside)


def _made_in(each: BodyInput, places: Made, made: Made) -> BodyInput:
    """An input of a body, in which the classes that give it have other numbers now."""
    if isinstance(each, AnyStep):
        return each._replace(made=moved_numbers(moved_numbers(each.made, places), made))
    if isinstance(each, EarlierStep):
        return each._replace(made=made[places[each.made.source].source])
    return each


def _rolled_body(body: OneStep) -> Rolled:
    """The loop of a body, in which loops are rolled too."""
    inputs, places = body.joined()
    given = [Members(LEAF, count_of(each), role=("body", k)) for k, each in enumerate(inputs)]
    moved = [moved_class(each, places) for each in [*body.classes, *body.rows]]
    classes, made, _ = rolled(ListedClasses([*given, *moved]))
    fed = tuple(_made_in(each, places, made) for each in inputs)
    ends = tuple(made[len(given) + j] for j in range(len(body.classes)))
    return Rolled(len(body.numbers), fed, tuple(classes), ends)
