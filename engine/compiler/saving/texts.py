"""Parts of the files of compiled programs, as text, which are the same for every package.

A file begins with the module of a program, and has its constants, and these functions.
"""

from typing import NamedTuple


class FileTexts(NamedTuple):
    """What a file of a package has beside the module of a program.

    - `helpers`: functions that the others use; `graph`, `function`, `outputs`: the function `step`
      for a recorded graph, for a function of examples, and for the outputs of one.
    """

    helpers: str
    graph: str
    function: str
    outputs: str


ARRAY = '''
def _array(kind, shape, text):
    """An array from its text."""
    return np.frombuffer(base64.b85decode(text), kind).reshape(shape)
'''

NESTED = '''
def _row(layout, given):
    """All numbers of nested arrays in a row; a layout has for each array its start and shape."""
    if isinstance(layout, tuple):
        array = _floats(given)
        if array.shape != layout[1]:
            raise ValueError(f"an array of shape {layout[1]} is needed, got {array.shape}")
        return array.reshape(-1)
    keys = layout if isinstance(layout, dict) else range(len(layout))
    if len(given) != len(layout):
        raise ValueError(f"{len(layout)} arrays are needed, got {len(given)}")
    return np.concatenate([np.zeros(0), *(_row(layout[key], given[key]) for key in keys)])


def _nested(layout, rows):
    """The numbers of a row, or of each row, as nested arrays."""
    if isinstance(layout, tuple):
        start, shape = layout
        return rows[..., start:start + math.prod(shape)].reshape((*rows.shape[:-1], *shape))
    if isinstance(layout, dict):
        return {key: _nested(each, rows) for key, each in layout.items()}
    return [_nested(each, rows) for each in layout]
'''

EXAMPLES = '''
def _codes(columns, places, known):
    """The number of what each example has at some places, of what is known."""
    keys = list(zip(*(columns[place] for place in places)))
    for key in keys:
        if key not in known:
            some = ", ".join(map(str, list(known)[:10])) + ", ..." * (len(known) > 10)
            raise ValueError(f"there is no program for the choices {key}, only for {some}")
    return [known[key] for key in keys]


def _arrays(arguments):
    """The arrays that the program reads, and the number of examples.

    Each argument is an array with the examples first; those in CHOSEN are whole numbers. CHOICES
    has, for some of these by their places in an example, all that may be together.
    """
    arrays = [_floats(each) for i, each in enumerate(arguments) if i not in CHOSEN]
    if CHOSEN:
        whole = [np.asarray(arguments[i]) for i in CHOSEN]
        columns = [each.tolist() for one in whole for each in one.reshape(len(one), -1).T]
        arrays.append(np.array([_codes(columns, *kind) for kind in CHOICES]).T)
    examples = len(arrays[0])
    if any(len(each) != examples for each in [*arrays, *arguments]):
        raise ValueError("the arguments must hold as many examples each, got "
                         f"{', '.join(str(len(each)) for each in arguments)}")
    return arrays, examples
'''
