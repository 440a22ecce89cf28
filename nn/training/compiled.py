"""Passes over a batch in array programs: what `fit(..., compiled=True)` does.

The loss of one example is compiled, and the batch is an axis of its arrays:

    loss of a batch  =  mean over its examples of loss([model(x)], [target])

This is so for every loss of `nn`, as a mean or as a sum, and is made sure of on a few examples
before training. A target such as a class stays the plain number or text that it is. Rows of numbers
are numbers of the program, and so are floats of which there are more than 100 different ones.
"""

from collections.abc import Sequence
from math import inf
from numbers import Integral, Real
from typing import Any

import engine
from engine import Value
from engine.compiler.passes.merge_traces import Unlike
from engine.compiler.recording.pytrees import values_of
from engine.system.packages import optional
from engine.value import real_number

from ..arguments.examples import Examples, different, key_of
from ..arguments.targets import is_row
from ..module import Module
from ..optimization.optimizers import Optimizer
from .eager import Eager, Loss, Passed

np = optional("numpy", "fast", "compiled training")

# Up to how many different targets stay as they are, and how many integers do.
_MOST_KINDS, _MOST_INTEGERS = 100, 1_000

# How many examples are computed in both ways, at first.
_FEW = 8

# By how much the two may differ, of the largest number.
_TOLERANCE = 1e-9


class Compiled:
    """Passes in programs that are compiled once.

    - `known`: all examples that there will be.
    - `is_predicting`: whether predictions are wanted; without, they are empty.

    Raises ValueError if the loss of a batch is neither the mean nor the sum of the losses of its
    examples, and TypeError for more than 100 different targets that are no numbers.
    """

    def __init__(
        self,
        model: Module[Any],
        loss: Loss,
        optimizer: Any,
        known: Sequence[Examples],
        *,
        is_predicting: bool,
    ) -> None:
        self.optimizer = optimizer
        self.moved = _moved(optimizer)
        own = model.parameters() if isinstance(model, Module) else []
        self.parameters = list(dict.fromkeys([*self.moved, *own]))
        self.is_predicting = is_predicting
        self.gradient = np.zeros(len(self.parameters))
        self.predict = engine.compile(model, parameters=self.parameters, gradient=False)
        self.targets: _Kinds | _Numbers = _Kinds([])
        self.program = engine.compile(
            lambda row, target: loss([model(row)], [self.targets.meant(target)]),
            parameters=self.parameters,
        )
        self.known = self._traced(known)
        self.is_sum = self._is_sum(Eager(model, loss, optimizer), known[0])

    def learn(self, batch: Examples) -> Passed:
        """One run of the program."""
        found, self.gradient = self._passed(batch)
        for parameter, slope in zip(self.parameters, self.gradient.tolist(), strict=True):
            parameter.grad = slope
        return found

    def step(self) -> None:
        """All parameters at once, if the optimizer can do that, else one after the other."""
        optimizer, count = self.optimizer, len(self.moved)
        if not _is_elementwise(optimizer):
            optimizer.step()
            return
        before = np.array([parameter.data for parameter in self.moved])
        with np.errstate(all="ignore"):
            after = optimizer.moved(before, self.gradient[:count], np.frombuffer)
        for parameter, number in zip(self.moved, after.tolist(), strict=True):
            parameter.data = number

    def measure(self, batch: Examples) -> Passed:
        """The same, whose gradient is not used."""
        return self._passed(batch)[0]

    def _traced(self, known: Sequence[Examples]) -> dict[int, tuple[Any, Any]]:
        """Trace the program for all targets; gives the arrays of what is known."""
        targets = [target for examples in known for target in examples.targets]
        ways = _ways(targets)
        for self.targets in ways:
            arrays = {id(each): self._arrays(each) for each in known}
            rows, numbers = (np.concatenate(each) for each in zip(*arrays.values(), strict=True))
            try:
                self.program.trace(rows, numbers)
            except ValueError as error:
                if self.targets is ways[-1] or not isinstance(error.__cause__, Unlike):
                    raise
            else:
                break
        return arrays

    def _passed(self, batch: Examples) -> tuple[Passed, Any]:
        rows, targets = self.known.get(id(batch)) or self._arrays(batch)
        value, gradient = self.program(rows, targets)
        times = len(rows) if self.is_sum else 1
        predictions = _each(self.predict(rows), len(rows)) if self.is_predicting else []
        return Passed(times * float(value), predictions), times * gradient

    def _arrays(self, batch: Examples) -> tuple[Any, Any]:
        return np.array(batch.rows), self.targets.array(batch.targets)

    def _is_sum(self, eager: Eager, examples: Examples) -> bool:
        """Whether the loss of a batch is the sum of those of its examples, and not the mean."""
        for few in (_some(examples), examples):
            value, gradient = self.program(*self._arrays(few))
            for each in self.parameters:  # also those that the optimizer does not move
                each.grad = 0.0
            wanted = np.array([eager.learn(few).loss, *(each.grad for each in self.parameters)])
            if wanted.any():
                break
        found, count = np.array([value, *gradient]), len(few.rows)
        if _is_close(found, wanted):
            return False
        if _is_close(count * found, wanted):
            return True
        raise ValueError("compiled=True needs a loss that is the mean or the sum of those of its "
                         f"examples: that of {count} of them is {wanted[0]:.6g}, where those of "
                         f"each by itself are {value:.6g} in the mean, or their derivatives "
                         "differ. Or the model or the loss decides something by numbers, or draws "
                         "at random, or a penalty is added to a sum")  # fmt: skip


