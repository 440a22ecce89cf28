"""%%step in a cell of Jupyter: the cell runs, its variables name its Values, and it is stepped."""

from typing import Any

import pytest

from engine import Stepper, Value
from engine.interop import magic

shells = pytest.importorskip("IPython.core.interactiveshell")


@pytest.fixture
def shell() -> Any:
    """A shell of IPython with the magic, in which Value is known."""
    made = shells.InteractiveShell()
    made.user_ns["Value"] = Value
    made.run_line_magic("load_ext", "engine.interop.magic")
    return made


def test_the_last_value_that_a_cell_names_is_stepped(shell: Any) -> None:
    """Under the names of the cell's variables, with its lines."""
    cell = "w, x = Value(0.5), Value(2.0)\nloss = (w * x).tanh()\n"
    stepper = shell.run_cell_magic("step", "", cell)
    assert isinstance(stepper, Stepper)
    assert "Stepper through loss" in repr(stepper)
    assert '"w"' in stepper.trace.to_json()


def test_what_the_cell_ends_with_goes_before_what_it_names(shell: Any) -> None:
    """As in Jupyter, whose output it would be; and a name on the line before both."""
    assert ": 2 Values" in repr(magic.stepped(shell, "", "a = Value(3.0)\na * 2"))
    assert "through a" in repr(magic.stepped(shell, "a", "a = Value(3.0) + 1\na * 2"))
    assert ": 2 Values" in repr(magic.stepped(shell, "", "a = Value(-3.0)\na.relu()"))  # it is 0


@pytest.mark.parametrize(("cell", "last"), [
    ("loss = w * w\nother = loss * 2\nloss += other", "loss"),
    ("other = w * 2\nloss: Value = w * 3", "loss"),
    ("other, loss = w * 2, w * 3", "loss"),
    ("other = w * 2\nloss = Value.sum(\n    values=[other, w],\n)", "loss"),
    ("loss = sum(\n    [other for other in [w, w]],\n    start=w,\n)", "loss"),
    ("for other in [w]:\n    loss = w * 3", "loss"),
    ("if w:\n    other = w * 3\nelse:\n    loss = w", "other"),
    ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    loss = w * 3", "loss"),
    ("loss = w * 3\ndef f(x):\n    other = x * x\n    return other", "loss"),
    ("loss = w * 3\nprint(loss == 3)  # other = w", "loss"),
    ("loss = w * 3\n%time other = 2", "loss"),
    ("keep = {}\nloss = w * 3\nkeep['other'] = w", "loss"),
])  # fmt: skip
def test_what_a_cell_names_last_is_what_python_says(shell: Any, cell: str, last: str) -> None:
    """Not what stands before the last =, which may be that of an argument."""
    shell.user_ns.update(w=Value(2.0), other=Value(1.0) * 5, start=Value(7.0), values=Value(8.0))
    assert f"Stepper through {last}:" in repr(magic.stepped(shell, "", cell))


def test_a_name_that_nobody_gave_is_told_from_one_of_something_else(shell: Any) -> None:
    """An option, or a typo."""
    for name in ("los", "--language de"):
        with pytest.raises(ValueError, match=f"%%step: there is no variable called '{name}': name"):
            magic.stepped(shell, name, "loss = Value(1.0)")


def test_a_cell_that_fails_shows_its_own_error(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is stepped."""
    assert magic.stepped(shell, "", "1 / 0") is None
    assert "ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "cell"), [("", "n = 3"), ("", "print"), ("q", "q = 3"),
                                            ("", "# nothing")])  # fmt: skip
def test_what_is_no_value_is_refused(shell: Any, name: str, cell: str) -> None:
    """With what it is, and how to name one."""
    with pytest.raises(ValueError, match=r"%%step: .* must be a Value, got .*: name one, as in"):
        magic.stepped(shell, name, cell)
