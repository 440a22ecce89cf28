"""`%%step` in Jupyter: a cell is run, its variables name its Values, and its last one is stepped.

    %load_ext engine.interop.magic

    %%step
    w, x, b = Value(0.5), Value(2.0), Value(0.1)
    loss = (w * x + b).tanh()

The page has the lines of the cell beside its steps.
"""

from typing import Any

from ..stepper import Stepper
from ..value import Value
from ..watching.observers import source_lines


def load_ipython_extension(shell: Any) -> None:
    """Give a shell of IPython the magic `%%step`."""

    def step(line: str, cell: str) -> Stepper | None:
        """Run the cell and step through the Value called `line`, or that which it ends with."""
        return stepped(shell, line.strip(), cell)

    shell.register_magic_function(step, "cell")


def stepped(shell: Any, name: str, cell: str) -> Stepper | None:
    """The Stepper of a cell; None if the cell has raised an error, which is shown then.

    Raises ValueError if nothing is called `name`, or the cell does not end with a Value.
    """
    with source_lines() as lines:
        ended = shell.run_cell(cell)
    if not ended.success:
        return None
    variables = shell.user_ns
    output = variables.get(name) if name else ended.result or _assigned_last(variables, cell)
    if not isinstance(output, Value):
        raise ValueError(f"%%step: {name or 'the end of the cell'} must be a Value, got {output!r}"
                         ": name one, as in %%step loss")  # fmt: skip
    return Stepper(output, lines, names={each: value for each, value in variables.items()
                                  if not each.startswith("_")})  # fmt: skip


def _assigned_last(variables: dict[str, Any], cell: str) -> Any:
    """What the last line of the cell that has an = gives a value to."""
    for line in reversed(cell.splitlines()):
        name = line.partition("=")[0].strip()
        if name in variables:
            return variables[name]
    return None
