"""Programs as files: modules that need NumPy and nothing else."""

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import Op, Value
from tests.back_ends import demand_installed
from tests.engine.compiler.agreeing import assert_same
from tests.engine.compiler.networks import (
    cross_entropy,
    flat,
    moons,
    moons_loss,
    network,
    outputs,
)
from tests.loading import loaded
from tests.registered import registered


def test_a_saved_graph_gives_the_same(tmp_path: Path) -> None:
    """With its constants in it."""
    layers = network([2, 4, 1])
    program = engine.compile(moons_loss(layers, *moons(30)), parameters=layers, backend="numpy")
    path = program.save(tmp_path / "moons.py")
    numbers = [[[w.data for w in row] for row in layer] for layer in layers]
    module = loaded(path)
    value, gradient = module.step(numbers)
    expected = program()
    assert value == expected[0]
    with pytest.raises(ValueError, match="2 arrays are needed, got 1"):
        module.step(numbers[:1])
    for found, other in zip(gradient, expected[1], strict=True):
        np.testing.assert_array_equal(found, other)


@pytest.mark.parametrize("backend", ["native", "reference"])
def test_the_file_is_the_same_for_other_back_ends(tmp_path: Path, backend: str) -> None:
    """It needs NumPy alone, whatever has computed the program."""
    demand_installed(backend)
    layers = network([2, 4, 1])
    loss = moons_loss(layers, *moons(30))
    names = ["numpy", backend]
    programs = [engine.compile(loss, parameters=layers, backend=name) for name in names]
    paths = [each.save(tmp_path / f"{each.backend}.py") for each in programs]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert programs[0].source == programs[1].source


@pytest.mark.parametrize(("count", "start"), [
    (2, "np.array([0.5, 1.5], '<f8')"),
    (8, "np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5], '<f8')"),
    (9, "_array('<f8', (9,), b'"),
])  # fmt: skip
def test_a_few_constants_can_be_read_and_many_are_packed(
    tmp_path: Path, count: int, start: str
) -> None:
    """Up to eight are written as numbers, more of them as bytes."""
    rows = [[Value(0.1 * i + j) for i in range(count)] for j in range(20)]
    loss = Value.sum(Value.sum(w * (i + 0.5) for i, w in enumerate(row)).tanh() for row in rows)
    program = engine.compile(loss, parameters=rows, backend="numpy")
    assert start in program.save(tmp_path / "rows.py").read_text(encoding="utf-8")


def test_a_saved_graph_takes_many_arrays(tmp_path: Path) -> None:
    """More inputs than there would be arguments: the program reads them from one row."""
    w = [Value(0.1 * i) for i in range(12)]
    pairs = {f"x{i}": [Value(0.3 * i), Value(-0.2 * i)] for i in range(12)}
    output = Value.sum((a * b + c).tanh() for a, (b, c) in zip(w, pairs.values(), strict=True))
    program = engine.compile(output, parameters=w, inputs=pairs, backend="numpy")
    numbers = {name: [each.data + 1 for each in pair] for name, pair in pairs.items()}
    row = [each.data for each in w]
    value, gradient = loaded(program.save(tmp_path / "many.py")).step(row, numbers)
    expected = program(row, numbers)
    assert value == expected[0] != output.data
    np.testing.assert_array_equal(gradient, expected[1])


def test_a_saved_module_needs_only_numpy(tmp_path: Path) -> None:
    """Run where there is no engine."""
    w, x = [Value(0.5), Value(2.0)], [Value(1.0), Value(3.0)]
    output = Value.sum((a / b).erf() ** 3 for a, b in zip(w, x, strict=True))
    program = engine.compile(output, parameters={"w": w}, inputs=x, backend="numpy")
    program.save(tmp_path / "x.py")
    text = (
        "import sys\nfrom x import step\n"
        "value, gradient = step({'w': [0.5, 2.0]}, [1.0, 3.0])\n"
        "print(float(value), *gradient['w'].tolist())\n"
        "print(sorted({'engine', 'nn', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True,
                         cwd=tmp_path)  # fmt: skip
    numbers, modules = run.stdout.splitlines()
    value, gradient = program()
    assert [float(each) for each in numbers.split()] == [value, *gradient["w"]]
    assert modules == "[]"


