"""Graphs in which little is alike: computed node by node, to the last bit as eagerly."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from math import inf
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Op, Value
from engine.compiler.arrays import np
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.tape.interpreter import Interpreter, interpreter_of
from engine.compiler.runtime.tracer import held_together
from engine.compiler.tapes import native_tape
from engine.compiler.tapes.native_tape import tape_of
from engine.compiler.tapes.node_by_node import NodeByNode, TapeTrace
from engine.compiler.tapes.tape import Tape
from engine.graph import next_serial, topological_order
from engine.primitives import BUILT_IN
from engine.watching.tracing import tracing
from tests.back_ends import demand_installed
from tests.engine.compiler.agreeing import compiled, eager
from tests.oracles.wild import Graph
from tests.registered import registered

graphs = st.builds(Graph, st.integers(0, 2**32), st.integers(1, 40), wild=st.booleans())


# The tapes: in Python, and in machine code where that can be.
KINDS: list[Callable[..., Any]] = [Tape, tape_of]
each_kind = pytest.mark.parametrize("kind", KINDS)


def tapes_of(output: Value, parameters: list[Value], inputs: list[Value]) -> list[NodeByNode]:
    """The tapes of a graph."""
    return [kind([TapeTrace(topological_order(output), inputs)], parameters) for kind in KINDS]


@given(graphs)
def test_a_tape_has_the_bits_of_an_eager_run(graph: Graph) -> None:
    """Value and gradient, also where they are nan or infinite; twice, from used memory."""
    inputs = [leaf for leaves in graph.own for leaf in leaves]
    given_now = np.array([leaf.data for leaf in graph.shared])
    expected = eager(graph.output, graph.shared)
    for tape in tapes_of(graph.output, graph.shared, inputs):
        for _ in range(2):
            value, gradient = tape(given_now, [np.array([leaf.data for leaf in inputs])])
            assert repr(value) == repr(expected[0])
            assert repr(gradient.tolist()) == repr(expected[1])


def test_rows_that_have_machine_code() -> None:
    """All but those that Python computes in a way of its own: which they are is said."""
    demand_installed("native")
    known = interpreter_of(())
    assert isinstance(known, Interpreter)
    named = {op.name for op in known.numbers}
    assert {name for name in BUILT_IN if name not in named} == {"sum", "hypot"}
    w = Value(0.9)
    y = w
    for _ in range(100):
        y = y.hypot(0.1)
    summary = engine.compile(y, parameters=[w], backend="numpy").summary()
    assert str(summary).endswith("computed one by one, in Python: hypot is a function of Python's")


def test_threads_compute_traces_at_the_same_time() -> None:
    """Each has codes of its own, whose ends change while they are computed."""
    w = Value(0.3)
    old = recurrence(300, w, w, w)
    before, x = next_serial(), Value(0.5)
    traces = [TapeTrace(topological_order(recurrence(steps, w, old, x)), [x], before=before)
              for steps in (300, 200)]  # fmt: skip
    tape = tape_of(traces, [w], chooses=True)
    rows = [np.array([0.1 * k]) for k in range(8)]
    inputs = [np.array([[0.5], [0.25], [-1.0]]), np.array([[0], [1], [0]])]
    alone = [repr(tape.of_examples(row, inputs)) for row in rows]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda row: repr(tape.of_examples(row, inputs)), rows * 50)
        assert list(together) == alone * 50


def test_more_nodes_than_codes_have_places_for_are_left_to_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And that is said."""
    w, x = Value(0.5), Value(2.0)
    trace = TapeTrace(topological_order(w * x + 1.0), [x])
    monkeypatch.setattr(native_tape, "MOST_PLACES", 5)
    assert not isinstance(tape_of([trace], [w]), Tape)
    monkeypatch.setattr(native_tape, "MOST_PLACES", 4)
    tape = tape_of([trace], [w])
    assert isinstance(tape, Tape)
    assert tape.lacks == "there are more than 4 nodes"


