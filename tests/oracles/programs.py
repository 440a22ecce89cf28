"""Random programs over all rows of the table, as plain records that anyone can interpret.

A program is some numbers to start from and a list of steps. A step names an operation and its
operands: an int is the position of an earlier value, a float is a plain number. A row that is added
to the table is drawn as well, with inputs from its `domain`.

A program stays where a float64 answer makes sense: away from poles and kinks, and never beyond
LARGEST. The tails of tanh, sigmoid, softplus and erf belong to it, up to TAIL.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, isfinite
from random import Random
from typing import Any

from engine import PRIMITIVES, Op, Value

LARGEST, TAIL, MARGIN, MOST_TERMS = 1e4, 15.0, 0.05, 6

# The rows of the table, before any test adds to it.
ROWS = tuple(PRIMITIVES.values())

# The operations for which Python has an operator or a function of its own.
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "neg": operator.neg,
    "abs": abs,
}

# Where an operation is smooth, when that is more than the domain of its row.
SMOOTH: dict[str, Callable[..., bool]] = {
    "add": lambda a, b: True,
    "sub": lambda a, b: True,
    "mul": lambda a, b: True,
    "div": lambda a, b: abs(b) > MARGIN,
    "pow": lambda a, b: a > MARGIN and abs(b) < 4,
    "maximum": lambda a, b: abs(a - b) > MARGIN,
    "minimum": lambda a, b: abs(a - b) > MARGIN,
    "sum": lambda *terms: True,
    "neg": lambda a: True,
    "abs": lambda a: abs(a) > MARGIN,
    "relu": lambda a: abs(a) > MARGIN,
    "exp": lambda a: -TAIL < a < 5,
    "log": lambda a: a > MARGIN,
    "sqrt": lambda a: a > MARGIN,
    "sin": lambda a: abs(a) < TAIL,
    "cos": lambda a: abs(a) < TAIL,
    "tanh": lambda a: abs(a) < TAIL,
    "sigmoid": lambda a: abs(a) < TAIL,
    "softplus": lambda a: abs(a) < TAIL,
    "erf": lambda a: abs(a) < TAIL,
    "erfc": lambda a: abs(a) < TAIL,
    "expm1": lambda a: -TAIL < a < 5,
    "log1p": lambda a: a > MARGIN - 1,
    "tan": lambda a: abs(a) < TAIL and abs(cos(a)) > MARGIN,
    "arcsin": lambda a: abs(a) < 1 - MARGIN,
    "arccos": lambda a: abs(a) < 1 - MARGIN,
    "arctan": lambda a: True,
    "arctan2": lambda a, b: max(b, abs(a)) > MARGIN,
    "hypot": lambda a, b: max(abs(a), abs(b)) > MARGIN,
    "sinh": lambda a: abs(a) < 5,
    "cosh": lambda a: abs(a) < 5,
    "floor": lambda a: abs(a - round(a)) > MARGIN,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: its name, and for each operand a position (int) or a plain number (float)."""

    name: str
    operands: tuple[int | float, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """The numbers at the first positions, and the steps whose results take the next ones.

    The last result is the output; it depends on all others.
    """

    leaves: tuple[float, ...]
    steps: tuple[Step, ...]


def run(
    program: Program, leaves: Sequence[Any], functions: Mapping[str, Callable[..., Any]]
) -> list[Any]:
    """The values at all positions, by functions that take positions' values and plain numbers."""
    values = list(leaves)
    for step in program.steps:
        values.append(functions[step.name](*operands(step, values)))
    return values


def operands(step: Step, values: Sequence[Any]) -> list[Any]:
    """What a step works on: the values at its positions, and its plain numbers."""
    return [values[each] if isinstance(each, int) else each for each in step.operands]


def on_values(op: Op) -> Callable[..., Any]:
    """How a program in Python asks for the operation: by its operator, else by its method."""
    if op.any_number:
        return lambda *terms: getattr(Value, op.name)(terms)
    return OPERATORS.get(op.name) or getattr(Value, op.name)


ENGINE = {op.name: on_values(op) for op in ROWS}


def gradient(program: Program) -> list[float]:
    """The derivatives of the output by the leaves, as the engine finds them."""
    leaves = [Value(number) for number in program.leaves]
    run(program, leaves, ENGINE)[-1].backward()
    return [leaf.grad for leaf in leaves]


def random_program(seed: int, size: int) -> Program:
    """The program with this seed and so many operations; a shorter one begins alike.

    The last operation is the sum of all that has not been used before.
    """
    draw = Draw(Random(seed))
    leaves = tuple(draw.values)
    steps = [draw.step() for _ in range(size - 1)]
    return Program(leaves, (*steps, Step("sum", tuple(draw.unused))))


class Draw:
    """A program while it is drawn, with the numbers at all positions so far.

    - `values`: those numbers.
    - `unused`: the positions that no step has used yet.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.values = [random.uniform(-5, 5) for _ in range(random.randint(2, 8))]
        self.unused = list(range(len(self.values)))

    def step(self) -> Step:
        """One more step, on operands at which it is smooth."""
        while True:
            op = self.random.choice(ROWS)
            step = Step(op.name, self.operands(op))
            if is_smooth(op, step, self.values):
                result = forward(op, operands(step, self.values))
                if isfinite(result) and abs(result) <= LARGEST:
                    self.append(step, result)
                    return step

    def append(self, step: Step, result: float) -> None:
        """Note the result of a step, and that its operands have been used."""
        used = {each for each in step.operands if isinstance(each, int)}
        self.unused = [each for each in self.unused if each not in used]
        self.unused.append(len(self.values))
        self.values.append(result)

    def operands(self, op: Op) -> tuple[int | float, ...]:
        """Positions, one of them twice at times, and at most one plain number if there are two."""
        count = self.random.randint(1, MOST_TERMS) if op.any_number else len(op.partials)
        found: list[int | float] = [self.position() for _ in range(count)]
        kind = self.random.random()
        if count > 1 and kind < 0.1:
            found[1] = found[0]
        elif count > 1 and kind < 0.3:
            found[-1] = self.plain()
        elif count > 1 and kind < 0.4 and (op.name in OPERATORS or op.any_number):
            found[0] = self.plain()
        return tuple(found)

    def position(self) -> int:
        """Where an operand is: mostly one that has not been used yet, so that graphs grow deep."""
        if self.random.random() < 0.75:
            return self.random.choice(self.unused)
        return self.random.randrange(len(self.values))

    def plain(self) -> float:
        """A plain number: small and round every other time."""
        if self.random.random() < 0.5:
            return self.random.choice((-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0))
        return self.random.uniform(-3, 3)


def is_smooth(op: Op, step: Step, values: Sequence[float]) -> bool:
    """Whether the operation is smooth at the operands of the step."""
    numbers = operands(step, values)
    last = step.operands[-1]
    if op.name == "pow" and isinstance(last, float) and last.is_integer():
        numbers[0] = abs(numbers[0])  # whole powers are smooth on both sides of 0
    if op.name in SMOOTH:
        return SMOOTH[op.name](*numbers)
    return all(op.domain[0] <= number <= op.domain[1] for number in numbers)


def forward(op: Op, numbers: list[float]) -> float:
    """The result of the operation on floats."""
    return float(op.forward(numbers) if op.any_number else op.forward(*numbers))
