"""A fingerprint is the same for the same thing, in any process, and another for another thing."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.arguments.fingerprints import digest, function_fingerprint

ROOT = Path(__file__).parents[3]

_SAME: list[tuple[Any, Any]] = [
    ([[1.0, 2.0]], [[1, 2]]),
    ([[1.0, 2.0]], np.array([[1, 2]])),
    ([True, False], [1, 0]),
    (["a", None], ("a", None)),
    ([object()], [object()]),
]
_OTHER: list[tuple[Any, Any]] = [
    ([[1.0, 2.0]], [[1.0, 2.0 + 2**-51]]),
    ([[1.0, 2.0]], [[2.0, 1.0]]),
    ([[1.0, 2.0]], [[1.0], [2.0]]),
    ([[1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0]]),
    (["ab"], ["a", "b"]),
    (["1"], [1]),
    ([0.0], [-0.0]),
    ([None], [object()]),
]


@pytest.mark.parametrize(("one", "other"), _SAME)
def test_equal_data_have_equal_digests(one: Any, other: Any) -> None:
    """In whatever rows the numbers stand; objects count by their class."""
    assert digest(one) == digest(other)


@pytest.mark.parametrize(("one", "other"), _OTHER)
def test_other_data_have_other_digests(one: Any, other: Any) -> None:
    """One bit is enough, and so is another shape."""
    assert digest(one) != digest(other)


def _named(predictions: Any, targets: Any) -> Any:
    """A function with a name."""
    return nn.hinge(predictions, targets)


def test_functions_are_called_by_their_names() -> None:
    """Those without one by what they look up; objects by their class."""
    assert function_fingerprint(nn.hinge) == "hinge"
    assert function_fingerprint(_named) == "_named"
    assert function_fingerprint(partial(_named, 1.5, targets=[2])) == "_named(1.5, targets=[2])"
    assert function_fingerprint(nn.Neuron(1, seed=0)) == "Neuron"
    names = [
        function_fingerprint(lambda p, t: nn.hinge(p, t)),
        function_fingerprint(lambda p, t: nn.hinge(p, t, "sum")),
        function_fingerprint(lambda p, t: nn.hinge(p, t) * 0.5),
        function_fingerprint(lambda p, t: [nn.mean_squared_error(p, t) for _ in range(2)]),
        function_fingerprint(lambda p, t: (p, t)),
    ]
    assert len(set(names)) == len(names)
    assert names[0].endswith("<lambda> (nn hinge)")


def test_another_process_finds_the_same() -> None:
    """No address and no order of a set is part of it."""
    program = (
        "import nn; from nn.arguments.fingerprints import *; "
        "print(digest([[1.0, 'a', None]]), function_fingerprint(lambda p, t: nn.hinge(p, t)))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
                         check=True)  # fmt: skip
    assert run.stdout.split(maxsplit=1) == [digest([[1.0, "a", None]]), "<lambda> (nn hinge)\n"]
