"""Functions that decide by numbers, compiled: for all numbers they decide as they do eagerly."""

import re
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import compress
from math import inf, nan
from operator import gt
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value, baked_lines
from engine.compiler.following import joined, paths
from engine.compiler.following.decider import _where
from engine.compiler.following.table import NOTHING, RunTable
from engine.primitives import PRIMITIVES
from tests.back_ends import installed
from tests.engine.compiler.carried_decisions import demand_carried
from tests.engine.compiler.followed_decisions import demand

W, B = Value(0.5), Value(-0.25)

# A batch in which examples decide otherwise, and some are at the kink.
SINGLE = [1.0, 0.5, -1.0, 4.5, -0.25, 2.5, 0.0, -2.0]
ROWS = np.random.default_rng(0).normal(size=(7, 10)).tolist()


def eager(function: Callable[[Any], Value], rows: Any) -> list[float]:
    """The mean over the examples, and its gradient, each example by itself."""
    found = []
    for row in rows:
        W.grad = B.grad = 0.0
        given = function(list(map(Value, row)) if isinstance(row, list) else Value(row))
        output = given if isinstance(given, Value) else Value(given)
        output.backward()
        found.append([output.data, W.grad, B.grad])
    W.grad = B.grad = 0.0
    mean: list[float] = np.mean(found, axis=0).tolist()
    return mean


def assert_followed(
    function: Callable[[Any], Value], rows: Any, backend: str | None = None
) -> engine.CompiledFunction:
    """Without a warning, and as eager."""
    step = engine.compile(function, parameters=[W, B], backend=backend)
    value, gradient = step(np.array(rows))
    np.testing.assert_allclose([value, *gradient], eager(function, rows), rtol=1e-12, atol=1e-14)
    return step


def relu(x: Any) -> Any:
    """By `if`, as one side or 0 times it."""
    z = W * x + B
    return z if z.data > 0 else 0.0 * z


def leaky(x: Any) -> Any:
    """By `if`, with a comparison of a Value."""
    z = W * x + B
    return z if z > 0 else 0.01 * z


def huber(x: Any) -> Any:
    """As one writes it."""
    r = W * x + B - 1.0
    if abs(r.data) <= 1.0:
        return 0.5 * r * r
    return abs(r) - 0.5


def hinge(x: Any) -> Any:
    """Of which one side is a constant."""
    margin = 1 - (W * x + B)
    return margin if margin.data > 0 else Value(0.0)


def clipped(x: Any) -> Any:
    """By Python's `max` and `min`, of two and of more."""
    return max(-0.5, min(0.5, W * x + B)) * W + max([W, B, x * W]) - min(x * W, 3, 4)


def nested(x: Any) -> Any:
    """Each side decides again, and what is not for all numbers stays on its side."""
    z = W * x
    if z > 0:
        if z > 1:
            return z * z
        if z >= 0.5:
            return (z - 0.5).sqrt() + B
        return B * z
    if not z > -0.5:
        return (-z).log()
    return z.exp() if z.data != 0 else W * 2.0


def masked(x: Any) -> Any:
    """Comparisons that are computed with."""
    z = W * x + B
    above, below = z.data > 0, z.data <= 0
    return above * z + below * 0.1 * z * W - (above + 1) * B + above * below + z * (z.data != 0)


def truths(x: Any) -> Any:
    """Ways to ask for an answer."""
    z = W * x
    if (z > 0) & (z < 2) | (True ^ (x.data != 1.0)):
        return z * z
    if (z < -1) == True:  # noqa: E712
        return z * 3.0
    return [z * 5.0, B * z][z > -0.5]


def truth_of_values(x: Any) -> Any:
    """Whether a number is not 0; and numbers of numbers."""
    z = W * x
    low = +((2.0 - z.data) ** 2) / 4.0 - 1.0 + (-z.data).real
    return z * B + (low if low else 1.0) * z if z else W * abs(z.data - 1.0) + z.data.imag


def truth_of_numbers(x: Any) -> Any:
    """Whether a number that was read is 0; it is a float, and what compares it gives a bool."""
    z = W * x
    match (z - B).data, z > 0:
        case float(difference), bool(is_above):
            kept = z * (x.data - 1.0 or 3.0) + difference * B
            return kept * (2.0 if is_above else B) if z.data else B * 5.0
    return z * nan


