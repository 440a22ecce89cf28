"""Compilation of a recorded graph: its parameters and inputs checked, its program lifted."""

from collections.abc import Callable
from typing import Any

from ...graph import next_serial, topological_order
from ...primitives import LEAF
from ...system.garbage import uncollected
from ...value import Value, demand_value
from ..following.followed import recorded_by
from ..following.readings import given_on_path
from ..ir.program import Program
from ..ir.summary import Summary
from ..lifting.graphs import lifted
from ..recording.baked import baked_lines, warn_of
from ..recording.called import called_as_program
from ..recording.classes import Recording, recording_in_order
from ..recording.frozen import Frozen
from ..recording.leaves import Leaves
from ..recording.signature import signature_of
from ..recording.structure import structure_of
from ..rolling.told import LoopsFound, class_lines
from ..tapes.native_tape import tape_of
from ..tapes.node_by_node import TapeTrace
from ..tapes.parts.part_tape import graph_tape_of
from .backends import Backend, is_narrow_for
from .compiled import Compiled
from .pipeline import Plan
from .programs import KNOWN, Key, Programs
from .translation import Tapes, Translation


def compile_graph(
    output: Value,
    parameters: Any,
    inputs: Any,
    backend: Backend,
    *,
    strict: bool,
    before: int | None = None,
) -> Compiled:
    """The array program of a recorded graph.

    Leaves with a serial number below `before` belong to the function that recorded it, and are
    looked at in each call: they are constants of the program, and may change. Of a graph that was
    recorded before (None) these are the leaves with a label, which somebody may still hold.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice. Warns of parameters, and of inputs all of which, do not reach it.
    """
    demand_value(output, "output")
    leaves = Leaves(parameters, inputs)
    plan = Plan(backend, len(leaves.values["parameters"]))
    with uncollected():
        order = topological_order(output)
        leaves.warn_of(leaves.lost(order))
        leaves.warn_of_inputs(order)
        translation = _translation(recording_in_order(order, leaves.roles), leaves, plan,
                                   strict=strict)  # fmt: skip
    frozen = Frozen()
    if before is None:
        before, order = next_serial(), [each for each in order if each.op is LEAF and each.label]
    frozen.add(order, leaves.roles, before)
    return Compiled(signature_of(leaves), translation, frozen)


def _translation(recording: Recording, leaves: Leaves, plan: Plan, *, strict: bool) -> Translation:
    """The translation of a graph; of a structure that is known, it shares its programs."""
    key = None if strict else Key(structure_of([recording.folded], leaves), plan)
    known = None if key is None else KNOWN.find(key)
    lines = class_lines(recording.folded)
    if known is not None:
        return Translation(known, lines=lines)

    def lift() -> Program:
        """The program before any pass."""
        return lifted(leaves, recording)

    def loops() -> LoopsFound:
        """The loops of the graph."""
        return recording.loops

    if key is None or is_narrow_for(plan.backend, recording):
        parameters, inputs = leaves.values.values()
        tape = graph_tape_of(recording.order, parameters, inputs) if strict else (
            tape_of([TapeTrace(recording.order, inputs)], parameters))  # fmt: skip
        narrow = Summary(*recording.size, lacks=tape.lacks, strict=strict,
                         in_blocks=tape.in_blocks)  # fmt: skip
        programs = Programs(recording.size, lift, plan, narrow=narrow,
                            loops=LoopsFound if strict else loops)  # fmt: skip
        return Translation(programs, Tapes(tape), lines)
    programs = Programs(recording.size, lift, plan, key=key, loops=loops)
    translation = Translation(programs, lines=lines)
    translation.step()  # built now, before the first call
    return translation


def compile_recorded(
    function: Callable[[], Any],
    parameters: Any,
    inputs: Any,
    backend: Backend,
    *,
    strict: bool,
) -> Compiled:
    """The array program of the graph that a function without arguments records.

    Raises what `compile_graph` raises, and warns of what is baked in.
    """
    mine, others = Leaves(parameters, inputs).values.values()
    now = next_serial()
    with uncollected(), baked_lines({*mine, *others}) as lines:

        def run() -> tuple[list[Value], None]:
            """One run of the function."""
            return [_demanded(given_on_path(called_as_program(function, ())))], None

        (output,), _ = run() if strict else recorded_by(run, {*mine, *others}, lines)
    warn_of(lines)
    return compile_graph(output, parameters, inputs, backend, strict=strict, before=now)


def _demanded(output: Any) -> Value:
    """What a function gives, checked."""
    demand_value(output, "what the function gives")
    return output  # type: ignore[no-any-return]
