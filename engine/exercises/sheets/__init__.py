"""The exercises, a sheet for each notebook."""

from .by_formula import BY_FORMULA
from .by_hand import BY_HAND
from .one_neuron import ONE_NEURON
from .paths import PATHS
from .stepping import STEPPING
from .training import TRAINING
from .value import VALUE

EXERCISES = {
    each.name: each
    for sheet in (VALUE, TRAINING, STEPPING, PATHS, ONE_NEURON, BY_FORMULA, BY_HAND)
    for each in sheet
}

__all__ = ["EXERCISES"]
