"""The trial: what a joined graph gives along a path must be what was recorded there.

What is not asked for on the way there decides nothing, as the graph has it.
"""

from collections.abc import Hashable, Sequence

from ...analysis.operands import operands
from ...value import Value
from .joined import JoinedPaths, NumberedPath
from .sides import RunOperand
from .table import RunTable


def asked_along(
    joined: JoinedPaths, outputs: Sequence[RunOperand], table: RunTable, way: NumberedPath
) -> set[Hashable] | None:
    """The names of the decisions that a joined graph asks on a way; None if it is not that way."""
    known: dict[Value, int] = {}
    names: set[Hashable] = set()
    pending = [each for each in outputs if isinstance(each, Value)]
    while pending:
        node = pending[-1]
        if node in known:
            pending.pop()
            continue
        reads = _read(joined, node, way)
        if reads is None:
            return None
        missing = [each for each in reads if isinstance(each, Value) and each not in known]
        if missing:
            pending += missing
            continue
        pending.pop()
        numbers = [known[each] if isinstance(each, Value) else table.plain(each) for each in reads]
        known[node] = _number(joined, node, numbers, way, table)
        if node in joined.choices:
            names.add(joined.choices[node].name)
    found = [known[each] if isinstance(each, Value) else table.plain(each) for each in outputs]
    return names if found == way.outputs else None


def _read(joined: JoinedPaths, node: Value, way: NumberedPath) -> Sequence[RunOperand] | None:
    """What a node reads on a way: of a decision, what is compared and what is taken.

    None for a decision that was not made there.
    """
    reads = operands(node)
    choice = joined.choices.get(node)
    if choice is None:
        return reads
    if choice.name is None:  # of a guard the side that is no plain 0
        return [each for each in reads[2:] if each is not _zero(each)]
    left, right, then, otherwise = reads
    decided = way.decided.get(choice.name)
    if decided is None:
        return None
    return [left, right, then if decided.answer else otherwise]


def _zero(operand: RunOperand) -> RunOperand | None:
    """The operand, if it is a plain number."""
    return operand if not isinstance(operand, Value) or operand.serial == -1 else None


def _number(
    joined: JoinedPaths, node: Value, numbers: Sequence[int], way: NumberedPath, table: RunTable
) -> int:
    """The number of a node on a way, by those of what it reads; -1 if it compares what others do.

    That is the number of nothing.
    """
    choice = joined.choices.get(node)
    if choice is None:
        return table.of_operation(node, tuple(numbers))
    test = (node.op, *numbers[:2])
    is_own = choice.name is None or test == way.decided[choice.name][:3]
    return numbers[-1] if is_own else -1
