"""Interrupts, signal handlers, destructors, threads and forks in the middle of `backward()`."""

import os
import random
import signal
import time
import weakref
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

import nn
from engine import Value, backprop, detect_anomaly, grad, scope, source_lines
from engine.scope import current_scope
from engine.watching.observers import _open_blocks, observers

# From Python 3.12 on a fork beside another thread is warned of: that is what is tested.
FORKED_BESIDE_THREADS = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


class Slope(float):
    """A local derivative that calls a function when it is used for the first time."""

    def call(self, function: Callable[[], object]) -> "Slope":
        """Call `function` in the middle of the next sweep."""
        self.pending = [function]
        return self

    def __rmul__(self, upstream: float) -> float:
        while self.pending:
            self.pending.pop()()
        return upstream * float(self)


def graph(function: Callable[[], object]) -> tuple[Value, Value, Value]:
    """Leaf, inner node and output of y = 3 h + h, h = 2 x, whose sweep calls `function`."""
    x = Value(5.0, "x")
    x.grad = 100.0
    h = x * 2.0
    y = h * 3.0 + h
    (product, _) = y.inputs
    product._d_first = Slope(3.0).call(function)
    return x, h, y


@pytest.fixture
def _alarm() -> Iterator[None]:
    """The alarm is off after the test, and what it does is as it was."""
    before = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def status_of(child: Callable[[], bool]) -> int:
    """The exit status of a forked process: 0 if `child` says so there, within five seconds."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(5)
        try:
            os._exit(0 if child() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.signals
@pytest.mark.usefixtures("_alarm")
def test_ctrl_c_leaves_all_leaves_as_they_were_or_with_all_they_get() -> None:
    """At any moment: 100 for each, or 101 for each."""
    leaves = [Value(1.0) for _ in range(2_000)]
    output = Value.sum(leaves)
    start = time.perf_counter()
    output.backward()
    longest = 1.3 * (time.perf_counter() - start)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    moments, ends = random.Random(0), set()
    for _ in range(200):
        for leaf in leaves:
            leaf.grad = 100.0
        try:
            signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, longest))
            output.backward()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            ends.add("interrupted")
        (found,) = {leaf.grad for leaf in leaves}
        ends.add(str(found))
    assert ends == {"interrupted", "100.0", "101.0"}
    assert backprop.totals == {}


@pytest.mark.signals
@pytest.mark.usefixtures("_alarm")
def test_ctrl_c_keeps_no_other_thread_waiting() -> None:
    """Whoever sweeps afterwards, in whatever thread, finds nobody at it."""
    output = Value.sum([Value(1.0) for _ in range(3)])
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    moments, interrupted = random.Random(3), 0
    lock: Any = backprop._one_at_a_time
    for _ in range(4_000):
        try:
            signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, 3e-5))
            output.backward()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            interrupted += 1
        assert not lock._is_owned()
    assert interrupted > 100


# Ctrl-C while a source line is read leaves the closing of the file to Python, which says so.
@pytest.mark.signals
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("_alarm")
def test_ctrl_c_leaves_nothing_open() -> None:
    """No scope is left, and nobody watches: if a method is a watched one, it is so once more."""
    usual = dict(vars(Value))
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    moments, model = random.Random(1), nn.MLP(2, [3, 1], seed=0)

    def watched() -> None:
        """A sweep that both watch."""
        with detect_anomaly(), source_lines():
            model([1.0, 2.0]).backward()

    watched()
    start = time.perf_counter()
    watched()
    longest = time.perf_counter() - start
    interrupted = 0
    for _ in range(300):
        try:
            signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, longest))
            watched()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt as error:
            interrupted += 1
            error.__traceback__ = None  # the frames in it may hold blocks that wait to be closed
        assert current_scope() == ()
        assert observers() == []
        (-Value(1.0)).backward()
        assert dict(vars(Value)) == usual
    assert interrupted > 50


def test_an_error_in_a_sweep_leaves_the_leaves_as_they_were() -> None:
    """Their gradients can be set and used as ever afterwards."""

    def fail() -> None:
        """An error in the middle."""
        raise ArithmeticError

    x, _, y = graph(fail)
    with pytest.raises(ArithmeticError):
        y.backward()
    assert x.grad == 100.0
    x.grad = 7.0
    y.backward()
    assert x.grad == 15.0


def by_call(report: Callable[[], None]) -> None:
    """Call the function: as a signal handler is called."""
    report()


def by_destructor(report: Callable[[], None]) -> None:
    """An object goes whose destructor calls it."""
    type("Last", (), {"__del__": lambda self: report()})()


def by_weak_reference(report: Callable[[], None]) -> None:
    """An object goes, which somebody waited for."""
    weakref.finalize(type("Thing", (), {})(), report)


@pytest.mark.parametrize("way", [by_call, by_destructor, by_weak_reference])
def test_a_sweep_in_a_sweep_of_another_graph(way: Callable[[Any], None]) -> None:
    """Both are right: of different graphs, and of graphs that share a leaf."""
    seen: list[float] = []

    def report() -> None:
        """A gradient of its own, and one of the same leaf."""
        a = Value(3.0)
        (a * a).backward()
        (x * 10.0).backward()
        seen.extend([a.grad, x.grad])

    x, h, y = graph(lambda: way(report))
    y.backward()
    assert seen == [6.0, 110.0]
    assert (x.grad, h.grad, y.grad) == (118.0, 4.0, 1.0)


def test_a_sweep_in_a_sweep_of_the_same_graph() -> None:
    """The leaf gets both contributions, the inner node has its gradient then and afterwards."""
    seen: list[float] = []

    def report() -> None:
        """The same output once more."""
        y.backward()
        seen.extend([x.grad, h.grad, *grad(y, [h])])

    x, h, y = graph(report)
    y.backward()
    assert seen == [108.0, 4.0, 4.0]
    assert (x.grad, h.grad, y.grad) == (116.0, 4.0, 1.0)


def test_sweeps_in_sweeps_in_sweeps() -> None:
    """Three deep, by the same leaf, and an error in the innermost."""

    def inner() -> None:
        """Fail in the middle of a sweep."""
        raise ArithmeticError

    def middle() -> None:
        """Start a sweep that fails."""
        _, _, z = graph(inner)
        with pytest.raises(ArithmeticError):
            (z + x).backward()
        (x * 1000.0).backward()

    def outer() -> None:
        """Start a sweep in which another one starts."""
        third = x * 2.0
        third._d_first = Slope(2.0).call(middle)
        third.backward()

    x, h, y = graph(outer)
    y.backward()
    assert (x.grad, h.grad) == (100.0 + 8.0 + 2.0 + 1000.0, 4.0)
    assert backprop.totals == {}


def test_gradients_are_read_and_set_in_the_middle_of_a_sweep() -> None:
    """What a leaf had before, and what it is set to: the sweep adds to that."""
    seen: list[float] = []

    def report() -> None:
        """Look, and start afresh, as a loop of one's own in a signal handler does."""
        seen.append(x.grad)
        x.grad = 0.0
        h.grad = 0.25
        (x * 10.0).backward()
        seen.append(x.grad)

    x, h, y = graph(report)
    y.backward()
    assert seen == [100.0, 10.0]
    assert (x.grad, h.grad) == (18.0, 4.0)


