"""An array instruction: one array, and how it is computed from others."""

from dataclasses import dataclass, field
from typing import Any

from .views import Shape


@dataclass(frozen=True, slots=True)
class Instruction:
    """One array and how it is computed.

    - `kind`: a row of KINDS; `detail`: the record that this kind needs beside its inputs.
    - `inputs`: the numbers of the instructions that it reads.
    - `shape`, `examples`: the shape, and whether an axis of examples follows it.
    - `label`, `origin`: a name for it, and the classes of the graph for which it stands.
    """

    kind: str
    inputs: tuple[int, ...]
    detail: Any
    shape: Shape
    examples: bool
    label: str = field(default="", compare=False)
    origin: str = field(default="", compare=False)
