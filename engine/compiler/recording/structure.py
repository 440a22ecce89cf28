"""The structure of a graph as a key: equal keys, and the same program is made, to the last bit.

    key  =  operations, in order  +  a digest of all else that a program is made from

All else is what each node reads, the roles and places of parameters and inputs, the numbers of
constants, names and scopes, and what is looked up by choices. The numbers of parameters, inputs and
results are no part of it, so that a network of the same layers has the same key, whatever its
weights. Those of constants are: passes simplify by them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, repeat
from operator import attrgetter, is_not
from typing import Any, NamedTuple

from ...analysis.operands import Slots, slots_of
from ...primitives import BUILT_IN, PRIMITIVES, Op
from ...slopes import is_built_in
from ...value import Value
from ...watching.tracing import DETACHED
from ..arrays import np
from ..kinds.decisions import is_decision
from ..rolling.members import PICKED
from .columns import Choosing
from .leaves import Leaves

_op = attrgetter("op")


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


def structure_of(nodes: Sequence[Value], leaves: Leaves, about: Hashable = None) -> Structure:
    """The key of the graph of `nodes`, in order, with some leaves.

    `about` is what else makes a difference; equal ones are written alike.
    """
    digest = _Digest()
    every = list(map(_op, nodes))
    ops = {op: i for i, op in enumerate(dict.fromkeys(every))}
    digest.places(every, ops)
    slots = slots_of(nodes)
    _add_slots(digest, nodes, slots)
    _add_names(digest, nodes)
    _add_leaves(digest, slots, leaves)
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
        self._hash.update(array.tobytes())

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


def _add_slots(digest: _Digest, nodes: Sequence[Value], slots: Slots) -> None:
    """Take in what each node reads."""
    place = dict(zip(nodes, range(len(nodes)), strict=True))
    for values in (slots.inner, slots.firsts, slots.seconds, chain.from_iterable(slots.many)):
        digest.places(values, place)
    digest.add(list(map(len, slots.many)))
    _add_numbers(digest, slots.numbers)


def _add_numbers(digest: _Digest, numbers: Sequence[float | None]) -> None:
    """Take in the numbers that there are, and where they are."""
    there = np.flatnonzero(np.fromiter(map(is_not, numbers, repeat(None)), bool, len(numbers)))
    digest.add(there)
    digest.add([numbers[i] for i in there.tolist()], "float64")


def _add_names(digest: _Digest, nodes: Sequence[Value]) -> None:
    """Take in labels and scopes, each once."""
    labels = list(map(attrgetter("_label"), nodes))
    known = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    digest.places(labels, known)
    digest.texts([*known])
    scopes = list(map(attrgetter("scope"), nodes))
    every = list(map(id, scopes))  # nodes of one scope share it, and to hash it would take longer
    by_id = dict(zip(every, scopes, strict=True))
    digest.places(every, {each: i for i, each in enumerate(by_id)})
    digest.add(list(map(len, by_id.values())))
    digest.texts([name for scope in by_id.values() for name in scope])


def _add_leaves(digest: _Digest, slots: Slots, leaves: Leaves) -> None:
    """Take in the role and the place of each leaf, or its number, and the arrays of the leaves."""
    given = list(map(leaves.roles.get, slots.others))
    roles = {role: i for i, role in enumerate(dict.fromkeys(given))}
    digest.places(given, roles)
    pairs = list(zip(slots.others, given, strict=True))
    digest.places([node for node, role in pairs if role is not None], leaves.place)
    digest.add([node._data for (node, role), read in zip(pairs, slots.many, strict=True)
                if role is None and not read], "float64")  # fmt: skip
    about = leaves.arrays, len(leaves.values["parameters"]), leaves.examples, leaves.is_joined
    digest.text(repr(([*roles], about)))
    if leaves.choosing is not None:
        _add_choosing(digest, slots.others, leaves.choosing)


def _add_choosing(digest: _Digest, ends: Sequence[Value], choosing: Choosing) -> None:
    """Take in what is looked up by the choices of an example."""
    digest.add(choosing.constants, "float64")
    filled = [(role, each.sources, len(each.columns)) for role, each in choosing.filled.items()]
    digest.text(repr((choosing.kinds, filled)))
    columns = [looked for each in choosing.filled.values() for looked in each.columns]
    columns += [choosing.members[node] for node in ends if node.op is PICKED]
    for looked in columns:
        digest.add([looked.kind, looked.group])
        digest.add(looked.numbers, looked.numbers.dtype.str)
        digest.add(looked.known, "bool")
