"""What a recording bakes in is told, with the line of the program."""

import copy
import logging
import math
import random
import statistics
import threading
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import LeavesGraphWarning, Value, baked_lines


def decide_by_data(x: Value) -> Value:
    """A branch on a number."""
    return x * 2 if x.data > 0 else x


def decide_by_comparison(x: Value) -> Value:
    """A branch on a comparison."""
    return x * 2 if x > 0.5 else x


def decide_by_equality(x: Any) -> Any:
    """A branch on whether a Value is a number, which none is."""
    return x * 2 if x == 2.0 else x


def decide_by_a_list(x: Any) -> Any:
    """The same, asked by Python."""
    return x * 2 if x in [1, 2] else x


def decide_by_difference(x: Any) -> Any:
    """The other way round."""
    return x * 2 if x != 2 else x


def decide_by_truth(x: Value) -> Value:
    """A branch on whether a number is 0."""
    return x * 2 if x else x


def leave_the_graph(x: Value) -> Value:
    """A number written into a formula."""
    return x * math.sin(x)


def write_out(x: Value) -> Value:
    """A number as text, and back."""
    return x * len(f"{x:.1f}")


def copy_a_value(x: Value) -> Value:
    """A copy, which is made from copies of the parameters."""
    return x * copy.deepcopy(x)


def copy_shallowly(x: Value) -> Value:
    """The same by copy.copy."""
    return x * copy.copy(x)


def read_a_gradient(x: Value) -> Value:
    """What backward() has left; the line that reads it."""
    return [(x * x).backward(), x * x.grad][1]  # type: ignore[func-returns-value, return-value]


def read_a_local_derivative(x: Value) -> Value:
    """The derivative on an edge."""
    return x * len((x * x).local_derivatives)


def read_an_edge(x: Value) -> Value:
    """The derivative on an edge, another way."""
    return x * (x * x).edges()[0][1]


def log_a_value(x: Value) -> Value:
    """By a module of Python, whose lines are not of the program."""
    return x * len("".join(map(logging.Formatter("%(message)s").format, [message(x)])))


def message(x: Value) -> logging.LogRecord:
    """What a logger makes of a Value."""
    return logging.LogRecord("name", 10, "path", 1, "%s", (x,), None)


def step_an_optimizer(x: Value) -> Value:
    """In code of nn, on behalf of a line of the program."""
    return [nn.SGD([W]).step(), x][1]  # type: ignore[func-returns-value, return-value]


W = Value(2.0)


def read_a_name(x: Value) -> Value:
    """The number as the name of a leaf."""
    return x * len(x.inputs[1].name)


def take_a_mean(x: Value) -> Value:
    """By a module of Python, whose lines are not of the program."""
    return x * statistics.fmean([x])


def follow_paths(x: Value) -> Value:
    """The factors on a path."""
    return x * engine.chain_rule(x * x, x).gradient


def step_through(x: Value) -> Value:
    """The numbers of a run."""
    return x * len(list(engine.steps(x)))


def set_a_number(x: Value) -> Value:
    """A running number, which the program will not set."""
    return [setattr(RUNNING, "data", 3.0), x][1]  # type: ignore[func-returns-value, return-value]


RUNNING = Value(1.0)


def draw(x: Value) -> Value:
    """Python's random numbers."""
    return x * random.gauss(0, 1)


def draw_from_a_generator(x: Value) -> Value:
    """One of its own."""
    return x * random.Random(0).uniform(1, 2)


def draw_from_numpy(x: Value) -> Value:
    """NumPy's random numbers."""
    return x * float(np.random.rand())


def draw_from_the_system(x: Value) -> Value:
    """Numbers that no seed repeats."""
    return x * random.SystemRandom().random()


