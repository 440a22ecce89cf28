"""The mutants that are argued to be equivalent, each in a table with the reason."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

EQUIVALENT = Path(__file__).with_suffix(".toml")


def argued(path: Path) -> set[tuple[str, str]]:
    """What the table of equivalent mutants holds of a file: lines before and after."""
    entries = [each for each in arguments() if each["file"] == path.as_posix()]
    return {(each["line"], after) for each in entries for after in each["becomes"]}


@cache
def arguments() -> list[dict[str, Any]]:
    """The entries of the table, each with a `file`, a `line`, what it `becomes`, and `because`."""
    found: list[dict[str, Any]] = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return found


def spaced(text: str) -> str:
    """The text spaced as usual, on one line."""
    return re.sub(r"(?<=[(\[{]) |(?<=\w=) ", "", " ".join(text.split()))