def test_a_saved_function_takes_any_number_of_examples(tmp_path: Path) -> None:
    """And the choices that were traced."""
    layers = network([3, 4])
    names = ["low", "high"]

    def loss(x: list[Value], label: int, side: int) -> Value:
        """Cross-entropy, with something looked up twice."""
        one = [Value(1.0) if i == label else Value(0.0) for i in range(4)]
        return cross_entropy(layers, x, one) * (2.0 if names[side] == "high" else 1.0)

    step = engine.compile(lambda x, y, s: loss(x, y, s), parameters=layers, backend="numpy")
    X, y, side = np.random.default_rng(0).normal(size=(8, 3)), np.arange(8) % 4, np.arange(8) // 4
    expected = step(X, y, side)
    module = loaded(step.save(tmp_path / "step.py"))
    theta = [[[w.data for w in row] for row in layer] for layer in layers]
    for count in (8, 3, 8):
        value, gradient = module.step(theta, X[:count], y[:count], side[:count])
        again = step(X[:count], y[:count], side[:count])
        assert value == again[0]
        np.testing.assert_array_equal(gradient[0], again[1][0])
    assert module.step(theta, X, y, side)[0] == expected[0]
    with pytest.raises(ValueError, match=r"no program for the choices \(7, 0\)"):
        module.step(theta, X[:1], [7], [0])
    with pytest.raises(ValueError, match="an array of shape"):
        module.step([np.zeros(3)], X, y, side)
    with pytest.raises(ValueError, match=r"shape \(1, 4, 4\) is needed, got \(2, 3\)"):
        module.step([np.zeros(3)] * 2, X, y, side)


def test_a_function_without_choices_is_saved_too(tmp_path: Path) -> None:
    """Numbers alone are arrays."""
    w = Value(2.0)
    step = engine.compile(lambda x: (w * x).exp(), parameters=w, backend="numpy")
    expected = step(np.arange(4.0))
    value, gradient = loaded(step.save(tmp_path / "f.py")).step(2.0, [0.0, 1.0, 2.0, 3.0])
    assert (value, gradient) == expected


def test_constants_that_are_no_numbers_are_kept(tmp_path: Path) -> None:
    """Infinities, nan and long rows, to the last bit."""
    x = [Value(0.1 * i) for i in range(30)]
    odd = [math.inf, -math.inf, math.nan, *(1 / (i + 1) for i in range(27))]
    output = Value.sum((a * b).tanh() for a, b in zip(x, odd, strict=True))
    program = engine.compile(output, parameters=x)
    value, gradient = loaded(program.save(tmp_path / "odd.py")).step([each.data for each in x])
    assert_same((0.0, gradient), (0.0, program()[1].tolist()))
    assert math.isnan(value)


def test_a_row_in_python_cannot_be_written(tmp_path: Path) -> None:
    """Unless it is a function of `math`."""
    op = Op("gauss", "gauss", "{a}", (-2, 2), lambda a: math.exp(-a * a),
            (lambda a, y: -2.0 * a * y,))  # fmt: skip
    cbrt = Op("cbrt", "cbrt", "{a}", (0.2, 2), math.cbrt, (lambda a, y: 1 / (3 * y * y),))
    with registered(op), registered(cbrt):
        x = Value(0.5)
        program = engine.compile(x.gauss(), parameters=x)  # type: ignore[attr-defined]  # registered above
        with pytest.raises(
            ValueError, match=r"functions in Python .*: gauss_of_number; write these"
        ):
            program.save(tmp_path / "x.py")
        fine = engine.compile(x.cbrt(), parameters=x)  # type: ignore[attr-defined]  # registered above
        assert loaded(fine.save(tmp_path / "y.py")).step(0.5)[0] == math.cbrt(0.5)


