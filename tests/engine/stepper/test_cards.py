"""The cards under Node, at every step of some runs: each number is true, and says its origin."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from engine import Value, scope
from engine.notation import short
from tests.engine.stepper.schema import valid_trace
from tests.engine.stepper.six_pages import SIX_PAGES
from tests.engine.stepper.speaking import speaking
from tests.oracles.programs import ENGINE, random_program, run

NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

DIGITS = (4, 5, 6)

# What stands where nothing is there yet.
DASH = "\N{EN DASH}"

UNITS = ("contribution", "node", "layer")


def neuron() -> Value:
    """A neuron and a square, whose products need more than four digits."""
    w, v, x = Value(0.31, "w[0]"), Value(-1.7, "w[1]"), Value(2.3, "x")
    with scope("layer"):
        out: Value = Value.sum([w * x, v * 0.77, Value(0.9, "b")]).tanh() ** 2
    return out


def many() -> Value:
    """A leaf with more uses than a page of the ledger holds, in a long sum."""
    x = Value(0.1, "x")
    return Value.sum([x] * 103) * x


def rim() -> Value:
    """Numbers that are not finite, huge and tiny, and a Value to which no gradient flows."""
    x = Value(0.0, "x")
    return Value.sum([x.sqrt(), 1 / x, (x + 1e-300).log(), (x + 50).exp(), x * 0])


def random_output(seed: int) -> Value:
    """The output of a random program."""
    program = random_program(seed, 12)
    output: Value = run(program, [Value(number) for number in program.leaves], ENGINE)[-1]
    return output


# Those of the six pages that are played here too.
SHARED = ("x*x", "micrograd", "softmax")

RUNS: Mapping[str, Callable[[], Value]] = {
    **{make.__name__: make for make in (neuron, many, rim)},
    **{f"program {seed}": partial(random_output, seed) for seed in range(6)},
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """For each run its trace, and what the cards show at each step of each unit."""
    traces = {name: SIX_PAGES[name]().trace.document for name in SHARED}
    traces |= {name: valid_trace(make()).document for name, make in RUNS.items()}
    path = tmp_path_factory.mktemp("cards") / "traces.json"
    path.write_text(json.dumps([*traces.values()]), encoding="utf-8")
    script = Path(__file__).with_name("shown.mjs")
    with as_file(files("engine") / "stepper" / "player") as modules:
        environment = speaking(STEPPER_MODULES=f"{modules.as_uri()}/")
        command = [str(NODE), str(script), str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment)
    assert done.returncode == 0, done.stderr
    return {
        name: (each, shown)
        for (name, each), shown in zip(traces.items(), json.loads(done.stdout), strict=True)
    }


@pytest.fixture(params=[*SHARED, *RUNS])
def played(request: pytest.FixtureRequest, recorded: Mapping[str, Any]) -> Any:
    """One of the runs."""
    return recorded[request.param]


def steps_of(shown: Mapping[str, Any]) -> list[Any]:
    """What is shown at all steps, in all units."""
    return [each for unit in UNITS for each in shown[unit]]


def uses_of(trace: Mapping[str, Any], node: int) -> list[tuple[int, list[Any]]]:
    """What adds to the gradient of a node: positions and events."""
    return [
        (position, event)
        for position, event in enumerate(trace["events"], 1)
        if (event[0] == "push" and event[3] == node) or (event[0] == "seed" and event[1] == node)
    ]


def arrived(trace: Mapping[str, Any], node: int, shown: int) -> tuple[int, int]:
    """How many uses of a node have contributed at a position, and how many there are."""
    positions = [position for position, _ in uses_of(trace, node)]
    return sum(position <= shown for position in positions), len(positions)


def is_printed(text: str, number: float | str) -> bool:
    """Whether this is how the number is printed."""
    return any(text == short(float(number), digits) for digits in DIGITS)


def holds(claimed: str, parts: Sequence[Decimal], *, plus: bool = False) -> bool:
    """Whether printed numbers give the printed result; with ≈ before it they do not."""
    if not all(each.is_finite() for each in parts):
        return True
    context = Context(prec=500)
    total = parts[0]
    for each in parts[1:]:
        total = context.add(total, each) if plus else context.multiply(total, each)
    result = Decimal(claimed.removeprefix("≈ "))
    if claimed.startswith("≈ "):
        return round_to(total, 4) != result
    return any(round_to(total, digits) == result for digits in DIGITS)


def round_to(number: Decimal, digits: int) -> Decimal:
    """The number in so many digits."""
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(number)


def rows_of(step: Any) -> list[tuple[list[str], list[str]]]:
    """The rows of the ledger: classes and cells."""
    return [(row["classes"], row["cells"]) for row in step["ledger"]
            if "reason" not in row["classes"]]  # fmt: skip


def listed(trace: Mapping[str, Any], step: Any) -> Iterator[tuple[Any, list[str], list[str]]]:
    """The uses of the node that is looked at, on the page that is shown, with their rows."""
    uses = uses_of(trace, step["focus"])
    rows = rows_of(step)
    happened, _ = arrived(trace, step["focus"], step["shown"])
    first = max(0, happened - 1) // 100 * 100
    assert len(rows) == len(uses[first : first + 100])
    for use, (classes, cells) in zip(uses[first:], rows, strict=False):
        yield use, classes, cells


def test_a_row_of_the_ledger_is_its_event(played: Any) -> None:
    """Upstream, local, contribution and sum, as soon as the step has come, and not before."""
    trace, shown = played
    for step in steps_of(shown):
        for (position, event), classes, cells in listed(trace, step):
            assert ("ahead" in classes) is (position > step["shown"])
            assert ("current" in classes) is (step["start"] < position <= step["shown"])
            if "ahead" in classes:
                assert cells[1:] == [DASH] * 4
            elif event[0] == "push":
                numbers = [event[4], event[5], event[6], event[8]]
                printed = [cell.removeprefix("≈ ") for cell in cells[1:]]
                assert all(map(is_printed, printed, numbers)), (cells, event)
                assert cells[0].startswith(trace["nodes"][event[1]]["name"])
            else:
                assert cells == ["the output itself", "", "", "1", "1"]


def test_printed_numbers_multiply_and_add_up(played: Any) -> None:
    """Row by row, to the printed digits; or the row says ≈."""
    trace, shown = played
    for step in shown["contribution"]:
        before = None
        for (_, event), classes, cells in listed(trace, step):
            if "ahead" in classes or event[0] == "seed":
                continue
            upstream, local = map(Decimal, cells[1:3])
            product = Decimal(cells[3].removeprefix("≈ "))
            assert holds(cells[3], [upstream, local])
            start = Decimal(short(event[7], 6) if before is None else before)
            assert holds(cells[4], [start, product], plus=True)
            before = cells[4].removeprefix("≈ ")


def test_upstream_is_the_complete_gradient_of_the_node_it_names(played: Any) -> None:
    """So its origin is that node's ledger."""
    trace, _ = played
    for position, event in enumerate(trace["events"], 1):
        if event[0] == "push":
            uses = uses_of(trace, event[1])
            assert max(each for each, _ in uses) < position
            assert event[4] == trace["nodes"][event[1]]["grad"]


