"""The text of a module that computes a program, and the function that it defines."""

from collections.abc import Callable
from typing import Any

from .kernels import CHOOSE, NUMBER_BY_NUMBER, ByNumber
from .lines import Lines
from .numpy_backend import lines_of, results_of
from .program import Program

# step(given, inputs) -> the outputs of a program.
Step = Callable[[Any, Any], Any]


def text_of(lines: Lines, about: str) -> str:
    """The module: what a program calls, and the function that makes a step."""
    parts = [f'"""{about}"""\n', "import math\n\nimport numpy as np"]
    parts[-1] += "\n"
    parts += _functions(lines)
    body = "\n".join(f"            {line}" for line in lines.body)
    names = ", ".join(lines.constants)
    setup = [f"{names}, = constants"] if names else []
    setup_text = "\n".join(f"    {line}" for line in [*setup, *lines.setup])
    parts.append(f'''
def make(constants, examples=1):
    """Make the arrays that a step works in; gives the function step(given, inputs)."""
{setup_text}

    def step(given, inputs):
        """The outputs for these parameters, in a row, and these inputs."""
        with np.errstate(all="ignore"):
{body}
            return {", ".join(results_of(lines))}

    return step
''')
    return "\n".join(parts)


def _functions(lines: Lines) -> list[str]:
    """The functions that a program calls."""
    texts = []
    if any(not isinstance(kernel, ByNumber) for kernel in lines.kernels):
        texts.append("\n" + CHOOSE)
    if any(isinstance(kernel, ByNumber) for kernel in lines.kernels):
        texts.append("\n" + NUMBER_BY_NUMBER)
    for kernel, name in lines.kernels.items():
        if isinstance(kernel, ByNumber):
            texts.append(f"\n{name} = number_by_number({kernel.written}, {kernel.count})\n")
        else:
            texts.append("\n" + kernel.source.replace(f"def {kernel.name}(", f"def {name}(", 1))
    return texts


def maker(program: Program, about: str) -> tuple[str, Callable[..., Step]]:
    """The text of a program's module, and what makes a step for a number of examples."""
    lines = lines_of(program)
    text = text_of(lines, about)
    names: dict[str, Any] = {}
    for kernel in lines.kernels:
        if isinstance(kernel, ByNumber):
            names[kernel.written] = kernel.of_number
    exec(compile(text, "<program>", "exec"), names)
    constants = list(lines.constants.values())
    return text, lambda examples=1: names["make"](constants, examples)
