"""Sums that are made of matrix products, in parts: what is multiplied, and for which sums."""

from typing import NamedTuple

from ..arrays import Floats, Ints, np
from ..rolling.members import Read, Terms
from .blocks import Blocks


class Part(NamedTuple):
    """A matrix product that gives some of the sums of a class.

    - `left`, `right`: the classes whose members are multiplied, or plain numbers.
    - `blocks`: which of them, and where in the result the sums are.
    - `sums`: which sums, among those that are needed.
    """

    left: int | Floats
    right: int | Floats
    blocks: Blocks
    sums: Ints


def terms_of_some(terms: Terms, members: Ints) -> Terms:
    """The terms of some of the sums."""
    places = terms.places[np.repeat(members, terms.counts)]
    return Terms(terms.source, places, terms.counts[members], terms.sign)


def factor_of(operand: Read | Floats, rows: Ints) -> tuple[int | Floats, Ints]:
    """One factor of some products: a class, or plain numbers, each of them once."""
    if isinstance(operand, Read):
        return operand.source, operand.places[rows]
    bits, places = np.unique(operand[rows].view(np.int64), return_inverse=True)
    return bits.view(np.float64), places.reshape(rows.shape)
