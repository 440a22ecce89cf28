"""The mutants of a source file, as cosmic-ray makes them, and those argued to be equivalent."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from typing import Any

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one change: `before`, on that line, becomes `after`."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    @property
    def module(self) -> str:
        """The dotted name of the module."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n    {self.before}\n    {self.after}"


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a file, none of them twice."""
    database = WorkDB(":memory:", WorkDB.Mode.create)
    init([path], database, {})
    original = path.read_text(encoding="utf-8")
    seen = {_bare(original)}
    for item in database.work_items:
        (change,) = item.mutations
        operator: Any = get_operator(change.operator_name)
        source = mutate_code(original, operator(), change.occurrence)
        bare = _bare(source)
        if bare and bare not in seen:
            seen.add(bare)
            yield Mutant(path, change.start_pos[0], *_change(original, source), source)


def argued(path: Path) -> set[tuple[str, str]]:
    """What the table of equivalent mutants holds of a file: lines before and after."""
    table = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    entries = [each for each in table if each["file"] == path.as_posix()]
    return {(each["line"], after) for each in entries for after in each["becomes"]}


def _bare(source: str) -> str:
    """The program without what is for type checkers or for tests only; empty if it is none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    tree.body = [node for node in tree.body if not _is_overload(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Op":
            node.args[3] = ast.Constant(None)
    return ast.dump(tree)


def _is_overload(node: ast.stmt) -> bool:
    """Whether it declares one of several signatures."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return "overload" in map(ast.unparse, decorators)


def _change(original: str, source: str) -> tuple[str, str]:
    """The lines that differ, before and after, spaced as usual."""
    lines = list(ndiff(original.splitlines(), source.splitlines()))
    texts = (" ".join(line[2:] for line in lines if line.startswith(sign)) for sign in "-+")
    before, after = (
        re.sub(r"(?<=[(\[{]) |(?<=\w=) ", "", " ".join(text.split())) for text in texts
    )
    return before, after
