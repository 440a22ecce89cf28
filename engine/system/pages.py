"""Pictures in the pages of others: never wider than their room, and alive.

`ROOM` is the style of such an SVG element, and `for_jupyter` what Jupyter gets of it.
"""

ROOM = "max-width:100%;height:auto"


def for_jupyter(svg: str, text: str) -> dict[str, str]:
    """What Jupyter may show of a picture: text, SVG, or the SVG as an element of its page.

    It prefers the last. JupyterLab puts mere SVG into an image, which it cuts at the right, and in
    which no hint appears.
    """
    return {"text/plain": text, "text/html": svg, "image/svg+xml": svg}
