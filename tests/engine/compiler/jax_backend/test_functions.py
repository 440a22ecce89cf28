"""Programs as functions of JAX's arrays: pure, on several devices, in float64."""

import os
import pickle
import subprocess
import sys
from math import nan
from socket import create_server
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import engine
from engine import Value
from engine.compiler.ir import strips
from engine.compiler.jax_backend import functions, packages
from tests.engine.compiler.networks import cross_entropy, moons, moons_loss, network, outputs

LAYERS = network([2, 4, 3])
X = np.random.default_rng(0).normal(size=(6, 2))
KINDS = np.array([0, 1, 2, 2, 1, 0])
CLOSE: Any = {"rtol": 1e-12, "atol": 1e-14}


def surprise(x: list[Value], k: int) -> Value:
    """The cross-entropy of a network for the class `k`."""
    return cross_entropy(LAYERS, x, [Value(float(i == k)) for i in range(3)])


def compiled(function: Any, **given: Any) -> tuple[Any, Any]:
    """What is compiled by NumPy, and by JAX."""
    by_numpy, by_jax = (
        engine.compile(function, parameters=LAYERS, backend=name, **given)
        for name in ("numpy", "jax")
    )
    return by_numpy, by_jax


def theta() -> Any:
    """The numbers of the parameters."""
    return [np.array([[w.data for w in row] for row in layer]) for layer in LAYERS]


def assert_close(found: Any, expected: Any) -> None:
    """The same nested arrays."""
    mine, other = jax.tree.leaves(found), jax.tree.leaves(expected)
    for one, two in zip(mine, other, strict=True):
        np.testing.assert_allclose(np.asarray(one), two, **CLOSE)


def test_arrays_of_jax_give_arrays_of_jax() -> None:
    """In float64, whatever JAX is set to; and arrays of NumPy give arrays of NumPy."""
    by_numpy, by_jax = compiled(surprise)
    expected = by_numpy(X, KINDS)
    with jax.enable_x64(True):
        given = jnp.asarray(X)
    found = by_jax(given, KINDS)
    assert_close(found, expected)
    assert {each.dtype for each in jax.tree.leaves(found)} == {np.dtype(float)}
    assert all(isinstance(each, jax.Array) for each in jax.tree.leaves(found))
    value, gradient = by_jax(X, KINDS)
    assert_close((value, gradient), expected)
    assert isinstance(value, float)
    gradient[0][:] = 0.0  # an array of the caller's
    assert not jax.config.jax_enable_x64


def test_what_lies_on_one_device_is_taken_in_strips() -> None:
    """Arrays of NumPy and of JAX; what JAX traces may lie anywhere, and is taken as a whole."""
    _, by_jax = compiled(surprise)
    module = by_jax.trace(X, KINDS).in_jax
    assert functions.strip_for(module, [X, jnp.asarray(X)], 7) == module.strip != 7
    traced: list[int] = []

    def noted(x: Any) -> Any:
        """The same, and how long its strips would be."""
        traced.append(functions.strip_for(module, [X, x], 7))
        return x

    jax.jit(noted)(X)
    assert traced == [7]


def test_arrays_of_single_precision_are_converted() -> None:
    """Exactly, as those of NumPy are; what has no exact form is refused."""
    by_numpy, by_jax = compiled(surprise)
    single = X.astype(np.float32)
    assert_close(by_jax(jnp.asarray(single), KINDS), by_numpy(single, KINDS))
    for wrong in (single.astype(np.complex64), jnp.asarray(single, jnp.bfloat16)):
        with pytest.raises(TypeError, match="argument 1 must be of dtype float64, got"):
            by_jax(jnp.asarray(wrong), KINDS)


@pytest.mark.parametrize("array", [np.asarray, jnp.asarray])
def test_an_argument_that_is_no_array_of_numbers_is_told_by_its_place(array: Any) -> None:
    """Wherever it comes from."""
    _, by_jax = compiled(surprise)
    for place in (1, 2):
        arguments = [X, KINDS]
        arguments[place - 1] = array(arguments[place - 1].astype(np.complex64))
        with pytest.raises(TypeError, match=f"^argument {place} must be"):
            by_jax(*arguments)


def test_parameters_may_be_arrays_of_jax() -> None:
    """With examples that are none; another shape is told with the place."""
    by_numpy, by_jax = compiled(surprise)
    moved = [1.5 * each for each in theta()]
    with jax.enable_x64(True):
        mine = [jnp.asarray(each) for each in moved]
        found = by_jax(X, KINDS, parameters=mine)
    assert_close(found, by_numpy(X, KINDS, parameters=moved))
    assert all(isinstance(each, jax.Array) for each in jax.tree.leaves(found))
    with pytest.raises(ValueError, match=r"parameters\[0\] must have the shape \(4, 3\), got \(3"):
        by_jax(X, KINDS, parameters=[mine[1], mine[1]])


