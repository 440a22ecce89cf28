"""Kinds of instructions: everything that a row promises is demanded of every row of the table."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine import PRIMITIVES, Op
from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.loops import Of
from engine.compiler.ir.program import Program
from engine.compiler.ir.verifier import verify
from engine.compiler.kinds import FREE, KINDS, LEAF, WORK
from engine.compiler.kinds.decisions import DECISIONS
from engine.compiler.kinds.details import (
    Along,
    Assembly,
    Data,
    Expand,
    Input,
    Ones,
    Parameters,
    Places,
    Product,
    Scatter,
    Sum,
    is_distinct,
    places_of,
)
from engine.compiler.kinds.kind import demand_within
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.running import Running, RunningStep
from engine.compiler.kinds.views import View
from engine.compiler.numpy_backend.module import module_of
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.rows.legalize import expanded
from tests.engine.compiler.lookups import lookup
from tests.engine.compiler.looped import Step

MAXIMUM = PRIMITIVES["maximum"]
TABLE = lookup([0, 5, 1], [5, 2, 1], size=6, kinds=[0, 1])
REPEATED = lookup([0, 1, 2], [2, 1, 0], size=3)
NUMBERS = np.array([0.31, 0.82, 0.44, 0.93, 0.25, 0.67, 0.58, 0.76, 0.39, 0.12, 0.88, 0.51])
EXAMPLES = [np.array([[0.2, 0.7, 0.4], [0.9, 0.1, 0.6]]), np.array([[2, 0], [0, 1]])]


class Sources:
    """What samples read: two matrices, a row, an array for each example, and a category."""

    def __init__(self) -> None:
        self.draft = Builder()
        row = self.draft.add("parameters", detail=Parameters(12))
        self.row = self.draft.add("exp", self.draft.view(row, View(0, (6,), (1,))))
        self.a = self.draft.view(row, View(0, (2, 3), (3, 1)))
        self.b = self.draft.add("neg", self.draft.view(row, View(6, (2, 3), (3, 1))))
        self.many = self.draft.add("input", detail=Input(0, (3,), examples=True))
        self.scaled = self.draft.add("mul", self.many, self.draft.view(row, View(0, (3,), (1,))))
        self.category = self.draft.add("input", detail=Input(1, (2,), examples=True, whole=True))


def loop_sample(s: Sources, *, many: bool, backward: bool = False) -> tuple[tuple[int, ...], Any]:
    """Two numbers of the rows 1 and 2 steps before, a row of a matrix, and a vector w.

    h[t] = tanh(h[t-1] w) + row[t],    y[t] = the sum of h[t-2] over its numbers
    """
    step = Step()
    h = step.fed(Carried(0), (3,), examples=many)
    before = step.fed(Carried(0, 2), (3,), examples=many)
    row, w = step.fed(Of(s.a, sliced=True), (3,)), step.fed(Of(s.many if many else (
        s.draft.view(s.row, View(1, (3,), (1,))))), (3,), examples=many)  # fmt: skip
    curved = step.draft.add("tanh", step.draft.add("mul", h, w))
    outputs = [step.draft.add("add", curved, row), step.draft.add("sum", before, detail=Sum((0,)))]
    start = s.draft.add("take", s.row, detail=Data(np.array([[0, 1, 2, 3], [3, 4, 5, 0]])))
    made = s.draft.instructions[step.looped(s.draft, outputs, 2, start, backward=backward)]
    return made.inputs, made.detail


def running_sample(
    s: Sources, *names: str, many: bool = False, columns: int = 2, backward: bool = False
) -> tuple[tuple[int, ...], Any]:
    """Running results of 3 steps, by some operations; a name before which is a - is turned."""
    row = s.draft.add("expand", s.row, detail=Expand((6,), many))
    start = s.draft.view(row, View(1, (columns,), (1 if columns > 1 else 0,)))
    places = np.arange(6).reshape(3, 2)[:, :columns]
    others = [s.draft.at(row, (places + k) % 6) for k in range(len(names))]
    each = tuple(RunningStep(PRIMITIVES[name.strip("-")], "-" in name) for name in names)
    return (start, *others), Running(each, 3, backward)


# An instruction of each kind: its inputs, and its detail.
SAMPLES: dict[str, Callable[[Sources], tuple[tuple[int, ...], Any]]] = {
    "parameters": lambda _: ((), Parameters(12)),
    "input": lambda _: ((), Input(0, (3,), examples=True)),
    "constant": lambda _: ((), Data(np.array([1.5, -2.0]))),
    "count": lambda _: ((), None),
    "view": lambda s: ((s.row,), View(1, (2, 2), (2, 1))),
    "take": lambda s: ((s.row,), Data(np.array([[5, 0], [3, 3]]))),
    "choice": lambda s: ((s.category,), lookup([1.0, 0.5, 4.0], [2.0, 0.25, 8.0], kinds=[1, 0])),
    "pick": lambda s: ((s.row, s.category), TABLE),
    "expand": lambda s: ((s.row,), Expand((6,), examples=True)),
    "join": lambda s: ((s.row, s.row), None),
    "with_ones": lambda s: ((s.b,), Ones(first=True)),
    "assemble": lambda s: (
        (s.b, s.row),
        Assembly((3, 4), (View(1, (2, 3), (4, 1)), Data(np.array([0, 4, 8, 1, 7, 11])))),
    ),
    "scatter": lambda s: (
        (s.draft.add("pick", s.row, s.category, detail=TABLE), s.category),
        Scatter(TABLE, (6,), False),
    ),
    "sum": lambda s: ((s.a,), Sum((1,))),
    "segments": lambda s: ((s.row,), Data(np.array([0, 1, 4]))),
    "product": lambda s: ((s.a, s.b), Product("ab,cb->ac")),
    "reduce": lambda s: ((s.a,), Along(MAXIMUM)),
    "accumulate": lambda s: ((s.a,), Along(MAXIMUM)),
    "later": lambda s: ((s.a,), None),
    "apply": lambda s: ((s.row,), PRIMITIVES["tanh"]),
    "where": lambda s: ((s.draft.add("less", s.a, s.b), s.a, s.b), None),
    "loop": lambda s: loop_sample(s, many=False),
    "running": lambda s: running_sample(s, "add"),
}  # fmt: skip

# More samples of kinds that have several sides.
OTHERS: list[tuple[str, Callable[[Sources], tuple[tuple[int, ...], Any]]]] = [
    ("input", lambda _: ((), Input(1, (2,), examples=True, whole=True))),
    ("sum", lambda s: ((s.many,), Sum((0,), examples=True))),
    ("sum", lambda s: ((s.scaled,), Sum((), examples=True))),
    ("expand", lambda s: ((s.draft.add("sum", s.row, detail=Sum((0,))),), Expand((3, 2), False))),
    ("reduce", lambda s: ((s.a,), Along(PRIMITIVES["minimum"],
                                       Data(np.array([[True, False], [False, False]]))))),
    ("reduce", lambda s: ((s.scaled,), Along(MAXIMUM))),
    ("accumulate", lambda s: ((s.scaled,), Along(MAXIMUM))),
    ("later", lambda s: ((s.scaled,), None)),
    ("product", lambda s: ((s.draft.view(s.row, View(0, (3,), (1,))), s.many),
                           Product("a,a->a", examples=True))),
    ("product", lambda s: ((s.a, s.many), Product("ab,b->a"))),
    ("with_ones", lambda s: ((s.scaled,), Ones(first=False))),
    ("pick", lambda s: ((s.row, s.category), lookup([0, 5, 1], [0, 5, 1], size=6))),
    ("pick", lambda s: ((s.many, s.category), lookup([1, 0, 1], [2, 1, 2], size=3))),
    ("choice", lambda s: ((s.category,), lookup([0.5, -0.0, 1.0]))),
    ("scatter", lambda s: ((s.draft.add("pick", s.many, s.category, detail=REPEATED), s.category),
                           Scatter(TABLE, (6,), True))),
    ("scatter", lambda s: ((s.draft.add("pick", s.many, s.category, detail=REPEATED), s.category),
                           Scatter(lookup([0, 3, 1], [1, 4, 2], size=6), (6,), True))),
    ("scatter", lambda s: ((s.draft.add("pick", s.many, s.category, detail=REPEATED), s.category),
                           Scatter(lookup([0, 3, 1], [0, 3, 1], size=6), (6,), True))),
    ("assemble", lambda s: ((s.many, s.draft.view(s.row, View(0, (3,), (1,)))),
                            Assembly((6,), (View(0, (3,), (1,)), View(3, (3,), (1,)))))),
    ("loop", lambda s: loop_sample(s, many=True)),
    ("loop", lambda s: loop_sample(s, many=False, backward=True)),
    ("running", lambda s: running_sample(s, "mul", "add", columns=1)),
    ("running", lambda s: running_sample(s, "mul", "-sub", "add", columns=1, backward=True)),
    ("running", lambda s: running_sample(s, "-sub", columns=1)),
    ("running", lambda s: running_sample(s, "-maximum", "div", columns=1)),
    ("running", lambda s: running_sample(s, "mul", "add", backward=True)),
    ("running", lambda s: running_sample(s, "minimum", backward=True)),
    ("running", lambda s: running_sample(s, "mul", "-div", many=True)),
    ("mul", lambda s: ((s.many, s.draft.view(s.row, View(0, (3,), (1,)))), None)),
]  # fmt: skip

KINDLY = [*((kind, None) for kind in KINDS), *OTHERS]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_sample = pytest.mark.parametrize(
    ("kind", "sample"), KINDLY, ids=[f"{i}-{kind}" for i, (kind, _) in enumerate(KINDLY)]
)


def sample_of(kind: str, sample: Any = None) -> tuple[Builder, int]:
    """A program with one instruction of a kind, and its number."""
    sources = Sources()
    given = sample or SAMPLES.get(kind) or (lambda s: ((s.a, s.b)[: KINDS[kind].arity], None))
    inputs, detail = given(sources)
    return sources.draft, sources.draft.add(kind, *inputs, detail=detail)


def number_of(draft: Builder, made: int) -> Program:
    """The program of one number that depends on all numbers of an instruction."""
    shape = draft.shape(made)
    if draft.instructions[made].kind in ("less", "less_equal", "greater", "greater_equal", "equal",
                                         "not_equal", "and", "or"):  # fmt: skip
        made = draft.add("add", made, draft.constant(0.0))
    weights = draft.constant(np.cos(np.arange(np.prod(shape))).reshape(shape))
    total = draft.add("sum", draft.add("mul", made, weights), detail=Sum(tuple(range(len(shape)))))
    return verify(draft.program(draft.mean(total)))


@each_kind
def test_a_row_says_everything(kind: str) -> None:
    """A role, and the number of inputs and the detail of its sample; a text that names inputs."""
    draft, made = sample_of(kind)
    row, each = KINDS[kind], draft.instructions[made]
    assert row.role in (LEAF, FREE, WORK)
    assert (row.role == LEAF) is (row.arity == 0)
    assert row.arity in (None, len(each.inputs))
    assert isinstance(each.detail, row.detail or type(None))
    program = verify(draft.program(made))
    names = [program.names[i] for i in program.instructions[-1].inputs]
    text = program.in_words(len(program.instructions) - 1, names)
    assert all(name in text for name in names)


@each_sample
def test_numpy_computes_what_a_row_means(kind: str, sample: Any) -> None:
    """The back end and the plainest way of computing give the same, twice in the same memory."""
    draft, made = sample_of(kind, sample)
    program = expanded(number_of(draft, made))
    (expected,) = interpret(program, NUMBERS, EXAMPLES, examples=2)
    step = module_of(program, "").step(2)
    for _ in range(2):
        np.testing.assert_allclose(step(NUMBERS, EXAMPLES), expected, rtol=1e-14)


@each_sample
def test_a_pullback_is_the_derivative(kind: str, sample: Any) -> None:
    """By differences of what a row means; a kind without one is only written into gradients."""
    draft, made = sample_of(kind, sample)
    if KINDS[kind].pullback is None and KINDS[kind].role != LEAF and kind != "choice":
        with pytest.raises(AssertionError, match="only written into gradients"):
            differentiated(number_of(draft, made), 12)
        return
    program = number_of(draft, made)
    _, gradient = interpret(expanded(verify(differentiated(program, 12))), NUMBERS, EXAMPLES)
    np.testing.assert_allclose(gradient, slopes(program), rtol=1e-8, atol=1e-9)


def slopes(program: Program) -> Any:
    """Central differences of a program by its parameters, by Richardson's rule."""
    moves = np.eye(12)

    def slope(h: float) -> Any:
        """The differences for one step."""
        ends = [np.array([interpret(program, NUMBERS + sign * h * move, EXAMPLES)[0]
                          for move in moves]) for sign in (1, -1)]  # fmt: skip
        return (ends[0] - ends[1]) / (2 * h)

    steps = [slope(0.01 / 2**i) for i in range(5)]
    for order in range(1, 5):
        steps = [(4**order * b - a) / (4**order - 1) for a, b in pairwise(steps)]
    return steps[0]


