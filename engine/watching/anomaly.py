"""The origin of a nan.

    with engine.detect_anomaly():
        loss = train_step(model)
        loss.backward()

raises at the first operation whose value or local derivative is nan or infinite. The error names
the operation, its operands, its scope and its source line. Outside such a block the operations are
the usual ones: nothing is recorded and nothing is slower.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite

from ..gradients import Swept
from ..notation import abridged
from ..typesetting.mathematics import plain_label
from ..value import Value
from .observers import SourceLines, here, observers, watched_by


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """A block in which the first nan or infinity raises FloatingPointError.

    The value of each operation is examined, its local derivatives and, after `backward()`, the
    gradients. So are those of `grad()`, `jacobian()`, `hessian()` and `hessian_vector_product()`,
    of all that leads from the output to the inputs. Other threads are not watched, nor is a method
    that was taken from Value before the block, as in `f = Value.exp`, or a row that is registered
    inside it.
    """
    if any(isinstance(each, _Alarm) for each in observers()):
        yield  # the block around this one watches already
    else:
        with watched_by(_Alarm()):
            yield


class _Alarm:
    """The observer that raises at the first nan or infinity."""

    def __init__(self) -> None:
        self.lines: SourceLines = {}

    def made(self, value: Value) -> None:
        """Raise if the value or one of the local derivatives of an operation is not finite."""
        self.lines[value.serial] = here()
        if not isfinite(value.data):
            raise self.anomaly(f"{_in_words(value)} is {value.data}", value)
        pairs = zip(value.inputs, value.local_derivatives, strict=True)
        for place, (each, local) in enumerate(pairs, 1):
            if local is not None and not isfinite(local):
                by = plain_label(each.label) or f"operand {place}"
                raise self.anomaly(
                    f"the derivative of {_in_words(value)} by {by} is {local}", value
                )

    def swept(self, gradients: Swept) -> None:
        """Raise if a gradient is not finite."""
        for node, gradient in gradients:
            if not isfinite(gradient):
                raise self.anomaly(f"the gradient of {_in_words(node)} is {gradient}", node)

    def anomaly(self, what: str, value: Value) -> FloatingPointError:
        """The error about a Value, with its scope and its source line; `what` is the fault."""
        scope = f", in {' / '.join(value.scope)}" if value.scope else ""
        line = f"\n  {self.lines[value.serial]}" if value.serial in self.lines else ""
        return FloatingPointError(f"{what}{scope}{line}")


def _in_words(value: Value) -> str:
    """The operation with its operands; a leaf as an operand."""
    if not value.inputs:
        return _operand(value)
    operands = abridged([_operand(each) for each in value.inputs])
    return f"{value.op}({', '.join(operands)})"


def _operand(value: Value) -> str:
    """The number, with its label if it has one."""
    return f"{plain_label(value.label)} = {value.data!r}" if value.label else repr(value.data)
