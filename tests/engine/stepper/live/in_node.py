"""What the modules of player/live compute, asked of Node; and how far apart numbers are."""

import json
import math
import shutil
import subprocess
from collections.abc import Mapping
from importlib.resources import as_file, files
from math import inf, isfinite
from pathlib import Path
from typing import Any

from tests.engine.stepper.speaking import speaking

NODE = shutil.which("node")


def answer(question: str, asked: Any, folder: str = "") -> Any:
    """What `answers.mjs` says; `folder` is where the modules lie, if not in the package."""
    script = Path(__file__).with_name("answers.mjs")
    with as_file(files("engine") / "stepper") as modules:
        address = Path(folder or modules / "player" / "live").as_uri() + "/"
        run = subprocess.run(
            [str(NODE), str(script)],
            input=json.dumps({"question": question, "asked": plain(asked)}, allow_nan=False),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=speaking(LIVE_MODULES=address),
        )
    assert run.returncode == 0, run.stderr
    return signed(json.loads(run.stdout, parse_int=float))


def signed(answer: Any) -> Any:
    """The answer with a number in place of "-0.0", since JavaScript writes no sign of a zero."""
    if isinstance(answer, dict):
        return {key: signed(each) for key, each in answer.items()}
    if isinstance(answer, list):
        return [signed(each) for each in answer]
    return -0.0 if answer == "-0.0" else answer


def plain(data: Any) -> Any:
    """The data with text in place of the numbers that JSON lacks."""
    if isinstance(data, Mapping):
        return {key: plain(each) for key, each in data.items()}
    if isinstance(data, list | tuple):
        return [plain(each) for each in data]
    if not isinstance(data, float) or isfinite(data):
        return data
    return "NaN" if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"


def broken(folder: Path, name: str, before: str, after: str) -> str:
    """A copy of the modules in which one text is another."""
    with as_file(files("engine") / "stepper") as modules:
        shutil.copytree(modules / "player", folder / "player")
    path = folder / "player" / "live" / name
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    return str(folder / "player" / "live")


def ulps(found: float, expected: float) -> float:
    """How far apart two numbers are, in units in the last place of the expected one.

    A nan is 0 from a nan only, an infinity from itself; and a zero from one with the same sign.
    """
    if found == expected:
        return 0.0 if math.copysign(1.0, found) == math.copysign(1.0, expected) else inf
    if not (isfinite(found) and isfinite(expected)):
        return 0.0 if math.isnan(found) and math.isnan(expected) else inf
    return abs(found - expected) / math.ulp(expected)
