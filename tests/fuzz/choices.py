"""Random functions of whole numbers, compiled: the same as eager, each number to 1e-12.

    python -m tests.fuzz.choices [count] [seed]

So many functions, 1,000 unless told otherwise, of one to three whole-number arguments or a row of
them (see `tests.oracles.choices`): each is compiled with its gradient and without, called on two
batches, and compared. All choices lead to the same operations, so none may be refused. The first
that is refused or that differs is printed, with how many are, and the exit status is then 1.
"""

import sys
from time import perf_counter
from traceback import format_exc

from tests.engine.compiler.recorded_choices import demand


def main(count: int = 1_000, start: int = 0) -> int:
    """Compile so many functions, and print how many are wrong; whether any is."""
    began, found = perf_counter(), dict[int, str]()
    for seed in range(start, start + count):
        try:
            demand(seed, 1 + seed % 12)
        except Exception:  # whatever a program that is wrong may raise
            found[seed] = format_exc()
    print(f"{count:,} functions of whole numbers compiled and compared, "
          f"{len(found) or 'none'} refused or wrong; {perf_counter() - began:.0f} s")  # fmt: skip
    if found:
        first = min(found)
        print(f"\nfunction {first}, of {', '.join(map(str, found))}:\n{found[first]}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
