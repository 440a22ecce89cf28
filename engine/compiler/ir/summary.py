"""How many instructions a graph became."""

from dataclasses import dataclass

from ..kinds import WORK, kind_of
from .program import Program


@dataclass(frozen=True, slots=True)
class Summary:
    """The size of a program.

    - `nodes`, `classes`: of the scalar graph.
    - `lifts`: whether it is computed by arrays; node by node, if too little is alike for that.
    - `forward`, `instructions`: array instructions, without and with the gradient, 0 if it is not
      wanted; constants, and views of other arrays, are none.
    - `products`: how many of all these are matrix products.
    """

    nodes: int
    classes: int
    lifts: bool = False
    forward: int = 0
    instructions: int = 0
    products: int = 0

    def __str__(self) -> str:
        if not self.lifts:
            return (
                f"{self.nodes:,} nodes in {self.classes:,} classes: too little is alike for "
                "arrays, so they are computed one by one"
            )
        gradient = f", with the gradient {self.instructions:,}" if self.instructions else ""
        return (
            f"{self.nodes:,} nodes in {self.classes:,} classes: {self.forward:,} array "
            f"instructions{gradient}, among them {self.products:,} matrix product"
            f"{'s' * (self.products != 1)}"
        )


def summary_of(
    forward: Program, program: Program, nodes: int, classes: int, *, gradient: bool
) -> Summary:
    """The summary of a program without its gradient and, if that is wanted, with it."""
    whole, last = _count(forward), _count(program)
    products = sum(each.kind == "product" for each in program.instructions)
    counts = (whole, last) if gradient else (last, 0)
    return Summary(nodes, classes, True, *counts, products)


def _count(program: Program) -> int:
    """How many instructions compute something."""
    return sum(kind_of(each.kind).role == WORK for each in program.instructions)
