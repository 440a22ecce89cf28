"""Numbers of a function in LLVM's language: single ones, or vectors of 2, 4 or 8 lanes.

LLVM splits a vector for a processor with narrower ones: results have the same bits everywhere.
"""

from struct import pack, unpack
from typing import Literal, NamedTuple

NumberKind = Literal["double", "i64", "i1"]

# float64, whole numbers of 64 bits, and truth values.
FLOAT: NumberKind = "double"
WHOLE: NumberKind = "i64"
TRUTH: NumberKind = "i1"


class Vector(NamedTuple):
    """A result of a function: its name or its digits, its number of lanes, and its kind."""

    text: str
    lanes: int = 1
    kind: NumberKind = FLOAT

    @property
    def type(self) -> str:
        """The type in LLVM's language."""
        return type_of(self.lanes, self.kind)

    @property
    def typed(self) -> str:
        """The number with its type, as an operand."""
        return f"{self.type} {self.text}"

    @property
    def plain(self) -> float | None:
        """The plain number that it is, if `digits` wrote it; else None."""
        if not self.text.startswith("0x"):
            return None
        number: float
        (number,) = unpack(">d", bytes.fromhex(self.text[2:]))
        return number


class Variable(NamedTuple):
    """Memory for one number, which LLVM turns into a register."""

    text: str
    lanes: int
    kind: NumberKind

    @property
    def type(self) -> str:
        """The type of the number."""
        return type_of(self.lanes, self.kind)


def type_of(lanes: int, kind: NumberKind = FLOAT) -> str:
    """The type of a number with so many lanes."""
    return kind if lanes == 1 else f"<{lanes} x {kind}>"


def suffix(lanes: int) -> str:
    """The ending of the name of one of LLVM's own functions, for float64."""
    return "f64" if lanes == 1 else f"v{lanes}f64"


def digits(number: float) -> str:
    """A float64 in LLVM's language, bit by bit."""
    return f"0x{pack('>d', number).hex().upper()}"
