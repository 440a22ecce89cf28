"""What type checkers see of `glassgrad.engine`: engine itself."""

from engine import *  # noqa: F403
