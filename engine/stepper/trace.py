"""trace(output): a run, forward and backward, as plain data that any program can play.

The document is made of dicts, lists, text and numbers. As JSON it has the same bytes for the same
graph, every number as the shortest text that is read as the same float64, and "NaN", "Infinity" and
"-Infinity" as text. Its entries, in version 1:

    format, version     "glassgrad trace", 1
    title, output       the name of the output, and its place among the nodes
    nodes               every Value, inputs before consumers:
        name            its name; no other Value of the document has the same
        op, symbol      the operation, as a path and as a picture shows it
        row             null for a leaf, or the name of its row among the rows below
        scope           its scope, outermost first
        data, grad      the number, and the gradient at the end of this run
        inputs          {"node": place, "slot": its place among all inputs, "local": derivative,
                        "rule": why}, or {"number": plain number}; the rule in symbols, numbers and
                        latex: symbols and then numbers is the equation as text,
                        d(a²)/da = 2·a and = 2 × 0.9637 = 1.927
        formula         its equation in parts, to be joined by " = "; empty for a leaf
        pieces          the texts around the inputs in its formula: "", " × " and "" of w × x,
                        "relu(" and ")" of relu(a); empty for a leaf
        curve           null, or its operation as a function of its only input that is a node, to be
                        plotted: heights at points that stand evenly from left to right, jumps (the
                        places of points from which the curve does not lead on to the next), and low
                        and high: what is worth showing of the heights
        numeric         null, or the gradient by finite differences: value, error, verdict, why
        line            null, or the line of the program that made it
        paths           count: the exact number of paths to it, as text; "" if very long
                        best: the paths with the largest products: nodes, places, factors, product
                        rest: the sum of all other paths
    rows                by name, the rows of all operations as data, from which a page computes the
                        run anew: inputs, forward and partials, formulas of operations and a result,
                        which may be a choice, if, then and else; or fold, start and slope; or
                        locked, the reason for none: see engine/compiler/javascript/rows.py. And
                        words, what is said of it: name, symbol, title, pieces, rules, and its sign
                        there: before, between, crossed, raised, ranks, reflected: see words.py
    numeric_note        the reason for no finite differences; empty if there are some
    picture             svg: each box with data-node="place of the node", each arrow with
                        data-edge="place of the node/place of the edge"; note: the reason for none
    events              ["forward", node], ["seed", node, 1.0], ["done", node] and
                        ["push", node, place of the edge, input, upstream, local derivative,
                        contribution, gradient of the input before, after]
    about               null, or what is said about the run, for a page: its title, null for none,
                        and sentences: text; at, the position to go to, select, the place of the
                        node, and path, the place among its best paths, each null for none
    examples            null, or on what a page trains: leaves, the places of those that differ, and
                        rows, for each example a number for each of these leaves
    shown               null, or the part of the run that a page shows: start, the position at which
                        it opens, stop, the last one, and hide, the names of what it leaves out

trace.schema.json says the same to programs, as a JSON Schema.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any

from ..analysis.naming import Names, Namespace, value_names
from ..analysis.steps import Done, Event, Forward, Push, Seed, pieces_of, steps
from ..analysis.why import Why, whys
from ..compiler.javascript.rows import row_name, rows_of
from ..graph import topological_order
from ..notation import short
from ..system.leaving import numbers_leave
from ..system.limits import limit, up_to
from ..value import Value, demand_value
from .curves import Curve, curve_of
from .given.examples import ExampleNumbers, as_columns, examples_entry
from .given.notes import Note, RunRecord, about, as_notes, demand_title
from .given.part import Where, as_part, shown
from .marked_svg import USUAL, TraceWording, marked_picture
from .paths import Ways, product, ways_to
from .replay import Numeric, Replay, numeric_gradients

# The most Values of a graph with finite differences and with curves.
_MOVED = 300

Lines = Mapping[int, str]


@dataclass(frozen=True, slots=True, repr=False)
class Trace:
    """A run, forward and backward. `document` is plain data; see engine/stepper/trace.py."""

    document: Mapping[str, Any]

    def to_json(self) -> str:
        """The document as JSON, in ASCII; the same graph always gives the same text."""
        return as_json(self.document)

    def __repr__(self) -> str:
        nodes, events = len(self.document["nodes"]), len(self.document["events"])
        return (f"Trace of {self.document['title']}: {nodes} Value{'s' * (nodes != 1)}, "
                f"{events} event{'s' * (events != 1)}")  # fmt: skip


@numbers_leave("takes the numbers of a run")
def trace(
    output: Value,
    lines: Lines | None = None,
    max_events: float = 100_000,
    *,
    names: Namespace | None = None,
    title: str | None = None,
    notes: Iterable[Note | str] = (),
    examples: ExampleNumbers | None = None,
    start: Where | None = None,
    stop: Where | None = None,
    hide: Iterable[str] = (),
) -> Trace:
    """The forward and backward run of the graph of `output`, as data; gives a Trace.

        Path("run.json").write_text(trace(loss).to_json())

    No `.grad` is read or written.

    - `lines`: the line of the program that made a Value, by its serial number.
    - `max_events`: the most events; a run with more is an error. inf says that there is no limit.
    - `names`: names and what they stand for, such as `locals()`, for Values without a label. By
      default those of the program: see engine/analysis/naming.py. {} forbids them.
    - `title`, `notes`: what a page is called and says about the run, in texts and Notes.
    - `examples`: leaves, or their names, each with its number in every example on which a page
      trains the others: see engine/stepper/given/examples.py.
    - `start`, `stop`, `hide`: the part of the run that a page shows, as Stepper has it. The
      document holds all of it.

    Raises TypeError if `output` is not a Value, `lines` or `names` is not a mapping, `title` or a
    note is not text, or `examples` are not numbers by leaf; and ValueError for too many events, a
    limit below 1, a note that leads nowhere, examples that are not of leaves or not complete, or a
    part that is none.
    """
    demand_value(output, "output")
    demand_lines(lines)
    demand_title(title)
    said = as_notes(notes)
    columns = as_columns(examples)
    part = as_part(start, stop, hide)
    most = limit(max_events, "max_events")
    events = list(islice(steps(output, names), up_to(most, 1)))
    if len(events) > most:
        raise ValueError(
            f"the run has more than max_events={max_events:,} events: step through a part of it, "
            "such as the loss of one example, or raise the limit"
        )
    document = _document(output, events, lines or {}, names)
    values = tuple(_grads(topological_order(output), events))
    run = RunRecord(values, document["nodes"], document["events"])
    told = about(title, said, run)
    document["about"], document["shown"] = told, shown(part, told, run)
    document["examples"] = examples_entry(columns, values, document["nodes"])
    return Trace(document)


def as_json(document: Mapping[str, Any]) -> str:
    """A document as JSON, in ASCII and without blanks."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False)


