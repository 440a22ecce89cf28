"""Formulas in writing: the program of a formula as text and in LaTeX, with names or numbers put in.

The text is that of a book, not of the language: TEXT writes 2·x, 1 / (2·sqrt(x)) and x², NUMBERS
writes 2 × 3, and LATEX takes the LaTeX of each row. A rule of several cases is written with their
conditions: 1 if x > 0, else 0.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from ..notation import latex_name, latex_number, short
from ..primitives import Op
from .rules import Cases, Condition, StackProgram, folded

# How tightly a formula binds.
_ADDED, _SIGNED, _DIVIDED, _MULTIPLIED, _RAISED, _WHOLE = range(6)

# The characters -0123456789 as an exponent.
RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_TO = str.maketrans("-0123456789", RAISED)

# What holds where a comparison does not.
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Written(NamedTuple):
    """A formula in writing; `rank` says how tightly it binds."""

    text: str
    rank: int = _WHOLE

    def inside(self, rank: int) -> str:
        """The text, in parentheses unless it binds as tightly as what it stands in."""
        return self.text if self.rank >= rank else f"({self.text})"


Symbols = Mapping[str, Written]


class Binding(NamedTuple):
    """How tightly the first operand must bind, and each other one, and how the result does."""

    first: int
    other: int
    result: int


_SUM, _PRODUCT = Binding(_ADDED, _DIVIDED, _ADDED), Binding(_MULTIPLIED, _MULTIPLIED, _MULTIPLIED)

# What stands between operands in text, or in front of the only one; a product of numbers has a
# cross.
INFIX = {"add": " + ", "sub": " − ", "sum": " + ", "mul": "·", "div": " / ", "pow": "^"}
PREFIX = {"neg": "-"}
CROSSED = {"mul": " × "}

BINDING = {
    **dict.fromkeys(("add", "sub", "sum"), _SUM),
    "mul": _PRODUCT,
    "div": Binding(_SIGNED, _RAISED, _DIVIDED),
    "pow": Binding(_WHOLE, _WHOLE, _RAISED),
    "neg": Binding(_DIVIDED, _DIVIDED, _SIGNED),
}

# In LaTeX a fraction and an exponent hold what stands in them together.
_LATEX_BINDING = {
    **BINDING,
    "div": Binding(_ADDED, _ADDED, _RAISED),
    "pow": Binding(_WHOLE, _ADDED, _RAISED),
}


@dataclass(frozen=True, slots=True)
class Notation:
    """A way of writing formulas and what is said of them.

    - `number`, `name`, `apply`: a number in so many digits, a name, an operation on operands.
    - `cases`: formulas with their conditions, and the formula of all other cases.
    - `derivative`: of a formula, by a name.
    - `note`: words behind a formula.
    - `signs`, `equal`: comparisons, and the signs = and ≈.
    - `both`: the word between two formulas that hold; `dots`: the sign for what is left out.
    - `constants`: the names of numbers that all rules know.
    """

    number: Callable[[float, int], Written]
    name: Callable[[str], Written]
    apply: Callable[[Op, Sequence[Written]], Written]
    cases: Callable[[Sequence[tuple[str, str]], str], str]
    derivative: Callable[[str, str], str]
    note: Callable[[str], str]
    signs: Mapping[str, str]
    equal: Mapping[str, str]
    both: str
    dots: str
    constants: Symbols

    def formula(self, program: StackProgram, names: Symbols, digits: int = 4) -> Written:
        """A program in writing, with `names` in place of its names."""
        return folded(program, lambda n: self.number(n, digits), names.__getitem__, self.apply)

    def condition(self, each: Condition, sign: str, names: Symbols, digits: int = 4) -> str:
        """A comparison in writing, with this sign: its own or the opposite."""
        left, right = (self.formula(side, names, digits).text for side in (each.left, each.right))
        return f"{left} {self.signs[sign]} {right}"

    def rule(self, rule: Cases, names: Symbols) -> str:
        """A rule in writing, with its conditions."""
        *conditional, last = (self.formula(case.formula, names).text for case in rule)
        conditions = [
            self.condition(case.condition, case.condition.sign, names)
            for case in rule
            if case.condition
        ]
        pairs = list(zip(conditional, conditions, strict=True))
        return self.cases(pairs, last) if pairs else last


def _operands(binding: Binding, operands: Sequence[Written]) -> tuple[list[str], int]:
    """The operands, in parentheses where they bind less than they must, and the result's rank."""
    first, *others = operands
    rank = min(binding.result, max(first.rank, binding.first))
    return [first.inside(binding.first), *(each.inside(binding.other) for each in others)], rank


