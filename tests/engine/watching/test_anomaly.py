"""detect_anomaly(): the first nan or infinity is named, with its line; else nothing changes."""

import math
from _thread import start_new_thread
from collections.abc import Callable
from contextvars import copy_context
from math import inf, nan
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

import nn
from engine import (
    PRIMITIVES,
    Op,
    Value,
    detect_anomaly,
    grad,
    hessian,
    hessian_vector_product,
    jacobian,
    register,
    scope,
)
from tests.registered import registered

# The methods by which Python asks for a row, as the language reference lists them.
OPERATORS = {f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv", "pow")
             for side in ("", "r")} | {"__neg__", "__abs__"}  # fmt: skip

RECIPROCAL = Op("reciprocal", "1/x", r"1/{a}", (1, 2), lambda a: 1 / a if a else inf,
                (lambda a, y: -y * y,))  # fmt: skip


def methods() -> dict[str, int]:
    """Which object each method of Value is."""
    return {name: id(method) for name, method in vars(Value).items()}


def raised(program: Callable[[], object]) -> str:
    """The message for a program with a nan or an infinity."""
    with pytest.raises(FloatingPointError) as error, detect_anomaly():
        program()
    return str(error.value)


def place(text: str) -> str:
    """How an error names the one line of this file that reads so."""
    lines = [line.strip() for line in Path(__file__).read_text(encoding="utf-8").splitlines()]
    assert lines.count(text) == 1
    return f"\n  {__file__}, line {lines.index(text) + 1}: {text}"


@pytest.mark.parametrize(("program", "message"), [
    (lambda x: x.log(), "log(x = 0.0) is -inf"),
    (lambda x: 1 / x, "div(1.0, x = 0.0) is inf"),
    (lambda x: x / 0, "div(x = 0.0, 0.0) is nan"),
    (lambda x: x + nan, "add(x = 0.0, nan) is nan"),
    (lambda x: inf - x, "sub(inf, x = 0.0) is inf"),
    (lambda x: -inf + x, "add(-inf, x = 0.0) is -inf"),
    (lambda x: 2 ** (x + 2000), "pow(2.0, 2000.0) is inf"),
    (lambda x: x.maximum(nan), "maximum(x = 0.0, nan) is nan"),
    (lambda x: x.add(inf), "add(x = 0.0, inf) is inf"),
    (lambda x: x.pow(-1), "pow(x = 0.0, -1.0) is inf"),
    (lambda x: (x + 1e300).mul(Value(1e300)), "mul(1e+300, 1e+300) is inf"),
    (lambda x: (x + 1000).exp(), "exp(1000.0) is inf"),
    (lambda x: -Value(nan, "y") + x, "neg(y = nan) is nan"),
    (lambda x: abs(Value(-inf)) * x, "abs(-inf) is inf"),
    (lambda x: Value.sum([x, inf, Value(2, "y")]), "sum(x = 0.0, inf, y = 2.0) is inf"),
    (lambda x: x.sum([1e308] * 20), f"sum({'1e+308, ' * 6}…{', 1e+308' * 5}) is inf"),
    (lambda x: sum([x, 1e308, 1e308]), "add(1e+308, 1e+308) is inf"),
    (lambda x: np.log(np.array([x + 1, x])), "log(x = 0.0) is -inf"),
])  # fmt: skip
def test_a_value_that_is_nan_or_infinite_is_named(
    program: Callable[[Value], object], message: str
) -> None:
    """The operation with its operands and their labels, however it was asked for."""
    assert raised(lambda: program(Value(0.0, "x"))).partition("\n")[0] == message


@pytest.mark.parametrize(("program", "message"), [
    (lambda x: x.sqrt(), "the derivative of sqrt(x = 0.0) by x is inf"),
    (lambda x: x**0.5, "the derivative of pow(x = 0.0, 0.5) by x is inf"),
    (lambda x: (x * 2).sqrt(), "the derivative of sqrt(0.0) by operand 1 is inf"),
    (lambda x: Value(-1.0) ** (x + 2), "the derivative of pow(-1.0, 2.0) by operand 2 is nan"),
    (lambda x: x / (x + 1e-320), "the derivative of div(x = 0.0, 1e-320) by x is inf"),
])  # fmt: skip
def test_a_local_derivative_that_is_nan_or_infinite_is_named(
    program: Callable[[Value], object], message: str
) -> None:
    """Where the value itself is finite, before any gradient has been asked for."""
    assert raised(lambda: program(Value(0.0, "x"))).partition("\n")[0] == message


