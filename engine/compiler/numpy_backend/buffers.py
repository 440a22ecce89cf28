"""Buffers: the memory for each result of a program, so that a step allocates little.

FRESH     a number, or an array that NumPy allocates: assigned in each step
GIVEN     parameters, inputs and constants
SEEN      a view of another result: no memory of its own
BUFFER    memory of its own, allocated once
SHARED    the memory of an earlier result without further uses
INSIDE    a part of the array that is assembled from this result and others
ROW       a part of the row of a loop's result that a step gives
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass
from itertools import chain
from math import prod
from operator import attrgetter

from ..arrays import np
from ..kinds import LEAF, InnerProgram, kind_of
from ..kinds.details import places_of
from ..kinds.instruction import Instruction
from ..kinds.ufuncs import FUNCTIONS, TRUTHS
from ..kinds.views import Shape, View, is_slice, view_at, whole

FRESH, GIVEN, SEEN, BUFFER, SHARED, INSIDE = "fresh", "given", "seen", "buffer", "shared", "inside"
ROW = "row"

_ANEW = {"where"}

# Kinds whose memory is not shared: parts of it are written once, or by other instructions.
LASTING = {"assemble", "with_ones", "later", "loop"}


@dataclass(frozen=True, slots=True)
class Storage:
    """The memory of a result: `how`; the other result `of`, and the `view` of it, if any."""

    how: str
    of: int = -1
    view: View | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """The way in which an array is put together from parts.

    - `inside`: the results that are computed in place, each with its view of the array.
    - `assigned`, `added`: the indices of the parts that are copied to, or added at, their places.
    - `is_filled`: whether the array must be filled with zeros before.
    """

    inside: dict[int, View]
    assigned: list[int]
    added: list[int]
    is_filled: bool


def placements(program: InnerProgram) -> dict[int, Placement]:
    """The placement of the parts of each assembly of a program, by its number."""
    uses = Counter(chain.from_iterable(map(attrgetter("inputs"), program.instructions)))
    return {
        number: _placement(program, number, uses)
        for number, each in enumerate(program.instructions)
        if each.kind == "assemble"
    }


def _placement(program: InnerProgram, number: int, uses: Counter[int]) -> Placement:
    """The placement of the parts of the assembly `number`, small parts first."""
    instruction = program.instructions[number]
    shape, targets = instruction.detail.shape, instruction.detail.targets
    is_taken = np.zeros(prod(shape), dtype=bool)
    result = Placement({}, [], [], False)
    for slot in sorted(range(len(targets)), key=lambda slot: prod(places_of(targets[slot]).shape)):
        target = targets[slot]
        places = places_of(target)
        if is_taken[places].any() or len(np.unique(places)) < places.size:
            result.added.append(slot)
            continue
        is_taken[places] = True
        source = _behind(program, instruction.inputs[slot], uses)
        inner = program.instructions[source]
        view = view_at(places.reshape(inner.shape)) if isinstance(target, View) else None
        view = view if view is None or is_slice(view, prod(shape)) else None
        is_alone = uses[source] == 1 and inner.examples == instruction.examples
        if view is None or not is_alone or not _can_write(inner, view):
            result.assigned.append(slot)
        else:
            result.inside[source] = view
    return Placement(result.inside, result.assigned, result.added, not is_taken.all())


def _behind(program: InnerProgram, number: int, uses: Counter[int]) -> int:
    """The result of which instruction `number` is a reshape, through views without other uses."""
    instruction = program.instructions[number]
    while instruction.kind == "view" and uses[number] == 1:
        source = program.instructions[instruction.inputs[0]]
        if not instruction.detail.is_all_of(prod(source.shape)):
            break
        number, instruction = instruction.inputs[0], source
    return number


def has_memory(instruction: Instruction) -> bool:
    """Whether an instruction can write its result to memory allocated before."""
    is_number = not instruction.shape and not instruction.examples
    return (
        kind_of(instruction.kind).role != LEAF
        and instruction.kind not in {*_ANEW, "view"}
        and not is_number
    )


def _can_write(instruction: Instruction, view: View) -> bool:
    """Whether an instruction can write to `view` of an array; a scatter needs a contiguous one."""
    return (
        has_memory(instruction)
        and instruction.kind not in LASTING
        and (view.is_row or instruction.kind != "scatter")
    )


def storages(
    program: InnerProgram, placed: Mapping[int, Placement], rows: Set[int] = frozenset()
) -> list[Storage]:
    """The storage of each result of a program whose assemblies are `placed`.

    The results `rows` are computed in the row of a loop.
    """
    return _Plan(program, placed, rows).storages


class _Plan:
    """The memory in use, instruction by instruction.

    - `owner`: for each result, the result that its memory belongs to.
    - `busy`: for each owner, the last instruction that reads the present content of its memory.
    - `free`: the owners whose memory has no further reader, by size and type, the newest last.
    """

    def __init__(
        self, program: InnerProgram, placed: Mapping[int, Placement], rows: Set[int]
    ) -> None:
        self.made = program.instructions
        self.last = _last_uses(program)
        self.inside: dict[int, Storage] = dict.fromkeys(rows, Storage(ROW))
        for number, each in enumerate(self.made):
            if each.kind == "with_ones":
                x = self.made[each.inputs[0]]
                start = prod(x.shape[1:]) if each.detail.first else 0
                self.inside[each.inputs[0]] = Storage(INSIDE, number, _after(x.shape, start))
            if each.kind == "assemble":
                for part, view in placed[number].inside.items():
                    self.inside[part] = Storage(INSIDE, number, view)
        self.begin_inside()
        self.storages: list[Storage] = []
        self.owner: list[int] = []
        self.busy: dict[int, int] = {}
        self.free: dict[Hashable, dict[int, None]] = defaultdict(dict)
        for number in range(len(self.made)):
            self.place(number)

    def begin_inside(self) -> None:
        """Place an operand inside an assembly if its operation inside overwrites it."""
        uses = Counter(i for each in self.made for i in {*each.inputs})
        for number in range(len(self.made) - 1, -1, -1):
            each, storage = self.made[number], self.inside.get(number)
            if storage is None or storage.view is None or each.kind not in FUNCTIONS:
                continue
            for i in each.inputs:
                one = self.made[i]
                is_alone = uses[i] == 1 and self.last[i] == number and one.kind not in TRUTHS
                same = (one.shape, one.examples) == (each.shape, each.examples)
                if is_alone and same and _can_write(one, storage.view):
                    self.inside[i] = storage
                    break

    def place(self, number: int) -> None:
        """Choose the storage of result `number`, and note the memory that is free after it."""
        each, storage = self.made[number], self.storage(number)
        owner = self.owner[storage.of] if storage.how in (SEEN, SHARED) else number
        self.storages.append(storage)
        self.owner.append(owner)
        if storage.how == SHARED:
            self.free[self.format(owner)].pop(owner, None)
        if storage.how in (BUFFER, SHARED) and each.kind not in LASTING:
            self.busy[owner] = self.last[number]
        for i in (*each.inputs, number):
            one = self.owner[i]
            if self.busy.get(one, number + 1) <= number:
                self.free[self.format(one)].setdefault(one)

    def storage(self, number: int) -> Storage:
        """The storage of result `number`."""
        each = self.made[number]
        if kind_of(each.kind).role == LEAF:
            return Storage(GIVEN)
        if each.kind == "view" and (each.shape or each.examples):
            return Storage(SEEN, each.inputs[0])
        if not has_memory(each):
            return Storage(FRESH)
        if number in self.inside:
            return self.inside[number]
        if each.kind not in LASTING:
            wanted = self.format(number)
            for other in (*self.in_place(number, each), *reversed(self.free[wanted])):
                if self.format(other) == wanted:
                    return Storage(SHARED, other)
        return Storage(BUFFER)

    def in_place(self, number: int, each: Instruction) -> list[int]:
        """The owners of operands that operation `number` may overwrite while it reads them."""
        if each.kind not in FUNCTIONS:
            return []
        owners = []
        for i in each.inputs:
            owner = self.owner[i]
            same = {j for j in each.inputs if self.owner[j] == owner}
            is_last = self.busy.get(owner) == number and self.storages[i].how in (BUFFER, SHARED)
            if is_last and same == {i} and self.made[i].shape == each.shape:
                owners.append(owner)
        return owners

    def format(self, number: int) -> Hashable:
        """What the memory of result `number` must have in common with memory that it shares."""
        each = self.made[number]
        return each.examples, each.kind in TRUTHS, prod(each.shape)


def _after(shape: Shape, start: int) -> View:
    """The contiguous view of shape `shape` that begins at place `start` of another array."""
    return View(start, shape, whole(shape).strides)


def _last_uses(program: InnerProgram) -> list[int]:
    """The last instruction that reads each result, or a view of it."""
    instructions = program.instructions
    last = list(range(len(instructions)))
    for output in program.outputs:
        last[output] = len(instructions)
    for number in range(len(instructions) - 1, -1, -1):
        for i in instructions[number].inputs:
            last[i] = max(last[i], last[number] if instructions[number].kind == "view" else number)
    return last
