"""Stepping through backpropagation: `Stepper(loss).save("loss.html")`, or shown in a notebook."""

from .notes import Note
from .page import Stepper
from .reasons import REASONS, Reason, reason, reason_called, save_reasons
from .trace import Trace, trace

__all__ = [
    "REASONS",
    "Note",
    "Reason",
    "Stepper",
    "Trace",
    "reason",
    "reason_called",
    "save_reasons",
    "trace",
]
