"""Training steps written by hand in NumPy, forward and backward by matrices.

Each is there twice: as one writes it, and tuned, with memory that is used again and examples along
the last axis, where NumPy is fastest. What is compiled is to be measured against the faster one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], tuple[Any, list[Any]]]

# A matrix of weights with a row for each neuron, and its biases.
Layer = tuple[Any, Any]


def moons(layers: list[Layer], X: Any, y: Any, penalty: float) -> Step:
    """Hinge loss and penalty of an MLP with two hidden layers of ReLU and one output."""
    (W1, b1), (W2, b2), (W3, b3) = layers
    count = len(X)

    def step() -> tuple[Any, list[Any]]:
        """The loss, and its derivatives by all weights and biases."""
        h1 = np.maximum(X @ W1.T + b1, 0)
        h2 = np.maximum(h1 @ W2.T + b2, 0)
        margin = 1 - y * (h2 @ W3[0] + b3)
        squares = sum((w * w).sum() + (b * b).sum() for w, b in layers)
        loss = np.maximum(margin, 0).sum() / count + penalty * squares
        d = (margin > 0) * (-y / count)
        d2 = np.outer(d, W3[0]) * (h2 > 0)
        d1 = (d2 @ W2) * (h1 > 0)
        gradient = [d1.T @ X, d1.sum(0), d2.T @ h1, d2.sum(0), (d @ h2)[None], d.sum(keepdims=True)]
        weights = [each for layer in layers for each in layer]
        return loss, [g + 2 * penalty * w for g, w in zip(gradient, weights, strict=True)]

    return step


def tuned_moons(layers: list[Layer], X: Any, y: Any, penalty: float) -> Step:
    """The same, with weights in one vector, and nothing allocated."""
    shapes = [each.shape for layer in layers for each in layer]
    theta, gradient = (np.concatenate([w.ravel() for layer in layers for w in layer])
                       for _ in range(2))  # fmt: skip
    W1, b1, W2, b2, W3, b3 = _views(theta, shapes)
    dW1, db1, dW2, db2, dW3, db3 = parts = _views(gradient, shapes)
    b1, b2, columns, wide = b1[:, None], b2[:, None], np.ascontiguousarray(X.T), (len(b1), len(X))
    h1, h2, d1, d2 = (np.empty(wide) for _ in range(4))
    active, ones, slope = np.empty(wide, bool), np.ones(len(X)), -y / len(X)
    score, margin, wrong = np.empty(len(X)), np.empty(len(X)), np.empty(len(X), bool)
    shrink = np.empty_like(theta)

    def step() -> tuple[Any, list[Any]]:
        """The loss, and its derivatives by all weights and biases."""
        np.dot(W1, columns, out=h1)
        np.add(h1, b1, out=h1)
        np.maximum(h1, 0, out=h1)
        np.dot(W2, h1, out=h2)
        np.add(h2, b2, out=h2)
        np.maximum(h2, 0, out=h2)
        np.dot(W3[0], h2, out=score)
        np.add(score, b3, out=score)
        np.multiply(score, y, out=margin)
        np.subtract(1, margin, out=margin)
        np.greater(margin, 0, out=wrong)
        loss = np.dot(margin, wrong) / len(X) + penalty * np.dot(theta, theta)
        d = np.multiply(wrong, slope, out=score)
        np.dot(h2, d, out=dW3[0])
        db3[0] = np.dot(d, ones)
        np.multiply(W3.T, d, out=d2)
        np.greater(h2, 0, out=active)
        np.multiply(d2, active, out=d2)
        np.dot(d2, h1.T, out=dW2)
        np.dot(d2, ones, out=db2)
        np.dot(W2.T, d2, out=d1)
        np.greater(h1, 0, out=active)
        np.multiply(d1, active, out=d1)
        np.dot(d1, X, out=dW1)
        np.dot(d1, ones, out=db1)
        np.multiply(theta, 2 * penalty, out=shrink)
        np.add(gradient, shrink, out=gradient)
        return loss, parts

    return step


def _views(vector: Any, shapes: list[tuple[int, ...]]) -> list[Any]:
    """The parts of a vector, in these shapes."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def digits(layers: list[Layer], X: Any, Y: Any) -> Step:
    """Softmax cross-entropy of an MLP with one hidden layer of ReLU.

    Y has a row for each example, with a 1 for the class; or the number of the class of each.
    """
    (W1, b1), (W2, b2) = layers
    count, rows, by_class = len(X), np.arange(len(X)), Y.ndim == 1

    def step() -> tuple[Any, list[Any]]:
        """The loss, and its derivatives by all weights and biases."""
        h = X @ W1.T
        h += b1
        np.maximum(h, 0, out=h)
        z = h @ W2.T
        z += b2
        e = np.exp(z)
        total = e.sum(1, keepdims=True)
        right = z[rows, Y] if by_class else z * Y
        loss = (np.log(total).sum() - right.sum()) / count
        e /= total
        if by_class:
            e[rows, Y] -= 1
        else:
            e -= Y
        e /= count
        d = e @ W2
        d *= h > 0
        return loss, [d.T @ X, d.sum(0), e.T @ h, e.sum(0)]

    return step


def tuned_digits(layers: list[Layer], X: Any, Y: Any) -> Step:
    """The same, with examples along the last axis, and little allocated."""
    (W1, b1), (W2, b2) = layers
    hidden, classes, count = len(b1), len(b2), len(X)
    columns, targets = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    h, d = np.empty((hidden, count)), np.empty((hidden, count))
    active = np.empty((hidden, count), bool)
    z, e, ones = np.empty((classes, count)), np.empty((classes, count)), np.ones(count)
    c1, c2 = b1[:, None], b2[:, None]

    def step() -> tuple[Any, list[Any]]:
        """The loss, and its derivatives by all weights and biases."""
        np.dot(W1, columns, out=h)
        np.add(h, c1, out=h)
        np.maximum(h, 0, out=h)
        np.dot(W2, h, out=z)
        np.add(z, c2, out=z)
        np.exp(z, out=e)
        total = e.sum(0)
        loss = (np.log(total).sum() - np.vdot(z, targets)) / count
        np.divide(e, total, out=e)
        np.subtract(e, targets, out=e)
        np.multiply(e, 1 / count, out=e)
        np.dot(W2.T, e, out=d)
        np.not_equal(h, 0, out=active)
        np.multiply(d, active, out=d)
        return loss, [d @ X, d @ ones, e @ h.T, e @ ones]

    return step