@pytest.mark.parametrize("backend", installed())
@pytest.mark.parametrize("function", [
    relu, leaky, huber, hinge, clipped, nested, masked, truths, truth_of_values, truth_of_numbers,
])  # fmt: skip
def test_decisions_of_one_number(function: Callable[[Any], Value], backend: str) -> None:
    """Each example decides for itself, at ties too."""
    assert_followed(function, SINGLE, backend)


def softmax(row: list[Any]) -> Any:
    """The usual stable one: no gradient flows through the largest."""
    z = [W * each + B * i for i, each in enumerate(row)]
    top = max(v.data for v in z)
    powers = [(v - top).exp() for v in z]
    return -(powers[2] / Value.sum(powers)).log()


def running(row: list[Any]) -> Any:
    """An `if` in a loop over ten numbers, which adds to a sum or takes from it."""
    total = Value(0.0)
    for each in row:
        v = W * each + B
        if v.data > 0:
            total = total + v * v
            continue
        total = total - 0.1 * v
    return total


def helped(row: list[Any]) -> Any:
    """A function that decides, called for each number."""
    return sum(loss_of(W * each + B) for each in row)


def loss_of(r: Any) -> Any:
    """Huber's loss, to both sides by itself."""
    if abs(r) <= 0.5:
        return r * r
    return r - 0.25 if r > 0 else -r - 0.25


def layers(row: list[Any]) -> Any:
    """Two layers of ReLU by `if`: what the second one decides depends on the first."""
    rectified: Any = lambda v: v if v.data > 0 else 0.0 * v  # noqa: E731
    hidden = [rectified(W * each * i + B) for i, each in enumerate(row)]
    return Value.sum(rectified(Value.sum(hidden) * W + B * i - 0.3 * W) for i in range(4))


def largest(row: list[Any]) -> Any:
    """A running maximum by hand."""
    top = row[0] * W
    for each in row[1:5]:
        if each * W > top:
            top = each * W
    return top * B


def by_key(row: list[Any]) -> Any:
    """The place of the largest, in three ways; and what is sorted."""
    z = [W * each for each in row[:3]]
    k = max(range(3), key=lambda i: z[i].data)
    _, j = max((v.data, i) for i, v in enumerate(z))
    return z[k] * B + z[j] - sorted(z)[0] + min(z, key=abs)


@pytest.mark.parametrize("function", [softmax, running, helped, layers, largest, by_key])
def test_decisions_of_many_numbers(function: Callable[[Any], Value]) -> None:
    """More paths than are run, where decisions are independent."""
    assert_followed(function, ROWS)


def fires(row: list[Any]) -> Any:
    """A neuron that is reset; what it is reset to has been computed before."""
    v, total = Value(0.0), 0.0 * B
    for each in row:
        v = W * v + each
        total = total + (v - W).sigmoid()
        if v.data > 0.6:
            v = v - W
    return total


def switched(row: list[Any]) -> Any:
    """A switch that stays on until it is put off."""
    is_on, v, total = False, Value(0.0), 0.0 * B
    for each in row:
        v = W * v + each
        if v.data > 0.4:
            is_on = True
        elif v.data < -0.4:
            is_on = False
        total = total + (v * B if is_on else v * W)
    return total


def heated(row: list[Any]) -> Any:
    """A plain number that the loop carries."""
    t, heat, total = Value(0.2), 0.0, 0.0 * B
    for each in row:
        if t.data < 0:
            heat = 1.0
        if t.data > 0.5:
            heat = 0.0
        t = t + W * heat + B * t + 0.1 * each
        total = total + (t - 0.5) ** 2
    return total


def three_ways(row: list[Any]) -> Any:
    """What is asked second is asked in some steps only."""
    v = W
    for each in row:
        v = 0.9 * v + B * each
        if v.data > 0.3:
            v = v * B
        elif v.data < -0.3:
            v = v + W
        else:
            v = v * v
    return v


def drawn_down(row: list[Any]) -> Any:
    """The largest so far, and how far below it one has been."""
    s, top, worst = 0.0 * W, Value(0.0), Value(0.0)
    for each in row:
        s = s + W * each
        if s.data > top.data:
            top = s
        if (top - s).data > worst.data:
            worst = top - s
    return worst * B + s


def crossed(row: list[Any]) -> Any:
    """Whether a barrier has been crossed at any time."""
    s, alive = W, 1.0
    for each in row:
        s = s * (W * each).exp()
        if s.data > 1.5:
            alive = 0.0
    return alive * (s - B)


