"""What is written otherwise elsewhere, in mathematics, NumPy or a calculator, or in a language.

`advice` says what to write in place of a function that there is none of. A name that merely looks
like another one, as asin looks like sin, is another function. `decimal_comma` is for 1,5, which
is 1.5 in German or French.
"""

import re
from collections.abc import Collection
from difflib import get_close_matches

# engine/stepper/player/language/reasons.mjs has the same rows.
ELSEWHERE = {
    "ln": "log(x)",
    "lg": "log(x) / log(10)",
    "log10": "log(x) / log(10)",
    "log2": "log(x) / log(2)",
    "exp2": "2**x",
    "sqr": "x**2",
    "square": "x**2",
    "asin": "arcsin(x)",
    "acos": "arccos(x)",
    "atan": "arctan(x)",
    "arctg": "arctan(x)",
    "atan2": "arctan2(y, x)",
    "tg": "tan(x)",
    "cot": "1 / tan(x)",
    "sec": "1 / cos(x)",
    "sh": "sinh(x)",
    "ch": "cosh(x)",
    "th": "tanh(x)",
    "max": "maximum(a, b)",
    "min": "minimum(a, b)",
    "sign": "x / abs(x)",
    "logistic": "sigmoid(x)",
    "σ": "sigmoid(x)",
    "silu": "x * sigmoid(x)",
    "gelu": "x / 2 * (1 + erf(x / sqrt(2)))",
    "ceil": "-floor(-x)",
    "round": "floor(x + 0.5)",
    "Σ": "sum(a, b)",  # whose small letter is σ
    "∑": "sum(a, b)",
}

_COMMA = re.compile(r"(?<![0-9A-Za-z_.,])([0-9]+),([0-9]+)(?![0-9A-Za-z_.,])")


def advice(name: str, functions: Collection[str]) -> str:
    """What to write in place of `name`, which is none of `functions`."""
    small = name.lower()
    if small in functions:
        return f": write {small}"
    if name in ELSEWHERE or small in ELSEWHERE:
        return f": write {ELSEWHERE.get(name) or ELSEWHERE[small]}"
    close = get_close_matches(name, functions, n=1)
    return f" (did you mean {close[0]!r}?)" if close else f": use {', '.join(functions)}"


def decimal_comma(text: str, start: int, end: int) -> str:
    """What to write in place of a number with a comma that is, in part, from `start` to `end`."""
    for match in _COMMA.finditer(text):
        if match.start() < end and start < match.end() and len(match[0]) <= 30:
            return f": write {match[1]}.{match[2]}, with a point"
    return ""
