"""Programs of a structure that is known: compiled once, and always as if compiled anew."""

import pickle
import struct
from collections.abc import Callable, Sequence
from functools import partial
from math import nan
from random import Random
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
import nn
from engine import Op, Value
from engine.compiler.ir.program import Program
from engine.compiler.runtime.losses import CompiledLoss
from engine.compiler.runtime.programs import KNOWN, KnownPrograms, Programs
from tests.engine.compiler.agreeing import compiled
from tests.engine.compiler.irregular import irregular
from tests.oracles.choices import ChoiceFunction
from tests.oracles.scalar_programs import SCALAR_PROGRAMS
from tests.oracles.wild import Graph
from tests.registered import registered

few = settings(max_examples=20)


def bits(found: Any) -> bytes:
    """All numbers of a result, to the last bit, nan and -0 too."""
    if isinstance(found, float):
        return struct.pack("d", found)
    if isinstance(found, np.ndarray):
        return repr(found.shape).encode() + found.tobytes()
    return b"".join(map(bits, found.values() if isinstance(found, dict) else found))


def made_anew(make: Callable[[], Any]) -> Any:
    """What is compiled when nothing is known."""
    kept = dict(KNOWN._known)
    KNOWN.clear()
    try:
        found = make()
        assert found.program  # lifted now
        return found
    finally:
        KNOWN.clear()
        KNOWN._known.update(kept)


def demand_as_anew(make: Callable[[], Any], run: Callable[[Any], Any]) -> None:
    """What is compiled now is what is compiled when nothing is known, and gives the same bits."""
    found, anew = make(), made_anew(make)
    assert bits(run(found)) == bits(run(anew))
    assert repr(found.program) == repr(anew.program)
    assert found.source == anew.source
    assert str(found.summary()) == str(anew.summary())


def called(program: Any, arrays: Sequence[Any]) -> Any:
    """What a function gives for some arrays."""
    return program(*arrays)


def shares(one: Any, other: Any) -> bool:
    """Whether two programs are one."""
    found: bool = one.program is other.program
    return found


def network(seed: int = 0, sizes: Sequence[int] = (3, 1)) -> nn.MLP:
    """A small network."""
    return nn.MLP(2, [*sizes], seed=seed)


POINTS = [[1.0, 2.0], [0.5, -1.0], [0.0, 1.0], [2.0, 0.5]]


def squares(model: nn.MLP) -> Value:
    """A loss on some points."""
    return Value.sum([model(x) ** 2 for x in POINTS])


def test_a_network_with_other_weights_is_known() -> None:
    """What was compiled for one serves the other, which has its own numbers."""
    one, other = network(0), network(1)
    first = engine.compile(squares(one), parameters=one.parameters())
    second = engine.compile(squares(other), parameters=other.parameters())
    assert shares(first, second)
    assert first()[0] == pytest.approx(squares(one).data)
    assert second()[0] == pytest.approx(squares(other).data)


@pytest.mark.parametrize("name", SCALAR_PROGRAMS)
def test_programs_of_many_kinds_are_known_again(name: str) -> None:
    """Recorded again with the same constants; and the same bits as if nothing were known."""
    output, parameters = SCALAR_PROGRAMS[name](Value, Random(0))
    first = compiled(output, parameters)
    again, others = SCALAR_PROGRAMS[name](Value, Random(0))
    numbers = [Random(1).uniform(-1, 1) for _ in parameters]
    assert shares(first, compiled(again, others))
    demand_as_anew(lambda: compiled(again, others), lambda program: program(numbers))


def with_scale(scale: float) -> tuple[Value, list[Value]]:
    """A graph with a constant in it."""
    a, b = Value(0.7), Value(-1.3)
    return scale * a + (b * scale).tanh() + a**2, [a, b]


@pytest.mark.parametrize("scales", [(0.0, -0.0), (1.0, 2.0), (1.0, 1.0 + 2**-52), (nan, 1.0)])
def test_other_constants_are_another_program(scales: tuple[float, float]) -> None:
    """Passes simplify by the numbers of constants: 0 and -0 are not the same."""
    programs = [engine.compile(output, parameters=p) for output, p in map(with_scale, scales)]
    assert not shares(*programs)
    for scale in scales:
        demand_as_anew(partial(compiled, *with_scale(scale)), lambda each: each())