def test_without_llvm_the_tape_is_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same bits."""
    monkeypatch.setattr(type(MACHINE), "missing", "it is not installed")
    w, x = Value(0.5), Value(2.0)
    assert isinstance(tape_of([TapeTrace(topological_order(w * x), [x])], [w]), Tape)


def recurrence(steps: int, w: Value, b: Value, x: Value) -> Value:
    """So many steps, each made from the one before."""
    for _ in range(steps):
        x = (w * x + b).tanh()
    return x


def test_ten_thousand_steps_of_single_numbers_stay_correct() -> None:
    """NumPy is slow at loops of single numbers, and leaves them to a tape: the summary says so."""
    w, b, x = Value(0.9), Value(0.1), Value(0.5)
    output = recurrence(10_000, w, b, x)
    program = engine.compile(output, parameters=[w, b], inputs=[x], backend="numpy")
    assert not program.summary().lifts
    expected = (
        "30,003 nodes in 30,002 classes: too little is alike for arrays, "
        "so they are computed one by one\n"
        "  a loop of 9,999 steps: NumPy is slow at so few numbers a step; "
        'machine code computes it (backend="native")'
    )
    assert repr(program) == str(program.summary()) == expected
    assert program(None, [0.5])[1].tolist() == eager(output, [w, b])[1]
    again = recurrence(10_000, w, b, Value(-1.5))
    assert program(inputs=[-1.5])[0] == again.data


def test_a_narrow_program_can_still_be_looked_at() -> None:
    """Its array instructions are made when they are asked for."""
    leaves = w, b, x = Value(0.9), Value(0.1), Value(0.5)
    program = engine.compile(recurrence(40, w, b, x), parameters=leaves, backend="numpy")
    assert not program.summary().lifts
    assert "for t in range(39)" in repr(program.program)
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
        for tape in tapes_of(output, [a, b], []):
            assert not tape.lacks
            value, gradient = tape(np.array([0.0, 2.0]), [])
            assert repr((value, gradient.tolist())) == repr(eager(output, [a, b]))
            value, gradient = tape(np.array([1.0, 2.0]), [])
            assert value == pytest.approx(1 - 2 + 0.5 - 3 + 0 + 1.5 + 4 + 9)


def test_a_registered_row_may_give_an_integer_too_large_for_a_float() -> None:
    """It is inf on a tape and in a program, as on Values; also of a constant."""
    op = Op("factorial", "!", "{a}!", (1, 2), lambda a: math.factorial(int(a)),
            (lambda a, y: 0.0,))  # fmt: skip
    with registered(op):
        x, constant = Value(200.0), Value(180.0)
        output = Value.sum([x.factorial(), constant.factorial()])  # type: ignore[attr-defined]  # registered above
        assert output.data == inf
        programs: list[Any] = [*tapes_of(output, [x], []), compiled(output, [x])]
        for program in programs:
            assert program(np.array([200.0]), []) == (inf, [0.0])
            assert program(np.array([3.0]), []) == (inf, [0.0])


def test_examples_are_gone_through_one_by_one() -> None:
    """The mean of value and gradient."""
    w, x = Value(2.0), Value(1.0)
    for tape in tapes_of(w * x * x, [w], [x]):
        value, gradient = tape.of_examples(np.array([2.0]), [np.array([1.0, 3.0])])
        assert (value, gradient.tolist()) == (10.0, [5.0])
        assert tape.measured(np.array([2.0]), [np.array([1.0, 3.0])]) == 10.0


@each_kind
def test_further_outputs_of_a_tape(kind: Callable[..., Any]) -> None:
    """They have no part in the gradient; a leaf, a constant and what is known may be among them."""
    w, x = Value(2.0), Value(3.0)
    loss = w * x
    others = held_together([loss, loss * x, w, Value(0.5), x.detach() + 1.0])
    tape = kind([TapeTrace(topological_order(loss), [x], topological_order(others))], [w])
    value, gradient, rows = tape.of_examples(np.array([2.0]), [np.array([3.0, 5.0])])
    assert (value, gradient.tolist()) == (8.0, [4.0])
    assert rows.tolist()[:3] == [[6.0, 10.0], [18.0, 50.0], [2.0, 2.0]]
    value, rows = tape.measured(np.array([2.0]), [np.array([3.0, 5.0])])
    assert (value, rows.tolist()[3]) == (8.0, [0.5, 0.5])


@each_kind
def test_what_is_detached_in_a_trace_is_computed_and_has_no_gradient(
    kind: Callable[..., Any],
) -> None:
    """Nor has what depends on it alone; an infinite slope behind it makes no nan."""
    w = Value(2.0)
    with tracing():
        output = w * w.detach() + (w.detach() - 2.0).log() * 0.0
    tape = kind([TapeTrace(topological_order(output))], [w])
    value, gradient = tape(np.array([3.0]), [])
    assert (value, gradient.tolist()) == (9.0, [3.0])


def test_a_derivative_inside_a_tape() -> None:
    """A row for a derivative, which a trace records, may have machine code as well."""
    w = Value(0.3)
    with tracing():
        found: Any = engine.grad(w.relu() * w, [w])
    slope: Value = found[0]
    assert {op.name for op in map(attrgetter("op"), topological_order(slope))} > {"relu_slope1"}
    expected = eager(slope, [w])
    for tape in tapes_of(slope, [w], []):
        value, gradient = tape(np.array([0.3]), [])
        assert repr((value, gradient.tolist())) == repr(expected)


def test_threads_have_memory_of_their_own() -> None:
    """Many at once, each with its numbers."""
    w, b, x = Value(0.9), Value(0.1), Value(0.5)
    tape = tape_of([TapeTrace(topological_order(recurrence(2_000, w, b, x)), [x])], [w, b])
    wanted = [tape(np.array([0.9, i / 10]), [np.array([0.5])]) for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            found = pool.map(lambda i: tape(np.array([0.9, i / 10]), [np.array([0.5])]), range(8))
            for (value, gradient), (expected, other) in zip(found, wanted, strict=True):
                assert value == expected
                assert gradient.tolist() == other.tolist()


def test_too_many_rows_of_ones_own_are_left_to_python() -> None:
    """The number of a row has 6 bits."""
    demand_installed("native")
    w = Value(0.5)
    with ExitStack() as stack:
        for i in range(40):
            row = Op(f"row{i}", "r", "{a}", (-1, 1), lambda a: a + 1.0, (lambda a, y: 1.0,))
            stack.enter_context(registered(row))
        y = w
        for i in range(40):
            y = getattr(y, f"row{i}")()
        tape = tape_of([TapeTrace(topological_order(y))], [w])
        assert (tape.lacks, tape(np.array([0.5]), [])[0]) == ("there are too many rows", 40.5)


def test_a_row_of_any_number_of_inputs_is_left_to_python() -> None:
    """Only a sum is additions."""
    demand_installed("native")
    op = Op("last_of", "l", "{terms}", (-1, 1), lambda given: given[-1],
            (lambda given, y: (*[0.0] * (len(given) - 1), 1.0),), any_number=True)  # fmt: skip
    with registered(op):
        w, x = Value(0.5), Value(2.0)
        output = w.last_of([w, x]) * 2.0  # type: ignore[attr-defined]
        tape = tape_of([TapeTrace(topological_order(output), [x])], [w])
        assert tape.lacks == "last_of has any number of inputs"
