"""Where a repeat begins: any of its places will do, and from some of them little is carried.

sum tanh mul | sum tanh mul | sum ...        carries all products of weights with a state
sum tanh | mul sum tanh | mul sum ...        carries the state, and has products in one step

Both are the same computation, and only the second one has matrix products.
"""

from collections.abc import Sequence

from .members import Members
from .periods import Repeat, components

# A repeat begins elsewhere if so many numbers fewer are carried then, and _FEWEST steps are left.
_FEWER, _FEWEST = 4, 4


def cycles_of(repeat: Repeat, classes: Sequence[Members]) -> list[tuple[list[int], bool]]:
    """The components of the classes of one step, and whether each is in a cycle.

    A component comes after the components that it reads.
    """
    start, period, _ = repeat
    reads: list[set[int]] = [set() for _ in range(period)]
    for place in range(start, repeat.end):
        mine = (place - start) % period
        reads[mine].update((each - start) % period
                           for each in classes[place].reads if each >= start)  # fmt: skip
    return [(each, len(each) > 1 or each[0] in reads[each[0]]) for each in components(reads)]


def in_phase(repeat: Repeat, classes: Sequence[Members], tokens: Sequence[int]) -> Repeat:
    """The repeat, from the place on where least is carried from step to step.

    `tokens` are what the classes do, up to the next repeat.
    """
    start, period, _ = repeat
    together = {j: i for i, (each, is_cycle) in enumerate(cycles_of(repeat, classes)) if is_cycle
                for j in each}  # fmt: skip
    reach = dict.fromkeys(together, 0)
    for place in range(repeat.end - period, repeat.end):
        mine = together.get((place - start) % period)
        for each in classes[place].reads:
            j = (each - start) % period
            if each >= start and mine is not None and together.get(j) == mine:
                reach[j] = max(reach[j], place - each)
    counts = {j: classes[start + j].count for j in together}
    carried = [_carried(first, period, reach, counts) for first in range(period)]
    best = carried.index(min(carried))
    end = repeat.end
    while end < len(tokens) and tokens[end] == tokens[end - period]:
        end += 1
    left = (end - start - best) // period
    if carried[0] - carried[best] < _FEWER or left < _FEWEST:
        return repeat
    return Repeat(start + best, period, left)


def _carried(first: int, period: int, reach: dict[int, int], counts: dict[int, int]) -> int:
    """How many numbers are carried if a step begins with class `first`."""
    return sum(counts[j] for j, distance in reach.items()
               if (j - first) % period + distance >= period)  # fmt: skip
