"""Run the mutation tests, list the survivors, and print the score of each file.

Of a sample the score of all is estimated: a file counts by the number of places where it can be
changed. The interval is Wilson's at 95 %, for Kish's effective size of a weighted sample.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt
from pathlib import Path

from .equivalent import argued
from .mutants import Mutant, Mutants
from .trial import Trials

LEAST = 95.0

ROW = (
    "{:<45} {:>4} mutants: {:>4} killed, {:>2} argued equivalent, {:>2} survived, score {:>5.1f} %"
)

# The normal distribution has 95 % within so many standard deviations.
_DEVIATIONS = 1.959964


def main(arguments: list[str]) -> int:
    """Test the mutants of these files, or of all; 1 if the score is too low."""
    options = _options(arguments)
    for path in options.paths:
        if not path.exists():
            print(f"there is no {path}")
            return 2
    trials, total, parts = Trials(options.near), Counter[str](), []
    for path in _files(options.paths):
        every = Mutants(path)
        whole = options.sample is None
        counts = _tested(path, every if whole else every.sample(options.sample, options.seed),
                         trials, whole)  # fmt: skip
        if counts:
            print(_row(path.as_posix(), counts), flush=True)
        total += counts
        parts.append((every.places, counts))
    print(_row("total", total))
    if options.sample is None:
        return int(_score(total) < LEAST)
    score, low, high = _estimate(parts)
    print(f"estimated score of all mutants: {score:.1f} %, between {low:.1f} % and {high:.1f} %")
    return int(high < LEAST)


def _options(arguments: list[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH",
                        help="files and folders: engine and nn, unless told")  # fmt: skip
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants of each file")
    parser.add_argument("--seed", type=int, default=0, help="which ones they are")
    parser.add_argument("--near", action="store_true",
                        help="run the tests named for a file and those of its folder only: "
                        "quick, and a bound from below")  # fmt: skip
    return parser.parse_args(arguments)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths or [Path("engine"), Path("nn")]:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _tested(path: Path, tried: Iterable[Mutant], trials: Trials, whole: bool) -> Counter[str]:
    """What became of mutants; survivors are shown, and of the whole what is argued in vain."""
    counts: Counter[str] = Counter()
    excused, met = argued(path), set()
    for mutant in tried:
        change = (mutant.before, mutant.after)
        if change in excused and not whole:
            counts["argued"] += 1
        elif trials.kill(mutant):
            counts["killed"] += 1
        elif change in excused:
            counts["argued"] += 1
            met.add(change)
        else:
            counts["survived"] += 1
            print(f"survived: {mutant}", flush=True)
    for before, after in sorted(excused - met) if whole else []:
        print(f"argued to be equivalent, but not among the survivors: {path}\n"
              f"    {before}\n    {after}", flush=True)  # fmt: skip
    return counts


def _row(name: str, counts: Counter[str]) -> str:
    numbers = (counts.total(), counts["killed"], counts["argued"], counts["survived"])
    return ROW.format(name, *numbers, _score(counts))


def _score(counts: Counter[str]) -> float:
    """How many are killed, in percent of those that are not argued to be equivalent."""
    return 100.0 * counts["killed"] / ((counts.total() - counts["argued"]) or 1)


def _estimate(parts: list[tuple[int, Counter[str]]]) -> tuple[float, float, float]:
    """The score of all mutants in percent, and between which two it is, from samples of files."""
    weighed = [
        (places / counts.total(), counts["killed"], counts["survived"])
        for places, counts in parts
        if counts["killed"] + counts["survived"]
    ]
    whole = sum(weight * (killed + survived) for weight, killed, survived in weighed)
    squares = sum(weight**2 * (killed + survived) for weight, killed, survived in weighed)
    if not whole:
        return 0.0, 0.0, 100.0
    share = sum(weight * killed for weight, killed, _ in weighed) / whole
    spread = _DEVIATIONS**2 * squares / whole**2  # z²/n, where n = (∑w)²/∑w²
    middle = share + spread / 2
    half = sqrt(spread * (share * (1 - share) + spread / 4))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return 100 * share, 100 * low, 100 * high


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