@each_kind
def test_what_does_not_fit_is_refused(kind: str) -> None:
    """Another number of inputs, another detail, shape or axis of examples."""
    draft, made = sample_of(kind)
    program = draft.program(made)
    each = program.instructions[-1]
    spoilt = [replace(each, shape=(7, *each.shape)), replace(each, examples=not each.examples),
              replace(each, detail="nothing"), replace(each, kind="prodcut")]  # fmt: skip
    if each.inputs:
        spoilt += [replace(each, inputs=each.inputs * 3),
                   replace(each, inputs=(99, *each.inputs[1:]))]  # fmt: skip
    if kind in ("join", "apply", "loop"):  # of any number
        spoilt.pop(-2)
    if kind == "apply":  # any function
        spoilt.pop(2)
    for wrong in spoilt:
        with pytest.raises((ValueError, AttributeError)):
            verify(Program((*program.instructions[:-1], wrong), program.outputs))


@pytest.mark.parametrize(
    ("kind", "detail", "message"),
    [
        ("pick", lookup([0, 6], [1, 2], size=9), "pick looks beyond the 6 numbers of its input"),
        ("pick", lookup([0, -1], [1, 2], size=9), "pick looks beyond the 6 numbers of its input"),
        ("pick", lookup([0], [1], size=9, kinds=[2, 0]), "more kinds of categories than 2"),
        ("choice", lookup([0.0], kinds=[2]), "looks up by more kinds of categories than 2"),
        ("scatter", Scatter(lookup([0], size=6), (6,), False),
         r"puts \(2,\) numbers in \(1,\) places"),
        ("scatter", Scatter(lookup([0], [9], size=10), (6,), False), "looks beyond the 6 numbers"),
        ("sum", Sum((3,)), r"sums over the axes \(3,\) of a shape \(2, 3\)"),
        ("sum", Sum((0, 0)), r"sums over the axes \(0, 0\)"),
        ("segments", Data(np.array([3, 0])), r"segments that begin at \[3, 0\]"),
        ("segments", Data(np.array([0, 4, 2])), r"segments that begin at \[0, 4, 2\]"),
        ("segments", Data(np.array([0, 6])), "looks beyond the 6 numbers"),
        ("assemble", Assembly((6,), (View(0, (6,), (1,)),)), "puts 2 parts in 1 places"),
        ("assemble", Assembly((12,), (View(0, (3, 2), (3, 1)), View(0, (6,), (1,)))),
         r"puts a part of shape \(2, 3\) where \(3, 2\) is"),
        ("assemble", Assembly((5,), (View(0, (2, 3), (3, 1)), View(0, (6,), (1,)))), "beyond"),
        ("assemble", Assembly((6,), (View(0, (2, 3), (0, 1)), View(0, (6,), (1,)))), "one place"),
        ("assemble", Assembly((6,), (View(0, (2, 3), (3, 1)), Data(np.zeros(6, dtype=np.int64)))),
         "puts two numbers of a part"),
        ("view", View(0, (2, 4), (4, 1)), "looks beyond the 6 numbers"),
        ("product", Product("ab,bc->ac"), "axis b of ab,bc->ac has two lengths"),
        ("product", Product("ab,cb->ad"), "multiplies arrays of the shapes"),
        ("product", Product("abd,cb->ac"), "multiplies arrays of the shapes"),
        ("product", Product("a,cb->a"), "multiplies arrays of the shapes"),
        ("product", Product("ab,cb->ac", examples=True), "sums up over examples, and no factor"),
        ("apply", PRIMITIVES["mul"], "gives 1 operands to mul, which takes 2"),
        ("expand", Expand((4,), False), "could not be broadcast|could not broadcast"),
    ],
)  # fmt: skip
def test_a_detail_fits_its_inputs(kind: str, detail: Any, message: str) -> None:
    """Places within arrays, axes that there are, parts of the size of their targets."""
    draft, made = sample_of(kind)
    program = draft.program(made)
    wrong = replace(program.instructions[-1], detail=detail)
    with pytest.raises(ValueError, match=message):
        verify(Program((*program.instructions[:-1], wrong), program.outputs))


