"""Arrays of Values: NumPy's arrays of objects, in which numbers stand beside Values.

What a program of arrays does to them falls into three kinds. It computes element by element
(`elementwise`), it multiplies and adds up (`dot_products`, `reduced_along`), or it only moves
elements, as a transposition, a slice and a look-up do: then it is run on the places of the
elements (`elements_at`), whatever it is.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..value import Value
from .packages import np

NumberOrValue = Value | float


def has_values(array: Any) -> bool:
    """Whether there is a Value among the elements."""
    return array.dtype == object and any(isinstance(each, Value) for each in array.flat)


def data_of_elements(array: Any) -> Any:
    """The numbers of the elements, as floats if they are Values."""
    if array.dtype != object:
        return array
    return np.array([getattr(each, "data", each) for each in array.flat], float).reshape(
        array.shape
    )


def elementwise(function: Callable[..., NumberOrValue], *arrays: Any) -> Any:
    """The array of `function` of the elements at each place, the arrays broadcast."""
    taken = np.broadcast_arrays(*(np.asarray(each, object) for each in arrays))
    result = np.empty(taken[0].shape, object)
    result.flat = [function(*each) for each in zip(*(each.flat for each in taken), strict=True)]
    return result


def unary(method: Callable[[Value], Value]) -> Callable[[NumberOrValue], NumberOrValue]:
    """A function of one Value, of a number too: there its result is a number."""

    def of(element: NumberOrValue) -> NumberOrValue:
        """The result, a Value of a Value."""
        if isinstance(element, Value):
            return method(element)
        return method(Value(float(element))).data

    return of


def binary(
    method: Callable[[Value, NumberOrValue], Value],
) -> Callable[[NumberOrValue, NumberOrValue], NumberOrValue]:
    """A function of a Value and one more, of numbers too: of two its result is a number."""

    def of(a: NumberOrValue, b: NumberOrValue) -> NumberOrValue:
        """The result, a Value if either is one."""
        if isinstance(a, Value):
            return method(a, b)
        result = method(Value(float(a)), b)
        return result if isinstance(b, Value) else result.data

    return of


def elements_at(operation: Callable[..., Any], *arrays: Any, absent: float = 0.0) -> Any:
    """The elements of the arrays where `operation` puts them; `absent` where it puts none.

    `operation` is run on the places of the elements: 1, 2, 3, … in one array after the other, as
    floats, since it may be made for them; 0 and nan are the place of no element.
    """
    taken = [np.asarray(each, object) for each in arrays]
    ends = np.cumsum([1, *(each.size for each in taken)])
    places = [
        np.arange(start, end, dtype=float).reshape(each.shape)
        for each, start, end in zip(taken, ends, ends[1:], strict=False)
    ]
    at = np.nan_to_num(np.asarray(operation(*places)))
    elements = np.array([absent, *(element for each in taken for element in each.flat)], object)
    return elements[at.astype(int)]


def reduced_along(
    function: Callable[[list[NumberOrValue]], NumberOrValue], array: Any, axes: Sequence[int]
) -> Any:
    """The array of `function` of all elements along `axes`."""
    array = np.asarray(array, object)
    axes = [axis % array.ndim for axis in axes]
    rest = [axis for axis in range(array.ndim) if axis not in axes]
    lists = array.transpose([*rest, *axes]).reshape([*(array.shape[axis] for axis in rest), -1])
    result = np.empty(lists.shape[:-1], object)
    for place in np.ndindex(result.shape):
        result[place] = function(list(lists[place]))
    return result


def total_of(terms: list[NumberOrValue]) -> NumberOrValue:
    """The sum: of numbers a number, else a Value."""
    result = Value.sum(terms)
    return result if any(isinstance(each, Value) for each in terms) else result.data


def dot_products(a: Any, b: Any) -> Any:
    """The array of ∑ₖ a[…, i, k] · b[…, j, k], with a row for each i and a column for each j."""
    result = np.empty((*a.shape[:-2], a.shape[-2], b.shape[-2]), object)
    for place in np.ndindex(result.shape):
        *batch, i, j = place
        terms = [x * y for x, y in zip(a[(*batch, i)], b[(*batch, j)], strict=True)]
        result[place] = total_of(terms)
    return result
