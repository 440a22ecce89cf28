"""Why a local derivative is what it is: true equations, in names and in numbers."""

import re
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Op, Push, Value, chain_rule, steps
from engine.analysis.why import whys
from engine.expression import parse
from tests.oracles.programs import ENGINE, random_program, run
from tests.registered import registered

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 30))


def told(text: str, **numbers: float) -> list[str]:
    """Why each local derivative of an expression has its number, the output's first."""
    events = steps(parse(text)(**numbers))
    return [str(event.why) for event in events if isinstance(event, Push)]


def computed(side: str) -> float:
    """The number of a side in numbers, read as a formula of this package."""
    text = side.translate(str.maketrans("×·−", "**-")).replace("π", "arccos(-1)")
    text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**({_lowered(found[0])})", text)
    return parse(text.replace("^", "**")).on({}).data


def _lowered(exponent: str) -> str:
    return exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))


@pytest.mark.parametrize(("text", "numbers", "expected"), [
    ("a**2", {"a": 0.9637}, "d(a²)/da = 2·a = 2 × 0.9637 = 1.927"),
    ("-x", {"x": 3}, "d(-x)/dx = -1"),
    ("x / 3", {"x": 1}, "d(x / 3)/dx = 1 / 3 = 0.3333"),
    ("3 / x", {"x": 0.4}, "d(3 / x)/dx = -3 / x² = -3 / 0.4² = -18.75"),
    ("exp(x)", {"x": 0.25}, "d(exp(x))/dx = exp(x) = exp(0.25) = 1.284"),
    ("erf(x)", {"x": 0.4},
     "d(erf(x))/dx = 2·exp(-x²) / sqrt(π) = 2 × exp(-0.4²) / sqrt(π) = 0.9615"),
    ("relu(h)", {"h": 0.5}, "d(relu(h))/dh = (1 if h > 0, else 0) = 1, since 0.5 > 0"),
    ("relu(h)", {"h": -2}, "d(relu(h))/dh = (1 if h > 0, else 0) = 0, since -2 ≤ 0"),
    ("abs(h)", {"h": 0},
     "d(abs(h))/dh = (1 if h > 0, -1 if h < 0, else 0) = 0, since 0 ≤ 0 and 0 ≥ 0"),
    ("maximum(x, 1)", {"x": 2},
     "d(maximum(x, 1))/dx = (1 if x > 1, 0 if x < 1, else 0.5) = 1, since 2 > 1"),
    ("sum(x, 2, 3)", {"x": 2}, "d(x + 2 + 3)/dx = 1"),
    ("floor(x)", {"x": 2.5}, "d(floor(x))/dx = 0"),
])  # fmt: skip
def test_the_rule_is_told_with_names_and_with_numbers(
    text: str, numbers: Any, expected: str
) -> None:
    """The rule of the operation, with plain numbers in place."""
    assert told(text, **numbers) == [expected]


def test_both_derivatives_of_two_inputs_are_told() -> None:
    """Each in its place, whatever the other is."""
    assert told("a**b", a=0.3, b=-1.7) == [
        "d(a^b)/da = b·a^(b − 1) = (-1.7) × 0.3^(-1.7 − 1) = -43.88",
        "d(a^b)/db = a^b·log(a) = 0.3^(-1.7) × log(0.3) = -9.322",
    ]


def test_a_value_in_two_places_has_a_letter_in_each() -> None:
    """No symbol has two values: the derivative by one of them is not 2x."""
    assert told("x * x", x=3) == [
        "d(a·b)/da = b = 3, where a = b = x",
        "d(a·b)/db = a = 3, where a = b = x",
    ]
    assert told("sum(y, x, a, x)", x=3, y=1, a=2) == [
        "d(y + x + a + x)/dy = 1",
        "d(y + b + a + c)/db = 1, where b = c = x",
        "d(y + x + a + x)/da = 1",
        "d(y + b + a + c)/dc = 1, where b = c = x",
    ]


def test_a_letter_is_no_short_name() -> None:
    """A page calls m.a by its last part, so a is no letter for a place of it."""
    x = Value(3.0, "m.a")
    assert [*map(str, whys(x * x, {x: "m.a"}))] == [
        "d(b·c)/db = c = 3, where b = c = m.a",
        "d(b·c)/dc = b = 3, where b = c = m.a",
    ]


def test_a_long_sum_is_told_without_its_middle() -> None:
    """The input itself has a name all the same, even where it stands there 30 times."""
    terms = [Value(1.0, f"t{i}") for i in range(20)]
    names = {each: each.label for each in terms}
    first, *_ = written = [*whys(Value.sum(terms), names)]
    formula = "t0 + t1 + t2 + t3 + t4 + t5 + … + t15 + t16 + t17 + t18 + t19"
    assert first.symbols == f"d({formula})/dt0 = 1"
    assert written[9].symbols == f"d({formula})/dt9 = 1"
    assert r"\mathrm{t5} + \cdots + \mathrm{t15}" in first.latex
    x = Value(1.0, "x")
    shared = [*whys(Value.sum([x] * 30), {x: "x"})]
    assert str(shared[0]) == ("d(a + b + c + f + g + h + … + i + j + k + l + m)/da = 1, "
                              "where a = b = c = f = g = h = i = j = k = l = m = x")  # fmt: skip
    assert shared[10].symbols == "d(a + b + c + f + g + h + … + j + k + l + m + n)/di = 1"


