"""A program while it is written: what is there already is not computed again.

Rules may put something simpler in the place of an instruction; see passes/simplify.py. What no
output depends on is left out in the end.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from ..arrays import Ints, np
from ..kinds import kind_of
from ..kinds.details import Data, Expand, Sum
from ..kinds.instruction import Instruction
from ..kinds.loops import with_body
from ..kinds.views import Shape, View, view_at, whole
from .program import Program

# Something simpler than the instruction of a kind, with these inputs and detail; None if there is
# nothing.
Rule = Callable[["Builder", str, tuple[int, ...], Any], int | None]


class Builder:
    """Instructions written so far, each told by its number."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = rules
        self.instructions: list[Instruction] = []
        self.never_minus_zero: list[bool] = []  # of the first ones, as far as a rule has asked
        self._known: dict[Hashable, int] = {}

    def add(
        self, kind: str, *inputs: int, detail: Any = None, label: str = "", origin: str = ""
    ) -> int:
        """The number of an instruction, or of one that computes the same."""
        known = self.find(kind, *inputs, detail=detail)
        if known is not None:
            return known
        for rule in self.rules:
            simpler = rule(self, kind, inputs, detail)
            if simpler is not None:
                return self.called(simpler, label, origin)
        read = [self.instructions[i] for i in inputs]
        row = kind_of(kind)
        shape = row.shape([each.shape for each in read], detail)
        examples = row.examples([each.examples for each in read], detail)
        made = Instruction(kind, inputs, detail, shape, examples, label, origin)
        self._known[kind, inputs, detail] = len(self.instructions)
        self.instructions.append(made)
        return len(self.instructions) - 1

    def called(self, number: int, label: str, origin: str) -> int:
        """The same instruction, with that name if it has none and is no leaf."""
        made = self.instructions[number]
        if made.inputs and not made.label:
            self.instructions[number] = replace(made, label=label, origin=origin)
        return number

    def find(self, kind: str, *inputs: int, detail: Any = None) -> int | None:
        """The number of that instruction, if it has been written."""
        return self._known.get((kind, inputs, detail))

    def constant(self, numbers: Any) -> int:
        """Numbers that are known."""
        return self.add("constant", detail=Data(np.asarray(numbers)))

    def shape(self, number: int) -> Shape:
        """The shape of what has been written."""
        return self.instructions[number].shape

    def number(self, i: int) -> float | None:
        """The plain number that an instruction is; None for all others."""
        made = self.instructions[i]
        if made.kind != "constant" or made.shape:
            return None
        return float(made.detail.array.item())

    def joined(self, arrays: Sequence[int]) -> int:
        """The numbers of some arrays in one row."""
        rows = [self.view(each, whole((prod(self.shape(each)),))) for each in arrays]
        if len(rows) == 1:
            return rows[0]
        many = any(self.instructions[each].examples for each in rows)
        full = [self.add("expand", each, detail=Expand(self.shape(each), many)) for each in rows]
        return self.add("join", *full)

    def view(self, number: int, view: View) -> int:
        """The number of a view of an array."""
        return self.add("view", number, detail=view)

    def at(self, number: int, places: Ints) -> int:
        """The numbers of an array at some places, in the shape of these."""
        view = view_at(places)
        if view is not None:
            return self.view(number, view)
        return self.add("take", number, detail=Data(places))

    def mean(self, number: int) -> int:
        """The mean over all examples; the array itself if it is the same for all of them."""
        if not self.instructions[number].examples:
            return number
        total = self.add("sum", number, detail=Sum((), examples=True))
        return self.add("div", total, self.add("count"), label="mean")

    def copy(self, source: Instruction, inputs: Sequence[int]) -> int:
        """The same instruction on other inputs."""
        return self.add(source.kind, *inputs, detail=source.detail, label=source.label,
                        origin=source.origin)  # fmt: skip

    def write(self, program: Program) -> list[int]:
        """Write a whole program; gives the number here of each of its instructions."""
        place: list[int] = []
        for each in program.instructions:
            place.append(self.copy(each, [place[i] for i in each.inputs]))
        return place

    def program(self, *outputs: int) -> Program:
        """The program of the instructions on which `outputs` depend, in order."""
        needed = set(outputs)
        for i in range(len(self.instructions) - 1, -1, -1):
            if i in needed:
                needed.update(self.instructions[i].inputs)
        final = Builder()
        place: dict[int, int] = {}
        for i in sorted(needed):
            source = self.instructions[i]
            place[i] = final.copy(source, [place[each] for each in source.inputs])
        return Program(tuple(final.instructions), tuple(place[i] for i in outputs))


def mean_of(program: Program) -> Program:
    """The program in which the first output is the mean of that over all examples."""
    draft = Builder()
    place = draft.write(program)
    first, *others = (place[i] for i in program.outputs)
    return draft.program(draft.mean(first), *others)


def rewritten(program: Program, rules: Sequence[Rule]) -> Program:
    """The program written anew under some rules, and so are bodies of loops in it."""
    draft = Builder(rules)
    place: list[int] = []
    for each in program.instructions:
        changed = with_body(each, lambda body: rewritten(body, rules))
        place.append(draft.copy(changed, [place[i] for i in each.inputs]))
    return draft.program(*(place[i] for i in program.outputs))
