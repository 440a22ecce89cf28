"""Functions of JAX on Values: JAX's own numbers and gradients, and every product a node."""

import math
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import engine
from engine import Stepper, Value, chain_rule, from_jax, value_array
from engine.interop import jax_functions, jax_rules
from engine.system.packages import OnDemand

jax = pytest.importorskip("jax")
jnp = jax.numpy
lax = jax.lax

_RANDOM = np.random.default_rng(0)


def numbers(*shape: int) -> Any:
    """Random numbers."""
    return _RANDOM.normal(size=shape)


def network(w1: Any, b1: Any, w2: Any, x: Any, y: Any) -> Any:
    """The squared error of a network of two layers."""
    return jnp.sum((jnp.tanh(w2 @ jax.nn.relu(w1 @ x + b1)) - y) ** 2)


def attention(q: Any, k: Any, v: Any) -> Any:
    """Softmax of products, as weights."""
    return jnp.sum((jax.nn.softmax(q @ k.T / jnp.sqrt(3.0)) @ v) ** 2)


def normalized(x: Any, g: Any) -> Any:
    """Rows with mean 0 and variance 1."""
    rows = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return jnp.sum(jnp.sin(rows * g))


def recurrent(w: Any, u: Any, xs: Any) -> Any:
    """A network through time, from the last input to the first too."""

    def step(h: Any, x: Any) -> Any:
        h = jnp.tanh(w @ h + u * x)
        return h, h.sum()

    h, ys = lax.scan(step, jnp.zeros(2), xs)
    _, back = lax.scan(step, h, xs, reverse=True)
    return jnp.sum(ys**2) + h[0] + jnp.sum(back * jnp.arange(3.0))


def convolved(x: Any, w: Any) -> Any:
    """A convolution in groups, with a stride, padding and a dilation, channels last."""
    made = lax.conv_general_dilated(
        x, w, (2, 1), ((1, 1), (0, 1)), rhs_dilation=(1, 2), feature_group_count=2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )  # fmt: skip
    return jnp.sum(made**2)


def elementary(x: Any) -> Any:
    """Most functions of one number."""
    return jnp.sum(
        jnp.sin(x) * jnp.cos(x) + jnp.tan(x) / 9 + jnp.exp(x) + jnp.exp2(x) + jnp.expm1(x)
        + jnp.log(x * x) + jnp.log1p(x * x) + jnp.sinh(x) + jnp.cosh(x) + jnp.cbrt(x) + x**3
        + jnp.arcsin(x / 9) + jnp.arccos(x / 9) + jnp.arctan(x) + jnp.arctan2(x, 2.0) + lax.erf(x)
        + lax.erfc(x) + lax.rsqrt(x * x) + jnp.abs(x) * jnp.sign(x) + (x * x) ** 1.5 - (-x)
    )  # fmt: skip


def chosen(x: Any) -> Any:
    """Elements that are chosen by their data, kept between bounds, and added up in order."""
    return (
        jnp.sum(jnp.where(x > 0, x * x, -x)) + jnp.sum(jnp.clip(x, -0.5, 0.5)) + jnp.max(x)
        + jnp.min(x) * jnp.prod(x) + jnp.sum(jnp.cumsum(x) ** 2) + jnp.sum(jnp.cumprod(x))
        + x[jnp.argmax(x)] ** 2 + jnp.sum(lax.cummax(x)) + jnp.sum(lax.cummin(x, reverse=True))
    )  # fmt: skip


def moving(x: Any) -> Any:
    """Elements that are moved, and one that is set, one that grows."""
    return (
        jnp.sum(jnp.roll(x, 2) * jnp.flip(x)) + jnp.sum(jnp.pad(x, 2) * jnp.arange(10.0))
        + jnp.sum(lax.dynamic_slice(x, (1,), (3,)) ** 3)
        + jnp.sum(x.at[1].set(3.0 * x[0]).at[2].add(x[1] ** 2) ** 2)
        + jnp.sum(jnp.sort(x) * jnp.arange(6.0)) + jnp.sum(jnp.stack([x, x * 2])[1, ::2] ** 2)
    )  # fmt: skip


def decided(x: Any) -> Any:
    """Branches and loops that the data decide."""
    y = lax.cond(x > 0, lambda a: a * a, lambda a: a**3, x)
    z = lax.switch(7, [lambda a: a, lambda a: a * 2.0], y)
    w = lax.fori_loop(0, 4, lambda i, a: jnp.sin(a) + x, z)
    return lax.while_loop(lambda a: a < 9.0, lambda a: a * 1.5, jnp.abs(w)) + jax.jit(jnp.tanh)(x)


def bounded(x: Any, limit: Any, factor: Any) -> Any:
    """A loop whose test and whose step look at numbers around it."""
    return lax.while_loop(lambda a: a < limit, lambda a: a * factor, x)