def as_number(number: float) -> float | str:
    """The number in a document; nan and infinities, which JSON lacks, by name."""
    if isfinite(number):
        return number
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"


def demand_lines(lines: object) -> None:
    """Raise TypeError unless `lines` is a mapping or None."""
    if lines is not None and not isinstance(lines, Mapping):
        raise TypeError(f"lines must map serial numbers to text, got {lines!r}")


def _document(
    output: Value, events: Sequence[Event], lines: Lines, names: Namespace | None
) -> dict[str, Any]:
    order = topological_order(output)
    wording = TraceWording(value_names(order, names), _grads(order, events), _widest(events))
    index = {node: i for i, node in enumerate(wording.grads)}
    formulas = {each.node: list(each.sides) for each in events if isinstance(each, Forward)}
    leaves_first = sorted(wording.grads, key=lambda node: bool(node.inputs))
    ways = dict(ways_to(output, leaves_first, wording.grads))
    numeric, note = _numeric(output, wording)
    svg, no_picture = marked_picture(output, wording, index)
    nodes = [
        {
            "name": wording.names[node],
            **_operation_entry(node),
            "scope": list(node.scope),
            "data": as_number(node.data),
            "grad": as_number(grad),
            "inputs": _inputs(node, index, wording.names),
            "formula": formulas.get(node, []),
            "pieces": _pieces(node),
            "curve": _curve_entry(curve_of(node) if len(wording.grads) <= _MOVED else None),
            "numeric": _numeric_entry(numeric.get(node)),
            "line": lines.get(node.serial),
            "paths": _paths_entry(output, ways[node], index),
        }
        for node, grad in wording.grads.items()
    ]
    return {
        "format": "glassgrad trace",
        "version": 1,
        "title": wording.names[output],
        "output": index[output],
        "nodes": nodes,
        "rows": rows_of(wording.grads),
        "numeric_note": note,
        "picture": {"svg": svg, "note": no_picture},
        "events": [_event(each, index) for each in events],
    }


