"""Examples in strips: what a whole pass gives, in memory that does not grow with the examples."""

import tracemalloc
from collections.abc import Callable, Iterator
from random import Random
from sys import maxsize
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import engine
from engine import Op, Value
from engine.compiler.ir import strips
from engine.compiler.runtime import translation
from engine.compiler.runtime.losses import CompiledLoss
from engine.compiler.runtime.programs import KNOWN
from engine.compiler.runtime.translation import Translation
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    eager,
    has_twins,
    is_comparable,
)
from tests.engine.compiler.many_examples import PROGRAMS, Many
from tests.oracles.programs import ENGINE, random_program, run
from tests.oracles.wild import number, wild_program
from tests.registered import registered

# Programs that take long to compile.
LONG = {"memory", "recurrent", "rotary", "pendulum"}

# What makes strips as long as one likes.
Shorten = Callable[[int], None]


@pytest.fixture
def shorten(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shorten]:
    """Makes strips of programs that are compiled from then on so many examples long."""

    def shortened(examples: int) -> None:
        KNOWN.clear()
        monkeypatch.setattr(strips, "_NEAR", 0)
        monkeypatch.setattr(strips, "_FEW", examples)
        monkeypatch.setattr(strips, "_MOST", 1 << 60)

    yield shortened
    KNOWN.clear()


def _compiled(many: Many) -> Any:
    """The program of a function."""
    make: Any = engine.compile
    return make(many.function, parameters=many.parameters, gradient=many.gradient)


def _assert_agree(found: Any, expected: Any) -> None:
    """The same to the last digits: values and gradients, or outputs."""
    if isinstance(expected, tuple):
        assert_same(found, expected)
        return
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each in LONG)) for each in PROGRAMS]
)
def test_strips_give_what_a_whole_pass_gives(name: str, shorten: Shorten) -> None:
    """Of 4 examples, the last of 3; and of one example each."""
    many = PROGRAMS[name](23)
    whole = _compiled(many)(*many.arrays)
    for length in (4, 1):
        shorten(length)
        step = _compiled(many)
        _assert_agree(step(*many.arrays), whole)
        assert step.trace(*many.arrays).built.strip in (length, maxsize)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 30), st.booleans(), st.integers(1, 3))
def test_random_functions(shorten: Shorten, seed: int, size: int, wild: bool, length: int) -> None:
    """On examples with infinities, nan and the ends of the range: as one by one."""
    random, examples = Random(seed), 5
    program = wild_program(seed, size) if wild else random_program(seed, size)
    w, *others = program.leaves
    assume(others)
    X = np.array([[number(random) if wild else each for each in others] for _ in range(examples)])
    shared = Value(w)

    def function(x: list[Value]) -> Value:
        """The output of the random program, which the parameter reaches in any case."""
        output: Value = run(program, [shared, *x], ENGINE)[-1]
        return output + shared

    outputs = [function([Value(each) for each in numbers]) for numbers in X.tolist()]
    mean = Value.sum(output * (1.0 / examples) for output in outputs)
    _, gradient = eager(mean, [shared])
    shorten(length)
    _, found = engine.compile(function, parameters=[shared])(X)
    if not has_twins(mean):
        assert_same_pattern(found, gradient)
    if is_comparable(mean, gradient):
        assert_same((1.0, found), (1.0, gradient))


@pytest.mark.parametrize("name", ["logistic", "classes", "predictions"])
@pytest.mark.parametrize("place", [0, 22])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e300])
def test_nan_and_infinities_are_where_they_were(
    name: str, place: int, number: float, shorten: Shorten
) -> None:
    """An example that is not finite is alone in a strip, or one of several."""
    many = PROGRAMS[name](23)
    many.arrays[0][place] = number
    whole = _compiled(many)(*many.arrays)
    shorten(4)
    found = _compiled(many)(*many.arrays)
    pairs = zip(found, whole, strict=True) if isinstance(whole, tuple) else [(found, whole)]
    for ours, theirs in pairs:
        assert_same_pattern(ours, theirs)


def test_a_loss_and_its_predictions_are_joined(shorten: Shorten) -> None:
    """A prediction that is the same for all is that of each, with a gradient or without."""
    w = Value(0.5)

    def of_one(x: Value, y: Value) -> tuple[Value, dict[str, Value]]:
        """The squared error, and what is predicted."""
        return (w * x - y) ** 2, {"line": w * x, "slope": w * 1.0}

    x = np.linspace(-1.0, 1.0, 11)
    shorten(4)
    both = CompiledLoss(of_one, [w])
    examples = both.prepared(x, x * x)
    value, (gradient,), predictions = both.of(examples)
    assert value == pytest.approx(np.mean((0.5 * x - x * x) ** 2), rel=1e-14)
    assert gradient == pytest.approx(np.mean(2 * x * (0.5 * x - x * x)), rel=1e-14)
    loss, others = both.without_gradient(examples)
    assert loss == pytest.approx(value, rel=1e-14)
    for found in (predictions, others):
        np.testing.assert_array_equal(found["line"], 0.5 * x)
        np.testing.assert_array_equal(found["slope"], np.full(11, 0.5))