def leaky(x: Any) -> Any:
    """A function that is called relu, and is none."""

    def relu(v: Any) -> Any:
        return jnp.where(v > 0, v, 0.1 * v)

    return jnp.sum(jax.jit(relu)(x) * lax.stop_gradient(x))


@jax.custom_vjp  # type: ignore[untyped-decorator]  # JAX's types are not looked at
def straight_through(x: Any) -> Any:
    """The square, with a derivative of 1."""
    return x * x


straight_through.defvjp(lambda x: (x * x, None), lambda _, ct: (ct,))


@jax.custom_jvp  # type: ignore[untyped-decorator]  # JAX's types are not looked at
def stable(x: Any) -> Any:
    """Its derivative is its own, and right."""
    return jnp.log1p(jnp.exp(x))


stable.defjvp(lambda primals, tangents: (stable(*primals), jax.nn.sigmoid(*primals) * tangents[0]))


def mixed(x: Any) -> Any:
    """Numbers among Values, which stay numbers; what changes nothing; and a clamp."""
    row = jnp.tanh(jnp.concatenate([x, jnp.ones(2)]))
    return jnp.sum(lax.clamp(-0.5, lax.reduce_precision(row, 11, 52), 0.6) * row)


_FUNCTIONS: list[tuple[Callable[..., Any], list[Any]]] = [
    (network, [numbers(3, 2), numbers(3), numbers(1, 3), numbers(2), np.array([1.0])]),
    (attention, [numbers(4, 3), numbers(4, 3), numbers(4, 2)]),
    (normalized, [numbers(3, 4), numbers(4)]),
    (recurrent, [numbers(2, 2), numbers(2), numbers(3)]),
    (convolved, [numbers(1, 3, 4, 4), numbers(2, 2, 2, 4)]),
    (elementary, [numbers(3)]),
    (chosen, [numbers(5)]),
    (moving, [numbers(6)]),
    (decided, [np.array(-0.3)]),
    (bounded, [np.array(0.3), np.array(9.0), np.array(1.5)]),
    (leaky, [numbers(4)]),
    (mixed, [numbers(3)]),
    (lambda x: jnp.sum(stable(x) + jax.nn.softplus(x)), [numbers(3)]),
    (lambda a, b: jnp.sum(jnp.sin(jnp.einsum("bij,bjk->bik", a, b))), [numbers(2, 2, 3),
                                                                      numbers(2, 3, 2)]),
    (lambda x: jnp.sum(jax.ops.segment_sum(x, jnp.array([0, 1, 0, 9]), num_segments=3) ** 2),
     [numbers(4)]),
    (lambda w, x: jnp.sum(jnp.polyval(w, x) + jnp.log2(x * x)), [numbers(3), numbers(4)]),
    (lambda w, x: jnp.sum(jax.vmap(jax.grad(lambda b: jnp.tanh(b @ w)))(x) ** 2),
     [numbers(3), numbers(2, 3)]),
]  # fmt: skip


class Tree:
    """What a scan of JAX 0.12 has in place of two counts."""

    def unpack(self) -> list[list[None]]:
        """The constants, what is carried, and the rows of what is gone through."""
        return [[None], [None, None], [None]]


def test_what_a_scan_carries_is_counted_in_old_and_new_versions() -> None:
    """The counts are those with which JAX 0.8 to 0.11 tell it."""
    assert jax_functions._counted({"num_consts": 1, "num_carry": 2}) == (1, 2)
    assert jax_functions._counted({"ft_in": Tree()}) == (1, 2)


@pytest.mark.parametrize(("name", "given", "expected", "slope"), [
    ("polynomial", [3.0, 1.0, 5.0, 2.0], 34.0, 17.0),
    ("log2", [8.0], 3.0, 1 / (8 * math.log(2))),
    ("one_minus_square", [3.0], -8.0, -6.0),
])  # fmt: skip
def test_what_newer_versions_of_jax_compute_in_one_step(
    name: str, given: list[float], expected: float, slope: float
) -> None:
    """1 + 5x + 2x² at 3 is 34, as JAX says in its own example."""
    x, *others = map(Value, given)
    result = jax_rules.RULES[name]([np.array(each, object) for each in (x, *others)], {}).item()
    assert result.data == pytest.approx(expected, rel=1e-15)
    result.backward()
    assert x.grad == pytest.approx(slope, rel=1e-15)


@pytest.mark.parametrize(
    ("function", "given"), _FUNCTIONS, ids=lambda each: getattr(each, "__name__", "")
)
def test_numbers_and_gradients_are_those_of_jax(
    function: Callable[..., Any], given: list[Any]
) -> None:
    """To twelve digits of the largest partial derivative."""
    values = [value_array(each, f"p{place}") for place, each in enumerate(given)]
    output = from_jax(function)(*values)
    with jax.enable_x64(True):
        arrays = [jnp.array(each) for each in given]
        number = function(*arrays)
        partials = jax.jacfwd(function, range(len(given)))(*arrays)
    output.backward()
    assert output.data == pytest.approx(float(number), rel=1e-12, abs=1e-12)
    for ours, theirs in zip(values, partials, strict=True):
        grads = np.vectorize(lambda value: value.grad)(np.asarray(ours, object))
        scale = float(np.max(np.abs(theirs))) or 1.0
        assert grads == pytest.approx(np.asarray(theirs), rel=1e-12, abs=1e-12 * scale)


