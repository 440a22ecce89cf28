"""A formula as a program for a stack of operands, which can be computed on any numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import e, pi

from ..operators import SPECIAL
from ..primitives import Op
from ..value import Value, real_number

# The numbers of names that have one everywhere else; any other needs any number.
_CONSTANTS = {"pi": pi, "π": pi, "e": e}


@dataclass(frozen=True, slots=True)
class ApplyRow:
    """The instruction that replaces the last `count` operands by the result of the operation."""

    op: Op
    count: int


@dataclass(frozen=True, slots=True)
class Assign:
    """The instruction that removes the last operand and names it; labelled if `is_made`."""

    name: str
    is_made: bool


# An instruction of a stack machine: push a number, push the Value of a name, apply, assign.
StackStep = float | str | ApplyRow | Assign


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that can be computed on any numbers; made by `parse`.

    - `text`: the text it was parsed from.
    - `names`: the names that need a number, in the order of first appearance.
    - `program`: its instructions for a stack of operands.
    """

    text: str
    names: tuple[str, ...]
    program: tuple[StackStep, ...] = field(repr=False)

    def __call__(self, /, **numbers: float) -> Value:
        """The output on `numbers`, each of which becomes a leaf with its name as label.

        Raises ValueError for a name that is missing or that is not in the expression, and TypeError
        for anything but a real number.
        """
        return self.on({
            name: Value(real_number(number, name), name) for name, number in numbers.items()
        })  # fmt: skip

    def on(self, values: Mapping[str, Value | float]) -> Value:
        """The output on `values`, which may be plain numbers too; a plain number gets no gradient.

        An operation on plain numbers gives a plain number. An output that is one becomes a leaf,
        labelled if the formula names it. Raises the errors of `__call__`.
        """
        self._demand_names(values)
        known: dict[str, Value | float] = {
            name: value if isinstance(value, Value) else real_number(value, name)
            for name, value in values.items()
        }
        operands: list[Value | float] = []
        for instruction in self.program:
            match instruction:
                case float():
                    operands.append(instruction)
                case str():
                    operands.append(known[instruction])
                case ApplyRow(op, count):
                    operands[-count:] = [_applied(op, operands[-count:])]
                case _:
                    known[instruction.name] = value = operands.pop()
                    if instruction.is_made and isinstance(value, Value):
                        value.label = instruction.name
        (output,) = operands
        last = self.program[-1]
        label = last if isinstance(last, str) else ""
        return output if isinstance(output, Value) else Value(output, label)

    def _demand_names(self, given: Mapping[str, object]) -> None:
        """Raise ValueError unless `given` has exactly the names of the expression."""
        missing = [name for name in self.names if name not in given]
        if missing:
            add = " ".join(f"{name}={_CONSTANTS.get(name, 1.5)}" for name in missing)
            alike = {name.lower() for name in missing}
            others = [name for name in given if name not in self.names and name.lower() in alike]
            hint = "".join(f"; {name} is another name" for name in others)
            raise ValueError(f"the expression needs a number for {', '.join(missing)}: "
                             f"add {add}{hint}")  # fmt: skip
        for name in given:
            if name not in self.names:
                has = f"only {', '.join(self.names)}" if self.names else "no names at all"
                raise ValueError(f"the expression has no name {name!r}, it has {has}: "
                                 f"leave {name} out")  # fmt: skip


def _applied(op: Op, operands: list[Value | float]) -> Value | float:
    """The result of the operation on `operands`; a plain number if all operands are."""
    if any(isinstance(each, Value) for each in operands):
        return _made(op, operands)
    first, *rest = map(float, operands)
    return _made(op, [Value(first), *rest]).data


def _made(op: Op, operands: list[Value | float]) -> Value:
    """The result of the operation on `operands`, one of them a Value, by a method of Value."""
    first, *rest = operands
    made: Value
    if op.any_number:
        made = getattr(Value, op.name)(operands)
    elif isinstance(first, Value):
        made = getattr(first, op.name)(*rest)
    elif op.name in SPECIAL:
        made = getattr(rest[0], SPECIAL[op.name][-1])(first)
    else:
        made = getattr(Value(first), op.name)(*rest)
    return made
