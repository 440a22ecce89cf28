"""The file of a program in NumPy: its function `step`, as text."""

from ..saving.texts import ARRAY, EXAMPLES, NESTED, FileTexts

_FLOATS = '''
def _floats(given):
    """Real numbers as an array of floats; TypeError for others, and for masked ones."""
    array = np.asarray(given)
    if array.dtype.kind not in "biufO" or np.ma.is_masked(given):
        raise TypeError(f"an array of real numbers is needed, none masked, got {array.dtype}")
    return np.asarray(array, dtype=float, order="C")
'''

_GRAPH = '''
_own = threading.local()


def step(parameters, inputs=()):
    """The value and its derivatives, for numbers in the shape of PARAMETERS and INPUTS."""
    row, start = _row(INPUTS, inputs), 0
    arrays = []
    for shape in SHAPES:
        arrays.append(row[start:start + math.prod(shape)].reshape(shape))
        start += math.prod(shape)
    if not hasattr(_own, "step"):  # each thread works in memory of its own
        _own.step = make(CONSTANTS)
    value, gradient = _own.step(_row(PARAMETERS, parameters), arrays)
    return value, _nested(PARAMETERS, gradient)
'''

_STEP = '''
_own = threading.local()


def step(parameters, *arguments):
    """%s, for numbers in the shape of PARAMETERS."""
    arrays, examples = _arrays(arguments)
    steps = _own.__dict__.setdefault("steps", {})  # each thread works in memory of its own
    if examples not in steps:
        if len(steps) == 4:  # memory is kept for a few numbers of examples
            del steps[next(iter(steps))]
        steps[examples] = make(CONSTANTS, examples)
%s
'''

_FUNCTION = _STEP % (
    "The mean over the examples and its derivatives",
    """\
    value, gradient = steps[examples](_row(PARAMETERS, parameters), arrays)
    return value, _nested(PARAMETERS, gradient)""",
)

_OUTPUTS = _STEP % (
    "What the function gives for each example",
    """\
    rows = steps[examples](_row(PARAMETERS, parameters), arrays)
    table = np.array(np.broadcast_to(rows.T, (examples, len(rows))))
    return _nested(OUTPUTS, table)""",
)

NUMPY_FILE = FileTexts(
    "\n".join([ARRAY, _FLOATS, NESTED]),
    _GRAPH,
    f"{EXAMPLES}\n{_FUNCTION}",
    f"{EXAMPLES}\n{_OUTPUTS}",
)
