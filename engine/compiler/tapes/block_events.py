"""Terms of examples that go to scalars one by one, since some of the scalars are picked.

An example reads a row of an embedding, say: eight neighbours get a term each, by the same factor.
Such terms are one event.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..arrays import np
from ..native_backend.tape.tables import WIDTHS
from .block_codes import BlockSpot


class BlockEvent(NamedTuple):
    """A term that goes to a scalar, or to that of a choice.

    - `targets`: the scalar, or one for each choice; None where it is not wanted.
    - `one`, `other`: a row, and what it is multiplied by; a scalar only if some target is picked.
    """

    targets: tuple[int | None, ...]
    one: int
    other: BlockSpot


class ScatteredTotals(NamedTuple):
    """Totals of scalars that are picked.

    - `events`: the table; `scalars`, `places`: the scalars, and where the total of each of them is.
    - `end`: the place behind all totals.
    """

    events: list[int]
    scalars: list[int]
    places: range
    end: int


# A factor: the number of a scalar, or the place of a row, and whether it is that of a scalar.
_Factor = tuple[int, bool]


class _Term(NamedTuple):
    """A term: the places of its total, -1 where it is not wanted, and its factors."""

    places: Any
    factors: tuple[_Factor, _Factor]


class _Neighbours(NamedTuple):
    """Terms of neighbours: the places of the first total, the common factor, the first other."""

    places: Any
    one: _Factor
    some: _Factor


def scattered_totals(
    events: Sequence[BlockEvent], place: Mapping[int, int], start: int, columns: list[int]
) -> ScatteredTotals:
    """The totals of some events, from a place on; `place` tells that of each row.

    What is not wanted goes to totals of its own. The columns are added to `columns`.
    """
    scalars = sorted({each for event in events for each in event.targets if each is not None})
    there: dict[int | None, int] = {each: start + i for i, each in enumerate(scalars)}
    there[None] = -1
    known: dict[tuple[int | None, ...], Any] = {}
    terms = []
    for targets, one, other in events:
        if targets not in known:
            known[targets] = np.array([there[each] for each in targets])
        second = (place[other.number], False) if other.is_row else (other.number, True)
        terms.append(_Term(known[targets], ((place[one], False), second)))
    table, unwanted = _Events(columns, start + len(scalars)), WIDTHS[0]
    table.add(terms)
    places = range(start, start + len(scalars))
    return ScatteredTotals(table.table, scalars, places, places.stop + unwanted)


class _Events:
    """A table of events while it is written, and columns.

    - `unwanted`: where terms go that are not wanted.
    """

    def __init__(self, columns: list[int], unwanted: int) -> None:
        self.table: list[int] = []
        self._columns, self._unwanted = columns, unwanted
        self._known: dict[bytes, int] = {}

    def add(self, terms: Sequence[_Term]) -> None:
        """Add terms in order, several at a time where they are neighbours."""
        start = 0
        while start < len(terms):
            tried = (self._some(terms[start : start + width], width) for width in WIDTHS)
            kind, found = next((kind, each) for kind, each in enumerate(tried) if each is not None)
            self._add(kind, *found)
            start += WIDTHS[kind]

    @staticmethod
    def _some(terms: Sequence[_Term], width: int) -> _Neighbours | None:
        """Terms from the first to the last total, or the other way round; None if apart."""
        if len(terms) < width:
            return None
        return _together(terms) or _together(terms[::-1])

    def _add(self, kind: int, places: Any, one: _Factor, some: _Factor) -> None:
        """Add an event."""
        key = places.tobytes()
        if key not in self._known:
            self._known[key] = len(self._columns)
            self._columns += np.where(places < 0, self._unwanted, places).tolist()
        is_picked = len(places) > 1
        number = 4 * kind + 2 * one[1] + some[1]
        self.table += [self._known[key], is_picked, one[0], some[0], number]


def _together(terms: Sequence[_Term]) -> _Neighbours | None:
    """Terms that go to neighbours, of which all have a factor; None if they are others."""
    first = terms[0].places
    for i, each in enumerate(terms):
        wanted = np.where(first < 0, -1, first + i)
        if len(each.places) != len(first) or not np.array_equal(each.places, wanted):
            return None
    for same in (0, 1):
        one, (some, is_scalar) = terms[0].factors[same], terms[0].factors[1 - same]
        if all(each.factors[same] == one and each.factors[1 - same] == (some + i, is_scalar)
               for i, each in enumerate(terms)):  # fmt: skip
            return _Neighbours(first, one, (some, is_scalar))
    return None
