"""Random programs that go through time, compiled: the same as eager, with the same nan and inf.

    python -m tests.fuzz.loops [count] [seed] [back end]

So many programs, 1,000 unless told otherwise, of one to three nested loops, some of ragged lengths,
with states of up to three steps before, a fifth of them with infinities, nan and the ends of the
range. Whatever repeats is a loop, or running results, each step begins where least is carried, and
nothing is computed node by node. Three in four programs are rolled in other classes of their graph,
in which what is only added up comes last, or each node is a class, or members come in the order of
what they read; and with several loops as one.
The first program that differs is told with its seed, and the exit status is then 1.
"""

import sys
from collections import Counter
from time import perf_counter

import numpy as np

from engine.compiler.recording import classes
from engine.compiler.recording.classes import Recording
from engine.compiler.rolling import bodies, periods, phases, rolled
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    has_twins,
)
from tests.engine.compiler.recurrences import RandomRecurrence
from tests.fuzz.seeds import compared


def take_other_ways(seed: int) -> None:
    """Have programs rolled in one of the ways in which classes may be arranged."""
    way = seed % 4

    def looped(recording: Recording) -> Recording:
        """The recording itself, or in other classes, or in another order."""
        if way == 3:
            return recording.in_order_of_reads()
        return recording if way == 0 else [*recording.ways()][way - 1]

    Recording.looped = property(looped)  # type: ignore[assignment]  # instead of the best one
    rolled._MANY_LOOPS, rolled._FEWER_JOINED = (8, 2) if seed % 2 else (2, 0)
    bodies._MANY_CARRIED = 8 if seed % 4 < 2 else 2


def looks_alike(seed: int) -> Counter[str]:
    """Compile the program with this seed, and compare it; what was compared.

    Raises AssertionError if it differs.
    """
    wild = seed % 5 == 4
    take_other_ways(seed)
    loss, parameters = RandomRecurrence(seed, wild=wild).run()
    program = compiled(loss, parameters)
    value, gradient = program()
    expected = eager(loss, parameters)
    if not wild:
        assert_same((value, gradient), expected)
        other, others = RandomRecurrence(seed, 0.01).run()
        found = program(np.array([each.data for each in others]))
        assert_same(found, eager(other, others))
    elif not has_twins(loss):
        assert_same_pattern([value, *gradient], [expected[0], *expected[1]])
    loops = sum(each.kind in ("loop", "running") for each in program.program.instructions)
    return Counter(programs=1, wild=wild, looped=loops > 0, loops=loops)


def main(count: str = "1000", start: str = "0", backend: str | None = None) -> int:
    """Compile so many programs, and print what was compared."""
    began = perf_counter()
    classes._SMALL, periods._FEWEST, periods._SAVED = 10**9, 3, 6
    phases._FEWER = 1
    seen = compared(looks_alike, count, start, backend)
    if seen is None:
        return 1
    print(f"{seen['programs']:,} programs ({seen['wild']:,} with nan and infinities), of which "
          f"{seen['looped']:,} have {seen['loops']:,} loops; no difference; "
          f"{perf_counter() - began:.0f} s")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
