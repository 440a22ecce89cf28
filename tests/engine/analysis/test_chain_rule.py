"""The chain rule: the paths of a weight, their factors, their sum."""

from dataclasses import FrozenInstanceError
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Path, Value, chain_rule, grad
from engine.analysis.chain_rule import in_numbers, paths_in_words

# The first neuron of the layer that seed 003 works through.
X = (1.0, 2.0, 3.0, 2.5)
W = (0.04967142, 0.15230299, 0.15792128, 0.054256)


def neuron_loss() -> tuple[Value, list[Value]]:
    """The squared error of one ReLU neuron, for the target 0, and its weights."""
    w = [Value(number, label=f"w{i + 1}1") for i, number in enumerate(W)]
    loss = Value.sum([wi * xi for wi, xi in zip(w, X, strict=True)]).relu() ** 2
    loss.label = "Loss"
    return loss, w


def test_the_path_of_a_weight_reads_as_in_the_textbook() -> None:
    """Loss → ReLU → Sum → Mul → w, with the factors that calculus gives: 2a, 1, 1, x."""
    loss, w = neuron_loss()
    a = sum(wi * xi for wi, xi in zip(W, X, strict=True))
    (path,) = chain_rule(loss, w[1])
    assert path.names == ("Loss", "ReLU", "Sum", "Mul", "w21")
    assert path.local_derivatives == pytest.approx((2 * a, 1, 1, 2.0), rel=1e-15)
    assert path.product == pytest.approx(4 * a, rel=1e-15)
    assert path.values[0] is loss
    assert path.values[-1] is w[1]


def test_a_path_prints_in_names_and_numbers() -> None:
    """As text and as LaTeX, in symbols and in numbers."""
    loss, w = neuron_loss()
    path = next(iter(chain_rule(loss, w[0])))
    assert str(path) == "Loss → ReLU → Sum → Mul → w11: 1.927 × 1 × 1 × 1 = 1.927"
    whole = r"\frac{\partial \mathrm{Loss}}{\partial \mathrm{w11}}"
    links = [
        (r"{\mathrm{ReLU}}^{2}", "ReLU"),
        (r"\mathrm{ReLU}(\mathrm{Sum})", "Sum"),
        (r"\mathrm{Mul} + \mathrm{b} + \mathrm{c} + \mathrm{f}", "Mul"),
        (r"\mathrm{w11} \cdot 1", "w11"),
    ]
    steps = [rf"\frac{{\mathrm{{d}}({of})}}{{\mathrm{{d}}\mathrm{{{by}}}}}" for of, by in links]
    numbers = r"1.927 \cdot 1 \cdot 1 \cdot 1 = 1.927"
    symbols = r" \cdot ".join(steps)
    assert path.latex() == f"{whole} = {symbols} = {numbers}"
    assert path._repr_latex_() == rf"$\displaystyle {path.latex()}$"


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_the_products_of_all_paths_add_up_to_the_gradient(a: float, b: float) -> None:
    """The sum over paths is what backward() finds."""
    x, y = Value(a), Value(b)
    output = (x * y + x.sin()) * (x - y) + x * x
    rule = chain_rule(output, x)
    paths = list(rule)
    assert rule.count == len(paths) == 5
    assert sum(path.product for path in paths) == pytest.approx(rule.gradient, abs=1e-12)
    output.backward()
    assert rule.gradient == x.grad


def test_paths_are_told_largest_first_with_their_number() -> None:
    """The text shows the largest and says how many more there are."""
    x = Value(1.0, label="x")
    y = x
    for _ in range(1000):
        y = y + y
    rule = chain_rule(y, x)
    assert rule.count == 2**1000
    assert rule.gradient == 2.0**1000
    assert [path.product for path in islice(rule, 3)] == [1.0] * 3
    text = repr(chain_rule(x * 3 + x * -5, x))
    assert text.splitlines() == [
        "∂Add/∂x = -2, the sum over 2 paths",
        "Add → b → x: 1 × (-5) = -5",
        "Add → a → x: 1 × 3 = 3",
    ]
    assert repr(rule).splitlines()[-1] == "… and about 10^301 paths more"


@pytest.mark.slow
def test_a_count_too_long_to_print_is_told_as_a_power_of_ten() -> None:
    """Python refuses to print integers of more than 4,300 digits; the text still tells."""
    x = y = Value(1.0, label="x")
    for _ in range(20_000):
        y = (y + y) * 0.5
    assert "about 10^6021 paths" in repr(chain_rule(y, x))


