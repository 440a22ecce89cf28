"""Foreign files: tensors in the safetensors format that another program has written.

Numbers of 16, 32 and 64 bits become float64, each exactly. Reading a file runs nothing in it; it
may be as large as a model file.
"""

import struct
from collections.abc import Mapping
from typing import Any

from engine.system.files import FilePath

from .model_files import read_tensors
from .tensors import Tensor

# How `struct` reads a number of each type.
_FORMATS = {"F64": "d", "F32": "f", "F16": "e"}


def read_foreign_file(path: FilePath) -> dict[str, Tensor]:
    """The tensors of a file, by name.

    Raises ModelFileError if it is no such file, or has numbers of another type; FileNotFoundError
    if there is no file, and ImportError if safetensors is not installed.
    """
    return read_tensors(path, _tensor)[0]


def _tensor(name: str, found: Mapping[str, Any]) -> Tensor:
    """A tensor of the file."""
    data, kind = bytes(found["data"]), found["dtype"]
    if kind == "BF16":  # the upper half of a float32
        data, kind = b"".join(b"\0\0" + data[i : i + 2] for i in range(0, len(data), 2)), "F32"
    if kind not in _FORMATS:
        raise ValueError(f"the tensor {name!r} is of {kind}, expected one of BF16, "
                         f"{', '.join(_FORMATS)}: leave it out of the file")  # fmt: skip
    numbers = [number for (number,) in struct.iter_unpack(f"<{_FORMATS[kind]}", data)]
    return Tensor(tuple(found["shape"]), numbers)
