"""The trace: what is in it, that it is true, and that its bytes are always the same."""

import json
import os
import subprocess
import sys
from math import fsum, inf, isclose, nan, prod
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import engine
from engine import Done, Forward, Op, Push, Seed, Trace, Value, steps
from engine.graph import count_paths, topological_order
from engine.primitives import CONSTANT
from engine.stepper import marked_svg as picture_module
from tests.engine.stepper.schema import valid_trace as trace
from tests.oracles.layer import GRADIENTS, layer, mean_square
from tests.oracles.programs import ENGINE, random_program, run
from tests.registered import registered
from tests.sizes import tries

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def recorded() -> list[tuple[Value, Trace]]:
    """The outputs of random programs, small and large, each with its trace."""
    programs = [random_program(seed, 1 + 7 * seed % 30) for seed in range(tries(60))]
    outputs = [run(each, [*map(Value, each.leaves)], ENGINE)[-1] for each in programs]
    return [(output, trace(output)) for output in outputs]


def nodes_of(output: Value) -> list[Value]:
    """The Values that a trace holds: all but plain numbers."""
    return [node for node in topological_order(output) if node.op is not CONSTANT]


def entry(recorded: Trace, name: str) -> Any:
    """The node of that name."""
    (found,) = [node for node in recorded.document["nodes"] if node["name"] == name]
    return found


def test_the_example_of_the_document() -> None:
    """Gradients, path and factors are the printed ones."""
    with mean_square():
        loss, _ = layer()
        recorded = trace(loss)
    for i, row in enumerate(GRADIENTS):
        for j, gradient in enumerate(row):
            assert entry(recorded, f"w{i + 1}{j + 1}")["grad"] == pytest.approx(gradient, rel=1e-6)
    w11 = entry(recorded, "w11")
    assert (w11["paths"]["count"], w11["numeric"]["verdict"]) == ("1", "ok")
    (path,) = w11["paths"]["best"]
    ops = [recorded.document["nodes"][i]["op"] for i in path["nodes"]]
    assert ops == ["Mean_square", "ReLU", "Sum", "Mul", "leaf"]
    assert path["factors"] == [pytest.approx(0.64245416), 1.0, 1.0, 1.0]
    assert path["product"] == w11["grad"]


def test_gradients_are_those_of_backward(recorded: list[tuple[Value, Trace]]) -> None:
    """To the last bit, also after the text has been read again."""
    for output, found in recorded:
        nodes = json.loads(found.to_json())["nodes"]
        output.backward()
        assert [node["data"] for node in nodes] == [node.data for node in nodes_of(output)]
        assert [node["grad"] for node in nodes] == [node.grad for node in nodes_of(output)]


def test_events_are_those_of_steps(recorded: list[tuple[Value, Trace]]) -> None:
    """One list for each event, in order."""
    for output, found in recorded:
        assert found.document["events"] == events_of(output)


def events_of(output: Value) -> list[list[Any]]:
    """The events of a run as the engine tells them, with Values by their places."""
    index = {node: i for i, node in enumerate(nodes_of(output))}
    expected: list[list[Any]] = []
    for event in steps(output):
        match event:
            case Forward():
                expected.append(["forward", index[event.node]])
            case Seed():
                expected.append(["seed", index[output], 1.0])
            case Done():
                expected.append(["done", index[event.node]])
            case Push():
                places = [index[event.node], event.place, index[event.input]]
                numbers = [event.upstream, event.local, event.contribution]
                expected.append(["push", *places, *numbers, event.before, event.after])
    return expected


def test_a_push_is_upstream_times_local_along_an_edge_of_its_node(
    recorded: list[tuple[Value, Trace]],
) -> None:
    """The document explains itself: a reader needs nothing but it to check each number."""
    for _, found in recorded:
        demand_explained(found.document)


def demand_explained(document: Any) -> None:
    """Each number of a push is that of an edge, or comes from the pushes before it."""
    totals = {document["output"]: 1.0}
    for kind, node, *more in document["events"]:
        if kind == "push":
            place, each, upstream, local, contribution, before, after = more
            edges = [edge for edge in document["nodes"][node]["inputs"] if "node" in edge]
            assert (edges[place]["node"], edges[place]["local"]) == (each, local)
            assert contribution == upstream * local
            assert (upstream, before) == (totals[node], totals.get(each, 0.0))
            totals[each] = after
    assert [totals[i] for i in range(len(document["nodes"]))] == [
        node["grad"] for node in document["nodes"]
    ]


