"""Traces that a page makes anew from the numbers of leaves alone: the ones of Python."""

import math
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Op, Value
from engine.stepper.script import MODULES, page_script
from tests.engine.stepper.live.in_node import NODE, answer, broken
from tests.engine.stepper.six_pages import SIX_PAGES
from tests.engine.stepper.test_modules import exported
from tests.oracles.programs import ENGINE, Program, Step, random_program, run
from tests.oracles.wild import number, wild_program, wild_step
from tests.registered import registered
from tests.sizes import tries

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

Document = dict[str, Any]

# The module: in its package the name is that of its function.
TRACE = import_module("engine.stepper.trace")

# Operations that have the same bits everywhere.
EXACT = {"add", "sub", "mul", "div", "neg", "abs", "relu", "maximum", "minimum", "sum", "sqrt"}


def output_of(program: Program, leaves: Sequence[float]) -> Value:
    """The output of a program on these numbers."""
    named = [Value(each, f"x{i}") for i, each in enumerate(leaves)]
    output: Value = run(program, named, ENGINE)[-1]
    return output


def document_of(output: Value) -> Document:
    """The trace of a graph; Values are called by their labels."""
    return dict(TRACE.trace(output, names={}).document)


def retraced(documents: Sequence[Document], *, numeric: bool = False, folder: str = "",
             leaves: Sequence[dict[str, float]] = ()) -> list[Document]:  # fmt: skip
    """The documents as a page makes them; `leaves` are other numbers for some, by name."""
    given = leaves or [{}] * len(documents)
    asked = [{"document": document, "leaves": numbers, "numeric": numeric}
             for document, numbers in zip(documents, given, strict=True)]  # fmt: skip
    found: list[Document] = answer("traces", asked, folder)
    return found