def test_letters_never_run_out() -> None:
    """Where all of them are names, they have numbers."""
    x, y = Value(1.0, "x"), Value(2.0, "y")
    names = {x: "x", y: "abcdefghijklmnopqrstuvwxyz"}
    assert str(next(whys(Value.sum([x, x, y]), names))).startswith("d(a + b + ")
    letters = [Value(1.0, each) for each in "abcdefghij"]
    names = {x: "x", **{each: each.label for each in letters}}
    last = [*whys(Value.sum([*letters, x, x]), names)][-1]
    assert last.symbols == "d(a + b + c + d + e + f + g + h + i + j + k + l)/dl = 1"


@pytest.mark.parametrize(("text", "slots"), [
    ("x*x", ["the first factor", "the second factor"]),
    ("x+x", ["the first term", "the second term"]),
    ("x-x", ["the first term", "the term that is subtracted"]),
    ("x/x", ["the numerator", "the denominator"]),
    ("x**x", ["the base", "the exponent"]),
    ("maximum(x, x)", ["the first input", "the second input"]),
    ("sum(x, y, x)", ["the first term", "", "the third term"]),
    (f"sum({', '.join('xxxxxxx')})", [*(f"the {n} term" for n in (
        "first", "second", "third", "fourth", "fifth", "sixth")), "term 7"]),
    ("tanh(x)", [""]),
])  # fmt: skip
def test_the_places_of_one_value_are_told_in_words(text: str, slots: list[str]) -> None:
    """Where it stands in several; a Value that stands in one needs no such words."""
    numbers = dict.fromkeys(set(text) & set("xy"), 0.5)
    output = parse(text)(**numbers)
    found = [*whys(output, {each: each.name for each in [output, *output.inputs]})]
    assert [each.slot for each in found] == slots
    assert all(bool(each.where) == bool(each.slot) for each in found)
    assert all(each.symbols.startswith(f"{each.derivative} = ") for each in found)
    assert all(each.latex.startswith(each.latex_derivative) for each in found)


@settings(max_examples=100)
@given(programs)
def test_printed_numbers_give_the_printed_result_or_it_says_about(program: Any) -> None:
    """Read back as a formula, what stands before = rounds to what stands behind it."""
    output = run(program, [Value(number) for number in program.leaves], ENGINE)[-1]
    for event in steps(output):
        if not isinstance(event, Push) or "here" in str(event.why):
            continue
        equation = re.sub(", (since|where) .*", "", event.why.numbers)
        sides = re.split(" = ", equation.removeprefix(" = "))
        if len(sides) == 2 and "≈" not in equation:
            digits = len(re.sub(r"e.*|^-?0*\.?0*|\.", "", sides[1]))
            numbers = [float(f"{each:.{max(digits, 4)}g}") for each in map(computed, sides)]
            assert numbers[0] == numbers[1], event.why


@pytest.mark.parametrize(("text", "x", "expected"), [
    ("x**2", 1.12345, "= 2 × 1.12345 = 2.2469"),
    ("x**2", 1.234562, "= 2 × 1.23456 = 2.46912"),
    ("x**2", 1.123456789, "= 2 × 1.123 ≈ 2.247"),
    ("x**3", 12.3456789, "= 3 × 12.35² ≈ 457.2"),
    ("x**2", 1e-5, "= 2 × 1e-05 = 2e-05"),
    ("tanh(x)", 20, "= 1 − tanh(20)² ≈ 1.699e-17"),
    ("maximum(x, 2)", 2.0000001, "= 1, since 2.0000001 > 2"),
    ("maximum(x, 2)", 2.0000000001, "= 1, since 2.0000000001 > 2"),
])  # fmt: skip
def test_more_digits_or_about(text: str, x: float, expected: str) -> None:
    """Up to six digits where four do not give the result; then it is ≈."""
    (line,) = told(text, x=x)
    assert line.endswith(expected)


@pytest.mark.parametrize(("text", "numbers", "expected"), [
    ("x**y", {"x": 0, "y": 2}, ["d(x^y)/dx = y·x^(y − 1) = 2 × 0^(2 − 1) = 0",
                                "d(x^y)/dy = x^y·log(x), but 0 here"]),
    ("hypot(x, 0)", {"x": 0}, ["d(hypot(x, 0))/dx = x / hypot(x, 0), but 0 here"]),
    ("relu(x)", {"x": nan}, ["d(relu(x))/dx = (1 if x > 0, else 0), but 1 here"]),
    ("log(x)", {"x": 0}, ["d(log(x))/dx = 1 / x = 1 / 0 = inf"]),
    ("exp(x)", {"x": inf}, ["d(exp(x))/dx = exp(x) = exp(inf) = inf"]),
    ("sin(x)", {"x": inf}, ["d(sin(x))/dx = cos(x), but nan here"]),
])  # fmt: skip
def test_where_the_rule_does_not_give_the_number_it_says_so(
    text: str, numbers: Any, expected: list[str]
) -> None:
    """By a limit, by a convention, or since there is no number."""
    assert told(text, **numbers) == expected


