"""Stepping through backpropagation: `Stepper(loss).save("loss.html")`, or shown in a notebook."""

from .page import Stepper
from .trace import Trace, trace

__all__ = ["Stepper", "Trace", "trace"]
