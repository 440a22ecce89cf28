"""Machine code is kept in the user's cache, and made once for a text and a processor."""

import signal
import subprocess
import sys
from ctypes import CFUNCTYPE, c_double
from pathlib import Path
from typing import Any

import pytest
from llvmlite.binding.ffi import ObjectRef

from engine.compiler.native_backend.llvm import jit
from engine.compiler.native_backend.llvm.jit import MACHINE, Machine, Target

# x^2 + c, by a function of C's library and a constant array, which the linker has to find.
TEXT = """
declare double @pow(double, double)
@array = private unnamed_addr constant [2 x double] [double 2.0, double CONSTANT]
define double @glassgrad_test(double %x) {
  %two = load double, ptr @array
  %at = getelementptr double, ptr @array, i64 1
  %c = load double, ptr %at
  %square = call double @pow(double %x, double %two)
  %y = fadd double %square, %c
  ret double %y
}
"""


def result(constant: float, machine: Machine = MACHINE) -> float:
    """What the function gives for 3."""
    code = machine.compiled(TEXT.replace("CONSTANT", f"{constant:.1f}"))
    function: Any = CFUNCTYPE(c_double, c_double)(code.address("glassgrad_test"))
    found: float = function(3.0)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which objects are kept."""
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    return tmp_path / "objects"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are compiled anew."""
    found: list[str] = []
    compile_text = Machine._object

    def noted(machine: Machine, text: str, target: Target) -> bytes:
        """Compile, and note that."""
        found.append(text)
        return compile_text(machine, text, target)

    monkeypatch.setattr(Machine, "_object", noted)
    return found


def test_an_object_is_made_once(folder: Path, made: list[str]) -> None:
    """And loaded from then on, by another process as well."""
    assert [result(1.0), result(1.0), result(0.5), result(1.0)] == [10.0, 10.0, 9.5, 10.0]
    assert len(made) == len(list(folder.iterdir())) == 2
    assert result(1.0, Machine()) == 10.0
    assert len(made) == 2


@pytest.mark.usefixtures("folder")
def test_another_process_finds_it(made: list[str], tmp_path: Path) -> None:
    """With the same result, though nothing can be compiled there."""
    assert result(1.0) == 10.0
    program = f"""
from ctypes import CFUNCTYPE, c_double
from engine.compiler.native_backend.llvm.jit import MACHINE
del type(MACHINE)._object
code = MACHINE.compiled({made[0]!r})
print(CFUNCTYPE(c_double, c_double)(code.address("glassgrad_test"))(3.0))
"""
    environment = {"GLASSGRAD_CACHE": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, text=True,
                          capture_output=True, cwd=Path(__file__).parents[4])  # fmt: skip
    assert done.stdout == "10.0\n"


@pytest.mark.parametrize("damage", [b"", b"\0" * 100])
def test_a_damaged_object_is_made_anew(folder: Path, made: list[str], damage: bytes) -> None:
    """It is not loaded."""
    assert result(1.0) == 10.0
    (path,) = folder.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:200] + damage + content[200 + len(damage) + 1 :])
    assert result(1.0) == 10.0
    assert len(made) == 2
    assert path.read_bytes() == content


def test_the_key_tells_all_that_machine_code_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text, the processor and its features, LLVM, and the passes."""
    target = MACHINE.target
    before = MACHINE.key("text", target)
    assert before == Machine().key("text", Machine().target) != MACHINE.key("texts", target)
    for other in (target._replace(cpu="another"), target._replace(features="+another")):
        assert MACHINE.key("text", other) != before
    monkeypatch.setattr(vars(jit)["llvm"], "llvm_version_info", (99, 0, 0))
    assert MACHINE.key("text", target) != before
    monkeypatch.undo()
    monkeypatch.setattr(jit, "_PASSES", "2")
    assert MACHINE.key("text", target) != before


def test_without_a_cache_it_is_made_each_time(
    made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cache is switched off."""
    monkeypatch.setenv("GLASSGRAD_CACHE", "off")
    assert [result(1.0), result(1.0)] == [10.0, 10.0]
    assert len(made) == 2


def test_what_is_of_this_process_is_not_kept(folder: Path) -> None:
    """Such as a text with an address in it."""
    code = MACHINE.compiled(TEXT.replace("CONSTANT", "1.0"), keep=False)
    assert code.address("glassgrad_test")
    assert not folder.exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("action", ["made", "linked"])
def test_ctrl_c_is_not_lost_where_objects_of_llvm_go(
    action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python drops what is raised in their destructors, in which most of that time is spent."""
    if action == "linked":
        result(7.0)
    close = ObjectRef.close

    def pressed(each: ObjectRef) -> None:
        """Ctrl-C, in the first destructor."""
        monkeypatch.setattr(ObjectRef, "close", close)
        signal.raise_signal(signal.SIGINT)
        close(each)

    monkeypatch.setattr(ObjectRef, "close", pressed)
    with pytest.raises(KeyboardInterrupt):
        result(7.0)
    assert ObjectRef.close is close
    assert result(7.0) == 16.0
