"""Running results: what is carried from step to step goes through operations with known numbers.

    y[0] = start        y[t + 1] = y[t] op x[t]               running sums, products and maxima
                        y[t + 1] = (y[t] op x[t]) op2 z[t]    such as y a[t] + b[t]

Backward, steps go from the last to the first: y[steps] = start, and y[t] follows from y[t + 1].
Operations are those of a plain loop, in its order: a running sum by halves would round otherwise,
and overflow otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...primitives import Op
from ..arrays import np
from .instruction import Instruction
from .kind import Call, Kind
from .ufuncs import FUNCTIONS
from .views import Shape


class RunningStep(NamedTuple):
    """One operation of a step: y `op` x, or with `turned` x `op` y."""

    op: Op
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """The operations of a step, one for each input after the start; and the number of steps."""

    each: tuple[RunningStep, ...]
    steps: int
    backward: bool = False

    @property
    def order(self) -> range:
        """The steps, in the order in which they are computed."""
        return range(self.steps)[:: -1 if self.backward else 1]

    @property
    def start_row(self) -> int:
        """The row of the start."""
        return self.steps if self.backward else 0

    def rows(self, t: int) -> tuple[int, int]:
        """The rows that step t reads and gives."""
        return (t + 1, t) if self.backward else (t, t + 1)


def _text(instruction: Instruction, names: Sequence[str], _: Sequence[Shape]) -> str:
    start, *others = names
    each = zip(instruction.detail.each, others, strict=True)
    done = ", ".join(f"{one.op.name} {'of' if one.turned else 'with'} {name}" for one, name in each)
    return f"running {done}, from {start}{', backward' if instruction.detail.backward else ''}"


def _shape(shapes: Sequence[Shape], detail: Running) -> Shape:
    return (detail.steps + 1, *shapes[0])


def _demand(shapes: Sequence[Shape], detail: Running) -> None:
    """Raise ValueError unless each operation has numbers for all steps."""
    if detail.steps < 1 or not detail.each or len(shapes) != len(detail.each) + 1:
        raise ValueError(f"does {len(detail.each)} operations in each of {detail.steps} steps, "
                         f"with {len(shapes) - 1} arrays")  # fmt: skip
    for each in shapes[1:]:
        if each != (detail.steps, *shapes[0]):
            raise ValueError(f"needs numbers of shape {(detail.steps, *shapes[0])}, has {each}")


def _examples(read: Sequence[bool], _: Running) -> bool:
    if len({*read}) > 1:
        raise ValueError("reads arrays with and without an axis of examples")
    return any(read)


def _ran(call: Call) -> Any:
    detail, (start, *others) = call.made.detail, call.arrays
    rows = np.empty((detail.steps + 1, *start.shape))
    rows[detail.start_row] = start
    for t in detail.order:
        before, after = detail.rows(t)
        found = rows[before]
        for one, numbers in zip(detail.each, others, strict=True):
            pair = (numbers[t], found) if one.turned else (found, numbers[t])
            found = getattr(np, FUNCTIONS[one.op.name])(*pair)
        rows[after] = found
    return rows


# fmt: off
RUNNING: dict[str, Kind] = {
    "running": Kind(
        arity=None, detail=Running, pullback=None,
        shape=_shape,
        text=_text,
        meaning=_ran,
        examples=_examples,
        demand=_demand,
    ),
}
# fmt: on
