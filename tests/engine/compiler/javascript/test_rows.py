"""Rows as data for a page: all of the table, rows of one's own, and rows that stay locked."""

import json
import math
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value
from engine.compiler.javascript.functions import OPERANDS
from engine.compiler.javascript.rows import built_in_rows, row_data, row_name, rows_of
from engine.compiler.javascript.words import words_of
from engine.graph import topological_order
from tests.registered import registered

each_row = pytest.mark.parametrize("op", PRIMITIVES.values(), ids=str)


def own(forward: Any, *partials: Any, name: str = "own", any_number: bool = False) -> Op:
    """A row of one's own, which need not be in the table."""
    return Op(name, "own", "{a}", (-2, 2), forward, partials, any_number=any_number)


def of_list(forward: Any, partials: Any) -> Op:
    """A row of any number of inputs."""
    return own(forward, partials, any_number=True)


def demand_formula(data: dict[str, Any], count: int) -> None:
    """Each operation has its operands, which come before it; the result is one of them."""
    places = count
    for name, *operands in data["operations"]:
        assert len(operands) == OPERANDS[name]
        assert all(isinstance(each, list) or each < places for each in operands)
        places += 1
    pending = [data["result"]]
    while pending:
        result = pending.pop()
        if isinstance(result, dict):
            assert result["if"] < places
            pending += [result["then"], result["else"]]
        else:
            assert isinstance(result, list) or result < places


@each_row
def test_every_row_of_the_table_reaches_a_page(op: Op) -> None:
    """Its result and all its derivatives, as plain data."""
    data = row_data(op, len(op.partials))
    if op.any_number:
        assert data.keys() == {"fold", "start", "slope"}
        return
    assert data["inputs"] == len(op.partials) == len(data["partials"])
    demand_formula(data["forward"], data["inputs"])
    for each in data["partials"]:
        demand_formula(each, data["inputs"] + 1)


def test_the_table_is_small() -> None:
    """All of it in less than 12 kB."""
    rows = {op.name: row_data(op, len(op.partials)) for op in PRIMITIVES.values()}
    assert len(json.dumps(rows, separators=(",", ":"), allow_nan=False)) < 12_000


def test_a_row_is_its_formulas() -> None:
    """Inputs are the first places; a number stands in a list, a decision in the result."""
    assert row_data(PRIMITIVES["relu"], 1) == {
        "inputs": 1,
        "forward": {
            "operations": [["less_equal", 0, [0.0]]],
            "result": {"if": 1, "then": [0.0], "else": 0},
        },
        "partials": [
            {"operations": [["less_equal", 0, [0.0]], ["sub", [1.0], 2]], "result": 3},
        ],
    }


def test_what_nothing_uses_is_left_out() -> None:
    """The places of what comes after it move up."""
    data = row_data(own(lambda a: (a * a, 2.0 * a)[1], lambda a, y: 2.0 + 0.0 * y), 1)
    assert data["forward"] == {"operations": [["mul", [2.0], 0]], "result": 1}
    assert data["partials"] == [{"operations": [["mul", [0.0], 1], ["add", [2.0], 2]], "result": 3}]


def test_numbers_that_json_lacks_are_text() -> None:
    """Here beside a formula of the two inputs."""
    op = own(lambda a, b: math.inf if a > b else -math.inf if a < b else math.nan,
             lambda a, b, y: 0.0, lambda a, b, y: 0.0)  # fmt: skip
    below = {"if": 3, "then": ["-Infinity"], "else": ["NaN"]}
    result = {"if": 2, "then": ["Infinity"], "else": below}
    assert row_data(op, 2)["forward"] == {
        "operations": [["greater", 0, 1], ["less", 0, 1]],
        "result": result,
    }


def test_a_sum_is_the_same_row_for_any_number_of_inputs() -> None:
    """Its inputs are joined one after the other, and its derivatives are one number."""
    data = {"fold": "add", "start": [0.0], "slope": [1.0]}
    assert row_data(PRIMITIVES["sum"], 1) == row_data(PRIMITIVES["sum"], 5) == data
    assert row_name(PRIMITIVES["sum"], 5) == "sum"


