"""How many random programs a test tries: a quarter of them for each change, each night all."""

import os

# GLASSGRAD_LONG=1, as in `make long`.
_IS_LONG = bool(os.environ.get("GLASSGRAD_LONG"))


def tries(count: int) -> int:
    """`count` in `make long`, which runs each night; a quarter of it, rounded up, otherwise."""
    return count if _IS_LONG else -(-count // 4)
