"""The source of kernels: formulas with decisions, as functions in NumPy, or in JAX.

    def div_slope2(a, b, y):
        def then():
            return -(((a * 1e301) / b) / b) / 1e301
        def otherwise():
            return -(y / b)
        condition = (np.absolute(y) < 2e-308) & (np.absolute(b) < 1.0)
        return choose(condition, then, otherwise)

`choose` is the back end's: in NumPy it computes a side only if a number needs it, so a rare case
costs nothing elsewhere. `package` is the name of NumPy, or of what has its functions.
"""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..arrays import np
from ..kinds.ufuncs import FUNCTIONS
from .formulas import Choice, Tree
from .kernels import ByNumber, Kernel

# The operators of operations with two operands.
_BETWEEN = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
    "and": "&",
    "or": "|",
}


def source_of(kernel: Kernel, name: str, package: str = "np") -> str:
    """The source of a kernel as the function `name`."""
    lines = [f"def {name}({', '.join(kernel.arguments)}):", f'    """{kernel.about}"""']
    return "\n".join([*lines, *_Writer(kernel, package).lines()]) + "\n"


def name_of_number(kernel: ByNumber) -> str:
    """The name of a kernel's function of numbers in the source of a program."""
    return f"{kernel.name}_of_number"


def in_math(kernel: ByNumber) -> str:
    """The name of a kernel's function in Python's `math`; empty if it is from elsewhere."""
    name = getattr(kernel.of_number, "__name__", "")
    return f"math.{name}" if getattr(math, name, None) is kernel.of_number else ""


class _Writer:
    """Writes the lines of a formula; a result with several uses gets a name."""

    def __init__(self, kernel: Kernel, package: str) -> None:
        self.operations, self.result = kernel.formula.operations, kernel.formula.result
        self.package = package
        self.names: dict[int, str] = dict(enumerate(kernel.arguments))
        self.uses = Counter(_used(self.result))
        for operation in self._needed(list(_used(self.result))):
            self.uses.update(each for each in operation.operands if isinstance(each, int))

    def lines(self) -> list[str]:
        """The lines of the body of the function."""
        return list(self._tree(self.result, 1))

    def _needed(self, numbers: list[int]) -> Iterator[Any]:
        """The operations `numbers` and all that they depend on, each once."""
        seen = set(numbers)
        for number in numbers:  # grows while it is read
            operation = self.operations[number]
            yield operation
            for each in operation.operands:
                if isinstance(each, int) and each not in seen:
                    seen.add(each)
                    numbers.append(each)

    def _tree(self, tree: Tree, depth: int) -> Iterator[str]:
        """The lines that return the result `tree`."""
        indent = "    " * depth
        if not isinstance(tree, Choice):
            yield from self._assignments(tree, indent)
            text = self._whole(tree)
            yield f"{indent}return {self._alone(text) if isinstance(tree, float) else text}"
            return
        yield from self._assignments(tree.condition, indent)
        condition, outer_names = self._whole(tree.condition), dict(self.names)
        for name, side in (("then", tree.then), ("otherwise", tree.otherwise)):
            yield f"{indent}def {name}():"
            yield from self._tree(side, depth + 1)
            self.names = dict(outer_names)
        yield f"{indent}condition = {condition}"
        yield f"{indent}return choose(condition, then, otherwise)"

    def _alone(self, text: str) -> str:
        """A plain number as a result."""
        return f"{self.package}.float64({text})"

    def _assignments(self, result: int | float, indent: str) -> Iterator[str]:
        """The lines that name the results with several uses on the way to `result`."""
        if isinstance(result, float):
            return
        pending = [(result, False)]
        while pending:
            number, is_ready = pending.pop()
            if number in self.names:
                continue
            if not is_ready:
                pending.append((number, True))
                operands = self.operations[number].operands
                pending += [(each, False) for each in operands if isinstance(each, int)]
            elif self.uses[number] > 1:
                text = self._whole(number)
                self.names[number] = f"t{number}"
                yield f"{indent}t{number} = {text}"

    def _whole(self, number: int | float) -> str:
        """The expression of a result, without parentheses around it."""
        text = self._text(number)
        is_sum = isinstance(number, int) and number not in self.names and (
            self.operations[number].name in _BETWEEN)  # fmt: skip
        return text[1:-1] if is_sum else text

    def _text(self, number: int | float) -> str:
        """The expression of a result as an operand."""
        if isinstance(number, float):
            return literal(number, self.package)
        if number in self.names:
            return self.names[number]
        name, operands = self.operations[number]
        texts = list(map(self._text, operands))
        if name in _BETWEEN:
            return f"({texts[0]} {_BETWEEN[name]} {texts[1]})"
        called = f"{self.package}.{FUNCTIONS[name]}({', '.join(texts)})"
        return f"-{texts[0]}" if name == "neg" else called


def _used(tree: Tree) -> Iterator[int]:
    """The numbers of the operations in the conditions and results of a tree."""
    if isinstance(tree, Choice):
        yield tree.condition
        yield from _used(tree.then)
        yield from _used(tree.otherwise)
    elif isinstance(tree, int):
        yield tree


def literal(number: float, package: str = "np") -> str:
    """A number as an expression of Python."""
    if np.isfinite(number):
        return repr(number)
    return f"{package}.{number!r}".replace(f"{package}.-", f"-{package}.")
