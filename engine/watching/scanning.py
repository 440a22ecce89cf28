"""A loop through time, said outright: a step that takes a state and gives the next one.

    state, y_1 = step(state, x_1)
    state, y_2 = step(state, x_2)
    ...

The graph has all steps, one after another, so that each of them is drawn and stepped through. A
compiled program has a loop, as it has for any loop in Python whose steps are alike. Formula and
name are those of `jax.lax.scan`.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ..arguments import demand_function
from ..system.limits import whole_number
from ..system.taken import taken_whole

Carry = TypeVar("Carry")

# The most steps.
_MOST = 100_000_000


def scan(
    step: Callable[[Carry, Any], tuple[Carry, Any]],
    state: Carry,
    xs: Iterable[Any] | None = None,
    *,
    length: int | None = None,
) -> tuple[Carry, list[Any]]:
    """The last state, and the output of each step, in order.

        def step(h, x):
            h = (w * h + u * x).tanh()
            return h, v * h                             # the next state, the output of this step

        h, outputs = scan(step, Value(0.0), [0.5, -1.0, 2.0])

    `step` takes the state and an element of `xs`, and gives the next state and an output; a state
    is whatever `step` takes, such as a Value or a list of them. Without `xs`, `step` is called
    `length` times with None.

    Raises TypeError if `step` is no function or gives no pair, or `length` is no integer, and
    ValueError if `length` is not a whole number from 1 to 100,000,000, not the number of elements
    of `xs`, or is missing together with `xs`.
    """
    demand_function(step, "step", "lambda state, x: (state + x, state)")
    elements = _elements(xs, length)
    outputs = []
    for x in elements:
        given = step(state, x)
        if not isinstance(given, tuple) or len(given) != 2:
            raise TypeError(
                f"step must give a pair, the next state and an output; it gave {given!r}"
            )
        state, output = given
        outputs.append(output)
    return state, outputs


def _elements(xs: Iterable[Any] | None, length: int | None) -> list[Any]:
    """What the steps take, one after another."""
    if length is not None:
        if not isinstance(length, int):
            raise TypeError(f"length must be a whole number of steps, got {length!r}")
        length = whole_number(length, "length", 1, _MOST)
    if xs is None:
        if length is None:
            raise ValueError("give xs, one element for each step, or length, the number of steps")
        return [None] * length
    elements = [*taken_whole(xs)]
    if length is not None and length != len(elements):
        raise ValueError(
            f"length is {length}, but xs has {len(elements)} elements; give one of them"
        )
    return elements
