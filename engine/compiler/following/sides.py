"""Sides of decisions: the paths on one of them, and what is known of the paths around.

    v = v - 1 if v > 1 else v

On the side where it is not, v is some of the numbers that it has on all paths: those are joined
once, and read through the decision.
"""

from collections.abc import Hashable
from itertools import chain, islice

from ...value import Value
from .decider import AskedTest, Decided

RunOperand = Value | float

# What is to be joined: a number for each path of a side.
OnPaths = tuple[int, ...]


class Side:
    """Some of the paths: those on one side of a decision, beside which there are others.

    - `paths`: their numbers; `around`: the paths that were parted.
    - `test`: what has parted them; `answer`: the side.
    - `known`: what has been joined; `guarded`: what is read through the decision only.
    - `outside`: for numbers from before the decision, those of the paths around.
    - `decided`: decisions by their names as each of these paths has made them; None if some have
      not.
    - `names`: of the decisions that part these paths, with the places of either part.
    """

    def __init__(
        self,
        paths: tuple[int, ...],
        around: "Side | None" = None,
        test: AskedTest | None = None,
        *,
        answer: bool = True,
    ) -> None:
        self.paths, self.around, self.test, self.answer = paths, around, test, answer
        self.known: dict[OnPaths, RunOperand] = {}
        self.guarded: dict[Value, RunOperand] = {}
        self.sides: dict[Hashable, Side] = {}
        self.outside: dict[OnPaths, OnPaths] = {}
        self.decided: dict[Hashable, list[Decided] | None] = {}
        self.names: list[tuple[Hashable, tuple[list[int], ...]]] | None = None
        self._places = [] if around is None else list(map(around.paths.index, paths))
        self._parts: dict[OnPaths, OnPaths] = {}
        self._looked = 0, 0

    def whole(self, numbers: OnPaths) -> OnPaths | None:
        """The numbers around, of which some are those of these paths; None if there are none.

        They are from before the decision, or have been joined; of several, those joined last.
        """
        if numbers in self.outside:
            return self.outside[numbers]
        inner = [self]
        while inner[-1].around is not None:
            inner.append(inner[-1].around)
        for each in reversed(inner[:-1]):
            each._look_around()
        return self._parts.get(numbers)

    def part(self, whole: OnPaths) -> OnPaths:
        """Of some numbers of the paths around those of these paths."""
        return tuple([whole[place] for place in self._places])

    def _look_around(self) -> None:
        """Take in what has been joined around since the last look, there or around that."""
        around = self.around
        assert around is not None, "these are some of the paths"
        known, parts = self._looked
        for whole in chain(islice(around.known, known, None), islice(around._parts, parts, None)):
            self._parts[self.part(whole)] = whole
        self._looked = len(around.known), len(around._parts)
