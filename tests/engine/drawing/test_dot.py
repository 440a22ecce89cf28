"""The scene in DOT: deterministic, and text stays text."""

import os
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
