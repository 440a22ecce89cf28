"""Names: from labels, from the program, from operations, and letters; never a number."""

import sys
from collections import OrderedDict
from collections.abc import Iterator
from time import process_time
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Stepper, Value, chain_rule, draw, fold, scope, steps, trace
from engine.analysis.naming import known_names, unique_names, value_names
from engine.graph import topological_order as order_of
from engine.primitives import CONSTANT
from tests.oracles.programs import ENGINE, Program, random_program, run

in_the_module = Value(2.0)
_private = Value(3.0)

names_at_the_top = value_names(order_of(in_the_module * _private))


def in_trace(document: Any) -> list[str]:
    """The names of the nodes of a trace."""
    return [node["name"] for node in document["nodes"]]


def test_variables_of_the_function_are_names() -> None:
    """In text, pictures, paths and pages, for leaves and for results."""
    w, x = Value(2.0), Value(-3.0)
    h = w * x
    loss = h**2
    assert str(next(iter(steps(loss)))) == "h = w × x = 2 × (-3) = -6"
    assert in_trace(trace(loss).document) == ["w", "x", "h", "loss"]
    assert in_trace(Stepper(loss).trace.document) == ["w", "x", "h", "loss"]
    assert str(next(iter(chain_rule(loss, w)))) == "loss → h → w: (-12) × (-3) = 36"
    picture = draw(loss, path_to=w)
    assert repr(picture).splitlines()[0] == "Drawing of loss: 4 boxes, 3 edges"
    assert repr(picture).splitlines()[1] == "loss → h → w"
    assert "loss, data 36.0, grad \N{EN DASH}" in picture.svg()


def test_a_label_comes_first() -> None:
    """The variable of a Value with a label is not looked at, and none takes a label's name."""
    a, w = Value(2.0, "w"), Value(3.0)
    y = a * w
    names = value_names(order_of(y))
    assert (names[a], names[w], names[y]) == ("w", "b", "y")  # `a` is another Value


def test_the_name_that_was_assigned_first_wins() -> None:
    """A second name changes nothing."""
    x = Value(2.0)
    again = x
    assert value_names([again]) == {x: "x"}


def test_items_of_lists_tuples_and_dicts_are_named() -> None:
    """By their place, one level deep, also in subclasses; a key is text or a whole number."""

    class Pair(NamedTuple):
        """A tuple with names."""

        left: Value
        right: Value

    w, pair = [Value(1.0), Value(2.0)], Pair(Value(3.0), Value(4.0))
    by_key = {"rate": Value(5.0), 7: Value(6.0), (1, 2): Value(7.0)}
    ordered, deep = OrderedDict(z=Value(8.0)), [[Value(9.0)]]
    given = Value.sum([*w, *pair, *by_key.values(), *ordered.values(), *deep[0]])
    assert [*value_names(order_of(given)).values()] == [
        "w[0]", "w[1]", "pair[0]", "pair[1]", "by_key['rate']", "by_key[7]", "a", "ordered['z']",
        "b", "given",
    ]  # fmt: skip


