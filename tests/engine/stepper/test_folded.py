"""A folded run: its sums are the gradients, its shares what they say, and its words are true."""

import json
import re
from collections import defaultdict
from importlib import import_module
from math import fabs, fsum, inf, isclose, isnan, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine import Stepper, Value, draw, scope, steps, trace
from engine.analysis.reductions import inside_ladders
from engine.analysis.steps import Push
from engine.drawing.by_class import ByClass
from engine.drawing.selection import Selection
from engine.graph import topological_order
from engine.stepper.folded import folded_run, is_large
from engine.stepper.folded_walk import Progress, Walk
from tests.engine.drawing.test_by_class import SumMLP
from tests.engine.stepper.large import network_loss, recurrence, relus
from tests.engine.stepper.schema import FOLD_SCHEMA, FOLD_VALIDATOR, valid_fold

NETWORKS = [
    {"seed": 1},
    {"seed": 2, "hidden": (5, 4)},
    {"seed": 3, "shared": True},
    {"seed": 4, "examples": 35},
]


def walk(output: Value) -> Walk:
    """The walk through the classes of a graph."""
    order = topological_order(output)
    return Walk(ByClass(Selection(order, inside_ladders(order, (output,)))))


def named(document: Any, name: str) -> Any:
    """The class with that name."""
    (found,) = (each for each in document["classes"] if each["name"] == name)
    return found


def arrow(document: Any, tail: str, head: str) -> Any:
    """The arrow between two classes, by their names."""
    names = [each["name"] for each in document["classes"]]
    ends = names.index(tail), names.index(head)
    (found,) = (each for each in document["arrows"] if (each["tail"], each["head"]) == ends)
    return found


def close(found: float, expected: float) -> bool:
    """Whether two numbers agree to 1e-12."""
    return isclose(found, expected, rel_tol=1e-12, abs_tol=1e-15)


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 25), st.booleans())
@settings(max_examples=12, deadline=None)
def test_contributions_add_up_to_the_gradients(
    seed: int, hidden: int, examples: int, shared: bool
) -> None:
    """Of every Value, summed over the arrows in the order of the steps, as backward() has them."""
    loss = network_loss(seed, hidden=(hidden,), examples=examples, shared=shared)
    walked = walk(loss)
    progress = Progress(walked)
    for step in walked.steps():
        progress.after(step)
    loss.backward()
    for member in (member for group in walked.groups for member in group.members):
        assert close(progress.so_far[member], member.grad)
        assert walked.gradient[member] == member.grad
    assert not +progress.missing


def test_ladders_of_additions_add_up_too() -> None:
    """A ladder is one class, and passes to all of its terms."""
    w = [Value(0.1 * i, f"w[{i}]") for i in range(6)]
    x = [Value(1.0 - 0.3 * i, f"x[{i}]") for i in range(6)]
    out = sum((a * b for a, b in zip(w, x, strict=True)), Value(0.5, "b")).tanh()
    walked = walk(out)
    progress = Progress(walked)
    for step in walked.steps():
        progress.after(step)
    out.backward()
    assert {each: progress.so_far[each] for each in (*w, *x)} == {
        each: pytest.approx(each.grad, rel=1e-12) for each in (*w, *x)
    }


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_shares_are_what_the_events_of_a_run_give(network: Any) -> None:
    """The sum of |contribution| over the sum of |upstream|, edge by edge: `steps` knows no fold."""
    loss = network_loss(**network)
    walked = walk(loss)
    head_of = {each: i for i, group in enumerate(walked.groups) for each in group.members}
    passed: dict[int, list[Push]] = defaultdict(list)
    for event in steps(loss):
        if isinstance(event, Push):
            passed[head_of[event.node]].append(event)
    for each in walked.arrows:
        tail = set(walked.groups[each.tail].members)
        pushes = [push for push in passed[each.head] if push.input in tail]
        arriving = fsum(fabs(push.upstream) for push in pushes)
        passing = fsum(fabs(push.contribution) for push in pushes)
        assert len(pushes) == len(each)
        assert close(each.share, passing / arriving if arriving else 0.0)
        assert each.nothing == sum(push.contribution == 0 for push in pushes)
        assert each.closed == sum(push.local == 0 != push.upstream for push in pushes)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_a_step_comes_when_it_can(network: Any) -> None:
    """A class is computed after its inputs, and passes when its gradient is complete; all do."""
    document = valid_fold(network_loss(**network)).document
    computed = {i for i, each in enumerate(document["classes"]) if each["op"] == "leaf"}
    complete: set[int] = set()
    taken: list[int] = []
    inputs = {
        i: {each["tail"] for each in document["arrows"] if each["head"] == i}
        for i in range(len(document["classes"]))
    }
    for step in document["steps"]:
        for place in step["groups"]:
            assert step["kind"] == "seed" or inputs[place] <= computed
            assert step["kind"] != "push" or place in complete
            computed.add(place)
        complete |= {each["group"] for each in step["grads"] if each["complete"]}
        taken += step["arrows"]
    assert sorted(taken) == list(range(len(document["arrows"])))
    assert complete == computed == set(range(len(document["classes"])))


