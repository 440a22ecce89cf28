"""The mutants of a source file, as cosmic-ray makes them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from .equivalent import spaced


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


class Mutants:
    """All mutants of a file, none of them twice; `places` is how many changes were thought of."""

    def __init__(self, path: Path) -> None:
        nodes = list(ast_nodes(get_ast_from_path(path)))
        self.path = path
        self._changes = [
            (operator, occurrence, position[0])
            for operator in _operators()
            for occurrence, position in enumerate(
                each for node in nodes for each, _ in operator.mutation_positions(node)
            )
        ]
        self.places = len(self._changes)

    def __iter__(self) -> Iterator[Mutant]:
        return self._mutants(self._changes)

    def sample(self, number: int, seed: int) -> Iterator[Mutant]:
        """So many of them, or all if there are no more, drawn at random."""
        shuffled = Random(f"{seed} {self.path}").sample(self._changes, self.places)
        return islice(self._mutants(shuffled), number)

    def _mutants(self, changes: list[tuple[Any, int, int]]) -> Iterator[Mutant]:
        original = self.path.read_text(encoding="utf-8")
        seen = {_bare(original)}
        for operator, occurrence, line in changes:
            try:
                source = mutate_code(original, operator, occurrence)
            except AttributeError:  # after `except` it can replace names only, and no `*names`
                continue
            bare = _bare(source)
            if bare and bare not in seen:
                seen.add(bare)
                yield Mutant(self.path, line, *_change(original, source), source)


def _operators() -> list[Any]:
    """The kinds of changes, but for those that need arguments."""
    kinds: list[Any] = [get_operator(name) for name in operator_names()]
    return [kind() for kind in kinds if not kind.arguments()]


def _bare(source: str) -> str:
    """The program without what is for type checkers or for tests only; empty if it is none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            node.body = [each for each in node.body if not _is_for_checkers(each, node.body)]
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.ClassDef) and _is_protocol(node):
            node.body = []
        elif isinstance(node, ast.Call):
            _bare_call(node)
    return ast.dump(tree)


def _bare_call(node: ast.Call) -> None:
    """Take from a row of a table what is for tests, and what is the same for NumPy."""
    name = ast.unparse(node.func)
    if name == "Op":
        node.args[3] = ast.Constant(None)
    elif name == "ModuleKind":
        node.keywords = [each for each in node.keywords if each.arg != "x"]
        for each in node.keywords:
            if isinstance(each.value, ast.Call):  # what is made gets other parameters
                each.value.keywords = [it for it in each.value.keywords if it.arg != "seed"]
    elif name.endswith(".reshape"):
        node.args = [ast.Constant(-1) if _is_negative(each) else each for each in node.args]


def _is_for_checkers(node: ast.stmt, body: list[ast.stmt]) -> bool:
    """Whether it is an overload, which the last definition in `body` replaces, or never run."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    last = [each for each in body if isinstance(each, ast.FunctionDef) and not each.decorator_list]
    return isinstance(node, ast.FunctionDef) and any(
        each.name == node.name and each.lineno > node.lineno for each in last)  # fmt: skip


def _is_protocol(node: ast.ClassDef) -> bool:
    """Whether it says what methods objects have, and nothing else."""
    return any(ast.unparse(base).partition("[")[0] == "Protocol" for base in node.bases)


def _is_negative(node: ast.expr) -> bool:
    """Whether it is -1 or becomes of it by a change, which is the same in a shape of NumPy's."""
    return ast.unparse(node) in ("-1", "-2", "~1")


def _change(original: str, source: str) -> tuple[str, str]:
    """The lines that differ, before and after, spaced as usual."""
    lines = list(ndiff(original.splitlines(), source.splitlines()))
    before, after = (
        spaced(" ".join(line[2:] for line in lines if line.startswith(sign))) for sign in "-+"
    )
    return before, after
