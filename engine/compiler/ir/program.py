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
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count
from keyword import iskeyword

from ..kinds import InnerProgram, kind_of
from ..kinds.instruction import Instruction
from ..kinds.loops import Earlier, Invariant, loop_of, row_in_words, source_in_words


@dataclass(frozen=True, slots=True, repr=False)
class Program:
    """Array instructions, and the numbers of the outputs among them."""

    instructions: tuple[Instruction, ...]
    outputs: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """A distinct name for each instruction; none hides a built-in of Python."""
        return _distinct([_wanted(each) for each in self.instructions], set())

    def __repr__(self) -> str:
        names = self.names
        outputs = f"outputs: {', '.join(names[i] for i in self.outputs)}"
        return "\n".join([*_lines(self, names, set(), {}), outputs])

    def in_words(self, number: int, names: list[str]) -> str:
        """The computation of instruction `number` as text; `names` are the names of its inputs."""
        return _in_words(self, number, names)


def _in_words(program: InnerProgram, number: int, names: Sequence[str]) -> str:
    each = program.instructions[number]
    shapes = [program.instructions[i].shape for i in each.inputs]
    return kind_of(each.kind).text(each, names, shapes)


def _lines(
    program: InnerProgram, names: Sequence[str], taken: Set[str], sources: Mapping[int, str]
) -> Iterator[str]:
    """A line for each instruction, and below that of a loop those of its body.

    `taken` are the names so far; `sources` says what feeds the inputs of a body that change.
    """
    for number, (name, each) in enumerate(zip(names, program.instructions, strict=True)):
        read = [names[i] for i in each.inputs]
        if name not in taken:
            text = sources.get(number) or _in_words(program, number, read)
            size = "×".join([*map(str, each.shape), *["N"] * each.examples])
            origin = f"# {each.origin}" if each.origin else ""
            yield f"{name:<20} {size:<10} {text:<46} {origin}".rstrip()
        if loop_of(each) is not None:
            yield from (f"    {line}" for line in _body_lines(each, name, read, taken | {*names}))


def _body_lines(made: Instruction, name: str, read: list[str], taken: Set[str]) -> Iterator[str]:
    """The lines of the body of a loop, and the row that a step gives."""
    loop = made.detail
    names = body_names(made, name, read, taken)
    inputs = [i for i, each in enumerate(loop.body.instructions) if each.kind == "input"]
    sources = {i: source_in_words(loop, loop.body.instructions[i], name, read) for i in inputs}
    yield from _lines(loop.body, names, taken, sources)
    outputs = ", ".join(names[i] for i in loop.body.outputs)
    yield f"{row_in_words(name, loop.first_row)}] = {outputs}"


def body_names(made: Instruction, name: str, read: Sequence[str], taken: Set[str]) -> list[str]:
    """A name for each instruction of the body of a loop, which none of `taken` has.

    `name` is the name of the loop, `read` are the names of its inputs. What is the same for all
    steps has the name that it has outside.
    """
    loop = made.detail
    outside: dict[int, str] = {}
    wanted: list[str] = []
    for number, each in enumerate(loop.body.instructions):
        source = loop.sources[each.detail.number] if each.kind == "input" else None
        if isinstance(source, Invariant):
            outside[number] = read[source.slot]
        elif source is not None and not each.label:
            before = f"{name}_before" if isinstance(source, Earlier) else f"{read[source.slot]}_t"
            wanted.append(before)
        else:
            wanted.append(_wanted(each))
    inside = iter(_distinct(wanted, taken))
    return [
        outside[i] if i in outside else next(inside) for i in range(len(loop.body.instructions))
    ]


def _distinct(wanted: Sequence[str], taken: Set[str]) -> list[str]:
    """The names wanted, with numbers behind them where that makes them distinct."""
    called = Counter(wanted)
    numbers = {name: count(1) for name in called}
    names = []
    for name in wanted:
        numbered = (f"{name}{number}" for number in numbers[name])
        alone = called[name] == 1 and name not in taken and not hasattr(builtins, name)
        names.append(name if alone else next(
            each for each in numbered if each not in called and each not in taken))  # fmt: skip
    return names


def _wanted(each: Instruction) -> str:
    """The name of an instruction, as far as no other has it."""
    return _identifier(each.label or _called(each))


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