# Pairs of graphs that are nearly the same, of three leaves.
NEARLY: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "operands": (lambda a, b, c: a - b * c, lambda a, b, c: b * c - a),
    "factors": (lambda a, b, c: a / b + c, lambda a, b, c: b / a + c),
    "operation": (lambda a, b, c: (a + b).sinh() * c, lambda a, b, c: (a + b).cosh() * c),
    "number first": (lambda a, b, c: (2 - a) * b * c, lambda a, b, c: (a - 2) * b * c),
    "twice": (lambda a, b, c: a * a + b * c, lambda a, b, c: a * b + b * c),
    "grouped": (lambda a, b, c: (a + b) + c, lambda a, b, c: a + (b + c)),
    "in another order": (lambda a, b, c: Value.sum([a, b, c]),
                         lambda a, b, c: Value.sum([c, b, a])),
    "shared": (lambda a, b, c: (lambda t: t * c + t)(a.exp() * b),
               lambda a, b, c: (a.exp() * b) * c + a.exp() * b),
    "detached": (lambda a, b, c: a * b * c, lambda a, b, c: a * b.detach() * c),
    "another leaf": (lambda a, b, c: a * b + a.tanh() * c, lambda a, b, c: a * b + b.tanh() * c),
    "another power": (lambda a, b, c: a**2 * b + c, lambda a, b, c: a**3 * b + c),
    "a power of a Value": (lambda a, b, c: (a * a + 1) ** b * c,
                           lambda a, b, c: (b * b + 1) ** a * c),
    "the larger": (lambda a, b, c: a.maximum(b) * c, lambda a, b, c: b.maximum(a) * c),
    "a constant leaf": (lambda a, b, c: a * Value(2.0) * b * c, lambda a, b, c: a * 2.0 * b * c),
    "a label": (lambda a, b, c: a * b * c, lambda a, b, c: named(a * b) * c),
}  # fmt: skip


def named(value: Value) -> Value:
    """The Value with a label."""
    value.label = "product"
    return value


@pytest.mark.parametrize("name", NEARLY)
def test_graphs_that_are_nearly_the_same(name: str) -> None:
    """Each is compiled by itself, after the other; a ladder is one sum whichever way it leans."""
    for write in NEARLY[name]:
        leaves = [Value(each) for each in (0.7, -1.3, 2.1)]
        output = write(*leaves)
        demand_as_anew(partial(compiled, output, leaves), lambda program: program())
    assert len(KNOWN) == (1 if name == "grouped" else 2)


@pytest.mark.parametrize("given", [
    lambda a, b, c: ([a, b, c], ()),
    lambda a, b, c: ([b, a, c], ()),
    lambda a, b, c: ([a, b], ()),
    lambda a, b, c: ([a, b], [c]),
    lambda a, b, c: ([a, c], [b]),
    lambda a, b, c: ([c, a], [b]),
    lambda a, b, c: ([], [a, b, c]),
    lambda a, b, c: ([a], [b, c]),
    lambda a, b, c: ([a], [[b], [c]]),
    lambda a, b, c: ([a], {"b": b, "c": [c]}),
    lambda a, b, c: ([a], {"c": [c], "b": b}),
    lambda a, b, c: ({"a": a, "b": [[b], [c]]}, ()),
])  # fmt: skip
def test_other_orders_and_nests_of_parameters_and_inputs(given: Any) -> None:
    """Whatever was compiled before, each number comes from where it was put."""
    leaves = [Value(each) for each in (0.7, -1.3, 2.1)]
    for every in _GIVEN:
        parameters, inputs = every(*leaves)
        engine.compile(_output(*leaves), parameters=parameters, inputs=inputs)()
    parameters, inputs = given(*leaves)
    demand_as_anew(
        lambda: engine.compile(_output(*leaves), parameters=parameters, inputs=inputs),
        lambda program: program(),
    )


