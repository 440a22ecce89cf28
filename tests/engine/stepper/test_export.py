"""A notebook with a stepper that is run without a browser, and made into a page by nbconvert."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.browser import launched

nbformat: Any = pytest.importorskip("nbformat")
nbclient: Any = pytest.importorskip("nbclient")
nbconvert: Any = pytest.importorskip("nbconvert", reason="needs nbconvert")

CELL = """
from engine import Stepper, Value, source_lines
w, x, b = Value(2.0, label="w"), Value(-3.0, label="x"), Value(7.0, label="b")
with source_lines() as lines:
    loss = (w * x + b).relu() ** 2
loss.label = "Loss"
Stepper(loss, lines)
""".strip()

# The gradients of (w x + b)^2 where w x + b = 1: 2x, 2w and 2.
GRADIENTS = ("grad -6", "grad 4", "grad 2")


# A frame in a sandbox is a process of its own, which a setting of the page may reach too late.
NO_SCRIPTS = "--blink-settings=scriptEnabled=false"


class Frames(HTMLParser):
    """The pages in the frames of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.pages: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the page of a frame."""
        if tag == "iframe":
            self.pages.append(dict(attrs)["srcdoc"] or "")


@pytest.fixture(scope="module")
def exported() -> str:
    """The notebook as HTML."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    html: str = nbconvert.HTMLExporter().from_notebook_node(notebook)[0]
    return html


def test_the_exported_page_holds_the_picture(exported: str) -> None:
    """As elements of the frame's page, before any script, with the gradients at the end."""
    (page,) = Frames(exported).pages
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert page.index("</svg>") < page.index("<script")
    assert all(f">{gradient}<" in picture for gradient in GRADIENTS)


def test_lines_are_those_of_the_cell(exported: str) -> None:
    """By the number that stands beside it, as in the messages of IPython."""
    (page,) = Frames(exported).pages
    assert page.count('"line":"Cell In[1], line 4: loss = (w * x + b).relu() ** 2"') == 4


def test_a_reader_without_scripts_sees_the_picture(exported: str, tmp_path: Path) -> None:
    """In Chromium with JavaScript switched off: it is in view, and has the size of a picture."""
    path = tmp_path / "notebook.html"
    path.write_text(exported, encoding="utf-8")
    with launched(NO_SCRIPTS) as browser:
        page = browser.new_page(java_script_enabled=False, offline=True)
        page.goto(path.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator("svg").wait_for()
        for gradient in GRADIENTS:
            assert frame.locator("svg text", has_text=gradient).first.is_visible()
        assert frame.locator("button").count() == 0  # a script would have made some
        size = frame.locator("svg").bounding_box()
    assert size["width"] > 300
    assert size["height"] > 100
