r"""Why a local derivative is what it is: the rule of its operation, with names and numbers put in.

    d(a²)/da = 2·a = 2 × 0.9637 = 1.927
    d(relu(h))/dh = (1 if h > 0, else 0) = 1, since 0.5 > 0
    d(a·b)/da = b = 3, where a = b = x

The first side is the derivative by one place of the operation; where one Value stands in several
places, each has a letter of its own. Printed numbers give the printed result, in up to six digits,
or the sign is ≈. Where the rule does not give the number, but a limit or a convention does, it says
so: "but 0 here". Of a row without a rule the number is told alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, islice
from math import isclose
from typing import NamedTuple

from ..arithmetic import is_same
from ..expression.program import ApplyRow
from ..expression.rules import Cases, StackProgram, case_of, mapped, rules_of, substituted, value
from ..expression.writing import LATEX, NUMBERS, OPPOSITE, TEXT, Notation, Written
from ..notation import abridged, short
from ..primitives import Op
from ..system.computed import cached_property
from ..value import Value
from .naming import LETTERS, Names, texts_of

# In how many digits numbers are tried, and the sign before the result.
_TRIES = ((4, "="), (5, "="), (6, "="), (4, "≈"), (9, "≈"), (17, "≈"))

_DOTS = "…"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a local derivative is the number that it is; its text is the whole equation.

    - `derivative`: its sign, by the operation and one of its inputs: "d(a²)/da".
    - `symbols`: the derivative and its rule: "d(a²)/da = 2·a"; without a rule, "d(cbrt(a))/da".
    - `numbers`: what follows: " = 2 × 0.9637 = 1.927", " = 1, since 0.5 > 0", or nothing.
    - `latex`, `latex_derivative`: all of it, and its sign, in LaTeX.
    - `slot`: the place of the input in words, "the first factor", if it has several; else empty.
    - `where`: the letters of these places and what they stand for: a, b, x for a = b = x.
    """

    derivative: str
    symbols: str
    numbers: str
    latex: str
    latex_derivative: str
    slot: str = ""
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.symbols}{self.numbers}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"


@dataclass(frozen=True, slots=True, repr=False)
class Reasons:
    """Why the local derivatives of some edges are what they are, one a line."""

    lines: tuple[Why, ...]

    def __iter__(self) -> Iterator[Why]:
        return iter(self.lines)

    def latex(self) -> str:
        """The equations in LaTeX, one a line."""
        lines = r" \\[1ex] ".join(f"& {each.latex}" for each in self.lines)
        return rf"\begin{{aligned}} {lines} \end{{aligned}}"

    def __repr__(self) -> str:
        return "\n".join(map(str, self.lines))

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


def whys(node: Value, names: Names) -> Iterator[Why]:
    """Why each local derivative of a node has its number, in the order of `node.edges()`."""
    derivatives = Derivatives(node, names)
    return map(derivatives.why, derivatives.slopes)


def why(node: Value, place: int, names: Names, taken: Set[str] = frozenset()) -> Why:
    """Why the local derivative of the edge in this place of `node.edges()` has its number.

    No letter that is `taken` stands for an input.
    """
    return Derivatives(node, names, taken).of_edge(place)


def edge_places(node: Value) -> list[int]:
    """The place, among all inputs of a node, of each edge in the order of `node.edges()`."""
    return [place for place, local in enumerate(node.local_derivatives) if local is not None]


