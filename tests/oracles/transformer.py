"""A transformer of scalars, in plain lists and loops: every multiplication can be seen.

One block: embedding rows, RMS normalisation, causal attention with several heads, an MLP with
squared ReLU, and the cross-entropy of the next token, averaged over the positions. It uses no more
of a Value than operators, `exp`, `log`, `relu` and `data`.

Sources: A. Vaswani et al., Attention is all you need (2017); B. Zhang and R. Sennrich, Root mean
square layer normalization (2019); D. So et al., Primer (2021), for the squared ReLU.
"""

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

WIDTH, HEADS, POSITIONS, TOKENS = 16, 4, 8, 27

Row = list[Any]
Matrix = list[Row]


def weights(value: Any, seed: int = 0, *, tokens: int = TOKENS) -> dict[str, Matrix]:
    """The parameters, by name: matrices as lists of rows of Values."""
    draw = Random(seed).gauss

    def matrix(rows: int, columns: int) -> Matrix:
        """Rows of small random numbers."""
        return [[value(draw(0, 0.2)) for _ in range(columns)] for _ in range(rows)]

    return {
        "token": matrix(tokens, WIDTH),
        "position": matrix(POSITIONS, WIDTH),
        "query": matrix(WIDTH, WIDTH),
        "key": matrix(WIDTH, WIDTH),
        "value": matrix(WIDTH, WIDTH),
        "mix": matrix(WIDTH, WIDTH),
        "widen": matrix(4 * WIDTH, WIDTH),
        "narrow": matrix(WIDTH, 4 * WIDTH),
        "next": matrix(tokens, WIDTH),
    }


def linear(x: Row, w: Matrix) -> Row:
    """A matrix times a vector."""
    return [sum(a * b for a, b in zip(row, x, strict=True)) for row in w]


def normalised(x: Row) -> Row:
    """A vector divided by the root of the mean of its squares."""
    mean = sum(each * each for each in x) / len(x)
    scale = (mean + 1e-5) ** -0.5
    return [each * scale for each in x]


def softmax(x: Row) -> Row:
    """Positive numbers that add up to 1; the largest is taken out, so that none overflows."""
    largest = max(each.data for each in x)
    powers = [(each - largest).exp() for each in x]
    total = sum(powers)
    return [each / total for each in powers]


def loss(parameters: dict[str, Matrix], tokens: Sequence[int]) -> Any:
    """The mean cross-entropy of each token but the first, told by those before it."""
    keys: list[Row] = []
    values: list[Row] = []
    losses = []
    for place, (token, following) in enumerate(pairwise(tokens)):
        x = [a + b for a, b in zip(parameters["token"][token], parameters["position"][place],
                                   strict=True)]  # fmt: skip
        likelihood = likelihoods(parameters, x, keys, values)[following]
        losses.append(-likelihood.log())
    return (1 / len(losses)) * sum(losses)


def loss_of_rows(parameters: dict[str, Matrix], rows: Sequence[Row]) -> Any:
    """The same for tokens that are rows of 0 with a 1: what is looked up is a sum."""
    keys: list[Row] = []
    values: list[Row] = []
    losses = []
    columns = [list(each) for each in zip(*parameters["token"], strict=True)]
    for place, (row, following) in enumerate(pairwise(rows)):
        x = [a + b for a, b in zip(linear(row, columns), parameters["position"][place],
                                   strict=True)]  # fmt: skip
        found = likelihoods(parameters, x, keys, values)
        losses.append(-sum(a * b for a, b in zip(following, found, strict=True)).log())
    return (1 / len(losses)) * sum(losses)


def likelihoods(parameters: dict[str, Matrix], x: Row, keys: list[Row], values: list[Row]) -> Row:
    """The likelihood of each token to be the next one, by the token `x` and those before it."""
    x = normalised(x)
    attended = attention(parameters, normalised(x), keys, values)
    x = [a + b for a, b in zip(linear(attended, parameters["mix"]), x, strict=True)]
    hidden = [each.relu() ** 2 for each in linear(normalised(x), parameters["widen"])]
    x = [a + b for a, b in zip(linear(hidden, parameters["narrow"]), x, strict=True)]
    return softmax(linear(x, parameters["next"]))


def attention(parameters: dict[str, Matrix], x: Row, keys: list[Row], values: list[Row]) -> Row:
    """What all heads find among this place and those before it, which are kept in the lists."""
    query = linear(x, parameters["query"])
    keys.append(linear(x, parameters["key"]))
    values.append(linear(x, parameters["value"]))
    size = WIDTH // HEADS
    found: Row = []
    for start in range(0, WIDTH, size):
        mine = slice(start, start + size)
        scores = [
            sum(a * b for a, b in zip(query[mine], key[mine], strict=True)) / size**0.5
            for key in keys
        ]
        shares = softmax(scores)
        for j in range(start, start + size):
            found.append(sum(share * value[j] for share, value in zip(shares, values, strict=True)))
    return found
