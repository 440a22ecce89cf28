"""Programs as files in JAX, and rows in them that JAX cannot follow."""

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import engine
from engine import Op, Value
from tests.engine.compiler.networks import cross_entropy, network, outputs
from tests.loading import loaded
from tests.registered import registered

LAYERS = network([2, 3, 2])
X = np.random.default_rng(0).normal(size=(5, 2))


def theta() -> Any:
    """The numbers of the parameters."""
    return [[[w.data for w in row] for row in layer] for layer in LAYERS]


def test_a_graph_is_saved_in_jax(tmp_path: Path) -> None:
    """For a program of that back end; arrays of JAX are taken as they are."""
    x = [Value(0.5), Value(-1.0)]
    program = engine.compile(Value.sum(outputs(LAYERS, x)).tanh(), parameters=LAYERS, inputs=x,
                             backend="jax")  # fmt: skip
    path = program.save(tmp_path / "x_jax.py")
    assert program.source.partition("def make")[2] in path.read_text()
    module = loaded(path)
    value, gradient = module.step(theta(), [0.5, -1.0])
    expected = program()
    assert float(value) == expected[0]
    np.testing.assert_allclose(gradient[0], expected[1][0], rtol=1e-15)
    assert isinstance(value, jax.Array)
    assert value.dtype == np.float64
    numbers = [np.array(layer) for layer in theta()]
    with jax.enable_x64(True):
        again, _ = jax.jit(module.step)(jax.tree.map(jnp.asarray, numbers), jnp.array([0.5, -1.0]))
    assert float(again) == expected[0]
    with pytest.raises(TypeError, match="array of real numbers is needed, none masked"):
        module.step(theta(), jnp.array([0.5j, 1.0]))


def test_functions_and_outputs_are_saved_in_jax(tmp_path: Path) -> None:
    """For any number of examples, and for the choices that were traced."""
    wanted = [[Value(1.0), Value(0.0)], [Value(0.0), Value(1.0)]]
    step = engine.compile(lambda x, k: cross_entropy(LAYERS, x, wanted[k]), parameters=LAYERS,
                          backend="jax")  # fmt: skip
    predict = engine.compile(lambda x: outputs(LAYERS, x), parameters=LAYERS, gradient=False,
                             backend="jax")  # fmt: skip
    kinds = np.array([0, 1, 1, 0, 1])
    value, gradient = step(X, kinds)
    table = predict(X)
    mean = loaded(step.save(tmp_path / "mean.py"))
    rows = loaded(predict.save(tmp_path / "rows.py"))
    found, slopes = mean.step(theta(), X, kinds)
    assert float(found) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(slopes[1], gradient[1], rtol=1e-14)
    np.testing.assert_allclose(rows.step(theta(), X[:3]), table[:3], rtol=1e-15)
    with pytest.raises(ValueError, match=r"no program for the choices \(7,\)"):
        mean.step(theta(), X[:1], [7])


@pytest.mark.slow
def test_a_saved_module_needs_only_jax(tmp_path: Path) -> None:
    """Run where there is no engine, in JAX as it is set up from the beginning."""
    w = [Value(0.5), Value(2.0)]
    program = engine.compile(Value.sum(a.erf() ** 3 / a for a in w), parameters=w, backend="jax")
    program.save(tmp_path / "x_jax.py")
    text = (
        "import sys\nfrom x_jax import step\nvalue, gradient = step([0.5, 2.0])\n"
        "print(float(value), *gradient.tolist())\n"
        "print(sorted({'engine', 'nn'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True,
                         cwd=tmp_path, env={**os.environ, "JAX_PLATFORMS": "cpu"})  # fmt: skip
    numbers, modules = run.stdout.splitlines()
    value, gradient = program()
    np.testing.assert_allclose([*map(float, numbers.split())], [value, *gradient], rtol=1e-14)
    assert modules == "[]"


GAUSS = Op("gauss", "gauss", "{a}", (-2, 2), lambda a: math.exp(-a * a),
           (lambda a, y: -2.0 * a * y,))  # fmt: skip
CBRT = Op("cbrt", "cbrt", "{a}", (0.2, 2), math.cbrt, (lambda a, y: 1 / (3 * y * y),))
BENT = Op("bent", "bent", "{a}", (-2, 2), lambda a: a if a > 0.5 else a * a - 3,
          (lambda a, y: 1.0 if a > 0.5 else 2.0 * a,))  # fmt: skip


def test_rows_that_jax_cannot_follow_are_called_in_python(tmp_path: Path) -> None:
    """One that calls `math`, whose errors are nan or infinite; a file can have those of `math`."""
    numbers = [0.3, -1.5, 0.7, 30.0]
    with registered(GAUSS), registered(CBRT), registered(BENT):
        x: Any = list(map(Value, numbers))
        output = Value.sum(each.gauss() * each.bent() + each.log() for each in x)
        output.backward()
        program = engine.compile(output, parameters=x, backend="jax")
        value, gradient = program()
        assert math.isnan(value)
        np.testing.assert_allclose(gradient, [each.grad for each in x], rtol=1e-13)
        with pytest.raises(ValueError, match=r"functions in Python .*: gauss_of_number; write"):
            program.save(tmp_path / "x.py")
        fine = engine.compile(x[0].cbrt().erf() + x[0].bent(), parameters=x[0], backend="jax")
        assert float(loaded(fine.save(tmp_path / "y.py")).step(0.3)[0]) == pytest.approx(fine()[0])
        assert "jax.scipy.special.erf" in fine.source


WILD = Op("wild", "wild", "{a}", (-2, 2), lambda a: math.exp(1e3 * a) if a > 0 else math.log(a),
          (lambda a, y: math.inf,))  # fmt: skip


def test_what_raises_in_python_is_what_it_is_eagerly() -> None:
    """Infinite where a number is too large, else nan."""
    with registered(WILD):
        w: Any = Value(1.0)
        predict = engine.compile(lambda x: (w * x).wild(), parameters=w, gradient=False,
                                 backend="jax")  # fmt: skip
        predict.trace(np.array([0.1]))
        np.testing.assert_array_equal(predict(np.array([2.0, -1.0])), [math.inf, math.nan])


def test_a_kernel_is_named_apart_from_the_instructions() -> None:
    """And two kernels apart from each other."""
    named = [Op(name, name, "{a}", (-1, 1), lambda a, k=k: a if a > k else a * a,
                (lambda a, y: 1.0,)) for k, name in enumerate(("jnp", "step"))]  # fmt: skip
    with registered(named[0]), registered(named[1]):
        x: Any = Value(0.5)
        program = engine.compile(x.jnp() + x.step() + (x * 2).jnp(), parameters=x, backend="jax")
        assert program()[0] == 1.75
        assert "def jnp_2(a):" in program.source
