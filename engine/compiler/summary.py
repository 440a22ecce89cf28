"""How many instructions a graph became."""

from dataclasses import dataclass

from .program import Program

# What computes nothing by itself.
_FREE = {"parameters", "input", "code", "constant", "count", "share", "view", "with_ones"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The size of a program.

    - `nodes`, `classes`: of the scalar graph.
    - `lifts`: whether it is computed by arrays; node by node, if too little is alike for that.
    - `forward`, `instructions`: array instructions, without and with the gradient; constants, and
      views of other arrays, are none.
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
        return (
            f"{self.nodes:,} nodes in {self.classes:,} classes: {self.forward:,} array "
            f"instructions, with the gradient {self.instructions:,}, "
            f"among them {self.products:,} matrix products"
        )


def summary_of(forward: Program, program: Program, nodes: int, classes: int) -> Summary:
    """The summary of a program without and with its gradient."""
    counts = [
        sum(each.kind not in _FREE for each in one.instructions) for one in (forward, program)
    ]
    products = sum(each.kind == "product" for each in program.instructions)
    return Summary(nodes, classes, True, counts[0], counts[1], products)
