"""A chain of a million operations: built, back-propagated and freed, in time and memory.

    make bench

There is no peer to compare with: micrograd recurses and ends at a depth of 995. Each kind of chain
runs in a process of its own, since a process keeps the most memory that it ever had.
"""

import resource
import subprocess
import sys
from itertools import pairwise
from time import perf_counter

from engine import Value

LENGTH = 1_000_000
FACTORS: dict[str, Value | float] = {"Value": Value(1.0000001), "number": 1.0000001}


def chain(kind: str) -> None:
    """Print what a chain costs in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    factor = FACTORS[kind]
    times = [perf_counter()]
    x = first = Value(1.0)
    for _ in range(LENGTH):
        x = x * factor
    times.append(perf_counter())
    x.backward()
    times.append(perf_counter())
    x = first
    times.append(perf_counter())
    build, backward, free = (end - start for start, end in pairwise(times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  times a {kind:<8} build {build:.2f} s, backward {backward:.2f} s, free {free:.2f} s, "
          f"in all {times[-1] - times[0]:.2f} s; at the most {peak / 1024:.0f} MB, "
          f"{before / 1024:.0f} MB before")  # fmt: skip


def main() -> None:
    """Run each kind of chain in a process of its own."""
    print(f"a chain of {LENGTH:,} multiplications", flush=True)
    for kind in FACTORS:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.deep_chain", kind], check=True)


if __name__ == "__main__":
    chain(sys.argv[1]) if len(sys.argv) > 1 else main()
