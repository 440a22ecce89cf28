"""What a function gives whatever it decides, as one graph.

The function is run for each path, and the paths are joined. Then the joined graph is tried: for
each path that was run, it must be that path's own graph. Paths of which only some were run are
joined by what these have in common, and tried on others: among them such as answer all
otherwise but what takes one side of a decision. Those that differ are learnt from.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from ...graph import next_serial
from ...primitives import CONSTANT
from ...value import Value
from ..recording.baked import BakedLines, noted_too
from .decider import Decided, NotFollowed, NotJoined
from .joined import JoinedPaths
from .parting import NumberedPath
from .paths import PathRun, Paths, Returned, Runs, paths_of, paths_open
from .table import RunTable
from .trial import JoinedTrial

# How often paths that differ are learnt from: of all paths, and of some, where others may differ
# that have not been run; how many of them at a time, and of how many sides of decisions a path is
# run again with other answers.
_ROUNDS, _OF_SOME, _AT_A_TIME, _PROBED = 16, 4, 32, 512


class RunWay(NamedTuple):
    """A path, its numbers in a table, and the names of its decisions in order."""

    path: PathRun
    numbered: NumberedPath
    names: Sequence[Hashable]


def recorded_by(
    run: Callable[[], Returned],
    varying: Collection[Value] | None,
    lines: BakedLines,
    inputs: Sequence[Value] = (),
) -> Returned:
    """What a function gives, whatever it decides, as far as that can be followed.

    The function may be run any number of times; what it raises on a path is no error of its own,
    since the path may be one that no numbers take. Where it cannot be followed, it is what the
    function gives in its first run, for the numbers of now; `lines`, in which a block of
    `baked_lines` notes, then has what was decided by these. `inputs` are leaves that nobody else
    has, which may have other numbers for a run.
    """
    noted, usual, began = dict(lines), dict(lines), next_serial()
    runs, first = Runs(run, varying, inputs), None
    try:
        with paths_open():
            with noted_too(usual, varying) as note:
                first = runs.first(note)
            if not runs.is_followed:
                return first.values, first.nest
            paths = paths_of(runs, first)
        return _joined(runs, paths, RunTable(began)), first.nest
    except NotFollowed:
        lines.clear()
        lines.update(noted if first is None else usual)
        is_plain = first is not None and any(each.op is CONSTANT for each in first.values)
        return run() if first is None or is_plain else (first.values, first.nest)


def _joined(runs: Runs, paths: Paths, table: RunTable) -> Sequence[Value]:
    """What is given whatever is decided; decisions are called by their places, or by tests."""
    every = [*paths.learnt, *paths.tried]
    for each in zip(*(path.values for path in every), strict=False):
        if all(value.op is CONSTANT for value in each):
            raise NotFollowed("a plain number on all paths, where a Value is wanted")
    for further in (None, paths.further):
        if further is not None:
            with paths_open():
                more = further()
            if not more:
                break
            paths.learnt.extend(more)
        for is_by_test, is_computed in ((False, False), (False, True), (True, False)):
            with suppress(NotJoined):
                return _learning(runs, paths, table, is_by_test=is_by_test, is_computed=is_computed)
    raise NotFollowed("decisions that cannot be joined")


def _learning(
    runs: Runs, paths: Paths, table: RunTable, *, is_by_test: bool, is_computed: bool
) -> Sequence[Value]:
    """The Values that are joined from paths, with which all others agree."""

    def ways_of(some: Iterable[PathRun]) -> list[RunWay]:
        """Paths in numbers."""
        return [_way(table, each, paths.learnt[0], is_by_test=is_by_test) for each in some]

    ways, tried = ways_of(paths.learnt), ways_of(paths.tried)
    for _ in range(_ROUNDS if paths.is_every else min(_ROUNDS, _OF_SOME)):
        joined = JoinedPaths(table, [way.numbered for way in ways], is_computed=is_computed)
        outputs = joined.outputs()
        if joined.is_by_heart and not paths.is_every:
            raise NotJoined("paths that have little in common")
        trial = JoinedTrial(joined, outputs, table)
        wrong = [*islice((way for way in tried if not trial.is_own(way.numbered)), _AT_A_TIME)]
        if not (wrong or all(trial.is_own(way.numbered) for way in ways)):
            raise NotJoined("paths depend on what others have decided")
        if not (wrong or paths.is_every):
            with paths_open():  # on each side of a decision is a path that has been learnt from
                new = ways_of(_otherwise(runs, trial, ways))
            tried += new
            wrong = [way for way in new if not trial.is_own(way.numbered)]
        if not wrong:
            return [each if isinstance(each, Value) else Value(each) for each in outputs]
        ways += wrong[:_AT_A_TIME]
    raise NotFollowed("paths differ from what others have in common")


def _otherwise(runs: Runs, trial: JoinedTrial, ways: Iterable[RunWay]) -> Iterator[PathRun]:
    """Runs along some ways on which all other decisions are turned: all but those that take a side.

    Of each side there is one, up to some.
    """
    known: set[tuple[int, bool]] = set()
    for way in ways:
        for side, names in trial.regions(way.numbered).items():
            if side not in known and len(known) < _PROBED and runs.has_room:
                known.add(side)
                yield runs.otherwise(way.path, [
                    each.place for each, name in zip(way.path.asked, way.names, strict=True)
                    if name not in names
                ])  # fmt: skip


def _way(table: RunTable, path: PathRun, like: PathRun, *, is_by_test: bool) -> RunWay:
    """A path in numbers of a table; its decisions are called by their places, or by their tests.

    What was made when is counted from the beginning of each run, so that runs can be compared.
    """
    if path.nest != like.nest:
        raise NotFollowed("lists of different shapes")
    tests = [each for asked in path.asked for each in asked.test[1:]]
    numbers, made = table.numbers([*path.values, *tests])
    count = len(path.values)
    made = {number: serial - path.began for number, serial in made.items()}
    found = [Decided(asked.test.row, left, right, asked.answer, asked.serial - path.began)
             for asked, left, right in zip(path.asked, numbers[count::2], numbers[count + 1 :: 2],
                                           strict=True)]  # fmt: skip
    names = [each[:3] for each in found] if is_by_test else [each.place for each in path.asked]
    numbered = NumberedPath(numbers[:count], dict(zip(names, found, strict=True)), made)
    return RunWay(path, numbered, names)
