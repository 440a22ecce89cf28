"""What each example looks up in a table, as the source of an expression."""

from typing import Any, Protocol

from ..arrays import np
from ..kinds.details import TableLookup


class LookUpLines(Protocol):
    """The lines of a program while they are written, as far as a look-up needs them."""

    def constant(self, name: str, array: Any) -> str:
        """The name of a constant array."""

    def name(self, number: int) -> str:
        """Result `number` as an operand."""


def looked_up(
    lines: LookUpLines, name: str, lookup: TableLookup, categories: int, taking: tuple[str, str]
) -> str:
    """What each example looks up by result `categories`; constants are called after `name`.

    `taking` are two templates: how rows are taken from a table, and columns behind it.
    """
    of_rows, of_columns = taking
    table = lines.constant(f"{name}_table_", lookup.table.array)
    kinds, starts = lookup.kinds.array, lookup.starts.array
    rows = f"{lines.name(categories)}[{lines.constant(f'{name}_kinds_', kinds)}]"
    if starts.any():
        rows += f" + {lines.constant(f'{name}_starts_', starts[:, None])}"
    text = of_rows.format(table, rows)
    columns = lookup.columns.array
    if columns.shape != kinds.shape or (columns != np.arange(len(kinds))).any():
        text += of_columns.format(lines.constant(f"{name}_columns_", columns))
    if lookup.offsets is not None:
        offsets = lookup.offsets.array[..., None]
        text += f" + {lines.constant(f'{name}_offsets_', offsets)}"
    return text
