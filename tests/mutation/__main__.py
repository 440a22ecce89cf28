"""Run the mutation tests, list the survivors, and print the score of each file."""

import sys
from collections import Counter
from pathlib import Path

from .mutants import Mutant, argued, mutants
from .trial import Trials

LEAST = 95.0

ROW = "{:<30}{:>9}{:>9}{:>9}{:>10}{:>9}"


def main(names: list[str]) -> int:
    """Test the mutants of these files, or of all; 1 if the score is too low."""
    paths = sorted(map(Path, names)) or sorted(Path("engine").rglob("*.py"))
    trials = Trials()
    verdicts: Counter[tuple[Path, str]] = Counter()
    for mutant in mutants(paths):
        verdict = _verdict(trials, mutant)
        verdicts[mutant.path, verdict] += 1
    print(ROW.format("file", "mutants", "killed", "argued", "survived", "score"))
    rows = {path: Counter({v: n for (p, v), n in verdicts.items() if p == path}) for path in paths}
    for path, counts in rows.items():
        print(_row(path.as_posix(), counts))
    total = sum(rows.values(), Counter[str]())
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
    return ROW.format(name, *numbers, f"{_score(counts):.1f} %")


def _score(counts: Counter[str]) -> float:
    """How many are killed, in percent of those that are not argued to be equivalent."""
    return 100.0 * counts["killed"] / ((counts.total() - counts["argued"]) or 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
