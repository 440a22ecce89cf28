"""The sums of a fold in columns: their terms in groups by class, and the plain numbers added up."""

from ..arrays import Floats, Ints, np
from ..folding.hashed import FoldedGraph, SumTerms
from .located import Located
from .members import Terms
from .steps import StepReads, StepTerms


class SumColumns:
    """The terms of all sums in columns: class by class, in groups of terms from one class.

    - `numbers`: the classes that are sums.
    """

    def __init__(self, found: FoldedGraph, at: Located, numbers: Ints) -> None:
        self._at, self.numbers = at, numbers
        is_sum = np.zeros(len(at.counts), dtype=bool)
        is_sum[numbers] = True
        sums = found.terms_of(at.nodes[is_sum[at.classes]])
        self._index = np.full(len(at.counts), -1)
        self._index[numbers] = np.arange(len(numbers))
        self._starts = np.cumsum(at.counts[numbers]) - at.counts[numbers]
        self._add_up(sums)
        self._group(sums)

    def _add_up(self, sums: SumTerms) -> None:
        """Fill in the plain numbers of each sum, added up; x + -0 is x, for 0 and -0 too."""
        count = len(sums.counts)
        self._added, has_numbers = np.full(count, -0.0), np.zeros(count, dtype=bool)
        for i, numbers in sums.numbers.items():
            total = -0.0
            for number in numbers:
                total += number
            self._added[i], has_numbers[i] = total, True
        self.has_numbers = np.zeros(len(self.numbers), dtype=bool)
        if count:
            self.has_numbers[:] = np.logical_or.reduceat(has_numbers, self._starts)

    def _group(self, sums: SumTerms) -> None:
        """Fill in the terms: the groups of a class in the order of their first terms."""
        at, lengths = self._at, sums.counts
        owners = np.repeat(np.arange(len(lengths)), lengths)
        of = np.repeat(np.arange(len(self.numbers)), at.counts[self.numbers])[owners]
        key = (of * len(at.counts) + sums.classes) * 2 + (sums.signs < 0)
        groups, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        rank = np.empty(len(groups), dtype=np.int64)
        rank[np.argsort(first)] = np.arange(len(groups))
        first = np.sort(first)
        rank = rank[inverse.reshape(-1)]
        order = np.argsort(rank, kind="stable")
        self._places = at.places[at.rows(sums.nodes)][order]
        self._term_ends = np.cumsum(np.bincount(rank, minlength=len(groups)))
        self._signs, self._sources = sums.signs[first], sums.classes[first]
        self._owners = of[first]
        sizes = at.counts[self.numbers][self._owners]
        self._count_ends = np.cumsum(sizes)
        slots = (self._count_ends - sizes)[rank] + owners - self._starts[of]
        self._counts = np.bincount(slots, minlength=int(sizes.sum()))
        self._group_ends = np.cumsum(np.bincount(self._owners, minlength=len(self.numbers)))

    def parts(self) -> tuple[Ints | Floats, ...]:
        """All sums, in arrays."""
        return (self.numbers, self._group_ends, self._sources, self._signs, self._term_ends,
                self._places, self._counts, self._added, self.has_numbers)  # fmt: skip

    def of(self, number: int) -> tuple[tuple[Terms, ...], Floats | None]:
        """The terms of a class, and the plain numbers among them."""
        terms = tuple(
            Terms(int(self._sources[group]), self._places[self._terms_in(group)],
                  self._counts[self._counts_in(group)], int(self._signs[group]))
            for group in self._groups(number)
        )  # fmt: skip
        return terms, self._added_to(number)

    def of_steps(self, numbers: Ints) -> tuple[tuple[StepTerms, ...], Floats | None]:
        """The terms of classes that are alike, and the plain numbers among them."""
        last, index = int(numbers[-1]), self._index[numbers]
        groups = self._groups(last)
        starts = self._group_ends[index] - len(groups)
        terms = []
        for i, group in enumerate(groups):
            size = len(self._places[self._terms_in(group)])
            places = (self._term_ends[starts + i] - size)[:, None] + np.arange(size)
            reads = StepReads(self._sources[starts + i], self._places[places])
            counts = self._counts[self._counts_in(group)]
            terms.append(StepTerms(reads, counts, int(self._signs[group])))
        rows = self._starts[index][:, None] + np.arange(int(self._at.counts[last]))
        return tuple(terms), self._added[rows] if self.has_numbers[index[-1]] else None

    def sources(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Some classes with each class that they read, in two columns."""
        wanted = np.zeros(len(self.numbers), dtype=bool)
        index = self._index[numbers]
        wanted[index[index >= 0]] = True
        mine = wanted[self._owners]
        return self.numbers[self._owners[mine]], self._sources[mine]

    def token(self, number: int) -> tuple[bytes, bytes, bool]:
        """What the sums of a class have in common with those that add up the same way."""
        groups = self._groups(number)
        if not groups:
            return b"", b"", True
        counts = slice(self._counts_in(groups[0]).start, self._counts_in(groups[-1]).stop)
        return (self._counts[counts].tobytes(), self._signs[groups.start : groups.stop].tobytes(),
                bool(self.has_numbers[self._index[number]]))  # fmt: skip

    def _groups(self, number: int) -> range:
        index = int(self._index[number])
        return range(int(self._group_ends[index - 1]) if index else 0, int(self._group_ends[index]))

    def _terms_in(self, group: int) -> slice:
        return slice(self._term_ends[group - 1] if group else 0, self._term_ends[group])

    def _counts_in(self, group: int) -> slice:
        return slice(self._count_ends[group - 1] if group else 0, self._count_ends[group])

    def _added_to(self, number: int) -> Floats | None:
        index = int(self._index[number])
        if not self.has_numbers[index]:
            return None
        start = int(self._starts[index])
        return self._added[start : start + int(self._at.counts[number])]
