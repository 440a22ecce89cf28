"""Files of programs: the shapes of nested lists as text, and where files are written."""

from pathlib import Path
from typing import Any

import pytest

from engine.compiler.recording.pytrees import Block
from engine.compiler.saving.saved import layout, write_module


@pytest.mark.parametrize(("nest", "text"), [
    (Block((2, 3), 4), (4, (2, 3))),
    ((Block((2,), 0), Block((), 2)), [(0, (2,)), (2, ())]),
    ({"w": (Block((1,), 0),), ("b", True): {}}, {"w": [(0, (1,))], ("b", 1): {}}),
])  # fmt: skip
def test_nested_lists_are_told_in_types_of_python(nest: Any, text: Any) -> None:
    """Where each array begins, and its shape."""
    assert layout(nest) == text
    assert eval(repr(layout(nest))) == text


def test_a_key_must_have_a_text() -> None:
    """Of which the key can be made again."""
    with pytest.raises(ValueError, match=r"the key <object.*> of a dict cannot be written"):
        layout({object(): Block((), 0)})


def test_a_module_is_written_whole(tmp_path: Path) -> None:
    """At the path that is given back, which ends in .py."""
    assert write_module(tmp_path / "x.py", "a = 'é'\n").read_text("utf-8") == "a = 'é'\n"
    with pytest.raises(ValueError, match=r"path: the ending must be \.py, got 'x\.txt'"):
        write_module("x.txt", "")