@pytest.mark.parametrize(
    "op",
    [
        of_list(lambda v: 1.0 * v[0] * v[1] * v[2], lambda v, y: [y / each for each in v]),
        of_list(lambda v: v[0] + v[1] + v[2], lambda v, y: [1.0, 1.0, 1.0]),
        of_list(lambda v: 0.0 + v[0] + v[1] + v[2], lambda v, y: [1.0, 2.0, 3.0]),
        of_list(lambda v: -v[0], lambda v, y: [-1.0, 0.0, 0.0]),
        of_list(lambda v: v[0], lambda v, y: [1.0, 0.0, 0.0]),
        of_list(lambda v: (0.0 + v[0] + v[1] + v[2]) / 3.0, lambda v, y: [1.0, 1.0, 1.0]),
        of_list(lambda v: 0.0 + v[0] + v[1] + v[2],
                lambda v, y: [1.0 if each > 0 else 2.0 for each in v]),
    ],
)  # fmt: skip
def test_another_row_of_any_number_of_inputs_is_followed_for_each_number(op: Op) -> None:
    """Its name then has the number."""
    data = row_data(op, 3)
    assert data["inputs"] == len(data["partials"]) == 3
    assert row_name(op, 3) == "own/3"


def test_a_row_that_takes_two_inputs_only() -> None:
    """It is followed for these, and locked for others."""
    op = of_list(lambda v: v[0] * v[1], lambda v, y: [v[1], v[0]])
    assert row_data(op, 2)["inputs"] == 2
    assert row_name(op, 2) == "own/2"
    assert row_data(op, 3) == {"locked": "the row own cannot be followed: list index out of range"}


@pytest.mark.parametrize(
    ("op", "reason"),
    [
        (own(math.gamma, lambda a, y: y), "the row own cannot be followed: a page has no function"),
        (own(lambda a: a, lambda a, y: float(a)), "the row own cannot be followed: "),
        (own(lambda a: [][1], lambda a, y: y), "the row own cannot be followed: list index out of"),
    ],
)
def test_a_row_that_cannot_be_followed_is_locked(op: Op, reason: str) -> None:
    """With the reason in words."""
    data = row_data(op, 1)
    assert data.keys() == {"locked"}
    assert data["locked"].startswith(reason)


def test_the_rows_of_a_graph() -> None:
    """Each once, by the name that its nodes have; what was made by hand is locked."""
    a, b = Value(1.0), Value(2.0)
    by_hand = Value(3.0, (a, b), (1.0, 2.0))
    order = topological_order(Value.sum([a * b, a * by_hand, a + 1.0]))
    rows = rows_of(order)
    assert rows.keys() == {"mul", "given/2", "add", "sum"}
    assert rows["given/2"]["locked"] == "its local derivatives were given as numbers"
    assert rows["mul"].items() > row_data(PRIMITIVES["mul"], 2).items()
    assert rows["mul"]["words"] == words_of(PRIMITIVES["mul"], 2)


def test_a_graph_has_the_rows_of_its_rules_forward() -> None:
    """1 - tanh(a)**2 takes a difference and a power, of which nobody asks for derivatives."""
    a = Value(1.0)
    rows = rows_of(topological_order(a.tanh() * a))
    assert list(rows) == ["tanh", "mul", "pow", "sub"]
    assert [len(rows[name]["partials"]) for name in rows] == [1, 2, 0, 0]
    assert rows["pow"]["words"] == words_of(PRIMITIVES["pow"], 2, rules=False)
    assert rows["pow"]["words"]["rules"] == []


def test_a_row_is_locked_if_its_rule_cannot_be_computed() -> None:
    """For the page could not say why its derivative has its number."""
    gamma = own(math.gamma, lambda a, y: y, name="gamma")
    with registered(gamma):
        double = Op("double", "double", "{a}", (1, 2), lambda a: 2.0 * a, (lambda a, y: 2.0,),
                    rule=("gamma(a) * 0 + 2",))  # fmt: skip
        with registered(double):
            a = Value(1.0)
            rows = rows_of(topological_order(a.double()))  # type: ignore[attr-defined]
    assert rows["double"]["locked"].startswith("the row gamma cannot be followed")
    assert "locked" in rows["gamma"]
    assert "locked" not in row_data(double, 1)


def test_all_built_in_rows_for_a_page_in_which_formulas_are_typed() -> None:
    """In the order of the table, with their derivatives and rules, in less than 20 kB."""
    with registered(own(lambda a: a, lambda a, y: 1.0)):
        rows = built_in_rows()
    assert list(rows) == list(PRIMITIVES)
    assert all("fold" in row or row["inputs"] == len(row["partials"]) for row in rows.values())
    assert all(row["words"]["rules"] for row in rows.values())
    assert len(json.dumps(rows, separators=(",", ":"), allow_nan=False)) < 20_000
