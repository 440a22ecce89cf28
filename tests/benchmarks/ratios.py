"""Rivals that take turns in one process, and lines that tell the ratio of their times."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 41

Runs = dict[str, Callable[[], Any]]


def seconds(function: Callable[[], Any], times: int = 1) -> float:
    """How long one run takes, on average over so many."""
    start = perf_counter()
    for _ in range(times):
        function()
    return (perf_counter() - start) / times


def medians(runs: Runs, times: int, rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each, all taking turns.

    Their order is another one in each round, and each runs once before it is timed: what ran before
    has left the caches to itself.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    shuffle = Random(0).sample
    for _ in range(rounds):
        for name in shuffle(list(runs), len(runs)):
            runs[name]()
            taken[name].append(seconds(runs[name], times))
    return {name: median(each) for name, each in taken.items()}


def resident(name: str) -> float:
    """What this process has in memory, or has had at most: a line of its status, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (each for each in lines if each.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


def report(item: str, what: str, ratio: float, target: str, detail: str = "") -> None:
    """One line: the item of the list, what was measured, the ratio, what is to hold, the times."""
    print(f"{item:<2} {what:<50} {ratio:9.3g}   {target:<11} {detail}".rstrip(), flush=True)


def microseconds(taken: dict[str, float]) -> str:
    """All times."""
    return ", ".join(f"{name} {each * 1e6:,.4g} µs" for name, each in taken.items())
