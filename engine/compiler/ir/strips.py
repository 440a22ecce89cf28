"""Strips: examples that a program is given together, one strip after another.

What a strip needs is about what the cache of a processor holds, so an instruction finds there what
an earlier one has written, and memory does not grow with the number of examples. A strip is not too
short either: each instruction costs something, however few numbers it has.

    strip = strip_of(numbers)           how many examples, if one needs so many numbers
    step = in_strips([step_of], strip)  a step for any number of examples
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from sys import maxsize
from typing import Any

from ...system.threads import in_order
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


StepOf = Callable[[int], ProgramStep]


def in_strips(steps_of: Sequence[StepOf], strip: int, *, has_gradient: bool) -> ProgramStep:
    """The step for any number of examples, by steps for `strip` of them, and for the rest.

    `steps_of` makes steps for a number of examples, for each thread that is to compute. What strips
    add up to is added up in their order, so it does not depend on the number of threads. With
    `has_gradient`, the second output of a step is one.
    """

    def step(given: Any, inputs: Any) -> Any:
        """The outputs as a tuple; a single output by itself."""
        joined = _Joined(len(inputs[0]), strip, has_gradient)

        def outputs(step_of: StepOf, number: int) -> Any:
            """The outputs of strip `number`, by the steps of one thread."""
            part = [each[number * strip : (number + 1) * strip] for each in inputs]
            with np.errstate(all="ignore"):
                return step_of(len(part[0]))(given, part)

        in_order(joined.strips, [partial(outputs, each) for each in steps_of], joined.take)
        return joined.outputs()

    return step


class _Joined:
    """The outputs for all examples, as they come from strip to strip.

    - a mean, which is a number: the sum over examples, divided in the end.
    - the gradient: the sum of those of strips, each by its share of the examples.
    - an output that differs by example: all of them, in memory in which the examples are first.
    - any other output: as the first strip gives it.
    """

    def __init__(self, examples: int, strip: int, has_gradient: bool) -> None:
        self._examples, self._strip, self._has_gradient = examples, strip, has_gradient
        self._found: list[Any] = []

    @property
    def strips(self) -> int:
        """How many strips there are."""
        return -(-self._examples // self._strip)

    def take(self, number: int, found: Any) -> None:
        """Add what a step gives for strip `number`, the next one."""
        with np.errstate(all="ignore"):
            for i, output in enumerate(found if isinstance(found, tuple) else (found,)):
                self._add(i, output, number * self._strip)

    def _add(self, i: int, output: Any, start: int) -> None:
        """Add output `i` for the examples from `start` on."""
        size, count = np.ndim(output), min(self._strip, self._examples - start)
        if size == 0:
            self._sum(i, start, output * float(count))
        elif size == 1 and i == 1 and self._has_gradient:
            self._sum(i, start, output * (count / self._examples))
        elif size == 1 and not start:
            self._found.append(output)
        elif size > 1:
            if not start:
                self._found.append(np.empty((self._examples, len(output))).T)
            self._found[i][:, start : start + count] = output

    def _sum(self, i: int, start: int, output: Any) -> None:
        """Add a number or an array to output `i`."""
        if start:
            self._found[i] += output
        else:
            self._found.append(output)

    def outputs(self) -> Any:
        """All outputs as a tuple; a single output by itself."""
        found = [each if np.ndim(each) else each / self._examples for each in self._found]
        return found[0] if len(found) == 1 else tuple(found)