class Derivatives:
    """The derivatives of an operation that was recorded, with what all of them need.

    - `slopes`: the local derivatives by the places of the inputs to which a gradient flows.
    - `shown`: the places of the inputs that are written down, and dots for a long middle.
    """

    def __init__(self, node: Value, names: Names, taken: Set[str] = frozenset()) -> None:
        self.taken = taken
        self.op, self.inputs, self.names = node.op, node.inputs, names
        self._node = node

    @cached_property
    def uses(self) -> Mapping[Value, int]:
        """In how many places each input stands."""
        return Counter(self.inputs)

    @cached_property
    def slopes(self) -> Mapping[int, float]:
        """The local derivatives, by place."""
        pairs = enumerate(self._node.local_derivatives)
        return {place: local for place, local in pairs if local is not None}

    @cached_property
    def _places(self) -> Sequence[int]:
        return edge_places(self._node)

    @cached_property
    def shown(self) -> Sequence[str]:
        """The places that are written down."""
        return abridged([*map(str, range(len(self.inputs)))], _DOTS)

    def of_edge(self, place: int) -> Why:
        """Why the derivative of the edge in this place of `node.edges()` has its number."""
        return self.why(self._places[place])

    def why(self, place: int) -> Why:
        """Why the derivative by the input in this place has its number."""
        called, letters = self._called(place)
        told = self._told(place)
        derivative, rule, numbers = self._written(place, called, told, TEXT, NUMBERS)
        latex_derivative, *rest = self._written(place, called, told, LATEX, LATEX)
        latex = "".join((latex_derivative, *rest))
        if not letters:
            return Why(derivative, f"{derivative}{rule}", numbers, latex, latex_derivative)
        where = (*abridged([*letters, self.names[self.inputs[place]]]),)
        numbers += f"{TEXT.note('where ')}{' = '.join(where)}"
        latex += latex_where(where)
        slot = slot_name(self.op, place)
        return Why(derivative, f"{derivative}{rule}", numbers, latex, latex_derivative, slot, where)

    def _called(self, place: int) -> tuple[dict[str, str], list[str]]:
        """What the inputs are called, by their places, and the letters that stand for this one."""
        own = self.inputs[place]
        shown = [int(key) for key in {*self.shown, str(place)} - {_DOTS}]
        nodes = {each: self.inputs[each] for each in sorted(shown) if each in self.slopes}
        called = {str(each): self.names[node] for each, node in nodes.items()}
        repeated = [str(each) for each in nodes if nodes[each] is own and self.uses[own] > 1]
        taken = self.taken | texts_of(self.names) if repeated else self.taken
        letters = (each for each in _letters() if each not in taken)
        called.update(zip(repeated, [*islice(letters, len(repeated))], strict=True))
        return called, [called[key] for key in repeated]

    def _told(self, place: int) -> "_Told | None":
        """The rule of the derivative on the numbers of the inputs; None if the row has no rule."""
        rules = rules_of(self.op)
        if not rules:
            return None
        any_number = self.op.any_number
        rule = rules[0 if any_number else place]
        pairs = [("a", place)] if any_number else zip("ab", range(len(self.inputs)), strict=False)
        letters = dict(pairs)
        numbers = {name: self.inputs[at].data for name, at in letters.items()}
        plain = {name: numbers[name] for name in numbers if letters[name] not in self.slopes}
        if plain:
            rule = mapped(rule, partial(substituted, numbers=plain))
        places = {name: str(letters[name]) for name in numbers if name not in plain}
        return _told(rule, numbers, places, self.slopes[place])

    def _written(
        self,
        place: int,
        called: Mapping[str, str],
        told: "_Told | None",
        notation: Notation,
        in_numbers: Notation,
    ) -> tuple[str, str, str]:
        """The sign of the derivative, its rule in symbols, and what follows."""
        names = {key: notation.name(label) for key, label in called.items()}
        derivative = notation.derivative(self._formula(notation, names), names[str(place)].text)
        local = self.slopes[place]
        if told is None:
            number = notation.number(local, 4).text
            return derivative, "", f" = {number}{notation.note('no rule given')}"
        own = {name: names[key] for name, key in told.places.items()}
        rule = notation.rule(told.rule, {**notation.constants, **own})
        return derivative, f" = {rule}", told.followed(rule, local, notation, in_numbers)

    def _formula(self, notation: Notation, names: Mapping[str, Written]) -> str:
        """The operation in symbols, with the numbers that are plain."""
        steps = [
            key if key == _DOTS or int(key) in self.slopes else self.inputs[int(key)].data
            for key in self.shown
        ]
        program = (*steps, ApplyRow(self.op, len(steps)))
        return notation.formula(program, {_DOTS: Written(notation.dots), **names}).text


def latex_where(where: Sequence[str]) -> str:
    """What letters stand for, in LaTeX, as a note behind a formula; nothing for no letters."""
    names = [r"\cdots" if each == _DOTS else LATEX.name(each).text for each in where]
    return f"{LATEX.note('where ')}{' = '.join(names)}" if names else ""