def _moved(optimizer: Any) -> list[Value]:
    """The parameters that an optimizer moves, as far as it says so."""
    moved = getattr(optimizer, "parameters", None)
    return moved if isinstance(moved, list) else []


def _is_elementwise(optimizer: Any) -> bool:
    """Whether an optimizer moves parameters as it is said where it says how far they go."""
    kind = type(optimizer)
    if not isinstance(optimizer, Optimizer) or kind.step is not Optimizer.step:
        return False
    (says, *_) = (each for each in kind.__mro__ if "_stride" in vars(each))
    return vars(says).get("elementwise", False) and optimizer.clip_norm == inf


class _Kinds:
    """Targets that stay what they are; the program is given the number of the kind of each."""

    def __init__(self, targets: list[Any]) -> None:
        self.kinds = different(targets)
        self._number = {key_of(kind): number for number, kind in enumerate(self.kinds)}

    def array(self, targets: list[Any]) -> Any:
        """The number of the kind of each."""
        return np.array([self._number[key_of(each)] for each in targets])

    def meant(self, number: int) -> Any:
        """What the loss is given for a number of the array."""
        return self.kinds[number]


class _Numbers:
    """Targets that are numbers of the program."""

    def array(self, targets: list[Any]) -> Any:
        """They themselves."""
        return np.array([_numbers(each) for each in targets])

    def meant(self, target: Any) -> Any:
        """What the loss is given: a Value, or a list of them."""
        return target


def _ways(targets: list[Any]) -> list[_Kinds | _Numbers]:
    """How targets may be put into arrays, the best way first."""
    kinds = _Kinds(targets)
    is_whole = all(isinstance(each, Integral) for each in kinds.kinds)
    if len(kinds.kinds) > (_MOST_INTEGERS if is_whole else _MOST_KINDS):
        return [_Numbers()]
    lengths = {len(list(each)) if is_row(each) else 0 for each in targets}
    if len(lengths) > 1 or not _is_numeric(targets):
        return [kinds]
    return [_Numbers(), kinds] if lengths != {0} else [kinds, _Numbers()]


def _is_numeric(target: Any) -> bool:
    """Whether that is a number, or a list of such."""
    return all(map(_is_numeric, target)) if is_row(target) else isinstance(target, int | Real)


def _some(examples: Examples) -> Examples:
    """A few examples, as different as may be: not all of one class, and not neighbours."""
    count = len(examples.targets)
    order = [i * count // _FEW for i in range(min(_FEW, count))]
    first = {key_of(target): i for i, target in reversed([*enumerate(examples.targets)])}
    places = list(dict.fromkeys([*list(first.values())[-_FEW // 2 :], *order]))[:_FEW]
    return Examples(*([each[i] for i in places] for each in examples))


def _numbers(target: Any) -> Any:
    """A target as floats."""
    if is_row(target):
        return [real_number(each, "a target") for each in target]
    return real_number(target, f"a target, if there are more than {_MOST_KINDS} different ones,")


def _each(outputs: Any, count: int) -> list[Any]:
    """The predictions for each of some examples, as Values in lists or dicts."""
    if isinstance(outputs, list):
        return [list(one) for one in zip(*(_each(part, count) for part in outputs), strict=True)]
    if isinstance(outputs, dict):
        parts = [_each(part, count) for part in outputs.values()]
        return [dict(zip(outputs, one, strict=True)) for one in zip(*parts, strict=True)]
    predictions: list[Any] = values_of(outputs.tolist())
    return predictions


def _is_close(found: Any, wanted: Any) -> bool:
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)
    close: bool = np.allclose(found, wanted, rtol=0, atol=_TOLERANCE * size, equal_nan=True)
    return close