def test_dead_relus_are_counted() -> None:
    """Two in five pass nothing, so three fifths of the gradient passes."""
    document = valid_fold(relus([i % 5 - 1.5 for i in range(400)])).document
    dead = arrow(document, "x[0…399]", "ReLU")
    assert (dead["count"], dead["nothing"], dead["closed"]) == (400, 160, 160)
    assert (dead["share"], dead["passes"]) == (0.6, "60%")
    assert dead["rules"] == ["d(relu(a))/da = (1 if a > 0, else 0)"]
    assert (dead["upstream"], dead["local"], dead["contribution"]) == ("1", "0 … 1", "0 … 1")
    leaves = named(document, "x[0…399]")
    assert (leaves["zeros"], leaves["grad"], leaves["data"]) == (160, "0 … 1", "-1.5 … 2.5")


def test_where_nothing_arrives_nothing_passes() -> None:
    """That is told apart from a local derivative of 0; the share is 0."""
    out = Value.sum(Value(float(i), f"x[{i}]").relu() * 2.0 for i in range(400)) * 0.0
    document = valid_fold(out).document
    silent = arrow(document, "x[0…399]", "ReLU")
    assert (silent["nothing"], silent["closed"], silent["share"]) == (400, 0, 0.0)
    assert silent["passes"] == "0%"


@pytest.mark.parametrize(("factor", "text"), [(nan, "nan"), (inf, "inf")])
def test_gradients_that_are_no_numbers_are_told_so(factor: float, text: str) -> None:
    """The share is not a number, and neither is drawn as one; the largest members come first."""
    x = [Value(float(i), f"x[{i}]") for i in range(400)]
    out = Value.sum([each * 2.0 for each in x[:399]] + [x[399] * factor])
    run = valid_fold(out)
    passing = arrow(run.document, "x[0…399]", "Mul")
    assert (passing["share"], passing["passes"]) == (text.replace("nan", "NaN").replace(
        "inf", "NaN" if isnan(factor) else "Infinity"), "nan%")  # fmt: skip
    leaves = named(run.document, "x[0…399]")
    assert leaves["grad"] in ("2, nan", "2 … inf")
    assert leaves["members"][0]["name"] == "x[399]"
    assert "NaN" not in run.document["picture"]["svg"]


def test_a_leaf_of_two_classes_is_complete_when_both_have_passed() -> None:
    """The weights of a layer with a penalty: two boxes, and both show the sum so far."""
    document = valid_fold(network_loss(1)).document
    names = [each["name"] for each in document["classes"]]
    weights = [i for i, name in enumerate(names) if name.startswith("w") or ".w" in name]
    texts: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for step in document["steps"]:
        for each in step["grads"]:
            texts[each["group"]].append((each["grad"], each["complete"]))
    for place in weights:
        assert len(texts[place]) > 1
        assert [complete for _, complete in texts[place]][-2:] == [False, True]
        assert texts[place][-1][0] == document["classes"][place]["grad"]


def test_members_are_the_largest_with_their_largest_contribution() -> None:
    """Its product is upstream times local, and the rule is in the numbers of this edge."""
    x = [Value(0.01 * i, f"x[{i}]") for i in range(400)]
    document = valid_fold(Value.sum(each * each for each in x)).document
    leaves = named(document, "x[0…399]")
    assert [each["name"] for each in leaves["members"]][:3] == ["x[399]", "x[398]", "x[397]"]
    assert len(leaves["members"]) == 20
    first = leaves["members"][0]
    assert (first["data"], first["grad"], first["uses"]) == (3.99, 7.98, 2)
    assert first["best"]["contribution"] == 3.99 == first["best"]["local"]
    assert first["best"]["why"] == "d(a·b)/da = b = 3.99, where a = b = its input"
    assert arrow(document, "x[0…399]", "Mul")["rules"] == ["d(a·b)/da = b", "d(a·b)/db = a"]
    assert named(document, "Sum")["members"] == [
        {
            "name": "Sum",
            "data": pytest.approx(1e-4 * 399 * 400 * 799 / 6),
            "grad": 1.0,
            "uses": 0,
            "best": None,
        }
    ]


