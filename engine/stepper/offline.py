"""A page that is complete in itself: script, style, data and picture are inside of one file.

A policy in its head allows the scripts and the style that it has, and no network at all.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..languages import Speech
from ..system.files import FilePath, demand_writable, path_of, write_whole
from .script import packed_script, unpacking_script
from .trace import as_json

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body class="glassgrad-page">
<main class="glassgrad-stepper">
<div class="static">{static}</div>
</main>
<script type="text/x-words" id="glassgrad-words">{words}</script>
{data}
<script type="text/plain" id="glassgrad-packed">{packed}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def offline_page(
    title: str,
    static: str,
    data: str,
    script: str,
    style: str,
    words: Speech,
    unsaid: tuple[str, ...],
) -> str:
    """A page that is complete in itself.

    `title`, `static`, what it shows without its script, and `data`, elements that the script reads,
    are HTML. The `script`, and the `words` of its language, are compressed, which takes a third of
    the room; another script unpacks them. Messages that begin with one of `unsaid` are left out.
    """
    unpacking = unpacking_script()
    return _PAGE.format(
        policy=_policy((unpacking, script), style), title=title, style=style, static=static,
        language=words.code, words=packed_script(words.as_data(unsaid)), data=data,
        packed=packed_script(script), script=unpacking,
    )  # fmt: skip


def save_page(path: FilePath, html: str, endings: str = ".html") -> Path:
    """Write a page to an .html file, whole or not at all; returns the path.

    `endings` are those that an error names.
    """
    target = path_of(path)
    if target.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"path: the ending must be {endings}, got {str(path)!r}")
    demand_writable(target)
    write_whole(target, html.encode("utf-8"))
    return target


def _policy(scripts: Iterable[str], style: str) -> str:
    """Only these scripts and this style; nothing from anywhere else, and nothing to anywhere."""
    allowed = f"script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    """What a policy allows a text by."""
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode()}'"


def in_a_script(document: Mapping[str, Any]) -> str:
    """The document as JSON that cannot end its element, or open a comment in it."""
    text = as_json(document)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
