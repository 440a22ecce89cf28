"""What type checkers and editors are told of the methods that the table of primitives provides.

    python -m tests.declarations        write it into engine/value.py

At run time engine/operators.py installs these methods; a checker reads the text of the class only.
So each has a declaration in the body of Value, under `if TYPE_CHECKING:`, made here from the table.
"""

import inspect
from pathlib import Path

from engine import Value, value
from engine.operators import SPECIAL
from engine.primitives import BUILT_IN, PRIMITIVES, Op

COMPARISONS = ("__lt__", "__le__", "__gt__", "__ge__")

# The block in the source of Value stands between these lines.
FIRST, AFTER = "\n    if TYPE_CHECKING:\n", "\n\ndef _in_latex("
SOURCE = Path(value.__file__)


def declared() -> str:
    """The block as it should be: a method for each built-in row, then the operators."""
    rows = [PRIMITIVES[name] for name in PRIMITIVES if name in BUILT_IN]
    methods = [_method(op) for op in rows]
    operators = [_operator(name, "Value") for op in rows for name in SPECIAL.get(op.name, ())]
    return "\n" + "\n".join(
        [*methods, *operators, *(_operator(name, "bool") for name in COMPARISONS)]
    )


def block(text: str) -> str:
    """The block as it is in the source of Value."""
    return text.partition(FIRST)[2].partition(AFTER)[0]


def _method(op: Op) -> str:
    """The declaration of the method of a row, with the first line of its docstring."""
    first = (inspect.getdoc(getattr(Value, op.name)) or "").partition("\n")[0]
    is_static = isinstance(inspect.getattr_static(Value, op.name), staticmethod)
    return ("        @staticmethod\n" * is_static
            + f"        def {op.name}{_signature(op.name)} -> \"Value\":\n"
            + f'            """{first}"""\n            raise NotImplementedError\n')  # fmt: skip


def _operator(name: str, result: str) -> str:
    """The declaration of the method of an operator."""
    quoted = result if result == "bool" else f'"{result}"'
    return f"        def {name}{_signature(name)} -> {quoted}: ...\n"


def _signature(name: str) -> str:
    """The operands of a method, as it has them at run time, with their types."""
    types = {
        "self": "self",
        "other": 'other: "Value | float"',
        "values": 'values: "Value | Iterable[Value | float]"',
        "of": "*of: Any",
        "numpy": "**numpy: Any",
    }
    operands = inspect.signature(inspect.getattr_static(Value, name)).parameters
    return f"({', '.join(map(types.__getitem__, operands))})"


if __name__ == "__main__":
    text = SOURCE.read_text(encoding="utf-8")
    SOURCE.write_text(text.replace(block(text), declared()), encoding="utf-8")