def test_a_path_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    """By its ending, or its folder."""
    x = Value(0.5)
    program = engine.compile(x.exp(), parameters=x)
    with pytest.raises(ValueError, match=r"path: the ending must be \.py, got"):
        program.save(tmp_path / "x.txt")
    with pytest.raises(FileNotFoundError, match="path: the folder"):
        program.save(tmp_path / "nowhere" / "x.py")
    with pytest.raises(RuntimeError, match="has not been traced yet"):
        engine.compile(lambda x: x, parameters=x).save(tmp_path / "x.py")
    assert flat([[[x]]]) == [x]


def test_a_saved_module_may_be_used_by_many_threads(tmp_path: Path) -> None:
    """Each works in memory of its own: for graphs, functions and outputs."""
    layers = network([3, 8, 2])
    X = np.random.default_rng(0).normal(size=(40, 3))
    theta = [[[w.data for w in row] for row in layer] for layer in layers]
    x = [Value(1.0), Value(2.0), Value(3.0)]
    graph = engine.compile(Value.sum(outputs(layers, x)), parameters=layers, inputs=x)
    of_graph = loaded(graph.save(tmp_path / "graph.py"))
    mean = engine.compile(lambda x: Value.sum(outputs(layers, x)).tanh(), parameters=layers)
    mean.trace(X)
    of_mean = loaded(mean.save(tmp_path / "mean.py"))
    rows = engine.compile(lambda x: outputs(layers, x), parameters=layers, gradient=False)
    rows.trace(X)
    of_rows = loaded(rows.save(tmp_path / "rows.py"))

    def found(shift: float) -> list[float]:
        """What all three give for some numbers."""
        value, gradient = of_mean.step(theta, X + shift)
        alone, slopes = of_graph.step(theta, X[0] + shift)
        table = of_rows.step(theta, X + shift)
        return [value, gradient[0].sum(), alone, slopes[1].sum(), table.sum()]

    shifts = [0.01 * i for i in range(200)]
    expected = list(map(found, shifts))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(found, shifts)) == expected
    finally:
        sys.setswitchinterval(before)


class Colour(Enum):
    """A key that no text stands for."""

    RED = 1


class Name(StrEnum):
    """A key that is text."""

    W = "w"


@pytest.mark.parametrize(
    "key", ["w", 3, -0.5, True, None, b"w", ("a", 1), (), Name.W, np.int64(3), np.float64(0.5)]
)
def test_keys_are_written_as_text(tmp_path: Path, key: Any) -> None:
    """Those that are equal to what text stands for."""
    w = Value(0.5)
    program = engine.compile(w.exp(), parameters={key: [w], "other": {}})
    value, gradient = loaded(program.save(tmp_path / "x.py")).step({key: [0.5], "other": {}})
    assert value == w.exp().data
    assert gradient[key].tolist() == [value]


@pytest.mark.parametrize(
    "key", [Colour.RED, math.inf, -math.inf, math.nan, (1, Colour.RED), 2j, object]
)
def test_other_keys_are_refused(tmp_path: Path, key: Any) -> None:
    """Before there is a file."""
    w = Value(0.5)
    program = engine.compile(w.exp(), parameters={key: [w]})
    with pytest.raises(ValueError, match="of a dict cannot be written to a file: give text"):
        program.save(tmp_path / "x.py")
    assert not list(tmp_path.iterdir())


def test_a_saved_module_takes_real_numbers_only(tmp_path: Path) -> None:
    """As a program in memory does; and examples, at least one."""
    w = Value(2.0)
    step = engine.compile(lambda x: w * x, parameters=[w])
    step.trace(np.ones(3))
    module = loaded(step.save(tmp_path / "x.py"))
    assert module.step([2.0], np.ones(2, np.float32))[0] == 2.0
    assert module.step([2], [1, True])[0] == 2.0
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    for given in (masked, [1j, 2.0], ["1", "2"], np.zeros(2, "M8[s]")):
        with pytest.raises(TypeError, match="array of real numbers is needed, none masked"):
            module.step([2.0], given)
    with pytest.raises(ValueError, match="there must be at least one example, got 0"):
        module.step([2.0], [])
