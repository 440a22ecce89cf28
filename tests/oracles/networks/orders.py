"""How parameters are handed over: in which order, how nested, with others between, not all."""

from collections.abc import Callable
from itertools import chain, zip_longest
from random import Random
from typing import Any

from engine import Value

from .neurons import Part, Unit
from .penalties import all_of

Order = Callable[[Random, Part], Any]


def _units(part: Part) -> list[Unit]:
    return [unit for layer in part.layers for unit in layer]


def _by_unit(arrange: Callable[[Unit], list[Value]]) -> Order:
    """Unit after unit, each in an arrangement of its own."""
    return lambda _, part: [each for unit in _units(part) for each in arrange(unit)] + part.others


def _with_unused(draw: Random, part: Part) -> list[Value]:
    """In order, with parameters between that nothing uses."""
    found = all_of(part)
    for _ in range(draw.randint(1, 3)):
        found.insert(draw.randint(0, len(found)), Value(draw.uniform(-1, 1)))
    return found


def _by_columns(_: Random, part: Part) -> list[Value]:
    """All first weights of a layer, all second ones, and so on; then its biases."""
    found = []
    for layer in part.layers:
        columns = zip_longest(*(unit.weights for unit in layer))
        found += [w for column in columns for w in column if w is not None]
        found += [b for unit in layer for b in unit.biases]
    return [*found, *part.others]


def _table(layer: list[Unit]) -> dict[str, Any]:
    """Weights and biases of a layer by name."""
    return {"w": [unit.weights for unit in layer], "b": [b for unit in layer for b in unit.biases]}


ORDERS: dict[str, Order] = {
    "as is": lambda _, part: all_of(part),
    "reversed": lambda _, part: all_of(part)[::-1],
    "shuffled": lambda draw, part: draw.sample(all_of(part), len(all_of(part))),
    "weights reversed, bias": _by_unit(lambda unit: [*unit.weights[::-1], *unit.biases]),
    "bias, weights": _by_unit(lambda unit: [*unit.biases, *unit.weights]),
    "bias, weights reversed": _by_unit(lambda unit: [*unit.biases, *unit.weights[::-1]]),
    "others first, weights reversed": lambda _, part: [
        *part.others, *(each for u in _units(part) for each in (*u.weights[::-1], *u.biases)),
    ],
    "weights, then biases": lambda _, part: [
        *chain.from_iterable(unit.weights for unit in _units(part)),
        *chain.from_iterable(unit.biases for unit in _units(part)),
        *part.others,
    ],
    "biases, then weights": lambda _, part: [
        *part.others,
        *chain.from_iterable(unit.biases for unit in _units(part)),
        *chain.from_iterable(unit.weights for unit in _units(part)),
    ],
    "by columns": _by_columns,
    "last layer first": lambda _, part: [
        each for layer in part.layers[::-1] for u in layer for each in (*u.weights, *u.biases)
    ] + part.others,
    "last layer first, weights reversed": lambda _, part: part.others + [
        each for layer in part.layers[::-1] for u in layer for each in (*u.weights[::-1], *u.biases)
    ],
    "units in lists": lambda _, part: [
        [[*unit.weights, *unit.biases] for unit in layer] for layer in part.layers
    ] + [part.others],
    "tables by layer": lambda _, part: {
        **{f"layer{i}": _table(layer) for i, layer in enumerate(part.layers)}, "rest": part.others
    },
    "pairs of W and b": lambda _, part: (
        *((_table(layer)["b"], _table(layer)["w"][::-1]) for layer in part.layers),
        tuple(part.others),
    ),
    "with unused ones": _with_unused,
    "some": lambda draw, part: draw.sample(
        all_of(part), draw.randint(1, len(all_of(part)))
    ),
    "last layer": lambda _, part: [
        each for unit in part.layers[-1] for each in (*unit.weights, *unit.biases)
    ],
}  # fmt: skip


def leaves_of(nested: Any) -> list[Value]:
    """All Values of nested lists, tuples and dicts, in order."""
    if isinstance(nested, dict):
        nested = [*nested.values()]
    if isinstance(nested, list | tuple):
        return [leaf for each in nested for leaf in leaves_of(each)]
    return [nested]


def mapped(function: Callable[[Value], Any], nested: Any) -> Any:
    """Nested lists, tuples and dicts, with a function of each Value in its place."""
    if isinstance(nested, dict):
        return {name: mapped(function, each) for name, each in nested.items()}
    if isinstance(nested, list | tuple):
        return type(nested)(mapped(function, each) for each in nested)
    return function(nested)
