"""Formulas as text: parse("relu(w*x + b)**2") gives an Expression, and that gives Values.

    >>> from engine.expression import parse
    >>> expression = parse("h = w*x + b; relu(h)**2")
    >>> expression.names
    ('w', 'x', 'b')
    >>> expression(w=2, x=-3, b=7).data
    1.0

An expression is made of numbers, names, + - * / **, parentheses and the functions of the table of
primitives, rows of one's own among them. `name = expression` names a part; such statements are
separated by ; or stand on lines of their own, and the last one is the output.

The text is never run as a program. Its tokens are checked first, then Python's parser makes a tree
of it, and only the kinds of nodes listed here are read. Any other node is refused, by an error that
points at the place.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..operators import SPECIAL
from ..primitives import PRIMITIVES, Op
from ..value import Value, real_number
from .lexer import ALLOWED, TOO_DEEP, ExpressionError, place, pointing, quoted, scan

_MOST_CHARACTERS = 10_000

__all__ = ["Expression", "ExpressionError", "parse"]

# The operators that stand for a row of the table.
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.USub: "neg",
}


@dataclass(frozen=True, slots=True)
class _Apply:
    """The instruction that replaces the last `count` operands by the result of the operation."""

    op: Op
    count: int


@dataclass(frozen=True, slots=True)
class _Assign:
    """The instruction that removes the last operand and names it; labelled if `is_made`."""

    name: str
    is_made: bool


# An instruction of a stack machine: push a number, push the Value of a name, apply, assign.
_Instruction = float | str | _Apply | _Assign


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that can be computed on any numbers; made by `parse`.

    - `text`: the text it was parsed from.
    - `names`: the names that need a number, in the order of first appearance.
    """

    text: str
    names: tuple[str, ...]
    _program: tuple[_Instruction, ...] = field(repr=False)

    def __call__(self, /, **numbers: float) -> Value:
        """The output on `numbers`, each of which becomes a leaf with its name as label.

        Raises ValueError for a name that is missing or that is not in the expression, and TypeError
        for anything but a real number.
        """
        return self.on({
            name: Value(real_number(number, name), name) for name, number in numbers.items()
        })  # fmt: skip

    def on(self, values: Mapping[str, Value | float]) -> Value:
        """The output on `values`, which may be plain numbers too; a plain number gets no gradient.

        An operation on plain numbers gives a plain number. Raises the errors of `__call__`.
        """
        self._demand_names(values)
        known: dict[str, Value | float] = {
            name: value if isinstance(value, Value) else real_number(value, name)
            for name, value in values.items()
        }
        operands: list[Value | float] = []
        for instruction in self._program:
            match instruction:
                case float():
                    operands.append(instruction)
                case str():
                    operands.append(known[instruction])
                case _Apply(op, count):
                    operands[-count:] = [_applied(op, operands[-count:])]
                case _:
                    known[instruction.name] = value = operands.pop()
                    if instruction.is_made and isinstance(value, Value):
                        value.label = instruction.name
        (output,) = operands
        return output if isinstance(output, Value) else Value(output)

    def _demand_names(self, given: Mapping[str, object]) -> None:
        """Raise ValueError unless `given` has exactly the names of the expression."""
        missing = [name for name in self.names if name not in given]
        if missing:
            add = " ".join(f"{name}=1.5" for name in missing)
            raise ValueError(f"the expression needs a number for {', '.join(missing)}: add {add}")
        for name in given:
            if name not in self.names:
                has = f"only {', '.join(self.names)}" if self.names else "no names at all"
                raise ValueError(f"the expression has no name {name!r}, it has {has}: "
                                 f"leave {name} out")  # fmt: skip


def parse(text: str) -> Expression:
    """The formula that `text` writes.

        parse("(w*x - y)**2")
        parse("h = tanh(w*x + b); loss = (h - y)**2")

    A name is a name of Python that is no function here. Whole numbers become floats.

    Raises ExpressionError, which points at the place, if `text` is not an expression, and TypeError
    if it is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be text, got {text!r}")
    if len(text) > _MOST_CHARACTERS:
        raise ExpressionError(f"the expression has {len(text):,} characters, more than "
                              f"{_MOST_CHARACTERS:,}: build it from Values in Python")  # fmt: skip
    lines = text.replace("\r\n", "\n").expandtabs().split("\n")
    text = "\n".join(line.strip(" ") for line in lines).rstrip("\n")
    scan(text)
    statements = _tree(text).body
    if not statements:
        raise ExpressionError("the expression is empty: write one such as relu(w*x + b)**2")
    reader = _Reader(text)
    for statement in statements:
        reader.read(statement, is_last=statement is statements[-1])
    return Expression(text, tuple(reader.names), tuple(reader.program))


def _tree(text: str) -> ast.Module:
    """The syntax tree of the text, by Python's parser."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        start = place(text, error.lineno, error.offset)
        end = place(text, error.end_lineno, error.end_offset)
        at_end = text[start : start + 1] in ("", "\n")
        wrong = "something is missing here" if at_end else "this does not belong here"
        raise pointing(f"{wrong}: {ALLOWED}", text, start, end) from None
    except (MemoryError, RecursionError):  # thousands of operations, one inside the other
        raise pointing(TOO_DEEP, text, 0, len(text)) from None


