"""Run the mutation tests, list the survivors, and print the score of each file."""

import sys
from collections import Counter
from pathlib import Path

from .mutants import argued, mutants
from .trial import Trials

LEAST = 95.0

ROW = (
    "{:<45} {:>4} mutants: {:>4} killed, {:>2} argued equivalent, {:>2} survived, score {:>5.1f} %"
)


def main(names: list[str]) -> int:
    """Test the mutants of these files, or of all; 1 if the score is too low."""
    trials, total = Trials(), Counter[str]()
    for path in sorted(map(Path, names)) or sorted(Path("engine").rglob("*.py")):
        counts = _tested(path, trials)
        print(_row(path.as_posix(), counts), flush=True)
        total += counts
    print(_row("total", total))
    return int(_score(total) < LEAST)


def _tested(path: Path, trials: Trials) -> Counter[str]:
    """What became of the mutants of a file; survivors are shown, and what is argued in vain."""
    counts: Counter[str] = Counter()
    excused, met = argued(path), set()
    for mutant in mutants(path):
        change = (mutant.before, mutant.after)
        if trials.kill(mutant):
            counts["killed"] += 1
        elif change in excused:
            counts["argued"] += 1
            met.add(change)
        else:
            counts["survived"] += 1
            print(f"survived: {mutant}", flush=True)
    for before, after in sorted(excused - met):
        print(f"argued to be equivalent, but not among the survivors: {path}\n"
              f"    {before}\n    {after}", flush=True)  # fmt: skip
    return counts


def _row(name: str, counts: Counter[str]) -> str:
    numbers = (counts.total(), counts["killed"], counts["argued"], counts["survived"])
    return ROW.format(name, *numbers, _score(counts))


def _score(counts: Counter[str]) -> float:
    """How many are killed, in percent of those that are not argued to be equivalent."""
    return 100.0 * counts["killed"] / ((counts.total() - counts["argued"]) or 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
