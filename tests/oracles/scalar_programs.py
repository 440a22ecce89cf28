"""Programs on scalars of many kinds, written in plain lists and loops, as one writes them.

Each is a function of a type of Value and a `random.Random`; it gives the output and the leaves that
are parameters. They read and combine numbers in patterns of their own: windows, triangles, tables,
trees, recurrences.
"""

from collections.abc import Callable
from functools import reduce
from itertools import combinations, pairwise
from random import Random
from typing import Any

Made = tuple[Any, list[Any]]
ScalarProgram = Callable[[Any, Random], Made]


def vector(value: Any, draw: Random, size: int) -> list[Any]:
    """So many Values, drawn from [-1, 1)."""
    return [value(draw.uniform(-1, 1)) for _ in range(size)]


def matrix(value: Any, draw: Random, rows: int, columns: int) -> list[list[Any]]:
    """Rows of Values."""
    return [vector(value, draw, columns) for _ in range(rows)]


def flat(*nested: Any) -> list[Any]:
    """All that is in nested lists."""
    found: list[Any] = []
    for each in nested:
        found += flat(*each) if isinstance(each, list) else [each]
    return found


def convolution(value: Any, draw: Random) -> Made:
    """Filters over windows of an image, ReLU, and the largest of each 2 x 2, squared and added."""
    image = [[draw.uniform(-1, 1) for _ in range(8)] for _ in range(8)]
    filters = [matrix(value, draw, 3, 3) for _ in range(4)]
    total = value(0.0)
    for each in filters:
        seen = [
            [
                sum(each[i][j] * image[y + i][x + j] for i in range(3) for j in range(3)).relu()
                for x in range(6)
            ]
            for y in range(6)
        ]
        for y in range(0, 6, 2):
            for x in range(0, 6, 2):
                four = [seen[y][x], seen[y][x + 1], seen[y + 1][x], seen[y + 1][x + 1]]
                total = total + reduce(lambda a, b: a.maximum(b), four) ** 2
    return total, flat(filters)


def pairs_of_atoms(value: Any, draw: Random) -> Made:
    """Lennard-Jones energy: every pair of points once, a triangle of distances."""
    points = [[value(i + draw.uniform(-0.2, 0.2)), value(draw.uniform(-1, 1))] for i in range(9)]
    energy = 0.0
    for a, b in combinations(points, 2):
        inverse = 1 / sum((u - v) ** 2 for u, v in zip(a, b, strict=True))
        energy += 4 * (inverse**6 - inverse**3)
    return energy, flat(points)


def ratings(value: Any, draw: Random) -> Made:
    """Matrix factorisation of some entries of a table, with biases looked up."""
    users, items = matrix(value, draw, 7, 3), matrix(value, draw, 5, 3)
    bias = vector(value, draw, 5)
    seen = [(u, i) for u in range(7) for i in range(5) if draw.random() < 0.4]
    errors = [
        (sum(a * b for a, b in zip(users[u], items[i], strict=True)) + bias[i] - draw.random()) ** 2
        for u, i in seen
    ]
    return sum(errors) / len(errors), flat(users, items, bias)


def recurrent(value: Any, draw: Random) -> Made:
    """A gated recurrent cell over a sequence: classes follow one another in time."""
    size, inputs = 4, [[draw.uniform(-1, 1) for _ in range(3)] for _ in range(6)]
    gates = [matrix(value, draw, size, size + 3) for _ in range(3)]
    state = [value(0.0) for _ in range(size)]
    for x in inputs:
        both = [*state, *x]
        keep, reset, new = ([sum(w * each for w, each in zip(row, both, strict=True))
                             for row in gate] for gate in gates)  # fmt: skip
        state = [
            k.sigmoid() * h + (1 - k.sigmoid()) * (n * r.sigmoid()).tanh()
            for k, r, n, h in zip(keep, reset, new, state, strict=True)
        ]
    return sum(each * each for each in state), flat(gates)


def mixture(value: Any, draw: Random) -> Made:
    """The likelihood of numbers under a mixture of Gaussians, by log-sum-exp with the maximum."""
    means, logs, weights = vector(value, draw, 3), vector(value, draw, 3), vector(value, draw, 3)
    losses = []
    for _ in range(20):
        x = draw.uniform(-2, 2)
        scores = [
            w - s - 0.5 * ((x - m) / s.exp()) ** 2
            for m, s, w in zip(means, logs, weights, strict=True)
        ]
        largest = reduce(lambda a, b: a.maximum(b), scores)
        inside = sum((score - largest).exp() for score in scores)
        losses.append(-(largest + inside.log()))
    return sum(losses) / len(losses), flat(means, logs, weights)


def normalised_batch(value: Any, draw: Random) -> Made:
    """Each feature of a batch by its mean and deviation over the batch: sums over either axis."""
    rows, scale, shift = matrix(value, draw, 6, 4), vector(value, draw, 4), vector(value, draw, 4)
    columns = list(zip(*rows, strict=True))
    means = [sum(column) / len(column) for column in columns]
    spread = [
        (sum((x - m) ** 2 for x in column) / len(column) + 1e-5) ** 0.5
        for column, m in zip(columns, means, strict=True)
    ]
    total = 0
    for row in rows:
        for x, m, s, a, b in zip(row, means, spread, scale, shift, strict=True):
            total = total + (a * (x - m) / s + b).tanh()
    return total, flat(rows, scale, shift)


