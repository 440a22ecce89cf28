"""Partial derivatives as rows of their own: what a trace records in the place of a decision.

The slope of ReLU is 0 or 1, by a comparison. Second derivatives evaluate slopes on Values, and a
graph that is recorded for other numbers too must not keep what a comparison gave. So while a
function is traced, a partial derivative that looks at a number becomes one node, made by an
operation with a row of its own:

    slope_row(relu, (0,))       the derivative of relu by its first input
    slope_row(pow, (0, 1))      that of pow by its first input, and of this by the second one

Nothing is written twice: the forward function of such a row is the partial derivative in the table,
and its own partial derivatives come from evaluating that on dual numbers, a + b ε with ε² = 0.
What operators and functions of the table compute from dual numbers is dual, too:

    square = lambda a: a * a
    square(Dual(3.0, 1.0, 1)).slope         # 6.0
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn

from .arithmetic import Number
from .operators import SPECIAL, calmly, never_raising
from .primitives import BUILT_IN, CONSTANT, PRIMITIVES, Op
from .value import Value, constant, recorded


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slope(Op):
    """A partial derivative as a row.

    - `root`: the row of the table.
    - `places`: the number of the input to differentiate by; of several, one after another.
    """

    root: Op = field(kw_only=True)
    places: tuple[int, ...] = field(kw_only=True)

    def __reduce__(self) -> tuple[Callable[..., Op], tuple[Any, ...]]:
        return slope_row, (self.root, self.places)


@cache
def slope_row(root: Op, places: tuple[int, ...]) -> Slope:
    """The row for the derivative of `root` by the inputs `places`, one after another."""

    def forward(*given: Any) -> float:
        """The derivative, for the inputs."""
        return _on_floats(root, places, given[0] if root.any_number else given)

    def by_input(place: int) -> Callable[..., float]:
        """The partial derivative of the row by one input, from the inputs and the result."""
        return lambda *given: _on_floats(root, (*places, place), given[:-1])

    def by_all(inputs: Sequence[float], _: float) -> tuple[float, ...]:
        """The partial derivatives by all inputs, of which there may be any number."""
        return tuple(_on_floats(root, (*places, i), inputs) for i in range(len(inputs)))

    name = slope_name(root, places)
    title = name.replace("_", r"\_")
    operands = "{terms}" if root.any_number else ", ".join(["{a}", "{b}"][: len(root.partials)])
    partials = (by_all,) if root.any_number else tuple(map(by_input, range(len(root.partials))))
    return Slope(
        name, f"∂ {root.symbol}", rf"\mathrm{{{{{title}}}}}({operands})", root.domain, forward,
        partials, root.any_number, root=root, places=places,
    )  # fmt: skip


def slope_name(root: Op, places: Sequence[int]) -> str:
    """The name of a slope: pow_slope1, or pow_slope1_slope2 for the derivative of that."""
    return "_".join([root.name, *(f"slope{place + 1}" for place in places)])


def slope(node: Value, place: int, given: Sequence[Value | float], *, once: bool) -> Value:
    """The derivative of the operation that made `node` by one input, as a node of its own.

    `given` are the inputs of `node`, with a plain number for each constant. With `once` it cannot
    be differentiated again.

    Raises TypeError, without `once`, if the row takes a plain float where it should compute.
    """
    root, places = root_of(node.op)
    row = slope_row(root, (*places, place))
    inputs = [constant(each) if isinstance(each, float) else each for each in given]
    numbers = [each._data for each in inputs]
    further = [
        None if once or each.op is CONSTANT else _on_floats(root, (*row.places, i), numbers)
        for i, each in enumerate(inputs)
    ]
    return recorded(row, _on_floats(root, row.places, numbers), inputs, further)


def root_of(op: Op) -> tuple[Op, tuple[int, ...]]:
    """The row of the table that `op` is a derivative of, and by which inputs: itself, by none."""
    return (op.root, op.places) if isinstance(op, Slope) else (op, ())


def is_built_in(op: Op) -> bool:
    """Whether a row, or the one that a slope is of, is built in, and so stays what it is."""
    return root_of(op)[0].name in BUILT_IN


def decides(partial: Callable[..., Any], *given: Any) -> bool:
    """Whether a partial derivative looks at the number of a Value that it is given."""
    probes = [list(map(_probe, one)) if isinstance(one, list) else _probe(one) for one in given]
    try:
        calmly(partial, *probes)
    except (TypeError, AttributeError):  # a probe raises it
        return True
    return False


def _probe(operand: Any) -> Any:
    """A probe in the place of a Value; anything else is itself."""
    return Probe() if isinstance(operand, Value) else operand


def derivative(root: Op, places: Sequence[int], given: Sequence[Number]) -> Number:
    """The derivative of `root` by the inputs `places`, one after another.

    `given` are its inputs and, as the last one, its result: floats, symbols or dual numbers.
    """
    *inputs, result = given
    *before, place = places
    if not before:
        if root.any_number:
            return root.partials[0](inputs, result)[place]
        return root.partials[place](*inputs, result)
    order = len(places)
    moved = Dual(result, lambda: derivative(root, (place,), given), order)
    inputs[place] = Dual(inputs[place], 1.0, order)
    found = derivative(root, before, [*inputs, moved])
    return found.slope if isinstance(found, Dual) and found.order == order else 0.0


def _on_floats(root: Op, places: Sequence[int], inputs: Sequence[float]) -> float:
    """The derivative for floats; where arithmetic raises, inf for what is too large, else nan."""
    given = [*inputs, row_result(root, inputs)]
    found: float = never_raising(derivative)(root, places, given)
    return found


class Dual:
    """A number with its derivative by an input.

    - `number`: a float, a symbol, or a dual number of a higher order.
    - `slope`: the derivative; a function that gives it is called when it is asked for.
    - `order`: of two dual numbers, the one of the higher order is a plain number to the other.
    """

    __slots__ = ("_slope", "number", "order")

    def __init__(self, number: Number, slope: Number, order: int) -> None:
        self.number = number
        self.order = order
        self._slope = slope

    @property
    def slope(self) -> Number:
        """The derivative."""
        if callable(self._slope):
            self._slope = self._slope()
        return self._slope

    @property
    def data(self) -> Number:
        """The plain number, in the place of that of a Value."""
        return _plain(self.number)

    def operation(self, op: Op, operands: Sequence[Number]) -> "Dual":
        """The result of a row for some operands; this is the one of the lowest order."""
        order = self.order
        mine = [isinstance(each, Dual) and each.order == order for each in operands]
        numbers = [each.number if own else each for own, each in zip(mine, operands, strict=True)]
        result = row_result(op, numbers)
        slope: Number = 0.0
        for place, own in enumerate(mine):
            if own:
                local = self._local(op.partials[place], [*numbers, result])
                slope = _added(slope, _multiplied(local, operands[place].slope))
        return Dual(result, slope, order)

    def _local(self, partial: Callable[..., Any], given: Sequence[Number]) -> Number:
        """The partial derivative; what it decides by a symbol stays inside."""
        plain = self.data
        if plain.__class__ is float:
            return calmly(partial, *given)
        return plain.followed(lambda: partial(*given))

    def __getattr__(self, name: str) -> Callable[..., "Dual"]:
        if name not in PRIMITIVES or PRIMITIVES[name].any_number:
            raise AttributeError(f"a row of the table has no operation {name!r}")
        return lambda *others: row_result(PRIMITIVES[name], [self, *others])

    def __bool__(self) -> bool:
        return bool(self.data)

    def __hash__(self) -> int:
        return id(self)

    def __float__(self) -> float:
        raise TypeError("a partial derivative of an operation takes float() of a number: write it "
                        "with operators and the functions of engine.arithmetic")  # fmt: skip


class Probe:
    """A stand-in for a Value without a number: a function that asks for it raises a TypeError."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Callable[..., "Probe"]:
        if name not in PRIMITIVES or PRIMITIVES[name].any_number:
            raise AttributeError(f"a probe has no {name}")
        return lambda *_: self

    def __hash__(self) -> int:
        return id(self)


