"""FunctionLines of one function: names, loops, variables and decisions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .indices import Index, named
from .module import ModuleText
from .numbers import FLOAT, NumberKind, Variable, Vector, type_of


class FunctionLines:
    """The lines of a function of `module` so far.

    - `block`: the label of the lines that are written now.
    - `repeated`: vectors that repeat a number, known in this block.
    """

    def __init__(self, module: ModuleText) -> None:
        self.module = module
        self.block = "entry"
        self.repeated: dict[tuple[str, int], Vector] = {}
        self._count = 0
        self._head: list[str] = []
        self._lines: list[str] = []

    @property
    def body(self) -> str:
        """All lines."""
        return "\n".join(["entry:", *self._head, *self._lines])

    @property
    def length(self) -> int:
        """The number of lines, but for those at the beginning."""
        return len(self._lines)

    def line(self, text: str) -> None:
        """Write a line."""
        self._lines.append(f"  {text}")

    def at_entry(self, text: str) -> None:
        """Write a line at the beginning of the function."""
        self._head.append(f"  {text}")

    def name(self) -> str:
        """A new name for a result."""
        self._count += 1
        return f"%t{self._count}"

    def label(self) -> str:
        """A new label."""
        self._count += 1
        return f"l{self._count}"

    def made(self, text: str, lanes: int = 1, kind: NumberKind = FLOAT) -> Vector:
        """The result of a line."""
        name = self.name()
        self.line(f"{name} = {text}")
        return Vector(name, lanes, kind)

    def start(self, label: str) -> None:
        """Begin a block."""
        self._lines.append(f"{label}:")
        self.block = label
        self.repeated = {}

    def jump(self, label: str) -> None:
        """Go on at a label."""
        self.line(f"br label %{label}")

    def decide(self, condition: Vector, then: str, otherwise: str) -> None:
        """Go on at one of two labels, by a truth value."""
        self.line(f"br i1 {condition.text}, label %{then}, label %{otherwise}")

    def operand(self, index: Index | int) -> str:
        """An index as an operand."""
        if isinstance(index, int):
            return str(index)
        total = ""
        for name, factor in index.factors.items():
            part = name if factor == 1 else self.made(f"mul nsw i64 {name}, {factor}").text
            total = self.made(f"add nsw i64 {total}, {part}").text if total else part
        if total and index.constant:
            return self.made(f"add nsw i64 {total}, {index.constant}").text
        return total or str(index.constant)

    @contextmanager
    def loop(self, end: Index | int, start: Index | int = 0, step: int = 1) -> Iterator[Index]:
        """Repeat what is written inside for a counter below `end`; once at least."""
        first, last = self.operand(start), self.operand(end)
        before, inside, after, counter = self.block, self.label(), self.label(), self.name()
        self.jump(inside)
        self.start(inside)
        place = len(self._lines)
        self.line("")  # the counter, when it is known where the loop ends
        yield named(counter)
        following = self.made(f"add nsw i64 {counter}, {step}").text
        self.decide(self.made(f"icmp slt i64 {following}, {last}"), inside, after)
        self._lines[place] = (f"  {counter} = phi i64 [ {first}, %{before} ], "
                              f"[ {following}, %{self.block} ]")  # fmt: skip
        self.start(after)

    @contextmanager
    def when(self, condition: Vector) -> Iterator[None]:
        """Do what is written inside only if a truth value is true."""
        then, after = self.label(), self.label()
        self.decide(condition, then, after)
        self.start(then)
        yield
        self.jump(after)
        self.start(after)

    @contextmanager
    def loop_if_any(self, end: Index, start: Index | int = 0, step: int = 1) -> Iterator[Index]:
        """Repeat what is written inside for a counter below `end`; not at all if there is none."""
        some = self.made(f"icmp slt i64 {self.operand(start)}, {self.operand(end)}")
        with self.when(some), self.loop(end, start, step) as counter:
            yield counter

    def variable(self, lanes: int, kind: NumberKind = FLOAT) -> Variable:
        """A variable, not set yet."""
        name, kind_text = self.name(), type_of(lanes, kind)
        self.at_entry(f"{name} = alloca {kind_text}, align 64")
        return Variable(name, lanes, kind)

    def get(self, variable: Variable) -> Vector:
        """The number of a variable."""
        text = f"load {variable.type}, ptr {variable.text}, align 64"
        return self.made(text, variable.lanes, variable.kind)

    def either(
        self, condition: Vector, then: Callable[[], None], otherwise: Callable[[], None]
    ) -> None:
        """Do what one of two functions writes, by a truth value."""
        first, second, after = self.label(), self.label(), self.label()
        self.decide(condition, first, second)
        for label, write in ((first, then), (second, otherwise)):
            self.start(label)
            write()
            self.jump(after)
        self.start(after)
