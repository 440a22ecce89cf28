r"""The chain rule, path by path.

A gradient is a sum over paths. Each path from the output down to `w` multiplies the local
derivatives of its edges, and the products of all paths add up to the gradient:

    d(output)/d(w)  =  sum over paths of  product over edges of  d(node)/d(input)

`chain_rule(loss, w)` gives the paths one at a time, largest product first. The number of paths can
be exponential in the size of the graph; it is computed exactly all the same, and so is the sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import log10, prod

from ..gradients import grad
from ..graph import best_paths, count_paths, topological_order
from ..notation import abridged, latex_number, latex_operand, latex_partial, operand, short
from ..system.leaving import numbers_leave
from ..system.limits import limit, up_to
from ..value import Value, demand_value
from .steps import unique_names
from .why import Reasons, why

_SHOWN = 5


@dataclass(frozen=True, slots=True, repr=False)
class Path:
    """One chain of edges from the output to a Value.

    - `values`: the Values on the path, the output first.
    - `local_derivatives`: d(value)/d(next value), one fewer than the Values.
    - `only`: true if there is no other path, so that the product is the whole gradient.
    - `places`: the place of each edge among the edges of its Value.
    """

    values: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    only: bool = True
    places: tuple[int, ...] = ()

    @property
    def product(self) -> float:
        """The path's share of the gradient: its local derivatives multiplied."""
        return prod(self.local_derivatives, start=1.0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the Values on the path."""
        return tuple(value.name for value in self.values)

    def latex(self) -> str:
        r"""The path as an equation in LaTeX, in symbols and then in numbers.

        \frac{\partial Loss}{\partial w} = \frac{\partial Loss}{\partial ReLU} \cdot ... = 0.64

        A path that is one of several begins with its factors, since it is not the whole gradient.
        A long one is written without its middle.
        """
        sides = [latex_number(self.product)]
        if len(self.local_derivatives) > 1:
            symbols = [latex_partial(of, by) for of, by in pairwise(self.names)]
            numbers = [latex_operand(local) for local in self.local_derivatives]
            sides = [_latex_product(symbols), _latex_product(numbers), *sides]
        whole = [latex_partial(self.names[0], self.names[-1])] if self.only else []
        return " = ".join([*whole, *sides])

    def why(self) -> Reasons:
        """Why each local derivative of the path is what it is: the rules of its operations.

        Names are those of `steps`, where no two Values have the same.
        """
        return _reasons([self])

    def __repr__(self) -> str:
        return f"{' → '.join(abridged(self.names))}: {in_numbers(self.local_derivatives)}"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


@dataclass(frozen=True, slots=True, repr=False)
class ChainRule:
    """The paths from `output` to `w`. Iterating gives them, largest |product| first, as asked for.

    - `count`: the number of paths, exactly.
    - `gradient`: the sum of the products, equal to the gradient by `backward()`.
    """

    output: Value
    w: Value
    count: int
    gradient: float

    def __iter__(self) -> Iterator[Path]:
        for steps in best_paths(self.output, self.w):
            values = (self.output, *(step.node for step in steps))
            locals_ = tuple(step.local for step in steps)
            yield Path(values, locals_, self.count == 1, tuple(step.place for step in steps))

    def latex(self, most: float = _SHOWN) -> str:
        """The gradient in LaTeX, as the sum over its paths: the `most` largest, one a line.

        Raises ValueError if `most` is negative; inf says that there is no limit.
        """
        lines = [path.latex() for path in islice(self, up_to(limit(most, "most", 0)))]
        if self.count == 1 and lines:
            return lines[0]
        whole = latex_partial(self.output.name, self.w.name)
        left = self.count - len(lines)
        rest = [rf"\text{{… {paths_in_words(left)} more}}"] if left else []
        terms = [rf"& \quad {line}" for line in (*lines, *rest)]
        total = rf"{whole} &= {latex_number(self.gradient)}"
        total += rf", \text{{ the sum over {paths_in_words(self.count)}}}"
        return r"\begin{aligned} " + r" \\ ".join([total, *terms]) + r" \end{aligned}"

    def why(self, most: float = _SHOWN) -> Reasons:
        """Why the local derivatives of the `most` largest paths are what they are, each once.

        Raises ValueError if `most` is negative; inf says that there is no limit.
        """
        return _reasons([*islice(self, up_to(limit(most, "most", 0)))])

    def __repr__(self) -> str:
        lines = [str(path) for path in islice(self, _SHOWN)]
        if self.count > _SHOWN:
            lines.append(f"… and {paths_in_words(self.count - _SHOWN)} more")
        gradient = f"∂{self.output.name}/∂{self.w.name} = {short(self.gradient)}"
        return "\n".join([f"{gradient}, the sum over {paths_in_words(self.count)}", *lines])

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"


@numbers_leave("takes the numbers of a path")
def chain_rule(output: Value, w: Value) -> ChainRule:
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

    Raises TypeError if `output` or `w` is not a Value.
    """
    demand_value(w, "w")
    (gradient,) = grad(output, [w])
    return ChainRule(output, w, count_paths(output, w), gradient)


def _reasons(paths: Sequence[Path]) -> Reasons:
    """Why the local derivatives of some paths of one output are what they are, each once."""
    edges = [edge for path in paths for edge in zip(path.values, path.places, strict=False)]
    names = unique_names(topological_order(edges[0][0])) if edges else {}
    return Reasons(tuple(why(*edge, names) for edge in dict.fromkeys(edges)))


def paths_in_words(count: int) -> str:
    """The number of paths as text: 1 path, 42 paths, about 10^301 paths."""
    digits = f"{count:,}" if count < 10**15 else f"about 10^{round(log10(count))}"
    return f"{digits} path{'' if count == 1 else 's'}"


def in_numbers(factors: Sequence[float]) -> str:
    """A product as text: its factors and its value, or the value alone of a single factor."""
    product = short(prod(factors, start=1.0))
    if len(factors) < 2:
        return product
    return f"{' × '.join(abridged([operand(each) for each in factors]))} = {product}"


def _latex_product(factors: Sequence[str]) -> str:
    return r" \cdot ".join(abridged(factors, r"\cdots"))
