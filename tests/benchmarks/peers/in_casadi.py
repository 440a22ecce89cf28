"""CasADi, which records scalar programs as we do, and runs them on a virtual machine."""

from importlib import import_module
from typing import Any

import numpy as np

from .contest import Step


class Symbol:
    """A symbol of CasADi with the operations of a Value that networks need."""

    def __init__(self, term: Any) -> None:
        self.term: Any = term.term if isinstance(term, Symbol) else term

    def __add__(self, other: Any) -> "Symbol":
        return Symbol(self.term + Symbol(other).term)

    def __mul__(self, other: Any) -> "Symbol":
        return Symbol(self.term * Symbol(other).term)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Symbol":
        return Symbol(-self.term)

    def relu(self) -> "Symbol":
        """The larger of the symbol and 0."""
        return Symbol(import_module("casadi").fmax(self.term, 0.0))


def step_of(loss: Any, row: Any) -> Step:
    """The step of a scalar program: `loss(parameters)` gets a list of Symbols."""
    casadi = import_module("casadi")
    p = casadi.SX.sym("p", len(row))
    value = loss([Symbol(p[i]) for i in range(len(row))]).term
    function = casadi.Function("step", [p], [value, casadi.gradient(value, p)])
    buffer, run = function.buffer()
    given, found, gradient = np.array(row), np.zeros(1), np.zeros(len(row))
    buffer.set_arg(0, given.data)
    buffer.set_res(0, found.data)
    buffer.set_res(1, gradient.data)

    kept = function, buffer, given  # CasADi has their addresses only

    def step() -> tuple[Any, Any]:
        """The value and the gradient."""
        assert len(kept) == 3
        run()
        return found[0], gradient

    return step
