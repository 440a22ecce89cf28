"""Random programs, compiled with their classes put together by level: the same as eager.

    python -m tests.fuzz.levels [count] [seed] [back end]

So many programs, 300 unless told otherwise: grids with edges, butterflies, tables and trees of
random sizes, random programs that go through time, and running sums. A third of the last two have
infinities, nan and the ends of the range; the value is the same nan or infinity then. The first
program that differs is told with its seed, and the exit status is then 1.
"""

import sys
from collections import Counter
from random import Random
from time import perf_counter

import numpy as np

from engine.compiler.recording import classes
from engine.compiler.rolling import periods
from engine.compiler.runtime import graphs
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    is_comparable,
)
from tests.engine.compiler.gridded import GRIDS
from tests.engine.compiler.recurrences import RandomRecurrence, Recurrence, drawn
from tests.engine.compiler.running_programs import RandomRunning
from tests.fuzz.seeds import compared


def drawn_program(seed: int, shift: float = 0.0, *, wild: bool = False) -> Recurrence:
    """The program with this seed, with parameters moved by `shift`."""
    random = Random(seed)
    if seed % 3 == 0:
        name = random.choice([*GRIDS])
        size = 1 << random.randint(1, 5) if name == "fourier" else random.randint(2, 4) if (
            name == "circuit") else random.randint(3, 12)  # fmt: skip
        return GRIDS[name](size, random.randint(2, 6), drawn(seed, shift))
    kind = RandomRecurrence if seed % 3 == 1 else RandomRunning
    return kind(seed, shift, wild=wild).run()


def looks_alike(seed: int) -> Counter[str]:
    """Compile the program with this seed, and compare it; what was compared.

    Raises AssertionError if it differs.
    """
    wild = seed % 3 > 0 and seed % 9 > 5
    loss, parameters = drawn_program(seed, wild=wild)
    program = compiled(loss, parameters)
    value, gradient = program()
    expected = eager(loss, parameters)
    if wild:
        assert_same_pattern([value], [expected[0]])
    elif is_comparable(loss, expected[1]):
        assert_same((value, gradient), expected)
        other, others = drawn_program(seed, 0.01)
        moved = eager(other, others)
        if is_comparable(other, moved[1]):
            assert_same(program(np.array([each.data for each in others])), moved)
    return Counter(programs=1, wild=wild)


def main(count: str = "300", start: str = "0", backend: str | None = None) -> int:
    """Compile so many programs, and print what was compared."""
    began = perf_counter()
    classes._SMALL, classes._WIDTH, classes._FEWER = 0, 10**9, 0
    periods._FEWEST, periods._SAVED = 3, 6
    setattr(graphs, "is_narrow_for", lambda *_: False)  # noqa: B010 - it is imported there
    seen = compared(looks_alike, count, start, backend)
    if seen is None:
        return 1
    print(f"{seen['programs']:,} programs ({seen['wild']:,} with nan and infinities) by level; "
          f"no difference; {perf_counter() - began:.0f} s")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