def test_jax_maps_and_differentiates_a_program() -> None:
    """The gradient that JAX finds is the one that the program gives; for each example, too."""
    step = engine.compile(lambda x: Value.sum(outputs(LAYERS, x)).tanh(), parameters=LAYERS,
                          backend="jax")  # fmt: skip
    value, gradient = step(X)
    with jax.enable_x64(True):
        numbers = [jnp.asarray(each) for each in theta()]
        loss = lambda p: step.function(p, jnp.asarray(X))[0]  # noqa: E731
        assert_close(jax.jit(jax.value_and_grad(loss))(numbers), (value, gradient))
        one_by_one = jax.vmap(lambda x: step.function(numbers, x[None])[0])(jnp.asarray(X))
        np.testing.assert_allclose(one_by_one.mean(), value, **CLOSE)


@pytest.mark.slow
def test_jax_differentiates_the_gradient() -> None:
    """The Hessian is symmetric."""
    step = engine.compile(lambda x: Value.sum(outputs(LAYERS, x)).tanh(), parameters=LAYERS,
                          backend="jax")  # fmt: skip
    with jax.enable_x64(True):
        numbers = [jnp.asarray(each) for each in theta()]
        bends = jax.jacfwd(lambda w: step.function([numbers[0], w], jnp.asarray(X))[1][1])
        hessian = np.asarray(bends(numbers[1])).reshape(15, 15)
        np.testing.assert_allclose(hessian, hessian.T, atol=1e-12)
        assert hessian.any()


def test_a_function_is_traced_before_jax_traces_it() -> None:
    """Then there are no numbers of which to make Values."""
    step = engine.compile(lambda x: Value.sum(outputs(LAYERS, x)), parameters=LAYERS,
                          backend="jax")  # fmt: skip
    given = [jnp.asarray(each) for each in theta()]
    with pytest.raises(RuntimeError, match=r"must be traced before JAX traces it.*step\.trace"):
        jax.jit(step.function)(given, jnp.asarray(X))
    step.trace(X[:1])
    value, _ = jax.jit(step.function)(given, jnp.asarray(X))
    assert float(value) == pytest.approx(step(X)[0], rel=1e-5)  # the arrays are in float32


def test_outputs_have_the_examples_first() -> None:
    """What is the same for all examples is repeated."""
    by_numpy, by_jax = compiled(
        lambda x: {"scores": outputs(LAYERS, x), "bias": LAYERS[0][0][0]}, gradient=False
    )
    found = by_jax(jnp.asarray(X, jnp.float32))
    assert_close(found, by_numpy(X.astype(np.float32)))
    assert found["scores"].shape == (6, 3)


@pytest.mark.parametrize("examples", [1, 3000])
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_the_largest_of_some_numbers_is_nan_if_one_is(name: str, examples: int) -> None:
    """Of many examples too, for which XLA loses it; and so are its derivatives."""
    w = Value(0.5)

    def largest(x: list[Value]) -> Value:
        """A ladder."""
        first, *others = [w * each for each in x]
        for each in others:
            first = getattr(first, name)(each)
        return first

    rows = np.tile([1.0, 2.0, 3.0, nan, 4.0, 5.0], (examples, 1))
    for backend in ("numpy", "jax"):
        value, gradient = engine.compile(largest, parameters=[w], backend=backend)(rows)
        assert np.isnan(value), backend
        assert np.isnan(gradient).all(), backend
        predict = engine.compile(largest, parameters=[w], gradient=False, backend=backend)
        assert np.isnan(predict(rows)).all(), backend


def test_the_outputs_may_be_constants() -> None:
    """Of every example."""
    _, by_jax = compiled(lambda _: LAYERS[0][0][0], gradient=False)
    np.testing.assert_allclose(np.asarray(by_jax(jnp.asarray(X))), [LAYERS[0][0][0].data] * 6)


def test_a_graph_takes_arrays_of_jax() -> None:
    """For parameters and inputs; those not given are the present numbers."""
    w, x = [Value(0.5), Value(-1.5)], [Value(2.0), Value(3.0)]
    output = Value.sum((a * b).tanh() for a, b in zip(w, x, strict=True))
    program = engine.compile(output, parameters={"w": w}, inputs=x, backend="jax")
    expected = program()
    with jax.enable_x64(True):
        mine = jnp.array([0.5, -1.5])
        for found in (program({"w": mine}), program(None, jnp.array([2.0, 3.0])),
                      program.function({"w": mine}, [2.0, 3.0])):  # fmt: skip
            assert_close(found, expected)
            assert isinstance(found[0], jax.Array)
    assert float(pickle.loads(pickle.dumps(program))({"w": mine})[0]) == expected[0]


