"""Calls in machine code with arrays of shapes that were given before: quick, and never wrong."""

import copy
import pickle
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf, nan
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.native_backend import rooms
from engine.compiler.runtime import quick_calls
from engine.compiler.runtime.translation import Translation
from tests.engine.compiler.networks import flat, moons, moons_loss, network

DRAW = np.random.default_rng(0)
LAYERS = network([2, 8, 1])
LEAVES = flat(LAYERS)
NUMBERS = DRAW.normal(size=len(LEAVES))
X, Y = DRAW.normal(size=(40, 3)), DRAW.normal(size=40)
WEIGHTS, BIAS = [Value(0.5), Value(-1.0), Value(2.0)], Value(0.25)
W = {"w": WEIGHTS, "b": BIAS}
GIVEN = {"w": np.array([1.0, 2.0, 3.0]), "b": np.array(-0.5)}


def loss_of_one(x: list[Value], y: Value) -> Value:
    """A squared error, with a root that makes nan of a negative number."""
    score = Value.sum(a * b for a, b in zip(WEIGHTS, x, strict=True)) + BIAS
    return (score - y) ** 2 + x[0].tanh()


def function() -> engine.CompiledFunction:
    """The mean of the errors."""
    return engine.compile(loss_of_one, parameters=W, backend="native")


def outputs() -> Any:
    """What is given for each example: an array, and a constant."""
    return engine.compile(
        lambda x: {"a": [[WEIGHTS[0] * x[0], x[1]], [x[2].exp(), x[0]]], "b": [BIAS + 0.0]},
        parameters=W, gradient=False, backend="native",
    )  # fmt: skip


def graph() -> engine.Compiled:
    """The loss of the moons, of parameters alone."""
    return engine.compile(moons_loss(LAYERS, *moons(20)), parameters=LEAVES, backend="native")


def graph_of_inputs(count: int, size: int = 3) -> engine.Compiled:
    """A recorded sum over some rows of inputs."""
    rows = [[Value(1.0) for _ in range(size)] for _ in range(count)]
    w = WEIGHTS[:2]
    losses = [(Value.sum(row) * w[0] - w[1]).tanh() * row[0] for row in rows]
    inputs = [[*row] for row in rows] if count == 1 else {str(i): row for i, row in enumerate(rows)}
    return engine.compile(Value.sum(losses), parameters=w, inputs=inputs,
                          backend="native")  # fmt: skip


@contextmanager
def quick_ones() -> Iterator[None]:
    """A block in which no call goes the usual way."""

    def usual(*_: object) -> None:
        raise AssertionError("the call went the usual way")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Translation, "step", usual)
        yield


