"""Formulas as MathML, made when the site is built: browsers show it without a script."""

import re
from typing import Any

from docutils.nodes import SkipNode
from math_core import LatexToMathML

_CONVERTER = LatexToMathML()

# The room after a row, in \\[1ex], has no counterpart.
_ROOM = re.compile(r"(\\\\)\[[^\]]*\]")


def as_mathml(latex: str, *, display: bool) -> str:
    """A formula as an element <math>; LatexError for what cannot be converted."""
    return str(_CONVERTER.convert_with_local_state(_ROOM.sub(r"\1", latex), displaystyle=display))


def _inline(writer: Any, node: Any) -> None:
    """A formula within a line."""
    writer.body.append(as_mathml(node.astext(), display=False))
    raise SkipNode


def _display(writer: Any, node: Any) -> None:
    """A formula of its own, which scrolls where it is too wide."""
    formula = as_mathml(node.astext(), display=True)
    writer.body.append(f'<div class="formula">{formula}</div>')
    raise SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Have each formula written so."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
