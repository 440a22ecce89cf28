"""The playground: its traces are Python's; its page is small, locked, and the same each time."""

import base64
import hashlib
import json
import math
import subprocess
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import playground
from engine.compiler.javascript.rows import built_in_rows
from engine.expression import ExpressionError, parse
from engine.graph import topological_order
from engine.play import gallery
from engine.stepper.script import packed_script, playground_script, unpacking_script
from engine.stepper.trace import trace
from tests.engine.stepper.live.in_node import NODE, plain, signed
from tests.engine.stepper.live.test_live_traces import differing
from tests.engine.stepper.speaking import speaking
from tests.engine.stepper.test_page import HOSTILE, Parts
from tests.engine.stepper.test_script import run_node

HERE = Path(__file__).parent
CASES = HERE.parent / "expression" / "cases"

in_node = pytest.mark.skipif(not NODE, reason="needs the program node")

# Formulas with what is written and named in other ways than usual.
FORMULAS = (
    "3", "y = 3", "y = 2*3; y", "h = 3; 4", "(x - 3)**n",
    "2**3 - 1", "x", "h = x; h", "h = 2; h*x", "h = x + 1; k = h; k*k", "a; ", "u = w; x*x",
    "-x", "2 - x", "2 / x", "2**x", "x**-2", "maximum(0, x)", "minimum(x, 0) + maximum(1, 2)",
    "x + x + x + x", "exp(x) + exp(y) + exp(x)", "Mul = x*y; Mul + x", "a*b + b*c + c*a",
    "sum(x, 1, y, 2)", "sum(x)", "abs(-x)", "0*x", "log(-1*x)", "1/(x - x)", "tanh(tanh(x))",
    "+".join(f"x{i}*y" for i in range(30)), "x*" * 60 + "x",
)  # fmt: skip


