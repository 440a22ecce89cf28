"""Random functions that decide by numbers, compiled: the same as eager, at ties and nan too.

    python -m tests.fuzz.decisions [count] [seed] [backend]

So many functions, 200 unless told otherwise, with `if`, `max`, `min`, `abs` and numbers read from
Values, nested and in loops (see `tests.engine.compiler.followed_decisions`); every other one is a
loop that decides about what it carries, counts among it (`carried_decisions`). Each is compiled,
and compared with eager example by example. Functions that are not followed are told of by a
warning; how many, is printed. The first that differs is printed, and the exit status is then 1.
"""

import sys
from time import perf_counter
from traceback import format_exc

from tests.engine.compiler.carried_decisions import demand_carried
from tests.engine.compiler.followed_decisions import demand


def main(count: int = 200, start: int = 0, backend: str = "numpy") -> int:
    """Compile so many functions, and print how many are wrong; whether any is."""
    began, wrong, followed = perf_counter(), dict[int, str](), 0
    for seed in range(start, start + count):
        try:
            followed += (demand_carried if seed % 2 else demand)(seed, backend)
        except Exception:  # whatever a program that is wrong may raise
            wrong[seed] = format_exc()
    print(f"{count:,} functions that decide compiled and compared, {followed:,} of them followed, "
          f"{len(wrong) or 'none'} wrong; {perf_counter() - began:.0f} s")  # fmt: skip
    if wrong:
        first = min(wrong)
        print(f"\nfunction {first}, of {', '.join(map(str, wrong))}:\n{wrong[first]}")
    return int(bool(wrong))


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    sys.exit(main(int(given.get(1, 200)), int(given.get(2, 0)), given.get(3, "numpy")))