def assert_same(found: Any, expected: Any) -> None:
    """The same nested results, to the last bit."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, each in expected.items():
            assert_same(found[key], each)
    elif isinstance(expected, list | tuple):
        assert type(found) is type(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    else:
        assert type(found) is type(expected)
        assert np.shape(found) == np.shape(expected)
        assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()


# What makes a program, and the arguments of a call. A first call always goes the usual way.
CALLS: dict[str, tuple[Callable[[], Any], tuple[Any, ...], dict[str, Any]]] = {
    "function": (function, (X, Y), {"parameters": GIVEN}),
    "function from Values": (function, (X, Y), {}),
    "outputs": (outputs, (X,), {"parameters": GIVEN}),
    "outputs from Values": (outputs, (X,), {}),
    "one example": (function, (X[:1], Y[:1]), {"parameters": GIVEN}),
    "many examples": (function, (np.tile(X, (100, 1)), np.tile(Y, 100)), {"parameters": GIVEN}),
    "graph": (graph, (NUMBERS,), {}),
    "graph from Values": (graph, (), {}),
    "graph of inputs": (lambda: graph_of_inputs(1), ([0.5, 2.0], [[1.0, 2.0, nan]]), {}),
    "graph of joined inputs": (
        lambda: graph_of_inputs(10),
        (np.array([0.5, 2.0]), {str(i): X[i] for i in range(10)}),
        {},
    ),
    "outputs that read no example": (
        lambda: engine.compile(
            lambda x: [WEIGHTS[0] + BIAS, [WEIGHTS[1] * 2.0]],
            parameters=W,
            gradient=False,
            backend="native",
        ),
        (X,),
        {"parameters": GIVEN},
    ),
    "parameters in one array": (
        lambda: engine.compile(
            lambda x, y: (LEAVES[0] * x[0] + LEAVES[1] * x[1] - y).tanh() * LEAVES[2],
            parameters=LEAVES[:3],
            backend="native",
        ),
        (X, Y),
        {"parameters": NUMBERS[:3]},
    ),
    "parameters in lists": (
        lambda: engine.compile(
            lambda x: LEAVES[0] * x[0] + LEAVES[1] * x[1] - LEAVES[2],
            parameters=[[LEAVES[0]], LEAVES[1:3]],
            backend="native",
        ),
        (X,),
        {"parameters": ([0.5], np.array([1.0, 2.0]))},
    ),
    "lists": (function, (X.tolist(), Y.tolist()), {"parameters": {"w": [1.0, 2.0, 3.0], "b": 0.5}}),
}


@pytest.mark.parametrize("name", CALLS)
def test_later_calls_are_quick(name: str) -> None:
    """They give the same, to the last bit."""
    make, given, more = CALLS[name]
    expected, program = make()(*given, **more), make()
    program(*given, **more)
    with quick_ones():
        for _ in range(3):
            assert_same(program(*given, **more), expected)


ARRAYS: dict[str, Callable[[Any], Any]] = {
    "strided": lambda array: np.repeat(array, 2, axis=0)[::2],
    "reversed": lambda array: array[::-1].copy()[::-1],
    "in Fortran's order": np.asfortranarray,
    "of another byte order": lambda array: array.astype(">f8"),
    "in single precision": lambda array: array.astype(np.float32),
    "of Values": lambda array: np.vectorize(Value, otypes=[object])(array),
    "of a subclass": lambda array: array.view(np.rec.recarray),
    "with a mask that hides nothing": np.ma.asarray,
    "not aligned": lambda array: np.frombuffer(b"x" + array.tobytes(), offset=1).reshape(
        array.shape
    ),
    "of rows": list,
}


@pytest.mark.parametrize("copies", [1, 100])
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_any_kind_are_read_as_the_usual_way_reads_them(name: str, copies: int) -> None:
    """However their numbers lie in memory, few or many."""
    x, y = np.tile(X, (copies, 1)).round(1), np.tile(Y, copies).round(1)
    given = ARRAYS[name](x), ARRAYS[name](y)
    expected, program = function()(*given, parameters=GIVEN), function()
    for _ in range(2):
        program(x + 1, y, parameters=GIVEN)
        assert_same(program(*given, parameters=GIVEN), expected)


def test_a_read_only_array_is_read() -> None:
    """Nothing is written to it."""
    x = X.copy()
    x.flags.writeable = False
    program = function()
    expected = program(x, Y)
    with quick_ones():
        assert_same(program(x, Y), expected)


def test_results_are_fresh() -> None:
    """They share memory neither with each other nor with what is given, and may be changed."""
    predict, program = outputs(), graph()
    for _ in range(3):
        first, second = predict(X), predict(X + 1)
        assert not any(np.shares_memory(a, b) for a in first.values() for b in second.values())
        first["a"][:] = nan
        assert_same(predict(X + 1), second)
        _, gradient = program(NUMBERS)
        gradient *= 0.0
        assert program(NUMBERS)[1].any()
        assert not np.shares_memory(gradient, NUMBERS)


def test_arguments_may_share_memory() -> None:
    """And each is read as it is, before anything is written."""
    row = np.arange(6.0)
    given = {"w": row[:3], "b": row[5].reshape(())}
    expected, program = function()(row.reshape(2, 3), row[:2], parameters=given), function()
    for _ in range(3):
        assert_same(program(row.reshape(2, 3), row[:2], parameters=given), expected)


def test_numbers_are_those_of_now() -> None:
    """In arrays that are changed in place, and in Values."""
    program, x = function(), X.copy()
    for factor in (1.0, 2.0, 3.0, nan, inf):
        x[:] = factor * X
        assert_same(program(x, Y), function()(x, Y))
    w = WEIGHTS[0]
    w.data, before = 7.0, w.data
    try:
        assert_same(program(X, Y), function()(X, Y))
    finally:
        w.data = before


def test_shapes_may_change_from_call_to_call() -> None:
    """Other numbers of examples, and other examples, for which the function is traced again."""
    w = Value(0.5)
    step = engine.compile(lambda x: Value.sum(x) * w, parameters=[w], backend="native")
    for count in (1, 5, 1, 2, 3, 4, 6, 5, 1):
        for size in (2, 3):
            x = DRAW.normal(size=(count, size))
            for _ in range(2):
                value, (slope,) = step(x, parameters=np.array([2.0]))
                assert value == pytest.approx(2 * x.sum(1).mean(), rel=1e-12)
                assert slope == pytest.approx(x.sum(1).mean(), rel=1e-12)
                assert step.program is step.trace(x).program


def test_parameters_are_not_taken_for_an_argument() -> None:
    """A call without one argument says so, even if the parameters are as long as it would be."""
    w = [Value(1.0), Value(2.0)]
    step = engine.compile(lambda x, y: w[0] * x + w[1] * y, parameters=w, backend="native")
    given = np.array([3.0, 4.0])
    for _ in range(2):
        step(given, given, parameters=given)
    with pytest.raises(TypeError, match="argument"):
        step(given, parameters=given)


WRONG: list[tuple[Any, ...]] = [
    (), (X,), (X, Y, Y), (X, Y[1:]), (X[:0], Y[:0]), (X, "text"), (X, Y + 1j), (X, None), (X, [[]]),
    (X, Y.astype("datetime64[s]")), (np.ma.array(X, mask=X > 0), Y), (X, 3.0),
    (X, [[1.0], [2.0, 3.0]]), (X, [10**400] * 40),
]  # fmt: skip

WRONG_PARAMETERS: list[Any] = [
    NUMBERS, [], {}, {"w": GIVEN["w"]}, {**GIVEN, "c": 1.0}, {**GIVEN, "w": [1.0]},
    {**GIVEN, "w": "text"}, {**GIVEN, "b": [[1.0], [2.0, 3.0]]}, {**GIVEN, "b": 10**400},
    {**GIVEN, "w": np.zeros((3, 1))},
]  # fmt: skip


@pytest.mark.parametrize("given", [*((each, GIVEN) for each in WRONG),
                                   *(((X, Y), each) for each in WRONG_PARAMETERS)])  # fmt: skip
def test_what_is_wrong_is_said_as_the_usual_way_says_it(given: tuple[Any, Any]) -> None:
    """And the next call is right."""
    arrays, parameters = given
    with pytest.raises((TypeError, ValueError, OverflowError)) as usual:
        function()(*arrays, parameters=parameters)
    program = function()
    expected = program(X, Y, parameters=GIVEN)
    for _ in range(2):
        with pytest.raises(usual.type) as found:
            program(*arrays, parameters=parameters)
        assert str(found.value) == str(usual.value)
        assert_same(program(X, Y, parameters=GIVEN), expected)


def test_what_is_wrong_with_the_inputs_of_a_graph_is_said_too() -> None:
    """Of another length, in other lists, or no numbers at all."""
    program, right = graph_of_inputs(1), [[1.0, 2.0, 3.0]]
    expected = program([1.0, 2.0], right)
    for wrong in ([[1.0, 2.0]], [1.0, 2.0], "text", {"0": right}, [["a", "b", "c"]]):
        with pytest.raises((TypeError, ValueError), match="inputs"):
            program([1.0, 2.0], wrong)
    for parameters in ([1.0], [[1.0, 2.0]], {"w": 1.0}):
        with pytest.raises((TypeError, ValueError), match="parameters"):
            program(parameters, right)
    with quick_ones():
        assert_same(program([1.0, 2.0], right), expected)


def test_lists_of_parameters_of_a_graph_must_be_the_same() -> None:
    """As many of them, of the same lengths."""
    nested = engine.compile(
        moons_loss(LAYERS, *moons(20)), parameters=[LEAVES[:3], LEAVES[3:]], backend="native"
    )
    expected = nested([NUMBERS[:3], NUMBERS[3:]])
    with pytest.raises(ValueError, match="parameters must be a list of 2 arrays"):
        nested([NUMBERS])
    with quick_ones():
        assert_same(nested([NUMBERS[:3], NUMBERS[3:]]), expected)


def test_what_is_not_machine_code_goes_the_usual_way() -> None:
    """Each time, and gives the same each time."""
    program = engine.compile(moons_loss(LAYERS, *moons(20)), parameters=LEAVES, backend="numpy")
    expected = program(NUMBERS)
    with pytest.raises(AssertionError, match="usual"), quick_ones():
        program(NUMBERS)
    assert_same(program(NUMBERS), expected)


def test_whole_numbers_are_choices_all_the_same() -> None:
    """Where numbers of the same shape were given before."""
    w = [Value(1.0), Value(10.0)]
    step = engine.compile(
        lambda x: w[x] * 1.0 if isinstance(x, int) else w[0] * x + 0.0 * w[1],
        parameters=w, backend="native",
    )  # fmt: skip
    for _ in range(2):
        assert step(np.array([1.0, 0.0]))[0] == 0.5
        assert step(np.array([1, 0]))[0] == 5.5
        assert step([1, 0])[0] == 5.5


def test_rows_of_whole_numbers_are_quick_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known ones, in the memory of a step, for the numbers of now; new ones are traced."""
    w = [Value(float(i)) for i in range(5)]
    step = engine.compile(
        lambda row, x: Value.sum([w[i] * x for i in row]) ** 2, parameters=w, backend="native"
    )

    def expected(rows: Any, xs: Any) -> float:
        """The mean of the squares."""
        sums = [sum(w[i].data * x for i in row) for row, x in zip(rows, xs, strict=True)]
        return float(np.mean(np.square(sums)))

    rows, xs = np.array([[0, 1, 2], [3, 1, 1], [2, 2, 0]]), np.array([1.0, 2.0, -0.5])
    ways: list[int] = []
    usual = type(step).of

    def noted(*given: Any) -> Any:
        """The usual way, noted."""
        ways.append(1)
        return usual(*given)

    monkeypatch.setattr(type(step), "of", noted)
    for number, longer in [(3, 1), (3, 1), (2, 1), (3, 1), (6, 2)]:
        w[0].data += 0.25
        mine, others = np.tile(rows, (longer, 1))[:number], np.tile(xs, longer)[:number]
        value, gradient = step(mine, others)
        assert value == pytest.approx(expected(mine, others), rel=1e-13)
        assert_same((value, gradient), step(mine.astype(np.int8), others, parameters=numbers_of(w)))
    assert len(ways) == 3  # for three, two and six examples
    rows[0] = [4, 4, 0]
    assert step(rows, xs)[0] == pytest.approx(expected(rows, xs), rel=1e-13)
    with pytest.raises(TypeError, match="Value"):
        step(rows.astype(float), xs)


