"""Pictures in the pages of others."""

from base64 import b64encode

import pytest

import nn
from engine import Value, draw
from engine.system.pages import as_image, for_jupyter, framed
from tests.browser import launched

PAGE = '<!doctype html><meta charset="utf-8"><div style="width:{room}px">{picture}</div>'

SIZE = """() => {
    const { width, height } = document.querySelector('svg').getBoundingClientRect()
    return [width, height]
}"""


SVG = '<svg width="30pt" height="10pt"><!-- n1 --><title>all digits</title><text>1</text></svg>'

IMAGE = (
    '<img src="data:image/svg+xml;base64,{}" alt="a &lt;b&gt;" style="max-width:100%;height:auto">'
)


def _encoded(text: str) -> str:
    """The text in base 64."""
    return b64encode(text.encode()).decode()


def test_jupyter_gets_the_picture_as_a_document_with_an_image_in_it() -> None:
    """The document has the hints and the room that the picture takes; the SVG is there too."""
    shown = for_jupyter(SVG, "a <b>")
    image = IMAGE.format(_encoded('<svg width="30pt" height="10pt"><text>1</text></svg>'))
    assert shown == {"text/plain": "a <b>", "text/html": shown["text/html"], "image/svg+xml": SVG}
    assert as_image(SVG, "a <b>") == image
    assert shown["text/html"] == (
        f'<object type="image/svg+xml" data="data:image/svg+xml;base64,{_encoded(SVG)}" '
        'aria-label="a &lt;b&gt;" style="width:30pt;aspect-ratio:30/10;max-width:100%;'
        f'height:auto;vertical-align:top">{image}</object>'
    )


def test_a_picture_without_a_size_takes_the_room_that_it_gets() -> None:
    """And one in pixels its own."""
    style = 'style="max-width:100%;height:auto;vertical-align:top"'
    assert style in for_jupyter("<svg/>", "")["text/html"]
    pixels = for_jupyter('<svg class="x" width="12.5" height="4"/>', "")["text/html"]
    assert "width:12.5px;aspect-ratio:12.5/4;" in pixels


def test_a_page_in_a_frame_has_what_stands_for_it_behind_it() -> None:
    """Hidden by a rule that holds only where the frame is."""
    shown = framed("<p title='a'>", "A &amp; B", "<p>still</p>")
    assert ".glassgrad-frame + .glassgrad-still { display: none }" in shown
    assert shown.endswith(
        '</style><iframe class="glassgrad-frame" title="A &amp; B" sandbox="allow-scripts" '
        'srcdoc="&lt;p title=&#x27;a&#x27;&gt;" width="100%" height="680" style="border:0">'
        '</iframe><div class="glassgrad-still"><p>still</p></div>'
    )


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
