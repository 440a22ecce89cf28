"""What is called otherwise elsewhere is advised by what computes the same, and can be read."""

import math
import statistics
from collections.abc import Callable

import pytest

from engine import PRIMITIVES
from engine.expression import parse
from engine.expression.elsewhere import ELSEWHERE, advice

# The functions as Python or mathematics defines them.
MEANT: dict[str, Callable[..., float]] = {
    "ln": math.log,
    "lg": math.log10,
    "log10": math.log10,
    "log2": math.log2,
    "exp2": math.exp2,
    "sqr": lambda x: x * x,
    "square": lambda x: x * x,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "arctg": math.atan,
    "atan2": lambda x, y: math.atan2(y, x),
    "tg": math.tan,
    "cot": lambda x: math.cos(x) / math.sin(x),
    "sec": lambda x: 1 / math.cos(x),
    "sh": math.sinh,
    "ch": math.cosh,
    "th": math.tanh,
    "max": max,
    "min": min,
    "sign": lambda x: math.copysign(1, x),
    "logistic": lambda x: 1 / (1 + math.exp(-x)),
    "σ": lambda x: 1 / (1 + math.exp(-x)),
    "silu": lambda x: x / (1 + math.exp(-x)),
    "gelu": lambda x: x * statistics.NormalDist().cdf(x),
    "ceil": math.ceil,
    "round": round,
    "Σ": lambda a, b: a + b,
    "∑": lambda a, b: a + b,
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_advice_computes_what_is_meant(name: str) -> None:
    """At two points, of both signs where the function has them."""
    expression = parse(ELSEWHERE[name])
    for point in ((0.3, 0.8), (-0.7, 0.4)):
        numbers = dict(zip(sorted(expression.names), point, strict=False))
        try:
            wanted = MEANT[name](*numbers.values())
        except ValueError:  # of a logarithm
            continue
        assert expression(**numbers).data == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("name", "told"), [
    ("asin", ": write arcsin(x)"),
    ("LN", ": write log(x)"),
    ("ReLU", ": write relu"),
    ("tnah", " (did you mean 'tanh'?)"),
    ("w", f": use {', '.join(PRIMITIVES)}"),
])  # fmt: skip
def test_a_name_is_advised_by_what_it_is_most_likely_to_mean(name: str, told: str) -> None:
    """Its meaning elsewhere comes before its likeness: asin is not sin."""
    assert advice(name, PRIMITIVES) == told
    assert name not in PRIMITIVES
    assert not PRIMITIVES.keys() & ELSEWHERE.keys()
