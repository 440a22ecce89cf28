"""A module in LLVM's language: functions, constant arrays, and what it calls from elsewhere."""

from collections.abc import Hashable
from typing import Any

from ...arrays import np
from .numbers import digits

# Functions of a step; of other libraries; and of numbers, which are written once for each width.
STEP, FOREIGN, PURE = "#0", "#1", "#2"

# Without these, LLVM may split vectors of eight lanes where the processor has them.
_WIDE = '"prefer-vector-width"="512" "min-legal-vector-width"="512"'

_ATTRIBUTES = f"""\
attributes {STEP} = {{ nounwind {_WIDE} }}
attributes {FOREIGN} = {{ nounwind }}
attributes {PURE} = {{ nounwind noinline memory(none) {_WIDE} }}
!0 = !{{}}
"""


class ModuleText:
    """Functions and constant arrays so far.

    - `functions`: the text of each function, by its name and width; None while it is written.
    """

    def __init__(self) -> None:
        self.functions: dict[Hashable, str | None] = {}
        self._declared: dict[str, None] = {}
        self._arrays: dict[Hashable, tuple[str, Any]] = {}

    def declare(self, text: str) -> None:
        """Declare a function of LLVM or of another library."""
        self._declared.setdefault(f"declare {text}")

    def array(self, numbers: Any) -> str:
        """The name of a constant array of float64, or of whole numbers of 64 bits."""
        array = np.ascontiguousarray(numbers)
        array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float64)
        key = (array.dtype.str, array.tobytes())
        name, _ = self._arrays.setdefault(key, (f"@array{len(self._arrays)}", array))
        return name

    def numbers(self, name: str) -> Any:
        """The constant array with a name, as a row; None if there is none."""
        found = (array for each, array in self._arrays.values() if each == name)
        array = next(found, None)
        return None if array is None else array.reshape(-1)

    @property
    def text(self) -> str:
        """The module."""
        arrays = [_array_text(name, array) for name, array in self._arrays.values()]
        functions = [text for text in self.functions.values() if text]
        return "\n".join([*self._declared, *arrays, *functions, _ATTRIBUTES])


def _array_text(name: str, array: Any) -> str:
    """A constant array."""
    row = array.reshape(-1).tolist()
    kind = "i64" if array.dtype.kind == "i" else "double"
    texts = map(str if kind == "i64" else digits, row)
    numbers = ", ".join(f"{kind} {each}" for each in texts)
    return f"{name} = private unnamed_addr constant [{len(row)} x {kind}] [{numbers}], align 64"
