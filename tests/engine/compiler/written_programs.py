"""Graphs lifted to programs, for tests of single passes."""

from collections.abc import Sequence
from typing import Any

from engine import Value
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.lifting.graphs import lifted as lifted_graph
from engine.compiler.passes.simplify import simplified
from engine.compiler.recording.classes import recording_of
from engine.compiler.recording.leaves import Leaves


def raw(output: Value, parameters: Any, inputs: Any = ()) -> Program:
    """The program of a graph before any pass."""
    leaves = Leaves(parameters, inputs)
    return verify(lifted_graph(leaves, recording_of(output, leaves.roles)))


def lifted(output: Value, parameters: Any, inputs: Any = ()) -> Program:
    """The simplified program of a graph."""
    return verify(simplified(raw(output, parameters, inputs)))


def instructions(program: Program) -> list[str]:
    """The instructions as they print, without comments and without the outputs."""
    lines = repr(program).splitlines()[:-1]
    return [" ".join(line.partition("#")[0].split()) for line in lines]


def written(*kinds: Any) -> Builder:
    """A draft with instructions: each is a kind, its inputs, and its detail if it has one."""
    draft = Builder()
    for kind, inputs, *detail in kinds:
        draft.add(kind, *inputs, detail=detail[0] if detail else None)
    return draft


def values(count: int) -> Sequence[Value]:
    """Different Values."""
    return [Value(0.5 + 0.25 * i) for i in range(count)]
