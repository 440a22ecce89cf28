"""The back end in machine code: chosen by name, asked what it lacks, copied, and shared."""

import copy
import ctypes
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from math import inf, tanh
from typing import Any

import numpy as np
import pytest

import engine
from engine import Op, Value
from engine.compiler.ir.builder import Builder
from engine.compiler.kinds.details import Expand, Input, Parameters, Sum
from engine.compiler.native_backend.backend import NativeBackend
from engine.compiler.native_backend.llvm import jit
from engine.compiler.native_backend.llvm.jit import MACHINE
from engine.compiler.native_backend.plan.memory import aligned
from engine.compiler.native_backend.program import NativeProgram
from engine.system.packages import OnDemand
from tests.engine.compiler.networks import flat, moons, moons_loss, network
from tests.registered import registered

LAYERS = network([2, 8, 1])
POINTS = moons(20)
LOSS = moons_loss(LAYERS, *POINTS)


def native(**more: Any) -> engine.Compiled:
    """The loss of the moons in machine code."""
    return engine.compile(LOSS, parameters=flat(LAYERS), backend="native", **more)


def test_a_program_says_its_back_end_and_shows_its_text() -> None:
    """Functions, with the names of instructions; `source` is NumPy still."""
    program = native()
    assert program.backend == "native"
    assert "define void @glassgrad_step(" in program.ir
    assert program.program.names[-1] == "gradient"
    assert "; gradient" in program.ir
    assert "np.dot" in program.source
    assert "computed by NumPy" not in str(program.summary())


@pytest.mark.parametrize("name", ["numpy", "reference"])
def test_other_back_ends_have_no_such_text(name: str) -> None:
    """It is said which one it is."""
    program = engine.compile(LOSS, parameters=flat(LAYERS), backend=name)
    with pytest.raises(ValueError, match=f"not in LLVM's language: its back end is '{name}'"):
        _ = program.ir


def test_results_are_fresh() -> None:
    """No later step overwrites them."""
    program = native()
    value, gradient = program()
    before = gradient.copy()
    other, others = program(np.zeros(len(flat(LAYERS))))
    assert value != other
    assert not np.array_equal(gradient, others)
    np.testing.assert_array_equal(gradient, before)


def test_copies_compute_the_same() -> None:
    """Pickled or copied, in the same machine code or in code of their own."""
    program = native()
    value, gradient = program()
    for other in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        assert other.backend == "native"
        assert other()[0] == value
        np.testing.assert_array_equal(other()[1], gradient)


def test_threads_compute_at_the_same_time() -> None:
    """Each in memory of its own."""
    program = native()
    rows = np.random.default_rng(3).normal(size=(40, len(flat(LAYERS))))
    expected = [program(row)[1] for row in rows]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: program(row)[1], rows))
    np.testing.assert_array_equal(found, expected)


def test_the_number_of_examples_changes_no_code() -> None:
    """The mean over examples in blocks is that over all of them."""
    weights = [Value(0.5), Value(-0.25)]

    def loss(x: list[Value], y: Value) -> Value:
        """A squared error."""
        return (Value.sum(w * each for w, each in zip(weights, x, strict=True)).tanh() - y) ** 2

    step = engine.compile(loss, parameters=weights, backend="native")
    by_numpy = engine.compile(loss, parameters=weights)
    predict = engine.compile(lambda x: [x[0] * weights[0], weights[1] * 2.0], parameters=weights,
                             gradient=False, backend="native")  # fmt: skip
    draws = np.random.default_rng(1)
    for count in (1, 3, 8, 64, 65, 1000):
        X, y = draws.normal(size=(count, 2)), draws.normal(size=count)
        (value, gradient), (other, others) = step(X, y), by_numpy(X, y)
        assert value == pytest.approx(other, rel=1e-13)
        np.testing.assert_allclose(gradient, others, rtol=1e-12)
        np.testing.assert_array_equal(predict(X), np.c_[X[:, 0] * 0.5, np.full(count, -0.5)])
    assert step.ir == engine.compile(loss, parameters=weights, backend="native").trace(X, y).ir


def test_there_is_at_least_one_example() -> None:
    """As for every back end."""
    built = NativeBackend().built(native().program, "")
    with pytest.raises(ValueError, match="there must be at least one example, got 0"):
        built.step(0)


def test_a_step_has_an_address() -> None:
    """For code that calls it with memory of its own: a row, pointers, `work` and `result`."""
    weight = [Value(2.0)]
    step = engine.compile(lambda x: (x * weight[0]).exp(), parameters=weight, backend="native")
    translation = step.trace(np.zeros(3))
    built = translation.built
    assert isinstance(built, NativeProgram)
    x, row = np.array([0.5, 1.0, -1.0]), np.array([2.0])
    work, result = aligned(built.memory.size), np.empty(built.memory.result_size(3))
    inputs = (ctypes.c_void_p * 1)(x.ctypes.data)
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)(built.address(3))
    function(row.ctypes.data, inputs, work.ctypes.data, result.ctypes.data)
    assert built.address(3) == built.address(3)
    value, gradient = step(x)
    assert result.tolist() == [value, *gradient]


