"""What Values are called in text, pictures and pages: names of the program, and never numbers.

    h = w * x + b
    draw(h**2)                          # the boxes are called h, w, x and b, without any label

A Value is called by the first of these that there is:

    label       its label, of which formulas are plain text: w₁ for $w_1$
    variable    the variable of the program that holds it: h, or w[0] for an item of a list, a
                tuple, a dict or an array; the one that was assigned first
    title       its operation, such as ReLU, where no other Value is called so
    letter      a, b, c, …, a letter that means nothing else in the program
    number      Add#8, where there are more Values to be named than letters

The program is the nearest caller outside of this package: its local names, then the global ones.
Names that begin with an underscore are private and not looked at; neither is what IPython keeps of
earlier cells. Nothing of the program is called, compared or changed.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from inspect import CO_OPTIMIZED
from itertools import count, islice
from string import ascii_lowercase
from types import FrameType
from typing import Any, TypeGuard, TypeVar

from ..notation import short
from ..primitives import CONSTANT, LEAF
from ..system.computed import cached_property
from ..system.leaving import FOREIGN, outside
from ..typesetting.mathematics import plain_label
from ..value import Value

T = TypeVar("T")

# A name for each Value.
Names = Mapping[Value, str]

# The names of a program and what they stand for, such as `locals()`.
Namespace = Mapping[str, object]

# The most items of one list, tuple, dict or array that are looked at, and the most of them all.
_MOST_ITEMS, _MOST_LOOKS = 1000, 100_000

# The longest key of a dict that makes a name, in letters or digits.
_LONGEST_KEY = 40
_MOST_COUNTED: int = 10**_LONGEST_KEY

# The letters for Values. In formulas d is a sign, as in d(w·x)/dx, and e a number.
LETTERS = ascii_lowercase.replace("de", "")

# Where IPython keeps what was typed and shown; the names on the left are for its users.
_KEPT = {"In": "_ih", "Out": "_oh"}

# Code that is part of an expression of the function around it.
_EXPRESSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a program calls the Values of a graph.

    - `variables`: the variable that holds a Value without a label.
    - `taken`: the labels of the graph, and the names of the program that are one letter.
    - `letters`: the letter of each Value that needs one; empty if there are not enough.
    """

    variables: Names = field(default_factory=dict)
    taken: Set[str] = frozenset()
    letters: Names = field(default_factory=dict)


NOTHING = Known()


class _Distinct(dict[Value, str]):
    """Names that are all different; once made, they stay as they are."""

    @cached_property
    def texts(self) -> Set[str]:
        """The names themselves, in full and in short."""
        return _in_short(self.values())


def known_names(nodes: Iterable[Value], names: Namespace | None) -> Known:
    """What the program calls these Values; with `names`, what that calls them.

    Raises TypeError if `names` is not a mapping from text.
    """
    nodes = list(nodes)
    _demand_names(names)
    used = {plain_label(node.label) for node in nodes} - {""}
    unnamed = {id(node): node for node in nodes if not node._label and node.op is not CONSTANT}
    variables: dict[Value, str] = {}
    taken, looks = set(used), iter(range(_MOST_LOOKS))
    for name, held in _entries(names) if unnamed else ():
        taken.update([name] if len(name) == 1 else [])
        for place, each in _held(held, looks):
            called = name + place
            if id(each) in unnamed and called not in used:
                used.add(called)
                variables[unnamed.pop(id(each))] = called
        if not unnamed:
            break
    left = _untitled([*unnamed.values()], used)
    return Known(variables, taken, _lettered(left, used | taken))


def texts_of(names: Names) -> Set[str]:
    """Names in full and in short, found once for names that are all different: m.a, and a."""
    return names.texts if isinstance(names, _Distinct) else _in_short(names.values())


def _in_short(names: Iterable[str]) -> Set[str]:
    """The names, and the part of each that follows its last point."""
    return {part for name in names for part in (name, name.rpartition(".")[2])}


def unique_names(
    nodes: Iterable[Value], known: Known = NOTHING, given: Names | None = None
) -> dict[Value, str]:
    """A name of its own for each Value; a plain number has no other name than itself.

    Names that are `given` stay as they are, and are part of the result.
    """
    names = dict(given or {})
    order = dict.fromkeys([*names, *nodes])
    new = [node for node in order if node not in names]
    numbers = {node: short(node.data) for node in new if node.op is CONSTANT}
    called = {node: plain_label(node.label) or known.variables.get(node, "") for node in new}
    names.update(_numbered([node for node in new if called[node]], called, {*names.values()}))
    nameless = [node for node in new if node not in names and node not in numbers]
    left = _untitled(nameless, {*names.values()})
    names.update((node, node.op.title) for node in nameless if node not in left)
    names.update(_last_names(left, {*names.values()}, known))
    return _Distinct((node, numbers.get(node) or names[node]) for node in order)


def value_names(order: Sequence[Value], names: Namespace | None = None) -> dict[Value, str]:
    """A name of its own for each Value of a graph, by the names of the program.

    - `names`: names and what they stand for, in place of those of the program; {} for no names.

    Raises TypeError if `names` is not a mapping from text.
    """
    return unique_names(order, known_names(order, names))


