"""Ctrl-C waits for what must not be divided."""

import gc
import signal
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any
from weakref import finalize

import pytest

import nn
from engine.system.interrupts import interruptible, undivided
from nn.training import fit as fitting


@pytest.fixture(autouse=True)
def _as_ever() -> Iterator[None]:
    """The handler of Ctrl-C is put back after each test."""
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
    """Python gives Ctrl-C to the main thread, and only this thread may set its handler."""
    done: list[int] = []
    thread = Thread(target=_twice, args=(done, 0))
    thread.start()
    thread.join()
    assert done == [1, 2, 3]


def _blocks(done: list[str], presses: str) -> None:
    """Two blocks, with Ctrl-C pressed before, between them or inside of the second one."""
    with interruptible() as whole:
        if presses == "before":
            signal.raise_signal(signal.SIGINT)
        with whole:
            done.append("first")
        if presses == "between":
            signal.raise_signal(signal.SIGINT)
        with whole:
            signal.raise_signal(signal.SIGINT)
            done.append("second")
        done.append("never")


@pytest.mark.parametrize(
    ("presses", "wanted"),
    [("before", []), ("between", ["first"]), ("inside", ["first", "second"])],
)
def test_outside_of_blocks_ctrl_c_interrupts_at_once(presses: str, wanted: list[str]) -> None:
    """Inside of one it waits for the end, and the handler is set once for all of them."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _blocks(done, presses)
    assert done == wanted


class _Pressed:
    """An object in whose destructor the user presses Ctrl-C."""

    def __del__(self) -> None:
        _press()


class _Bare:
    """An object of which weak references may be made."""


def _press(*_: object) -> None:
    """Ctrl-C, which is called by Python itself in the tests below."""
    signal.raise_signal(signal.SIGINT)


def _when_a_weak_reference_ends() -> None:
    """A function of the module `weakref` is called, and this calls the program's own."""
    finalize(_Bare(), _press)


def _when_garbage_is_collected() -> None:
    """What is registered is called before and after."""
    gc.callbacks.append(_press)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(_press)


def _pressed_inside(press: Callable[[], object], done: list[str], until: str) -> None:
    """Press Ctrl-C in a block, after which an inner one follows, or none."""
    with interruptible() as whole:
        press()
        done.append("pressed")
        if until == "block":
            with whole:
                done.append("block")
            done.append("never")
        done.append("end")
    done.append("never")


_LOST: list[Callable[[], object]] = [
    _Pressed, _when_a_weak_reference_ends, _when_garbage_is_collected,
]  # fmt: skip


@pytest.mark.parametrize("press", _LOST)
@pytest.mark.parametrize("until", ["block", "end"])
def test_what_python_would_drop_waits(press: Callable[[], object], until: str) -> None:
    """For the end of the next inner block, or of the whole one: nothing is lost."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _pressed_inside(press, done, until)
    assert done == ["pressed", until]


def test_a_handler_that_is_set_meanwhile_stays() -> None:
    """It is the program's wish."""
    wanted: Any = lambda *_: None  # noqa: E731
    with interruptible():
        signal.signal(signal.SIGINT, wanted)
    assert signal.getsignal(signal.SIGINT) is wanted


def _handlers(monkeypatch: pytest.MonkeyPatch, **more: Any) -> int:
    """How often the handler of Ctrl-C is set in a training of five epochs."""
    count = 0

    def counted() -> Any:
        """The block, which is counted."""
        nonlocal count
        count += 1
        return interruptible()

    monkeypatch.setattr(fitting, "interruptible", counted)
    model = nn.MLP(1, [1], seed=0)
    nn.fit(model, [[1.0], [2.0]], [1.0, 2.0], loss=nn.mean_squared_error, epochs=5, seed=0,
           optimizer=nn.SGD(model.parameters()), **{"progress": False, **more})  # fmt: skip
    return count


def test_the_handler_is_set_once_for_epochs_between_which_nothing_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To set it takes as long as some small epochs."""
    assert _handlers(monkeypatch) == 1


@pytest.mark.parametrize("more", [
    {"callbacks": [lambda run: None]}, {"schedule": lambda epoch: 0.1}, {"progress": True},
    {"watch": lambda history: None},
])  # fmt: skip
def test_what_is_called_between_epochs_finds_the_handler_of_the_program(
    more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may set another one, or ask which one there is."""
    assert _handlers(monkeypatch, **more) == 5
