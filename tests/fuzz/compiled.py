"""Random programs on vectors of scalars, compiled: the same as eager, to the stated tolerance.

    python -m tests.fuzz.compiled [count] [seed] [back end]

So many programs by hypothesis, 2,000 unless told otherwise, half of them with infinities, nan and
the ends of the range. Each is compiled as a recorded graph and as a function of one example, and
compared for the numbers that it was recorded with and for others. The shortest program that was
found where the two differ is printed. Then it is told how many programs had digits to compare: for
the others, the pattern of nan and inf was.
"""

import sys
from collections import Counter
from time import perf_counter

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from engine.compiler.runtime import backends
from tests.engine.compiler.recorded_vectors import demand_function, demand_graph


def main(count: str = "2000", start: str = "0", backend: str = "numpy") -> None:
    """Compile so many programs for a back end, and print what was compared."""
    began, seen = perf_counter(), Counter[str]()
    backends.DEFAULT = backend

    @seed(int(start))
    @settings(max_examples=int(count), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.integers(1, 30), st.booleans(), st.integers(1, 5))
    def check(program: int, size: int, wild: bool, examples: int) -> None:
        """Compile one program in both ways."""
        kind = "wild" if wild else "smooth"
        seen[f"{kind}, digits of the graph"] += demand_graph(program, size, wild=wild)
        seen[f"{kind}, digits of the function"] += demand_function(
            program, size, examples, wild=wild
        )
        seen[kind] += 1

    check()
    print(f"{seen['wild'] + seen['smooth']:,} programs by {backend}, no difference; "
          f"{perf_counter() - began:.0f} s")  # fmt: skip
    for name, times in sorted(seen.items()):
        print(f"  {times:>8,}  {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
