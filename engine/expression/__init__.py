"""Formulas as text: `parse("relu(w*x + b)**2")` gives an Expression, and that gives Values."""

from .lexer import ExpressionError
from .parser import parse
from .program import Expression

__all__ = ["Expression", "ExpressionError", "parse"]
