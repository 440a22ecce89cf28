"""What notebooks have saved is there for all who open them: where nobody is trusted, as images.

Two rules stand for the readers. JupyterLab, by sanitize-html, keeps the text of an element that it
takes away; DOMPurify, which others use, takes away with some elements all that is in them. The slow
test opens a notebook in JupyterLab itself.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest

import nn
from engine import Drawing, Stepper, Value, draw, playground
from tests.browser import launched

_ADDRESS = re.compile(r"data:image/svg\+xml;base64,([\w+/=]+)")

# Elements that JupyterLab 4.6 and DOMPurify 3.5 both keep, of those that are written here.
_KEPT = {"p", "div", "img", "code"}


class _Rule(NamedTuple):
    """A way to take elements away; with `emptied`, all that is in them goes too."""

    name: str
    emptied: frozenset[str]


_RULES = [
    _Rule("sanitize-html", frozenset({"script", "style", "textarea", "option"})),
    _Rule("DOMPurify", frozenset({"script", "style", "iframe", "svg", "template", "noscript"})),
]


class _Left(HTMLParser):
    """What a rule leaves of a text: the images, by their attributes, and the letters."""

    def __init__(self, html: str, rule: _Rule) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.text = ""
        self._emptied = rule.emptied
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an image, and where all is taken away."""
        if tag in self._emptied:
            self._within.append(tag)
        elif tag == "img" and not self._within:
            self.images.append(dict(attrs))
        elif tag not in _KEPT and not self._within:
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        """All stays from here on."""
        if self._within[-1:] == [tag]:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Note letters."""
        if not self._within:
            self.text += data


def _neuron() -> Value:
    """A neuron, and its gradients."""
    w, x = Value(2.0, label="w"), Value(-3.0, label="x")
    loss = (w * x + 7.0).relu() ** 2
    loss.label = "Loss"
    loss.backward()
    return loss


def _large() -> Value:
    """A graph that is drawn and walked folded."""
    loss: Value = nn.MLP(2, [12, 12, 1], seed=0)([0.5, -1.0])
    loss.label = "Loss"
    loss.backward()
    return loss


# Each with a word of its picture, and a line of text that stands beside it.
_PICTURES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "drawing": (lambda: draw(_neuron()), "data -6", ""),
    "large drawing": (lambda: draw(_large(), max_boxes=50), "∑ Sum", ""),
    "network": (lambda: nn.draw_network(nn.MLP(2, [3], seed=0)), "x[0]", ""),
    "stepper": (lambda: Stepper(_neuron()), "data -6", "Run this cell to step"),
    "large stepper": (lambda: Stepper(_large()), "∑ Sum", "Run this cell to step"),
    "German": (lambda: Stepper(_neuron(), language="de"), "Zahl -6", "Führe diese Zelle aus"),
}

_each_picture = pytest.mark.parametrize("name", _PICTURES)
_each_rule = pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.name)


def _html_of(shown: Any) -> str:
    """What a notebook saves of an object as HTML."""
    if hasattr(shown, "_repr_mimebundle_"):
        bundle: dict[str, str] = shown._repr_mimebundle_(include=None, exclude=None)
        return bundle["text/html"]
    html: str = shown._repr_html_()
    return html


def _picture_of(image: dict[str, str | None]) -> list[str]:
    """The texts of a picture that is an image, which is a document of its own."""
    found = _ADDRESS.fullmatch(image["src"] or "")
    assert found
    root = ET.fromstring(b64decode(found[1], validate=True))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not root.findall(".//{http://www.w3.org/2000/svg}title")
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]


@_each_picture
@_each_rule
def test_a_picture_is_left_where_nobody_is_trusted(name: str, rule: _Rule) -> None:
    """As one image with another text, and without the picture's words as a heap beside it."""
    make, word, line = _PICTURES[name]
    left = _Left(_html_of(make()), rule)
    [image] = left.images
    assert any(word in text for text in _picture_of(image))
    assert image["alt"]
    assert line in left.text
    assert word not in left.text
    assert bool(left.text.strip()) == bool(line)


@_each_rule
def test_what_is_hidden_until_it_is_taught_is_hidden_in_the_image_too(rule: _Rule) -> None:
    """A saved notebook does not give the gradients away."""
    [image] = _Left(_html_of(Stepper(_neuron(), hide=["gradients"])), rule).images
    texts = _picture_of(image)
    assert any("data -6" in text for text in texts)
    assert not any("grad" in text for text in texts)