NOWHERE = [View(0, (0,), (1,)), View(5, (2, 0), (1, 1))]


@pytest.mark.parametrize("where", NOWHERE)
def test_no_places_are_nowhere_beyond(where: View) -> None:
    """A view of nothing fits every array that has a number."""
    draft, made = sample_of("view")
    program = draft.program(made)
    last = replace(program.instructions[-1], shape=where.shape, detail=where)
    verify(Program((*program.instructions[:-1], last), program.outputs))


@pytest.mark.parametrize("where", [*NOWHERE, Data(np.zeros((3, 0), dtype=np.int64))])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_no_places_are_within_the_smallest_array(where: Places, size: int) -> None:
    """An array of one number, too."""
    demand_within(where, size)


@pytest.mark.parametrize("count", [1, 256, 257, 1_000])
def test_a_part_has_as_many_places_as_it_likes(count: int) -> None:
    """In any order, as long as none of them is there twice."""
    places = np.random.default_rng(0).permutation(count)
    assert is_distinct(Data(places))
    assert not is_distinct(Data(np.append(places, places[-1])))


@pytest.mark.parametrize("row", DECISIONS, ids=lambda row: row.name)
def test_the_row_of_a_decision_is_itself_when_it_is_pickled(row: Op) -> None:
    """So that a program is the same in another process."""
    assert pickle.loads(pickle.dumps(row)) is row


