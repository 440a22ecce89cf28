"""What a page says of operations, for the numbers of a run: the texts of Python, to the letter."""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Op, Value, scope
from tests.engine.stepper.live.in_node import NODE, answer, broken
from tests.engine.stepper.live.test_live_traces import Document, document_of, output_of
from tests.oracles.programs import random_program
from tests.oracles.wild import wild_program
from tests.registered import registered
from tests.sizes import tries

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

Texts = list[list[Any]]


def texts_of(document: Document) -> Texts:
    """What is said of each node: its equation, and its rules but for LaTeX, which no page shows."""
    return [[node["formula"], *map(rule_of, node["inputs"])] for node in document["nodes"]]


def rule_of(entry: Document) -> list[str] | None:
    """The rule of an input; none for a plain number."""
    return [entry["rule"]["symbols"], entry["rule"]["numbers"]] if "rule" in entry else None


def told(documents: Sequence[Document], folder: str = "") -> list[Texts]:
    """The texts of a page for the numbers that the documents have."""
    asked = [{"document": document} for document in documents]
    return [*map(texts_of, answer("texts", asked, folder))]


def random_documents(count: int) -> list[Document]:
    """The traces of random programs, half of which go to the ends of float64."""
    kinds = (wild_program, random_program)
    programs = [kinds[seed % 2](seed, 1 + seed % 9) for seed in range(count)]
    return [document_of(output_of(each, each.leaves)) for each in programs]


@pytest.mark.usefixtures("bare")
def test_random_graphs() -> None:
    """Equations and rules, in four to seventeen digits, with their reasons and letters.

    They are a thousand in `make long`, each night.
    """
    documents = random_documents(tries(1000))
    for found, document in zip(told(documents), documents, strict=True):
        assert found == texts_of(document)


@pytest.mark.usefixtures("bare")
def test_changed_numbers() -> None:
    """A run on other numbers is told as the graph of these is."""
    random = Random(5)
    asked, expected = [], []
    for seed in range(tries(300)):
        program = wild_program(seed, 1 + seed % 9)
        numbers = [random.uniform(-3, 3) for _ in program.leaves]
        leaves = {f"x{i}": each for i, each in enumerate(numbers)}
        document = document_of(output_of(program, program.leaves))
        asked.append({"document": document, "leaves": leaves})
        expected.append(texts_of(document_of(output_of(program, numbers))))
    assert [*map(texts_of, answer("texts", asked))] == expected


def corners() -> Iterator[Value]:
    """Graphs in which something is told that is rare."""
    x, y, half = Value(3.0, "x"), Value(-2.0, "m.a"), Value(0.5, "b")
    zero, inf = Value(0.0, "zero"), Value(math.inf, "inf")
    for number in (0.0, -0.0, 1e-9, math.nan, math.inf, 3.0, -1.2345678):
        v = Value(number, "v")
        yield from (v.relu(), v.abs(), v.sqrt(), v.log(), v**2, v**0, v**-1, v**1, 2**v, v / 3,
                    v.maximum(0.0), v.maximum(v), v * v, v - v, v.erf(), v.tanh())  # fmt: skip
    yield Value.sum([x, 2.0, x, y])
    yield Value.sum([x] * 14)
    yield Value.sum([x, *([y] * 6), *([half] * 20), x])
    yield Value.sum([y])
    yield Value.sum([zero, -1.0])
    yield x * 1.0 + 1e300 * y - (-3.0) * half
    yield (x * 123456.789) / (y * 0.333333333)
    yield (inf - inf) * zero + inf * x
    yield Value(20.0, "t").tanh() * Value(1e-5, "u") ** 3
    yield (x - 2.9999999999) ** -2 / 3
    yield Value(1 + 2**-40, "near").log() + Value(1 - 2**-40, "below").maximum(1.0)
    yield Value(7.0, (x, x, y), (1.0, 2.0, 3.0)) + x
    with scope("layer"):
        yield (x * y + half).sigmoid() * x


