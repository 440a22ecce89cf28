"""The summary of a program: its size beside the size of the scalar graph."""

from dataclasses import dataclass

from ..kinds import WORK, kind_of
from ..kinds.loops import every_instruction, loop_of
from .program import Program


@dataclass(frozen=True, slots=True)
class Summary:
    """The size of a program.

    - `nodes`, `classes`: the numbers of nodes and classes of the scalar graph.
    - `lifts`: whether arrays compute it; a graph of classes that are too small is computed node by
      node; `few`: but for this number of examples or more; None if that is never so.
    - `forward`, `instructions`: the numbers of array instructions without and with the gradient;
      `instructions` is 0 without a gradient. Leaves and views do not count.
    - `products`: the number of matrix products among the instructions.
    - `loops`: the number of steps of each loop of the program without the gradient; `notes`: what
      else there is to say of loops, and of what is none, a line each.
    - `by_level`: whether operations of one kind at one depth are together, whatever they read.
    - `lacks`: what the back end lacks, so that NumPy computes the program; empty if nothing.
    - `strict`: whether it has the bits of an eager run; `in_blocks`: whether each node is computed
      for many examples at a time.
    """

    nodes: int
    classes: int
    lifts: bool = False
    forward: int = 0
    instructions: int = 0
    products: int = 0
    few: int | None = None
    lacks: str = ""
    strict: bool = False
    in_blocks: bool = False
    loops: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    by_level: bool = False

    def __str__(self) -> str:
        return "\n  ".join([self._size, *self.notes])

    @property
    def _size(self) -> str:
        """The size in one line."""
        if not self.lifts:
            less = "" if self.few is None else f" for fewer than {self.few:,} examples"
            why = "strict" if self.strict else "too little is alike for arrays"
            how = f"{' in blocks of examples' * self.in_blocks}{less}"
            return (
                f"{self.nodes:,} nodes in {self.classes:,} classes: {why}, so they are computed "
                f"one by one{how}{self.lacks and ', in Python: '}{self.lacks}"
            )
        gradient = f", with the gradient {self.instructions:,}" if self.instructions else ""
        return (
            f"{self.nodes:,} nodes in {self.classes:,} classes: {self.forward:,} array "
            f"instructions{gradient}, among them {self.products:,} matrix product"
            f"{'s' * (self.products != 1)}{_in_loops(self.loops)}{', by level' * self.by_level}"
            f"{self.lacks and '; computed by NumPy: '}{self.lacks}"
        )


def summary_of(
    forward: Program,
    program: Program,
    nodes: int,
    classes: int,
    *,
    gradient: bool,
    by_level: bool = False,
) -> Summary:
    """The summary of `forward`, and of `program`, which has the gradient too if `gradient`."""
    whole, last = _count(forward), _count(program)
    products = sum(each.kind == "product" for each in every_instruction(program))
    counts = (whole, last) if gradient else (last, 0)
    loops = tuple(loop.steps for each in every_instruction(forward) if (loop := loop_of(each)))
    return Summary(nodes, classes, True, *counts, products, loops=loops, by_level=by_level)


def _in_loops(steps: tuple[int, ...]) -> str:
    """The loops of a program in words, after other words; empty if there are none."""
    if not steps:
        return ""
    numbers = " and ".join(f"{each:,}" for each in dict.fromkeys(steps))
    many = "a loop" if len(steps) == 1 else f"{len(steps)} loops"
    return f", in {many} of {numbers} step{'s' * (steps != (1,))}"


def _count(program: Program) -> int:
    """The number of instructions that compute, in bodies too; leaves and views not counted."""
    return sum(kind_of(each.kind).role == WORK for each in every_instruction(program))
