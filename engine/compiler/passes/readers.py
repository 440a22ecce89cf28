"""The readers of what a loop looks up in its rows: the way of a gradient back to a number of a row.

Steps 2, 5, and 7 look up the number y of a row. Backward, each adds what the next reader has given:

    a[7] = c[7]      a[5] = c[5] + a[7]      a[2] = c[2] + a[5]      dy gets a[2]

where c[t] is what step t contributes. So a step backward looks up numbers in its rows, too.
"""

from collections.abc import Iterator, Mapping

from ..arrays import Ints, np
from ..kinds.details import Data
from ..kinds.loops import Addressed, Loop


class Readers:
    """The readers of all numbers in the rows of a loop.

    - `loop`: the loop; `columns`: the column of the backward rows that has what each input of the
      body contributes, for those that are looked up.
    - `width`, `lag`: the columns of the backward rows, and the rows from which they start: zeros.

    Several inputs may look up the same number in the same step: these are read together.
    """

    def __init__(self, loop: Loop, columns: Mapping[int, int], width: int, lag: int) -> None:
        self.loop = loop
        steps, first_row = np.arange(loop.steps), lag if loop.backward else 0
        self.nothing = 0 if loop.backward else loop.steps * width
        self._index = {i: k for k, i in enumerate(columns)}
        read = np.stack([_places(loop, i) for i in columns]).reshape(-1)
        when = np.tile(steps[:: -1 if loop.backward else 1], len(columns))
        mine = np.concatenate([(first_row + steps) * width + each for each in columns.values()])
        order = np.lexsort((when, read))
        is_new = np.diff(read[order], prepend=-1) != 0
        begins = is_new | (np.diff(when[order], prepend=-1) != 0)
        group, starts = np.cumsum(begins) - 1, np.flatnonzero(begins)
        within = np.arange(len(order)) - starts[group]
        together = np.full((len(starts) + 1, int(within.max()) + 1), self.nothing)
        together[group, within] = mine[order]
        places = read[order][starts]
        goes_on = np.append(places[1:] == places[:-1], False)
        following = np.where(goes_on[:, None], together[1:], self.nothing)
        self._next = np.full((len(read), together.shape[1]), self.nothing)
        self._next[order[starts]] = following
        self._first = np.full(((loop.lag + loop.steps) * loop.width, together.shape[1]),
                              self.nothing)  # fmt: skip
        is_first = is_new[starts]
        self._first[places[is_first]] = together[:-1][is_first]

    def after(self, i: int) -> Iterator[Addressed]:
        """What input `i` of the body adds to its own gradient: that of the next readers."""
        first = self._index[i] * self.loop.steps
        yield from self._looked(self._next[first : first + self.loop.steps])

    def of_steps(self, column: int) -> Iterator[Addressed]:
        """What has been read of a column, in the rows of all steps."""
        rows = self.loop.first_row + np.arange(self.loop.steps)
        yield from self._looked(self._first[rows * self.loop.width + column])

    def of_start(self) -> Iterator[tuple[Ints, Ints]]:
        """The places of the start that are read, and those of their gradients."""
        first = self.loop.start_row * self.loop.width
        start = self._first[first : first + self.loop.lag * self.loop.width]
        for each in start.T:
            wanted = np.flatnonzero(each != self.nothing)
            if wanted.size:
                yield wanted, each[wanted]

    def _looked(self, places: Ints) -> Iterator[Addressed]:
        """The places of a few numbers at each step, without numbers that are always zero."""
        for each in places.T:
            if (each != self.nothing).any():
                yield Addressed(Data(each))


def _places(loop: Loop, i: int) -> Ints:
    """The places that input `i` of the body looks up."""
    source = loop.sources[loop.body.instructions[i].detail.number]
    assert isinstance(source, Addressed), "only what is looked up has readers"
    places: Ints = source.places.array
    return places
