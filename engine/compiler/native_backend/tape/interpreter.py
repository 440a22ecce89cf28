"""The interpreter of tapes in machine code: one loop forward, and one backward, over codes.

The places of results follow those of all leaves. Backward each node adds to its inputs what
`backward()` adds, in the same order, by the partial derivatives of the table. It is made once, and
knows all rows of the table that can be followed; and once more for each set of further rows.
"""

from collections.abc import Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p
from functools import lru_cache

from ....primitives import BUILT_IN, PRIMITIVES, Op
from ....slopes import is_built_in
from ....system.computed import cached_property
from ....watching.tracing import DETACHED
from ...rows.symbols import Untraceable
from ..llvm.jit import MACHINE, Code
from .blocks import BlockInterpreter
from .codes import MOST_ROWS
from .ways import TapeRow, text_of

_FUNCTION = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_int64, c_int64)


class Interpreter:
    """Machine code for some rows.

    - `rows`: these rows; `numbers`: the number of each of them in a code.
    - `forward(numbers, grads, codes, place, count)` computes the results of one code or more in
      order, and `backward`, which takes the same, adds to gradients. `codes` is where the first of
      them is, between others, one of which changes meanwhile; `place` is that of its result.
    - `blocks`: the same rows for blocks of examples.
    """

    def __init__(self, rows: Sequence[TapeRow]) -> None:
        self.rows = rows
        self.numbers = {row.op: i for i, row in enumerate(rows)}
        self.text = text_of(rows)
        self._code = _code_of(self.text)
        self.forward, self.backward = (
            _FUNCTION(self._code.address(f"glassgrad_tape_{name}"))
            for name in ("forward", "backward")
        )

    @cached_property
    def blocks(self) -> BlockInterpreter:
        """The interpreter of these rows for blocks of examples."""
        return BlockInterpreter(self.rows)


@lru_cache(maxsize=16)
def _code_of(text: str) -> Code:
    """The machine code of an interpreter."""
    return MACHINE.compiled(text)


def row_of(op: Op) -> TapeRow | str:
    """A row as the interpreter has it, or why it cannot have it."""
    if op.any_number:
        return f"{op.name} has any number of inputs"
    try:
        return TapeRow(op)
    except Untraceable as error:
        return f"{error}"


def interpreter_of(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of the table and of further rows, or why there is none.

    A registered row is followed anew each time, since what it calls may be another row by now.
    """
    is_fixed = all(map(is_built_in, further))
    return _kept(further) if is_fixed else _made(further)


@lru_cache(maxsize=64)
def _kept(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of rows that stay what they are."""
    return _made(further)


def _made(further: tuple[Op, ...]) -> "Interpreter | str":
    """The interpreter of the table and of further rows, or why there is none."""
    built_in = [op for op in PRIMITIVES.values() if op.name in BUILT_IN]
    known = [row_of(op) for op in (*built_in, DETACHED)]
    rows = [each for each in known if isinstance(each, TapeRow)]
    for op in further:
        found = row_of(op)
        if isinstance(found, str):
            return found
        rows.append(found)
    if len(rows) > MOST_ROWS:
        return "there are too many rows"
    return Interpreter(rows)
