"""An array instruction: one array and its computation from other arrays."""

from dataclasses import dataclass, field
from typing import Any

from .views import Shape


@dataclass(frozen=True, slots=True)
class Instruction:
    """One array and its computation.

    - `kind`: a row of KINDS; `detail`: the record of `kinds/details.py` that the kind needs.
    - `inputs`: the numbers of the instructions whose results are read.
    - `shape`: the shape for one example; `examples`: whether an axis of examples follows.
    - `label`: its name; `origin`: the class of the graph that it comes from, for a comment.
    """

    kind: str
    inputs: tuple[int, ...]
    detail: Any
    shape: Shape
    examples: bool
    label: str = field(default="", compare=False)
    origin: str = field(default="", compare=False)
