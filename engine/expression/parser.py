"""Formulas as text: parse("relu(w*x + b)**2") gives an Expression, and that gives Values.

    >>> from engine.expression import parse
    >>> expression = parse("h = w*x + b; relu(h)**2")
    >>> expression.names
    ('w', 'x', 'b')
    >>> expression(w=2, x=-3, b=7).data
    1.0

An expression is made of numbers, names, + - * / **, parentheses and the functions of the table of
primitives, rows of one's own among them. `name = expression` names a part; such statements are
separated by ; or stand on lines of their own, and the last one is the output. Inside parentheses
the end of a line is a space. The whole language, of which all that Python has too means the same,
but for ^, which is a power here, as equations print it:

    formula   = { line } statement { ";" [ line ] statement | line statement } [ ";" ] { line }
    line      = line break { line break }
    statement = [ name "=" ] sum
    sum       = product { ( "+" | "-" ) product }
    product   = signed { ( "*" | "/" ) signed }
    signed    = ( "+" | "-" ) signed | power
    power     = item [ ( "**" | "^" ) signed ]
    item      = number | name | "(" sum ")" | name "(" [ sum { "," sum } [ "," ] ] ")"
    number    = ( digits [ "." [ digits ] ] | "." digits ) [ ( "e" | "E" ) [ "+" | "-" ] digits ]

A name is one of Python's, which are compared in their composed form (NFKC); before ( it is that of
a function, and nowhere else. A whole number has no zeros in front. No more than 100 parentheses,
signs and powers may wait for each other, and a text has at most 10,000 characters.

The tokens are read once, from left to right. What waits for its right operand is on a stack, so
nothing recurses, and the time is in proportion to the length. An error points at the first token
that cannot be read, or at the part that has no meaning. The text is never run as a program.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..primitives import PRIMITIVES, Op
from .elsewhere import advice, decimal_comma
from .lexer import ALLOWED, ExpressionError, Token, pointing, quoted, tokens_of
from .program import ApplyRow, Assign, Expression, StackStep

_MOST_CHARACTERS, _DEEPEST = 10_000, 100

# How strongly what waits binds its right operand.
_RANKS = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, "sign": 3, "**": 4}

# The rows of the operators between two operands.
_ROWS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow"}

# What nests in each other: 1 - 2 - 3 waits for nothing, 1 ** 2 ** 3 does.
_NESTING = {"(", "sign", "**"}

_TOO_DEEP = "nested too deeply: name a part of it, as in h = w*x + b; relu(h)"
_MISSING = f"something is missing here: {ALLOWED}"
_MISPLACED = "this does not belong here"
_NO_STATEMENT = "a statement is an expression, or name = expression"
_NO_FUNCTION = "this is no function: write a product with *"
_UNNAMED = "this has no name, and is not the last: write h = … or put a line break inside ( )"

Span = tuple[int, int]


def parse(text: str, functions: Mapping[str, Op] = PRIMITIVES) -> Expression:
    """The formula that `text` writes.

        parse("(w*x - y)**2")
        parse("h = tanh(w*x + b); loss = (h - y)**2")

    A name is a name of Python that is none of the `functions`, which are all rows of the table of
    primitives unless they are given. Whole numbers become floats.

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
    parser = _Parser(text, functions)
    parser.read()
    return Expression(text, tuple(parser.names), tuple(parser.program))


@dataclass(slots=True)
class _Waiting:
    """What waits for its right operand, or a parenthesis for its end.

    - `sign`: the operator; "sign" for one in front of its operand; or "(".
    - `op`: the operation; None for a parenthesis that is no call, and for the sign +.
    - `count`: the number of operands; of a call, the arguments so far.
    - `place`: the index of its first token.
    """

    sign: str
    op: Op | None
    count: int
    place: int


