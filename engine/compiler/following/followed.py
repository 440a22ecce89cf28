"""What a function gives whatever it decides, as one graph.

The function is run for each path, and the paths are joined. Then the joined graph is tried: for
each path that was run, it must be that path's own graph. Paths of which only some were run are
joined by what these have in common, and tried on others; if that fails, more are run.
"""

from collections.abc import Callable, Collection, Sequence

from ...analysis.operands import operands
from ...graph import next_serial
from ...value import Value
from ..recording.baked import BakedLines
from .decider import NotFollowed
from .joined import Decided, JoinedPaths, NumberedPath
from .paths import PathRun, Returned, paths_of, paths_open
from .sides import RunOperand
from .table import RunTable


def recorded_by(
    run: Callable[[], Returned], varying: Collection[Value] | None, lines: BakedLines
) -> Returned:
    """What a function gives, whatever it decides, as far as that can be followed.

    Where it cannot, it is what the function gives for the numbers of now; `lines`, in which a block
    of `baked_lines` notes, then has what was decided by these.
    """
    noted = dict(lines)
    given = followed(run, varying)
    if given is None:
        lines.clear()
        lines.update(noted)
        given = run()
    return given


def followed(run: Callable[[], Returned], varying: Collection[Value] | None) -> Returned | None:
    """What a function gives, joined from all its paths; None if they cannot be followed.

    The function may be run any number of times. What it raises on a path is no error of its own:
    the path may be one that no numbers take.
    """
    before = next_serial()
    try:
        with paths_open():
            paths = paths_of(run, varying)
        if not paths.is_followed:
            return paths.learnt[0].values, paths.learnt[0].nest
        every = [*paths.learnt, *paths.tried]
        try:
            return _joined(every, len(paths.learnt), before)
        except NotFollowed:
            with paths_open():
                every += paths.further()
            return _joined(every, len(every), before)
    except NotFollowed:
        return None


def _joined(paths: Sequence[PathRun], learnt: int, before: int) -> Returned:
    """What is given whatever is decided, from the paths that are learnt from; all are tried."""
    if any(path.nest != paths[0].nest or len(path.values) != len(paths[0].values)
           for path in paths):  # fmt: skip
        raise NotFollowed("lists of different shapes")
    table = RunTable(before)
    numbered = [_numbered(table, path) for path in paths]
    try:
        return _of_ways(table, numbered, learnt), paths[0].nest
    except NotFollowed:
        return _of_ways(table, [*map(_by_test, numbered)], learnt), paths[0].nest


def _numbered(table: RunTable, path: PathRun) -> NumberedPath:
    """A path in numbers of a table; its decisions are called by their places in the program.

    What was made when is counted from the beginning of each run, so that runs can be compared.
    """
    tests = [each for asked in path.asked for each in asked.test[1:]]
    numbers, made = table.numbers([*path.values, *tests])
    count = len(path.values)
    pairs = zip(numbers[count::2], numbers[count + 1 :: 2], strict=True)
    made = {number: serial - path.began for number, serial in made.items()}
    decided = {asked.place: Decided(asked.test.row, *pair, asked.answer, asked.serial - path.began)
               for asked, pair in zip(path.asked, pairs, strict=True)}  # fmt: skip
    return NumberedPath(numbers[:count], decided, made)


def _by_test(way: NumberedPath) -> NumberedPath:
    """The same with decisions that are called by what they compare."""
    return way._replace(decided={each[:3]: each for each in way.decided.values()})


def _of_ways(table: RunTable, ways: Sequence[NumberedPath], learnt: int) -> Sequence[Value]:
    """The Values that are joined from some ways, and are tried on all of them."""
    joined = JoinedPaths(table, ways[:learnt])
    outputs = joined.outputs()
    for way in ways:
        if _along(joined, outputs, way, table) != way.outputs:
            raise NotFollowed("paths depend on what others have decided")
    return [each if isinstance(each, Value) else Value(each) for each in outputs]


def _along(
    joined: JoinedPaths, outputs: Sequence[RunOperand], way: NumberedPath, table: RunTable
) -> list[int]:
    """The numbers of what a joined graph gives on one way."""
    known: dict[Value, int] = {}
    pending = [each for each in outputs if isinstance(each, Value)]
    while pending:
        node = pending[-1]
        if node in known:
            pending.pop()
            continue
        reads = _read(joined, node, way)
        missing = [each for each in reads if isinstance(each, Value) and each not in known]
        if missing:
            pending += missing
            continue
        pending.pop()
        numbers = [known[each] if isinstance(each, Value) else table.plain(each) for each in reads]
        known[node] = _number(joined, node, numbers, way, table)
    return [known[each] if isinstance(each, Value) else table.plain(each) for each in outputs]


def _read(joined: JoinedPaths, node: Value, way: NumberedPath) -> Sequence[RunOperand]:
    """What a node reads on a way: of a decision, what is compared and what is taken."""
    reads = operands(node)
    choice = joined.choices.get(node)
    if choice is None:
        return reads
    if choice.name is None:  # of a guard the side that is no plain 0
        return [each for each in reads[2:] if each is not _zero(each)]
    left, right, then, otherwise = reads
    decided = way.decided.get(choice.name)
    if decided is None:
        raise NotFollowed("a decision that was not made")
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
