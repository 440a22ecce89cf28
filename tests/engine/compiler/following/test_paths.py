"""Which paths of a function are run: what it remembers, and what few paths have in common."""

import warnings
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from statistics import median
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.following import followed, paths
from engine.compiler.following.trial import JoinedTrial

W, B = Value(0.5), Value(-0.25)


def eager(function: Callable[[Any], Value], row: list[Any]) -> list[float]:
    """The number that a function gives, and its gradient."""
    W.grad = B.grad = 0.0
    output = function([Value(each) for each in row])
    output.backward()
    return [output.data, W.grad, B.grad]


def is_followed(function: Callable[[Any], Value], rows: Any) -> bool:
    """Whether a function is followed, and if so, is the same as eager for each row.

    If not, it is so for the first row, of which it was traced.
    """
    step = engine.compile(function, parameters=[W, B], backend="numpy")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        step.trace(np.array(rows[:1]))
    baked = any("keeps what was decided" in str(each.message) for each in told)
    for row in rows[:1] if baked else rows:
        value, gradient = step(np.array([row]))
        np.testing.assert_allclose([value, *gradient], eager(function, row), rtol=1e-9, atol=1e-12)
    return not baked


def popped(x: list[Any]) -> Any:
    """Takes what it is given to pieces."""
    total = B * 1.0
    while x:
        each = x.pop()
        total = total * W + (each * W if each.data > 0 else each)
    return total


def sorted_in_place(x: list[Any]) -> Any:
    """Sorts what it is given."""
    x.sort(key=lambda each: each.data)
    return W * x[0] + B * x[-1] * x[1]


@pytest.mark.parametrize("function", [popped, sorted_in_place])
def test_a_function_may_change_what_it_is_given(function: Callable[[Any], Value]) -> None:
    """Each run has lists of its own."""
    assert is_followed(function, np.random.default_rng(0).normal(size=(20, 3)).tolist())


def test_what_remembers_a_run_is_not_followed() -> None:
    """It is what its first run has given, for the numbers of now, and the lines are told of."""

    @lru_cache
    def known(z: Value) -> Value:
        """What is decided once for each Value."""
        return z if z.data > 0 else z * W

    calls: list[int] = []

    def counting(x: list[Any]) -> Any:
        """Another constant in each run."""
        calls.append(1)
        return (x[0] if x[0].data > 0 else x[0] * B) * W * len(calls) + 0.0 * B

    for x in (2.0, -2.0):
        calls.clear()
        row = np.array([[x, -1.0]])
        for function, expected in (
            (lambda x: known(x[0]) * B + known(x[1]), B.data * (x if x > 0 else x * 0.5) - 0.5),
            (counting, (x if x > 0 else x * B.data) * 0.5),
        ):  # fmt: skip
            step = engine.compile(function, parameters=[W, B])
            with pytest.warns(UserWarning, match=r"keeps what was decided(?s:.*)reads \.data"):
                value, _ = step(row)
            assert value == expected


def test_a_failure_that_the_function_catches_is_one() -> None:
    """It goes on with what is wrong."""

    def catching(x: list[Any]) -> Any:
        """Decide more often than is followed, and catch everything."""
        total = W * x[0]
        try:
            while total.data > 1e-300:
                total = total * 0.7
        except:  # noqa: E722  # as somebody writes it
            return B * 1.0
        return total

    assert not is_followed(catching, [[1.0, 1.0]])


def alive(x: list[Any]) -> Any:
    """Whether all of many numbers are on one side, for some rows; none of which few paths are."""
    total = B * 1.0
    for start in range(0, 24, 8):
        s, is_alive = W * 1.0, True
        for each in x[start : start + 8]:
            s = s * (W * each * 0.2).exp()
            if s.data < 0.35:
                is_alive = False
        total = total + (s * s if is_alive else 0.0 * s)
    return total


def middle(x: list[Any]) -> Any:
    """The number in the middle of some, which Python sorts."""
    return median([each.data for each in x[:5]]) * W + B


