"""A recorded graph as a program that one can run."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import Value
from engine.graph import topological_order

from .orders import mapped

_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}


class _Name(str):
    """Text that is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def graph_text(output: Value, parameters: Any, inputs: Sequence[Value] = ()) -> str:
    """The program that records a graph, compiles it, and prints what it gives and what is right."""
    named, lines = _leaves(parameters)
    own = {each: _Name(f"x{i}") for i, each in enumerate(inputs)}
    lines += [f"{name} = Value({leaf.data!r})" for leaf, name in own.items()]
    result, steps = _steps(output, {**named, **own})
    nest = mapped(named.__getitem__, parameters)
    given = f", inputs={[*own.values()]!r}" if own else ""
    return "\n".join([
        "import engine", "from engine import Value", *lines, *steps,
        f"{result}.backward()",
        f"print({result}.data, {[*map(_gradient, named.values())]!r})",
        f"print(engine.compile({result}, parameters={nest!r}{given})())",
    ])  # fmt: skip


def function_text(output: Value, parameters: Any, example: Mapping[Value, str],
                  arrays: Sequence[Any], called: Sequence[str]) -> str:  # fmt: skip
    """The program that compiles a function of one example, and prints what it gives.

    `example` says what the numbers of an example are called in it, `called` what its
    arguments are.
    """
    named, lines = _leaves(parameters)
    names = {each: _Name(name) for each, name in example.items()}
    result, steps = _steps(output, {**named, **names})
    nest = mapped(named.__getitem__, parameters)
    numbers = ", ".join(f"np.array({each.tolist()!r})" for each in arrays)
    return "\n".join([
        "import numpy as np", "import engine", "from engine import Value", *lines,
        f"def one({', '.join(called)}):",
        *(f"    {step}" for step in [*steps, f"return {result}"]),
        f"print(engine.compile(one, parameters={nest!r})({numbers}))",
    ])  # fmt: skip


def _gradient(name: str) -> _Name:
    return _Name(f"{name}.grad")


def _leaves(parameters: Any) -> tuple[dict[Value, _Name], list[str]]:
    """Names for parameters, and the lines that make them."""
    named: dict[Value, _Name] = {}
    mapped(lambda leaf: named.setdefault(leaf, _Name(f"p{len(named)}")), parameters)
    return named, [f"{name} = Value({leaf.data!r})" for leaf, name in named.items()]


def _steps(output: Value, names: dict[Value, _Name]) -> tuple[str, list[str]]:
    """What the output is called, and a line for each operation."""
    lines = []
    for node in topological_order(output):
        if node in names:
            continue
        names[node] = _Name(f"v{len(names)}")
        lines.append(f"{names[node]} = {_operation(node, names)}")
    return names[output], lines


def _operation(node: Value, names: Mapping[Value, _Name]) -> str:
    """The text of what a node is."""
    inputs = [names.get(each, _Name(repr(each.data))) for each in node.inputs]
    name = node.op.name
    if not inputs:
        return f"Value({node.data!r})"
    if name in _SIGNS:
        return f" {_SIGNS[name]} ".join(f"({each})" if each[0] == "-" else each for each in inputs)
    if node.op.any_number:
        return f"Value.{name}({inputs!r})"
    return f"Value.{name}({', '.join(inputs)})" if hasattr(Value, name) else f"{name}({inputs[0]})"
