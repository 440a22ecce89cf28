"""Update rules of optimizers, followed: the same numbers, and nothing else happens."""

import random
from typing import Any

import numpy as np
import pytest

import nn
from engine import Value
from nn.optimization.optimizers import Optimizer
from nn.training.programs.update_rules import FollowedRule, followed_rule

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
    assert followed is not None
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
    assert followed is not None
    rows = followed.shared(adam, 3)
    assert [1 - 0.5**t in row for t, row in zip((3, 4, 5), rows, strict=True)] == [True] * 3
    plain = followed_rule(sgd)
    assert plain is not None
    assert plain.shared(sgd, 3).tolist() == [[0.01, 0.0, 0.0]]


def test_following_changes_nothing() -> None:
    """Neither settings nor steps are symbols afterwards."""
    optimizer = nn.Adam(parameters())
    before = optimizer.state()
    followed_rule(optimizer)
    assert optimizer.state() == before


class Own(nn.SGD):
    """A rule of one's own, which is handed its formula."""

    elementwise = True

    def __init__(self, of: Any) -> None:
        super().__init__(parameters(), 0.1)
        self.of, self.seen = of, [0.0]

    def _stride(self, w: Any, g: Any, *remembered: Any) -> tuple[Any, ...]:
        return (self.of(self, w, g), *remembered)


@pytest.mark.parametrize(
    "of",
    [
        lambda own, w, g: own.learning_rate * g * np.sqrt(abs(w)),
        lambda own, w, g: 0.1 * np.where(g > 0, g, 2 * g),
        lambda own, w, g: g / own.steps + own.seen[0],
    ],
)
def test_a_rule_of_ones_own_is_followed(of: Any) -> None:
    """Functions of NumPy are those of symbols."""
    assert followed_rule(Own(of)) is not None


@pytest.mark.parametrize(
    "of",
    [
        lambda own, w, g: g * own.parameters[0].data,
        lambda own, w, g: g * random.random(),
        lambda own, w, g: g * np.random.random(),
        lambda own, w, g: own.seen.append(1.0) or g,
        lambda own, w, g: own.__dict__.update(_count=1) or g,
        lambda own, w, g: g * len(g),
        lambda own, w, g: g.sum(),
        lambda own, w, g: g if own.steps % 2 else 2 * g,
        lambda own, w, g: 1 / 0,
    ],
)
def test_a_rule_that_looks_elsewhere_is_not_followed(of: Any) -> None:
    """It reads Values, draws, or keeps something; and nothing of that has happened afterwards."""
    own = Own(of)
    state, states = random.getstate(), repr(np.random.get_state())
    assert followed_rule(own) is None
    assert random.getstate() == state
    assert repr(np.random.get_state()) == states
    assert own.seen == [0.0]
    assert not hasattr(own, "_count")


def test_an_optimizer_with_a_generator_is_not_followed() -> None:
    """Whether a rule has drawn from it, nobody can tell."""

    class Drawing(Own):
        """A rule that keeps a generator."""

        def __init__(self) -> None:
            super().__init__(lambda own, w, g: g)
            self._generator = random.Random(0)

    assert followed_rule(Drawing()) is None


def test_a_rule_must_give_what_it_lists() -> None:
    """As many numbers as the class remembers."""

    class Forgetful(nn.SGD):
        """A rule that gives no velocity."""

        elementwise = True

        def _stride(self, w: Any, g: Any, *remembered: Any) -> Any:
            return super()._stride(w, g, *remembered)[:1]

    assert followed_rule(Forgetful(parameters())) is None
