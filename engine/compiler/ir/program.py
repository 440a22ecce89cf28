"""A program of array instructions: the compiled form of a scalar graph.

    Program = instructions, each with the numbers of its inputs, and the numbers of the outputs

An instruction reads earlier ones only, so they can be computed in their order. Its result has a
shape, and perhaps an axis of examples after it: NumPy is fastest along long last axes. The row of
a kind in `kinds` defines its instructions. A pass builds a program with a Builder, which writes no
instruction twice. `print(program)` shows a line for each instruction.
"""

import builtins
import re
from collections import Counter
from dataclasses import dataclass
from itertools import count
from keyword import iskeyword

from ..kinds import kind_of
from ..kinds.instruction import Instruction


@dataclass(frozen=True, slots=True, repr=False)
class Program:
    """Array instructions, and the numbers of the outputs among them."""

    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """A distinct name for each instruction; none hides a built-in of Python."""
        wanted = [_identifier(each.label or _called(each)) for each in self.instructions]
        called = Counter(wanted)
        numbers = {name: count(1) for name in called}
        names = []
        for name in wanted:
            numbered = (f"{name}{number}" for number in numbers[name])
            alone = called[name] == 1 and not hasattr(builtins, name)
            names.append(name if alone else next(each for each in numbered if each not in called))
        return names

    def __repr__(self) -> str:
        names = self.names
        lines = []
        for number, (name, each) in enumerate(zip(names, self.instructions, strict=True)):
            size = "×".join([*map(str, each.shape), *["N"] * each.examples])
            text = self.in_words(number, [names[i] for i in each.inputs])
            origin = f"# {each.origin}" if each.origin else ""
            lines.append(f"{name:<20} {size:<10} {text:<46} {origin}".rstrip())
        return "\n".join([*lines, f"outputs: {', '.join(names[i] for i in self.outputs)}"])

    def in_words(self, number: int, names: list[str]) -> str:
        """The computation of instruction `number` as text; `names` are the names of its inputs."""
        each = self.instructions[number]
        shapes = [self.instructions[i].shape for i in each.inputs]
        return kind_of(each.kind).text(each, names, shapes)


def _called(each: Instruction) -> str:
    """The name of an instruction without a label."""
    if each.kind == "input":
        return f"{'category' if each.detail.whole else 'input'}_{each.detail.number}"
    return each.kind


def _identifier(label: str) -> str:
    """The label made a valid name in Python."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", label).strip("_")
    is_good = name.isidentifier() and not iskeyword(name) and name not in RESERVED
    return name if is_good else f"v_{name}".rstrip("_")


# Names with another meaning in the source of a program.
RESERVED = {"np", "math", "as_strided", "choose", "number_by_number", "constants", "examples",
            "step", "make", "given", "inputs", "float", "jax", "jnp"}  # fmt: skip