def test_a_local_derivative_is_what_its_rule_gives(played: Any) -> None:
    """The last number of the rule, or the one that it says is there instead."""
    trace, shown = played
    edges = {
        (place, i): (edge["local"], rule_of(edge))
        for place, node in enumerate(trace["nodes"])
        for i, edge in enumerate(edge for edge in node["inputs"] if "node" in edge)
    }
    for local, rule in edges.values():
        side = re.split(r", (?:since|where|no rule)", rule)[0]
        said = re.search(r"but (\S+) here", rule)
        number = said[1] if said else re.split(r" [=≈] ", side)[-1]
        wide = (*DIGITS, 9, 17)
        assert any(number == short(float(local), digits) for digits in wide), rule
    for step in shown["contribution"]:
        pushes = [event for event in trace["events"][step["start"] : step["shown"]]
                  if event[0] == "push"]  # fmt: skip
        assert len(pushes) == len(step["whys"])
        for event, why in zip(pushes, step["whys"], strict=True):
            _, rule = edges[event[1], event[2]]
            assert why.startswith(f"{rule} in {trace['nodes'][event[1]]['name']} = ")


def rule_of(edge: Any) -> str:
    """The equation of a rule as text."""
    symbols, numbers = edge["rule"]["symbols"], edge["rule"]["numbers"]
    return f"{symbols}{'' if numbers[:1] in ('', ',') else ' '}{numbers}"


def test_the_row_of_this_step_says_where_its_numbers_come_from(played: Any) -> None:
    """Whose gradient upstream is, and the rule of local."""
    trace, shown = played
    output = trace["nodes"][trace["output"]]["name"]
    for step in shown["contribution"]:
        reasons = [row["cells"][0] for row in step["ledger"]
                   if {"reason", "current"} <= {*row["classes"]}]  # fmt: skip
        rows = [use for use, classes, _ in listed(trace, step) if "current" in classes]
        assert len(reasons) == len(rows)
        for (_, event), reason in zip(rows, reasons, strict=True):
            node = trace["nodes"][event[1]]
            if event[0] == "seed":
                assert reason == f"∂{output}/∂{output} by itself is 1"
                continue
            edge = [each for each in node["inputs"] if "node" in each][event[2]]
            assert reason == f"upstream is ∂{output}/∂{node['name']}, local is {rule_of(edge)}"


