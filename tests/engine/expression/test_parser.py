"""Formulas as text give the same Values as formulas in Python; all else is refused with a place."""

import ast
import json
from collections.abc import Iterator
from math import copysign, hypot, inf, isnan
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import PRIMITIVES, Op, Value, grad, register
from engine.expression import ExpressionError, parse
from tests.oracles.programs import OPERATORS, ROWS, Program, gradient, random_program

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
ALLOWED = "an expression is made of numbers, names, + - * / **, functions, ( and )"

# Python's own meaning of a text on Values.
FUNCTIONS: dict[str, Any] = {
    op.name: (lambda *terms: Value.sum(terms)) if op.any_number else getattr(Value, op.name)
    for op in ROWS
}


def test_it_computes() -> None:
    """Names become labelled leaves; the gradient is that of the formula."""
    output = parse("relu(w*x + b)**2")(w=2, x=-3, b=7)
    output.backward()
    leaves = {node.label: node.grad for node in _leaves(output)}
    assert (output.data, leaves) == (1.0, {"w": -6.0, "x": 4.0, "b": 2.0})


def _leaves(output: Value) -> Iterator[Value]:
    todo = [output]
    while todo:
        node = todo.pop()
        todo += node.inputs
        if node.label:
            yield node


def test_names_are_in_the_order_of_their_first_appearance() -> None:
    """Names come from left to right, each once, without assigned ones."""
    assert parse("b*a + c**b - a").names == ("b", "a", "c")
    assert parse("h = z*y\nk = h + x\nk*h*z").names == ("z", "y", "x")


def as_text(program: Program, *, with_operators: bool) -> str:
    """A program as a sequence of statements, with operators or with functions only."""
    lines = []
    for place, step in enumerate(program.steps, len(program.leaves)):
        names = [f"v{each}" if isinstance(each, int) else f"({each!r})" for each in step.operands]
        if with_operators and step.name in SIGNS:
            lines.append(f"v{place} = {f' {SIGNS[step.name]} '.join(names)}")
        else:
            sign = with_operators and step.name == "neg"
            lines.append(f"v{place} = " + ("-" if sign else step.name) + f"({', '.join(names)})")
    return "\n".join(lines)


@pytest.mark.parametrize("with_operators", [True, False])
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_random_programs_have_the_same_bits_as_text(
    seed: int, size: int, with_operators: bool
) -> None:
    """All rows of the table, as operators and by name: the same output, the same gradients."""
    program = random_program(seed, size)
    leaves = {f"v{i}": Value(number) for i, number in enumerate(program.leaves)}
    output = parse(as_text(program, with_operators=with_operators)).on(leaves)
    assert list(map(float.hex, grad(output, leaves.values()))) == [
        each.hex() for each in gradient(program)
    ]


