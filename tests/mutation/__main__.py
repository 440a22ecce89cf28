"""Run the mutation tests, list the survivors, and print the score of each file."""

import sys
from collections import Counter
from pathlib import Path

from .mutants import Mutant, argued, mutants
from .trial import Trials

LEAST = 95.0

ROW = (
    "{:<30} {:>4} mutants: {:>4} killed, {:>2} argued equivalent, {:>2} survived, score {:>5.1f} %"
)


def main(names: list[str]) -> int:
    """Test the mutants of these files, or of all; 1 if the score is too low."""
    trials, total = Trials(), Counter[str]()
    for path in sorted(map(Path, names)) or sorted(Path("engine").rglob("*.py")):
        counts = Counter(_verdict(trials, mutant) for mutant in mutants(path))
        print(_row(path.as_posix(), counts), flush=True)
        total += counts
    print(_row("total", total))
    return int(_score(total) < LEAST)


def _verdict(trials: Trials, mutant: Mutant) -> str:
    """What became of a mutant; survivors are shown, and those that are argued against the facts."""
    killed, excused = trials.kill(mutant), argued(mutant)
    if killed and excused:
        print(f"argued to be equivalent, but killed: {mutant}", flush=True)
    if not killed and not excused:
        print(f"survived: {mutant}", flush=True)
    return "killed" if killed else "argued" if excused else "survived"


def _row(name: str, counts: Counter[str]) -> str:
    numbers = (counts.total(), counts["killed"], counts["argued"], counts["survived"])
    return ROW.format(name, *numbers, _score(counts))


def _score(counts: Counter[str]) -> float:
    """How many are killed, in percent of those that are not argued to be equivalent."""
    return 100.0 * counts["killed"] / ((counts.total() - counts["argued"]) or 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
