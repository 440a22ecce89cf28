"""Steps that lack operations which others have, filled up so that all do the same.

    for t, z in enumerate(seen):
        x, p = x + v, p + q
        if z is not None:                       # some steps have no observation
            k = p / (p + r)
            x, p = x + k * (z - x), (1 - k) * p

What is missing in a step is computed for other numbers, and read by nobody. It reads nothing that
has a gradient, so that an infinite slope of it is no matter: numbers, what is missing too, and what
is there through a decision,

    if_equal(1 if this step has it else 0, 1, what is there, 1)

by which no gradient passes. So is decided what a step reads of itself if it is one thing in some
steps, and another one in others. Plain numbers with which a table begins are read as all else is.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ...primitives import PRIMITIVES
from ..arrays import Bools, Ints, np
from ..kinds.decisions import IF_EQUAL
from ..rolling.folded import FoldedClasses
from ..rolling.listed import ALONE
from ..rolling.members import (
    GATHERED,
    NUMBER,
    PICKED,
    Gathered,
    Members,
    Read,
    ScanTerms,
    Terms,
    moved_class,
    one_place,
)
from ..rolling.periods import Repeat
from ..rolling.steps import Moved
from .aligned import laid_out_steps

# Operations of which an operand may be a plain number in some steps, and none in others.
_EITHER = {*map(PRIMITIVES.__getitem__, ("sum", "sub", "mul", "div"))}

# From how many terms on sums are alike only if they have as many terms.
_MANY_TERMS = 8

# What is computed for nobody is computed for this number, where it reads nothing else.
_FILLED = 1.0


class FilledClasses(NamedTuple):
    """Classes of which some are filled in.

    - `made`: where the classes of which they are made are now; `steps`: those that are alike now.
    """

    classes: list[Members]
    made: Moved
    steps: list[Repeat]


class OneRead(NamedTuple):
    """One number that an operation reads: of a class, or a plain number; -1 if it is subtracted."""

    source: int
    place: int
    number: float = 0.0
    sign: int = 1


def filled_up(classes: FoldedClasses) -> FilledClasses | None:
    """The classes, each of which is one operation, with steps filled up; None if there are none."""
    every = list(classes)
    leaves = [n for n, each in enumerate(every) if each.op in ALONE]
    others = [n for n, each in enumerate(every[:-1]) if each.op not in ALONE]
    if any(every[n].count != 1 or every[n].op is PICKED for n in others):
        return None
    known: dict[Hashable, int] = {}
    tokens = np.array([known.setdefault(_token(every[n]), len(known)) for n in others])
    found = laid_out_steps(tokens)
    if not found:
        return None
    order, place = np.array(others), 0
    filling = _Filling(every, classes.counts())
    filling.keep(leaves)
    for start, end, slots in found:
        filling.keep(others[place:start])
        filling.fill(np.where(slots < 0, -1, order[slots]))
        place = end
    filling.keep([*others[place:], len(every) - 1])
    return FilledClasses(filling.classes, filling.made, filling.filled)


def _token(each: Members) -> Hashable:
    """What an operation does, whatever it reads, and even if some of that is plain numbers."""
    if each.terms or each.added is not None:
        count = sum(int(one.counts[0]) for one in each.terms) + (each.added is not None)
        return each.op, count if count > _MANY_TERMS else 0, each.is_open
    if each.chain is not None:
        return each.op, each.chain.counts.tobytes(), each.is_open
    reads = tuple(isinstance(one, Read) for one in each.operands)
    return each.op, len(reads) if each.op in _EITHER else reads, each.is_open


def _atoms(each: Members) -> list[OneRead]:
    """What an operation reads, in order; the plain number of a sum comes last."""
    if each.chain is not None:
        sources, places, numbers = each.chain.terms
        pairs = zip(sources.tolist(), places.tolist(), strict=True)
        return [OneRead(s, p, float(numbers[p]) if s == NUMBER else 0.0) for s, p in pairs]
    found = [OneRead(one.source, int(place), 0.0, one.sign) for one in each.terms
             for place in one.places]  # fmt: skip
    found += [OneRead(one.source, int(one.places[0])) if isinstance(one, Read) else
              OneRead(NUMBER, 0, float(one[0])) for one in each.operands]  # fmt: skip
    if each.added is not None:
        found.append(OneRead(NUMBER, 0, float(each.added[0])))
    return found


class _Operand:
    """One operand of a slot, in all steps.

    - `atoms`: what is read in each step; None where the operation is missing.
    - `own`: the slots of the same step that are read; `is_direct`: whether that is one, in all
      steps that have it, so that nothing is to be decided.
    - `has_others`: whether anything else is read; `are_numbers`: whether only plain numbers are.
    """

    def __init__(self, atoms: Sequence[OneRead | None], own: Sequence[int], there: Bools) -> None:
        self.atoms = atoms
        self.sign = next(each.sign for each in atoms if each is not None)
        self.own = sorted({each for each in own if each >= 0})
        mine = [(each, slot) for each, slot in zip(atoms, own, strict=True) if each is not None]
        self.has_others = any(slot < 0 for _, slot in mine)
        self.are_numbers = all(each.source == NUMBER for each, _ in mine)
        is_missing = np.array([each is None for each in atoms])
        self.is_direct = not self.has_others and len(self.own) == 1 and not bool(
            (is_missing & there[:, self.own[0]]).any())  # fmt: skip

    @property
    def decisions(self) -> int:
        """The number of decisions in each step."""
        return 0 if self.is_direct else len(self.own)


class _Filling:
    """Classes while steps are filled up, from first to last."""

    def __init__(self, every: Sequence[Members], counts: Ints) -> None:
        self.every = every
        self.classes: list[Members] = []
        self.made = Moved(counts)
        self.filled: list[Repeat] = []

    def keep(self, numbers: Sequence[int]) -> None:
        """Take some classes as they are."""
        for number in numbers:
            self.classes.append(moved_class(self.every[number], self.made))
            self.made.put(number, len(self.classes) - 1, 0)

    def fill(self, steps: Ints) -> None:
        """Take some steps, with what they lack; plain numbers that they read are a row."""
        times, size = steps.shape
        self.steps, self._there = steps, steps >= 0
        self._at = {int(steps[t, j]): (t, j) for t, j in np.argwhere(self._there).tolist()}
        self._numbers: dict[bytes, int] = {}
        slots = [self._operands(j) for j in range(size)]
        models = [self._models(j) for j in range(size)]
        ends = np.cumsum([1 + sum(each.decisions for each in operands) for operands in slots])
        self._row = len(self.classes)
        self.classes.append(Members(GATHERED, 0))
        self.filled.append(Repeat(len(self.classes), int(ends[-1]), times))
        for t in range(times):
            here = len(self.classes) + ends - 1
            mine = np.flatnonzero(self._there[t])
            self.made.put(self.steps[t, mine], here[mine], 0)
            for j, operands in enumerate(slots):
                reads = [self._read(each, t, here) for each in operands]
                self.classes.append(_member(self.every[models[j][t]], operands, reads))
        numbers = np.frombuffer(b"".join(self._numbers) or bytes(8))
        count = len(numbers)
        row = Gathered(np.full(count, NUMBER), np.arange(count), numbers)
        self.classes[self._row] = Members(GATHERED, count, gathered=row)

    def _models(self, j: int) -> list[int]:
        """For each step the class in slot `j`; that of a step nearby if it lacks one."""
        column = self.steps[:, j]
        there = np.flatnonzero(self._there[:, j])
        before = np.searchsorted(there, np.arange(len(column)), side="right") - 1
        found: list[int] = column[there[np.maximum(before, 0)]].tolist()
        return found

    def _operands(self, j: int) -> list[_Operand]:
        """The operands of slot `j`."""
        column = self.steps[:, j].tolist()
        rows = [_atoms(self.every[n]) if n >= 0 else None for n in column]
        if any(n >= 0 and self.every[n].op is PRIMITIVES["sum"] for n in column):
            rows = self._in_columns(rows)
        width = max(len(row) for row in rows if row is not None)
        found = []
        for p in range(width):
            atoms = [None if row is None else row[p] for row in rows]
            own = [self._own(each, t) for t, each in enumerate(atoms)]
            found.append(_Operand(atoms, own, self._there))
        return found

    def _own(self, atom: OneRead | None, t: int) -> int:
        """The slot of step `t` that is read; -1 if it is none."""
        step, slot = (-1, -1) if atom is None else self._at.get(atom.source, (-1, -1))
        return slot if step == t else -1

    def _key(self, atom: OneRead, t: int) -> tuple[int, int, int]:
        """What an operand reads, in a form that is the same for steps that do alike."""
        step, slot = self._at.get(atom.source, (-1, -1))
        return (0, t - step, slot) if step >= 0 else (1, atom.source, atom.place)

    def _in_columns(self, rows: Sequence[list[OneRead] | None]) -> list[list[OneRead] | None]:
        """The terms of sums side by side; where there is none, x + -0 and x - 0 are x."""
        signs: list[int] = []
        keys: list[set[tuple[int, int, int]]] = []
        found: list[dict[int, OneRead] | None] = []
        for t, row in reversed([*enumerate(rows)]):
            placed: dict[int, OneRead] = {}
            left = []
            for each in row or ():
                fits = (c for c, known in enumerate(keys) if c not in placed and (
                    signs[c] == each.sign and self._key(each, t) in known))  # fmt: skip
                column = next(fits, -1)
                if column < 0:
                    left.append(each)
                else:
                    placed[column] = each
            for each in left:
                fits = (c for c, sign in enumerate(signs) if c not in placed and sign == each.sign)
                column = next(fits, len(signs))
                if column == len(signs):
                    signs.append(each.sign)
                    keys.append(set())
                placed[column] = each
            for column, each in placed.items():
                keys[column].add(self._key(each, t))
            found.append(None if row is None else placed)
        nothing = [OneRead(NUMBER, 0, -0.0 if sign > 0 else 0.0, sign) for sign in signs]
        return [None if row is None else [row.get(c, none) for c, none in enumerate(nothing)]
                for row in reversed(found)]  # fmt: skip

    def _read(self, operand: _Operand, t: int, here: Ints) -> Read | float:
        """What an operand is in a step, whose classes are `here`; decisions are written first."""
        if operand.is_direct:
            return Read(int(here[operand.own[0]]), one_place(0))
        atom = operand.atoms[t]
        if operand.are_numbers:
            near = atom or next(each for each in (*operand.atoms[t::-1], *operand.atoms) if each)
            return near.number
        own = self._own(atom, t)
        found: Read | float = _FILLED
        if operand.has_others:
            if atom is None or own >= 0:
                atom = OneRead(NUMBER, 0, _FILLED)
            found = self._from_before(atom)
        for slot in operand.own:
            base = found if isinstance(found, Read) else np.array([found])
            is_read, mine = np.array([float(own == slot)]), Read(int(here[slot]), one_place(0))
            self.classes.append(Members(IF_EQUAL, 1, (is_read, np.ones(1), mine, base)))
            found = Read(len(self.classes) - 1, one_place(0))
        return found

    def _from_before(self, atom: OneRead) -> Read:
        """What is read that was there before a step."""
        if atom.source != NUMBER:
            start = int(self.made.starts[atom.source])
            return Read(int(self.made.classes[atom.source]), one_place(start + atom.place))
        bits = np.float64(atom.number).tobytes()
        return Read(self._row, one_place(self._numbers.setdefault(bits, len(self._numbers))))


def _member(model: Members, operands: Sequence[_Operand], reads: Sequence[Read | float]) -> Members:
    """A class that does what another one does, and reads others."""
    if model.chain is not None:
        sources = [each.source if isinstance(each, Read) else NUMBER for each in reads]
        numbers = [each for each in reads if not isinstance(each, Read)]
        order = iter(range(len(numbers)))
        places = [int(each.places[0]) if isinstance(each, Read) else next(order) for each in reads]
        chain = Gathered(np.array(sources), np.array(places), np.array(numbers, dtype=np.float64))
        return replace(model, chain=ScanTerms(chain, model.chain.counts))
    if model.op is not PRIMITIVES["sum"]:
        return replace(model, operands=tuple(
            each if isinstance(each, Read) else np.array([each]) for each in reads))  # fmt: skip
    one = np.ones(1, dtype=np.int64)
    both = zip(reads, operands, strict=True)
    terms = tuple(Terms(*each, one, operand.sign) for each, operand in both
                  if isinstance(each, Read))  # fmt: skip
    added = [each for each in reads if not isinstance(each, Read)]
    return replace(model, terms=terms, added=np.array([sum(added, -0.0)]) if added else None)
