"""Memory and lanes of a function in LLVM's language: loaded, stored, repeated, reordered."""

from collections.abc import Sequence

from .indices import Index, named
from .lines import FunctionLines
from .numbers import FLOAT, TRUTH, WHOLE, NumberKind, Variable, Vector, digits, suffix, type_of


class Lanes(FunctionLines):
    """The lines of a function of `module` so far, with what moves numbers."""

    # Memory: a buffer is the name of a pointer.

    def pointer(self, buffer: str, index: Index | int) -> str:
        """The address of a number of 64 bits in a buffer."""
        at = self.operand(index)
        return self.made(f"getelementptr inbounds double, ptr {buffer}, i64 {at}").text

    def load(
        self, buffer: str, index: Index | int, lanes: int = 1, kind: NumberKind = FLOAT
    ) -> Vector:
        """Numbers of a buffer that lie side by side."""
        at = self.pointer(buffer, index)
        return self.made(f"load {type_of(lanes, kind)}, ptr {at}, align 8", lanes, kind)

    def load_masked(self, buffer: str, index: Index | int, mask: Vector) -> Vector:
        """Numbers side by side where a truth value holds, which alone are read, and 0 elsewhere."""
        kind, truth = type_of(mask.lanes), mask.type
        name = f"@llvm.masked.load.{suffix(mask.lanes)}.p0"
        self.module.declare(f"{kind} {name}(ptr, i32, {truth}, {kind})")
        arguments = f"ptr {self.pointer(buffer, index)}, i32 8, {mask.typed}, {kind}"
        return self.made(f"call {kind} {name}({arguments} zeroinitializer)", mask.lanes)

    def store(self, buffer: str, index: Index | int, number: Vector) -> None:
        """Write numbers side by side."""
        number = self.number(number)
        self.line(f"store {number.typed}, ptr {self.pointer(buffer, index)}, align 8")

    def looked_up(self, table: str, index: Index | int) -> Index:
        """The whole number of a constant array, as an index."""
        return named(self.load(table, index, kind=WHOLE).text)

    def whole_named(self, index: Index) -> Vector:
        """An index as a whole number."""
        return Vector(self.operand(index), 1, WHOLE)

    def set(self, variable: Variable, number: Vector) -> None:
        """Set a variable."""
        number = self.wide(number, variable.lanes)
        self.line(f"store {number.typed}, ptr {variable.text}, align 64")

    # Lanes.

    def constant(self, number: float) -> Vector:
        """A plain number."""
        return Vector(digits(number))

    def whole(self, number: int) -> Vector:
        """A plain whole number."""
        return Vector(str(number), 1, WHOLE)

    def wide(self, number: Vector, lanes: int) -> Vector:
        """A number with one lane repeated in all of `lanes`."""
        if number.lanes == lanes:
            return number
        text, kind = number.text, type_of(lanes, number.kind)
        if not text.startswith("%"):
            return Vector(f"<{', '.join([number.typed] * lanes)}>", lanes, number.kind)
        if (text, lanes) not in self.repeated:
            first = self.made(f"insertelement {kind} poison, {number.typed}, i64 0").text
            zeros = f"<{lanes} x i32> zeroinitializer"
            self.repeated[text, lanes] = self.made(
                f"shufflevector {kind} {first}, {kind} poison, {zeros}", lanes, number.kind
            )
        return self.repeated[text, lanes]

    def packed(self, numbers: Sequence[Vector]) -> Vector:
        """Single numbers as lanes; the only one as it is."""
        if len(numbers) == 1:
            return numbers[0]
        found = Vector("poison", len(numbers), numbers[0].kind)
        for i, each in enumerate(numbers):
            text = f"insertelement {found.typed}, {each.typed}, i64 {i}"
            found = self.made(text, found.lanes, found.kind)
        return found

    def lane(self, number: Vector, i: int) -> Vector:
        """A lane, as a single number; a number with one lane as it is."""
        if number.lanes == 1:
            return number
        return self.made(f"extractelement {number.typed}, i64 {i}", 1, number.kind)

    def shuffled(self, a: Vector, b: Vector, order: Sequence[int]) -> Vector:
        """Lanes of `a`, counted from 0, and of `b`, counted after them, in some order."""
        mask = ", ".join(f"i32 {i}" for i in order)
        text = f"shufflevector {a.typed}, {b.typed}, <{len(order)} x i32> <{mask}>"
        return self.made(text, len(order), a.kind)

    def alike(self, *numbers: Vector) -> tuple[list[Vector], int]:
        """Numbers with as many lanes as the widest one has."""
        lanes = max(each.lanes for each in numbers)
        return [self.wide(each, lanes) for each in numbers], lanes

    def selected(self, condition: Vector, then: Vector, otherwise: Vector) -> Vector:
        """`then` where a truth value is true, else `otherwise`, of the same kind."""
        (condition, then, otherwise), lanes = self.alike(condition, then, otherwise)
        text = f"select {condition.typed}, {then.typed}, {otherwise.typed}"
        return self.made(text, lanes, then.kind)

    def number(self, value: Vector) -> Vector:
        """A truth value as 1 or 0; a number as it is."""
        if value.kind != TRUTH:
            return value
        return self.selected(value, self.constant(1.0), self.constant(0.0))
