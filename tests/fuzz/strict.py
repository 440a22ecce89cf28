"""Random programs compiled strictly: each number has the bits of an eager run.

    python -m tests.fuzz.strict [count] [seed]

So many programs of each kind, 1,000 unless told otherwise: networks with penalties as people write
them, one example or all of them; functions of whole numbers; embeddings and labels; many examples
recorded whole; and wild graphs of all rows of the table. The first of each kind that differs is
printed, with how many do, and the exit status is then 1.
"""

import sys
from time import perf_counter
from traceback import format_exc

from tests.engine.compiler.recorded_strict import KINDS


def main(count: int = 1_000, start: int = 0) -> int:
    """Compare so many programs of each kind, and print how many differ; whether any does."""
    began, wrong = perf_counter(), False
    for kind, demand in KINDS.items():
        found = dict[int, str]()
        for seed in range(start, start + count):
            try:
                demand(seed)
            except Exception:  # whatever a program that is wrong may raise
                found[seed] = format_exc()
        print(f"{count:,} {kind}, compiled strictly: {len(found) or 'none'} with other bits than "
              f"eagerly; {perf_counter() - began:.0f} s")  # fmt: skip
        if found:
            print(f"\nprogram {min(found)}:\n{found[min(found)]}")
        wrong = wrong or bool(found)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