@cache
def traces_in_page(asked: str) -> list[dict[str, Any]]:
    """The traces that the page makes of formulas and numbers, which are given as JSON."""
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = subprocess.run(
            [str(NODE), str(HERE / "made.mjs")], input=asked, capture_output=True, text=True,
            encoding="utf-8", env=speaking(STEPPER_MODULES=f"{modules.as_uri()}/"),
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = signed(json.loads(run.stdout, parse_int=float))
    return found


def in_page(asked: list[tuple[str, dict[str, float]]]) -> list[dict[str, Any]]:
    """The same for formulas and their numbers."""
    given = [{"text": text, "numbers": numbers} for text, numbers in asked]
    return traces_in_page(json.dumps({"rows": plain(built_in_rows()), "asked": given}))


def compared(document: dict[str, Any]) -> dict[str, Any]:
    """What both sides must have: not the picture, and of finite differences the verdict."""
    nodes = [
        {
            **{key: each for key, each in node.items() if key not in ("numeric", "curve")},
            "inputs": [without_latex(each) for each in node["inputs"]],
            "verdict": node["numeric"]["verdict"],
            "plotted": node["curve"] and [len(node["curve"]["heights"]), node["curve"]["jumps"]],
        }
        for node in document["nodes"]
    ]
    apart = ("picture", "rows", "about")
    return {**{key: each for key, each in document.items() if key not in apart}, "nodes": nodes}


def without_latex(each: dict[str, Any]) -> dict[str, Any]:
    """An input of a node, whose rule a page writes as text only."""
    if "number" in each:
        return each
    return {**each, "rule": {key: each["rule"][key] for key in ("symbols", "numbers")}}


def demand_same(text: str, numbers: dict[str, float], found: dict[str, Any]) -> None:
    """Demand that the page's trace of a formula is that of Python."""
    document = json.loads(trace(parse(text)(**numbers), names={}).to_json())
    far = dict(differing(compared(found), compared(document)))
    assert not {where: each for where, each in far.items() if each > 1e-14}, text


@in_node
def test_its_logic(tmp_path: Path) -> None:
    """Numbers for new names, addresses, where a reader stands when the formula changes."""
    data = tmp_path / "data.json"
    data.write_text(json.dumps({"rows": plain(built_in_rows()), "gallery": gallery()}), "utf-8")
    with as_file(files("engine") / "stepper" / "player") as modules:
        run = run_node("--test", str(HERE / "playground.test.mjs"),
                       STEPPER_MODULES=f"{modules.as_uri()}/", STEPPER_DATA=str(data))  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


@in_node
def test_traces_of_the_gallery_are_those_of_python() -> None:
    """Numbers, names, equations, rules, paths, events, and the verdicts of finite differences."""
    asked = [(each["formula"], each["numbers"]) for each in gallery()]
    for (text, numbers), found in zip(asked, in_page(asked), strict=True):
        demand_same(text, numbers, found)


@in_node
def test_traces_of_other_formulas_are_those_of_python() -> None:
    """Also of those of the table of cases, with numbers for their names."""
    accepted = [case["text"] for case in json.loads((CASES / "accepted.json").read_text("utf-8"))]
    texts = [text for text in (*accepted, *FORMULAS) if len(parse(text).program) < 250]
    asked = [
        (text, {name: 0.5 + 0.25 * i for i, name in enumerate(parse(text).names)}) for text in texts
    ]
    assert len(asked) > 50
    for (text, numbers), found in zip(asked, in_page(asked), strict=True):
        demand_same(text, numbers, found)


@in_node
def test_what_python_refuses_the_page_refuses_in_the_same_words() -> None:
    """With the same carets; both read one table."""
    texts = [case["text"] for case in json.loads((CASES / "refused.json").read_text("utf-8"))]
    for text, found in zip(texts, in_page([(text, {}) for text in texts]), strict=True):
        with pytest.raises(ExpressionError) as error:
            parse(text)
        assert found == {"error": str(error.value)}


def test_the_gallery_has_numbers_for_all_names() -> None:
    """And one or two sentences; the examples of a formula are equally many for each name."""
    titles = [each["title"] for each in gallery()]
    assert len(set(titles)) == len(titles) == 9
    for each in gallery():
        names = parse(each["formula"]).names
        assert set(each["numbers"]) == set(names)
        assert 1 <= len(each["sentences"]) <= 3
        later = [said for said in each["sentences"] if not isinstance(said, str)]
        assert all(set(said["after"]) <= set(names) for said in later)
        examples = each.get("examples", {})
        assert set(examples) <= set(names)
        assert len({len(column) for column in examples.values()}) <= 1


def test_what_the_gallery_says_is_true() -> None:
    """The gradients that its sentences name."""
    found = {}
    for each in gallery():
        output = parse(each["formula"])(**each["numbers"])
        leaves = {node.label: node for node in topological_order(output) if node.label}
        output.backward()
        found[each["title"]] = {name: leaf.grad for name, leaf in leaves.items()}, output.data
    neuron, squared = found["A neuron"][0], found["x·x"][0]
    assert (squared["x"], neuron["w1"], neuron["w2"]) == (6, 12, 16)
    dead = found["A dead ReLU"][0]
    assert (dead["w"], dead["x"], dead["b"]) == (0, 0, 0)
    softmax = found["Softmax with cross-entropy"][0]
    assert [softmax[f"z{i}"] for i in (1, 2, 3)] == pytest.approx([-0.5, 0.25, 0.25], rel=1e-15)
    assert [softmax["z1"], softmax["z2"]] == pytest.approx([0.5 - 1, 0.25 - 0], rel=1e-15)
    steps = found["Three steps of a recurrence"][0]
    assert [steps[f"x{i}"] for i in (3, 2, 1)] == [2, 1, 0.5]
    readme, result = found["The README of micrograd"]
    assert f"{result:.4f} {readme['a']:.4f} {readme['b']:.4f}" == "24.7041 138.8338 645.5773"
    assert math.tanh(4) > 0.999
    assert 1 - math.tanh(4) ** 2 == pytest.approx(0.00134, rel=1e-3)


def test_the_page_is_small_and_the_same_each_time() -> None:
    """Less than 250 kB in all."""
    page = playground().html()
    assert len(page.encode("utf-8")) < 250_000
    assert page == playground().html()


def test_what_is_said_without_scripts_is_said_only_there() -> None:
    """While the script loads, nobody reads that it is switched off."""
    said = "This page computes with JavaScript, which is switched off."
    assert playground().html().count(f"<noscript><p>{said}</p></noscript>") == 1


def hashed(text: str) -> str:
    """A hash as a policy gives it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_two_scripts_and_one_style_only() -> None:
    """The one that unpacks, and the one that is packed."""
    parts = Parts(playground().html())
    (policy,) = [each["content"] for each in parts.attributes if "http-equiv" in each]
    scripts = hashed(parts.text["script module"]), hashed(playground_script())
    assert policy == (
        f"default-src 'none'; script-src {scripts[0]} {scripts[1]}; "
        f"style-src {hashed(parts.text['style'])}; base-uri 'none'; form-action 'none'"
    )
    assert parts.text["script module"] == unpacking_script()
    assert parts.text["script text/plain"] == packed_script(playground_script())
    assert (parts.tags.count("script"), parts.tags.count("style")) == (4, 1)


def test_it_begins_with_a_formula() -> None:
    """The first one of the gallery, or a given one with given numbers; no text ends its element."""
    (first, *_), page = gallery(), Parts(playground().html())
    start = json.loads(page.text["script application/json"])["start"]
    assert start == {"formula": first["formula"], "numbers": first["numbers"]}
    given = playground("h = tanh(w*x)\nh*h", w=0.5)
    start = json.loads(Parts(given.html()).text["script application/json"])["start"]
    assert start == {"formula": "h = tanh(w*x)\nh*h", "numbers": {"w": 0.5}}
    assert repr(given) == "Playground that begins with 'h = tanh(w*x)\\nh*h'"


def test_mistakes_are_named() -> None:
    """In the formula, in a name, in a number."""
    with pytest.raises(ExpressionError, match="never closed"):
        playground("tanh(w*x")
    with pytest.raises(ExpressionError, match="is empty"):
        playground(w=1)
    with pytest.raises(ExpressionError, match="no meaning here"):
        playground(HOSTILE)
    with pytest.raises(ValueError, match=r"has no name 'w', it has only x, y: leave w out"):
        playground("x*y", w=1)
    with pytest.raises(ValueError, match="has no name 'w', it has no names at all: leave w out"):
        playground("1 + 2", w=1)
    with pytest.raises(ValueError, match="x must be a finite number, got nan"):
        playground("x*y", x=math.nan)
    with pytest.raises(TypeError, match="x must be a real number, got '1'"):
        playground("x*y", x="1")  # type: ignore[arg-type]


def test_it_is_saved_and_shown(tmp_path: Path) -> None:
    """As a file, and in a frame of a notebook, as the page of a run is."""
    path = playground().save(tmp_path / "playground.html")
    assert path.read_text("utf-8") == playground().html()
    with pytest.raises(ValueError, match=r"path: the ending must be .html, got 'play.txt'"):
        playground().save("play.txt")
    frame = playground()._repr_html_()
    assert 'sandbox="allow-scripts" srcdoc="&lt;!doctype html&gt;' in frame
    assert frame.endswith("<code>y = x*x</code>. Run this cell to open the page.</p></div>")
    assert isinstance(playground(), engine.Playground)