def _untitled(nodes: Sequence[Value], used: Set[str]) -> dict[Value, str]:
    """The nodes whose titles do not tell them from others, with these titles; leaves never do."""
    titles = {node: node.op.title for node in nodes}
    alike = Counter(titles.values())
    return {
        node: title
        for node, title in titles.items()
        if node.op is LEAF or alike[title] > 1 or title in used
    }


def _last_names(left: Names, used: Set[str], known: Known) -> dict[Value, str]:
    """A letter for each of the nodes that are left; if there are not enough, title and number."""
    own = {node: letter for node, letter in known.letters.items() if node in left}
    names = {node: letter for node, letter in own.items() if letter not in used}
    rest = [node for node in left if node not in names]
    more = _lettered(rest, {*used, *known.taken, *known.letters.values()})
    return {**names, **(more or _numbered(rest, left, {*used, *left.values()}))}


def _lettered(nodes: Iterable[Value], used: Set[str]) -> dict[Value, str]:
    """A letter for each node; none at all if there are not enough."""
    nodes, letters = [*nodes], [each for each in LETTERS if each not in used]
    return dict(zip(nodes, letters, strict=False)) if len(nodes) <= len(letters) else {}


def _numbered(nodes: Sequence[Value], called: Names, used: Set[str]) -> dict[Value, str]:
    """What each node is called, with a number where another one is called so, or it is `used`."""
    alike = Counter(called[node] for node in nodes)
    taken = {*used, *alike}
    numbers = {name: count(1) for name in alike}
    names = {}
    for node in nodes:
        name = called[node]
        numbered = (f"{name}#{number}" for number in numbers[name])
        is_alone = alike[name] == 1 and name not in used
        names[node] = name if is_alone else next(each for each in numbered if each not in taken)
    return names


def _demand_names(names: object) -> None:
    """Raise TypeError for what is neither None nor a mapping from text."""
    if names is not None and not isinstance(names, Mapping):
        raise TypeError("names must map names to Values, as locals() does, or be {} for no names, "
                        f"got {names!r}")  # fmt: skip
    for each in names or ():
        if not isinstance(each, str):
            raise TypeError(f"names must map names to Values, got the name {each!r}, which is no "
                            "text")  # fmt: skip


def _entries(names: Namespace | None) -> Iterator[tuple[str, object]]:
    """The names and what they stand for, each name once; those of the program for None."""
    seen: set[str] = set()
    for pairs in _scopes(_program()) if names is None else [names.items()]:
        namespace = dict(pairs)
        for name, held in namespace.items():
            kept = _KEPT.get(name)
            is_kept = kept is not None and namespace.get(kept, namespace) is held
            if name[:1].isalpha() and not is_kept and name not in seen:
                yield name, held
        seen.update(namespace)


def _program() -> FrameType:
    """The nearest frame that is not of this package, of NumPy or of Python itself."""
    return outside(FOREIGN, sys._getframe())[0]


def _scopes(frame: FrameType) -> Iterator[Iterable[tuple[str, object]]]:
    """The names that code in this frame can see, innermost first."""
    yield _local(frame)
    while frame.f_code.co_name in _EXPRESSIONS and frame.f_back:
        if frame.f_back.f_globals is not frame.f_globals:
            break
        frame = frame.f_back
        yield _local(frame)
    if frame.f_locals is not frame.f_globals:
        yield list(dict.items(frame.f_globals))


def _local(frame: FrameType) -> Iterable[tuple[str, object]]:
    """The local names of a frame; of a class or of `exec`, only those that lie in a dict."""
    names: Any = frame.f_locals
    if frame.f_code.co_flags & CO_OPTIMIZED:
        return list(names.items())
    return list(dict.items(names)) if _is_a(names, dict) else []


def _held(held: object, looks: Iterator[object]) -> Iterator[tuple[str, object]]:
    """What a name stands for, and its items while `looks` last, with their places: "" or "[0]"."""
    yield "", held
    for _, item in zip(looks, islice(_items(held), _MOST_ITEMS), strict=False):
        yield item


def _items(held: object) -> Iterator[tuple[str, object]]:
    """The items of a list, a tuple, a dict or an array of NumPy, each with its place."""
    if _is_a(held, list):
        yield from ((f"[{at}]", each) for at, each in enumerate(list.__iter__(held)))
    elif _is_a(held, tuple):
        yield from ((f"[{at}]", each) for at, each in enumerate(tuple.__iter__(held)))
    elif _is_a(held, dict):
        pairs = list(islice(dict.items(held), _MOST_ITEMS))
        yield from ((f"[{at!r}]", each) for at, each in pairs if _is_short(at))
    else:
        yield from _items_of_array(sys.modules.get("numpy"), held)


def _is_short(key: object) -> bool:
    """Whether a key is a text or a whole number that can stand in a name."""
    if type(key) is int:
        return -_MOST_COUNTED < key < _MOST_COUNTED
    return type(key) is str and len(key) <= _LONGEST_KEY


def _items_of_array(numpy: Any, held: Any) -> Iterator[tuple[str, object]]:
    """The items of an array of objects; nothing for anything else, or without NumPy."""
    if numpy and type(held) is numpy.ndarray and held.dtype == object:
        for at, each in numpy.ndenumerate(held):
            yield f"[{', '.join(map(str, at))}]" if at else "", each


def _is_a(thing: object, kind: type[T]) -> TypeGuard[T]:
    """Whether a thing is of this type; the thing, which may compute its class, is not asked."""
    return issubclass(type(thing), kind)
