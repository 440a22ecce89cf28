"""Layers as the documents write them: matrices with a row for each neuron."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import nn
from engine import Value


def set_layer(layer: nn.Layer, weights: Any, biases: Sequence[float]) -> None:
    """Give each neuron its row of the weights, and its bias."""
    for neuron, row, bias in zip(layer.neurons, weights, biases, strict=True):
        neuron.b.data = bias
        for w, number in zip(neuron.w, row, strict=True):
            w.data = number


def weights(layer: nn.Layer) -> Any:
    """W."""
    return np.array([[w.data for w in neuron.w] for neuron in layer.neurons])


def weight_gradients(layer: nn.Layer) -> Any:
    """dL/dW."""
    return np.array([[w.grad for w in neuron.w] for neuron in layer.neurons])


def bias_gradients(layer: nn.Layer) -> Any:
    """dL/db."""
    return np.array([neuron.b.grad for neuron in layer.neurons])


def activations(model: nn.MLP, x: Sequence[float]) -> list[list[Value]]:
    """The outputs of each layer, the input left out."""
    found: list[list[Value]] = []
    for layer in model.layers:
        found.append(layer(found[-1] if found else x))
    return found


def data(values: Sequence[Value]) -> Any:
    """The numbers of some Values."""
    return np.array([each.data for each in values])


def grads(values: Sequence[Value]) -> Any:
    """The gradients of some Values."""
    return np.array([each.grad for each in values])
