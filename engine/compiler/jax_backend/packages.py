"""JAX, imported when a program is computed by it; and float64 in it.

JAX computes in float32, unless it is told otherwise for the whole process. A program computes in
float64 whatever the process has: it is traced and called in a block of `in_float64()`, and leaves
JAX's settings as they are.
"""

from contextlib import AbstractContextManager
from typing import Any

from ...system.packages import OnDemand

jax: Any = OnDemand("jax", "jax", 'backend="jax"')
jnp: Any = OnDemand("jax.numpy", "jax", 'backend="jax"')
hosts: Any = OnDemand("jax.experimental.multihost_utils", "jax", 'backend="jax"')


def in_float64() -> AbstractContextManager[Any]:
    """A block in which JAX has float64, in this thread."""
    block: AbstractContextManager[Any] = jax.enable_x64(True)
    return block
