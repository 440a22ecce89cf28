"""A program that was compiled before is found by itself, and no text is written for it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import engine.compiler.native_backend.program as programs
from engine import Value
from engine.compiler.native_backend import kept_programs
from engine.compiler.native_backend.kept_programs import files_as_they_are, program_key
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.program import NativeProgram


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's cache."""
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The programs of which the text is written."""
    found: list[Any] = []
    write = vars(programs)["llvm_module"]

    def noted(program: Any, registers: int) -> Any:
        """Write it, and note that."""
        found.append(program)
        return write(program, registers)

    monkeypatch.setattr(programs, "llvm_module", noted)
    return found


def exponential(factor: float = 1.0) -> NativeProgram:
    """The program of factor exp(w x), and its gradient by w."""
    weight = [Value(2.0)]
    step = engine.compile(lambda x: factor * (x * weight[0]).exp(), parameters=weight,
                          backend="native")  # fmt: skip
    built = step.trace(np.zeros(3)).built
    assert isinstance(built, NativeProgram)
    return NativeProgram(built.program)


def results(program: NativeProgram) -> list[float]:
    """The mean and the derivative for two numbers."""
    value, gradient = program.step(2)(np.array([2.0]), [np.array([0.0, 0.5])])
    return [value.item(), *gradient]


def test_no_text_is_written_for_a_known_program(written: list[Any]) -> None:
    """And it computes the same; its text is there when somebody asks for it."""
    first = exponential()
    found = results(first)
    assert found == pytest.approx([(1 + np.e) / 2, 0.25 * np.e], rel=1e-15)
    assert len(written) == 1
    again = exponential()
    assert results(again) == found
    assert again.memory == first.memory
    assert len(written) == 1
    assert again.text == first.text
    assert len(written) == 2


def test_another_program_is_not_found(written: list[Any]) -> None:
    """Such as one with another constant."""
    results(exponential())
    assert results(exponential(3.0))[0] == pytest.approx(1.5 * (1 + np.e), rel=1e-15)
    assert len(written) == 2


def test_without_its_object_file_a_program_is_not_found(folder: Path, written: list[Any]) -> None:
    """It is compiled again."""
    found = results(exponential())
    for each in (folder / "objects").iterdir():
        each.unlink()
    assert results(exponential()) == found
    assert len(written) == 2


def test_the_key_tells_all_that_the_text_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program, the processor and how many vectors it holds, and the files that write."""
    program, target = exponential().program, MACHINE.target
    key = program_key(program, target)
    assert key == program_key(exponential().program, target)
    assert key != program_key(exponential(3.0).program, target)
    for other in (target._replace(cpu="another"), target._replace(registers=48 - target.registers)):
        assert program_key(program, other) != key
    monkeypatch.setattr(kept_programs, "_WRITERS", "others")
    assert program_key(program, target) != key


def test_files_are_told_apart_when_they_are_written(tmp_path: Path) -> None:
    """In any folder, but for what Python keeps beside them; and so is one file by itself."""
    (tmp_path / "inner" / "__pycache__").mkdir(parents=True)
    path = tmp_path / "inner" / "one.py"
    path.write_text("1")
    seen = [files_as_they_are(tmp_path), files_as_they_are(path)]
    (tmp_path / "inner" / "__pycache__" / "one.pyc").write_text("1")
    assert [files_as_they_are(tmp_path), files_as_they_are(path)] == seen
    path.write_text("22")
    assert files_as_they_are(tmp_path) != seen[0]
    assert files_as_they_are(path) != seen[1]
    (tmp_path / "two.py").write_text("1")
    assert files_as_they_are(tmp_path) not in seen


def test_all_files_of_the_compiler_write() -> None:
    """What is kept is not found after any of them has changed."""
    (folder,) = engine.compiler.__path__
    assert Path(folder) == kept_programs._HERE
