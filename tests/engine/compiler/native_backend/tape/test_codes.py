"""The codes of nodes: what is at hand when one node follows another."""

import numpy as np

from engine.compiler.native_backend.tape.codes import (
    FIRST,
    MOST_PLACES,
    PLACE_BITS,
    PREVIOUS,
    ROW,
    SECOND,
    SLOPES,
    UPSTREAM,
    TapeNodes,
    codes_of,
    places_behind,
)

BOTH = FIRST | SECOND

# Row, wanted slopes and inputs of each node: ~0 and ~1 are leaves.
NODES = [(5, BOTH, ~0, ~1), (6, FIRST, 0, ~0), (7, BOTH, ~1, 1), (8, SECOND, 2, 2), (9, 0, 3, 0)]


def nodes(rows: list[tuple[int, int, int, int]]) -> TapeNodes:
    """TapeNodes in arrays."""
    return TapeNodes(*(np.array(each, dtype=np.int64) for each in zip(*rows, strict=True)))


def part(codes: np.ndarray, first: int, bits: int) -> list[int]:
    """Some bits of all codes but the first and the last."""
    found: list[int] = (codes[1:-1].view(np.uint64) >> np.uint64(first)).tolist()
    return [each & ((1 << bits) - 1) for each in found]


def test_a_code_tells_a_row_its_slopes_and_its_inputs() -> None:
    """Leaves have the first places; before and after all codes is one for what ends the loops."""
    codes = codes_of(nodes(NODES), 2)
    assert len(codes) == len(NODES) + 2
    assert part(codes, ROW, 6) == [row for row, *_ in NODES]
    assert part(codes, SLOPES, 2) == [slopes for _, slopes, *_ in NODES]
    assert part(codes, PLACE_BITS, PLACE_BITS) == [0, 2, 1, 4, 5]
    assert part(codes, 0, PLACE_BITS) == [1, 0, 3, 4, 2]
    assert places_behind(np.array([~1, 0, 3]), 2).tolist() == [1, 2, 5]


def test_what_is_at_hand() -> None:
    """Forward the result before; backward what the node after has added to last."""
    codes = codes_of(nodes(NODES), 2)
    assert part(codes, PREVIOUS, 2) == [0, FIRST, SECOND, BOTH, FIRST]
    assert part(codes, UPSTREAM, 2) == [FIRST, SECOND, SECOND, 0, 0]


def test_there_may_be_no_nodes() -> None:
    """Then there are only the two codes that say nothing."""
    empty = np.array([], dtype=np.int64)
    assert codes_of(TapeNodes(empty, empty, empty, empty), 3).tolist() == [0, 0]
    assert PREVIOUS == ROW + 6
    assert MOST_PLACES == 2**26