def test_a_graph_of_many_inputs_takes_arrays_of_jax() -> None:
    """The program reads them from one row; without parameters there is no gradient."""
    pairs = {f"x{i}": [Value(0.3 * i), Value(-0.2 * i)] for i in range(12)}
    output = Value.sum((a * b).tanh() for a, b in pairs.values())
    program = engine.compile(output, parameters={}, inputs=pairs, backend="jax")
    numbers = {name: np.array([each.data for each in pair]) for name, pair in pairs.items()}
    with jax.enable_x64(True):
        found = program({}, {name: jnp.asarray(each) for name, each in numbers.items()})
    assert float(found[0]) == pytest.approx(output.data, rel=1e-14)
    assert found[1] == {}


@pytest.mark.parametrize("is_explicit", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_arrays_may_lie_on_a_mesh_of_devices(is_explicit: bool) -> None:
    """Whose axes are automatic, or explicit; categories go where the examples are."""
    mesh = jax.make_mesh((1,), ("examples",)) if is_explicit else Mesh(jax.devices()[:1], "e")
    place = NamedSharding(mesh, PartitionSpec(mesh.axis_names[0]))
    by_numpy, by_jax = compiled(surprise)
    of_numpy, of_jax = compiled(lambda x: outputs(LAYERS, x), gradient=False)
    with jax.enable_x64(True):
        given = jax.device_put(X, place)
        assert_close(by_jax(given, jax.device_put(KINDS > 0, place)), by_numpy(X, KINDS > 0))
        assert_close(by_jax(given, KINDS), by_numpy(X, KINDS))
        found = of_jax(given)
    assert_close(found, of_numpy(X))
    assert found.sharding.mesh.axis_names == mesh.axis_names


@pytest.mark.parametrize("count", [8, 11])
def test_examples_on_one_device_are_computed_in_strips(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """Of four, and the rest; what JAX traces is computed at once, as it may lie anywhere."""
    monkeypatch.setattr(strips, "_NEAR", 0)
    monkeypatch.setattr(strips, "_FEW", 4)
    x, kinds = np.tile(X, (2, 1))[:count], np.tile(KINDS, 2)[:count]
    by_numpy, by_jax = compiled(surprise)
    of_numpy, of_jax = compiled(lambda x: outputs(LAYERS, x), gradient=False)
    same_numpy, same_jax = compiled(lambda x: [LAYERS[0][0][0] * 2.0, LAYERS[0][0][1]],
                                    gradient=False)  # fmt: skip
    assert by_jax.trace(x, kinds).built.strip == 4
    with jax.enable_x64(True):
        given = jnp.asarray(x)
        assert_close(by_jax(given, kinds), by_numpy(x, kinds))
        assert_close(of_jax(given), of_numpy(x))
        assert_close(same_jax(given), same_numpy(x))
        assert_close(jax.jit(of_jax.function)(theta(), given), of_numpy(x))


def test_a_device_with_memory_of_its_own_takes_longer_strips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """32 times as many examples as a processor."""
    _, by_jax = compiled(surprise)
    built = by_jax.trace(X, KINDS).built
    assert strips.strip_of(built.numbers) == built.strip
    monkeypatch.setattr(packages.jax, "default_backend", lambda: "gpu")
    assert built.strip == strips.strip_of(-(-built.numbers // 32)) > strips.strip_of(built.numbers)


def test_other_back_ends_are_no_functions_of_jax() -> None:
    """They take arrays of JAX as arrays of numbers, and say how to get a function."""
    by_numpy, _ = compiled(surprise)
    graph = engine.compile(moons_loss(network([2, 3, 1]), *moons(4)), parameters=[])
    for each in (by_numpy, graph):
        with pytest.raises(ValueError, match=r'no function of JAX: compile with backend="jax"'):
            _ = each.function
    value, gradient = by_numpy(jnp.asarray(X), KINDS)
    assert isinstance(value, float)
    assert isinstance(gradient[0], np.ndarray)


def test_arguments_are_checked() -> None:
    """As those of NumPy are: as many examples each."""
    _, by_jax = compiled(surprise)
    with pytest.raises(ValueError, match="must hold as many examples each, and at least one, got"):
        by_jax(jnp.asarray(X), KINDS[:3])


def test_without_jax_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the back end is asked for, before anything is compiled."""
    monkeypatch.delattr(packages.jax, "Array")
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match=r"'jax', of the extra \[jax\]: pip install \"jax"):
        engine.compile(surprise, parameters=LAYERS, backend="jax")


def test_the_engine_does_not_import_jax() -> None:
    """Nor does compiling for another back end."""
    program = ("import sys, engine; x = engine.Value(2.0); engine.compile(x.exp(), parameters=x)();"
               "print('jax' in sys.modules)")  # fmt: skip
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                         check=True)  # fmt: skip
    assert run.stdout == "False\n"


TWO_DEVICES = """
import jax, numpy as np
import engine, nn
from jax.sharding import NamedSharding, PartitionSpec

jax.config.update("jax_enable_x64", True)
model = nn.MLP(2, [8, 3], "tanh", seed=0)
loss = lambda x, label: nn.cross_entropy([model(x)], [label])
step = engine.compile(loss, parameters=model.parameters(), backend="jax")
X, y = np.random.default_rng(0).normal(size=(64, 2)), np.arange(64) % 3

mesh = jax.make_mesh((2,), ("examples",))
by_example = NamedSharding(mesh, PartitionSpec("examples"))
value, gradient = step(jax.device_put(X, by_example), jax.device_put(y, by_example))
alone, expected = step(X, y)
assert len(jax.devices()) == len(jax.device_put(X, by_example).sharding.device_set) == 2
assert len(gradient.sharding.device_set) == 2
print(abs(float(value) - alone) < 1e-14, np.abs(np.asarray(gradient) - expected).max() < 1e-14)
"""


@pytest.mark.slow
def test_two_devices_give_the_same_numbers() -> None:
    """Each computes half of the examples, and JAX adds up what they find."""
    flags = "--xla_force_host_platform_device_count=2"
    run = subprocess.run([sys.executable, "-c", TWO_DEVICES], capture_output=True, text=True,
                         check=True, env={**os.environ, "XLA_FLAGS": flags})  # fmt: skip
    assert run.stdout == "True True\n"


def test_what_lies_on_other_hosts_is_asked_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole numbers, and the example for which a function is traced; here by the only host."""
    expected = compiled(surprise)[0](X, KINDS)
    monkeypatch.setattr(functions, "_is_on_several_hosts", lambda array: len(array) == len(X))
    with jax.enable_x64(True):
        given = jnp.asarray(X), jnp.asarray(KINDS)
    assert_close(compiled(surprise)[1](*given), expected)


# One of two hosts, each with two devices and half of the examples.
TWO_HOSTS = """
import os
import sys

port, host = map(int, sys.argv[1:])
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import jax

jax.distributed.initialize(f"localhost:{port}", num_processes=2, process_id=host)

import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
import engine, nn

model = nn.MLP(2, [5, 3], "tanh", seed=0)

def loss(x, k):
    # The example that is traced decides, so all hosts are to trace the same one.
    return (2.0 if x[0].data > 0 else 3.0) * nn.cross_entropy([model(x)], [k])

X, y = np.random.default_rng(0).normal(size=(64, 2)), np.arange(64) % 3
by_example = NamedSharding(jax.make_mesh((4,), ("examples",)), PartitionSpec("examples"))
mine = slice(32 * host, 32 * host + 32)
with jax.enable_x64(True):
    spread = [jax.make_array_from_process_local_data(by_example, each[mine]) for each in (X, y)]
step, alone = (engine.compile(loss, parameters=model.parameters(), backend=each)
               for each in ("jax", "numpy"))
predict = engine.compile(model, parameters=model.parameters(), gradient=False, backend="jax")
parameters, far = model.parameters(), []
optimizer = nn.SGD(parameters, learning_rate=0.5)
for _ in range(3):
    (value, gradient), (expected, slopes) = step(*spread), alone(X, y)
    far += [abs(float(value) - expected), np.abs(np.asarray(gradient) - slopes).max()]
    for each, slope in zip(parameters, np.asarray(gradient)):
        each.grad = float(slope)
    optimizer.step()
rows = predict(spread[0]).addressable_shards[0]
one_by_one = [[z.data for z in model(x)] for x in X[rows.index[0]]]
far.append(np.abs(rows.data - np.array(one_by_one)).max())
try:
    nn.fit(model, *spread, loss=nn.cross_entropy, optimizer=optimizer, epochs=1)
except ValueError as error:
    print(error)
print(len(jax.devices()), len(jax.local_devices()), max(far) < 1e-12)
"""


@pytest.mark.slow
def test_two_hosts_give_the_same_numbers() -> None:
    """Each has half of the examples, of their whole numbers, too, and all have the gradient."""
    with create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    hosts = [subprocess.Popen([sys.executable, "-c", TWO_HOSTS, str(port), str(i)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
             for i in range(2)]  # fmt: skip
    try:
        for host in hosts:
            told, errors = host.communicate(timeout=300)
            assert host.returncode == 0, errors
            assert "X must have all its numbers on this machine, got an array of JAX" in told
            assert told.endswith("4 2 True\n")
    finally:
        for host in hosts:
            host.kill()
