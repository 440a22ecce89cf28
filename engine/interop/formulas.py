"""Graphs as formulas of SymPy, and formulas as expressions: gradients in symbols, and in LaTeX.

A gradient can be had in two ways, SymPy's and the engine's own:

    formula = engine.to_sympy(loss)                   # (tanh(b + w*x) - y)**2
    sympy.latex(sympy.diff(formula, w))               # the gradient as SymPy writes it
    (slope,) = engine.grad(loss, [w], create_graph=True)
    engine.to_sympy(slope)                            # the gradient as the engine computes it
    engine.from_sympy(formula)(w=0.5, x=2.0, b=0.1, y=1.0)      # a Value

Leaves are symbols by their labels.
"""

import ast
import re
from collections.abc import Callable
from math import inf, isinf, nan
from sys import float_info
from typing import Any

from ..expression import Expression, parse
from ..graph import topological_order
from ..primitives import CONSTANT
from ..system.packages import OnDemand
from ..value import Value, demand_value

sympy: Any = OnDemand("sympy", "sympy", "formulas of SymPy")

# What an operation of the table is in SymPy; the rest have the same name there and here.
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add":      lambda a, b: a + b,
    "sub":      lambda a, b: a - b,
    "mul":      lambda a, b: a * b,
    "div":      lambda a, b: a / b,
    "pow":      lambda a, b: a**b,
    "neg":      lambda a: -a,
    "sum":      lambda *terms: sympy.Add(*terms),
    "maximum":  lambda a, b: sympy.Max(a, b),
    "minimum":  lambda a, b: sympy.Min(a, b),
    "relu":     lambda a: sympy.Max(a, 0),
    "abs":      lambda a: sympy.Abs(a),
    "expm1":    lambda a: sympy.exp(a) - 1,
    "log1p":    lambda a: sympy.log(1 + a),
    "arcsin":   lambda a: sympy.asin(a),
    "arccos":   lambda a: sympy.acos(a),
    "arctan":   lambda a: sympy.atan(a),
    "arctan2":  lambda a, b: sympy.atan2(a, b),
    "hypot":    lambda a, b: sympy.sqrt(a**2 + b**2),
    "sigmoid":  lambda a: 1 / (1 + sympy.exp(-a)),
    "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
    **{name: lambda a, name=name: getattr(sympy, name)(a)
       for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf",
                    "erfc", "floor")},
}  # fmt: skip


def to_sympy(output: Value) -> Any:
    """The formula of a graph, a SymPy expression: its labelled leaves are real symbols.

    Plain numbers are whole numbers where they are, else floats, as are leaves without a label. An
    operation that SymPy does not know, such as one of your own, is a function of its name.

    Raises ValueError if two different leaves have the same label, TypeError if `output` is not a
    Value, and ImportError without SymPy.
    """
    demand_value(output, "output")
    formulas: dict[Value, Any] = {}
    named: dict[str, Value] = {}
    for node in topological_order(output):
        if node.inputs:
            operands = [formulas[each] if each in formulas else _number(each.data)
                        for each in node.inputs]  # fmt: skip
            formulas[node] = _operation(node.op.name)(*operands)
        elif not node.label or node.op is CONSTANT:
            formulas[node] = _number(node.data)
        elif named.setdefault(node.label, node) is not node:
            raise ValueError(f"output: two leaves are called {node.label!r}: "
                             "give each a label of its own")  # fmt: skip
        else:
            formulas[node] = sympy.Symbol(node.label, real=True)
    return formulas[output]


def _operation(name: str) -> Callable[..., Any]:
    return _OPERATIONS.get(name) or (lambda *operands: sympy.Function(name)(*operands))


def _number(data: float) -> Any:
    return sympy.Integer(int(data)) if data.is_integer() else sympy.Float(repr(data), 17)


def from_sympy(formula: Any) -> Expression:
    """A SymPy expression as one of this engine, which is called with a number for each symbol.

    A text is read as SymPy writes expressions. Its names are symbols, also those that are functions
    of SymPy elsewhere, such as beta; pi and E are numbers. It is never run as a program.

    Its functions are those of `engine.expression`. Raises ValueError for what these are not, as a
    derivative that is not computed; for oo, I and nan, which are no real numbers; for a number
    above the largest float64; for a power or a factorial of numbers in a text that takes too long;
    and ImportError without SymPy.
    """
    return parse(_written(_read(formula) if isinstance(formula, str) else sympy.sympify(formula)))


# What mathematics writes for a product with a number, which Python takes for no number.
_PRODUCT = re.compile(r"(?<![\w.])([0-9.]+)(?![eE][0-9])([^\W\d_]\w*)")

# What a text may consist of, and what it may call beside the classes of SymPy.
_PARTS = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Call, ast.Name,
          ast.expr_context, ast.Constant)  # fmt: skip
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
              ast.UAdd, ast.USub)  # fmt: skip
_CALLED = {"sqrt", "cbrt", "root", "diff", "expand", "simplify"}

_LARGEST_FLOAT = int(float_info.max)

# The largest exponent of whole numbers, and the largest argument of functions such as factorial,
# which SymPy computes to the last digit; and where it has these functions.
_LARGEST_EXPONENT, _LARGEST_ARGUMENT = 10_000, 1_000
_COMPUTED = ("sympy.functions.combinatorial", "sympy.functions.special")