def differing(found: Any, expected: Any, where: str = "") -> Iterator[tuple[str, float]]:
    """Where two documents differ, and how far, relative to the number; inf for all but numbers."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, each in expected.items():
            yield from differing(found[key], each, f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for i, (a, b) in enumerate(zip(found, expected, strict=True)):
            yield from differing(a, b, f"{where}[{i}]")
    elif isinstance(found, float) and isinstance(expected, int | float):
        if far := relative(found, expected):
            yield where, far
    elif found != expected:
        yield where, math.inf


def relative(found: float, expected: float) -> float:
    """The distance of two numbers, relative to the larger one; inf for zeros of other signs."""
    if found == expected:
        return 0.0 if math.copysign(1.0, found) == math.copysign(1.0, expected) else math.inf
    return abs(found - expected) / max(abs(found), abs(expected))


def rest_of(document: Document) -> Iterator[tuple[float, float]]:
    """The sum of the paths that are not listed, at each node, and the size of what is summed."""
    for node in document["nodes"]:
        paths = node["paths"]
        products = [abs(float(each["product"])) for each in paths["best"]]
        yield float(paths["rest"]), abs(float(node["grad"])) + sum(products)


def same(found: Document, expected: Document) -> list[float]:
    """How far the numbers of two documents are apart; all else must be equal.

    The rest of the paths is what rounding leaves of a difference, and is judged by itself.
    """
    for (a, size), (b, _) in zip(rest_of(found), rest_of(expected), strict=True):
        assert a == b or (a != a and b != b) or abs(a - b) <= 1e-14 * size
    return [far for where, far in differing(found, expected) if not where.endswith(".rest")]


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_random_expressions() -> None:
    """The same nodes, paths and events in the same order, nan and infinities; numbers to 1e-14.

    They are a thousand in `make long`, each night, and half of them go to the ends of float64. A
    graph may amplify the last digits of its operations, so that a few numbers are further off.
    """
    programs = [(random_program if seed % 2 else wild_program)(seed, 1 + seed % 9)
                for seed in range(tries(1000))]  # fmt: skip
    documents = [document_of(output_of(each, each.leaves)) for each in programs]
    far: list[float] = []
    for found, expected in zip(retraced(documents), documents, strict=True):
        far += same(found, expected)
    assert sum(each > 1e-14 for each in far) <= 5
    assert max(far) < 1e-11


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_moved_leaves() -> None:
    """A run on other numbers is the trace of the program on these."""
    random = Random(5)
    documents, expected, moved = [], [], []
    for seed in range(tries(100)):
        program = wild_program(seed, 1 + seed % 9)
        leaves = [random.uniform(-3, 3) for _ in program.leaves]
        documents.append(document_of(output_of(program, program.leaves)))
        expected.append(document_of(output_of(program, leaves)))
        moved.append({f"x{i}": each for i, each in enumerate(leaves)})
    assert all(
        each < 1e-12
        for found, right in zip(retraced(documents, leaves=moved), expected, strict=True)
        for each in same(numbers_of(found), numbers_of(right))
    )


def numbers_of(document: Document) -> Document:
    """A document without the text that has numbers."""
    nodes = [
        {
            **{key: each for key, each in node.items() if key != "formula"},
            "inputs": [{k: v for k, v in each.items() if k != "rule"} for each in node["inputs"]],
        }
        for node in document["nodes"]
    ]
    return {**document, "nodes": nodes}


def exact_program(seed: int) -> Program:
    """A program of operations that have the same bits everywhere, on any numbers."""
    random = Random(seed)
    leaves = tuple(number(random) for _ in range(random.randint(1, 4)))
    steps: list[Step] = []
    while len(steps) < 1 + seed % 7:
        step = wild_step(random, len(leaves) + len(steps))
        steps += [step] if step.name in EXACT else []
    return Program(leaves, tuple(steps))


@cache
def exact_documents() -> list[Document]:
    """The traces of such programs."""
    programs = map(exact_program, range(200))
    return [document_of(output_of(each, each.leaves)) for each in programs]


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted")
def test_finite_differences_have_the_same_bits() -> None:
    """Of operations that have the same bits everywhere; kinks and infinities are among them."""
    documents = exact_documents()
    for found, expected in zip(retraced(documents, numeric=True), documents, strict=True):
        assert list(differing(found, expected)) == []
    verdicts = {node["numeric"]["verdict"] for each in documents for node in each["nodes"]}
    assert verdicts == {"ok", "kink", "cannot tell", "WRONG"}


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted")
def test_curves() -> None:
    """The same windows and jumps; heights to their last decimal."""
    programs = [random_program(seed, 1 + seed % 5) for seed in range(60)]
    documents = [document_of(output_of(each, each.leaves)) for each in programs]
    seen = 0
    for found, expected in zip(retraced(documents, numeric=True), documents, strict=True):
        for mine, node in zip(found["nodes"], expected["nodes"], strict=True):
            curve = node["curve"]
            seen += curve is not None
            for where, far in differing(mine["curve"], curve):
                assert far < (1e-2 if "heights" in where else 1e-13), where
    assert seen > 60


def steep(a: Any) -> Any:
    """A function that wiggles with a period into which the first steps fit."""
    return (a * 100.0).sin() + a * a


DIFFERENT: dict[str, Callable[[], Value]] = {
    "a kink": lambda: Value(0.0, "x").abs() * 2.0,
    "a kink nearby": lambda: (Value(1.0, "x") - 1e-7).relu(),
    "a periodic function": lambda: steep(Value(1.0, "x")),
    "a jump": lambda: Value(2.0, "x").floor(),
    "a pole": lambda: Value(0.0, "x").sqrt(),
    "no number beside it": lambda: (Value(0.0, "x") - 1e-12).log(),
    "noise": lambda: (Value(1.0, "x") * 1e9).sin() * 1e-3,
    "large": lambda: Value(1e150, "x") ** 2,
    "small": lambda: Value(1e-150, "x") ** 2,
    "nothing": lambda: Value(3.0, "x") * 0.0,
    "a smooth bend": lambda: ((Value(0.0, "x") ** 2) + 1e-14).sqrt(),
}


@pytest.mark.usefixtures("unpainted")
def test_finite_differences_of_hard_functions() -> None:
    """The same verdict for the same reason; the values as close as their errors say."""
    documents = [document_of(make()) for make in DIFFERENT.values()]
    for found, expected in zip(retraced(documents, numeric=True), documents, strict=True):
        for mine, node in zip(found["nodes"], expected["nodes"], strict=True):
            demand_same_numeric(mine["numeric"], node["numeric"])


def demand_same_numeric(found: Document, expected: Document) -> None:
    """The same verdict, for the same reason but for last digits; values within their errors."""
    assert found["verdict"] == expected["verdict"]
    assert re.sub(r"\d", "", found["why"]) == re.sub(r"\d", "", expected["why"])
    a, b = float(found["value"]), float(expected["value"])
    error = float(found["error"]) + float(expected["error"])
    assert a == b or (a != a and b != b) or abs(a - b) <= error + 1e-8 * abs(b)


@pytest.mark.parametrize(
    ("partial", "why"),
    [
        (lambda a, y: 6.0 * a, "off by the factor 3"),
        (lambda a, y: -2.0 * a, "wrong sign"),
        (lambda a, y: 0.0, "0"),
        (lambda a, y: math.nan, "nan"),
        (lambda a, y: math.inf, "infinite"),
        (lambda a, y: 2.0 * a * 1e7, "off by the factor 10000000"),
        (lambda a, y: 2.0 * a * 1e-20, "off by the factor 1e-20"),
        (lambda a, y: 2.0 * a * 0.123456789012, "off by the factor 0.123456789"),
    ],
)
@pytest.mark.usefixtures("unpainted")
def test_a_wrong_derivative_is_told_alike(partial: Callable[..., float], why: str) -> None:
    """By its fault, with the factor in nine digits."""
    with registered(Op("squared", "sq", "{a}", (1, 2), lambda a: a * a, (partial,))):
        document = document_of(Value(1.5, "x").squared())  # type: ignore[attr-defined]
    (found,) = retraced([document], numeric=True)
    assert found["nodes"][0]["numeric"] == document["nodes"][0]["numeric"]
    assert found["nodes"][0]["numeric"]["why"] == why


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_very_many_paths() -> None:
    """Their number is exact, and empty where it is very long; few lists of paths are made."""
    output = Value(1.0, "x")
    for _ in range(3400):
        output = output + output
    document = document_of(output)
    (found,) = retraced([document])
    assert list(differing(found, document)) == []
    assert found["nodes"][0]["paths"]["count"] == str(2**3400)
    assert found["nodes"][60]["paths"]["count"] == ""


@pytest.mark.usefixtures("unpainted")
def test_a_graph_of_more_than_300_nodes_has_no_finite_differences() -> None:
    """As in Python."""
    output = Value(1.0, "x")
    for _ in range(300):
        output = output.sin()
    document = document_of(output)
    (found,) = retraced([document], numeric=True)
    assert {node["numeric"] for node in found["nodes"]} == {None}
    assert max(same(found, document)) < 1e-14


@pytest.mark.usefixtures("unpainted")
def test_an_operation_that_cannot_be_followed_stays_as_it_is() -> None:
    """So do all Values that lead to it; the others may be moved."""
    gamma = Op("gamma", "Γ", "{a}", (1, 2), math.gamma, (lambda a, y: 0.5,))
    with registered(gamma):
        x, w = Value(1.5, "x"), Value(2.0, "w")
        inner = x * 2.0
        inner.label = "inner"
        output = inner.gamma() * w + Value(4.0, (w,), (3.0,))  # type: ignore[attr-defined]
        document = document_of(output)
    names = [node["name"] for node in document["nodes"]]
    reasons = dict(zip(names, answer("fixed", document), strict=True))
    assert {name: why.split(":")[0] for name, why in reasons.items() if why} == {
        "x": "the row gamma cannot be followed",
        "inner": "the row gamma cannot be followed",
        "w": "its local derivatives were given as numbers",
    }
    (found,) = retraced([document], numeric=True)
    for mine, node in zip(found["nodes"], document["nodes"], strict=True):
        assert mine == ({**node, "numeric": None} if reasons[node["name"]] else node)


def test_a_row_that_is_missing_is_a_reason() -> None:
    """As is an operation that the page does not know."""
    document = document_of(Value(1.5, "x") * 2.0)
    assert answer("fixed", {**document, "rows": {}}) == ["the page has no row mul", ""]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("sweep.mjs", "place = 0; place < slots.length; place++",
         "place = slots.length - 1; place >= 0; place--"),
        ("sweep.mjs", "grads[input] = before + contribution", "grads[input] = contribution"),
        ("ways.mjs", "rank + 1 < ways.length", "rank + 2 < ways.length"),
        ("ways.mjs", "if (compared(waiting[middle].lost, lost) < 0)",
         "if (compared(waiting[middle].lost, lost) <= 0)"),
        ("differences.mjs", "0.7 * start", "0.6 * start"),
        ("slopes.mjs", "step: h,", "step: 2 * h,"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("unpainted")
def test_a_planted_fault_is_found(tmp_path: Path, module: str, before: str, after: str) -> None:
    """A document is then another one."""
    documents = exact_documents()
    folder = broken(tmp_path, module, before, after)
    assert retraced(documents, numeric=True, folder=folder) != documents


def joined(folder: Path) -> str:
    """The script of a page as a module, in a folder where its parts are found by their names."""
    live = folder / "player" / "live"
    with as_file(files("engine") / "stepper") as stepper:
        shutil.copytree(stepper / "player", folder / "player")
        parts = [Path(f"{name}.mjs") for name in MODULES]
        texts = {part: (stepper / "player" / part).read_text("utf-8") for part in parts}
    names = {part: sorted(exported(text)) for part, text in texts.items()}
    everything = ", ".join(name for each in names.values() for name in each)
    (folder / "page.mjs").write_text(f"{page_script()}\nexport {{ {everything} }};\n", "utf-8")
    for part, own in names.items():
        path = folder / "player" / part
        up = "../" * len(part.parts)
        path.write_text(f'export {{ {", ".join(own)} }} from "{up}page.mjs";\n', "utf-8")
    return str(live)


@pytest.mark.usefixtures("unpainted")
def test_the_script_of_a_page_computes_the_same(tmp_path: Path) -> None:
    """To the last bit what its modules compute, for expressions and for the six pages."""
    programs = [random_program(seed, 1 + seed % 9) for seed in range(tries(100))]
    documents = [document_of(output_of(each, each.leaves)) for each in programs]
    documents += [dict(make().trace.document) for make in SIX_PAGES.values()]
    folder = joined(tmp_path)
    assert retraced(documents, folder=folder) == retraced(documents)
    assert retraced(documents[-6:], numeric=True, folder=folder) == retraced(
        documents[-6:], numeric=True
    )
    for found, expected in zip(retraced(documents[-6:]), documents[-6:], strict=True):
        far = same(numbers_of(found), numbers_of(without_checks(expected)))
        assert max(far, default=0.0) < 1e-14


def without_checks(document: Document) -> Document:
    """A document without finite differences and curves."""
    nodes = [{**node, "numeric": None, "curve": None} for node in document["nodes"]]
    return {**document, "nodes": nodes}