def clipped_level(row: list[Any]) -> Any:
    """A level between two others."""
    v, total = Value(0.5), 0.0 * B
    for each in row:
        v = v + W * each
        if v.data < 0:
            v = Value(0.0)
        elif v.data > 1:
            v = Value(1.0)
        total = total + v * B
    return total


def further(row: list[Any]) -> Any:
    """The largest of many, by hand."""
    top = row[0] * W
    for each in row[1:]:
        if each * W > top:
            top = each * W
    return top * B


def fires_at_times(row: list[Any]) -> Any:
    """A sum that is a plain 0 up to the first addition, and on some paths always."""
    v, total = 0.0, 0.0
    for each in row:
        v = B * v + W * each
        if v.data > 0.5:
            total = total + v
            v = v * 0.0
    return total


def saturated(row: list[Any]) -> Any:
    """A controller with limits, which Python alone computes with up to the first free step."""
    integral, y, total = 0.0, 0.0, 0.0
    for each in row:
        error = each - y
        integral = integral + 0.1 * error
        u = W * error + B * integral
        if u > 0.5:
            u = 0.5
        elif u < -0.5:
            u = -0.5
        y = y + 0.2 * (u - y)
        total = total + error * error
    return total


def counted(row: list[Any]) -> Any:
    """Python counts what is decided."""
    return W * sum(1 if (each * W).data > 0 else 0 for each in row) + B


def up_and_down(row: list[Any]) -> Any:
    """Each step counts, one way or the other; what is counted is read in each step."""
    count, v, total = 7, W, 0.0
    for each in row:
        v = B * v + W * each
        if v > 0.2:
            count += 1
        else:
            count -= 1
        total = total + v * count
    return total


def in_a_row(row: list[Any]) -> Any:
    """The number of steps since something was decided, which is no sum: all paths are tried."""
    count, total = 0, 0.0 * B
    for each in row:
        count = count + 1 if (each * W).data > 0 else 0
        total = total + W * count
    return total


def weighed(row: list[Any]) -> Any:
    """Three ways count differently, by numbers that are no whole ones."""
    count, v, total = 0.0, W, 0.0
    for each in row:
        v = B * v + W * each
        if v > 0.2:
            count += 0.1
        elif v < -0.2:
            count += 0.2
        total = total + v * count
    return total


def fuel(row: list[Any]) -> Any:
    """What a switch has used."""
    y, used = row[0], 0.0
    for _ in row:
        u = 1.0 if y < W else 0.0
        y = y + 0.2 * (u - B * y)
        used = used + u
    return y * y + W * used


@pytest.mark.parametrize("function", [
    fires, switched, heated, three_ways, drawn_down, crossed, clipped_level, further,
    fires_at_times, saturated, counted, up_and_down, in_a_row, weighed, fuel,
])  # fmt: skip
def test_decisions_about_what_a_loop_carries(function: Callable[[Any], Value]) -> None:
    """What has been decided in the steps before decides, too."""
    assert_followed(function, np.random.default_rng(1).normal(size=(40, 10)).tolist())


@pytest.mark.parametrize("function", [
    lambda row: B * Value.sum(filter(None, [(W * x).relu() + 0.0 for x in row])),
    lambda row: B * Value.sum(compress([W, B, W], map(gt, [W * x for x in row], row[1:]))),
    lambda row: engine.scan(
        lambda total, x: (total + W * x, x), B, filter(None, [(W * x).relu() for x in row])
    )[0],
    lambda row: Value.sum(engine.grad(
        Value.sum(W * x * x for x in row) * B, compress([W, B], map(gt, [W * row[0], B], [0, -1]))
    )),
])  # fmt: skip
def test_what_is_given_one_after_another_is_decided_by_the_program(
    function: Callable[[Any], Value],
) -> None:
    """Although the engine is what takes it, and `filter` asks then; of many it is told."""
    assert_followed(function, [row[:3] for row in ROWS])


def test_what_is_computed_with_constants_only_is_one() -> None:
    """Whether Python computes it or the graph."""

    def function(x: Any) -> Any:
        """One side reads a product of constants."""
        product = Value(2.0) * Value(3.0)
        return product * B if (W * x).data > 0 else W * 6.0

    assert_followed(function, SINGLE)


@pytest.mark.parametrize("start", [0.5, 2.0])
def test_a_plain_number_on_one_path_is_an_output(start: float) -> None:
    """Of a function without arguments, too, whatever side it takes when it is compiled."""
    weight = Value(start)
    step = engine.compile(lambda: (weight - 1.0) ** 2 if weight > 1.0 else 0.0, parameters=[weight])
    for weight.data, expected in ((3.0, (4.0, [4.0])), (0.5, (0.0, [0.0])), (1.5, (0.25, [1.0]))):
        value, gradient = step()
        assert (value, gradient.tolist()) == expected


