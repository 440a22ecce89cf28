"""Gradients as numbers that are handed back, leaving every `.grad` as it is."""

from collections.abc import Iterable

from .graph import topological_order
from .value import Value


def grad(output: Value, inputs: Iterable[Value]) -> tuple[float, ...]:
    """d(output)/d(input) for each of `inputs`, as `backward()` would find it, to the last bit.

    No `.grad` is read or written, so this may be called in the middle of anything. An input on
    which the output does not depend has the gradient 0.

    Raises TypeError if `output` or one of `inputs` is not a Value.
    """
    demand_value(output, "output")
    if isinstance(inputs, Value) or not isinstance(inputs, Iterable):
        raise TypeError(f"inputs must be a list of Values, as in grad(output, [w]), got {inputs!r}")
    wanted = list(inputs)
    for i, each in enumerate(wanted):
        demand_value(each, f"inputs[{i}]")
    totals = {output: 1.0}
    for node in reversed(topological_order(output)):
        upstream = totals.get(node, 0.0)
        for each, local in node.edges():
            totals[each] = totals.get(each, 0.0) + upstream * local
    return tuple(totals.get(each, 0.0) for each in wanted)


def demand_value(value: object, name: str) -> None:
    """Raise TypeError, naming the argument, if `value` is not a Value."""
    if not isinstance(value, Value):
        raise TypeError(f"{name} must be a Value, got {value!r} ({type(value).__name__})")
