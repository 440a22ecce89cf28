"""Graphs as formulas of SymPy, and back: the same numbers, and gradients in symbols."""

import sys

import pytest

from engine import PRIMITIVES, Value, from_sympy, grad, to_sympy
from engine.interop import formulas
from engine.system.packages import OnDemand

sympy = pytest.importorskip("sympy")


def leaves() -> tuple[Value, Value, Value]:
    """w, x and b."""
    return Value(0.5, "w"), Value(2.0, "x"), Value(0.1, "b")


def test_a_graph_is_its_formula() -> None:
    """Labels are symbols, whole numbers are whole, and the gradient is SymPy's own."""
    w, x, b = leaves()
    loss = ((w * x + b).tanh() - 1) ** 2
    formula = to_sympy(loss)
    assert str(formula) == "(tanh(b + w*x) - 1)**2"
    slope = sympy.diff(formula, sympy.Symbol("w", real=True))
    loss.backward()
    assert from_sympy(slope)(w=0.5, x=2.0, b=0.1).data == pytest.approx(w.grad, rel=1e-14)
    assert r"\tanh" in sympy.latex(slope)


def test_the_gradient_as_the_engine_computes_it_is_a_formula_too() -> None:
    """By `create_graph`."""
    w, x, b = leaves()
    (slope,) = grad((w * x + b).sin(), [w], create_graph=True)
    assert str(to_sympy(slope)) == "x*cos(b + w*x)"


@pytest.mark.parametrize("name", PRIMITIVES)
def test_each_operation_goes_there_and_back(name: str) -> None:
    """With the number that the table gives it."""
    op = PRIMITIVES[name]
    low, high = op.domain
    count = 3 if name == "sum" else len(op.partials)
    at = {"abc"[k]: low + (high - low) * (k + 1) / (count + 1) for k in range(count)}
    named = [Value(number, label) for label, number in at.items()]
    output = Value.sum(named) if name == "sum" else getattr(named[0], name)(*named[1:])
    formula = to_sympy(output)
    again = from_sympy(formula)
    used = {name: at[name] for name in again.names}
    assert again(**used).data == pytest.approx(output.data, rel=1e-14, abs=1e-15)


def test_numbers_and_nameless_leaves_are_numbers() -> None:
    """Fractions, constants such as pi, and more than two under a maximum."""
    assert float(to_sympy(Value(0.5) * 3 + 0.25)) == 1.75
    assert str(to_sympy(Value(2.0, "x") * 3)) == "3*x"
    text = "Max(a, b, 1) + pi/3 - a/7 + E"
    at = {"a": 2.0, "b": 5.0}
    expected = float(sympy.sympify(text).subs(at))
    assert from_sympy(text)(**at).data == pytest.approx(expected, rel=1e-15)


def test_an_operation_of_ones_own_is_a_function_of_its_name() -> None:
    """SymPy keeps it, and does not know it."""
    w, x, _ = leaves()
    made = Value(w.data * 2, (w,), (2.0,))
    assert str(to_sympy(made + x)) == "x + given(w)"