class _Parser:
    """A reader of tokens into a program; `_state` is the method that reads the next one.

    - `names`: the names that need a number, in the order of first appearance.
    - `program`: the instructions so far.
    """

    def __init__(self, text: str, functions: Mapping[str, Op]) -> None:
        self._text = text
        self._functions = functions
        self._tokens = tokens_of(text)
        self._place = 0  # the index of the token
        self._state: Callable[[Token], None] = self._at_start
        self._waiting: list[_Waiting] = []
        self._open: list[_Waiting] = []  # the parentheses among them
        self._nested = 0
        self._operand: Span = (0, 0)  # the last one
        self._first = 0  # the index of the first token of the statement
        self._target: Token | None = None  # the name that the statement gives
        self._unnamed: Span | None = None  # the statement before, if it gave none
        self._assigned: set[str] = set()
        self.names: dict[str, None] = {}
        self.program: list[StackStep] = []

    def read(self) -> None:
        """Read all tokens; the last statement leaves its result as the output."""
        for place, token in enumerate(self._tokens):
            self._place = place
            self._state(token)

    def _at_start(self, token: Token) -> None:
        """Read the first token of a statement, or the end of the text."""
        if token.kind == "\n":
            return
        if token.kind == "end":
            self._finish()
            return
        if self._unnamed and token.kind != ";":
            raise self._wrong(_UNNAMED, *self._unnamed)
        self._first, self._target = self._place, None
        if token.kind == "name" and self._next.kind == "=":
            self._target, self._state = token, self._at_mark
        else:
            self._at_operand(token)

    def _finish(self) -> None:
        """Give the last statement's result as the output."""
        if not self.program:
            raise ExpressionError("the expression is empty: write one such as relu(w*x + b)**2")
        if self._target:
            self.program.append(self._target.text)

    def _at_mark(self, _: Token) -> None:
        """Pass over the = or the ( behind a name."""
        self._state = self._at_operand

    def _at_operand(self, token: Token) -> None:
        """Read a token where an operand begins."""
        self._state = self._at_operand
        match token.kind:
            case "number":
                self._has(float(token.text), token)
            case "name" if self._next.kind == "(":
                self._wait("(", self._function(token), 0, token)
                self._state = self._at_mark
            case "name":
                self._demand_no_function(token)
                if token.text not in self._assigned:
                    self.names[token.text] = None
                self._has(token.text, token)
            case "(":
                self._wait("(", None, 0, token)
            case "+" | "-":
                self._wait("sign", PRIMITIVES["neg"] if token.kind == "-" else None, 1, token)
            case ")" if self._waiting and self._waiting[-1].sign == "(" and self._waiting[-1].op:
                self._close()  # f() or f(a, )
            case ")" | "," | ";" | "\n" | "end":
                raise self._wrong(_MISSING, token.start, token.end)
            case _:
                raise self._misplaced(token)

    def _behind_operand(self, token: Token) -> None:
        """Read a token where an operand has ended."""
        match token.kind:
            case "+" | "-" | "*" | "/" | "**":
                self._apply(_RANKS[token.kind] + (token.kind == "**"))  # powers from the right
                self._wait(token.kind, PRIMITIVES[_ROWS[token.kind]], 2, token)
                self._state = self._at_operand
            case "(":
                raise self._wrong(_NO_FUNCTION, *self._operand)
            case ")":
                self._end_part()
                self._close()
            case "," if self._open and self._open[-1].op:
                self._end_part()
                self._state = self._at_operand
            case ";" | "\n" | "end" if not self._open:
                self._end_statement(token)
            case _:
                raise self._misplaced(token)

    @property
    def _next(self) -> Token:
        """The token behind the present one, which is not the last."""
        return self._tokens[self._place + 1]

    def _has(self, instruction: float | str, token: Token) -> None:
        """Note a number or a name as the operand."""
        self.program.append(instruction)
        self._operand, self._state = (token.start, token.end), self._behind_operand

    def _wait(self, sign: str, op: Op | None, count: int, token: Token) -> None:
        """Put an operator, or a parenthesis, on the stack."""
        waiting = _Waiting(sign, op, count, self._place)
        self._waiting.append(waiting)
        if sign == "(":
            self._open.append(waiting)
        self._nested += sign in _NESTING
        if self._nested > _DEEPEST:
            raise self._wrong(_TOO_DEEP, token.start, token.end)

    def _apply(self, rank: int) -> None:
        """Apply what waits and binds at least as strongly as `rank`."""
        while self._waiting and _RANKS[self._waiting[-1].sign] >= rank:
            self._take()

    def _take(self) -> _Waiting:
        """Take the last that waits from the stack, and apply it."""
        waiting = self._waiting.pop()
        self._nested -= waiting.sign in _NESTING
        if waiting.op:
            self.program.append(ApplyRow(waiting.op, waiting.count))
        return waiting

    def _end_part(self) -> None:
        """End what stands between parentheses or commas."""
        self._apply(1)
        self._open[-1].count += 1

    def _close(self) -> None:
        """End a parenthesis; the operand is the call, or what stands inside."""
        self._open.pop()
        start, end = self._waiting[-1].place, self._place + 1
        if self._waiting[-1].op is None:
            start, end = start + 1, end - 1
        self._operand = self._tokens[start].start, self._tokens[end - 1].end
        self._demand_count(self._waiting[-1])
        self._take()
        self._state = self._behind_operand

    def _end_statement(self, token: Token) -> None:
        """Apply all that waits, and name the result."""
        self._apply(1)
        self._state, self._unnamed = self._at_start, None
        if self._target:
            self._assign(self._target)
        else:
            self._unnamed = self._tokens[self._first].start, self._tokens[self._place - 1].end
        if token.kind == "end":
            self._finish()

    def _assign(self, target: Token) -> None:
        self._demand_no_function(target)
        name = target.text
        if name in self._assigned or name in self.names:
            raise self._wrong(f"{quoted(name)} stands for something else already: "
                              "choose another name", target.start, target.end)  # fmt: skip
        self._assigned.add(name)
        self.program.append(Assign(name, isinstance(self.program[-1], ApplyRow)))

    def _demand_no_function(self, token: Token) -> None:
        if token.text in self._functions:
            raise self._wrong(f"{token.text!r} is a function: write {token.text}(…), "
                              "or choose another name", token.start, token.end)  # fmt: skip

    def _function(self, token: Token) -> Op:
        """The operation that a call names."""
        name = token.text
        functions = self._functions
        if name not in functions:
            hint = advice(name, functions)
            raise self._wrong(f"unknown function {quoted(name)}{hint}", token.start, token.end)
        return functions[name]

    def _demand_count(self, call: _Waiting) -> None:
        """Raise an error if the operation takes another number of arguments."""
        op, count = call.op, call.count
        wanted = count if op is None else max(count, 1) if op.any_number else len(op.partials)
        if op and count != wanted:
            least = "at least " if op.any_number else ""
            numbers = f"{wanted} argument{'s' * (wanted != 1)}"
            hint = decimal_comma(self._text, *self._operand)
            reason = f"{op.name} takes {least}{numbers}, got {count}{hint}"
            raise self._wrong(reason, *self._operand)

    def _misplaced(self, token: Token) -> ExpressionError:
        """The error for a token that no operand or operator begins with."""
        is_statement = token.kind == "=" and not self._open
        hint = decimal_comma(self._text, token.start, token.end) or f": {ALLOWED}"
        reason = _NO_STATEMENT if is_statement else _MISPLACED + hint
        return self._wrong(reason, token.start, token.end)

    def _wrong(self, reason: str, start: int, end: int) -> ExpressionError:
        return pointing(reason, self._text, start, end)
