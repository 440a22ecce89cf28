"""Hyperparameters: numbers with a range, such as a learning rate, checked when they are set."""

from abc import ABCMeta
from collections.abc import Callable, Set
from inspect import signature
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Self, overload

from engine.system.limits import limit
from engine.value import real_number

from .counts import demand_count


class Range(NamedTuple):
    """The numbers that an argument may be.

    - `words`: the range in words, which errors repeat.
    - `holds`: whether a number is in the range.
    - `truth`: whether True and False are numbers of the range.
    """

    words: str
    holds: Callable[[float], bool]
    truth: bool = False

    def checked(self, number: object, name: str) -> float:
        """The number, as a float; errors call it `name`.

        Raises ValueError for a number outside of the range, and TypeError for anything but a
        number.
        """
        if isinstance(number, bool) and not self.truth:
            raise TypeError(f"{name} must be {self.words}, got {number!r}")
        try:
            found = real_number(number, name)
        except OverflowError as error:
            raise ValueError(f"{name} must be {self.words}; {error}") from None
        if not self.holds(found):
            raise ValueError(f"{name} must be {self.words}, got {number!r}")
        return found


class WholeNumbers(NamedTuple):
    """The whole numbers that an argument may be.

    - `words`: these numbers in words.
    - `checked`: gives the number, or raises an error that calls the argument by its name.
    """

    words: str
    checked: Callable[[object, str], float]


COUNT = WholeNumbers("a whole number from 1 on", demand_count)
LIMIT = WholeNumbers("a whole number from 1 on, or inf", limit)
POSITIVE = Range("positive and finite", lambda number: 0 < number < inf)
ABOVE_0 = Range("above 0", lambda number: number > 0)
NOT_NEGATIVE = Range("at least 0 and finite", lambda number: 0 <= number < inf)
BELOW_1 = Range("at least 0 and below 1", lambda number: 0 <= number < 1)
UP_TO_1 = Range("above 0 and at most 1", lambda number: 0 < number <= 1)
TRUTH = Range("True or False", lambda number: number in (0, 1), truth=True)


class Setting:
    """An attribute that holds numbers of a range only.

        learning_rate = Setting(POSITIVE)

    `kind` makes a number what the attribute holds, by default a float. Setting it to a number
    outside of `range` raises ValueError, and to anything but a number TypeError.
    """

    def __init__(self, range: Range | WholeNumbers, kind: Callable[[float], float] = float) -> None:
        self.range, self.kind = range, kind
        self.name = ""

    @property
    def words(self) -> str:
        """The range in words."""
        return self.range.words

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
        """The number as the attribute holds it; an error names the setting."""
        return self.kind(self.range.checked(number, self.name))


def settings_of(kind: type) -> dict[str, Setting]:
    """The settings of a class by name, those of its base classes first."""
    found: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        found.update({name: it for name, it in vars(each).items() if isinstance(it, Setting)})
    return found


class _Settling(ABCMeta):
    """The type of a class whose objects know when they have been made."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            made = super().__call__(*args, **kwargs)
        except TypeError:
            cls._demand_known(kwargs.keys())
            raise
        made._is_made = True
        return made

    def _demand_known(cls, given: Set[str]) -> None:
        """Raise TypeError with all names of arguments if one that is given is not among them."""
        _, *taken = signature(cls.__init__).parameters.values()  # type: ignore[misc]  # its own
        unknown = given - {each.name for each in taken}
        if unknown and not any(each.kind is each.VAR_KEYWORD for each in taken):
            raise TypeError(f"{cls.__name__} has no argument {min(unknown)!r}: it takes "
                            f"{', '.join(each.name for each in taken)}") from None  # fmt: skip


class Settled(metaclass=_Settling):
    """The base of a class with settings, whose objects take no other attributes than they have.

    Once an object is made, setting a name that it has not raises AttributeError, so that a setting
    that is spelt otherwise is not overlooked. Names that begin with _ are free.
    """

    _is_made = False

    def __setattr__(self, name: str, value: object) -> None:
        if self._is_made and not name.startswith("_") and not hasattr(self, name):
            settings = ", ".join(settings_of(type(self)))
            raise AttributeError(f"{type(self).__name__} has no setting {name!r}: it has "
                                 f"{settings}")  # fmt: skip
        super().__setattr__(name, value)
