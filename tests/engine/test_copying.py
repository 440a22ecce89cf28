"""Copies of graphs, in memory and as pickled bytes: equal, separate, of any depth."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, grad, register, scope
from engine.graph import topological_order

COPIES: list[Callable[[Any], Any]] = [
    copy.deepcopy,
    lambda given: pickle.loads(pickle.dumps(given)),
    lambda given: pickle.loads(pickle.dumps(given, protocol=2)),
]


def program() -> tuple[Value, Value]:
    """An output made in all the ways in which Values are made, and the leaf it is made from."""
    x = Value(0.5, "x")
    with scope("layer1"):
        a = (2 * x).tanh() ** 2 - x / 3
        b = Value.sum([a, 4.0, x, x]) * (1 - a)
    b.label = "b"
    b.backward()
    return b, x


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_tells_all_that_the_original_tells(copied: Any) -> None:
    """Numbers, gradients, operations, labels, scopes and derivatives; the order too."""
    output, _ = program()
    twin = copied(output)

    def told(value: Value) -> list[tuple[Any, ...]]:
        """All that is to be seen of a graph."""
        order = topological_order(value)
        return [(v.data, v.grad, v.op, v.label, v.scope, v.local_derivatives, len(v.inputs),
                 [(order.index(each), local) for each, local in v.edges()])
                for v in order if v.op.name != "constant"]  # fmt: skip

    assert told(twin) == told(output)
    assert repr(twin) == repr(output)


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_is_a_graph_of_its_own(copied: Any) -> None:
    """Nothing that happens to one of them is seen in the other."""
    output, x = program()
    twin = copied(output)
    assert not {*topological_order(twin)} & {*topological_order(output)}
    before = x.grad
    twin.backward()
    assert x.grad == before
    (leaf,) = (each for each in topological_order(twin) if each.label == "x")
    assert leaf.grad == 2 * before
    assert grad(twin, [leaf]) == (before,)


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_is_newer_than_everything(copied: Any) -> None:
    """What is made of copies and originals is still in order; constants come before all."""
    output, x = program()
    last = Value(1.0)
    twin = copied(output)
    assert min(each.serial for each in topological_order(twin) if each.op.name != "constant") > (
        last.serial
    )
    assert Value(1.0).serial > twin.serial
    total = copied(Value.sum([x, 2.0]))
    assert total.inputs[1].serial == -1
    assert (twin * output).data == output.data**2


@pytest.mark.parametrize("copied", COPIES)
def test_what_is_shared_stays_shared(copied: Any) -> None:
    """A loss and its parameters, copied together, belong together again."""
    output, x = program()
    twin, leaf, again, square = copied([output, x, output, x * x])
    assert again is twin
    assert any(each is leaf for each in topological_order(twin))
    assert square.inputs == (leaf, leaf)
    assert grad(twin, [leaf]) == grad(output, [x])


@pytest.mark.parametrize("copied", COPIES)
def test_parts_may_come_before_the_whole(copied: Any) -> None:
    """The order in a list has no influence."""
    output, x = program()
    leaf, inner, twin = copied((x, output.inputs[0], output))
    assert twin.inputs[0] is inner
    assert grad(twin, [leaf, inner]) == grad(output, [x, output.inputs[0]])


@pytest.mark.parametrize("name", ["leaf", "constant", "sum"])
def test_rows_of_the_engine_are_the_same_after_loading(name: str) -> None:
    """Also those that are no operations and stand in no table."""
    total = Value.sum([Value(1.0), 2.0])
    ops = {each.op.name: each.op for each in (total, *total.inputs)}
    assert pickle.loads(pickle.dumps(ops[name])) is ops[name]


@pytest.mark.parametrize("copied", COPIES)
def test_a_chain_of_any_length_can_be_copied(copied: Any) -> None:
    """Nothing recurses, in a list of chains neither."""
    x = y = Value(1.0, "x")
    for _ in range(20_000):
        y = y * 0.9999
    twin, leaf, other = copied([y, x, x + y])
    assert grad(twin, [leaf]) == grad(y, [x])
    assert other.inputs == (leaf, twin)


def test_a_leaf_can_be_copied() -> None:
    """The simplest graph has one node."""
    x = Value(2.0, "x")
    x.grad = 3.0
    for twin in (copied(x) for copied in COPIES):
        assert (twin.data, twin.grad, twin.label, twin.inputs) == (2.0, 3.0, "x", ())
        assert twin is not x


def test_pickles_of_several_graphs_do_not_disturb_each_other() -> None:
    """A file that could not be finished leaves nothing behind."""
    output, x = program()
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps([output, lambda: None])
    with pytest.raises(RuntimeError, match="in the middle"):
        pickle.dumps([output * 2, _Broken()])
    twin, leaf = pickle.loads(pickle.dumps((output, x)))
    assert grad(twin, [leaf]) == grad(output, [x])


class _Broken:
    """Cannot be pickled."""

    def __reduce__(self) -> Any:
        raise RuntimeError("in the middle")


def test_rows_are_told_by_their_names() -> None:
    """The row of a loaded graph is that of the table, one's own rows too; others are an error."""
    row = Op("twice", "twice", "2{a}", (0, 1), lambda a: 2 * a, (lambda a, y: 2.0,))
    register(row)
    x: Any = Value(1.0)
    made = x.twice()
    data = pickle.dumps(made)
    assert pickle.loads(data).op is copy.deepcopy(made).op is row
    del PRIMITIVES["twice"]
    del Value.twice  # type: ignore[attr-defined]  # it was there for the test
    with pytest.raises(LookupError, match="operation 'twice' that is not in the table: register"):
        pickle.loads(data)
