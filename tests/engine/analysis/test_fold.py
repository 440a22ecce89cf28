"""The fold: every node in one class, the members of a class alike, edges counted."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from engine import Fold, Value, fold, scope
from engine.analysis.fold import generalised
from engine.analysis.reductions import inside_ladders, numbers_in, turns_into
from engine.graph import topological_order
from engine.primitives import CONSTANT
from tests.oracles.programs import ENGINE, Program, random_program, run

programs = st.builds(random_program, st.integers(0, 2**32), st.integers(1, 200))


def graph(program: Program) -> list[Value]:
    """All values of a random program, the output last."""
    return run(program, list(map(Value, program.leaves)), ENGINE)


def batch(examples: int, *, ladder: bool = False) -> Value:
    """The loss of a small network on some examples, with a penalty on its weights."""
    model = nn.MLP(2, [4, 3, 1], seed=0)
    scores = [model([Value(i / examples), Value(1.0)]) for i in range(examples)]
    losses = [(1 - (-1) ** i * score).relu() for i, score in enumerate(scores)]
    squares = [p * p for p in model.parameters()]
    penalty = sum(squares) if ladder else Value.sum(squares)
    return Value.sum([sum(losses) / examples, 1e-4 * penalty])


def shape(folded: Fold) -> list[tuple[object, ...]]:
    """All that a fold says about structure."""
    return [(each.op, len(each.members), dict(each.inputs)) for each in folded.classes]


@given(programs)
def test_every_node_is_in_one_class(program: Program) -> None:
    """Or inside a ladder, and so part of the sum that it leads to; a plain number is no node."""
    output = graph(program)[-1]
    folded = fold(output)
    members = [node for each in folded.classes for node in each.members]
    nodes = [node for node in topological_order(output) if node.op is not CONSTANT]
    assert len(set(members)) == len(members) == len(folded.class_of)
    assert {*members, *folded.inside} == set(nodes)
    assert not folded.inside & set(members)
    assert folded.size == len(nodes)
    for number, each in enumerate(folded.classes):
        assert {folded.class_of[member] for member in each.members} == {number}


@given(programs)
def test_the_members_of_a_class_are_alike(program: Program) -> None:
    """The same operation on the same classes of inputs, in order; for a sum, as a set."""
    folded = fold(graph(program)[-1])

    def classes_of(node: Value) -> list[int]:
        """The classes of the inputs of a node and of its ladder."""
        return [folded.class_of[turn.input] for turn in turns_into(node, folded.inside)]

    for each in folded.classes:
        is_sum = each.op.any_number
        assert {"sum" if m.op.name == "add" else m.op.name for m in each.members} == {each.op.name}
        kinds = {tuple(sorted(set(classes_of(m)))) if is_sum else tuple(classes_of(m))
                 for m in each.members}  # fmt: skip
        assert len(kinds) == 1
        assert set(each.inputs) == set(*kinds)


@given(programs)
def test_edges_add_up(program: Program) -> None:
    """The edges into a class are those into its members, by the class they come from."""
    folded = fold(graph(program)[-1])
    for number, each in enumerate(folded.classes):
        counted = Counter(folded.class_of[turn.input]
                          for member in each.members
                          for turn in turns_into(member, folded.inside))  # fmt: skip
        assert each.inputs == counted
        assert max(each.inputs, default=-1) < number
        numbers = any(node.op is CONSTANT for m in each.members for node in m.inputs)
        assert each.has_numbers or not numbers


@pytest.mark.slow
@given(programs, st.text(max_size=10))
def test_what_is_common_to_all_labels_changes_no_class(program: Program, text: str) -> None:
    """Whatever the text is, numbered labels fold as no labels do."""
    plain, named = graph(program), graph(program)
    for i, leaf in enumerate(named[: len(program.leaves)]):
        leaf.label = f"{text}|{i}"
    assert shape(fold(named[-1])) == shape(fold(plain[-1]))
    assert repr(fold(named[-1])) == repr(fold(named[-1]))


def test_layers_stay_apart_and_what_is_parallel_folds() -> None:
    """One class for each step of each layer, whatever the number of examples and neurons."""
    few, many = fold(batch(3)), fold(batch(50))
    assert len(few) == len(many) == 21
    sizes = {(each.op.name, len(each.members)) for each in many.classes}
    assert {("mul", 50 * 8), ("mul", 50 * 12), ("mul", 50 * 3), ("relu", 50 * 4)} <= sizes


def test_a_ladder_of_additions_folds_like_a_sum() -> None:
    """Python's sum() and Value.sum give the same classes; only the 0 to start from is a number."""
    ladder, wide = fold(batch(5, ladder=True)), fold(batch(5))
    assert shape(ladder) == shape(wide)
    assert len(ladder.inside) > len(wide.inside)


def test_sums_of_different_lengths_fold_together() -> None:
    """The class of a sum is the set of the classes of its terms, not their number."""
    x = [Value(float(i), f"x{i}") for i in range(6)]
    sums = [Value.sum(x[:n]).tanh() for n in (2, 3, 6)] + [(x[0] + x[1] + x[2] + x[3]).tanh()]
    folded = fold(Value.sum(sums))
    assert [(each.name, len(each.members)) for each in folded.classes] == [
        ("x#", 6), ("Sum", 4), ("tanh", 4), ("Sum", 1),
    ]  # fmt: skip
    assert folded.classes[1].inputs == {0: 2 + 3 + 6 + 4}


