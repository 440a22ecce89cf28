"""Running results in NumPy: a function's accumulation, a loop over numbers, or one over rows.

An accumulation in place, from the start on:

    y[0] = start
    y[1:] = x
    np.add.accumulate(y, out=y)

Plain numbers, where several operations are done with one column:

    y_ = float(start[0])
    y_rows_ = [y_]
    for y_0_, y_1_ in zip(a.tolist(), b.tolist()):
        y_ = y_ * y_0_ + y_1_
        y_rows_.append(y_)
    y[:] = y_rows_

Rows, for all others:

    y[0] = start
    for t_ in range(800):
        np.multiply(y[t_], a[t_], out=y[t_ + 1])
        np.add(y[t_ + 1], b[t_], out=y[t_ + 1])
"""

from math import prod

from ..kinds.instruction import Instruction
from ..kinds.running import Running, RunningStep
from ..kinds.ufuncs import FUNCTIONS
from .lines import StepLines, commented

# Up to so many columns NumPy's accumulation takes less time than a loop over rows.
_NARROW = 100

# The operators of Python that never raise an error.
_OPERATORS = {"add": "+", "sub": "-", "mul": "*"}


def running_statement(lines: StepLines, number: int, each: Instruction) -> str:
    """The last statement of running results; others are added to `lines`."""
    detail, columns = each.detail, prod(each.shape[1:])
    if each.examples or not columns:
        return _by_rows(lines, number, each)
    if columns <= _NARROW and len(detail.each) == 1 and not detail.each[0].turned:
        return _accumulated(lines, number, each)
    if columns == 1 and all(one.op.name in _OPERATORS for one in detail.each):
        return _by_numbers(lines, number, each)
    return _by_rows(lines, number, each)


def _begin(lines: StepLines, number: int, each: Instruction) -> None:
    """Write the row of the start."""
    start = lines.name(each.inputs[0])
    lines.body.append(f"{lines.names[number]}[{each.detail.start_row}] = {start}")


def _accumulated(lines: StepLines, number: int, each: Instruction) -> str:
    """The numbers in their rows, and an accumulation in place."""
    _begin(lines, number, each)
    name, detail = lines.names[number], each.detail
    rows = f":{detail.steps}" if detail.backward else "1:"
    lines.body.append(f"{name}[{rows}] = {lines.name(each.inputs[1])}")
    seen = f"{name}[::-1]" if detail.backward else name
    return f"np.{FUNCTIONS[detail.each[0].op.name]}.accumulate({seen}, out={seen})"


def _by_rows(lines: StepLines, number: int, each: Instruction) -> str:
    """A loop over rows."""
    _begin(lines, number, each)
    name, detail = lines.names[number], each.detail
    steps = f"{detail.steps - 1}, -1, -1" if detail.backward else f"{detail.steps}"
    before, after = (f"{name}[{'t_ + 1' if i else 't_'}]" for i in detail.rows(0))
    lines.body.append(commented(f"for t_ in range({steps}):", each))
    for one, i in zip(detail.each, each.inputs[1:], strict=True):
        pair = (f"{lines.name(i)}[t_]", before) if one.turned else (
            before, f"{lines.name(i)}[t_]")  # fmt: skip
        function = FUNCTIONS[one.op.name]
        lines.body.append(f"    np.{function}({', '.join(pair)}, out={after})")
        before = after
    return ""


def _by_numbers(lines: StepLines, number: int, each: Instruction) -> str:
    """A loop over plain numbers, which takes less time than one over rows of one number."""
    name, detail = lines.names[number], each.detail
    back = "[::-1]" if detail.backward else ""
    read = [f"{lines.flat(i)}{back}.tolist()" for i in each.inputs[1:]]
    numbers = [f"{name}_{k}_" for k in range(len(read))]
    lines.body.append(f"{name}_ = float({lines.flat(each.inputs[0])}[0])")
    lines.body.append(f"{name}_rows_ = [{name}_]")
    line = f"for {', '.join(numbers)} in zip({', '.join(read)}):" if len(read) > 1 else (
        f"for {numbers[0]} in {read[0]}:")  # fmt: skip
    lines.body.append(commented(line, each))
    lines.body.append(f"    {name}_ = {_formula(detail, f'{name}_', numbers)}")
    lines.body.append(f"    {name}_rows_.append({name}_)")
    return f"{lines.flat(number)}[:] = {name}_rows_{back}"


def _formula(detail: Running, text: str, numbers: list[str]) -> str:
    """What a step does with a plain number, as an expression."""
    for k, (one, number) in enumerate(zip(detail.each, numbers, strict=True)):
        is_last = k == len(numbers) - 1
        text = _operation(one, text, number) if is_last else f"({_operation(one, text, number)})"
    return text


def _operation(one: RunningStep, text: str, number: str) -> str:
    """One operation as an expression."""
    left, right = (number, text) if one.turned else (text, number)
    return f"{left} {_OPERATORS[one.op.name]} {right}"
