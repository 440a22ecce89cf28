"""Formulas: what a function of numbers computes, as operations and a tree of decisions."""

from dataclasses import dataclass
from typing import NamedTuple


class Operation(NamedTuple):
    """An operation; an operand is the number of an earlier operation, or a float."""

    name: str
    operands: tuple["int | float", ...]


class Choice(NamedTuple):
    """The result `then` if operation `condition` gives true, else `otherwise`."""

    condition: int
    then: "Tree"
    otherwise: "Tree"


# A result: the number of an operation, a plain number, or a choice between two results.
Tree = int | float | Choice


@dataclass(frozen=True, slots=True)
class Formula:
    """The formula of a function: its operations, the arguments first, and its result."""

    operations: tuple[Operation, ...]
    result: Tree

    @property
    def is_straight(self) -> bool:
        """Whether the function goes the same way for all numbers."""
        return not isinstance(self.result, Choice)
