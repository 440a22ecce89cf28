"""Strips: examples that a program is given together, one strip after another.

What a strip needs is about what the cache of a processor holds, so an instruction finds there what
an earlier one has written, and memory does not grow with the number of examples. A strip is not too
short either: each instruction costs something, however few numbers it has.

    strip = strip_of(numbers)           how many examples, if one needs so many numbers
    step = in_strips(step_of, strip)    a step for any number of examples
"""

from collections.abc import Callable
from math import prod
from sys import maxsize
from typing import Any

from ..arrays import np
from ..kinds import LEAF, InnerProgram, kind_of
from ..kinds.instruction import Instruction
from ..kinds.loops import loop_of
from .interpreter import ProgramStep

# How many numbers are best at a time, which are 8 MB; how many examples are worth an instruction;
# and how many numbers these may need, which are 32 MB.
_NEAR, _FEW, _MOST = 1 << 20, 256, 1 << 22


def strip_of(numbers: int) -> int:
    """The number of examples in a strip, if each of them needs memory for some numbers.

    It is larger than any number of examples if they need none.
    """
    if not numbers:
        return maxsize
    return max(min(max(_NEAR // numbers, _FEW), _MOST // numbers), 1)


def numbers_of_one(program: InnerProgram) -> int:
    """How many numbers all results of a program have for one example, as far as they differ."""
    return sum(_numbers(each) for each in program.instructions if each.examples)


def _numbers(each: Instruction) -> int:
    """The numbers of a result, and of all those in a step of a loop; none of what is given."""
    if kind_of(each.kind).role == LEAF or each.kind == "view":
        return 0
    loop = loop_of(each)
    return prod(each.shape) + (numbers_of_one(loop.body) if loop else 0)


def in_strips(
    step_of: Callable[[int], ProgramStep], strip: int, *, has_gradient: bool
) -> ProgramStep:
    """The step for any number of examples, by steps for `strip` of them, and for the rest.

    Strips follow each other, and what they add up to is added up in this order. With
    `has_gradient`, the second output of a step is one.
    """

    def step(given: Any, inputs: Any) -> Any:
        """The outputs as a tuple; a single output by itself."""
        joined = _Joined(len(inputs[0]), has_gradient)
        with np.errstate(all="ignore"):
            for start in range(0, joined.examples, strip):
                part = [each[start : start + strip] for each in inputs]
                count = len(part[0])
                found = step_of(count)(given, part)
                joined.add(found if isinstance(found, tuple) else (found,), start, count)
            return joined.outputs()

    return step


class _Joined:
    """The outputs for all examples, as they come from strip to strip.

    - a mean, which is a number: the sum over examples, divided in the end.
    - the gradient: the sum of those of strips, each by its share of the examples.
    - an output that differs by example: all of them, in memory in which the examples are first.
    - any other output: as the first strip gives it.
    """

    def __init__(self, examples: int, has_gradient: bool) -> None:
        self.examples, self._has_gradient = examples, has_gradient
        self._found: list[Any] = []

    def add(self, outputs: tuple[Any, ...], start: int, count: int) -> None:
        """Add the outputs for `count` examples that begin with example `start`."""
        for i, output in enumerate(outputs):
            size = np.ndim(output)
            if size == 0:
                self._sum(i, start, output * float(count))
            elif size == 1 and i == 1 and self._has_gradient:
                self._sum(i, start, output * (count / self.examples))
            elif size == 1 and not start:
                self._found.append(output)
            elif size > 1:
                if not start:
                    self._found.append(np.empty((self.examples, len(output))).T)
                self._found[i][:, start : start + count] = output

    def _sum(self, i: int, start: int, output: Any) -> None:
        """Add a number or an array to output `i`."""
        if start:
            self._found[i] += output
        else:
            self._found.append(output)

    def outputs(self) -> Any:
        """All outputs as a tuple; a single output by itself."""
        found = [each if np.ndim(each) else each / self.examples for each in self._found]
        return found[0] if len(found) == 1 else tuple(found)
