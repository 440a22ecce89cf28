"""Notebooks for the site, which shows no names of files: each calls the others by their titles."""

import re
from collections.abc import Iterator
from typing import Any


def title_of(notebook: dict[str, Any]) -> str:
    """What a notebook is called: its first heading."""
    lines: Iterator[str] = (line for cell in notebook["cells"] for line in cell["source"])
    return next(line for line in lines if line.startswith("# ")).removeprefix("# ").strip()


def called_by_title(notebook: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    """The notebook, with links that show titles, as all of the site does, in place of files."""

    def said(link: re.Match[str]) -> str:
        """The link by the title."""
        return f"[{titles[link[1]]}]({link[1]}.ipynb"

    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            lines = cell["source"]
            cell["source"] = [re.sub(r"\[(\w+)\.ipynb\]\(\1\.ipynb", said, line) for line in lines]
    return notebook
