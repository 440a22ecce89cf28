"""Graphs in which little is alike: computed node by node, to the last bit as eagerly."""

import math
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Op, Value
from engine.compiler.arrays import np
from engine.compiler.runtime.tape import Tape
from engine.graph import topological_order
from tests.engine.compiler.agreeing import compiled, eager
from tests.oracles.wild import Graph
from tests.registered import registered

graphs = st.builds(Graph, st.integers(0, 2**32), st.integers(1, 40), wild=st.booleans())


def tape_of(output: Value, parameters: list[Value], inputs: list[Value]) -> Tape:
    """The tape of a graph."""
    return Tape(topological_order(output), parameters, inputs)


@given(graphs)
def test_a_tape_has_the_bits_of_an_eager_run(graph: Graph) -> None:
    """Value and gradient, also where they are nan or infinite."""
    inputs = [leaf for leaves in graph.own for leaf in leaves]
    tape = tape_of(graph.output, graph.shared, inputs)
    given_now = np.array([leaf.data for leaf in graph.shared])
    value, gradient = tape(given_now, [np.array([leaf.data for leaf in inputs])])
    expected = eager(graph.output, graph.shared)
    assert repr(float(value)) == repr(expected[0])
    assert repr(gradient.tolist()) == repr(expected[1])


def recurrence(steps: int, w: Value, b: Value, x: Value) -> Value:
    """So many steps, each made from the one before."""
    for _ in range(steps):
        x = (w * x + b).tanh()
    return x


def test_ten_thousand_steps_do_not_lift_and_stay_correct() -> None:
    """The summary says so."""
    w, b, x = Value(0.9), Value(0.1), Value(0.5)
    output = recurrence(10_000, w, b, x)
    program = engine.compile(output, parameters=[w, b], inputs=[x])
    assert not program.summary().lifts
    expected = (
        "30,003 nodes in 30,002 classes: too little is alike for arrays, "
        "so they are computed one by one"
    )
    assert repr(program) == str(program.summary()) == expected
    assert program(None, [0.5])[1].tolist() == eager(output, [w, b])[1]
    again = recurrence(10_000, w, b, Value(-1.5))
    assert program(inputs=[-1.5])[0] == again.data


def test_a_narrow_program_can_still_be_looked_at() -> None:
    """Its array instructions are made when they are asked for."""
    w, b, x = Value(0.9), Value(0.1), Value(0.5)
    program = compiled(recurrence(40, w, b, x), [w, b, x])
    assert not program.summary().lifts
    assert sum(each.kind == "tanh" for each in program.program.instructions) == 40
    assert "np.tanh" in program.source
    assert len(program.forward.instructions) < len(program.program.instructions)


def test_wide_recurrences_lift() -> None:
    """From ten nodes a class on, arrays are worth it."""
    rows = [[Value(0.1 * (i - j)) for j in range(8)] for i in range(8)]
    state = [Value(0.3 * i) for i in range(8)]
    first = list(state)
    for _ in range(40):
        state = [Value.sum(w * h for w, h in zip(row, state, strict=True)).tanh() for row in rows]
    program = compiled(Value.sum(state), [rows, first])
    assert program.summary().classes > 100
    assert program.summary().lifts


def test_registered_rows_raise_nothing_on_a_tape() -> None:
    """As on Values; numbers may stand on either side."""
    op = Op("odd", "odd", "{a}", (1, 2), lambda a, b: 1 / a - b,
            (lambda a, b, y: -1 / (a * a), lambda a, b, y: -1.0))  # fmt: skip
    with registered(op):
        a, b = Value(0.0), Value(2.0)
        output = Value.sum([a.odd(b), b.odd(3.0), 2.0 - b, 1.5 * a, 4.0, 3.0**b])  # type: ignore[attr-defined]  # registered above
        tape = tape_of(output, [a, b], [])
        value, gradient = tape(np.array([0.0, 2.0]), [])
        assert repr((float(value), gradient.tolist())) == repr(eager(output, [a, b]))
        value, gradient = tape(np.array([1.0, 2.0]), [])
        assert float(value) == pytest.approx(1 - 2 + 0.5 - 3 + 0 + 1.5 + 4 + 9)


def test_a_registered_row_may_give_an_integer_too_large_for_a_float() -> None:
    """It is inf on a tape and in a program, as on Values; also of a constant."""
    op = Op("factorial", "!", "{a}!", (1, 2), lambda a: math.factorial(int(a)),
            (lambda a, y: 0.0,))  # fmt: skip
    with registered(op):
        x, constant = Value(200.0), Value(180.0)
        output = Value.sum([x.factorial(), constant.factorial()])  # type: ignore[attr-defined]  # registered above
        assert output.data == inf
        for program in (tape_of(output, [x], []), compiled(output, [x])):
            assert program(np.array([200.0]), []) == (inf, [0.0])
            assert program(np.array([3.0]), []) == (inf, [0.0])


def test_examples_are_gone_through_one_by_one() -> None:
    """The mean of value and gradient."""
    w, x = Value(2.0), Value(1.0)
    tape = tape_of(w * x * x, [w], [x])
    value, gradient = tape.of_examples(np.array([2.0]), [np.array([1.0, 3.0])])
    assert (value, gradient.tolist()) == (10.0, [5.0])
