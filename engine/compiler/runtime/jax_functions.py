"""Compiled programs as functions of JAX's arrays, kept for each translation."""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from ..jax_backend.functions import (
    Arrange,
    has_jax_arrays,
    jax_arrays_of,
    numbers_in_a_row,
    strip_for,
    whole_function,
)
from ..jax_backend.packages import in_float64
from ..recording.pytrees import Nest
from ..recording.signature import Signature
from .backends import JAX, Backend
from .translation import Translation

# The functions that JAX has compiled, by the translation that they compute.
_COMPILED: WeakKeyDictionary[Translation, Callable[..., Any]] = WeakKeyDictionary()


def is_for_jax(backend: Backend, *given: Any) -> bool:
    """Whether a call of a program belongs to JAX: the back end is JAX, and so is some array."""
    return backend is JAX and has_jax_arrays(given)


def demand_jax(backend: Backend) -> None:
    """Raise ValueError if the back end is another one than JAX."""
    if backend is not JAX:
        raise ValueError(f'a program of backend="{backend.name}" is no function of JAX: compile '
                         'with backend="jax"')  # fmt: skip


def inputs_in_jax(signature: Signature, given: Any) -> list[Any]:
    """The arrays of inputs of a graph, those of JAX as they are and where they are."""
    if given is None:
        return signature.inputs_of(None)
    arrays = jax_arrays_of(signature.inputs, given, "inputs")
    return [numbers_in_a_row(arrays)] if signature.is_joined else arrays


def run_in_jax(
    translation: Translation,
    arrange: Arrange,
    parameters: Any,
    nest: Nest,
    inputs: Sequence[Any],
    examples: int,
) -> Any:
    """The outputs of a program, arranged, for nested `parameters` and arrays of inputs."""
    with in_float64():
        if translation not in _COMPILED:
            _COMPILED[translation] = whole_function(translation.in_jax, arrange)
        given = jax_arrays_of(nest, parameters, "parameters")
        strip = strip_for(translation.in_jax, [*given, *inputs], examples)
        return _COMPILED[translation](given, list(inputs), examples, strip)
