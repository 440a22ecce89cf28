"""The source of kernels: formulas with decisions, as functions in NumPy.

    def div_slope2(a, b, y):
        def then():
            return -(((a * 1e301) / b) / b) / 1e301
        def otherwise():
            return -(y / b)
        condition = (np.absolute(y) < 2e-308) & (np.absolute(b) < 1.0)
        return choose(condition, then, otherwise)

`choose` computes a side only if a number needs it, so a rare case costs nothing elsewhere.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..arrays import np
from ..kinds.ufuncs import FUNCTIONS
from ..rows.kernels import ByNumber, Kernel
from ..rows.symbols import Choice, Formula, Tree

CHOOSE = '''\
def choose(condition, then, otherwise):
    """The one where the condition holds, else the other; what no number needs is not computed."""
    if not condition.any():
        return otherwise()
    return then() if condition.all() else np.where(condition, then(), otherwise())
'''

NUMBER_BY_NUMBER = '''\
def number_by_number(function, count):
    """A function of numbers, for arrays; where it raises, inf for what is too large, else nan."""
    def calmly(*numbers):
        try:
            return float(function(*numbers))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan
    by_number = np.frompyfunc(calmly, count, 1)
    return lambda *arrays: np.asarray(by_number(*arrays), dtype=float)
'''

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


def source_of(kernel: Kernel, name: str) -> str:
    """The source of a kernel as the function `name` in NumPy."""
    lines = [f"def {name}({', '.join(kernel.arguments)}):", f'    """{kernel.about}"""']
    return "\n".join([*lines, *_Writer(kernel.arguments, kernel.formula).lines()]) + "\n"


def name_of_number(kernel: ByNumber) -> str:
    """The name of a kernel's function of numbers in the source of a program."""
    return f"{kernel.name}_of_number"


class _Writer:
    """Writes the lines of a formula; a result with several uses gets a name."""

    def __init__(self, arguments: tuple[str, ...], formula: Formula) -> None:
        self.operations = formula.operations
        self.result = formula.result
        self.names: dict[int, str] = dict(enumerate(arguments))
        self.uses = Counter(_used(formula.result))
        for operation in self._needed(list(_used(formula.result))):
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
            yield f"{indent}return {f'np.float64({text})' if isinstance(tree, float) else text}"
            return
        yield from self._assignments(tree.condition, indent)
        condition, outer_names = self._whole(tree.condition), dict(self.names)
        for name, side in (("then", tree.then), ("otherwise", tree.otherwise)):
            yield f"{indent}def {name}():"
            yield from self._tree(side, depth + 1)
            self.names = dict(outer_names)
        yield f"{indent}condition = {condition}"
        yield f"{indent}return choose(condition, then, otherwise)"

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
            return literal(number)
        if number in self.names:
            return self.names[number]
        name, operands = self.operations[number]
        texts = list(map(self._text, operands))
        if name in _BETWEEN:
            return f"({texts[0]} {_BETWEEN[name]} {texts[1]})"
        return f"-{texts[0]}" if name == "neg" else f"np.{FUNCTIONS[name]}({', '.join(texts)})"


def _used(tree: Tree) -> Iterator[int]:
    """The numbers of the operations in the conditions and results of a tree."""
    if isinstance(tree, Choice):
        yield tree.condition
        yield from _used(tree.then)
        yield from _used(tree.otherwise)
    elif isinstance(tree, int):
        yield tree


def literal(number: float) -> str:
    """A number as an expression of Python."""
    return repr(number) if np.isfinite(number) else f"np.{number!r}".replace("np.-", "-np.")
