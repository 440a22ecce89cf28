"""The codes of nodes, of 8 bytes each: what a node does, where its inputs are, what is at hand.

    previous | row | slopes | upstream | place of the first input | place of the second
        2       6      2         2                  26                       26          bits

- `previous`: whether the first input is the result of the node before, and whether the second is.
- `slopes`: whether derivatives by the first input are wanted, and by the second.
- `upstream`: 1 or 2 if the gradient of the result is what the node after it has just added to, as
  its first or second input; else 0.

What is at hand need not be loaded from memory, which would wait until it is there. It is what the
node beside leaves, in any run of codes in order; the first of a run finds it in memory.
"""

from typing import NamedTuple

from ...arrays import Ints, np

PLACE_BITS = 26
MOST_PLACES = 1 << PLACE_BITS

# The most rows of an interpreter; one number is that of the end.
MOST_ROWS = 63

# The wanted slopes.
FIRST, SECOND = 1, 2

# Where the parts of a code begin. The way of a node forward is told by `previous` and its row, and
# backward by the three parts from `upstream` on.
UPSTREAM = 2 * PLACE_BITS
SLOPES = UPSTREAM + 2
ROW = SLOPES + 2
PREVIOUS = ROW + 6


class TapeNodes(NamedTuple):
    """The nodes of a tape in order, in arrays.

    - `rows`, `slopes`: the number of each row, and the slopes that are wanted.
    - `firsts`, `seconds`: the inputs, each the number of a node, or ~i for leaf i.
    """

    rows: Ints
    slopes: Ints
    firsts: Ints
    seconds: Ints


def codes_of(nodes: TapeNodes, leaves: int) -> Ints:
    """The codes of some nodes, between two that say nothing, for what tells the end.

    The places of results follow those of all leaves.
    """
    codes: Ints = np.zeros(len(nodes.rows) + 2, dtype=np.int64)
    codes[1:-1] = (
        _previous(nodes) << PREVIOUS | nodes.rows << ROW | nodes.slopes << SLOPES
        | _upstream(nodes) << UPSTREAM | places_behind(nodes.firsts, leaves) << PLACE_BITS
        | places_behind(nodes.seconds, leaves)
    )  # fmt: skip
    return codes


def places_behind(places: Ints, leaves: int) -> Ints:
    """Where numbers are among all numbers, the leaves first."""
    found: Ints = np.where(places < 0, ~places, places + leaves)
    return found


def _previous(nodes: TapeNodes) -> Ints:
    """Which inputs of each node are the result of the node before."""
    before = np.arange(len(nodes.rows)) - 1
    found: Ints = FIRST * (nodes.firsts == before) + SECOND * (nodes.seconds == before)
    found[:1] = 0  # -1 is a leaf
    return found


def _upstream(nodes: TapeNodes) -> Ints:
    """Which input of the following node each node is, where that adds to its gradient last."""
    found: Ints = np.zeros_like(nodes.rows)
    number = np.arange(len(nodes.rows[1:]))
    is_second = (nodes.seconds[1:] == number) & (nodes.slopes[1:] & SECOND > 0)
    is_first = (nodes.firsts[1:] == number) & (nodes.slopes[1:] & FIRST > 0)
    found[:-1] = np.where(is_second, SECOND, np.where(is_first, FIRST, 0))
    return found
