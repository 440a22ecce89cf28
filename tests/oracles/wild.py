"""Random programs that go where float64 gives no number: infinities, nan, the ends of the range.

Beside them, smooth ones from tests/oracles/programs.py, and copies of either on several examples,
so that there is something to fold.
"""

from collections.abc import Sequence
from math import inf, nan
from random import Random

from engine import Value
from tests.oracles.programs import ENGINE, OPERATORS, ROWS, Program, Step, random_program, run

# Numbers at which operations have poles, kinks, overflow or underflow.
CORNERS = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0, inf, -inf, nan, 1e-310, -1e-310, 1e300, -1e300,
           1e160, 1e-160)  # fmt: skip


def wild_program(seed: int, size: int) -> Program:
    """The program with this seed and so many operations, on any numbers."""
    random = Random(seed)
    leaves = tuple(number(random) for _ in range(random.randint(1, 5)))
    steps = [wild_step(random, len(leaves) + i) for i in range(size)]
    return Program(leaves, tuple(steps))


def wild_step(random: Random, count: int) -> Step:
    """One operation on some of so many positions, at times with a plain number among them."""
    op = random.choice(ROWS)
    width = random.randint(1, 5) if op.any_number else len(op.partials)
    operands: list[int | float] = [random.randrange(count) for _ in range(width)]
    if width > 1 and random.random() < 0.3:
        first_too = op.name in OPERATORS or op.any_number
        operands[random.choice((0, -1)) if first_too else -1] = random.choice(CORNERS)
    return Step(op.name, tuple(operands))


def number(random: Random) -> float:
    """A number, in a corner at times."""
    return random.choice(CORNERS) if random.random() < 0.3 else random.uniform(-3, 3)


class Graph:
    """A random program on one or several examples, summed up.

    - `shared`: the leaves that all examples have in common; `own`: those of each example.
    - `output`: the sum over the examples.
    """

    def __init__(self, seed: int, size: int, *, wild: bool) -> None:
        random = Random(seed)
        self.program = wild_program(seed, size) if wild else random_program(seed, size)
        numbers = self.program.leaves
        cut = random.randint(1, len(numbers))
        self.shared = [Value(each) for each in numbers[:cut]]
        self.own = [
            [Value(number(random) if wild else each) for each in numbers[cut:]]
            for _ in range(random.choice((1, 1, 2, 5)))
        ]
        self.output = self.record(self.shared)

    @property
    def leaves(self) -> list[Value]:
        """All leaves."""
        return [*self.shared, *(leaf for leaves in self.own for leaf in leaves)]

    def record(self, shared: Sequence[Value]) -> Value:
        """The sum over the examples, with these leaves in common."""
        outputs = [run(self.program, [*shared, *leaves], ENGINE)[-1] for leaves in self.own]
        return Value.sum(outputs) if len(outputs) > 1 else outputs[0]
