"""From the classes of a graph to array instructions.

Going back from the output, each class learns which of its members are needed; a class of products
that is only summed up is not, if the sums are matrix products. Going forward, each class that is
needed becomes an instruction or a few, and it is known where in an array its members are.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import NamedTuple

from ...primitives import BUILT_IN, CONSTANT, LEAF, PRIMITIVES
from ...value import Value
from ..arrays import Floats, Ints, np, places_by_number
from ..ir.builder import Builder
from ..kinds.views import View
from ..recording.columns import Looked, lookup_of
from ..recording.pytrees import leaf_numbers
from ..rolling.members import (
    NUMBER,
    PICKED,
    Gathered,
    LeafRole,
    Members,
    Read,
    Rolled,
    ScanTerms,
    Terms,
)
from .blocks import blocks_of, distinct
from .elementwise import Found, Operand, combined
from .maxima import ladders
from .parts import Part, factor_of, terms_of_some
from .products import contracted
from .rolled_loops import RolledLoop
from .sums import summed

# From how many different lengths on, sums of products are not taken for matrix products.
_MOST_LENGTHS = 4


class LeafArrays(NamedTuple):
    """The arrays of leaves in a program.

    - `arrays`: for each role, which instruction holds the leaves that have it; `place_of`: where in
      it a leaf is.
    - `categories`: which instruction has the categories of each example; `members`: of each picked
      node, which of its inputs it is.
    """

    arrays: Mapping[LeafRole, int]
    place_of: Mapping[Value, int]
    categories: int = -1
    members: Mapping[Value, Looked] = {}


class Lifter:
    """The classes of a graph while instructions are written for them."""

    def __init__(self, classes: Sequence[Members], draft: Builder, leaves: LeafArrays) -> None:
        self.classes = classes
        self.draft = draft
        self.leaves = leaves
        self.needed = [np.zeros(each.count, dtype=bool) for each in classes]
        self.parts: dict[tuple[int, int, int], list[Part]] = {}
        self.loops: dict[int, RolledLoop] = {}
        self.found: list[Found] = []

    def output(self) -> int:
        """The number of the instruction for the only member of the last class."""
        self.needed[-1][:] = True
        self.plan()
        self.find(len(self.classes))
        array, places = self.found[-1]
        return self.draft.view(array, View(int(places[0]), (), ()))

    def outputs(self) -> int:
        """The number of that for all inputs of the only member of the last class, in a row."""
        self.needed[-1][:] = True
        self.plan()
        self.find(len(self.classes) - 1)
        return self._row([self._operand(each, self.needed[-1])
                          for each in self.classes[-1].operands])  # fmt: skip

    def row_of(self, members: Sequence[Read]) -> int | None:
        """The number of the instruction for some members in a row, after `output`.

        None if the output does not need all of them, so that they may be nowhere.
        """
        if not all(self.needed[each.source][each.places].all() for each in members):
            return None
        return self._row([self.found[each.source].at(each.places) for each in members])

    def _row(self, operands: Sequence[Operand]) -> int:
        """The number of the instruction for some numbers in a row."""
        array, places = self._together(operands)
        return self.draft.at(array, np.concatenate(places))

    def _together(self, operands: Sequence[Operand]) -> tuple[int, list[Ints]]:
        """One array that has all operands, and the places of each in it."""
        starts: dict[int, int] = {}
        places, size = [], 0
        for operand in operands:
            if not isinstance(operand, Found):
                operand = Found(self.draft.constant(operand), np.arange(len(operand)))
            if operand.array not in starts:
                starts[operand.array] = size
                size += prod(self.draft.shape(operand.array))
            places.append(operand.places + starts[operand.array])
        return self.draft.joined(list(starts)), places

    def plan(self) -> None:
        """Find out which members are needed, for the members that are needed already."""
        planned: set[int] = set()
        for number in range(len(self.classes) - 1, -1, -1):
            loop = self.classes[number].rolled
            if loop is None:
                if self.needed[number].any():
                    self._plan(number)
            elif id(loop) not in planned:
                planned.add(id(loop))
                self._plan_loop(loop, number + 1)

    def find(self, count: int) -> None:
        """Find out where the members of so many classes are, the first ones first."""
        for number in range(len(self.found), count):
            self.found.append(self._found(number))

    def gathered(self, numbers: Gathered) -> Found:
        """The places of numbers of several classes, in one array."""
        starts: dict[int, int] = {}
        places, size = np.zeros(len(numbers.places), dtype=np.int64), 0
        for source, mine in places_by_number(numbers.sources).items():
            if source >= 0:
                found = self.found[source].at(numbers.places[mine])
            elif source == NUMBER:
                found = Found(self.draft.constant(numbers.numbers), numbers.places[mine])
            else:
                found = Found(self.draft.constant(np.zeros(1)), np.zeros(len(mine), dtype=np.int64))
            if found.array not in starts:
                starts[found.array] = size
                size += prod(self.draft.shape(found.array))
            places[mine] = found.places + starts[found.array]
        return Found(self.draft.joined(list(starts)), places)

    def need(self, source: int, places: Ints) -> None:
        """Remember that some members of a class are needed."""
        self.needed[source][places] = True

    def need_all(self, numbers: Gathered) -> None:
        """Remember that numbers of several classes are needed."""
        for source, mine in places_by_number(numbers.sources).items():
            if source >= 0:
                self.need(source, numbers.places[mine])

    def _plan_loop(self, rolled: Rolled, end: int) -> None:
        """Find out what a loop needs of others; its classes end before number `end`."""
        if id(rolled) not in self.loops:
            inside = Lifter(rolled.body, Builder(), LeafArrays({}, {}))
            self.loops[id(rolled)] = RolledLoop(rolled, inside, end - len(rolled.made))
        self.loops[id(rolled)].plan(self)

    def _plan(self, number: int) -> None:
        """Find out what a class needs of others, and whether it is made of matrix products."""
        each, needed = self.classes[number], self.needed[number]
        for operand in each.operands:
            if isinstance(operand, Read):
                self.need(operand.source, operand.places[needed])
        if each.gathered is not None:
            self.need_all(each.gathered.at(needed))
        if each.chain is not None:
            self.need_all(each.chain.terms.at(np.repeat(needed, each.chain.counts)))
        for terms in each.terms:
            self._plan_terms(number, terms_of_some(terms, needed))

    def _plan_terms(self, number: int, terms: Terms) -> None:
        """Find out whether the terms of a sum from one class are matrix products."""
        parts = self._parts_of(terms)
        if parts is None:
            self.needed[terms.source][terms.places] = True
            return
        self.parts[number, terms.source, terms.sign] = parts
        for left, right, blocks, _ in parts:
            for source, places in ((left, blocks.left), (right, blocks.right)):
                if isinstance(source, int):
                    self.needed[source][places] = True

    def _parts_of(self, terms: Terms) -> list[Part] | None:
        """The matrix products that give these sums; None if they are none."""
        products = self.classes[terms.source]
        lengths = np.unique(terms.counts)
        if products.op is not PRIMITIVES["mul"] or lengths[0] < 2 or len(lengths) > _MOST_LENGTHS:
            return None
        parts = []
        for length in lengths.tolist():
            mine = terms.counts == length
            rows = terms_of_some(terms, mine).places.reshape(-1, length)
            left, right = (factor_of(operand, rows) for operand in products.operands)
            blocks = blocks_of(left[1], right[1])
            if blocks is None:
                return None
            sources = (right[0], left[0]) if blocks.turned else (left[0], right[0])
            parts.append(Part(*sources, blocks, np.flatnonzero(mine)))
        return parts

    def _found(self, number: int) -> Found:
        """The places of the members of a class; only those of needed members mean something."""
        each, needed = self.classes[number], self.needed[number]
        if not needed.any():
            return Found(-1, np.zeros(0, dtype=np.int64))
        if each.rolled is not None:
            return self.loops[id(each.rolled)].found(self, number)
        if each.op is LEAF or each.op is CONSTANT:
            return self._leaves(each)
        if each.op is PRIMITIVES["sum"]:
            found = self._sum(number)
        elif each.chain is not None:
            found = (self._picked if each.op is PICKED else self._chain)(each, each.chain, needed)
        elif each.gathered is not None:
            found = self.gathered(each.gathered.at(needed))
        else:
            operands = [self._operand(operand, needed) for operand in each.operands]
            kind, detail = (each.op.name, None) if each.op.name in BUILT_IN else ("apply", each.op)
            found = combined(
                self.draft,
                lambda arrays: self.draft.add(kind, *arrays, detail=detail, **each.names),
                operands,
            )
        places = np.zeros(each.count, dtype=np.int64)
        places[needed] = found.places
        return Found(found.array, places)

    def _leaves(self, each: Members) -> Found:
        """The places of leaves; constants are in an array of their own."""
        if each.role is None:
            constant = self.draft.constant(leaf_numbers(each.values))
            return Found(constant, np.arange(each.count))
        place_of = self.leaves.place_of
        places = np.fromiter(map(place_of.__getitem__, each.values), np.int64, each.count)
        return Found(self.leaves.arrays[each.role], places)

    def _picked(self, each: Members, inputs: ScanTerms, members: Ints) -> Found:
        """The places of Values that are one of their inputs, by the categories of an example."""
        array, places = self._only(
            self.gathered(inputs.terms.at(np.repeat(members, inputs.counts)))
        )
        rows = np.split(places, np.cumsum(inputs.counts[members])[:-1])
        picked = [self.leaves.members[each.values[i]] for i in np.flatnonzero(members).tolist()]
        columns = [one._replace(numbers=row[one.numbers])
                   for one, row in zip(picked, rows, strict=True)]  # fmt: skip
        table = lookup_of(columns, prod(self.draft.shape(array)))
        number = self.draft.add("pick", array, self.leaves.categories, detail=table,
                                **each.names)  # fmt: skip
        return Found(number, np.arange(len(columns)))

    def _only(self, found: Found) -> Found:
        """The same numbers, in an array that has no others."""
        places, of = np.unique(found.places, return_inverse=True)
        if len(places) == prod(self.draft.shape(found.array)):
            return found
        return Found(self.draft.at(found.array, places), of.reshape(-1))

    def _operand(self, operand: Read | Floats, members: Ints) -> Operand:
        """The operand of some members."""
        if isinstance(operand, Read):
            return self.found[operand.source].at(operand.places[members])
        return operand[members]

    def _chain(self, each: Members, chain: ScanTerms, members: Ints) -> Found:
        """The places of the maxima of a class."""
        found = self.gathered(chain.terms.at(np.repeat(members, chain.counts)))
        return ladders(self.draft, found, chain.counts[members], each)

    def _sum(self, number: int) -> Found:
        """The places of the sums of a class."""
        each, (added, subtracted) = self.classes[number], self._summands(number)
        if len(added) == 1 and not subtracted and isinstance(added[0], Found):
            self.draft.called(added[0].array, **each.names)
            return added[0]
        kinds = ["add"] * len(added) + ["sub" if added else "add"] * len(subtracted)

        def write(arrays: list[int]) -> int:
            """Add them up, the first ones first; what is subtracted comes last."""
            total, names = arrays[0], each.names
            for kind, other in zip(kinds[1:], arrays[1:], strict=True):
                total = self.draft.add(kind, total, other, **names)
            return total if added else self.draft.add("neg", total, **names)

        return combined(self.draft, write, added + subtracted)

    def _summands(self, number: int) -> tuple[list[Operand], list[Operand]]:
        """The terms added, and the terms subtracted, for the sums of a class."""
        each, needed = self.classes[number], self.needed[number]
        added: list[Operand] = []
        subtracted: list[Operand] = []
        for terms in each.terms:
            mine = terms_of_some(terms, needed)
            found = added if mine.sign > 0 else subtracted
            if (number, mine.source, mine.sign) in self.parts:
                found.append(self._product(number, mine))
            else:
                read = self.found[mine.source].at(mine.places)
                found += summed(self.draft, read, mine.counts)
        if each.added is not None:
            added.append(each.added[needed])
        return added, subtracted

    def _product(self, number: int, terms: Terms) -> Found:
        """The sums of products from one class."""
        arrays, places, size = [], np.zeros(len(terms.counts), dtype=np.int64), 0
        for left, right, blocks, sums in self.parts[number, terms.source, terms.sign]:
            a, b = self._factor(left, blocks.left), self._factor(right, blocks.right)
            once = distinct(blocks._replace(left=a.places, right=b.places))
            factors = Found(a.array, once.left), Found(b.array, once.right)
            array = contracted(self.draft, factors, self.classes[number])
            places[sums] = once.places + size
            arrays.append(array)
            size += prod(self.draft.shape(array))
        return Found(arrays[0] if len(arrays) == 1 else self.draft.joined(arrays), places)

    def _factor(self, source: int | Floats, places: Ints) -> Found:
        """A factor of a matrix product."""
        if isinstance(source, int):
            found = self.found[source]
            return Found(found.array, found.places[places])
        return Found(self.draft.constant(source), places)
