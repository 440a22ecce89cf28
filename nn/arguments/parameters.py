"""Parameters and lists of them, as optimizers, `minimize`, penalties and clipping take them."""

from collections.abc import Iterable, Sequence
from warnings import warn

from engine import Value
from engine.graph import topological_order
from engine.watching.observers import levels_to_program


def checked_parameters(parameters: Iterable[Value]) -> list[Value]:
    """The parameters as a list: Values, at least one, none twice.

    Raises TypeError for anything but Values, and ValueError for an empty list or a Value twice.
    """
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be Values, got {parameters!r}: give model.parameters()")
    found = list(parameters)
    if not found:
        raise ValueError("parameters is empty: give model.parameters() of a model that has "
                         "Values among its attributes")  # fmt: skip
    for i, parameter in enumerate(found):
        if not isinstance(parameter, Value):
            raise TypeError(f"parameters[{i}] must be a Value, got {parameter!r}")
    if len(set(found)) < len(found):
        raise ValueError("parameters holds a Value twice: it would be counted twice")
    return found


def movable_parameters(parameters: Iterable[Value]) -> list[Value]:
    """The parameters as a list: leaves, at least one, none twice.

    Raises the errors of `checked_parameters`, and ValueError for the result of an operation.
    """
    found = checked_parameters(parameters)
    for i, parameter in enumerate(found):
        demand_leaf(parameter, f"parameters[{i}]")
    return found


def demand_leaf(value: Value, name: str) -> None:
    """Raise ValueError, naming the argument, for the result of an operation."""
    if value.edges():
        raise ValueError(f"{name}: {value!r} is not a leaf, so moving it would not move the "
                         "output: give the Values that it is made of")  # fmt: skip


def reaches(loss: Value, parameters: Sequence[Value]) -> bool:
    """Whether a parameter is in the graph of a loss, which has been swept, or there is none."""
    if not parameters or any(each.grad for each in parameters):
        return True
    return not set(topological_order(loss)).isdisjoint(parameters)


def warn_of_no_gradient() -> None:
    """Warn of a loss that no parameter reaches: no step moves any."""
    warn("loss: no parameter that is to be moved reaches it, so nothing is learnt: "
         "compute it from the predictions, without .data, float() or detach()",
         stacklevel=levels_to_program())  # fmt: skip
