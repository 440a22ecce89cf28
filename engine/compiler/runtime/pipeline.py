"""The passes of the compiler, in order: each makes a program of a program, and is verified.

for stage in staged(lifted, plan):
    print(stage)                # the name of the pass, its effect, and the program
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import NamedTuple

from ..ir.program import Program
from ..ir.verifier import verify
from ..kinds.views import View, in_numpy, is_slice
from ..passes.differentiate import differentiated
from ..passes.distribute import distributed
from ..passes.read_parts import with_parts_read
from ..passes.running_results import with_running_results
from ..passes.simplify import simplified
from .backends import Backend


class Plan(NamedTuple):
    """The target of a program: a back end, and the number of parameters of the gradient.

    `parameters` is None for a program without a gradient.
    """

    backend: Backend
    parameters: int | None


class Pass(NamedTuple):
    """One pass: its name, its function, and its effect."""

    name: str
    apply: Callable[[Program, Plan], Program]
    about: str


class Stage(NamedTuple):
    """A program between passes, with the name and the effect of the last pass."""

    name: str
    about: str
    program: Program

    def __str__(self) -> str:
        return f"{self.name}: {self.about}\n\n{self.program}\n"


class Stages(tuple[Stage, ...]):
    """The programs after each pass, in order; printing shows all of them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


def _named(program: Program) -> Program:
    """The program with each part of the gradient named after its parameters."""
    instructions = list(program.instructions)
    gradient = instructions[program.outputs[1]]
    if gradient.kind != "assemble":
        return program
    shape = gradient.detail.shape
    for number, target in zip(gradient.inputs, gradient.detail.targets, strict=True):
        is_seen = isinstance(target, View) and is_slice(target, prod(shape))
        if is_seen and instructions[number].inputs and not instructions[number].label:
            place = in_numpy("parameters", shape, target)
            instructions[number] = replace(
                instructions[number], label="d_parameters", origin=f"∂ {place}"
            )
    return Program(tuple(instructions), program.outputs)


def _differentiated(program: Program, plan: Plan) -> Program:
    """The program with its gradient; what is in no cycle of a loop leaves the loop.

    A loop of which no more is left than a running sum, or what is like it, is that.
    """
    if plan.parameters is not None:
        program = differentiated(program, plan.parameters)
    return with_running_results(with_parts_read(distributed(program)))


# fmt: off
PASSES: tuple[Pass, ...] = (
    #    pass              function                                    effect
    Pass("simplified",     lambda p, _: simplified(p),
         "what is known, twice or needless is gone"),
    Pass("prepared",       lambda p, plan: plan.backend.prepared(p),
         "as the back end likes it: for NumPy, weights and biases are one matrix"),
    Pass("simplified",     lambda p, _: simplified(p),
         "what the pass before has left over is gone"),
    Pass("differentiated", _differentiated,
         "a second output: the derivatives by all parameters"),
    Pass("legalized",      lambda p, plan: plan.backend.legalized(p),
         "only what the back end has"),
    Pass("named",          lambda p, plan: p if plan.parameters is None else _named(p),
         "parts of the gradient are called by their parameters"),
)
# fmt: on


def staged(lifted: Program, plan: Plan) -> Iterator[Stage]:
    """The program as lifted, and after each pass; each is verified."""
    yield Stage("lifted", "classes of the graph as array instructions", verify(lifted))
    yield from _after(PASSES, lifted, plan)


def forward_program(lifted: Program, plan: Plan) -> Program:
    """The program after the first pass: simplified, without a gradient."""
    (stage,) = _after(PASSES[:1], verify(lifted), plan)
    return stage.program


def final_program(forward: Program, plan: Plan) -> Program:
    """The program after all passes, from that after the first."""
    *_, last = _after(PASSES[1:], forward, plan)
    return last.program


def _after(passes: Sequence[Pass], program: Program, plan: Plan) -> Iterator[Stage]:
    """The program after each of some passes, verified."""
    for each in passes:
        program = verify(each.apply(program, plan))
        yield Stage(each.name, each.about, program)
