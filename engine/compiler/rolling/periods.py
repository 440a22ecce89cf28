"""Repeats in a row of tokens: what a loop leaves behind when a program has run.

    a  b c d  b c d  b c d  e        has a repeat of period 3, three times, from place 1 on

The candidates for a period are the distances between equal windows of tokens. Nested loop
recognition from traces: Ketterlin and Clauss, CGO 2008.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from ..arrays import Ints, np

# The lengths of the windows that are compared, powers of 2, and the most distances that are tried
# of each. In an inner loop a short window is like the next one; only a long one tells how far apart
# two edges of the loop are.
_WINDOWS = ((4, 40), (16, 10), (64, 10))

# A loop has at least so many steps, and saves at least so many classes.
_FEWEST, _SAVED = 4, 40


class Repeat(NamedTuple):
    """`times` equal stretches of `period` tokens, one after another from place `start` on."""

    start: int
    period: int
    times: int

    @property
    def end(self) -> int:
        """The first place after it."""
        return self.start + self.period * self.times

    @property
    def saved(self) -> int:
        """The number of tokens that a loop does not repeat."""
        return self.period * (self.times - 1)

    @property
    def pays(self) -> bool:
        """Whether there are so many steps, and they save so much, that a loop is worth it."""
        return self.times >= _FEWEST and self.saved >= _SAVED


def repeats(tokens: Sequence[int] | Ints, known: Sequence[Repeat] = ()) -> list[Repeat]:
    """Disjoint repeats that save much, from left to right: the best one, and those beside it.

    Some are `known`; others are beside these.
    """
    row, found, place = np.array(tokens, dtype=np.int64), [], 0
    for each in known:
        found += [*_within(row[place : each.start], place), each]
        place = each.end
    return [*found, *_within(row[place:], place)]


def _within(tokens: Ints, offset: int) -> Iterator[Repeat]:
    """The repeats of a stretch of tokens that begins at place `offset`."""
    pending = [(offset, tokens)]
    while pending:
        start, part = pending.pop()
        if start < 0:
            yield Repeat(*part.tolist())
            continue
        best = _best(part)
        if best is not None:
            found = np.array([start + best.start, best.period, best.times])
            pending += [(start + best.end, part[best.end :]), (-1, found),
                        (start, part[: best.start])]  # fmt: skip


def _best(tokens: Ints) -> Repeat | None:
    """The repeat that saves most; None if none saves enough."""
    best = None
    for period in _periods(tokens):
        found = _longest(tokens, period)
        if found.pays and (best is None or found.saved > best.saved):
            best = found
    return best


def _periods(tokens: Ints) -> list[int]:
    """The most frequent distances between equal windows of tokens."""
    found: dict[int, None] = {}
    kinds, width = tokens, 0
    for length, most in _WINDOWS:
        if len(tokens) < length + 1:
            break
        kinds, width = _wider(kinds, width, length, len(tokens)), length
        order = np.argsort(kinds, kind="stable")
        is_same = np.diff(kinds[order]) == 0
        distances = Counter(np.diff(order)[is_same].tolist())
        found.update((int(each), None) for each, _ in distances.most_common(most))
    return list(found)


def windows(tokens: Ints, length: int) -> Ints:
    """A number for each window of so many tokens, a power of 2; equal for equal windows."""
    return _wider(tokens, 0, length, len(tokens))


def _wider(kinds: Ints, width: int, length: int, count: int) -> Ints:
    """A number for each window of `length` tokens, a power of 2; equal for equal windows.

    `kinds` are those of windows of `width` tokens; there are `count` tokens.
    """
    while width < length:
        pairs = kinds[:-width] * count + kinds[width:] if width else kinds
        _, kinds = np.unique(pairs, return_inverse=True)
        width = 2 * width or 1
    return kinds


def _longest(tokens: Ints, period: int) -> Repeat:
    """The longest repeat of a period at which two tokens at least are equal."""
    is_equal = tokens[:-period] == tokens[period:]
    edges = np.flatnonzero(np.diff(is_equal.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    length = int(ends[longest] - starts[longest])
    return Repeat(int(starts[longest]), period, length // period + 1)


def components(reads: Sequence[Set[int]]) -> list[list[int]]:
    """The strongly connected components of a graph, each after the components that it reads.

    `reads[i]` is what node i reads. Tarjan, SIAM J. Comput. 1 (1972), without recursion.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    found: list[list[int]] = []
    done: set[int] = set()
    for root in range(len(reads)):
        pending = [(root, iter(sorted(reads[root])))] if root not in index else []
        while pending:
            node, others = pending[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
            following = next((each for each in others if each not in done), None)
            if following is None:
                pending.pop()
                if pending:
                    low[pending[-1][0]] = min(low[pending[-1][0]], low[node])
                if low[node] == index[node]:
                    place = stack.index(node)
                    found.append(sorted(stack[place:]))
                    done.update(stack[place:])
                    del stack[place:]
            elif following in index:
                low[node] = min(low[node], index[following])
            else:
                pending.append((following, iter(sorted(reads[following]))))
    return found
