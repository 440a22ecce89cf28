r"""The chain rule, path by path.

A gradient is a sum over paths. Each path from the output down to `w` multiplies the local
derivatives of its edges, and the products of all paths add up to the gradient:

    d(output)/d(w)  =  sum over paths of  product over edges of  d(node)/d(input)

`chain_rule(loss, w)` gives the paths one at a time, largest product first. The number of paths can
be exponential in the size of the graph; it is computed exactly all the same, and so is the sum.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import log10, prod

from ..expression.writing import LATEX
from ..gradients import grad
from ..graph import best_paths, count_paths, topological_order
from ..notation import (
    abridged,
    in_parentheses,
    latex_number,
    latex_operand,
    latex_partial,
    products,
    short,
)
from ..system.leaving import numbers_leave
from ..system.limits import limit, up_to
from ..value import Value, demand_value
from .naming import NOTHING, Known, Names, Namespace, known_names, unique_names
from .why import Reasons, Why, edge_places, latex_where, slot_name, why

_SHOWN = 5

# The most places that are told of one path: a long chain of x + x has as many as steps.
_SLOTS_TOLD = 3


@dataclass(frozen=True, slots=True, repr=False)
class Path:
    """One chain of edges from the output to a Value.

    - `values`: the Values on the path, the output first.
    - `local_derivatives`: d(value)/d(next value), one fewer than the Values.
    - `only`: true if there is no other path, so that the product is the whole gradient.
    - `places`: the place of each edge among the edges of its Value.
    - `known`: what the program calls the Values.
    """

    values: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    only: bool = True
    places: tuple[int, ...] = ()
    known: Known = field(default=NOTHING, compare=False)

    @property
    def product(self) -> float:
        """The path's share of the gradient: its local derivatives multiplied."""
        return prod(self.local_derivatives, start=1.0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the Values on the path, all different."""
        names = unique_names(self.values, self.known)
        return tuple(names[value] for value in self.values)

    def latex(self) -> str:
        r"""The path as an equation in LaTeX, in symbols and then in numbers.

        \frac{\partial y}{\partial w} = \frac{d(u^2)}{du} \cdot \frac{d(w x)}{dw} = 6 \cdot 2 = 12

        A path that is one of several begins with its factors, since it is not the whole gradient.
        A long one is written without its middle.
        """
        return self._latex(unique_names(self.values, self.known))

    def why(self) -> Reasons:
        """Why each local derivative of the path is what it is: the rules of its operations.

        Values have the names of the path; inputs that are not on it have others.
        """
        return _reasons([self], self.known)

    def __repr__(self) -> str:
        return self._text(unique_names(self.values, self.known))

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def _text(self, names: Names) -> str:
        arrows = " → ".join(abridged([names[value] for value in self.values]))
        through = [
            f", through {slot_name(node.op, place)} of {names[node]}"
            for node, place in self._repeated()
        ]
        slots = "".join(through) if len(through) <= _SLOTS_TOLD else ""
        return f"{arrows}: {in_numbers(self.local_derivatives)}{slots}"

    def _repeated(self) -> Iterator[tuple[Value, int]]:
        """The edges that end where other edges of the same node do, by the places of the inputs."""
        for node, each, at in zip(self.values, self.values[1:], self.places, strict=False):
            if node.inputs.count(each) > 1:
                yield node, edge_places(node)[at]

    def _latex(self, names: Names) -> str:
        sides = [latex_number(self.product)]
        factors = len(self.local_derivatives)
        if factors > 1 or any(self._repeated()) or (factors and not self.only):
            reasons = self._reasons(names)
            wheres = [latex_where(each.where) for each in reasons if each.where]
            told = products(self.local_derivatives, self.product)
            numbers = [latex_operand(each, told.digits) for each in self.local_derivatives]
            result = latex_number(self.product, told.digits)
            if len(numbers) > 1:
                result = f"{_latex_product(numbers)} {LATEX.equal[told.sign]} {result}"
            result += "".join(wheres if len(wheres) <= _SLOTS_TOLD else [])
            sides = [_latex_product([each.latex_derivative for each in reasons]), result]
        ends = names[self.values[0]], names[self.values[-1]]
        return " = ".join([*([latex_partial(*ends)] if self.only else []), *filter(None, sides)])

    def _reasons(self, names: Names) -> Sequence[Why]:
        """Why each factor is what it is; a letter stands for the inputs of one factor only."""
        around = _with_inputs(self.values, self.known, names)
        reasons: list[Why] = []
        taken: set[str] = set()
        for edge in zip(self.values, self.places, strict=False):
            reasons.append(why(*edge, around, taken))
            taken.update(reasons[-1].where)
        return reasons


@dataclass(frozen=True, slots=True, repr=False)
class ChainRule:
    """The paths from `output` to `w`. Iterating gives them, largest |product| first, as asked for.

    - `count`: the number of paths, exactly.
    - `gradient`: the sum of the products, equal to the gradient by `backward()`.
    - `known`: what the program calls the Values.
    """

    output: Value
    w: Value
    count: int
    gradient: float
    known: Known = field(default=NOTHING, compare=False)

    def __iter__(self) -> Iterator[Path]:
        for steps in best_paths(self.output, self.w):
            values = (self.output, *(step.node for step in steps))
            locals_ = tuple(step.local for step in steps)
            places = tuple(step.place for step in steps)
            yield Path(values, locals_, self.count == 1, places, self.known)

    def latex(self, most: float = _SHOWN) -> str:
        """The gradient in LaTeX, as the sum over its paths: the `most` largest, one a line.

        Raises ValueError if `most` is negative; inf says that there is no limit.
        """
        paths = [*islice(self, up_to(limit(most, "most", 0)))]
        names = self._names(paths)
        lines = [path._latex(names) for path in paths]
        if self.count == 1 and lines:
            return lines[0]
        whole = latex_partial(names[self.output], names[self.w])
        left = self.count - len(lines)
        rest = [rf"\text{{… {paths_in_words(left)} more}}"] if left else []
        terms = [rf"& \quad {line}" for line in (*lines, *rest)]
        total = rf"{whole} &= {latex_number(self.gradient)}"
        total += rf", \text{{ the sum over {paths_in_words(self.count)}}}"
        return r"\begin{aligned} " + r" \\[1ex] ".join([total, *terms]) + r" \end{aligned}"

    def why(self, most: float = _SHOWN) -> Reasons:
        """Why the local derivatives of the `most` largest paths are what they are, each once.

        Raises ValueError if `most` is negative; inf says that there is no limit.
        """
        return _reasons([*islice(self, up_to(limit(most, "most", 0)))], self.known)

    def __repr__(self) -> str:
        paths = [*islice(self, _SHOWN)]
        names = self._names(paths)
        lines = [path._text(names) for path in paths]
        if self.count > _SHOWN:
            lines.append(f"… and {paths_in_words(self.count - _SHOWN)} more")
        gradient = f"∂{names[self.output]}/∂{names[self.w]} = {short(self.gradient)}"
        return "\n".join([f"{gradient}, the sum over {paths_in_words(self.count)}", *lines])

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"

    def _names(self, paths: Sequence[Path]) -> Names:
        """A name of its own for each Value on some of the paths."""
        values = [value for path in paths for value in path.values]
        return unique_names(dict.fromkeys([self.output, *values, self.w]), self.known)


@numbers_leave("takes the numbers of a path")
def chain_rule(output: Value, w: Value, names: Namespace | None = None) -> ChainRule:
    """Every path from `output` to `w`, largest product first; gives a ChainRule.

        rule = chain_rule(loss, w)
        rule.gradient, rule.count           # the sum over all paths, and how many there are
        path = next(iter(rule))             # the largest one
        path.names, path.local_derivatives, path.product, path.latex()
        print(rule.why())                   # d(w·x)/dw = x = -3: why the factors are what they are

    Paths follow the operations as they were recorded, so a ladder of additions, which a picture
    shows as one Sum, is several steps. `w` may be any Value, not only a leaf. If `output` does not
    depend on `w`, there is no path and the gradient is 0. Counting takes time in proportion to the
    size of the graph, and each path in proportion to its length.

    - `names`: names and what they stand for, such as `locals()`, for Values without a label. By
      default those of the program: see engine/analysis/naming.py. {} forbids them. Among the Values
      that are printed together, no two have the same name.

    Raises TypeError if `output` or `w` is not a Value or `names` is not a mapping from text.
    """
    demand_value(w, "w")
    (gradient,) = grad(output, [w])
    known = known_names([*topological_order(output), w], names)
    return ChainRule(output, w, count_paths(output, w), gradient, known)


def _reasons(paths: Sequence[Path], known: Known) -> Reasons:
    """Why the local derivatives of some paths of one output are what they are, each once."""
    values = dict.fromkeys(value for path in paths for value in path.values)
    names = _with_inputs(values, known, unique_names(values, known))
    edges = [edge for path in paths for edge in zip(path.values, path.places, strict=False)]
    return Reasons(tuple(why(*edge, names) for edge in dict.fromkeys(edges)))


def _with_inputs(values: Iterable[Value], known: Known, names: Names) -> Names:
    """The names, and names for all inputs of these Values."""
    return unique_names([each for value in values for each in value.inputs], known, names)


def paths_in_words(count: int) -> str:
    """The number of paths as text: 1 path, 42 paths, about 10^301 paths."""
    digits = f"{count:,}" if count < 10**15 else f"about 10^{round(log10(count))}"
    return f"{digits} path{'' if count == 1 else 's'}"


def in_numbers(factors: Sequence[float]) -> str:
    """A product as text: its factors and its value, or the value alone of a single factor."""
    product = prod(factors, start=1.0)
    if len(factors) < 2:
        return short(product)
    told = products(factors, product)
    written = " × ".join(abridged([*map(in_parentheses, told.texts)]))
    return f"{written} {told.sign} {told.result}"


def _latex_product(factors: Sequence[str]) -> str:
    return r" \cdot ".join(abridged(factors, r"\cdots"))