def test_rules_hold_for_all_members() -> None:
    """With a plain number in them if all have the same one, else in general."""
    x = [Value(1.0 + 0.01 * i, f"x[{i}]") for i in range(400)]
    same = valid_fold(Value.sum(each**3 for each in x)).document
    assert arrow(same, "x[0…399]", "Pow")["rules"] == ["d(a³)/da = 3·a²"]
    powers = enumerate(x, 2)
    others = valid_fold(Value.sum(each ** float(i % 3 + 2) for i, each in powers)).document
    assert arrow(others, "x[0…399]", "Pow")["rules"] == ["d(a^b)/da = b·a^(b − 1)"]
    turned = valid_fold(Value.sum((1.0 + 0.01 * i) - each for i, each in enumerate(x))).document
    assert arrow(turned, "x[0…399]", "Sub")["rules"] == ["d(a − b)/db = -1"]
    assert arrow(turned, "Sub", "Sum")["rules"] == ["d(a + b + …)/da = 1"]


def test_an_operation_without_a_rule_has_its_derivative_only() -> None:
    """As one that was given its local derivatives."""
    x = [Value(0.01 * i, f"x[{i}]") for i in range(400)]
    given_by_hand = [Value(each.data, [each], [2.0]) for each in x]
    document = valid_fold(Value.sum(given_by_hand)).document
    assert arrow(document, "x[0…399]", "given")["rules"] == ["d(given(a, b, …))/da"]


def test_names_are_told_apart_by_place_or_number() -> None:
    """A label or operation alone if no other class has it; never twice the same."""
    document = valid_fold(network_loss(2, hidden=(5, 4), examples=30)).document
    names = [each["name"] for each in document["classes"]]
    assert len(set(names)) == len(names)
    assert {"Loss", "ReLU of layer1", "ReLU of layer2"} <= set(names)
    x = [Value(float(i)) for i in range(400)]
    numbered = valid_fold(Value.sum(each.tanh().tanh() for each in x)).document
    assert [each["name"] for each in numbered["classes"]] == ["leaf", "tanh#1", "tanh#2", "Sum"]
    assert named(numbered, "tanh#1")["members"][0]["name"] == "tanh 1"
    assert "tanh#2" in numbered["picture"]["svg"]


def test_labels_of_one_kind_in_two_places_are_numbered() -> None:
    """Also in the picture, where a label stands in the first line."""
    x = [Value(float(i), f"x[{i}]") for i in range(400)]
    document = valid_fold(Value.sum([*(each.sin() for each in x), *(each.cos() for each in x)]))
    names = [each["name"] for each in document.document["classes"]]
    assert names == ["x[0…399]#1", "sin", "x[0…399]#2", "cos", "Sum"]
    assert document.document["picture"]["svg"].count("x[0…399]#2") == 2


def test_a_class_without_a_place_keeps_its_name() -> None:
    """The other one, in a scope, has its place."""
    x = [Value(float(i)) for i in range(200)]
    with scope("inner"):
        inside = [each.tanh() for each in x]
    out = Value.sum([*inside, *(each.tanh() for each in x)])
    names = {each["name"] for each in valid_fold(out).document["classes"]}
    assert {"tanh of inner", "tanh"} <= names


def test_a_label_may_be_any_text() -> None:
    """Also the name that another class would have: still no two names are the same."""
    x = [Value(float(i)) for i in range(400)]
    out = Value.sum(each.tanh().tanh() for each in x)
    out.label = "tanh#1"
    names = [each["name"] for each in valid_fold(out).document["classes"]]
    assert names == ["leaf", "tanh#1", "tanh#2", "tanh#1'"]


def test_a_class_is_computed_with_what_is_made_from_it_alone() -> None:
    """Member by member: not a sum over it, and not one that is made from two."""
    x = [Value(float(i), f"x[{i}]") for i in range(400)]
    document = valid_fold(Value.sum(each.sin().tanh() * each for each in x)).document
    names = [each["name"] for each in document["classes"]]
    forward = [step["groups"] for step in document["steps"] if step["kind"] == "forward"]
    assert [[names[i] for i in groups] for groups in forward] == [["sin", "tanh"], ["Mul"], ["Sum"]]
    kinds = [step["kind"] for step in document["steps"]]
    assert kinds == ["forward"] * 3 + ["seed"] + ["push"] * 5


