"""Work for several threads: done by whoever is free, taken in order."""

import threading
from contextvars import ContextVar
from threading import Event
from typing import Any

import pytest

from engine.system.threads import in_order


def _taken(tasks: int, workers: int) -> list[tuple[int, int]]:
    """The tasks and their squares, in the order in which they are taken."""
    found: list[tuple[int, int]] = []
    in_order(tasks, [lambda task: task * task] * workers, lambda *pair: found.append(pair))
    return found


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("tasks", [0, 1, 2, 300])
def test_results_are_taken_in_order(tasks: int, workers: int) -> None:
    """However many threads there are; they end."""
    before = threading.active_count()
    assert _taken(tasks, workers) == [(i, i * i) for i in range(tasks)]
    assert threading.active_count() == before


@pytest.mark.parametrize(("tasks", "workers", "wanted"),
                         [(9, 1, 0), (9, 3, 2), (2, 8, 1), (0, 3, 0)])  # fmt: skip
def test_each_worker_but_the_first_has_a_thread(
    monkeypatch: pytest.MonkeyPatch, tasks: int, workers: int, wanted: int
) -> None:
    """None is in two threads at a time, and there are no more threads than tasks."""
    start, started = threading.Thread.start, list[Any]()

    def noted(thread: threading.Thread) -> None:
        """A thread that starts."""
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", noted)
    _taken(tasks, workers)
    assert len(started) == wanted


def test_a_slow_task_is_waited_for() -> None:
    """The second worker has task 1 while the first one is at task 0, and waits for its turn."""
    second_is_done, found = Event(), list[int]()

    def slow(task: int) -> int:
        """A task that waits for the other worker."""
        assert task or second_is_done.wait(10)
        return task

    def quick(task: int) -> int:
        """A task that lets the other one go on."""
        second_is_done.set()
        return task

    in_order(4, [slow, quick], lambda task, _: found.append(task))
    assert found == [0, 1, 2, 3]


def test_a_worker_sees_the_context_of_the_caller() -> None:
    """As if it were in this thread."""
    name = ContextVar("name", default="nobody")
    token = name.set("somebody")
    barrier, seen = threading.Barrier(2, timeout=10), list[str]()

    def work(_: int) -> str:
        """Both threads at the same time."""
        barrier.wait()
        return name.get()

    in_order(2, [work, work], lambda _, found: seen.append(found))
    name.reset(token)
    assert seen == ["somebody"] * 2


@pytest.mark.parametrize("failing", [0, 1])
@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_the_error_of_a_worker_ends_all(failing: int, error: BaseException) -> None:
    """No further task begins, and it is raised in the thread of the caller."""
    before, barrier = threading.active_count(), threading.Barrier(2, timeout=10)
    begun: list[int] = []

    def worker(number: int) -> Any:
        """A worker, of which one fails."""

        def work(task: int) -> int:
            """The first tasks begin together."""
            begun.append(task)
            if task < 2:
                barrier.wait()
            if number == failing:
                raise error
            return task

        return work

    with pytest.raises(type(error)):
        in_order(1_000_000, [worker(0), worker(1)], lambda *_: None)
    assert len(begun) < 1_000_000
    assert threading.active_count() == before


def test_what_takes_results_may_fail() -> None:
    """Its error is raised, too."""

    def take(task: int, _: Any) -> None:
        """Task 3 cannot be taken."""
        if task == 3:
            raise ValueError("not this one")

    with pytest.raises(ValueError, match="not this one"):
        in_order(10, [lambda task: task] * 3, take)


def test_threads_may_not_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started, the error says so, and those that were started have ended."""
    start, started, before = threading.Thread.start, list[Any](), threading.active_count()

    def limited(thread: threading.Thread) -> None:
        """One thread, and no more."""
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    with pytest.raises(RuntimeError, match="can't start"):
        in_order(10, [lambda task: task] * 4, lambda *_: None)
    assert threading.active_count() == before