def test_outputs_are_own_memory(shorten: Shorten) -> None:
    """Nobody else has it, and it can be written to, also where all outputs are the same."""
    w = Value(0.5)
    shorten(4)
    for function in (lambda x: [w * x, x], lambda x: [w * 2.0, w * 3.0]):
        predict = engine.compile(function, parameters=[w], gradient=False)
        for x in (np.linspace(-1.0, 1.0, 11), np.ones(1)):
            first, second = predict(x), predict(x)
            kept = [each.copy() for each in first]
            second[0][...] = 7.0
            np.testing.assert_array_equal(first, kept)
            predict(x + 1.0)
            np.testing.assert_array_equal(first, kept)


def _peak(step: Callable[..., Any], arrays: list[Any], count: int) -> float:
    """How many MB of Python's and NumPy's memory a call with `count` examples takes at a time."""
    given = [each[:count] for each in arrays]
    tracemalloc.start()
    try:
        step(*given)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.back_ends("numpy", "native")
@pytest.mark.parametrize("name", ["convolution", "rotary", "classes", "predictions"])
def test_memory_does_not_grow_with_the_examples(name: str) -> None:
    """Beside inputs and outputs: what is there for 4,000 examples is enough for 12,000."""
    many = PROGRAMS[name](12_000)
    step = _compiled(many)
    step(*[each[:300] for each in many.arrays])
    few, all_of_them = (_peak(step, many.arrays, count) for count in (4_000, 12_000))
    own = 0.0 if many.gradient else 2 * 12_000 * 10 * 8 / 1e6
    assert few < 48 + own
    assert all_of_them < few + 8 + own


@pytest.mark.back_ends("numpy", "native", "reference")
@pytest.mark.parametrize("name", ["classes", "convolution", "gradients"])
def test_threads_share_the_work(name: str, shorten: Shorten) -> None:
    """The same bits for any number of them, and at each call; without them, but for the last."""
    many = PROGRAMS[name](23)
    make: Any = engine.compile
    results = []
    for threads in (None, 1, 2, 5):
        shorten(4)
        step = make(many.function, parameters=many.parameters, gradient=many.gradient,
                    threads=threads)  # fmt: skip
        results += [step(*many.arrays) for _ in range(3)]
        assert step.trace(*many.arrays).shared_strip == 4
    for found in results:
        _assert_agree(found, results[0])
    bits = [np.concatenate([np.ravel(np.array(each)) for each in found]).tobytes()
            for found in results[3:]]  # fmt: skip
    assert len({*bits}) == 1


@pytest.mark.back_ends("numpy", "native")
def test_strips_are_shorter_only_where_threads_share_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One thread takes all that fits into its own strip at once."""
    found: list[int] = []

    def noted(_: Any, strip: int, **__: Any) -> Any:
        """No step, but a note of how long its strips are."""
        found.append(strip)

    many = PROGRAMS["classes"](23)
    step = _compiled(many)
    trace = step.trace(*many.arrays)
    monkeypatch.setattr(Translation, "shared_strip", 4)
    monkeypatch.setattr(translation, "in_strips", noted)
    assert trace.step(23) is not None
    assert trace.step(4, 2) is not None
    assert found == []
    trace.step(5, 2)
    trace.step(trace.built.strip + 1)
    assert found == [4, trace.built.strip]


def test_threads_are_for_functions_of_examples() -> None:
    """Not for recorded graphs, nor where the order of operations is fixed."""
    w = Value(1.0)
    make: Any = engine.compile
    with pytest.raises(ValueError, match="a recorded graph has none: compile a function"):
        make(w * 2.0, parameters=[w], threads=2)
    with pytest.raises(ValueError, match="not strict"):
        make(lambda x: w * x, parameters=[w], strict=True, threads=2)
    with pytest.raises(ValueError, match="threads must be from 1 to 1024, got 0"):
        make(lambda x: w * x, parameters=[w], threads=0)
    with pytest.raises(TypeError, match=r"threads must be an integer, got 2\.0"):
        make(lambda x: w * x, parameters=[w], threads=2.0)


@pytest.mark.back_ends("numpy")
def test_an_error_in_a_row_is_raised_whoever_computes(shorten: Shorten) -> None:
    """A registered row that is called in Python, in one of three threads."""

    def halved(a: Any) -> float:
        """What no symbol can be given."""
        if float(a) == 7.0:
            raise LookupError("no half of 7")
        return float(a) / 2

    w, row = Value(1.0), Op("half_of", "half", r"{a}", (-2, 2), halved, (lambda a, y: 0.5,))
    with registered(row):
        shorten(2)
        step = engine.compile(lambda x: w * getattr(x, row.name)(), parameters=[w], threads=3)
        x = np.arange(10.0) + 10.0
        value, _ = step(x)
        assert value == pytest.approx(x.mean() / 2)
        x[7] = 7.0
        with pytest.raises(LookupError, match="no half of 7"):
            step(x)
