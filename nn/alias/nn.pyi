"""What type checkers see of `glassgrad.nn`: nn itself."""

from nn import *  # noqa: F403
