"""Random programs: compiled equals eager, in the corners of float64 too."""

from collections.abc import Sequence
from math import isfinite
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Value
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.numpy_backend.fuse_biases import constants_turned, with_biases
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.simplify import simplified
from engine.compiler.rows.legalize import expanded
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    has_twins,
    is_comparable,
)
from tests.oracles.wild import Graph, number
from tests.sizes import tries

graphs = st.builds(Graph, st.integers(0, 2**32), st.integers(1, 40), wild=st.booleans())
few = settings(max_examples=tries(100))


def assert_agree(found: tuple[float, Any], output: Value, leaves: Sequence[Value]) -> None:
    """The same nan and infinities; the same digits where these can be compared."""
    value, gradient = eager(output, leaves)
    if not has_twins(output):
        assert_same_pattern([found[0], *found[1]], [value, *gradient])
    if is_comparable(output, gradient):
        assert_same((1.0, found[1]), (1.0, gradient))


@pytest.mark.slow
@few
@given(graphs)
def test_compiled_is_eager(graph: Graph) -> None:
    """The value and all gradients, with the same nan and infinities; twice, from used memory."""
    program = compiled(graph.output, graph.leaves)
    for _ in range(2):
        assert_agree(program(), graph.output, graph.leaves)


@pytest.mark.slow
@few
@given(graphs, st.integers(0, 2**32))
def test_other_parameters_are_another_recording(graph: Graph, seed: int) -> None:
    """What was recorded with some numbers computes with others what they would have recorded."""
    program = compiled(graph.output, graph.shared)
    random = Random(seed)
    moved = [Value(number(random)) for _ in graph.shared]
    assert_agree(program([leaf.data for leaf in moved]), graph.record(moved), moved)


@pytest.mark.slow
@few
@given(graphs)
def test_every_pass_keeps_what_a_program_means(graph: Graph) -> None:
    """Computed in the plainest way, it gives the same after each pass, and fits together."""
    program = verify(compiled(graph.output, graph.leaves).forward)
    given = [leaf.data for leaf in graph.leaves]
    passes = [constants_turned, lambda p: differentiated(p, len(given)), simplified, with_biases]
    gradient = eager(graph.output, graph.leaves)[1]
    for each in passes:
        program = verify(each(program))
        outputs = interpret(expanded(program), given, [])
        assert_agree((outputs[0], (*outputs[1:], gradient)[0]), graph.output, graph.leaves)


@pytest.mark.parametrize(("wild", "share"), [(False, 0), (True, 0.2)])
def test_the_corners_are_visited(wild: bool, share: float) -> None:
    """A fifth of the wild programs, at least, have a gradient that is not finite; the others do."""
    graphs = [Graph(seed, 20, wild=wild) for seed in range(100)]
    found = [all(map(isfinite, eager(graph.output, graph.leaves)[1])) for graph in graphs]
    count = found.count(False)
    assert count > share * 100 if wild else count == 0


def test_digits_are_compared_in_most_graphs() -> None:
    """Few graphs are passed over."""
    graphs = [Graph(seed, 20, wild=seed % 2 == 0) for seed in range(200)]
    compared = [is_comparable(g.output, eager(g.output, g.leaves)[1]) for g in graphs]
    twins = [has_twins(graph.output) for graph in graphs]
    assert compared[1::2].count(True) > 90
    assert compared[::2].count(True) > 25
    assert twins.count(False) > 60
