"""Copies and pickles of graphs: equal in everything, independent, and of any depth."""

import copy
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from engine import Op, Value, grad, hessian, scope
from engine.graph import topological_order
from engine.primitives import CONSTANT
from tests.oracles.programs import ENGINE, random_program, run
from tests.registered import registered

ROOT = Path(__file__).parents[2]


def by_python(protocol: int) -> Callable[[Any], Any]:
    """There and back by the pickler that is written in Python."""

    def through(things: Any) -> Any:
        """The object, dumped and loaded."""
        file = io.BytesIO()
        pickle._Pickler(file, protocol).dump(things)
        return pickle._loads(file.getvalue())  # type: ignore[attr-defined]  # has no types

    return through


def by_c(protocol: int) -> Callable[[Any], Any]:
    """There and back by `pickle` as one uses it."""
    return lambda things: pickle.loads(pickle.dumps(things, protocol))


WAYS = {
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": by_c(protocol) for protocol in range(6)},
    **{f"pickle in Python {protocol}": by_python(protocol) for protocol in range(2, 6)},
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)

# In a program of its own, where nothing may recurse deeply.
DEEP = """
import copy, pickle, sys
from engine import Value, grad
from engine.graph import topological_order
pickle.loads(pickle.dumps(copy.deepcopy(Value(1.0) * 2 + Value.sum([Value(3.0), 1.0]))))
sys.setrecursionlimit(80)
x = y = Value(1.0, label="x")
for _ in range(50_000):
    y = y * 0.999999 + 1e-6
expected = grad(y, [x])
for each in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
    order = topological_order(each)
    assert len(order) == 100_001 and order[0].label == "x" and order[0] is not x
    assert (each.data, grad(each, [order[0]])) == (y.data, expected)
    del order, each
del y
print("done")
"""

LOADING = """
import pickle, sys
model, loss = pickle.load(sys.stdin.buffer)
loss.backward()
print(loss.data.hex(), *(weight.grad.hex() for weight in model.parameters()))
"""


