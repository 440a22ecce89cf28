"""The structure of a graph as a key: equal keys, and the same program is made, to the last bit.

    key  =  operations, in order  +  a digest of all else that a program is made from

All else is what each node reads, the roles and places of parameters and inputs, the numbers of
constants, names and scopes, and what is looked up by choices. The numbers of parameters, inputs and
results are no part of it, so that a network of the same layers has the same key, whatever its
weights. Those of constants are: passes simplify by them.
"""

from collections.abc import Hashable, Sequence
from hashlib import sha256
from itertools import repeat
from operator import attrgetter, is_not
from typing import Any, NamedTuple

from ...primitives import BUILT_IN, PRIMITIVES, Op
from ...value import Value
from ..arrays import np
from .classes import LeafRole
from .columns import PICKED, Choosing
from .leaves import Leaves


class Structure(NamedTuple):
    """The key of a graph. Operations are compared by identity: a name may get another row.

    - `ops`: the operations, in the order in which they occur, and all rows that are registered,
      since one may call another by name.
    - `digest`: of all else.
    """

    ops: tuple[Op, ...]
    digest: bytes


def structure_of(nodes: Sequence[Value], leaves: Leaves, about: Hashable = None) -> Structure:
    """The key of the graph of `nodes`, in order, with some leaves.

    `about` is what else makes a difference; equal ones are written alike.
    """
    digest = _Digest()
    ops = {op: i for i, op in enumerate(dict.fromkeys(map(attrgetter("op"), nodes)))}
    digest.add([ops[node.op] for node in nodes])
    _add_reads(digest, nodes)
    _add_names(digest, nodes)
    _add_leaves(digest, nodes, leaves)
    digest.text(repr(about))
    registered = [op for op in PRIMITIVES.values() if op.name not in BUILT_IN]
    return Structure((*ops, *registered), digest.digest())


class _Digest:
    """A digest of arrays and texts, each with its length, so that none runs into the next."""

    def __init__(self) -> None:
        self._hash = sha256()

    def add(self, numbers: Any, dtype: str = "int64") -> None:
        """Take in an array."""
        array = np.ascontiguousarray(numbers, dtype=dtype)
        self._hash.update(f"{array.dtype.str}{array.shape}".encode())
        self._hash.update(array.tobytes())

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


def _add_reads(digest: _Digest, nodes: Sequence[Value]) -> None:
    """Take in what each node reads, slot by slot."""
    place = dict(zip(nodes, range(len(nodes)), strict=True))
    for slot in ("_first", "_second"):
        digest.add(list(map(place.get, _slots(nodes, slot), repeat(-1))))
    _add_numbers(digest, _slots(nodes, "_number"))
    many = [node._many if node._first is None else () for node in nodes]
    digest.add(list(map(len, many)))
    digest.add([place[each] for given in many if given for each in given])


def _slots(nodes: Sequence[Value], slot: str) -> list[Any]:
    """The content of a slot of each node; None where it was never set."""
    return list(map(getattr, nodes, repeat(slot), repeat(None)))


def _add_numbers(digest: _Digest, numbers: Sequence[float | None]) -> None:
    """Take in the numbers that there are, and where they are."""
    there = np.flatnonzero(np.fromiter(map(is_not, numbers, repeat(None)), bool, len(numbers)))
    digest.add(there)
    digest.add([numbers[i] for i in there.tolist()], "float64")


def _add_names(digest: _Digest, nodes: Sequence[Value]) -> None:
    """Take in labels and scopes, each once."""
    labels: dict[str, int] = {}
    scopes: dict[tuple[str, ...], int] = {}
    digest.add([labels.setdefault(node._label, len(labels)) for node in nodes])
    digest.add([scopes.setdefault(node.scope, len(scopes)) for node in nodes])
    digest.texts([*labels])
    digest.add(list(map(len, scopes)))
    digest.texts([name for scope in scopes for name in scope])


def _add_leaves(digest: _Digest, nodes: Sequence[Value], leaves: Leaves) -> None:
    """Take in the role and the place of each leaf, or its number, and the arrays of the leaves."""
    roles: dict[LeafRole, int] = {None: 0}
    given = [leaves.roles.get(node) for node in nodes]
    digest.add([roles.setdefault(role, len(roles)) for role in given])
    digest.add([leaves.place[node] for node, role in zip(nodes, given, strict=True) if role])
    digest.add([node._data for node, role in zip(nodes, given, strict=True)
                if role is None and node._first is None and not node._many], "float64")  # fmt: skip
    about = leaves.arrays, len(leaves.values["parameters"]), leaves.examples, leaves.is_joined
    digest.text(repr(([*roles], about)))
    if leaves.choosing is not None:
        _add_choosing(digest, nodes, leaves.choosing)


def _add_choosing(digest: _Digest, nodes: Sequence[Value], choosing: Choosing) -> None:
    """Take in what is looked up by the choices of an example."""
    digest.add(choosing.constants, "float64")
    filled = [(role, each.sources, len(each.columns)) for role, each in choosing.filled.items()]
    digest.text(repr((choosing.kinds, filled)))
    columns = [looked for each in choosing.filled.values() for looked in each.columns]
    columns += [choosing.members[node] for node in nodes if node.op is PICKED]
    for looked in columns:
        digest.add([looked.kind, looked.group])
        digest.add(looked.numbers, looked.numbers.dtype.str)
        digest.add(looked.known, "bool")
