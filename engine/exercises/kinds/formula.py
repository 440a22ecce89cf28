"""What the engine says of a formula: the Values by name, after `backward()`."""

from ...expression import parse
from ...graph import topological_order
from ...value import Value


def ran(formula: str, **numbers: float) -> dict[str, Value]:
    """The Values of a formula by name; those without a name are left out."""
    output = parse(formula)(**numbers)
    output.backward()
    return {node.label: node for node in topological_order(output) if node.label}
