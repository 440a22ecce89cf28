"""Shuffling in machine code: the orders of the generator, and the generator afterwards."""

import random
from typing import Any

import pytest

from engine.compiler.native_backend.descent.shuffles import shuffle
from nn.training.programs.draws import NativeDraws, is_usual
from nn.training.programs.epochs import Draws
from tests.back_ends import demand_installed


@pytest.fixture(autouse=True)
def llvm() -> None:
    """LLVM, or the test is skipped."""
    demand_installed("native")


@pytest.mark.parametrize("is_private", [True, False])
def test_orders_are_those_of_the_generator(is_private: bool) -> None:
    """Also after others have drawn; a number of a pair of normal ones waits all the while."""
    draws, other = random.Random(3), random.Random(3)
    assert draws.gauss() == other.gauss()
    native = NativeDraws(draws, shuffle, is_private=is_private)
    for count in (5, 1_000, 700):
        order = list(range(count))
        other.shuffle(order)
        assert native.order(count).tolist() == order
        if not is_private or count == 700:
            native.settle()
            assert draws.getstate() == other.getstate()
            assert draws.gauss() == other.gauss()
            assert draws.random() == other.random()


def test_a_private_generator_waits() -> None:
    """Its state is written when it is asked for, and then only once."""
    draws = random.Random(0)
    before = draws.getstate()
    native = NativeDraws(draws, shuffle, is_private=True)
    native.settle()
    native.order(10)
    assert draws.getstate() == before
    native.settle()
    assert draws.getstate() != before
    draws.seed(0)
    native.settle()
    assert draws.getstate() == before


def test_generators_that_shuffle_in_another_way_are_told() -> None:
    """Python's own are usual, the shared one too; none of a class of one's own is."""

    class Reversed(random.Random):
        """Turns lists round."""

        def shuffle(self, x: Any) -> None:
            """Turn the list round."""
            x.reverse()

    class Biased(random.Random):
        """Draws the same all the time."""

        def getrandbits(self, k: int, /) -> int:
            """No bit is set."""
            return 0 * k

    class Lent:
        """What `fit` needs of a generator."""

        def shuffle(self, x: Any) -> None:
            """Leave it."""

        def getstate(self) -> tuple[Any, ...]:
            """No state."""
            return ()

        def setstate(self, state: tuple[Any, ...]) -> None:
            """No state."""

    assert is_usual(random.Random(1))
    assert is_usual(random)
    others: list[Draws] = [Reversed(), Biased(), random.SystemRandom(), Lent()]
    assert not any(is_usual(each) for each in others)
