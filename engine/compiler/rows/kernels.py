"""Kernels: functions number by number that are no single operation of NumPy.

A row of the table whose formula contains a decision becomes a `Kernel`. A row that symbols cannot
trace becomes a `ByNumber`: its Python function, called for one number after the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..arrays import np
from ..kinds.numbers import number_by_number
from ..kinds.ufuncs import FUNCTIONS
from .formulas import Choice, Formula, Tree


@dataclass(frozen=True, slots=True)
class Kernel:
    """A formula with decisions as a named function of arrays."""

    name: str
    about: str
    arguments: tuple[str, ...]
    formula: Formula

    @property
    def count(self) -> int:
        """The number of arguments."""
        return len(self.arguments)

    def function(self, *arrays: Any) -> Any:
        """The formula applied to arrays, in the plainest way: both sides of a decision computed."""
        found = list(arrays)
        for name, operands in self.formula.operations[self.count :]:
            read = (found[each] if isinstance(each, int) else each for each in operands)
            found.append(getattr(np, FUNCTIONS[name])(*read))
        return np.asarray(_decided(self.formula.result, found), dtype=np.float64)


def _decided(tree: Tree, results: list[Any]) -> Any:
    """The result of a tree of decisions."""
    if isinstance(tree, Choice):
        sides = (_decided(side, results) for side in (tree.then, tree.otherwise))
        return np.where(results[tree.condition], *sides)
    return results[tree] if isinstance(tree, int) else tree


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A Python function that cannot be traced, called for one number after the other."""

    name: str
    count: int
    of_number: Callable[..., Any]

    def function(self, *arrays: Any) -> Any:
        """The function applied to arrays, number by number."""
        return number_by_number(self.of_number)(*arrays)
