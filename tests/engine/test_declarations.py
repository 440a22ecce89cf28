"""Type checkers and editors know the methods that the table of primitives provides."""

import ast
import inspect

import pytest

from engine import PRIMITIVES, Op, Value
from engine.operators import SPECIAL
from engine.primitives import BUILT_IN
from tests import declarations
from tests.declarations import COMPARISONS, SOURCE, block, declared
from tests.registered import registered

TEXT = SOURCE.read_text(encoding="utf-8")


def methods() -> dict[str, ast.FunctionDef]:
    """The declarations in the source of Value, by name."""
    (value,) = (node for node in ast.parse(TEXT).body
                if isinstance(node, ast.ClassDef) and node.name == "Value")  # fmt: skip
    (checked,) = (node for node in value.body if isinstance(node, ast.If))
    assert ast.unparse(checked.test) == "TYPE_CHECKING"
    return {node.name: node for node in checked.body if isinstance(node, ast.FunctionDef)}


DECLARED = methods()


def test_the_declarations_are_those_of_the_table() -> None:
    """The block in the class is what the table makes of it."""
    assert block(TEXT) == declared(), (
        "the rows of engine/primitives.py have changed: run `make declarations`, which writes "
        "the methods into engine/value.py"
    )


def test_every_row_is_declared_and_nothing_else() -> None:
    """A method for each built-in row, its operators, and the comparisons."""
    operators = [name for names in SPECIAL.values() for name in names]
    assert sorted(DECLARED) == sorted([*BUILT_IN, *operators, *COMPARISONS])


@pytest.mark.parametrize("name", DECLARED)
def test_a_declaration_is_true_of_the_method(name: str) -> None:
    """It has the operands and the result that the method has, and is static where that is."""
    declaration = DECLARED[name]
    method = inspect.getattr_static(Value, name)
    operands = [each.arg for each in declaration.args.args]
    options = [each.arg for each in (declaration.args.vararg, declaration.args.kwarg) if each]
    assert [*operands, *options] == list(inspect.signature(method).parameters)
    assert bool(declaration.decorator_list) == isinstance(method, staticmethod)
    numbers = {"self": Value(0.5), "other": 2.0, "values": [Value(0.5), 2.0]}
    result = getattr(Value, name)(*(numbers[each] for each in operands))
    assert declaration.returns is not None
    assert ast.unparse(declaration.returns).strip("'") == type(result).__name__


@pytest.mark.parametrize("op", [PRIMITIVES[name] for name in sorted(BUILT_IN)], ids=str)
def test_hovering_tells_what_help_tells_first(op: Op) -> None:
    """A checker reads the first line of the docstring that the method has at run time."""
    doc = inspect.getdoc(getattr(Value, op.name))
    assert doc is not None
    assert ast.get_docstring(DECLARED[op.name]) == doc.splitlines()[0]
    assert doc.startswith("`y = ")
    assert doc.count("`dy/d") == len(op.partials)


def test_a_new_row_asks_for_its_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of the table that is not declared makes the block another one."""
    cube = Op("cube", "cube", "{a}^3", (0, 1), lambda a: a**3, (lambda a, y: 3.0 * a**2,))
    with registered(cube):
        assert block(TEXT) == declared()  # rows of users are none of its business
        monkeypatch.setattr(declarations, "BUILT_IN", BUILT_IN | {"cube"})
        assert set(declared().splitlines()) - set(block(TEXT).splitlines()) == {
            '        def cube(self) -> "Value":',
            '            """`y = cube a`, `dy/da = 3 * a ** 2`."""',
        }
