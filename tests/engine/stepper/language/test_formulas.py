"""The language of formulas in a page: what Python accepts and refuses, in the same words."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import category

import pytest

from engine import PRIMITIVES
from engine.expression import ExpressionError, parse
from engine.expression.elsewhere import ELSEWHERE
from engine.expression.program import ApplyRow, Assign
from tests.engine.stepper.live.in_node import NODE, answer

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

CASES = Path(__file__).parents[2] / "expression" / "cases"

# Whole texts beside the table: Unicode, tabs, limits, and names that are nearly those of functions.
TEXTS = (
    "", " ", "\n", "θ*ξ", "  x*y\r\n", "\tx*y ", "a\tb", "x\r+ y", "µ*y", "ﬁ + fi", "x\u200b*y",
    "x\u00a0*y", "\x00", "x\x07", "😀", "x😀y + 1", "😀" * 40 + " @", "2x", "2.5x_1", "3.x.y",
    "1e5x", "1e+5x", "0x10", "1_000", "007", "00", "1e400", "." , "..", "x" * 31 + "(1)", "²", "x²",
    "√x", "if", "None + 1", "lambda", "_*__import__", "ª + a", "x" * 10_001, "(" * 101,
    "(" * 100 + "x",
    "-" * 101 + "x", "**".join("x" * 102), "+".join("x" * 500), "sum(" + ",".join("x" * 300) + ")",
    "tanhh(x)", "sigmod(x)", "arctan3(x, y)", "hypotenuse(x)", "Exp(x)", "MAX(x, y)", "softmax(x)",
    "a" * 80 + " b", "x + " * 30 + "@ " + "y + " * 30, "h = x\nh", "h = x; h = y; h", "x = x; x",
    "h = 1; k = h; k*x", "a\nb", "a;;b", ";", "a;", "(a\n+ b)", "(a;b)", "f(", ")", "a = ", "= a",
    "a = b = c", "h = x", "relu = 3", "h = relu", "max\n(x)", "x (y)", "(x)(y)", "sum(x)(y)", "﹢x",
    "\u0345x", "x\u0301", "٣", "x٣", "Ⅷ", "2Ⅷ", "\uff12x", "\u309b", "x\u037a", "\U0001d431 + x",
    "a\u2028b",
)  # fmt: skip


def table(name: str) -> list[str]:
    """The texts of a table of cases."""
    return [case["text"] for case in json.loads((CASES / f"{name}.json").read_text("utf-8"))]


def in_python(text: str) -> dict[str, Any]:
    """The formula as Python reads it: names and program, or the error."""
    try:
        expression = parse(text)
    except ExpressionError as error:
        return {"error": str(error)}
    return {"names": list(expression.names), "program": list(map(step, expression.program))}


def step(instruction: Any) -> dict[str, Any]:
    """An instruction as data."""
    match instruction:
        case float():
            return {"number": instruction}
        case str():
            return {"name": instruction}
        case ApplyRow(op, count):
            return {"row": op.name, "count": count}
        case Assign(name, is_made):
            return {"assign": name, "isMade": is_made}
    raise AssertionError(instruction)


def in_page(texts: list[str]) -> list[dict[str, Any]]:
    """The formulas as a page reads them."""
    functions = [(op.name, 0 if op.any_number else len(op.partials)) for op in PRIMITIVES.values()]
    found: list[dict[str, Any]] = answer("formulas", {"texts": texts, "functions": functions})
    return found


def mutated(texts: list[str], count: int) -> Iterator[str]:
    """Texts with some characters left out, put in, or exchanged."""
    random = Random(7)
    letters = [*"xyab12.0e+-*/(),;= \n\t_^@'\"[]:μé²×😀\u200b", *PRIMITIVES, "**", "if", "()"]
    for _ in range(count):
        text = list(random.choice(texts))
        for _ in range(random.randint(1, 3)):
            place = random.randint(0, len(text))
            put_in = random.choices(letters, k=random.randint(0, 2))
            text[place : place + random.randint(0, 2)] = put_in
        yield "".join(text)


def test_formulas_are_those_of_python() -> None:
    """Names, program, and messages to the letter: of the tables of cases, and of others."""
    called_otherwise = [f"{name}(x)" for name in ELSEWHERE]
    texts = [*table("accepted"), *table("refused"), *TEXTS, *called_otherwise]
    for text, found in zip(texts, in_page(texts), strict=True):
        assert found == in_python(text), text


def test_mutated_formulas_are_those_of_python() -> None:
    """What is nearly a formula is refused in the same words, or accepted as the same program."""
    texts = list(mutated([*table("accepted"), *table("refused")], 3000))
    accepted = 0
    for text, found in zip(texts, in_page(texts), strict=True):
        expected = in_python(text)
        assert found == expected, text
        accepted += "names" in expected
    assert 300 < accepted < 2700


def test_every_letter_is_in_a_name_of_both_or_of_neither() -> None:
    """At the first place and behind it; but for letters that are new to Python, and joiners."""
    codes = {*range(0x80, 0x800), *range(0x1FF0, 0x3100), *range(0xFE00, 0x10000)} - {
        0x200C,
        0x200D,
        0x30FB,
        0xFF65,
    }
    letters = list(map(chr, sorted(codes)))
    texts = [f"{letter}a" for letter in letters] + [f"a{letter}" for letter in letters]
    differing = [
        text
        for text, found in zip(texts, in_page(texts), strict=True)
        if ("names" in found) != ("names" in in_python(text))
    ]
    new = {letter for letter in letters if category(letter) == "Cn"}
    assert [each for each in differing if not new & {*each}] == []
