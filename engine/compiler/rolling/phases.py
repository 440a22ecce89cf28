"""Where a repeat begins: any of its places will do, and from some of them little is carried.

sum tanh mul | sum tanh mul | sum ...        carries all products of weights with a state
sum tanh | mul sum tanh | mul sum ...        carries the state, and has products in one step

Both are the same computation, and only the second one has matrix products.
"""

from collections.abc import Sequence, Set

from ..arrays import Ints, np
from .periods import Repeat, components
from .steps import ClassRow

# A repeat begins elsewhere if so many numbers fewer are carried then, and _FEWEST steps are left.
_FEWER, _FEWEST = 4, 4


def cycles_of(
    repeat: Repeat, classes: ClassRow, *, joined: bool = False
) -> list[tuple[list[int], bool]]:
    """The components of the classes of one step, and whether each is in a cycle.

    A component comes after the components that it reads. If they are `joined`, all cycles are one,
    with what is between them.
    """
    start, period, _ = repeat
    owners, sources = _reads(classes, start, repeat)
    pairs = (owners - start) % period * period + (sources - start) % period
    reads: list[set[int]] = [set() for _ in range(period)]
    for pair in np.unique(pairs).tolist():
        reads[pair // period].add(pair % period)
    found = [(each, len(each) > 1 or each[0] in reads[each[0]]) for each in components(reads)]
    return _joined(found, reads) if joined else found


def _joined(
    found: Sequence[tuple[list[int], bool]], reads: Sequence[Set[int]]
) -> list[tuple[list[int], bool]]:
    """The components with all cycles as one, and what both reads a cycle and is read by one."""
    inside = {each for part, is_cycle in found if is_cycle for each in part}
    after, before = set(inside), set(inside)
    for part, _ in found:
        if any(not after.isdisjoint(reads[each]) for each in part):
            after.update(part)
    for part, _ in reversed(found):
        if not before.isdisjoint(part):
            before.update(*(reads[each] for each in part))
    one = after & before
    first = [each for each in found if after.isdisjoint(each[0])]
    last = [(part, False) for part, _ in found if not after.isdisjoint(part) and (
        one.isdisjoint(part))]  # fmt: skip
    return [*first, (sorted(one), True), *last]


def in_phase(repeat: Repeat, classes: ClassRow, tokens: Ints, *, anywhere: bool = False) -> Repeat:
    """The repeat, from the place on where least is carried from step to step.

    `tokens` are what the classes do, up to the next repeat. If steps read any steps before, they
    begin where what is read of different steps is never of the same step, if there is such a place.
    """
    start, period, _ = repeat
    cycle_of = np.full(period, -1)
    for i, (each, is_cycle) in enumerate(cycles_of(repeat, classes)):
        if is_cycle:
            cycle_of[each] = i
    owners, sources = _reads(classes, start if anywhere else repeat.end - period, repeat)
    mine, of = (owners - start) % period, (sources - start) % period
    is_inside = (cycle_of[mine] >= 0) & (cycle_of[mine] == cycle_of[of])
    reach = np.zeros(period, dtype=np.int64)
    np.maximum.at(reach, of[is_inside], (owners - sources)[is_inside])
    carried = _carried(reach, classes.counts()[start : start + period])
    if anywhere:
        carried = carried + int(carried.max() + _FEWER) * _mixed(owners, sources, repeat)
    best = int(np.argmin(carried))
    end = repeat.end
    while end < len(tokens) and tokens[end] == tokens[end - period]:
        end += 1
    left = (end - start - best) // period
    if carried[0] - carried[best] < _FEWER or left < _FEWEST:
        return repeat
    return Repeat(start + best, period, left)


def _mixed(owners: Ints, sources: Ints, repeat: Repeat) -> Ints:
    """How often steps read themselves where others read steps before.

    For each class of a step, of the steps that begin with it.
    """
    start, period, _ = repeat
    mine, of, far = (owners - start) % period, (sources - start) % period, owners - sources
    kinds, which = np.unique(mine * period + of, return_inverse=True)
    least, most = np.full(len(kinds), far.max(initial=0)), np.zeros(len(kinds), dtype=np.int64)
    np.minimum.at(least, which, far)
    np.maximum.at(most, which, far)
    is_near = (least < most)[which] & (far < period)
    # a step that begins with one of the classes from of + 1 to mine parts them
    changes = np.zeros(2 * period + 1, dtype=np.int64)
    np.add.at(changes, of[is_near] + 1, 1)
    np.subtract.at(changes, of[is_near] + 1 + far[is_near], 1)
    parted = np.cumsum(changes[:-1])
    return int(is_near.sum()) - parted[:period] - parted[period:]


def _reads(classes: ClassRow, first: int, repeat: Repeat) -> tuple[Ints, Ints]:
    """Each class of a repeat from `first` on, with each class of the repeat that it reads."""
    owners, sources = classes.reads(first, repeat.end)
    inside = sources >= repeat.start
    return owners[inside], sources[inside]


def _carried(reach: Ints, counts: Ints) -> Ints:
    """For each class of a step, how many numbers are carried if a step begins with it.

    Class j is carried if one of the classes j + 1 to j + reach[j] begins a step.
    """
    period = len(reach)
    classes = np.arange(period)
    changes = np.zeros(2 * period + 1, dtype=np.int64)
    np.add.at(changes, classes + 1, counts)
    np.subtract.at(changes, classes + 1 + np.minimum(reach, period), counts)
    carried = np.cumsum(changes[:-1])
    return carried[:period] + carried[period:]
