"""Neural networks built of Values: small enough to read, complete enough to train.

>>> import nn
>>> model = nn.MLP(2, [3, 1], seed=0)
>>> model
MLP(2 → 3 relu → 1 identity; 13 parameters)
>>> loss = nn.mean_squared_error([model([1.0, -2.0])], [0.5])
>>> loss.backward()
>>> nn.SGD(model.parameters(), learning_rate=0.1).step()
"""

from .activations import ACTIVATIONS
from .callbacks import EarlyStopping
from .checkpoints import Checkpoint
from .history import History
from .layers import MLP, Layer, Neuron
from .live import LiveView
from .losses import hinge, mean_squared_error
from .metrics import accuracy
from .model_files import ModelFileError
from .module import Module
from .optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from .plots import plot_decision_boundary, plot_history, plot_loss, plot_metrics
from .saving import load
from .training import fit

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Checkpoint",
    "EarlyStopping",
    "History",
    "Layer",
    "LiveView",
    "ModelFileError",
    "Module",
    "Neuron",
    "Optimizer",
    "RMSprop",
    "accuracy",
    "fit",
    "hinge",
    "load",
    "mean_squared_error",
    "plot_decision_boundary",
    "plot_history",
    "plot_loss",
    "plot_metrics",
]
