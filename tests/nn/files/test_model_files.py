"""A model file is a safetensors file with a description, and whatever else is one error."""

import errno
import json
import math
import os
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from nn.files.model_files import ModelFileError, read_model_file, write_model_file
from nn.files.tensors import Tensor

# The ends and the middle of float64, and what is no number.
_NUMBERS = [
    *(0.0, -0.0, 0.1, -1 / 3, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308),
    *(math.inf, -math.inf, math.nan, struct.unpack("<d", b"\1\2\3\4\5\6\xf8\x7f")[0]),
]


def _bits(numbers: list[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _written(path: Path, header: Any, data: bytes = b"") -> Path:
    """A file put together by hand, as the format's specification says."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def _meta(description: object) -> dict[str, dict[str, str]]:
    return {"__metadata__": {"glassgrad": json.dumps(description)}}


def test_every_number_comes_back_to_the_bit(tmp_path: Path) -> None:
    """Signs of zeros and the bits of nan too."""
    path = tmp_path / "numbers"
    write_model_file(path, {"x": Tensor((11,), _NUMBERS)}, {})
    tensors, _ = read_model_file(path)
    assert _bits(tensors["x"].numbers) == _bits(_NUMBERS)


def test_other_tools_read_the_file(tmp_path: Path) -> None:
    """Here NumPy, by the reader that safetensors itself has."""
    path = tmp_path / "numbers"
    numbers = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]
    write_model_file(path, {"w": Tensor((2, 3), numbers), "b": Tensor((), [7.5])}, {"model": 1})
    read = safetensors.numpy.load_file(path)
    assert {name: each.dtype for name, each in read.items()} == dict.fromkeys("wb", np.float64)
    assert read["w"].tolist() == [numbers[:3], numbers[3:]]
    assert read["b"].tolist() == 7.5


def test_files_of_other_tools_are_read(tmp_path: Path) -> None:
    """As long as they have a description."""
    path = _written(
        tmp_path / "numbers",
        {"w": {"dtype": "F64", "shape": [2, 1], "data_offsets": [0, 16]},
         **_meta({"version": 1, "model": None})},
        struct.pack("<2d", 0.5, -2.0),
    )  # fmt: skip
    assert read_model_file(path) == (
        {"w": Tensor((2, 1), [0.5, -2.0])},
        {"version": 1, "model": None},
    )


def test_a_description_comes_back(tmp_path: Path) -> None:
    """Whatever JSON can say, and the version of the format."""
    path, description = tmp_path / "x", {"a": [1, 0.1, "ü\n\0", None, True], "b": {"c": {}}}
    write_model_file(path, {}, description)
    assert read_model_file(path) == ({}, {"version": 1, **description})


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    """So a file can be compared and kept under version control."""
    for name in ("first", "second"):
        write_model_file(tmp_path / name, {"x": Tensor((1,), [1.0])}, {"model": "m"})
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"", "no whole safetensors file"),
        (b"{", "no whole safetensors file"),
        (b"\xff{}", "no whole safetensors file"),
        (b"[" * 100_000 + b"]" * 100_000, "no whole safetensors file"),
        ({}, "glassgrad has not written it"),
        ({"__metadata__": {"format": "pt"}}, "glassgrad has not written it"),
        ({"__metadata__": {"glassgrad": "{"}}, "Expecting property name"),
        ({"__metadata__": {"glassgrad": "[" * 100_000}}, "recursion|Stack overflow"),
        ({"__metadata__": {"glassgrad": "9" * 5_000}}, "integer string conversion"),
        ({"__metadata__": {"glassgrad": 1}}, "no whole safetensors file"),
        (_meta([]), "not one of version 1"),
        (_meta({"version": 2}), "not one of version 1"),
        ({"w": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}, **_meta({"version": 1})},
         "no whole safetensors file"),
        ({"w": {"dtype": "F64", "shape": [10**12], "data_offsets": [0, 8 * 10**12]}},
         "no whole safetensors file"),
        ({"w": {"dtype": "F64", "shape": [2**32, 2**32], "data_offsets": [0, 0]}},
         "no whole safetensors file"),
    ],
)  # fmt: skip
def test_a_broken_header_is_refused(tmp_path: Path, header: Any, message: str) -> None:
    """The error names the file and says why."""
    path = _written(tmp_path / "broken", header)
    with pytest.raises(ModelFileError, match=f"path: .*broken' cannot be read .*({message})"):
        read_model_file(path)


def test_numbers_of_another_kind_are_refused(tmp_path: Path) -> None:
    """Single precision would change the numbers."""
    header = {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, **_meta({"version": 1})}
    path = _written(tmp_path / "single", header, bytes(4))
    with pytest.raises(ModelFileError, match=r"the tensor 'w' is of F32, expected float64"):
        read_model_file(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\x80\x04\x95.", b"PK\3\4" + bytes(100), b"GIF89a" + bytes(100), bytes(1000)],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty one, JSON, a pickle, a ZIP archive such as PyTorch's, a picture, and zeros."""
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(ModelFileError):
        read_model_file(path)


def test_a_file_of_pytorch_is_called_one(tmp_path: Path) -> None:
    """What it holds is read by PyTorch alone."""
    path = tmp_path / "weights.pt"
    path.write_bytes(b"PK\3\4" + bytes(100))
    with pytest.raises(ModelFileError, match=r"as PyTorch writes: give nn\.load_torch what torch"):
        read_model_file(path)


@pytest.mark.parametrize("length", [2**20 + 1, 2**40, 2**63, 2**64 - 1])
def test_a_header_of_any_claimed_length_is_refused(tmp_path: Path, length: int) -> None:
    """Before anything of that length is looked for."""
    path = tmp_path / "long"
    path.write_bytes(struct.pack("<Q", length) + b"{}")
    with pytest.raises(ModelFileError, match="does not begin as"):
        read_model_file(path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """By its length, here of a hole on the disk: not all of it is read."""
    path = _written(tmp_path / "large", _meta({"version": 1}))
    os.truncate(path, 2**40)
    with pytest.raises(ModelFileError, match="larger than 67,108,864 bytes"):
        read_model_file(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a device that never ends, a pipe that nobody writes to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, Path("/dev/zero"), pipe):
        with pytest.raises(ModelFileError, match="it is no file"):
            read_model_file(path)


def test_a_file_that_is_missing_is_another_error(tmp_path: Path) -> None:
    """FileNotFoundError, which one may expect."""
    with pytest.raises(FileNotFoundError, match=r"path: there is no file '.*nothing'") as caught:
        read_model_file(tmp_path / "nothing")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(tmp_path / "nothing"))


def test_more_names_than_a_file_can_hold_are_refused(tmp_path: Path) -> None:
    """No file is left, since it could not be read."""
    tensors = {f"{i:0100}": Tensor((), [0.0]) for i in range(10_000)}
    with pytest.raises(ValueError, match="a file holds at most"):
        write_model_file(tmp_path / "large", tensors, {})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """As wherever files are written."""
    with pytest.raises(FileNotFoundError, match=r"the folder .*nowhere' does not exist"):
        write_model_file(tmp_path / "nowhere" / "x", {}, {})


def test_reading_needs_no_numpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only writing does."""
    path = tmp_path / "x"
    write_model_file(path, {"w": Tensor((1,), [0.5])}, {})
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert read_model_file(path)[0] == {"w": Tensor((1,), [0.5])}
    with pytest.raises(
        ImportError, match=r"saving needs the package 'numpy', of the extra \[save\]"
    ):
        write_model_file(path, {}, {})


def test_without_safetensors_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line to type."""
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r"of the extra \[save\]: pip install \""):
        read_model_file(tmp_path / "x")
