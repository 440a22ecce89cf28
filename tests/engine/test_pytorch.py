"""At bad points the numbers are PyTorch's, or the site says why they are others."""

import itertools
import math
import re
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value

PAGE = Path(__file__).parents[2] / "notebooks" / "site" / "why" / "pytorch.md"
FIXED = [op for op in PRIMITIVES.values() if not op.any_number]

# Where arithmetic overflows, underflows, is undefined, has kinks, poles and tails; both signs.
SIZES = [
    0.0, 5e-324, 1e-320, 1e-310, 2.3e-308, 1e-200, 1e-20, 3e-5, 0.1, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0,
    5.9, 21.0, 26.3, 40.0, 300.0, 354.0, 372.0, 700.0, 710.0, 745.0, 1e10, 2.0**53 + 2, 1e200,
    1.7e308, inf,
]  # fmt: skip
BAD = [*SIZES, *(-size for size in SIZES), nan]


def rows() -> set[tuple[str, str]]:
    """The table of deliberate differences: the operation and what differs, of each row."""
    text = PAGE.read_text(encoding="utf-8")
    return set(re.findall(r"(?m)^\| `(\w+)` \| (value|derivative)", text))


def agree(a: float, b: float) -> bool:
    """Whether two numbers are the same but for a few roundings; nan is the same as nan."""
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return math.isclose(a, b, rel_tol=1e-14, abs_tol=2e-323)


def differences(op: Op, function: Any, torch: Any) -> Iterator[tuple[str, str, Any]]:
    """The differences from PyTorch at the bad points: operation, result or derivative, numbers."""
    for point in itertools.product(BAD, repeat=len(op.partials)):
        first, *others = map(Value, point)
        made = getattr(first, op.name)(*others)
        tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        result = function(*tensors)
        slopes = [each.item() for each in torch.autograd.grad(result, tensors)]
        if not agree(made.data, result.item()):
            yield op.name, "value", (point, made.data, result.item())
        if not all(map(agree, made.local_derivatives, slopes)):
            yield op.name, "derivative", (point, made.local_derivatives, slopes)


@pytest.mark.slow
def test_differences_from_pytorch_are_deliberate() -> None:
    """Every row of the table is seen at some bad point, and nothing else is."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    pytorch = pytest.importorskip("tests.oracles.pytorch")
    seen: dict[tuple[str, str], Any] = {}
    for op in FIXED:
        for name, what, numbers in differences(op, pytorch.PYTORCH[op.name], pytorch.torch):
            seen.setdefault((name, what), numbers)
    assert set(seen) == rows(), seen


@pytest.mark.parametrize(("name", "what"), sorted(rows()))
def test_the_table_names_operations(name: str, what: str) -> None:
    """A row of the table is about an operation that there is."""
    assert name in PRIMITIVES
    assert what in ("value", "derivative")
