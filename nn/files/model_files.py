"""Model files: tensors and a description, in the safetensors format, and no code.

A file holds float64 numbers, exact to the bit, and one entry of metadata, "glassgrad", with the
description as JSON. See https://huggingface.co/docs/safetensors for the format: eight bytes with
the length of the header, the header in JSON, and then the numbers, little-endian. Other tools that
know it can read the tensors.

Reading a file runs nothing in it, whatever its bytes, and takes time and memory in proportion to
its length: no object is made of a size that the file only claims.
"""

import json
import struct
from collections.abc import Callable, Mapping
from errno import ENOENT
from pathlib import Path
from textwrap import shorten
from typing import Any

from engine.system.files import FilePath, path_of, write_whole
from engine.system.packages import optional

from .tensors import Tensor

# The name of the description in the metadata, and the version of the format.
_ENTRY = "glassgrad"
_VERSION = 1

# What reads the files of others.
_BY_NAMES = "for weights of other programs there is nn.load_torch(path, into=model)"

# The largest header and the largest file, in bytes, for reading and writing.
_LARGEST_HEADER = 2**20
_LARGEST_FILE = 2**26

# How a ZIP file begins, as torch.save writes one.
_ZIP = b"PK\x03\x04"


class ModelFileError(ValueError):
    """The error for a file that is no model: damaged, cut short, of another format, or malicious.

    The message names the file and the fault. The content of a file can cause no other error.
    """


def write_model_file(
    path: FilePath, tensors: Mapping[str, Tensor], description: Mapping[str, object]
) -> None:
    """Write the tensors and the description, whole or not at all.

    Raises ValueError for more numbers or names than a file may have, an OSError if no file can be
    written at `path`, and ImportError if safetensors is not installed.
    """
    array = optional("numpy", "save", "saving").array
    save = optional("safetensors.numpy", "save", "saving").save
    arrays = {
        name: array(tensor.numbers, dtype="<f8").reshape(tensor.shape)
        for name, tensor in tensors.items()
    }
    content = bytes(save(arrays, {_ENTRY: json.dumps({"version": _VERSION, **description})}))
    if _header_length(content) > _LARGEST_HEADER or len(content) > _LARGEST_FILE:
        raise ValueError(f"model: a file holds at most {_LARGEST_FILE:,} bytes, {_LARGEST_HEADER:,}"
                         f" of them for names; this one would have {len(content):,}, "
                         f"{_header_length(content):,} of them for names")  # fmt: skip
    write_whole(path_of(path), content)


def read_model_file(path: FilePath) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the description of a file.

    Raises ModelFileError if it is not such a file, FileNotFoundError if there is no file, an
    OSError if the disk fails, and ImportError if safetensors is not installed.
    """
    tensors, content = read_tensors(path, _tensor)
    try:
        return tensors, _description(content)
    except (ValueError, RecursionError) as error:
        raise unreadable(path, str(error)) from error


def read_tensors(
    path: FilePath, tensor: Callable[[str, Mapping[str, Any]], Tensor]
) -> tuple[dict[str, Tensor], bytes]:
    """What `tensor` makes of each tensor of a file, by name, and all bytes of the file.

    Raises ModelFileError for what safetensors or `tensor` refuses, and what `read_model_file` does.
    """
    package = optional("safetensors", "save", "loading a model")
    content = _content(path_of(path))
    try:
        found = package.deserialize(content)
        return {name: tensor(name, each) for name, each in found}, content
    except package.SafetensorError as error:
        raise unreadable(path, f"it is no whole safetensors file ({error})") from error
    except ValueError as error:
        raise unreadable(path, str(error)) from error


def unreadable(path: FilePath, why: str) -> ModelFileError:
    """The error that says why a file cannot be read."""
    return ModelFileError(f"path: {str(path)!r} cannot be read as a model: {shorten(why, 300)}")


def _content(path: Path) -> bytes:
    """All bytes of a file; ModelFileError for a file that is too large."""
    if not path.exists():
        raise FileNotFoundError(ENOENT, f"path: there is no file {str(path)!r}", str(path))
    if not path.is_file():
        raise unreadable(path, "it is no file")
    if path.stat().st_size > _LARGEST_FILE:
        raise unreadable(path, f"it is larger than {_LARGEST_FILE:,} bytes")
    with path.open("rb") as file:
        content = file.read(8)
        if content.startswith(_ZIP):
            raise unreadable(path, "it is a ZIP file, as PyTorch writes: give nn.load_torch what "
                                   "torch.load(path) gives")  # fmt: skip
        if _header_length(content) > _LARGEST_HEADER:
            raise unreadable(path, "it does not begin as a safetensors file of a model does")
        return content + file.read(_LARGEST_FILE)


def _header_length(content: bytes) -> int:
    """The length of the header in bytes, from the first eight bytes."""
    return int.from_bytes(content[:8], "little")


def _tensor(name: str, found: Mapping[str, Any]) -> Tensor:
    """A tensor of the file; safetensors has compared its sizes with the length of the file."""
    if found["dtype"] != "F64":
        raise ValueError(f"the tensor {name!r} is of {found['dtype']}, expected float64 (F64); "
                         f"{_BY_NAMES}")  # fmt: skip
    data = bytes(found["data"])
    return Tensor(tuple(found["shape"]), list(struct.unpack(f"<{len(data) // 8}d", data)))


def _description(content: bytes) -> dict[str, Any]:
    """The description in the header, in which safetensors has read valid JSON."""
    metadata = json.loads(content[8 : 8 + _header_length(content)]).get("__metadata__") or {}
    if _ENTRY not in metadata:
        raise ValueError("glassgrad has not written it: the metadata have no 'glassgrad'; "
                         f"{_BY_NAMES}")  # fmt: skip
    description = json.loads(metadata[_ENTRY])
    if not isinstance(description, dict) or description.get("version") != _VERSION:
        raise ValueError(f"its description is not one of version {_VERSION}")
    return description
