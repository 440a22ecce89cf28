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


class _Term(NamedTuple):
    """A term: the places of its total, -1 where it is not wanted, and its factors.

    A factor is a number, and whether it is that of a scalar.
    """

    places: Any
    factors: tuple[tuple[int, bool], tuple[int, bool]]


def scattered(
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
            for kind, width in enumerate(WIDTHS):
                some = terms[start : start + width]
                found = _together(some, width) or _together(some[::-1], width)
                if found is not None:
                    self._add(kind, *found)
                    start += width
                    break

    def _add(self, kind: int, places: Any, one: tuple[int, bool], some: tuple[int, bool]) -> None:
        """Add an event."""
        key = places.tobytes()
        if key not in self._known:
            self._known[key] = len(self._columns)
            self._columns += np.where(places < 0, self._unwanted, places).tolist()
        is_picked = len(places) > 1
        number = 4 * kind + 2 * one[1] + some[1]
        self.table += [self._known[key], is_picked, one[0], some[0], number]


def _together(
    terms: Sequence[_Term], width: int
) -> tuple[Any, tuple[int, bool], tuple[int, bool]] | None:
    """The totals of neighbours, the factor that all have, and the first other one; or None."""
    if len(terms) < width:
        return None
    first = terms[0].places
    for i, each in enumerate(terms):
        if len(each.places) != len(first) or not np.array_equal(
            each.places, np.where(first < 0, -1, first + i)
        ):
            return None
    for same in (0, 1):
        one, (some, is_scalar) = terms[0].factors[same], terms[0].factors[1 - same]
        if all(each.factors[same] == one and each.factors[1 - same] == (some + i, is_scalar)
               for i, each in enumerate(terms)):  # fmt: skip
            return first, one, (some, is_scalar)
    return None