OWN = (
    Op("cube", "cube", "{a}^3", (-2, 2), lambda a: a * a * a, (lambda a, y: 3 * a * a,),
       rule=("3 * a**2",)),
    Op("plain", "⊕", "{a}{b}", (-2, 2), lambda a, b: a + 2 * b,
       (lambda a, b, y: 1.0, lambda a, b, y: 2.0)),
    Op("least", "least", "{terms}", (-2, 2), lambda v: 0.5 * (v[0] + v[1]) * v[2],
       (lambda v, y: (0.5 * v[2], 0.5 * v[2], 0.5 * (v[0] + v[1])),), any_number=True),
    Op("norm2", "norm2", "{terms}", (-2, 2), lambda v: v[0] * v[0] + v[1] * v[1],
       (lambda v, y: (2 * v[0], 2 * v[1]),), any_number=True, rule=("2 * sum(a)",)),
    Op("step", "step", "{a}", (-2, 2), lambda a: abs(a), (lambda a, y: 1.0 if a >= 0 else -1.0,),
       rule=("-1 if a < 0 else 1/0 if a >= 1/0 else 1",)),
    Op("bend", "bend", "{a}", (-2, 2), lambda a: a * a * 1.000449 / 2, (lambda a, y: a * 1.000449,),
       rule=("a * 1.000449",)),
    Op("mix", "mix", "{a}", (-2, 2), lambda a: -(a - 1) * -a / (a + 1) ** -a,
       (lambda a, y: 1.0,), rule=("-(a - 1) * (-a / 2**-a) - (1 - (pi + a)) / -(a / 2 / 3)",)),
)  # fmt: skip


@cache
def corner_documents() -> list[Document]:
    """The traces of these, and of the rows above."""
    with ExitStack() as stack:
        for op in OWN:
            stack.enter_context(registered(op))
        x, y = Value(1.5, "x"), Value(-0.25, "y")
        own = [
            *(getattr(each, name)() for each in (x, y, Value(-0.0, "z"))
              for name in ("cube", "step", "mix", "bend")),
            x.plain(y), x.plain(2.0), x.plain(-2.0),  # type: ignore[attr-defined]
            Value.least([x, y, x]),  # type: ignore[attr-defined]
            Value.norm2([x, y]), Value.norm2([y, 2.0]),  # type: ignore[attr-defined]
        ]  # fmt: skip
        return [*map(document_of, [*own, *corners()])]


@pytest.mark.usefixtures("bare")
def test_corners() -> None:
    """Kinks, conventions, exponents, long sums, a Value in many places, and rows of one's own."""
    documents = corner_documents()
    for found, document in zip(told(documents), documents, strict=True):
        assert found == texts_of(document), document["nodes"][-1]["formula"]


@pytest.mark.usefixtures("bare")
def test_an_operation_without_functions_keeps_its_texts() -> None:
    """Since its numbers stay; a leaf has none."""
    gamma = Op("gamma", "Γ", "{a}", (1, 2), math.gamma, (lambda a, y: 0.5,))
    with registered(gamma):
        document = document_of(Value(1.5, "x").gamma() * 2.0)  # type: ignore[attr-defined]
    (found,) = answer("texts", [{"document": document, "leaves": {}}])
    assert texts_of(found) == texts_of(document)
    assert [len(each[0]) for each in texts_of(found)] == [0, 4, 4]


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("told", "[6, \"=\"], ", ""),
        ("told", "\"<\": \">=\",", "\"<\": \">\","),
        ("told", "program.map((step) =>", "program.map((step) => 1 ? step :"),
        ("written", "Math.min(result, Math.max(operands[0].rank, first))", "result"),
        ("written", "rank >= least", "rank > least"),
        ("programs", "plain[1] === 1)", "plain[1] === 7)"),
        ("derivatives", "for (const [each, letter] of letters)",
         "for (const [each, letter] of letters.slice(1))"),
        ("texts", "mul: \"×\", ", ""),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("bare")
def test_a_planted_fault_is_found(tmp_path: Path, module: str, before: str, after: str) -> None:
    """A text is then another one."""
    documents = corner_documents()
    folder = broken(tmp_path, f"../formula/{module}.mjs", before, after)
    assert told(documents, folder) != [*map(texts_of, documents)]
