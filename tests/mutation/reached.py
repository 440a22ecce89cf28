"""Which tests run a line: no other test can notice that it is broken.

The tracer of coverage notes in C which lines each test runs. Its notes are kept, and hold as long
as no file of the project has changed that was imported.
"""

import ast
import json
import sys
from collections.abc import Iterable, Iterator, Set
from hashlib import sha256
from pathlib import Path
from time import process_time

import pytest
from coverage import Coverage

ROOT = Path.cwd()

_PACKAGES = ("engine", "nn")
_FOLDERS = tuple(f"{ROOT}/{name}/" for name in (*_PACKAGES, "tests"))


class Recorder:
    """A plugin of pytest that writes down which lines each test runs, and how long it takes.

    The file it writes is read by `Reached`. A line has a number whose bit n is set where the test n
    runs it. The last bit is for what runs while tests are collected, such as what makes a table.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: dict[str, float] = {}
        self._tracer = Coverage(data_file=None, config_file=False,
                                include=[f"{ROOT}/{name}/**" for name in _PACKAGES])  # fmt: skip

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        """Nothing of the project is imported."""
        self._tracer.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run the test, with its fixtures."""
        self._tracer.switch_context(item.nodeid)
        start = process_time()
        try:
            return (yield)
        finally:
            self._seconds[item.nodeid] = process_time() - start

    def pytest_sessionfinish(self) -> None:
        """All tests have run."""
        self._tracer.stop()
        data = self._tracer.get_data()
        bits = {test: 1 << number for number, test in enumerate([*self._seconds, ""])}
        lines = {
            _inside(file): {
                line: sum(bits[test] for test in tests)
                for line, tests in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        imported = (getattr(module, "__file__", None) or "" for module in [*sys.modules.values()])
        digests = {_inside(file): _digest(Path(file))
                   for file in imported if file.startswith(_FOLDERS)}  # fmt: skip
        self._file.write_text(json.dumps([digests, self._seconds, lines]), encoding="utf-8")


class Reached:
    """What a `Recorder` has written down of a run of tests."""

    def __init__(self, file: Path) -> None:
        written = json.loads(file.read_text(encoding="utf-8"))
        self._digests: dict[str, str] = written[0]
        self._seconds: dict[str, float] = written[1]
        self._lines: dict[str, dict[str, int]] = written[2]

    def holds(self) -> bool:
        """Whether no file of the project has changed that was imported."""
        return all(Path(file).exists() and _digest(Path(file)) == digest
                   for file, digest in self._digests.items())  # fmt: skip

    @property
    def known(self) -> Set[str]:
        """All tests that have run."""
        return self._seconds.keys()

    def tests(self, source: Path, line: int) -> dict[str, float]:
        """The tests that run this line, with their seconds, the short ones first.

        Where it is in no function, these are all tests, those first that run some line of the file.
        """
        lines = self._lines.get(source.as_posix())
        if lines is None:
            return {}
        close = _any(lines.values())
        together = _lines_together(source, line)
        found = close if together is None else _any(lines.get(str(each), 0) for each in together)
        everything = together is None or found >> len(self._seconds)
        numbers = {test: number for number, test in enumerate(self._seconds)}
        chosen = sorted(
            (not found >> numbers[test] & 1, seconds, test)
            for test, seconds in self._seconds.items()
            if everything or found >> numbers[test] & 1
        )
        return {test: seconds for _, seconds, test in chosen}


class Chosen:
    """A plugin of pytest that runs these tests only, with one of each function first.

    Tests that are not `known` run before all others: of a table, the mutant has made them.
    """

    def __init__(self, tests: Iterable[str], known: Set[str]) -> None:
        self._known = known
        self._ranks: dict[str, tuple[int, int]] = {}
        functions = set[str]()
        for rank, test in enumerate(tests):
            function = test.partition("[")[0]
            self._ranks[test] = (1 + (function in functions), rank)
            functions.add(function)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take the others away."""
        items[:] = [item for item in items
                    if item.nodeid in self._ranks or item.nodeid not in self._known]  # fmt: skip
        items.sort(key=lambda item: self._ranks.get(item.nodeid, (0, 0)))


def _inside(file: str) -> str:
    """The path of a file in the project."""
    return Path(file).relative_to(ROOT).as_posix()


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _any(numbers: Iterable[int]) -> int:
    """The bits that some of them have."""
    found = 0
    for each in numbers:
        found |= each
    return found


def _lines_together(source: Path, line: int) -> range | None:
    """The lines that run where this one does: those of its statement, of a loop the first ones.

    Of a function they are the body; None where the line is in no function.
    """
    around = [
        node
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.stmt) and _start(node) <= line <= (node.end_lineno or 0)
    ]
    if not any(isinstance(node, ast.FunctionDef) for node in around):
        return None
    inner = around[-1]  # it walks from outside to inside
    first, last = _start(inner), inner.end_lineno or 0
    body: list[ast.stmt] = getattr(inner, "body", [])
    if isinstance(inner, ast.FunctionDef | ast.ClassDef):
        first = _start(body[0])
    elif body and line < _start(body[0]):
        last = _start(body[0]) - 1
    return range(first, last + 1)


def _start(node: ast.stmt) -> int:
    """The line where it begins, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
