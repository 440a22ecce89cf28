"""Kernels: formulas with decisions, for vectors.

Both sides of a decision are computed, and each lane takes its own; a side that costs more than some
sums is computed only if a lane needs it.
"""

from collections.abc import Iterator, Sequence

from ...rows.formulas import Choice, Formula, Tree
from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector
from .table import COSTLY, operation


def formula_of(builder: FunctionBuilder, formula: Formula, arguments: Sequence[Vector]) -> Vector:
    """The result of a formula."""
    lanes = max((each.lanes for each in arguments), default=1)
    known = dict(enumerate(arguments))
    return builder.number(_Writer(builder, formula, lanes).tree(formula.result, known))


# A vector is divided in the time of ten sums.
_FEW = 3


class _Writer:
    """Writes a formula; `known` are results that are there already, by their numbers."""

    def __init__(self, builder: FunctionBuilder, formula: Formula, lanes: int) -> None:
        self.builder = builder
        self.operations = formula.operations
        self.lanes = lanes

    def tree(self, tree: Tree, known: dict[int, Vector]) -> Vector:
        """A result, which may be decided."""
        if not isinstance(tree, Choice):
            return self.result(tree, known)
        condition = self.builder.truth(self.result(tree.condition, known))
        opposite = self.builder.opposite(condition)
        sides = [
            self.if_needed(needs, side, known) if self.costs(side) else self.tree(side, known)
            for side, needs in ((tree.then, condition), (tree.otherwise, opposite))
        ]
        return self.builder.select(condition, *sides)

    def if_needed(self, condition: Vector, side: Tree, known: dict[int, Vector]) -> Vector:
        """A side of a decision, computed only if a lane needs it; else 0."""
        builder, found = self.builder, self.builder.variable(self.lanes)
        builder.set(found, builder.constant(0.0))
        with builder.when(builder.any(condition)):
            builder.set(found, builder.number(self.tree(side, dict(known))))
        return builder.get(found)

    def result(self, number: int | float, known: dict[int, Vector]) -> Vector:
        """The result of an operation, or a plain number."""
        if isinstance(number, float):
            return self.builder.constant(number)
        for each in sorted(self.needed(number, known)):
            name, operands = self.operations[each]
            read = [self.builder.constant(one) if isinstance(one, float) else known[one]
                    for one in operands]  # fmt: skip
            known[each] = operation(self.builder, name, *read)
        return known[number]

    def needed(self, number: int, known: dict[int, Vector]) -> set[int]:
        """The operations that a result depends on and that are not known, itself among them."""
        found, pending = set[int](), [number]
        while pending:
            each = pending.pop()
            if each not in known and each not in found:
                found.add(each)
                operands = self.operations[each].operands
                pending += [one for one in operands if isinstance(one, int)]
        return found

    def costs(self, tree: Tree) -> bool:
        """Whether a side calls a function of the table of costly ones, or divides a few times."""
        needed = set[int]().union(*(self.needed(each, {}) for each in _numbers(tree)))
        names = [self.operations[each].name for each in needed]
        return any(name in COSTLY for name in names) or names.count("div") >= _FEW


def _numbers(tree: Tree) -> Iterator[int]:
    """The operations in the conditions and results of a tree."""
    if isinstance(tree, Choice):
        yield tree.condition
        yield from _numbers(tree.then)
        yield from _numbers(tree.otherwise)
    elif isinstance(tree, int):
        yield tree
