"""What a checkpoint holds beside the parameters comes back from JSON and tensors as it was."""

import json
from typing import Any

import pytest

from nn.files.packing import boxed, unboxed
from nn.files.tensors import Tensor


@pytest.mark.parametrize(("data", "names"), [
    ([0.5, 1.5], ["state"]),
    ({"mean": [0.5], "deep": [{"w": [1.0, 2.0]}, [3.0]]},
     ["state/mean", "state/deep/0/w", "state/deep/1"]),
    ([1, 2.0], []),
    ([], []),
    ({"epoch": 3, "name": "a", "none": None}, []),
    ({"tensor": "of inertia", "rank": 2}, []),
    ({"tensor": [1.0]}, ["state/tensor"]),
    ({"tensor": "state"}, []),
    ([{"plain": {"tensor": "state"}}, {"plain": {"plain": [1.0]}}, {"plain": 3}],
     ["state/1/plain/plain"]),
    ({"plain": {"tensor": "state"}, "rank": 2}, []),
])  # fmt: skip
def test_data_comes_back(data: Any, names: list[str]) -> None:
    """Only lists of floats are tensors, under the name of their place."""
    tensors: dict[str, Tensor] = {}
    text = json.dumps(boxed(data, "state", tensors))
    assert [*tensors] == names
    assert unboxed(json.loads(text), tensors) == data
