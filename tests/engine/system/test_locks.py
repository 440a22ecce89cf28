"""A lock is free in a forked child, unless the thread that forked holds it."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest

from engine.system.locks import forkable_lock


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What children that are forked would do first."""
    found: list[Callable[[], None]] = []

    def register(*, after_in_child: Callable[[], None]) -> None:
        """Note it."""
        found.append(after_in_child)

    monkeypatch.setattr(os, "register_at_fork", register)
    return found


def is_free(lock: Any) -> bool:
    """Whether another thread gets the lock at once."""
    answers: list[bool] = []

    def ask() -> None:
        """Take it, if it is free, and give it back."""
        answers.append(lock.acquire(blocking=False))
        if answers[0]:
            lock.release()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return answers[0]


def test_its_holder_may_take_it_again() -> None:
    """Others may not."""
    lock = forkable_lock()
    with lock, lock:
        assert not is_free(lock)
    assert is_free(lock)


@pytest.fixture
def ctrl_c() -> Iterator[Callable[[float], None]]:
    """Presses Ctrl-C after some seconds; 0 for never."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield lambda seconds: signal.setitimer(signal.ITIMER_REAL, seconds) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.signals
def test_ctrl_c_leaves_it_free(ctrl_c: Callable[[float], None]) -> None:
    """At any moment: before, in or after a block, and on the way in and out."""
    lock: Any = forkable_lock()
    moments, interrupted = random.Random(0), 0
    for _ in range(4_000):
        try:
            ctrl_c(moments.uniform(1e-6, 3e-5))
            for _ in range(20):
                with lock, lock:
                    pass
            ctrl_c(0)
        except KeyboardInterrupt:
            interrupted += 1
        assert not lock._is_owned()
    assert interrupted > 100


def test_ctrl_c_while_another_thread_has_it_takes_nothing(ctrl_c: Callable[[float], None]) -> None:
    """The other one has it, and gives it back."""
    lock, held, done = forkable_lock(), Event(), Event()

    def hold() -> None:
        """Hold the lock, as long as it is needed."""
        with lock:
            held.set()
            done.wait()

    thread = Thread(target=hold)
    thread.start()
    held.wait()
    ctrl_c(0.05)
    with pytest.raises(KeyboardInterrupt), lock:
        pytest.fail("two have the lock")
    done.set()
    thread.join()
    assert is_free(lock)


@pytest.mark.parametrize("is_nested", [False, True])
def test_ctrl_c_at_the_moment_when_it_is_taken_gives_it_back(
    is_nested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: an outer block goes on to hold it."""
    lock: Any = forkable_lock()
    take = lock.acquire
    if is_nested:
        take()

    def taken() -> bool:
        """Take it, and no more."""
        take()
        raise KeyboardInterrupt

    monkeypatch.setattr(type(lock), "acquire", lambda _: taken())
    with pytest.raises(KeyboardInterrupt), lock:
        pytest.fail("the block was entered")
    assert lock._is_owned() is is_nested
    if is_nested:
        lock.release()
    assert not lock._is_owned()


def test_what_another_thread_held_is_free_in_a_child(children: list[Callable[[], None]]) -> None:
    """And what that thread was about is put in order."""
    ordered: list[str] = []
    lock = forkable_lock(lambda: ordered.append("put in order"))
    held, done = Event(), Event()

    def hold() -> None:
        """Hold the lock, as long as it is needed."""
        lock.__enter__()
        held.set()
        done.wait()

    thread = Thread(target=hold)
    thread.start()
    held.wait()
    assert not is_free(lock)
    children[0]()
    assert is_free(lock)
    assert ordered == ["put in order"]
    done.set()
    thread.join()


def test_what_the_forking_thread_holds_it_goes_on_to_hold(
    children: list[Callable[[], None]],
) -> None:
    """It returns into the block, and leaves it."""
    ordered: list[str] = []
    lock = forkable_lock(lambda: ordered.append("put in order"))
    with lock:
        children[0]()
        assert not is_free(lock)
    assert is_free(lock)
    assert ordered == []


def test_a_system_without_fork_has_locks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no such function."""
    monkeypatch.delattr(os, "register_at_fork")
    with forkable_lock():
        pass
