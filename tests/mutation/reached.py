"""Which tests run a function: no other test can notice that it is broken."""

import ast
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from types import CodeType, FrameType
from typing import Any

import pytest

ROOT = Path.cwd()

_SOURCES = (f"{ROOT}/engine/", f"{ROOT}/nn/")

# What runs while tests are collected, such as what makes a table: it is for all tests.
_ALWAYS = ""


class Recorder:
    """A plugin of pytest that writes down which functions each test calls, and how long it takes.

    The file it writes is read by `Reached`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: dict[str, float] = {}
        self._calls: dict[str, set[CodeType]] = defaultdict(set)
        self._listen(_ALWAYS)

    def pytest_collection_finish(self) -> None:
        """All modules are imported."""
        sys.settrace(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run the test, with its fixtures."""
        self._listen(item.nodeid)
        start = process_time()
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self._seconds[item.nodeid] = process_time() - start

    def pytest_sessionfinish(self) -> None:
        """All tests have run."""
        calls = {test: sorted(_places(codes)) for test, codes in self._calls.items()}
        self._file.write_text(json.dumps([self._seconds, calls]), encoding="utf-8")

    def _listen(self, test: str) -> None:
        add = self._calls[test].add

        def trace(frame: FrameType, event: str, argument: Any) -> None:
            del event, argument
            add(frame.f_code)

        threading.settrace(trace)
        sys.settrace(trace)


class Reached:
    """What a `Recorder` has written down of a run of tests."""

    def __init__(self, file: Path) -> None:
        self._seconds, calls = json.loads(file.read_text(encoding="utf-8"))
        self._tests: dict[str, list[str]] = defaultdict(list)
        for test, places in calls.items():
            for place in places:
                self._tests[place].append(test)

    def tests(self, source: Path, line: int) -> dict[str, float]:
        """The tests that run this line, with their seconds; where it is in no function, all."""
        start = _start_of_function(source, line)
        found = [] if start is None else self._tests.get(f"{source}:{start}", [])
        if start is None or _ALWAYS in found:
            close = {test for place, tests in self._tests.items() for test in tests
                     if place.startswith(f"{source}:")}  # fmt: skip
            found = sorted(self._seconds, key=lambda test: test not in close)
        return {test: self._seconds[test] for test in found}


class Chosen:
    """A plugin of pytest that runs these tests only, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self._ranks = {test: rank for rank, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take the others away."""
        items[:] = [item for item in items if item.nodeid in self._ranks]
        items.sort(key=lambda item: self._ranks[item.nodeid])


def _places(codes: set[CodeType]) -> Iterator[str]:
    """The source files in which they are, and the lines where they begin."""
    for code in codes:
        if code.co_filename.startswith(_SOURCES):
            yield f"{Path(code.co_filename).relative_to(ROOT)}:{code.co_firstlineno}"


def _start_of_function(source: Path, line: int) -> int | None:
    """Where the innermost function with this line begins, its decorators included."""
    starts = [
        min([node.lineno, *(each.lineno for each in node.decorator_list)])
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(starts, default=None)
