"""minimize(loss, parameters): L-BFGS, for a loss that is computed on all examples at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import hypot, inf, isfinite
from sys import float_info
from typing import Any

from engine import Value
from engine.system.garbage import uncollected
from engine.system.packages import optional
from engine.value import demand_value, real_number

from ..arguments.counts import demand_limit
from ..arguments.hyperparameters import POSITIVE
from ..arguments.parameters import movable_parameters, reaches, warn_of_no_gradient

# The largest height of a wall, and the largest slope.
_LARGEST = float_info.max

# The most steps and evaluations, where there is no limit.
_NO_LIMIT = 10**9

# A function that computes the loss: as a Value, or as a pair with the derivatives.
Objective = Callable[[], Value | tuple[float, Any]]

# The loss and its derivatives by the parameters, from their numbers.
OfNumbers = Callable[[list[float]], tuple[float, list[float]]]


@dataclass(frozen=True, slots=True)
class Minimum:
    """The result of `minimize`.

    - `loss`: the smallest loss, at the present parameters.
    - `iterations`, `evaluations`: the number of steps, and of computations of the loss.
    - `converged`: whether no partial derivative is above the tolerance, or steps were made and
      no further one lowered the loss, with nothing that is nan or infinite in the way.
    - `message`: the reason for the end, mostly in SciPy's words.
    """

    loss: float
    iterations: int
    evaluations: int
    converged: bool
    message: str


def minimize(
    loss: Objective,
    parameters: Iterable[Value],
    iterations: float = 200,
    tolerance: float = 1e-9,
) -> Minimum:
    """Move the parameters to a minimum of `loss()` by L-BFGS; gives a Minimum.

        found = nn.minimize(lambda: nn.cross_entropy(list(map(model, X)), y), model.parameters())

        step = engine.compile(loss_of_one, parameters=model.parameters())
        found = nn.minimize(lambda: step(X, y), model.parameters())

    `loss` computes the loss anew, on the same examples every time: as a Value, or as a pair of the
    loss and its derivatives by the parameters in order, as a compiled program gives it, also in
    nested lists and dicts. L-BFGS estimates the curvature from the last gradients: Byrd, Lu,
    Nocedal and Zhu (1995), by `scipy.optimize.minimize`. The search ends when no partial derivative
    is larger than `tolerance`, when the loss does not fall any more, or after `iterations` steps;
    inf is no limit. It turns back from where the loss or its gradient is nan or infinite. If it is
    interrupted, the parameters are the best so far.

    Raises ValueError if there is no parameter, one twice or one that is not a leaf, if the first
    loss or its gradient is nan or infinite, if there are not as many derivatives as parameters, if
    `iterations` is below 1 or `tolerance` not positive, or if `loss` gives the same Value again;
    TypeError if `loss` is not a function or
    gives neither a Value nor a pair; and ImportError if SciPy is not installed.
    """
    if not callable(loss):
        raise TypeError(f"loss must be a function that computes the loss, got {loss!r}")
    moved = movable_parameters(parameters)
    last: list[Value] = []  # the last loss, if it is a Value

    def of_numbers(numbers: list[float]) -> tuple[float, list[float]]:
        """The loss at some numbers, which the parameters have from then on, and its gradient."""
        _place(moved, numbers)
        return _evaluated(loss, moved, last)

    found = minimize_numbers(of_numbers, moved, iterations, tolerance)
    if found.evaluations == 1 and not all(reaches(each, moved) for each in last):
        warn_of_no_gradient()
    return found


def minimize_numbers(
    of_numbers: OfNumbers, parameters: list[Value], iterations: float, tolerance: float
) -> Minimum:
    """The same for a loss that is a function of the parameters' numbers.

    It gives the loss and as many derivatives. The parameters have the best numbers in the end.
    """
    most = min(demand_limit(iterations, "iterations"), _NO_LIMIT)
    limits = {"maxiter": most, "gtol": POSITIVE.checked(tolerance, "tolerance")}
    search = _Search(of_numbers, [parameter.data for parameter in parameters])
    scipy = optional("scipy.optimize", "train", "minimize")
    try:
        found = scipy.minimize(search, search.best, jac=True, method="L-BFGS-B",
                               options={**limits, "ftol": 0.0, "maxfun": _NO_LIMIT})  # fmt: skip
    finally:
        _place(parameters, search.best)
        for parameter in parameters:
            parameter.grad = 0.0
    wrong = search.obstacle(limits["gtol"])
    return Minimum(search.smallest, int(found.nit), int(found.nfev),
                   bool(found.success) and not wrong, wrong or str(found.message))  # fmt: skip


class _Search:
    """The loss and its gradient as a function of the numbers of all parameters."""

    def __init__(self, of_numbers: OfNumbers, start: list[float]) -> None:
        self.of_numbers = of_numbers
        self.start = self.best = start
        self.slopes: list[float] = []  # at the best
        self.smallest, self.worst = inf, 1.0
        self.is_walled = False  # whether a wall was met since the best was found

    def __call__(self, array: Any) -> tuple[float, list[float]]:
        """The loss at some numbers and its gradient; the best numbers are kept."""
        numbers = array.tolist()
        value, slopes = self.of_numbers(numbers)
        if not all(map(isfinite, [value, *slopes])):
            if self.smallest == inf:
                raise ValueError("loss() and its gradient must be finite at the start, "
                                 f"got {value} and {slopes}")  # fmt: skip
            self.is_walled = True
            return self._wall(numbers)
        self.worst = max(self.worst, abs(value))
        if value < self.smallest:
            self.smallest, self.best = value, numbers
            self.slopes, self.is_walled = slopes, False
        return value, slopes

    def _wall(self, numbers: Any) -> tuple[float, list[float]]:
        """A loss so large that the step is shortened, and the gradient of the way up to it."""
        steps = [number - best for number, best in zip(numbers, self.best, strict=True)]
        height, distance = min(self.worst * 1e3, _LARGEST), hypot(*steps) or 1.0
        return height, [step / distance * min(height / distance, _LARGEST) for step in steps]

    def obstacle(self, tolerance: float) -> str:
        """The reason why the best is no minimum, whatever ended the search; "" if there is none."""
        if all(abs(slope) <= tolerance for slope in self.slopes):
            return ""
        if self.is_walled:
            return "STOP: THE LOSS OR ITS GRADIENT IS NAN OR INFINITE A STEP FURTHER"
        return "STOP: NO STEP LOWERED THE LOSS" if self.best == self.start else ""


def _place(parameters: Iterable[Value], numbers: Iterable[float]) -> None:
    """Set the parameters."""
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.data = number


def _evaluated(
    loss: Objective, parameters: list[Value], before: list[Value]
) -> tuple[float, list[float]]:
    """The loss for the present parameters, and its derivatives; `before` has the last loss."""
    with uncollected():
        given = loss()
        if isinstance(given, tuple):
            return _pair(given, len(parameters))
        demand_value(given, "what loss() gives")
        if given in before and given not in parameters:
            raise ValueError(f"loss must compute the loss anew each time, and gave {given!r} once "
                             "more: put all of the computation into the function")  # fmt: skip
        for parameter in parameters:
            parameter.grad = 0.0
        given.backward()
        before[:] = [given]
    return given.data, [parameter.grad for parameter in parameters]


def _pair(given: tuple[Any, ...], count: int) -> tuple[float, list[float]]:
    """A loss and its `count` derivatives, checked."""
    if len(given) != 2:
        raise TypeError(f"loss() must give a Value, or the loss and its derivatives, got {given!r}")
    value, slopes = given
    if getattr(slopes, "shape", None) == (count,) and slopes.dtype == float:
        return real_number(value, "what loss() gives"), slopes.tolist()
    numbers = _in_a_row(slopes)
    if len(numbers) != count:
        raise ValueError(f"loss() must give a derivative for each of the {count} parameters, in "
                         f"a row or in nested lists, got {slopes!r}")  # fmt: skip
    return real_number(value, "what loss() gives"), [
        real_number(each, "a derivative that loss() gives") for each in numbers
    ]


def _in_a_row(slopes: Any) -> list[Any]:
    """The numbers of an array, or of nested lists, dicts and arrays, in order."""
    found, pending = [], [slopes]
    while pending:
        each = pending.pop()
        parts: Any = each.values() if isinstance(each, Mapping) else each
        if getattr(parts, "shape", None) == ():
            found.append(parts.item())
        elif isinstance(parts, str) or not isinstance(parts, Iterable):
            found.append(each)
        else:
            pending += list(parts)[::-1]
    return found
