"""Steps that lack operations which others have, filled up."""

import math
from collections.abc import Callable

import pytest

from engine import Value
from engine.compiler.filling.filled import filled_up
from engine.compiler.kinds.decisions import is_decision
from engine.compiler.recording import classes
from engine.compiler.recording.classes import Recording, recording_of
from engine.compiler.rolling.listed import ListedClasses
from engine.compiler.rolling.members import Members
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    has_twins,
    is_comparable,
)
from tests.engine.compiler.gridded import circuit
from tests.engine.compiler.recurrences import Draw, Recurrence, drawn


def recording(program: Recurrence) -> Recording:
    """The recording of a program, each operation a class of its own, filled up."""
    output, parameters = program
    *_, last = recording_of(output, dict.fromkeys(parameters, ("parameters", None))).ways()
    return last


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is filled up, where there is anything to be filled, and computed as arrays."""

    def looped(self: Recording) -> Recording:
        """The same nodes, filled up."""
        *_, last = self.ways()
        return last

    monkeypatch.setattr(graphs, "is_narrow_for", lambda *_: False)
    monkeypatch.setattr(classes.Recording, "looped", property(looped))


def now_and_then(piece: Callable[[Value, Value], Value], steps: int = 20) -> Recurrence:
    """A state that changes in each step, and by a piece of a program in some of them."""
    rng = drawn(3)
    x, w = parameters = rng.known(0.4, 0.3)
    for t in range(steps):
        x = (x * w + 0.3).tanh() * 0.5 + x * 0.4
        if t % 3 and t % 5:
            x = piece(x, w)
        x = x + rng.random() * w
    return x * x, parameters


# fmt: off
PIECES: dict[str, Callable[[Value, Value], Value]] = {
    "curve":        lambda x, w: (x * w).sin(),
    "log of 0":     lambda x, _: x + (x - 1.0) ** 2 * (x + 0.5).log(),
    "steep at 1":   lambda x, _: x + 0.1 / ((x - 1.0) ** 2).log(),
    "root of 0":    lambda x, w: x + (x * x * w - w).maximum(-9.0) + (1.0 - x).sqrt() * 0.1,
    "largest":      lambda x, w: x.maximum(w).maximum(0.2),
    "difference":   lambda x, w: 1.0 - x - w + x * w,
    "by a number":  lambda x, w: x / 1.5 - 0.25 * w,
    "power":        lambda x, w: x**3 + w**2,
}
# fmt: on


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("name", PIECES)
def test_what_is_missing_in_some_steps_has_no_gradient(name: str) -> None:
    """Whatever it is for the number 1, with which it is filled in; the steps are one loop."""
    output, parameters = now_and_then(PIECES[name])
    made = compiled(output, parameters)
    assert_same(made(), eager(output, parameters))
    loops = [each for each in made.program.instructions if each.kind == "loop"]
    assert max(each.detail.steps for each in loops) >= 18


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("zero", [-0.0, 0.0])
def test_a_term_that_is_missing_leaves_the_sign_of_a_zero(zero: float) -> None:
    """-0 + -0 is -0, and -0 + 0 is not."""
    x, w, p = parameters = [*map(Value, (zero, 0.5, zero))]
    for t in range(24):
        x = (x * w).tanh() + p
        if t % 3 and t % 5:
            x = x + p
    output = 1.0 / x
    assert output.data == math.copysign(math.inf, zero)
    made = compiled(output, parameters)
    assert any(each.kind == "loop" for each in made.program.instructions)
    assert made()[0] == output.data


@pytest.mark.usefixtures("always")
def test_what_is_added_and_what_is_subtracted_keep_apart() -> None:
    """A step that adds what others subtract has no column of theirs for it."""
    rng = drawn(2)
    x, w, *others = parameters = rng.known(0.4, 0.5, 0.3, 0.2, 0.7, 0.1)
    a, b, c, d = others
    for t in range(24):
        x = (x * w).tanh()
        x = x - a - b if t % 3 and t % 5 else x + c + d
        x = x * rng.random()
    output = x * x
    made = compiled(output, parameters)
    assert_same(made(), eager(output, parameters))
    assert any(each.kind == "loop" for each in made.program.instructions)


@pytest.mark.usefixtures("always")
def test_a_number_is_added_where_other_steps_add_a_value() -> None:
    """In the same column: the sums of all steps have three terms, and no number beside them."""
    x, w, p, q = parameters = drawn(2).known(0.4, 0.5, 0.3, 0.2)
    for t in range(24):
        x = (x * w).tanh()
        x = Value.sum([x, p, q if t % 3 and t % 5 else 0.25]) * 0.9
    output = x * x
    filled = filled_up(recording((output, parameters)).folded)
    assert filled is not None
    sums = [each for each in filled.classes if each.terms]
    assert len(sums) == 24
    assert all(len(each.terms) == 3 and each.added is None for each in sums)
    assert_same(compiled(output, parameters)(), eager(output, parameters))


def test_the_number_of_classes_does_not_depend_on_what_is_missing() -> None:
    """Seven steps more: the same loop."""
    sizes = {recording(now_and_then(PIECES["curve"], steps)).rolled.size for steps in (23, 30, 37)}
    assert len(sizes) == 1


def decisions(program: Recurrence) -> int:
    """How many decisions there are in all steps that were filled up."""
    filled = filled_up(recording(program).folded)
    assert filled is not None
    return sum(is_decision(each.op) for each in filled.classes)


def test_nothing_is_decided_where_steps_read_what_all_of_them_have() -> None:
    """Here each step lacks something: what it reads is from the step before, or missing, too."""

    def program(steps: int) -> Recurrence:
        """Two states, of which one is learned in each step."""
        rng = drawn(1)
        a, b, w = parameters = rng.known(0.1, 0.2, 0.3)
        for t in range(steps):
            if t % 3:
                a = ((a * w + b).tanh() * w).sin() + rng.random()
            else:
                b = ((b * w - a).sigmoid() * w).cos() - rng.random()
        return a * b, parameters

    assert decisions(program(30)) == 0
    assert decisions(now_and_then(PIECES["curve"])) > 0


def test_steps_of_which_nothing_is_missing_are_filled_up_with_nothing() -> None:
    """All are there once, and in the same order."""
    rng = drawn(1)
    x, w = rng.known(0.1, 0.2)
    first = x
    for _ in range(20):
        x = (x * w).tanh() + rng.random()
    old = recording((x.exp(), [first, w])).folded
    filled = filled_up(old)
    assert filled is not None
    assert not any(is_decision(each.op) for each in filled.classes)
    assert len(filled.classes) == len(old) + 1  # a row of plain numbers


def test_nothing_is_filled_up_where_nothing_repeats_or_where_classes_are_several_nodes() -> None:
    """Then it is rolled as it is."""
    x = Value(0.5)
    alone = recording((x.exp().sin() + x.cos(), [x]))
    assert filled_up(alone.folded) is None
    assert alone.rolled.size == alone.folded.counts().size
    several = Value.sum([(x * i).exp() for i in range(50)])
    assert filled_up(recording_of(several, {x: ("parameters", None)}).folded) is None


def test_nothing_is_filled_up_where_there_are_levels_that_are_wide() -> None:
    """Arrays of one operation at one depth are quicker than the steps of a loop."""
    output, parameters = circuit(5, 6)
    found = recording_of(output, dict.fromkeys(parameters, ("parameters", None))).looped
    assert found.rolled.loops.are_by_level
    assert found.rolled.size > 100


def test_steps_that_are_known_are_rolled_as_they_are_laid_out() -> None:
    """A loop of as many steps, each with what it lacks."""
    filled = filled_up(recording(now_and_then(PIECES["curve"], 30)).folded)
    assert filled is not None
    tokens = ListedClasses(filled.classes).tokens()
    for start, period, times in filled.steps:
        rows = tokens[start : start + period * times].reshape(times, period)
        assert (rows == rows[0]).all()
    assert isinstance(filled.classes[0], Members)


class GappyProgram:
    """A random program whose steps do some of a few pieces each, in a table or in states.

    What a piece computes is drawn once; what it reads and writes of a table, in each step.
    """

    CURVES: tuple[Callable[[Value, Value | float], Value], ...] = (
        lambda a, b: a * b,
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: (a + b).tanh(),
        lambda a, b: a / (1.5 + b * b),
        lambda a, b: a.log() + b,
        lambda a, b: a.exp() * 0.1 - b,
        lambda a, b: a.maximum(b),
        lambda a, b: 1 / (a * a + b * b),
    )

    def __init__(self, seed: int, *, wild: bool) -> None:
        self.rng: Draw = drawn(seed, wild=wild)
        rng = self.rng
        self.weights = rng.known(*(rng.gauss(0.5, 0.5) for _ in range(rng.randint(2, 4))))
        self.state: list[Value | float] = []
        for _ in range(rng.randint(1, 4)):
            self.state.append(rng.choice((0.0, 1.0, rng.known(rng.gauss(0.5, 0.5))[0])))
        self.parameters = [*self.weights, *(e for e in self.state if isinstance(e, Value))]
        self.is_table = rng.random() < 0.4
        self.pieces = [(rng.choice((1.0, 0.7, 0.5, 0.3)),
                        [(rng.choice(self.CURVES), rng.choice("sspdx"), rng.choice("sspdx"),
                          rng.randrange(12)) for _ in range(rng.randint(1, 4))])
                       for _ in range(rng.randint(2, 4))]  # fmt: skip

    def place(self, number: int) -> int:
        """Where a state is."""
        return (self.rng.randrange(12) if self.is_table else number) % len(self.state)

    def read(self, kind: str, number: int, last: Value) -> Value | float:
        """What a piece reads: a state, a parameter, a number, or what it has computed last."""
        if kind == "s":
            return self.state[self.place(number)]
        if kind == "d":
            return self.rng.gauss(0, 1)
        return self.weights[number % len(self.weights)] if kind == "p" else last

    def run(self) -> Recurrence:
        """The loss and the parameters."""
        loss = self.weights[0] * 0.1
        for _ in range(self.rng.randint(10, 25)):
            last = self.weights[0]
            for chance, piece in self.pieces:
                if self.rng.random() > chance:
                    continue
                for curve, first, second, number in piece:
                    x = self.read(first, number, last)
                    x = x if isinstance(x, Value) else self.weights[-1] * x
                    last = curve(x, self.read(second, number + 1, last))
                    self.state[self.place(number + 2)] = last
            loss = loss + (last - 0.5) ** 2
        return loss + Value.sum([each * each for each in self.state]), self.parameters


def recorded(seed: int, *, wild: bool) -> Recurrence:
    """The program of a seed, or of the next hundredth that Python does not refuse."""
    while True:
        try:
            return GappyProgram(seed, wild=wild).run()
        except (OverflowError, ZeroDivisionError, ValueError):
            seed += 100


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("wild", [False, True], ids=["tame", "wild"])
def test_random_programs_with_gaps_agree_with_eager(seed: int, wild: bool) -> None:
    """Numbers where they can be compared, else which of them are nan and infinite."""
    output, parameters = recorded(seed, wild=wild)
    expected = eager(output, parameters)
    found = compiled(output, parameters)()
    if is_comparable(output, expected[1]):
        assert_same(found, expected)
    elif not has_twins(output):
        assert_same_pattern(found[0], expected[0])
        assert_same_pattern(found[1], expected[1])
