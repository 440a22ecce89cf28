"""`%%step` in Jupyter: a cell is run, its variables name its Values, and its last one is stepped.

    %load_ext engine.interop.magic

    %%step
    w, x, b = Value(0.5), Value(2.0), Value(0.1)
    loss = (w * x + b).tanh()

The page has the lines of the cell beside its steps.
"""

import ast
from collections.abc import Iterator
from typing import Any

from ..stepper import Stepper
from ..value import Value
from ..watching.observers import source_lines


def load_ipython_extension(shell: Any) -> None:
    """Give a shell of IPython the magic `%%step`."""

    def step(line: str, cell: str) -> Stepper | None:
        """Run the cell, and step through the Value that it ends with or gives a name to last.

        `%%step loss` steps through the one called loss.
        """
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
    if name and name not in variables:
        raise ValueError(
            f"%%step: there is no variable called {name!r}: name one, as in %%step loss"
        )
    program = ast.parse(shell.transform_cell(cell))
    last = ended.result if ended.result is not None else _named_last(variables, program)
    output = variables[name] if name else last
    if not isinstance(output, Value):
        raise ValueError(f"%%step: {name or 'the end of the cell'} must be a Value, got {output!r}"
                         ": name one, as in %%step loss")  # fmt: skip
    return Stepper(output, lines, names={each: value for each, value in variables.items()
                                  if not each.startswith("_")})  # fmt: skip


def _named_last(variables: dict[str, Any], program: ast.Module) -> Any:
    """What the last assignment gives a name to; of several names the last one."""
    names = [name for name in _assigned(program) if name in variables]
    return variables[names[-1]] if names else None


def _assigned(block: ast.AST) -> Iterator[str]:
    """The names that assignments give, in order; not those within functions and classes."""
    if isinstance(block, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = block.targets if isinstance(block, ast.Assign) else [block.target]
        for node in (each for target in targets for each in ast.walk(target)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
    elif not isinstance(block, _OF_THEIR_OWN):
        for each in ast.iter_child_nodes(block):
            if isinstance(each, _STATEMENTS):
                yield from _assigned(each)


_OF_THEIR_OWN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)
