"""NumPy: arrays of Values compute what arrays of numbers do, and have the right gradients.

Nothing in the engine knows of NumPy. An array whose elements are objects applies an operator to
each of them, and a function such as np.exp calls the method of that name. So foreign code that is
written with NumPy runs on Values as it is.
"""

import operator
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from engine import PRIMITIVES, LeavesGraphWarning, Op, Value, grad, register

Array = Any  # of floats or of Values; NumPy's types do not know that objects can be multiplied
Function = Callable[[Array], Any]

ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
SCALARS = [np.float64, np.float32, np.float16, np.longdouble, np.int64, np.int8, np.uint8]
X = np.array([[0.7, 1.9, 0.4], [1.2, 0.3, 2.1]])
FIXED = np.array([[0.5, -1.5], [2.0, 0.25], [-0.75, 1.0]])


def values(numbers: Array) -> Array:
    """The same numbers as leaves."""
    return np.vectorize(Value, otypes=[object])(numbers)


def numbers_of(result: Any) -> Array:
    """The numbers of an array in which some elements are Values, or of a single Value."""
    plain = np.vectorize(lambda each: each.data if isinstance(each, Value) else float(each),
                         otypes=[float])  # fmt: skip
    return plain(result)


def weighted(result: Any) -> Any:
    """One number of an array of any shape, such that each element counts differently."""
    flat = np.ravel(result)
    return (flat * np.linspace(1, 2, flat.size)).sum()


def differences(function: Function, x: Array, h: float = 1e-6) -> Array:
    """The gradient of `weighted(function(x))` on floats, by central differences."""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([weighted(function(x + e)) - weighted(function(x - e)) for e in steps]).reshape(
        x.shape
    ) / (2 * h)


def gradient(output: Value, leaves: Array) -> Array:
    """d(output)/d(leaf), in the shape of the leaves."""
    return np.array(grad(output, leaves.ravel())).reshape(leaves.shape)


