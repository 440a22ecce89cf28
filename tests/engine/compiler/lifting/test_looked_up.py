"""Programs whose steps read and write places that differ from step to step: loops that look up."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.kinds import InnerProgram
from engine.compiler.kinds.loops import every_instruction
from engine.compiler.recording import classes
from engine.compiler.recording.classes import Recording, recording_of
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.programs_with_loops import ratings
from tests.engine.compiler.recurrences import Recurrence, drawn

CURVES = ("tanh", "sin", "sigmoid", "relu")


@pytest.fixture(autouse=True)
def as_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed node by node, and each graph is looked at in all ways."""
    monkeypatch.setattr(graphs, "is_narrow_for", lambda *_: False)
    monkeypatch.setattr(classes, "_SMALL", 20)


class RandomTable:
    """A random program of a table.

    A step reads one to three places, and writes one or two of them; it has a state of its own, and
    reads what a step gave some steps before, or neither.
    """

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.size, self.steps = random.randint(3, 6), random.randint(14, 24)
        self.reads = random.randint(1, 3)
        self.writes = random.randint(1, min(2, self.reads))
        self.lag = random.choice([0, 0, 1, 3])
        self.has_state, self.is_seen = random.random() < 0.4, random.random() < 0.8
        self.curves = random.choices(CURVES, k=3)
        self.order = [random.sample(range(self.size), self.reads) for _ in range(self.steps)]
        self.numbers = [[random.uniform(-0.5, 0.5) for _ in range(2)] for _ in range(self.steps)]
        self.first = [random.uniform(-1, 1) for _ in range(self.size + 3)]

    def parameters(self, shift: float = 0.0) -> list[Value]:
        """Three weights, and the numbers of the table before all steps."""
        return [Value(each + shift * (1 + i % 2)) for i, each in enumerate(self.first)]

    def loss(self, parameters: Sequence[Value], xs: Sequence[Sequence[Value | float]]) -> Value:
        """The squares of parameters, of all results, and of the table in the end."""
        a, b, c, *table = parameters
        state, given, squares = c, [a] * max(self.lag, 1), [each * each for each in parameters]
        for places, (x, y) in zip(self.order, xs, strict=True):
            first, *others = (table[place] for place in places)
            result = a * first + x
            for other in others:
                result = result + b * getattr(other, self.curves[0])()
            if self.lag:
                result = result - 0.1 * given[-self.lag]
            if self.has_state:
                state = getattr(result + c * state, self.curves[1])()
                result = result * state
            made = getattr(result, self.curves[2])() + y
            for place, scale in zip(places[: self.writes], (0.5, 0.3), strict=False):
                table[place] = table[place] * scale + made
            given.append(made)
            squares.append((made - y) ** 2)
        ends = [each * each for each in table] if self.is_seen else []
        return Value.sum([*squares, *ends])

    def run(self, shift: float = 0.0) -> Recurrence:
        """The loss for numbers that are known, and its parameters."""
        parameters = self.parameters(shift)
        return self.loss(parameters, self.numbers), parameters


def looks_up(program: InnerProgram) -> bool:
    """Whether a program has a loop whose steps look up."""
    return any(each.detail.has_addresses for each in every_instruction(program)
               if each.kind == "loop")  # fmt: skip


def demand(run: Callable[[float], Recurrence]) -> engine.Compiled:
    """Compare a program with the graph, for its own numbers and for others."""
    loss, parameters = run(0.0)
    program = compiled(loss, parameters)
    assert_same(program(), eager(loss, parameters))
    other, others = run(0.01)
    assert_same(program(np.array([each.data for each in others])), eager(other, others))
    return program


def test_random_tables() -> None:
    """Most of them are loops that look up; all have the value and the gradient of the graph."""
    found = [looks_up(demand(RandomTable(seed).run).program) for seed in range(12)]
    assert sum(found) >= 8


@pytest.mark.parametrize("seed", [20, 21, 23])
def test_examples_have_tables_of_their_own(seed: int) -> None:
    """Each begins with the parameters, and goes on with its own numbers."""
    table, rng = RandomTable(seed), Random(seed)
    parameters = table.parameters()
    program = engine.compile(lambda xs: table.loss(parameters, xs), parameters=parameters)
    for count in (1, 3, 17):
        xs = [[[rng.uniform(-1, 1) for _ in range(2)] for _ in range(table.steps)]
              for _ in range(count)]  # fmt: skip
        mean = Value.sum([table.loss(parameters, each) for each in xs]) / count
        assert_same(program(np.array(xs)), eager(mean, parameters))
    assert looks_up(program.program)


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e200])
def test_ends_of_the_range_spread_as_they_do_eagerly(number: float) -> None:
    """In one place of the table: who reads it, and who reads that, and nobody else."""
    for seed in range(3):
        table = RandomTable(seed)
        table.first[4] = number
        demand(table.run)


def read_of_itself(steps: int) -> Recurrence:
    """Where both places are one, the second number is what the step has given itself."""
    rng = drawn(3)
    weight, *table = parameters = rng.known(0.5, *(rng.gauss(0, 1) for _ in range(4)))
    squares = []
    for _ in range(steps):
        i, j = rng.randrange(4), rng.randrange(4)
        table[i] = (weight * table[i] + rng.random()).sin()
        squares.append(table[j] * table[j])
        table[j] = (weight * table[j] + rng.random()).tanh()
    return Value.sum([*squares, *table]), parameters


def anywhere(output: Value, parameters: Sequence[Value]) -> Recording:
    """The way in which steps may read any steps before."""
    _, _, found, _ = recording_of(output, dict.fromkeys(parameters, ("parameters", None))).ways()
    return found


def test_what_a_step_gives_itself_in_some_steps_only_is_not_looked_up() -> None:
    """A row is there when its step has ended, so these steps are no loop; it is said why."""
    whys = [each.why for each in anywhere(*read_of_itself(40)).rolled.loops.found]
    assert any("others what they have given themselves" in each for each in whys)
    demand(lambda shift: read_of_itself(40))


def test_what_a_step_gives_itself_in_some_steps_only_is_decided_where_steps_are_filled_up() -> None:
    """So these steps are a loop, with a decision in each of them."""
    output, parameters = read_of_itself(40)
    found = recording_of(output, dict.fromkeys(parameters, ("parameters", None))).looped
    (steps,) = {each.steps for each in found.rolled.loops.found}
    assert steps >= 38
    assert found.rolled.size < 60


def test_one_number_is_looked_up_at_a_time() -> None:
    """A player's rating is of any game before; all else in a game is where it was."""
    last = anywhere(*ratings(40))
    loops = {id(each.rolled): each.rolled for each in last.rolled.classes if each.rolled}
    (loop,) = loops.values()
    kinds = [type(each).__name__ for each in loop.inputs]
    assert kinds.count("AnyStep") == 2
    assert not loop.is_running