def test_a_gradient_that_overflows_is_named_with_the_line_of_its_operation() -> None:
    """Of all that it spoils, the Value nearest to the output: there it begins."""
    a = Value(1e-100, "a")

    def program() -> None:
        """Every number is finite, and so is every local derivative."""
        with scope("outer"), scope("inner"):
            tiny = a * 2
        (tiny * 1e200 * 1e200).backward()

    assert raised(program) == (
        f"the gradient of mul(a = 1e-100, 2.0) is inf, in outer / inner{place('tiny = a * 2')}"
    )


def test_a_gradient_of_a_leaf_is_named_without_a_line() -> None:
    """No operation made a leaf; leaves from before the block are examined too."""
    x = Value(2.0, "x")
    x.grad = nan
    assert raised(lambda: (x * 3).backward()) == "the gradient of x = 2.0 is nan"
    tiny = Value(1e-300)
    assert raised(lambda: (tiny * 1e300 * 1e300).backward()) == "the gradient of 1e-300 is inf"


def test_what_was_made_before_the_block_has_no_line() -> None:
    """The operation is named all the same."""
    with scope("before"):
        tiny = Value(1e-100, "a") * 2
    output = tiny * 1e200 * 1e200
    message = "the gradient of mul(a = 1e-100, 2.0) is inf, in before"
    assert raised(lambda: output.backward()) == message


def test_the_line_is_the_users() -> None:
    """File, number and text of the line that asked for the operation, and its scope."""
    x = Value(0.0, "x")

    def program() -> None:
        """The second line is the one."""
        with scope("here"):
            fine = x + 1
            fine = (x * fine).log()  # begins here
        fine.exp()

    expected = place("fine = (x * fine).log()  # begins here")
    assert raised(program) == f"log(0.0) is -inf, in here{expected}"


def test_inside_a_network_the_line_is_that_of_the_call() -> None:
    """Lines of `nn` and `engine` are not the user's; the scope tells which neuron it was."""
    model = nn.MLP(2, [3, 1], seed=0)
    weight = model.layers[0].neurons[0].w[1].data

    def program() -> None:
        """The network is fed an infinity."""
        nn.mean_squared_error([model([0.5, inf])], [1.0])  # fed

    assert raised(program) == (
        f"mul(layer1.neuron1.w[1] = {weight}, inf) is inf, in layer1 / neuron1"
        + place("nn.mean_squared_error([model([0.5, inf])], [1.0])  # fed")
    )


def test_a_program_without_a_file_has_a_line_without_text() -> None:
    """As in an interactive session, or a package's own main program."""
    for name in ("__main__", "engine.demo"):
        said = raised(lambda name=name: exec(  # type: ignore[misc]  # mypy: no type for a lambda
            compile("\nx.log()", "<somewhere>", "exec"), {"x": Value(0.0), "__name__": name}
        ))  # fmt: skip
        own = "<somewhere>, line 2: " if name == "__main__" else f"{__file__}, line "
        assert f"\n  {own}" in said


def test_where_every_line_is_ours_the_outermost_is_named() -> None:
    """A thread that runs nothing but the engine has no line of the user's."""
    said: list[str] = []
    done = Event()
    names = {"__name__": "engine.alone", "said": said, "done": done}
    exec("def alone(log):\n    try: log()\n    except ArithmeticError as error:\n"
         "        said.append(str(error))\n    done.set()", names)  # fmt: skip
    alone: Any = names["alone"]
    with detect_anomaly():
        start_new_thread(copy_context().run, (alone, Value(0.0).log))
        assert done.wait(10)
    assert said == ["log(0.0) is -inf\n  <string>, line 2: "]


def test_the_first_operation_is_blamed() -> None:
    """Later operations, which get a nan as input, are not blamed."""
    x = Value(-1.0, "x")
    assert raised(lambda: (x.log() * 2 + x.sqrt()).exp()).startswith("log(x = -1.0) is nan\n")


def test_a_row_of_ones_own_is_watched() -> None:
    """One that was registered before the block, in value and in derivative."""
    zero: Any = Value(0.0, "x")
    tiny: Any = Value(1e-200, "x")
    with registered(RECIPROCAL):
        assert raised(lambda: zero.reciprocal()).startswith("reciprocal(x = 0.0) is inf\n")
        said = raised(lambda: tiny.reciprocal())
        assert said.startswith("the derivative of reciprocal(x = 1e-200) by x is -inf\n")


