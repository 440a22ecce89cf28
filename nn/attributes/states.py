"""States: what a module remembers beside its parameters, as plain data for JSON, and back.

    packed(0.5), packed("text")         0.5, "text"
    packed((1, Value(2.0)))             {"tuple": [1, {"Value": 2.0}]}
    packed(random.Random(0))            {"Random": [3, [...], None]}

A generator of random numbers is continued where it is, since several modules may draw from one.
Data may say anything: whatever is not such a state is a ValueError, and nothing of it is run.
"""

import re
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from random import Random
from reprlib import repr as shown
from typing import Any

from engine import Value
from engine.system.packages import optional

# The types that are the same in JSON.
_SAME = (bool, int, float, str, type(None))

# The types of the numbers in an array, as NumPy writes them: float64 is <f8.
_DTYPE = re.compile(r"[<>|][biuf][1248]")

_WANTED = "numbers, text, Values, lists, tuples, dicts and arrays, or a generator of random numbers"

# The errors that data may raise which are no state.
_FAULTS = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)

# What makes a remembered thing what a state says, once the whole state is known to be sound.
Change = Callable[[], object]


def packed(held: Any, name: str) -> Any:
    """What is remembered, as plain data; TypeError, which calls it `name`, for what cannot be."""
    if isinstance(held, Random):
        return {"Random": _plain(held.getstate(), name)}
    if hasattr(held, "bit_generator"):
        return {"Generator": _plain(held.bit_generator.state, name)}
    return _plain(held, name)


def _plain(held: Any, name: str) -> Any:
    """The same, for anything but a generator."""
    if type(held) in _SAME:
        return held
    if isinstance(held, Value):
        return {"Value": held.data}
    if isinstance(held, list | tuple | deque):
        items = [_plain(each, f"{name}[{i}]") for i, each in enumerate(held)]
        if isinstance(held, deque):
            return {"deque": [held.maxlen, items]}
        return {"tuple": items} if isinstance(held, tuple) else items
    if isinstance(held, dict):
        return {"dict": [[_plain(key, name), _plain(held[key], f"{name}[{key}]")] for key in held]}
    dtype = str(getattr(getattr(held, "dtype", None), "str", ""))
    if _DTYPE.fullmatch(dtype):
        return {"array": [dtype, held.tolist()]}  # of a float32 too, which is no float
    raise TypeError(f"{name} is remembered, so that it must be made of {_WANTED}, got {held!r}")


def unpacked(state: Any, now: Any, changes: list[Change]) -> Any:
    """What a state says, in the place of what is there `now`.

    `changes` get what is to be done if the whole state is sound. Raises ValueError for anything but
    a state, and for a state of other random numbers than those of `now`.
    """
    try:
        match state:
            case {"Random": given} if isinstance(now, Random):
                return _continued(now, _made(given), changes, lambda each, it: each.setstate(it))
            case {"Generator": given} if hasattr(now, "bit_generator"):
                return _continued(now, _made(given), changes, _set_bits)
        return _made(state)
    except _FAULTS as error:
        raise ValueError(f"its state cannot be read: {error}") from error


def _continued(
    now: Any, state: Any, changes: list[Change], sets: Callable[[Any, Any], object]
) -> Any:
    """A generator, which is to be set to a state that another one like it has borne."""
    sets(deepcopy(now), state)
    changes.append(lambda: sets(now, state))
    return now


def _set_bits(numbers: Any, state: Any) -> None:
    """Set a generator of NumPy to a state."""
    numbers.bit_generator.state = state


def _made(state: Any) -> Any:
    """What plain data say."""
    if type(state) in _SAME:
        return state
    match state:
        case list():
            return [_made(each) for each in state]
        case {"tuple": list() as items, **others} if not others:
            return tuple(map(_made, items))
        case {"deque": [int() | None as most, list() as items], **others} if not others:
            return deque(map(_made, items), most)
        case {"dict": list() as items, **others} if not others:
            return {_made(key): _made(each) for key, each in items}
        case {"Value": int() | float() as number, **others} if not others:
            return Value(float(number))
        case {"array": [str() as dtype, list() | int() | float() as given], **others} if not others:
            return _made_array(dtype, given)
    raise ValueError(f"there is {shown(state)} in the place of what a module remembers")


def _made_array(dtype: str, given: Any) -> Any:
    """An array of numbers, or a single number of NumPy."""
    if not _DTYPE.fullmatch(dtype):
        raise ValueError(f"there is an array of {dtype!r}")
    return optional("numpy", "save", "loading a model").array(given, dtype=dtype)[()]
