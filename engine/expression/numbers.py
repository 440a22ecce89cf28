"""Numbers by name, as they are written beside an expression: `w=2 x=-1e-3`."""

from collections.abc import Sequence
from unicodedata import normalize


def numbers_by_name(given: Sequence[str]) -> dict[str, float]:
    """The numbers by name; a name has the form (NFKC) that Python's parser gives it.

    Raises ValueError for what has not the form name=number, and for a name that is given twice.
    """
    numbers: dict[str, float] = {}
    for each in given:
        name, equals, number = each.partition("=")
        name = normalize("NFKC", name.strip())
        if not (equals and name):
            raise ValueError(f"cannot read {each!r}: write name=number, such as x=1.5, and the "
                             "expression in quotes")  # fmt: skip
        if name in numbers:
            raise ValueError(f"{name} is given twice: leave one of them out")
        try:
            numbers[name] = float(number)
        except ValueError:
            raise ValueError(f"{name} must be a number, got {number!r}: "
                             f"write {_meant(name, number)}") from None  # fmt: skip
    return numbers


def _meant(name: str, number: str) -> str:
    """What to write in place of what is no number: a point for a comma, or an example."""
    try:
        float(with_point := number.strip().replace(",", ".", 1))
    except ValueError:
        return f"{name}=1.5 or the like"
    return f"{name}={with_point}, with a point"
