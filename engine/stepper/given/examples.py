"""Examples: numbers for some leaves of a run, on which its page trains all the others.

The loss of one example is recorded, and the page computes it for the others:

    x, y = [Value(0.0, "x[0]"), Value(1.0, "x[1]")], Value(1.0, "y")
    loss = (MLP(2, [2, 1], "tanh", seed=1)(x) - y) ** 2
    Stepper(loss, examples={"x[0]": [0, 0, 1, 1], "x[1]": [0, 1, 0, 1], "y": [0, 1, 1, 0]})
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import isfinite
from typing import Any

from ...arguments import real_number
from ...notation import abridged
from ...value import Value

# Leaves, or their names, each with its number in every example.
_Numbers = Iterable[float]
ExampleNumbers = Mapping[Value, _Numbers] | Mapping[str, _Numbers] | Mapping[Value | str, _Numbers]


@dataclass(frozen=True, slots=True)
class ExampleColumn:
    """The numbers of one leaf, an example each; `leaf` is the Value, or its name."""

    leaf: Value | str
    numbers: tuple[float, ...]

    @property
    def called(self) -> str:
        """The column as an error names it."""
        name = self.leaf if isinstance(self.leaf, str) else self.leaf.label
        return f"examples[{name!r}]" if name else f"examples[{self.leaf!r}]"


def as_columns(examples: ExampleNumbers | None) -> tuple[ExampleColumn, ...]:
    """The `examples` as columns, all of them equally long; none for None.

    Raises TypeError unless they map Values or names to real numbers; and ValueError if there is no
    column, if a column is empty, if one is longer than another, or if a number is not finite.
    """
    if examples is None:
        return ()
    if not isinstance(examples, Mapping):
        raise TypeError(
            "examples must map leaves, or their names, to numbers, one for each example, "
            f"got {examples!r}"
        )
    columns = tuple(_column(leaf, numbers) for leaf, numbers in examples.items())
    if not columns:
        raise ValueError("examples must have numbers for at least one leaf, got {}")
    first = columns[0]
    for each in columns:
        if not each.numbers:
            raise ValueError(f"{each.called} must have a number for each example, got none")
        if len(each.numbers) != len(first.numbers):
            raise ValueError(
                f"{each.called} must have as many numbers as {first.called}, "
                f"{len(first.numbers)}, got {len(each.numbers)}"
            )
    return columns


def _column(leaf: object, numbers: object) -> ExampleColumn:
    if not isinstance(leaf, Value | str):
        raise TypeError(f"examples must have Values or names as keys, got {leaf!r}")
    called = ExampleColumn(leaf, ()).called
    if isinstance(numbers, str | Set | Mapping) or not isinstance(numbers, Iterable):
        raise TypeError(f"{called} must be numbers in a list, one for each, got {numbers!r}")
    given = enumerate(numbers)
    return ExampleColumn(leaf, tuple(_finite(each, f"{called}[{i}]") for i, each in given))


def _finite(number: object, called: str) -> float:
    """The number as a float; ValueError for nan and infinities."""
    found = real_number(number, called)
    if not isfinite(found):
        raise ValueError(f"{called} must be finite, got {number!r}")
    return found


def examples_entry(
    columns: Sequence[ExampleColumn], values: Sequence[Value], nodes: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The entry of a trace for its examples, one row of numbers for each; None without columns.

    `values` are the Values of the run, and `nodes` their entries.
    Raises ValueError, which names the column, for one that is not of a leaf of the run, and for two
    of the same leaf.
    """
    if not columns:
        return None
    leaves = [*_places(columns, values, nodes)]
    for i, place in enumerate(leaves):
        if place in leaves[:i]:
            name = nodes[place]["name"]
            raise ValueError(f"examples must have one column for each leaf, got two for {name!r}")
    rows = zip(*(each.numbers for each in columns), strict=True)
    return {"leaves": leaves, "rows": [[*row] for row in rows]}


def _places(
    columns: Sequence[ExampleColumn], values: Sequence[Value], nodes: Sequence[Mapping[str, Any]]
) -> Iterator[int]:
    """The place of the leaf of each column."""
    places: dict[Value | str, int] = {}
    for place, (value, node) in enumerate(zip(values, nodes, strict=True)):
        places[value] = places[node["name"]] = place
    leaves = [node["name"] for node in nodes if not node["inputs"]]
    choice = f"choose from {', '.join(abridged(leaves))}"
    for each in columns:
        if each.leaf not in places:
            raise ValueError(
                f"{each.called} must be a leaf of the graph: {choice}. A plain number, such as a "
                "target, is none: write it as Value(1.0, 'y')"
            )
        place = places[each.leaf]
        if nodes[place]["inputs"]:
            raise ValueError(f"{each.called} must be a leaf, which no operation computes: {choice}")
        yield place
