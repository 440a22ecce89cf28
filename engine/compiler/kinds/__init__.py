"""The table of kinds of array instructions, by family; a new kind is one row of one family.

leaves      parameters, inputs, constants, the number of examples
reads       parts of an array: in place, copied, chosen by category
writes      arrays put together: repeated, joined, with ones, assembled, scattered
sums        along axes, over examples, of segments
products    matrix products
scans       an operation along an axis, and all its results on the way
loops       a program computed step by step
running     operations step by step with what is known
numbers     operations number by number
"""

from .kind import (
    FREE,
    LEAF,
    WORK,
    Arriving,
    Call,
    Given,
    InnerProgram,
    Kind,
    Pullback,
    Role,
    Sweep,
    Writer,
)  # fmt: skip
from .leaves import LEAVES
from .loops import LOOPS
from .numbers import NUMBERS
from .products import PRODUCTS
from .reads import READS
from .running import RUNNING
from .scans import SCANS
from .sums import SUMS
from .writes import WRITES

__all__ = ["FREE", "KINDS", "LEAF", "WORK", "Arriving", "Call", "Given", "InnerProgram", "Kind",
           "Pullback", "Role", "Sweep", "Writer", "kind_of"]  # fmt: skip

KINDS: dict[str, Kind] = {
    **LEAVES, **READS, **WRITES, **SUMS, **PRODUCTS, **SCANS, **LOOPS, **RUNNING, **NUMBERS,
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """The row of a kind; ValueError if there is none."""
    if name not in KINDS:
        raise ValueError(f"there is no instruction {name!r}: it must be one of {', '.join(KINDS)}")
    return KINDS[name]
