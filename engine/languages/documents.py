"""Documents in the language of a page: a trace, and a folded run, which are English as data."""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import Any

from .words import Speech

# In a picture: a group with what it is of, a title, and a text.
_GROUP = re.compile(r'<g class="[^"]*" data-(node|edge)="([\d/]+)">.*?\n</g>', re.DOTALL)
_ABOUT = re.compile(r'(<svg [^>]*aria-label=")([^"]*)(")')
_TITLE = re.compile(r"(<title>)([^<]*)(</title>)")
_TEXT = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")

# A blank before a comma, where a rule in numbers begins with one.
_BEFORE_COMMA = re.compile(" (?=[,\uff0c])")

# What the title of a box says.
_HINT = re.compile(r"(.*), (data .+), (grad .+)", re.DOTALL)

_HERSELF = "its input"

# What a leaf without a name is called.
_LEAF = "leaf"


def translated_trace(document: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    """The document of a trace, in these words; what the program and the teacher say stays."""
    if words.code == "en":
        return {**document}
    nodes = [_node(each, words) for each in document["nodes"]]
    rows = {name: _row(row, words) for name, row in document["rows"].items()}
    names = {node["name"]: node["name"] for node in nodes}
    rules = {
        f"{place}/{at}": _BEFORE_COMMA.sub("", f"{rule['symbols']} {rule['numbers']}").strip()
        for place, node in enumerate(nodes)
        for at, rule in enumerate(each["rule"] for each in node["inputs"] if "rule" in each)
    }
    return {
        **document,
        "nodes": nodes,
        "rows": rows,
        "numeric_note": words.translated(document["numeric_note"]),
        "picture": _picture(document["picture"], names, words, lambda edge, _: rules[edge]),
    }


def translated_fold(document: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    """The document of a folded run, in these words."""
    if words.code == "en":
        return {**document}
    names = {each["name"]: _class_name(each, words) for each in document["classes"]}
    return {
        **document,
        "title": names.get(document["title"], document["title"]),
        "classes": [
            {**_class(each, words), "name": names[each["name"]]} for each in document["classes"]
        ],
        "arrows": [_arrow(each, words) for each in document["arrows"]],
        "steps": [_step(each, words) for each in document["steps"]],
        "picture": _picture(
            document["picture"], names, words, lambda _, title: words.translated(title)
        ),
    }


def _node(node: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    name, *sides = node["formula"] or [""]
    numeric = node["numeric"]
    return {
        **node,
        "formula": [name, *map(words.numbers, sides)] if sides else [],
        "inputs": [_input(each, words) for each in node["inputs"]],
        "numeric": numeric and {**numeric, "why": words.translated(numeric["why"])},
    }


def _input(given: Mapping[str, Any], words: Speech) -> Mapping[str, Any]:
    if "rule" not in given:
        return given
    rule = given["rule"]
    told = {key: words.rule(rule[key]).strip() for key in ("symbols", "numbers")}
    return {**given, "rule": {**rule, **told}}


def _row(row: Mapping[str, Any], words: Speech) -> Mapping[str, Any]:
    return {**row, "locked": words.translated(row["locked"])} if "locked" in row else row


def _class(one: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    members = [_member(each, words) for each in one["members"]]
    return {**_with_numbers(one, words, "data", "grad"), "members": members}


def _class_name(one: Mapping[str, Any], words: Speech) -> str:
    """The name of a class, with where it belongs in these words: Mul of layer1."""
    name: str = one["name"]
    if name.rstrip("'") == _LEAF and not one["scope"]:
        return words.say("box.leaf") + name.removeprefix(_LEAF)
    places = (one["scope"][:depth] for depth in range(1, len(one["scope"]) + 1))
    for place in map(" / ".join, places):
        op, found, marks = name.rpartition(f" of {place}")
        if found and not marks.strip("'"):
            called = words.say("box.leaf") if op == _LEAF else op
            return words.say("fold.class", op=called, place=place) + marks
    return name


def _member(member: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    best = member["best"]
    return {**member, "best": best and {**best, "why": _rule_in_letters(best["why"], words)}}


def _arrow(arrow: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    told = _with_numbers(arrow, words, "upstream", "local", "contribution", "passes")
    return {**told, "rules": [_rule_in_letters(each, words) for each in arrow["rules"]]}


def _rule_in_letters(rule: str, words: Speech) -> str:
    return words.rule(rule).replace(_HERSELF, words.say("fold.its-input"))


def _step(step: Mapping[str, Any], words: Speech) -> dict[str, Any]:
    return {**step, "grads": [_with_numbers(each, words, "grad") for each in step["grads"]]}


def _with_numbers(entry: Mapping[str, Any], words: Speech, *keys: str) -> dict[str, Any]:
    """An entry in which some texts are numbers, or ranges of them."""
    return {**entry, **{key: words.numbers(entry[key]) for key in keys}}


def _picture(
    picture: Mapping[str, Any],
    names: Mapping[str, str],
    words: Speech,
    of_edge: Callable[[str, str], str],
) -> dict[str, Any]:
    """The picture; `names` are what names become, and `of_edge` is the title of an arrow."""

    def line(found: re.Match[str]) -> str:
        """A line of a box, or the number on an arrow."""
        text = unescape(found[2])
        told = names.get(text) or words.line(text)
        return f"{found[1]}{escape(told)}{found[3]}"

    def group(found: re.Match[str]) -> str:
        """A box or an arrow."""

        def title(text: re.Match[str]) -> str:
            """What is said where a pointer rests on it."""
            said = unescape(text[2])
            told = of_edge(found[2], said) if found[1] == "edge" else hint_in(said, names, words)
            return f"{text[1]}{escape(told)}{text[3]}"

        return _TEXT.sub(line, _TITLE.sub(title, found[0]))

    def about(found: re.Match[str]) -> str:
        """What is said of all of the picture."""
        return f"{found[1]}{escape(words.translated(unescape(found[2])))}{found[3]}"

    return {
        "svg": _ABOUT.sub(about, _GROUP.sub(group, picture["svg"])),
        "note": words.translated(picture["note"]),
    }


def hint_in(said: str, names: Mapping[str, str], words: Speech) -> str:
    """The title of a box: what it is called, its number, and its gradient."""

    def told(found: re.Match[str]) -> str:
        """The same in these words."""
        name, *numbers = found.groups()
        own, times, size = name.rpartition(", ×")
        called = f"{names.get(own, own)}{times}{words.numbers(size)}" if times else name
        return words.say("list.parts").join([called, *map(words.translated, numbers)])

    return _HINT.sub(told, said)