def numbers_of(values: list[Value]) -> list[float]:
    """The numbers of some Values."""
    return [each.data for each in values]


def watching() -> tuple[Any, Value]:
    """A program with a constant of which a call warns when it has changed, and the constant."""
    kept, w = Value(1.0, "kept"), Value(2.0)
    return engine.compile(lambda x: w * x * kept, parameters=[w], backend="native"), kept


@pytest.mark.parametrize("write", [
    lambda w: engine.compile(lambda x: w * x, parameters=[w], backend="native"),
    lambda w: engine.compile(lambda: w * w, parameters=[w], backend="native"),
])  # fmt: skip
def test_memory_of_a_call_is_used_again(
    write: Callable[[Value], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the next one, for examples and for a row of parameters: there is a single piece of it."""
    made, usual = list[Any](), quick_calls._Memory

    def counted(*given: Any) -> Any:
        """New memory, which is counted."""
        made.append(usual(*given))
        return made[-1]

    monkeypatch.setattr(quick_calls, "_Memory", counted)
    program = write(Value(2.0))
    for number in range(6):
        program(np.array([float(number)]))
    assert len(made) == 1


def test_a_call_within_a_call_has_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs when a call warns calls the program with other numbers."""
    for most in (8, 0):
        monkeypatch.setattr(quick_calls, "_MOST_CALLS", most)
        program, kept = watching()
        x, inner = np.array([1.0, 2.0]), list[float]()
        program(x), program(x)
        kept.data = 5.0

        def told(*_: Any, program: Any = program, x: Any = x, inner: Any = inner) -> None:
            """Called by `warnings`, between the numbers of a call and its results."""
            inner.append(program(100 * x, parameters=np.array([7.0]))[0])

        with warnings.catch_warnings():
            warnings.simplefilter("always")
            monkeypatch.setattr(warnings, "showwarning", told)
            assert program(x, parameters=np.array([3.0]))[0] == 4.5
        assert inner == [1050.0]


def test_a_row_is_computed_whatever_memory_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """In new memory each time, if none is put back; and a constant that has moved is told."""
    monkeypatch.setattr(quick_calls, "_MOST_CALLS", 0)
    kept, w = Value(3.0, "kept"), Value(2.0)
    program = engine.compile(lambda: w * w * kept, parameters=[w], backend="native")
    for number in (1.0, 2.0, -0.5):
        value, gradient = program(np.array([number]))
        assert (value, gradient.tolist()) == (3.0 * number**2, [6.0 * number])
    kept.data = 4.0
    with pytest.warns(UserWarning, match="constant of the program"):
        assert program(np.array([1.0]))[0] == 3.0


def test_a_call_that_is_interrupted_leaves_nothing_behind() -> None:
    """The next one is right, in other memory."""
    program, kept = watching()
    x = np.array([1.0, 2.0])
    program(x), program(x)
    kept.data = 5.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="kept"):
            program(100 * x)
    with quick_ones():
        assert program(x)[0] == 3.0


def test_threads_compute_at_the_same_time() -> None:
    """Each in memory of its own."""
    program, predict = graph(), outputs()
    rows = DRAW.normal(size=(40, len(LEAVES)))
    expected = [graph()(row)[1] for row in rows]
    wanted = [outputs()(X * i) for i in range(40)]

    def run(i: int) -> None:
        """One call of both."""
        assert_same(program(rows[i])[1], expected[i])
        assert_same(predict(X * i), wanted[i])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, [*range(40)] * 10))


