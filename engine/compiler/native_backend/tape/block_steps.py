"""The step of a tape for blocks of examples: all blocks, the last one first.

In each block the inputs become rows, all codes are computed, totals are added up, and the outputs
go where they belong.
"""

from collections.abc import Callable, Sequence

from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.module import STEP, ModuleText
from ..llvm.numbers import TRUTH
from ..loops.copies import turned_square
from ..plan.layout import LANES
from .tables import BLOCK, FIELDS

# How many examples are turned at a time, so that they are in the nearest cache.
_PART = 32

# The name of the function of a step, with which those of a block begin.
NAME = "glassgrad_tape_blocks"

_GIVE = "ptr noalias %row, ptr noalias %given, i64 %size, i64 %lanes"


def add_function(
    module: ModuleText, name: str, arguments: str, write: Callable[[FunctionBuilder], None]
) -> None:
    """Add a function of a block to a module."""
    builder = FunctionBuilder(module)
    write(builder)
    module.functions[name] = (f"define internal void @{NAME}_{name}({arguments}) {STEP} {{\n"
                              f"{builder.body}\n  ret void\n}}\n")  # fmt: skip


def add_step(module: ModuleText) -> None:
    """Add the step to a module, which has all functions of a block but one."""
    add_function(module, "give", _GIVE, _give)
    builder = FunctionBuilder(module)
    _step(builder)
    module.functions["step"] = (f"define void @{NAME}(ptr noalias %fields, i64 %examples) {STEP} "
                                f"{{\n{builder.body}\n  ret void\n}}\n")  # fmt: skip


def times_whole(builder: FunctionBuilder, index: Index, factor: str) -> Index:
    """An index times a whole number of the step."""
    return named(builder.made(f"mul nsw i64 {builder.operand(index)}, {factor}").text)


def _give(builder: FunctionBuilder) -> None:
    """The inputs of a block, which have the examples first, as rows."""
    full = named(builder.made(f"and i64 %lanes, -{LANES}").text)
    even = named(builder.made(f"and i64 %size, -{LANES}").text)
    lanes, size = named("%lanes"), named("%size")

    def singly(examples: tuple[Index, Index], numbers: tuple[Index, Index]) -> None:
        """Some numbers of some examples, from one place to another."""
        with builder.loop_if_any(examples[1], examples[0]) as z:
            at = times_whole(builder, z, "%size")
            with builder.loop_if_any(numbers[1], numbers[0]) as j:
                builder.store("%row", j.times(BLOCK) + z, builder.load("%given", at + j))

    with builder.loop_if_any(full, 0, LANES) as z, builder.loop_if_any(even, 0, LANES) as j:
        rows = [builder.load("%given", times_whole(builder, z + k, "%size") + j, LANES)
                for k in range(LANES)]  # fmt: skip
        for k, row in enumerate(turned_square(builder, rows)):
            builder.store("%row", (j + k).times(BLOCK) + z, row)
    singly((Index(), full), (even, size))
    singly((full, lanes), (Index(), size))


def _step(builder: FunctionBuilder) -> None:
    """All blocks of examples, the last one first."""
    given = {name: _field(builder, k, name) for k, name in enumerate(FIELDS)}
    more = builder.made(f"add nsw i64 %examples, {BLOCK - 1}").text
    blocks = named(builder.made(f"sdiv i64 {more}, {BLOCK}").text)
    with builder.loop(blocks) as i:
        start = named(builder.operand((blocks + i.times(-1) + -1).times(BLOCK)))
        left = builder.whole_named(named("%examples") + start.times(-1))
        is_last = builder.whole_compare("less", left, builder.whole(BLOCK))
        lanes = f"i64 {builder.selected(is_last, left, builder.whole(BLOCK)).text}"
        with builder.loop_if_any(named(given["input_count"].split()[1])) as k:
            _give_one(builder, given, k, start, lanes)
        choices = f"ptr {builder.pointer(_name(given, 'choices'), start)}"
        _call(builder, "codes", [*(given[name] for name in (
            "scalars", "rows", "codes", "code_count", "runs", "terms", "columns")), choices],
            lanes)  # fmt: skip
        _add_up(builder, {**given, "choices": choices}, lanes.split()[1])
        with builder.loop_if_any(named(given["result_count"].split()[1])) as k:
            row = builder.looked_up(_name(given, "result_rows"), k)
            at = times_whole(builder, k, "%examples") + start
            with builder.loop(named(lanes.split()[1])) as z:
                number = builder.load(_name(given, "rows"), row + z)
                builder.store(_name(given, "results"), at + z, number)


def _add_up(builder: FunctionBuilder, given: dict[str, str], lanes: str) -> None:
    """The totals of a block, some examples at a time, the last ones first."""
    more = builder.made(f"add nsw i64 {lanes}, {_PART - 1}").text
    parts = named(builder.made(f"sdiv i64 {more}, {_PART}").text)
    has_terms = builder.made(f"icmp sgt i64 {_name(given, 'turned_count')}, 0", 1, TRUTH)
    with builder.when(has_terms), builder.loop(parts) as i:
        start = named(builder.operand((parts + i.times(-1) + -1).times(_PART)))
        left = builder.whole_named(named(lanes) + start.times(-1))
        is_last = builder.whole_compare("less", left, builder.whole(_PART))
        mine = f"i64 {builder.selected(is_last, left, builder.whole(_PART)).text}"
        rows = f"ptr {builder.pointer(_name(given, 'rows'), start)}"
        _call(builder, "turn", [rows, *(given[name] for name in (
            "turned_rows", "turned_count", "turned"))], mine)  # fmt: skip
        _call(builder, "totals", [given[name] for name in (
            "totals", "groups", "group_count", "pairs", "turned", "turned_count")],
            mine)  # fmt: skip
        choices = f"ptr {builder.pointer(_name(given, 'choices'), start)}"
        _call(builder, "scatter", [*(given[name] for name in (
            "totals", "events", "event_count", "turned", "turned_count", "scalars", "columns")),
            choices], mine)  # fmt: skip


def _field(builder: FunctionBuilder, k: int, name: str) -> str:
    """A field of what a step is given, with its type."""
    kind = "i64" if name.endswith("count") else "ptr"
    at = builder.pointer("%fields", k)
    return f"{kind} {builder.made(f'load {kind}, ptr {at}, align 8').text}"


def _name(given: dict[str, str], name: str) -> str:
    """A field without its type."""
    return given[name].split()[1]


def _give_one(
    builder: FunctionBuilder, given: dict[str, str], k: Index, start: Index, lanes: str
) -> None:
    """The numbers of one array of inputs for a block."""
    size, row = (builder.looked_up(_name(given, "sizes"), k.times(2) + i) for i in (0, 1))
    at = builder.pointer(_name(given, "inputs"), k)
    array = builder.made(f"load ptr, ptr {at}, align 8").text
    first = builder.pointer(array, times_whole(builder, start, builder.operand(size)))
    target = builder.pointer(_name(given, "rows"), row)
    _call(builder, "give", [f"ptr {target}", f"ptr {first}", f"i64 {builder.operand(size)}"],
          lanes)  # fmt: skip


def _call(builder: FunctionBuilder, name: str, arguments: Sequence[str], lanes: str) -> None:
    """Call one of the functions for a block."""
    builder.line(f"call void @{NAME}_{name}({', '.join([*arguments, lanes])})")
