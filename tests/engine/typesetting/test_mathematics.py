"""Formulas in labels: what is understood, what it looks like as text, and what stays as typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, chain_rule, check_gradient, detect_anomaly, fold, steps, trace
from engine.typesetting.mathematics import (
    Face,
    has_formula,
    parts_of,
    plain_label,
)


@pytest.mark.parametrize(("label", "plain"), [
    ("$w_1$", "w₁"),
    (r"$\beta_0$", "β₀"),
    ("$x^2$", "x²"),
    (r"$\hat{y}$", "ŷ"),
    ("$w_{12}^{(2)}$", "w₁₂⁽²⁾"),
    (r"$W^\top x+b$", "Wᵀx + b"),
    (r"$x \cdot y$", "x · y"),
    ("$-x$", "−x"),
    ("$x^{-1}$", "x⁻¹"),
    ("$x'$", "x′"),
    (r"$\mathcal{L}$ of $x_i$", "ℒ of xᵢ"),
    (r"$\mathbb{R}$", "ℝ"),
    (r"$\mathrm{loss}_{max}$", "lossₘₐₓ"),
    (r"$L_{\text{all x-es}}$", "L_(all x-es)"),
    (r"$x \text{ if it's } y$", "x if it's y"),
    (r"$\text{\alpha}$", "α"),
    ("$w_q$", "w_q"),
    ("$w_{1…9}$", "w_(1…9)"),
    ("$w_#$", "w_#"),
    ("$^2$", "²"),
    (r"$a\,b$", "a b"),
    (r"$\vec v$", "v⃗"),
    (r"$\{x\}$", "{x}"),
])  # fmt: skip
def test_formulas_are_text_where_nothing_can_be_set(label: str, plain: str) -> None:
    """In Unicode, as far as it has scripts; behind _ and ^ where it has none."""
    assert plain_label(label) == plain
    assert has_formula(label)


@pytest.mark.parametrize("label", [
    "w", "", "$", "$$", "$ x $", "costs $5 and $6", "$x", "a_1", r"$\frac{1}{2}$", "$x_{i_1}$",
    "$a_1_2$", r"$\hat{xy}$", r"$\hat{}$", r"$\hat$", "$x^$", r"$\mathrm$",
    "${x$", "$x}$", "$x_$", "$\\", r"$\nonsense$",
    "$a&b$", "$a%b$", "$two\nlines$", r"$\mathcal{Q}$", f"${'x' * 101}$", f"${'{' * 90}$",
])  # fmt: skip
def test_what_is_not_understood_stays_as_it_was_typed(label: str) -> None:
    """With its dollars."""
    assert plain_label(label) == label
    assert not has_formula(label)


@given(st.text("$\\_^{}abhtx1 -%'", max_size=30))
def test_any_label_has_a_plain_text_and_is_the_sum_of_its_parts(label: str) -> None:
    """No label is an error, and what stands outside of formulas is not changed."""
    plain_label(label)
    parts = [f"${each.source}$" if each.source else each.atoms[0].base[0].text
             for each in parts_of(label)]  # fmt: skip
    assert "".join(parts) == label


def test_letters_are_slanted_and_digits_and_words_are_upright() -> None:
    """As mathematics is set; small Greek letters are slanted, capitals and signs are not."""
    (part,) = parts_of(r"$\alpha x_{2}+\Gamma\mathrm{in}$")
    runs = [run for atom in part.atoms for run in (*atom.base, *atom.below)]
    slanted = [run.text for run in runs if run.face is Face.SLANTED]
    assert slanted == ["α", "x"]
    assert {run.face for run in runs} == {Face.SLANTED, Face.UPRIGHT}


def test_all_that_is_printed_has_plain_text() -> None:
    """Steps, paths, checks, the fold, the trace and anomalies; a Value shows what was typed."""
    w, x = Value(2.0, "$w_1$"), Value(3.0, r"$\hat{x}$")
    loss = w * x
    loss.label = r"$\mathcal{L}$"
    assert str(next(iter(steps(loss)))) == "ℒ = w₁ × x̂ = 2 × 3 = 6"
    assert "ℒ → w₁" in str(chain_rule(loss, w))
    assert "w₁" in str(check_gradient(lambda v: v * 2, w))
    assert "ℒ" in repr(fold(loss))
    assert [node["name"] for node in trace(loss).document["nodes"]] == ["w₁", "x̂", "ℒ"]
    with pytest.raises(Exception, match="w₁ = 0"), detect_anomaly():
        Value(0.0, "$w_1$").log()
    assert repr(w) == "Value(data=2.0, grad=0.0, label='$w_1$')"


def test_labels_that_are_one_text_have_different_names() -> None:
    """As any two labels that are alike."""
    output = Value(1.0, "$w_1$") * Value(2.0, "w₁")
    names = [node["name"] for node in trace(output).document["nodes"]]
    assert names[:2] == ["w₁#1", "w₁#2"]