def _grads(order: Sequence[Value], events: Sequence[Event]) -> dict[Value, float]:
    """The gradient of every Value at the end of the run; plain numbers have none."""
    found = {}
    for event in events:
        if isinstance(event, Seed):
            found[event.output] = event.grad
        elif isinstance(event, Done):
            found[event.node] = event.grad
    return {node: found[node] for node in order if node in found}


def _widest(events: Sequence[Event]) -> dict[Value, str]:
    """The longest text of the gradient of each Value on the way; dots mean that more will come.

    It is as long as a usual number at least, since a reader may change numbers.
    """
    widest: dict[Value, str] = {}
    for event in events:
        if isinstance(event, Push):
            room = USUAL if event.input not in widest else f"{USUAL} …"
            texts = (widest.get(event.input, ""), room, f"{short(event.after)} …")
            widest[event.input] = max(texts, key=len)
        elif isinstance(event, Seed):
            widest[event.output] = short(event.grad)
    return widest


def _numeric(output: Value, wording: TraceWording) -> tuple[dict[Value, Numeric], str]:
    """Finite differences for every Value, and ""; or none, and the reason."""
    grads = wording.grads
    if len(grads) > _MOVED:
        return {}, f"No finite differences, since the graph has more than {_MOVED} Values."
    replay = Replay(output)
    if replay.changed:
        name = wording.name(replay.changed[0])
        return {}, f"No finite differences: .data has been set, and {name} would be another number."
    return dict(numeric_gradients(replay, grads)), ""


def _operation_entry(node: Value) -> dict[str, str | None]:
    """What made a node, as a path and as a picture shows it; and the name of its row."""
    row = row_name(node.op, len(node.inputs)) if node.inputs else None
    return {"op": node.op.title, "symbol": node.op.symbol, "row": row}


def _inputs(node: Value, index: Mapping[Value, int], names: Names) -> list[dict[str, Any]]:
    """The inputs of a node: other nodes, and plain numbers, which get no gradient."""
    pairs = zip(node.inputs, node.local_derivatives, strict=True)
    rules = map(_rule_entry, whys(node, names))
    return [
        {"number": as_number(each.data)}
        if local is None
        else {"node": index[each], "slot": slot, "local": as_number(local), "rule": next(rules)}
        for slot, (each, local) in enumerate(pairs)
    ]


def _pieces(node: Value) -> list[str]:
    """The texts around the inputs of an operation; all those between two inputs are alike."""
    count = len(node.inputs)
    before, between, after = pieces_of(node.op, count)
    return [before, *[between] * (count - 1), after] if count else []


def _curve_entry(curve: Curve | None) -> dict[str, Any] | None:
    if curve is None:
        return None
    heights = [*map(as_number, curve.heights)]
    return {
        "left": curve.left,
        "right": curve.right,
        "low": curve.low,
        "high": curve.high,
        "heights": heights,
        "jumps": [*curve.jumps],
    }


def _rule_entry(why: Why) -> dict[str, str]:
    return {"symbols": why.symbols, "numbers": why.numbers.strip(), "latex": why.latex}


def _numeric_entry(numeric: Numeric | None) -> dict[str, Any] | None:
    if numeric is None:
        return None
    value, error, verdict, why = numeric
    return {"value": as_number(value), "error": as_number(error), "verdict": verdict, "why": why}


def _paths_entry(output: Value, ways: Ways, index: Mapping[Value, int]) -> dict[str, Any]:
    best = [
        {
            "nodes": [index[output], *(index[step.node] for step in path)],
            "places": [step.place for step in path],
            "factors": [as_number(step.local) for step in path],
            "product": as_number(product(path)),
        }
        for path in ways.best
    ]
    return {"count": ways.number, "best": best, "rest": as_number(ways.rest)}


def _event(event: Event, index: Mapping[Value, int]) -> list[Any]:
    """An event as a list that begins with its kind."""
    match event:
        case Forward():
            return ["forward", index[event.node]]
        case Seed():
            return ["seed", index[event.output], as_number(event.grad)]
        case Done():
            return ["done", index[event.node]]
    where = [index[event.node], event.place, index[event.input]]
    numbers = (event.upstream, event.local, event.contribution, event.before, event.after)
    return ["push", *where, *map(as_number, numbers)]
