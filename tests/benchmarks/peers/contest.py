"""A contest: rivals that compute the same, measured in turns in one process on one core.

The order is another one in each round. What counts is the shortest time: noise only adds to it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Any

import numpy as np

# Rounds, and how many of them for rivals that take longer than so many seconds.
ROUNDS, FEW, SLOW = 40, 5, 0.02

# How long runs between two looks at the clock take in all, and how many there may be.
SAMPLE, MOST = 2e-3, 5_000

# A step: the value, and its derivatives in arrays, perhaps nested.
Step = Callable[[], Any]


@dataclass
class Contest:
    """Rivals by name.

    - `steps`, `set_up`: what each runs, and how long it took to set up, in seconds.
    - `order`: brings the derivatives of a rival into the order of ours.
    - `missing`: which could not be set up, and why.
    """

    title: str
    steps: dict[str, Step] = field(default_factory=dict)
    set_up: dict[str, float] = field(default_factory=dict)
    order: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def enter(
        self, name: str, make: Callable[[], Step], order: Callable[[Any], Any] = lambda each: each
    ) -> None:
        """Set a rival up, and run it once; where its package is missing, say so."""
        start = perf_counter()
        try:
            step = make()
        except ImportError as error:
            self.missing.append(f"{name}: {error}")
            return
        step()
        self.steps[name], self.set_up[name] = step, perf_counter() - start
        self.order[name] = order

    def agree(self) -> None:
        """Raise AssertionError unless all give the first one's value and derivatives to 1e-12."""
        (first, *_), expected = self.steps, None
        for name, step in self.steps.items():
            value, gradient = step()
            found = np.concatenate([[float(value)], flat(self.order[name](gradient))])
            expected = found if expected is None else expected
            limit = 1e-12 * np.abs(expected).max()
            assert found.shape == expected.shape, f"{name} and {first}: {found.shape}"
            assert np.abs(found - expected).max() <= limit, f"{name} differs from {first}"

    def times(self) -> dict[str, float]:
        """The shortest time of each, in seconds."""
        counts = {name: _count(step) for name, step in self.steps.items()}
        best = dict.fromkeys(self.steps, float("inf"))
        draw = Random(0)
        for number in range(ROUNDS):
            for name in draw.sample([*self.steps], len(self.steps)):
                if number >= FEW and best[name] > SLOW:
                    continue
                step, count = self.steps[name], counts[name]
                step()
                start = perf_counter()
                for _ in range(count):
                    step()
                best[name] = min(best[name], (perf_counter() - start) / count)
        return best


def _count(step: Step) -> int:
    """How many runs take about two milliseconds."""
    taken = []
    for _ in range(3):
        start = perf_counter()
        step()
        taken.append(perf_counter() - start)
    return max(1, min(MOST, int(SAMPLE / min(taken))))


def flat(gradient: Any) -> Any:
    """Derivatives in a row: of arrays, and of lists and dicts of them."""
    if isinstance(gradient, dict):
        gradient = [*gradient.values()]
    if isinstance(gradient, list | tuple):
        return np.concatenate([flat(each) for each in gradient])
    return np.asarray(gradient, dtype=float).reshape(-1)


def by_neuron(gradient: Any) -> Any:
    """Derivatives by matrices and biases, in turns or in pairs, with the bias after its weights."""
    if isinstance(gradient[0], list | tuple):
        gradient = [each for pair in gradient for each in pair]
    arrays = [np.asarray(each) for each in gradient]
    return [np.column_stack(pair) for pair in zip(arrays[::2], arrays[1::2], strict=True)]


def printed(contest: Contest, ours: str) -> None:
    """The table of a contest, the fastest first; ratios are to `ours`."""
    contest.agree()
    times = contest.times()
    print(f"\n{contest.title}\n\n{'who':<44}{'µs':>10}{'ratio':>9}{'set-up, s':>12}")
    for name in sorted(times, key=times.__getitem__):
        ratio, first = times[name] / times[ours], contest.set_up[name]
        print(f"{name:<44}{times[name] * 1e6:>10,.4g}{ratio:>9.3g}{first:>12.3g}", flush=True)
    for line in contest.missing:
        print(f"not measured: {line}")


def on_one_core() -> str:
    """Pin this process to one core, where that can be; says which."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned: this system has no such call"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"