def test_paths_are_counted_and_what_is_not_listed_is_left_over(
    recorded: list[tuple[Value, Trace]],
) -> None:
    """Products and the rest add up to the gradient; each path is one of the graph."""
    for output, found in recorded:
        demand_paths(output, found.document["nodes"])


def demand_paths(output: Value, nodes: Any) -> None:
    """What each node tells of its paths is so."""
    for value, node in zip(nodes_of(output), nodes, strict=True):
        paths = node["paths"]
        products = [path["product"] for path in paths["best"]]
        assert paths["count"] == str(count_paths(output, value))
        assert len(products) == min(5, int(paths["count"]))
        size = max([abs(each) for each in products] + [abs(node["grad"])])
        assert isclose(fsum([*products, paths["rest"]]), node["grad"], abs_tol=1e-15 * size)
        for path in paths["best"]:
            edges = [[e for e in nodes[i]["inputs"] if "node" in e] for i in path["nodes"][:-1]]
            along = [each[place] for each, place in zip(edges, path["places"], strict=True)]
            assert [edge["node"] for edge in along] == path["nodes"][1:]
            assert [edge["local"] for edge in along] == path["factors"]
            assert isclose(prod(path["factors"]), path["product"], rel_tol=1e-15)


@pytest.mark.parametrize("doublings", [1000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_astronomically_many_paths_are_counted_exactly(doublings: int) -> None:
    """2^1000 has 302 digits; 2^20000 more than Python writes out by itself.

    The schema, which is a matter of minutes for runs of this length, is left out.
    """
    x = Value(0.0, "x")
    total = x
    for _ in range(doublings):
        total = total + total
    paths = entry(engine.trace(total), "x")["paths"]
    assert len(paths["count"]) == doublings * 30103 // 100_000 + 1
    assert int(paths["count"][-4000:]) == 2**doublings % 10**4000
    assert len(paths["best"]) == 5
    assert paths["rest"] == (2.0**1000 if doublings == 1000 else "Infinity")


def test_numbers_without_a_name_in_json_are_text() -> None:
    """NaN and the infinities; the text is JSON in the strict sense."""
    a = Value(-1.0, "a")
    output = Value.sum([a.log(), a / 0, a / -0.0])
    text = trace(output).to_json()
    document = json.loads(text, parse_constant=pytest.fail)
    assert [node["data"] for node in document["nodes"]] == [
        -1.0, "NaN", "-Infinity", "Infinity", "NaN"
    ]  # fmt: skip
    assert text.isascii()


@pytest.mark.parametrize("number", [0.1, 1e22, 5e-324, 1.7976931348623157e308, -0.0, 2 / 3])
def test_a_number_is_read_as_the_same_float64(number: float) -> None:
    """Its text is the shortest one, as Python writes it."""
    text = trace(Value(number)).to_json()
    assert f'"data":{number!r},' in text


@pytest.mark.parametrize(("make", "inputs"), [
    (lambda x: x * 2, [(0, 2.0), {"number": 2.0}]),
    (lambda x: 2 - x, [{"number": 2.0}, (0, -1.0)]),
    (lambda x: x * x, [(0, 3.0), (0, 3.0)]),
    (lambda x: Value.sum([1, x]), [{"number": 1.0}, (0, 1.0)]),
    (lambda x: x**nan, [(0, "NaN"), {"number": "NaN"}]),
])  # fmt: skip
def test_plain_numbers_are_inputs_without_a_gradient(make: Any, inputs: Any) -> None:
    """In their places among the others, and no nodes."""
    nodes = trace(make(Value(3.0))).document["nodes"]
    assert len(nodes) == 2
    found = [(each["node"], each["local"]) if "node" in each else each
             for each in nodes[1]["inputs"]]  # fmt: skip
    assert found == inputs


def test_every_local_derivative_has_its_rule() -> None:
    """In symbols, in numbers and in LaTeX: the equation is the one that the terminal prints."""
    a, b = Value(0.9637, "a"), Value(2.5, "b")
    output = (a**2 * b + Value.sum([a, a, b])).relu()
    document = trace(output).document
    rules = {
        (node["name"], place): edge["rule"]
        for node in document["nodes"]
        for place, edge in enumerate(edge for edge in node["inputs"] if "node" in edge)
    }
    assert rules["Pow", 0] == {
        "symbols": "d(a²)/da = 2·a",
        "numbers": "= 2 × 0.9637 = 1.927",
        "latex": r"\frac{\mathrm{d}({\mathrm{a}}^{2})}{\mathrm{d}\mathrm{a}} = "
                 r"2 \cdot \mathrm{a} = 2 \cdot 0.9637 = 1.927",
    }  # fmt: skip
    names = [node["name"] for node in document["nodes"]]
    for event in steps(output, names={}):
        if isinstance(event, Push):
            rule = rules[event.names[event.node], event.place]
            sign = "" if rule["numbers"][:1] in ("", ",") else " "
            assert str(event.why) == f"{rule['symbols']}{sign}{rule['numbers']}"
    assert len(rules) == sum(event[0] == "push" for event in document["events"])
    assert {name for name, _ in rules} < {*names}


def test_a_formula_is_its_pieces_around_its_inputs() -> None:
    """So it can be written with other names, with numbers, and with one place marked."""
    a, b = Value(2.0, "a"), Value(3.0, "b")
    sums = [Value.sum([a]), Value.sum([a] * 13), Value.sum([1, a])]
    for output in (a * b, a - 1, 2 / b, a**b, a.relu(), -a, a.maximum(b), a.hypot(1), *sums):
        *_, node = trace(output).document["nodes"]
        names = {node["inputs"][i].get("node", -1): each.label
                 for i, each in enumerate(output.inputs)}  # fmt: skip
        inputs = [names[each["node"]] if "node" in each else f"{each['number']:g}"
                  for each in node["inputs"]]  # fmt: skip
        written = "".join(f"{piece}{each}" for piece, each in zip(node["pieces"], [*inputs, ""],
                                                                  strict=True))  # fmt: skip
        assert written == node["formula"][1] or "…" in node["formula"][1]
    assert node["pieces"] == ["", " + ", ""]
    assert trace(a).document["nodes"][0]["pieces"] == []


def test_an_edge_has_its_place_among_all_inputs() -> None:
    """Plain numbers among them, which are no edges."""
    x = Value(3.0, "x")
    node = trace(Value.sum([1, x, 2, x])).document["nodes"][-1]
    assert [each.get("slot") for each in node["inputs"]] == [None, 1, None, 3]
    assert trace(2 / x).document["nodes"][-1]["inputs"][1]["slot"] == 1


def test_an_operation_on_one_node_has_a_curve() -> None:
    """Its point is on it; a product of two Values has none, nor has one in a graph that is long."""
    x = Value(3.0, "x")
    y = x**2 * x
    nodes = trace(y).document["nodes"]
    assert [node["curve"] is not None for node in nodes] == [False, True, False]
    assert nodes[1]["curve"] == {
        "left": -1.0,
        "right": 7.0,
        "low": 0.0,
        "high": 49.0,
        "heights": pytest.approx([(-1 + 0.2 * i) ** 2 for i in range(41)], abs=0.01),
        "jumps": [],
    }
    for _ in range(299):
        y = y.tanh()
    assert all(node["curve"] is None for node in engine.trace(y).document["nodes"])


def test_a_row_without_a_rule_says_so() -> None:
    """The number is there all the same."""
    third = Op("third", "third", r"\frac{{{a}}}{{3}}", (0, 1), lambda a: a / 3,
               (lambda a, y: 1 / 3,))  # fmt: skip
    with registered(third):
        made: Value = getattr(Value(1.0, "x"), "third")()  # noqa: B009  # no checker knows it
        (edge,) = trace(made).document["nodes"][1]["inputs"]
    assert edge["rule"]["symbols"] == "d(third(x))/dx"
    assert edge["rule"]["numbers"] == "= 0.3333, no rule given"


def test_names_formulas_scopes_and_lines() -> None:
    """What the page says about a Value."""
    with mean_square():
        loss, w = layer()
        relu = loss.inputs[0]
        names = {"relu": relu, "z": relu.inputs[0]}
        recorded = trace(loss, names=names, lines={relu.serial: "relu(</script>)", -7: "elsewhere"})
    assert recorded.document["title"] == "Loss"
    found = entry(recorded, "relu")
    assert found["formula"] == ["relu", "relu(z)", "relu(0.9637)", "0.9637"]
    assert found["scope"] == ["layer1", "neuron1"]
    assert found["line"] == "relu(</script>)"
    assert entry(recorded, w[0][0].label)["line"] is None
    assert repr(recorded) == "Trace of Loss: 38 Values, 102 events"
    assert repr(trace(Value(2.0, "x"))) == "Trace of x: 1 Value, 1 event"


def test_the_picture_has_a_box_for_every_node_and_an_arrow_for_every_edge() -> None:
    """Ladders of additions are not merged, and shared leaves point to one node."""
    x, y = Value(1.0, "x"), Value(2.0, "y")
    document = trace(Value(0.5) + x * y + x + y + x * x + 1.0).document
    root = ET.fromstring(document["picture"]["svg"])
    boxes = [g.get("data-node") for g in root.iter() if g.get("data-node")]
    arrows = sorted(g.get("data-edge", "") for g in root.iter() if g.get("data-edge"))
    nodes = document["nodes"]
    assert {int(each or -1) for each in boxes} == set(range(len(nodes)))
    expected = [
        f"{i}/{place}"
        for i, node in enumerate(nodes)
        for place, _ in enumerate(edge for edge in node["inputs"] if "node" in edge)
    ]
    assert arrows == sorted(expected)
    assert not root.findall(".//*[@style]")
    assert not root.findall(".//*[@id='n0']")


def test_a_box_shows_the_gradient_at_the_end_whatever_grad_holds() -> None:
    """The run has gradients of its own, and touches no `.grad`."""
    x = Value(3.0, "grad 7</text>\n</g>")
    y = x * x
    x.grad = 5.0
    svg = trace(y).document["picture"]["svg"]
    texts = ["".join(each.itertext()) for each in ET.fromstring(svg).iter() if "text" in each.tag]
    shown = [each for each in texts if each.startswith("grad")]
    assert sorted(shown) == ["grad 1", "grad 6", "grad 7</text>"]
    assert (x.grad, y.grad) == (5.0, 0.0)


def test_a_graph_too_big_for_a_picture_has_none_and_says_so() -> None:
    """Neither a picture nor finite differences; everything else."""
    document = trace(Value.sum(Value(float(i)) for i in range(301))).document
    assert document["picture"] == {
        "svg": "",
        "note": "The graph has more than 300 boxes: too many for a picture.",
    }
    assert document["numeric_note"].startswith("No finite differences, since the graph has more")
    assert all(node["numeric"] is None for node in document["nodes"])
    assert all(node["paths"]["count"] == "1" for node in document["nodes"])


def test_without_graphviz_there_is_no_picture_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rest of the trace does not need it."""

    def render(*_: object) -> bytes:
        """Fail as it does where Graphviz is missing."""
        raise ImportError("pip install 'glassgrad[draw]'")

    monkeypatch.setattr(picture_module, "render", render)
    document = trace(Value(1.0) * 2).document
    assert document["picture"] == {
        "svg": "",
        "note": "There is no picture: pip install 'glassgrad[draw]'",
    }


def test_the_same_graph_gives_the_same_bytes_in_every_process() -> None:
    """Whatever the order of sets and the numbers of Values made before."""
    program = (
        "from engine import Value, trace\n"
        "from tests.oracles.layer import layer, mean_square\n"
        "with mean_square():\n"
        "    print(trace(layer()[0]).to_json())"
    )
    texts = set()
    for seed in ("0", "1"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-c", program]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
        )
        texts.add(done.stdout)
    with mean_square():
        Value(0.0)
        texts.add(trace(layer()[0]).to_json() + "\n")
    assert len(texts) == 1


def test_a_leaf_by_itself_is_a_run() -> None:
    """One event: the gradient of the output by itself is 1."""
    document = trace(Value(2.0, "a")).document
    assert document["events"] == [["seed", 0, 1.0]]
    assert document["nodes"][0]["formula"] == []
    assert document["nodes"][0]["grad"] == 1.0


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ((3,), TypeError, "output must be a Value, got 3"),
    ((Value(1.0), ["x = 1"]), TypeError, r"lines must map serial numbers to text, got \['x = 1'\]"),
    ((Value(1.0), None, "many"), TypeError, "max_events must be a real number, got 'many'"),
    ((Value(1.0) * 2, None, 3), ValueError, "more than max_events=3 events: step through a part"),
])  # fmt: skip
def test_what_cannot_be_traced_is_refused(arguments: Any, error: Any, message: str) -> None:
    """The error names the argument and says what to do."""
    with pytest.raises(error, match=message):
        trace(*arguments)


def test_a_trace_of_infinite_gradients_has_paths_all_the_same() -> None:
    """The rest of an infinite gradient is nan."""
    x = Value(0.0, "x")
    paths = entry(trace(x.sqrt() + 1 / x), "x")["paths"]
    assert (paths["count"], paths["rest"]) == ("2", "NaN")
    assert {inf, -inf} == {float(path["product"]) for path in paths["best"]}
