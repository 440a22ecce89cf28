"""Random programs on vectors of scalars: loops, tables, windows and recurrences, drawn by chance.

A program goes over a pool of vectors, at first those of parameters and of inputs, and adds one
vector at each step. The same seed makes the same steps for any numbers, so that one program can be
recorded again with others. Vectors are of different lengths, down to none; a plain number may stand
in them beside Values; what has been computed may be computed a second time.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from math import isfinite, nextafter
from operator import add, mul, sub
from random import Random
from typing import Any, NamedTuple

from engine import Value
from tests.oracles.programs import ENGINE, ROWS
from tests.oracles.wild import CORNERS, number

# Values and plain numbers.
Vector = list[Any]

# Operations on one number, and on two, whose results stay small.
SMOOTH: tuple[Callable[[Any], Any], ...] = (
    lambda a: a.tanh(),
    lambda a: a.sin(),
    lambda a: a.cos(),
    lambda a: a.sigmoid(),
    lambda a: a.softplus(),
    lambda a: a.erf(),
    lambda a: a.relu(),
    lambda a: abs(a),
    lambda a: -a,
    lambda a: 1.5 - a,
    lambda a: a - 0.25,
    lambda a: 2 / (a * a + 1),
    lambda a: (a * a + 1).log(),
    lambda a: (a * a + 0.5).sqrt(),
    lambda a: a.tanh().exp(),
    lambda a: a**2,
    lambda a: (a * a + 1) ** -0.5,
    lambda a: 2 ** a.tanh(),
)
JOINED: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: (a * a + 1) ** b.tanh(),
    lambda a, b: a.maximum(b),
    lambda a, b: a.minimum(b),
    lambda a, b: (a - b).relu(),
)


class Chance:
    """What decides on a program: a generator, whether it is wild, and a choice from outside."""

    def __init__(self, seed: int, *, wild: bool, choice: int = 0) -> None:
        self.random = Random(seed)
        self.wild = wild
        self.choice = choice

    def constant(self) -> float:
        """A plain number."""
        if self.wild and self.random.random() < 0.3:
            return self.random.choice(CORNERS)
        return round(self.random.uniform(-1.5, 1.5), 1)

    def vector(self, pool: Sequence[Vector]) -> Vector:
        """One of the vectors, a late one rather than an early one; at times a part, or in disorder.

        An empty one gets a plain number, so that there is something to compute with.
        """
        random = self.random
        found = pool[max(random.randrange(len(pool)), random.randrange(len(pool)))]
        how = random.randrange(8)
        if how == 0:
            found = found[:: random.choice((-1, 2, 3, -2))]
        elif how == 1:
            found = found[random.randrange(len(found) + 1) :]
        elif how == 2:
            found = random.sample(found, len(found))
        elif how == 3:
            found = [random.choice(found) for _ in range(random.randint(1, 8))] if found else []
        return found or [self.constant()]

    def length(self, vector: Vector) -> int:
        """A length from 1 to that of a vector."""
        return self.random.randint(1, len(vector))

    def unary(self) -> Callable[[Any], Any]:
        """An operation on one number."""
        if self.wild:
            rows = [op for op in ROWS if len(op.partials) == 1 and not op.any_number]
            return ENGINE[self.random.choice(rows).name]
        return self.random.choice(SMOOTH)

    def binary(self) -> Callable[[Any, Any], Any]:
        """An operation on two numbers."""
        if self.wild:
            return ENGINE[self.random.choice([op for op in ROWS if len(op.partials) == 2]).name]
        return self.random.choice(JOINED)


def value(each: Any) -> Value:
    """A Value; a plain number becomes a leaf."""
    return each if isinstance(each, Value) else Value(each)


def one_by_one(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """An operation on each number."""
    f = chance.unary()
    return [f(value(each)) for each in chance.vector(pool)]


def two_by_two(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """An operation on the numbers of two vectors, the shorter one over and over."""
    a, b, f = chance.vector(pool), chance.vector(pool), chance.binary()
    return [f(value(each), value(b[i % len(b)])) for i, each in enumerate(a)]


def with_a_number(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """An operation on each number and a plain one, before it or after it."""
    a, c, first = chance.vector(pool), chance.constant(), chance.random.random() < 0.5
    f = chance.random.choice((add, sub, mul))
    return [f(c, value(each)) if first else f(value(each), c) for each in a]


def table_by_table(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """An operation on each pair of two vectors, or of one and itself."""
    a, b, f = chance.vector(pool)[:5], chance.vector(pool)[:4], chance.binary()
    return [f(value(each), value(other)) for each in a for other in b]


def matrix_by_vector(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """Rows of a vector, as a matrix, times another one, with biases at times."""
    x = chance.vector(pool)[:5]
    w, biases = chance.vector(pool), chance.vector(pool)
    rows = [[w[(i * len(x) + j) % len(w)] for j in range(len(x))]
            for i in range(chance.random.randint(1, 4))]  # fmt: skip
    start = [b if chance.random.random() < 0.8 else 0 for b in biases[: len(rows)]]
    return [
        sum((a * b for a, b in zip(row, x, strict=True)), start[i % len(start)])
        for i, row in enumerate(rows)
    ]


def matrix_by_matrix(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """All rows of one against all rows of the other, or against those up to the same place."""
    a, b = chance.vector(pool), chance.vector(pool)
    size, is_causal = chance.random.randint(1, 4), chance.random.random() < 0.3
    rows = [[each[(i + j) % len(each)] for j in range(size)] for each in (a, b) for i in (0, 1, 2)]
    return [
        sum(u * v for u, v in zip(rows[i], rows[j], strict=True))
        for i in range(3)
        for j in range(3, 4 + i if is_causal else 6)
    ]


def ragged_sums(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """Sums of parts of different lengths, by loop, by `sum` or all at once."""
    a, how = chance.vector(pool), chance.random.randrange(4)
    parts = [a[: chance.length(a)] for _ in range(chance.random.randint(1, 5))]
    if how == 0:
        return [sum(part) for part in parts]
    if how == 1:
        return [reduce(add, part) for part in parts]
    if how == 2:
        return [Value.sum(part) for part in parts]
    return [0.5 + sum(part) for part in parts]


def running(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """Each result from the one before."""
    a, f, state = chance.vector(pool)[:6], chance.binary(), value(chance.constant())
    found = []
    for each in a:
        state = f(value(each), state)
        found.append(state)
    return found


def windows(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """A filter over a vector, with zeros at its ends or without."""
    a, w = chance.vector(pool), chance.vector(pool)[:3]
    if chance.random.random() < 0.5:
        a = [0.0, *a, 0.0]
    count = max(1, len(a) - len(w) + 1)
    return [sum(each * a[(i + j) % len(a)] for j, each in enumerate(w)) for i in range(count)]


def largest(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """The largest or smallest of parts of different lengths, one after another."""
    a = chance.vector(pool)
    name = chance.random.choice(("maximum", "minimum"))
    return [
        reduce(lambda b, c: getattr(value(b), name)(c), a[: chance.length(a)])
        for _ in range(chance.random.randint(1, 3))
    ]


def shares(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """Softmax of parts, which may be of different lengths."""
    a = [value(each) for each in chance.vector(pool)[:6]]
    found = []
    for part in (a, a[: chance.length(a)]):
        powers = [(each if chance.wild else each.tanh()).exp() for each in part]
        total = sum(powers)
        found += [each / total for each in powers]
    return found


def padded(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """Vectors one after another, with plain numbers between them."""
    return [*chance.vector(pool)[:5], chance.constant(), *chance.vector(pool)[:5]]


def again(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """The same computed twice, as a function that is called twice does."""
    a, f, g = chance.vector(pool)[:4], chance.unary(), chance.binary()
    first, second = ([f(value(each)) for each in a] for _ in range(2))
    return [g(b, c) for b in first for c in second]


def looked_up(chance: Chance, pool: Sequence[Vector]) -> Vector:
    """The numbers at a place that is decided from outside, and beside it."""
    a = chance.vector(pool)
    return [a[chance.choice % len(a)], a[(chance.choice + 1) % len(a)]]


STEPS = (
    one_by_one, one_by_one, two_by_two, two_by_two, with_a_number, table_by_table, matrix_by_vector,
    matrix_by_vector, matrix_by_matrix, ragged_sums, running, windows, largest, shares, padded,
    again, looked_up,
)  # fmt: skip


class Given(NamedTuple):
    """The numbers of a program: vectors of parameters and of inputs."""

    parameters: list[list[float]]
    inputs: list[list[float]]

    def moved(self, to: float | None) -> "Given":
        """The numbers, each a last bit nearer to some other one, if any; nan and inf stay."""
        if to is None:
            return self
        return Given(*([[nextafter(x, to) if isfinite(x) else x for x in vector]
                        for vector in vectors] for vectors in self))  # fmt: skip

    def values(self) -> tuple[list[list[Value]], list[list[Value]]]:
        """New leaves with these numbers."""
        made = [[[Value(x) for x in vector] for vector in vectors] for vectors in self]
        return made[0], made[1]


def given(seed: int, numbers: int, *, wild: bool) -> Given:
    """The numbers of the program with a seed; other `numbers`, but as many, for another one."""
    shape, random = Random(seed), Random(numbers)
    counts = [[shape.choice((1, 2, 3, 4, 6, 12)) for _ in range(shape.randint(1, 3))]
              for _ in range(2)]  # fmt: skip
    parameters, inputs = (
        [[number(random) if wild else random.uniform(-1.5, 1.5) for _ in range(n)] for n in each]
        for each in counts
    )
    return Given(parameters, inputs)


def run(seed: int, size: int, vectors: Sequence[Vector], *, wild: bool, choice: int = 0) -> Value:
    """The result of the program with this seed and so many steps.

    It is the mean of the last vector, if wild; else those of all steps, times the first parameter.
    """
    chance = Chance(seed, wild=wild, choice=choice)
    pool = list(vectors)
    for _ in range(size):
        pool.append(chance.random.choice(STEPS)(chance, pool))
    last = pool[-1:] if wild else pool[-size:]
    result = value(sum(sum(each) * (1 / len(each)) for each in last if each))
    return result if wild else result * pool[0][0]
