"""What the source of a program needs beside JAX for its kernels, as text."""

CHOOSE = '''\
def choose(condition, then, otherwise):
    """The one where the condition holds, else the other; both are computed."""
    return jnp.where(condition, then(), otherwise())
'''

NUMBER_BY_NUMBER = '''\
def number_by_number(function, count):
    """A function of numbers, for arrays; where it raises, inf for what is too large, else nan.

    JAX calls it back in Python, and has no derivative of it.
    """
    def calmly(*numbers):
        try:
            return float(function(*numbers))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan
    by_number = np.frompyfunc(calmly, count, 1)
    def in_python(*arrays):
        with np.errstate(all="ignore"):
            return np.asarray(by_number(*map(np.asarray, arrays)), dtype=float)
    def of_arrays(*arrays):
        shape = jnp.broadcast_shapes(*map(jnp.shape, arrays))
        result = jax.ShapeDtypeStruct(shape, jnp.float64)
        return jax.pure_callback(in_python, result, *arrays, vmap_method="broadcast_all")
    return of_arrays
'''

# Functions of numbers that JAX has for arrays, by their names in Python's `math`.
IN_JAX = {"math.erf": "jax.scipy.special.erf", "math.erfc": "jax.scipy.special.erfc"}