def test_what_is_made_twice_from_a_class_is_not_joined_twice() -> None:
    """Two classes from one: the first is computed with it, the second in a step of its own."""
    x = [Value(0.1 * i, f"x[{i}]").sin() for i in range(400)]
    document = valid_fold(Value.sum([*(each.exp() for each in x), *(each.cos() for each in x)]))
    forward = [each["groups"] for each in document.document["steps"] if each["kind"] == "forward"]
    assert [len(groups) for groups in forward] == [2, 1, 1]


def test_the_run_does_not_depend_on_grad() -> None:
    """No `.grad` is read or written: after backward() it is the same text."""
    loss = network_loss(1)
    before = valid_fold(loss).to_json()
    assert loss.grad == 0
    loss.backward()
    assert valid_fold(loss).to_json() == before


def test_lines_of_the_program_are_told_of_classes() -> None:
    """That of the first member."""
    x = [Value(float(i), f"x[{i}]") for i in range(400)]
    roots = [each.sqrt() for each in x]
    document = valid_fold(Value.sum(roots), {roots[0].serial: "roots = ..."}).document
    assert named(document, "Sqrt")["line"] == "roots = ..."
    assert named(document, "Sum")["line"] is None


def test_the_picture_has_a_mark_for_each_class_and_each_arrow() -> None:
    """Ids are left out, since another picture may have the same."""
    document = valid_fold(network_loss(1)).document
    svg = document["picture"]["svg"]
    for i, _ in enumerate(document["classes"]):
        assert svg.count(f'data-node="{i}"') == 1
    for i, _ in enumerate(document["arrows"]):
        assert svg.count(f'data-edge="{i}"') == 1
    assert '<g id="n' not in svg
    for each in document["classes"]:
        assert f"grad {each['grad']}</text>" in svg