# How NumPy is used: element by element, along axes, with matrices, with shapes.
FUNCTIONS: dict[str, Function] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "expm1": np.expm1,
    "log1p": np.log1p,
    "tan": np.tan,
    "arcsin": lambda x: np.arcsin(x / 3),
    "arccos": lambda x: np.arccos(x / 3),
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "arctan2": lambda x: np.arctan2(x, x[::-1]),
    "arctan2 with a number": lambda x: np.arctan2(x, 2.0),
    "hypot": lambda x: np.hypot(x, x[::-1]),
    "hypot with a number": lambda x: np.hypot(x, 2),
    "abs": lambda x: np.abs(x - 1),
    "negative": np.negative,
    "positive": np.positive,
    "square": np.square,
    "reciprocal": np.reciprocal,
    "maximum of two": lambda x: np.maximum(x, x[::-1]),
    "maximum with a number": lambda x: np.maximum(x, 1.0) * 2,
    "minimum": lambda x: np.minimum(1.0, x) * 2,
    "power": lambda x: np.power(x, 3),
    "power of arrays": lambda x: x ** x[::-1],
    "power of a number": lambda x: 2.0**x,
    "clip": lambda x: np.clip(x, 0.5, 2.0) * 3,
    "sum": np.sum,
    "sum along an axis": lambda x: x.sum(axis=0),
    "sum with dimensions kept": lambda x: x / x.sum(axis=1, keepdims=True),
    "mean": lambda x: x.mean(),
    "mean along an axis": lambda x: x.mean(axis=1),
    "weighted average": lambda x: np.average(x, axis=0, weights=[1.0, 3.0]),
    "median": np.median,
    "prod": np.prod,
    "prod along an axis": lambda x: np.prod(x, axis=0),
    "cumsum": np.cumsum,
    "cumprod": lambda x: np.cumprod(x, axis=1),
    "diff": np.diff,
    "max": lambda x: x.max(axis=0),
    "min": lambda x: x.min(),
    "sort": lambda x: np.sort(x, axis=1),
    "norm": np.linalg.norm,
    "norm along an axis": lambda x: np.linalg.norm(x, axis=1),
    "conjugate": np.conjugate,
    "vdot": lambda x: np.vdot(x[0], x[1]),
    "var": np.var,
    "std": np.std,
    "std along an axis": lambda x: x.std(axis=0, ddof=1),
    "matrix product": lambda x: x @ FIXED,
    "matrix product, numbers first": lambda x: FIXED @ x,
    "matrix product of Values": lambda x: x @ x.T,
    "dot": lambda x: np.dot(x[0], x[1]),
    "inner": lambda x: np.inner(x, x[::-1]),
    "outer": lambda x: np.outer(x[0], x[1]),
    "einsum": lambda x: np.einsum("ij,jk->ik", x, FIXED),
    "tensordot": lambda x: np.tensordot(x, x, axes=2),
    "trace": lambda x: np.trace(x @ FIXED),
    "matrix power": lambda x: np.linalg.matrix_power(x @ FIXED, 3),
    "cross": lambda x: np.cross(x[0], x[1]),
    "kron": lambda x: np.kron(x, FIXED),
    "convolve": lambda x: np.convolve(x[0], x[1]),
    "polyval": lambda x: np.polyval(x[0], x[1]),
    "broadcasting": lambda x: x[:, :, None] * x[:, None, :] - x[:, :, None],
    "a row for all rows": lambda x: x * x[0] - np.arange(3),
    "where, by numbers": lambda x: np.where(X > 1, x * x, -x),
    "where, by Values": lambda x: np.where(x > 1, x * x, 0.0),
    "a mask": lambda x: x[x > 1] ** 2,
    "indexing": lambda x: x[[1, 0, 1], [0, 2, 2]],
    "concatenate": lambda x: np.concatenate([x * 2, FIXED.T, x]),
    "stack": lambda x: np.stack([x, x * x], axis=-1),
    "transpose and reshape": lambda x: x.T.reshape(2, 3) * x,
    "every pair": lambda x: np.subtract.outer(x[0], x[1]),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_numpy_functions_give_the_numbers_and_the_gradients(function: Function) -> None:
    """On Values the result is that on floats, and the gradient that of central differences."""
    leaves = values(X)
    result = function(leaves)
    expected = function(X)
    assert np.shape(result) == np.shape(expected)
    assert numbers_of(result) == pytest.approx(expected, rel=1e-13)
    assert gradient(weighted(result), leaves) == pytest.approx(differences(function, X), rel=1e-7)


# What may stand beside a Value: arrays of several types and shapes, and one that holds Values.
BESIDE: dict[str, Array] = {
    "floats": np.array([0.5, 2.0, 3.0]),
    "float32": np.array([0.5, 2.0], dtype=np.float32),
    "integers": np.array([1, 2, 3]),
    "a matrix": np.array([[0.5, 2.0], [1.5, 3.0]]),
    "no dimension": np.array(3.0),
    "nothing": np.ones(0),
    "Values": values(np.array([0.5, 2.0])),
    "Values and numbers": np.array([Value(0.5), 2.0], dtype=object),
}


@pytest.mark.parametrize("operation", ARITHMETIC)
def test_a_value_and_an_array_on_either_side(operation: Any, subtests: pytest.Subtests) -> None:
    """The operator acts on each element, keeps the shape, and the Value's gradient is right."""
    sides: list[Callable[..., Any]] = [operation, lambda v, array: operation(array, v)]
    for (name, beside), f in product(BESIDE.items(), sides):
        with subtests.test(beside=name, left=f is operation):
            floats, x = numbers_of(beside), Value(1.5)
            made = f(x, beside)
            assert np.shape(made) == np.shape(beside)
            assert all(type(each) is Value for each in np.ravel(made))
            assert numbers_of(made) == pytest.approx(f(1.5, floats), rel=1e-14)
            slope = (f(1.5 + 1e-6, floats).sum() - f(1.5 - 1e-6, floats).sum()) / 2e-6
            assert grad(Value.sum(np.ravel(made)), [x]) == pytest.approx((slope,), rel=1e-7)


