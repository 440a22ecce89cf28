"""A lock is free in a forked child, unless the thread that forked holds it."""

import os
from collections.abc import Callable
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