@_each_rule
def test_a_page_without_a_picture_leaves_a_line_of_text(rule: _Rule) -> None:
    """The playground, and a run that is too large to be drawn; labels stay text."""
    left = _Left(_html_of(playground("a*b")), rule)
    assert not left.images
    assert "a*b" in left.text
    assert "Run this cell to open the page." in left.text
    chain = Value(1.0, "<b>x</b>")
    for _ in range(400):
        chain = chain * chain.tanh()
    left = _Left(_html_of(Stepper(chain, notes=["a note"])), rule)
    assert not left.images
    assert "too many for a picture" in left.text


@pytest.mark.parametrize("make", [_neuron, _large])
def test_a_saved_picture_costs_less_than_thrice_its_size(make: Callable[[], Value]) -> None:
    """A stepper is larger by a third at most, for its picture."""
    loss = make()
    drawing = draw(loss, max_boxes=50)
    assert len(_html_of(drawing)) < 3 * len(drawing.svg())
    stepper = Stepper(loss)
    assert len(_html_of(stepper)) < 1.34 * (len(stepper.html()) + stepper.html().count('"') * 5)


@pytest.mark.slow
def test_the_reader_who_trusts_sees_no_image() -> None:
    """In a browser: the frame or the document alone, with hints, in the room that it has."""
    with launched() as browser:
        page = browser.new_page()
        for shown in (draw(_neuron()), Stepper(_neuron()), playground()):
            page.set_content(f"<!doctype html><body style='width:600px'>{_html_of(shown)}")
            page.wait_for_function("document.querySelector('iframe, object').clientHeight > 100")
            assert not page.evaluate("[...document.images].some(each => each.clientHeight)")
            assert not page.locator("p").count() or not page.locator("p").first.is_visible()
        page.set_content(f"<!doctype html>{_html_of(draw(_neuron()))}")
        inside = "document.querySelector('object').contentDocument ?? 'of its own origin'"
        assert page.evaluate(inside) == "of its own origin"


@pytest.mark.slow
def test_where_documents_are_forbidden_the_image_is_shown() -> None:
    """In a browser, under a policy such as that of VS Code."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    with launched() as browser:
        page = browser.new_page()
        page.set_content(f"<!doctype html>{meta}{_html_of(draw(_neuron()))}")
        page.wait_for_function("document.images[0].clientHeight > 100")


@contextmanager
def _jupyterlab(folder: Path) -> Iterator[str]:
    """JupyterLab over a folder, with settings of its own; gives the address of its notebooks."""
    pytest.importorskip("jupyterlab", reason="needs JupyterLab: the extra [notebook]")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(folder / name.lower()) for name in
           ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
            "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}  # fmt: skip
    arguments = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
                 "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", *arguments]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server, folder / "log.txt")
            yield f"http://127.0.0.1:{port}/doc/tree"
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when a server answers; fail with what it has said if it has ended."""
    for _ in range(120):
        assert server.poll() is None, log.read_text("utf-8")
        try:
            urlopen(address, timeout=5).close()
        except (URLError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"JupyterLab does not answer: {log.read_text('utf-8')}")


def _saved(outputs: dict[str, dict[str, str]]) -> str:
    """A notebook with these outputs, one of each cell, that nobody has signed."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": f"# {name}",
         "execution_count": None,
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}]}
        for i, (name, data) in enumerate(outputs.items())
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.slow
def test_jupyterlab_shows_every_picture_of_a_notebook_that_it_does_not_trust(
    tmp_path: Path,
) -> None:
    """Images that are loaded and large, in the place of each picture, and no heap of words."""
    made = {name: make() for name, (make, _, _) in _PICTURES.items()}
    saved = {
        name: shown._repr_mimebundle_(include=None)
        if isinstance(shown, Drawing | nn.NetworkDrawing)
        else {"text/plain": repr(shown), "text/html": _html_of(shown)}
        for name, shown in made.items()
    }
    saved["history"] = nn.History([1.0, 0.5])._repr_mimebundle_()[0]
    (tmp_path / "saved.ipynb").write_text(_saved(saved), encoding="utf-8")
    with _jupyterlab(tmp_path) as address, launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 12_000})
        page.goto(f"{address}/saved.ipynb")
        outputs = page.locator(".jp-OutputArea-output")
        outputs.nth(len(saved) - 1).wait_for(timeout=120_000)
        for i, name in enumerate(saved):
            output = outputs.nth(i)
            assert output.locator("iframe, object, svg, style").count() == 0, name
            size = output.locator("img").evaluate("each => each.decode().then(() => each.width)")
            assert size > 100, name
            assert "data -6" not in output.inner_text(), name
