"""Rows of the table in LLVM's language, with the bits of an eager run.

A formula is what `rows/symbols.py` finds in the functions of a row. Its operations are those of the
processor, and the functions of C's library, which Python calls for plain numbers, too. A decision
is one: what the other way would compute is not computed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ....primitives import BUILT_IN, Op
from ....slopes import Slope, derivative, is_built_in, row_result
from ...kinds.ufuncs import BY_NUMBER, FORMULAS, FUNCTIONS, TRUTHS
from ...rows.formulas import Choice, Formula, Operation, Tree
from ...rows.symbols import Untraceable, formula
from ..llvm.builder import FunctionBuilder
from ..llvm.numbers import Vector

# The functions of C's library that have another name than the operation.
_IN_C = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2"}

# The operations that Python computes by a function of its own, which is not that of C's library.
_PYTHONS_OWN = {"hypot"}

_OF_C = {"pow", "exp", "log", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
         "arctan2", "sinh", "cosh", "tanh", "erf", "erfc"}  # fmt: skip
_OWN = {"sqrt": "sqrt", "floor": "floor", "round": "rint"}

# The names of the inputs and the result.
_NAMES = ("a", "b", "y")


def forward_of(op: Op) -> Formula:
    """The formula of the operation of a row; Untraceable if there is none with the same bits."""
    names = _NAMES[: len(op.partials)]
    if op.name in BUILT_IN and (op.name in FUNCTIONS or op.name in BY_NUMBER):
        arguments = tuple(Operation(name, ()) for name in names)
        made = Operation(op.name, tuple(range(len(names))))
        return _demanded(Formula((*arguments, made), len(names)))
    if isinstance(op, Slope):
        return _followed(op, partial(_slope, op, op.places), names)
    function = FORMULAS[op.name] if op.name in FORMULAS and op.name in BUILT_IN else op.forward
    return _followed(op, function, names)


def slopes_of(op: Op) -> list[Formula]:
    """The formulas of the partial derivatives of a row, of the inputs and the result."""
    names = (*_NAMES[: len(op.partials)], "y")
    partials: Sequence[Callable[..., Any]] = op.partials
    if isinstance(op, Slope):
        partials = [partial(_slope, op, (*op.places, i)) for i in range(len(op.partials))]
    return [_followed(op, each, names) for each in partials]


def _slope(op: Slope, places: Sequence[int], *given: Any) -> Any:
    """The derivative of the root of a row by some inputs."""
    inputs = given[: len(op.partials)]
    return derivative(op.root, places, [*inputs, row_result(op.root, inputs)])


def _followed(op: Op, function: Callable[..., Any], names: Sequence[str]) -> Formula:
    """The formula of a function of a row, which raises what Python's functions do if not ours."""
    is_own = is_built_in(op)
    return _demanded(formula(function, names, raising=not is_own, exactly=is_own))


def _demanded(found: Formula) -> Formula:
    """The formula, if its operations have the same bits here and in Python."""
    for name, _ in found.operations:
        if name in _PYTHONS_OWN:
            raise Untraceable(f"{name} is a function of Python's")
    return found


def is_plain(found: Formula) -> bool:
    """Whether no operation of a formula calls C's library."""
    return all(name not in _OF_C for name, _ in found.operations)


class RowWriter:
    """Writes formulas of some arguments, as lines of a function.

    For several `lanes` both ways of a decision are computed, and each lane takes its own.
    """

    def __init__(
        self, builder: FunctionBuilder, arguments: Sequence[Vector], lanes: int = 1
    ) -> None:
        self._builder = builder
        self._arguments = arguments
        self._lanes = lanes

    def written(self, found: Formula) -> Vector:
        """The number that a formula gives."""
        return self._tree(found, found.result, dict(enumerate(self._arguments)))

    def _tree(self, found: Formula, tree: Tree, known: dict[int, Vector]) -> Vector:
        """The number at the end of a way; `known` are the operations that were computed on it."""
        builder = self._builder
        if not isinstance(tree, Choice):
            return builder.number(self._operand(found, tree, known))
        if self._lanes > 1:
            condition = builder.truth(self._operand(found, tree.condition, known))
            ways = [self._tree(found, way, known) for way in (tree.then, tree.otherwise)]
            return builder.select(condition, *ways)
        result = builder.variable(1)

        def side(way: Tree) -> Callable[[], None]:
            """What one way computes."""
            return lambda: builder.set(result, self._tree(found, way, {**known}))

        condition = builder.truth(self._operand(found, tree.condition, known))
        builder.either(condition, side(tree.then), side(tree.otherwise))
        return builder.get(result)

    def _operand(self, found: Formula, operand: int | float, known: dict[int, Vector]) -> Vector:
        """The number of an operation, which is computed if it is not yet, or a plain number."""
        if isinstance(operand, float):
            return self._builder.constant(operand)
        needed: set[int] = set()
        pending: list[int | float] = [operand]
        while pending:
            each = pending.pop()
            if isinstance(each, int) and each not in known and each not in needed:
                needed.add(each)
                pending += found.operations[each].operands
        for number in sorted(needed):  # an operation reads earlier ones
            name, operands = found.operations[number]
            known[number] = self._made(name, [
                self._builder.constant(each) if isinstance(each, float) else known[each]
                for each in operands
            ])  # fmt: skip
        return known[operand]

    def _made(self, name: str, given: list[Vector]) -> Vector:
        """The result of an operation."""
        builder = self._builder
        if name in _OF_C:
            return builder.call(_IN_C.get(name, name), *given)
        if name in _OWN:
            return builder.own(_OWN[name], *map(builder.number, given))
        if name in ("maximum", "minimum"):
            return self._extreme("greater" if name == "maximum" else "less", *given)
        if name in ("and", "or"):
            return builder.logic(name, *given)
        if name in TRUTHS:
            return builder.compare(name, *given)
        if name in ("add", "sub", "mul", "div"):
            return builder.operation(name, *given)
        others: dict[str, Callable[..., Vector]] = {
            "neg": builder.neg, "abs": builder.abs, "copysign": builder.copysign,
            "where": builder.select,
        }  # fmt: skip
        return others[name](*given)

    def _extreme(self, comparison: str, a: Vector, b: Vector) -> Vector:
        """`a` if it is beyond `b` or nan, else `b`."""
        builder = self._builder
        is_first = builder.logic("or", builder.compare(comparison, a, b),
                                 builder.compare("not_equal", a, a))  # fmt: skip
        return builder.select(is_first, a, b)
