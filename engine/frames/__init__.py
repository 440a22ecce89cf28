"""A run as a row of pictures, one for each step: figures for slides, or a film."""

from .files import FrameSpan, save_frames
from .run_steps import UNITS, Unit, run_steps

__all__ = ["UNITS", "FrameSpan", "Unit", "run_steps", "save_frames"]