def test_items_of_arrays_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By all their indices; NumPy need not be there, and arrays of numbers are passed over."""
    array, matrix = np.array([Value(1.0)]), np.array([[Value(2.0), Value(3.0)]])
    alone, numbers = np.array(Value(4.0), dtype=object), np.array([1.0, 2.0])
    order = [*array, *matrix[0], alone.item()]
    assert [*value_names(order).values()] == ["array[0]", "matrix[0, 0]", "matrix[0, 1]", "alone"]
    monkeypatch.delitem(sys.modules, "numpy")
    assert [*value_names(order[:1], {"w": array, "n": numbers}).values()] == ["a"]


def test_the_first_thousand_items_are_looked_at() -> None:
    """A list of a million numbers costs no time, and the rest of a long one has other names."""
    many = [Value(1.0) for _ in range(1002)]
    assert value_names(many[:1000])[many[999]] == "many[999]"
    assert [*value_names(many[1000:], {"m": many}).values()] == ["a", "b"]
    data, table = [0.5] * 10**6, dict.fromkeys(range(10**6), 0.5)
    seconds = []
    for _ in range(5):
        start = process_time()
        assert [*value_names(many[1000:]).values()] == ["a", "b"]
        seconds.append(process_time() - start)
    assert min(seconds) < 0.2
    assert len(data) == len(table)


def test_a_program_with_many_lists_costs_no_time() -> None:
    """Of all items together the first are looked at, and every variable is."""
    a = Value(1.0)
    lists = {f"rows_{number}": [0.5] * 1000 for number in range(10_000)}
    seconds = []
    for _ in range(3):
        start = process_time()
        assert value_names([a], {**lists, "weight": a}) == {a: "weight"}
        seconds.append(process_time() - start)
    assert min(seconds) < 2  # 10 without the limit


def test_keys_that_are_too_long_make_no_names() -> None:
    """Neither a page of text nor a number of 5,000 digits, which Python refuses to write."""
    w, x, y = Value(1.0), Value(2.0), Value(3.0)
    by_key = {"k" * 41: w, 10**5000: x, -(10**39): y, "k" * 40: Value(4.0)}
    names = value_names([*by_key.values()], {"t": by_key})
    assert [*names.values()] == ["a", "b", f"t[{-(10**39)}]", f"t['{'k' * 40}']"]


def test_subclasses_of_value_are_named() -> None:
    """As all Values are."""

    class Parameter(Value):
        """A Value of a program."""

    p = Parameter(2.0)
    assert value_names([p]) == {p: "p"}


def test_nothing_of_the_program_is_asked_or_compared() -> None:
    """Objects that refuse to be looked at, and those whose methods do not work, stay in peace."""

    class Grumpy:
        """An object of which nothing can be read."""

        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(f"{name} was read")

        def __eq__(self, other: object) -> bool:
            raise AssertionError("it was compared")

        def __hash__(self) -> int:
            raise AssertionError("it was hashed")

        def __bool__(self) -> bool:
            raise AssertionError("it was asked")

    class Row(list[Any]):
        """A list that does not tell what is in it."""

        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("items were asked for")

        def __len__(self) -> int:
            raise AssertionError("the length was asked for")

    class Odd(dict[Any, Any]):
        """A dict whose methods do not work."""

        def items(self) -> Any:
            raise AssertionError("items were asked for")

    grumpy, nan = Grumpy(), float("nan")
    row, odd = Row([Grumpy(), nan, Value(1.0)]), Odd(x=Value(2.0), y=Grumpy())
    order = [list.__getitem__(row, 2), odd["x"], Value(3.0)]
    assert [*value_names(order).values()] == ["row[2]", "odd['x']", "order[2]"]
    assert type(grumpy) is Grumpy


def test_the_value_names_the_module_are_seen_from_a_function() -> None:
    """After the local ones, which hide them; what is private has a letter."""
    x = Value(1.0)
    assert value_names([x, in_the_module, _private]) == {
        x: "x", in_the_module: "in_the_module", _private: "a"
    }  # fmt: skip
    [leaf] = known_names([in_the_module], None).variables
    assert leaf is in_the_module

    def hidden() -> list[str]:
        """The names where another thing has that name."""
        in_the_module = 3
        return [*value_names([globals()["in_the_module"], Value(in_the_module)]).values()]

    assert hidden() == ["a", "b"]


def test_names_at_the_top_of_a_module() -> None:
    """Where local names are those of the module."""
    assert [*names_at_the_top.values()] == ["in_the_module", "a", "Mul"]


def test_names_in_nested_functions() -> None:
    """Those of the function itself, with those that it takes from around it."""
    w, unused = Value(2.0), Value(3.0)
    product = w * unused

    def inner(x: Value) -> list[str]:
        """The names inside."""
        y = product * x
        return [*value_names(order_of(y)).values()]

    assert inner(w) == ["x", "a", "product", "y"]


def test_expressions_see_the_value_names_the_function_around_them() -> None:
    """Comprehensions, generators and functions in one line."""
    x = Value(3.0)
    y = x**2
    wanted = ["x", "y"]
    assert [[*value_names(order_of(y)).values()] for _ in range(1)] == [wanted]
    assert {tuple(value_names(order_of(y)).values()) for _ in range(1)} == {tuple(wanted)}
    assert {at: [*value_names(order_of(y)).values()] for at in range(1)} == {0: wanted}
    assert [*([*value_names(order_of(y)).values()] for _ in range(1))] == [wanted]
    assert (lambda: [*value_names(order_of(y)).values()])() == wanted


def test_a_function_in_one_line_does_not_see_another_module() -> None:
    """Even if it is called from there."""
    held, elsewhere = SimpleNamespace(v=Value(1.0)), dict[str, Any]()
    exec("def call(function, z):\n    return function()", elsewhere)
    assert elsewhere["call"](lambda: value_names([held.v]), held.v) == {held.v: "a"}


def test_names_in_a_class() -> None:
    """Its attributes, while they are made."""

    class Model:
        """A class that computes while it is made."""

        w = Value(2.0)
        y = w * 3
        names = value_names(order_of(y))

    assert [*Model.names.values()] == ["w", "y"]


def test_names_in_code_that_is_executed() -> None:
    """In its dicts; names that lie in anything else are not looked at."""

    class Kept(dict[str, Any]):
        """A dict of another class."""

        def items(self) -> Any:
            raise AssertionError("no foreign code is called")

    class Elsewhere:
        """A mapping that is no dict."""

        def __init__(self) -> None:
            self.kept: dict[str, Any] = {}

        def __getitem__(self, name: str) -> Any:
            return self.kept[name]

        def __setitem__(self, name: str, value: Any) -> None:
            self.kept[name] = value

    code = "w = Value(2.0)\ny = w * 3\nnames = value_names(order_of(y))"
    program = {"Value": Value, "value_names": value_names, "order_of": order_of}
    places: list[dict[str, Any]] = [program, {}, Kept()]
    for local in places:
        exec(code, {**program} if local is not program else program, local)
        assert [*local["names"].values()] == ["w", "y"]
    other: Any = Elsewhere()
    exec(code, {"v": Value(1.0), **program}, other)
    assert [*other["names"].values()] == ["a", "Mul"]


def test_what_ipython_keeps_is_not_looked_at() -> None:
    """Its lists of what was typed and shown, under whichever name; a program's own are."""
    x = Value(2.0)
    kept = {3: x}
    shown = {"_": x, "__": x, "_3": x, "_oh": kept, "Out": kept, "In": ["x"], "_ih": ["x"]}
    assert value_names([x], shown) == {x: "a"}
    assert value_names([x], {**shown, "x": x}) == {x: "x"}
    assert value_names([x], {"Out": kept}) == {x: "Out[3]"}
    assert value_names([x], {"In": [x], "_ih": [x]}) == {x: "In[0]"}


