"""Classes of one operation at one depth, together: the same numbers in far fewer instructions."""

import pickle
from collections.abc import Sequence

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.recording import classes
from engine.compiler.recording.classes import recording_of
from engine.compiler.rolling.folded import FoldedClasses
from engine.compiler.rolling.levels import leveled
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import assert_same, compiled, eager
from tests.engine.compiler.gridded import GRIDS, rod
from tests.engine.compiler.recurrences import RandomRecurrence, Recurrence, drawn, lstm, row
from tests.engine.compiler.running_programs import RandomRunning


@pytest.fixture
def by_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever there is is put together by level, and nothing is computed node by node."""
    monkeypatch.setattr(classes, "_SMALL", 0)
    monkeypatch.setattr(classes, "_WIDTH", 10**9)
    monkeypatch.setattr(classes, "_FEWER", 0)
    monkeypatch.setattr(graphs, "is_narrow_for", lambda *_: False)


def recording(output: Value, parameters: Sequence[Value]) -> classes.Recording:
    """The recording of a graph."""
    return recording_of(output, dict.fromkeys(parameters, ("parameters", None)))


def demand(first: Recurrence, other: Recurrence) -> None:
    """Compare a program with its graph, for its own numbers and for those of another one."""
    loss, parameters = first
    program = compiled(loss, parameters)
    assert_same(program(), eager(loss, parameters))
    again = program(np.array([each.data for each in other[1]]))
    assert_same(again, eager(*other))


@pytest.mark.usefixtures("by_level")
@pytest.mark.parametrize("name", GRIDS)
def test_value_and_gradient_are_those_of_the_graph(name: str) -> None:
    """Of grids with edges, butterflies, tables and trees."""
    size = {"fourier": 16, "circuit": 3}.get(name, 6)
    demand(GRIDS[name](size, 5), GRIDS[name](size, 5, drawn(0, 0.01)))


@pytest.mark.usefixtures("by_level")
@pytest.mark.parametrize("seed", range(6))
def test_random_programs(seed: int) -> None:
    """Those that go through time too, whose levels have one class each; and running results."""
    demand(RandomRecurrence(seed).run(), RandomRecurrence(seed, 0.01).run())
    demand(RandomRunning(seed).run(), RandomRunning(seed, 0.01).run())


def unlike_sums() -> FoldedClasses:
    """The classes of a sum of operations that are alike, and read unlike inputs."""
    a, b, c, d = parameters = row(drawn(), 4)
    first, second = a.sin() * b, a.cos() * b
    loss = Value.sum([first * c, second * d, first, second.maximum(c).maximum(d)])
    return recording(loss, parameters).folded


def test_a_level_has_all_that_does_the_same() -> None:
    """Two sums of unlike inputs, ragged or not; leaves and the output stay as they are."""
    found = leveled(unlike_sums(), 1)
    assert found is not None
    kinds = [(each.op.name, each.count) for each in found.classes if not each.gathered]
    assert kinds.count(("mul", 2)) == 2
    assert kinds[-1] == ("sum", 1)


def test_levels_must_be_so_many_times_fewer() -> None:
    """With the classes in which they find what they read of several others."""
    folded = unlike_sums()
    found = leveled(folded, 1)
    assert found is not None
    assert any(each.gathered for each in found.classes)
    count = len(found.classes)
    assert leveled(folded, len(folded) / (count + 0.5)) is not None
    assert leveled(folded, len(folded) / (count - 0.5)) is None


def test_levels_are_for_narrow_graphs_of_which_they_are_a_fraction() -> None:
    """A rod with cold ends becomes a loop of a few instructions; a sequence stays as it is."""
    found = recording(*rod(30, 30))
    assert found.is_by_level
    assert found.is_narrow
    assert not found.is_narrow_in_steps
    assert found.rolled.size < 30
    wide = recording(*rod(2, 10))
    assert not wide.is_by_level
    values = [Value(0.1 * i) for i in range(200)]
    state = values[0]
    for each in values[1:]:
        state = (state * each).sin()
    assert not recording(state, values).is_by_level


@pytest.mark.usefixtures("by_level")
def test_the_summary_tells_of_levels() -> None:
    """After all else; a saved or pickled program is the same one."""
    loss, parameters = rod(12, 12)
    program = compiled(loss, parameters)
    assert str(program.summary()).endswith(", in a loop of 12 steps, by level")
    copy = pickle.loads(pickle.dumps(program))
    np.testing.assert_array_equal(copy()[1], program()[1])


@pytest.mark.usefixtures("by_level")
def test_levels_that_save_nothing_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where loops of exact classes are fewer."""
    monkeypatch.setattr(classes, "_FEWER", 1)
    found = recording(*lstm(20))
    assert not found.is_by_level
    demand(lstm(20), lstm(20, drawn(0, 0.01)))


@pytest.mark.usefixtures("by_level")
def test_chains_of_maxima_are_put_together() -> None:
    """Of unlike lengths, with numbers among them."""
    a, b, c = parameters = row(drawn(), 3)
    one = a.sin().maximum(b.sin()).maximum(0.2)
    two = (a * b).cos().maximum(c.exp()).maximum(-0.3).maximum(a.cos())
    loss = one * two + one
    assert_same(compiled(loss, parameters)(), eager(loss, parameters))


def roots(numbers: Sequence[Value]) -> Value:
    """The sum of a row of numbers after some steps, in which both ends are other than the rest."""
    now = list(numbers)
    for _ in range(12):
        before, now = now, []
        for i, each in enumerate(before):
            half = each * 0.5 + before[i - 1] * 0.25 if i else each * 0.5
            now.append((half * (1 + 0.1 * before[i + 1]) if i < len(before) - 1 else half).sqrt())
    return Value.sum(now)


def demand_without_gradient() -> None:
    """Compare a row that has a gradient, and one that has none, whose slopes are infinite."""
    leaves = a, b = Value(0.3), Value(0.2)

    def loss() -> Value:
        """The product of both, and more."""
        fixed = roots([b * (0.0 * i) for i in range(6)]).detach()
        return b * roots([a * (1.0 + i) for i in range(6)]) * (1.0 + fixed)

    program = engine.compile(loss, parameters=leaves)
    for numbers in (0.3, 0.2), (1.0, 2.0):
        a.data, b.data = numbers
        assert_same(program(), eager(loss(), leaves))


@pytest.mark.usefixtures("by_level")
def test_what_has_no_gradient_is_in_other_levels() -> None:
    """0 times its infinite slopes would be nan."""
    demand_without_gradient()


def test_what_has_no_gradient_is_in_other_loops() -> None:
    """As it is in other levels; each operation is a class of its own then."""
    demand_without_gradient()
