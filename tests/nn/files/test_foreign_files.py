"""Files of other programs: numbers of every precision, exact, and nothing else."""

import json
import struct
from math import inf, isnan
from pathlib import Path
from typing import Any

import pytest

import nn
from nn.files.foreign_files import read_foreign_file

pytest.importorskip("safetensors", reason="safetensors is not installed")


def _file(path: Path, kind: str, data: bytes, count: int) -> Path:
    """A file with one tensor, by the definition of the format."""
    header: dict[str, Any] = {
        "x": {"dtype": kind, "shape": [count], "data_offsets": [0, len(data)]}
    }
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


_NUMBERS = [0.0, -0.0, 1.0, -1.5, 0.5, inf, -inf, 2.0**-14, 65504.0, 2.0**-24]


@pytest.mark.parametrize(("kind", "code"), [("F64", "d"), ("F32", "f"), ("F16", "e")])
def test_each_precision_is_exact(kind: str, code: str, tmp_path: Path) -> None:
    """Numbers that all three have."""
    data = struct.pack(f"<{len(_NUMBERS)}{code}", *_NUMBERS)
    found = read_foreign_file(_file(tmp_path / "x", kind, data, len(_NUMBERS)))["x"]
    assert found.shape == (len(_NUMBERS),)
    assert [*map(repr, found.numbers)] == [*map(repr, _NUMBERS)]


def test_a_bfloat16_is_the_upper_half_of_a_float32(tmp_path: Path) -> None:
    """Sign, eight bits of the exponent and seven of the fraction."""
    words = [0x3F80, 0xC040, 0x7F80, 0x0001, 0x8000, 0x7FC0]
    data = struct.pack("<6H", *words)
    *numbers, last = read_foreign_file(_file(tmp_path / "x", "BF16", data, 6))["x"].numbers
    assert [*map(repr, numbers)] == [*map(repr, [1.0, -3.0, inf, 2.0**-133, -0.0])]
    assert isnan(last)


@pytest.mark.parametrize("kind", ["I64", "BOOL", "F8_E4M3"])
def test_other_types_are_named(kind: str, tmp_path: Path) -> None:
    """A count of steps, for example."""
    size = 8 if kind == "I64" else 1
    path = _file(tmp_path / "x", kind, b"\0" * size, 1)
    with pytest.raises(nn.ModelFileError, match=f"'x' is of {kind}, expected one of BF16, F64"):
        read_foreign_file(path)


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    """Whatever its bytes."""
    (tmp_path / "x").write_bytes(b"no file of this kind")
    with pytest.raises(nn.ModelFileError, match="cannot be read as a model"):
        read_foreign_file(tmp_path / "x")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        nn.load_torch(tmp_path / "nowhere", into=nn.MLP(2, [1]))