def test_python_itself_and_numpy_are_no_program() -> None:
    """A callback of theirs is called by the names of whoever waits for it."""
    y = Value(2.0) * 3
    assert (
        str(next(iter(np.vectorize(steps, otypes=[object])(y).item()))) == "y = a × 3 = 2 × 3 = 6"
    )
    assert SimpleNamespace(f=lambda: value_names([y])).f() == {y: "y"}


def test_names_can_be_given_or_forbidden() -> None:
    """As a mapping; all that takes names takes it."""
    w = Value(2.0)
    y = (w * 3).exp()
    names = {"weight": w, "end": y, "other": 3.0}
    assert in_trace(trace(y, names=names).document) == ["weight", "Mul", "end"]
    assert in_trace(Stepper(y, names=names).trace.document) == ["weight", "Mul", "end"]
    assert str(next(iter(steps(y, names)))) == "Mul = weight × 3 = 2 × 3 = 6"
    assert str(next(iter(chain_rule(y, w, names)))).startswith("end → Mul → weight: ")
    assert "weight" in draw(y, names=names).source
    assert in_trace(trace(y, names={}).document) == ["a", "Mul", "exp"]
    assert in_trace(Stepper(y, names={}).trace.document) == ["a", "Mul", "exp"]
    assert str(next(iter(steps(y, {})))) == "Mul = a × 3 = 2 × 3 = 6"
    assert str(next(iter(chain_rule(y, w, {})))).startswith("exp → Mul → a: ")
    assert "weight" not in draw(y, names={}).source


@pytest.mark.parametrize("names", [["w"], "w", 3])
def test_names_that_are_no_mapping_are_refused(names: Any) -> None:
    """The error says what to give."""
    x = Value(2.0)
    for function in (steps, trace, draw, Stepper, lambda x, names: chain_rule(x, x, names)):
        with pytest.raises(TypeError, match=r"names must map names to Values, as locals\(\) does"):
            function(x, names=names)


def test_names_that_are_no_text_are_refused() -> None:
    """The error shows the first."""
    with pytest.raises(TypeError, match="got the name 3, which is no text"):
        steps(Value(2.0), {3: Value(2.0)})  # type: ignore[dict-item]  # the mistake that is tested


def test_a_name_that_is_given_twice_is_given_once() -> None:
    """An item may be called as another name reads."""
    x, y = Value(2.0), Value(3.0)
    assert value_names([x, y], {"w[0]": x, "w": [y]}) == {x: "w[0]", y: "a"}


def test_letters_are_those_that_mean_nothing_else() -> None:
    """Neither a label nor a name of the program; nor d and e, which formulas have already."""
    a, c = 1, "another thing"
    order = [Value(1.0, "b"), Value(2.0), Value(3.0), Value(4.0, "f")]
    assert [*value_names(order, {"a": a, "c": c}).values()] == ["b", "g", "h", "f"]


