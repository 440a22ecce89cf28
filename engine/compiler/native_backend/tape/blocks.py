"""The interpreter of tapes for blocks of examples: each operation for up to 64 of them.

A row has the numbers of a node, or its gradients, for the examples of a block. Each number is
computed as the interpreter of single numbers does, so it has the same bits; lanes are examples.
What all examples contribute to a scalar is added up in totals, the last example first: eight
scalars are the lanes of a vector, for which the rows are turned, so that the numbers of one example
are side by side. `tables.py` has the tables.
"""

from collections.abc import Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p
from typing import Protocol

from ....primitives import Op
from ...rows.formulas import Formula
from ..llvm.builder import FunctionBuilder
from ..llvm.indices import Index, named
from ..llvm.jit import MACHINE
from ..llvm.module import ModuleText
from ..llvm.numbers import WHOLE, Variable
from ..loops.copies import turned_square
from ..plan.layout import LANES
from .block_picks import PICKS, SCATTER, scattered_terms
from .block_steps import NAME, add_function, add_step, times_whole
from .formulas import RowWriter, is_plain
from .tables import CODE, GROUP, PAIR, RUN, TERM, TOGETHER

# How many vectors of a sum are in registers, by the number of registers.
_VECTORS = {32: (8, 4, 1), 16: (4, 1)}

# The arguments of the functions for a block.
_CODES = ("ptr noalias %scalars, ptr %rows, ptr noalias %codes, i64 %count, ptr noalias %runs, "
          "ptr noalias %terms, ptr noalias %columns, ptr noalias %choices, i64 %lanes")  # fmt: skip
_TURN = "ptr noalias %rows, ptr noalias %list, i64 %count, ptr noalias %turned, i64 %lanes"
_TOTALS = ("ptr noalias %totals, ptr noalias %groups, i64 %count, ptr noalias %pairs, "
           "ptr noalias %turned, i64 %width, i64 %lanes")  # fmt: skip
_STEP = CFUNCTYPE(None, c_void_p, c_int64)


class InterpretedRow(Protocol):
    """A row as formulas: of its operation, and of its partial derivatives."""

    op: Op
    forward: Formula
    slopes: list[Formula]


class BlockInterpreter:
    """Machine code for some rows.

    - `kinds`: the kind of a code for each row, and for each of its derivatives, by its place.
    - `fill`, `sum`: the kinds that fill a row, and that add up terms, from a scalar on.
    - `picks`: the kinds of what differs by choice, by their names.
    - `step(fields, examples)` computes all examples, block by block, the last one first.
    """

    def __init__(self, rows: Sequence[InterpretedRow]) -> None:
        self.kinds: dict[tuple[Op, int | None], int] = {}
        self._formulas: list[tuple[Formula, int]] = []
        for row in rows:
            inputs = len(row.slopes)
            self._add(row.op, None, row.forward, inputs)
            for place, slope in enumerate(row.slopes):
                self._add(row.op, place, slope, inputs + 1)
        self.fill, self.sum = range(len(self.kinds), len(self.kinds) + 2)
        self.picks = {name: self.sum + 1 + i for i, name in enumerate(PICKS)}
        self.slopes = {row.op: row.slopes for row in rows}
        self.text = self._text()
        self._code = MACHINE.compiled(self.text)
        self.step = _STEP(self._code.address(NAME))

    def _add(self, op: Op, place: int | None, formula: Formula, inputs: int) -> None:
        """Note a kind of code, whose formula has so many arguments."""
        self.kinds[op, place] = len(self.kinds)
        self._formulas.append((formula, inputs))

    def _text(self) -> str:
        """The functions in LLVM's language."""
        module = ModuleText()
        add_function(module, "codes", _CODES, self._codes)
        add_function(module, "turn", _TURN, _turn)
        add_function(module, "totals", _TOTALS, _totals)
        add_function(module, "scatter", SCATTER, scattered_terms)
        add_step(module)
        return module.text

    def _codes(self, builder: FunctionBuilder) -> None:
        """Compute all codes for a block."""
        with builder.loop_if_any(named("%count")) as i:
            kind, *places = [builder.load("%codes", i.times(CODE) + k, kind=WHOLE)
                             for k in range(CODE)]  # fmt: skip
            target, *operands = [named(each.text) for each in places]
            others = (_filled, _summed, *PICKS.values())
            labels = [builder.label() for _ in range(self.fill + len(others))]
            after = builder.label()
            cases = " ".join(f"i64 {k}, label %{label}" for k, label in enumerate(labels))
            builder.line(f"switch i64 {kind.text}, label %{after} [ {cases} ]")
            for (formula, inputs), label in zip(self._formulas, labels, strict=False):
                builder.start(label)
                _by_number(builder, formula, operands[:inputs], target)
                builder.jump(after)
            for write, label in zip(others, labels[self.fill :], strict=True):
                builder.start(label)
                write(builder, operands, target)
                builder.jump(after)
            builder.start(after)


