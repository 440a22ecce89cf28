"""The file of a program in JAX: its function `step`, as text."""

from ..saving.texts import ARRAY, EXAMPLES, NESTED, FileTexts

_FLOATS = '''
def _floats(given):
    """Real numbers as an array of floats; TypeError for others, and for masked ones."""
    array = given if isinstance(given, jax.Array) else np.asarray(given)
    if array.dtype.kind not in "biufO" or np.ma.is_masked(given):
        raise TypeError(f"an array of real numbers is needed, none masked, got {array.dtype}")
    return jnp.asarray(array, dtype=float)
'''

_GRAPH = '''
_step = jax.jit(make(CONSTANTS))


def step(parameters, inputs=()):
    """The value and its derivatives, for numbers in the shape of PARAMETERS and INPUTS."""
    with jax.enable_x64(True):  # in float64, whatever JAX is set to
        row, start = _row(INPUTS, inputs), 0
        arrays = []
        for shape in SHAPES:
            arrays.append(row[start:start + math.prod(shape)].reshape(shape))
            start += math.prod(shape)
        value, gradient = _step(_row(PARAMETERS, parameters), arrays)
        return value, _nested(PARAMETERS, gradient)
'''

_STEP = '''
_step = jax.jit(make(CONSTANTS), static_argnums=2)


def step(parameters, *arguments):
    """%s, for numbers in the shape of PARAMETERS."""
    with jax.enable_x64(True):  # in float64, whatever JAX is set to
        arrays, examples = _arrays(arguments)
%s
'''

_FUNCTION = _STEP % (
    "The mean over the examples and its derivatives",
    """\
        value, gradient = _step(_row(PARAMETERS, parameters), arrays, examples)
        return value, _nested(PARAMETERS, gradient)""",
)

_OUTPUTS = _STEP % (
    "What the function gives for each example",
    """\
        rows = _step(_row(PARAMETERS, parameters), arrays, examples)
        return _nested(OUTPUTS, jnp.broadcast_to(rows.T, (examples, len(rows))))""",
)

JAX_FILE = FileTexts(
    "\n".join([ARRAY, _FLOATS, NESTED.replace("np.", "jnp.")]),
    _GRAPH,
    f"{EXAMPLES}\n{_FUNCTION}",
    f"{EXAMPLES}\n{_OUTPUTS}",
)
