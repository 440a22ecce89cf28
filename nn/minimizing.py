"""minimize(loss, parameters): L-BFGS, for when the loss can be computed on all examples at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from engine import Value
from engine.extras import optional
from engine.gradients import demand_value
from engine.value import real_number

from .collecting import uncollected
from .parameters import checked_parameters
from .sizes import demand_count


@dataclass(frozen=True, slots=True)
class Minimum:
    """What `minimize` found: the loss there, and why it ended.

    - `loss`: the smallest loss, at the parameters as they are now.
    - `iterations`, `evaluations`: how many steps it took, and how often the loss was computed.
    - `converged`: whether it ended for no step lowered the loss any more, and SciPy's words on it.
    """

    loss: float
    iterations: int
    evaluations: int
    converged: bool
    message: str


def minimize(
    loss: Callable[[], Value],
    parameters: Iterable[Value],
    iterations: int = 200,
    tolerance: float = 1e-9,
) -> Minimum:
    """Move the parameters to where `loss()` is smallest, as far as L-BFGS finds; gives a Minimum.

        found = nn.minimize(lambda: nn.cross_entropy(list(map(model, X)), y), model.parameters())

    `loss` computes the loss anew, on the same examples every time. L-BFGS learns the curvature from
    the last gradients: Byrd, Lu, Nocedal and Zhu (1995), by `scipy.optimize.minimize`. It ends when
    no partial derivative is larger than `tolerance`, the loss does not fall any more, or after so
    many `iterations`. If it is interrupted, the parameters are the best so far.

    Raises ValueError if there is no parameter or one twice, if the first loss or its gradient is
    nan or infinite, if `iterations` is below 1 or `tolerance` not positive; TypeError if `loss` is
    no function or gives no Value; and ImportError if SciPy is not installed.
    """
    if not callable(loss):
        raise TypeError(f"loss must be a function that computes the loss, got {loss!r}")
    moved = checked_parameters(parameters)
    limits = {"maxiter": demand_count(iterations, "iterations"), "gtol": _positive(tolerance)}
    search = _Search(loss, moved)
    scipy = optional("scipy.optimize", "train", "minimize")
    try:
        found = scipy.minimize(search, search.best, jac=True, method="L-BFGS-B",
                               options={**limits, "ftol": 0.0, "maxfun": 10**9})  # fmt: skip
    finally:
        search.place(search.best)
        for parameter in moved:
            parameter.grad = 0.0
    return Minimum(search.smallest, int(found.nit), int(found.nfev), bool(found.success),
                   str(found.message))  # fmt: skip


class _Search:
    """The loss and its gradient as a function of the numbers of all parameters."""

    def __init__(self, loss: Callable[[], Value], parameters: list[Value]) -> None:
        self.loss, self.parameters = loss, parameters
        self.best = [parameter.data for parameter in parameters]
        self.smallest, self.worst = inf, 1.0

    def place(self, numbers: Iterable[float]) -> None:
        """Set the parameters."""
        for parameter, number in zip(self.parameters, numbers, strict=True):
            parameter.data = float(number)

    def __call__(self, numbers: Any) -> tuple[float, list[float]]:
        """The loss at these numbers and its gradient; the best numbers are kept."""
        self.place(numbers)
        with uncollected():
            output = self.loss()
            demand_value(output, "what loss() gives")
            for parameter in self.parameters:
                parameter.grad = 0.0
            output.backward()
        slopes = [parameter.grad for parameter in self.parameters]
        if not all(map(isfinite, [output.data, *slopes])):
            if self.smallest == inf:
                raise ValueError("loss() and its gradient must be finite at the start, "
                                 f"got {output.data} and {slopes}")  # fmt: skip
            return self.worst * 1e3, [0.0] * len(slopes)  # a wall, which makes the step shorter
        self.worst = max(self.worst, abs(output.data))
        if output.data < self.smallest:
            self.smallest, self.best = output.data, [float(number) for number in numbers]
        return output.data, slopes


def _positive(tolerance: float) -> float:
    if not 0 < real_number(tolerance, "tolerance") < inf:
        raise ValueError(f"tolerance must be positive and finite, got {tolerance!r}")
    return float(tolerance)
