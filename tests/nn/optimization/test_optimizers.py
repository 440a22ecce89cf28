"""Optimizers move parameters as their formulas say."""

import json
import pickle
from collections.abc import Callable, Iterator
from copy import deepcopy
from math import isfinite, isnan, nan
from typing import Any

import pytest

import nn
from engine import Value

Make = Callable[[list[Value]], nn.Optimizer]

# Six steps down a^2 + 3 b^4 + a b from a = 0.7, b = -1.2 with learning rate 0.02: the published
# formulas, written down in mpmath with 50 digits and rounded to float64. Beside each, how PyTorch
# makes the same optimizer.
# fmt: off
_COURSES: dict[str, tuple[Make, tuple[str, dict[str, Any]], list[tuple[float, float]]]] = {
    "SGD": (
        lambda p: nn.SGD(p, 0.02),
        ("SGD", {}),
        [(0.696, -0.79928), (0.6841456, -0.6906514774911795),
         (0.6705928055498236, -0.6252686972993552), (0.6562744672738178, -0.5800111998010448),
         (0.641623712578886, -0.5463070964127275), (0.626884906003985, -0.5200084966879049)]),
    "SGD with weight decay": (
        lambda p: nn.SGD(p, 0.02, weight_decay=0.1),
        ("SGD", {"weight_decay": 0.1}),
        [(0.6946, -0.79688), (0.6813644, -0.6877303362747187),
         (0.6665017019254944, -0.6219154697736204), (0.650946939840096, -0.5762711725950643),
         (0.6351325918187133, -0.5422080469432228), (0.6193011839011918, -0.5155694406469796)]),
    "momentum": (
        lambda p: nn.SGD(p, 0.02, 0.9),
        ("SGD", {"momentum": 0.9}),
        [(0.696, -0.79928), (0.6805456, -0.33000347749117953),
         (0.6460148855498236, 0.08735963343276061), (0.5873494544540167, 0.4499061268334012),
         (0.5020584657529618, 0.7425946656576425), (0.390362343978741, 0.8976928261098551)]),
    "Nesterov": (
        lambda p: nn.SGD(p, 0.02, 0.9, nesterov=True, weight_decay=0.1),
        ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        [(0.68974, -0.434072), (0.646819484, -0.0948104851854508),
         (0.5784364992138471, 0.18066260161654352), (0.4866105891694778, 0.4145204109657068),
         (0.3745007959965054, 0.5844577872950452), (0.24736267037108636, 0.6548010394814908)]),
    "RMSprop": (
        lambda p: nn.RMSprop(p, 0.02, 0.9),
        ("RMSprop", {"alpha": 0.9}),
        [(0.6367544567966308, -1.1367544468964528), (0.5997741328378723, -1.094605561783646),
         (0.572733104059255, -1.0610504010213557), (0.5511775063621922, -1.0323876991151255),
         (0.5331281065461011, -1.0069543965945962), (0.5175024666162171, -0.9838416682951648)]),
    "RMSprop with weight decay": (
        lambda p: nn.RMSprop(p, 0.02, weight_decay=0.1),
        ("RMSprop", {"weight_decay": 0.1}),
        [(0.5000000740740467, -1.0000000009922603), (0.46340478729125856, -0.8998623902402881),
         (0.41135286726608794, -0.8316000087217212), (0.3884894843244314, -0.7795809349212427),
         (0.36286866699941595, -0.7377737681207471), (0.3457046949464281, -0.7029046206574062)]),
    "Adam": (
        lambda p: nn.Adam(p, 0.02),
        ("Adam", {}),
        [(0.6800000009999999, -1.180000000009982), (0.6600824475696171, -1.1600332080871465),
         (0.6403168383017017, -1.1401224080454104), (0.6207851525470368, -1.1202906890718696),
         (0.6015826229835126, -1.1005612932107), (0.5828176573470686, -1.0809574577144265)]),
    "Adam with weight decay": (
        lambda p: nn.Adam(p, 0.02, 0.8, 0.95, weight_decay=0.1),
        ("Adam", {"betas": (0.8, 0.95), "weight_decay": 0.1}),
        [(0.6800000007407407, -1.1800000000099227), (0.6600906560821974, -1.1600500625475365),
         (0.6403433013683235, -1.1401839580449964), (0.620837657651703, -1.1204351162576052),
         (0.6016616472502605, -1.10083612854723), (0.582910741598484, -1.0814182822689762)]),
    "AdamW": (
        lambda p: nn.AdamW(p, 0.02, weight_decay=0.1),
        ("AdamW", {"weight_decay": 0.1}),
        [(0.678600001, -1.177600000009982), (0.6573275742086441, -1.1552829561224778),
         (0.6362539998531564, -1.1330748743727523), (0.6154633295066659, -1.111002031349465),
         (0.5950531568004045, -1.089090778200164), (0.5751344787670761, -1.067367338634214)]),
}
# fmt: on
_EVERY = pytest.mark.parametrize("name", _COURSES)

