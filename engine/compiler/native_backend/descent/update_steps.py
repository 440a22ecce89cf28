"""The operations of an update rule in LLVM's language, in vectors of lanes."""

from collections.abc import Callable, Mapping, Sequence

from ...rows.updates import UpdateRule
from ..functions.table import COSTLY, FUNCTIONS, operation
from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector

# The operations that have the same bits in NumPy.
_EXACT = FUNCTIONS.keys() - COSTLY.keys()

# Powers that NumPy computes by other functions.
_POWERS: dict[int | float, Callable[[FunctionBuilder, Vector], Vector]] = {
    0.5: lambda builder, a: operation(builder, "sqrt", a),
    1.0: lambda builder, a: builder.number(a),
    2.0: lambda builder, a: builder.mul(a, a),
}


def lacking(rule: UpdateRule) -> set[str]:
    """The names of the operations of a rule that NumPy may compute with other bits."""
    return {
        name
        for name, operands in (rule.operations[i] for i in rule.used if i not in rule.apart)
        if operands and name not in _EXACT and not _is_root_or_square(name, operands)
    }


def moved_by(
    builder: FunctionBuilder, rule: UpdateRule, known: Mapping[int, Vector]
) -> list[Vector]:
    """The results of a rule, from the numbers of the operations that are `known`."""
    found = dict(known)

    def number(operand: int | float) -> Vector:
        """An operand."""
        return found[operand] if isinstance(operand, int) else builder.constant(operand)

    for i in rule.used:
        if i not in found and i not in rule.apart:
            name, operands = rule.operations[i]
            found[i] = _computed(builder, name, operands, list(map(number, operands)))
    return list(map(number, rule.results))


def _computed(
    builder: FunctionBuilder, name: str, operands: Sequence[int | float], numbers: list[Vector]
) -> Vector:
    """The result of an operation on some numbers."""
    if _is_root_or_square(name, operands):
        return _POWERS[operands[1]](builder, numbers[0])
    return operation(builder, name, *numbers)


def _is_root_or_square(name: str, operands: Sequence[int | float]) -> bool:
    """Whether an operation is a power that is computed without logarithms."""
    return name == "pow" and isinstance(operands[1], float) and operands[1] in _POWERS
