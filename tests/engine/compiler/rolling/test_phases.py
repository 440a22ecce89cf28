"""Where a repeat begins."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.compiler.recording.classes import recording_of
from engine.compiler.rolling.folded import FoldedClasses
from engine.compiler.rolling.listed import ListedClasses
from engine.compiler.rolling.members import EarlierStep, Members, Read, Rolled
from engine.compiler.rolling.periods import Repeat, repeats
from engine.compiler.rolling.phases import _mixed, cycles_of, in_phase
from engine.compiler.rolling.rolled import rolled
from engine.compiler.rolling.steps import ClassRow
from engine.primitives import PRIMITIVES
from tests.engine.compiler.recurrences import Recurrence, horner, reader


def classes_of(program: Recurrence) -> FoldedClasses:
    """The classes of a program."""
    output, parameters = program
    return recording_of(output, dict.fromkeys(parameters, ("parameters", None))).folded


def loop_of(classes: ClassRow) -> Rolled:
    """The only loop among some classes."""
    (loop,) = {id(each.rolled): each.rolled for each in rolled(classes).classes
               if each.rolled is not None}.values()  # fmt: skip
    return loop


@pytest.mark.parametrize("size", [3, 4, 6])
def test_a_state_is_carried_and_not_its_products_with_weights(size: int) -> None:
    """Although the first step has products of weights and plain numbers, which are no step."""
    loop = loop_of(classes_of(reader(40, size=size)))
    carried = [each for each in loop.inputs if isinstance(each, EarlierStep)]
    assert [len(each.made.places) for each in carried] == [size]
    assert loop.steps >= 38


def test_parts_of_steps_before_and_after_are_no_classes_outside_of_loops() -> None:
    """They do what steps do; nothing is said of them."""
    classes = classes_of(reader(12))
    tokens = classes.tokens()[:-1]
    (repeat,) = repeats(tokens)
    begun = in_phase(repeat, classes, tokens)
    assert begun.start > repeat.start
    steps = {*range(repeat.start, repeat.end), *range(begun.start, begun.end)}
    assert {*rolled(classes).loops.others} == {*range(len(classes))} - steps


def test_it_stays_where_it_is_if_nothing_is_gained() -> None:
    """Each step of a polynomial carries one number wherever it begins."""
    classes = classes_of(horner(60))
    tokens = classes.tokens()
    (repeat,) = repeats(tokens)
    assert in_phase(repeat, classes, tokens) == repeat


def test_what_begins_later_goes_on_as_far_as_before() -> None:
    """If the step after the last one has begun; else there is one step less."""
    classes = classes_of(reader(12))
    tokens = classes.tokens()
    (repeat,) = (each for each in repeats(tokens) if each.period == 4)
    begun = in_phase(repeat, classes, tokens)
    cut_off = in_phase(repeat, classes, tokens[: repeat.end])
    assert 0 < begun.start - repeat.start < 4
    assert begun.start == cut_off.start
    assert cut_off.times == repeat.times - 1
    assert begun.times in (repeat.times, repeat.times - 1)
    assert begun.end > cut_off.end or begun == cut_off


def test_enough_steps_are_left() -> None:
    """Four steps do not become three."""
    classes = classes_of(reader(12))
    tokens = classes.tokens()
    (repeat,) = (each for each in repeats(tokens) if each.period == 4)
    short = Repeat(repeat.start, 4, 4)
    assert in_phase(short, classes, tokens[: short.end]) == short


class Steps(ListedClasses):
    """Four steps of some classes, of which each reads others: (class, steps before)."""

    def __init__(self, reads: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.period = len(reads)
        every = [(number, number // self.period) for number in range(4 * self.period)]
        found = [[(t - lag) * self.period + j for j, lag in reads[number % self.period]]
                 for number, t in every]  # fmt: skip
        super().__init__([
            Members(PRIMITIVES["exp"], 1, tuple(Read(i, np.zeros(1, int)) for i in one if i >= 0))
            for one in found
        ])  # fmt: skip


def test_cycles_are_joined_with_what_is_between_them() -> None:
    """What is before all of them, and what is after, stays outside; so does what is beside them."""
    steps = Steps([
        [],                # 0 is before
        [(0, 0), (1, 1)],  # 1 is a cycle
        [(1, 0)],          # 2 is between
        [(2, 0), (3, 1)],  # 3 is a cycle
        [(1, 0)],          # 4 is read by nobody
        [(3, 0), (4, 0)],  # 5 is after
        [(0, 0)],          # 6 is beside
    ])  # fmt: skip
    repeat = Repeat(0, steps.period, 4)
    apart = cycles_of(repeat, steps)
    assert [each for each, is_cycle in apart if is_cycle] == [[1], [3]]
    joined = cycles_of(repeat, steps, joined=True)
    assert [each for each, is_cycle in joined if is_cycle] == [[1, 2, 3]]
    assert sorted(one for each, _ in joined for one in each) == list(range(steps.period))
    place = {one: i for i, (each, _) in enumerate(joined) for one in each}
    assert place[0] < place[1] < place[4] < place[5]


@pytest.mark.parametrize("period", [2, 3, 7, 8])
def test_steps_that_read_themselves_where_others_read_steps_before_are_counted(period: int) -> None:
    """For each place where steps may begin: reads of one class by another, near and far apart."""
    rng, start, count = np.random.default_rng(period), 5, 60
    owners = rng.integers(start + 1, start + 9 * period, count)
    sources = np.maximum(owners - rng.integers(1, 2 * period, count), start)
    reads = [*zip(owners.tolist(), sources.tolist(), strict=True)]
    kinds = [((owner - start) % period, (source - start) % period) for owner, source in reads]
    far = {kind: {owner - source for (owner, source), each in zip(reads, kinds, strict=True)
                  if each == kind} for kind in kinds}  # fmt: skip

    def is_mixed(place: int, begin: int) -> bool:
        """Whether a step reads itself where others of the same kind read farther."""
        owner, source = reads[place]
        steps = [(each - start - begin) // period for each in reads[place]]
        return owner - source < period and len(far[kinds[place]]) > 1 and steps[0] == steps[1]

    expected = [sum(is_mixed(i, begin) for i in range(count)) for begin in range(period)]
    assert _mixed(owners, sources, Repeat(start, period, 9)).tolist() == expected