def test_latex_of_several_paths_is_a_sum_and_no_false_equation() -> None:
    """The whole derivative equals the sum; each path is a line that claims only its own product.

    That of a path of one step is named too. Two uses of one Value have letters of their own.
    """
    x = Value(2.0, label="x")
    rule = chain_rule(x * x - x, x)
    step = r"\frac{\mathrm{d}(\mathrm{Mul} - \mathrm{x})}{\mathrm{d}\mathrm{Mul}}"
    last = r"\frac{\mathrm{d}(\mathrm{a} \cdot \mathrm{b})}{\mathrm{d}\mathrm{%s}}"
    where = r",\ \text{where }\mathrm{a} = \mathrm{b} = \mathrm{x}"
    product = rf"{step} \cdot {last} = 1 \cdot 2 = 2{where}"
    direct = r"\frac{\mathrm{d}(\mathrm{Mul} - \mathrm{x})}{\mathrm{d}\mathrm{x}}"
    assert rule.latex() == (
        r"\begin{aligned} \frac{\partial \mathrm{Sub}}{\partial \mathrm{x}} &= 3"
        rf", \text{{ the sum over 3 paths}} \\[1ex] & \quad {product % 'a'}"
        rf" \\[1ex] & \quad {product % 'b'} \\[1ex] & \quad {direct} = -1 \end{{aligned}}"
    )
    assert r"\text{… 2 paths more}" in rule.latex(most=1)


def test_latex_of_a_single_step_is_its_derivative() -> None:
    """One edge is named once; negative factors of several stand in parentheses."""
    x = Value(2.0, label="x")
    (path,) = chain_rule(x * -3, x)
    assert path.latex() == r"\frac{\partial \mathrm{Mul}}{\partial \mathrm{x}} = -3"
    (path,) = chain_rule(-(x * -3), x)
    assert path.latex().endswith(r"= (-1) \cdot (-3) = 3")


def test_long_paths_are_told_without_their_middle() -> None:
    """A path of a hundred steps is a line, as text and in LaTeX."""
    x = y = Value(2.0, label="x")
    for _ in range(100):
        y = y.sin()
    (path,) = chain_rule(y, x)
    assert len(path.names) == 101
    assert repr(path).count("→") == repr(path).count("×") == 11
    assert path.latex().count(r"\cdots") == 2


def test_a_value_without_influence_has_no_path() -> None:
    """The gradient is then an empty sum."""
    x = Value(1.0, label="x")
    rule = chain_rule(x * 2, Value(5.0, label="other"))
    assert (rule.count, rule.gradient, list(rule)) == (0, 0.0, [])
    assert repr(rule) == "∂Mul/∂other = 0, the sum over 0 paths"


def test_the_output_has_one_path_to_itself() -> None:
    """A path of no edges, whose product is 1."""
    x = Value(1.0, label="x")
    (path,) = chain_rule(x, x)
    assert (path.product, str(path)) == (1.0, "x: 1")
    assert path == Path((x,), ())
    assert path.latex() == r"\frac{\partial \mathrm{x}}{\partial \mathrm{x}} = 1"


def test_any_value_may_be_followed() -> None:
    """Paths lead to inner Values too, and agree with their gradient."""
    loss, w = neuron_loss()
    inner = loss.inputs[0].inputs[0]
    rule = chain_rule(loss, inner)
    assert (rule.count, (rule.gradient,)) == (1, grad(loss, [inner]))
    assert rule._repr_latex_() == rf"$\displaystyle {rule.latex()}$"
    assert w[0] not in next(iter(rule)).values


def test_what_is_no_value_is_refused() -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match="output must be a Value"):
        chain_rule(1.0, Value(1.0))  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(TypeError, match="w must be a Value, got 'w'"):
        chain_rule(Value(1.0), "w")  # type: ignore[arg-type]  # the mistake that is tested


def test_latex_may_show_no_path_and_keeps_dots_in_names() -> None:
    """Zero paths shown is a choice, and an ellipsis in a label is a label."""
    x = Value(1.0, label="p…q")
    assert "the sum over 1 path" in chain_rule(x.sin().cos(), x).latex(most=0)
    assert r"\mathrm{p…q}" in chain_rule(x.sin().cos(), x).latex()


@pytest.mark.parametrize(("count", "words"), [
    (0, "0 paths"),
    (1, "1 path"),
    (2, "2 paths"),
    (1234, "1,234 paths"),
    (10**15 - 1, "999,999,999,999,999 paths"),
    (10**15, "about 10^15 paths"),
    (4 * 10**15, "about 10^16 paths"),
])  # fmt: skip
def test_numbers_of_paths_are_told_in_words(count: int, words: str) -> None:
    """Exactly below 10^15, in powers of ten from there on."""
    assert paths_in_words(count) == words