def _text_number(number: float, digits: int) -> Written:
    text = short(number, digits)
    return Written(text, _SIGNED if text[0] == "-" else _RAISED if "e" in text else _WHOLE)


def _text_operation(op: Op, operands: Sequence[Written]) -> Written:
    """The operation on operands: between them where it has a sign, else by its name."""
    if op.name not in BINDING:
        return Written(f"{op.name}({', '.join(each.text for each in operands)})")
    places, rank = _operands(BINDING[op.name], operands)
    if op.name in PREFIX:
        return Written(f"{PREFIX[op.name]}{places[0]}", rank)
    if op.name == "pow" and re.fullmatch("-?[0-9]+", operands[1].text):
        return Written(f"{places[0]}{operands[1].text.translate(_RAISED_TO)}", rank)
    return Written(INFIX[op.name].join(places), rank)


def _number_operation(op: Op, operands: Sequence[Written]) -> Written:
    """The operation on numbers: a product has a cross."""
    if op.name not in CROSSED:
        return _text_operation(op, operands)
    places, rank = _operands(BINDING[op.name], operands)
    return Written(CROSSED[op.name].join(places), rank)


def _text_cases(cases: Sequence[tuple[str, str]], last: str) -> str:
    """The formulas with their conditions: (1 if x > 0, -1 if x < 0, else 0)."""
    return (
        f"({', '.join(f'{formula} if {condition}' for formula, condition in cases)}, else {last})"
    )


def _latex_number(number: float, digits: int) -> Written:
    text = latex_number(number, digits)
    return Written(text, _SIGNED if text[0] == "-" else _RAISED if " " in text else _WHOLE)


def _latex_operation(op: Op, operands: Sequence[Written]) -> Written:
    """The operation on operands, by the LaTeX of its row."""
    if op.name in _LATEX_BINDING:
        places, rank = _operands(_LATEX_BINDING[op.name], operands)
        return Written(op.in_latex(places), rank)
    rank, exposed = _template(op)
    places = [
        each.inside(_WHOLE if min(i, 1) in exposed else _ADDED) for i, each in enumerate(operands)
    ]
    return Written(op.in_latex(places), rank)


# What stands for the two inputs of a template.
_MARKS = "\x01\x02"


@cache
def _template(op: Op) -> tuple[int, frozenset[int]]:
    """How tightly the LaTeX of a row binds, and which inputs stand in no parentheses there."""
    outside = op.in_latex(_MARKS)
    raised = re.findall(rf"([{_MARKS}])\}}?\^", outside)
    count = 1
    while count:
        outside, count = re.subn(r"\{[^{}]*\}|\([^()]*\)", "", outside)
    tokens = {*outside}
    rank = _ADDED if tokens & {*"+-"} else _RAISED if tokens & {*"^", *_MARKS} else _WHOLE
    return rank, frozenset(map(_MARKS.index, tokens & {*_MARKS} | {*raised}))


def _latex_cases(cases: Sequence[tuple[str, str]], last: str) -> str:
    """The formulas with their conditions, one a line."""
    lines = [rf"{formula} & \text{{if }} {condition}" for formula, condition in cases]
    whole = r" \\ ".join([*lines, rf"{last} & \text{{else}}"])
    return rf"\begin{{cases}} {whole} \end{{cases}}"


TEXT = Notation(
    _text_number,
    Written,
    _text_operation,
    _text_cases,
    derivative=lambda formula, by: f"d({formula})/d{by}",
    note=lambda words: f", {words}",
    signs={"<": "<", "<=": "≤", ">": ">", ">=": "≥"},
    equal={"=": "=", "≈": "≈"},
    both=" and ",
    dots="…",
    constants={"pi": Written("π")},
)

# The same for numbers: a product has a cross.
NUMBERS = replace(TEXT, apply=_number_operation)

LATEX = Notation(
    _latex_number,
    lambda name: Written(latex_name(name)),
    _latex_operation,
    _latex_cases,
    derivative=lambda formula, by: rf"\frac{{\mathrm{{d}}({formula})}}{{\mathrm{{d}}{by}}}",
    note=lambda words: rf",\ \text{{{words}}}",
    signs={"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"},
    equal={"=": "=", "≈": r"\approx"},
    both=r" \text{ and } ",
    dots=r"\cdots",
    constants={"pi": Written(r"\pi")},
)
