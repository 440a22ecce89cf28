"""Recordings of the same operations as one: what each of them reads elsewhere becomes a pick.

    first      x * w[0] + 1        picked(w[0], w[3]) and picked(1, 2) in x * · + ·
    second     x * w[3] + 2

So many examples are computed at a time although each has a recording of its own. The order of the
operations is that of each recording, and so is the order in which a gradient arrives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...analysis.operands import operands
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import np


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """What is read in one place: an operand for each recording."""

    choices: tuple[Value | float, ...]


# What an operation reads, where several recordings are one.
UnitedOperand = Value | float | Pick


class OneRecording(NamedTuple):
    """One of the recordings.

    - `order`: the nodes through which a gradient goes; `rest`: those behind further outputs only.
    - `outputs`: what it gives; `inputs`: the leaves that differ by example.
    """

    order: Sequence[Value]
    rest: Sequence[Value]
    outputs: Sequence[Value | float]
    inputs: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class UnitedRecordings:
    """All recordings as one, with the nodes and inputs of the first of them.

    - `order`, `rest`: its operations; `operands`: what each of them reads.
    - `outputs`: what it gives; `inputs`: its inputs.
    """

    order: Sequence[Value]
    rest: Sequence[Value]
    operands: dict[Value, tuple[UnitedOperand, ...]]
    outputs: Sequence[UnitedOperand]
    inputs: Sequence[Value]


def united(
    recordings: Sequence[OneRecording], scalars: set[Value], constants: dict[Value, float]
) -> UnitedRecordings | None:
    """The recordings as one; None if they do not consist of the same operations.

    `scalars` are Values that all of them may read. `constants` has the numbers of all other leaves;
    those that belong to a recording are noted when they are met.

    None, too, if a node gets no gradient in some of them, since what it leads to is detached there:
    in blocks it would get a 0, and 0 times an infinite slope is nan.
    """
    first = _Outline(recordings[0], scalars, constants)
    tokens = _Tokens(first, len(recordings))
    for each in recordings:
        outline = first if each is recordings[0] else _Outline(each, scalars, constants)
        if outline.signature != first.signature:
            return None
        tokens.add(outline)
    found = first.with_operands(tokens.operands())
    return found if _all_get_gradients(found, len(recordings)) else None


def _all_get_gradients(found: UnitedRecordings, recordings: int) -> bool:
    """Whether what gets a gradient from the first output in any recording gets one in all."""
    own = {*found.order}
    picks = {each for given in found.operands.values() for each in given if isinstance(each, Pick)}
    if all(node.op is not DETACHED for node in own) or all(
        own.isdisjoint(each.choices) for each in picks
    ):
        return True
    got: dict[UnitedOperand, Any] = {node: np.zeros(recordings, dtype=bool) for node in own}
    for each in found.outputs[:1]:
        got[each] = np.ones(recordings, dtype=bool)
    for node in reversed(found.order):
        for each in found.operands[node] if node.op is not DETACHED else ():
            if isinstance(each, Pick):
                for other in own.intersection(each.choices):
                    got[other] |= got[node] & np.array([one is other for one in each.choices])
            elif each in own:
                got[each] |= got[node]
    return all(got[node].all() or not got[node].any() for node in own)


class _Outline:
    """The operations of a recording, and what they read.

    - `nodes`: the operations; `swept`: how many of them a gradient goes through, the first ones.
    - `signature`: what recordings must have in common; `read`: all that is read, in order, and
      then the outputs: Values, or numbers.
    """

    def __init__(
        self, recording: OneRecording, scalars: set[Value], constants: dict[Value, float]
    ) -> None:
        self.recording = recording
        known = {*scalars, *recording.inputs}
        order = [node for node in recording.order if node not in known]
        inside = {*order}
        rest = [node for node in recording.rest if node not in known and node not in inside]
        for node in (*order, *rest):
            if not operands(node):
                constants.setdefault(node, node._data)
        self.nodes = [node for node in (*order, *rest) if node not in constants]
        self.swept = sum(node not in constants for node in order)
        given = [operands(node) for node in self.nodes]
        ops = [(node.op, len(each)) for node, each in zip(self.nodes, given, strict=True)]
        self.signature: Any = (self.swept, ops, len(recording.outputs))
        self._counts = [len(each) for each in given]
        self.read = [constants.get(each, each) if isinstance(each, Value) else each
                     for part in (*given, recording.outputs) for each in part]  # fmt: skip

    def with_operands(self, found: Sequence[UnitedOperand]) -> UnitedRecordings:
        """The recording with other operands and outputs."""
        given, start = dict[Value, tuple[UnitedOperand, ...]](), 0
        for node, count in zip(self.nodes, self._counts, strict=True):
            given[node] = tuple(found[start : start + count])
            start += count
        order, rest = self.nodes[: self.swept], self.nodes[self.swept :]
        return UnitedRecordings(order, rest, given, found[start:], self.recording.inputs)


class _Tokens:
    """What all recordings read, as whole numbers: of nodes, inputs, and then of all else."""

    def __init__(self, first: _Outline, recordings: int) -> None:
        self._first = first
        self._own: list[Value | float] = [*first.nodes, *first.recording.inputs]
        self._table = np.empty((recordings, len(first.read)), dtype=np.int32)
        self._found = 0
        self._others: dict[Value | str, int] = {}
        self._known: list[Value | float] = []

    def add(self, outline: _Outline) -> None:
        """Note what a recording reads."""
        inside = {node: i for i, node in enumerate((*outline.nodes, *outline.recording.inputs))}
        other = self._other
        row = [inside[each] if isinstance(each, Value) and each in inside else other(each)
               for each in outline.read]  # fmt: skip
        self._table[self._found] = row
        self._found += 1

    def operands(self) -> list[UnitedOperand]:
        """What is read: the same by all recordings, or a pick."""
        table = self._table
        all_known = [*self._own, *self._known]
        found: list[UnitedOperand] = [all_known[i] for i in table[0].tolist()]
        picks: dict[bytes, Pick] = {}
        for place in np.flatnonzero((table != table[0]).any(axis=0)).tolist():
            column = table[:, place]
            key = column.tobytes()
            if key not in picks:
                picks[key] = Pick(tuple(map(all_known.__getitem__, column.tolist())))
            found[place] = picks[key]
        return found

    def _other(self, each: Value | float) -> int:
        """The number of what belongs to no recording; plain numbers are told by their bits."""
        key = each.hex() if isinstance(each, float) else each
        if key not in self._others:
            self._others[key] = len(self._own) + len(self._known)
            self._known.append(each)
        return self._others[key]
