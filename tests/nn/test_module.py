"""A module knows its parameters by the names of its attributes."""

import copy
import pickle
import random
import sys
from collections.abc import Callable
from typing import Any

import pytest

import nn
from engine import Value, scope


class _Line(nn.Module[Value]):
    """What a user writes: two parameters, and a formula."""

    def __init__(self) -> None:
        self.slope = Value(2.0)
        self.height = Value(1.0)

    def forward(self, x: Value | float) -> Value:
        return self.slope * x + self.height


class _Pipeline(nn.Module[Value]):
    """A user's module made of a module, a list and a tuple of modules, and a Value."""

    def __init__(self) -> None:
        self.first = _Line()
        self.blocks = [_Line(), _Line()]
        self.stack = (_Line(),)
        self.gain = Value(3.0)

    def forward(self, x: Value | float) -> Value:
        for line in (self.first, *self.blocks, *self.stack):
            x = line(x)
        return self.gain * x


class _Microneuron(nn.Module[Value]):
    """A subclass in micrograd's manner: it overrides the call and lists its own parameters."""

    def __init__(self) -> None:
        self.w = [Value(0.5), Value(-0.25)]
        self.b = Value(0.0)

    def __call__(self, x: Any) -> Value:
        return sum((w * each for w, each in zip(self.w, x, strict=True)), self.b).relu()

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]


class _Holder(nn.Module[Value]):
    """A module with one attribute, `held`, of whatever kind."""

    def __init__(self, held: object) -> None:
        self.held = held


class _Appended(nn.Module[Value]):
    """A module that appends to the last list that it sets."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        for _ in range(2):
            self.lines.append(_Line())

    def forward(self, x: Value | float) -> Value:
        first, second = self.lines
        return second(first(x))


class _Twins(nn.Module[Value]):
    """A module that uses one part in two places."""

    def __init__(self) -> None:
        self.left = _Line()
        self.right = self.left


def _names(module: nn.Module[Any]) -> list[str]:
    return [name for name, _ in module.named_parameters()]


def _labels(module: nn.Module[Any]) -> list[str]:
    return [parameter.label for parameter in module.parameters()]


def _made(output: Value) -> list[Value]:
    """The output and every operation that it was made by."""
    found = [output]
    for value in found:
        found += [each for each in value.inputs if each.inputs and each not in found]
    return found


def test_a_parameter_is_named_by_its_place() -> None:
    """Layers and neurons count from one, as people do; weights from zero, as formulas do."""
    named = dict(nn.MLP(4, [2, 3, 1], seed=0).named_parameters())
    assert "layer1.neuron2.w[3]" in named
    assert "layer2.neuron3.b" in named
    assert "layer3.neuron1.w[2]" in named


def test_parameters_come_neuron_by_neuron_weights_before_bias() -> None:
    """The whole order, written out for two neurons and one."""
    assert _names(nn.MLP(2, [2, 1], seed=0)) == [
        *("layer1.neuron1.w[0]", "layer1.neuron1.w[1]", "layer1.neuron1.b"),
        *("layer1.neuron2.w[0]", "layer1.neuron2.w[1]", "layer1.neuron2.b"),
        *("layer2.neuron1.w[0]", "layer2.neuron1.w[1]", "layer2.neuron1.b"),
    ]


def test_the_order_of_parameters_is_micrograds() -> None:
    """The same Values that micrograd's nested comprehensions would list."""
    model = nn.MLP(3, [4, 2], seed=0)
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    assert model.parameters() == [p for neuron in neurons for p in [*neuron.w, neuron.b]]


def test_parameters_are_the_named_parameters_without_their_names() -> None:
    """Two views of one list."""
    model = nn.MLP(3, [2, 1], seed=0)
    assert model.parameters() == [parameter for _, parameter in model.named_parameters()]


@pytest.mark.parametrize("model", [nn.MLP(2, [3, 1], seed=0), _Pipeline()], ids=["MLP", "user's"])
def test_a_label_is_the_name(model: nn.Module[Any]) -> None:
    """So pictures and paths call a parameter by its place."""
    assert _labels(model) == _names(model)


def test_labels_follow_a_module_into_a_bigger_one() -> None:
    """The name starts at the outermost module, and is renewed when that changes."""
    line = _Line()
    assert _labels(line) == ["slope", "height"]
    inner = _Holder([line])
    assert _labels(inner) == ["held1.slope", "held1.height"]
    outer = _Holder(inner)
    assert _labels(outer) == ["held.held1.slope", "held.held1.height"]


@pytest.mark.parametrize("note", ["a remark", 3, None])
def test_a_remark_on_a_part_leaves_the_labels_of_the_whole(note: object) -> None:
    """Labels are the names in the whole, whatever is set on a part later."""
    model = nn.MLP(2, [2, 1], seed=0)
    part: Any = model.layers[0]
    before = _labels(model)
    part.remark = note
    assert _labels(model) == before


