"""The schema of a trace: strict, told in trace.py, and what the types of the player say."""

import json
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import Value
from tests.engine.stepper.schema import SCHEMA, VALIDATOR, valid_trace
from tests.engine.stepper.typedefs import WRITTEN, typedefs

OBJECTS = [
    each for each in [SCHEMA, *SCHEMA["$defs"].values()] if each.get("type") == "object"
]  # fmt: skip

SMALL = {
    "title": "Run",
    "description": "A run.",
    "type": "object",
    "properties": {
        "title": {"description": "Its name.", "type": "string"},
        "event": {"$ref": "#/$defs/Event"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "places": {"type": "array", "items": {"type": "integer"}},
        "events": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Event"}},
    },
    "$defs": {
        "Event": {
            "type": "array",
            "prefixItems": [{"const": "seed"}, {"title": "grad", "type": "number"}],
        },
        "Sum": {
            "type": "array",
            "prefixItems": [{"title": "name", "type": "string"}],
            "items": {"title": "terms", "type": "integer"},
        },
        "Verdict": {"enum": ["ok", "kink"]},
    },
}

SMALL_TYPES = """\
/** A run. */
export interface Run {
  /** Its name. */
  title: string;
  event: Event;
  note: string | null;
  places: number[];
  events: Record<string, Event>;
}

export type Event = [
  kind: "seed",
  grad: number,
];

export type Sum = [
  name: string,
  ...terms: number[],
];

export type Verdict = "ok" | "kink";
"""


def document() -> Any:
    """The trace of a small graph, as plain data: ((2 a) + 1) a where a = 3."""
    a = Value(3.0, "a")
    return json.loads(valid_trace((a * 2 + 1) * a).to_json())


def test_the_schema_is_one() -> None:
    """By the schema of schemas."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("schema", OBJECTS, ids=lambda each: sorted(each["properties"])[0])
def test_an_object_has_all_of_its_properties_and_no_others(schema: Any) -> None:
    """So a reader never asks whether one is there."""
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False


def test_trace_py_tells_of_every_property() -> None:
    """And of every kind of event."""
    told = import_module("engine.stepper.trace").__doc__ or ""
    names = {name for each in OBJECTS for name in each["properties"]}
    kinds = {each["prefixItems"][0]["const"] for each in SCHEMA["$defs"].values()
             if "const" in each.get("prefixItems", [{}])[0]}  # fmt: skip
    assert kinds == {"forward", "seed", "push", "done"}
    assert not [name for name in names | kinds if name not in told]


@pytest.mark.parametrize("spoil", [
    lambda run: run.update(version=2),
    lambda run: run.update(more=1),
    lambda run: run.pop("numeric_note"),
    lambda run: run.update(nodes=[]),
    lambda run: run["nodes"][0].update(data="nan"),
    lambda run: run["nodes"][0].update(data="3.0"),
    lambda run: run["nodes"][0].update(data=None),
    lambda run: run["nodes"][0].update(grad=True),
    lambda run: run["nodes"][0].update(row=0),
    lambda run: run["rows"].update(mul={}),
    lambda run: run["rows"].update(mul={"fold": "add", "start": [0.0], "slope": 1.0}),
    lambda run: run["rows"]["mul"]["forward"]["operations"].append(["mul"]),
    lambda run: run["rows"]["mul"]["forward"].update(result={"if": [1.0], "then": 0, "else": 1}),
    lambda run: run["nodes"][0].pop("line"),
    lambda run: run["nodes"][0]["numeric"].update(verdict="wrong"),
    lambda run: run["nodes"][0]["paths"].update(count=2),
    lambda run: run["nodes"][0]["paths"]["best"][0]["nodes"].append(0.5),
    lambda run: run["nodes"][1]["inputs"][0].update(number=3.0),
    lambda run: run["nodes"][1]["inputs"].append({}),
    lambda run: run["picture"].update(width=3),
    lambda run: run["events"][0].append(0),
    lambda run: run["events"][0].pop(),
    lambda run: run["events"].append(["back", 0]),
    lambda run: run["events"].append(["seed", 0, 2.0]),
    lambda run: run["events"].append(["push", 2, 0, 1, 1.0, 1.0, 1.0, 0.0]),
    lambda run: run["events"].append(["done", -1]),
])  # fmt: skip
def test_what_trace_py_does_not_write_is_refused(spoil: Callable[[Any], Any]) -> None:
    """A property too many or too few, another version, a number in other words."""
    good = document()
    bad = deepcopy(good)
    spoil(bad)
    assert VALIDATOR.is_valid(good)
    assert not VALIDATOR.is_valid(bad)


def test_types_are_made_from_a_schema() -> None:
    """One for each definition, with its description."""
    assert typedefs("// A line.\n", SMALL) == f"// A line.\n\n{SMALL_TYPES}"


@pytest.mark.parametrize("name", WRITTEN)
def test_the_types_of_the_player_are_those_of_the_schema(name: str) -> None:
    """`python -m tests.engine.stepper.typedefs` writes them anew."""
    written = files("engine") / "stepper" / "player" / name
    assert written.read_text("utf-8") == typedefs(*WRITTEN[name])
