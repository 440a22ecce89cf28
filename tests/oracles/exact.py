"""The truth: the gradient of a program with 50 digits, by formulas of its own.

Nothing is taken from the table of primitives. A row here holds the operation and its derivative by
each operand, or, for an operation on any number of them, the one derivative that all share.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from math import inf, isfinite
from typing import Any

from mpmath import MPContext

from .programs import Program, Step, operands, run

# Between these the largest partial is one to compare with. Below, steps in their tails have left
# next to nothing of what the output depends on: 1 - erf(9) is 0 in float64, and truly 4e-37.
FAINT, STEEP = 1e-4, 1e6

mp = MPContext()
mp.dps = 50
exp, log, cosh, tanh = mp.exp, mp.log, mp.cosh, mp.tanh

# fmt: off
EXACT: dict[str, tuple[Callable[..., Any], ...]] = {
    # operation  result                             derivative by each operand
    "add":      (lambda a, b: a + b,                lambda a, b: 1,     lambda a, b: 1),
    "sub":      (lambda a, b: a - b,                lambda a, b: 1,     lambda a, b: -1),
    "mul":      (lambda a, b: a * b,                lambda a, b: b,     lambda a, b: a),
    "div":      (lambda a, b: a / b,                lambda a, b: 1 / b, lambda a, b: -a / b**2),
    "pow":      (lambda a, b: a**b,                 lambda a, b: b * a**(b - 1),
                                                    lambda a, b: log(a) * a**b),
    "maximum":  (lambda a, b: a if a > b else b,    lambda a, b: a > b, lambda a, b: b > a),
    "minimum":  (lambda a, b: a if a < b else b,    lambda a, b: a < b, lambda a, b: b < a),
    "sum":      (lambda *terms: mp.fsum(terms),     lambda *terms: 1),
    "neg":      (lambda a: -a,                      lambda a: -1),
    "abs":      (lambda a: a if a > 0 else -a,      lambda a: 1 if a > 0 else -1),
    "relu":     (lambda a: a if a > 0 else mp.zero, lambda a: a > 0),
    "exp":      (exp,                               exp),
    "log":      (log,                               lambda a: 1 / a),
    "sqrt":     (mp.sqrt,                           lambda a: 1 / (2 * mp.sqrt(a))),
    "sin":      (mp.sin,                            mp.cos),
    "cos":      (mp.cos,                            lambda a: -mp.sin(a)),
    "tanh":     (tanh,                              lambda a: 1 / cosh(a)**2),
    "sigmoid":  (lambda a: 1 / (1 + exp(-a)),       lambda a: 1 / (2 * cosh(a / 2))**2),
    "softplus": (lambda a: log(1 + exp(a)),         lambda a: (1 + tanh(a / 2)) / 2),
    "erf":      (mp.erf,                            lambda a: 2 / mp.sqrt(mp.pi) * exp(-a**2)),
    "erfc":     (mp.erfc,                           lambda a: -2 / mp.sqrt(mp.pi) * exp(-a**2)),
    "expm1":    (mp.expm1,                          exp),
    "log1p":    (lambda a: log(1 + a),              lambda a: 1 / (1 + a)),
    "tan":      (mp.tan,                            lambda a: 1 / mp.cos(a)**2),
    "arcsin":   (mp.asin,                           lambda a: 1 / mp.sqrt(1 - a**2)),
    "arccos":   (mp.acos,                           lambda a: -1 / mp.sqrt(1 - a**2)),
    "arctan":   (mp.atan,                           lambda a: 1 / (1 + a**2)),
    "arctan2":  (mp.atan2,                          lambda a, b: b / (a**2 + b**2),
                                                    lambda a, b: -a / (a**2 + b**2)),
    "hypot":    (lambda a, b: mp.sqrt(a**2 + b**2), lambda a, b: a / mp.sqrt(a**2 + b**2),
                                                    lambda a, b: b / mp.sqrt(a**2 + b**2)),
    "sinh":     (mp.sinh,                           cosh),
    "cosh":     (cosh,                              mp.sinh),
    "floor":    (mp.floor,                          lambda a: 0),
}
# fmt: on


def exact_gradient(program: Program) -> list[Any]:
    """The derivatives of the output by the leaves, with 50 digits."""
    results = {name: partial(_exactly, row[0]) for name, row in EXACT.items()}
    values = run(program, [mp.mpf(leaf) for leaf in program.leaves], results)
    adjoints = [mp.zero] * len(values)
    adjoints[-1] = mp.one
    for place in reversed(range(len(program.leaves), len(values))):
        step = program.steps[place - len(program.leaves)]
        for position, slope in slopes(step, values):
            adjoints[position] += adjoints[place] * slope
    return adjoints[: len(program.leaves)]


def _exactly(function: Callable[..., Any], *numbers: Any) -> Any:
    """The function of the same numbers with 50 digits."""
    return function(*map(mp.mpf, numbers))


def slopes(step: Step, values: Sequence[Any]) -> list[tuple[int, Any]]:
    """For each operand that is a position: that, and the derivative of the step by it."""
    numbers = [mp.mpf(number) for number in operands(step, values)]
    _, *rules = EXACT[step.name]
    by_each = repeat(rules[0]) if len(rules) < len(numbers) else iter(rules)
    return [(each, rule(*numbers)) for each, rule in zip(step.operands, by_each, strict=False)
            if isinstance(each, int)]  # fmt: skip


def is_well_scaled(truth: Sequence[Any]) -> bool:
    """Whether the largest partial is neither FAINT nor STEEP."""
    return bool(FAINT < max(map(abs, truth)) < STEEP)


def error(found: Sequence[float], truth: Sequence[Any]) -> float:
    """The largest |found - truth|, relative to the largest |truth|; inf for what is no number."""
    if not all(map(isfinite, found)):
        return inf
    off = max(abs(mine - exactly) for mine, exactly in zip(found, truth, strict=True))
    return float(off / max(map(abs, truth)))
