"""Stepper(output): one page that plays a run, shown in a notebook or saved as a file.

The page is complete in itself: script, style, trace and picture are inside it. A policy in its head
allows that one script and that one style, and no network at all. Without its script it shows the
picture.
"""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

from ..analysis.naming import Namespace
from ..notation import visible
from ..system.files import demand_writable, write_whole
from ..value import Value
from .script import page_script, page_style, widget_script
from .trace import Lines, Trace, trace
from .widget import widget

_SCRIPT = page_script()
_STYLE = page_style()

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}, step by step</title>
<style>{style}</style>
</head>
<body class="glassgrad-page">
<main class="glassgrad-stepper">
<div class="static">{picture}</div>
</main>
<script type="application/json" id="glassgrad-trace">{trace}</script>
<script type="module">{script}</script>
</body>
</html>
"""

# The height of the page in a notebook, in pixels.
_HEIGHT = 820


class Stepper:
    """Everything that happens in a run, forward and backward, one step at a time.

        Stepper(loss)                           # in a notebook: the page
        Stepper(loss).save("loss.html")         # one file, for any browser, without a network
        Stepper(loss).widget()                  # a widget whose step Python can read and set

    `lines` says, by serial number, which line of the program made a Value. `names` says what Values
    without a label are called, as `locals()` does; by default the variables of the program that
    hold them are looked at, and {} forbids that. No `.grad` is read or written. The recorded run is
    in `trace`.

    Raises what `trace` raises.
    """

    __slots__ = ("trace",)

    def __init__(
        self, output: Value, lines: Lines | None = None, names: Namespace | None = None
    ) -> None:
        self.trace: Trace = trace(output, lines, names=names)

    def html(self) -> str:
        """The page; the same graph always gives the same text."""
        document = dict(self.trace.document)
        svg = document["picture"]["svg"]
        document["picture"] = {**document["picture"], "svg": ""}
        note = f"<p>{escape(visible(document['picture']['note']))}</p>"
        return _PAGE.format(
            policy=_policy(),
            title=escape(visible(document["title"])),
            style=_STYLE,
            picture=svg or note,
            trace=_in_a_script(document),
            script=_SCRIPT,
        )

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all; returns the path.

        Raises ValueError for another ending, and an OSError if no file can be written there, such
        as FileNotFoundError if the folder does not exist.
        """
        target = Path(path)
        if target.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"path: the ending must be .html, got {str(path)!r}")
        demand_writable(target)
        write_whole(target, self.html().encode("utf-8"))
        return target

    def widget(self) -> Any:
        """The same as a widget, with the traits `step` and `selected`: see widget.py.

        Raises ImportError with the line to install it if anywidget is not there.
        """
        return widget(self.trace, widget_script(), _STYLE, self._repr_html_())

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(visible(self.trace.document["title"]))}, step by step" '
            f'sandbox="allow-scripts" srcdoc="{escape(self.html())}" width="100%" '
            f'height="{_HEIGHT}" style="border:0"></iframe>'
        )

    def __repr__(self) -> str:
        return repr(self.trace).replace("Trace of", "Stepper through", 1)


def _policy() -> str:
    """Only this script and this style; nothing from anywhere else, and nothing to anywhere."""
    script, style = (
        b64encode(sha256(text.encode("utf-8")).digest()).decode() for text in (_SCRIPT, _STYLE)
    )
    allowed = f"script-src 'sha256-{script}'; style-src 'sha256-{style}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _in_a_script(document: Any) -> str:
    """JSON that cannot end the element which it stands in, or open a comment there."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
