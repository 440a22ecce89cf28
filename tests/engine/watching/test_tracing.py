"""While a function is traced, what carries no gradient is computed nevertheless."""

from engine import Value, fold
from engine.watching.tracing import (
    DETACHED,
    _put_back,
    all_but,
    detached,
    largest,
    place_of_largest,
    tracing,
)


def test_a_detached_value_is_a_leaf_but_in_a_trace() -> None:
    """There it is made from the Value, and no gradient flows through it."""
    x = Value(3.0, "x")
    assert detached(x).inputs == ()
    assert detached(x).label == "x"
    with tracing():
        y = x.detach()
        z = y * x
    assert y.inputs == (x,)
    assert (y.data, y.op) == (3.0, DETACHED)
    z.backward()
    assert x.grad == 3.0
    assert len(fold(z)) == 3
    assert x.detach().inputs == ()


def test_the_largest_is_a_number_but_in_a_trace() -> None:
    """There it is a Value, so that it is taken anew for each example."""
    x = [Value(1.0), Value(4.0), Value(2.0)]
    assert largest(x) == 4.0
    assert isinstance(largest(x), float)
    with tracing():
        top = largest(x)
        alone = largest(x[:1])
    assert isinstance(top, Value)
    assert (top.data, top.op, alone.data) == (4.0, DETACHED, 1.0)
    (top * 2).backward()
    assert [each.grad for each in x] == [0.0, 0.0, 0.0]


def test_the_place_of_the_largest_is_known_but_in_a_trace() -> None:
    """There it differs from example to example; the first of several counts."""
    x = [Value(1.0), Value(4.0), Value(4.0)]
    assert place_of_largest(x) == 1
    with tracing():
        assert place_of_largest(x) is None


def test_one_is_left_out_but_in_a_trace() -> None:
    """There it counts 0 times, and has no gradient either, so that all choices record the same."""
    x = [Value(1.0), Value(4.0), Value(2.0)]
    assert all_but(x, 1) == [x[0], x[2]]
    with tracing():
        kept = all_but(x, 1)
    total = Value.sum(kept)
    total.backward()
    assert (len(kept), total.data) == (3, 3.0)
    assert [each.grad for each in x] == [1.0, 0.0, 1.0]


def test_a_trace_that_is_abandoned_is_undone() -> None:
    """By a forked child in which the thread that traced is not: the usual methods are back."""
    usual = dict(vars(Value))
    block = tracing()
    block.__enter__()
    assert dict(vars(Value)) != usual
    _put_back()
    assert dict(vars(Value)) == usual
    block.__exit__(None, None, None)
    assert dict(vars(Value)) == usual
