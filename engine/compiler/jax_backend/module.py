"""The Python module of a program in JAX: its text, and its function `step`.

make(constants)                       gives step
step(given, inputs, examples)         the outputs, for a row of all parameters and arrays of inputs

`step` is pure: JAX can compile, differentiate and map it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...system.computed import cached_property
from ..arrays import np
from ..ir.interpreter import ProgramStep
from ..ir.program import Program
from ..ir.strips import numbers_of_one, strip_of
from ..rows.kernels import ByNumber
from ..rows.sources import in_math, name_of_number, source_of
from .kernels import CHOOSE, IN_JAX, NUMBER_BY_NUMBER
from .lines import JaxLines
from .packages import in_float64, jax
from .save import JAX_FILE
from .statements import write_expressions

# How many times as much as a processor has in its cache a device computes best at a time.
_WIDE = 32


@dataclass(frozen=True)
class JaxModule:
    """A program in JAX.

    - `text`: the source of the module; `constants`: the constant arrays for its `make`, by name.
    - `functions`: the Python functions that the module calls and cannot define, by name.
    - `numbers`: how many numbers all results have for one example.
    """

    text: str
    constants: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    numbers: int
    file = JAX_FILE

    @property
    def strip(self) -> int:
        """How many examples a step had best be given at a time.

        A device with memory of its own, such as a GPU, takes 32 times as many as a processor.
        """
        is_wide = jax.default_backend() != "cpu"
        return strip_of(-(-self.numbers // _WIDE) if is_wide else self.numbers)

    @cached_property
    def pure(self) -> Callable[[Any, Any, int], Any]:
        """The function `step` of the module, compiled by JAX for each number of examples."""
        names: dict[str, Any] = dict(self.functions)
        exec(compile(self.text, "<program>", "exec"), names)
        step: Callable[[Any, Any, int], Any] = names["make"]([*self.constants.values()])
        compiled: Callable[[Any, Any, int], Any] = jax.jit(step, static_argnums=2)
        return compiled

    def step(self, examples: int) -> ProgramStep:
        """The function of arrays of NumPy, for `examples` examples."""
        pure = self.pure

        def step(given: Any, inputs: Any) -> Any:
            """The outputs, as arrays of NumPy."""
            with in_float64():
                found = pure(given, inputs, examples)
                return tuple(map(np.array, found)) if isinstance(found, tuple) else np.array(found)

        return step


def jax_module_of(program: Program, about: str) -> JaxModule:
    """The module that computes a program; `about` is its docstring."""
    lines = _lines(program)
    numeric = [each for each in lines.kernels if isinstance(each, ByNumber)]
    functions = {name_of_number(each): each.of_number for each in numeric if not in_math(each)}
    imports = "import math\n\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n"
    outputs = ", ".join(map(lines.array, program.outputs))
    parts = [f'"""{about}"""\n\n{imports}', *_functions(lines), _make(lines, outputs)]
    return JaxModule("\n".join(parts), lines.constants, functions, numbers_of_one(program))


def _lines(program: Program) -> JaxLines:
    """The lines that compute a program."""
    lines = JaxLines(program, program.names)
    write_expressions(lines)
    return lines


def _functions(lines: JaxLines) -> list[str]:
    """The texts of the functions that a program calls."""
    texts = []
    for kernel, name in lines.kernels.items():
        if not isinstance(kernel, ByNumber):
            texts.append(f"\n{source_of(kernel, name, 'jnp')}")
        elif (known := in_math(kernel)) in IN_JAX:
            texts.append(f"\n{name} = {IN_JAX[known]}\n")
        else:
            of_number = known or name_of_number(kernel)
            texts.append(f"\n{name} = number_by_number({of_number})\n")
    helpers = [f"\n{each}" for each in (CHOOSE, NUMBER_BY_NUMBER)
               if any(_name_in(each) in text for text in texts)]  # fmt: skip
    return [*helpers, *texts]


def _name_in(helper: str) -> str:
    """The call of a function that a text defines, as it begins."""
    return helper.removeprefix("def ").partition("(")[0] + "("


def _make(lines: JaxLines, outputs: str) -> str:
    """The text of the function `make`."""
    unpacked = f"    {', '.join(lines.constants)}, = constants\n" if lines.constants else ""
    body = "\n".join(f"        {line}" for line in lines.body)
    return f'''
def make(constants):
    """Make the function step(given, inputs, examples), which is pure."""
{unpacked}
    def step(given, inputs, examples=1):
        """The outputs for these parameters, in a row, and these inputs."""
{body}
        return {outputs}

    return step
'''
