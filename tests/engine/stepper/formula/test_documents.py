"""The trace that a page makes of a formula: that of Python, but for LaTeX and the picture."""

import math
from collections.abc import Sequence
from random import Random

import pytest

from engine import PRIMITIVES
from engine.compiler.javascript.rows import built_in_rows
from engine.expression import ExpressionError, parse
from tests.engine.stepper.live.in_node import NODE, answer
from tests.engine.stepper.live.test_live_traces import Document, document_of, same
from tests.sizes import tries

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

Formula = tuple[str, dict[str, float]]

# Operations that have the same bits everywhere.
EXACT = ("add", "sub", "mul", "div", "neg", "abs", "relu", "maximum", "minimum", "sum", "sqrt")

GALLERY: list[Formula] = [
    ("x*x", {"x": 3.0}),
    ("n = x1*w1 + x2*w2 + b; o = tanh(n)",
     {"x1": 2.0, "w1": -3.0, "x2": 0.0, "w2": 1.0, "b": 6.8813735870195432}),
    ("relu(w*x + b)**2", {"w": 0.5, "x": -2.0, "b": 0.25}),
    ("tanh(w*x)", {"x": 9.0, "w": 2.0}),
    ("s = exp(a) + exp(b) + exp(c)\np = exp(b)/s\nloss = -log(p)",
     {"a": 1.0, "b": 2.0, "c": 0.5}),
    ("loss = (h + tanh(w*h))**2", {"h": 0.5, "w": 2.0}),
    ("h1 = tanh(w*x1); h2 = tanh(w*x2 + u*h1); h3 = tanh(w*x3 + u*h2); loss = (h3 - y)**2",
     {"w": 0.7, "u": -1.1, "x1": 1.0, "x2": -0.5, "x3": 0.25, "y": 0.3}),
    (("c = a + b; d = a*b + b**3; c2 = c + (c + 1); c3 = c2 + (1 + c2 + -a)\n"
     "d2 = d + (d*2 + relu(b + a)); d3 = d2 + (3*d2 + relu(b - a)); e = c3 - d3; f = e**2\n"
     "g = f/2.0 + 10.0/f"), {"a": -4.0, "b": 2.0}),
    (("h1 = tanh(w1*x1 + w2*x2 + b1)\nh2 = tanh(w3*x1 + w4*x2 + b2)\n"
      "loss = (v1*h1 + v2*h2 + c - y)**2"),
     {"x1": 0.0, "x2": 1.0, "w1": 1.5, "w2": -1.2, "b1": 0.1, "w3": -0.7, "w4": 2.0, "b2": 0.3,
      "v1": 1.1, "v2": -0.4, "c": 0.05, "y": 1.0}),
]  # fmt: skip

CORNERS: list[Formula] = [
    ("2 + 3*4", {}),
    ("h = 2*3; h*x", {"x": 1.0}),
    ("h = x; k = x + 1; h", {"x": math.inf}),
    ("x", {"x": math.nan}),
    ("maximum(0, x)*minimum(x, 0)", {"x": -0.0}),
    ("arctan2(1, x) + hypot(3, x) + 2**x + x**2 - 1/x", {"x": 2.0}),
    ("sum(x, 2, x, y, 1)", {"y": -1.0, "x": 1e300}),
    ("sum(x) + sum(2, 3)*sum(2, y)", {"y": 4.0, "x": -3.0}),
    ("+".join(["x*y"] * 40), {"x": 2.0, "y": 0.5}),
    ("a*b + a*c", {"c": 1.0, "a": 2.0, "b": 3.0}),
    ("ReLU = x + 1; relu(ReLU) + relu(x)", {"x": 1.0}),
    ("Add = x*y; Add + x + Mul", {"x": 1.0, "y": 2.0, "Mul": 3.0}),
    ("θ**2 + log(0)*x + sqrt(-1)", {"θ": 1e-310, "x": 2.0}),
    ("unused = x*y; y*y", {"x": 1.0, "y": 2.0}),
    ("(x - y)*1e308*10", {"x": 1.0, "y": 2.0}),
]

ERRORS: list[Formula] = [
    ("a*b*c", {"b": 1.0}),
    ("a*b", {"a": 1.0, "b": 2.0, "z": 3.0}),
    ("2*3", {"z": 3.0}),
    ("tanhh(x)", {"x": 1.0}),
]


def drawn(random: Random, functions: Sequence[str], names: list[str], depth: int) -> str:
    """The text of a random expression of these names."""
    if depth == 0 or (depth < 3 and random.random() < 0.15):
        plain = random.choice(("2", "3", "0.5", "1", "0", f"{random.uniform(0, 3):.3f}"))
        return random.choice(names) if random.random() < 0.75 else plain
    name = random.choice(functions)
    op = PRIMITIVES[name]
    count = random.randint(1, 4) if op.any_number else len(op.partials)
    parts = [drawn(random, functions, names, depth - 1) for _ in range(count)]
    sign = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}.get(name)
    if sign and random.random() < 0.8:
        return f"({f' {sign} '.join(parts)})"
    return f"{name}({', '.join(parts)})"