# What only a strict program keeps.
FOLLOWED = [decide_by_data, decide_by_comparison, decide_by_truth]


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (draw_from_the_system, "draws at random"),
        (decide_by_data, "reads .data"),
        (decide_by_comparison, "compares Values"),
        (decide_by_equality, "compares a Value with a number by == or !="),
        (decide_by_a_list, "compares a Value with a number by == or !="),
        (decide_by_difference, "compares a Value with a number by == or !="),
        (decide_by_truth, "takes the truth of a Value"),
        (leave_the_graph, "takes float() of a Value"),
        (take_a_mean, "takes float() of a Value"),
        (write_out, "writes a Value as text"),
        (copy_a_value, "copies a Value"),
        (copy_shallowly, "copies a Value"),
        (read_a_gradient, "reads .grad"),
        (read_a_local_derivative, "reads local derivatives"),
        (read_an_edge, "reads local derivatives"),
        (log_a_value, "writes a Value as text"),
        (step_an_optimizer, "sets .data, which the program will not"),
        (read_a_name, "writes a Value as text"),
        (follow_paths, "takes the numbers of a path"),
        (step_through, "takes the numbers of a run"),
        (set_a_number, "sets .data, which the program will not"),
        (draw, "draws at random"),
        (draw_from_a_generator, "draws at random"),
        (draw_from_numpy, "draws at random"),
    ],
)
def test_a_trace_tells_what_it_bakes_in(function: Any, what: str) -> None:
    """The line of the program, and what it does there; once."""
    w = Value(2.0)
    is_followed = function in FOLLOWED
    step = engine.compile(lambda x: function(w * x), parameters=[w], strict=is_followed)
    with pytest.warns(UserWarning, match="the program keeps what was decided by") as told:
        step(np.array([1.0, 2.0]))
    (warning,) = told
    first = function.__code__.co_firstlineno
    assert f"{__file__}, line {first + 2}: return" in str(warning.message)
    assert f"({what})" in str(warning.message)
    assert warning.filename == __file__
    step(np.array([3.0]))  # not a second time


def test_what_is_no_decision_is_not_told() -> None:
    """Numbers of constants, structure, and what the engine itself reads."""
    w, rate = Value(2.0), Value(0.5)

    def loss(x: list[Value]) -> Value:
        """A Python loop over a list, and a setting that is a Value."""
        total = Value.sum(w * each for each in x)
        assert (total + 1.0).inputs[1].data == 1.0
        assert rate.data > 0
        assert x[-1] in x
        assert total != x[0]
        return total * rate.data if len(x) > 1 else total

    step = engine.compile(loss, parameters=[w])
    assert step(np.ones((3, 2)))[0] == 2.0


def test_many_lines_are_summed_up() -> None:
    """Five are shown."""
    w = Value(2.0)

    def loss(x: Value) -> Value:
        """Seven lines that write a number."""
        y = w * x
        a = len(f"{y:.1f}")
        b = len(f"{y:.2f}")
        c = len(f"{y:.3f}")
        d = len(f"{y:.4f}")
        e = len(f"{y:.5f}")
        f = len(f"{y:.6f}")
        g = len(f"{y:.7f}")
        return y * (a + b + c + d + e + f + g)

    with pytest.warns(
        UserWarning, match=r"(?s)line.*line.*line.*line.*line.*and 2 more lines\nSay it"
    ):
        engine.compile(loss, parameters=[w]).trace(np.ones(1))


def test_a_recording_can_be_watched() -> None:
    """What is compiled afterwards is the graph as it was recorded."""
    w = Value(2.0)
    with baked_lines() as lines:
        output = decide_by_comparison(w)
    assert list(lines.values()) == ["compares Values"]
    assert engine.compile(output, parameters=[w])()[0] == 4.0
    assert w > 1.0  # afterwards nothing is watched
    assert len(lines) == 1


def test_everything_is_put_back() -> None:
    """Methods and functions are what they were, also after an error."""
    before = dict(vars(Value)), random.random, dict(vars(random.Random)), np.random.rand
    with pytest.raises(ZeroDivisionError), baked_lines():
        _ = 1 / 0
    assert (dict(vars(Value)), random.random, dict(vars(random.Random)), np.random.rand) == before
    random.seed(0)
    first = random.random()
    with baked_lines() as lines:
        random.seed(0)
        state = random.getstate()
        assert random.random() == first
        random.setstate(state)
    assert list(lines.values()) == ["draws at random"]


def test_other_threads_are_left_alone() -> None:
    """They may draw and compare as they like."""
    w = Value(2.0)
    with baked_lines() as lines:
        thread = threading.Thread(target=lambda: (random.random(), w.data, w > 1))
        thread.start()
        thread.join()
    assert lines == {}


def test_floats_of_other_threads_are_warned_of_as_always() -> None:
    """It is no matter that a thread beside them traces a function."""
    w, told = Value(2.0), list[float]()

    def other() -> None:
        """Take a float."""
        with pytest.warns(LeavesGraphWarning):
            told.append(float(w))

    with baked_lines() as lines:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert (lines, told) == ({}, [2.0])


def test_blocks_in_two_threads_follow_each_other() -> None:
    """The second begins when the first has ended, so that what is put back is as usual."""
    before = dict(vars(Value))
    inside, order = threading.Event(), list[str]()

    def second() -> None:
        """A block that would begin inside of the first one."""
        inside.wait()
        with baked_lines():
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with baked_lines():
        inside.set()
        thread.join(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert dict(vars(Value)) == before
