"""The types of documents for the player's modules, made from the JSON Schemas of these.

    python -m tests.engine.stepper.typedefs

writes engine/stepper/player/trace.d.ts and folded/fold.d.ts, which are committed; a test demands
that they are up to date.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.engine.stepper.schema import FOLD_SCHEMA, SCHEMA

_MADE = "by `python -m tests.engine.stepper.typedefs`"

# The files of types in the folder of the player: the first line of each, and its schema.
WRITTEN = {
    "trace.d.ts": (f"// What a trace holds: made from trace.schema.json {_MADE}.\n", SCHEMA),
    "folded/fold.d.ts": (
        f"// What a folded run holds: from folded.schema.json {_MADE}.\n",
        FOLD_SCHEMA,
    ),
}

_PRIMITIVES = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}


def typedefs(head: str, schema: Mapping[str, Any]) -> str:
    """The schema and its definitions as TypeScript below a line, one exported type for each."""
    named = {schema["title"]: schema, **schema["$defs"]}
    return "\n".join([head, *(_declared(name, each) for name, each in named.items())])


def _declared(name: str, schema: Mapping[str, Any]) -> str:
    """The declaration of a type: an interface for an object, else another name for its type."""
    if schema.get("type") != "object":
        return f"{_comment(schema, '')}export type {name} = {_type(schema)};\n"
    fields = "".join(_fields(schema["properties"]))
    return f"{_comment(schema, '')}export interface {name} {{\n{fields}}}\n"


def _fields(properties: Mapping[str, Any]) -> Iterator[str]:
    """One line for each property, below what it is."""
    for name, schema in properties.items():
        yield f"{_comment(schema, '  ')}  {name}: {_type(schema)};\n"


def _comment(schema: Mapping[str, Any], indent: str) -> str:
    """What the schema says in words."""
    return f"{indent}/** {schema['description']} */\n" if "description" in schema else ""


def _type(schema: Mapping[str, Any]) -> str:
    """The type of what a schema without properties allows."""
    match schema:
        case {"$ref": path}:
            return str(path).removeprefix("#/$defs/")
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": options} | {"oneOf": options}:
            return " | ".join(map(_type, options))
        case {"type": "array", "prefixItems": first}:
            more = [f"...{_item(rest)}[]"] if (rest := schema.get("items")) else []
            return "[" + "".join(f"\n  {each}," for each in [*map(_item, first), *more]) + "\n]"
        case {"type": "array", "items": item}:
            return f"{_type(item)}[]"
        case {"type": "object", "additionalProperties": item}:
            return f"Record<string, {_type(item)}>"
    return _PRIMITIVES[schema["type"]]


def _item(schema: Mapping[str, Any]) -> str:
    """An item of a tuple, with its name; the first one, which is the kind, has no other."""
    return f"{schema.get('title', 'kind')}: {_type(schema)}"


if __name__ == "__main__":
    for name, (head, schema) in WRITTEN.items():
        target = Path(str(files("engine") / "stepper" / "player" / name))
        target.write_text(typedefs(head, schema), encoding="utf-8")
