"""Hygiene: graphs are freed at once, and threads do not disturb one another."""

import gc
import random
import sys
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest

import nn
from engine import Value, chain_rule, draw, grad

THREADS = 8


@pytest.fixture
def _collector_off() -> Iterator[None]:
    """Without the garbage collector, so that only reference counting frees anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def _quick_switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def alive() -> int:
    """How many Values there are, those included that wait for the garbage collector."""
    return sum(type(each) is Value for each in gc.get_objects())


def waiting() -> int:
    """How many Values only the garbage collector would free."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return sum(type(each) is Value for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


def small_model(seed: int) -> nn.MLP:
    """A network of 13 parameters."""
    return nn.MLP(2, [3, 1], "tanh", seed=seed)


def train(model: nn.MLP, steps: int) -> None:
    """So many steps of `fit`, each on two of four examples."""
    nn.fit(
        model,
        [[0, 0], [0, 1], [1, 0], [1, 1]],
        [-1, 1, 1, -1],
        loss=nn.hinge,
        optimizer=nn.SGD(model.parameters(), learning_rate=0.1, momentum=0.5),
        epochs=steps // 2,
        batch_size=2,
        progress=False,
    )


def train_by_hand(model: nn.MLP, steps: int) -> None:
    """So many steps of a loop as one writes it oneself, which looks at its graph as it goes."""
    optimizer = nn.SGD(model.parameters(), learning_rate=0.1)
    for step in range(steps):
        x = Value(step / steps, label="x")
        output: Any = model([x, 0.5])
        loss = (output - 1) ** 2
        optimizer.zero_grad()
        loss.backward()
        grad(loss, model.parameters())
        optimizer.step()
        if step % 100 == 0:
            next(iter(chain_rule(loss, x)))
            draw(loss).source.strip()


@pytest.mark.usefixtures("_collector_off")
@pytest.mark.parametrize("training", [train, train_by_hand])
def test_a_thousand_steps_leave_no_value_alive(training: Callable[[nn.MLP, int], None]) -> None:
    """Without the garbage collector all graphs are gone, and none waits for it."""
    model = small_model(1)
    training(model, 2)
    before = alive()
    assert before >= len(model.parameters())
    training(model, 1_000)
    assert alive() == before
    assert waiting() == 0


@pytest.mark.usefixtures("_collector_off")
def test_a_graph_is_gone_with_its_output() -> None:
    """Deep, wide or with shared parts: when nobody holds the output, its Values are freed."""
    before = alive()
    x = Value(1.5)
    wide = Value.sum([x * i for i in range(1_000)])
    deep = x
    for _ in range(10_000):
        deep = deep * x + deep * 0.5
        deep = deep / 4
    (wide * deep).backward()
    assert alive() > before + 30_000
    del x, wide, deep
    assert alive() == before
    assert waiting() == 0


def side_by_side(work: Callable[[int], Any]) -> list[Any]:
    """What `work(0)`, `work(1)`, ... give when threads that start together do one each."""
    start = Barrier(THREADS)
    found: list[Any] = [None] * THREADS

    def run(i: int) -> None:
        """One thread's work, from the moment at which all are there."""
        start.wait()
        found[i] = work(i)

    threads = [Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def expression(seed: int) -> list[str]:
    """The gradients of a random expression, to the last bit; their sums depend on the order."""
    draws = random.Random(seed)
    leaves = [Value(draws.uniform(-1, 1)) for _ in range(10)]
    made = list(leaves)
    for _ in range(1_500):
        a, b, c = draws.choices(made, k=3)
        made.append(draws.choice([(a * b + c).tanh(), Value.sum([a, b, 0.5, c]) / 3]))
    Value.sum(made).backward()
    return [leaf.grad.hex() for leaf in leaves]


def training(seed: int) -> list[str]:
    """The parameters of a network after some training, to the last bit."""
    model = small_model(seed)
    train(model, 60)
    return [parameter.data.hex() for parameter in model.parameters()]


@pytest.mark.usefixtures("_quick_switching")
@pytest.mark.parametrize("work", [expression, training])
def test_threads_with_graphs_of_their_own_get_the_bits_of_one(
    work: Callable[[int], list[str]],
) -> None:
    """Eight threads at the same time have the results of one thread."""
    alone = [work(i) for i in range(THREADS)]
    assert len({*map(tuple, alone)}) == THREADS
    assert side_by_side(work) == alone


@pytest.mark.usefixtures("_quick_switching")
def test_graphs_that_threads_build_on_shared_values_lose_no_contribution() -> None:
    """Leaves and an inner Value in common: the gradients add up exactly, and numbers are kept."""
    weights = [Value(i / 4) for i in range(200)]
    shared = Value.sum(weights) * 0.5

    def work(i: int) -> float:
        """Fifty losses, each with the gradient i + 1/2 for each weight."""
        return sum(one_loss(i) for _ in range(50))

    def one_loss(i: int) -> float:
        """Build one loss and go backward from it."""
        loss = Value.sum(weight * i for weight in weights) + shared
        loss.backward()
        return loss.data

    sums = side_by_side(work)
    assert sums == [50 * (i + 0.5) * sum(weight.data for weight in weights) for i in range(THREADS)]
    assert [weight.grad for weight in weights] == [50 * sum(i + 0.5 for i in range(THREADS))] * 200
    assert shared.grad == 1.0
