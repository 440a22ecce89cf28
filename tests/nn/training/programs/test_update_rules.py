"""Update rules of optimizers, followed: the same numbers, and nothing else happens."""

from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from nn.optimization.optimizers import Optimizer
from nn.training.programs.update_rules import FollowedRule, followed_rule, is_own

OPTIMIZERS = [
    lambda p: nn.SGD(p, 0.1),
    lambda p: nn.SGD(p, 0.1, 0.9, nesterov=True, weight_decay=0.01),
    lambda p: nn.RMSprop(p, 0.1, 0.9, weight_decay=0.01),
    lambda p: nn.Adam(p, 0.1, weight_decay=0.01),
    lambda p: nn.AdamW(p, 0.1),
]


def parameters() -> list[Value]:
    """Three of them."""
    return [Value(0.5), Value(-1.0), Value(2.0)]


def computed(followed: FollowedRule, optimizer: Optimizer, given: list[Any]) -> list[Any]:
    """The results of a followed rule in NumPy, for what varies."""
    rule = followed.rule
    functions: dict[str, Any] = {"add": np.add, "sub": np.subtract, "mul": np.multiply,
                                 "div": np.divide, "pow": np.power}  # fmt: skip
    found: dict[Any, Any] = dict(enumerate(given))
    found |= dict(zip(rule.shared, followed.shared(optimizer, 1)[0], strict=True))
    for i in rule.used:
        if i not in found and i not in rule.apart:
            name, operands = rule.operations[i]
            found[i] = functions[name](*(found.get(each, each) for each in operands))
    return [found[i] for i in rule.results]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_followed_rule_is_the_step(make: Any) -> None:
    """To the bit, step after step, with settings that change."""
    optimizer = make(parameters())
    followed = followed_rule(optimizer)
    numbers = np.array([0.5, -1.0, 2.0])
    for step in range(4):
        slopes = np.sin(numbers) + step
        given = [numbers, slopes, *(each.copy() for each in optimizer.memory(np.frombuffer))]
        numbers, *memory = computed(followed, optimizer, given)
        assert optimizer.moved(given[0], slopes, np.frombuffer).tolist() == numbers.tolist()
        for kept, now in zip(optimizer.memory(np.frombuffer), memory, strict=True):
            assert kept.tolist() == now.tolist()
        optimizer.learning_rate /= 2


def test_the_numbers_of_a_step_are_there_for_many() -> None:
    """A row for each; one for all where the number of the step does not count."""
    adam, sgd = nn.Adam(parameters(), beta1=0.5), nn.SGD(parameters())
    adam.steps = 2
    followed = followed_rule(adam)
    rows = followed.shared(adam, 3)
    assert [1 - 0.5**t in row for t, row in zip((3, 4, 5), rows, strict=True)] == [True] * 3
    plain = followed_rule(sgd)
    assert plain.shared(sgd, 3).tolist() == [[0.01, 0.0, 0.0]]


def test_following_changes_nothing() -> None:
    """Neither settings nor steps are symbols afterwards."""
    optimizer = nn.Adam(parameters())
    before = optimizer.state()
    followed_rule(optimizer)
    assert optimizer.state() == before


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_the_optimizers_of_nn_are_its_own(make: Any) -> None:
    """Those of other classes may keep books, also one that only has another name."""

    class Other(nn.SGD):
        """A class of one's own."""

    assert is_own(make(parameters()))
    assert not is_own(Other(parameters()))
