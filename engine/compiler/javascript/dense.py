"""A script without what only its readers need: comments, and spaces beside signs.

Lines stay lines, since the end of one may end a statement.
"""

import re

# Where something begins in which a space may count, or a comment, or a quotient.
_SPECIAL = re.compile(r"[\"'`/]")

# Spaces beside these signs say nothing; beside + and - they part a + +b.
_SIGNS = re.compile(r" *([{}()\[\];,:?=<>&|]) *")

# What is between two lines: no text of a script goes over several.
_MARGIN = re.compile(r"\s*\n\s*")

_STRING = re.compile(r"(['\"])(?:\\.|(?!\1).)*\1")
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+/\w*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)

# Behind what a / begins a regular expression, but for spaces; and how far back to look for that.
_BEFORE_REGEX = re.compile(r"(?:[(,=:\[!&|?{};>]|\breturn)\Z")
_FAR = len(" return")

# What ends a template, or a part of it that is code.
_IN_TEMPLATE = re.compile(r"\\.|`|\$\{", re.DOTALL)
_IN_CODE = re.compile(r"[\"'`{}]")


def dense(script: str) -> str:
    """The script as a browser needs it; each of its strings is as it was."""
    parts: list[str] = []
    at = 0
    while found := _SPECIAL.search(script, at):
        parts.append(_SIGNS.sub(r"\1", script[at : found.start()]))
        at = _end(script, found.start())
        if not _COMMENT.match(script, found.start()):
            parts.append(script[found.start() : at])
    parts.append(_SIGNS.sub(r"\1", script[at:]))
    return _MARGIN.sub("\n", "".join(parts))


def _end(script: str, start: int) -> int:
    """Where a string, a template, a regular expression or a comment ends; behind a sign for /."""
    if script[start] == "`":
        return _end_of_template(script, start + 1)
    if script[start] != "/":
        return _matched(_STRING, script, start)
    if _COMMENT.match(script, start):
        return _matched(_COMMENT, script, start)
    is_regex = _BEFORE_REGEX.search(script[:start].rstrip()[-_FAR:])
    return _matched(_REGEX, script, start) if is_regex else start + 1


def _matched(pattern: re.Pattern[str], script: str, start: int) -> int:
    """The end of what a pattern finds at a place, where it must be."""
    found = pattern.match(script, start)
    if found is None:
        raise ValueError(f"this has no end: {script[start : start + 40]!r}")
    return found.end()


def _end_of_template(script: str, at: int) -> int:
    """Behind the ` that ends a template whose text goes on at a place."""
    while (found := _IN_TEMPLATE.search(script, at)) and found[0] != "`":
        at = _end_of_code(script, found.end()) if found[0] == "${" else found.end()
    if found is None:
        raise ValueError(f"this has no end: {script[at : at + 40]!r}")
    return found.end()


def _end_of_code(script: str, at: int) -> int:
    """Behind the } that ends the code in a template."""
    depth = 1
    while depth:
        found = _IN_CODE.search(script, at)
        if found is None:
            raise ValueError(f"this has no end: {script[at : at + 40]!r}")
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        at = found.end() if found[0] in "{}" else _end(script, found.start())
    return at
