"""Gradients as numbers or Values that are handed back, leaving every `.grad` as it is.

With `create_graph=True` a gradient is a Value that remembers how it was made, from the partial
derivatives of the table evaluated on Values, so that it can be differentiated again. Jacobian,
Hessian and Hessian-vector product follow.

While a function is traced for the compiler, all of these are Values, computed anew from the numbers
that the program is given; to those that would be plain numbers no gradient flows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from math import isclose, isnan
from typing import Any, Literal, overload

from .arithmetic import Number, number
from .backprop import gradients_of
from .graph import topological_order
from .operators import calmly
from .primitives import CONSTANT, GIVEN, Op
from .slopes import Slope, decides, slope
from .system.leaving import is_tracing
from .system.taken import taken_whole
from .value import Value, demand_value, real_number, sealed

Row = tuple[float, ...]
Values = tuple[Value, ...]

# Nodes with their gradients, those nearest to the output first.
Swept = Iterator[tuple[Value, float]]

# What is called with the gradients of every `grad()`, in the open blocks of `watching`.
watchers: ContextVar[tuple[Callable[[Swept], None], ...]] = ContextVar("watchers", default=())


@overload
def grad(
    output: Value, inputs: Iterable[Value], *, create_graph: Literal[False] = False
) -> Row: ...
@overload
def grad(output: Value, inputs: Iterable[Value], *, create_graph: Literal[True]) -> Values: ...
@overload
def grad(output: Value, inputs: Iterable[Value], *, create_graph: bool) -> Row | Values: ...
def grad(output: Value, inputs: Iterable[Value], *, create_graph: bool = False) -> Row | Values:
    """d(output)/d(input) for each of `inputs`, as `backward()` would find it, to the last bit.

    No `.grad` is read or written, so this may be called in the middle of anything. An input on
    which the output does not depend has the gradient 0. What is older than all inputs is not looked
    at, so it takes no time how these were made.

    With `create_graph` the gradients are Values, and what made them is a graph too:

        (slope,) = grad(y, [x], create_graph=True)
        (curvature,) = grad(slope, [x])

    Raises TypeError if `output` or one of `inputs` is not a Value, and with `create_graph`
    RuntimeError if a number that the graph was recorded with has been changed since.
    """
    demand_value(output, "output")
    wanted = _values(inputs, "inputs")
    order = _order(output, wanted)
    asked = [*wanted, *_between(order, wanted)] if watchers.get() else wanted
    if not create_graph and not is_tracing.get():
        return tuple(_watched(asked, gradients_of(order, asked))[: len(wanted)])
    edges = partial(_derivatives, once=not create_graph)
    with sealed():
        found = gradients_of(order, asked, _Gradient(0.0), _Gradient(1.0), edges)
    numbers = _watched(asked, [each.number for each in found])[: len(wanted)]
    values = _of_their_own(numbers, output.serial)
    return values if create_graph else tuple(each.detach() for each in values)


def _between(order: Sequence[Value], inputs: Iterable[Value]) -> list[Value]:
    """The nodes of a topological order that are among the inputs or depend on them."""
    reaching = set(inputs)
    for node in order:
        if any(each in reaching for each, _ in node.edges()):
            reaching.add(node)
    return [node for node in order if node in reaching]


def _watched(nodes: Sequence[Value], gradients: list[Any]) -> list[Any]:
    """The gradients, which the watchers have seen."""
    for watcher in watchers.get():
        numbers = map(number, gradients)
        watcher(reversed(list(zip(nodes, numbers, strict=True))))
    return gradients


def jacobian(outputs: Iterable[Value], inputs: Iterable[Value]) -> tuple[Row, ...]:
    """The matrix of d(output i)/d(input j): a row for each output.

    Raises TypeError if one of `outputs` or `inputs` is not a Value.
    """
    columns = _values(inputs, "inputs")
    return tuple(grad(output, columns) for output in _values(outputs, "outputs"))


def hessian(output: Value, inputs: Iterable[Value]) -> tuple[Row, ...]:
    """The matrix of second derivatives, d2(output)/d(input i)d(input j).

    Raises what `grad(..., create_graph=True)` raises.
    """
    columns = _values(inputs, "inputs")
    return jacobian(grad(output, columns, create_graph=True), columns)


def hessian_vector_product(output: Value, inputs: Iterable[Value], vector: Iterable[float]) -> Row:
    """The Hessian times a vector, for the cost of two gradients: sum over j of H[i][j] vector[j].

    It is the gradient of the slope along the vector, sum over j of d(output)/d(input j) vector[j].
    Source: B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6
    (1994), 147-160.

    Raises ValueError if `vector` does not hold one number for each of `inputs`, TypeError if one of
    them is not a number, and what `grad(..., create_graph=True)` raises.
    """
    columns = _values(inputs, "inputs")
    if not isinstance(vector, Iterable):
        raise TypeError(f"vector must be a list of numbers, one for each of inputs, got {vector!r}")
    numbers = [_number(each, f"vector[{i}]") for i, each in enumerate(vector)]
    if len(numbers) != len(columns):
        raise ValueError(f"vector must hold {len(columns)} numbers, one for each of inputs, "
                         f"got {len(numbers)}")  # fmt: skip
    slopes = grad(output, columns, create_graph=True)
    along = Value.sum(slope * number for slope, number in zip(slopes, numbers, strict=True))
    return grad(along, columns)


@dataclass(slots=True, eq=False)
class _Gradient:
    """A gradient as a number, or as a Value that remembers how it was made.

    No operation is recorded for a factor 1, or for a first term 0.
    """

    number: Number

    def __mul__(self, local: Number) -> "_Gradient":
        """The contribution of an edge."""
        a = self.number
        if local.__class__ is float and local == 1:
            return self
        return _Gradient(local if a.__class__ is float and a == 1 else a * local)

    def __add__(self, other: "_Gradient") -> "_Gradient":
        """The gradient with another contribution."""
        a = self.number
        return other if a.__class__ is float and a == 0 else _Gradient(a + other.number)


def _derivatives(node: Value, *, once: bool) -> list[tuple[Value, Number]]:
    """The edges of a node, with the partial derivatives of the table evaluated on its inputs.

    Result and derivatives must come to what was recorded, or a number has been changed since. With
    `once` they need not have derivatives again.
    """
    inputs, recorded = node.inputs, node.local_derivatives
    if not inputs:
        return []
    if node.op is GIVEN:
        raise ValueError(f"{node!r} was made by hand: its local derivatives are numbers, which "
                          "have no derivatives; write it with operators, or register a row for "
                          "the operation (engine.register)")  # fmt: skip
    found = _partials(node, [each.data if each.op is CONSTANT else each for each in inputs], once)
    numbers = [each.data for each in inputs]
    result = calmly(node.op.forward, *([numbers] if node.op.any_number else numbers))
    pairs = [(result, node.data), *zip(map(number, found), recorded, strict=True)]
    if not all(known is None or _same(number, known) for number, known in pairs):
        raise RuntimeError(f"a number that {node!r} was made from, or its own, has been changed "
                           "since: build the graph anew")  # fmt: skip
    edges = zip(inputs, found, recorded, strict=True)
    return [(each, local) for each, local, known in edges if known is not None]


def _partials(node: Value, given: list[Any], once: bool) -> list[Number]:
    """The partial derivatives of the operation that made a node; 0 by what is no edge.

    In a trace, one that looks at a number is a node by itself, with what it looks at as inputs.
    """
    op, known = node.op, node.local_derivatives
    if op.any_number and not _stands_apart(op, op.partials[0], given, node):
        return list(map(_operand, op.partials[0](given, node)))
    found: list[Number] = []
    for place, local in enumerate(known):
        if local is None:
            found.append(0.0)
        elif op.any_number or _stands_apart(op, op.partials[place], *given, node):
            found.append(slope(node, place, given, once=once))
        else:
            found.append(_operand(calmly(op.partials[place], *given, node)))
    return found


def _operand(found: Any) -> Number:
    """A partial derivative as a Value or a float."""
    return found if isinstance(found, Value) else float(found)


def _stands_apart(op: Op, by_input: Callable[..., Any], *given: Any) -> bool:
    """Whether a partial derivative becomes a node by itself."""
    return isinstance(op, Slope) or (is_tracing.get() and decides(by_input, *given))


def _same(found: float, recorded: float) -> bool:
    """Whether two numbers are one but for rounding; nan is the same as nan."""
    return isclose(found, recorded, rel_tol=1e-12) or (isnan(found) and isnan(recorded))


def _of_their_own(gradients: list[Number], newest: int) -> Values:
    """Each gradient as a Value made for it: no number, none twice, and none of the graph's own.

    The graph's own are no newer than its output, whose serial number is `newest`.
    """
    taken: set[Value] = set()
    values = []
    for each in gradients:
        value = each if isinstance(each, Value) else Value(each)
        if value.serial <= newest or value in taken:
            value *= 1.0
        taken.add(value)
        values.append(value)
    return tuple(values)


def _order(output: Value, inputs: Iterable[Value]) -> list[Value]:
    """The nodes between `inputs` and `output` in topological order: those not older than any."""
    return topological_order(output, min(each.serial for each in (output, *inputs)))


def _number(given: object, name: str) -> Number:
    """A plain number as a float; in a trace it may be a Value, to which no gradient flows."""
    if is_tracing.get() and isinstance(given, Value):
        return given.detach()
    return real_number(given, name)


def _values(values: Iterable[Value], name: str) -> list[Value]:
    """The Values as a list; TypeError, naming the argument, for anything else."""
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list of Values, as in grad(output, [w]), got {values!r}")
    wanted = [*taken_whole(values)]
    for i, each in enumerate(wanted):
        demand_value(each, f"{name}[{i}]")
    return wanted
