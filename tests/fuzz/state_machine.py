"""Random programs on the engine and on an oracle, thousands of them, other ones in every run.

    python -m tests.fuzz.state_machine [count]

Where the two differ, the shortest such program that was found is printed, and tried first in the
next run.
"""

import sys
from time import perf_counter

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.test_state_machine import EXECUTED, Programs


def main(count: int = 2_000) -> None:
    """Run so many programs of up to 30 steps, and print what they have done."""
    start = perf_counter()
    chosen = settings(
        max_examples=count,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Programs, settings=chosen)
    programs = min(count, EXECUTED.pop("program"))  # those that are cut short do not count
    print(f"{programs:,} programs, no difference; {perf_counter() - start:.0f} s")
    for name, times in EXECUTED.most_common():
        print(f"  {times:>8,}  {name}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