def test_dots_stand_exactly_while_more_comes(played: Any) -> None:
    """A dash until something has arrived; in the ledger and in the table of all Values."""
    trace, shown = played
    place = {node["name"]: i for i, node in enumerate(trace["nodes"])}
    for step in steps_of(shown):
        for name, data, grad, check in step["values"]:
            happened, uses = arrived(trace, place[name], step["shown"])
            assert grad.endswith(" …") is (0 < happened < uses)
            assert (grad == DASH) is (happened == 0)
            is_known = happened == uses and trace["nodes"][place[name]]["numeric"] is not None
            assert (check == DASH) is not is_known
            computed = [at for at, event in enumerate(trace["events"], 1)
                        if event == ["forward", place[name]]]  # fmt: skip
            assert (data == DASH) is (max(computed, default=0) > step["shown"])
        happened, uses = arrived(trace, step["focus"], step["shown"])
        assert step["total"].endswith("…") is (0 < happened < uses)
        assert step["total"].endswith(DASH) is (happened == 0)


def test_paths_are_shown_when_the_gradient_is_complete(played: Any) -> None:
    """Not before; their factors multiply, and all of them add up to it."""
    trace, shown = played
    for step in steps_of(shown):
        node = trace["nodes"][step["focus"]]
        happened, uses = arrived(trace, step["focus"], step["shown"])
        if happened < uses:
            name = node["name"]
            assert step["count"] == f"Shown when the gradient of {name} is complete."
            assert step["paths"] == step["sum"] == []
            continue
        assert len(step["paths"]) == len(node["paths"]["best"])
        parts = []
        for names, factors in step["paths"]:
            assert names.startswith(trace["nodes"][trace["output"]]["name"])
            *given, product = re.split(r" [×=≈] ", factors)
            sign = "≈ " if " ≈ " in factors else ""
            numbers = [Decimal(each.strip("()")) for each in given if each != "…"]
            assert "…" in given or not given or holds(sign + product, numbers)
            parts.append(Decimal(product))
        *rest, (name, total) = step["sum"]
        parts += [Decimal(text) for _, text in rest]
        sign = "≈ " if "≈" in name else ""
        assert holds(sign + total, parts, plus=True)
        assert is_printed(total, node["grad"])


def test_a_value_that_stands_in_two_places_has_two_ways_to_tell(recorded: Any) -> None:
    """In the paths, in the ledger and in the reason."""
    _, shown = recorded["x*x"]
    last = shown["contribution"][-1]
    assert last["paths"] == [["y → x (the first factor)", "3 = 3"],
                             ["y → x (the second factor)", "3 = 3"]]  # fmt: skip
    assert [cells[0] for _, cells in rows_of(last)] == ["y the first factor", "y the second factor"]
    assert [step["whys"] for step in shown["contribution"][3:5]] == [
        ["d(a·b)/da = b = 3, where a = b = x in y = x × x, through the first factor"],
        ["d(a·b)/db = a = 3, where a = b = x in y = x × x, through the second factor"],
    ]


def test_an_operation_on_one_number_has_a_plot_that_can_be_heard(recorded: Any) -> None:
    """Its curve, its point and its slope; there is none of a product of two Values."""
    trace, shown = recorded["neuron"]
    names = [text for step in shown["contribution"] for text in step["plots"] if text]
    tanh = trace["nodes"][-2]
    slope = trace["nodes"][-1]["inputs"][0]["local"]
    assert names[0] == (f"the curve of tanh², with its tangent at tanh = {short(tanh['data'])}: "
                        f"slope {short(slope)}")  # fmt: skip
    _, shown = recorded["x*x"]
    assert [text for step in shown["contribution"] for text in step["plots"]] == [None, None]


def test_nothing_is_told_of_a_value_before_it_is_computed(recorded: Any) -> None:
    """Its equation has symbols only."""
    trace, shown = recorded["softmax"]
    output = trace["nodes"][trace["output"]]
    assert shown["contribution"][0]["formula"] == " = ".join(output["formula"][:2])
    for step in shown["contribution"][1:]:
        node = trace["nodes"][step["focus"]]
        assert step["formula"] == (" = ".join(node["formula"]) or
                                   f"{node['name']} = {short(node['data'])}")  # fmt: skip


def test_some_runs_have_what_the_claims_are_about(recorded: Any) -> None:
    """More digits, ≈, dots, numbers that are not finite, paths that are left over."""
    texts = json.dumps([shown for _, shown in recorded.values()], ensure_ascii=False)
    for each in ("≈ ", " …", "inf", "nan", "all other paths together", "the curve of"):
        assert each in texts
