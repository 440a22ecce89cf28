"""The largest error of every partial derivative, in units in the last place, against the truth.

    make fuzz
    python -m tests.fuzz.accuracy 20000

looks at so many points for each operation, spread over the whole range of float64 (see
`tests.oracles.ulps`). The exit status is 1 if an error is above 4.
"""

import sys

from engine import PRIMITIVES
from tests.oracles.ulps import worst

POINTS, BOUND = 20_000, 4.0


def main(count: int) -> int:
    """Print a line for each partial derivative; the exit status."""
    print(f"largest error of {count:,} points for each operation, in units in the last place")
    largest = 0.0
    for op in PRIMITIVES.values():
        for name, found in zip("ab", [] if op.any_number else worst(op, count, 0), strict=False):
            at = ", ".join(f"{number:.17g}" for number in found.point)
            print(f"  d({op})/d{name}".ljust(18), f"{found.ulps:.2f}  at ({at})")
            largest = max(largest, found.ulps)
    print(f"the largest of all: {largest:.2f}")
    return int(largest > BOUND)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS))
