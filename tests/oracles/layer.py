"""The worked example of the seeds: one layer with 4 inputs and 3 neurons, and its loss.

The loss is the mean of the squared activations, as one operation of its own, so that a path reads
Loss → ReLU → Sum → Mul → w11. The gradients by the weights are those that the document prints.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from engine import PRIMITIVES, Op, Value, register, scope

INPUTS = (1.0, 2.0, 3.0, 2.5)
WEIGHTS = (
    (0.04967142, -0.01382643, 0.06476885),
    (0.15230299, -0.02341534, -0.0234137),
    (0.15792128, 0.07674347, -0.04694744),
    (0.054256, -0.04634177, -0.04657298),
)
GRADIENTS = (
    (0.64245416, 0.03581259, 0.0),
    (1.28490832, 0.07162519, 0.0),
    (1.92736248, 0.10743778, 0.0),
    (1.6061354, 0.08953148, 0.0),
)

_MEAN_SQUARE = Op(
    "mean_square",
    "mean²",
    r"\mathrm{{mean}}({terms})",
    (-2, 2),
    lambda terms: sum(each * each for each in terms) / len(terms),
    (lambda terms, y: tuple(2.0 * each / len(terms) for each in terms),),
    any_number=True,
)


@contextmanager
def mean_square() -> Iterator[None]:
    """Inside, the table has the mean of squares as one operation."""
    register(_MEAN_SQUARE)
    try:
        yield
    finally:
        del PRIMITIVES["mean_square"]
        del Value.mean_square  # type: ignore[attr-defined]  # the table has put it there


def layer() -> tuple[Value, list[list[Value]]]:
    """The loss, and the weights; asks for `mean_square`."""
    x = [Value(number, f"x{i + 1}") for i, number in enumerate(INPUTS)]
    w = [
        [Value(number, f"w{i + 1}{j + 1}") for j, number in enumerate(row)]
        for i, row in enumerate(WEIGHTS)
    ]
    outputs = []
    for j in range(3):
        with scope("layer1"), scope(f"neuron{j + 1}"):
            products = [row[j] * xi for row, xi in zip(w, x, strict=True)]
            outputs.append(Value.sum([*products, Value(0.0, f"b{j + 1}")]).relu())
    loss: Value = Value.mean_square(outputs)  # type: ignore[attr-defined]  # see above
    loss.label = "Loss"
    return loss, w