@pytest.mark.parametrize("operation", ARITHMETIC)
def test_a_value_and_a_numpy_scalar_on_either_side(
    operation: Any, subtests: pytest.Subtests
) -> None:
    """The scalar acts as the float that it is; the result is one Value."""
    x = Value(1.5)
    for dtype in SCALARS:
        with subtests.test(dtype=dtype):
            left, right = operation(x, dtype(3)), operation(dtype(3), x)
            assert type(left) is type(right) is Value
            assert (left.data, right.data) == (operation(1.5, 3.0), operation(3.0, 1.5))


@pytest.mark.parametrize("dtype", SCALARS)
def test_values_are_made_of_numpy_scalars(dtype: Any) -> None:
    """Number, gradient and the terms of a sum may be NumPy's; they are kept as floats."""
    x = Value(dtype(3))
    x.grad = dtype(2)
    assert (x.data, type(x.data), x.grad, type(x.grad)) == (3.0, float, 2.0, float)
    x.data = dtype(4)
    assert Value.sum([x, dtype(3)]).data == x.maximum(dtype(7)).data == 7.0


def test_a_float32_keeps_its_digits() -> None:
    """A float32 becomes the float64 of the same number, not of the decimal text."""
    tenth: Any = np.float32(0.1)
    assert Value(tenth).data == float(tenth) != 0.1
    assert (tenth * Value(1.0)).data == (Value(1.0) * tenth).data == float(tenth)


@pytest.mark.parametrize("operation", COMPARISONS)
def test_comparisons_look_at_the_numbers(operation: Any) -> None:
    """Values beside arrays, arrays of Values, and NumPy's scalars compare as their numbers do."""
    others, x = np.array([1.0, 1.5, 2.0]), Value(1.5)
    for array in (others, others.astype(np.float32), values(others)):
        assert operation(x, array).tolist() == operation(1.5, others).tolist()
        assert operation(array, x).tolist() == operation(others, 1.5).tolist()
    assert operation(x, np.float64(1.5)) is operation(1.5, 1.5)
    assert operation(np.int64(2), x) == operation(2, 1.5)  # a truth value of NumPy 1, or Python's


def test_equality_of_arrays_is_identity_of_values() -> None:
    """Elements are equal where they are the same Value."""
    x = values(np.ones(2))
    assert (x == x[::-1]).tolist() == [False, False]
    assert (x == x.copy()).tolist() == [True, True]


@pytest.mark.parametrize("operation", [
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow,
])  # fmt: skip
def test_an_array_of_values_is_changed_in_place(operation: Any, subtests: pytest.Subtests) -> None:
    """`a += b` puts new Values into the same array; the old ones stay as they were."""
    others: list[Any] = [Value(3.0), 3.0, np.array([3.0, 2.0]), np.float64(3.0)]
    for other in others:
        with subtests.test(other=other):
            leaves = values(np.array([0.5, 2.0]))
            array = leaves.copy()
            made = operation(array, other)
            assert made is array
            plain = operation(np.array([0.5, 2.0]), numbers_of(other))
            assert numbers_of(made) == pytest.approx(plain, rel=1e-14)
            assert numbers_of(leaves).tolist() == [0.5, 2.0]
            assert all(each != 0 for each in gradient(made.sum(), leaves))


@pytest.mark.parametrize("other", [Value(3.0), values(np.ones(2))])
def test_an_array_of_floats_takes_no_values_in_place(other: Any) -> None:
    """`floats += value` is an error, not a gradient that is lost."""
    floats = np.ones(2)
    with pytest.raises(TypeError, match="Cannot cast ufunc 'add' output"):
        floats += other


def test_a_conversion_to_floats_takes_the_numbers() -> None:
    """An array of Values becomes one of floats where that is asked for, with a warning."""
    x = values(X)
    with pytest.warns(LeavesGraphWarning):
        assert x.astype(float).tolist() == np.asarray(x, dtype=float).tolist() == X.tolist()
    assert np.array([Value(2.0), 1]).dtype == object


