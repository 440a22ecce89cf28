"""Ctrl-C waits for what must not be divided."""

import signal
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from nn.training.interrupts import undivided


@pytest.fixture(autouse=True)
def _as_ever() -> Iterator[None]:
    """Whatever a test sets, Ctrl-C does what it did."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def _twice(done: list[int], signals: int = 1) -> None:
    """Two things, between which the user presses Ctrl-C."""
    with undivided():
        done.append(1)
        for _ in range(signals):
            signal.raise_signal(signal.SIGINT)
        done.append(2)
    done.append(3)


def test_an_interrupt_comes_after_the_block() -> None:
    """Both things are done, and what follows is not."""
    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _twice(done)
    assert done == [1, 2]


def test_impatience_is_one_interrupt() -> None:
    """However often the key is pressed inside."""
    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _twice(done, signals=3)
    assert done == [1, 2]


def test_afterwards_ctrl_c_does_what_it_did() -> None:
    """Without an interrupt, with one, and after an error."""
    before = signal.getsignal(signal.SIGINT)
    with undivided():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        _twice([])
    with pytest.raises(ZeroDivisionError), undivided():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is before


def test_the_programs_own_handler_is_called() -> None:
    """With the arguments that Python gives it."""
    calls: list[tuple[Any, ...]] = []
    signal.signal(signal.SIGINT, lambda *given: calls.append(given))
    done: list[int] = []
    _twice(done)
    assert done == [1, 2, 3]
    assert [number for number, _ in calls] == [signal.SIGINT]


def test_a_program_that_ignores_ctrl_c_goes_on_doing_so() -> None:
    """There is nothing to wait for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    done: list[int] = []
    _twice(done)
    assert done == [1, 2, 3]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_other_threads_are_never_interrupted() -> None:
    """Python gives Ctrl-C to the main thread, and only that may say what it does."""
    done: list[int] = []
    thread = Thread(target=_twice, args=(done, 0))
    thread.start()
    thread.join()
    assert done == [1, 2, 3]
