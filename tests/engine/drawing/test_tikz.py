r"""A picture in TikZ: every node is defined, braces are balanced, and no label is obeyed.

There is no LaTeX here. A small strict reader of what is written demands what LaTeX would demand:
commands that are known, in groups that are closed, and nothing that could read or write a file.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Value, draw, fold, scope
from engine.drawing.layout import Layout
from engine.drawing.scene import Box, Scene
from engine.drawing.tikz import to_tikz
from engine.typesetting.themes import PLAIN, THEMES, Look
from tests.engine.drawing.test_picture import HOSTILE

# All that may stand behind a backslash: commands of TikZ and LaTeX, symbols, and escapes.
COMMANDS = {
    "begin", "end", "node", "draw", "textbf", "sffamily", "fontsize", "selectfont", "rule", "char",
    "textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar",
    "textendash", "textemdash", "times", "cdot", "sum", "rightarrow", "partial", "approx", "div",
    "surd", "sigma", "hat", "beta", "mathcal", "mathrm", "frac", "sqrt", "ldots", "prime", "quad",
}  # fmt: skip
ESCAPES = set("{}$&#_%\\,")

NODE = re.compile(r"\\node\[[^\[\]]*\] (?:\((\w+)\) )?at \((-?[\d.]+),(-?[\d.]+)\) \{")
DRAW = re.compile(r"\\draw\[[^\]]*\] \((\w+)\)(.*) \((\w+)\);")


def demand_valid(tex: str) -> None:
    """Raise unless LaTeX could set the picture, as far as that can be seen."""
    lines = [line for line in tex.splitlines() if not line.startswith("%")]
    assert lines[0] == r"\begin{tikzpicture}["
    assert lines[-1] == r"\end{tikzpicture}"
    body = "\n".join(lines)
    commands = re.findall(r"\\([A-Za-z]+|.)", body)
    assert {each for each in commands if each not in COMMANDS | ESCAPES} == set()
    bare = re.sub(r"\\([A-Za-z]+|.)", "", body)
    depth = 0
    for each in bare:
        depth += {"{": 1, "}": -1}.get(each, 0)
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"[%#&~\x00-\x09]", bare)
    assert not re.search(r"\\\\\s*[\[*]", body)
    outside = re.sub(r"\$[^$]*\$|\(\w+\)", "", bare)
    assert "$" not in outside
    assert not re.search(r"[_^]", outside)
    statements = [line for line in lines if line.startswith("\\") and "tikzpicture" not in line]
    assert all(line.endswith(";") for line in statements)
    defined = {name for name in NODE.findall(body) for name in name[:1] if name}
    ends = [end for first, _, last in DRAW.findall(body) for end in (first, last)]
    assert set(ends) <= defined
    styles = set(re.findall(r"(?m)^  ([\w ]+)/\.style=", body))
    for used in re.findall(r"(?m)^\\(?:node|draw)\[([^\]]*)\]", body):
        names = {each.strip() for each in used.split(",")}
        unknown = {each for each in names if "=" not in each and ":" not in each} - styles
        assert {re.sub(r"[;{}]|green|blue", "", each).strip("0123456789") for each in unknown} <= {
            "->", "<-", ""
        }  # fmt: skip


def tex_of(tmp_path: Path, *arguments: Value, **options: object) -> str:
    """The picture of a graph in TikZ, read back from a file."""
    path = draw(*arguments, **options).save(tmp_path / "graph.tex")  # type: ignore[arg-type]
    return path.read_text(encoding="utf-8")


def neuron() -> tuple[Value, Value]:
    """A loss and one of its weights."""
    w, x = Value(2.0, "$w_1$"), Value(-3.0, "x")
    with scope("hidden_1"):
        inner = (w * x + 7).relu()
    loss = inner**2 + w
    loss.label = r"$\frac{1}{2}L$"
    loss.backward()
    return loss, w


@pytest.mark.parametrize("theme", THEMES)
def test_the_picture_is_that_of_the_scene(theme: str, tmp_path: Path) -> None:
    """A node for each box, a curve for each arrow, in the width and the way of its emphasis."""
    loss, w = neuron()
    tex = tex_of(tmp_path, loss, path_to=w, theme=theme)
    demand_valid(tex)
    assert len(re.findall(r"\\node\[(?:leaf|operation|output),", tex)) == 8
    assert len(DRAW.findall(tex)) == 7
    assert tex.count(r"\draw[<-, on the largest path arrow]") == 5
    assert tex.count(r"\draw[<-, on a path arrow]") == 1
    assert tex.count(r"\draw[->, plain arrow]") == 1
    assert r"\textbf{$w_1$}\\use 1 of 2\\data 2\\grad $-$5" in tex
    assert r"{hidden\_1}" in tex
    assert r"$\frac{1}{2}L$" in tex  # LaTeX knows more than is understood here
    assert r"\draw[frame]" in tex


@pytest.mark.parametrize("theme", THEMES)
def test_the_output_alone_has_a_double_border(theme: str, tmp_path: Path) -> None:
    """As in all other formats: it is told apart without colours."""
    tex = tex_of(tmp_path, neuron()[0], theme=theme)
    assert re.findall(r"(?m)^  (\w+)/\.style=.*\bdouble\b", tex) == ["output"]


def test_places_are_those_of_the_layout(tmp_path: Path) -> None:
    """In points, with y upwards, as Graphviz and TikZ both have it."""
    layout = Layout(
        {"bb": "0,0,100,50"},
        {"n0": {"pos": "12,34", "width": "1", "height": "0.5"}},
        {},
        {},
    )
    box = Box("n0", "leaf", ("a label that is not bold",), (), PLAIN, "")
    tex = to_tikz(Scene("", "LR", (box,), (), ()), layout, Look(THEMES["light"], 11, 2))
    demand_valid(tex)
    assert "minimum width=72bp, minimum height=36bp] (n0) at (12,34) {a label that is not" in tex
    assert "scale=2, transform shape" in tex
    assert tmp_path.exists()


def test_widths_of_a_folded_picture_are_kept(tmp_path: Path) -> None:
    """An arrow is as wide as the share of the gradient that passes."""
    loss = Value.sum([(Value(float(i), f"x[{i}]") * 2).relu() for i in range(1, 4)])
    loss.backward()
    tex = tex_of(tmp_path, loss, fold=True)
    demand_valid(tex)
    assert len(fold(loss)) > 1
    assert ", line width=5.00bp]" in tex


def test_blanks_are_rules(tmp_path: Path) -> None:
    """To write on; and the empty line below a blank stays a line."""
    tex = tex_of(tmp_path, neuron()[0], numbers="blank")
    demand_valid(tex)
    assert r"data \rule[-1bp]{5.004em}{0.4bp}" in tex
    assert r"\rule[-1bp]{3.336em}{0.4bp}\\{} }" in tex


HARMFUL = [
    r"$\input{/etc/passwd}$", r"$\write18{ls}$", r"$^^5cinput$", r"$\frac{1}{2$", "$}x{$", r"$\\$",
    r"$\frac{a%}{b}$", r"$x^{a}^{b}\sqrt{2}$", "\\", "a--b", "[x]", "a;b", "two\n[lines]", "\n",
    "été ∂ß", "x₁²", r"$\hat$", "$x^$", r"$\frac{1}$", r"$\left($", "$x_1_2$",
    "two\n * [x]",
]  # fmt: skip


@pytest.mark.parametrize("label", [*HOSTILE, *HARMFUL])
def test_labels_are_data(label: str, tmp_path: Path) -> None:
    """What LaTeX would obey is escaped, in boxes, frames and the caption."""
    w = Value(2.0, label)
    with scope(label):
        y = w.exp()
    y.label = label
    demand_valid(tex_of(tmp_path, y, path_to=w))


def tikz_of(label: str) -> str:
    """A picture with one box, whose label this is."""
    layout = Layout({"bb": "0,0,1,1"}, {"n0": {"pos": "1,1", "width": "1", "height": "1"}}, {}, {})
    box = Box("n0", "leaf", (label,), (), PLAIN, "")
    return to_tikz(Scene("", "LR", (box,), (), ()), layout, Look(THEMES["light"]))


@settings(max_examples=300)
@given(st.text("$\\_^{}%#&~ab1 []-\n'\"", max_size=24))
def test_any_label_gives_a_valid_picture(label: str) -> None:
    """Whatever the text."""
    demand_valid(tikz_of(label))


@pytest.mark.parametrize(("label", "written"), [
    ("5 % of $x", r"5 \% of \$x"),
    (r"a\b", r"a\textbackslash{}b"),
    ("data -0.5", "data $-$0.5"),
    ("grad -inf", "grad $-$inf"),
    ("x-1", "x-1"),
    ("a--b", "a-{}-b"),
    ('"<|>"', r"{\char34}\textless{}\textbar{}\textgreater{}{\char34}"),
    ("~^", r"\textasciitilde{}\textasciicircum{}"),
    ("· × 2", r"$\cdot$ $\times$ 2"),
    ("x₁²", "x$_{1}$$^{2}$"),
    ("$β_1$", r"$\beta_1$"),
    (r"$\sqrt{x}$ and $y$", r"$\sqrt{x}$ and $y$"),
    (r"$\hat$ $x^$", r"\$\textbackslash{}hat\$ \$x\textasciicircum{}\$"),
    (r"$\input{x}$", r"\$\textbackslash{}input\{x\}\$"),
])  # fmt: skip
def test_text_is_written_so_that_it_is_shown(label: str, written: str) -> None:
    """Signs as formulas, and only numbers have a minus."""
    assert rf"{{\textbf{{{written}}}}};" in tikz_of(label)