@pytest.mark.parametrize("label", ["", "product {}"])
def test_a_square_is_not_like_a_product(label: str) -> None:
    """The same input twice is another structure than two inputs of one class."""
    a, b = Value(1.0), Value(2.0)
    products = [a * a, b * b, a * b, b * a]
    for i, product in enumerate(products):
        product.label = label.format(i)
    folded = fold(Value.sum(products))
    assert [each.members for each in folded.classes[:3]] == [
        (a, b), tuple(products[:2]), tuple(products[2:]),
    ]  # fmt: skip


def test_plain_numbers_are_alike_and_their_side_counts() -> None:
    """As in: x − 1 is like y − 2, and 2 − x is not."""
    x, y = Value(1.0), Value(2.0)
    folded = fold(Value.sum([x - 1, y - 2, 2 - x, Value.sum([x, 4.0, 5.0])]))
    assert [len(each.members) for each in folded.classes] == [2, 2, 1, 1, 1]
    assert [each.has_numbers for each in folded.classes] == [False, True, True, True, False]


def test_names_and_scopes_keep_classes_apart() -> None:
    """Words make a difference, numbers and text in brackets do not."""
    x = Value(1.0, "x")

    def made(name: str, label: str) -> Value:
        """An operation in a scope, with a label."""
        with scope(name):
            y = x.exp()
        y.label = label
        return y

    alike = [made("head1", "h[a]"), made("head2", "h[b]"), made("head10", "h[3]")]
    others = [made("tail1", "h[1]"), made("head1", "g[1]"), made("head1", "")]
    folded = fold(Value.sum([*alike, *others]))
    assert [len(each.members) for each in folded.classes] == [1, 3, 1, 1, 1, 1]
    assert folded.classes[1].members == tuple(alike)


@pytest.mark.parametrize(("label", "pattern"), [
    ("layer1.neuron3.w[2]", "layer#.neuron#.w[#]"),
    ("embedding[the][4]", "embedding[#][#]"),
    ("x", "x"),
    ("", ""),
    ("]1[", "]#["),
    ("9" * 10_000, "#"),
])  # fmt: skip
def test_labels_are_compared_without_their_numbers(label: str, pattern: str) -> None:
    """Indices of lists, and numbers in names, are left out."""
    assert generalised(label) == pattern


def test_a_fold_prints_itself() -> None:
    """One line for each class, with where its edges come from."""
    w, x = Value(2.0, "w[0]"), [Value(1.0, "x[0]"), Value(3.0, "x[1]")]
    assert repr(fold(Value.sum(w * each for each in x))) == (
        "6 nodes in 4 classes\n"
        "   0  'w[#]' ×1\n"
        "   1  'x[#]' ×2\n"
        "   2  'Mul' ×2  from 0 by 2, 1 by 2\n"
        "   3  'Sum' ×1  from 2 by 2"
    )


def test_a_long_fold_prints_its_beginning() -> None:
    """A hundred classes, and how many there are more."""
    x = Value(1.0, "x")
    for _ in range(100):
        x = x.tanh()
    printed = str(fold(x)).splitlines()
    assert printed[0] == "101 nodes in 101 classes"
    assert [line.split()[0] for line in printed[1:-1]] == [str(i) for i in range(100)]
    assert printed[-1] == "   …  1 more"
    assert "more" not in str(fold(x.edges()[0][0]))


@pytest.mark.parametrize("constant", [False, True])
def test_the_fold_of_a_leaf_is_the_leaf(constant: bool) -> None:
    """A plain number too, if one asks for it."""
    leaf = Value.sum([Value(1.0), 2.0]).inputs[1] if constant else Value(1.0)
    assert [each.members for each in fold(leaf).classes] == [(leaf,)]


def test_what_is_no_value_is_refused() -> None:
    """The error names the argument."""
    with pytest.raises(TypeError, match="output must be a Value, got 3"):
        fold(3)  # type: ignore[arg-type]  # the error is what is tested


def test_a_ladder_may_lean_to_either_side() -> None:
    """Each term counts once, whichever way the additions are nested."""
    x = [Value(float(i)) for i in range(200)]
    right, balanced = x[0], list(x)
    for each in x[1:]:
        right = each + right
    while len(balanced) > 1:
        balanced = [a + b for a, b in zip(balanced[::2], balanced[1::2], strict=False)] + (
            balanced[-1:] if len(balanced) % 2 else []
        )
    for total in (right, balanced[0]):
        assert dict(fold(total).classes[1].inputs) == {0: 200}


@pytest.mark.slow
@pytest.mark.parametrize("build", ["chain", "ladder"])
def test_a_hundred_thousand_deep_graph_folds(build: str) -> None:
    """Nothing recurses, and operations one after another do not fold."""
    x = y = Value(1.0)
    for _ in range(100_000):
        y = y.sin() if build == "chain" else y + x
    assert len(fold(y)) == (100_001 if build == "chain" else 2)


def test_additions_with_a_number_in_front_belong_to_ladders() -> None:
    """1 + (a + b) is one sum."""
    a, b = Value(1.0), Value(2.0)
    total = 1 + (a + b)
    inside = inside_ladders(topological_order(total), (total,))
    assert inside == {total.inputs[1]}
    assert numbers_in(total, inside) == [1.0]


def test_subtractions_are_no_ladder() -> None:
    """A picture shows each subtraction: only the compiler makes one sum of several."""
    x = [Value(float(i)) for i in range(1, 6)]
    loss = x[0]
    for each in x[1:]:
        loss = loss - each
    assert [each.name for each in fold(loss).classes] == ["leaf", *["Sub"] * 4]
