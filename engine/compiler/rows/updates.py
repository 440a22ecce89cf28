"""Update rules: how a step of descent moves a number, followed with symbols.

    rule = update_rule(lambda w, g, v, rate: (w - rate * (0.9 * v + g), 0.9 * v + g),
                       ["w", "g", "v"], ["rate"])

A rule is a Python function of varying numbers, of which there is one for each parameter, and of
shared numbers, which are the same for all parameters. What depends on shared numbers alone is
computed by Python, once for a step; so its bits are those of the function itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...system.computed import cached_property
from .formulas import Operation
from .symbols import Untraceable, straightened

# How Python writes the operations on shared numbers: none decides, so that each is performed.
_IN_PYTHON = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "pow": "{} ** {}",
    "neg": "-{}",
    "abs": "abs({})",
}


@dataclass(frozen=True)
class UpdateRule:
    """The operations of a rule. Arguments come first: `varying` ones, and then the shared ones.

    - `results`: what becomes of the number, and then of all else that varies but the gradient.
    """

    operations: tuple[Operation, ...]
    results: tuple[int | float, ...]
    varying: int

    @cached_property
    def used(self) -> list[int]:
        """The operations that the results need, in order."""
        found: set[int] = {each for each in self.results if isinstance(each, int)}
        for number in reversed(range(len(self.operations))):
            if number in found:
                found.update(i for i in self.operations[number].operands if isinstance(i, int))
        return sorted(found)

    @cached_property
    def shared(self) -> list[int]:
        """The operations on shared numbers alone of which the others need the results."""
        apart = self.apart
        needed = {i for i in self.results if isinstance(i, int)}
        for number in set(self.used) - apart:
            needed.update(i for i in self.operations[number].operands if isinstance(i, int))
        return sorted(needed & apart)

    @cached_property
    def shared_numbers(self) -> Callable[..., tuple[float, ...]]:
        """The results of `shared`, as a function of the shared arguments, computed by Python.

        Raises what Python's operators raise.
        """
        arguments = [i for i, each in enumerate(self.operations) if not each.operands]
        names = map(_name, arguments[self.varying :])
        lines = [f"def shared_numbers({', '.join(names)}):"]
        for number in self.used:
            name, operands = self.operations[number]
            if number in self.apart and operands:
                written = _IN_PYTHON[name].format(*map(_name, operands))
                lines.append(f"    {_name(number)} = {written}")
        lines.append(f"    return ({''.join(f'{_name(each)}, ' for each in self.shared)})")
        found: dict[str, Any] = {}
        exec(compile("\n".join(lines), "<shared numbers>", "exec"), found)
        function: Callable[..., tuple[float, ...]] = found["shared_numbers"]
        return function

    @cached_property
    def apart(self) -> set[int]:
        """The operations that depend on shared numbers alone, and the shared arguments."""
        found: set[int] = set()
        for number, (_, operands) in enumerate(self.operations):
            inputs = [i for i in operands if isinstance(i, int)]
            if number >= self.varying and found.issuperset(inputs):
                found.add(number)
        return found


def _name(operand: int | float) -> str:
    """An operand in the text of `shared_numbers`."""
    return f"v{operand}" if isinstance(operand, int) else f"float('{operand!r}')"


def update_rule(
    function: Callable[..., Iterable[Any]], varying: Sequence[str], shared: Sequence[str]
) -> UpdateRule:
    """The rule of `function`, of which the arguments are named.

    Raises Untraceable if the function cannot be followed, or does with shared numbers what Python
    has no operator for.
    """
    operations, results = straightened(function, [*varying, *shared])
    rule = UpdateRule(operations, results, len(varying))
    for number in rule.used:
        name, operands = operations[number]
        if number in rule.apart and operands and name not in _IN_PYTHON:
            raise Untraceable(f"{name} of numbers that are the same for all parameters")
    return rule