def test_gradients_as_values_are_watched_too() -> None:
    """Where a second derivative overflows, the operation that was recorded for it is named."""
    x = Value(1e-200, "x")
    output = x.sqrt()
    assert grad(output, [x]) == pytest.approx((0.5e100,))
    said = raised(lambda: grad(grad(x.log(), [x], create_graph=True)[0], [x]))
    assert said.startswith("the derivative of div(1.0, x = 1e-200) by x is -inf\n")


SWEEPS: list[Callable[[Value, Value], object]] = [
    lambda y, a: grad(y, [a]),
    lambda y, a: grad(y, [a], create_graph=True),
    lambda y, a: jacobian([a * 2, y], [a]),
    lambda y, a: hessian(y, [a]),
    lambda y, a: hessian_vector_product(y, [a], [1.0]),
    lambda y, a: y.backward(),
]


@pytest.mark.parametrize("sweep", SWEEPS)
def test_gradients_that_are_handed_back_are_watched_as_those_of_backward(
    sweep: Callable[[Value, Value], object],
) -> None:
    """The Value nearest to the output is named, with its line; outside nothing is raised."""
    a = Value(1e-300, "a")
    output = (a * 1e200) * 1e200
    sweep(output, a)

    def program() -> None:
        """Each local derivative is finite, and their product is not."""
        tiny = a * 2  # watched
        sweep(tiny * 1e200 * 1e200, a)

    said = raised(program)
    assert said == "the gradient of mul(a = 1e-300, 2.0) is inf" + place("tiny = a * 2  # watched")
    assert raised(lambda: sweep(output, a)) == "the gradient of a = 1e-300 is inf"


def test_what_does_not_lead_to_the_inputs_is_not_asked() -> None:
    """A gradient that grad() does not need is not examined, nor what is older than the inputs."""
    older, x, other = Value(1e-300), Value(2.0), Value(1e-300)
    with detect_anomaly():
        output = x * 3 + (other * 1e200) * 1e200 + (older * 1e200) * 1e200
        assert grad(output, [x]) == (3.0,)
        assert grad(output, [x, x]) == (3.0, 3.0)
        assert grad(output, [output]) == (1.0,)
        assert grad(output, [Value(1.0)]) == (0.0,)
        (slope,) = grad(output, [x], create_graph=True)
        assert slope.data == 3.0
    assert raised(lambda: grad(output, [x, other])).startswith("the gradient of ")


