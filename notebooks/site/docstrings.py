"""Docstrings for Sphinx: they are written in Markdown, and Sphinx reads reStructuredText.

    `x` and `nn.hinge`      code, and a link where that is a name of the reference
    - `name`: what it is    a list
        model = MLP(2)      four spaces: a block of code
    >>> Value(2.0)          a session

Everything else is text in which no sign means anything.
"""

import ast
import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import dedent
from typing import Any

_CODE = re.compile(r"`([^`]+)`")
_NAME = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")
_BLOCK = "    "


def as_rest(lines: list[str]) -> list[str]:
    """The lines of a docstring in reStructuredText."""
    return [line for part in _paragraphs(lines) for line in [*_written(part), ""]]


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Lines between blank lines; blocks of code in a row are one, with the blank lines in it."""
    parts = [[*part] for blank, part in groupby(lines, lambda line: not line.strip()) if not blank]
    for is_code, same in groupby(parts, _is_block):
        if is_code:
            yield [line for part in same for line in ["", *part]][1:]
        else:
            yield from same


def _is_block(part: list[str]) -> bool:
    """Whether every line of a paragraph is indented as code is."""
    return all(line.startswith(_BLOCK) for line in part)


def _written(part: list[str]) -> list[str]:
    """A paragraph in reStructuredText."""
    if part[0].startswith(">>>"):
        return part
    if _is_block([line for line in part if line]):
        text = dedent("\n".join(part))
        kind = "python" if _is_python(text) else "text"
        return [f".. code-block:: {kind}", "", *(_BLOCK + line for line in text.split("\n"))]
    pieces = _CODE.split("\n".join(part))
    pieces[::2] = map(_escaped, pieces[::2])
    pieces[1::2] = map(_code, pieces[1::2])
    return "".join(pieces).split("\n")


def _is_python(text: str) -> bool:
    """Whether a block is a program, or a session, rather than a table of formulas."""
    try:
        ast.parse(text)
    except SyntaxError:
        return text.startswith(">>>")
    return True


def _escaped(text: str) -> str:
    """Text in which no sign means anything, but for the points of a list."""
    return re.sub(r"[\\*|_]", r"\\\g<0>", text)


def _code(text: str) -> str:
    """Code within a line; a name becomes a link where the reference has it."""
    text = " ".join(text.split())
    if _NAME.fullmatch(text):
        return f"\\ :py:obj:`{text}`\\ "
    return f"\\ ``{text}``\\ "


def _told(*given: Any) -> None:
    """Put reStructuredText in the place of a docstring, whose lines come last."""
    lines = given[-1]
    lines[:] = as_rest(lines)


def _is_foreign(*given: Any) -> bool | None:
    """True for a member, which comes fourth, that another package has put into a class."""
    module = getattr(given[3], "__module__", None) or "engine"
    return None if module.split(".")[0] in ("engine", "nn") else True


def setup(app: Any) -> dict[str, bool]:
    """Have each docstring read so."""
    app.connect("autodoc-process-docstring", _told)
    app.connect("autodoc-skip-member", _is_foreign)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
