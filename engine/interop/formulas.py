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
from collections.abc import Callable
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
    of SymPy elsewhere, such as beta; pi, E, I and oo are numbers. It is never run as a program.

    Its functions are those of `engine.expression`. Raises ValueError for what these are not, as a
    derivative that is not computed or a complex number, with its place, and ImportError without
    SymPy.
    """
    return parse(_written(_read(formula) if isinstance(formula, str) else sympy.sympify(formula)))


# What a text may consist of, and what it may call beside the classes of SymPy.
_PARTS = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Call, ast.Name,
          ast.expr_context, ast.Constant)  # fmt: skip
_CALLED = {"sqrt", "cbrt", "root", "diff", "expand", "simplify"}


def _read(text: str) -> Any:
    """The SymPy expression that a text is; SymPy itself would run the text as a program."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"formula: {text!r} cannot be read ({error})") from None
    known: dict[str, Any] = {}
    functions = {each.func for each in ast.walk(tree) if isinstance(each, ast.Call)}
    for node in ast.walk(tree):
        is_number = not isinstance(node, ast.Constant) or type(node.value) in (int, float)
        has_name = node not in functions or isinstance(node, ast.Name)
        if not (is_number and has_name and isinstance(node, _PARTS)):
            raise ValueError(f"formula: {ast.unparse(node)!r} has no meaning in {text!r}: it is "
                             "made of numbers, names, operators and functions")  # fmt: skip
        if isinstance(node, ast.Name):
            known[node.id] = _called(node.id) if node in functions else _named(node.id)
    return sympy.sympify(text, locals=known)


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
    operands = [_written(each) for each in formula.args]
    name = type(formula).__name__
    if formula.is_Symbol:
        return str(formula.name)
    if formula.is_Rational:
        return str(formula.p) if formula.q == 1 else f"({formula.p}/{formula.q})"
    if formula.is_Float or formula.is_NumberSymbol:
        return repr(float(formula))
    if formula.is_Add or formula.is_Mul:
        return f"({(' + ' if formula.is_Add else ' * ').join(operands)})"
    if formula.is_Pow:
        return f"({operands[0]})**({operands[1]})"
    if name in _NESTED:
        return _nested(_NESTED[name], operands)
    return f"{_NAMES.get(name, name)}({', '.join(operands)})"


def _nested(name: str, operands: list[str]) -> str:
    """A function of two, of more: of the first, and of the rest."""
    first, *rest = operands
    return f"{name}({first}, {_nested(name, rest)})" if rest else first


_NESTED = {"Max": "maximum", "Min": "minimum"}
_NAMES = {"Abs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2"}
