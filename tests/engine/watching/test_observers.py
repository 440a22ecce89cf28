"""Operations are watched inside a block only, and lines of the program are remembered."""

import re
from contextvars import copy_context
from math import isnan, nan
from types import SimpleNamespace
from typing import Any

import pytest

import nn
from engine import Value, detect_anomaly, grad, source_lines
from engine.watching.observers import levels_to_program


def test_each_operation_has_its_line() -> None:
    """Lines are found by serial number; leaves and plain numbers have none."""
    x = Value(2.0, "x")
    with source_lines() as lines:
        y = x * 3 + 1
        z = Value.sum([x, y])
    assert set(lines) == {y.serial, y.inputs[0].serial, z.serial}
    path, _, rest = lines[z.serial].partition(", line ")
    assert path == "test_observers.py"
    assert rest.endswith(": z = Value.sum([x, y])")
    assert lines[y.serial].endswith("y = x * 3 + 1")


def test_a_warning_points_at_the_program() -> None:
    """At the nearest line that is in neither package: its own is at the level 1."""
    names = {"__name__": "nn.somewhere", "levels_to_program": levels_to_program}
    exec("def warner(): return levels_to_program()\ndef caller(): return warner()", names)
    caller: Any = names["caller"]
    assert (levels_to_program(), caller()) == (1, 3)


def test_a_cell_of_a_notebook_is_called_by_its_number() -> None:
    """As IPython names it; a file by its name, which tells nothing of its user's folders."""
    numbers = {"/tmp/ipykernel_1/2.py": ("Cell", "In[7]")}
    shell = SimpleNamespace(compile=SimpleNamespace(format_code_name=numbers.get))
    for path, place in (("/tmp/ipykernel_1/2.py", "Cell In[7]"), ("/a/b.py", "b.py")):
        with source_lines() as lines:
            exec(
                compile("y = x * 2", path, "exec"),
                {"x": Value(2.0), "get_ipython": lambda: shell, "__name__": "__main__"},
            )
        (line,) = lines.values()
        assert line.startswith(f"{place}, line 1: ")


def test_an_error_names_the_whole_path() -> None:
    """It is read where the file is, and an editor opens it."""
    with detect_anomaly(), pytest.raises(FloatingPointError, match=re.escape(__file__)):
        Value(0.0).log()


def test_the_line_of_a_network_is_that_of_its_user() -> None:
    """Not one inside the package."""
    model = nn.MLP(2, [2, 1], seed=0)
    with source_lines() as lines:
        model([1.0, 2.0])
    assert {line.rpartition(": ")[2] for line in lines.values()} == {"model([1.0, 2.0])"}


def test_nothing_is_remembered_outside() -> None:
    """Before, after, and when the block is left by an error."""
    before = dict(vars(Value))
    with pytest.raises(KeyError), source_lines() as lines:
        raise KeyError
    made = Value(2.0) * 3
    made.backward()
    assert lines == {}
    assert dict(vars(Value)) == before


def test_blocks_of_both_kinds_nest() -> None:
    """Lines are remembered while anomalies are looked for, in either order."""
    with source_lines() as outer, detect_anomaly(), source_lines() as inner:
        y = Value(2.0) * 3
        y.backward()
    assert set(outer) == set(inner) == {y.serial}
    with detect_anomaly(), source_lines() as lines, pytest.raises(FloatingPointError):
        Value(0.0).log()
    assert lines == {}


def test_a_context_that_outlives_its_block_is_not_watched() -> None:
    """As that of a task which goes on: nobody is told of its gradients."""
    with detect_anomaly():
        context = copy_context()
    x = Value(nan)
    (slope,) = context.run(grad, x * x, [x])
    assert isnan(slope)
