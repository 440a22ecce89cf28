"""The Python module of a program: its text, and its function `step`.

make(constants, examples)      allocates the work arrays; gives step
step(given, inputs)            the outputs, for a row of all parameters and arrays of inputs
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...system.computed import cached_property
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.strips import strip_of
from ..rows.kernels import ByNumber
from ..rows.sources import in_math, name_of_number, source_of
from .emit import lines_of, results_of
from .kernels import CHOOSE, NUMBER_BY_NUMBER
from .lines import StepLines
from .save import NUMPY_FILE


@dataclass(frozen=True)
class NumPyModule:
    """A program in NumPy.

    - `text`: the source of the module; `constants`: the constant arrays for its `make`, by name.
    - `functions`: the Python functions that the module calls and cannot define, by name.
    - `strip`: how many examples a step had best be given at a time.
    """

    text: str
    constants: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    strip: int
    file = NUMPY_FILE

    def step(self, examples: int) -> ProgramStep:
        """The function `step` for `examples` examples, with memory of its own."""
        return self._make(examples)

    @cached_property
    def _make(self) -> Callable[[int], ProgramStep]:
        """The function `make` of the module, with its constants."""
        names: dict[str, Any] = dict(self.functions)
        exec(compile(self.text, "<program>", "exec"), names)
        constants = list(self.constants.values())
        return lambda examples: names["make"](constants, examples)


def module_of(program: Program, about: str) -> NumPyModule:
    """The module that computes a program; `about` is its docstring."""
    lines = lines_of(program)
    numeric = [each for each in lines.kernels if isinstance(each, ByNumber)]
    functions = {name_of_number(each): each.of_number for each in numeric if not in_math(each)}
    parts = [
        f'"""{about}"""\n\nimport math\n\nimport numpy as np\n',
        *_functions(lines),
        _make(lines),
    ]
    strip = strip_of(sum(lines.shared.sizes.values()))
    return NumPyModule("\n".join(parts), lines.constants, functions, strip)


def _functions(lines: StepLines) -> list[str]:
    """The texts of the functions that a program calls."""
    kinds = {type(kernel) for kernel in lines.kernels}
    texts = [f"\n{CHOOSE}"] if kinds - {ByNumber} else []
    texts += [f"\n{NUMBER_BY_NUMBER}"] if ByNumber in kinds else []
    for kernel, name in lines.kernels.items():
        if isinstance(kernel, ByNumber):
            of_number = in_math(kernel) or name_of_number(kernel)
            texts.append(f"\n{name} = number_by_number({of_number})\n")
        else:
            texts.append(f"\n{source_of(kernel, name)}")
    return texts


def _make(lines: StepLines) -> str:
    """The text of the function `make`.

    It begins with a decision, so that Python compiles it in time in proportion to its length: one
    instruction for each variable of `step` is put in front of whatever stands before the first
    jump, and moves all of that.
    """
    unpacked = [f"{', '.join(lines.constants)}, = constants"] if lines.constants else []
    setup = "\n".join(f"    {line}" for line in [*unpacked, *lines.setup])
    body = "\n".join(f"            {line}" for line in lines.body)
    return f'''
def make(constants, examples=1):
    """Make the arrays that a step works in; gives the function step(given, inputs)."""
    if examples < 1:
        raise ValueError(f"there must be at least one example, got {{examples}}")
{setup}

    def step(given, inputs):
        """The outputs for these parameters, in a row, and these inputs."""
        with np.errstate(all="ignore"):
{body}
            return {", ".join(results_of(lines))}

    return step
'''