def test_a_plain_number_on_all_paths_is_no_output() -> None:
    """As it is none without decisions."""
    step = engine.compile(lambda x: 1.0 if (W * x).data > 0 else 2.0, parameters=[W, B])
    with pytest.raises(TypeError, match=r"must be a Value, got (1|2)\.0"):
        step(np.array(SINGLE))


def test_an_error_of_a_row_outside_of_its_domain_is_no_number() -> None:
    """A path on which the graph would compute so is not the graph's own."""

    def raising(_: float) -> float:
        raise ValueError("outside")

    table = RunTable(0)
    row = replace(PRIMITIVES["exp"], forward=raising)
    assert table.known(row, (table.plain(-1.0),)) == NOTHING


@pytest.mark.parametrize("function", [fires, switched, three_ways])
def test_a_loop_that_decides_is_one(function: Callable[[Any], Value]) -> None:
    """Of any length."""
    rows = np.random.default_rng(1).normal(size=(40, 24)).tolist()
    assert re.search("in (a|2) loops? of", f"{assert_followed(function, rows).summary()}")


def test_the_engine_takes_no_number_that_is_read_for_a_constant() -> None:
    """A local derivative by hand is one; in a trace it would be that of the first example."""
    step = engine.compile(lambda x: Value(x.data * W.data, (W,), (x.data,)) + B, parameters=[W, B])
    with (
        pytest.warns(UserWarning, match=r"reads \.data"),
        pytest.raises(ValueError, match="by hand"),
    ):
        step(np.array(SINGLE))


@pytest.mark.parametrize("seed", range(6))
def test_random_functions(seed: int) -> None:
    """As `make fuzz` runs more of them."""
    demand(seed)


@pytest.mark.parametrize("seed", range(12))
def test_random_loops_that_carry_on(seed: int) -> None:
    """As eager, or told of."""
    demand_carried(seed)


def up_to_three(row: list[Any]) -> Any:
    """A count that ends, which few of all paths tell from one that goes on."""
    count, total = 0, 0.0 * B
    for each in row:
        if (each * W).data > 0 and count < 3:
            count += 1
        total = total + W * count
    return total


def until(row: list[Any]) -> Any:
    """A loop until a number is small."""
    v = W * row[0] * 10
    while v.data > 0.1:
        v = v * 0.5
    return v + B


def raising(row: list[Any]) -> Any:
    """One way ends in an error."""
    v = W * row[0]
    if v.data > 100:
        raise ValueError("too large")
    return v + B


def shaped(row: list[Any]) -> Any:
    """The steps of one decision are different comparisons."""
    v = W * row[0]
    tests = [v > 0, v >= 1] if v > 0.5 else [v <= 0, v < 1]
    return v * sum(2.0 if each else 3.0 for each in tests) + B


def inner(row: list[Any]) -> Any:
    """A gradient inside, through a maximum."""
    (slope,) = engine.grad(max(W * row[0], B), [W], create_graph=True)
    return slope * W + B


def by_count(row: list[Any]) -> Any:
    """What is compared later depends on what Python has counted."""
    count = 0
    for each in row:
        if W * each > 0:
            count += 1
    return W * B if row[0] > count / 10 else B - W


@pytest.mark.parametrize("function", [by_count, up_to_three, until, raising, inner])
def test_what_cannot_be_followed_is_told(function: Callable[[Any], Value]) -> None:
    """As it is in a strict program; it stays as it was for the first example."""
    for strict in (False, True):
        step = engine.compile(function, parameters=[W, B], strict=strict)
        with pytest.warns(UserWarning, match=r"the program keeps what was decided .*(?s:.*)line"):
            value, _ = step(np.array(ROWS[:1]))
        assert value == pytest.approx(eager(function, ROWS[:1])[0], rel=1e-12)


def test_a_place_is_the_same_when_its_code_is_warm() -> None:
    """Python makes calls in another way once it has made them some times."""
    places = set()

    class Asked:
        """What notes where its truth is asked for."""

        def __bool__(self) -> bool:
            places.add(_where(sys._getframe(1)))
            return True

    for each in [Asked()] * 50:
        assert sum(1 for one in [each] if one) == 1
    assert len(places) == 1