def _padded(builder: FunctionBuilder) -> Index:
    """The number of examples of a block, rounded up to whole vectors."""
    more = builder.made("add nsw i64 %lanes, 7").text
    return named(builder.made(f"and i64 {more}, -{LANES}").text)


def _by_number(
    builder: FunctionBuilder, formula: Formula, operands: Sequence[Index], target: Index
) -> None:
    """A formula of rows: in vectors, or of one example after another if it calls C's library."""
    lanes = LANES if is_plain(formula) else 1
    with builder.loop(_padded(builder) if lanes > 1 else named("%lanes"), 0, lanes) as z:
        given = [builder.load("%rows", place + z, lanes) for place in operands]
        result = RowWriter(builder, given, lanes).written(formula)
        builder.store("%rows", target + z, builder.wide(result, lanes))


def _filled(builder: FunctionBuilder, operands: Sequence[Index], target: Index) -> None:
    """A row of a scalar."""
    number = builder.wide(builder.load("%scalars", operands[0]), LANES)
    with builder.loop(_padded(builder), 0, LANES) as z:
        builder.store("%rows", target + z, number)


def _summed(builder: FunctionBuilder, operands: Sequence[Index], target: Index) -> None:
    """A sum of terms, for some vectors at a time."""
    padded, start = _padded(builder), Index()
    for vectors in _VECTORS[MACHINE.target.registers]:
        wide = LANES * vectors
        end = named(builder.made(f"and i64 {builder.operand(padded)}, -{wide}").text)
        with builder.loop_if_any(end, start, wide) as z:
            _some_summed(builder, operands, target, z, vectors)
        start = end


def _some_summed(
    builder: FunctionBuilder, operands: Sequence[Index], target: Index, z: Index, vectors: int
) -> None:
    """A sum of terms for the vectors from example `z` on."""
    first, count, begin = operands
    totals = [builder.variable(LANES) for _ in range(vectors)]
    for total in totals:
        builder.set(total, builder.load("%scalars", begin))
    with builder.loop(count) as i:
        kind, term, times = [builder.load("%runs", first + i.times(RUN) + k, kind=WHOLE)
                             for k in range(RUN)]  # fmt: skip
        labels, after = [builder.label() for _ in _TERMS], builder.label()
        cases = " ".join(f"i64 {k}, label %{label}" for k, label in enumerate(labels))
        builder.line(f"switch i64 {kind.text}, label %{after} [ {cases} ]")
        for label, sources in zip(labels, _TERMS, strict=True):
            builder.start(label)
            with builder.loop(named(times.text)) as k:
                _add_term(builder, sources, named(term.text) + k.times(TERM), z, totals)
            builder.jump(after)
        builder.start(after)
    for vector, total in enumerate(totals):
        builder.store("%rows", target + z + vector * LANES, builder.get(total))


