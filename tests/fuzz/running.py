"""Random running sums, products and maxima, compiled: the same as eager.

    python -m tests.fuzz.running [count] [seed] [back end]

So many programs, 1,000 unless told otherwise, a fifth of them with infinities, nan and the ends of
the range: the value is the same nan or infinity then, and the same parts of the gradient are
finite. Another fifth are functions of an example, and the mean over a few of these is compared. A
product that the last step gives is computed in the loop and outside, and what is in the loop gets
no gradient, so that 0 times infinity may be added to an infinity. Each is an array program, however
small. The first program that differs is told with its seed, and the exit status is then 1.
"""

import sys
import warnings
from collections import Counter
from time import perf_counter

import numpy as np

import engine
from engine import Value
from engine.compiler.recording import classes
from engine.compiler.rolling import periods
from tests.engine.compiler.agreeing import (
    assert_same,
    assert_same_pattern,
    compiled,
    eager,
    has_twins,
    is_comparable,
)
from tests.engine.compiler.running_programs import RandomRunning, RunningOfExamples
from tests.fuzz.seeds import compared


def looks_alike(seed: int) -> Counter[str]:
    """Compile the program with this seed, and compare it; what was compared.

    Raises AssertionError if it differs.
    """
    if seed % 5 == 3:
        return _looks_alike_for_examples(seed)
    wild = seed % 5 == 4
    loss, parameters = RandomRunning(seed, wild=wild).run()
    program = compiled(loss, parameters)
    value, gradient = program()
    expected = eager(loss, parameters)
    if wild:
        if not has_twins(loss):
            assert_same_pattern([value], [expected[0]])
            np.testing.assert_array_equal(np.isfinite(gradient), np.isfinite(expected[1]))
    elif is_comparable(loss, expected[1]):
        assert_same((value, gradient), expected)
        other, others = RandomRunning(seed, 0.01).run()
        moved = eager(other, others)
        if is_comparable(other, moved[1]):
            assert_same(program(np.array([each.data for each in others])), moved)
    running = sum(each.kind == "running" for each in program.program.instructions)
    return Counter(programs=1, wild=wild, with_running=running > 0, running=running)


def _looks_alike_for_examples(seed: int) -> Counter[str]:
    """The same for the program as a function of an example."""
    function = RunningOfExamples(seed)
    X = np.random.default_rng(seed).normal(1.0, 0.3, size=(4, max(function.inputs, 1)))
    step = engine.compile(function, parameters=function.parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what is drawn at random is always the same
        value, gradient = step(X)
    mean = Value.sum([function([*map(Value, x)]) for x in X.tolist()]) / len(X)
    expected = eager(mean, function.parameters)
    if is_comparable(mean, expected[1]):
        assert_same((value, gradient), expected)
    running = sum(each.kind == "running" for each in step.program.instructions)
    return Counter(programs=1, of_examples=1, with_running=running > 0, running=running)


def main(count: str = "1000", start: str = "0", backend: str | None = None) -> int:
    """Compile so many programs, and print what was compared."""
    began = perf_counter()
    classes._SMALL, periods._FEWEST, periods._SAVED = 10**9, 3, 6
    seen = compared(looks_alike, count, start, backend)
    if seen is None:
        return 1
    print(f"{seen['programs']:,} programs ({seen['wild']:,} with nan and infinities, "
          f"{seen['of_examples']:,} of examples), of which "
          f"{seen['with_running']:,} have {seen['running']:,} running results; no difference; "
          f"{perf_counter() - began:.0f} s")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