def test_decisions_in_one_expression_have_places_of_their_own() -> None:
    """Each is an instruction further on."""
    places = []

    class Asked:
        """What notes where its truth is asked for."""

        def __init__(self, answer: bool) -> None:
            self.answer = answer

        def __bool__(self) -> bool:
            places.append(_where(sys._getframe(1)))
            return self.answer

    yes, no = Asked(True), Asked(False)
    found = 1 if (yes and no) or (no or yes) else 0
    assert found
    assert len({*places}) == len(places) == 4


def test_one_place_may_compare_in_different_ways() -> None:
    """Decisions are then told apart by what they compare."""
    assert_followed(shaped, ROWS)


def test_too_much_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long function, or one that needs too many steps to be joined."""
    for owner, name in ((paths, "_LARGEST"), (joined, "_MORE")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, -1_000)
            step = engine.compile(relu, parameters=[W, B])
            with pytest.warns(UserWarning, match="reads .data"):
                step(np.array(SINGLE))


def test_an_error_of_the_function_is_raised_at_once() -> None:
    """It is called once."""
    calls = []

    def function(x: Any) -> Any:
        """Raise an error."""
        calls.append(x)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        engine.compile(function, parameters=[W])(np.ones(1))
    assert len(calls) == 1


def test_the_side_that_is_not_taken_leaves_nothing() -> None:
    """Neither nan nor an infinite slope."""

    def function(x: Any) -> Any:
        """A square root at 0, the logarithm of a negative number, nan."""
        if x.data > 0:
            return (W * x).sqrt() * (B + 1.0).log()
        return W * 0.5 if x.data <= 0 else B

    step = engine.compile(function, parameters=[W, B])
    value, gradient = step(np.array([0.0, -1.0, nan, -inf]))
    assert value == pytest.approx((3 * 0.25 - 0.25) / 4)
    assert gradient.tolist() == pytest.approx([0.375, 0.25])


@pytest.mark.parametrize("function", [
    lambda a, b: a * B if b < 0.5 else a,
    lambda a, b: a * B * (b.data + 1.0),
    lambda a, b: a * B + b.detach(),
    lambda a, b: a * (B if a.data > b.data else 2.0),
    lambda a, b: a.maximum(B) * (b.data <= 0),
])  # fmt: skip
@pytest.mark.parametrize("of", [Value.sqrt, Value.log])
def test_what_has_no_gradient_leaves_nothing(function: Any, of: Callable[[Value], Value]) -> None:
    """It is computed as what has one is, and its slope is infinite at 0."""
    assert_followed(lambda row: function(*(of(W * each) for each in row)), [[1.0, 0.0], [2.0, 4.0]])


def test_what_a_total_was_stays_as_it_was() -> None:
    """Where an `if` adds nothing to it, even if it is infinite."""

    def function(row: list[Any]) -> Any:
        """Add a second term if it is small."""
        first, second = ((each - B) ** 2 for each in row)
        total = W + first * B
        return total + second * W if second < 3.0 else total

    assert_followed(function, [[inf, inf]])
    assert_followed(function, [[0.5, 0.5], [0.5, 4.0]])


def test_nan_is_decided_as_in_python() -> None:
    """Comparisons with it are false, so that the first of two stays."""
    for function in (relu, leaky, hinge):
        step = engine.compile(function, parameters=[W, B], gradient=False)
        expected = [function(Value(each)).data for each in (nan, 1.0, inf)]
        np.testing.assert_array_equal(step(np.array([nan, 1.0, inf])), expected)
    step = engine.compile(lambda x, y: max(x, y) * 1.0, parameters=[], gradient=False)
    found = step(np.array([nan, 1.0, 2.0]), np.array([1.0, nan, 2.0]))
    np.testing.assert_array_equal(found, [nan, 1.0, 2.0])


def test_outputs_in_lists_and_choices() -> None:
    """What a function gives may be several Values, and be looked up besides."""
    predict = engine.compile(lambda x: [relu(x), [leaky(x)]], parameters=[W, B], gradient=False)
    one, other = predict(np.array(SINGLE))
    np.testing.assert_allclose(one, [relu(Value(each)).data for each in SINGLE])
    np.testing.assert_allclose(other[:, 0], [leaky(Value(each)).data for each in SINGLE])
    step = engine.compile(lambda x, i: huber(x) * [W, B][i], parameters=[W, B], gradient=False)
    found = step(np.array(SINGLE), np.arange(8) % 2)
    expected = [(huber(Value(x)) * [W, B][i % 2]).data for i, x in enumerate(SINGLE)]
    np.testing.assert_allclose(found, expected)
    uneven = engine.compile(
        lambda x: [x * W] if x > 0 else [x, x * W], parameters=[W], gradient=False
    )
    with pytest.warns(UserWarning, match="compares Values"):
        assert len(uneven(np.array([1.0]))) == 1


def test_a_function_without_arguments() -> None:
    """It decides by its parameters, and by its inputs."""
    p, x = Value(1.0), Value(0.5)
    program = engine.compile(lambda: p * 2.0 if p.data > x.data else p * x, parameters=[p],
                             inputs=[x])  # fmt: skip
    assert [program([1.0], [0.5])[0], program([1.0], [3.0])[0]] == [2.0, 3.0]


def test_what_decides_by_constants_is_no_decision() -> None:
    """Neither leaves that are no parameters nor numbers made in the function are asked for."""
    rate = Value(0.5)

    def function(x: Any) -> Any:
        """Decide, each time in the same way."""
        half = Value(0.5)
        if rate > 0 and rate.data < 1 and half >= 0.5 and rate and not rate > half:
            return x * max(rate, 0.25) * max(2.0, 1.0, W) + min(0.5, 1.0) * B
        return x * math_of(x)

    assert_followed(function, SINGLE)


def math_of(x: Any) -> Any:
    """What is never called."""
    raise AssertionError(x)


def test_numbers_that_are_kept_are_like_floats_afterwards() -> None:
    """And so are answers."""
    kept: list[Any] = []

    def function(x: Any) -> Any:
        """Keep what is read and compared."""
        z = W * x
        kept.extend([z.data, z.data > 0.5, z.data != z.data])
        return z + B

    engine.compile(function, parameters=[W, B]).trace(np.array([1.0]))
    number, above, other = kept
    assert [number + 1, 2 * number, -number, abs(number)] == [1.5, 1.0, -0.5, 0.5]
    assert [number > 0, number == 0.5, number < number + 1, number != number] == [True] * 3 + [
        False
    ]
    assert [repr(number), f"{number:.2f}"] == ["0.5", "0.50"]
    assert [bool(number), isinstance(number, float), isinstance(above, bool)] == [True] * 3
    assert [hash(number), int(number), round(number, 1), number % 0.375] == [
        hash(0.5),
        0,
        0.5,
        0.125,
    ]
    assert not number.is_integer()
    assert [bool(above), bool(other), repr(above), hash(above), ~above] == [
        False,
        False,
        "False",
        0,
        -1,
    ]


def test_what_a_float_does_by_itself_is_told() -> None:
    """As text, as an integer, as a key, and by remainders."""
    for read in (
        lambda d: len(f"{d:.1f}"), int, round, lambda d: d % 2.0, lambda d: {d: 2.0}[d],
        lambda d: d.is_integer() + 1,
    ):  # fmt: skip
        step = engine.compile(lambda x, r=read: (W * x) * r((x * W).data), parameters=[W])
        with pytest.warns(UserWarning, match="reads .data"):
            step.trace(np.array([1.0]))


def test_a_value_equals_no_number_that_is_read() -> None:
    """As eagerly, where it is a float."""

    def function(x: Any) -> Any:
        """Compare by == with a Value, and with what is no number."""
        d = (W * x).data
        assert not d == x  # noqa: SIM201
        assert d != W
        assert d != "text"
        with pytest.raises(TypeError):
            _ = d < "text"
        with pytest.raises(TypeError):
            _ = d + "text"
        return data_of(d) * W + B

    assert_followed(function, SINGLE)


def data_of(x: Any) -> Any:
    """The number of a Value, or a number."""
    return x.data if isinstance(x, Value) else x


def test_what_decides_nothing_is_recorded_as_it_is() -> None:
    """In one run; and other threads beside it compare as they like."""
    answers = []

    def function(x: Any) -> Any:
        """Ask in another thread."""
        thread = threading.Thread(target=lambda: answers.append((x * W > 100.0, x.data, max(W, B))))
        thread.start()
        thread.join()
        return W * x + B

    assert_followed(function, SINGLE)
    assert answers[0] == (False, 1.0, W)
    assert type(answers[0][1]) is float


def test_everything_is_put_back() -> None:
    """Also after a path that is not followed."""
    before = dict(vars(Value)), max, min
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine.compile(until, parameters=[W, B]).trace(np.array(ROWS))
    with baked_lines() as lines:
        _ = W.data
    assert list(lines.values()) == ["reads .data"]
    assert (dict(vars(Value)), max, min) == before
