"""Scopes: Values remember where they were made."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine import Value, scope


def test_scopes_nest_and_end() -> None:
    """A Value belongs to the scopes that are open when it is made."""
    x = Value(1.0)
    with scope("layer1"):
        inside = x * 2
        with scope("neuron3"):
            deeper = Value.sum([x, inside]).relu()
    outside = x + deeper
    scopes = [v.scope for v in (x, inside, deeper, outside)]
    assert scopes == [(), ("layer1",), ("layer1", "neuron3"), ()]


def test_values_of_one_scope_share_its_tuple() -> None:
    """A graph holds the names of a scope once, however often it is entered."""

    def made() -> list[Value]:
        """A Value from each of a hundred neurons."""
        values = []
        for i in range(100):
            with scope("layer1"), scope(f"neuron{i}"):
                values.append(Value(1.0))
        return values

    assert all(a.scope is b.scope for a, b in zip(made(), made(), strict=True))


def test_a_scope_ends_with_an_error_too() -> None:
    """After an exception the scope is the one before the block."""
    with pytest.raises(ZeroDivisionError), scope("broken"):
        1 / 0  # noqa: B018 - to raise
    assert Value(1.0).scope == ()


def test_threads_have_scopes_of_their_own() -> None:
    """A scope opened in one thread is not seen in another."""

    def work(name: str) -> tuple[str, ...]:
        """The scope of a Value made among many threads."""
        with scope(name):
            return (Value(1.0) * 2).scope

    names = [f"thread{i}" for i in range(50)]
    with ThreadPoolExecutor(8) as pool, scope("main"):
        assert list(pool.map(work, names)) == [(name,) for name in names]


@pytest.mark.parametrize("bad", [3, None, ("a",)])
def test_the_name_of_a_scope_is_text(bad: Any) -> None:
    """Anything else is refused where it is given."""
    with pytest.raises(TypeError, match="name of a scope must be text"):
        scope(bad)