def test_numpys_floor_gives_whole_numbers_and_that_of_values_is_in_the_graph() -> None:
    """NumPy asks `math.floor`, which gives ints, with a warning; the derivative is 0 either way."""
    x = values(X)
    with pytest.warns(LeavesGraphWarning):
        assert np.floor(x).tolist() == np.floor(X).tolist()
    made = x[0, 1].floor()
    assert (made.data, made.op.name, grad(made, [x[0, 1]])) == (1.0, "floor", (0.0,))


@pytest.mark.parametrize("bad", [np.complex128(1), np.array(["a"]), np.array([None])])
@pytest.mark.parametrize("operation", [operator.add, operator.truediv])
def test_what_is_no_real_number_is_refused_in_arrays_too(operation: Any, bad: Any) -> None:
    """Complex numbers, text and None beside a Value are a TypeError."""
    with pytest.raises(TypeError):
        operation(Value(1.0), bad)
    with pytest.raises(TypeError):
        operation(bad, Value(1.0))


def test_a_registered_operation_is_a_function_of_numpy() -> None:
    """A new row that has NumPy's name for it is found by NumPy at once."""
    register(Op("cbrt", "cbrt", r"\sqrt[3]{{{a}}}", (0.2, 2), np.cbrt,
                (lambda a, y: 1 / (3 * y * y),)))  # fmt: skip
    leaves = values(X)
    made = np.cbrt(leaves)
    assert numbers_of(made) == pytest.approx(np.cbrt(X), rel=1e-15)
    assert gradient(made.sum(), leaves) == pytest.approx(X ** (-2 / 3) / 3, rel=1e-15)
    del PRIMITIVES["cbrt"]
    del Value.cbrt  # type: ignore[attr-defined]  # it was there for the test


@pytest.mark.parametrize("n", [2, 5, 20])
def test_scipys_rosenbrock_function_runs_on_values(n: int) -> None:
    """SciPy's code as it is has the gradient that SciPy gives in closed form.

    H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a function",
    The Computer Journal 3 (1960): the sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2.
    """
    x = np.random.default_rng(n).uniform(-2, 2, n)
    leaves = values(x)
    y = optimize.rosen(leaves)
    assert y.data == pytest.approx(optimize.rosen(x), rel=1e-13)
    assert gradient(y, leaves) == pytest.approx(optimize.rosen_der(x), rel=1e-12, abs=1e-10)


def lennard_jones(positions: Array) -> Any:
    """The energy of a cluster of atoms, with unit depth and diameter."""
    i, j = np.triu_indices(len(positions), k=1)
    r = np.sqrt(np.sum((positions[i] - positions[j]) ** 2, axis=1))
    return np.sum(4 * ((1 / r) ** 12 - (1 / r) ** 6))


def lennard_jones_slope(positions: Array) -> Array:
    """Minus the force on each atom: the sum over the others of (24 r^-8 - 48 r^-14) (p - q)."""
    apart = positions[:, None] - positions[None, :]
    square = np.sum(apart**2, axis=-1) + np.eye(len(positions))  # no atom acts on itself
    return np.sum((24 * square**-4 - 48 * square**-7)[..., None] * apart, axis=1)


def test_the_lennard_jones_potential_has_its_closed_form_force() -> None:
    """Seven atoms in space: the gradient of the energy is minus the force.

    J. E. Jones, "On the determination of molecular fields. II", Proceedings of the Royal Society
    A 106 (1924), with the exponents 12 and 6: the sum over pairs of 4 (r^-12 - r^-6).
    """
    grid = np.array(list(np.ndindex(2, 2, 2)))[:7] * 1.2
    positions = grid + np.random.default_rng(1).uniform(-0.1, 0.1, grid.shape)
    leaves = values(positions)
    energy = lennard_jones(leaves)
    assert energy.data == pytest.approx(lennard_jones(positions), rel=1e-12)
    expected = lennard_jones_slope(positions)
    assert gradient(energy, leaves) == pytest.approx(expected, rel=1e-10, abs=1e-10)


