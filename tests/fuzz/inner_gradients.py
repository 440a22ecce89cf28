"""Functions with gradients inside, compiled: the same as eager, each number to 1e-10.

    python -m tests.fuzz.inner_gradients [count] [seed]

So many functions, 1,000 unless told otherwise, of the kinds that people write (see
`tests.oracles.inner_gradients`): each is compiled as a function of one example and as a graph with
inputs, and called with numbers on other sides of its kinks than those of the trace. The functions
that differ are printed, and the exit status is then 1.
"""

import sys
from collections import Counter
from time import perf_counter

from tests.engine.compiler.compiled_gradients import WAYS, Unlike, demand
from tests.oracles.inner_gradients import random_task


def main(count: int = 1_000, start: int = 0) -> int:
    """Compile so many functions, and print what was compared; whether any differs."""
    began, compared, different, passed = perf_counter(), Counter[str](), list[str](), 0
    for seed in range(start, start + count):
        for way in WAYS:
            task = random_task(seed)
            try:
                if not demand(task, seed, way):
                    passed += 1
                    continue
            except Unlike as error:
                different.append(str(error))
            compared.update(
                [f"way: {way}", f"kind: {task.kind}", *(f"of: {b}" for b in task.bends)]
            )
    for name, times in sorted(compared.items()):
        print(f"  {times:>6,}  {name}")
    print(f"{count:,} functions, {passed} times without steady digits, "
          f"{len(different) or 'no'} differences; {perf_counter() - began:.0f} s")  # fmt: skip
    print(*different[:20], sep="\n")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
