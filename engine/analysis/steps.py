"""Backpropagation one contribution at a time.

`steps(output)` gives the events of a run, in order: each operation going forward; the seed, which
is d(output)/d(output) = 1; then, from the output back to the leaves, what each edge contributes to
the gradient of one input, and when a gradient is complete. Printing an event gives its equation:

    m = w × x = 2 × (-3) = -6
    ∂L/∂L = 1
    ∂L/∂w += ∂L/∂m · d(w·x)/dw = 2 × (-3) = -6   (0 → -6)
    ∂L/∂w = -6

A local derivative has a sign of its own, d, by the operation and one of its inputs. The gradients
are those of `backward()`, to the last bit. `push.why` tells why the local derivative of a push is
the number that it is: d(w·x)/dw = x = -3. Printed factors and terms give the printed result, in up
to six digits, or the sign is ≈.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..backprop import gradients_of
from ..graph import topological_order
from ..notation import Reckoned, abridged, in_parentheses, products, short, sums
from ..primitives import CONSTANT, PRIMITIVES, Op
from ..system.leaving import numbers_leave
from ..value import Value, demand_value
from .naming import Names, Namespace, value_names
from .why import Derivatives, Why

# Numbers of a Push: upstream, local, contribution, before, after.
_Note = tuple[float, float, float, float, float]

_SUM = PRIMITIVES["sum"]
_ADDITIONS = (PRIMITIVES["add"], _SUM)


@dataclass(frozen=True, slots=True)
class Forward:
    """An operation has been computed from its inputs."""

    node: Value
    names: Names = field(repr=False, compare=False)

    @property
    def sides(self) -> tuple[str, ...]:
        """Its equation: name, operation in symbols, the same in numbers if that differs, result."""
        return self._sides(self._told)

    def _sides(self, told: Reckoned) -> tuple[str, ...]:
        inputs = self.node.inputs
        numbers = [in_parentheses(text) if is_infix(self.node) else text for text in told.texts]
        symbols = [
            number if each.op is CONSTANT else self.names[each]
            for each, number in zip(inputs, numbers, strict=True)
        ]
        sides = [self.names[self.node], in_symbols(self.node, symbols)]
        if symbols != numbers:
            sides.append(in_symbols(self.node, numbers))
        return (*sides, told.result)

    @property
    def _told(self) -> Reckoned:
        """The numbers in writing; products and sums in the digits in which they come out."""
        numbers, result = [each.data for each in self.node.inputs], self.node.data
        if self.node.op is PRIMITIVES["mul"]:
            return products(numbers, result)
        if self.node.op in _ADDITIONS and numbers:
            return sums(numbers, result)
        return Reckoned(tuple(map(short, numbers)), short(result), "=", 4)

    def __str__(self) -> str:
        told = self._told
        *sides, result = self._sides(told)
        return f"{' = '.join(sides)} {told.sign} {result}"


@dataclass(frozen=True, slots=True)
class Seed:
    """The gradient of the output by itself is 1; from here on it goes backward."""

    output: Value
    grad: float
    names: Names = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{partial(self.names, self.output, self.output)} = {short(self.grad)}"


@dataclass(frozen=True, slots=True)
class Push:
    """One edge contributes to the gradient of one input: upstream times local.

    - `node`, `place`, `input`: where the edge leaves, its place among `node.edges()`, and where it
      ends.
    - `upstream`, `local`, `contribution`: d(output)/d(node), d(node)/d(input), and their product.
    - `before`, `after`: the gradient of the input, without and with it.
    - `derivatives`: those of the operation, which all its edges share.
    """

    output: Value
    node: Value
    place: int
    input: Value
    upstream: float
    local: float
    contribution: float
    before: float
    after: float
    names: Names = field(repr=False, compare=False)
    derivatives: Derivatives = field(repr=False, compare=False)

    def __str__(self) -> str:
        names, output, why = self.names, self.output, self.why
        symbols = f"{partial(names, output, self.node)} · {why.derivative}"
        told = products((self.upstream, self.local), self.contribution)
        numbers = f"{' × '.join(map(in_parentheses, told.texts))} {told.sign} {told.result}"
        sum = sums((self.before, self.contribution), self.after)
        change = f"({sum.texts[0]} → {sum.result})"
        slot = f", through {why.slot}, where {' = '.join(why.where)}" if why.slot else ""
        return f"{partial(names, output, self.input)} += {symbols} = {numbers}   {change}{slot}"

    @property
    def why(self) -> Why:
        """Why `local` is the number that it is: the rule of the operation."""
        return self.derivatives.of_edge(self.place)


@dataclass(frozen=True, slots=True)
class Done:
    """All that consumes the node has contributed: its gradient is complete."""

    output: Value
    node: Value
    grad: float
    names: Names = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{partial(self.names, self.output, self.node)} = {short(self.grad)}"


Event = Forward | Seed | Push | Done


@numbers_leave("takes the numbers of a run")
def steps(output: Value, names: Namespace | None = None) -> Iterator[Event]:
    """The events of a run: forward through every operation, then backward from `output`.

        for event in steps(loss):
            print(event)

    No `.grad` is read or written. A node is done when all that consumes it has been; it then pushes
    along its edges, in the order of its inputs.

    - `names`: names and what they stand for, such as `locals()`, for Values without a label. By
      default those of the program: see engine/analysis/naming.py. {} forbids them.

    Raises TypeError if `output` is not a Value or `names` is not a mapping from text.
    """
    demand_value(output, "output")
    order = topological_order(output)
    return _events(order, value_names(order, names))


class _Noted:
    """A gradient that notes in a list what each edge adds to it, as numbers of a Push."""

    __slots__ = ("notes", "number")

    def __init__(self, number: float, notes: list[_Note]) -> None:
        self.number = number
        self.notes = notes

    def __mul__(self, local: float) -> tuple[float, float, float]:
        """The contribution of an edge, after its two factors."""
        return self.number, local, self.number * local

    def __add__(self, contribution: tuple[float, float, float]) -> "_Noted":
        """The gradient with this contribution."""
        after = _Noted(self.number + contribution[-1], self.notes)
        upstream, local, product = contribution
        self.notes.append((upstream, local, product, self.number, after.number))
        return after


def _events(order: Sequence[Value], names: Names) -> Iterator[Event]:
    output = order[-1]
    yield from (Forward(node, names) for node in order if node.inputs)
    yield Seed(output, 1.0, names)
    notes: list[_Note] = []
    zero = _Noted(0.0, notes)
    grads = gradients_of(order, order, zero, _Noted(1.0, notes))
    noted = iter(notes)
    for node, grad in zip(reversed(order), reversed(grads), strict=True):
        if grad is zero:  # a constant
            continue
        if node is not output:
            yield Done(output, node, grad.number, names)
        derivatives = Derivatives(node, names)
        for place, (each, _) in enumerate(node.edges()):
            yield Push(output, node, place, each, *next(noted), names, derivatives)


def in_symbols(node: Value, inputs: list[str]) -> str:
    """The operation on inputs in writing: w × x, relu(a), a + b + c."""
    before, between, after = pieces_of(node.op, len(node.inputs))
    return f"{before}{between.join(abridged(inputs))}{after}"


def pieces_of(op: Op, count: int) -> tuple[str, str, str]:
    """What is written before, between and after so many inputs: "relu(", ", " and ")"."""
    if not _is_infix(op, count):
        return f"{op.name}(", ", ", ")"
    return "", f" {'+' if op is _SUM else op.symbol} ", ""


def is_infix(node: Value) -> bool:
    """Whether the operation is written between its inputs: a × b, but relu(a) and max(a, b)."""
    return _is_infix(node.op, len(node.inputs))


def _is_infix(op: Op, count: int) -> bool:
    if op.any_number:
        return op is _SUM
    return count > 1 and not op.symbol.isidentifier()


def partial(names: Names, of: Value, by: Value) -> str:
    """The partial derivative of one Value by another, in symbols."""
    return f"∂{names[of]}/∂{names[by]}"
