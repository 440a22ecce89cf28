"""The oldest versions that are allowed: `python -m tests.oldest` prints them for pip, one a line.

They are the lower bounds of pyproject.toml: of the package, of its extras and of what the tests
need, so they are all that `make oldest` installs. PyTorch is left out, being large, and JAX, whose
oldest version needs a newer NumPy than the rest; what tests them is skipped there, and says so.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

_LEFT_OUT = {"torch", "jax", "jupyterlab"}

_REQUIREMENT = re.compile(r"([\w.-]+(?:\[[\w,-]+\])?)(>=|==)([\w.]+)")


def oldest(project: dict[str, Any]) -> list[str]:
    """The requirements, each with the oldest version of those that are asked for."""
    extras = project["project"]["optional-dependencies"]
    lists = [
        project["project"]["dependencies"],
        *extras.values(),
        project["dependency-groups"]["test"],
    ]
    found: dict[str, str] = {}
    for each in (each for asked in lists for each in asked):
        bound = _REQUIREMENT.fullmatch(each)
        if bound and bound[1] not in _LEFT_OUT:
            name, _, version = bound.groups()
            found[name] = max(found.get(name, version), version, key=_numbers)
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _numbers(version: str) -> list[int]:
    """The numbers of a version, for comparison."""
    return [int(each) for each in version.split(".")]


def main() -> None:
    """Print them."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    print("\n".join(oldest(tomllib.loads(text))))


if __name__ == "__main__":
    main()
