"""Rows that are in the table while a test lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine import PRIMITIVES, Op, Value, register


@contextmanager
def registered(op: Op) -> Iterator[Op]:
    """The row is in the table, and a method of Value, inside the block only."""
    register(op)
    try:
        yield op
    finally:
        del PRIMITIVES[op.name]
        delattr(Value, op.name)