def test_what_has_no_formula_is_refused() -> None:
    """Two leaves of one name, what is no Value, and what the language does not have."""
    with pytest.raises(ValueError, match="two leaves are called 'w': give each a label"):
        to_sympy(Value(1.0, "w") * Value(2.0, "w"))
    with pytest.raises(TypeError, match="output must be a Value"):
        to_sympy(3.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown function 'gamma'"):
        from_sympy("gamma(x)")
    with pytest.raises(ValueError, match=r"formula: \[x\] is no expression of SymPy"):
        from_sympy([sympy.Symbol("x")])


@pytest.mark.parametrize(("text", "names"), [
    ("beta*x + gamma", {"beta", "x", "gamma"}),
    ("S*N + Q - zeta*test", {"S", "N", "Q", "zeta", "test"}),
    ("pi*E*x", {"x"}),
    ("diff(x**3, x) + relu(y) + sqrt(2)", {"x", "y"}),
])  # fmt: skip
def test_names_of_a_text_are_symbols(text: str, names: set[str]) -> None:
    """Also those that SymPy itself has functions for; its constants are numbers."""
    assert {*from_sympy(text).names} == names


@pytest.mark.parametrize("text", [
    "__import__('os').getcwd()", "x.args", "[x for x in y]", "(lambda: 1)()", "sin(x)(y)", "x == 1",
    "'a'", "x[0]", "True*x", "sin(x=1)", "sin(*x)", "1j*x", "not x", "~x", "x@y", "x<<1", "1|x",
])  # fmt: skip
def test_a_text_is_never_run(text: str) -> None:
    """What is no formula is refused before SymPy, which would run it, has seen it."""
    with pytest.raises(ValueError, match=r"formula: .* has no meaning in .*: it is made of"):
        from_sympy(text)


@pytest.mark.parametrize("text", ["Wild(x)", "Integer(x)", "root(x, 2, 3, 4, 5)", "x(2)*x"])
def test_what_sympy_makes_nothing_of_is_shown(text: str) -> None:
    """With SymPy's reason, whatever the kind of its error is."""
    with pytest.raises(ValueError, match=r"formula: SymPy makes nothing of .* write numbers"):
        from_sympy(text)


@pytest.mark.parametrize("text", ["oo", "x - oo", "zoo*x", "nan", "I*x", "x/0"])
def test_a_number_that_is_no_real_one_is_refused(text: str) -> None:
    """With its name, in a text and in an expression of SymPy."""
    for formula in (text, sympy.sympify(text)):
        with pytest.raises(ValueError, match="is no real number that a float64 can be"):
            from_sympy(formula)


@pytest.mark.parametrize("text", ["1e400*x", "-1e400", "10**400*x", "10**5000", "x**10**400"])
def test_a_number_above_the_largest_float_is_refused(text: str) -> None:
    """As in `engine.expression`; it is never a name, such as inf."""
    with pytest.raises(ValueError, match=r"too large for a float64 \(1.8e308\)"):
        from_sympy(text)


def test_a_fraction_of_large_numbers_is_the_number() -> None:
    """(3/2)**900, of whole numbers that are no floats."""
    assert from_sympy("3**900/2**1400*x")(x=1.0).data == pytest.approx(
        3.0**450 / 2**700 * 3.0**450 / 2**700, rel=1e-13
    )
    assert from_sympy("1e-400 + x")(x=1.0).data == 1.0


@pytest.mark.parametrize(("text", "part"), [
    ("9**9**9", "9 ** 9 ** 9"),
    ("x + 9^9^9", "9 ** 9 ** 9"),
    ("(2*x)**1000000000", "(2 * x) ** 1000000000"),
    ("2**-(10**9 + 1)", "2 ** (-(10 ** 9 + 1))"),
    ("2**(3*(1/10)**-8)", "2 ** (3 * (1 / 10) ** (-8))"),
    ("(2**9999)**9999", "(2 ** 9999) ** 9999"),
    ("2**(1/0)", "2 ** (1 / 0)"),
    ("2**10**400", "2 ** 10 ** 400"),
    ("2**factorial(9)", "2 ** factorial(9)"),
    ("factorial(10**8)*x", "factorial(10 ** 8)"),
    ("gamma(sqrt(10**20))", "gamma(sqrt(10 ** 20))"),
    (f"factorial({10**400})", f"factorial({10**400})"),
])  # fmt: skip
def test_what_sympy_would_compute_for_minutes_is_refused(text: str, part: str) -> None:
    """Before SymPy sees it: powers and factorials of numbers that have no end."""
    with pytest.raises(ValueError, match="would take too long: write the number") as refused:
        from_sympy(text)
    assert repr(part) in str(refused.value)


@pytest.mark.parametrize(("text", "number"), [
    ("1.0001**20000", 1.0001**20000),
    ("2**(3 + 1)*2**(3/2) - 2**2**3", 16 * 2**1.5 - 256),
    ("factorial(5) + x**20000 + erf(x*2000)", 122.0),
    ("2**(20000*x - 19990) + 0**3**2 + 0**(0**2)", 1025.0),
])  # fmt: skip
def test_what_sympy_computes_at_once_is_not_refused(text: str, number: float) -> None:
    """Powers of floats and of names, and small ones; x is 1."""
    made = from_sympy(text)
    assert made(**dict.fromkeys(made.names, 1.0)).data == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(("text", "told"), [
    ("2x + 1", r"cannot be read \(invalid decimal literal\): write a product as 2\*x$"),
    ("1.5theta", r"write a product as 1\.5\*theta$"),
    ("1e5 x", r"cannot be read \([^<>]*\)$"),
    ("(1 + 2) x2", r"cannot be read \([^<>]*\)$"),
])  # fmt: skip
def test_a_product_without_its_sign_is_answered_by_one_with_it(text: str, told: str) -> None:
    """And no file is named, for there is none."""
    with pytest.raises(ValueError, match=told):
        from_sympy(text)


@pytest.mark.parametrize("text", ["sin(x", "", "x;y", "lambda*x", "x\0"])
def test_a_text_that_cannot_be_read_is_shown(text: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=r"formula: .* cannot be read"):
        from_sympy(text)


@pytest.mark.parametrize("name", ["exit", "open", "test", "preview", "exec"])
def test_no_function_of_python_is_called(name: str) -> None:
    """A name before parentheses that is no class of SymPy is an unknown function."""
    with pytest.raises(ValueError, match=f"unknown function '{name}'"):
        from_sympy(f"{name}(x)")


def test_without_sympy_the_line_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a formula is asked for."""
    monkeypatch.setitem(sys.modules, "sympy", None)
    monkeypatch.setattr(formulas, "sympy", OnDemand("sympy", "sympy", "formulas of SymPy"))
    for text in ("x", "1"):
        with pytest.raises(ImportError, match=r"formulas of SymPy needs .* \[sympy\]"):
            from_sympy(text)