def longest(x: list[Any]) -> Any:
    """The largest of the last ones, by a queue."""
    queue, total = deque[Any](), B * 1.0
    for each in x[:6]:
        while queue and queue[-1].data < each.data:
            queue.pop()
        queue.append(each)
        total = total + queue[0] * W
    return total


def in_a_row(x: list[Any]) -> Any:
    """Python counts how many in a row are on one side."""
    count, total = 0, B * 1.0
    for each in x[:14]:
        count = count + 1 if each.data > 0 else 0
        if count >= 2:
            total = total + each * W
    return total


def stacked(x: list[Any]) -> Any:
    """A list that grows on one side."""
    found: list[Any] = []
    for each in x[:20]:
        if each.data > 0 or not found:
            found.append(each * W)
        else:
            found[-1] = found[-1] + each * B
    return sum(found) + W


def independent(x: list[Any]) -> Any:
    """The same for rows, none of which decides about another."""
    return Value.sum([in_a_row(x[start : start + 4]) for start in range(0, 24, 4)])


def any_or_all(x: list[Any]) -> Any:
    """Questions about some numbers at a time."""
    total = B * 1.0
    for start in range(0, 24, 4):
        row = x[start : start + 4]
        if any(each.data > 1 for each in row):
            total = total + W * row[0]
        elif all(each.data < 0.5 for each in row):
            total = total + B * row[0]
        else:
            total = total + W * B * row[1]
    return total


def ever(x: list[Any]) -> Any:
    """Whether something was once so, for some rows; the same decides about a state besides."""
    total = B * 1.0
    for start in range(0, 24, 8):
        state, was = 0.0 * W, 0.0
        for each in x[start : start + 8]:
            if each.data > 0.7:
                state, was = state + each * W, 1.0
            state = state * B
        total = total + state * was + 1.0 / (1.0 + state * state)
    return total


@pytest.mark.parametrize("function", [
    alive, middle, longest, in_a_row, stacked, independent, any_or_all, ever,
])  # fmt: skip
def test_of_many_paths_none_is_wrong(function: Callable[[Any], Value]) -> None:
    """Either the function is followed on all of them, or it is told that it is not."""
    is_followed(function, np.random.default_rng(1).normal(size=(300, 24)).tolist())


def test_all_of_sixty_four_paths_are_run() -> None:
    """Which are as many as there are answers to six questions."""
    runs = []

    def function(x: list[Any]) -> Any:
        """Decide six times, all of which counts for the last product only."""
        runs.append(1)
        found = 1.0 * W
        for each in x:
            found = found * (B if each.data > 0 else W)
        return found + B

    assert is_followed(function, [[1.0] * 6, [-1.0] * 6, [1.0, -1.0] * 3])
    assert len(runs) == paths._ALL + 3 + 3  # two are run before, one is run again; and eager


def test_an_error_for_other_numbers_is_none() -> None:
    """It is known that the function takes an integer for a number, and of which example."""

    def looked_up(x: list[Any]) -> Any:
        """Look up what there is for some numbers only, and decide often."""
        found = [W, B][int(abs(x[0].data))] * 1.0
        for each in x:
            found = found * (B if each.data > 0 else W)
        return found

    assert not is_followed(looked_up, [[0.5] * 11])


def test_a_graph_that_is_not_that_of_its_paths_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if what is tried besides agrees with it."""
    tried: list[Any] = []

    def is_own(_: Any, way: Any) -> bool:
        """The first path that is tried agrees, which is the first one run again; others do not."""
        tried.append(way)
        return len(tried) % 2 == 1

    monkeypatch.setattr(JoinedTrial, "is_own", is_own)
    assert not is_followed(lambda x: W * x[0] if x[0] > 0 else B * x[0] + W, [[1.0]])
    assert len(tried) == 6


def test_paths_of_which_too_many_differ_are_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some rounds the function is as it was."""
    monkeypatch.setattr(followed, "_ROUNDS", 1)
    assert not is_followed(alive, np.random.default_rng(1).normal(size=(1, 24)).tolist())


