"""Shuffling as Python's `random` does, in machine code: the same orders, and then the same state.

    draws = NativeDraws(random.Random(0), shuffle, is_private=True)
    draws.order(1_000)      # an array
    draws.settle()          # now the generator is where it would be

Between two orders the state of the generator is in an array.
"""

from collections.abc import Callable
from random import Random
from typing import Any, cast

from .arrays import np
from .epochs import Draws

# shuffle(state, items): shuffles an array in place, and changes the state.
Shuffle = Callable[[Any, Any], None]

_SHUFFLE = Random.shuffle


class NativeDraws:
    """A generator for which machine code shuffles.

    - `is_private`: whether nobody else draws from the generator: then `settle` can wait.
    """

    def __init__(self, draws: Draws, shuffle: Shuffle, *, is_private: bool) -> None:
        self._draws, self._shuffle, self._is_private = draws, shuffle, is_private
        self._state: Any = None  # None where the generator is to be asked
        self._others: tuple[int, Any] = (0, None)

    def order(self, count: int) -> Any:
        """The places of `count` examples in the next order."""
        if self._state is None:
            version, words, spare = self._draws.getstate()
            self._state, self._others = np.array(words, dtype=np.int64), (version, spare)
        order = np.arange(count)
        self._shuffle(self._state, order)
        if not self._is_private:
            self.settle()
        return order

    def settle(self) -> None:
        """Put the generator where it would be if it had shuffled."""
        if self._state is not None:
            version, spare = self._others
            self._draws.setstate((version, tuple(self._state.tolist()), spare))
            self._state = None


def is_usual(draws: Draws) -> bool:
    """Whether a generator is a `random.Random` that shuffles as all do, or Python's shared one."""
    shuffle = cast("Any", draws).shuffle
    is_inherited = getattr(shuffle, "__func__", None) is _SHUFFLE
    return is_inherited and type(shuffle.__self__) is Random
