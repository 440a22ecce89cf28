"""Indices into memory: a constant, and multiples of whole numbers that a step computes.

Index(2, ((8, "%i"), (1, "%j")))        2 + 8 i + j
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Index:
    """`constant` plus, for each of the `terms`, a factor times a whole number by its name."""

    constant: int = 0
    terms: tuple[tuple[int, str], ...] = ()

    def __add__(self, other: "Index | int") -> "Index":
        if isinstance(other, int):
            return Index(self.constant + other, self.terms)
        return Index(self.constant + other.constant, self.terms + other.terms)

    def times(self, factor: int) -> "Index":
        """The index times a plain number."""
        if not factor:
            return Index()
        return Index(self.constant * factor, tuple((k * factor, name) for k, name in self.terms))

    @property
    def factors(self) -> dict[str, int]:
        """The factor of each whole number, without those that cancel."""
        found: dict[str, int] = {}
        for factor, name in self.terms:
            found[name] = found.get(name, 0) + factor
        return {name: factor for name, factor in found.items() if factor}


def named(name: str) -> Index:
    """The whole number with that name, as an index."""
    return Index(0, ((1, name),))
