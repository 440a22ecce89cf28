"""Settings: numbers with a range, such as a learning rate, checked whenever they are set."""

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, Self, overload

from engine.value import real_number


class Setting:
    """An attribute that only holds numbers of a range.

        learning_rate = Setting("positive and finite", lambda rate: 0 < rate < inf)

    `words` says what the number must be, `allowed` whether it is that, and `kind` makes it what is
    kept, by default a float. Setting it to another number raises ValueError, and TypeError for what
    is no number.
    """

    def __init__(
        self, words: str, allowed: Callable[[float], bool], kind: Callable[[float], float] = float
    ) -> None:
        self.words, self.allowed, self.kind = words, allowed, kind
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    if TYPE_CHECKING:  # without a __get__, Python reads the number from the object, which is fast

        @overload
        def __get__(self, thing: None, owner: type) -> Self: ...

        @overload
        def __get__(self, thing: object, owner: type) -> float: ...

        def __get__(self, thing: object | None, owner: type) -> Self | float: ...

    def __set__(self, thing: object, number: float) -> None:
        vars(thing)[self.name] = self.checked(number)

    def checked(self, number: object) -> float:
        """The number as it is kept; an error that names the setting if it must not be set."""
        if not self.allowed(real_number(number, self.name)):
            raise ValueError(f"{self.name} must be {self.words}, got {number!r}")
        return self.kind(real_number(number, self.name))


def settings_of(kind: type) -> dict[str, Setting]:
    """The settings that a class has, by name: those of its base classes first."""
    found: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        found.update({name: it for name, it in vars(each).items() if isinstance(it, Setting)})
    return found


def positive() -> Setting:
    """A setting above 0."""
    return Setting("positive and finite", lambda number: 0 < number < inf)


def not_negative() -> Setting:
    """A setting of 0 or more."""
    return Setting("at least 0 and finite", lambda number: 0 <= number < inf)


def fraction() -> Setting:
    """A setting of 0 or more that stays below 1."""
    return Setting("at least 0 and below 1", lambda number: 0 <= number < 1)


def switch() -> Setting:
    """A setting that is on or off."""
    return Setting("True or False", lambda number: number in (0, 1), bool)
