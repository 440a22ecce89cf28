"""Passes over a batch in array programs, for `fit(..., compiled=True)`.

The loss of one example is compiled, with the prediction if a metric looks at it, and the batch is
an axis of the arrays:

    loss of a batch  =  mean over its examples of loss([model(x)], [target])

This is so for every loss of `nn`, as a mean or as a sum, and is made sure of on a few examples
before training. A target such as a class stays the plain number or text that it is. Rows of numbers
are numbers of the program, and so are floats of which there are more than 100 different ones. What
a model looks up by the whole numbers of its inputs is looked up in the program.

Masks, such as those of an `nn.Dropout`, are numbers of the program too: they are drawn at each
step, as without the program, and in validation they are 1.

Examples are put into arrays once. Parameters and gradients stay in arrays from step to step, and
are written into their Values when somebody may look at these: see `CompiledPasses.shown`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from math import hypot, inf, isfinite
from operator import is_not
from typing import Any, NamedTuple

from engine import Value
from engine.compiler.recording.choices import ChoicesDiffer
from engine.compiler.runtime.backends import backend_named
from engine.compiler.runtime.losses import CompiledLoss
from engine.compiler.runtime.traced_functions import Prepared
from engine.system.interrupts import undivided

from ..arguments.examples import Examples, key_of
from ..module import Module
from ..optimization.optimizers import Optimizer
from .eager import Eager, Loss, Passed, listed_parameters
from .programs.arrays import np
from .programs.epochs import EpochWalk, PassedEpoch
from .programs.example_arrays import RowArrays, Way, for_each, ways, whole_columns
from .programs.masks import AskedMasks, asked_masks
from .programs.rows import ParameterRow
from .programs.stretches import Stretches
from .programs.update_rules import is_own

# What a function may raise that is given a Value instead of a plain number: a dict, that it is no
# key; an array, that it is no index.
_REFUSED = (TypeError, LookupError)

# How many examples are computed in both ways, at first.
_FEW = 8

# By how much the two may differ, of the largest number.
_TOLERANCE = 1e-9


class CompiledPasses:
    """Passes in programs that are compiled once.

    - `learnt`, `held_out`: the training examples, and the validation examples.
    - `check`: is called with a prediction, before anything is compiled.
    - `is_predicting`: true if predictions are wanted; otherwise they are empty.
    - `backend`: what computes the programs.

    Raises ValueError if the loss of a batch is neither the mean nor the sum of the losses of its
    examples, and TypeError for more than 100 different targets that are no numbers.
    """

    def __init__(
        self,
        model: Module[Any],
        loss: Loss,
        optimizer: Any,
        learnt: Examples,
        held_out: Examples | None,
        check: Callable[[Any], object],
        *,
        is_predicting: bool,
        backend: str | None = None,
    ) -> None:
        self.masks = asked_masks(lambda: check(model(learnt.rows[0])))
        self.optimizer, self.is_elementwise = optimizer, _is_elementwise(optimizer)
        self.moved = [*listed_parameters(optimizer)]
        own = model.parameters() if isinstance(model, Module) else []
        self.parameters = list(dict.fromkeys([*self.moved, *own]))
        self.numbers, self.slopes = (
            ParameterRow(self.parameters, "data"),
            ParameterRow(self.parameters, "grad"),
        )
        known = [learnt, *([] if held_out is None else [held_out])]
        self.program, arrays = _traced(
            model, loss, self.parameters, known, self.masks,
            is_predicting=is_predicting, backend=backend,
        )  # fmt: skip
        self.learnt, *self.held_out = (self.program.prepared(*each) for each in arrays)
        self.is_sum = self._is_sum(Eager(model, loss, optimizer, learnt))
        is_followed = is_own(optimizer) and not self.masks.count  # which are drawn between steps
        moving = len(self.moved) if is_followed else 0
        self.stretches = Stretches(
            self.program, self.learnt, optimizer, moving, self.numbers, self.slopes, self.is_sum
        )

    def learn(self, batch: Sequence[int] | None) -> Passed:
        """Run the program once for the batch."""
        examples = self._masked(self.learnt if batch is None else self.learnt.at(np.array(batch)))
        value, gradient, predictions = self.program.of(examples, self.numbers.array())
        count = len(examples.arrays[0])
        passed = self._passed(value, predictions, count)
        self.slopes.put(count * gradient if self.is_sum else gradient)
        return passed

    def step(self) -> None:
        """Move all parameters at once, if the optimizer is elementwise, else one by one."""
        if not self.is_elementwise or not self._clip():
            with self.shown():
                self.optimizer.step()
            return
        if not is_own(self.optimizer):
            self.settle()  # its update rule may look at Values
        count, numbers = len(self.moved), self.numbers.array().copy()
        slopes = self.slopes.array()[:count]
        with np.errstate(all="ignore"):
            numbers[:count] = self.optimizer.moved(numbers[:count], slopes, np.frombuffer)
        self.numbers.put(numbers)

    def learn_all(self, walk: EpochWalk, whole: AbstractContextManager[None]) -> PassedEpoch | None:
        """Take all steps in machine code, if the back end and the optimizer have it so."""
        return self.stretches.epoch(walk, whole, self.step)

    def measure(self) -> Passed:
        """Run the program without its gradient on the validation examples."""
        (examples,) = self.held_out
        value, predictions = self.program.without_gradient(examples, self.numbers.array())
        return self._passed(value, predictions, len(examples.arrays[0]))

    @contextmanager
    def shown(self) -> Iterator[None]:
        """A block in which every Value has its number and gradient; changes there take effect.

        Raises ValueError if the optimizer has other parameters after it.
        """
        self.settle()
        try:
            yield
        finally:
            self.numbers.forget()
            self.slopes.forget()
        self._demand_the_same_parameters()

    def _demand_the_same_parameters(self) -> None:
        """Raise ValueError if the optimizer moves other parameters than at the beginning."""
        moved = listed_parameters(self.optimizer)
        if len(moved) != len(self.moved) or any(map(is_not, moved, self.moved)):
            raise ValueError(f"the optimizer had {len(self.moved)} parameters when training began, "
                             f"and has other ones now ({len(moved)}): in compiled training they "
                             "stay the same, so end it, and call fit again")  # fmt: skip

    def settle(self) -> None:
        """Write the present numbers and gradients into the Values."""
        self.stretches.settle()
        if self.numbers.is_ahead or self.slopes.is_ahead:
            with undivided():
                self.numbers.write()
                self.slopes.write()

    def _masked(self, examples: Prepared) -> Prepared:
        """The examples with new masks."""
        if not self.masks.count:
            return examples
        _, *others = examples.arrays
        return examples._replace(arrays=[self.masks.drawn(len(others[0])), *others])

    def _passed(self, mean: float, predictions: Any, count: int) -> Passed:
        """The loss of a batch of `count` examples, from their mean loss, with its predictions."""
        each = [] if predictions is None else for_each(predictions, count)
        return Passed(count * mean if self.is_sum else mean, each, self.is_sum)

    def _clip(self) -> bool:
        """Clip the gradient for the optimizer; gives whether its norm is a finite number."""
        largest, slopes, count = self.optimizer.clip_norm, self.slopes.array(), len(self.moved)
        norm = self._norm(slopes[:count]) if largest < inf else 0.0
        if largest < norm < inf:
            self.slopes.put(np.concatenate([slopes[:count] / norm * largest, slopes[count:]]))
        return isfinite(norm)

    def _norm(self, slopes: Any) -> float:
        """The length of a gradient, with the same bits as in machine code if it is used at all."""
        descent = self.stretches.descent()
        return hypot(*slopes.tolist()) if descent is None else descent.norm(slopes)

    def _is_sum(self, eager: Eager) -> bool:
        """Whether the loss of a batch is the sum of the losses of its examples, not the mean."""
        for few in (_some(eager.learnt), range(len(eager.learnt.rows))):
            with self.masks.undrawn():
                value, gradient, _ = self.program.of(self._masked(self.learnt.at(np.array(few))))
            with self.masks.undrawn():
                loss = eager.learn(few).loss
            wanted = np.array([loss, *(each.grad for each in self.parameters)])
            if wanted.any() and eager.unreached <= 0:
                break
        found, count = np.array([value, *gradient]), len(few)
        if _is_close(found, wanted):
            return False
        if _is_close(count * found, wanted):
            return True
        raise ValueError("compiled=True needs a loss that is the mean or the sum of those of its "
                         f"examples: that of {count} of them is {wanted[0]:.6g}, where those of "
                         f"each by itself are {value:.6g} in the mean, or their derivatives "
                         "differ. Or the model or the loss decides something by numbers, or draws "
                         "at random, or a penalty is added to a sum")  # fmt: skip


def _is_elementwise(optimizer: Any) -> bool:
    """Whether `step` is the inherited one, and the update rule works on arrays."""
    kind = type(optimizer)
    if not isinstance(optimizer, Optimizer) or kind.step is not Optimizer.step:
        return False
    (says, *_) = (each for each in kind.__mro__ if "_stride" in vars(each))
    is_elementwise: bool = vars(says).get("elementwise", False)
    return is_elementwise


class _Traced(NamedTuple):
    """The program of one example, and arrays of all examples for it."""

    program: CompiledLoss
    arrays: list[list[Any]]


def _traced(
    model: Module[Any],
    loss: Loss,
    parameters: list[Value],
    known: Sequence[Examples],
    masks: AskedMasks,
    *,
    is_predicting: bool,
    backend: str | None,
) -> _Traced:
    """The program, traced for all examples that are `known`, in the first way in which it can be.

    Columns of whole numbers are choices if the model cannot be given them as Values. The masks, if
    there are any, are the first array.
    """
    rows = [row for examples in known for row in examples.rows]

    def traced(inputs: RowArrays, way: Way) -> _Traced:
        """The program, with rows and targets put into arrays in one way."""

        def of_example(*given: Any) -> tuple[Value, Any]:
            """The loss of one example, and the prediction if it is wanted."""
            factors, *row, target = given if masks.count else ([], *given)
            with masks.given(factors):
                prediction = model(inputs.row(row))
                value = loss([prediction], [way.meant(target)])
            return value, prediction if is_predicting else None

        program = CompiledLoss(of_example, parameters, backend_named(backend))
        arrays = [
            [*masks.arrays(len(each.rows)), *inputs.arrays(each.rows), way.array(each.targets)]
            for each in known
        ]
        program.trace(*(np.concatenate(each) for each in zip(*arrays, strict=True)))
        return _Traced(program, arrays)

    def in_some_way(inputs: RowArrays) -> _Traced:
        """The program, with targets put into arrays in the first way in which they can be."""
        *others, last = ways([target for examples in known for target in examples.targets])
        for way in others:
            try:
                return traced(inputs, way)
            except (ChoicesDiffer, *_REFUSED):  # a loss may take no Value, or no plain number
                continue
        return traced(inputs, last)

    try:
        return in_some_way(RowArrays([], len(rows[0])))
    except _REFUSED:
        chosen = whole_columns(rows)
        if not chosen:
            raise
    return in_some_way(RowArrays(chosen, len(rows[0])))


def _some(examples: Examples) -> list[int]:
    """The places of a few examples, as different as may be: of many classes, no neighbours."""
    count = len(examples.targets)
    order = [i * count // _FEW for i in range(min(_FEW, count))]
    first = {key_of(target): i for i, target in reversed([*enumerate(examples.targets)])}
    return list(dict.fromkeys([*list(first.values())[-_FEW // 2 :], *order]))[:_FEW]


def _is_close(found: Any, wanted: Any) -> bool:
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)
    close: bool = np.allclose(found, wanted, rtol=0, atol=_TOLERANCE * size, equal_nan=True)
    return close
