"""What the source of a program needs beside JAX for its kernels, as text."""

CHOOSE = '''\
def choose(condition, then, otherwise):
    """The one where the condition holds, else the other; both are computed."""
    return jnp.where(condition, then(), otherwise())
'''

NUMBER_BY_NUMBER = '''\
def number_by_number(function):
    """A function of numbers, for arrays; where it raises, inf for what is too large, else nan.

    JAX calls it back in Python, and has no derivative of it. It may do so in a thread of its own,
    where it has no float64: numbers go there and back as pairs of whole ones.
    """
    def calmly(*numbers):
        try:
            return float(function(*numbers))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan
    def in_python(*pairs):
        numbers = [np.ascontiguousarray(each).view(np.float64) for each in pairs]
        rows = zip(*(each.reshape(-1).tolist() for each in numbers))
        with np.errstate(all="ignore"):
            found = [calmly(*row) for row in rows]
        return np.array(found, dtype=float).reshape(numbers[0].shape).view(np.uint32)
    def of_arrays(*arrays):
        together = jnp.broadcast_arrays(*(jnp.asarray(each, jnp.float64) for each in arrays))
        pairs = [jax.lax.bitcast_convert_type(each, jnp.uint32) for each in together]
        result = jax.ShapeDtypeStruct(pairs[0].shape, jnp.uint32)
        found = jax.pure_callback(in_python, result, *pairs, vmap_method="broadcast_all")
        return jax.lax.bitcast_convert_type(found, jnp.float64)
    return of_arrays
'''

# Functions of numbers that JAX has for arrays, by their names in Python's `math`.
IN_JAX = {"math.erf": "jax.scipy.special.erf", "math.erfc": "jax.scipy.special.erfc"}
