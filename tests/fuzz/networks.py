"""Networks with penalties, compiled: the same as eager, each number to 1e-12.

    python -m tests.fuzz.networks [count] [seed]

So many programs, 2,000 unless told otherwise, of the kinds that people write (see
`tests.oracles.networks`): each is compiled as a recorded graph and as a function of one example,
and compared for the numbers that it was compiled with and for others. How many were compared is
told for each way to compile, model, loss, penalty and order of parameters; and of how many digits
were not steady for any numbers. The shortest program that differs is printed, with how many do of
each kind, and the exit status is then 1.
"""

import sys
from collections import Counter
from time import perf_counter

from tests.engine.compiler.recorded_networks import Difference, demand, ways_for
from tests.oracles.networks.program import Program, random_program

# Which way, or what it is of what: model, by_hand.
Kind = tuple[str, str]


def main(count: int = 2_000, start: int = 0) -> int:
    """Compile so many programs, and print what was compared; whether any differs."""
    began, seen, bad = perf_counter(), Counter[Kind](), Counter[Kind]()
    passed, found = 0, list[Difference]()
    for program in map(random_program, range(start, start + count)):
        for way in ways_for(program):
            try:
                if not demand(program, way):
                    passed += 1
                    continue
            except Difference as error:
                found.append(error)
                bad.update(_kinds(program, way))
            seen.update(_kinds(program, way))
    _tell(seen, bad)
    print(f"{count:,} programs, {sum(n for (part, _), n in seen.items() if part == 'way'):,} times "
          f"compiled and compared, {passed} without steady digits, "
          f"{len(found) or 'no'} difference{'s' * (len(found) > 1)}; "
          f"{perf_counter() - began:.0f} s")  # fmt: skip
    if found:
        print(f"\nthe shortest:\n{min(found, key=lambda each: len(each.text))}")
    return int(bool(found))


def _kinds(program: Program, way: str) -> list[Kind]:
    """What a program that is compiled in some way counts for."""
    own = [(part, name) for part, names in program.kinds.items() for name in names]
    return [("way", way), *own]


def _tell(seen: Counter[Kind], bad: Counter[Kind]) -> None:
    """Print for each kind how many there were, and how many of them differ."""
    for (part, name), times in sorted(seen.items()):
        differ = f", {bad[part, name]:,} differ" if bad[part, name] else ""
        print(f"  {times:>6,}  {part}: {name}{differ}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
