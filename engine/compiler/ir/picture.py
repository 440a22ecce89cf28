"""The picture of an array program: a box for each instruction, an arrow for each input.

A view has no box: the text of an arrow names the part of the array, and its shape. Parameters,
inputs and constants are drawn beside each instruction that reads them. Forward results that the
gradient reads are repeated there in grey, by name. Plain numbers are written in the box itself. A
loop is a frame with the number of its steps; what a step reads of earlier ones comes from its rows.
"""

from dataclasses import dataclass, field

from ...drawing.scene import Box, Edge, Scene
from ...notation import operand
from ...scope import Scope
from ...typesetting.themes import PLAIN
from ..kinds import LEAF, InnerProgram, kind_of
from ..kinds.instruction import Instruction
from ..kinds.loops import Earlier, Feed, Sliced, source_in_words
from ..kinds.reads import seen_text
from .program import Program, body_names


def program_scene(program: Program) -> Scene:
    """The scene of a program, for `draw`."""
    level = _Level(program, program.names, "n", {*program.names})
    level.draw()
    many = any(each.examples for each in program.instructions)
    caption = ("N is the number of examples",) if many else ()
    return Scene("the program", "TB", tuple(level.boxes), tuple(level.edges), caption)


@dataclass(slots=True)
class _Level:
    """A program while it is drawn: the whole, or the body of a loop in a frame.

    - `names`: those of its instructions; `taken`: these, and all around.
    - `prefix`: the beginning of the ids of its boxes.
    - `around`: the program around, and the number there of the loop that this is the body of.
    """

    program: InnerProgram
    names: list[str]
    prefix: str
    taken: set[str]
    around: "tuple[_Level, int] | None" = None
    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def draw(self) -> None:
        """Draw all instructions, and bodies of loops."""
        for number, each in enumerate(self.program.instructions):
            is_seen = kind_of(each.kind).role != LEAF and each.kind != "view"
            is_output = number in self.program.outputs and not self._is_fed(each)
            if is_seen or is_output:
                self.boxes.append(self._box(number))
                inputs = each.inputs[:1] if each.kind == "loop" else each.inputs
                for i in inputs if is_seen else ():
                    self.connect(i, number, f"{self.prefix}{number}", self.names[number])
            if each.kind == "loop":
                self._body(number, each)

    def _body(self, number: int, each: Instruction) -> None:
        """Draw the body of a loop, and the arrows from what a step gives to the rows."""
        name, read = self.names[number], [self.names[i] for i in each.inputs]
        names, body = body_names(each, name, read, self.taken), each.detail.body
        inside = _Level(body, names, f"{self.prefix}{number}_", self.taken | {*names},
                        (self, number), self.boxes, self.edges)  # fmt: skip
        inside.draw()
        for i in body.outputs:
            inside.connect(i, i, f"{self.prefix}{number}", name)

    def _is_fed(self, each: Instruction) -> bool:
        """Whether an instruction is an input of a body."""
        return each.kind == "input" and self.around is not None

    def connect(self, i: int, number: int, head: str, into: str, label: str = "") -> None:
        """Draw the arrow from result `i` to a box, and a box for a leaf beside it.

        The box `head`, of the name `into`, belongs to instruction `number`. `label` is the part
        that is read of the result.
        """
        source, text = i, label
        instruction = self.program.instructions[i]
        if instruction.kind == "view" and i not in self.program.outputs:
            source = instruction.inputs[0]
            shape = self.program.instructions[source].shape
            text = seen_text("", shape, instruction.detail, "N" * instruction.examples) + label
        each = self.program.instructions[source]
        if _is_number(each):
            return
        if self._is_fed(each):
            self._connect_fed(each, head, into, text)
            return
        tail, names = f"{self.prefix}{source}", self.names
        is_leaf = kind_of(each.kind).role == LEAF
        if is_leaf or self._is_before(source, number):
            tail = f"{head}_{len(self.edges)}"
            lines = (f"{names[source]}{text}", _size(instruction))
            kind, scope = "leaf" if is_leaf else "more", self._scope(number)
            self.boxes.append(Box(tail, kind, tuple(filter(None, lines)), scope, PLAIN,
                                  names[source]))  # fmt: skip
            text = ""
        hint = f"{names[source]} into {into}"
        self.edges.append(Edge(f"e{len(self.edges)}", tail, head, text, PLAIN, hint))

    def _connect_fed(self, each: Instruction, head: str, into: str, text: str) -> None:
        """Draw the arrow from what feeds an input of the body."""
        assert self.around is not None, "only a body is fed"
        outer, number = self.around
        made = outer.program.instructions[number]
        feed: Feed = made.detail.sources[each.detail.number]
        if isinstance(feed, Earlier):
            label = source_in_words(made.detail, each, "", []) + text
            hint, tail = f"{outer.names[number]} into {into}", f"{outer.prefix}{number}"
            self.edges.append(Edge(f"e{len(self.edges)}", tail, head, label, PLAIN, hint))
        else:
            part = "[t]" * isinstance(feed, Sliced) + text
            outer.connect(made.inputs[feed.slot], number, head, into, part)

    def _is_before(self, source: int, number: int) -> bool:
        """Whether a result is a forward one, and an instruction is a part of the gradient."""
        return self.around is None and source <= self.program.outputs[0] < number

    def _box(self, number: int) -> Box:
        """The box of one instruction: its name, its computation, and its shape."""
        each = self.program.instructions[number]
        read = [self.program.instructions[i] for i in each.inputs]
        operands = [_number(one) if _is_number(one) else "·" for one in read]
        text = kind_of(each.kind).text(each, operands, [one.shape for one in read])
        if each.kind == "loop":
            text = f"{each.detail.steps:,} steps"
        is_output = number in self.program.outputs and self.around is None
        lines = tuple(filter(None, (self.names[number], text, _size(each))))
        hint = each.origin or self.names[number]
        return Box(f"{self.prefix}{number}", "output" if is_output else "operation", lines,
                   self._scope(number), PLAIN, hint)  # fmt: skip

    def _scope(self, number: int) -> Scope:
        """The frame of an instruction.

        It is that of its class; `gradient` for all gradients; and a frame for each loop, with the
        number of its steps.
        """
        each = self.program.instructions[number]
        if self.around is not None:
            outer, loop = self.around
            scope = outer._scope(loop)
        elif number > self.program.outputs[0]:
            scope = ("gradient",)
        elif each.kind == "with_ones":
            scope = self._scope(each.inputs[0])
        else:
            scope = tuple(each.origin.split(" / ")[:-1])
        if each.kind == "loop":
            scope = (*scope, f"{self.names[number]} ×{each.detail.steps:,}")
        return scope


def _is_number(each: Instruction) -> bool:
    """Whether an instruction is a plain number."""
    return each.kind in ("constant", "count") and not each.shape


def _number(each: Instruction) -> str:
    """A plain number in writing."""
    if each.kind == "constant":
        return operand(each.detail.array.item())
    return "N"


def _size(each: Instruction) -> str:
    """The shape of a result."""
    return " × ".join([*map(str, each.shape), *["N"] * each.examples])
