"""Pictures and pages in the pages of others, such as notebooks: alive, and there when saved.

A notebook that someone else opens is not trusted: scripts, styles, frames and SVG elements are
taken away, by JupyterLab and by GitHub, and images stay. So each picture is an image too, which is
shown where nothing better is left. The letters of the SVG are inside attributes: of an SVG element
that is taken away they would stay behind, as a heap of words.

`ROOM` is the style of a picture that is never wider than its room, `for_jupyter` what Jupyter gets
of a picture, and `framed` a page in a frame.
"""

import re
from base64 import b64encode
from html import escape

ROOM = "max-width:100%;height:auto"

# The height of a page in a notebook, in pixels.
HEIGHT = 680

# A page in a frame cannot see the notebook around it. But what a frame's `color-scheme` is, is what
# `prefers-color-scheme` is in it; so it gets that of JupyterLab's, VS Code's or Colab's theme. What
# stands for the frame is hidden behind it, and shown where there is none.
_STYLE = """\
<style>
:is([data-jp-theme-light="true"], .vscode-light, html[theme="light"]) .glassgrad-frame \
{ color-scheme: light }
:is([data-jp-theme-light="false"], .vscode-dark, html[theme="dark"]) .glassgrad-frame \
{ color-scheme: dark }
.glassgrad-frame + .glassgrad-still { display: none }
</style>"""

_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)(pt|)" height="([\d.]+)')

# What an image does not show.
_UNSEEN = re.compile(r"<title>[^<]*</title>\n?|<!--.*?-->\n?", re.DOTALL)


def for_jupyter(svg: str, text: str) -> dict[str, str]:
    """What Jupyter may show of a picture: text, SVG, or the SVG as a document within its page.

    It prefers the last. JupyterLab puts mere SVG into an image, which it cuts at the right, and in
    which no hint appears. Where the document is taken away, the image in it stays.
    """
    alive = (
        f'<object type="image/svg+xml" data="{_address(svg)}" aria-label="{escape(text)}" '
        f'style="{_room_of(svg)}">{as_image(svg, text)}</object>'
    )
    return {"text/plain": text, "text/html": alive, "image/svg+xml": svg}


def as_image(svg: str, text: str) -> str:
    """The SVG as an image, without what only a mouse finds; `text` is for those who do not see."""
    return f'<img src="{_address(_UNSEEN.sub("", svg))}" alt="{escape(text)}" style="{ROOM}">'


def framed(page: str, title: str, still: str) -> str:
    """A page in a frame that may run scripts and nothing else; `still` is shown where frames go.

    `title` and `still` are HTML.
    """
    return (
        f'{_STYLE}<iframe class="glassgrad-frame" title="{title}" sandbox="allow-scripts" '
        f'srcdoc="{escape(page)}" width="100%" height="{HEIGHT}" style="border:0"></iframe>'
        f'<div class="glassgrad-still">{still}</div>'
    )


def _address(svg: str) -> str:
    """The SVG as an address."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode('utf-8')).decode()}"


def _room_of(svg: str) -> str:
    """The style of a document: its room is kept free until it is there, and nothing moves then."""
    found = _SIZE.match(svg)
    if found is None:
        return f"{ROOM};vertical-align:top"
    width, unit, height = found.groups()
    return f"width:{width}{unit or 'px'};aspect-ratio:{width}/{height};{ROOM};vertical-align:top"
