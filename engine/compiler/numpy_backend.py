"""A program as readable NumPy.

A step computes into memory, and through views of it, that were made before: `setup` has those
lines, `body` those of a step. Each line of the body says in a comment from which classes of the
scalar graph it comes.
"""

from itertools import chain, count
from math import prod

from .factors import EXAMPLES, MANY, Factor, length, multiplied, summed
from .functions import FUNCTIONS, TRUTHS
from .kernels import ByNumber, Kernel, written
from .program import Instruction, Program
from .storage import BUFFER, FRESH, INSIDE, SEEN, SHARED, assembly, storages
from .views import View, in_numpy, whole

# Operators for single numbers.
_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


class Lines:
    """The lines of a program.

    - `setup`: those that make arrays and views, with `constants` at hand; `body`: those of a step.
    - `results`: the outputs, as expressions.
    - `kernels`: the functions that it calls, with their names.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.made = program.instructions
        self.names = program.names
        self.storages = storages(program)
        self.setup: list[str] = []
        self.body: list[str] = []
        self.constants: dict[str, object] = {}
        self.kernels: dict[Kernel | ByNumber, str] = {}
        self._lines: dict[str, int] = {}
        self._fresh: list[bool] = []
        for number, each in enumerate(self.made):
            self._fresh.append(self._is_fresh(number, each))
            self._place(number, each)
            text = _STATEMENTS.get(each.kind, Lines._operation)(self, number, each)
            if text:
                self.body.append(f"{text:<72}  # {each.origin}" if each.origin else text)

    @property
    def results(self) -> list[str]:
        """The outputs; arrays are copied, since the next step overwrites them."""
        return [
            f"{self._name(i)}.copy()" if self.made[i].shape else self._name(i)
            for i in self.program.outputs
        ]

    def _is_fresh(self, number: int, each: Instruction) -> bool:
        """Whether a result is another object in each step."""
        how = self.storages[number].how
        return how == FRESH or each.kind == "input" or (
            how == SEEN and self._fresh[each.inputs[0]])  # fmt: skip

    def _place(self, number: int, each: Instruction) -> None:
        """The memory of a result."""
        storage, name = self.storages[number], self.names[number]
        if storage.how == BUFFER:
            self._buffer(number)
        elif storage.how == SHARED:
            other = self.names[storage.of]
            if self.made[storage.of].shape == each.shape:
                self._also(name, other)
            else:
                self._once(name, f"{other}.reshape({_lengths(each)})")
        elif storage.how == INSIDE and storage.view is not None:
            self._buffer(storage.of)
            self._once(name, self._seen(storage.of, storage.view))

    def _buffer(self, number: int) -> None:
        """Memory of its own."""
        each = self.made[number]
        kind = ", bool" if each.kind in TRUTHS else ""
        made = "ones" if each.kind in ("with_ones", "later") else "empty"
        lengths = _lengths(each)
        shape = f"({lengths})" if "," in lengths else lengths
        self._once(self.names[number], f"np.{made}({shape}{kind})")

    def _once(self, name: str, text: str) -> str:
        """Name something that is made before the first step."""
        if name not in self._lines:
            self._lines[name] = len(self.setup)
            self.setup.append(f"{name} = {text}")
        return name

    def _also(self, name: str, other: str) -> None:
        """Give what was made another name too."""
        if name != other:
            number = self._lines[name] = self._lines[other]
            names, _, text = self.setup[number].rpartition(" = ")
            self.setup[number] = f"{names} = {name} = {text}"

    def _constant(self, name: str, array: object) -> str:
        """The name of an array that is handed in."""
        self.constants[name] = array
        return name

    def _seen(self, number: int, view: View) -> str:
        """A view of a result."""
        each = self.made[number]
        return in_numpy(self.names[number], each.shape, view, "examples" * each.examples)

    def _name(self, number: int) -> str:
        """A result as an operand."""
        each = self.made[number]
        if each.kind == "constant" and not each.shape:
            return written(each.detail.array.item())
        return self.names[number]

    def _beside(self, number: int, made: Instruction) -> str:
        """A result as an operand beside arrays with examples: with an axis of one for these."""
        each, name = self.made[number], self._name(number)
        if not made.examples or each.examples or not each.shape:
            return name
        column = f"{name}[..., None]"
        return column if self._fresh[number] else self._once(f"{name}_", column)

    def _flat(self, number: int) -> str:
        """The numbers of a result in a row."""
        each, name = self.made[number], self.names[number]
        if len(each.shape) == 1:
            return name
        text = f"{name}.reshape(-1{', examples' * each.examples})"
        return text if self._fresh[number] else self._once(f"{name}_row", text)

    def _leaf(self, number: int, each: Instruction) -> str:
        name = self.names[number]
        if each.kind == "parameters":
            self._once(name, f"np.empty({each.detail})")
            return f"{name}[:] = given"
        if each.kind == "input":
            which, shape, examples = each.detail
            axes = ", ".join(map(str, (*range(1, len(shape) + 1), 0)))
            turned = f".transpose({axes})" if examples and shape else ""
            return f"{name} = inputs[{which}]{turned}"
        if each.kind == "constant":
            if each.shape:
                self._constant(name, each.detail.array)
            return ""
        self._once(name, "float(examples)" if each.kind == "count" else "1.0 / examples")
        return ""

    def _view(self, number: int, each: Instruction) -> str:
        text = self._seen(each.inputs[0], each.detail)
        if self._fresh[number]:
            return f"{self.names[number]} = {text}"
        self._once(self.names[number], text)
        return ""

    def _take(self, number: int, each: Instruction) -> str:
        name = self.names[number]
        places = self._constant(f"{name}_places", each.detail.array)
        return f'{self._flat(each.inputs[0])}.take({places}, 0, {name}, "clip")'

    def _expand(self, number: int, each: Instruction) -> str:
        return f"np.copyto({self.names[number]}, {self._beside(each.inputs[0], each)})"

    def _mean(self, number: int, each: Instruction) -> str:
        return f"{self.names[number]} = np.add.reduce({self._name(each.inputs[0])}) / examples"

    def _segments(self, number: int, each: Instruction) -> str:
        name = self.names[number]
        starts = self._constant(f"{name}_starts", each.detail.array)
        return f"np.add.reduceat({self._name(each.inputs[0])}, {starts}, 0, None, {name})"

    def _join(self, number: int, each: Instruction) -> str:
        parts = ", ".join(map(self._name, each.inputs))
        return f"np.concatenate(({parts}), out={self.names[number]})"

    def _sum(self, number: int, each: Instruction) -> str:
        source = self.made[each.inputs[0]]
        letters = "abcdefghij"[: len(source.shape)]
        kept = "".join(axis for i, axis in enumerate(letters) if i not in each.detail.axes)
        factor = self._factor(each.inputs[0], letters)
        return summed(factor, self._factor(number, kept), self._ones)

    def _ones(self, count: int) -> str:
        """A row of ones."""
        size = length(count)
        return self._once(f"ones_{size.replace(' * ', '_')}", f"np.ones({size})")

    def _factor(self, number: int, axes: str) -> Factor:
        """A result as a factor of a matrix product."""
        each, storage = self.made[number], self.storages[number]
        many = EXAMPLES * each.examples
        lengths = (*each.shape, *[MANY] * each.examples)
        strides = whole(lengths).strides
        view = each.detail if each.kind == "view" else storage.view
        if view is not None:
            base = self.made[each.inputs[0] if each.kind == "view" else storage.of]
            times = MANY if each.examples else 1
            strides = (*(s * times for s in view.strides), *[1] * each.examples)
            if base.kind == "input" and each.examples:
                strides = (*view.strides, prod(base.shape))
        elif each.kind == "input" and each.examples:
            strides = (*whole(each.shape).strides, prod(each.shape))
        return Factor(self._name(number), axes + many, lengths, strides)

    def _product(self, number: int, each: Instruction) -> str:
        terms, kept = each.detail.axes.split("->")
        left, right = (
            self._factor(i, axes) for i, axes in zip(each.inputs, terms.split(","), strict=True)
        )
        return multiplied(left, right, self._factor(number, kept))

    def _assemble(self, number: int, each: Instruction) -> str:
        """What is computed in its place is there already."""
        name, parts = self.names[number], assembly(self.program, number)
        if parts.is_filled:
            self.body.insert(0, f"{name}.fill(0.0)")
        _, targets = each.detail
        for slot in (*parts.assigned, *parts.added):
            part, target = self._beside(each.inputs[slot], each), targets[slot]
            sign = "=" if slot in parts.assigned else "+="
            if not isinstance(target, View):
                places = self._constant(f"{name}_places{slot}", target.array)
                self.body.append(f"{self._flat(number)}[{places}] {sign} {part}")
            elif not target.shape:
                self.body.append(f"{self._flat(number)}[{target.offset}] {sign} {part}")
            else:
                is_whole = target == whole(each.shape)
                view = (
                    name if is_whole else self._once(f"{name}_{slot}", self._seen(number, target))
                )
                self.body.append(f"{view}[...] = {part}" if slot in parts.assigned else
                                 f"np.add({view}, {part}, out={view})")  # fmt: skip
        return ""

    def _along(self, number: int, each: Instruction) -> str:
        """An operation along the last axis."""
        axis = len(self.made[each.inputs[0]].shape) - 1
        how = "reduce" if each.kind == "ladder" else "accumulate"
        place = f", out={self.names[number]}" if self.storages[number].how != FRESH else ""
        equals = "" if place else f"{self.names[number]} = "
        function = FUNCTIONS[each.detail.op.name]
        return f"{equals}np.{function}.{how}({self._name(each.inputs[0])}, axis={axis}{place})"

    def _later(self, number: int, each: Instruction) -> str:
        """Products from the end; the last of them are ones, and stay."""
        name, axis = self.names[number], len(each.shape) - 1
        every = ":, " * axis
        back = self._once(f"{name}_back", f"{name}[{every}-2::-1]")
        factors = f"{self._name(each.inputs[0])}[{every}::-1]"
        return f"np.multiply.accumulate({factors}, axis={axis}, out={back})"

    def _where(self, number: int, each: Instruction) -> str:
        operands = ", ".join(self._beside(i, each) for i in each.inputs)
        return f"{self.names[number]} = np.where({operands})"

    def _kernel(self, number: int, each: Instruction) -> str:
        kernel = each.detail
        if kernel not in self.kernels:
            taken = {*self.names, *self.kernels.values()}
            numbered = chain([kernel.name], (f"{kernel.name}_{i}" for i in count(2)))
            self.kernels[kernel] = next(name for name in numbered if name not in taken)
        operands = ", ".join(self._argument(i, each) for i in each.inputs)
        place = "" if self.storages[number].how == FRESH else "[...]"
        return f"{self.names[number]}{place} = {self.kernels[kernel]}({operands})"

    def _argument(self, number: int, made: Instruction) -> str:
        """A result as an argument of a function, which wants NumPy's numbers."""
        each, text = self.made[number], self._beside(number, made)
        return f"np.float64({text})" if each.kind == "constant" and not each.shape else text

    def _operation(self, number: int, each: Instruction) -> str:
        """An operation number by number."""
        name, operands = self.names[number], [self._beside(i, each) for i in each.inputs]
        if each.kind == "mul" and self._is_outer(number, each):
            column, row = sorted(each.inputs, key=lambda i: self.made[i].shape[1])
            return f"np.dot({self._name(column)}, {self._name(row)}, out={name})"
        if self.storages[number].how != FRESH:
            return f"np.{FUNCTIONS[each.kind]}({', '.join(operands)}, out={name})"
        if each.kind in _OPERATORS:
            return f"{name} = {operands[0]} {_OPERATORS[each.kind]} {operands[1]}"
        return f"{name} = np.{FUNCTIONS[each.kind]}({', '.join(operands)})"

    def _is_outer(self, number: int, each: Instruction) -> bool:
        """Whether each number of a column is multiplied by each of a row: BLAS takes less time."""
        shapes = [self.made[i].shape for i in each.inputs]
        is_plain = all(self.made[i].kind not in TRUTHS for i in each.inputs)
        is_free = self.storages[number].how in (BUFFER, SHARED) and not each.examples
        outer = {(*each.shape[:1], 1), (1, *each.shape[1:])}
        return is_plain and is_free and len(each.shape) == 2 and outer == {*shapes}


def _lengths(each: Instruction) -> str:
    """The shape of a result, in writing."""
    return ", ".join([*map(str, each.shape), *["examples"] * each.examples])


_STATEMENTS = {
    "parameters": Lines._leaf,
    "input": Lines._leaf,
    "constant": Lines._leaf,
    "count": Lines._leaf,
    "share": Lines._leaf,
    "view": Lines._view,
    "take": Lines._take,
    "expand": Lines._expand,
    "mean": Lines._mean,
    "segments": Lines._segments,
    "join": Lines._join,
    "sum": Lines._sum,
    "product": Lines._product,
    "assemble": Lines._assemble,
    "where": Lines._where,
    "with_ones": lambda *_: "",
    "ladder": Lines._along,
    "running": Lines._along,
    "later": Lines._later,
    "kernel": Lines._kernel,
}
