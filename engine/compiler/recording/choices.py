"""The choices that have occurred, and a trace of the function for each.

All choices of an example together are a combination. Up to 1,000 combinations that occur are traced
each. Of more, some are: one for each value of each choice, one for each order of the first four
(which are equal, which is larger), and 300 at random. Of those that occur later, the same is done,
at random until 1,000 have been traced so. What is read must then depend, in all traces, on one
choice, or on two, of which all pairs that occur are traced, or else all combinations are. So tables
grow with the values of each choice, not with their combinations. What no trace has shown is not
found: beyond 1,000 combinations, an exception for a single one of them, or for very few.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, islice
from math import prod
from typing import Any, NamedTuple

from ..arrays import Ints, np
from .categories import Categories, distinct_choices
from .columns import Looked, are_by, looked
from .examples import Choices, Shapes, Whole
from .outlines import Outline, Traces, Unlike, Wiring
from .pytrees import Nest

# Up to how many combinations are all traced; how many of more are, at random; and how many may be.
_ALL, _SAMPLE, _MOST = 1_000, 300, 200_000

# How many choices, the first ones, are compared with one another.
_COMPARED = 4

# The places of choices in a combination, by which something is looked up.
Cause = tuple[int, ...]

# trace(choices) is the outline of the function for a combination.
TraceOf = Callable[[Choices], Outline]


class ChoicesDiffer(ValueError):
    """Raised where a function does not record the same for all choices: they are no one program."""


class CategoryKinds:
    """By which choices something is looked up, and the categories that have occurred.

    - `kinds`: all choices together, or each by itself and some in pairs.
    - `arguments`: for each choice, the number of its argument; the choices of one share categories.
    """

    def __init__(
        self, kinds: Sequence[Cause], arguments: Sequence[int], traced: Sequence[Choices]
    ) -> None:
        self.kinds = kinds
        self._groups = [arguments[kind[0]] if len(kind) == 1 else -1 - i
                        for i, kind in enumerate(kinds)]  # fmt: skip
        self._categories = {group: Categories() for group in self._groups}
        keys = [[tuple(each[i] for i in kind) for each in traced] for kind in kinds]
        for group, mine in zip(self._groups, keys, strict=True):
            self._categories[group].add(mine)
        known = [self._categories[group].known for group in self._groups]
        self._codes = [np.array([of[each] for each in mine])
                       for of, mine in zip(known, keys, strict=True)]  # fmt: skip
        self._seen = [np.zeros(len(of) + 1, dtype=bool) for of in known]  # the last one is unknown
        for seen, codes in zip(self._seen, self._codes, strict=True):
            seen[codes] = True

    def codes(self, columns: Sequence[Any]) -> Ints | None:
        """The categories of each example, one of each kind; None if there are new ones."""
        found = []
        for kind, group, seen in zip(self.kinds, self._groups, self._seen, strict=True):
            codes = self._categories[group].codes([columns[place] for place in kind])
            if not seen[codes].all():
                return None
            found.append(codes)
        return np.stack(found, axis=1)

    def looked(self, kind: int, found: Ints) -> Looked:
        """What is looked up by a kind of category, from what is found in all traces."""
        group = self._groups[kind]
        return looked(kind, group, self._codes[kind], len(self._categories[group].known), found)

    def tables(self) -> list[tuple[Cause, dict[Choices, int]]]:
        """For each kind, the categories that have occurred, with their numbers."""
        return [
            (kind, {choices: code for choices, code in self._categories[group].known.items()
                    if seen[code]})
            for kind, group, seen in zip(self.kinds, self._groups, self._seen, strict=True)
        ]  # fmt: skip


class SettledChoices(NamedTuple):
    """All traces as one.

    - `kinds`: the kinds of categories; `by`: for each column of the wiring, the number of its kind.
    """

    wiring: Wiring
    kinds: CategoryKinds
    by: list[int]

    def looked(self, column: int, found: Any) -> Looked:
        """What is looked up in a column, from what is found in each trace."""
        return self.kinds.looked(self.by[column], found)

    def says(self) -> Any:
        """All that a program is made from, to be compared."""
        found = [self.looked(i, column) for i, column in enumerate(self.wiring.columns)]
        tables = [(each.kind, each.numbers.tobytes(), each.known.tobytes()) for each in found]
        return self.wiring.reads, self.kinds.tables(), tables


class Combinations:
    """All combinations of choices that have occurred, and the traces of some of them.

    - `settled`: these traces as one; `nest`: the shape of what the function gives.
    """

    def __init__(self, shapes: Shapes) -> None:
        sizes = [prod(each.shape) for each in shapes if isinstance(each, Whole)]
        self._arguments = [i for i, size in enumerate(sizes) for _ in range(size)]
        self._every: Cause = tuple(range(len(self._arguments)))
        self._occurred: dict[Choices, None] = {}
        self._traced: dict[Choices, None] = {}
        self._orders: set[int] = set()
        self._traces = Traces()
        self._spare: dict[Choices, Outline] = {}
        self._checked = 0
        self._pairs: set[Cause] = set()
        self.settled: SettledChoices | None = None
        self.nest: Nest | None = None

    def codes(self, columns: Sequence[Any]) -> Ints | None:
        """The categories of each example; None if some combinations must be traced before."""
        if self.settled is None or (self._are_many and self._may_tell(columns)):
            return None
        return self.settled.kinds.codes(columns)

    def meet(self, columns: Sequence[Any], trace: TraceOf) -> Ints:
        """The categories of each example, after the tracing of what is to be traced.

        If that fails, the combinations that are new have not occurred; traces of them are kept
        until they do. Raises ChoicesDiffer if traces are not alike, and ValueError if there would
        be more than 200,000.
        """
        counts = len(self._occurred), len(self._traced), self._checked, {*self._pairs}
        new = [each for each in distinct_choices(columns)[0] if each not in self._occurred]
        try:
            self._occurred.update(dict.fromkeys(new))
            wanted = self._wanted(new)
            known = None if self.settled is None else self.settled.kinds.codes(columns)
            if known is not None and not wanted:
                return known
            self._add(wanted, trace)
            settled = self._settle(trace)
        except BaseException:
            occurred, traced, self._checked, self._pairs = counts
            self._occurred = dict.fromkeys(islice(self._occurred, occurred))
            self._traced = dict.fromkeys(islice(self._traced, traced))
            self._orders = {*map(_order, self._traced)}
            self._traces.forget(traced)
            raise
        self._spare.clear()
        if self.settled is None or settled.says() != self.settled.says():
            self.settled = settled
        codes = self.settled.kinds.codes(columns)
        assert codes is not None, "all that is new has been traced"
        return codes

    def _may_tell(self, columns: Sequence[Any]) -> bool:
        """Whether a trace for one of many examples may show what no trace has shown."""
        return self._checked < _ALL or not self._orders.issuperset(np.unique(_order(columns)))

    @property
    def _are_many(self) -> bool:
        """Whether there are too many combinations to trace all of them."""
        return len(self._every) > 1 and len(self._occurred) > _ALL

    def _add(self, choices: Iterable[Choices], trace: TraceOf) -> None:
        """Trace the function for some combinations."""
        for each in choices:
            if len(self._traced) == _MOST:
                raise ValueError(f"there are more than {_MOST:,} choices, where each combination "
                                 "counts if what is looked up depends on all of them: give what is "
                                 "to be computed with as floats, and what is looked up by as rows "
                                 "of 0.0 and 1.0")  # fmt: skip
            outline = self._spare.get(each) or trace(each)
            if len(self._spare) < _ALL:
                self._spare[each] = outline
            self.nest = self.nest if self._traced else outline.nest
            if outline.nest != self.nest:
                raise ChoicesDiffer("the function does not give Values in lists of the same shape "
                                    "for all choices: compile one for each")  # fmt: skip
            self._traces.add(outline)
            self._traced[each] = None
            self._orders.add(_order(each))

    def _wanted(self, new: Sequence[Choices]) -> list[Choices]:
        """The combinations to be traced, of those that are new."""
        if not self._are_many:
            return list(new)
        seen = {key for each in self._traced for key in _keys(each)}
        wanted: list[Choices] = []
        others: list[Choices] = []
        for each in new:
            keys = _keys(each)
            (others if seen.issuperset(keys) else wanted).append(each)
            seen.update(keys)
        return wanted + self._sample(others)

    def _sample(self, others: Sequence[Choices]) -> list[Choices]:
        """Some combinations at random."""
        count = min(len(others), _SAMPLE, _ALL - self._checked)
        self._checked += count
        return _some(others, count)

    def _settle(self, trace: TraceOf) -> SettledChoices:
        """All traces as one, after further traces where it is not clear on what something depends.

        Raises ChoicesDiffer if they are not alike.
        """
        while True:
            wiring = self._wiring()
            traced = list(self._traced)
            if not self._are_many:
                kinds = CategoryKinds([self._every], self._arguments, traced)
                return SettledChoices(wiring, kinds, [0] * len(wiring.columns))
            causes = self._causes(wiring.columns)
            missing = self._missing(wiring.columns, causes)
            if not missing:
                by = [each[0] for each in causes]
                singles = [(place,) for place in self._every]
                names = list(dict.fromkeys([*singles, *by]))
                kinds = CategoryKinds(names, self._arguments, traced)
                return SettledChoices(wiring, kinds, [names.index(each) for each in by])
            self._add(missing, trace)

    def _wiring(self) -> Wiring:
        """All traces as one, or ChoicesDiffer."""
        try:
            return self._traces.wiring()
        except Unlike as error:
            traced = list(self._traced)
            one, other = (traced[i] if len(self._every) > 1 else traced[i][0] for i in error.traces)
            raise ChoicesDiffer(
                "the function does not record the same for all choices: "
                f"{error.one} for {one}, where there is {error.other} for {other}. A choice may "
                "decide what is looked up and which numbers are computed with, not the operations: "
                "give what decides as rows of 0.0 and 1.0, and multiply by these; or compile one "
                "function for each"
            ) from error

    def _causes(self, columns: Sequence[Ints]) -> list[list[Cause]]:
        """For each column, the choices on which it may depend: one, else two, else all.

        Those of the fewest different values come first, of which most is known.
        """
        kinds: dict[Cause, int] = {}
        numbers = [_numbered(each) for each in zip(*self._traced, strict=True)]
        causes: list[list[Cause]] = [[] for _ in columns]
        for size in (1, 2):
            open_ones = [i for i, found in enumerate(causes) if not found]
            table = np.array([columns[i] for i in open_ones])
            for kind in combinations(self._every, size) if open_ones else ():
                codes = numbers[kind[0]] * len(self._traced) + numbers[kind[-1]]
                kinds[kind] = len(np.unique(codes))
                for i, is_cause in zip(open_ones, are_by(codes, table), strict=True):
                    if is_cause:
                        causes[i].append(kind)
        return [sorted(found, key=kinds.__getitem__) or [self._every] for found in causes]

    def _missing(self, columns: Sequence[Ints], causes: Sequence[Sequence[Cause]]) -> list[Choices]:
        """The combinations that must be traced for columns with such causes."""
        missing: dict[Choices, None] = {}
        for kind in {each[0] for each in causes if len(each[0]) > 1}:
            known = {tuple(each[i] for i in kind) for each in (*self._traced, *missing)}
            for each in self._occurred:
                key = tuple(each[i] for i in kind)
                if key not in known:
                    known.add(key)
                    missing[each] = None
            if kind not in self._pairs:
                self._pairs.add(kind)
                others = [each for each in self._occurred
                          if each not in self._traced and each not in missing]  # fmt: skip
                missing.update(dict.fromkeys(_some(others, min(len(others), _SAMPLE))))
        for column, kinds in zip(columns, causes, strict=True):
            if len(kinds) > 1 and len(kinds[0]) == 1:
                missing.update(dict.fromkeys(self._telling(column, kinds)))
        return list(missing)

    def _telling(self, column: Ints, kinds: Sequence[Cause]) -> list[Choices]:
        """Combinations in which a column is not the same by one choice as by another."""
        found = []
        numbers = column.tolist()
        first, *others = [
            {each[kind[0]]: number for each, number in zip(self._traced, numbers, strict=True)}
            for kind in kinds
        ]
        for kind, other in zip(kinds[1:], others, strict=True):
            untold = (each for each in self._occurred
                      if first[each[kinds[0][0]]] != other[each[kind[0]]])  # fmt: skip
            found += [*islice(untold, 1)]
        return found


def _some(choices: Sequence[Choices], count: int) -> list[Choices]:
    """So many of some choices, at random, the same in every run."""
    places = np.random.default_rng(0).choice(len(choices), count, replace=False)
    return [choices[i] for i in places.tolist()]


def _numbered(values: Sequence[int]) -> Ints:
    """A number for each of some whole numbers, of any size, the same for equal ones."""
    numbers = {each: i for i, each in enumerate(dict.fromkeys(values))}
    return np.array([numbers[each] for each in values])


def _keys(choices: Choices) -> list[Any]:
    """What a combination shows: the value of each choice, and the order of the first few."""
    return [*enumerate(choices), _order(choices)]


def _order(choices: Sequence[Any]) -> Any:
    """A number for the order of the first few choices: of one example, or, in arrays, of each."""
    found: Any = 0
    for a, b in combinations(choices[:_COMPARED], 2):
        found = 3 * found + (a > b) - (a < b)
    return found
