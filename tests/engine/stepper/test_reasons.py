"""The reasons: each equation of a sentence is evaluated, each claim held against the run."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import engine
from engine import PRIMITIVES, Stepper, Value, chain_rule
from engine.analysis.steps import Push, steps
from engine.expression import parse
from engine.graph import topological_order
from engine.notation import short
from engine.stepper import REASONS, Reason, save_reasons
from tests.engine.stepper.schema import VALIDATOR

every_reason = pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)

SIGNS = {"×": "*", "·": "*", "−": "-", "²": "**2"}
TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]\w*|\*\*|\S")


def run_of(reason: Reason | str, **changed: float) -> dict[str, Value]:
    """The Values of a reason by name, after `backward()`; some of its numbers may be changed."""
    row = REASONS[reason] if isinstance(reason, str) else reason
    return ran(row.expression, **{**row.values, **changed})


def ran(expression: str, **values: float) -> dict[str, Value]:
    """The Values of an expression by name, after `backward()`; the output is also called ""."""
    output = parse(expression)(**values)
    output.backward()
    return {"": output, **{node.label: node for node in topological_order(output)}}


def formulas(text: str, run: dict[str, Value]) -> Iterator[str]:
    """The longest pieces of a sentence that are formulas of its run, such as p1 = 2 / 8 = 0.25."""
    for written, sign in SIGNS.items():
        text = text.replace(written, sign)
    piece: list[str] = []
    for token in [*TOKEN.findall(text), ";"]:
        if token in {*run, *PRIMITIVES, *"+-*/()=", "**"} or token[0].isdigit():
            piece.append(token)
        elif piece:
            yield " ".join(piece)
            piece = []


def number(formula: str, run: dict[str, Value]) -> float:
    """What a formula gives with the data of the run."""
    read = parse(formula)
    return read(**{name: run[name].data for name in read.names}).data


def paths(run: dict[str, Value], name: str) -> list[float]:
    """The products of the paths to a Value, the largest first."""
    return [path.product for path in chain_rule(run[""], run[name])]


def near(*numbers: float) -> Any:
    """These numbers, to 1e-15 of one."""
    return pytest.approx([*numbers], rel=1e-15, abs=1e-15)


def grads(run: dict[str, Value], *names: str) -> list[float]:
    """The gradients of some Values."""
    return [run[name].grad for name in names]


@every_reason
def test_each_has_six_sentences_and_all_that_is_computed_has_a_name(reason: Reason) -> None:
    """A sentence ends once; no box of the picture is called by its operation."""
    assert len(reason.notes) == 6
    for note in reason.notes:
        assert note.text.endswith(".")
        assert ". " not in note.text
    assert all(node.label for node in topological_order(reason.output()) if node.inputs)


@every_reason
def test_every_equation_of_a_sentence_is_true(reason: Reason) -> None:
    """All its sides give the same number, as it is printed."""
    run = run_of(reason)
    chains = [
        [number(side, run) for side in formula.split("=")]
        for note in reason.notes
        for formula in formulas(note.text, run)
        if "=" in formula
    ]
    assert len(chains) >= 4
    for left, right in (pair for chain in chains for pair in pairwise(chain)):
        assert short(left) == short(right)


def test_what_a_sentence_says_a_value_gets_is_its_gradient() -> None:
    """A name, "gets" and a formula."""
    told = []
    for reason in REASONS.values():
        run = run_of(reason)
        texts = " ".join(note.text for note in reason.notes)
        for name, rest in re.findall(rf"\b({'|'.join(filter(None, run))}) gets ([^,:;]*)", texts):
            formula = next(formulas(rest, run)).partition("=")[0]
            assert short(number(formula, run)) == short(run[name].grad)
            told.append(name)
    assert told == ["w1", "w1", "w2", "w1", "z2", "v1", "w1", "v"]


@every_reason
def test_a_sentence_leads_to_the_path_of_which_it_speaks(reason: Reason) -> None:
    """Its product stands in the sentence."""
    document = engine.reason(reason.name).trace.document
    VALIDATOR.validate(document)
    assert document["about"]["title"] == reason.title
    for entry in document["about"]["sentences"]:
        if entry["path"] is not None:
            path = document["nodes"][entry["select"]]["paths"]["best"][entry["path"]]
            assert re.search(rf"(?<![\d.-]){short(path['product'])}(?![\d])", entry["text"])


def test_softmax() -> None:
    """Two paths, -1 and p1, for any logits; p − y for all three."""
    for logits in ({}, {"z1": -1.5, "z2": 0.25, "z3": 2.0}, {"z1": 3.0, "z3": -4.0}):
        run = run_of("softmax", **logits)
        shares = [run[name].data / run["total"].data for name in ("e1", "e2", "e3")]
        assert grads(run, "z1", "z2", "z3") == near(shares[0] - 1, shares[1], shares[2])
        assert sorted(paths(run, "z1")) == near(-1.0, run["p1"].data)
        assert paths(run, "z2") == near(shares[1])
    run = run_of("softmax")
    assert paths(run, "z1") == near(-1.0, 0.25)
    assert [run[name].data for name in ("e1", "e2", "e3", "total")] == near(2.0, 1.0, 5.0, 8.0)
    by_numerator, by_denominator = chain_rule(run["loss"], run["z1"])
    assert by_numerator.local_derivatives == near(-1.0, 4.0, 0.125, 2.0)
    assert by_denominator.local_derivatives == near(-1.0, 4.0, -0.03125, 1.0, 2.0)
    assert "total" in by_denominator.names
    assert "total" not in by_numerator.names
    assert run_of("softmax", z1=1.0)["loss"].data < run["loss"].data


def test_residual() -> None:
    """Four paths; that of ones does not depend on the weights, nor on how many layers there are."""
    run = run_of("residual")
    assert paths(run, "x") == near(1.0, 0.2, 0.1, 0.02)
    first, *_, last = chain_rule(run["out"], run["x"])
    assert (first.names, first.local_derivatives) == (("out", "h", "x"), (1.0, 1.0))
    assert last.names == ("out", "a2", "h", "a1", "x")
    assert grads(run, "a2", "h") == near(1.0, 1.2)
    assert run["x"].grad == pytest.approx(1.32, rel=1e-15)
    plain = ran("a1 = w1*x; w2*a1", **REASONS["residual"].values)
    assert grads(plain, "x", "w1") == near(0.02, 0.6)
    assert grads(run, "w1") == near(3.6)
    deep = "; ".join(f"h{i} = h{i - 1} + w*h{i - 1}" for i in range(1, 101))
    assert ran(deep, h0=3.0, w=0.0)["h0"].grad == 1.0
    assert ran(deep.replace(" + w", "*0 + w"), h0=3.0, w=0.1)["h0"].grad < 1e-99


def test_saturation() -> None:
    """The factor is 1 − h²; what is more wrong learns 2820 times more slowly."""
    run = run_of("saturation")
    assert grads(run, "h1", "a1", "w1") == near(3.2, 2.048, 4.096)
    assert [short(run[name].grad) for name in ("h2", "a2", "w2")] == ["4", "0.0007263", "0.001453"]
    assert short(1 - run["h2"].data ** 2) == "0.0001816"
    assert run["s2"].data > run["s1"].data
    assert short(run["w1"].grad / run["w2"].grad) == "2820"
    (path,) = chain_rule(run["loss"], run["w2"])
    assert path.product == run["w2"].grad
    for function, far in (("tanh", 10.0), ("sigmoid", 20.0)):
        for x in (-far, far):
            assert 0 < ran(f"{function}(x)", x=x)["x"].grad < 1e-8
    assert ran("relu(x)", x=1e9)["x"].grad == ran("relu(x)", x=1e-9)["x"].grad == 1.0


def test_dead_relu() -> None:
    """Nothing arrives behind the unit whose input is negative, whatever is wanted of it."""
    run = run_of("dead-relu")
    assert [run[name].data for name in ("z1", "h1", "z2", "h2", "out")] == [2, 2, -1, 0, 2]
    assert grads(run, "out", "h1", "h2", "z1", "b1", "w1") == [-8, -8, -8, -8, -8, -24]
    assert grads(run, "z2", "b2", "w2") == [0, 0, 0]
    assert run_of("dead-relu", y=6.1)["loss"].data > run["loss"].data > run_of(
        "dead-relu", b1=-0.9
    )["loss"].data  # fmt: skip
    for y in (-1000.0, 0.0, 1000.0):
        assert grads(run_of("dead-relu", y=y), "z2", "b2", "w2") == [0, 0, 0]
    other = run_of("dead-relu", x=4.0)
    assert other["z2"].data > 0
    assert other["w2"].grad != 0


def test_zero_weights() -> None:
    """The inner weights do not move in the first step, and the units are equal in all."""
    run = run_of("zero-weights")
    assert grads(run, "out", "m1", "m2", "v1", "v2", "w1", "w2") == [-2, -2, -2, -1, -1, 0, 0]
    weights = dict.fromkeys(("w1", "w2", "v1", "v2"), 0.0)
    for step in range(100):
        run = run_of("zero-weights", **weights)
        assert (run["w1"].grad, run["v1"].grad) == (run["w2"].grad, run["v2"].grad)
        assert (run["w1"].grad == 0) == (step == 0)
        weights = {name: at - 0.1 * run[name].grad for name, at in weights.items()}
        assert (weights["w1"], weights["v1"]) == (weights["w2"], weights["v2"])


def test_shared_weights() -> None:
    """A path for each place, which are the gradients that two weights would get."""
    run = run_of("shared-weights")
    assert grads(run, "y1", "y2", "w", "v") == [-2, -4, -10, -16]
    assert paths(run, "w") == [-8, -2]
    first, second = (path.names[-2] for path in reversed([*chain_rule(run["loss"], run["w"])]))
    assert (first, second) == ("m1", "m2")
    row = REASONS["shared-weights"]
    untied = ran(row.expression.replace("m2 = w*", "m2 = u*"), **row.values, u=row.values["w"])
    assert grads(untied, "w", "u") == [-2, -8]
    nudged = ran(row.expression, **{**row.values, "w": 2.0 + 1e-7})
    assert (nudged["loss"].data - run["loss"].data) / 1e-7 == pytest.approx(-10, rel=1e-5)
    recurrent = "; ".join(f"h{i} = w*h{i - 1} + 1" for i in range(1, 101))
    output = parse(recurrent)(h0=1.0, w=0.5)
    parts = [each for each in steps(output) if isinstance(each, Push) and each.input.label == "w"]
    assert len(parts) == 100


def test_a_reason_prints_what_it_says() -> None:
    """Title, expression with its numbers, and sentences; the command `step` takes the second."""
    title, expression, *sentences = str(REASONS["residual"]).splitlines()
    assert title == "Why a residual connection lets gradients through"
    assert expression == '    "a1 = w1*x; h = x + a1; a2 = w2*h; out = h + a2" x=3 w1=0.1 w2=0.2'
    assert [each[:3] for each in sentences] == ["1. ", "2. ", "3. ", "4. ", "5. ", "6. "]


def test_a_reason_is_asked_for_by_name() -> None:
    """It is a Stepper; for another name the error lists all, and the one that may be meant."""
    assert isinstance(engine.reason("softmax"), Stepper)
    every = "softmax, residual, saturation, dead-relu, zero-weights, shared-weights"
    with pytest.raises(ValueError, match=rf"name must be one of {every}, got 'softmix' \(did you"):
        engine.reason("softmix")
    with pytest.raises(ValueError, match=rf"name must be one of {every}, got 3$"):
        engine.reason(3)  # type: ignore[arg-type]  # it is the mistake


def test_all_are_written_to_a_folder(tmp_path: Path) -> None:
    """Made where there is none; a page is the one that its reason gives."""
    for _ in range(2):
        written = save_reasons(tmp_path / "pages")
        assert [path.stem for path in written] == [*REASONS]
    assert sorted(tmp_path.rglob("*.*")) == sorted(written)
    assert written[0].read_text("utf-8") == engine.reason("softmax").html()


@pytest.mark.parametrize(("name", "error", "message"), [
    ("all.html", ValueError, "folder: all pages need a folder, got '.*all.html': for one page"),
    ("file", NotADirectoryError, "folder: '.*file' is a file; give the name of a folder"),
    ("nowhere/pages", FileNotFoundError, "nowhere' does not exist; create it"),
])  # fmt: skip
def test_no_page_is_written_where_there_can_be_no_folder(
    name: str, error: Any, message: str, tmp_path: Path
) -> None:
    """The error says what to give instead."""
    (tmp_path / "file").touch()
    with pytest.raises(error, match=message):
        save_reasons(tmp_path / name)
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]