def cross_entropy(scores: Array, one_hot: Array) -> Any:
    """The mean of log-sum-exp minus the score of the right class."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logarithm = np.log(np.exp(shifted).sum(axis=1))
    return (logarithm - (shifted * one_hot).sum(axis=1)).mean()


def test_cross_entropy_has_the_gradient_softmax_minus_target() -> None:
    """For scores z and one-hot targets y the gradient is (softmax(z) - y) / n, row by row.

    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition" (1990).
    """
    scores = np.random.default_rng(2).normal(0, 3, (6, 4))
    one_hot = np.eye(4)[[0, 3, 1, 1, 2, 0]]
    leaves = values(scores)
    loss = cross_entropy(leaves, one_hot)
    assert loss.data == pytest.approx(cross_entropy(scores, one_hot), rel=1e-13)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert gradient(loss, leaves) == pytest.approx((softmax - one_hot) / 6, rel=1e-12, abs=1e-15)


def test_the_sum_of_one_value_is_that_value() -> None:
    """As NumPy asks for it, once and twice; on the class, a sum of many."""
    x, y = Value(2.0), Value(3.0)
    array = np.array([[x, y], [y, x]])
    assert np.sum(x) is x  # type: ignore[call-overload]  # NumPy is not told of Values
    assert x.sum() is Value.sum(x) is x.sum(axis=0) is x.sum(axis=None, out=None, dtype=object) is x
    assert np.sum(np.sum(array)).data == array.sum().sum().data == 10.0
    assert [each.data for each in np.sum(array, axis=0)] == [5.0, 5.0]
    assert (
        x.sum([x, y, 1.0]).data == Value.sum([x, y, 1.0]).data == Value.sum((x, y, 1.0)).data == 6.0
    )


@pytest.mark.parametrize(("function", "message"), [
    (lambda x: np.sum(x, axis=1), "axis: a single Value has no such sum, got 1"),
    (lambda x: np.sum(x, dtype=float), "dtype: a single Value has no such sum, got <class 'float'"),
    (lambda x: np.sum(x, keepdims=True), "keepdims: a single Value has no such sum, got True"),
    (lambda x: np.sum(x, out=np.zeros(())), r"out: a single Value has no such sum, got array\(0"),
    (lambda x: Value.sum([x], axis=0), r"takes one list of Values and no axis, .* got \('axis',\)"),
    (lambda x: Value.sum([x], [x]), "takes one list of Values and no axis, as NumPy's function"),
    (lambda x: x.sum([x], axis=0), "takes one list of Values and no axis, as NumPy's function"),
    (lambda x: x.sum(0), "values must be some Values to go through, got 0"),
])  # fmt: skip
def test_what_one_value_has_no_sum_for_is_refused(
    function: Callable[[Any], object], message: str
) -> None:
    """No axis but that of a single number, no other type, no place for the result."""
    with pytest.raises(TypeError, match=message):
        function(Value(2.0))


@pytest.mark.parametrize("reduction", [
    np.prod, np.mean, np.max, np.min, np.std, np.var, np.average, np.cumsum, np.ptp, np.nansum,
], ids=lambda each: each.__name__)  # fmt: skip
def test_reductions_take_one_value_and_many(reduction: Any) -> None:
    """With the number that NumPy gives for floats, and a gradient by finite differences."""
    alone = np.asarray(reduction(Value(2.0)), dtype=object).item()
    assert alone.data == float(np.asarray(reduction(2.0)).item())
    numbers = [1.5, 0.5, 2.5]
    leaves = [Value(number) for number in numbers]
    (*_, last) = np.atleast_1d(np.asarray(reduction(np.array(leaves)), dtype=object))
    (*_, expected) = np.atleast_1d(reduction(np.array(numbers)))
    assert last.data == pytest.approx(expected, rel=1e-14)
    for gradient, shift in zip(grad(last, leaves), np.eye(3) * 1e-6, strict=True):
        (*_, above) = np.atleast_1d(reduction(np.array(numbers) + shift))
        (*_, below) = np.atleast_1d(reduction(np.array(numbers) - shift))
        assert gradient == pytest.approx((above - below) / 2e-6, abs=1e-8)
