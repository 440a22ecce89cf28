"""Classes of a fold as they are asked for: one by one, and one of each step."""

from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np

from engine import Value
from engine.compiler.kinds.decisions import IF_AT_MOST
from engine.compiler.recording.classes import recording_of
from engine.compiler.rolling.folded import FoldedClasses
from engine.compiler.rolling.listed import class_arrays
from engine.compiler.rolling.members import NUMBER, PICKED, Read, moved_class
from engine.value import constant, recorded


def pick(*inputs: Value) -> Value:
    """A Value that is one of its inputs."""
    return recorded(PICKED, nan, inputs, [None] * len(inputs))


def folded(output: Value, leaves: Sequence[Value]) -> FoldedClasses:
    """The classes of a graph."""
    return recording_of(output, dict.fromkeys(leaves, ("parameters", None))).folded


def picks() -> tuple[FoldedClasses, np.ndarray]:
    """Two classes of one picked Value each: of two Values, and of a number and three Values."""
    x = [Value(float(i)) for i in range(3)]
    first = pick(x[2], x[0])
    second = pick(constant(0.5), x[1], first.sin(), x[0])
    classes = folded(first.sin() + second, x)
    return classes, np.array([i for i, op in enumerate(classes.ops) if op is PICKED])


def test_what_is_picked_is_read_as_terms_in_a_row() -> None:
    """Of each Value its class and place; of a number its place among the numbers."""
    classes, (first, second) = picks()
    chain = classes[first].chain
    assert chain is not None
    assert chain.terms.places.tolist() == [2, 0]
    chain = classes[second].chain
    assert chain is not None
    sine = next(i for i, op in enumerate(classes.ops) if op.name == "sin")
    assert chain.terms.sources.tolist() == [NUMBER, 0, sine, 0]
    assert chain.terms.places.tolist() == [0, 1, 0, 0]
    assert chain.terms.numbers.tolist() == [0.5]
    assert chain.counts.tolist() == [4]


def test_what_is_picked_does_the_same_of_however_many() -> None:
    """So that steps that look something up are alike; each step has its own row of terms."""
    classes, numbers = picks()
    tokens = classes.tokens()
    assert tokens[numbers[0]] == tokens[numbers[1]]
    assert (tokens == tokens[numbers[0]]).sum() == 2
    steps = classes.of_steps(numbers)
    assert [each.counts.tolist() for each in steps.chains] == [[2], [4]]
    assert steps.operands == ()


def test_what_is_taken_as_it_is_reads_among_the_new_classes() -> None:
    """Sums over all steps, in which what many classes give is added and subtracted, as one by one.

    Each class as if it were read first, and what it reads were then looked for.
    """
    x = [Value(1.0 + i) for i in range(6)]
    state, total, other = x[0], x[1] * 2.0, x[4] * 3.0
    for i in range(40):
        state = (state * x[2] + x[3]).tanh()
        total = total - state * state + 0.5 if i % 2 else total - x[5] * state
        other = other + state.exp() - x[1]
    recording = recording_of(Value.sum([total, other]), dict.fromkeys(x, ("parameters", None)))
    old, made = recording.folded, recording.rolled.made
    sizes = []
    for number in range(len(old)):
        found, expected = old.moved(number, made), moved_class(old[number], made)
        sizes.append(len(old[number].terms))
        assert (found.op, found.count) == (expected.op, expected.count)
        assert [*found.values] == [*expected.values]
        assert _as_lists(found.operands) == _as_lists(expected.operands)
        assert _as_lists(found.terms) == _as_lists(expected.terms)
        assert _as_lists([found.added]) == _as_lists([expected.added])
    assert max(sizes) > 16


def _as_lists(parts: Sequence[Any]) -> list[Any]:
    """What is read, with lists in the place of arrays."""
    return [[np.asarray(one).tolist() for one in each] if isinstance(each, tuple) else (
        np.asarray(each).tolist()) for each in parts]  # fmt: skip


def test_what_is_picked_is_part_of_what_a_program_is_made_from() -> None:
    """Other numbers, or other Values, are other parts."""
    x = [Value(1.0), Value(2.0)]
    made = [pick(x[0], constant(3.0)), pick(x[1], constant(3.0)), pick(x[0], constant(4.0)),
            pick(constant(3.0), x[0])]  # fmt: skip
    outputs = [Value.sum([each.exp(), *x]) for each in made]
    seen = [tuple(part.tobytes() for part in folded(each, x).parts()) for each in outputs]
    assert len({*seen}) == 4


def test_numbers_among_several_operands_are_columns() -> None:
    """What is decided by a number has four operands, one of which is that number."""
    x = [Value(float(i)) for i in range(3)]
    made = [recorded(IF_AT_MOST, nan, (x[i], constant(i / 4), x[2 - i], x[1]), [None] * 4)
            for i in range(3)]  # fmt: skip
    classes = folded(Value.sum(made), x)
    (decided,) = (i for i, op in enumerate(classes.ops) if op is IF_AT_MOST)
    first, numbers, then, otherwise = classes[decided].operands
    assert isinstance(numbers, np.ndarray)
    assert numbers.tolist() == [0.0, 0.25, 0.5]
    reads = [each for each in (first, then, otherwise) if isinstance(each, Read)]
    assert [each.places.tolist() for each in reads] == [[0, 1, 2], [2, 1, 0], [1, 1, 1]]
    parts = [part.tolist() for part in class_arrays(classes[decided])]
    assert parts == [[0], [0, 1, 2], [0.0, 0.25, 0.5], [0], [2, 1, 0], [0], [1, 1, 1]]