def test_a_function_is_stepped_and_its_paths_are_followed() -> None:
    """A ReLU is one, a product is a product, and names are those of the arguments' Values."""
    w = value_array([[0.5, -0.2]], "w")
    loss = from_jax(lambda w, x: jnp.sum(jax.nn.relu(w @ x)))(w, np.array([2.0, 1.0]))
    loss.backward()
    assert "ReLU → Sum → Mul → w[0,0]" in str(chain_rule(loss, w[0, 0]))
    assert "Values" in repr(Stepper(loss))


def test_arguments_and_results_are_nested_as_they_are_in_jax() -> None:
    """Dictionaries by name, lists of Values as arrays, numbers alone as numbers."""
    function = from_jax(lambda p, *, scale: {"y": p["w"] @ jnp.ones(2) * scale, "scale": scale})
    result = function({"w": [Value(1.0), 2.0]}, scale=3.0)
    assert result["y"].data == 9.0
    assert float(result["scale"]) == 3.0
    assert from_jax(lambda n: n + 1)(2) == 3


@pytest.mark.parametrize(("function", "message"), [
    (lambda x: jnp.sum(straight_through(x)), "a derivative of its own"),
    (lambda x: jnp.sum(lax.lgamma(x)), "the primitive 'lgamma' of JAX is not known here"),
    (lambda x: jnp.sum(jnp.abs(lax.complex(x, x))), "complex gives complex numbers"),
    (lambda x: jnp.sum(lax.conv_general_dilated(x[None, None], x[None, None], (1,), "SAME",
                                                batch_group_count=1) if len(x) < 2 else
                       lax.conv_general_dilated(x.reshape(2, 1, 1), x.reshape(2, 1, 1), (1,),
                                                "SAME", batch_group_count=2)),
     "batch_group_count is not known here"),
])  # fmt: skip
def test_what_is_not_known_here_is_named(function: Callable[..., Any], message: str) -> None:
    """The primitive, and what to do."""
    with pytest.raises(ValueError, match=message):
        from_jax(function)(value_array([0.5, 1.5], "x"))


def test_without_jax_the_line_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the function is called."""
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setattr(jax_functions, "jax", OnDemand("jax", "jax", "engine.from_jax"))
    with pytest.raises(ImportError, match=r"engine.from_jax needs the package 'jax', .* \[jax\]"):
        from_jax(network)(1.0)


def test_an_array_of_values_has_a_label_for_each_place() -> None:
    """And of one number it is a Value."""
    w = value_array([[1, 2], [3, 4]], "w")
    assert [value.label for value in w.flat] == ["w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]"]
    assert (value_array(3.0, "b").label, value_array([1.0])[0].label) == ("b", "")
    assert engine.value_array is value_array


@pytest.mark.parametrize(("given", "error", "message"), [
    ("abc", TypeError, r"numbers must be a real number, got 'abc' \(str\)"),
    (None, TypeError, r"numbers must be a real number, got None"),
    ([1.0, None], TypeError, r"numbers\[1\] must be a real number, got None"),
    ([[1.0, 2.0], [3.0, "4"]], TypeError, r"numbers\[1\]\[1\] .* got '4' \(str\): write float"),
    ([Value(1.0)], TypeError, r"numbers\[0\] must .* got Value\(.*: its number is \.data"),
    ([1j], TypeError, r"numbers\[0\] must be a real number, got 1j"),
    ([[1.0, 2.0], [3.0]], ValueError, "numbers must be .* whose rows are of one length, got"),
])  # fmt: skip
def test_what_is_no_array_of_numbers_is_named(
    given: Any, error: type[Exception], message: str
) -> None:
    """None would be nan otherwise."""
    with pytest.raises(error, match=message):
        value_array(given)


def test_numbers_of_any_kind_are_floats() -> None:
    """Fractions, whole numbers, and those of JAX that NumPy does not have."""
    third = Fraction(1, 3)
    assert [each.data for each in value_array([third, 2])] == [1 / 3, 2.0]
    assert [each.data for each in value_array(jnp.array([1.5, 2], jnp.bfloat16))] == [1.5, 2.0]


def test_a_function_is_asked_for_at_once() -> None:
    """Not when it is called."""
    no_function: Any = Value(1.0)
    with pytest.raises(TypeError, match=r"function must be a function, such as lambda x: jnp\.sin"):
        from_jax(no_function)