# What the inputs of an operation are called, by its name.
_FACTORS, _TERMS = ("factor",), ("term",)
_SLOTS = {
    "mul": _FACTORS,
    "add": _TERMS,
    "sum": _TERMS,
    "sub": ("the first term", "the term that is subtracted"),
    "div": ("the numerator", "the denominator"),
    "pow": ("the base", "the exponent"),
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def slot_name(op: Op, place: int) -> str:
    """A place among the inputs of an operation in words: the first factor, the base, term 12."""
    names = _SLOTS.get(op.name, ("input",))
    if len(names) > 1:
        return names[place]
    if place < len(_ORDINALS):
        return f"the {_ORDINALS[place]} {names[0]}"
    return f"{names[0]} {place + 1}"


def _letters() -> Iterator[str]:
    """The letters that Values have, then a1, a2, …."""
    return chain(LETTERS, (f"a{number}" for number in count(1)))


class _Told(NamedTuple):
    """A rule on numbers.

    - `rule`: the rule, with the plain numbers of the operation in it.
    - `numbers`: the number of each name; `places`: the places of the inputs that have a name.
    - `case`: the number of the case that counts.
    - `digits`, `sign`: in how many digits to write it, and the sign before the result; no sign if
      the rule does not give the number.
    """

    rule: Cases
    numbers: Mapping[str, float]
    places: Mapping[str, str]
    case: int
    digits: int
    sign: str

    def followed(self, rule: str, local: float, notation: Notation, in_numbers: Notation) -> str:
        """What follows the `rule` in symbols: the same in numbers, the result, and the reason."""
        if not self.sign:
            return notation.note(f"but {short(local)} here")
        numbers = {**notation.constants}
        for name in self.places:
            numbers[name] = in_numbers.number(self.numbers[name], self.digits)
        sides = [
            in_numbers.formula(self.rule[self.case].formula, numbers, self.digits).text,
            in_numbers.number(local, self.digits).text,
        ]
        written, before = "", rule
        for sign, side in zip(("=", notation.equal[self.sign]), sides, strict=True):
            written += f" {sign} {side}" * (side != before)
            before = side
        return written + self._reason(numbers, in_numbers)

    def _reason(self, numbers: Mapping[str, Written], notation: Notation) -> str:
        """The condition of the case that counts, in numbers; for the last, the opposites."""
        case = self.rule[self.case].condition
        conditions = [(case, case.sign)] if case else [
            (each.condition, OPPOSITE[each.condition.sign]) for each in self.rule if each.condition
        ]  # fmt: skip
        told = [notation.condition(each, sign, numbers, self.digits) for each, sign in conditions]
        return f"{notation.note('since ')}{notation.both.join(told)}" if told else ""


def _told(
    rule: Cases, numbers: Mapping[str, float], places: Mapping[str, str], local: float
) -> _Told:
    """The rule on these numbers, in the fewest digits in which it gives the `local` derivative."""
    if len(rule) == 1 and _is_number(rule[0].formula, local):  # as of all sums: nothing to compute
        return _Told(rule, numbers, places, 0, 4, "=")
    case = case_of(rule, numbers)
    given = value(rule[case].formula, numbers)
    if not isclose(given, local, rel_tol=1e-6, abs_tol=1e-9):
        return _Told(rule, numbers, places, case, 4, "")
    digits, sign = next(each for each in _TRIES if _holds(rule, numbers, local, case, *each))
    return _Told(rule, numbers, places, case, digits, sign)


def _is_number(program: StackProgram, number: float) -> bool:
    """Whether a program is nothing but this number, which may be nan."""
    (first, *rest) = program
    return not rest and isinstance(first, float) and is_same(first, number)


def _holds(
    rule: Cases, numbers: Mapping[str, float], local: float, case: int, digits: int, sign: str
) -> bool:
    """Whether the numbers as they are printed are in the same case and, for =, give the result."""
    printed = {name: float(short(number, digits)) for name, number in numbers.items()}
    rounded = mapped(rule, partial(_rounded, digits=digits))
    if case_of(rounded, printed) != case:
        return False
    result = value(rounded[case].formula, printed)
    return sign != "=" or short(result, digits) == short(local, digits)


def _rounded(program: StackProgram, digits: int) -> StackProgram:
    """The program with its numbers as they are printed."""
    return tuple(
        float(short(step, digits)) if isinstance(step, float) else step for step in program
    )
