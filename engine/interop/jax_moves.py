"""JAX's primitives that move elements of arrays: look-ups, slices, sorting, convolution.

JAX itself runs them on the places of the elements, and so says where each of them goes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..system.packages import OnDemand
from .object_arrays import data_of_elements, dot_products, elements_at
from .packages import np

jax: Any = OnDemand("jax", "jax", "engine.from_jax")


def by_jax(equation: Any, given: list[Any]) -> list[Any]:
    """What JAX gives for one equation, of numbers."""
    result = equation.primitive.bind(*map(jax.numpy.asarray, given), **equation.params)
    results = result if equation.primitive.multiple_results else [result]
    return [np.asarray(each) for each in results]


def _placed(equation: Any, given: list[Any]) -> list[Any]:
    """The elements where JAX puts their places; whole numbers among the operands are indices."""
    moving = [each.aval.dtype.kind == "f" for each in equation.invars]

    def at(k: int, *places: Any) -> Any:
        """Where JAX puts the places, in its result number `k`."""
        following = iter(places)
        operands = [next(following) if is_moved else each
                    for each, is_moved in zip(given, moving, strict=True)]  # fmt: skip
        return by_jax(equation, operands)[k]

    arrays = [each for each, is_moved in zip(given, moving, strict=True) if is_moved]
    return [elements_at(lambda *places, k=k: at(k, *places), *arrays, absent=float("nan"))
            for k in range(len(equation.outvars))]  # fmt: skip


def _sorted(equation: Any, given: list[Any]) -> list[Any]:
    """The operands in the order that their data gives."""
    options = equation.params
    data = [data_of_elements(each) for each in given]
    axis = options["dimension"]
    lines = np.broadcast_to(
        np.arange(data[0].shape[axis]).reshape([-1] + [1] * (data[0].ndim - axis - 1)),
        data[0].shape,
    )
    operands = [jax.numpy.asarray(each) for each in (*data, lines)]
    order = np.asarray(jax.lax.sort(operands, dimension=axis, num_keys=options["num_keys"])[-1])
    return [np.take_along_axis(each, order, axis) for each in given]


def _added(equation: Any, given: list[Any]) -> list[Any]:
    """The first operand, and at the places that the indices name the sum with the updates.

    Where an update goes, its derivative tells: that of the result, taken at the places.
    """
    array, indices, updates = given
    places = np.arange(1.0, array.size + 1).reshape(array.shape)

    def written(new: Any) -> Any:
        """What JAX adds to zeros."""
        return equation.primitive.bind(jax.numpy.zeros(array.shape), indices, new,
                                       **equation.params)  # fmt: skip

    (goals,) = jax.vjp(written, jax.numpy.zeros(updates.shape))[1](jax.numpy.asarray(places))
    result = np.array([0.0, *array.flat], object)
    for goal, update in zip(np.asarray(goals, int).flat, updates.flat, strict=True):
        if goal:
            result[goal] = result[goal] + update
    return [result[1:].reshape(array.shape)]


_WINDOWS = ("window_strides", "padding", "lhs_dilation", "rhs_dilation")


def _convolved(equation: Any, given: list[Any]) -> list[Any]:
    """Each patch of the first operand, times each filter, added up."""
    options = equation.params
    of, by, to = options["dimension_numbers"]
    filters = given[1].transpose(by)
    usual = tuple(range(filters.ndim))

    def patches(places: Any) -> Any:
        """The places of each patch, in a row."""
        return jax.lax.conv_general_dilated_patches(
            jax.numpy.asarray(places), filters.shape[2:],
            dimension_numbers=jax.lax.ConvDimensionNumbers(usual, usual, usual),
            **{name: options[name] for name in _WINDOWS},
        )  # fmt: skip

    if options["batch_group_count"] != 1:
        raise ValueError("from_jax: a convolution with batch_group_count is not known here, only 1")
    laid = elements_at(patches, given[0].transpose(of))
    groups = options["feature_group_count"]
    count, per_group = len(filters), len(filters) // groups
    rows = laid.reshape([len(laid), groups, -1, *laid.shape[2:]])
    rows = np.moveaxis(rows, 2, -1)  # examples, groups, places of the result, terms
    made = dot_products(
        rows.reshape([len(laid), groups, -1, rows.shape[-1]]),
        np.broadcast_to(filters.reshape(1, groups, per_group, -1),
                        (len(laid), groups, per_group, rows.shape[-1])),
    )  # fmt: skip
    result = np.moveaxis(made, -1, 2).reshape([len(laid), count, *laid.shape[2:]])
    return [result.transpose(np.argsort(to))]


# What moves elements: a row for each, with what gives its results.
MOVING: Mapping[str, Callable[[Any, list[Any]], list[Any]]] = {
    **dict.fromkeys(
        ["expand_dims", "slice", "rev", "pad", "concatenate", "gather", "dynamic_slice",
         "dynamic_update_slice", "tile", "split", "stack", "unstack", "scatter"],
        _placed,
    ),
    "sort": _sorted,
    "scatter-add": _added,
    "scatter_add": _added,
    "conv_general_dilated": _convolved,
}  # fmt: skip
