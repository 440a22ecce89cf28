"""Does the gradient check find what is wrong, and only that?

    make fuzz
    python -m tests.fuzz.planted_faults 1000

checks so many derivatives of random programs (see `tests.oracles`), of 1 to 60 operations, twice:
as they are, and with the input passing through an operation that does nothing but has a derivative
too large by the relative FAULT. A derivative is passed over only for what is true of the function:
when its change over a step of the size of x (or 1) is below FAINT of the function's own size, so
that a difference of float64 numbers has too few digits to show the fault. Kinks are checked at 0
and at distances down to 1e-16. The exit status is 1 if fewer than 999 of 1,000 faults are found, if
more than 1 of 1,000 right derivatives does not pass, or if a kink is called wrong.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice

from engine import PRIMITIVES, Op, Value, check_gradient, register
from engine.checking.verdicts import KINK, OK, WRONG
from tests.oracles.programs import ENGINE, Program, random_program, run

DERIVATIVES, LARGEST_GRAPH = 3_000, 60
FAULT, FAINT = 1e-7, 1e-4
Function = Callable[[Value], Value]

KINKED: dict[str, Function] = {
    "relu(x)": lambda x: 3 * x.relu(),
    "|x|": abs,
    "max(x, -2x)": lambda x: x.maximum(-2 * x),
    "relu(x) - 5x^2": lambda x: x.relu() - 5 * x * x,
    "relu(x^2 + sin x) + e^x": lambda x: (x * x + x.sin()).relu() + x.exp(),
    "tanh(relu(3x) + 1/5) + x": lambda x: (3 * x.relu() + 0.2).tanh() + x,
}


def functions() -> Iterator[tuple[Function, float]]:
    """Random programs as functions of one of their leaves, with the number of that leaf."""
    for seed in count():
        program = random_program(seed, seed % LARGEST_GRAPH + 1)
        place = seed % len(program.leaves)
        function, x = _of_one_leaf(program, place), program.leaves[place]
        leaf = Value(x)
        output = function(leaf)
        output.backward()
        if abs(leaf.grad) * max(1.0, abs(x)) >= FAINT * max(1.0, abs(output.data)):
            yield function, x


def _of_one_leaf(program: Program, place: int) -> Function:
    """The output of the program as a function of its leaf at that place."""

    def function(x: Value) -> Value:
        """The output, the other leaves being what they are."""
        leaves = [Value(number) for number in program.leaves]
        output: Value = run(program, [*leaves[:place], x, *leaves[place + 1 :]], ENGINE)[-1]
        return output

    return function


def verdicts(derivatives: int) -> tuple[Counter[str], Counter[str]]:
    """What the check says of so many right derivatives, and of the same ones made wrong."""
    register(Op("faulty", "faulty", "{a}", (-2, 2), lambda a: a, (lambda a, y: 1 + FAULT,)))
    right, wrong = Counter[str](), Counter[str]()
    for function, x in islice(functions(), derivatives):
        right[_verdict(function, x)] += 1
        wrong[_verdict(lambda x, f=function: f(x.faulty()), x)] += 1  # type: ignore[misc]
    del PRIMITIVES["faulty"]
    del Value.faulty  # type: ignore[attr-defined]  # it was there for this
    return right, wrong


def kinks() -> dict[str, Counter[str]]:
    """What the check says of functions with a kink at 0, or at 3.7, from far to near."""
    found = {}
    for name, function in KINKED.items():
        found[name] = Counter(
            _verdict(lambda x, f=function, c=center: f(x - c), center + sign * 10.0**-digits)  # type: ignore[misc]
            for center in (0.0, 3.7)
            for sign in (-1, 0, 1)
            for digits in range(1, 17)
        )
    return found


def _verdict(function: Function, x: float) -> str:
    return check_gradient(function, x).partials[0].verdict


def main(derivatives: int) -> int:
    """Print what was found; the exit status."""
    right, wrong = verdicts(derivatives)
    print(f"{derivatives:,} derivatives of random graphs, right: {dict(right)}")
    print(f"the same, too large by {FAULT:g} of their size: {dict(wrong)}")
    failed = right[OK] < 0.999 * derivatives or wrong[WRONG] < 0.999 * derivatives
    for name, counts in kinks().items():
        print(f"  {name:<26} near its kink: {dict(counts)}")
        failed |= set(counts) - {OK, KINK} != set()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else DERIVATIVES))
