"""Pictures that a page makes without Graphviz: their logic, and that they say the same."""

import json
import re
import subprocess
from collections import Counter
from html import unescape
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from engine import Value
from engine.expression import parse
from engine.graph import topological_order
from engine.stepper.trace import trace
from tests.engine.stepper.live.in_node import NODE
from tests.engine.stepper.speaking import speaking
from tests.engine.stepper.test_script import run_node

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

HERE = Path(__file__).parent

# Formulas with all kinds of boxes: names, numbers in operations, several uses, rows of many inputs.
FORMULAS = (
    "x", "x*x", "relu(w*x + b)**2", "h = tanh(w*x*x + b); (h - y)**2", "2**x / -3", "h = x + 1; h",
    "sum(a, b, 2) * sum(a, 1, 2, 3, 4, 5, b) * maximum(a, 0) + exp(b) - b",
    "y = minimum(-1, x); y*y + Mul + y*Mul", "sqrt(a) + sqrt(b) + (a*b + a*b)",
)  # fmt: skip

# A box or an arrow of a picture by Graphviz, and what is in it.
GROUP = re.compile(
    r'<g class="((?:node|edge)[^"]*)" data-(?:node|edge)="([^"]*)">(.*?)</g>', re.DOTALL
)
TEXT = re.compile(r"<text [^>]*>(.*?)</text>")

# The class, the mark, the number of borders or lines, the texts, and the tag of the first border.
Part = tuple[str, str, int, tuple[str, ...], str]


def test_its_logic() -> None:
    """Boxes apart, arrows to the right, inputs in order, stable while one edits."""
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = run_node("--test", str(HERE / "layout.test.mjs"),
                       STEPPER_MODULES=f"{modules.as_uri()}/")  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def by_graphviz(svg: str) -> Counter[Part]:
    """The parts of a picture by Graphviz."""
    found: Counter[Part] = Counter()
    for classes, mark, inside in GROUP.findall(svg):
        kept = " ".join(word for word in classes.split() if not word.startswith("shared"))
        shapes = re.findall("<(path|polygon) ", inside)
        texts = tuple(unescape(text) for text in TEXT.findall(inside))
        found[kept, mark, len(shapes), texts, shapes[0]] += 1
    return found


def by_us(svg: dict[str, Any]) -> Counter[Part]:
    """The parts of a picture of our own."""
    found: Counter[Part] = Counter()
    (graph,) = svg["children"]
    for part in graph["children"]:
        attributes, inside = part["attributes"], part["children"]
        shapes = [each["tag"] for each in inside if each["tag"] in ("path", "polygon")]
        texts = tuple(each["children"][0] for each in inside if each["tag"] == "text")
        mark = attributes.get("data-node", attributes.get("data-edge"))
        found[attributes["class"], mark, len(shapes), texts, shapes[0]] += 1
    return found


def pictures(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pictures that the page makes."""
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = subprocess.run(
            [str(NODE), str(HERE / "paint.mjs")], input=json.dumps(asked), capture_output=True,
            text=True, encoding="utf-8", env=speaking(STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def test_pictures_have_the_parts_of_those_by_graphviz() -> None:
    """The same boxes and arrows, with the same classes, marks, borders and texts."""
    outputs = [parse(text).on({name: Value(1.5, name) for name in parse(text).names})
               for text in FORMULAS]  # fmt: skip
    documents = [trace(output, names={}).document for output in outputs]
    labels = [[node.label for node in topological_order(output) if node.label]
              for output in outputs]  # fmt: skip
    asked = [{"document": document, "labels": each}
             for document, each in zip(documents, labels, strict=True)]  # fmt: skip
    for document, picture in zip(documents, pictures(asked), strict=True):
        expected = by_graphviz(document["picture"]["svg"])
        assert by_us(picture) == expected
        assert len(expected) > 0


def test_text_in_a_picture_stays_text() -> None:
    """A name is one text of one element; no element is made of it."""
    name = "<img src=x onerror=alert(1)>"
    output = Value(1.0, name) * Value(2.0, "b")
    (picture,) = pictures([{"document": trace(output, names={}).document, "labels": [name, "b"]}])
    tags = re.findall(r'"tag": "(\w+)"', json.dumps(picture))
    assert set(tags) == {"svg", "g", "title", "path", "polygon", "text"}
    assert json.dumps(picture).count(name) == 2