def test_a_new_weight_in_a_part_is_labelled_by_its_place_in_the_whole() -> None:
    """A parameter that is replaced inside a part gets the name of the one before."""
    model = nn.MLP(2, [1], seed=0)
    model.layers[0].neurons[0].b = Value(7.0)
    assert _labels(model) == _names(model)


def test_what_is_appended_is_named_by_the_first_call() -> None:
    """Without asking for the parameters: a list may grow before its module is used."""
    appended = _Appended()
    first, second = appended.lines
    assert [each.scope for each in (appended(1.0), first(1.0))] == [("line2",), ("line1",)]
    assert (first.slope.label, second.height.label) == ("line1.slope", "line2.height")


def test_the_first_call_leaves_a_label_of_ones_own() -> None:
    """Until the parameters are asked for, by their names."""
    line = _Line()
    line.slope.label = "m"
    line(1.0)
    assert line.slope.label == "m"
    assert _labels(line) == ["slope", "height"]


def test_a_part_that_leaves_its_first_place_has_the_second() -> None:
    """Names are those of the places that there are."""
    twins = _Twins()
    shared = twins.left
    twins.left = _Line()
    assert (shared(1.0).scope, shared.slope.label) == (("right",), "right.slope")
    values: Any = _Holder([both := Value(1.0), Value(2.0), both])
    assert both.label == "held[0]"
    values.held = [Value(3.0), both]
    assert both.label == "held[1]"


class _Note(nn.Module[Value]):
    """A module with whatever attributes."""

    def forward(self) -> Value:
        return Value(0.0)