def test_without_graphviz_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the run is there all the same."""

    def render(*_: object) -> bytes:
        """As where there is no Graphviz."""
        raise ImportError("install it")

    monkeypatch.setattr("engine.stepper.folded_shown.render", render)
    picture = valid_fold(relus([1.0] * 400)).document["picture"]
    assert picture == {"svg": "", "note": "There is no picture: install it"}


@pytest.fixture(scope="module")
def moons() -> Stepper:
    """The loss of micrograd's demo: 100 examples, a network 2-16-16-1, hinge loss and penalty."""
    model = SumMLP()
    points = [(0.1 * (i % 10) - 0.5, 0.1 * (i // 10) - 0.5) for i in range(100)]
    scores = [model(list(map(Value, point))) for point in points]
    losses = [(1 + -1.0 * (-1) ** i * score).relu() for i, score in enumerate(scores)]
    loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
    loss.label = "Loss"
    return Stepper(loss)


def test_micrograds_demo_is_walked_in_33_steps(moons: Stepper) -> None:
    """65,614 nodes, in a page of less than 400 kB."""
    assert repr(moons) == "Stepper through Loss: 65,614 nodes in 27 classes, 33 steps"
    assert len(moons.html()) < 400_000


def test_small_graphs_are_walked_value_by_value() -> None:
    """Up to 300 boxes, where each use of a leaf is one."""
    assert not is_large(relus([1.0] * 100))
    assert is_large(relus([1.0] * 400))
    assert is_large(Value.sum(Value(float(i)) for i in range(301)))
    assert Stepper(relus([1.0] * 100)).folded is None


def test_up_to_300_classes_are_drawn() -> None:
    """A leaf and 299 operations, of which each is a class by itself, but not one more."""
    chain = Value(0.5, "x")
    for _ in range(299):
        chain = chain.sin()
    run = folded_run(chain, {})
    assert run
    assert len(run.document["classes"]) == 300
    assert folded_run(chain.sin(), {}) is None


def test_a_run_has_the_label_of_its_output_or_else_its_name() -> None:
    """The last class is that of the output."""
    total = relus([1.0, 2.0, 3.0])
    for output, title in ((total, "y"), (total.tanh(), "tanh")):
        run = folded_run(output, {})
        assert run
        assert run.document["title"] == run.document["classes"][-1]["name"] == title


def test_what_an_arrow_says_is_in_the_singular_for_one_edge() -> None:
    """As the page shows it of the arrow under the pointer."""
    w, x = Value(0.5, "w"), Value(3.0, "x")
    run = folded_run(Value.sum([w * x, relus([1.0, 2.0, 3.0])]), {})
    assert run
    said = re.findall("title>(.*edges?), local derivative", run.document["picture"]["svg"])
    assert sorted(set(said)) == ["1 edge", "3 edges"]


def test_a_chain_does_not_fold() -> None:
    """Its stepper has every event, no picture, and a note that says what to do."""
    chain = recurrence(150)
    stepper = Stepper(chain)
    assert stepper.folded is None is folded_run(chain, {})
    assert stepper.trace.document == trace(chain).document
    assert "long chains of steps do not fold" in stepper.html()
    assert "draw(output, around=v)" in stepper.html()
    assert "fold" not in stepper.trace.document["picture"]["note"]
    assert repr(stepper) == "Stepper through chain: 453 Values, 1054 steps"


def test_a_chain_that_folds_little_is_walked_folded() -> None:
    """Recurrences side by side: a class for each of their steps."""
    run = Stepper(recurrence(40, sequences=5)).folded
    assert run is not None
    assert run.document["size"] == 5 * (40 * 3 + 1) + 2
    assert 120 < len(run.document["classes"]) <= 300


def test_the_trace_of_a_folded_graph_is_made_when_asked_for(moons: Stepper) -> None:
    """It is what `trace` gives, once; also its error where there are too many events."""
    y = relus([1.0] * 400)
    stepper = Stepper(y)
    assert stepper.trace.document == trace(y).document
    assert stepper.trace is stepper.trace
    with pytest.raises(ValueError, match="more than max_events=100,000"):
        _ = moons.trace


@pytest.mark.parametrize(("arguments", "message"), [
    ((3.0,), "output"), ((Value(1.0), 3), "lines must map serial numbers to text"),
])  # fmt: skip
def test_what_is_no_graph_is_refused(arguments: Any, message: str) -> None:
    """As by `trace`."""
    with pytest.raises(TypeError, match=message):
        Stepper(*arguments)


def test_the_folded_picture_is_that_of_draw() -> None:
    """As many boxes and arrows, after backward()."""
    loss = network_loss(2, hidden=(5, 4), examples=30)
    document = valid_fold(loss).document
    loss.backward()
    drawn = draw(loss, fold=True).svg()
    assert drawn.count('class="node') == len(document["classes"])
    assert drawn.count('class="edge') == len(document["arrows"])
    for each in document["arrows"]:
        share = "0.00%" if each["share"] == 0 else each["passes"]
        assert each["count"] == 1 or f" &#160;{share}<" in drawn


def test_the_schema_is_one() -> None:
    """By the schema of schemas."""
    Draft202012Validator.check_schema(FOLD_SCHEMA)


OBJECTS = [
    each for each in [FOLD_SCHEMA, *FOLD_SCHEMA["$defs"].values()] if each.get("type") == "object"
]


@pytest.mark.parametrize("schema", OBJECTS, ids=lambda each: sorted(each["properties"])[0])
def test_an_object_has_all_of_its_properties_and_no_others(schema: Any) -> None:
    """So a reader never asks whether one is there; and folded.py tells of each."""
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    told = import_module("engine.stepper.folded").__doc__ or ""
    assert not [name for name in schema["properties"] if name not in told]


@pytest.mark.parametrize("spoil", [
    lambda run: run.update(version=2),
    lambda run: run.update(steps=[]),
    lambda run: run["classes"][0].pop("line"),
    lambda run: run["classes"][0].update(count=0),
    lambda run: run["classes"][0]["members"][0].update(grad="nan"),
    lambda run: run["arrows"][0].update(rules=[]),
    lambda run: run["arrows"][0].update(share="60%"),
    lambda run: run["steps"][0].update(kind="back"),
    lambda run: run["steps"][0].update(groups=[]),
    lambda run: run["steps"][-1]["grads"][0].update(complete=1),
])  # fmt: skip
def test_what_folded_py_does_not_write_is_refused(spoil: Any) -> None:
    """A property too few, another kind of step, a number in other words."""
    document = json.loads(valid_fold(relus([1.0] * 400)).to_json())
    spoil(document)
    assert not FOLD_VALIDATOR.is_valid(document)