# Each kind with its defaults.
_KINDS = pytest.mark.parametrize("kind", [nn.SGD, nn.RMSprop, nn.Adam, nn.AdamW])


def _start() -> list[Value]:
    return [Value(0.7, "a"), Value(-1.2, "b")]


def _stepped(parameters: list[Value], optimizer: nn.Optimizer, steps: int) -> list[list[float]]:
    """Where the parameters are after each step down a² + 3 b⁴ + a b."""
    way = []
    a, b = parameters
    for _ in range(steps):
        optimizer.zero_grad()
        (a * a + 3 * b**4 + a * b).backward()
        optimizer.step()
        way.append([a.data, b.data])
    return way


@_EVERY
def test_every_optimizer_goes_as_its_published_formula(name: str) -> None:
    """Step for step, to 12 digits."""
    make, _, course = _COURSES[name]
    parameters = _start()
    way = _stepped(parameters, make(parameters), len(course))
    assert [number for each in way for number in each] == pytest.approx(
        [number for each in course for number in each], rel=1e-12
    )


@_EVERY
def test_every_optimizer_goes_as_in_pytorch(name: str) -> None:
    """Twenty steps of the same descent by torch.optim on float64."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    make, (theirs, options), _ = _COURSES[name]
    a, b = (torch.tensor(p.data, dtype=torch.float64, requires_grad=True) for p in _start())
    optimizer = getattr(torch.optim, theirs)([a, b], lr=0.02, **options)
    expected = []
    for _ in range(20):
        optimizer.zero_grad()
        (a * a + 3 * b**4 + a * b).backward()
        optimizer.step()
        expected += [a.item(), b.item()]
    parameters = _start()
    way = _stepped(parameters, make(parameters), 20)
    assert [number for each in way for number in each] == pytest.approx(expected, rel=1e-11)


@_EVERY
def test_all_parameters_at_once_go_where_each_goes_by_itself(name: str) -> None:
    """As NumPy arrays, with what is remembered; NumPy may round a root or a power otherwise."""
    np = pytest.importorskip("numpy", reason="NumPy is not installed")
    make = _COURSES[name][0]
    one_by_one, at_once = make(_start()), make(_start())
    numbers = np.array([p.data for p in _start()])
    for step in range(6):
        slopes = np.cos(numbers) + step
        for parameter, slope in zip(one_by_one.parameters, slopes.tolist(), strict=True):
            parameter.grad = slope
        one_by_one.step()
        numbers = at_once.moved(numbers, slopes, np.frombuffer)
        assert numbers.tolist() == pytest.approx([p.data for p in one_by_one.parameters], rel=1e-13)
    assert at_once.steps == one_by_one.steps == 6
    for now, kept in zip(
        *(each.memory(np.frombuffer) for each in (at_once, one_by_one)), strict=True
    ):
        assert now.tolist() == pytest.approx(kept.tolist(), rel=1e-13)


@_EVERY
def test_a_restored_optimizer_goes_on_to_the_bit(name: str) -> None:
    """Three steps, its state as JSON text, and a new optimizer: the same as six steps at once."""
    make, _, _ = _COURSES[name]
    whole, parts = _start(), _start()
    expected = _stepped(whole, make(whole), 6)
    first = make(parts)
    way = _stepped(parts, first, 3)
    text = json.dumps(first.state())
    kind: Any = type(first)
    again = kind(parts)  # with other settings
    again.restore(json.loads(text))
    assert way + _stepped(parts, again, 3) == expected
    assert again.steps == 6
    assert repr(again) == repr(first)


@_EVERY
def test_a_state_is_of_plain_numbers_and_lists(name: str) -> None:
    """A name, numbers, and a list of as many floats as there are parameters."""
    make, _, _ = _COURSES[name]
    optimizer = make(_start())
    state = optimizer.state()
    assert state.pop("optimizer") == type(optimizer).__name__
    for each in state.values():
        if isinstance(each, list):
            assert [type(number) for number in each] == [float, float]
        else:
            assert type(each) in (int, float, bool)


def test_a_state_is_a_copy() -> None:
    """Changes of the state do not change the optimizer, and later steps do not change the state."""
    parameters = _start()
    optimizer = nn.SGD(parameters, 0.1, 0.5)
    before = optimizer.state()
    kept = deepcopy(before)
    _stepped(parameters, optimizer, 1)
    assert before == kept
    optimizer.state()["velocity"][0] = 17.0
    assert optimizer.state()["velocity"][0] != 17.0
    optimizer.restore(before)
    before["velocity"][0] = 17.0
    assert optimizer.state() == kept


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": "Adam"}, "state is one of Adam, not of SGD"),
        ({"optimizer": "Slow"}, "state is one of Slow, not of SGD"),
        ({"velocity": [0.0]}, "velocity must hold a number for each of the 2 parameters, got 1"),
        ({"velocity": 0.0}, "velocity must be a list of numbers, got 0.0"),
        ({"velocity": "ab"}, "velocity must be a list of numbers, got 'ab'"),
        ({"velocity": [0.0, None]}, r"velocity\[1\] must be a real number, got None"),
        ({"steps": -1}, "steps must be a whole number, got -1"),
        ({"steps": 2**63}, "steps must be a whole number, got 9223372036854775808"),
        ({"learning_rate": 10**400}, "learning_rate must fit into a float64"),
        ({"velocity": [0.0, 10**400]}, r"velocity\[1\] must fit into a float64"),
        ({"steps": 1.0}, "steps must be a whole number, got 1.0"),
        ({"steps": True}, "steps must be a whole number, got True"),
        ({"learning_rate": -1.0}, "learning_rate must be at least 0 and finite, got -1.0"),
        ({"momentum": "0.5"}, "momentum must be a real number, got '0.5'"),
        ({"nesterov": 2}, "nesterov must be True or False, got 2"),
        ({"more": 1}, "state must have the entries .*, got .*more"),
    ],
)
def test_the_state_of_another_optimizer_is_refused(change: dict[str, Any], message: str) -> None:
    """And the optimizer stays as it was."""
    parameters = _start()
    optimizer = nn.SGD(parameters, 0.1, 0.5)
    _stepped(parameters, optimizer, 2)
    before = optimizer.state()
    with pytest.raises(ValueError, match=message):
        optimizer.restore({**before, "learning_rate": 0.3, **change})
    assert optimizer.state() == before


@_KINDS
@pytest.mark.parametrize("state", [{}, None, 3, "SGD", [("optimizer", "SGD")]])
def test_what_is_no_state_is_refused(kind: Any, state: Any) -> None:
    """The error says what a state has."""
    with pytest.raises(ValueError, match=r"state must have the entries optimizer, steps, .* got"):
        kind(_start()).restore(state)


def test_a_diverged_state_is_restored_as_it_is() -> None:
    """Numbers that are nan or infinite are what the optimizer remembers."""
    optimizer = nn.SGD(_start(), 0.1, 0.5)
    state = {**optimizer.state(), "velocity": [float("inf"), -0.0]}
    optimizer.restore(state)
    assert str(optimizer.state()) == str(state)


def test_no_state_makes_a_later_step_raise() -> None:
    """A mean of squares below 0, which no run leaves, gives nan."""
    optimizer = nn.RMSprop(_start())
    optimizer.restore({**optimizer.state(), "mean_square": [-1.0, 0.0], "steps": 2**63 - 1})
    optimizer.step()
    assert isnan(optimizer.parameters[0].data)


@_KINDS
def test_an_optimizer_can_be_copied_with_its_parameters(kind: Any) -> None:
    """A pickled optimizer continues with its memory."""
    parameters = _start()
    optimizer = kind(parameters, 0.02)
    _stepped(parameters, optimizer, 2)
    twin = pickle.loads(pickle.dumps(optimizer))
    assert _stepped(twin.parameters, twin, 2) == _stepped(parameters, optimizer, 2)


@_KINDS
@pytest.mark.parametrize("gradient", [1e-200, 1e200, -1e308])
def test_no_gradient_makes_an_optimizer_raise(kind: Any, gradient: float) -> None:
    """Where squares overflow or vanish it goes no way that is no number."""
    w = Value(0.0)
    w.grad = gradient
    optimizer = kind([w])
    for _ in range(3):
        optimizer.step()
    assert isfinite(w.data)


def _descend(w: Value, optimizer: nn.SGD, steps: int) -> Iterator[float]:
    """Where w is after each step down the parabola w²."""
    for _ in range(steps):
        optimizer.zero_grad()
        (w * w).backward()
        optimizer.step()
        yield w.data


def test_a_step_goes_against_the_gradient() -> None:
    """By learning rate · grad, for each parameter by itself."""
    parameters = [Value(1.0), Value(-2.0), Value(0.5)]
    for parameter, gradient in zip(parameters, [4.0, -8.0, 0.0], strict=True):
        parameter.grad = gradient
    nn.SGD(parameters, learning_rate=0.25).step()
    assert [p.data for p in parameters] == [0.0, 0.0, 0.5]


def test_the_learning_rate_is_a_hundredth_unless_told() -> None:
    """1 − 0.01 · 100 = 0."""
    w = Value(1.0)
    w.grad = 100.0
    nn.SGD([w]).step()
    assert w.data == 0.0


def test_without_momentum_the_parabola_shrinks_geometrically() -> None:
    """The gradient is 2w, so each step multiplies w by 1 − 2 · 0.1."""
    w = Value(3.0)
    way = list(_descend(w, nn.SGD([w], learning_rate=0.1), 5))
    assert way == pytest.approx([3.0 * 0.8**step for step in range(1, 6)])


def test_momentum_goes_as_computed_by_hand() -> None:
    """With v ← 0.5 v + 2w and w ← w − 0.1 v from w = 1: v is 2, 2.6, 2.38, 1.794, 1.1422."""
    w = Value(1.0)
    way = list(_descend(w, nn.SGD([w], learning_rate=0.1, momentum=0.5), 5))
    assert way == pytest.approx([0.8, 0.54, 0.302, 0.1226, 0.00838], rel=1e-12)


def test_momentum_is_the_same_to_the_bit_in_plain_floats() -> None:
    """The two formulas of the docstring, step for step, with numbers that are not round."""
    w, x, v = Value(0.7), 0.7, 0.0
    for moved in _descend(w, nn.SGD([w], learning_rate=0.03, momentum=0.9), 5):
        v = 0.9 * v + (x + x)
        x = x - 0.03 * v
        assert moved == x


def test_each_parameter_has_a_velocity_of_its_own() -> None:
    """One that has no gradient any more coasts, by 0.5 v; the other never started."""
    moving, resting = Value(0.0), Value(0.0)
    optimizer = nn.SGD([moving, resting], learning_rate=1.0, momentum=0.5)
    moving.grad = -1.0
    optimizer.step()
    optimizer.zero_grad()
    optimizer.step()
    assert (moving.data, resting.data) == (1.5, 0.0)


def test_the_learning_rate_may_change_between_steps() -> None:
    """The next step goes as far as the new one says."""
    w = Value(0.0)
    optimizer = nn.SGD([w], learning_rate=1.0)
    w.grad = -1.0
    optimizer.step()
    optimizer.learning_rate = 0.25
    optimizer.step()
    assert (optimizer.learning_rate, w.data) == (0.25, 1.25)


def test_a_step_leaves_the_gradients_as_they_are() -> None:
    """Only `zero_grad` forgets them."""
    w = Value(1.0)
    w.grad = 3.0
    optimizer = nn.SGD([w])
    optimizer.step()
    assert w.grad == 3.0
    optimizer.zero_grad()
    assert w.grad == 0.0


def test_only_the_parameters_given_are_moved() -> None:
    """The first layer is frozen by not being given; a generator of parameters will do."""
    model = nn.MLP(2, [3, 1], seed=0)
    first, last = model.layers
    frozen, trained = [[p.data for p in layer.parameters()] for layer in model.layers]
    optimizer = nn.SGD(p for p in last.parameters())
    model([1.0, 2.0]).backward()
    optimizer.step()
    assert [p.data for p in first.parameters()] == frozen
    assert [p.data for p in last.parameters()] != trained


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"parameters": []}, ValueError, r"parameters is empty"),
        ({"parameters": 3}, TypeError, r"parameters must be Values, got 3"),
        ({"parameters": [Value(1.0), 2.0]}, TypeError, r"parameters\[1\] .* got 2\.0"),
        ({"learning_rate": -0.1}, ValueError, r"learning_rate .* got -0\.1"),
        ({"learning_rate": float("inf")}, ValueError, "learning_rate .* got inf"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate .* got nan"),
        ({"learning_rate": "0.1"}, TypeError, r"learning_rate .* got '0\.1'"),
        ({"momentum": 1}, ValueError, "momentum .* got 1"),
        ({"momentum": -0.5}, ValueError, r"momentum .* got -0\.5"),
        ({"momentum": float("nan")}, ValueError, "momentum .* got nan"),
        ({"momentum": None}, TypeError, "momentum .* got None"),
        ({"weight_decay": -1}, ValueError, "weight_decay must be at least 0 .* got -1"),
        ({"nesterov": True}, ValueError, "nesterov needs a momentum above 0"),
        ({"nesterov": "yes", "momentum": 0.5}, TypeError, "nesterov .* got 'yes'"),
    ],
)
def test_an_optimizer_that_cannot_work_is_refused(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    """The error names the argument and shows what was given."""
    make: Callable[..., object] = nn.SGD
    with pytest.raises(error, match=message):
        make(**{"parameters": [Value(1.0)], **arguments})


@pytest.mark.parametrize(
    ("kind", "setting", "numbers"),
    [
        (nn.SGD, "weight_decay", [-0.1, nan]),
        (nn.RMSprop, "learning_rate", [-1, nan]),
        (nn.RMSprop, "smoothing", [-0.5, 1]),
        (nn.RMSprop, "epsilon", [0, -1e-8]),
        (nn.Adam, "beta1", [-0.1, 1, nan]),
        (nn.Adam, "beta2", [-0.1, 1.5]),
        (nn.Adam, "epsilon", [0]),
        (nn.AdamW, "beta1", [1]),
        (nn.AdamW, "weight_decay", [-0.1, float("inf")]),
    ],
)
def test_every_setting_has_its_range(kind: Any, setting: str, numbers: list[float]) -> None:
    """When the optimizer is made, and whenever it is set; the one before stays."""
    optimizer = kind(_start())
    before = repr(optimizer)
    for number in numbers:
        with pytest.raises(ValueError, match=f"{setting} must be .*, got {number}"):
            kind(_start(), **{setting: number})
        with pytest.raises(ValueError, match=f"{setting} must be .*, got {number}"):
            setattr(optimizer, setting, number)
    assert repr(optimizer) == before


class _SignDescent(nn.Optimizer):
    """Every parameter goes by the sign of its gradient; how often it turned is remembered."""

    remembers = ("turns", "last")

    def _stride(self, w: float, g: float, *remembered: float) -> tuple[float, float, float]:
        turns, last = remembered
        sign = float((g > 0) - (g < 0))
        return self.learning_rate * (sign + self.weight_decay * w), turns + (sign * last < 0), sign


def test_an_optimizer_of_ones_own_has_state_and_settings() -> None:
    """A subclass says how far a parameter goes; down |w| from 1 in steps of 0.4 it turns once."""
    w = Value(1.0)
    optimizer = _SignDescent([w], 0.4)
    for expected in (0.6, 0.2, -0.2, 0.2):
        optimizer.zero_grad()
        abs(w).backward()
        optimizer.step()
        assert w.data == pytest.approx(expected)
    assert optimizer.state()["turns"] == [1.0]
    again = _SignDescent([w], 0.1)
    again.restore(optimizer.state())
    assert again.state() == optimizer.state()
    with pytest.raises(TypeError, match="abstract"):
        nn.Optimizer([w], 0.1)  # type: ignore[abstract]  # what is tested


def test_a_setting_is_found_on_the_class() -> None:
    """With its range, for those who ask."""
    assert nn.SGD.momentum.words == "at least 0 and below 1"
    assert vars(nn.SGD)["momentum"] is nn.SGD.momentum


@pytest.mark.parametrize("rate", [-5e-324, -1.0, float("inf"), float("nan")])
def test_a_bad_learning_rate_is_refused_between_steps_too(rate: float) -> None:
    """And the one before stays."""
    optimizer = nn.SGD([Value(1.0)], learning_rate=0.5)
    with pytest.raises(ValueError, match="learning_rate must be at least 0 and finite"):
        optimizer.learning_rate = rate
    assert optimizer.learning_rate == 0.5


def test_a_parameter_is_moved_once() -> None:
    """The same Value twice among the parameters is refused."""
    w = Value(1.0)
    with pytest.raises(ValueError, match="parameters holds a Value twice"):
        nn.SGD([w, w])


def test_an_optimizer_says_what_it_is() -> None:
    """Its repr has the settings that are not 0."""
    assert repr(nn.SGD([Value(1.0)], 0.1)) == "SGD(1 parameter, learning_rate=0.1)"
    shown = "SGD(2 parameters, learning_rate=0.1, momentum=0.5, nesterov=True)"
    assert repr(nn.SGD(_start(), 0.1, 0.5, nesterov=True)) == shown


@pytest.mark.parametrize("kind", [nn.SGD, nn.RMSprop, nn.Adam, nn.AdamW])
def test_the_result_of_an_operation_is_not_moved(kind: type[nn.Optimizer]) -> None:
    """Only a leaf is: the output is computed anew from leaves."""
    x = Value(5.0)
    with pytest.raises(ValueError, match=r"parameters\[1\]: Value\(data=10.* is not a leaf"):
        kind([x, x * 2])  # type: ignore[call-arg]  # all have a learning rate by default
    kind([x, (x * 2).detach()])  # type: ignore[call-arg]  # all have a learning rate by default


@pytest.mark.parametrize("name", ["lr", "learning_rates", "momentun", "betas"])
def test_a_misspelt_setting_is_refused(name: str) -> None:
    """With the names of all that there are; names that begin with _ are free."""
    optimizer = nn.SGD(_start(), learning_rate=0.5)
    settings = "learning_rate, weight_decay, clip_norm, momentum, nesterov"
    with pytest.raises(AttributeError, match=f"SGD has no setting '{name}': it has {settings}"):
        setattr(optimizer, name, 1e-9)
    assert optimizer.learning_rate == 0.5
    twin = pickle.loads(pickle.dumps(optimizer))
    with pytest.raises(AttributeError, match="SGD has no setting"):
        setattr(twin, name, 1e-9)
    twin._note = 1


class _Counting(nn.SGD):
    """A subclass with an attribute of its own, which its steps change."""

    def __init__(self, parameters: list[Value]) -> None:
        self.calls = 0
        super().__init__(parameters, learning_rate=0.5)
        self.most = 3

    def step(self) -> None:
        self.calls += 1
        super().step()


def test_a_subclass_has_attributes_of_its_own() -> None:
    """Those that its constructor sets."""
    optimizer = _Counting(_start())
    optimizer.step()
    optimizer.most = 4
    assert (optimizer.calls, optimizer.steps) == (1, 1)
    with pytest.raises(AttributeError, match="_Counting has no setting 'lest'"):
        optimizer.lest = 4


class _Any(_SignDescent):
    """An optimizer that takes options by any name."""

    def __init__(self, parameters: list[Value], **options: Any) -> None:
        super().__init__(parameters, learning_rate=options["rate"])


def test_an_argument_of_another_library_is_told_what_there_is() -> None:
    """By all names that there are; a class of one's own may take any."""
    w = Value(1.0)
    taken = "parameters, learning_rate, momentum, nesterov, weight_decay, clip_norm"
    with pytest.raises(TypeError, match=f"^SGD has no argument 'lr': it takes {taken}$"):
        nn.SGD([w], lr=0.1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="EarlyStopping has no argument 'wait': it takes patience"):
        nn.EarlyStopping(wait=3)  # type: ignore[call-arg]
    assert _Any([w], rate=0.5).learning_rate == 0.5
