"""Which back end computes arrays, and which one node by node."""

import pytest

import engine
from engine import Value
from engine.compiler.native_backend.backend import NativeBackend
from engine.compiler.native_backend.llvm.jit import Machine
from engine.compiler.recording.classes import recording_of
from engine.compiler.runtime.backends import BACKENDS, is_narrow_for
from tests.engine.compiler.agreeing import assert_same, eager
from tests.engine.compiler.recurrences import RECURRENCES
from tests.engine.compiler.running_programs import RUNNING


@pytest.mark.parametrize("name", RUNNING)
def test_running_sums_are_arrays_without_llvm(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy computes them in a few calls, and a tape in Python takes ten times as long."""
    monkeypatch.setattr(Machine, "lacks", property(lambda _: "llvmlite is not installed"))
    loss, parameters = RUNNING[name](200)
    roles = dict.fromkeys(parameters, ("parameters", None))
    assert NativeBackend().is_missing
    assert not is_narrow_for(BACKENDS["numpy"], recording_of(loss, roles))
    program = engine.compile(loss, parameters=parameters, backend="numpy")
    assert program.summary().lifts
    assert_same(program(), eager(loss, parameters))


@pytest.mark.parametrize("name", ["lotka", "kalman", "nested"])
def test_other_loops_of_single_numbers_are_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step would be as many calls of NumPy as it has operations."""
    monkeypatch.setattr(Machine, "lacks", property(lambda _: "llvmlite is not installed"))
    loss, parameters = RECURRENCES[name](40)
    recording = recording_of(loss, dict.fromkeys(parameters, ("parameters", None)))
    assert all(is_narrow_for(BACKENDS[each], recording) for each in ("numpy", "native"))


def test_steps_of_a_loop_are_quick_in_machine_code_alone() -> None:
    """Each back end says whether, and a loop of single numbers is a program there, else a tape."""
    loss, parameters = RECURRENCES["lotka"](40)
    recording = recording_of(loss, dict.fromkeys(parameters, ("parameters", None)))
    narrow = {name for name, each in BACKENDS.items() if is_narrow_for(each, recording)}
    assert narrow == {*BACKENDS} - ({"native"} if BACKENDS["native"].has_quick_steps else set())


def test_an_unknown_back_end_is_refused() -> None:
    """With the names that there are."""
    x = Value(1.0)
    with pytest.raises(ValueError, match="backend must be one of numpy, reference, native, jax"):
        engine.compile(x * x, parameters=[x], backend="fortran")