# For each kind of term, where its factors are.
_TERMS = (("%rows",), ("%scalars",), ("%rows", "%rows"), ("%rows", "%scalars"))


def _add_term(
    builder: FunctionBuilder, sources: Sequence[str], at: Index, z: Index, totals: list[Variable]
) -> None:
    """Add a term to some vectors of a sum."""
    places = [builder.looked_up("%terms", at + k) for k in range(len(sources))]
    for k, total in enumerate(totals):
        first, *others = [
            builder.load(source, place + z + k * LANES, LANES) if source == "%rows" else (
                builder.load(source, place))
            for source, place in zip(sources, places, strict=True)
        ]  # fmt: skip
        term = builder.mul(first, others[0]) if others else first
        builder.set(total, builder.add(builder.get(total), term))


def _turn(builder: FunctionBuilder) -> None:
    """Turn some rows, eight by eight, so that the numbers of an example are side by side."""
    padded = _padded(builder)
    with builder.loop_if_any(named("%count"), 0, LANES) as i:
        places = [builder.looked_up("%list", i + k) for k in range(LANES)]
        with builder.loop(padded, 0, LANES) as z:
            rows = [builder.load("%rows", place + z, LANES) for place in places]
            for k, row in enumerate(turned_square(builder, rows)):
                builder.store("%turned", times_whole(builder, z + k, "%count") + i, row)


def _totals(builder: FunctionBuilder) -> None:
    """Add what the examples of a block contribute to totals, the last example first."""
    with builder.loop_if_any(named("%count")) as group:
        times, first = (builder.looked_up("%groups", group.times(GROUP) + k) for k in range(GROUP))
        ends = [group.times(TOGETHER * LANES) + k * LANES for k in range(TOGETHER)]
        totals = [builder.variable(LANES) for _ in ends]
        for total, end in zip(totals, ends, strict=True):
            builder.set(total, builder.load("%totals", end, LANES))
        is_one = builder.whole_compare("equal", builder.whole_named(times), builder.whole(1))
        builder.either(is_one, lambda: _one_each(builder, first, totals),
                       lambda: _some_each(builder, first, times, totals))  # fmt: skip
        for total, end in zip(totals, ends, strict=True):
            builder.store("%totals", end, builder.get(total))


def _one_each(builder: FunctionBuilder, first: Index, totals: list[Variable]) -> None:
    """Add one term of each example."""
    pairs = _pairs(builder, first)
    with builder.loop(named("%lanes")) as i:
        _add_pairs(builder, pairs, _example(builder, i), totals)


def _some_each(
    builder: FunctionBuilder, first: Index, times: Index, totals: list[Variable]
) -> None:
    """Add some terms of each example."""
    with builder.loop(named("%lanes")) as i:
        at = _example(builder, i)
        with builder.loop(times) as k:
            pairs = _pairs(builder, first + k.times(TOGETHER * PAIR))
            _add_pairs(builder, pairs, at, totals)


def _example(builder: FunctionBuilder, i: Index) -> str:
    """Where the numbers of an example begin; the last one first."""
    return builder.pointer(
        "%turned", times_whole(builder, named("%lanes") + i.times(-1) + -1, "%width")
    )


def _pairs(builder: FunctionBuilder, first: Index) -> list[tuple[Index, Index]]:
    """The places of what is multiplied, for each vector of totals."""
    found = [builder.looked_up("%pairs", first + k) for k in range(TOGETHER * PAIR)]
    return list(zip(found[::PAIR], found[1::PAIR], strict=True))


def _add_pairs(
    builder: FunctionBuilder, pairs: list[tuple[Index, Index]], at: str, totals: list[Variable]
) -> None:
    """Add a term to each vector of totals."""
    for (one, eight), total in zip(pairs, totals, strict=True):
        term = builder.mul(builder.load(at, one), builder.load(at, eight, LANES))
        builder.set(total, builder.add(builder.get(total), term))
