"""The JSON Schemas of a trace and of a folded run, and documents that keep to them."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

import engine
from engine import Trace, Value
from engine.stepper.folded import FoldedRun, folded_run


def _schema(name: str) -> Mapping[str, Any]:
    """The schema in a file of the package."""
    schema: Mapping[str, Any] = json.loads((files("engine") / "stepper" / name).read_text("utf-8"))
    return schema


SCHEMA = _schema("trace.schema.json")
FOLD_SCHEMA = _schema("folded.schema.json")

VALIDATOR = Draft202012Validator(SCHEMA)
FOLD_VALIDATOR = Draft202012Validator(FOLD_SCHEMA)


def valid_trace(*arguments: Any, **more: Any) -> Trace:
    """What `engine.trace` gives, once its text has been found to be what the schema allows.

    Values are called by their labels, and not by the variables of this function.
    """
    recorded = engine.trace(*arguments, **{"names": {}, **more})
    VALIDATOR.validate(json.loads(recorded.to_json()))
    return recorded


def valid_fold(output: Value, lines: Mapping[int, str] | None = None) -> FoldedRun:
    """The folded run of a graph, once its text has been found to be what its schema allows."""
    run = folded_run(output, lines or {})
    assert run is not None
    FOLD_VALIDATOR.validate(json.loads(run.to_json()))
    return run
