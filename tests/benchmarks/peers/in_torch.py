"""PyTorch on whole arrays, one thread."""

from importlib import import_module
from typing import Any

import numpy as np

from .contest import Step

PENALTY = 1e-4


def _torch() -> Any:
    """PyTorch."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    return torch


def _step(loss: Any, weights: Any) -> Step:
    """The step of a loss of some tensors."""

    def step() -> tuple[Any, Any]:
        """The value, and the gradients."""
        for each in weights:
            each.grad = None
        found = loss(*weights)
        found.backward()
        return found.detach(), [each.grad for each in weights]

    return step


def hinge(layers: Any, X: Any, y: Any) -> Step:
    """The mean hinge loss."""
    torch = _torch()
    points, labels = torch.tensor(X), torch.tensor(y)

    def loss(*weights: Any) -> Any:
        """Matrices and biases, the examples first."""
        h = points
        for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            h = torch.relu(h @ W.T + b)
        return torch.relu(1 - labels * (h @ weights[-2].T + weights[-1])[:, 0]).mean()

    return _step(loss, [torch.tensor(w, requires_grad=True) for layer in layers for w in layer])


def moons(layers: Any, X: Any, y: Any) -> Step:
    """The moons."""
    torch = _torch()
    points, labels = torch.tensor(X), torch.tensor(y)

    def loss(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
        """The hinge loss and the penalty."""
        h = torch.relu(points @ W1.T + b1)
        h = torch.relu(h @ W2.T + b2)
        margin = 1 - labels * ((h @ W3.T)[:, 0] + b3)
        squares = sum((w * w).sum() for w in (W1, b1, W2, b2, W3, b3))
        return torch.relu(margin).mean() + PENALTY * squares

    return _step(loss, [torch.tensor(w, requires_grad=True) for layer in layers for w in layer])


def digits(layers: Any, X: Any, Y: Any) -> Step:
    """The digits."""
    torch = _torch()
    points, wanted = torch.tensor(X), torch.tensor(Y)

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        """The mean cross-entropy."""
        z = torch.relu(points @ W1.T + b1) @ W2.T + b2
        return (torch.logsumexp(z, 1) - (wanted * z).sum(1)).mean()

    return _step(loss, [torch.tensor(w, requires_grad=True) for layer in layers for w in layer])


def transformer(parameters: Any, tokens: Any) -> Step:
    """The block of tests/oracles/transformer.py on arrays, for sequences of tokens, or for one."""
    torch = _torch()
    every = torch.tensor(np.atleast_2d(tokens))
    many, count = every.shape[0], every.shape[1] - 1
    future = torch.ones(count, count, dtype=torch.bool).triu(1)

    def normalised(x: Any) -> Any:
        """Rows divided by the root of the mean of their squares."""
        return x * ((x * x).mean(-1, keepdim=True) + 1e-5) ** -0.5

    def loss(*weights: Any) -> Any:
        """The mean cross-entropy of all tokens."""
        p = dict(zip(parameters, weights, strict=True))
        x = normalised(p["token"][every[:, :-1]] + p["position"])
        n = normalised(x)
        q, k, v = ((n @ p[name].T).reshape(many, count, 4, 4) for name in ("query", "key", "value"))
        scores = torch.einsum("nthd,nshd->nhts", q, k) / 2
        shares = scores.masked_fill(future, -torch.inf).softmax(-1)
        found = torch.einsum("nhts,nshd->nthd", shares, v).reshape(many, count, 16)
        x = found @ p["mix"].T + x
        x = torch.relu(normalised(x) @ p["widen"].T) ** 2 @ p["narrow"].T + x
        logits = (x @ p["next"].T).reshape(-1, 27)
        return torch.nn.functional.cross_entropy(logits, every[:, 1:].reshape(-1))

    return _step(loss, [torch.tensor(each, requires_grad=True) for each in parameters.values()])