@pytest.mark.parametrize(("factors", "text"), [
    ([], "1"),
    ([-2.0], "-2"),
    ([-2.0, 3.0], "(-2) × 3 = -6"),
])  # fmt: skip
def test_products_are_told_in_numbers(factors: list[float], text: str) -> None:
    """A product of several factors has its value too."""
    assert in_numbers(factors) == text


@pytest.mark.parametrize(("count", "last"), [
    (5, "Add → terms[0] → x: 1 × 1 = 1"),
    (6, "… and 1 path more"),
    (7, "… and 2 paths more"),
    (10, "… and 5 paths more"),
])  # fmt: skip
def test_five_paths_are_shown_and_the_others_counted(count: int, last: str) -> None:
    """As text and in LaTeX."""
    x = Value(1.0, label="x")
    terms = [x * (i + 1.0) for i in range(count)]
    total = Value.sum(terms)
    total.label = "Add"
    rule = chain_rule(total, x)
    lines = repr(rule).splitlines()
    assert len(lines) == 1 + min(count, 6)
    assert lines[-1] == last
    assert rule.latex().count("&") == 1 + min(count, 6)
    assert (r"\text{… " in rule.latex()) is (count > 5)


def test_a_path_that_is_one_of_several_says_so() -> None:
    """Only a path that is the only one claims to be the whole gradient."""
    x = Value(2.0, label="x")
    assert [path.only for path in chain_rule(x * x, x)] == [False, False]
    assert [path.only for path in chain_rule(x.exp(), x)] == [True]


@pytest.mark.parametrize("field", ["count", "gradient", "anything"])
def test_a_rule_and_its_paths_are_records(field: str) -> None:
    """Nothing about them can be changed, and nothing added."""
    x = Value(2.0, label="x")
    rule = chain_rule(x.exp(), x)
    for record in (rule, next(iter(rule))):
        assert not hasattr(record, "__dict__")
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(record, field, 0)


def test_latex_of_the_only_path_is_the_gradient() -> None:
    """One path is an equation and no sum."""
    x = Value(0.0, label="x")
    rule = chain_rule(x.exp(), x)
    assert rule.latex() == next(iter(rule)).latex()
    assert rule.latex() == r"\frac{\partial \mathrm{exp}}{\partial \mathrm{x}} = 1"


def test_a_path_says_through_which_place_it_goes() -> None:
    """Where a Value stands in two; in LaTeX each place has a letter that nothing else has."""
    x = Value(3.0, label="x")
    square = x * x
    assert repr(chain_rule(square, x)).splitlines()[1:] == [
        "square → x: 3, through the first factor of square",
        "square → x: 3, through the second factor of square",
    ]
    line = r"\frac{\mathrm{d}(\mathrm{a} \cdot \mathrm{b})}{\mathrm{d}\mathrm{b}} = 3"
    assert line in chain_rule(square, x).latex()
    a = Value(3.0, label="a")
    fourth = Value.sum([3.0, a, a]) * (a * a) * Value(1.0, "b")
    texts = [str(path).partition(", ")[2] for path in chain_rule(fourth, a)]
    assert {"through the second term of Sum", "through the third term of Sum"} < {*texts}
    power = (a * a) ** 2.0 * 1.0
    power = power * power
    path = next(iter(chain_rule(power, a)))
    wheres = path.latex().split(r"\text{where }")[1:]
    letters = [where.split(" = ")[0] for where in wheres]
    assert len(letters) == len(set(letters)) == 2


def test_a_path_with_many_such_places_is_told_without_them() -> None:
    """A chain of x + x has as many as steps."""
    x = y = Value(1.0, label="x")
    for _ in range(4):
        y = y + y
    path = next(iter(chain_rule(y, x)))
    assert "through" not in str(path)
    assert "where" not in path.latex()


def test_a_path_made_by_hand_is_told_without_reasons() -> None:
    """It does not say which edges it takes."""
    x = Value(2.0, label="x")
    assert Path((x * 3 * 4, x), (3.0, 4.0), only=False).latex() == r"3 \cdot 4 = 12"


def test_factors_that_do_not_give_the_product_are_about_it() -> None:
    """In LaTeX, too."""
    x = Value(3.0, label="x")
    path = next(iter(chain_rule((x / 3.0) * 3.0, x)))
    assert r" \approx " in path.latex()
    assert " ≈ " in str(path)