class _Reader:
    """A reader of syntax trees into a program, which refuses all other syntax.

    - `names`: the names that appeared and were not assigned, which need a number.
    - `program`: the instructions so far.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._assigned: set[str] = set()
        self.names: list[str] = []
        self.program: list[_Instruction] = []

    def read(self, statement: ast.stmt, *, is_last: bool) -> None:
        """Read a statement; the last one leaves its result as the output."""
        match statement:
            case ast.Assign([ast.Name() as target], value):
                self._read(value)
                self._assign(target)
                self.program += [target.id] if is_last else []
            case ast.Expr(value):
                self._read(value)
                if not is_last:
                    raise self._wrong(value, "this has no name, and is not the last: write "
                                             "h = … or put a line break inside ( )")  # fmt: skip
            case _:
                raise self._wrong(statement, "a statement is an expression, or name = expression")

    def _assign(self, target: ast.Name) -> None:
        name = target.id
        self._demand_no_function(target)
        if name in self._assigned or name in self.names:
            raise self._wrong(target, f"{quoted(name)} stands for something else already: "
                                      "choose another name")  # fmt: skip
        self._assigned.add(name)
        self.program.append(_Assign(name, isinstance(self.program[-1], _Apply)))

    def _read(self, tree: ast.expr) -> None:
        """Append the instructions of an expression: its operands, then its operation."""
        todo: list[ast.expr | _Instruction] = [tree]
        while todo:
            each = todo.pop()
            if isinstance(each, ast.expr):
                todo += reversed(self._parts(each))
            else:
                self.program.append(each)

    def _parts(self, node: ast.expr) -> Sequence[ast.expr | _Instruction]:
        """The operands of a node of the tree, then the instruction that applies its operation."""
        match node:
            case ast.Constant(int() | float() as number):
                return (float(number),)
            case ast.Name(name):
                self._appears(node, name)
                return (name,)
            case ast.UnaryOp(ast.UAdd(), operand):
                return (operand,)
            case ast.UnaryOp(ast.USub() as sign, operand):
                return (operand, _Apply(PRIMITIVES[_OPERATORS[type(sign)]], 1))
            case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
                return (left, right, _Apply(PRIMITIVES[_OPERATORS[type(sign)]], 2))
            case ast.Call(function, arguments, []):
                op = self._function(function)
                self._demand_count(node, op, len(arguments))
                return (*arguments, _Apply(op, len(arguments)))
        raise self._wrong(node, f"this is not allowed here: {ALLOWED}")

    def _appears(self, node: ast.expr, name: str) -> None:
        """Note a name that is used."""
        self._demand_no_function(node)
        if name not in self._assigned and name not in self.names:
            self.names.append(name)

    def _demand_no_function(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name) and node.id in PRIMITIVES:
            raise self._wrong(node, f"{node.id!r} is a function: write {node.id}(…), "
                                    "or choose another name")  # fmt: skip

    def _function(self, node: ast.expr) -> Op:
        """The operation that a call names."""
        if not isinstance(node, ast.Name):
            raise self._wrong(node, "this is no function: write a product with *")
        if node.id not in PRIMITIVES:
            close = get_close_matches(node.id, PRIMITIVES, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else f": use {', '.join(PRIMITIVES)}"
            raise self._wrong(node, f"unknown function {quoted(node.id)}{hint}")
        return PRIMITIVES[node.id]

    def _demand_count(self, node: ast.expr, op: Op, count: int) -> None:
        wanted = max(count, 1) if op.any_number else len(op.partials)
        if count != wanted:
            least = "at least " if op.any_number else ""
            numbers = f"{wanted} argument{'s' * (wanted != 1)}"
            raise self._wrong(node, f"{op.name} takes {least}{numbers}, got {count}")

    def _wrong(self, node: ast.expr | ast.stmt, reason: str) -> ExpressionError:
        """The error that points at a node of the tree, whose columns count bytes."""
        lines = [line.encode() for line in self._text.split("\n")]
        start = len(lines[node.lineno - 1][: node.col_offset].decode())
        end = len(lines[(node.end_lineno or 1) - 1][: node.end_col_offset].decode())
        return pointing(reason, self._text, place(self._text, node.lineno, start + 1),
                         place(self._text, node.end_lineno, end + 1))  # fmt: skip


def _applied(op: Op, operands: list[Value | float]) -> Value | float:
    """The result of the operation on `operands`; a plain number if all operands are."""
    if any(isinstance(each, Value) for each in operands):
        return _made(op, operands)
    first, *rest = map(float, operands)
    return _made(op, [Value(first), *rest]).data


def _made(op: Op, operands: list[Value | float]) -> Value:
    """The result of the operation on `operands`, one of them a Value, by a method of Value."""
    first, *rest = operands
    made: Value
    if op.any_number:
        made = getattr(Value, op.name)(operands)
    elif isinstance(first, Value):
        made = getattr(first, op.name)(*rest)
    elif op.name in SPECIAL:
        made = getattr(rest[0], SPECIAL[op.name][-1])(first)
    else:
        made = getattr(Value(first), op.name)(*rest)
    return made
