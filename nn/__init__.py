"""Neural networks built of Values: small enough to read, complete enough to train.

>>> import nn
>>> model = nn.MLP(2, [3, 1], seed=0)
>>> model
MLP(2 → 3 relu → 1 identity; 13 parameters)
>>> loss = nn.mean_squared_error([model([1.0, -2.0])], [0.5])
>>> loss.backward()
>>> nn.SGD(model.parameters(), learning_rate=0.1).step()
"""

from . import export
from .activations import ACTIVATIONS, LIST_ACTIVATIONS, Swish, log_softmax, softmax
from .callbacks import EarlyStopping
from .checkpoints import Checkpoint
from .clipping import clip_by_norm, clip_by_value
from .composition import Residual, Sequential
from .diagram import NetworkDrawing, draw_network
from .embedding import Embedding
from .gated import GEGLU, ReGLU, SwiGLU
from .history import History
from .initializers import INITIALIZERS
from .layers import MLP, Layer, Neuron
from .live import LiveView
from .losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_absolute_error,
    mean_squared_error,
    perceptron_criterion,
)
from .matrices import data_of, grad_of, set_data
from .metrics import accuracy
from .minimizing import Minimum, minimize
from .model_files import ModelFileError
from .module import Module
from .optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from .penalties import l1_penalty, l2_penalty
from .perceptron import Perceptron
from .plots import plot_decision_boundary, plot_history, plot_loss, plot_metrics
from .saving import load
from .schedules import ConstantRate, CosineDecay, LinearDecay, StepDecay
from .training import fit

__all__ = [
    "ACTIVATIONS",
    "GEGLU",
    "INITIALIZERS",
    "LIST_ACTIVATIONS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Checkpoint",
    "ConstantRate",
    "CosineDecay",
    "EarlyStopping",
    "Embedding",
    "History",
    "Layer",
    "LinearDecay",
    "LiveView",
    "Minimum",
    "ModelFileError",
    "Module",
    "NetworkDrawing",
    "Neuron",
    "Optimizer",
    "Perceptron",
    "RMSprop",
    "ReGLU",
    "Residual",
    "Sequential",
    "StepDecay",
    "SwiGLU",
    "Swish",
    "accuracy",
    "binary_cross_entropy",
    "clip_by_norm",
    "clip_by_value",
    "cross_entropy",
    "data_of",
    "draw_network",
    "export",
    "fit",
    "grad_of",
    "half_squared_error",
    "hinge",
    "l1_penalty",
    "l2_penalty",
    "load",
    "log_softmax",
    "mean_absolute_error",
    "mean_squared_error",
    "minimize",
    "perceptron_criterion",
    "plot_decision_boundary",
    "plot_history",
    "plot_loss",
    "plot_metrics",
    "set_data",
    "softmax",
]
