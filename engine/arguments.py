"""Arguments, looked at: functions, and numbers, labels, inputs and local derivatives of Values."""

from collections.abc import Iterable
from numbers import Real
from typing import Any


def real_number(number: object, name: str) -> float:
    """`number` as a float; what is no real number is an error that calls the argument `name`.

    Raises TypeError for anything but an int, a float or another real number (NumPy's scalars are),
    and OverflowError for an integer beyond the range of float64.
    """
    if type(number) is float:
        return number
    if not isinstance(number, (int, Real)):  # int first: asking the abstract class takes long
        raise TypeError(f"{name} must be a real number, got {number!r} ({type(number).__name__})"
                        f"{_instead_of(number)}")  # fmt: skip
    try:
        return float(number)
    except OverflowError:
        raise OverflowError(f"{name} must fit into a float64 (about 1.8e308)") from None


def _instead_of(given: object) -> str:
    """What to write in place of what has numbers and is none: an array, a tensor, a Value, text."""
    if hasattr(given, "tolist"):
        return ": .tolist() gives its numbers"
    if hasattr(given, "data") and hasattr(given, "backward"):
        return ": its number is .data"
    if not isinstance(given, str):
        return ""
    try:
        float(given)
    except ValueError:
        return ""
    return f": write float({given!r})"


def demand_function(given: object, name: str, such_as: str) -> None:
    """Raise TypeError, which calls the argument `name`, for what cannot be called."""
    if not callable(given):
        raise TypeError(f"{name} must be a function, such as {such_as}, got {given!r}")


def by_hand(
    kind: type, inputs: tuple[Any, ...] | list[Any], local_derivatives: Any = (), *others: object
) -> tuple[tuple[Any, ...], tuple[float, ...]]:
    """The inputs, of class `kind`, and local derivatives of a Value that is made by hand."""
    if others:
        raise TypeError("after its local derivatives a Value takes label=..., "
                        f"got {', '.join(map(repr, others))}")  # fmt: skip
    for i, each in enumerate(inputs):
        if not isinstance(each, kind):
            raise TypeError(f"inputs[{i}] must be a {kind.__name__}, got {each!r} "
                            f"({type(each).__name__})")  # fmt: skip
    is_text = isinstance(local_derivatives, str) and local_derivatives
    if is_text or not isinstance(local_derivatives, Iterable):
        raise TypeError("local_derivatives must be numbers, d(this)/d(input) for each input, "
                        f"got {local_derivatives!r}")  # fmt: skip
    slopes = tuple(
        real_number(each, f"local_derivatives[{i}]") for i, each in enumerate(local_derivatives)
    )
    if len(slopes) != len(inputs):
        raise ValueError(f"local_derivatives must be one number for each of {len(inputs)} inputs, "
                         f"got {len(slopes)}")  # fmt: skip
    return tuple(inputs), slopes


def only_label(first: Any, *others: object) -> Any:
    """The label, which is given once; TypeError if anything is given beside it."""
    if any(others):
        raise TypeError("a Value is made by Value(data, label) or by Value(data, inputs, "
                        f"local_derivatives, label=...), got {first!r} after data, and with it "
                        f"{', '.join(map(repr, filter(None, others)))}")  # fmt: skip
    return first
