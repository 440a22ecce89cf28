"""The masks that a model draws in training, as an array that a compiled program is given.

    asked = asked_masks(lambda: model(x))       # the masks of one example, in order
    asked.drawn(10)                         # an array with a row of factors for each of 10 examples
    asked.arrays(10)                        # the same with the factor 1, in a list; or no array
    with asked.given(values): ...           # in the trace: the factors are Values of the program

Examples are drawn one after the other, as an eager pass does, so that both drop the same numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from ...masks import Masking, masks_from
from ...module import undisturbed
from .arrays import np


class AskedMasks:
    """The masks for which an example asks: the module and the number of factors of each."""

    def __init__(self, asked: Sequence[tuple[Masking, int]]) -> None:
        self._asked = asked
        self.count = sum(count for _, count in asked)

    def drawn(self, examples: int) -> Any:
        """New factors for some examples, a row for each."""
        return np.array([
            [factor for module, count in self._asked for factor in module.draw(count)]
            for _ in range(examples)
        ])  # fmt: skip

    def arrays(self, examples: int) -> list[Any]:
        """The array of factors that drop nothing; no array if no mask is asked for."""
        return [np.ones((examples, self.count))] if self.count else []

    @contextmanager
    def undrawn(self) -> Iterator[None]:
        """A block after which the modules remember what they did before, so that it draws again."""
        with ExitStack() as blocks:
            for module in {id(module): module for module, _ in self._asked}.values():
                blocks.enter_context(undisturbed(module))
            yield

    @contextmanager
    def given(self, factors: Sequence[Any]) -> Iterator[None]:
        """A block in which modules get these factors, the Values of a program, in order.

        Raises ValueError if other masks are asked for, since a program has the same for all.
        """
        left, place = iter(self._asked), iter(factors)

        def following(module: Masking, count: int) -> list[Any]:
            """The factors of the next mask."""
            known, wanted = next(left, (None, 0))
            if known is not module or wanted != count:
                raise ValueError(f"compiled=True needs a model that draws the same masks for all "
                                 f"examples: {module!r} drew none for the first one at this place, "
                                 "or one of another size")  # fmt: skip
            return [next(place) for _ in range(count)]

        with masks_from(following):
            yield


def asked_masks(of_example: Callable[[], object]) -> AskedMasks:
    """The masks for which a function of one example asks; nothing is drawn."""
    asked: list[tuple[Masking, int]] = []

    def note(module: Masking, count: int) -> list[float]:
        """Note the mask; drop nothing."""
        asked.append((module, count))
        return [1.0] * count

    with masks_from(note):
        of_example()
    return AskedMasks(asked)
