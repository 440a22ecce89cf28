"""The scene in DOT: deterministic, and text stays text."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Value, draw, scope

ROOT = Path(__file__).parents[3]
PROGRAM = """
import nn
from engine import draw
model = nn.MLP(2, [3, 1], seed=0)
loss = nn.mean_squared_error([model([0.5, -1.0])], [1.0])
loss.backward()
print(draw(loss, path_to=model.parameters()[4]).source)
"""


def test_the_same_graph_gives_the_same_bytes_in_every_run() -> None:
    """Hash seeds and addresses have no influence on the source."""
    sources = set()
    for seed in ("0", "1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PROGRAM]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        sources.add(run.stdout)
    assert len(sources) == 1


def test_scopes_are_nested_frames() -> None:
    """One frame for each scope, the inner inside the outer."""
    x = Value(1.0, "x")
    with scope("layer1"):
        with scope("neuron1"):
            a = x * 2
        with scope("neuron2"):
            b = x * 3
    source = draw(a + b).source
    assert source.count("subgraph cluster") == 3
    assert source.index("label=layer1") < source.index("label=neuron1")
    assert source.index("label=neuron1") < source.index("label=neuron2")


@pytest.mark.parametrize(("label", "written"), [
    ('a "quoted" name', r'a \"quoted\" name'),
    ("ends in \\", "ends in \\\\"),
    (r"\N and \l", r"\\N and \\l"),
    ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
    ("<b>bold</b>", "<b>bold</b>"),
    ("a|b{c}", "a|b{c}"),
    ("bell \x07", "bell ␇"),
    ("lone \ud800", "lone \ufffd"),
])  # fmt: skip
def test_labels_are_data(label: str, written: str) -> None:
    """Whatever DOT would obey is escaped, whatever XML forbids is shown by a picture of it."""
    assert f'label="{written}\n' in draw(Value(1.0, label) * 2).source


def test_the_direction_is_that_of_the_arrows() -> None:
    """Left to right unless something else is asked for."""
    y = Value(1.0) * 2
    assert "rankdir=LR" in draw(y).source
    assert "rankdir=TB" in draw(y, direction="TB").source


def test_no_arrow_strikes_through_the_name_of_a_frame() -> None:
    """Where arrows go through the top of a frame, its name stands on the left."""
    with scope("layer1"):
        y = Value(1.0) * 2
    assert "labeljust=c" in draw(y).source
    assert "labeljust=l" in draw(y, direction="TB").source


BOX = re.compile(r'^\s*(\w+) \[label=("[^"]*"|\S+)([^]]*)]', re.MULTILINE)
EDGE = re.compile(r"-> \w+ \[([^]]*)]")


def attributes(text: str) -> dict[str, str]:
    """The attributes after the label of a box or an edge."""
    return dict(re.findall(r'(\w+)=("[^"]*"|\S+)', text))


def boxes(source: str) -> dict[str, dict[str, str]]:
    """The attributes of each box, by the first line of its label."""
    found = [(name, label, text) for name, label, text in BOX.findall(source) if name[0] == "n"]
    return {label.strip('"').splitlines()[0]: attributes(text) for name, label, text in found
            if name != "node"}  # fmt: skip


def test_only_the_output_has_a_double_border() -> None:
    """It is found at a glance."""
    x = Value(1.0, "x")
    found = {
        name: each.get("peripheries") for name, each in boxes(draw(x.exp() * 2).source).items()
    }
    assert found == {"x": None, "exp": None, "· × 2": "2"}


def test_edges_between_frames_are_longer() -> None:
    """Two columns, so that there is room for the leaves; within a frame one."""
    x = Value(1.0, "x")
    with scope("b"):
        first = x.exp().sin()
    with scope("a"):
        second = first.cos()
    with scope("c"):
        third = second.tanh()
    lengths = [attributes(each)["minlen"] for each in EDGE.findall(draw(third).source)]
    assert lengths == ["1", "1", "2", "2"]


def test_a_box_stands_in_its_own_frame_and_nowhere_else() -> None:
    """Each is named once, inside the innermost of its scopes."""
    x = Value(1.0, "x")
    with scope("outer"):
        first = x.exp()
        with scope("inner"):
            second = first.sin()
    source = draw(second.cos(), names={}).source
    assert [len(re.findall(rf"(?m)^\s*n{i} \[", source)) for i in range(4)] == [1] * 4
    places = [source.index(label) for label in ('label="cos', "label=outer", 'label="exp')]
    assert places == sorted(places)
    assert source.index("label=inner") < source.index('label="sin')


def test_the_border_of_a_box_tells_its_kind_or_that_it_is_on_the_path() -> None:
    """A leaf is blue, an operation grey, the output green; vermilion and wider on a path."""
    x, y = Value(1.0, "x"), Value(1.0, "y")
    output = x.exp() * y.sin()
    plain, emphasised = boxes(draw(output).source), boxes(draw(output, path_to=x).source)
    names = ("x", "exp", "sin", "output")
    assert [plain[name]["color"] for name in names] == [
        '"#0072b2"', '"#767676"', '"#767676"', '"#009e73"'
    ]  # fmt: skip
    assert [emphasised[name]["color"] for name in names] == [
        '"#c85600"', '"#c85600"', '"#767676"', '"#c85600"'
    ]  # fmt: skip
    assert [emphasised[name]["penwidth"] for name in names] == ["3.5", "3.5", "1", "3.5"]


@pytest.mark.parametrize(("label", "wide"), [("m" * 16, False), ("m" * 17, True)])
def test_a_first_line_of_more_than_sixteen_letters_is_wide(label: str, wide: bool) -> None:
    """It is marked, so that it is not shown in bold."""
    assert ("class=wide" in draw(Value(1.0, label) * 2).source) is wide


def test_a_shared_leaf_is_marked_with_its_number_and_others_are_not() -> None:
    """All uses of one leaf have one class of their own."""
    w, x = Value(1.0, "w"), Value(2.0, "x" * 20)
    classes = [each.get("class") for each in boxes(draw(w * x + w.exp() * w).source).values()]
    assert sorted(filter(None, classes)) == ["shared4", "wide"]