def training_step(model: nn.MLP) -> list[str]:
    """The weights after two steps, to the last bit."""
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
    for _ in range(2):
        scores = [model([0.5, -1.0]), model([np.float64(1), Value(2.0)])]
        loss = nn.hinge(scores, [1, -1]) + 1e-4 * sum(p * p for p in model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [weight.data.hex() for weight in model.parameters()]


def test_training_is_the_same_to_the_last_bit() -> None:
    """Nothing is raised for finite computations, and no number is another."""
    expected = training_step(nn.MLP(2, [4, 1], "tanh", seed=1))
    with detect_anomaly():
        assert training_step(nn.MLP(2, [4, 1], "tanh", seed=1)) == expected


@pytest.mark.parametrize("op", PRIMITIVES.values(), ids=str)
def test_every_row_computes_as_ever(op: Op) -> None:
    """At a point of its domain each method gives the same Value, and an error the same error."""
    numbers = [op.domain[1] - 0.1 * i for i in range(len(op.partials))]
    first, *others = map(Value, numbers)
    given: list[Any] = [[first, 1.0]] if op.any_number else others
    expected = getattr(first, op.name)(*given)
    usual = getattr(Value, op.name)
    with detect_anomaly():
        made = getattr(first, op.name)(*given)
        with pytest.raises(TypeError):
            getattr(first, op.name)(*given, None)
        watched = getattr(Value, op.name)
        assert (watched.__name__, watched.__doc__) == (usual.__name__, usual.__doc__)
    assert (made.data, made.op, made.local_derivatives) == (
        (expected.data, expected.op, expected.local_derivatives)
    )
    assert made.inputs[0] is first


@pytest.mark.parametrize("operation", [lambda x: x + "1", lambda x: "1" * x, lambda x: x**None])
def test_what_is_no_operand_is_refused_as_ever(operation: Any) -> None:
    """Python's own error, from operators too."""
    with detect_anomaly(), pytest.raises(TypeError, match=r"unsupported operand|can't multiply"):
        operation(Value(1.0))


def test_inside_a_block_the_methods_that_record_are_others() -> None:
    """Every row by its name and its operators, Values made by hand, and backward(); no other."""
    before = methods()
    with detect_anomaly():
        inside = methods()
    changed = {name for name in before if before[name] != inside[name]}
    assert changed == {*PRIMITIVES, *OPERATORS, "__init__", "backward"}
    assert before.keys() == inside.keys()


def test_after_a_block_the_methods_are_the_same_objects() -> None:
    """Left in peace, by an exception, or nested: outside it costs nothing."""
    before = methods()
    with detect_anomaly():
        Value(1.0).exp().backward()
    assert methods() == before
    raised(lambda: Value(0.0).sqrt())
    assert methods() == before
    with pytest.raises(KeyError), detect_anomaly():
        raise KeyError("something else")
    assert methods() == before
    assert Value(0.0).log().data == -inf


def test_blocks_nest() -> None:
    """An inner block, left either way, leaves the outer one as it was."""
    before = methods()
    with detect_anomaly():
        x = Value(1.0, "x") * 3
        inside = methods()
        assert raised(lambda: (x - 3).log()).startswith("log(0.0) is -inf\n")
        with detect_anomaly():
            assert methods() == inside
        assert methods() == inside
        with pytest.raises(FloatingPointError):
            (-x).log()
    assert methods() == before


def test_after_an_inner_block_the_lines_of_the_outer_one_are_known() -> None:
    """A Value made before the inner block still has its line."""

    def program() -> None:
        """The Value is made, then there is an inner block, then the gradient overflows."""
        early = Value(1e-100) * 1
        with detect_anomaly():
            pass
        (early * 1e200 * 1e200).backward()

    assert raised(program).endswith(place("early = Value(1e-100) * 1"))


def test_a_row_registered_inside_a_block_stays() -> None:
    """New and replaced rows stay after the block."""
    x: Any = Value(4.0)
    quarter = Op("reciprocal", "1/x", "", (1, 2), lambda a: a / 4, (lambda a, y: 0.25,))
    with registered(RECIPROCAL):
        with detect_anomaly():
            register(quarter)
            registered_there = vars(Value)["reciprocal"]
        assert vars(Value)["reciprocal"] is registered_there
        assert x.reciprocal().data == 1.0
    before = methods()
    with detect_anomaly():
        register(RECIPROCAL)
    assert x.reciprocal().data == 0.25
    assert methods().keys() - before.keys() == {"reciprocal"}
    del PRIMITIVES["reciprocal"]
    del Value.reciprocal  # type: ignore[attr-defined]  # it was there for the test
    assert methods() == before
    with detect_anomaly():
        assert "reciprocal" not in methods()
    assert methods() == before


def test_a_method_taken_before_the_block_is_not_watched() -> None:
    """As its documentation says."""
    logarithm = Value.log
    with detect_anomaly():
        assert logarithm(Value(0.0)).data == -inf


def in_a_thread(work: Callable[[], None]) -> None:
    """Do the work in a thread of its own, and wait for it."""
    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_other_threads_are_not_watched() -> None:
    """While a block is open here, a nan elsewhere is none of its business."""
    found = []

    def work() -> None:
        """An infinity, and a gradient of nan."""
        x = Value(0.0)
        (x.log() * 0.0).backward()
        found.append(x.grad)

    with detect_anomaly():
        in_a_thread(work)
        assert raised(Value(0.0).log).startswith("log(0.0)")
    assert len(found) == 1
    assert math.isnan(found[0])


def test_blocks_of_two_threads_may_overlap() -> None:
    """The one that is left first does not end the other."""
    before = methods()
    opened, closed = Event(), Event()
    said = []

    def work() -> None:
        """A block that begins inside the one of the main thread, and ends after it."""
        with detect_anomaly():
            opened.set()
            closed.wait()
            said.append(raised(lambda: Value(0.0).log()))

    thread = Thread(target=work)
    with detect_anomaly():
        thread.start()
        opened.wait()
    inside = methods()
    assert Value(0.0).log().data == -inf
    closed.set()
    thread.join()
    assert inside != before
    assert said[0].startswith("log(0.0) is -inf\n")
    assert methods() == before


def test_operands_may_be_given_by_their_names() -> None:
    """As outside the block."""
    x: Any = Value(1.0)
    assert x.maximum(other=2.0).data == 2.0
    assert Value.sum(values=[x, x]).data == 2.0
    with detect_anomaly():
        assert x.maximum(other=2.0).data == 2.0
        assert Value.sum(values=[x, x]).data == 2.0


def test_watched_methods_keep_their_names() -> None:
    """The qualified name of a method is the same inside a block."""
    with detect_anomaly():
        names = [each.__qualname__ for each in (Value.backward, Value.exp, Value.sum)]
    assert names == ["Value.backward", "Value.exp", "Value.sum"]