def _formulas(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas of formulas, with and without parentheses and spaces."""
    unary = [op.name for op in ROWS if len(op.partials) == 1 and not op.any_number]
    signs = st.sampled_from(["+", " - ", "*", " / ", "**", " **-"])
    arguments = st.lists(part, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.tuples(part, signs, part).map("".join),
        st.tuples(st.sampled_from(["-", "+", "- -"]), part).map("".join),
        part.map("({})".format),
        st.tuples(st.sampled_from(unary), part).map(lambda each: f"{each[0]}(x + ({each[1]}))"),
        arguments.map("sum(y, {})".format),
        st.tuples(part, part).map(lambda each: f"maximum(y*({each[0]}), {each[1]})"),
    )


FORMULAS = st.recursive(st.sampled_from(["x", "y", "2", "0.5", ".3", "1e-1", "3."]), _formulas)


@given(FORMULAS, st.floats(-3, 3), st.floats(-3, 3))
def test_formulas_mean_what_they_mean_in_python(text: str, x: float, y: float) -> None:
    """Precedence, signs and parentheses: the same bits as Python makes of the text on Values."""
    leaves = {"x": Value(x), "y": Value(y)}
    try:
        expected = eval(text, {**FUNCTIONS, **leaves})
    except (ArithmeticError, TypeError):  # of plain numbers among themselves: 1/0, (-1)**0.5 > 0
        assume(False)
    assume(not isinstance(expected, complex))
    expected = expected if isinstance(expected, Value) else Value(expected)
    expression = parse(text)
    output = expression.on({name: leaves[name] for name in expression.names})
    assert _bits(output.data, *grad(output, leaves.values())) == _bits(
        expected.data, *grad(expected, leaves.values())
    )


def _bits(*numbers: float) -> list[str]:
    """Exactly what the numbers are; all nans are alike."""
    return ["nan" if isnan(each) else each.hex() for each in numbers]


@pytest.mark.parametrize("op", ROWS, ids=str)
def test_every_row_can_be_called(op: Op) -> None:
    """By its name, on names and on plain numbers, with the same result."""
    numbers = (1.5, 0.5)[: 2 if op.any_number else len(op.partials)]
    names = "ab"[: len(numbers)]
    on_names = parse(f"{op.name}({', '.join(names)})")(**dict(zip(names, numbers, strict=True)))
    on_numbers = parse(f"{op.name}({', '.join(map(str, numbers))})")()
    assert (on_names.op, on_names.data) == (op, on_numbers.data)
    assert not on_numbers.inputs


def test_a_row_of_ones_own_can_be_called() -> None:
    """A row added by register() is part of the language at once, with a number on either side."""
    register(Op("length", "length", r"|{a}, {b}|", (0.2, 2), hypot,
                (lambda a, b, y: a / y, lambda a, b, y: b / y)))  # fmt: skip
    assert parse("length(3, x)")(x=4).data == parse("length(x, 3)")(x=4).data == 5.0
    del PRIMITIVES["length"]
    del Value.length  # type: ignore[attr-defined]  # it was there for the test


def test_plain_numbers_stay_plain() -> None:
    """A part without names is a constant, so the exponent 1/2 gets no edge."""
    output = parse("k = 1/2; x**k")(x=9)
    assert (output.data, len(output.edges()), len(output.inputs)) == (3.0, 1, 2)
    assert parse("2**10")().data == 1024.0
    assert parse("1/0")().data == inf
    assert copysign(1, parse("-0")().data) == -1.0


def test_parts_become_labels() -> None:
    """A Value made by a statement has its name as label; an older Value keeps its own."""
    given = Value(3.0)
    output = parse("h = x; k = +h; loss = k*k; total = loss")
    assert output.on({"x": given}).label == "loss"
    assert given.label == ""
    assert parse("h = x; h")(x=1).label == "x"
    assert parse("h = 2 * 3; h")().label == "h"  # a plain number, which the formula names
    assert parse("h = 2; h * 3")().label == ""
    assert (
        parse("loss = (\n  w*x\n  - 1\n)**2;\n\n").on({"w": 2.0, "x": Value(3.0)}).label == "loss"
    )


def test_unused_parts_are_allowed() -> None:
    """They need their numbers all the same."""
    expression = parse("h = 2*x; y")
    assert (expression.names, expression(x=1, y=5).data) == (("x", "y"), 5.0)


@pytest.mark.parametrize("text", ["θ*ξ", "  x*y\r\n", "\tx*y ", "self*name", "µ*y", "_*__import__"])
def test_names_are_those_of_python(text: str) -> None:
    """In any script, with spaces around, and whatever they mean elsewhere."""
    expression = parse(text)
    assert expression(**dict.fromkeys(expression.names, 2.0)).data == 4.0


def _cases(name: str) -> list[dict[str, Any]]:
    """The rows of a table of cases, which any other reader of the language can be tried on."""
    path = Path(__file__).parent / "cases" / f"{name}.json"
    return cast("list[dict[str, Any]]", json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", _cases("accepted"), ids=lambda case: repr(case["text"])[:30])
def test_an_accepted_text_has_its_names_and_its_value(case: dict[str, Any]) -> None:
    """`names` is the order in which they appear; `value` is the output on the numbers `at`."""
    expression = parse(case["text"])
    assert list(expression.names) == case["names"]
    assert expression(**case["at"]).data == case["value"]
    leaves = {name: Value(number) for name, number in case["at"].items()}
    assert _by_python(case["text"], leaves).data == case["value"]


@pytest.mark.parametrize("case", _cases("refused"), ids=lambda case: repr(case["text"])[:30])
def test_a_refused_text_gets_an_error_that_points_at_the_place(case: dict[str, Any]) -> None:
    """The message has the reason, the line, and carets from one of the `columns` to the other."""
    with pytest.raises(ExpressionError) as caught:
        parse(case["text"])
    reason, line, carets = str(caught.value).split("\n")
    assert reason.startswith(case["error"])
    assert set(carets.strip()) == {"^"}
    assert [carets.index("^") - 2, len(carets) - 2] == case["columns"]
    if len(case["text"].split("\n")[0]) <= 72:
        assert len(line.rstrip()) <= len(case["text"]) + 2


def test_the_reasons_say_what_is_meant() -> None:
    """The functions there are, and what an expression is made of."""
    for text, reason in (
        ("w(x)", f"unknown function 'w': use {', '.join(op.name for op in ROWS)}\n"),
        ("w *", f"something is missing here: {ALLOWED}\n"),
        ("w w", f"this does not belong here: {ALLOWED}\n"),
        ("w @ w", f"@ has no meaning here: {ALLOWED}\n"),
        ("\ud800", "'\\ud800' is neither a number nor a name\n"),
        ("y" * 60 + "()", f"unknown function '{'y' * 29}…': use add"),
    ):
        with pytest.raises(ExpressionError) as caught:
            parse(text)
        assert str(caught.value).startswith(reason)


class _Wrapped(ast.NodeTransformer):
    """The tree with each number as a Value, so that Python's own arithmetic has no part in it."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """A call of Value with the number."""
        return ast.Call(ast.Name("_number", ast.Load()), [node], [])


def _by_python(text: str, leaves: dict[str, Value]) -> Value:
    """What Python's parser makes of a text, computed on Values; ^ is a power, unlike in Python."""
    lines = [line.strip() for line in text.replace("^", "**").expandtabs().strip().split("\n")]
    *statements, last = ast.parse("\n".join(lines)).body
    assert isinstance(last, ast.Expr)
    known = {**FUNCTIONS, **leaves, "_number": lambda number: Value(float(number))}
    for statement in statements:
        part = ast.Module([_Wrapped().visit(statement)], [])
        exec(compile(ast.fix_missing_locations(part), "", "exec"), known)
    whole = ast.Expression(_Wrapped().visit(last.value))
    output = eval(compile(ast.fix_missing_locations(whole), "", "eval"), known)
    assert isinstance(output, Value)
    return output


def _random_formula(generator: Random, depth: int) -> str:
    """A formula with spaces and parentheses at random, of what the language has."""
    space = generator.choice(["", "", " "])

    def part() -> str:
        """A formula less deep."""
        return _random_formula(generator, depth - 1)

    if depth == 0 or generator.random() < 0.1:
        return generator.choice(["x", "y", "2", "0.5", ".3", "1e-1", "3.", "0", "1.5E1"])
    match generator.randrange(8):
        case 0:
            return f"({space}{part()}{space})"
        case 1:
            return generator.choice("-+") + space + part()
        case 2:
            name = generator.choice([op.name for op in ROWS if len(op.partials) == 1])
            return f"sum({part()},{space}{part()})" if name == "sum" else f"{name}({part()})"
        case 3:
            return f"{part()}{space}**{space}{part()}"
        case _:
            return f"{part()}{space}{generator.choice('+-*/')}{space}{part()}"


@pytest.mark.slow
def test_ten_thousand_formulas_are_read_as_python_reads_them() -> None:
    """The same bits as those of Python's syntax tree, computed on Values."""
    generator = Random(0)
    for _ in range(10_000):
        text = _random_formula(generator, generator.randint(1, 5))
        leaves = {"x": Value(generator.uniform(-3, 3)), "y": Value(generator.uniform(-3, 3))}
        expression = parse(text)
        output = expression.on({name: leaves[name] for name in expression.names})
        assert _bits(output.data) == _bits(_by_python(text, leaves).data), text


def test_the_time_is_in_proportion_to_the_length() -> None:
    """Sums, products, differences and arguments as long as a text may be; nothing recurses."""
    for sign, value in (("+", 5000.0), ("*", 1.0), ("-", -4998.0), ("/", 1.0)):
        assert parse(sign.join("x" * 5000))(x=1).data == value
    assert parse("(" * 100 + "x" + ")" * 100 + "+(x)" * 2000)(x=1).data == 2001.0
    assert parse("-" * 100 + "x")(x=1).data == 1.0
    assert parse("**".join("x" * 101))(x=1).data == 1.0
    assert parse("x" + " - -x**2" * 1000)(x=1).data == 1001.0


def test_the_error_shows_the_line() -> None:
    """Of several lines the right one, without its indentation."""
    with pytest.raises(ExpressionError) as caught:
        parse("h = tanh(w*x)\n  k = (h +\n    tnah(h))\nk")
    assert str(caught.value) == (
        "unknown function 'tnah' (did you mean 'tanh'?)\n  tnah(h))\n  ^^^^"
    )


def test_of_a_long_line_the_error_shows_what_is_around_the_place() -> None:
    """36 characters before it, 36 from there on."""
    with pytest.raises(ExpressionError) as caught:
        parse("a+" * 100 + "$" + "+b" * 100)
    _, line, carets = str(caught.value).split("\n")
    assert line == "  …" + "a+" * 18 + "$" + ("+b" * 18)[:35]
    assert carets == "  " + " " * 37 + "^"


def test_carets_end_where_the_line_ends() -> None:
    """An error may extend to the next line, or beyond the shown part of its line."""
    with pytest.raises(ExpressionError, match=r"\n  2\*maximum\(\n    \^{8}$"):
        parse("2*maximum(\na)")
    with pytest.raises(ExpressionError, match=r"\n  x \+ 9{68}\n      \^{68}$"):
        parse("x + " + "9" * 400)


@pytest.mark.parametrize("text", ["", "  \n\t\n", ])  # fmt: skip
def test_an_empty_text_is_an_error(text: str) -> None:
    """There is no place to point at, but an example."""
    with pytest.raises(ExpressionError, match="empty: write one such as"):
        parse(text)


def test_a_text_that_is_too_long_is_an_error() -> None:
    """At 10,000 characters Python is the better place."""
    assert parse("sum(" + "x," * 4_997 + ")")(x=1).data == 4997.0
    with pytest.raises(ExpressionError, match="has 10,001 characters, more than 10,000"):
        parse("x" * 10_001)
    with pytest.raises(TypeError, match="text must be text, got 3"):
        parse(3)  # type: ignore[arg-type]  # that is the point


_PIECES = st.sampled_from(
    ["x", "relu", "(", ")", "+", "-", "**", "*", "/", "=", ";", "\n", ",", "1", ".5", "2e3", " ",
     "sum(", "h = ", "'", "[", "lambda", "²", "θ", "\0", "\r", "\t", "__import__", ".", "_", "e"]
)  # fmt: skip


@given(st.text() | st.lists(_PIECES, max_size=30).map("".join))
def test_nothing_but_an_expression_error_comes_of_any_text(text: str) -> None:
    """A text is an expression, which can be computed, or it is refused."""
    try:
        expression = parse(text)
    except ExpressionError:
        pass
    else:
        assert isinstance(expression(**dict.fromkeys(expression.names, 0.5)), Value)


def test_each_name_needs_a_number_and_no_other_has_one() -> None:
    """The error says which, and what to do."""
    expression = parse("w*x + b")
    with pytest.raises(ValueError, match=r"needs a number for x, b: add x=1\.5 b=1\.5$"):
        expression(w=2)
    with pytest.raises(ValueError, match="has no name 'y', it has only w, x, b: leave y out"):
        expression(w=2, x=3, b=1, y=2)
    with pytest.raises(ValueError, match="has no name 'x', it has no names at all"):
        parse("1 + 2")(x=1)
    with pytest.raises(TypeError, match="x must be a real number, got 'three'"):
        expression(w=2, x="three", b=1)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(TypeError, match="x must be a real number, got 'three'"):
        expression.on({"w": 2, "x": "three", "b": 1})  # type: ignore[dict-item]  # the point


def test_the_operators_of_the_language_are_those_of_the_oracle() -> None:
    """No operator of Python that has a row is missing from it."""
    assert {*SIGNS, "neg", "abs"} == set(OPERATORS)