def finished(program: str, given: bytes = b"") -> str:
    """The output of a program in a process of its own."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def chain(depth: int) -> list[Value]:
    """A chain of `depth` sums on a leaf."""
    values = [Value(1.0)]
    for _ in range(depth):
        values.append(values[-1] + 0.5)
    return values


def trained() -> tuple[nn.MLP, Value]:
    """A network and its loss on two examples."""
    model = nn.MLP(2, [3, 1], "tanh", seed=4)
    return model, nn.mean_squared_error([model([0.5, -1.0]), model([1.0, 2.0])], [1.0, -1.0])


def fields(value: Value) -> tuple[Any, ...]:
    """Everything that a Value says of itself."""
    numbers = (value.data.hex(), value.grad.hex(), value.local_derivatives)
    return (*numbers, value.op, value.label, value.scope)


def assert_alike(one: Value, other: Value) -> None:
    """Two graphs are equal node by node and edge by edge, and have no node in common."""
    order, others = topological_order(one), topological_order(other)
    assert list(map(fields, order)) == list(map(fields, others))
    place = {node: i for i, node in enumerate(order)}
    place |= {node: i for i, node in enumerate(others)}
    assert len(place) == 2 * len(order)
    for node, twin in zip(order, others, strict=True):
        assert len(node.inputs) == len(twin.inputs)
        for a, b in zip(node.inputs, twin.inputs, strict=True):
            assert (fields(a), place.get(a)) == (fields(b), place.get(b))


@every_way
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_a_copy_is_equal_in_everything(way: Callable[[Any], Any], seed: int, size: int) -> None:
    """Numbers, gradients, labels, scopes, operations and edges; and gradients to the last bit."""
    program = random_program(seed, size)
    leaves = [Value(number, f"x{i}") for i, number in enumerate(program.leaves)]
    with scope("model"), scope("layer1"):
        output = run(program, leaves, ENGINE)[-1]
    output.label = "out"
    output.backward()
    leaves[0].grad = 0.125
    twin = way(output)
    assert_alike(output, twin)
    output.backward()
    twin.backward()
    assert_alike(output, twin)


@every_way
def test_a_copy_is_independent(way: Callable[[Any], Any]) -> None:
    """Changes of one graph do not change the other."""
    x, y = Value(2.0, label="x"), Value(3.0)
    output = x * y
    twin = way(output)
    twin.backward()
    twin.inputs[0].data, twin.inputs[0].label = 7.0, "z"
    assert (x.data, x.grad, x.label, output.grad) == (2.0, 0.0, "x", 0.0)
    output.backward()
    assert (twin.inputs[0].grad, x.grad) == (3.0, 3.0)


@every_way
def test_numbers_and_long_sums_are_copied(way: Callable[[Any], Any]) -> None:
    """Plain numbers on either side and among terms stay numbers, to which no gradient flows."""
    x = Value(2.0)
    output = Value.sum([1.5, x, 3, x * 2, 2 - x, x]) / 4
    twin = way(output)
    assert_alike(output, twin)
    total = twin.inputs[0]
    assert [each.op is CONSTANT for each in total.inputs] == [True, False, True, *[False] * 3]
    assert {each.serial for each in total.inputs if each.op is CONSTANT} == {-1}
    assert twin.inputs[1].data == 4.0
    assert repr(way(total.inputs[0])) == "Value(data=1.5, grad=0.0)"
    assert way(Value.sum([])).data == 0.0


@every_way
@pytest.mark.parametrize("reverse", [False, True], ids=["model first", "loss first"])
def test_a_model_and_its_loss_belong_together_again(
    way: Callable[[Any], Any], *, reverse: bool
) -> None:
    """The weights of the copied model are the leaves of the copied loss, in either order."""
    model, loss = trained()
    copied = way([loss, model] if reverse else [model, loss])
    twin_model, twin_loss = reversed(copied) if reverse else copied
    assert_alike(loss, twin_loss)
    loss.backward()
    twin_loss.backward()
    weights, twins = model.parameters(), twin_model.parameters()
    assert any(weight.grad for weight in weights)
    assert [each.grad for each in twins] == [each.grad for each in weights]
    assert not {*weights} & {*twins}
    assert twin_model([0.5, -1.0]).data == model([0.5, -1.0]).data


@every_way
def test_what_is_shared_stays_shared(way: Callable[[Any], Any]) -> None:
    """One Value in two places is one Value in the copy, whichever comes first."""
    x = Value(2.0)
    inner = x.exp()
    output = inner * x
    a, b = way([output, output])
    assert a is b
    named = way({"x": x, "inner": inner, "output": output})
    assert named["output"].inputs == (named["inner"], named["x"])
    last, first = way((output, inner))
    assert last.inputs[0] is first
    other, one = way((inner * 2, output))
    assert other.inputs[0] is one.inputs[0]


@every_way
def test_a_copied_graph_can_be_extended(way: Callable[[Any], Any]) -> None:
    """Copies have new serial numbers: operations on copies and older Values have gradients."""
    old = Value(5.0)
    x = Value(2.0, label="x")
    newest = Value(0.0)
    twin = way(x * x)
    assert min(each.serial for each in topological_order(twin)) > newest.serial
    (twin * old + twin).backward()
    assert (twin.inputs[0].grad, old.grad, x.grad) == (24.0, 4.0, 0.0)
    assert hessian(twin, [twin.inputs[0]]) == ((2.0,),)


def test_a_shallow_copy_shares_its_inputs() -> None:
    """`copy.copy` makes one new Value, on the same graph."""
    x = Value(3.0)
    output = (x + 1) * x
    output.label = "out"
    twin = copy.copy(output)
    assert twin is not output
    assert fields(twin) == fields(output)
    assert twin.inputs == output.inputs
    assert grad(twin + output, [x]) == (14.0,)
    assert fields(copy.copy(x)) == fields(x)


def test_deepcopy_keeps_to_what_has_been_copied_before() -> None:
    """The memo of `copy.deepcopy` decides: a leaf that stands for another is taken over."""
    x, other = Value(2.0), Value(9.0)
    twin = copy.deepcopy(x * 3, {id(x): other})
    assert twin.inputs[0] is other


@pytest.mark.slow
def test_a_graph_100000_deep_is_copied_and_pickled_without_recursion() -> None:
    """With a recursion limit of 80."""
    assert finished(DEEP) == "done\n"


@pytest.mark.parametrize("protocol", range(2, 6))
def test_the_pickler_in_python_does_not_recurse_either(protocol: int) -> None:
    """Ten times as deep as Python's own recursion limit."""
    values = chain(10 * sys.getrecursionlimit())
    twin = by_python(protocol)(values[-1])
    assert (twin.data, len(topological_order(twin))) == (values[-1].data, len(values))


def test_a_pickle_has_less_than_a_hundred_bytes_for_each_operation() -> None:
    """In the usual protocol, for chains and for networks."""
    assert len(pickle.dumps(chain(10_000)[-1])) < 100 * 10_000
    _, loss = trained()
    loss.backward()
    assert len(pickle.dumps([trained()[1] for _ in range(50)])) < 100 * 50 * len(
        topological_order(loss)
    )


