"""An attribute is computed when it is asked for first, and nobody waits for anybody."""

from dataclasses import dataclass
from threading import Event, Thread

from engine.system.computed import cached_property


@dataclass(frozen=True)
class _Square:
    """A number that notes when its square is computed."""

    side: float
    notes: list[str]

    @cached_property
    def area(self) -> float:
        """The square."""
        self.notes.append("computed")
        return self.side**2


def test_it_is_computed_once() -> None:
    """For each object by itself, of a frozen class too."""
    notes: list[str] = []
    for side in (2.0, 3.0):
        square = _Square(side, notes)
        assert [square.area, square.area] == [side**2] * 2
    assert notes == ["computed"] * 2


def test_asked_of_the_class_it_is_itself() -> None:
    """With the docstring of its method."""
    assert isinstance(_Square.area, cached_property)
    assert _Square.area.__doc__ == "The square."


def test_another_object_does_not_wait() -> None:
    """While one is computed in a thread, as none would in a forked child."""
    begun, done = Event(), Event()

    class Slow:
        """An object whose number takes as long as the test wants."""

        @cached_property
        def number(self) -> int:
            """The number, in the end."""
            if begun.is_set():
                return 2
            begun.set()
            done.wait(60)
            return 1

    slow, other = Slow(), Slow()
    thread = Thread(target=lambda: slow.number, daemon=True)
    thread.start()
    begun.wait(60)
    answers: list[int] = []
    second = Thread(target=lambda: answers.append(other.number), daemon=True)
    second.start()
    second.join(60)
    done.set()
    thread.join(60)
    assert (answers, slow.number) == ([2], 1)