@pytest.mark.parametrize("most", [5, 1_000])
def test_many_parameters_stay_where_they_are(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given as a row, read only or not; those of Values are read again after others."""
    monkeypatch.setattr(rooms, "MOST_PARAMETERS", most)
    program, others = graph(), DRAW.normal(size=len(LEAVES))
    own, given, other = program(), program(NUMBERS), program(others)
    locked = NUMBERS.copy()
    locked.flags.writeable = False
    with quick_ones():
        for row, expected in ((NUMBERS, given), (None, own), (others, other), (locked, given),
                              (None, own), (NUMBERS.tolist(), given), (others, other)):  # fmt: skip
            assert_same(program(row), expected)
    spread = np.repeat(NUMBERS, 2)[::2]
    assert_same(program(spread), given)
    step, x, y = function(), X[:7], Y[:7]
    expected = step(x, y, parameters=GIVEN)
    with quick_ones():
        assert_same(step(x, y, parameters=GIVEN), expected)


def test_results_outlive_the_program() -> None:
    """And so do the arrays that were given: nothing keeps a large one."""
    program, x, y = function(), np.tile(X, (100, 1)), np.tile(Y, 100)
    program(x, y)
    found = program(x, y)
    expected = copy.deepcopy(found)
    x.fill(nan)
    del x, y
    again = program(np.tile(X, (100, 1)), np.tile(Y, 100))
    del program
    assert_same(found, expected)
    assert_same(again, expected)


def test_copies_have_memory_of_their_own() -> None:
    """Pickled or copied after quick calls."""
    program = graph()
    expected = program(NUMBERS)
    program(NUMBERS)
    for other in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        for _ in range(2):
            assert_same(other(NUMBERS), expected)


def test_memory_is_not_kept_twice_where_there_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a call takes long anyway, and goes the usual way."""
    joined = graph_of_inputs(10)
    given = [1.0, 2.0], {str(i): X[i] for i in range(10)}
    monkeypatch.setattr(rooms, "MOST_COPIED", 20)
    expected = joined(*given)
    with pytest.raises(AssertionError, match="usual"), quick_ones():
        joined(*given)
    assert_same(joined(*given), expected)
    monkeypatch.setattr(quick_calls, "_MOST_KEPT", 20)
    program = graph()
    program(NUMBERS)
    with pytest.raises(AssertionError, match="usual"), quick_ones():
        program(NUMBERS)