def row_result(op: Op, operands: Sequence[Number]) -> Number:
    """The result of a row for floats, symbols or dual numbers; nothing raises on floats."""
    given: list[Any] = [float(each) if isinstance(each, int) else each for each in operands]
    duals = [each for each in given if isinstance(each, Dual)]
    if duals:
        return min(duals, key=operator.attrgetter("order")).operation(op, given)
    for each in given:
        if each.__class__ is not float:
            return each.by_row(op.name, *given)
    return never_raising(op.forward)(*([given] if op.any_number else given))


def _plain(number: Number) -> Number:
    """The number of a dual number, a symbol, or a float."""
    return number.data if isinstance(number, Dual) else number


def _multiplied(a: Number, b: Number) -> Number:
    """The product; no operation for a factor 1."""
    if b.__class__ is float and b == 1:
        return a
    return b if a.__class__ is float and a == 1 else a * b


def _added(a: Number, b: Number) -> Number:
    """The sum; no operation for a first term 0."""
    return b if a.__class__ is float and a == 0 else a + b


def _operator(name: str, *, reflected: bool) -> Callable[..., Any]:
    """The method of Dual for an operator of Python."""

    def method(self: Dual, *others: Number) -> Number:
        """The result of the operation."""
        operands = (self, *others)
        return row_result(PRIMITIVES[name], operands[::-1] if reflected else operands)

    return method


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The method of Dual for a comparison, which looks at the numbers."""
    return lambda self, other: compare(self.data, _plain(other))


def _refused(*_: Any) -> NoReturn:
    """Raise TypeError: this needs a number."""
    raise TypeError("a probe has no number")


for _name, _methods in SPECIAL.items():
    for _reflected, _method in enumerate(_methods):
        setattr(Dual, _method, _operator(_name, reflected=bool(_reflected)))
        setattr(Probe, _method, lambda self, *_: self)
for _compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
    setattr(Dual, f"__{_compare.__name__}__", _comparison(_compare))
    setattr(Probe, f"__{_compare.__name__}__", _refused)
for _method in ("__bool__", "__float__"):
    setattr(Probe, _method, _refused)
