"""Accuracy of gradients against 50-digit arithmetic: ours, HIPS autograd's and PyTorch's.

    make fuzz
    python -m tests.fuzz.against_pytorch 2000

differentiates random programs over all operations (see `tests.oracles`), 10,000 unless told
otherwise, of 1 to 200 operations: the program of seed s has s mod 200 + 1. The error of a graph is
the largest |found - true| of its partial derivatives, relative to the largest |true|. For each
library the median, the 99th percentile and the maximum over all graphs are printed, with the seed
of the worst graph. A graph is passed over only for what is true of it, before any library has seen
it: when its largest partial is not between 1e-4 and 1e6. The exit status is 1 if one of our three
figures is larger than PyTorch's.
"""

import itertools
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from tests.oracles.exact import error, exact_gradient, is_well_scaled
from tests.oracles.hips import hips_gradient
from tests.oracles.programs import Program, gradient, random_program

GRAPHS, LARGEST_GRAPH = 10_000, 200
Gradient = Callable[[Program], list[float]]
OURS, PYTORCH = "glassgrad", "PyTorch"


class Figures(NamedTuple):
    """The errors of one library: three figures, and the seed of its worst graph."""

    median: float
    percentile_99: float
    maximum: float
    worst: int


def libraries() -> dict[str, Gradient]:
    """How each library that is installed finds the gradient of a program."""
    found: dict[str, Gradient] = {OURS: gradient, "HIPS autograd": hips_gradient}
    if find_spec("torch"):
        found[PYTORCH] = import_module("tests.oracles.pytorch").pytorch_gradient
    return found


def cases(count: int) -> Iterator[tuple[int, Program, list[Any]]]:
    """So many seeds, each with its program and the true gradient, if that is well scaled."""
    found = 0
    for seed in itertools.count():
        program = random_program(seed, seed % LARGEST_GRAPH + 1)
        truth = exact_gradient(program)
        if is_well_scaled(truth):
            yield seed, program, truth
            found += 1
            if found == count:
                return


def measure(count: int) -> tuple[dict[str, Figures], int]:
    """The figures of each library on the same graphs, and how many seeds were passed over."""
    gradients = libraries()
    errors: dict[str, list[float]] = {name: [] for name in gradients}
    seeds = []
    for seed, program, truth in cases(count):
        seeds.append(seed)
        for name, each in gradients.items():
            errors[name].append(error(each(program), truth))
    found = {name: figures(each, seeds) for name, each in errors.items()}
    return found, seeds[-1] + 1 - count


def figures(errors: list[float], seeds: list[int]) -> Figures:
    """The figures of the errors on the graphs of these seeds."""
    ranked = sorted(errors)
    count, largest = len(ranked), ranked[-1]
    worst = seeds[errors.index(largest)]
    return Figures(ranked[count // 2], ranked[count * 99 // 100], largest, worst)


def report(count: int) -> bool:
    """Print the figures of all; whether none of ours is larger than PyTorch's."""
    found, passed_over = measure(count)
    print(f"{count} graphs of up to {LARGEST_GRAPH} operations, {passed_over} others passed over")
    print(f"{'':14} {'median':>10} {'99 %':>10} {'maximum':>10}   its seed")
    for name, (median, percentile_99, maximum, worst) in found.items():
        print(f"{name:14} {median:10.3g} {percentile_99:10.3g} {maximum:10.3g}   {worst}")
    if PYTORCH not in found:
        print("PyTorch is not installed: there is nothing to be no worse than.")
        return True
    pairs = zip(Figures._fields[:3], found[OURS], found[PYTORCH], strict=False)
    worse = [name for name, ours, theirs in pairs if ours > theirs]
    print("worse than PyTorch:", ", ".join(worse) or "nowhere")
    return not worse


if __name__ == "__main__":
    sys.exit(not report(int(sys.argv[1]) if len(sys.argv) > 1 else GRAPHS))