_GIVEN: list[Any] = [
    lambda a, b, c: ([a, b, c], ()),
    lambda a, b, c: ([b, a, c], ()),
    lambda a, b, c: ([a, b], [c]),
    lambda a, b, c: ([a], [[b], [c]]),
]


def _output(a: Value, b: Value, c: Value) -> Value:
    """A graph in which each leaf has another part."""
    return (a * b - c / a).tanh() + b * c * c


def test_nests_of_the_same_order_share_a_program() -> None:
    """A nest is what callers see; the program reads a row."""
    a, b = Value(1.0), Value(2.0)
    one = engine.compile(a * b, parameters=[a, b])
    other = engine.compile(a * b, parameters={"a": a, "b": [b]})
    assert shares(one, other)
    assert [*other()[1]] == ["a", "b"]


def doubled(slope: float) -> Op:
    """A row whose derivative is chosen."""
    return Op("doubled", "d", "{a}", (-1, 1), lambda a: 2 * a, (lambda a, y: slope,))


def test_a_row_registered_again_is_another() -> None:
    """Under the same name, with another derivative."""
    for slope in (2.0, 3.0, 2.0):
        with registered(doubled(slope)):
            a = Value(0.5)
            value, gradient = compiled(a.doubled() * 1.0, [a])()  # type: ignore[attr-defined]
            assert (value, gradient.tolist()) == (1.0, [slope])


