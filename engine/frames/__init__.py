"""A run as a row of pictures, one for each step: figures for slides, or a film."""

from .files import save_frames
from .moments import UNITS, Unit

__all__ = ["UNITS", "Unit", "save_frames"]
