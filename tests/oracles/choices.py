"""Random functions of whole numbers: what they look up, compare and compute is drawn by chance.

A function has one to three arguments that are whole numbers, or one that is a row of them, and one
that is a list of inputs. It looks up parameters, rows of a table, inputs, and what it has computed
before, by indices that it finds from its arguments: as they are, shifted, joined, or through tables
of indices. It compares indices, skips one in a loop, keeps results that it may use again, and
computes with its arguments as numbers. All choices lead to the same operations.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from engine import Value
from tests.oracles.vectors import JOINED, SMOOTH

# How many numbers, rows and columns there are to look up; arguments are smaller than COUNT.
COUNT, WIDTH = 5, 3

# The arguments of a call: the inputs, all whole numbers, and what is kept while the call lasts.
Call = tuple[list[Value], list[int], dict[Any, Any]]
Index = Callable[[list[int]], int]
Term = Callable[[Call], Any]


class ChoiceFunction:
    """A random function, with parameters of its own.

    - `shape`: how many whole numbers there are, and whether they are one row of them.
    - `parameters`: all its leaves; `function`: it itself.
    """

    def __init__(self, seed: int) -> None:
        self.draw = draw = Random(seed)
        self.count = draw.randint(1, 3)
        self.is_row = draw.random() < 0.25
        self.weights = [Value(draw.uniform(-1, 1)) for _ in range(COUNT)]
        self.table = [[Value(draw.uniform(-1, 1)) for _ in range(WIDTH)] for _ in range(COUNT)]
        self.parameters = [*self.weights, *(each for row in self.table for each in row)]
        self._output = self._sum_of([self._term(3) for _ in range(draw.randint(1, 3))])

    def function(self, x: list[Value], *given: Any) -> Value:
        """The function of one example."""
        choices = list(given[0]) if self.is_row else list(given)
        output: Value = self._output((x, choices, {}))
        return output

    def arguments(self, examples: int) -> list[Any]:
        """Arguments for some examples, among which whole numbers are often equal."""
        inputs = [[self.draw.uniform(-1, 1) for _ in range(COUNT)] for _ in range(examples)]
        least = self.draw.choice((2, 3, COUNT))
        columns = [[self.draw.randrange(least) for _ in range(examples)]
                   for _ in range(self.count)]  # fmt: skip
        return [inputs, [*map(list, zip(*columns, strict=True))]] if self.is_row else [
            inputs, *columns]  # fmt: skip

    def _index(self) -> Index:
        """An index below COUNT."""
        i, j = (self.draw.randrange(self.count) for _ in range(2))
        shift = self.draw.randrange(COUNT)
        one = [self.draw.randrange(COUNT) for _ in range(COUNT)]
        two = [[self.draw.randrange(COUNT) for _ in range(COUNT)] for _ in range(COUNT)]
        kinds: tuple[Index, ...] = (
            lambda given: given[i],
            lambda given: given[j],
            lambda given: (given[i] + shift) % COUNT,
            lambda given: (given[i] + given[j]) % COUNT,
            lambda given: one[given[i]],
            lambda given: two[given[i]][given[j]],
            lambda given: given[i] if given[i] < given[j] else given[j],
            lambda given: shift if given[i] == given[j] else given[i],
            lambda _: shift,
        )
        return self.draw.choice(kinds)

    def _number(self) -> Callable[[list[int]], float]:
        """A plain number."""
        a, b = self._index(), self._index()
        one = [self.draw.choice((0.0, -0.0, 1.0, 0.5, -2.0)) for _ in range(COUNT)]
        kinds: tuple[Callable[[list[int]], float], ...] = (
            lambda given: a(given),
            lambda given: 0.5 * a(given) - 1,
            lambda given: 1.0 if a(given) == b(given) else 2.5,
            lambda given: float(a(given) - b(given)),
            lambda given: 1.0 / (1 + a(given)),
            lambda given: one[a(given)],
            lambda given: 1.0 if a(given) > b(given) else -1.0,
        )
        return self.draw.choice(kinds)

    def _term(self, depth: int) -> Term:
        """Something computed."""
        kinds = [self._leaf] if depth == 0 else [
            self._leaf, self._smooth, self._smooth, self._joined, self._joined, self._scaled,
            self._dot, self._kept, self._listed, self._others, self._shares, self._hinge,
        ]  # fmt: skip
        return self.draw.choice(kinds)(depth - 1)

    def _leaf(self, _: int) -> Term:
        index, column = self._index(), self.draw.randrange(WIDTH)
        kinds: tuple[Term, ...] = (
            lambda call: self.weights[index(call[1])],
            lambda call: self.table[index(call[1])][column],
            lambda call: call[0][index(call[1])],
        )
        return self.draw.choice(kinds)

    def _smooth(self, depth: int) -> Term:
        operation, inner = self.draw.choice(SMOOTH), self._term(depth)
        return lambda call: operation(inner(call))

    def _joined(self, depth: int) -> Term:
        operation = self.draw.choice(JOINED)
        a, b = self._term(depth), self._term(depth)
        return lambda call: operation(a(call), b(call))

    def _scaled(self, depth: int) -> Term:
        inner, number = self._term(depth), self._number()
        kinds: tuple[Term, ...] = (
            lambda call: inner(call) * number(call[1]),
            lambda call: number(call[1]) - inner(call),
            lambda call: inner(call) + number(call[1]),
            lambda call: (inner(call) ** 2 + 1) ** number(call[1]),
        )
        return self.draw.choice(kinds)

    def _dot(self, _: int) -> Term:
        """The product of the inputs and a row, or of two rows."""
        a, b = self._index(), self._index()
        if self.draw.random() < 0.5:
            return lambda call: _dot(call[0], self.table[a(call[1])])
        return lambda call: _dot(self.table[a(call[1])], self.table[b(call[1])])

    def _kept(self, _: int) -> Term:
        """Results for two indices, computed once where these are equal."""
        a, b, name = self._index(), self._index(), self.draw.random()

        def row(call: Call, index: int) -> Value:
            """The result for one index."""
            kept = call[2]
            if (name, index) not in kept:
                kept[name, index] = _dot(call[0], self.table[index]).tanh()
            result: Value = kept[name, index]
            return result

        return lambda call: row(call, a(call[1])) - 2 * row(call, b(call[1]))

    def _scores(self) -> Callable[[Call], list[Value]]:
        """A list that is computed in each call, once."""
        bias, name = self.draw.random() < 0.5, self.draw.random()

        def scores(call: Call) -> list[Value]:
            """A number for each row of the table."""
            made = [_dot(call[0], row) for row in self.table]
            return [a + b for a, b in zip(made, self.weights, strict=True)] if bias else made

        def kept(call: Call) -> list[Value]:
            """The list, computed once."""
            if name not in call[2]:
                call[2][name] = scores(call)
            listed: list[Value] = call[2][name]
            return listed

        return kept

    def _listed(self, _: int) -> Term:
        """Some of what is in a list that has been computed."""
        scores, a, b = self._scores(), self._index(), self._index()
        kinds: tuple[Callable[[list[Value], list[int]], Any], ...] = (
            lambda z, given: z[a(given)],
            lambda z, given: z[a(given)] - z[0],
            lambda z, given: z[a(given)] * z[0] + z[1],
            lambda z, given: z[a(given)] * z[b(given)],
            lambda z, given: Value.sum(each.exp() for each in z).log() - z[a(given)],
        )
        kind = self.draw.choice(kinds)
        return lambda call: kind(scores(call), call[1])

    def _others(self, _: int) -> Term:
        """A sum that leaves one out, or that leaves out those before."""
        index, scores = self._index(), self._scores()
        if self.draw.random() < 0.5:
            return lambda call: sum(
                self.weights[k].tanh() for k in range(COUNT) if k != index(call[1])
            )
        return lambda call: _margins(scores(call), index(call[1]))

    def _shares(self, _: int) -> Term:
        """A softmax, with the largest taken out."""
        index, scores = self._index(), self._scores()
        return lambda call: _share(scores(call), index(call[1]))

    def _hinge(self, _: int) -> Term:
        index, scores = self._index(), self._scores()

        def hinge(call: Call) -> Value:
            """The hinge loss over all classes."""
            z = scores(call)
            total: Value = sum(((each - z[index(call[1])] + 1).relu() for each in z), Value(0.0))
            return total

        return hinge

    def _sum_of(self, terms: Sequence[Term]) -> Term:
        return lambda call: Value.sum(each(call) for each in terms)


def _dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
    """The product of two rows, of the length of the shorter one."""
    return Value.sum(x * y for x, y in zip(a, b, strict=False))


def _margins(z: Sequence[Value], label: int) -> Value:
    """By how much all others come too near to one."""
    return Value.sum((1 + z[k] - z[label]).relu() for k in range(len(z)) if k != label)


def _share(z: Sequence[Value], label: int) -> Value:
    """The softmax of one of some scores."""
    top = z[0]
    for each in z[1:]:
        top = top.maximum(each)
    powers = [(each - top).exp() for each in z]
    return powers[label] / Value.sum(powers)
