"""Whether the tests notice a mutant: they are run in a fork that imports it."""

import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from types import CodeType, ModuleType

import pytest
from hypothesis import settings

from .mutants import Mutant

TESTS = Path("tests/engine")

# Tests that start Python anew, where there is no mutant, or that take long and kill nothing more.
LEFT_OUT = (
    "test_backprop.py::test_nothing_recurses",
    "test_backprop.py::test_a_million_operations_need_no_depth",
    "test_backprop.py::test_gradients_have_the_same_bits_in_every_process",
    "test_copying.py::test_a_graph_100000_deep_is_copied_and_pickled_without_recursion",
    "drawing/test_dot.py::test_the_same_graph_gives_the_same_bytes_in_every_run",
    "drawing/test_picture.py::test_any_label_gives_a_well_formed_picture",
)

# Source files whose tests stand in a file of another name.
TESTED_IN = {
    "engine/__init__.py": ["test_engine.py"],
    "engine/arithmetic.py": ["test_primitives.py", "test_accuracy.py"],
    "engine/gradients.py": ["test_second_derivatives.py"],
    "engine/checking/verdicts.py": ["checking/test_gradient_check.py"],
    "engine/checking/finite_differences.py": ["checking/test_gradient_check.py"],
    "engine/drawing/svg.py": ["drawing/test_picture.py"],
}

# Parts of the engine that are tested by themselves; all other folders are tested together.
APART = {"compiler", "drawing", "stepper"}

# What tests import, apart from the engine, is loaded once and for all.
LOADED = ("_hypothesis_pytestplugin", "numpy", "graphviz", "wasmtime")

OPTIONS = (
    "-qx",
    "-pno:cacheprovider",
    "--hypothesis-profile=few",
    "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning",
)

# How many times as long as without a mutant the tests may take, and how many seconds more.
PATIENCE, SECONDS = 4, 3

# How many bytes a mutant may have: one that never ends is ended before it takes all the memory.
MEMORY = 1 << 31


class Trials:
    """Runs of the tests, each with a time limit from a run without a mutant."""

    def __init__(self) -> None:
        sys.dont_write_bytecode = False  # what pytest compiles is there for the next run
        for module in LOADED:
            import_module(module)
        settings.register_profile("few", max_examples=25, deadline=None, derandomize=True)
        self._limits: dict[tuple[str, ...], int] = {}

    def kill(self, mutant: Mutant) -> bool:
        """Whether some test fails: those of the file come first, then those of its neighbours."""
        own = _tests_of(mutant.path)
        neighbours = (_tests_of(path) for path in _neighbours(mutant.path))
        others = tuple({test: None for tests in neighbours for test in tests if test not in own})
        return any(self._fail(tests, mutant) for tests in (own, others) if tests)

    def _fail(self, tests: tuple[str, ...], mutant: Mutant) -> bool:
        if tests not in self._limits:
            start = perf_counter()
            if not _pass(tests, None, 600):
                sys.exit(f"without any mutant there are failures in {' '.join(tests)}")
            self._limits[tests] = round(PATIENCE * (perf_counter() - start)) + SECONDS
        return not _pass(tests, mutant, self._limits[tests])


def _tests_of(source: Path) -> tuple[str, ...]:
    """The test files of a source file."""
    usual = source.relative_to("engine").with_name(f"test_{source.name}").as_posix()
    names = [usual, *TESTED_IN.get(source.as_posix(), [])]
    return tuple(f"{TESTS}/{name}" for name in names if (TESTS / name).exists())


def _neighbours(source: Path) -> list[Path]:
    """The source files of the same part of the engine."""
    part = APART.intersection(source.parts)
    every = sorted(Path("engine").rglob("*.py"))
    return [path for path in every if APART.intersection(path.parts) == part]


def _pass(tests: Sequence[str], mutant: Mutant | None, limit: int) -> bool:
    """Whether tests pass, in a process of its own with so many seconds of processor time."""
    with TemporaryDirectory() as folder:
        process = get_context("fork").Process(target=_run, args=(tests, mutant, limit, folder))
        process.start()
        process.join(3 * limit)
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        return process.exitcode == 0


def _run(tests: Sequence[str], mutant: Mutant | None, limit: int, folder: str) -> None:
    """Be the process that runs the tests; its exit code is pytest's."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant))
    left_out = [f"--deselect={TESTS}/{name}" for name in LEFT_OUT]
    os._exit(pytest.main([*OPTIONS, *left_out, f"--basetemp={folder}/pytest", *tests]))


class _Finder(MetaPathFinder):
    """Finds the mutated file."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module with the mutant for its source; None for all other modules."""
        del path, target
        if name != self.mutant.module:
            return None
        file = str(self.mutant.path.absolute())
        return spec_from_file_location(name, file, loader=_Loader(name, file, self.mutant.source))


class _Loader(SourceFileLoader):
    """Loads a file as if its source were another."""

    def __init__(self, name: str, file: str, source: str) -> None:
        super().__init__(name, file)
        self.source = source

    def get_code(self, _: str) -> CodeType:
        """The mutant, compiled."""
        return compile(self.source, self.path, "exec", dont_inherit=True)
