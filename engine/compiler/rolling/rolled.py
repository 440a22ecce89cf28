"""Loops among the classes of a graph: stretches that repeat become the classes of one step.

A program that goes through time leaves a stretch of classes for each step. Where stretches are
alike, each class of a stretch is one of these:

    in a cycle          a later step depends on it, and it depends on an earlier one: part of a loop
    in no cycle         one class with the members of all steps: an array, computed at once

(Allen and Kennedy, TOPLAS 9 (1987), distribute loops so.) Outside, a class of a loop has the
members of all steps too, the first step first. Products in a loop that others read are written once
more outside, since most of them are only summed up, and become matrix products.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import NamedTuple

from ...primitives import CONSTANT, LEAF, PRIMITIVES
from ..arrays import Floats, np
from .bodies import OneStep, UnlikeSteps, count_of, summed_over
from .members import (
    GATHERED,
    NUMBER,
    PICKED,
    ROLLED,
    EarlierStep,
    Gathered,
    Members,
    Read,
    Rolled,
    ScanTerms,
    gathered,
    moved_chain,
    moved_class,
    moved_numbers,
    moved_read,
    one_after_another,
    places_from,
)
from .periods import Repeat, repeats
from .phases import cycles_of, in_phase

# How many first and last steps may differ from the others in what they read: they stay
# outside. A loop has _FEWEST steps.
_FEWEST = 3
_PEELED = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1))


# Classes that are like nothing else: leaves, and what is looked up.
UNLIKE = (LEAF, CONSTANT, PICKED, ROLLED)


class Unrolled(NamedTuple):
    """Classes with loops, and where the members of the classes without loops are among them."""

    classes: list[Members]
    made: dict[int, Read]

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


def rolled(classes: Sequence[Members]) -> Unrolled:
    """The classes with their loops as classes; the last class is in no loop."""
    roller = Roller(classes)
    place, tokens = 0, _tokens(classes)[:-1]
    found = repeats(tokens)
    for each, following in zip_longest(found, found[1:]):
        repeat = in_phase(each, classes, tokens[: following.start if following else None])
        roller.keep(range(place, repeat.start))
        roller.distribute(repeat)
        place = repeat.end
    roller.keep(range(place, len(classes)))
    return Unrolled(roller.classes, roller.made)


def _tokens(classes: Sequence[Members]) -> list[int]:
    """A number for what a class does, whichever classes it reads; equal for equal steps."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(_token(each, place), len(known)) for place, each in enumerate(classes)]


def _token(each: Members, place: int) -> Hashable:
    """What a class does; leaves are like nothing else, and what is picked like all of its size."""
    if each.gathered is not None or each.op is PICKED:
        return each.op, each.count
    if each.op in UNLIKE:
        return place
    terms = tuple((one.counts.tobytes(), one.sign) for one in each.terms)
    chain = None if each.chain is None else each.chain.counts.tobytes()
    reads = tuple(isinstance(one, Read) for one in each.operands)
    return each.op, each.count, reads, terms, chain, each.added is None