def test_a_row_that_calls_another_by_name() -> None:
    """It is compiled anew when the other one has been registered again."""
    calls = Op("calls", "c", "{a}", (-1, 1), lambda a: a * 1.0,
               (lambda a, y: getattr(a, "doubled", float)() + 1.0,))  # fmt: skip
    with registered(calls):
        a = Value(0.5)
        with registered(doubled(2.0)):
            first = compiled(a.calls() + 1, [a])  # type: ignore[attr-defined]
        with registered(doubled(3.0)):
            assert not shares(first, compiled(a.calls() + 1, [a]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("length", [1, 60])
def test_a_row_that_reads_what_changes(length: int) -> None:
    """It is followed anew in each program, whether that is of arrays or a tape."""
    rate = [2.0]
    scaled = Op("scaled", "s", "{a}", (-1, 1), lambda a: rate[0] * a, (lambda a, y: rate[0],))
    with registered(scaled):
        for rate[0] in (2.0, 3.0):
            w = [Value(each) for each in (1.0, 2.0, 3.0)]
            a = Value.sum([each.scaled() * each for each in w])  # type: ignore[attr-defined]
            for step in range(length):
                a = (a.scaled() * 0.1).tanh() if step % 2 else (a + step).sin().scaled()  # type: ignore[attr-defined]
            a.backward()
            value, gradient = engine.compile(a, parameters=w)()
            assert value == pytest.approx(a.data, rel=1e-12)
            assert gradient == pytest.approx([each.grad for each in w], rel=1e-12)


@pytest.mark.parametrize("loss", [nn.mean_squared_error, nn.mean_absolute_error, nn.hinge])
def test_targets_and_losses_that_are_baked_in(loss: Any) -> None:
    """The loss is part of the graph, and so are its targets, in a recorded graph."""
    model = network()
    for targets in ([1.0, -1.0, 1.0, -1.0], [1.0, 1.0, 1.0, -1.0]):
        output = loss([model(x) for x in POINTS], targets)
        parameters = model.parameters()
        demand_as_anew(partial(compiled, output, parameters), lambda program: program())


def of_examples(model: nn.MLP, factor: float = 1.0) -> Callable[..., Value]:
    """The loss of one example."""
    return lambda x, t: factor * (model(x) - t) ** 2


def test_functions_of_examples_are_known() -> None:
    """One that is traced again, with other weights, is compiled already; results are its own."""
    X, Y = np.array(POINTS), np.arange(4.0)
    steps = []
    for seed in (0, 1):
        model = network(seed)
        steps.append(engine.compile(of_examples(model), parameters=model.parameters()))
        steps[-1](X, Y)
        demand_as_anew(partial(traced, steps[-1], X, Y), lambda step: step(X, Y))
    assert shares(*steps)
    other = engine.compile(of_examples(model, 2.0), parameters=model.parameters())
    other(X, Y)
    assert not shares(other, steps[0])


def traced(step: Any, *arrays: Any) -> Any:
    """The function of `step`, compiled and traced anew."""
    again = type(step)(step._function, step._parameters, step._backend)
    again.trace(*arrays)
    return again


def test_the_mean_and_the_outputs_of_a_function_are_two_programs() -> None:
    """The same function, with and without a gradient; and with what it gives in other lists."""
    model, X = network(sizes=(3,)), np.array(POINTS)
    parameters = model.parameters()
    functions: list[Callable[..., Any]] = [
        lambda x: model(x), lambda x: {"a": model(x)}, lambda x: [[each] for each in model(x)],
        lambda x: model(x)[0], lambda x: model(x)[1],
    ]  # fmt: skip
    for function in functions:
        predict = engine.compile(function, parameters=parameters, gradient=False)
        demand_as_anew(partial(traced, predict, X), lambda each: each(X))
        assert shares(traced(predict, X), traced(predict, X))
    for function in functions[3:]:
        step = engine.compile(function, parameters=parameters)
        with pytest.warns(UserWarning, match="not reach the output"):
            demand_as_anew(partial(traced, step, X), lambda each: each(X))
    assert len(KNOWN) == 7


def test_a_loss_and_what_is_predicted_beside_it() -> None:
    """Other predictions of the same loss are another program."""
    model, X, Y = network(), np.array(POINTS), np.arange(4.0)
    for predicted in (lambda z: z, lambda z: [z, z * 2], lambda z: {"a": z}, lambda z: None):

        def of_one(x: Any, t: Any, predicted: Any = predicted) -> Any:
            """The loss of an example, and what is predicted."""
            z = model(x)
            return (z - t) ** 2, predicted(z)

        def run(step: CompiledLoss) -> list[Any]:
            """All that a step gives, with the gradient and without it."""
            examples = step.prepared(X, Y)
            *rest, one = step.of(examples)
            value, other = step.without_gradient(examples)
            return [*rest, [] if one is None else one, value, [] if other is None else other]

        step = CompiledLoss(of_one, model.parameters())
        demand_as_anew(partial(traced, step, X, Y), run)
        demand_as_anew(partial(traced, step, X, Y), run)
    assert len(KNOWN) == 4


@pytest.mark.slow
@few
@given(st.integers(0, 30), st.integers(1, 5), st.booleans(), st.booleans())
def test_random_graphs(seed: int, size: int, wild: bool, all_of_them: bool) -> None:
    """Small ones, of which many are nearly the same, all known together."""
    graph = Graph(seed, size, wild=wild)
    leaves = graph.leaves if all_of_them else graph.shared
    demand_as_anew(lambda: compiled(graph.output, leaves), lambda program: program())


@pytest.mark.slow
@few
@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(0, 2**32))
def test_random_graphs_with_other_numbers(seed: int, size: int, numbers: int) -> None:
    """A graph recorded with other numbers, and a program that it gives by itself."""
    graph, draw = Graph(seed, size, wild=True), Random(numbers)
    compiled(graph.output, graph.shared)
    moved = [Value(draw.uniform(-3, 3)) for _ in graph.shared]
    output = graph.record(moved)
    demand_as_anew(lambda: compiled(output, moved), lambda program: program())


@pytest.mark.slow
@few
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_random_functions_of_choices(seed: int, examples: int) -> None:
    """What is looked up by whole numbers, with the same and with other examples."""
    drawn = ChoiceFunction(seed)
    step = engine.compile(drawn.function, parameters=drawn.parameters)
    for _ in range(3):
        arrays = [np.array(each) for each in drawn.arguments(examples)]
        demand_as_anew(partial(traced, step, *arrays), partial(called, arrays=arrays))


def test_what_is_known_takes_no_part_of_the_graph() -> None:
    """The Values of a graph are freed when it is compiled."""
    model = network()
    program = engine.compile(squares(model), parameters=model.parameters())
    ((programs, _),) = KNOWN._known.values()
    assert programs._lift is None
    assert program.program is programs.program


def test_a_graph_that_is_computed_node_by_node_is_not_known() -> None:
    """A tape is made for each, since it is of the nodes themselves."""
    w = Value(0.9)
    y = irregular(w, w, 200)[-1]
    for _ in range(2):
        program = engine.compile(y, parameters=[w])
        assert not program.summary().lifts
        assert len(program.program.instructions) > 200
    assert not len(KNOWN)


def numbered(count: int) -> Programs:
    """The programs of a graph with a constant of so many numbers."""
    a = Value(1.0)
    output = Value.sum([a * (0.5 + i) for i in range(count)])
    compiled(output, [a])
    *_, (programs, _) = KNOWN._known.values()
    return programs


def test_what_was_used_least_recently_is_forgotten() -> None:
    """When all together take too much; a single one that does is not kept at all."""
    small = [numbered(count) for count in (3, 4, 5)]
    sizes = [size for _, size in KNOWN._known.values()]
    known = KnownPrograms(sizes[0] + sizes[2])
    keys: list[Any] = [each.key for each in small]
    assert all(keys)
    for key, programs in zip(keys[:2], small[:2], strict=True):
        known.keep(key, programs)
    assert known.find(keys[0]) is small[0]
    known.keep(keys[2], small[2])
    assert known.find(keys[1]) is None
    assert known.find(keys[0]) is small[0]
    assert known.find(keys[2]) is small[2]
    tiny = KnownPrograms(1)
    tiny.keep(keys[0], small[0])
    assert not len(tiny)


def test_threads_share_programs_and_no_memory() -> None:
    """Each thread compiles the same network with other weights, and has its own results."""
    found: dict[int, Any] = {}
    X, Y = np.array(POINTS), np.arange(4.0)

    def work(seed: int) -> None:
        """Compile and call, some times."""
        model = network(seed)
        step = engine.compile(of_examples(model), parameters=model.parameters())
        found[seed] = [bits(step(X, Y)) for _ in range(20)]

    threads = [Thread(target=work, args=[seed]) for seed in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    KNOWN.clear()
    for seed in range(8):
        model = network(seed)
        step = engine.compile(of_examples(model), parameters=model.parameters())
        assert found[seed] == [bits(step(X, Y))] * 20


def test_two_threads_that_lift_at_once() -> None:
    """The second one finds what the first has lifted."""
    model = network()
    step = engine.compile(of_examples(model), parameters=model.parameters())
    programs = step.trace(np.array(POINTS), np.arange(4.0)).programs
    first = programs.lifted
    del vars(programs)["lifted"]  # as if the second thread had asked before the first was done
    assert programs.lifted is first


def test_a_copy_is_known_no_more() -> None:
    """A pickled program has all that it needs, and gives the same."""
    model = network()
    program = engine.compile(squares(model), parameters=model.parameters())
    copy = pickle.loads(pickle.dumps(program))
    assert bits(copy()) == bits(program())
    assert copy._translation.programs.key is None


def test_constants_of_a_program_cannot_be_changed() -> None:
    """Another program may share them."""
    a = Value(1.0)
    program: Program = compiled(Value.sum([a * 0.5, a * 1.5, a * 4.0]), [a]).program
    constants = [each for each in program.instructions if each.kind == "constant"]
    with pytest.raises(ValueError, match="read-only"):
        constants[0].detail.array[...] = 0.0


def test_results_can_be_changed() -> None:
    """A gradient that is constant belongs to whoever asked for it."""
    a, b = Value(1.0), Value(2.0)
    for _ in range(2):
        program = compiled(2 * a + 3 * b, [a, b])
        _, gradient = program()
        assert gradient.tolist() == [2.0, 3.0]
        gradient *= 0.0
        assert program()[1].tolist() == [2.0, 3.0]


def test_memory_of_steps_is_freed() -> None:
    """Of this thread; the next step has new memory."""
    model, X, Y = network(), np.array(POINTS), np.arange(4.0)
    step = engine.compile(of_examples(model), parameters=model.parameters())
    translation = step.trace(X, Y)
    translation.free()  # there is none yet
    first = translation.step(4)
    assert translation.step(4) is first
    translation.free()
    assert translation.step(4) is not first
