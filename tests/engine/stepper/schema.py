"""The JSON Schema of a trace, and traces that have been found to keep to it."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

import engine
from engine import Trace

SCHEMA: Mapping[str, Any] = json.loads(
    (files("engine") / "stepper" / "trace.schema.json").read_text("utf-8")
)

VALIDATOR = Draft202012Validator(SCHEMA)


def valid_trace(*arguments: Any, **more: Any) -> Trace:
    """What `engine.trace` gives, once its text has been found to be what the schema allows.

    Values are called by their labels, and not by the variables of this function.
    """
    recorded = engine.trace(*arguments, **{"names": {}, **more})
    VALIDATOR.validate(json.loads(recorded.to_json()))
    return recorded
