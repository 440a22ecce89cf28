"""Pictures in Mermaid: boxes, frames and arrows, and labels that stay text."""

import re
from pathlib import Path

import pytest

from engine import Value, draw, scope


def neuron(label: str = "w") -> tuple[Value, Value]:
    """A loss with its gradients, and the leaf that has the label."""
    w, x = Value(2.0, label), Value(-3.0, "x")
    with scope("neuron"):
        hidden = (w * x + 7).relu()
    loss = hidden**2
    loss.label = "Loss"
    loss.backward()
    return loss, w


def test_a_graph_is_a_flowchart(tmp_path: Path) -> None:
    """A box for each Value by its kind, a frame for each scope, local derivatives on arrows."""
    loss, _ = neuron()
    text = draw(loss).mermaid()
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "flowchart LR"
    assert any(re.fullmatch(r'n\d+\(\["w<br>data 2<br>grad -6"\]\)', line) for line in lines)
    assert any(re.fullmatch(r'n\d+\[\["Loss<br>.*grad 1"\]\]', line) for line in lines)
    assert any(re.fullmatch(r'subgraph frame_\w+ \["neuron"\]', line) for line in lines)
    assert lines.count("end") == 1
    assert sum("-->" in line for line in lines) == 5
    assert draw(loss).save(tmp_path / "x.mmd").read_text() == text


def test_frames_stand_in_frames() -> None:
    """However deep scopes are nested, each is in the one around it."""
    x = Value(2.0, "x")
    with scope("model"), scope("layer"), scope("neuron"):
        inner = x.tanh()
    lines = draw(inner * 2).mermaid().splitlines()
    frames = [line for line in lines if "subgraph" in line or line.strip() == "end"]
    assert [re.sub(r"frame_\w+ ", "", line) for line in frames] == [
        '  subgraph ["model"]', '    subgraph ["layer"]', '      subgraph ["neuron"]',
        "      end", "    end", "  end",
    ]  # fmt: skip


def test_a_path_goes_from_the_output_to_its_end() -> None:
    """By thick arrows, with its numbers in comments."""
    loss, w = neuron()
    text = draw(loss, path_to=w).mermaid()
    thick = [line.split() for line in text.splitlines() if "==>" in line]
    named = dict(re.findall(r'(n\d+)[\[(]+"([^<]*)<br>', text))
    assert [(named[first], named[last]) for first, _, last in thick][-1][0] == "Loss"
    assert {named[last] for _, _, last in thick} >= {"w", "ReLU"}
    assert "%% Loss → ReLU → Add → Mul → w" in text


@pytest.mark.parametrize("label", [
    'a"b', "<b>x</b>", "a|b", "{x}", "a]b", "`x`", "#quot;", "&amp;", "a\\b", "$x", "*x*", "~x~",
    "_x_",
])  # fmt: skip
def test_labels_are_data(label: str) -> None:
    """What Mermaid would obey is an entity of HTML; nothing ends the quotes."""
    loss, _ = neuron(label)
    text = draw(loss).mermaid()
    (shown,) = re.findall(r'\(\["([^"]*)<br>data 2<br>', text)
    names = {"&amp;": "&", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&num;": "#", "&grave;": "`",
             "&bsol;": "\\", "&dollar;": "$", "&ast;": "*", "&lowbar;": "_",
             "&tilde;": "~"}  # fmt: skip
    assert re.sub(r"&\w+;", lambda entity: names[entity[0]], shown) == label
    assert not re.search(r'[<>"#`\\$*_~]', re.sub(r"&\w+;", "", shown))


def test_more_and_comments_are_text_too() -> None:
    """Where the graph goes on there is a box; no name in the caption is a directive."""
    loss, w = neuron("%%{init: {}}%%")
    around = draw(loss, around=loss, hops=1).mermaid()
    assert re.search(r'\[/"… \d+ more"/\]', around)
    comments = [line for line in draw(loss, path_to=w).mermaid().splitlines() if line[:2] == "%%"]
    assert comments
    assert not any("{" in line for line in comments)
