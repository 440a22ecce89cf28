"""What the tests of layers have in common: numbers of modules, and modules of PyTorch.

A layer is compared with the module of PyTorch that computes the same, whose parameters are set from
its own, in float64: the outputs, and the gradients of a weighted sum of them.
"""

from collections.abc import Iterator
from math import sin
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value

# Why a comparison is skipped.
MISSING = "PyTorch, whose numbers are the expected ones, is not installed"


def filled(module: Any, size: float = 0.7) -> Any:
    """The module, with parameters of which no two are alike."""
    for i, parameter in enumerate(module.parameters()):
        parameter.data = size * sin(1.7 * i + 0.3)
    return module


def values(*sides: int, start: float = 0.0) -> Any:
    """Nested lists of Values of which no two are alike."""
    if not sides:
        return Value(sin(2.3 * start + 0.1) * 1.5)
    return [values(*sides[1:], start=start * sides[0] + i + 0.5) for i in range(sides[0])]


def flat(nested: Any) -> Iterator[Value]:
    """The Values in nested lists, in order."""
    if isinstance(nested, Value):
        yield nested
    else:
        for each in nested:
            yield from flat(each)


def numbers_of(nested: Any) -> list[float]:
    """The numbers of the Values in nested lists."""
    return [each.data for each in flat(nested)]


def backward(outputs: Any) -> list[float]:
    """Send gradients back from a weighted sum of the outputs; gives the weights."""
    weights = [sin(0.9 * i + 0.2) for i, _ in enumerate(flat(outputs))]
    Value.sum([w * y for w, y in zip(weights, flat(outputs), strict=True)]).backward()
    return weights


def tensor(numbers: Any) -> Any:
    """A tensor in float64 that gets a gradient; skips the test if PyTorch is missing."""
    torch = pytest.importorskip("torch", reason=MISSING)
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


def is_as(ours: Any, theirs: Any) -> bool:
    """Whether numbers are those of a tensor, but for the order of additions."""
    same: bool = ours == pytest.approx(theirs.detach().numpy().ravel(), rel=1e-12, abs=1e-13)
    return same


def demand_same(outputs: Any, theirs: Any, pairs: list[tuple[Any, Any]]) -> None:
    """Outputs are those of PyTorch, and so are gradients, of Values beside tensors in `pairs`."""
    assert is_as(numbers_of(outputs), theirs)
    weights = backward(outputs)
    theirs.backward(gradient=tensor(weights).detach().reshape(theirs.shape))
    for ours, other in pairs:
        assert is_as([each.grad for each in flat(ours)], other.grad)


def demand_saved(module: Any, x: Any, path: Path) -> None:
    """A module that was written to a file is loaded with the same bits, names and repr."""
    module.save(path)
    twin = nn.load(path)
    assert repr(twin) == repr(module)
    assert [*dict(twin.named_parameters())] == [*dict(module.named_parameters())]
    assert numbers_of(twin(x)) == numbers_of(module(x))


def demand_trained_alike(make: Any, X: Any, y: Any, **options: Any) -> None:
    """Compiled training goes where eager training goes, and makes the loss smaller."""
    trained = []
    for compiled in (False, True):
        model = make()
        optimizer = nn.Adam(model.parameters(), learning_rate=0.02)
        arguments = {"loss": nn.mean_squared_error, "epochs": 4, "batch_size": 4, **options}
        history = nn.fit(model, X, y, optimizer=optimizer, compiled=compiled, progress=False,
                         **arguments)  # fmt: skip
        trained.append((history.loss, [each.data for each in model.parameters()]))
    (losses, ours), (compiled_losses, theirs) = trained
    assert compiled_losses == pytest.approx(losses, rel=1e-9)
    assert theirs == pytest.approx(ours, rel=1e-8, abs=1e-10)
    assert losses[-1] < losses[0]


def demand_compiled_alike(model: Any, X: Any) -> None:
    """One program for all rows of X gives the mean of the squared outputs, and its slopes."""

    def squares(x: Any) -> Value:
        """The sum of the squares of all outputs for a row."""
        return Value.sum([y * y for y in flat(model(x))])

    value, gradient = engine.compile(squares, parameters=model.parameters())(np.array(X))
    model.zero_grad()
    mean = Value.sum([squares(x) for x in X]) / len(X)
    mean.backward()
    assert value == pytest.approx(mean.data, rel=1e-12)
    slopes = [each.grad for each in model.parameters()]
    assert list(gradient) == pytest.approx(slopes, rel=1e-11, abs=1e-13)
