"""Processes that are killed while they save a model, hundreds of them.

    python -m tests.fuzz.killed_saves [count] [seed]

Each writes one model after another to the same path, all its parameters the number of the model,
until SIGKILL ends it at a random moment. What is then at the path must be readable, and one model.
"""

import os
import signal
import sys
from collections import Counter
from itertools import count as counting
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import sleep

import nn

LONGEST = 0.05  # seconds until a process is killed


def save_for_ever(path: Path) -> None:
    """Write models until somebody ends it."""
    written = model()
    for number in counting():
        for parameter in written.parameters():
            parameter.data = float(number)
        written.save(path)


def killed(path: Path, seconds: float) -> None:
    """Let another process save for so long, and kill it."""
    child = os.fork()
    if child == 0:
        save_for_ever(path)
    sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def outcome(path: Path) -> str:
    """What the file is: a whole model, a torn one, or unreadable."""
    try:
        numbers = {parameter.data for parameter in nn.load(path).parameters()}
    except nn.ModelFileError as error:
        return str(error)
    return "whole" if len(numbers) == 1 else f"torn: {sorted(numbers)}"


def main(count: int = 500, seed: int | None = None) -> int:
    """Kill so many, and print what they left; the exit status is 1 if a file was not whole."""
    seed = SystemRandom().randrange(2**32) if seed is None else seed
    numbers, outcomes, amid = Random(seed), Counter[str](), 0
    with TemporaryDirectory() as name:
        path = Path(name) / "model.safetensors"
        model().save(path)
        outcome(path)  # all that is imported on the way is there from now on
        for _ in range(count):
            killed(path, numbers.uniform(0, LONGEST))
            outcomes[outcome(path)] += 1
            rests = [each for each in path.parent.iterdir() if each != path]
            amid += bool(rests)
            for each in rests:
                each.unlink()
    print(f"{count:,} processes killed while they saved (seed {seed}), {amid:,} of them in the "
          f"middle of a file: {dict(outcomes)}")  # fmt: skip
    return int(outcomes["whole"] != count)


def model() -> nn.MLP:
    """A network with all parameters the same; so small that half of the time goes into the file."""
    made = nn.MLP(8, [8, 8, 1], seed=0)
    for parameter in made.parameters():
        parameter.data = -1.0
    return made


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