class _Walking(_Note):
    """The same, which looks through all that is below whenever anything is set."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        self.parameters()


def _built(kind: type[_Note], seed: int) -> list[object]:
    """What can be seen of modules that are put together at random, after each step.

    The third is a part of the second, which is one of the first, as the fourth is, if at all; in
    several places of a module as it may be.
    """
    draw, seen = random.Random(seed), list[object]()
    modules: list[Any] = [kind() for _ in range(4)]
    values = [[Value(float(i), "given" * (i == 0)) for i in range(4)] for _ in modules]

    def some(owner: int, depth: int) -> object:
        """A part of a module, or a collection of some."""
        kind = draw.randrange(6)
        if kind == 0 or depth == 2:
            return draw.choice(values[owner])
        if kind == 1:
            return draw.choice([7, "text", None, values[owner][1] * 2])
        if kind < 4 and owner < 2:
            return modules[draw.choice([1, 3]) if owner == 0 else 2]
        members = [some(owner, depth + 1) for _ in range(draw.randrange(4))]
        return {str(i): each for i, each in enumerate(members)} if kind == 4 else members

    for _ in range(25):
        owner, name = draw.randrange(4), draw.choice(["a", "layers", "note"])
        held = vars(modules[owner]).get(name)
        if isinstance(held, list) and draw.random() < 0.5:
            modules.append(kind())
            values[owner].append(Value(0.0))
            setattr(modules[owner], name, [*held, modules[-1], values[owner][-1]])
        setattr(modules[owner], name, some(owner, 0))
        labels = [each.label for mine in values for each in mine]
        seen.append([labels, [each().scope for each in modules]])
    return seen


def test_names_are_those_of_a_walk_through_everything() -> None:
    """Whatever is set, replaced and held twice; in whichever order."""
    for seed in range(300):
        assert _built(_Note, seed) == _built(_Walking, seed), seed


def _cost(model: nn.Module[Any], make: Callable[[], object]) -> int:
    """The number of calls of functions and steps of generators, of any kind, to set something."""
    count, held = 0, make()

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        model.remark = held
    finally:
        sys.setprofile(None)
    return count


class _Table(nn.Module[Value]):
    """A module with many parameters of its own, and many in parts."""

    def __init__(self, size: int) -> None:
        self.rows = [[Value(0.0) for _ in range(size)] for _ in range(size)]
        self.net = nn.MLP(size, [size, 1], seed=0)
        self.calls = 0

    def forward(self, x: float) -> Value:
        self.calls += 1
        return self.rows[0][0] * x


@pytest.mark.parametrize(
    "make",
    [
        *(lambda: 3, lambda: "text", lambda: [1.0, 2.0], lambda: Value(1.0) * 2),
        *(lambda: Value(1.0), lambda: [Value(1.0)], lambda: {"a": (Value(1.0),)}),
        *(lambda: nn.Neuron(1, seed=0), lambda: [nn.Neuron(1, seed=0)]),
    ],
)
def test_setting_something_costs_what_is_set(make: Callable[[], object]) -> None:
    """Not what else the module has: the same work on 30 parameters as on 1,000, also again."""
    small: Any = _Table(3)
    large: Any = _Table(20)
    for _ in range(3):
        assert _cost(small, make) == _cost(large, make) < 400
    assert small.remark is not None


def test_many_parameters_are_set_one_by_one_at_the_cost_of_each() -> None:
    """The thousandth attribute costs as much as the first."""
    model: Any = _Holder(None)
    costs = []
    for i in range(1000):
        costs.append(_cost(model, lambda: Value(1.0)))
        setattr(model, f"w{i}", Value(1.0))
    assert costs[1] == costs[-1]
    assert len(model.parameters()) == 1001


class _Keeping(nn.Module[Value]):
    """A module whose `forward` keeps leaves, itself and by another method."""

    def __init__(self) -> None:
        self.w = Value(3.0)

    def forward(self, x: float) -> Value:
        self.x = Value(x)
        self._keep([Value(x), Value(x)])
        return self.w * self.x

    def _keep(self, seen: list[Value]) -> None:
        self.seen = seen


def test_a_leaf_that_forward_keeps_is_no_parameter() -> None:
    """As in PyTorch, a module has the parameters that it was made with; set outside, it is one."""
    model = _Keeping()
    for x in (1.0, 2.0):
        model(x)
        assert _names(model) == ["w"]
    assert model.x.data == 2.0
    copied = copy.deepcopy(model)
    assert _names(copied) == ["w"]
    model.x = Value(5.0)
    assert _names(model) == ["w", "x"]


class _Renewing(nn.Module[Value]):
    """A module whose `forward` sets a parameter anew, and makes a part when it first knows how."""

    def __init__(self) -> None:
        self.w = Value(3.0)
        self.part: nn.Neuron | None = None

    def forward(self, x: list[float]) -> Value:
        self.w = Value(self.w.data + 1)
        self.part = self.part or nn.Neuron(len(x), seed=0)
        return self.w * self.part(x)


def test_a_parameter_that_forward_sets_anew_stays_one() -> None:
    """And a module that it makes is a part."""
    model = _Renewing()
    model([1.0])
    assert _names(model) == ["w", "part.w[0]", "part.b"]


def test_a_users_module_has_the_parameters_of_all_its_parts() -> None:
    """Lists and tuples in the plural are numbered in the singular; other names stay whole."""
    assert _names(_Pipeline()) == [
        *("first.slope", "first.height"),
        *("block1.slope", "block1.height"),
        *("block2.slope", "block2.height"),
        *("stack1.slope", "stack1.height"),
        "gain",
    ]


def test_calling_a_users_module_computes_its_forward() -> None:
    """3 · (2x + 1 four times over) at x = 0 is 3 · 15."""
    assert _Pipeline()(0.0).data == 45.0


def test_a_module_in_micrograds_manner_computes_and_trains() -> None:
    """Its own call and its own list of parameters are used; d relu(w·x + b)/dw = x."""
    neuron = _Microneuron()
    output = neuron([3.0, 2.0])
    output.backward()
    assert output.data == 1.0
    assert [p.grad for p in neuron.parameters()] == [3.0, 2.0, 1.0]
    neuron.zero_grad()
    assert [p.grad for p in neuron.parameters()] == [0.0, 0.0, 0.0]


def test_what_a_neuron_computes_belongs_to_its_layer_and_itself() -> None:
    """Every operation of a network lies in the frame of one neuron, and every neuron has some."""
    output = nn.MLP(2, [2, 1], seed=0)([0.5, -1.0])
    assert output.scope == ("layer2", "neuron1")
    assert {value.scope for value in _made(output)} == {
        ("layer1", "neuron1"),
        ("layer1", "neuron2"),
        ("layer2", "neuron1"),
    }


def test_scopes_are_the_names_that_the_parameters_have() -> None:
    """A user's module frames its parts in the same way."""
    scopes = {value.scope for value in _made(_Pipeline()(1.0))}
    assert scopes == {(), ("first",), ("block1",), ("block2",), ("stack1",)}


def test_a_module_that_belongs_to_none_has_no_scope_of_its_own() -> None:
    """What it makes belongs where it is called."""
    line = _Line()
    assert line(1.0).scope == ()
    with scope("here"):
        assert line(1.0).scope == ("here",)


def test_parameters_lie_outside_the_scopes_of_what_is_computed() -> None:
    """A leaf belongs where it was made."""
    assert {p.scope for p in nn.MLP(2, [2, 1], seed=0).parameters()} == {()}


