"""Whole numbers as choices: what coincides, what many combinations need, and what differs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.recording import choices
from engine.compiler.recording.choices import ChoicesDiffer, Combinations
from tests.engine.compiler.agreeing import assert_same, eager

_draws = Random(0)
_chance = np.random.default_rng(0)


def row(count: int) -> list[Value]:
    """Some parameters."""
    return [Value(_draws.uniform(-1, 1)) for _ in range(count)]


W, BIAS = row(7), row(5)
TABLE, CLASSES = [row(3) for _ in range(5)], [row(4) for _ in range(5)]
PARAMETERS = [*W, *BIAS, *(each for rows in (TABLE, CLASSES) for one in rows for each in one)]
X = _chance.normal(size=(30, 4)).tolist()


def whole(*shape: int, below: int = 5) -> Any:
    """Some whole numbers, in lists."""
    return _chance.integers(0, below, shape).tolist()


def dot(a: list[Value], b: list[Value]) -> Value:
    """The product of two rows, of the length of the shorter one."""
    return Value.sum(x * y for x, y in zip(a, b, strict=False))


def scores(x: list[Value]) -> list[Value]:
    """A score for each class."""
    return [dot(each, x) + bias for each, bias in zip(CLASSES, BIAS, strict=True)]


def assert_compiles(function: Callable[..., Value], *arrays: Any) -> engine.CompiledFunction:
    """A function is for many examples what it is for each; gives it compiled."""

    def values(one: Any) -> Any:
        """Lists of Values; whole numbers as they are."""
        if isinstance(one, list):
            return [values(each) for each in one]
        return one if isinstance(one, int) else Value(one)

    outputs = [function(*map(values, one)) for one in zip(*arrays, strict=True)]
    expected = eager(Value.sum(outputs) / len(outputs), PARAMETERS)
    given = [np.array(each) for each in arrays]
    step: Any = engine.compile(function, parameters=PARAMETERS)
    assert_same(step(*given), expected)
    predict = engine.compile(function, parameters=PARAMETERS, gradient=False)
    assert_same((0.0, predict(*given)), (0.0, [each.data for each in outputs]))
    made: engine.CompiledFunction = step
    return made


def kept(i: int, j: int) -> Value:
    """Results for two rows, which are computed once where these are one."""
    made = {each: dot(W, TABLE[each]).tanh() for each in (i, j)}
    return made[i] * 2 + made[j] * made[i]


def softmax(x: list[Value], label: int) -> Value:
    """The cross-entropy, with the largest score taken out."""
    z = scores(x)
    top = z[0]
    for each in z[1:]:
        top = top.maximum(each)
    powers = [(each - top).exp() for each in z]
    return -(powers[label] / Value.sum(powers)).log()


def hinge(x: list[Value], label: int) -> Value:
    """The multi-class hinge loss, over all classes."""
    z = scores(x)
    return Value.sum((each - z[label] + 1).relu() for each in z)


def others(x: list[Value], label: int) -> Value:
    """The multi-class hinge loss, over all other classes."""
    z = scores(x)
    return Value.sum((1 + z[k] - z[label]).relu() for k in range(5) if k != label)


def continuous_words(context: list[int], word: int) -> Value:
    """How well a word fits into the mean of its neighbours: CBOW."""
    columns = zip(*(TABLE[each] for each in context), strict=True)
    mean = [Value.sum(column) / len(context) for column in columns]
    return -dot(mean, CLASSES[word]).sigmoid().log()


def negative_sample(word: int, near: int, far: int) -> Value:
    """A skip-gram with a negative sample."""
    a = TABLE[word]
    return -dot(a, CLASSES[near]).sigmoid().log() - (-dot(a, CLASSES[far])).sigmoid().log()


def ranked(user: int, one: int, other: int) -> Value:
    """A pairwise ranking loss."""
    a = TABLE[user]
    better = dot(a, CLASSES[one]) + BIAS[one] - dot(a, CLASSES[other]) - BIAS[other]
    return -better.sigmoid().log()


def next_letter(letters: list[int], label: int) -> Value:
    """The next of some letters, by a small network."""
    x = [each for letter in letters for each in TABLE[letter]]
    hidden = [dot(x[i:], W).tanh() for i in range(4)]
    z = scores(hidden)
    return Value.sum(each.exp() for each in z).log() - z[label]


@pytest.mark.parametrize(
    ("function", "arrays"),
    [
        (lambda i, j: W[i] + W[j], ([0, 1], [1, 1])),
        (lambda i, j: W[i] + W[j] + W[6], ([0, 0], [3, 4])),
        (lambda i, j: dot(W, TABLE[i]) + 2 * dot(W, TABLE[j]), ([0, 1], [1, 1])),
        (kept, (whole(30), whole(30))),
        (softmax, (X, whole(30))),
        (hinge, (X, whole(30))),
        (others, (X, whole(30))),
        (lambda x, y: scores(x)[y] - scores(x)[0], (X, whole(30))),
        (lambda x, y: (lambda z: z[y] - z[0])(scores(x)), (X, whole(30))),
        (lambda x, y: (lambda z: z[y] * z[0] + z[1])(scores(x)), (X, whole(30))),
        (lambda a, b: Value.sum(e.exp() for e in TABLE[a]).log() - TABLE[a][b % 3],
         (whole(30), whole(30))),
        (lambda u, i: (dot(TABLE[u], CLASSES[i]) + BIAS[u] + W[i] - 1) ** 2,
         (whole(30), whole(30))),
        (continuous_words, (whole(30, 4), whole(30))),
        (negative_sample, (whole(30), whole(30), whole(30))),
        (ranked, (whole(30), whole(30), whole(30))),
        (next_letter, (whole(30, 3), whole(30))),
        (lambda i, j: W[i] * j + (2.5 if i == j else 1.0) * W[0], (whole(30), whole(30))),
        (lambda i, j: 2 ** (W[i] ** 2 + 1) + (W[j] ** 2 + 1) ** i, (whole(30), whole(30))),
        (lambda i, j: (3 if i < j else 4) - W[i], (whole(30), whole(30))),
        (lambda i: W[i], (whole(30),)),
        (lambda x, i: W[i] if i < 3 else x[i - 3], (X, whole(30))),
        (lambda x, i: x[0] * (W[i] if i < 3 else 0.5), (X, whole(30))),
        (lambda x, i: (lambda z: (z[i] - z[4 - i]).sin() + z[3] * z[4])(
            [W[0], Value(0.5), x[1], x[0] * 2, x[2].exp()]), (X, whole(30))),
        (lambda x, i: (lambda a, b: a - b if i else b - a)(x[0].sin(), x[1].exp()),
         (X, whole(30, below=2))),
        (lambda x, ids: dot(TABLE[ids[0][1]], x) * W[ids[1][0]], (X, whole(30, 2, 2))),
    ],
)  # fmt: skip
def test_choices_decide_what_is_looked_up(function: Any, arrays: Any) -> None:
    """Where some are equal too, or lie in a row, or where one is left out."""
    assert_compiles(function, *arrays)


def test_a_row_of_no_choices_is_an_empty_list() -> None:
    """There is nothing to choose from."""
    step = engine.compile(lambda x, ids: W[0] * x + len(ids), parameters=W[:1])
    value, _ = step(np.array([1.0, 2.0]), np.zeros((2, 0), dtype=int))
    assert value == W[0].data * 1.5


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            lambda i, _: W[i].exp() if i < 2 else W[i].sin(),
            "exp for (0, 0), .* sin for (2, 0)",
        ),
        (
            lambda i, j: Value.sum(W[: i + j + 1]),
            "sum of 1 for (0, 0), .* sum of 2 for (0, 1)",
        ),
    ],
)
def test_what_differs_is_told(function: Any, message: str) -> None:
    """What it is, for which choices, and what to do."""
    step = engine.compile(function, parameters=W)
    message = message.replace("(", r"\(").replace(")", r"\)")
    pairs = np.array([[i, j] for i in range(3) for j in range(2)])
    with pytest.raises(ChoicesDiffer, match=f"does not record the same for all .*{message}.*rows"):
        step(*pairs.T)
    alone = engine.compile(lambda i: function(i, 0), parameters=W)
    with pytest.raises(ChoicesDiffer, match=r"for 0, where there is .* for [12]\."):
        alone(np.arange(3))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than 20 combinations are many."""
    for name, number in (("_ALL", 20), ("_SAMPLE", 8), ("_MOST", 90)):
        monkeypatch.setattr(choices, name, number)