def test_an_assembly_keeps_the_signs_of_zeros() -> None:
    """The sum of what is put in one place is -0 if all of it is; where nothing is put is 0."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(4))
    parts = [draft.view(row, View(start, (2,), (1,))) for start in (0, 2)]
    targets = View(0, (2,), (1,)), View(1, (2,), (1,))
    made = draft.program(draft.add("assemble", *parts, detail=Assembly((4,), targets)))
    numbers = np.array([-0.0, -0.0, -0.0, 0.0])
    for (found,) in (interpret(made, numbers, []), (module_of(made, "").step(1)(numbers, []),)):
        assert np.signbit(found).tolist() == [True, True, False, False]


def test_scans_need_an_axis() -> None:
    """A single number has none."""
    draft = Builder()
    number = draft.add("count")
    for kind, detail in (("reduce", Along(MAXIMUM)), ("accumulate", Along(MAXIMUM))):
        made = draft.program(draft.add(kind, number, detail=detail))
        with pytest.raises(ValueError, match="goes along the last axis of a single number"):
            verify(made)


def test_places_are_whole_numbers_in_the_shape_of_what_is_there() -> None:
    """Of views and of tables."""
    np.testing.assert_array_equal(places_of(View(1, (2, 2), (3, 1))), [[1, 2], [4, 5]])
    np.testing.assert_array_equal(places_of(Data(np.array([4, 4, 0]))), [4, 4, 0])