def is_it(answer: object) -> float:
    """Whether it is true, by identity."""
    return 1.0 if answer is True else 0.0


def by_truth(x: list[Any]) -> Any:
    """Which of both there are: true is one object."""
    above = x[0].data > 0
    if above is False:
        return W * x[1]
    match x[1] > x[0], True is (x[0].data != 0.5):
        case True, True:
            return B * x[0]
    return W * B * x[1]


def by_helper(x: list[Any]) -> Any:
    """What another function asks."""
    return W * is_it(x[0] > 0.0) + B


def by_object(x: list[Any]) -> Any:
    """Which one is the largest."""
    z = [W * each for each in x[:3]]
    top = max(z)
    return Value.sum([B * each if each is top else each * 0.1 for each in z])


def by_equality(x: list[Any]) -> Any:
    """The same by `==`, which for Values is identity."""
    z = [W * each for each in x[:3]]
    top = min(z)
    return Value.sum([B * each if each == top else each * 0.1 for each in z])


def by_difference(x: list[Any]) -> Any:
    """The others."""
    top = max(x[0], x[1])
    return Value.sum([each * W for each in x[:3] if each != top]) + B * (1.0 + (top == 7.0))


def by_key(x: list[Any]) -> Any:
    """What belongs to the largest."""
    return {x[0]: W, x[1]: B}[max(x[0], x[1])] * x[2] + W * B


def by_class(x: list[Any]) -> Any:
    """A number that is read is a float."""
    number = (W * x[0]).data
    return B * number + W if type(number) is float else B * 100.0


def by_name(x: list[Any]) -> Any:
    """The same by the name of its class, in a function inside."""
    kind: Callable[[Any], str] = lambda number: number.__class__.__name__  # noqa: E731
    return (W if kind(x[0].data) == "float" else B) * x[0] + B


@pytest.mark.parametrize(("function", "expected"), [
    (by_truth, True), (by_helper, True), (by_object, True), (by_equality, False),
    (by_difference, False), (by_key, False), (by_class, False), (by_name, False),
])  # fmt: skip
def test_who_an_object_is(function: Callable[[Any], Value], expected: bool) -> None:
    """It is followed, or told."""
    rows = np.random.default_rng(2).normal(size=(30, 3)).tolist()
    assert is_followed(function, [*rows, [0.5, 0.5, 0.5]]) is expected


def test_the_largest_is_a_value_afterwards() -> None:
    """What was kept is equal to itself only, and may be a key."""
    kept: list[Any] = []

    def keeping(x: list[Any]) -> Any:
        """Keep the largest."""
        kept.append(max(x[0] * W, B))
        return kept[-1] * 1.0

    engine.compile(keeping, parameters=[W, B]).trace(np.ones((1, 1)))
    top = kept[-1]
    assert top == top
    assert top != W
    for other in (2.0, "text"):
        assert not top == other  # noqa: SIM201
        assert top != other
    assert {top: 1}[top] == 1


def test_parameters_have_no_other_numbers_while_paths_are_tried() -> None:
    """They are the user's own, and another thread may read them: of these no path is moved."""
    many = [Value(each) for each in np.random.default_rng(0).normal(size=14).tolist()]
    usual, seen = [each.data for each in many], set[tuple[float, ...]]()

    def loss() -> Value:
        """Numbers above 0 count twice, and beyond a sum three times."""
        seen.add(tuple(each._data for each in many))
        total = Value(0.0)
        for each in many:
            total = total + (each * 2.0 if each.data > 0 else each)
            if total.data > 1:
                total = total * 1.5
        return total

    program = engine.compile(loss, parameters=many)
    assert seen == {tuple(usual)}
    for sign in (1.0, -1.0):
        for each, number in zip(many, usual, strict=True):
            each.data, each.grad = sign * number, 0.0
        output = loss()
        output.backward()
        value, gradient = program([each.data for each in many])
        assert value == pytest.approx(output.data, rel=1e-12)
        assert gradient == pytest.approx([each.grad for each in many], rel=1e-12)
