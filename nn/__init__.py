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
from .arguments.matrices import data_of, grad_of, set_data
from .blocks.attention import Attention
from .blocks.containers import Residual, Sequential
from .blocks.convolution import Convolution, MaxPooling
from .blocks.dropout import Dropout
from .blocks.embedding import Embedding
from .blocks.gated import GEGLU, ReGLU, SwiGLU
from .blocks.gru import GRU
from .blocks.lstm import LSTM
from .blocks.normalization import LayerNorm, RMSNorm
from .blocks.perceptron import Perceptron
from .blocks.recurrent import Recurrent
from .blocks.sequences import EachStep, LastStep, Reshape
from .files.model_files import ModelFileError
from .foreign.torch_weights import load_torch
from .initializers import INITIALIZERS
from .layers import MLP, Layer, Neuron
from .loading import load
from .losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_absolute_error,
    mean_squared_error,
    perceptron_criterion,
)
from .masks import learning
from .module import Module
from .optimization.clipping import clip_by_norm, clip_by_value
from .optimization.lbfgs import Minimum, minimize
from .optimization.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop
from .optimization.penalties import l1_penalty, l2_penalty
from .optimization.schedules import ConstantRate, CosineDecay, LinearDecay, StepDecay
from .pictures.network import NetworkDrawing, draw_network
from .pictures.plots import plot_decision_boundary, plot_history, plot_loss, plot_metrics
from .training.callbacks import EarlyStopping
from .training.checkpoints import Checkpoint
from .training.fit import fit
from .training.history import History
from .training.live import LiveView
from .training.metrics import accuracy

__all__ = [
    "ACTIVATIONS",
    "GEGLU",
    "GRU",
    "INITIALIZERS",
    "LIST_ACTIVATIONS",
    "LSTM",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Attention",
    "Checkpoint",
    "ConstantRate",
    "Convolution",
    "CosineDecay",
    "Dropout",
    "EachStep",
    "EarlyStopping",
    "Embedding",
    "History",
    "LastStep",
    "Layer",
    "LayerNorm",
    "LinearDecay",
    "LiveView",
    "MaxPooling",
    "Minimum",
    "ModelFileError",
    "Module",
    "NetworkDrawing",
    "Neuron",
    "Optimizer",
    "Perceptron",
    "RMSNorm",
    "RMSprop",
    "ReGLU",
    "Recurrent",
    "Reshape",
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
    "learning",
    "load",
    "load_torch",
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
