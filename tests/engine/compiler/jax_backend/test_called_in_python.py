"""What cannot be followed is called in Python by JAX, for one number after the other."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import engine
from engine import Op, Value
from tests.registered import registered

GAMMA = Op("gamma_of", "Γ", "{a}", (1, 2), math.gamma, (lambda a, y: math.gamma(a + 1),))
FAR = Op("far_from", "f", "{a}{b}", (1, 2), lambda a, b: math.dist([a], [2 * b]),
         (lambda a, b, y: 0.0, lambda a, b, y: 0.0))  # fmt: skip


@pytest.mark.parametrize("count", [1, 100_000])
def test_numbers_keep_their_digits_in_every_thread(count: int) -> None:
    """For many numbers JAX calls from a thread of its own, in which it has no float64."""
    w, X = Value(1.0), np.linspace(1.0, 2.0, count)
    with registered(GAMMA):
        call: Any = lambda x: getattr(w * x, "gamma_of")()  # noqa: B009, E731
        step = engine.compile(call, parameters=[w], backend="jax")
        value, (gradient,) = step(X)
    assert value == pytest.approx(np.mean([*map(math.gamma, X)]), rel=1e-14)
    assert gradient == pytest.approx(np.mean([x * math.gamma(x + 1) for x in X]), rel=1e-14)


def test_what_jax_maps_is_called_for_each() -> None:
    """Three numbers for three examples: each of these with each of those."""
    w, X, numbers = Value(1.0), np.array([0.5, 1.0, 2.5]), np.array([0.25, 1.5, 4.0])
    with registered(FAR):
        apart = engine.compile(lambda x: getattr(w, "far_from")(x), parameters=[w],  # noqa: B009
                               gradient=False, backend="jax")  # fmt: skip
        with jax.enable_x64(True):
            of_one = lambda number: apart.function(number[None], jnp.asarray(X))  # noqa: E731
            found = jax.vmap(of_one)(jnp.asarray(numbers))
    assert np.asarray(found).tolist() == np.abs(numbers[:, None] - 2 * X).tolist()


def test_where_python_raises_there_is_infinity_or_nan() -> None:
    """As eagerly."""
    X = np.array([3.0, 200.0, 0.0, -1.0])
    with registered(GAMMA):
        of: Any = getattr(Value, "gamma_of")  # noqa: B009
        found = engine.compile(of, parameters=[], gradient=False, backend="jax")(X)
    assert repr(found.tolist()) == "[2.0, inf, nan, nan]"
