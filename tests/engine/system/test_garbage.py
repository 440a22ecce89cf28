"""Python does not search for cycles while a graph is built, and does afterwards."""

import gc
from collections.abc import Iterator

import pytest

from engine.system.garbage import uncollected


@pytest.fixture(autouse=True)
def _as_ever() -> Iterator[None]:
    """Whatever a test does, Python collects after it as before."""
    yield
    gc.enable()


def test_inside_there_is_no_search() -> None:
    """Nor inside of that."""
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_after_an_error_the_search_goes_on() -> None:
    """An interrupt too."""
    with pytest.raises(KeyboardInterrupt), uncollected():
        raise KeyboardInterrupt
    assert gc.isenabled()


def test_a_program_that_does_not_collect_goes_on_so() -> None:
    """A collector that was off stays off."""
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
