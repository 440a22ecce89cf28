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

# Up to how many numbers of an array are written in digits.
_SHORT = 64


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
    """A constant array: a short one in digits, a long one in bytes, which LLVM reads faster."""
    if array.size > _SHORT:
        return _constant(name, f"[{array.nbytes} x i8]", f'c"{_escaped(array)}"')
    kind, written = ("i64", str) if array.dtype.kind == "i" else ("double", digits)
    row = ", ".join(f"{kind} {written(each)}" for each in array.reshape(-1).tolist())
    return _constant(name, f"[{array.size} x {kind}]", f"[{row}]")


def _constant(name: str, kind: str, numbers: str) -> str:
    return f"{name} = private unnamed_addr constant {kind} {numbers}, align 64"


def _escaped(array: Any) -> str:
    """The bytes of an array, each as a backslash and two digits."""
    table = np.frombuffer("".join(f"\\{i:02X}" for i in range(256)).encode(), dtype="S3")
    text: bytes = table[array.reshape(-1).view(np.uint8)].tobytes()
    return text.decode()
