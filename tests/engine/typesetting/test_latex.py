r"""Formulas in LaTeX: what it takes is written so that it compiles, and the rest is text.

There is no LaTeX here. A small strict reader of what is written has its grammar: a script or an
argument is one sign or stands in braces, each command has its arguments, nothing has two scripts of
one kind, and what is text holds no mathematics.
"""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import Value
from engine.notation import latex_name
from engine.typesetting.latex import latex_formula, latex_parts, latex_sign
from engine.typesetting.mathematics import has_formula

# A sign, a group, a command with arguments in braces; two marks at the most, of different kinds.
SIGNS = (
    "alpha", "beta", "partial", "sum", "rightarrow", "ldots", "cdot", "times", "top", "prime",
    "quad", "log", "ne", "langle", "rangle", "vert",
)  # fmt: skip
ARGUMENTS = {
    **dict.fromkeys((*SIGNS, *",;: !{}_%$#&|"), 0),
    **dict.fromkeys(("hat", "bar", "vec", "mathrm", "mathbf", "operatorname", "mathcal"), 1),
    **dict.fromkeys(("mathbb", "sqrt", "mathit", "widehat", "boldsymbol"), 1),
    "frac": 2,
}
PIECE = re.compile(r"\\(?P<command>[A-Za-z]+|.)|(?P<sign>[A-Za-z0-9+\-*=<>()\[\]/|.,:;!?@'])|[ ]")
TEXT = re.compile(r"\{[^\\{}$%#&~^_\x00-\x1f]*\}")


