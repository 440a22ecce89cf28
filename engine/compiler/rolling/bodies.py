"""The body of a loop: what one step does, from the classes that all steps have left behind.

What a step reads is one of these:

    carried         what an earlier step gave, one to 64 steps before
    looked up       what any earlier step gave, or what was there before: another one in each step
    sliced          another number in each step: the inputs of that step
    invariant       the same in all steps: parameters

What a sum reads from outside is added up outside, for all steps at once: so the products of all
inputs with a matrix are one product.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from ..arrays import Floats, Ints, np, places_by_number
from .members import (
    GATHERED,
    NOTHING,
    NUMBER,
    PICKED,
    AnyStep,
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
    count_of,
    take_parts,
)
from .outside import OutsideLoop, summed_over
from .steps import StepClasses, StepReads, StepTerms, UnlikeSteps, are_regular, are_same

# The largest number of steps between a number and the step that reads it.
_MOST_STEPS_BEFORE = 64

# From how many classes on that a step reads of one before, these are carried as one row.
_MANY_CARRIED = 8

# Why steps with ladders of maxima, or of minima, are no loop.
_OTHER_MAXIMA = ("they take the largest or smallest of other numbers; let each take it of the same "
                 "ones, in the same order")  # fmt: skip

# Why steps that read numbers of several classes in a row are no loop.
_OTHER_ROWS = ("they read numbers of several kinds, which are of other kinds in other steps; let "
               "each read the same kinds")  # fmt: skip

# Why steps that look something up are no loop: each step has a table of its own.
_PICKED = ("they pick one of several numbers that steps have given, by whole numbers of the "
           "examples; let them pick of parameters")  # fmt: skip

# While a body is written, its class j has the number BODY + j.
BODY = 1 << 40


class OneStep:
    """The classes of one step while they are written.

    - `numbers`: for each step, the numbers of its classes among the old ones; `steps`: these
      classes in arrays, class by class.
    - `inputs`: what a step reads from elsewhere; `classes`: what it computes; `rows`: numbers of
      several of these that are carried together.

    If steps look up numbers `anywhere`, they read any steps before. What inputs are made of is
    written outside. Raises UnlikeSteps if the steps differ in more than the numbers that they read.
    """

    def __init__(
        self,
        outside: OutsideLoop,
        numbers: Ints,
        steps: Sequence[StepClasses],
        *,
        anywhere: bool = False,
    ) -> None:
        self.outside = outside
        self.anywhere = anywhere
        self.numbers = numbers
        self.steps = steps
        self._first = int(numbers[0, 0])
        self._place = np.full(int(numbers[-1, -1]) + 1 - self._first, -1)
        self._place[numbers.reshape(-1) - self._first] = np.arange(numbers.size)
        self.inputs: list[BodyInput] = []
        self.known: dict[Hashable, int] = {}
        self.rows: list[Members] = []
        self.classes = list(map(self._class, steps))
        if not any(isinstance(each, EarlierStep | AnyStep) for each in self.inputs):
            raise UnlikeSteps("few of them read what a step before has given")

    def joined(self) -> tuple[list[BodyInput], Made]:
        """The inputs, with rows of one class as one; and where inputs and classes are.

        Classes come after inputs, and `rows` after these. If a step reads many classes of one that
        was before, their numbers are carried as one row.
        """
        inputs: list[BodyInput] = []
        made: dict[int, Read] = {}
        rows: dict[int, list[tuple[int, StepRow]]] = {}
        carried: dict[int, list[tuple[int, EarlierStep]]] = {}
        for k, each in enumerate(self.inputs):
            if isinstance(each, StepRow):
                rows.setdefault(each.read.source, []).append((k, each))
            elif isinstance(each, EarlierStep):
                carried.setdefault(each.lag, []).append((k, each))
            else:
                made[k] = Read(len(inputs), np.arange(count_of(each)))
                inputs.append(each)
        for several in carried.values():
            parts = [several] if len(several) >= _MANY_CARRIED else [[each] for each in several]
            for part in parts:
                take_parts(part, len(inputs), made)
                inputs.append(self._row_of([each for _, each in part]))
        for source, reads in rows.items():
            size = take_parts(reads, len(inputs), made)
            places = [each.read.places.reshape(-1, each.size) for _, each in reads]
            inputs.append(StepRow(Read(source, np.concatenate(places, axis=1).reshape(-1)), size))
        for j, members in enumerate([*self.classes, *self.rows]):
            made[BODY + j] = Read(len(inputs) + j, np.arange(members.count))
        return inputs, made

    def _row_of(self, parts: Sequence[EarlierStep]) -> EarlierStep:
        """What is carried from one earlier step, as one row."""
        if len(parts) == 1:
            return parts[0]
        places = np.concatenate([each.made.places for each in parts])
        sources = np.repeat([each.made.source for each in parts], list(map(count_of, parts)))
        number, lag = BODY + len(self.classes) + len(self.rows), parts[0].lag
        row = Gathered(sources, places, np.zeros(0))
        self.rows.append(Members(GATHERED, len(places), gathered=row))
        first, then = (
            np.concatenate([getattr(each.initial, name).reshape(lag, -1) for each in parts], axis=1)
            for name in ("sources", "places")
        )
        initial = Gathered(first.reshape(-1), then.reshape(-1), np.zeros(0))
        return EarlierStep(Read(number, np.arange(len(places))), lag, initial)

    def _class(self, steps: StepClasses) -> Members:
        """A class of the body, from those of all steps."""
        if steps.last.op is PICKED:
            raise UnlikeSteps(_PICKED)
        if steps.gathered:
            return replace(steps.last, gathered=self._gathered(steps.gathered, _OTHER_ROWS))
        if steps.chains:
            return replace(steps.last, chain=self._chain(steps.chains))
        if steps.terms or steps.added is not None:
            return self._sum(steps)
        return replace(steps.last, operands=tuple(map(self._operand, steps.operands)))

    def _operand(self, steps: StepReads | Floats) -> Read | Floats:
        """An operand, from those of all steps."""
        if isinstance(steps, StepReads):
            return self._read(steps)
        numbers: Floats = steps[0]
        return numbers if are_same(steps) else self._sliced(steps)

    def _found(self, sources: Ints) -> tuple[Ints, Ints]:
        """Of which step some classes are, and which class of it; steps are -1 for all others."""
        inside = sources - self._first
        is_near = (inside >= 0) & (inside < len(self._place))
        places = np.where(is_near, self._place[np.where(is_near, inside, 0)], -1)
        step, of = np.divmod(places, self.numbers.shape[1])
        return step, of

    def _read(self, steps: StepReads) -> Read:
        """What is read in the body, from the reads of all steps."""
        step, of = self._found(steps.sources)
        is_regular = are_regular(steps, step, of, _MOST_STEPS_BEFORE)
        if self.anywhere and not is_regular and (step >= 0).any():
            return self._looked_up(steps, step, of)
        if step[-1] >= 0:
            return self._inner(steps, step, of, is_regular=is_regular)
        if (step >= 0).any():
            raise UnlikeSteps("some read what steps before have given where others read what was "
                              "there before all of them; let each read the same state")  # fmt: skip
        reads = self.outside.made.moved(steps)
        if reads.is_same:
            source = int(reads.sources[0])
            count = self.outside.classes[source].count
            wanted = SameForAll(source, count)
            return Read(self._input(("invariant", source), wanted), reads.places[0])
        return self._sliced(reads)

    def _inner(self, steps: StepReads, step: Ints, of: Ints, *, is_regular: bool) -> Read:
        """What a step reads of itself, or of a step before."""
        lag, j = len(step) - 1 - int(step[-1]), int(of[-1])
        wanted = steps.places[-1]
        if lag > _MOST_STEPS_BEFORE:
            raise UnlikeSteps(
                f"each reads what was given {lag} steps before, and "
                f"{_MOST_STEPS_BEFORE} are the most; hand it on step by step"
            )
        if not is_regular:
            raise UnlikeSteps("they read places that differ from step to step; let each read the "
                              "same places of the state")  # fmt: skip
        if not lag:
            return Read(BODY + j, wanted)
        initial = self.outside.made.moved(steps.between(0, lag))
        return Read(self._carried(j, lag, wanted, initial), wanted)

    def _looked_up(self, steps: StepReads, step: Ints, of: Ints) -> Read:
        """What a step reads of any step before, or of what was there before all of them."""
        is_inside = step >= 0
        if steps.places.shape[1] > 1 or (step == np.arange(len(step))).any():
            raise UnlikeSteps("some read what steps before have given, and others what they have "
                              "given themselves; let each read the same state")  # fmt: skip
        moved = self.outside.made.moved(StepReads(steps.sources[~is_inside],
                                                  steps.places[~is_inside]))  # fmt: skip
        key = ("looked up", step.tobytes(), of.tobytes(), steps.places[is_inside].tobytes(),
               moved.sources.tobytes(), moved.places.tobytes())  # fmt: skip
        which = np.zeros(len(step), dtype=np.int64)
        inside = np.stack([of[is_inside] + BODY, steps.places[is_inside, 0]], axis=1)
        outside = np.stack([moved.sources, moved.places[:, 0]], axis=1)
        made, which[is_inside] = _distinct(inside)
        initial, which[~is_inside] = _distinct(outside)
        return Read(self._input(key, AnyStep(step, which, made, initial)), np.zeros(1, np.int64))

    def _carried(self, j: int, lag: int, wanted: Ints, initial: StepReads) -> int:
        """The number of the input for class `j` of an earlier step, which starts as `initial`."""
        count = self.steps[j].last.count
        nothing = Gathered(
            np.full(lag * count, NOTHING), np.zeros(lag * count, np.int64), np.zeros(0)
        )
        number = self._input(
            ("carried", j, lag), EarlierStep(Read(BODY + j, np.arange(count)), lag, nothing)
        )
        carried = self.inputs[number]
        assert isinstance(carried, EarlierStep)
        sources, places, _ = carried.initial
        for row, (source, read) in enumerate(zip(*initial, strict=True)):
            mine = row * count + wanted
            is_known = sources[mine] != NOTHING
            if (sources[mine][is_known] != source).any() or (
                places[mine][is_known] != read[is_known]).any():  # fmt: skip
                raise UnlikeSteps("the first of them begin with other numbers for one reader of "
                                  "the state than for another")  # fmt: skip
            sources[mine], places[mine] = source, read
        return number

    def _sliced(self, steps: StepReads | Floats) -> Read:
        """The numbers of which each step reads others."""
        rows = steps if isinstance(steps, StepReads) else (steps,)
        key = ("sliced", *(each.tobytes() for each in rows))
        if key not in self.known:
            read = self.outside.one(steps)
            count = rows[-1].shape[1]
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
        terms = self._gathered([each.terms for each in steps], _OTHER_MAXIMA)
        return ScanTerms(terms, steps[-1].counts)

    def _gathered(self, steps: Sequence[Gathered], why: str) -> Gathered:
        """Numbers of several classes, from those of all steps; `why` these may be no loop."""
        last = steps[-1]
        sources, places = last.sources.copy(), last.places.copy()
        numbers = last.numbers.tobytes()
        if any(each.numbers.tobytes() != numbers for each in steps):
            raise UnlikeSteps(why)
        every = np.stack([each.sources for each in steps])
        for source, mine in places_by_number(last.sources).items():
            kinds = every[:, mine]
            is_number = kinds[:, 0] == NUMBER
            if (kinds != kinds[:, :1]).any() or (is_number != (source == NUMBER)).any():
                raise UnlikeSteps(why)
            if source != NUMBER:
                rows = np.stack([each.places[mine] for each in steps])
                sources[mine], places[mine] = self._read(StepReads(kinds[:, 0], rows))
        return Gathered(sources, places, last.numbers)

    def _sum(self, steps: StepClasses) -> Members:
        """A class of sums of the body, from those of all steps."""
        inner: list[Terms] = []
        outer: list[StepTerms] = []
        for terms in steps.terms:
            if self._is_inside(terms.read):
                inner.append(Terms(*self._read(terms.read), terms.counts, terms.sign))
            else:
                outer.append(terms)
        if not outer and (steps.added is None or are_same(steps.added)):
            return replace(steps.last, terms=tuple(inner))
        return replace(steps.last, terms=(*inner, self._outer(outer, steps.added)), added=None)

    def _is_inside(self, read: StepReads) -> bool:
        """Whether the last step reads what a step has given; any step, if they look up anywhere."""
        wanted = read.sources if self.anywhere else read.sources[-1:]
        return bool((self._found(wanted)[0] >= 0).any())

    def _outer(self, groups: Sequence[StepTerms], added: Floats | None) -> Terms:
        """What sums read from outside, as one term: added up there if it is more than one."""
        if not groups:
            assert added is not None, "a sum has terms or numbers"
            return Terms(*self._sliced(added), np.ones(added.shape[1], dtype=np.int64))
        counts = groups[0].counts
        one = np.ones(len(counts), dtype=np.int64)
        if len(groups) == 1 and added is None and (counts == 1).all():
            return Terms(*self._read(groups[0].read), one, groups[0].sign)
        sums = summed_over(self.outside, groups, added)
        return Terms(*self._read_sums(sums, len(counts)), one)

    def _read_sums(self, sums: Members, count: int) -> Read:
        """What is read of sums outside: of all steps, or of one that is the same for all."""
        number = len(self.outside.classes)
        self.outside.classes.append(sums)
        if sums.count == count:
            wanted: BodyInput = SameForAll(number, count)
        else:
            wanted = StepRow(Read(number, np.arange(sums.count)), count)
        return Read(self._input(("sums", number), wanted), np.arange(count))


def _distinct(pairs: Ints) -> tuple[Gathered, Ints]:
    """The different pairs of a class and a place, and which of them each one is."""
    found, which = np.unique(pairs, axis=0, return_inverse=True)
    return Gathered(found[:, 0], found[:, 1], np.zeros(0)), which.reshape(-1)
