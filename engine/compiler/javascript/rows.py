"""Rows of the table of primitives as data, from which a page makes functions: no text of a program.

The data is made of dicts, lists, text and numbers. A row is followed with symbols, so nothing about
an operation is written again:

    row_data(PRIMITIVES["div"], 2)["forward"]    {"operations": [["div", 0, 1]], "result": 2}

A formula has

    operations      each a name and its operands, in the order in which they are computed
    result          a place, a number, or {"if": place, "then": result, "else": result}

A place counts the inputs first, then the operations; in a partial derivative the result of the row
comes after the inputs. A number stands in a list of its own, [0.5], since it is no place; nan and
the infinities are "NaN", "Infinity" and "-Infinity". A truth value is 1 or 0.

A row has one of these:

    inputs, forward, partials   the number of its inputs, and its formulas
    fold, start, slope          of any number of inputs, which are joined one after the other by the
                                operation `fold`, the first with `start`; each derivative is `slope`
    locked                      the reason why it cannot be followed

and among `rows_of` all of them have

    words                       what is said of it: see words.py

engine/stepper/player/live/ computes with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any

from ...primitives import BUILT_IN, GIVEN, PRIMITIVES, Op
from ...value import Value
from ..rows.formulas import Choice, Formula, Operation, Tree
from ..rows.symbols import formula
from .functions import followable
from .words import rows_in_rules, words_of

RowData = dict[str, Any]


def row_name(op: Op, count: int) -> str:
    """The name of a row among `rows_of`: softmax/4 if its formulas depend on the `count`."""
    by_count = op.any_number and "fold" not in row_data(op, count)
    return f"{op.name}/{count}" if by_count else op.name


def rows_of(nodes: Iterable[Value]) -> Mapping[str, RowData]:
    """The rows of all operations that made `nodes`, by their names, and those that rules name."""
    return _told((node.op, len(node.inputs)) for node in nodes if node.inputs)


def built_in_rows() -> Mapping[str, RowData]:
    """The rows that every table has, for a page in which formulas are typed."""
    ops = (op for op in PRIMITIVES.values() if op.name in BUILT_IN)
    return _told((op, len(op.partials)) for op in ops)


def _told(made: Iterable[tuple[Op, int]]) -> dict[str, RowData]:
    """Rows for so many inputs, with what is said of them; and those of their rules, forward."""
    rows = {}
    in_rules: dict[str, RowData] = {}
    for op, count in dict.fromkeys(made):
        rows[row_name(op, count)] = {**_with_rule(op, count), "words": words_of(op, count)}
        for each in rows_in_rules(op):
            data = _forward_only(row_data(*each))
            in_rules[row_name(*each)] = {**data, "words": words_of(*each, rules=False)}
    return rows | in_rules | rows


def _forward_only(data: RowData) -> RowData:
    """A row that stands in rules only: nobody asks for its derivatives."""
    return data | {"partials": []} if "partials" in data else data


def _with_rule(op: Op, count: int) -> RowData:
    """A row for `count` inputs as data; locked too if its rule cannot be computed."""
    needed = (row_data(*each) for each in ((op, count), *rows_in_rules(op)))
    return next((each for each in needed if "locked" in each), row_data(op, count))


@lru_cache(maxsize=1024)
def row_data(op: Op, count: int) -> RowData:
    """A row for `count` inputs as data; with `locked`, a reason, if it cannot be followed."""
    if op is GIVEN:
        return {"locked": "its local derivatives were given as numbers"}
    try:
        return (_folded(op) if op.any_number else None) or _followed(op, count)
    except Exception as error:  # a registered row may do anything with what is no number
        return {"locked": f"the row {op.name} cannot be followed: {error}"}


def _followed(op: Op, count: int) -> RowData:
    """The formulas of a row."""
    forward, *partials = _formulas(op, count)
    return {
        "inputs": count,
        "forward": _formula_data(forward, count),
        "partials": [_formula_data(each, count + 1) for each in partials],
    }


def _folded(op: Op) -> RowData | None:
    """A row that joins its inputs one after the other, and has one slope; None for another one."""
    try:
        forward, *partials = _formulas(op, 3)
    except Exception:  # it need not take three inputs
        return None
    made, slope = forward.operations[3:], partials[0].result
    name, (start, *_) = made[0] if made else ("", (0,))
    wanted = tuple(Operation(name, operands) for operands in ((start, 0), (3, 1), (4, 2)))
    if isinstance(start, int) or made != wanted or forward.result != 5:
        return None
    if isinstance(slope, int | Choice) or {each.result for each in partials} != {slope}:
        return None
    return {"fold": name, "start": _number(start), "slope": _number(slope)}


def _formulas(op: Op, count: int) -> list[Formula]:
    """The formula of a row for `count` inputs, and of each of its partial derivatives."""
    names = [f"a{i}" for i in range(count)]
    raising = op.name not in BUILT_IN
    forward, partials = _functions(op, count)
    return [
        formula(forward, names, raising=raising),
        *(formula(each, [*names, "y"], raising=raising) for each in partials),
    ]


def _functions(op: Op, count: int) -> tuple[Callable[..., Any], Sequence[Callable[..., Any]]]:
    """A row as functions of so many inputs, each of them an argument."""
    forward, *partials = map(followable, (op.forward, *op.partials))
    if not op.any_number:
        return forward, partials
    (by_all,) = partials

    def by_input(place: int) -> Callable[..., Any]:
        """The partial derivative by one input."""
        return lambda *given: by_all(list(given[:-1]), given[-1])[place]

    return lambda *given: forward(list(given)), [by_input(i) for i in range(count)]


def _formula_data(found: Formula, count: int) -> RowData:
    """A formula of `count` arguments as data, without the operations that nothing uses."""
    used = _used(found)
    place = {number: number for number in range(count)}
    for number in range(count, len(found.operations)):
        if number in used:
            place[number] = len(place)

    def operand(each: int | float) -> Any:
        """The place of an operation, or a number."""
        return place[each] if isinstance(each, int) else _number(each)

    def result(tree: Tree) -> Any:
        """The result, or a choice between two."""
        if not isinstance(tree, Choice):
            return operand(tree)
        condition, then, otherwise = tree
        return {"if": place[condition], "then": result(then), "else": result(otherwise)}

    operations = [found.operations[number] for number in sorted(used) if number >= count]
    listed = [[name, *map(operand, operands)] for name, operands in operations]
    return {"operations": listed, "result": result(found.result)}


def _used(found: Formula) -> set[int]:
    """The operations on which the result depends."""
    pending = list(_asked(found.result))
    used: set[int] = set()
    while pending:
        number = pending.pop()
        if number not in used:
            used.add(number)
            pending += [i for i in found.operations[number].operands if isinstance(i, int)]
    return used


def _asked(tree: Tree) -> Iterable[int]:
    """The operations that a result names."""
    if isinstance(tree, Choice):
        yield tree.condition
        yield from _asked(tree.then)
        yield from _asked(tree.otherwise)
    elif isinstance(tree, int):
        yield tree


def _number(number: float) -> list[float | str]:
    """A number, in a list."""
    if isfinite(number):
        return [number]
    return ["NaN" if number != number else "Infinity" if number > 0 else "-Infinity"]