class Reader:
    """What LaTeX would read; an AssertionError where it would stop."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def demand(self, wanted: str) -> None:
        """Take what must stand here."""
        assert self.rest.startswith(wanted), self.rest
        self.rest = self.rest[len(wanted) :]

    def group(self) -> None:
        """What stands in braces."""
        self.demand("{")
        self.row("}")
        self.demand("}")

    def row(self, end: str) -> None:
        """All that stands before `end`."""
        while not (self.rest.startswith(end) if end else not self.rest):
            self.item()

    def item(self) -> None:
        """What stands on the line, with its scripts, of each kind one; a prime is one above."""
        above = self.piece() == "'"
        marks = "_" if above else "_^"
        while self.rest[:1] in ("_", "^", "'"):
            mark = "^" if self.rest[0] == "'" else self.rest[0]
            assert mark in marks, self.rest
            marks = marks.replace(mark, "")
            self.rest = self.rest[1:]
            if self.rest[:1] == "{":
                self.group()
            else:
                assert re.match(r"[^\\_^'\s]", self.rest), self.rest
                self.rest = self.rest[1:]

    def piece(self) -> str:
        """A sign, a group, a command with its arguments, or nothing where a script stands alone."""
        if self.rest[:1] == "{":
            self.group()
            return "{}"
        if self.rest[:1] in ("_", "^"):
            return ""
        found = PIECE.match(self.rest)
        assert found, self.rest
        self.demand(found[0])
        if found["command"]:
            self.arguments(found["command"])
        return found[0]

    def arguments(self, name: str) -> None:
        """The arguments of a command."""
        if name == "text":
            words = TEXT.match(self.rest)
            assert words, self.rest
            return self.demand(words[0])
        if name in ("big", "Big"):
            delimiter = re.match(r"[()\[\]<>/|.]|\\[{}|]|\\(langle|rangle|vert)(?![A-Za-z])",
                                 self.rest)  # fmt: skip
            assert delimiter, self.rest
            return self.demand(delimiter[0])
        if name == "sqrt" and self.rest[:1] == "[":
            self.demand("[")
            self.group()
            self.demand("]")
        for _ in range(ARGUMENTS[name]):
            self.group()
        return None


@pytest.mark.parametrize(("formula", "written"), [
    ("w_{12}^{(2)}", "w_{12}^{(2)}"),
    (r"\frac{1}{2}L", r"\frac{1}{2}L"),
    (r"\frac12", r"\frac{1}{2}"),
    (r"\hat y", r"\hat{y}"),
    (r"x_\hat y", r"x_{\hat{y}}"),
    (r"W^\top x", r"W^{\top}x"),
    (r"\mathrm\hat x", r"\mathrm{\hat{x}}"),
    (r"\alpha x", r"\alpha x"),
    ("β@", r"\beta @"),
    ("β_0 − x_#", r"\beta_0-x_{\#}"),
    ("x'_1^2", "x{'}_1^2"),
    ("x²", "x{^{2}}"),
    ("é", r"\text{é}"),
    (r"\sqrt[3]{x}", r"\sqrt[{3}]{x}"),
    (r"\sqrt{[x]}", r"\sqrt{[x]}"),
    (r"\text{a b, c}", r"\text{a b, c}"),
    (r"\text {é}", r"\text{é}"),
    (r"\text{a − b}", r"\mathrm{a-b}"),
    (r"\text{\alpha}", r"\mathrm{\alpha}"),
    (r"\text{a_b}", r"\mathrm{a_b}"),
    (r"\text a", r"\mathrm{a}"),
    (r"\big( x \big\rangle y", r"\big(x\big\rangle y"),
    (r"\operatorname*", r"\operatorname{*}"),
    (r"a\,b\ c", r"a\,b\ c"),
    ("{_1}", "{_1}"),
])  # fmt: skip
def test_a_formula_is_written_so_that_it_compiles(formula: str, written: str) -> None:
    """With braces, with names for signs, and mathematics out of text."""
    assert latex_formula(formula) == written
    Reader(written).row("")


@pytest.mark.parametrize("formula", [
    r"\hat", r"\hat_1", "x^", "x_", r"\frac{1}", r"\frac1", r"\sqrt", r"\sqrt[3", r"\sqrt[3]",
    r"\mathrm", r"\text", r"\mathbb", r"\big", r"\big x", "{x", "x}", "}{", "x_{1", "x_1_2",
    "x^1_2^3", "x^^2", r"\left(x", r"\left(x\right)", r"\right)", r"\input{x}", r"\write18{ls}",
    r"\\", "\\", "a%b", "a&b", "a~b", 'a"b', "a`b", "a\tb\x07", r"\text{a_b",
])  # fmt: skip
def test_what_latex_would_not_take_is_no_formula(formula: str) -> None:
    """A command without its argument, a brace or a script too many, and all that does more."""
    assert latex_formula(formula) is None


@given(st.lists(st.sampled_from([
    *r"\{}_^'[] ab1-²é", r"\hat", r"\frac", r"\sqrt", r"\text", r"\mathrm", r"\big", r"\alpha",
    r"\,", r"\%", r"\operatorname", r"\langle", "β", "−",
]), max_size=12).map("".join))  # fmt: skip
@example(r"\frac{1}{2}\hat y_1^2")
def test_any_formula_that_is_written_compiles(formula: str) -> None:
    """Whatever it is made of; and what pictures can set LaTeX can set too."""
    written = latex_formula(formula)
    if written is not None:
        Reader(written).row("")
        assert latex_formula(written) is not None
    if has_formula(f"${formula}$"):
        assert [*latex_parts(f"${formula}$")] != [(f"${formula}$", None)]


def test_signs_of_text_are_formulas() -> None:
    """Symbols by their names, which any LaTeX knows, and scripts of Unicode."""
    assert [latex_sign(each) for each in "×−₁²ßa"] == [
        r"$\times$", "$-$", "$_{1}$", "$^{2}$", "ß", "a"
    ]  # fmt: skip


def test_names_in_latex_hold_formulas() -> None:
    """All else is upright, with what LaTeX would obey escaped."""
    assert latex_name("$w_1$") == "w_1"
    assert latex_name("new $w_1$") == r"\mathrm{new\ }w_1"
    assert latex_name("$5") == r"\mathrm{\$5}"
    assert latex_name(r"$\alpha$$x$") == r"\alpha x"
    assert (
        latex_name(r"$\frac{1}{2}$ of $\hat$") == r"\frac{1}{2}\mathrm{\ of\ \$\backslash{}hat\$}"
    )
    assert latex_name("") == r"\mathrm{}"
    assert Value(2.0, "$w_1$")._repr_latex_().startswith("$w_1 = 2")