def test_an_operation_that_is_alone_is_called_by_its_title() -> None:
    """Unless something else has that name; a leaf never is."""
    x = Value(2.0)
    assert [*value_names(order_of((x * 3).exp()), {}).values()] == ["a", "Mul", "exp"]
    assert [*value_names(order_of(x * 3 * 4), {}).values()] == ["a", "b", "c"]
    assert [*value_names(order_of(Value(1.0, "Mul") * 3), {}).values()] == ["Mul", "a"]


def test_a_number_after_the_operation_is_the_last_resort() -> None:
    """Of more Values than there are letters, each has one."""
    values = [Value(float(i)) for i in range(24)]
    assert "".join(value_names(values, {}).values()) == "abcfghijklmnopqrstuvwxyz"
    x = Value(1.0, "Mul#2")
    y = x
    for _ in range(26):
        y = y * 2
    assert [*value_names(order_of(y * Value(1.0)), {}).values()][:3] == ["Mul#2", "Mul#1", "Mul#3"]
    assert value_names([*values, Value(1.0)], {})[values[0]] == "leaf#1"


def test_labels_that_are_alike_are_numbered() -> None:
    """Past names that look like theirs."""
    labels = ["w", "w", "w#1"]
    names = unique_names([Value(1.0, label) for label in labels])
    assert [*names.values()] == ["w#2", "w#3", "w#1"]


def test_names_that_are_there_stay() -> None:
    """Others keep out of their way."""
    x, w, z = Value(1.0), Value(2.0, "w"), Value(3.0)
    assert unique_names([x, w, z], given={x: "w"}) == {x: "w", w: "w#1", z: "a"}


@given(st.integers(0, 2**32), st.integers(1, 80))
def test_no_name_is_a_number_and_no_two_are_the_same(seed: int, size: int) -> None:
    """In graphs of all operations, with and without names of the program."""
    program: Program = random_program(seed, size)
    made = run(program, list(map(Value, program.leaves)), ENGINE)
    nodes = [node for node in order_of(made[-1]) if node.op is not CONSTANT]
    for names in (None, {}, {"v": made[:5]}):
        found = value_names(nodes, names)
        texts = [found[node] for node in nodes]
        assert len(set(texts)) == len(texts)
        assert not any(text[:1].isdigit() or text[:1] in "-+." for text in texts)


def test_a_plain_number_is_its_own_name() -> None:
    """It is no Value of the program, and takes no letter."""
    total = Value.sum([Value(2.0), 3.0])
    assert [*value_names(order_of(total), {}).values()] == ["3", "a", "Sum"]
    assert repr(chain_rule(total, total.inputs[1], {})) == "∂Sum/∂3 = 0, the sum over 0 paths"


def test_the_paths_of_a_chain_rule_have_the_letters_of_its_steps() -> None:
    """Where a title would not tell Values apart that are printed together; reasons say the same."""
    x, w = Value(2.0), Value(0.5)
    two = (x * w).exp() + (x * 3).exp()
    rule = chain_rule(two, x, {"x": x, "w": w, "y": two})
    assert repr(rule).splitlines()[1:] == [
        "y → f → c → x: 1 × 403.4 × 3 = 1210",
        "y → b → a → x: 1 × 2.718 × 0.5 = 1.359",
    ]
    assert r"\mathrm{d}(e^{\mathrm{c}})}{\mathrm{d}\mathrm{c}}" in rule.latex()
    known = [f"{letter} = " for letter in "abcf"]
    assert [str(step)[:4] for step in steps(two, {"y": two, "x": x, "w": w})][:4] == known
    assert [each.symbols for each in next(iter(rule)).why()] == [
        "d(b + exp)/dexp = 1", "d(exp(Mul))/dMul = exp(Mul)", "d(x·3)/dx = 3"
    ]  # fmt: skip


def test_names_change_no_fold_and_no_compiled_program() -> None:
    """They are for readers only: nothing is written into a Value, which the compiler reads."""
    w = [Value(1.0), Value(2.0)]
    total = Value.sum([each * 2 for each in w])
    before = repr(fold(total))
    for look in (draw, trace, Stepper, lambda total: [*steps(total)]):
        look(total)
    assert repr(fold(total)) == before
    assert {node.label for node in order_of(total)} == {""}


def test_a_page_in_a_scope_has_the_value_names_the_program() -> None:
    """Scopes and names do not meet."""
    with scope("neuron"):
        h = Value(2.0, "x") * 3
    assert in_trace(trace(h).document) == ["x", "h"]
