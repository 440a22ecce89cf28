"""JAX on whole arrays: as one writes it, and in the layout in which it is fastest."""

from importlib import import_module
from typing import Any

import numpy as np

from .contest import Step

PENALTY = 1e-4


def _jax() -> Any:
    """JAX, in float64 and without a thread of its own for each call."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    return jax


def _step(loss: Any, parameters: Any) -> Step:
    """The step of a loss: value and gradient, compiled."""
    jax = _jax()
    compiled = jax.jit(jax.value_and_grad(loss))
    given = jax.tree.map(jax.numpy.asarray, parameters)

    def step() -> Any:
        """The value and the gradient."""
        return jax.block_until_ready(compiled(given))

    return step


def hinge(layers: Any, X: Any, y: Any, *, keeps: bool) -> Step:
    """The mean hinge loss; with `keeps` of arrays that are JAX's already, else of NumPy's."""
    jax = _jax()

    def loss(weights: Any, points: Any, labels: Any) -> Any:
        """Matrices and biases, the examples first."""
        h = points
        for W, b in weights[:-1]:
            h = jax.nn.relu(h @ W.T + b)
        ((W, b),) = weights[-1:]
        return jax.nn.relu(1 - labels * (h @ W.T + b)[:, 0]).mean()

    compiled = jax.jit(jax.value_and_grad(loss))
    given = jax.tree.map(jax.numpy.asarray, (layers, X, y)) if keeps else (layers, X, y)
    return lambda: jax.block_until_ready(compiled(*given))


def moons(layers: Any, X: Any, y: Any) -> Step:
    """Matrices and biases, the examples first."""
    jax = _jax()

    def loss(weights: Any) -> Any:
        """The hinge loss and the penalty."""
        h = X
        for W, b in weights[:-1]:
            h = jax.nn.relu(h @ W.T + b)
        ((W, b),) = weights[-1:]
        margin = 1 - y * (h @ W.T + b)[:, 0]
        squares = sum((each * each).sum() for layer in weights for each in layer)
        return jax.nn.relu(margin).mean() + PENALTY * squares

    return _step(loss, layers)


def moons_in_a_row(row: Any, X: Any, y: Any) -> Step:
    """All parameters in one row, weights beside biases, the examples last."""
    jax, points = _jax(), np.ascontiguousarray(X.T)

    def loss(p: Any) -> Any:
        """The hinge loss and the penalty."""
        W1, W2, W3 = p[:48].reshape(16, 3), p[48:320].reshape(16, 17), p[320:]
        h = jax.nn.relu(W1[:, :2] @ points + W1[:, 2:])
        h = jax.nn.relu(W2[:, :16] @ h + W2[:, 16:])
        score = W3[:16] @ h + W3[16]
        return jax.nn.relu(1 - y * score).mean() + PENALTY * (p * p).sum()

    return _step(loss, row)


def digits(layers: Any, X: Any, Y: Any) -> Step:
    """Matrices and biases, the examples first."""
    jax = _jax()
    jnp = jax.numpy

    def loss(weights: Any) -> Any:
        """The mean cross-entropy."""
        (W1, b1), (W2, b2) = weights
        z = jax.nn.relu(X @ W1.T + b1) @ W2.T + b2
        return (jnp.log(jnp.exp(z).sum(1)) - (Y * z).sum(1)).mean()

    return _step(loss, layers)


def digits_in_a_row(row: Any, X: Any, Y: Any) -> Step:
    """All parameters in one row, the examples last."""
    jax = _jax()
    jnp, points, wanted = jax.numpy, np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)

    def loss(p: Any) -> Any:
        """The mean cross-entropy."""
        W1, W2 = p[:2080].reshape(32, 65), p[2080:].reshape(10, 33)
        h = jax.nn.relu(W1[:, :64] @ points + W1[:, 64:])
        z = W2[:, :32] @ h + W2[:, 32:]
        return (jnp.log(jnp.exp(z).sum(0)) - (wanted * z).sum(0)).mean()

    return _step(loss, row)


def _transformer_loss(p: Any, tokens: Any) -> Any:
    """The block of tests/oracles/transformer.py, on arrays."""
    jax = _jax()
    jnp, count = jax.numpy, tokens.shape[0] - 1

    def normalised(x: Any) -> Any:
        """Rows divided by the root of the mean of their squares."""
        return x * ((x * x).mean(-1, keepdims=True) + 1e-5) ** -0.5

    x = normalised(p["token"][tokens[:-1]] + p["position"])
    n = normalised(x)
    q, k, v = ((n @ p[name].T).reshape(count, 4, 4) for name in ("query", "key", "value"))
    scores = jnp.einsum("thd,shd->hts", q, k) / 2
    scores = jnp.where(np.tri(count, dtype=bool), scores, -jnp.inf)
    found = jnp.einsum("hts,shd->thd", jax.nn.softmax(scores), v).reshape(count, 16)
    x = found @ p["mix"].T + x
    x = jax.nn.relu(normalised(x) @ p["widen"].T) ** 2 @ p["narrow"].T + x
    logarithms = jax.nn.log_softmax(x @ p["next"].T)
    return -logarithms[np.arange(count), tokens[1:]].mean()


def transformer(parameters: Any, tokens: Any) -> Step:
    """One sequence."""
    return _step(lambda p: _transformer_loss(p, np.array(tokens)), parameters)


def sequences(parameters: Any, tokens: Any) -> Step:
    """Many sequences, by vmap."""
    jax = _jax()
    every = jax.numpy.asarray(tokens)
    return _step(
        lambda p: jax.vmap(lambda each: _transformer_loss(p, each))(every).mean(), parameters
    )


def of_program(program: Any, row: Any, *arrays: Any) -> Step:
    """A program of the back end in JAX, called as a pure function of arrays of JAX."""
    jax = _jax()
    given = [jax.numpy.asarray(each) for each in (row, *arrays)]
    function = jax.jit(program.function)

    def step() -> Any:
        """The value and the gradient."""
        return jax.block_until_ready(function(*given))

    return step
