"""What `make demo` runs: train on two data sets, check the gradients, draw everything.

    python -m nn.demo [FOLDER]

writes its pictures to FOLDER, by default out/. Takes about half a minute.
"""

import sys
from io import BytesIO
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from engine import Drawing, Value, check_gradient, draw
from engine.extras import optional
from engine.files import write_whole

from .layers import MLP, Neuron
from .losses import hinge, mean_squared_error
from .optimizers import SGD
from .plots import plot_decision_boundary, plot_loss
from .training import History, fit

# The layer of seed 003: four inputs, and the weights of its first neuron.
_SEED_INPUTS = (1.0, 2.0, 3.0, 2.5)
_SEED_WEIGHTS = (0.04967142, 0.15230299, 0.15792128, 0.054256)