def test_another_thread_waits_for_the_end_of_a_sweep() -> None:
    """It never sees a gradient that is half summed up; what it sets is set afterwards."""
    seen: list[float] = []
    reader = Thread(target=lambda: seen.append(x.grad))
    writer = Thread(target=lambda: setattr(x, "grad", 1.0))
    x, _, y = graph(reader.start)
    y.backward()
    reader.join()
    assert seen == [108.0]
    (product, _) = y.inputs
    product._d_first = Slope(3.0).call(writer.start)
    y.backward()
    writer.join()
    assert x.grad == 1.0


def test_a_fork_in_the_middle_of_a_sweep_goes_on_in_both() -> None:
    """The child finishes it, as the parent does."""
    statuses: list[int] = []
    children: list[bool] = []

    def fork() -> None:
        """Fork; the child returns into the sweep."""
        pid = os.fork()
        if pid == 0:
            children.append(True)
        else:
            statuses.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    x, h, y = graph(fork)
    y.backward()
    found = (x.grad, h.grad)
    (x * 1.0).backward()
    if children:
        os._exit(0 if found == (108.0, 4.0) and x.grad == 109.0 else 1)
    assert statuses == [0]
    assert (x.grad, h.grad) == (109.0, 4.0)


@FORKED_BESIDE_THREADS
def test_a_child_forked_beside_a_sweep_does_not_wait_for_it() -> None:
    """The thread that swept is not there: leaves have what they had, and sweeps work."""
    statuses: list[int] = []

    def child() -> bool:
        """Look at the leaf of the sweep that never ends here, and sweep."""
        before = x.grad
        (x * 2.0).backward()
        return (before, x.grad, backprop.totals) == (100.0, 102.0, {})

    def beside() -> None:
        """Fork in another thread, in the middle of a sweep."""
        forker = Thread(target=lambda: statuses.append(status_of(child)))
        forker.start()
        forker.join()

    x, _, y = graph(beside)
    y.backward()
    assert statuses == [0]
    assert x.grad == 108.0


