"""Where each node of a graph is: in which class, and which of its members."""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter

from ...value import Value
from ..arrays import Ints, np

_serial = attrgetter("serial")


class Located:
    """The members of all classes in one row, class by class, and where each Value is in it.

    - `counts`, `starts`: the number of members of each class, and the first row that it has.
    - `classes`, `places`: for each row its class, and which member of the class it is.
    """

    def __init__(self, members: Sequence[Sequence[Value]]) -> None:
        self.counts = np.fromiter(map(len, members), np.int64, len(members))
        ends = np.cumsum(self.counts)
        self.starts = ends - self.counts
        self.classes = np.repeat(np.arange(len(members)), self.counts)
        self.places = np.arange(len(self.classes)) - np.repeat(self.starts, self.counts)
        nodes = chain.from_iterable(members)
        serials = np.fromiter(map(_serial, nodes), np.int64, len(self.classes))
        self._order = np.argsort(serials, kind="stable")
        self._serials = serials[self._order]

    def rows(self, serials: Iterable[int], count: int) -> Ints:
        """The rows of the nodes with `count` serial numbers, which are all there."""
        wanted = np.fromiter(serials, np.int64, count)
        return self._order[np.searchsorted(self._serials, wanted)]

    def rows_of(self, values: Sequence[Value]) -> Ints:
        """The rows of some nodes."""
        return self.rows(map(_serial, values), len(values))