def test_a_number_that_was_overwritten_is_not_put_in() -> None:
    """The derivative is that of the run that was recorded."""
    x = Value(3.0, "x")
    y = x**2
    x.data = 5.0
    (why,) = whys(y, {x: "x"})
    assert str(why) == "d(x²)/dx = 2·x, but 6 here"
    assert why.latex.endswith(r"= 2 \cdot \mathrm{x},\ \text{but 6 here}")


def test_a_rule_may_have_many_cases() -> None:
    """The last of 300 counts as the first one does."""
    many = " else ".join(f"{i} if a < {i}" for i in range(299))
    steep = Op("steep", "steep", r"\mathrm{{steep}}({a})", (300, 301), lambda a: 299 * a,
               (lambda a, y: 299.0,), rule=(f"{many} else 299",))  # fmt: skip
    with registered(steep):
        (why,) = told("steep(x)", x=300)
        assert " = 299, since 300 ≥ 0" in why


def test_a_row_without_a_rule_tells_its_number() -> None:
    """And a row with one is told like all others; an operation on any number has one for all."""
    third = Op("third", "third", r"\frac{{{a}}}{{3}}", (0, 1), lambda a: a / 3,
               (lambda a, y: 1 / 3,))  # fmt: skip
    squares = Op("squares", "squares", r"\mathrm{{squares}}({terms})", (0, 1),
                 lambda terms: sum(a * a for a in terms),
                 (lambda terms, y: tuple(2 * a for a in terms),), any_number=True,
                 rule=("2 * a",))  # fmt: skip
    with registered(third), registered(squares):
        assert told("third(x)", x=1) == ["d(third(x))/dx = 0.3333, no rule given"]
        assert told("squares(x, y, 1)", x=1, y=3) == [
            "d(squares(x, y, 1))/dx = 2·x = 2 × 1 = 2",
            "d(squares(x, y, 1))/dy = 2·y = 2 × 3 = 6",
        ]


def test_latex_says_the_same() -> None:
    """With the conditions in cases, and names upright."""
    h = Value(0.5, "h_1")
    (why,) = whys(h.relu(), {h: "h_1"})
    assert why.latex == (
        r"\frac{\mathrm{d}(\mathrm{ReLU}(\mathrm{h\_1}))}{\mathrm{d}\mathrm{h\_1}} = "
        r"\begin{cases} 1 & \text{if } \mathrm{h\_1} > 0 \\ 0 & \text{else} \end{cases} = 1,"
        r"\ \text{since }0.5 > 0"
    )
    assert why._repr_latex_() == rf"$\displaystyle {why.latex}$"


def test_where_a_value_stands_twice_latex_says_so_too() -> None:
    """In the letters of the equation."""
    x = Value(3.0, "x")
    first, _ = whys(x * x, {x: "x"})
    a, b, named = (rf"\mathrm{{{each}}}" for each in "abx")
    assert first.latex.endswith(rf"= {b} = 3,\ \text{{where }}{a} = {b} = {named}")


def test_a_path_tells_why_its_factors_are_what_they_are() -> None:
    """A line for each edge, from the output on; of several paths each edge once."""
    w, x = Value(2.0, "w"), Value(-3.0, "x")
    loss = (w * x + 7).relu() ** 2
    (path,) = rule = chain_rule(loss, w)
    lines = [
        "d(ReLU²)/dReLU = 2·ReLU = 2 × 1 = 2",
        "d(relu(Add))/dAdd = (1 if Add > 0, else 0) = 1, since 1 > 0",
        "d(Mul + 7)/dMul = 1",
        "d(w·x)/dw = x = -3",
    ]
    assert repr(path.why()).splitlines() == repr(rule.why()).splitlines() == lines
    assert [str(each) for each in path.why()] == lines
    two = x * x + x
    two.label = "L"
    assert repr(chain_rule(two, x).why()).splitlines() == [
        "d(Mul + x)/dMul = 1",
        "d(a·b)/da = b = -3, where a = b = x",
        "d(a·b)/db = a = -3, where a = b = x",
        "d(Mul + x)/dx = 1",
    ]
    assert len([*chain_rule(two, x).why(most=1)]) == 2
    latex = path.why().latex()
    assert (
        latex
        == r"\begin{aligned} & "
        + r" \\[1ex] & ".join(each.latex for each in path.why())
        + r" \end{aligned}"
    )
    assert path.why()._repr_latex_() == rf"$\displaystyle {latex}$"


def test_no_path_has_no_reasons() -> None:
    """As of a Value by itself, or by one that it does not depend on."""
    x = Value(1.0, "x")
    assert repr(chain_rule(x, Value(2.0)).why()) == ""
    assert [*chain_rule(x, x).why()] == []
