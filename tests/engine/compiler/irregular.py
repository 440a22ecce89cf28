"""Graphs in which little is alike: steps of which each is another computation."""

from random import Random

from engine import Value

# What each step does.
_KINDS = Random(0).choices(range(4), k=5_000)


def irregular(x: Value, w: Value, steps: int) -> list[Value]:
    """What each of some steps gives, from the one before; at most 5,000 steps."""
    found = []
    for i, kind in enumerate(_KINDS[:steps]):
        match kind:
            case 0:
                x = (w * x + i / 700).sin()
            case 1:
                x = (x - w / (i + 1)).tanh()
            case 2:
                x = (x + 0.1 * w).cos()
            case _:
                x = w * x.sigmoid()
        found.append(x)
    return found
