"""Pictures in the pages of others."""

import pytest

import nn
from engine import Value, draw
from engine.system.pages import for_jupyter
from tests.browser import launched

PAGE = '<!doctype html><meta charset="utf-8"><div style="width:{room}px">{picture}</div>'

SIZE = """() => {
    const { width, height } = document.querySelector('svg').getBoundingClientRect()
    return [width, height]
}"""


def test_jupyter_gets_the_picture_as_an_element_too() -> None:
    """The same SVG twice, and the text."""
    shown = {"text/plain": "a line", "text/html": "<svg/>", "image/svg+xml": "<svg/>"}
    assert for_jupyter("<svg/>", "a line") == shown


@pytest.mark.slow
def test_a_picture_shrinks_with_its_room_and_does_not_grow() -> None:
    """In a browser: of a graph and of a network, whose sides keep their proportion."""
    network = nn.draw_network(nn.MLP(2, [3, 1], seed=0)).svg()
    with launched() as browser:
        page = browser.new_page()
        for picture in (draw(Value(1.0, "x").tanh() * 2).svg(), network):
            sizes = []
            for room in (200, 1000, 2000):
                page.set_content(PAGE.format(room=room, picture=picture))
                sizes.append(page.evaluate(SIZE))
            (narrow, low), wide, widest = sizes
            assert narrow == 200
            assert wide == widest
            assert 200 < wide[0] < 1000
            assert wide[0] / wide[1] == pytest.approx(narrow / low, rel=1e-3)