def random_formula(seed: int, functions: Sequence[str] = ()) -> Formula:
    """A formula in one to three statements, with numbers for its names, in some order."""
    random = Random(seed)
    names = random.sample(["x", "y", "w", "b", "a", "h1", "Mul", "θ"], random.randint(1, 4))
    lines = []
    for target in random.sample(["k", "loss", "g"], random.randint(0, 2)):
        made = drawn(random, functions or [*PRIMITIVES], names, 2)
        lines.append(f"{target} = {made}")
        names.append(target)
    lines.append(drawn(random, functions or [*PRIMITIVES], names, 3 + seed % 2))
    text = random.choice(("; ", "\n")).join(lines)
    needed = list(parse(text).names)
    random.shuffle(needed)
    return text, {name: random.uniform(-3, 3) for name in needed}


def in_page(formulas: Sequence[Formula]) -> list[Document]:
    """The traces of formulas that a page makes; names in the order of their numbers."""
    asked = [[text, list(numbers.items())] for text, numbers in formulas]
    found: list[Document] = answer("documents", {"rows": built_in_rows(), "formulas": asked})
    return found


def in_python(formula: Formula) -> Document:
    """The trace by Python, without what a page does not make."""
    text, numbers = formula
    document = document_of(parse(text)(**numbers))
    document.pop("rows")
    nodes = [
        {**node, "inputs": [*map(without_latex, node["inputs"])]} for node in document["nodes"]
    ]
    return {**document, "nodes": nodes, "picture": {"svg": "", "note": ""}}


def without_latex(entry: Document) -> Document:
    """An input without the LaTeX of its rule."""
    return {**entry, "rule": {**entry["rule"], "latex": ""}} if "rule" in entry else entry


def without_slow(document: Document) -> Document:
    """A document without finite differences and curves, and with the best paths in some order.

    Of paths that are equally good, the last bits decide which is first.
    """
    nodes = [{**node, "numeric": None, "curve": None, "paths": in_order(node["paths"])}
             for node in document["nodes"]]  # fmt: skip
    return {**document, "nodes": nodes, "numeric_note": ""}


def in_order(paths: Document) -> Document:
    """The best paths by the nodes through which they lead."""
    return {
        **paths,
        "best": sorted(paths["best"], key=lambda path: (path["nodes"], path["places"])),
    }


@pytest.mark.usefixtures("bare")
def test_random_formulas() -> None:
    """The same nodes by the same names, texts, paths, events, nan and inf; numbers to 1e-14.

    They are a thousand in `make long`, each night.

    A graph may amplify the last digits of its operations, as arcsin does near 1.
    """
    formulas = [random_formula(seed) for seed in range(tries(1000))]
    far: list[float] = []
    for formula, found in zip(formulas, in_page(formulas), strict=True):
        expected = without_slow(in_python(formula))
        assert found.keys() == expected.keys(), formula
        far += same(without_slow(found), expected)
    assert sum(each > 1e-14 for each in far) <= 60
    assert max(far) < 1e-13


@pytest.mark.usefixtures("unpainted")
def test_formulas_of_exact_operations() -> None:
    """All of the document is the same, with the bits of finite differences, and curves."""
    formulas = [random_formula(seed, EXACT) for seed in range(tries(100))]
    for formula, found in zip(formulas, in_page(formulas), strict=True):
        assert same(found, in_python(formula)) == [], formula


@pytest.mark.usefixtures("unpainted")
def test_the_gallery_and_corners() -> None:
    """Plain numbers alone, names that are those of operations, long sums, infinities."""
    formulas = [*GALLERY, *CORNERS]
    for formula, found in zip(formulas, in_page(formulas), strict=True):
        expected = in_python(formula)
        assert max(same(without_slow(found), without_slow(expected)), default=0) < 1e-14, formula
        assert found["numeric_note"] == expected["numeric_note"]
        for mine, node in zip(found["nodes"], expected["nodes"], strict=True):
            assert mine["numeric"]["verdict"] == node["numeric"]["verdict"], formula
            assert mine["numeric"]["why"] == node["numeric"]["why"], formula
            assert (mine["curve"] is None) == (node["curve"] is None), formula


@pytest.mark.usefixtures("unpainted")
def test_a_large_graph_has_no_finite_differences() -> None:
    """And says why."""
    formula = "+".join(["x"] * 302), {"x": 1.0}
    (found,) = in_page([formula])
    assert found["numeric_note"] == in_python(formula)["numeric_note"]
    assert found["nodes"][0]["numeric"] is None


def test_errors_are_those_of_python() -> None:
    """Names without a number, numbers without a name, and what is no formula."""
    for (text, numbers), found in zip(ERRORS, in_page(ERRORS), strict=True):
        with pytest.raises((ValueError, ExpressionError)) as caught:
            parse(text)(**numbers)
        assert found == {"error": str(caught.value)}
