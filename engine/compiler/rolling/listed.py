"""Classes in a list, of which many at a time can be had in arrays: those of the body of a loop."""

from collections.abc import Hashable, Iterator, Sequence

from ...primitives import CONSTANT, LEAF
from ..arrays import Floats, Ints, np
from .members import PICKED, ROLLED, Members, Read, Terms, moved_class
from .steps import Moved, StepClasses, StepReads, StepTerms

# What only one class does: leaves, and what loops have made, are like nothing else.
ALONE = frozenset((LEAF, CONSTANT, ROLLED))


class ListedClasses:
    """Classes in a list."""

    def __init__(self, classes: Sequence[Members]) -> None:
        self._classes = classes

    def __len__(self) -> int:
        return len(self._classes)

    def __getitem__(self, number: int) -> Members:
        return self._classes[number]

    def moved(self, number: int, made: Moved) -> Members:
        """A class whose inputs are among other classes now."""
        return moved_class(self._classes[number], made)

    def counts(self) -> Ints:
        """The number of members of each class."""
        return np.array([each.count for each in self._classes], dtype=np.int64)

    def tokens(self) -> Ints:
        """A number for what each class does, whichever classes it reads; equal for equal steps."""
        known: dict[Hashable, int] = {}
        return np.array([known.setdefault(token_of(each, place), len(known))
                         for place, each in enumerate(self._classes)])  # fmt: skip

    def reads(self, start: int, end: int) -> tuple[Ints, Ints]:
        """Each class from `start` to `end` with each class that it reads, in two columns."""
        pairs = [(number, source) for number in range(start, end)
                 for source in self._classes[number].reads]  # fmt: skip
        owners, sources = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return owners, sources

    def of_steps(self, numbers: Ints) -> StepClasses:
        """The class of each step; all have the same token."""
        steps = [self._classes[number] for number in numbers.tolist()]
        added = [each.added for each in steps if each.added is not None]
        return StepClasses(
            steps[-1],
            tuple(map(_operand, zip(*(each.operands for each in steps), strict=True))),
            tuple(map(_terms, zip(*(each.terms for each in steps), strict=True))),
            np.stack(added) if added else None,
            [each.chain for each in steps if each.chain is not None],
            [each.values for each in steps],
            [each.gathered for each in steps if each.gathered is not None],
        )


def class_arrays(each: Members) -> Iterator[Ints | Floats]:
    """What the members of a class that is no sum are made of, in arrays."""
    for operand in each.operands:
        if isinstance(operand, Read):
            yield np.array([operand.source])
            yield operand.places
        else:
            yield operand
    if each.chain is not None:
        yield from each.chain.terms
        yield each.chain.counts


def token_of(each: Members, place: int) -> Hashable:
    """What a class does, whichever classes it reads; `place` is its own.

    What is picked is like all that is picked, of however many Values; so are numbers of several
    classes in a row.
    """
    if each.op in ALONE:
        return place
    if each.op is PICKED or each.gathered is not None:
        return each.op, each.count, each.is_open
    terms = tuple((one.counts.tobytes(), one.sign) for one in each.terms)
    chain = None if each.chain is None else each.chain.counts.tobytes()
    reads = tuple(isinstance(one, Read) for one in each.operands)
    return each.op, each.count, reads, terms, chain, each.added is None, each.is_open


def _operand(steps: Sequence[Read | Floats]) -> StepReads | Floats:
    """An operand, from those of all steps; either all are read, or all are numbers."""
    reads = [each for each in steps if isinstance(each, Read)]
    if reads:
        return _reads(reads)
    return np.stack([each for each in steps if not isinstance(each, Read)])


def _reads(steps: Sequence[Read] | Sequence[Terms]) -> StepReads:
    """What is read in each step."""
    sources = np.array([each.source for each in steps], dtype=np.int64)
    return StepReads(sources, np.stack([each.places for each in steps]))


def _terms(steps: Sequence[Terms]) -> StepTerms:
    """Terms, from those of all steps."""
    return StepTerms(_reads(steps), steps[0].counts, steps[0].sign)
