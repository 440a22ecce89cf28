"""Backpropagation: right sums, right order, any depth, the same bits in every run."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, grad

ROOT = Path(__file__).parents[2]

# A small network with shared Values, whose gradients depend on the order of summation.
PROGRAM = """
import random
from engine import Value
draw = random.Random(1)
leaves = [Value(draw.uniform(-1, 1)) for _ in range(20)]
values = list(leaves)
for _ in range(400):
    a, b, c = draw.choices(values, k=3)
    values.append(draw.choice([(a * b).tanh(), a + b * 0.3, Value.sum([a, b, c]) / 3, a.sin() - b]))
output = Value.sum(values)
output.backward()
print(*(leaf.grad.hex() for leaf in leaves))
"""

# A chain in which nothing may recurse: built, back-propagated, drawn in part, freed.
DEEP = """
import sys
from engine import Value, chain_rule, check_gradient, draw, grad
from engine.graph import topological_order
warm = draw(Value(1.0) * 2).svg()  # what others import may recurse
sys.setrecursionlimit(80)
x = y = Value(1.0, label="x")
for _ in range({depth}):
    y = y * 0.999999 + 1e-6
y.backward()
assert grad(y, [x]) == (x.grad,)
rule = chain_rule(y, x)
assert rule.count == 1
path = next(iter(rule))
assert len(path.values) == 2 * {depth} + 1
assert abs(path.product - x.grad) < 1e-12
assert len(topological_order(y)) == 2 * {depth} + 1
repr(y), y._repr_latex_(), repr(rule), rule._repr_latex_()
assert draw(y, path_to=x, max_boxes=10**6).source.count("->") == 2 * {depth}
assert check_gradient(lambda a: (a * 2).tanh(), 0.5)
del y, path, rule
print("done", x.grad)
"""


def run(program: str, **environment: str) -> str:
    """What a program prints in a process of its own."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_square_has_two_edges() -> None:
    """The product x * x consumes x twice, and each use contributes."""
    x = Value(3.0)
    y = x * x
    assert y.inputs == (x, x)
    assert y.local_derivatives == (3.0, 3.0)
    y.backward()
    assert x.grad == 6.0


def test_contributions_add_up_over_all_uses() -> None:
    """The sum a + a, twice over, is 4 a."""
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (c.data, b.grad, a.grad) == (4.0, 2.0, 4.0)


def test_two_losses_with_a_shared_part_accumulate_in_the_leaves_only() -> None:
    """2 b and 3 b for b = a * a give 5 * 2 a; b holds the gradient of the last."""
    a = Value(3.0)
    b = a * a
    (2 * b).backward()
    (3 * b).backward()
    assert a.grad == 30.0
    assert b.grad == 3.0


def test_a_second_backward_doubles_the_leaves_and_nothing_else() -> None:
    """Inner Values hold the gradient of one call; leaves twice that, to the last bit."""
    leaves = [Value(x) for x in (0.1, 0.7, -1.3)]
    a, b, c = leaves
    inner = (a * b + c).tanh()
    output = inner * a + inner * inner * b + (c * inner).exp()
    output.backward()
    once = [leaf.grad for leaf in leaves]
    before = (inner.grad, output.grad)
    output.backward()
    assert [leaf.grad for leaf in leaves] == [2 * g for g in once]
    assert (inner.grad, output.grad) == before


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-100, 100))
def test_overwriting_data_changes_no_recorded_gradient(a: float, b: float, new: float) -> None:
    """The gradient is that of the forward pass which was recorded, whatever happens to `.data`."""

    def program() -> tuple[Value, Value, Value, Value]:
        x, y = Value(a), Value(b)
        inner = x * y + x.sin()
        return x, y, inner, inner.tanh() * x + inner**2 + y.exp()

    x, y, _, output = program()
    output.backward()
    expected = (x.grad, y.grad)
    x, y, inner, output = program()
    for value in (x, y, inner, output):
        value.data = new
    output.backward()
    assert (x.grad, y.grad) == expected


def test_the_output_may_be_a_leaf() -> None:
    """d(x)/d(x) = 1, and it accumulates."""
    x = Value(2.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_zeroing_starts_afresh() -> None:
    """With `.grad` set to 0 the next call gives its own gradient only."""
    x = Value(2.0)
    y = x**3
    y.backward()
    x.grad = 0
    y.backward()
    assert x.grad == 12.0


def test_no_gradient_flows_through_detach() -> None:
    """A detached Value is a leaf: it has a gradient, what it came from has none of it."""
    x = Value(2.0, label="x")
    still = (x * 3).detach()
    (still * x).backward()
    assert (still.data, still.inputs) == (6.0, ())
    assert (x.grad, still.grad) == (6.0, 2.0)


def test_constants_take_no_part() -> None:
    """A plain number, also one among the terms of a sum, receives no gradient."""
    x = Value(2.0)
    total = Value.sum([x, 5.0, x])
    total.backward()
    assert (total.data, x.grad) == (9.0, 2.0)
    assert total.local_derivatives == (1.0, None, 1.0)
    assert total.inputs[1].grad == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("depth", [50_000])
def test_nothing_recurses(depth: int) -> None:
    """A deep chain is built, swept, told path by path and freed with a recursion limit of 80."""
    assert run(DEEP.format(depth=depth)).startswith("done")


@pytest.mark.slow
def test_a_million_operations_need_no_depth() -> None:
    """A chain of 1,000,000 multiplications is built, back-propagated and freed."""
    w = Value(1.0000001)
    y = Value(1.0)
    for _ in range(1_000_000):
        y = y * w
    y.backward()
    assert w.grad == pytest.approx(1e6 * w.data**999_999, rel=1e-9)
    assert grad(y, [w]) == (w.grad,)


def test_gradients_have_the_same_bits_in_every_process() -> None:
    """Twenty processes with different hash seeds print the same hexadecimal numbers."""
    assert len({run(PROGRAM, PYTHONHASHSEED=str(seed)) for seed in range(20)}) == 1


def test_threads_may_share_leaves() -> None:
    """Many threads go back from losses on the same weights, and no contribution is lost."""
    weights = [Value(0.1 * i) for i in range(20)]
    losses = [
        Value.sum(w * w for w in weights).tanh() * 0.0 + Value.sum(weights) for _ in range(64)
    ]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Value.backward, losses))
    finally:
        sys.setswitchinterval(interval)
    assert [w.grad for w in weights] == [64.0] * 20


def test_an_interrupted_sweep_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C in the middle the leaves have what they had before."""

    def interrupted(order: list[Value]) -> None:
        """A sweep that is stopped half way."""
        for node in order:
            node._grad = 0.0
        raise KeyboardInterrupt

    x = Value(3.0)
    (x * x).backward()
    monkeypatch.setattr("engine.backprop._sweep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        (x * x).backward()
    assert x.grad == 6.0