def test_zero_grad_forgets_all_gradients() -> None:
    """After it, nothing is left of an earlier backward pass."""
    model = nn.MLP(2, [3, 1], seed=0)
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert all(p.grad == 0.0 for p in model.parameters())


def test_a_module_without_forward_says_that_it_needs_one() -> None:
    """The error names the class that lacks it."""
    with pytest.raises(NotImplementedError, match=r"_Holder must define forward\(self, x\)"):
        _Holder(1.0)([1.0])


@pytest.mark.parametrize("held", [None, 3, 0.5, "text", [], (1, 2), ["a", None], {"a": 1}, sum])
def test_what_is_neither_value_nor_module_is_no_parameter(held: object) -> None:
    """A module may keep sizes, texts, functions and anything else."""
    holder = _Holder(held)
    assert holder.parameters() == []
    assert holder.held is held


def test_a_value_among_numbers_keeps_its_index() -> None:
    """w[1] is what stands at w[1]."""
    assert _names(_Holder([0.5, Value(1.0), "text", Value(2.0)])) == ["held[1]", "held[3]"]


def test_a_tuple_of_values_is_indexed_like_a_list() -> None:
    """Its members are parameters too."""
    assert _names(_Holder((Value(1.0), Value(2.0)))) == ["held[0]", "held[1]"]


def test_parameters_are_those_that_the_attributes_hold_now() -> None:
    """A replaced parameter is no longer trained."""
    line = _Line()
    line.slope = slope = Value(5.0)
    assert line.parameters() == [slope, line.height]


def test_a_part_in_two_places_has_its_parameters_once() -> None:
    """As in PyTorch: an optimizer that met them twice would move them twice in each step."""
    twins = _Twins()
    assert twins.parameters() == [twins.left.slope, twins.left.height]


class _Collections(nn.Module[Value]):
    """Parameters in all kinds of collections, some of them shared, and a result that is kept."""

    def __init__(self) -> None:
        self.table = [[Value(1.0), Value(2.0)], [Value(3.0)]]
        self.named: dict[str, object] = {"gain": Value(4.0), "inner": nn.Neuron(1, seed=0)}
        self.layers: list[nn.Layer] = []
        self.layers.append(nn.Layer(1, 1, seed=0))
        self.again = self.layers[0]
        self.parent = self
        self.kept = self.table[0][0] * 2

    def forward(self, x: float, *, times: int = 1) -> Value:
        """The gain times the input, some times over."""
        gain = self.named["gain"]
        assert isinstance(gain, Value)
        return gain * x * times


def test_collections_are_searched_and_results_are_no_parameters() -> None:
    """Nested lists, dicts and appended modules count, shared ones once, kept results never."""
    model = _Collections()
    places = [place for place, _ in model.named_parameters()]
    assert places == [
        "table[0][0]",
        "table[0][1]",
        "table[1][0]",
        "named[gain]",
        "named[inner].w[0]",
        "named[inner].b",
        "layer1.neuron1.w[0]",
        "layer1.neuron1.b",
    ]
    assert [parameter.label for parameter in model.parameters()] == places
    assert model.kept.label == ""


def test_forward_may_take_several_arguments() -> None:
    """Calling a module hands everything on."""
    assert _Collections()(2.0, times=3).data == 24.0


def test_a_module_of_ones_own_says_what_it_is() -> None:
    """Its repr has the class and the number of parameters."""
    assert repr(_Collections()) == "_Collections(8 parameters)"


@pytest.mark.parametrize(
    "way",
    [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["deepcopy", "pickle"],
)
@pytest.mark.parametrize("activation", nn.ACTIVATIONS)
def test_a_model_is_copied_and_pickled(way: Callable[[Any], Any], activation: str) -> None:
    """With every activation: equal in names, numbers, outputs and scopes, and trained apart."""
    model = nn.MLP(2, [3, 1], activation, seed=5)
    before = [parameter.data for parameter in model.parameters()]
    twin = way(model)
    assert (repr(twin), _names(twin), _labels(twin)) == (repr(model), _names(model), _labels(model))
    output = twin([0.5, -1.0])
    assert (output.data, output.scope) == (model([0.5, -1.0]).data, ("layer2", "neuron1"))
    output.backward()
    nn.SGD(twin.parameters(), learning_rate=0.1).step()
    assert [parameter.data for parameter in model.parameters()] == before
    assert [parameter.data for parameter in twin.parameters()] != before
    assert not any(parameter.grad for parameter in model.parameters())


def test_copies_of_a_users_module_share_what_the_original_shares() -> None:
    """A part in two places is one part in the copy."""
    twins = copy.deepcopy(_Twins())
    assert twins.left is twins.right
    assert _names(pickle.loads(pickle.dumps(nn.Layer(1, 2, seed=0)))) == _names(nn.Layer(1, 2))
