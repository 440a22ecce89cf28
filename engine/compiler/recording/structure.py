"""The structure of a graph as a key: equal keys, and the same program is made, to the last bit.

    key  =  operations, in order  +  a digest of all else that a program is made from

All else is the classes of the graph and what their members read, roles and places of parameters and
inputs, the numbers of constants, names and scopes, and what is looked up by choices. The numbers of
parameters, inputs and results are no part of it, so that a network of the same layers has the same
key, whatever its weights. Those of constants are: passes simplify by them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import repeat
from typing import Any, NamedTuple

from ...primitives import BUILT_IN, CONSTANT, LEAF, PRIMITIVES, Op
from ...slopes import is_built_in
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import by_first, np
from ..kinds.decisions import is_decision
from ..rolling.folded import FoldedClasses
from ..rolling.members import PICKED
from .columns import Choosing
from .leaves import Leaves

# The largest whole number in half the bytes.
_LARGEST = (1 << 31) - 1


class Structure(NamedTuple):
    """The key of a graph. Operations are compared by identity: a name may get another row.

    - `ops`: the operations, in the order in which they occur, and all rows that are registered,
      since one may call another by name.
    - `digest`: of all else.
    - `is_fixed`: whether all rows of the graph are built in; another may call what changes.
    """

    ops: tuple[Op, ...]
    digest: bytes
    is_fixed: bool


def structure_of(
    folds: Sequence[FoldedClasses], leaves: Leaves, about: Hashable = None
) -> Structure:
    """The key of a graph with some leaves, from its classes, or of some graphs.

    `about` is what else makes a difference; equal ones are written alike.
    """
    digest = _Digest()
    every = [op for fold in folds for op in fold.ops]
    ops = {op: i for i, op in enumerate(dict.fromkeys(every))}
    digest.places(every, ops)
    for fold in folds:
        for part in fold.parts():
            digest.numbers(part)
        _add_names(digest, fold)
        _add_leaves(digest, fold, leaves)
    digest.text(repr(about))
    registered = [op for op in PRIMITIVES.values() if op.name not in BUILT_IN]
    others = (op for op in ops if op.partials and op is not DETACHED and not is_decision(op))
    is_fixed = all(map(is_built_in, others))
    return Structure((*ops, *registered), digest.digest(), is_fixed)


class _Digest:
    """A digest of arrays and texts, each with its length, so that none runs into the next."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=32)

    def add(self, numbers: Any, dtype: str = "int64") -> None:
        """Take in an array."""
        array = np.ascontiguousarray(numbers, dtype=dtype)
        self._hash.update(f"{array.dtype.str}{array.shape}".encode())
        self._hash.update(array.reshape(-1).data)

    def numbers(self, array: Any) -> None:
        """Take in an array of numbers; whole ones in half the bytes if that is enough for them."""
        is_short = array.dtype.kind == "i" and abs(array).max(initial=0) <= _LARGEST
        self.add(array, "int32" if is_short else array.dtype.str)

    def places(self, things: Iterable[Any], place: Mapping[Any, int]) -> None:
        """Take in the places of some things; -1 for what has none."""
        found = np.fromiter(map(place.get, things, repeat(-1)), "int32")
        self.add(found, "int32")

    def text(self, text: str) -> None:
        """Take in a text."""
        self.add(np.frombuffer(text.encode("utf-8", "surrogatepass"), "uint8"), "uint8")

    def texts(self, texts: Sequence[str]) -> None:
        """Take in some texts."""
        self.add(list(map(len, texts)))
        self.text("".join(texts))

    def digest(self) -> bytes:
        """The digest of all so far."""
        return self._hash.digest()


def _add_names(digest: _Digest, fold: FoldedClasses) -> None:
    """Take in the label of each class, and the scopes of its members, each text once."""
    labels = [each._label for each in fold.firsts]
    known = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    digest.places(labels, known)
    digest.texts([*known])
    nodes = fold.nodes()
    scopes = nodes.scopes
    if len(scopes) > 1:
        kinds, first = by_first(nodes.scope_of)
        digest.add(kinds, "int32")
        scopes = [nodes[place].scope for place in first.tolist()]
    digest.add(list(map(len, scopes)))
    digest.texts([name for scope in scopes for name in scope])


def _add_leaves(digest: _Digest, fold: FoldedClasses, leaves: Leaves) -> None:
    """Take in the role of each class of leaves, their places or numbers, and their arrays."""
    every = list(enumerate(fold.ops))
    ends = [fold.members(i) for i, op in every if op is LEAF or op is CONSTANT]
    roles = [leaves.roles.get(each[0]) for each in ends]
    digest.text(repr(roles))
    for each, role in zip(ends, roles, strict=True):
        if role is None:
            digest.add([leaf._data for leaf in each], "float64")
        else:
            digest.places(each, leaves.place)
    about = leaves.arrays, len(leaves.values["parameters"]), leaves.examples, leaves.is_joined
    digest.text(repr(about))
    if leaves.choosing is not None:
        picked = [node for i, op in every if op is PICKED for node in fold.members(i)]
        _add_choosing(digest, picked, leaves.choosing)


def _add_choosing(digest: _Digest, picked: Sequence[Value], choosing: Choosing) -> None:
    """Take in what is looked up by the choices of an example."""
    digest.add(choosing.constants, "float64")
    filled = [(role, each.sources, len(each.columns)) for role, each in choosing.filled.items()]
    digest.text(repr((choosing.kinds, filled)))
    columns = [looked for each in choosing.filled.values() for looked in each.columns]
    columns += [choosing.members[node] for node in picked]
    for looked in columns:
        digest.add([looked.kind, looked.group])
        digest.add(looked.numbers, looked.numbers.dtype.str)
        digest.add(looked.known, "bool")
