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
from types import CodeType, ModuleType

import pytest
from hypothesis import settings

from .mutants import Mutant
from .reached import Chosen, Reached, Recorder

TESTS = Path("tests")

# Where it is kept which tests reach what.
KEPT = Path(".mutation")

# Tests that start Python anew, where there is no mutant, or that take long and kill nothing more.
LEFT_OUT = (
    "engine/test_backprop.py::test_nothing_recurses",
    "engine/test_backprop.py::test_a_million_operations_need_no_depth",
    "engine/test_backprop.py::test_gradients_have_the_same_bits_in_every_process",
    "engine/test_copying.py::test_a_graph_100000_deep_is_copied_and_pickled_without_recursion",
    "engine/drawing/test_dot.py::test_the_same_graph_gives_the_same_bytes_in_every_run",
    "engine/drawing/test_picture.py::test_any_label_gives_a_well_formed_picture",
)

# Source files whose tests stand in a file of another name, or in another folder too.
TESTED_IN = {
    "engine/__init__.py": ["engine/test_engine.py"],
    "engine/arithmetic.py": ["engine/test_primitives.py", "engine/test_accuracy.py"],
    "engine/gradients.py": ["engine/test_second_derivatives.py"],
    "engine/checking/verdicts.py": ["engine/checking/test_gradient_check.py"],
    "engine/checking/finite_differences.py": ["engine/checking/test_gradient_check.py"],
    "engine/compiler/recording/choices.py": ["engine/compiler/runtime/test_choices.py"],
    "engine/compiler/recording/examples.py": ["engine/compiler/runtime/test_functions.py"],
    "engine/compiler/recording/frozen.py": ["engine/compiler/runtime/test_frozen.py"],
    "engine/compiler/recording/leaves.py": ["engine/compiler/runtime/test_functions.py"],
    "engine/compiler/recording/signature.py": ["engine/compiler/runtime/test_functions.py"],
    "engine/compiler/recording/structure.py": ["engine/compiler/runtime/test_functions.py"],
    "engine/compiler/recording/united.py": ["engine/compiler/runtime/test_functions.py"],
    "engine/compiler/numpy_backend/loops.py": ["engine/compiler/kinds/test_kinds.py"],
    "engine/compiler/numpy_backend/running.py": ["engine/compiler/kinds/test_kinds.py"],
    "engine/compiler/numpy_backend/statements.py": ["engine/compiler/kinds/test_kinds.py"],
    "engine/compiler/saving/saved.py": ["engine/compiler/numpy_backend/test_save.py"],
    "engine/drawing/svg.py": ["engine/drawing/test_picture.py"],
    "nn/arguments/targets.py": ["nn/test_losses.py"],
    "nn/training/programs/example_arrays.py": ["nn/training/test_compiled.py"],
}

# Parts that are tested by themselves; all other folders are tested together.
APART = {"compiler", "drawing", "stepper", "nn"}

# What looks at every file of a package, whatever its part.
OF_ALL = "test_records.py"

# What tests import, apart from the packages, is loaded once and for all.
LOADED = ("_hypothesis_pytestplugin", "numpy", "graphviz", "wasmtime", "llvmlite.binding")

OPTIONS = (
    "-qx",
    "-mnot slow",
    "-pno:cacheprovider",
    "--hypothesis-profile=few",
    "-Wignore:Module already imported:pytest.PytestAssertRewriteWarning",
)

# How many times as long as without a mutant the tests may take, and how many seconds more.
PATIENCE, SECONDS = 3, 2

# How many seconds all tests of a part may take.
LONG = 3600

# How many bytes a mutant may have: one that never ends is ended before it takes all the memory.
MEMORY = 1 << 31


class Trials:
    """Runs of the tests that reach a mutant, each with a time limit from a run without one.

    `near` has only those run that are named for the file and those of its folder.
    """

    def __init__(self, near: bool = False) -> None:
        sys.dont_write_bytecode = False  # what pytest compiles is there for the next run
        for module in LOADED:
            import_module(module)
        settings.register_profile("few", max_examples=25, deadline=None, derandomize=True)
        self._stages = 2 if near else 3
        self._reached: dict[str, Reached] = {}

    def kill(self, mutant: Mutant) -> bool:
        """Whether some test fails: those named for the file first, then those of its folder."""
        return any(self._fail(files, mutant) for files in _stages(mutant.path)[: self._stages])

    def _fail(self, files: list[str], mutant: Mutant) -> bool:
        chosen: dict[str, float] = {}
        reaching = []
        for file in files:
            if file not in self._reached:
                self._reached[file] = _recorded(file)
            if tests := self._reached[file].tests(mutant.path, mutant.line):
                chosen |= tests
                reaching.append(file)
        limit = round(PATIENCE * (sum(chosen.values()) + SECONDS * len(reaching)))
        known = {test for file in reaching for test in self._reached[file].known}
        plugins = [Chosen(chosen, known)]
        return bool(chosen) and _exit_code(reaching, limit, plugins, mutant) != pytest.ExitCode.OK


def _stages(source: Path) -> list[list[str]]:
    """Files of tests: those named for a source file, others of its folder, others of its part."""
    usual = TESTS / source.with_name(f"test_{source.name}")
    named = [usual, *(TESTS / name for name in TESTED_IN.get(source.as_posix(), []))]
    part = APART.intersection(source.parts)
    found = sorted(
        path for folder in ("engine", "nn") for path in (TESTS / folder).rglob("test_*.py")
    )
    of_all = TESTS / source.parts[0] / OF_ALL
    others = [path for path in found if path not in named and (
        APART.intersection(path.parts) == part or path == of_all)]  # fmt: skip
    stages = (
        [path for path in named if path.exists()],
        [path for path in others if path.parent == usual.parent],
        [path for path in others if path.parent != usual.parent],
    )
    return [[path.as_posix() for path in stage] for stage in stages]


def _recorded(file: str) -> Reached:
    """What the tests of this file reach, in a run without a mutant, now or before."""
    kept = KEPT / f"{file}.json"
    if kept.exists() and (known := Reached(kept)).holds():
        return known
    with TemporaryDirectory() as folder:
        lines = Path(folder, "lines")
        code = _exit_code([file], LONG, [Recorder(lines)])
        if code not in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):  # they are slow, all of them
            sys.exit(f"without any mutant there are failures in {file}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(lines.read_bytes())
    return Reached(kept)


def _exit_code(
    tests: Sequence[str], limit: int, plugins: Sequence[object], mutant: Mutant | None = None
) -> int | None:
    """What pytest says of tests, in a process of its own with so many seconds of processor time."""
    with TemporaryDirectory() as folder:
        arguments = (tests, limit, plugins, mutant, folder)
        process = get_context("fork").Process(target=_run, args=arguments)
        process.start()
        process.join(10 * limit)
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
        return process.exitcode


def _run(
    tests: Sequence[str],
    limit: int,
    plugins: Sequence[object],
    mutant: Mutant | None,
    folder: str,
) -> None:
    """Be the process that runs the tests; its exit code is that of pytest."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant))
    left_out = [f"--deselect={TESTS}/{name}" for name in LEFT_OUT]
    options = [*OPTIONS, *left_out, f"--basetemp={folder}/pytest", *tests]
    os._exit(pytest.main(options, plugins))


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