def test_another_process_finds_the_same_bits() -> None:
    """A model and its loss, loaded by a program that has not imported anything."""
    model, loss = trained()
    printed = finished(LOADING, pickle.dumps((model, loss)))
    loss.backward()
    expected = [loss.data, *(weight.grad for weight in model.parameters())]
    assert printed.split() == [number.hex() for number in expected]


class _FullDisk(io.BytesIO):
    """A file that fails after `pieces` pieces."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def write(self, data: Any) -> int:
        """Take one more piece."""
        self.pieces -= 1
        if self.pieces < 0:
            raise OSError("the disk is full")
        return super().write(data)


def test_a_pickle_that_fails_leaves_nothing_behind() -> None:
    """On a full disk, at whatever place: the next pickle, of any part of the graph, is whole."""
    values = chain(5_000)
    for pieces in range(4):
        with pytest.raises(OSError, match="the disk is full"):
            pickle.dump(values[-1], _FullDisk(pieces))
        for output in (values[-2], values[-1], values[-1] * values[2]):
            assert_alike(output, pickle.loads(pickle.dumps(output)))


def test_an_object_that_cannot_be_pickled_does_not_matter_to_the_next_pickle() -> None:
    """The object may come before or after a graph in the pickle."""
    values = chain(5_000)
    for things in ([values[-1], lambda: 0], [lambda: 0, values[-1]]):
        with pytest.raises((AttributeError, pickle.PicklingError)):
            pickle.dumps(things)
        assert_alike(values[-2], pickle.loads(pickle.dumps(values[-2])))


def test_two_pickles_one_after_the_other_are_both_whole() -> None:
    """Nothing that one file holds is missing from the next."""
    values = chain(3_000)
    first, second = pickle.dumps(values[-1]), pickle.dumps(values[-1])
    assert first == second
    assert_alike(values[-2], pickle.loads(pickle.dumps(values[-2])))


def test_a_pickler_may_be_kept_and_used_again() -> None:
    """It refers to nodes written before, and other pickles in between are not disturbed."""
    values = chain(3_000)
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.dump(values[-1])
    assert_alike(values[-2], pickle.loads(pickle.dumps(values[-2])))
    pickler.dump([values[-1], values[-1] * 2])
    file.seek(0)
    unpickler = pickle.Unpickler(file)
    first = unpickler.load()
    second, double = unpickler.load()
    assert first is second is double.inputs[0]


def test_threads_pickle_at_the_same_time() -> None:
    """Eight threads, each with a part of one deep graph, that take turns as often as they can."""
    values = chain(2_000)
    start = Barrier(8)

    def there_and_back(i: int) -> Value:
        """The pickler in Python gives others their turn while it writes."""
        start.wait()
        twin: Value = by_python(4)(values[-1 - i])
        return twin

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            twins = list(pool.map(there_and_back, range(8)))
    finally:
        sys.setswitchinterval(interval)
    for i, twin in enumerate(twins):
        assert_alike(values[-1 - i], twin)


def test_an_operation_that_is_not_registered_is_named() -> None:
    """A graph needs its rows when it is loaded, and finds them again when they are there."""
    op = Op("cube", "cube", "{a}^3", (-2, 2), lambda a: a**3, (lambda a, y: 3 * a * a,))
    x: Any = Value(2.0)
    with registered(op):
        written = pickle.dumps(x.cube())
        assert copy.deepcopy(x.cube()).op is op
    with pytest.raises(LookupError, match="the graph has an operation 'cube' that is not in the "
                                          "table: register it before the graph"):  # fmt: skip
        pickle.loads(written)
    with registered(op):
        twin = pickle.loads(written)
        assert (twin.op, twin.data, hessian(twin, twin.inputs)) == (op, 8.0, ((12.0,),))


@pytest.mark.parametrize("way", [copy.deepcopy, pickle.dumps], ids=["deepcopy", "pickle"])
def test_a_cycle_is_refused(way: Callable[[Any], Any]) -> None:
    """As backward() refuses it: a graph that was changed by hand is not copied for ever."""
    inner = Value(1.0) * 2
    output = inner + 1
    inner._first = output
    with pytest.raises(ValueError, match="the graph may have a cycle"):
        way(output)


def test_a_pickler_that_failed_may_be_kept() -> None:
    """Whoever holds it, or an error with its traceback, can go on pickling."""
    values = chain(5_000)
    pickler = pickle.Pickler(_FullDisk(2))
    with pytest.raises(OSError, match="the disk is full"):
        pickler.dump(values[-1])
    assert_alike(values[-2], pickle.loads(pickle.dumps(values[-2])))
