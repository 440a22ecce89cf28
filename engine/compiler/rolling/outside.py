"""What steps read from outside of a loop: numbers of all steps in a row, and sums of them."""

from collections.abc import Sequence
from typing import Protocol

from ...primitives import PRIMITIVES
from ..arrays import Floats, np
from .members import Members, Read, merged
from .steps import Moved, StepReads, StepTerms, are_same


class OutsideLoop(Protocol):
    """The classes outside a loop, and where the members of old classes are among them."""

    classes: list[Members]
    made: Moved

    def one(self, reads: StepReads | Floats) -> Read:
        """The numbers of some rows, one row after another, as one read."""


def summed_over(
    outside: OutsideLoop,
    groups: Sequence[StepTerms],
    added: Floats | None,
    *,
    each_step: bool = False,
) -> Members:
    """A class outside that has the sums of all steps, from their terms by group or their numbers.

    If all steps add up the same, it has the sums of one step, unless `each_step` is true. Raises
    UnlikeSteps if what is read of an old class in one step is not outside.
    """
    rows = [outside.made.moved(each.read) for each in groups]
    are_alike = (added is None or are_same(added)) and all(each.is_same for each in rows)
    steps = len(groups[0].read.sources) if groups else len(added if added is not None else ())
    steps = 1 if are_alike and not each_step else steps
    pieces = [(outside.one(row.between(0, steps)), np.tile(terms.counts, steps), terms.sign)
              for row, terms in zip(rows, groups, strict=True)]  # fmt: skip
    numbers = None if added is None else added[:steps].reshape(-1)
    terms = merged(pieces)
    count = len(terms[0].counts) if numbers is None else len(numbers)
    return Members(PRIMITIVES["sum"], count, terms=terms, added=numbers)