def ragged(value: Any, draw: Random) -> Made:
    """Polynomials of different degrees, and sums of different lengths of what they give."""
    coefficients = [vector(value, draw, size) for size in (2, 3, 5, 5, 8)]
    points = [draw.uniform(-1, 1) for _ in range(4)]
    values = [[sum(c * x**i for i, c in enumerate(each)) for x in points] for each in coefficients]
    sums = [sum(row[: n + 1]).sin() for row in values for n in range(4)]
    return sum(sums), flat(coefficients)


def two_towers(value: Any, draw: Random) -> Made:
    """Two networks of different sizes beside each other, and the product of what they give."""

    def network(sizes: list[int]) -> tuple[Any, list[Any]]:
        """The output of an MLP, and its weights."""
        layers = [matrix(value, draw, b, a) for a, b in pairwise(sizes)]
        x: list[Any] = [draw.uniform(-1, 1) for _ in range(sizes[0])]
        for layer in layers:
            x = [sum(w * each for w, each in zip(row, x, strict=True)).tanh() for row in layer]
        return x[0], flat(layers)

    (a, first), (b, second) = network([4, 8, 1]), network([3, 5, 1])
    return (a * b - 0.3) ** 2, first + second


def backwards(value: Any, draw: Random) -> Made:
    """Lists read from the end, every other one, and in an order of chance."""
    x, y = vector(value, draw, 12), vector(value, draw, 12)
    order = draw.sample(range(12), 12)
    terms = [a * b for a, b in zip(x[::-1], y, strict=True)]
    terms += [(a - b).exp() for a, b in zip(x[::2], y[::-2], strict=True)]
    terms += [(x[i] * y[j]).cos() for i, j in enumerate(order)]
    return sum(terms), x + y


def elimination(value: Any, draw: Random) -> Made:
    """A linear system solved by Gaussian elimination: triangles that shrink from step to step."""
    size = 5
    entries, b = matrix(value, draw, size, size), vector(value, draw, size)
    rows = [[each + 4.0 * (i == j) for j, each in enumerate(row)] for i, row in enumerate(entries)]
    right = list(b)
    for i in range(size):
        for j in range(i + 1, size):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [a - factor * c for a, c in zip(rows[j], rows[i], strict=True)]
            right[j] = right[j] - factor * right[i]
    x: list[Any] = []
    for i in reversed(range(size)):
        known = sum(a * c for a, c in zip(rows[i][i + 1 :], x, strict=True))
        x.insert(0, (right[i] - known) / rows[i][i])
    return sum(each * each for each in x), flat(entries, b)


def hidden_states(value: Any, draw: Random) -> Made:
    """The forward algorithm: how likely a sequence is, by softmax of tables and sums over paths."""
    moves, shows = matrix(value, draw, 3, 3), matrix(value, draw, 3, 4)

    def shares(row: list[Any]) -> list[Any]:
        """Softmax."""
        powers = [each.exp() for each in row]
        return [each / sum(powers) for each in powers]

    move, show = list(map(shares, moves)), list(map(shares, shows))
    state = [row[0] / 3 for row in show]
    loss = 0.0
    for _ in range(6):
        seen = draw.randrange(4)
        state = [sum(state[i] * move[i][j] for i in range(3)) * show[j][seen] for j in range(3)]
        loss -= sum(state).log()
        state = [each / sum(state) for each in state]
    return loss, flat(moves, shows)


def neighbours(value: Any, draw: Random) -> Made:
    """Two graph convolutions: means over neighbours, of whom each node has another number."""
    near = [sorted({i, *draw.sample(range(9), draw.randint(1, 4))}) for i in range(9)]
    x: list[list[Any]] = [[draw.uniform(-1, 1) for _ in range(3)] for _ in near]
    layers = [matrix(value, draw, 4, 3), matrix(value, draw, 2, 4)]
    for layer in layers:
        means = [[sum(x[j][k] for j in each) / len(each) for k in range(len(x[0]))]
                 for each in near]  # fmt: skip
        x = [[sum(w * m for w, m in zip(row, mean, strict=True)).relu() for row in layer]
             for mean in means]  # fmt: skip
    return sum((each - 0.5) ** 2 for row in x for each in row), flat(layers)


def words(value: Any, draw: Random) -> Made:
    """Word vectors with negative sampling: scalar products of rows that are looked up by chance."""
    inner, outer = matrix(value, draw, 8, 4), matrix(value, draw, 8, 4)
    losses = []
    for _ in range(12):
        word = draw.choice(inner)
        for sign in (1, *[-1] * draw.randint(1, 4)):
            score = sum(a * b for a, b in zip(word, draw.choice(outer), strict=True))
            losses.append(-(1 / (1 + (-sign * score).exp())).log())
    return sum(losses) / 12, flat(inner, outer)


SCALAR_PROGRAMS: dict[str, ScalarProgram] = {
    each.__name__: each
    for each in (
        convolution, pairs_of_atoms, ratings, recurrent, mixture, normalised_batch, ragged,
        two_towers, backwards, elimination, hidden_states, neighbours, words,
    )
}  # fmt: skip