class Roller:
    """Classes while their loops are rolled, from first to last."""

    def __init__(self, old: Sequence[Members]) -> None:
        self.old = old
        self.classes: list[Members] = []
        self.made: dict[int, Read] = {}

    def keep(self, numbers: Sequence[int]) -> None:
        """Take some classes as they are."""
        for number in numbers:
            each = self.old[number]
            self.classes.append(moved_class(each, self.made))
            self.made[number] = Read(len(self.classes) - 1, places_from(0, each.count))

    def one(self, reads: Sequence[Read | Floats]) -> Read:
        """The numbers of some reads in a row, as one read."""
        only = [each for each in reads if isinstance(each, Read)]
        if only and len({each.source for each in only}) == 1:
            return Read(only[0].source, np.concatenate([each.places for each in only]))
        if only:
            numbers = gathered(only)
        else:
            row = np.concatenate([each for each in reads if not isinstance(each, Read)])
            numbers = Gathered(np.full(len(row), NUMBER), np.arange(len(row)), row)
        count = len(numbers.places)
        self.classes.append(Members(GATHERED, count, gathered=numbers))
        return Read(len(self.classes) - 1, np.arange(count))

    def distribute(self, repeat: Repeat) -> None:
        """Take the classes of a repeat: loops of what is in cycles, all else at once."""
        start, period, times = repeat
        for component, is_cycle in cycles_of(repeat, self.old):
            steps = [[start + t * period + j for j in component] for t in range(times)]
            if is_cycle:
                self.loop(steps)
            else:
                self.at_once([each for (each,) in steps])

    def loop(self, steps: Sequence[Sequence[int]], *, ends: bool = True) -> None:
        """Take some classes of all steps as a loop; as they are if they are none.

        Where a step reads others than the one before, as when a state begins anew, a loop `ends`.
        """
        for first, last in _PEELED:
            end = len(steps) - last
            if end - first < _FEWEST:
                continue
            before = len(self.classes)
            for step in steps[:first]:
                self.keep(step)
            try:
                body = OneStep(self.old, self, steps[first:end])
            except UnlikeSteps:
                del self.classes[before:]
                continue
            self._roll(body)
            break
        else:
            stretches = _stretches(self.old, steps) if ends else []
            if len(stretches) > 1:
                for stretch in stretches:
                    self.stretch(stretch)
                return
            end = 0
        for step in steps[end:]:
            self.keep(step)

    def stretch(self, steps: Sequence[Sequence[int]]) -> None:
        """Take a stretch of steps as a loop if that pays, else as they are."""
        if Repeat(0, len(steps[0]), len(steps)).pays:
            self.loop(steps, ends=False)
            return
        for step in steps:
            self.keep(step)

    def _roll(self, body: OneStep) -> None:
        """Take the classes of a body as those of a loop."""
        loop, times = _rolled_body(body), len(body.steps)
        first = len(self.classes)
        originals = [self.old[number] for number in body.steps[0]]
        for each in originals:
            self.classes.append(Members(ROLLED, each.count * times, rolled=loop))
        for j in range(len(originals)):
            self._take(first + j, [step[j] for step in body.steps])
        for j, each in enumerate(originals):
            if each.op is PRIMITIVES["mul"]:
                self.at_once([step[j] for step in body.steps])

    def _take(self, number: int, steps: Sequence[int]) -> None:
        """Remember that a new class has the members of an old class of each step."""
        start = 0
        for each in steps:
            self.made[each] = Read(number, places_from(start, self.old[each].count))
            start += self.old[each].count

    def at_once(self, numbers: Sequence[int]) -> None:
        """Take classes that do the same as one, such as one of all steps that is in no cycle."""
        steps = [self.old[number] for number in numbers]
        self.classes.append(self._of_all(steps))
        self._take(len(self.classes) - 1, numbers)

    def _of_all(self, steps: Sequence[Members]) -> Members:
        """One class from a class of each step."""
        first = steps[0]
        count = sum(each.count for each in steps)
        values = [value for each in steps for value in each.values]
        if first.gathered is not None:
            parts = [moved_numbers(each.gathered, self.made) for each in steps if each.gathered]
            return replace(first, count=count, gathered=one_after_another(parts))
        if first.chain is not None:
            chain = _joined([moved_chain(each.chain, self.made) for each in steps if each.chain])
            return replace(first, count=count, chain=chain, values=values)
        if first.terms or first.added is not None:
            groups = list(zip(*(each.terms for each in steps), strict=True))
            added = [each.added for each in steps if each.added is not None]
            sums = summed_over(self, groups, added, each_step=True)
            return replace(sums, values=values)
        operands = tuple(map(self._operand, zip(*(each.operands for each in steps), strict=True)))
        return replace(first, count=count, operands=operands, values=values)

    def _operand(self, steps: Sequence[Read | Floats]) -> Read | Floats:
        """An operand for all steps."""
        reads = [moved_read(each, self.made) for each in steps if isinstance(each, Read)]
        if reads:
            return self.one(reads)
        return np.concatenate([each for each in steps if not isinstance(each, Read)])


def _stretches(
    old: Sequence[Members], steps: Sequence[Sequence[int]]
) -> list[Sequence[Sequence[int]]]:
    """Stretches of steps that read the same steps before, as far as these are among the steps."""
    step_of = {number: (t, j) for t, step in enumerate(steps) for j, number in enumerate(step)}
    reads = [
        {(j, t - step_of[each][0], step_of[each][1])
         for j, number in enumerate(step) for each in old[number].reads if each in step_of}
        for t, step in enumerate(steps)
    ]  # fmt: skip
    cuts = [t for t in range(1, len(steps)) if reads[t] != reads[t - 1]]
    return [steps[a:b] for a, b in pairwise([0, *cuts, len(steps)])]


def _size(classes: Sequence[Members], *, in_steps: bool = False) -> int:
    """The number of classes, with those of bodies; `in_steps`, as often as they are computed."""
    loops = {id(each.rolled): each.rolled for each in classes if each.rolled is not None}
    inside = [(_size(each.body, in_steps=in_steps), in_steps and not each.is_running, each.steps)
              for each in loops.values()]  # fmt: skip
    outside = sum(each.rolled is None for each in classes)
    return outside + sum(size * (steps if times else 1) for size, times, steps in inside)


def _rolled_body(body: OneStep) -> Rolled:
    """The loop of a body, in which loops are rolled too."""
    inputs, places = body.joined()
    given = [Members(LEAF, count_of(each), role=("body", k)) for k, each in enumerate(inputs)]
    classes, made = rolled([*given, *(moved_class(each, places) for each in body.classes)])
    fed = tuple(
        each._replace(made=made[places[each.made.source].source])
        if isinstance(each, EarlierStep)
        else each
        for each in inputs
    )
    ends = tuple(made[len(given) + j] for j in range(len(body.classes)))
    return Rolled(len(body.steps), fed, tuple(classes), ends)


def _joined(chains: Sequence[ScanTerms]) -> ScanTerms:
    """The terms of some chains, one after another."""
    terms = one_after_another([each.terms for each in chains])
    return ScanTerms(terms, np.concatenate([each.counts for each in chains]))
