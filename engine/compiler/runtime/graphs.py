"""Compilation of a recorded graph: its parameters and inputs checked, its program lifted."""

from typing import Any

from ...system.garbage import uncollected
from ...value import Value, demand_value
from ..lifting.graphs import lifted
from ..recording.classes import recording_of
from ..recording.leaves import Leaves
from .backends import Backend
from .compiled import Compiled, signature_of
from .frozen import Frozen
from .pipeline import Plan
from .tape import Tape
from .translation import Tapes, Translation


def compile_graph(
    output: Value, parameters: Any, inputs: Any, backend: Backend, *, before: int = 0
) -> Compiled:
    """The array program of a recorded graph.

    Leaves with a serial number below `before` belong to the function that recorded it, and are
    looked at in each call: they are constants of the program, and may change.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice. Warns of parameters, and of inputs all of which, do not reach it.
    """
    demand_value(output, "output")
    leaves = Leaves(parameters, inputs)
    with uncollected():
        recording = recording_of(output, leaves.roles)
        leaves.warn_of(leaves.lost(recording.order))
        leaves.warn_of_inputs(recording.order)
        tape = Tape(recording.order, *leaves.values.values()) if recording.is_narrow else None
        tapes = None if tape is None else Tapes(tape)
    count = len(leaves.values["parameters"])
    plan = Plan(backend, count)
    translation = Translation(recording.size, lambda: lifted(leaves, recording), plan, tapes)
    if tape is None:
        translation.step()  # built now, before the first call
    frozen = Frozen()
    frozen.add(recording.order, leaves.roles, before)
    return Compiled(signature_of(leaves), translation, frozen)
