"""One function in LLVM's language while it is written: arithmetic.

    total = builder.fma(x, y, total)

Operands with one lane are repeated for the lanes of the others; a truth value among numbers is 1
or 0. Names of operations are those of `kinds/ufuncs.py`.
"""

from collections.abc import Callable

from .lanes import Lanes
from .module import FOREIGN, PURE
from .numbers import TRUTH, WHOLE, Vector, suffix, type_of

_ARITHMETIC = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_COMPARISONS = {
    "less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge",
    "equal": "oeq", "not_equal": "une",
}  # fmt: skip
_WHOLE = {
    "+": "add", "-": "sub", "*": "mul", "&": "and", "|": "or", "^": "xor",
    "<<": "shl", ">>": "ashr", ">>>": "lshr",
}  # fmt: skip
_WHOLE_COMPARISONS = {"less": "slt", "greater": "sgt", "equal": "eq", "not_equal": "ne"}

_SIGN = -(2**63)


class FunctionBuilder(Lanes):
    """The lines of a function of `module` so far, and what can be written there."""

    def total(self, number: Vector) -> Vector:
        """The sum of all lanes: halves, as often as there are any."""
        while number.lanes > 1:
            half = number.lanes // 2
            parts = [range(half), range(half, number.lanes)]
            if half > 1:
                low, high = (self.shuffled(number, number, list(each)) for each in parts)
            else:
                low, high = self.lane(number, 0), self.lane(number, 1)
            number = self.operation("add", low, high)
        return number

    # Arithmetic.

    def truth(self, value: Vector) -> Vector:
        """Whether a number is not 0; a truth value as it is."""
        return (
            value if value.kind == TRUTH else self.compare("not_equal", value, self.constant(0.0))
        )

    def operation(self, name: str, a: Vector, b: Vector) -> Vector:
        """The sum, difference, product or quotient, by its name."""
        (a, b), lanes = self.alike(self.number(a), self.number(b))
        return self.made(f"{_ARITHMETIC[name]} {a.typed}, {b.text}", lanes)

    def add(self, a: Vector, b: Vector) -> Vector:
        """The sum."""
        return self.operation("add", a, b)

    def sub(self, a: Vector, b: Vector) -> Vector:
        """The difference."""
        return self.operation("sub", a, b)

    def mul(self, a: Vector, b: Vector) -> Vector:
        """The product."""
        return self.operation("mul", a, b)

    def div(self, a: Vector, b: Vector) -> Vector:
        """The quotient."""
        return self.operation("div", a, b)

    def fma(self, a: Vector, b: Vector, c: Vector) -> Vector:
        """The product of `a` and `b`, plus `c`, rounded once."""
        return self.own("fma", *map(self.number, (a, b, c)))

    def own(self, name: str, *operands: Vector) -> Vector:
        """The result of a function of LLVM's own, such as fma, sqrt, floor, rint and fabs."""
        numbers, lanes = self.alike(*operands)
        kind, full = type_of(lanes), f"@llvm.{name}.{suffix(lanes)}"
        self.module.declare(f"{kind} {full}({', '.join([kind] * len(numbers))})")
        arguments = ", ".join(each.typed for each in numbers)
        return self.made(f"call {kind} {full}({arguments})", lanes)

    def neg(self, a: Vector) -> Vector:
        """The number with the other sign."""
        a = self.number(a)
        return self.made(f"fneg {a.typed}", a.lanes)

    def compare(self, name: str, a: Vector, b: Vector) -> Vector:
        """A truth value: less, less_equal, greater, greater_equal, equal or not_equal."""
        (a, b), lanes = self.alike(self.number(a), self.number(b))
        return self.made(f"fcmp {_COMPARISONS[name]} {a.typed}, {b.text}", lanes, TRUTH)

    def logic(self, name: str, a: Vector, b: Vector) -> Vector:
        """The truth of both or either of two: `and`, `or`, `xor`."""
        (a, b), lanes = self.alike(self.truth(a), self.truth(b))
        return self.made(f"{name} {a.typed}, {b.text}", lanes, TRUTH)

    def opposite(self, a: Vector) -> Vector:
        """What is true where `a` is false."""
        return self.logic("xor", a, Vector("true", 1, TRUTH))

    def any(self, a: Vector) -> Vector:
        """Whether a truth value is true in any lane."""
        if a.lanes == 1:
            return a
        bits = self.made(f"bitcast {a.typed} to i{a.lanes}").text
        return self.made(f"icmp ne i{a.lanes} {bits}, 0", 1, TRUTH)

    def select(self, condition: Vector, then: Vector, otherwise: Vector) -> Vector:
        """`then` where the condition is true, else `otherwise`; numbers, or whole numbers."""
        return self.selected(self.truth(condition), self.number(then), self.number(otherwise))

    # Bits and whole numbers.

    def bits(self, a: Vector) -> Vector:
        """The 64 bits of a number, as a whole number."""
        a = self.number(a)
        return self.made(f"bitcast {a.typed} to {type_of(a.lanes, WHOLE)}", a.lanes, WHOLE)

    def of_bits(self, a: Vector) -> Vector:
        """The number with these bits."""
        return self.made(f"bitcast {a.typed} to {type_of(a.lanes)}", a.lanes)

    def whole_operation(self, sign: str, a: Vector, b: Vector) -> Vector:
        """An operation on whole numbers: + - * & | ^ <<, and >> with or >>> without the sign."""
        (a, b), lanes = self.alike(a, b)
        return self.made(f"{_WHOLE[sign]} {a.typed}, {b.text}", lanes, WHOLE)

    def whole_compare(self, name: str, a: Vector, b: Vector) -> Vector:
        """A truth value of whole numbers: less, greater, equal or not_equal."""
        (a, b), lanes = self.alike(a, b)
        return self.made(f"icmp {_WHOLE_COMPARISONS[name]} {a.typed}, {b.text}", lanes, TRUTH)

    def from_whole(self, a: Vector) -> Vector:
        """A whole number as a float64."""
        return self.made(f"sitofp {a.typed} to {type_of(a.lanes)}", a.lanes)

    def to_whole(self, a: Vector) -> Vector:
        """A float64 that is a whole number of at most 64 bits, as one."""
        return self.made(f"fptosi {a.typed} to {type_of(a.lanes, WHOLE)}", a.lanes, WHOLE)

    def abs(self, a: Vector) -> Vector:
        """The number without its sign."""
        return self.own("fabs", self.number(a))

    def copysign(self, a: Vector, b: Vector) -> Vector:
        """`a` with the sign of `b`."""
        size = self.whole_operation("&", self.bits(a), self.whole(~_SIGN))
        sign = self.whole_operation("&", self.bits(b), self.whole(_SIGN))
        return self.of_bits(self.whole_operation("|", size, sign))

    # Functions.

    def call(self, name: str, *operands: Vector) -> Vector:
        """The result of a function of C's library, lane by lane."""
        numbers, lanes = self.alike(*map(self.number, operands))
        self.module.declare(f"double @{name}({', '.join(['double'] * len(numbers))}) {FOREIGN}")
        found = []
        for i in range(lanes):
            arguments = ", ".join(self.lane(each, i).typed for each in numbers)
            found.append(self.made(f"call double @{name}({arguments})"))
        return self.packed(found)

    def function(self, name: str, write: Callable[..., Vector], *operands: Vector) -> Vector:
        """What `write(builder, ...)` computes, as a function written once for each width."""
        numbers, lanes = self.alike(*map(self.number, operands))
        functions, kind, full = self.module.functions, type_of(lanes), f"@{name}.{lanes}"
        if full not in functions:
            functions[full] = None
            arguments = [Vector(f"%x{i}", lanes) for i in range(len(numbers))]
            inner = FunctionBuilder(self.module)
            result = inner.wide(inner.number(write(inner, *arguments)), lanes)
            inner.line(f"ret {result.typed}")
            given = ", ".join(each.typed for each in arguments)
            functions[full] = (
                f"define internal {kind} {full}({given}) {PURE} {{\n{inner.body}\n}}\n"
            )
        return self.made(f"call {kind} {full}({', '.join(n.typed for n in numbers)})", lanes)