def test_a_row_in_python_is_computed_by_numpy() -> None:
    """A function of `math` cannot be followed; the summary says which row it is, and why."""
    row = Op("bent", "bent", "{a}", (-1, 1), tanh, (lambda a, y: 1 - y * y,))
    with registered(row):
        x = [Value(0.5), Value(-1.0), Value(2.0)]
        of: Any = lambda each: each.bent()  # noqa: E731
        output = Value.sum(of(each) * each for each in x)
        program = engine.compile(output, parameters=x, backend="native")
        value, gradient = program()
        output.backward()
    assert value == pytest.approx(output.data, rel=1e-15)
    np.testing.assert_allclose(gradient, [each.grad for each in x], rtol=1e-14)
    why = "'bent' cannot be followed with symbols, and must be called in Python"
    assert str(program.summary()).endswith(f"; computed by NumPy: {why}")
    with pytest.raises(ValueError, match=f"not in LLVM's language: {why}"):
        _ = program.ir


def test_a_processor_without_fused_products_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """LLVM would compute them in software; NumPy takes less time."""
    monkeypatch.setattr(type(MACHINE), "lacks", "the processor has no fused product and sum")
    program = native()
    assert str(program.summary()).endswith("by NumPy: the processor has no fused product and sum")
    assert program()[0] == pytest.approx(LOSS.data, rel=1e-14)


def test_what_depends_on_a_sum_over_examples_is_refused() -> None:
    """Blocks are computed one after another, and the sum is known after the last one."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(1))
    x = draft.add("input", detail=Input(0, (1,), examples=True))
    total = draft.add("sum", draft.add("mul", x, row), detail=Sum((), examples=True))
    spread = draft.add("expand", total, detail=Expand((1,), examples=True))
    for number in (draft.add("add", x, spread), draft.add("mul", x, draft.add("exp", total))):
        program = draft.program(number)
        assert NativeBackend().lacks(program) == (
            "what differs by example depends on a sum over all of them")  # fmt: skip


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> None:
    """LLVM is not there."""
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.delitem(sys.modules, "llvmlite.binding", raising=False)


@pytest.mark.usefixtures("uninstalled")
def test_without_llvm_it_is_said_how_to_install_it() -> None:
    """At once, before anything is traced."""
    with pytest.raises(ImportError, match=r"of the extra \[native\]: pip install \""):
        engine.compile(LOSS, parameters=flat(LAYERS), backend="native")


def test_machine_code_is_the_default() -> None:
    """The source is NumPy all the same."""
    program = engine.compile(LOSS, parameters=flat(LAYERS))
    assert program.backend == "native"
    assert "define void @" in program.ir
    assert "np." in program.source


@pytest.mark.usefixtures("uninstalled")
def test_without_llvm_the_default_is_numpy() -> None:
    """As if it had been named."""
    program = engine.compile(LOSS, parameters=flat(LAYERS))
    named = engine.compile(LOSS, parameters=flat(LAYERS), backend="numpy")
    assert (program.backend, repr(program())) == ("numpy", repr(named()))
    assert str(program.summary()) == str(named.summary())


def test_an_old_llvm_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in which this code cannot be made: it is said how to get a newer one."""
    monkeypatch.delattr("llvmlite.binding.create_pass_builder")
    monkeypatch.setattr(jit, "llvm", OnDemand("llvmlite.binding", "native", "compiling"))
    assert engine.compile(LOSS, parameters=flat(LAYERS)).backend == "numpy"
    with pytest.raises(ImportError, match=r"a newer llvmlite: pip install --upgrade \"llvmlite"):
        engine.compile(LOSS, parameters=flat(LAYERS), backend="native")


def test_an_llvm_with_other_pointers_is_none_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of llvmlite 0.44, which numba may have brought, does not read what is written here."""
    monkeypatch.setattr("llvmlite.binding.llvm_version_info", (15, 0, 7))
    monkeypatch.setattr(jit, "llvm", OnDemand("llvmlite.binding", "native", "compiling"))
    assert engine.compile(LOSS, parameters=flat(LAYERS)).backend == "numpy"
    with pytest.raises(ImportError, match="a newer llvmlite"):
        engine.compile(LOSS, parameters=flat(LAYERS), backend="native")


def test_a_program_that_went_to_a_place_without_llvm_is_numpys_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pickled where there is machine code; the summary says why it is not there."""
    sent, expected = pickle.dumps(native()), native()
    monkeypatch.setattr(type(MACHINE), "missing", "LLVM is missing")
    program = pickle.loads(sent)
    assert str(program.summary()).endswith("; computed by NumPy: LLVM is missing")
    assert program()[0] == pytest.approx(expected()[0], rel=1e-12)


def test_llvm_is_imported_only_where_it_is_asked_for() -> None:
    """Not by the package, nor by a program of another back end."""
    program = (
        "import sys, engine; from engine import Value; x = [Value(0.5), Value(2.0)]; "
        "engine.compile(Value.sum(a.exp() for a in x), parameters=x, backend='numpy')(); "
        "print(any(name.startswith('llvmlite') for name in sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


def test_extreme_numbers_have_the_pattern_of_eager() -> None:
    """Truth values multiply: 0 times inf is nan, as eagerly."""
    x = [Value(each) for each in (inf, -inf, 1e308, -800.0, 0.0, -0.0, 800.0, 2.0, 0.5)]
    output = Value.sum(each.relu() * each.exp() + each.sigmoid() for each in x)
    value, gradient = engine.compile(output, parameters=x, backend="native")()
    output.backward()
    np.testing.assert_array_equal(value, output.data)
    for ours, theirs in zip(gradient, (each.grad for each in x), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, nan_ok=True)
