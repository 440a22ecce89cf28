"""Programs as functions of JAX's arrays, which stay where they are: on one device or on several.

`whole_function` is pure and compiled as one: from nested arrays of parameters to nested results.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any, NamedTuple

from ..arrays import np
from ..kinds.views import Shape
from ..recording.examples import ExampleArrays
from ..recording.pytrees import Nest, arranged, is_exact, matched, numbers, values_of
from .module import JaxModule
from .packages import hosts, in_float64, jax, jnp


class Arrange(NamedTuple):
    """The results of a call, from the outputs of a program.

    - `results`: makes these of the outputs and the number of examples.
    - `has_examples`: whether each result has the examples as its first axis.
    """

    results: Callable[[Any, int], Any]
    has_examples: bool


def has_jax_arrays(given: Any) -> bool:
    """Whether an array of JAX is among nested lists and dicts."""
    if isinstance(given, Mapping):
        return any(map(has_jax_arrays, given.values()))
    if isinstance(given, list | tuple):
        return any(map(has_jax_arrays, given))
    return isinstance(given, jax.Array)


def whole_function(module: JaxModule, arrange: Arrange) -> Callable[[Any, Any, int, int], Any]:
    """The function of the arrays of parameters, of inputs, and of the number of examples.

    The last argument is how many examples are computed at a time.
    """

    def whole(parameters: list[Any], inputs: list[Any], examples: int, strip: int) -> Any:
        """The outputs of the program, arranged."""
        row = numbers_in_a_row(parameters)
        if examples <= strip:
            found = module.pure(row, inputs, examples)
        elif arrange.has_examples:
            found = _rows_in_strips(module, row, inputs, strip)
        else:
            found = _mean_in_strips(module, row, inputs, strip)
        return arrange.results(found, examples)

    def placed(parameters: list[Any], inputs: list[Any], examples: int, strip: int) -> Any:
        """The same; on a mesh whose axes are explicit, JAX still decides what lies where inside."""
        places = (jax.typeof(each).sharding for each in (*inputs, *parameters))
        place = next((each for each in places if _is_explicit(each.mesh)), None)
        if place is None:
            return whole(parameters, inputs, examples, strip)
        spec = jax.sharding.PartitionSpec(*place.spec[: 1 if arrange.has_examples else 0])
        inside = jax.sharding.auto_axes(
            partial(whole, examples=examples, strip=examples),
            axes=place.mesh.axis_names,
            out_sharding=spec,
        )
        with jax.sharding.use_abstract_mesh(place.mesh):
            return inside(parameters, inputs)

    compiled: Callable[[Any, Any, int, int], Any] = jax.jit(placed, static_argnums=(2, 3))
    return compiled


def strip_for(module: JaxModule, given: Sequence[Any], examples: int) -> int:
    """How many examples to compute at a time: all, if arrays are spread, or if JAX traces them.

    What lies on several devices is divided among them, and JAX must know where an array lies.
    """
    return module.strip if all(map(_is_on_one_device, given)) else examples


def _is_on_one_device(array: Any) -> bool:
    """Whether an array is in one place, as far as is known: JAX may be tracing it."""
    if isinstance(array, jax.core.Tracer):
        return False
    return not isinstance(array, jax.Array) or len(array.sharding.device_set) == 1


def _mean_in_strips(module: JaxModule, row: Any, inputs: Sequence[Any], strip: int) -> Any:
    """The mean and its gradient: strip by strip, in order, each by its share of the examples."""
    examples = len(inputs[0])

    def of(start: Any, count: int) -> tuple[Any, Any]:
        """What `count` examples add."""
        value, gradient = module.pure(row, _part(inputs, start, count), count)
        return value * float(count), gradient * (count / examples)

    def added(so_far: tuple[Any, Any], start: Any) -> tuple[tuple[Any, Any], None]:
        """The sums, with those of a strip."""
        value, gradient = of(start, strip)
        return (so_far[0] + value, so_far[1] + gradient), None

    end = examples - examples % strip
    begun = jnp.zeros(()), jnp.zeros(row.shape)
    (value, gradient), _ = jax.lax.scan(added, begun, jnp.arange(0, end, strip))
    if end < examples:
        last = of(end, examples - end)
        value, gradient = value + last[0], gradient + last[1]
    return value / examples, gradient


def _rows_in_strips(module: JaxModule, row: Any, inputs: Sequence[Any], strip: int) -> Any:
    """The outputs for each example, in a row for each, of which some differ."""
    examples = len(inputs[0])
    end = examples - examples % strip

    def of(start: Any, count: int) -> Any:
        """The outputs for `count` examples."""
        return module.pure(row, _part(inputs, start, count), count)

    last = of(end, examples - end) if end < examples else of(0, strip)
    found = jax.lax.map(lambda start: of(start, strip).T, jnp.arange(0, end, strip))
    rows = found.reshape(end, -1).T
    return jnp.concatenate([rows, last], axis=1) if end < examples else rows


def _part(inputs: Sequence[Any], start: Any, count: int) -> list[Any]:
    """The arrays of `count` examples that begin with example `start`."""
    return [jax.lax.dynamic_slice_in_dim(jnp.asarray(each), start, count) for each in inputs]


def _is_explicit(mesh: Any) -> bool:
    """Whether operations on a mesh of devices must say what lies where."""
    return jax.sharding.AxisType.Explicit in mesh.axis_types


def gradient_of(nest: Nest) -> Arrange:
    """The value and the gradient, in the nested lists of the parameters."""

    def arrange(found: Any, _: int) -> Any:
        """The value, and the nested gradient."""
        value, row = found
        return value, arranged(nest, lambda block: row[block.place].reshape(block.shape))

    return Arrange(arrange, has_examples=False)


def outputs_of(nest: Nest) -> Arrange:
    """What a function gives for each example, in nested lists, the examples first."""

    def arrange(rows: Any, examples: int) -> Any:
        """The nested outputs; one that is the same for all examples is repeated."""
        table = jnp.broadcast_to(rows.T, (examples, len(rows)))
        return arranged(nest, lambda block: table[:, block.place].reshape(-1, *block.shape))

    return Arrange(arrange, has_examples=True)


def numbers_in_a_row(arrays: Sequence[Any]) -> Any:
    """All numbers of some arrays in a row."""
    return jnp.concatenate([jnp.ravel(each) for each in arrays]) if arrays else jnp.zeros(0)


def jax_arrays_of(nest: Nest, given: Any, name: str) -> list[Any]:
    """The arrays in nested lists, in float64, each checked as those of NumPy are."""
    return [
        floats_of(each, block.shape, place) for place, block, each in matched(nest, given, name)
    ]


def floats_of(given: Any, shape: Shape | None, name: str) -> Any:
    """An array in float64: one of JAX as it is and where it is, others by NumPy."""
    if not isinstance(given, jax.Array):
        return numbers(given, shape, name)
    if shape is not None and given.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}, got {given.shape}")
    if not is_exact(given.dtype):
        raise TypeError(f"{name} must be of dtype float64, got {given.dtype}: "
                        "convert it with .astype(float)")  # fmt: skip
    return given.astype(np.float64)


class JaxExamples(ExampleArrays):
    """The arguments of a function of examples, in arrays of JAX or of NumPy."""

    __slots__ = ()

    def inputs(self, i: int) -> dict[int, Any]:
        """The arguments of example `i`, the same on every host, whichever has it."""
        return {place: values_of(_row_of(each, i).tolist()) for place, each in self.arrays.items()}


def _row_of(array: Any, i: int) -> Any:
    """Row `i` of an array, from the device where it lies.

    Raises RuntimeError for an array that JAX is tracing, which has no numbers yet.
    """
    if isinstance(array, jax.core.Tracer):
        raise RuntimeError("the function must be traced before JAX traces it, with numbers for the "
                           "examples, as in step.trace(X, Y)")  # fmt: skip
    if not isinstance(array, jax.Array):
        return array[i]
    shards = [(i - (each.index[0].start or 0), each.data) for each in array.addressable_shards]
    row = next((np.asarray(rows[at]) for at, rows in shards if 0 <= at < len(rows)), None)
    if not _is_on_several_hosts(array):
        return row
    found = np.zeros(array.shape[1:]) if row is None else row
    with in_float64():
        have, rows = hosts.process_allgather((np.array(row is not None), found))
    return rows[np.argmax(have)]


def _is_on_several_hosts(array: Any) -> bool:
    """Whether this host has a part of an array only."""
    if isinstance(array, jax.core.Tracer) or not isinstance(array, jax.Array):
        return False
    return not (array.is_fully_addressable or array.is_fully_replicated)


def _whole_numbers(array: Any) -> Any:
    """Whole numbers as NumPy has them, those on other hosts among them."""
    if not _is_on_several_hosts(array):
        return np.asarray(array)
    with in_float64():
        return np.asarray(hosts.process_allgather(array, tiled=True))


def examples_in_jax(arguments: Sequence[Any]) -> ExampleArrays:
    """The arguments of a function of examples, those of numbers left on their devices.

    Whole numbers are looked at, so they must be known: JAX cannot trace them. Of several hosts,
    each is told those of the others.
    """
    examples = JaxExamples({}, {})
    for i, given in enumerate(arguments):
        array = given if isinstance(given, jax.Array) else numbers(given, None, f"argument {i + 1}",
                                                                  whole=True)  # fmt: skip
        if array.dtype.kind in "iub" and prod(array.shape[1:]):
            whole = _whole_numbers(array)
            examples.choices[i] = whole.astype(np.int8) if whole.dtype.kind == "b" else whole
        else:
            examples.arrays[i] = floats_of(array, None, f"argument {i + 1}")
    examples.demand_lengths()
    return examples


def laid_beside(codes: Any, arguments: Sequence[Any]) -> Any:
    """The categories of all examples, spread over devices as the first argument of JAX's is."""
    first = next((each for each in arguments if isinstance(each, jax.Array)), codes)
    placed = getattr(first, "sharding", None)
    if not isinstance(placed, jax.sharding.NamedSharding):
        return codes
    along = jax.sharding.PartitionSpec(*placed.spec[:1])
    return jax.device_put(codes, jax.sharding.NamedSharding(placed.mesh, along))
