"""The sums of a fold in columns: their terms in groups by class, and the plain numbers added up."""

from itertools import pairwise

from ..arrays import Floats, Ints, by_first, np
from ..folding.hashed import FoldedGraph, SumTerms
from .located import Located
from .members import Terms
from .steps import Moved, StepReads, StepTerms


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
        rank, first = by_first(key)
        order = np.argsort(rank, kind="stable")
        self._places = at.places[at.rows(sums.nodes)][order]
        self._term_ends = np.cumsum(np.bincount(rank, minlength=len(first)))
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

    def tokens(self) -> list[tuple[int, bytes, bytes, bool]]:
        """For each class what its sums have in common with those that add up the same way."""
        counts, signs, width = self._counts.tobytes(), self._signs.tobytes(), self._signs.itemsize
        ends = [0, *(width * self._group_ends).tolist()]
        count_ends = np.append(0, width * self._count_ends)[[0, *self._group_ends]].tolist()
        every = zip(pairwise(count_ends), pairwise(ends), self._at.counts[self.numbers].tolist(),
                    self.has_numbers.tolist(), strict=True)  # fmt: skip
        return [(size, counts[a:b], signs[c:d], has) for (a, b), (c, d), size, has in every]

    def size(self, number: int) -> int:
        """The number of classes of which members are added up, added and subtracted."""
        return len(self._groups(number))

    def moved(self, number: int, made: Moved) -> tuple[tuple[Terms, ...], Floats | None]:
        """The terms of a class, which are among other classes now, and the plain numbers.

        A sum of what each step gives has a group for each step; these become one.
        """
        groups = self._groups(number)
        mine = slice(groups.start, groups.stop)
        counts = self._counts[self._counts_in(groups[0]).start : self._counts_in(groups[-1]).stop]
        counts = counts.reshape(len(groups), -1)
        lengths = counts.sum(axis=1)
        terms = slice(self._terms_in(groups[0]).start, self._terms_in(groups[-1]).stop)
        places = self._places[terms] + np.repeat(made.starts[self._sources[mine]], lengths)
        sources, signs = made.classes[self._sources[mine]], self._signs[mine]
        kinds, first = by_first(2 * sources + (signs < 0))
        of = np.repeat(kinds, lengths)
        if len(first) < len(groups):
            sums = np.tile(np.arange(counts.shape[1]), len(groups))
            places = places[np.lexsort((np.repeat(sums, counts.reshape(-1)), of))]
            together = np.zeros((len(first), counts.shape[1]), dtype=np.int64)
            np.add.at(together, kinds, counts)
            counts = together
        ends = np.cumsum(np.bincount(of, minlength=len(first))).tolist()
        found = zip(first.tolist(), pairwise([0, *ends]), counts, strict=True)
        return tuple(
            Terms(int(sources[group]), places[a:b], each, int(signs[group]))
            for group, (a, b), each in found
        ), self._added_to(number)

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