@FORKED_BESIDE_THREADS
def test_a_child_forked_while_another_thread_works_does_not_hang() -> None:
    """At any moment, whatever the other thread is doing, as `multiprocessing` forks on Linux."""
    model = nn.MLP(2, [4, 1], seed=0)
    stop: list[bool] = []

    def work() -> None:
        """Record, sweep and watch without an end."""
        while not stop:
            with source_lines(), scope("work"):
                model([1.0, 2.0]).backward()

    def child() -> bool:
        """All that takes a lock."""
        a = Value(3.0)
        with detect_anomaly():
            (a * a).backward()
        return a.grad == 6.0

    worker = Thread(target=work)
    worker.start()
    try:
        assert [status_of(child) for _ in range(20)] == [0] * 20
    finally:
        stop.append(True)
        worker.join()


def test_what_an_abandoned_sweep_held_is_given_back() -> None:
    """What a forked child does first, if another thread was sweeping."""
    x = Value(1.0)
    x._grad, backprop.totals[x] = 0.25, 100.0
    backprop._settle()
    assert (x.grad, backprop.totals) == (100.0, {})


@pytest.mark.signals
@pytest.mark.usefixtures("_alarm")
def test_a_signal_handler_may_sweep_at_any_moment() -> None:
    """Its own graph and the one that is being swept: every call counts once."""
    x = Value(1.0)
    y = x
    for _ in range(3_000):
        y = y * 1.0
    calls = 0

    def report(*_: object) -> None:
        """A progress report that looks at gradients."""
        nonlocal calls
        a = Value(2.0)
        (a * a).backward()
        before = x.grad
        y.backward()
        calls += a.grad == 4.0 and x.grad == before + 1

    signal.signal(signal.SIGALRM, report)
    moments, sweeps = random.Random(2), 0
    until = time.process_time() + 1.0
    while time.process_time() < until:
        signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, 2e-3))
        y.backward()
        signal.setitimer(signal.ITIMER_REAL, 0)  # so that no report comes in the middle of one
        sweeps += 1
    assert calls > 10
    assert x.grad == sweeps + calls


@pytest.mark.parametrize("operation", [
    lambda x: -x,
    lambda x: x.backward(),
    lambda x: Value(1.0),
])  # fmt: skip
def test_what_ctrl_c_left_open_is_closed_by_the_next_operation(
    operation: Callable[[Value], object],
) -> None:
    """A method that is watched although no block is open puts the usual methods back."""
    x, usual = Value(1.0), dict(vars(Value))
    block = source_lines()
    lines = block.__enter__()
    assert dict(vars(Value)) != usual
    _open_blocks.clear()  # as after Ctrl-C in the middle of __exit__
    operation(x)
    assert dict(vars(Value)) == usual
    assert lines == {}
    block.__exit__(None, None, None)
    assert dict(vars(Value)) == usual
