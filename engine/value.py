"""Value: one number that remembers how it was made.

Arithmetic on Values records a computation graph; `backward()` walks it in reverse and fills in
every gradient. The operations come from the table of primitives: a row becomes a method, and an
operator where Python has one. An operation records its local derivatives together with its result,
so what happens to `.data` afterwards changes no gradient of the recorded graph.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, overload

from .arguments import by_hand, only_label
from .arguments import real_number as real_number  # for all files below
from .backprop import backward, gradient_now, set_gradient_now, totals
from .copying import Recipe, copied, recipe
from .graph import Node, next_serial
from .notation import abridged, latex_name, latex_number, latex_operand, short
from .primitives import CONSTANT, GIVEN, LEAF, Op
from .scope import Scope, current_scope
from .system.leaving import warn_of_float

Unary = Callable[["Value"], "Value"]
Binary = Callable[["Value", "Value | float"], "Value"]
Comparison = Callable[["Value", "Value | float"], bool]

# A Value with no field set.
new: Callable[[type["Value"]], "Value"] = object.__new__


_is_sealed: ContextVar[bool] = ContextVar("sealed", default=False)


@contextmanager
def sealed() -> Iterator[None]:
    """Inside, float() of a Value is an error: what is computed by it would not be in the graph."""
    token = _is_sealed.set(True)
    try:
        yield
    finally:
        _is_sealed.reset(token)


def demand_value(value: object, name: str) -> None:
    """Raise TypeError, naming the argument, if `value` is not a Value."""
    if not isinstance(value, Value):
        raise TypeError(f"{name} must be a Value, got {value!r} ({type(value).__name__})")


class Value(Node):
    """One number and how it was made.

    `Value(data, label="")` makes a leaf: a parameter or an input. `data` is a real number, kept as
    a float64; `label` is what pictures and paths call it. Everything else is made by arithmetic,
    with Values or plain numbers on either side, or by hand:

        y = Value(x.data**3, (x,), (3 * x.data**2,))    # a number, its inputs, dy/d(each of them)

    `Value(data, inputs, local_derivatives, label="")` is swept, drawn and checked as any other. Its
    derivatives are numbers, so that it has no second ones and cannot be compiled: `register` a row
    for that. Of a subclass only leaves are made, and Values made by hand: arithmetic gives Values.

    - `data`, `grad`: the number, and d(output)/d(this) after `output.backward()`. Both can be set.
    - `op`, `inputs`, `local_derivatives`: the operation that made it (its row in the table), the
      Values which that consumed, and d(this)/d(input) for each of them.
    - `label`, `scope`: what it is called, and where in the program it belongs.
    - `serial`: how many Values had been made before it.

    Two Values are equal only if they are the same object; `<` and `>` compare their numbers.
    `float()` is the number, outside of the graph: it causes a LeavesGraphWarning.

    Raises TypeError if `data` or a local derivative is not a real number, an input is not a Value
    or `label` is not text, and ValueError if there is not one local derivative for each input.
    """

    __slots__ = ("_data", "_label", "_number", "op", "scope")

    _data: float
    _number: float | None  # the plain number beside one edge; not looked at where there are two
    _label: str
    op: Op
    scope: Scope

    @overload
    def __init__(self, data: float, label: str = "") -> None: ...
    @overload
    def __init__(
        self,
        data: float,
        inputs: "tuple[Value, ...] | list[Value]",
        local_derivatives: Iterable[float],
        /,
        label: str = "",
    ) -> None: ...
    def __init__(self, data: float, *given: Any, label: str = "") -> None:
        self._data = real_number(data, "data")
        self._grad = 0.0
        self.op = LEAF
        self._first = self._number = None
        self._many = self._d_many = ()
        if given and isinstance(given[0], (tuple, list)):
            self._many, self._d_many = by_hand(Value, *given)
            self.op = GIVEN if self._many else LEAF
        elif given:
            label = only_label(*given, label)
        self.label = label
        self.scope = current_scope()
        self.serial = next_serial()

    @property
    def data(self) -> float:
        """The number."""
        return self._data

    @data.setter
    def data(self, number: float) -> None:
        """Set the number; what has been recorded keeps the one from before."""
        self._data = real_number(number, "data")

    @property
    def grad(self) -> float:
        """d(output)/d(this), for the output on which `backward()` was called."""
        return gradient_now(self) if totals else self._grad

    @grad.setter
    def grad(self, number: float) -> None:
        """Set the gradient, usually to 0."""
        gradient = real_number(number, "grad")
        if totals:
            set_gradient_now(self, gradient)
        else:
            self._grad = gradient

    @property
    def label(self) -> str:
        """The name of the Value in pictures and paths; empty for no name."""
        return self._label

    @label.setter
    def label(self, text: str) -> None:
        """Give it a name; TypeError for what is no text."""
        if not isinstance(text, str):
            raise TypeError(f"label must be text, got {text!r}")
        self._label = text

    def _refuse(self, _: object) -> None:
        raise AttributeError("a Value has no _backward to be set: give it its inputs and the local "
                             "derivatives, as in Value(x.data**2, (x,), (2 * x.data,)), or add the "
                             "operation to the table: engine.register")  # fmt: skip

    _backward = property(fset=_refuse)  # which programs for micrograd set

    @property
    def inputs(self) -> tuple["Value", ...]:
        """The Values that the operation consumed: in order, duplicates and constants kept.

        A plain number is a constant, made anew at each reading, with the serial number -1.
        """
        if self._first is None:
            return self._many if self._number is None else (constant(self._number), *self._many)
        if self._second is not None:
            return (self._first, self._second)
        return (self._first,) if self._number is None else (self._first, constant(self._number))

    @property
    def local_derivatives(self) -> tuple[float | None, ...]:
        """d(this)/d(input) for each input; None where the input is a constant."""
        if self._first is None:
            return self._d_many if self._number is None else (None, *self._d_many)
        if self._second is not None:
            return (self._d_first, self._d_second)
        return (self._d_first,) if self._number is None else (self._d_first, None)

    @property
    def name(self) -> str:
        """The title of the Value: its label, else that of the operation, else the number."""
        if self._label:
            return self._label
        return short(self._data) if self.op in (LEAF, CONSTANT) else self.op.title

    def backward(self) -> None:
        """Fill in `.grad` of everything this was made from: d(this)/d(that), by the chain rule.

        Gradients of inner Values are those of this call. Leaves add it to what they have, so that
        several outputs can contribute; set `.grad` to 0 to start afresh.
        """
        backward(self)

    def detach(self) -> "Value":
        """A new leaf with the same number and label: no gradient flows through it to this one."""
        return Value(self._data, self.label)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Value":
        return copied(self, memo)

    def __reduce__(self) -> Recipe:
        return recipe(self)

    def __float__(self) -> float:
        if _is_sealed.get():
            raise TypeError("a partial derivative of an operation takes float() of a Value: write "
                            "it with operators and the functions of engine.arithmetic")  # fmt: skip
        warn_of_float()
        return self._data

    def __bool__(self) -> bool:
        return self._data != 0

    def __pos__(self) -> "Value":
        return self

    def conjugate(self) -> "Value":
        """Itself, as for every real number: NumPy asks for it, in `std` for example."""
        return self

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __repr__(self) -> str:
        made = f", op={self.op}" if self.inputs else ""
        called = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data}, grad={self._grad}{made}{called})"

    def _repr_latex_(self) -> str:
        sides = [latex_name(self.label)] if self.label else []
        if self.inputs:
            inputs = [_in_latex(each) for each in self.inputs]
            sides.append(self.op.in_latex(abridged(inputs, r"\cdots")))
        sides.append(latex_number(self._data))
        return rf"${' = '.join(sides)}, \quad \mathrm{{grad}} = {latex_number(self._grad)}$"

    # For type checkers and editors: what engine.operators makes of the table of primitives, where
    # `a` is this Value and `b` the other operand. `make declarations` writes all that is indented.
    if TYPE_CHECKING:

        def add(self, other: "Value | float") -> "Value":
            """`y = a + b`, `dy/da = 1`, `dy/db = 1`."""
            raise NotImplementedError

        def sub(self, other: "Value | float") -> "Value":
            """`y = a − b`, `dy/da = 1`, `dy/db = -1`."""
            raise NotImplementedError

        def mul(self, other: "Value | float") -> "Value":
            """`y = a × b`, `dy/da = b`, `dy/db = a`."""
            raise NotImplementedError

        def div(self, other: "Value | float") -> "Value":
            """`y = a ÷ b`, `dy/da = divide(1, b)`, `dy/db = quotient_slope(a, b, y)`."""
            raise NotImplementedError

        def pow(self, other: "Value | float") -> "Value":
            """`y = a ^ b`, `dy/da = power_slope(a, b)`, `dy/db = exponent_slope(a, b)`."""
            raise NotImplementedError

        def maximum(self, other: "Value | float") -> "Value":
            """`y = max(a, b)`, `dy/da = larger(a, b)`, `dy/db = larger(b, a)`."""
            raise NotImplementedError

        def minimum(self, other: "Value | float") -> "Value":
            """`y = min(a, b)`, `dy/da = larger(b, a)`, `dy/db = larger(a, b)`."""
            raise NotImplementedError

        def sum(values: "Value | Iterable[Value | float]", *of: Any, **numpy: Any) -> "Value":
            """`y = ∑ values`, `dy/dvalues = ones(len(values))`."""
            raise NotImplementedError

        def neg(self) -> "Value":
            """`y = neg a`, `dy/da = -1`."""
            raise NotImplementedError

        def abs(self) -> "Value":
            """`y = abs a`, `dy/da = (a > 0) * 1 - (a < 0) * 1`."""
            raise NotImplementedError

        def relu(self) -> "Value":
            """`y = ReLU a`, `dy/da = 1 - (a <= 0)`."""
            raise NotImplementedError

        def exp(self) -> "Value":
            """`y = exp a`, `dy/da = y`."""
            raise NotImplementedError

        def log(self) -> "Value":
            """`y = log a`, `dy/da = divide(1, a)`."""
            raise NotImplementedError

        def sqrt(self) -> "Value":
            """`y = √ a`, `dy/da = divide(0.5, y)`."""
            raise NotImplementedError

        def expm1(self) -> "Value":
            """`y = expm1 a`, `dy/da = exp(a)`."""
            raise NotImplementedError

        def log1p(self) -> "Value":
            """`y = log1p a`, `dy/da = divide(1, 1 + a)`."""
            raise NotImplementedError

        def sin(self) -> "Value":
            """`y = sin a`, `dy/da = cos(a)`."""
            raise NotImplementedError

        def cos(self) -> "Value":
            """`y = cos a`, `dy/da = -sin(a)`."""
            raise NotImplementedError

        def tan(self) -> "Value":
            """`y = tan a`, `dy/da = 1 + y * y`."""
            raise NotImplementedError

        def arcsin(self) -> "Value":
            """`y = arcsin a`, `dy/da = arcsin_slope(a)`."""
            raise NotImplementedError

        def arccos(self) -> "Value":
            """`y = arccos a`, `dy/da = -arcsin_slope(a)`."""
            raise NotImplementedError

        def arctan(self) -> "Value":
            """`y = arctan a`, `dy/da = arctan_slope(a)`."""
            raise NotImplementedError

        def arctan2(self, other: "Value | float") -> "Value":
            """`y = atan2(a, b)`, `dy/da = angle_slope(a, b)`, `dy/db = -angle_slope(b, a)`."""
            raise NotImplementedError

        def hypot(self, other: "Value | float") -> "Value":
            """`y = norm(a, b)`, `dy/da = hypot_slope(a, b, y)`, `dy/db = hypot_slope(b, a, y)`."""
            raise NotImplementedError

        def sinh(self) -> "Value":
            """`y = sinh a`, `dy/da = cosh(a)`."""
            raise NotImplementedError

        def cosh(self) -> "Value":
            """`y = cosh a`, `dy/da = sinh(a)`."""
            raise NotImplementedError

        def tanh(self) -> "Value":
            """`y = tanh a`, `dy/da = tanh_slope(a)`."""
            raise NotImplementedError

        def sigmoid(self) -> "Value":
            """`y = σ a`, `dy/da = sigmoid_slope(a)`."""
            raise NotImplementedError

        def softplus(self) -> "Value":
            """`y = softplus a`, `dy/da = sigmoid(a)`."""
            raise NotImplementedError

        def erf(self) -> "Value":
            """`y = erf a`, `dy/da = erf_slope(a)`."""
            raise NotImplementedError

        def erfc(self) -> "Value":
            """`y = erfc a`, `dy/da = -erf_slope(a)`."""
            raise NotImplementedError

        def floor(self) -> "Value":
            """`y = floor a`, `dy/da = 0`."""
            raise NotImplementedError

        def __add__(self, other: "Value | float") -> "Value": ...

        def __radd__(self, other: "Value | float") -> "Value": ...

        def __sub__(self, other: "Value | float") -> "Value": ...

        def __rsub__(self, other: "Value | float") -> "Value": ...

        def __mul__(self, other: "Value | float") -> "Value": ...

        def __rmul__(self, other: "Value | float") -> "Value": ...

        def __truediv__(self, other: "Value | float") -> "Value": ...

        def __rtruediv__(self, other: "Value | float") -> "Value": ...

        def __pow__(self, other: "Value | float") -> "Value": ...

        def __rpow__(self, other: "Value | float") -> "Value": ...

        def __neg__(self) -> "Value": ...

        def __abs__(self) -> "Value": ...

        def __lt__(self, other: "Value | float") -> bool: ...

        def __le__(self, other: "Value | float") -> bool: ...

        def __gt__(self, other: "Value | float") -> bool: ...

        def __ge__(self, other: "Value | float") -> bool: ...


def _in_latex(value: Value) -> str:
    """The Value as an operand in writing: its label, else its number."""
    if value.label:
        return latex_name(value.label)
    return latex_operand(value.data)


def constant(number: float) -> Value:
    """A plain number as a leaf to which no gradient flows."""
    value = recorded(CONSTANT, number, (), ())
    value.serial = -1
    return value


def recorded(
    op: Op, data: float, inputs: Iterable[Value], local_derivatives: Iterable[float | None]
) -> Value:
    """A Value made by an operation that no row of the table records, with all its fields set."""
    made = made_by(op, data)
    made._first = made._number = None
    made._many, made._d_many = tuple(inputs), tuple(local_derivatives)
    return made


def turn_into(value: Value, made: Value) -> None:
    """Give a Value all that says how another one of the same number was made."""
    value.op, value._number = made.op, made._number
    value._first, value._second, value._d_first = made._first, made._second, made._d_first


def made_by(op: Op, data: float) -> Value:
    """A Value with all its fields set but for those that say what it was made from."""
    made = new(Value)
    made._data = data
    made._grad = 0.0
    made._label = ""
    made.op = op
    made.scope = current_scope()
    made.serial = next_serial()
    return made