def _read(text: str) -> Any:
    """The SymPy expression that a text is; SymPy itself would run the text as a program."""
    try:
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval")  # SymPy means a power
    except (SyntaxError, ValueError) as error:
        why = error.msg if isinstance(error, SyntaxError) else error
        product = _PRODUCT.search(text)
        advice = f": write a product as {product[1]}*{product[2]}" if product else ""
        raise ValueError(f"formula: {text!r} cannot be read ({why}){advice}") from None
    known: dict[str, Any] = {}
    functions = {each.func for each in ast.walk(tree) if isinstance(each, ast.Call)}
    for node in ast.walk(tree):
        is_number = not isinstance(node, ast.Constant) or type(node.value) in (int, float)
        has_name = node not in functions or isinstance(node, ast.Name)
        has_operator = isinstance(getattr(node, "op", _OPERATORS[0]()), _OPERATORS)
        if not (is_number and has_name and has_operator and isinstance(node, _PARTS)):
            raise ValueError(f"formula: {ast.unparse(node)!r} has no meaning in {text!r}: it is "
                             "made of numbers, names, + - * / // % ** and functions")  # fmt: skip
        if isinstance(node, ast.Name):
            known[node.id] = _called(node.id) if node in functions else _named(node.id)
        _demand_quick(node)
    read = sympy.sympify  # outside of `try`: SymPy may not be installed
    try:
        return read(text, locals=known)
    except Exception as error:  # of any kind, such as TypeError for Wild(x)
        raise ValueError(f"formula: SymPy makes nothing of {text!r} ({error}): write numbers, "
                         "names, + - * / // % ** and functions of these") from error  # fmt: skip


def _demand_quick(node: ast.AST) -> None:
    """Raise ValueError for a power or a function of numbers which SymPy would compute for long."""
    match node:
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            is_long = _has_whole_numbers(base) and (
                _size(exponent) > _LARGEST_EXPONENT or isinf(_size(base))
            )
        case ast.Call(func=ast.Name(id=name), args=arguments) if _is_computed(name):
            is_long = any(_size(each) > _LARGEST_ARGUMENT for each in arguments)
        case _:
            return
    if is_long:
        raise ValueError(f"formula: {ast.unparse(node)!r} would take too long: write the number, "
                         f"an exponent up to {_LARGEST_EXPONENT}, or an argument up to "
                         f"{_LARGEST_ARGUMENT}")  # fmt: skip


def _has_whole_numbers(node: ast.AST) -> bool:
    return any(isinstance(getattr(each, "value", None), int) for each in ast.walk(node))


def _is_computed(name: str) -> bool:
    """Whether a function of SymPy is computed to the last digit, and is none of the engine."""
    found = _called(name)
    return (
        name not in _OPERATIONS
        and found.__module__ is not None
        and found.__module__.startswith(_COMPUTED)
    )


def _size(node: ast.AST) -> float:
    """About how large a number in a text may be; nan for what has a name in it."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number) if number <= _LARGEST_FLOAT else inf
        case ast.UnaryOp(operand=operand):
            return _size(operand)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return inf if _is_computed(name) else sum(map(_size, arguments))
        case ast.BinOp(left=left, op=op, right=right):
            return _size_of(op, _size(left), _size(right))
    return nan


def _size_of(op: ast.operator, left: float, right: float) -> float:
    """The size of what an operator makes of two numbers of some sizes."""
    match op:
        case ast.Mult():
            return left * right
        case ast.Div() | ast.FloorDiv():
            return left / right if right else inf
        case ast.Pow():
            try:
                return float(max(left, 1 / left if left else 0.0) ** right)
            except OverflowError:
                return inf
    return left + right


def _called(name: str) -> Any:
    """The function of SymPy that a name is before parentheses; else an unknown one."""
    found = getattr(sympy, name, None)
    is_class = isinstance(found, type) and issubclass(found, sympy.Basic)
    return found if is_class or name in _CALLED else sympy.Function(name)


def _named(name: str) -> Any:
    """The constant of SymPy that a name is; else a symbol."""
    found = getattr(sympy, name, None)
    is_constant = isinstance(found, sympy.Expr) and found.is_number
    return found if is_constant else sympy.Symbol(name)


def _written(formula: Any) -> str:
    """The formula in the language of `engine.expression`."""
    if not isinstance(formula, sympy.Basic):
        raise ValueError(f"formula: {formula!r} is no expression of SymPy")
    operands = [_written(each) for each in formula.args]
    name = type(formula).__name__
    if formula.is_Symbol:
        return str(formula.name)
    if formula.is_Rational and max(abs(formula.p), formula.q) <= _LARGEST_FLOAT:
        return str(formula.p) if formula.q == 1 else f"({formula.p}/{formula.q})"
    if formula.is_Rational or formula.is_Float or formula.is_NumberSymbol:
        return _decimal(formula)
    if formula.is_number and not operands:
        raise ValueError(f"formula: {formula} is no real number that a float64 can be")
    if formula.is_Add or formula.is_Mul:
        return f"({(' + ' if formula.is_Add else ' * ').join(operands)})"
    if formula.is_Pow:
        return f"({operands[0]})**({operands[1]})"
    if name in _NESTED:
        return _nested(_NESTED[name], operands)
    return f"{_NAMES.get(name, name)}({', '.join(operands)})"


def _decimal(formula: Any) -> str:
    """A number as Python writes a float; ValueError if it is too large for one."""
    number = float(formula.evalf(17))
    if isinf(number):
        raise ValueError("formula: a number is too large for a float64 (1.8e308): "
                         "write a smaller one")  # fmt: skip
    return repr(number)


def _nested(name: str, operands: list[str]) -> str:
    """A function of two, of more: of the first, and of the rest."""
    first, *rest = operands
    return f"{name}({first}, {_nested(name, rest)})" if rest else first


_NESTED = {"Max": "maximum", "Min": "minimum"}
_NAMES = {"Abs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