def counted(function: Callable[..., Value]) -> tuple[Callable[..., Value], list[Any]]:
    """The function, and its arguments in all calls to come."""
    calls: list[Any] = []

    def counting(*given: Any) -> Value:
        """The function."""
        calls.append(given)
        return function(*given)

    return counting, calls


def compared(function: Callable[..., Value], *columns: Any) -> int:
    """Compile a function, compare it, and tell how many times it has been traced."""
    counting, calls = counted(function)
    step = engine.compile(counting, parameters=PARAMETERS)
    found = step(*map(np.array, columns))
    times = len(calls)
    outputs = [function(*one) for one in zip(*columns, strict=True)]
    assert_same(found, eager(Value.sum(outputs) / len(outputs), PARAMETERS))
    return times


def test_choices_that_are_known_are_looked_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are met once, and then only found; new ones are met again."""
    met, meet = [], Combinations.meet

    def counting(self: Combinations, *given: Any) -> Any:
        """What it is, and a note."""
        met.append(given)
        return meet(self, *given)

    monkeypatch.setattr(Combinations, "meet", counting)
    step = engine.compile(lambda i: W[i] * W[0], parameters=W)
    for kinds, times in (([0, 1], 1), ([1, 1, 0], 1), ([1, 2], 2), ([0, 1], 2)):
        value = step(np.array(kinds))[0]
        assert value == pytest.approx(np.mean([(W[i] * W[0]).data for i in kinds]))
        assert len(met) == times


@pytest.mark.usefixtures("few")
def test_many_combinations_are_not_all_traced() -> None:
    """What depends on one choice is told from some of them; tables grow with the values."""
    i, j, k = whole(600), whole(600), whole(600)
    times = compared(lambda *given: next_letter([*given[:2], 0], given[2]), i, j, k)
    assert times < 60
    assert len({*zip(i, j, k, strict=True)}) > 100


@pytest.mark.usefixtures("few")
def test_pairs_are_traced_where_they_must_be() -> None:
    """And all combinations, where what is looked up depends on them all."""
    rows, matrix = whole(5, 5, below=7), whole(2, 6, 6, below=7)
    i, j, k = whole(150), whole(150), whole(150, below=2)
    assert compared(lambda i, j, k: W[rows[i][j]] * W[k], i, j, k) < 45
    i, j = whole(150, below=6), whole(150, below=6)
    all_three = len({*zip(i, j, k, strict=True)})
    assert compared(lambda i, j, k: W[matrix[k][i][j]], i, j, k) == all_three


@pytest.mark.usefixtures("few")
def test_choices_that_mostly_go_together_are_told_apart() -> None:
    """By one of the few examples in which they do not."""
    partner = [1, 2, 3, 0, 4, 5, 1]
    pairs = [(i, partner[i], k) for k in range(40) for i in range(7)]
    pairs += [(6, 2, 34), (6, 3, 35)]
    i, j, k = ([*each] for each in zip(*pairs, strict=True))
    assert compared(lambda i, j, k: W[i] * W[j] + k * BIAS[0], i, j, k) < 90
    step = assert_compiles(lambda i, j, k: W[i] * W[j] + k * BIAS[0], i, j, k)
    value, _ = step(np.array([6]), np.array([4]), np.array([2]))
    assert value == pytest.approx(W[6].data * W[4].data + 2 * BIAS[0].data, rel=1e-14)


@pytest.mark.usefixtures("few")
def test_more_than_there_may_be_are_refused() -> None:
    """With what to do."""
    step = engine.compile(lambda i: W[0] * i, parameters=W)
    with pytest.raises(ValueError, match=r"there are more than 90 choices, .* rows of 0\.0 and 1"):
        step(np.arange(91))
    assert step(np.arange(90))[0] == pytest.approx(W[0].data * 44.5)


@pytest.mark.usefixtures("few")
def test_combinations_that_come_later_are_checked() -> None:
    """Until so many have been; what no trace had shown is found then."""

    def function(i: int, j: int) -> Value:
        """A sum of two, but for one pair."""
        return W[i] * (2.0 if i * j == 16 else 1.0) + BIAS[j]

    counting, calls = counted(function)
    step = engine.compile(counting, parameters=PARAMETERS)
    pairs = [(i, j) for i in range(7) for j in range(5)]
    some = [pair for pair in pairs if pair not in ((4, 4), (5, 3), (0, 4), (6, 1))]
    for batch in (some[:25], some[25:], [(5, 3)], [(4, 4), (0, 4)], [(4, 4)], [(6, 1)], pairs):
        i, j = zip(*batch, strict=True)
        outputs = [function(*pair) for pair in batch]
        found = step(np.array(i), np.array(j))
        assert_same(found, eager(Value.sum(outputs) / len(outputs), PARAMETERS))
    assert len(calls) <= 35
    traced = len(calls)
    step(np.array([0, 1]), np.array([2, 2]))
    assert len(calls) == traced


@pytest.mark.usefixtures("few")
def test_a_new_value_of_many_is_traced() -> None:
    """Also if it has occurred at another place of a row."""
    rows = [[i, j] for i in range(5) for j in range(4)] * 2 + [[i, 3] for i in range(5)]
    rows += [[5, 0], [5, 1]]
    counting, calls = counted(lambda row: W[row[0]] * BIAS[row[1]])
    step = engine.compile(counting, parameters=PARAMETERS)
    step(np.array(rows))
    before = len(calls)
    value, _ = step(np.array([[2, 4], [2, 3]]))
    assert len(calls) > before
    assert value == pytest.approx(W[2].data * (BIAS[4].data + BIAS[3].data) / 2, rel=1e-14)


@pytest.mark.usefixtures("few")
def test_a_new_order_of_many_is_traced() -> None:
    """Also where each value is known, and as many as are checked have been."""
    counting, calls = counted(lambda i, j: W[i] * W[j] + BIAS[1 if i == j else 0])
    step = engine.compile(counting, parameters=PARAMETERS)
    for shifts in ((1, 2, 3), (4,), (5,), (6,)):
        i, shift = np.meshgrid(np.arange(7), shifts)
        step(i.reshape(-1), (i + shift).reshape(-1) % 7)
    before = len(calls)
    step(np.arange(6), np.arange(1, 7))
    assert len(calls) == before
    value, _ = step(np.array([3, 3]), np.array([3, 4]))
    wanted = W[3].data ** 2 + W[3].data * W[4].data + BIAS[1].data + BIAS[0].data
    assert value == pytest.approx(wanted / 2, rel=1e-14)


def test_thousands_of_combinations() -> None:
    """As they are in real data."""
    i, j = whole(3000, below=40), whole(3000, below=40)
    assert compared(lambda i, j: W[i % 7] * BIAS[j % 5] + j, i, j) < 450


def test_what_is_traced_is_kept_where_another_choice_fails() -> None:
    """And where all of them together do."""
    counting, calls = counted(lambda i: W[i] if i < 5 else W[i].sin())
    step = engine.compile(counting, parameters=W)
    for new, error in (([1, 9], IndexError), ([1, 6], ChoicesDiffer), ([5, 9], IndexError)):
        with pytest.raises(error):
            step(np.array(new))
    assert step(np.array([1, 2]))[0] == pytest.approx((W[1].data + W[2].data) / 2)
    assert [given for (given,) in calls] == [1, 9, 6, 5, 9, 2]


@pytest.mark.usefixtures("few")
def test_a_saved_module_of_many_combinations(tmp_path: Path) -> None:
    """By the values of each choice, where only NumPy is; values that did not occur are refused."""
    letters, labels = whole(60, 2), whole(60)
    step = engine.compile(lambda *given: next_letter([*given[0], 0], given[1]),
                          parameters=PARAMETERS)  # fmt: skip
    expected, _ = step(np.array(letters), np.array(labels))
    step.save(tmp_path / "letters.py")
    text = (
        "from letters import step\n"
        f"print(step({[each.data for each in PARAMETERS]!r}, {letters!r}, {labels!r})[0])\n"
        "try:\n"
        f"    step({[0.0] * len(PARAMETERS)!r}, [[1, 7]], [0])\n"
        "except ValueError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True,
                         cwd=tmp_path)  # fmt: skip
    number, message = run.stdout.splitlines()
    assert float(number) == pytest.approx(expected, rel=1e-14)
    assert message.startswith("there is no program for the choices (7,), only for (")
