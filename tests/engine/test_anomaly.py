"""Anomalies: the operation where a nan or an infinity begins is named."""

from concurrent.futures import ThreadPoolExecutor
from math import inf, nan
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, detect_anomaly, register, scope


def test_the_operation_that_makes_a_nan_is_named() -> None:
    """With its operands, its scope and the line of the program that asked for it."""
    x = Value(-1.0, "x")
    with pytest.raises(FloatingPointError) as error, detect_anomaly(), scope("a"), scope("b"):
        (x * 2).log()  # here it is
    message = str(error.value).splitlines()
    assert message[0] == "log(-2.0) is nan, in a / b"
    assert message[1].endswith(": (x * 2).log()  # here it is")
    assert f"{__file__}, line " in message[1]


@pytest.mark.parametrize(("compute", "message"), [
    (lambda x, y: x / y, r"^div\(x = 1.0, 0.0\) is inf\n"),
    (lambda x, y: 1 / y, r"^div\(1.0, 0.0\) is inf\n"),
    (lambda x, y: x - y.log(), r"^log\(0.0\) is -inf\n"),
    (lambda x, y: (x * 800).exp(), r"^exp\(800.0\) is inf\n"),
    (lambda x, y: y.sqrt(), r"^the derivative of sqrt\(0.0\) by its operand is inf\n"),
    (lambda x, y: (x - 1) ** 0.5, r"^the derivative of pow\(0.0, 0.5\) by its operand is inf\n"),
    (lambda x, y: 0.5 ** (x * -2000), r"^pow\(0.5, -2000.0\) is inf\n"),
    (lambda x, y: -x * inf, r"^mul\(-1.0, inf\) is -inf\n"),
    (lambda x, y: abs(x - 1 + nan), r"^add\(0.0, nan\) is nan\n"),
    (lambda x, y: Value.sum([x, y, inf]), r"^sum\(x = 1.0, 0.0, inf\) is inf\n"),
    (lambda x, y: x.maximum(nan), r"^maximum\(x = 1.0, nan\) is nan\n"),
])  # fmt: skip
def test_every_operation_is_watched(compute: Any, message: str) -> None:
    """Operators on either side, methods and sums; numbers and derivatives."""
    x, y = Value(1.0, "x"), Value(0.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match=message):
        compute(x, y)
    compute(x, y)  # outside nothing is looked for


def test_a_labelled_operand_is_called_by_its_name() -> None:
    """A derivative is named by what it is taken by."""
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"by width is inf\n"):
        Value(0.0, "width").sqrt()


def test_many_operands_are_told_without_their_middle() -> None:
    """The message stays readable."""
    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        Value.sum([Value(1.0)] * 1000 + [Value(inf)])
    assert len(str(error.value).splitlines()[0]) < 100


def test_a_gradient_that_overflows_is_named() -> None:
    """Where it is so first on the way back from the output."""
    x = Value(1e-300, "x")
    with detect_anomaly(), scope("early"):
        inner = x * 2.0
        output = inner * 1e200 * 1e200
        with pytest.raises(FloatingPointError) as error:
            output.backward()
    message, place = str(error.value).splitlines()
    assert message == "the gradient of mul(x = 1e-300, 2.0) is inf, in early"
    assert place.endswith(": inner = x * 2.0")
    assert x.grad == inf


def test_the_gradient_of_a_leaf_is_told_without_a_place() -> None:
    """A leaf was made by no operation."""
    x = Value(2.0, "x")
    y = x * 1e200 * 1e-200
    x.grad = inf
    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        y.backward()
    assert str(error.value) == "the gradient of x = 2.0 is inf"


def test_what_was_made_before_the_block_has_no_place() -> None:
    """Its line is not known."""
    x = Value(1e200, "x")
    y = x * 1e200
    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        (y * 1.0).backward()
    assert str(error.value).startswith("mul(inf, 1.0) is inf\n")


def test_without_an_anomaly_nothing_happens() -> None:
    """Numbers and gradients are those of an unwatched program."""

    def program() -> tuple[float, float]:
        """A number and a gradient."""
        x = Value(0.5)
        y = (x.exp() + 2 * x - x / 3) ** 2
        y.backward()
        return y.data, x.grad

    with detect_anomaly():
        watched = program()
    assert watched == program()


def test_afterwards_the_methods_are_what_they_were() -> None:
    """Also after an error, and after blocks inside blocks: only the last one lets go."""
    before = dict(vars(Value))
    with detect_anomaly():
        with detect_anomaly():
            assert Value.exp is not before["exp"]
        assert Value.exp is not before["exp"]
        with pytest.raises(FloatingPointError):
            Value(0.0).log()
    with pytest.raises(ValueError, match="mine"), detect_anomaly():
        raise ValueError("mine")
    assert dict(vars(Value)) == before
    assert Value(0.0).log().data == -inf


def test_other_threads_are_not_watched() -> None:
    """A block belongs to where it was opened."""
    with detect_anomaly(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: Value(0.0).log().data).result() == -inf
        assert pool.submit(lambda: (Value(0.0) * inf).backward()).result() is None


def test_a_row_may_be_registered_inside_a_block() -> None:
    """It is there afterwards."""
    with detect_anomaly():
        register(Op("inverse", "inv", "1/{a}", (1, 2), lambda a: 1 / a, (lambda a, y: -y * y,)))
    x: Any = Value(2.0)
    assert x.inverse().data == 0.5
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^inverse\(0.0\) is nan"):
        (x * 0).inverse()
    del PRIMITIVES["inverse"]
    del Value.inverse  # type: ignore[attr-defined]  # it was there for the test


def test_a_row_may_be_replaced_inside_a_block() -> None:
    """The new one stays."""
    old, new = (Op("scaled", "s", "{a}", (1, 2), lambda a, k=k: k * a, (lambda a, y: 1.0,))
                for k in (2, 3))  # fmt: skip
    register(old)
    x: Any = Value(2.0)
    with detect_anomaly():
        assert x.scaled().data == 4.0
        register(new)
    assert x.scaled().data == 6.0
    del PRIMITIVES["scaled"]
    del Value.scaled  # type: ignore[attr-defined]  # it was there for the test


def test_what_is_no_operand_is_refused_as_ever() -> None:
    """The watched methods hand on what the usual ones say."""
    bad: Any = "x"
    with detect_anomaly():
        with pytest.raises(TypeError, match="unsupported operand"):
            Value(1.0) + bad
        with pytest.raises(TypeError, match="maximum: the other operand must be"):
            Value(1.0).maximum(bad)
