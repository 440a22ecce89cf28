"""The site: it is built without a warning, and its pages ask nobody and complain of nothing.

What it is built from is in notebooks/site. Here most notebooks are shown without being run, as
tests/test_notebooks.py runs them; each night `make site` builds the whole. GLASSGRAD_SITE=out/site
has the pages of a site opened that is there.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.loading import loaded

ROOT = Path(__file__).parents[1]
SITE = ROOT / "notebooks" / "site"
PAGES = sorted(SITE.rglob("*.md"))

# The notebook that is run: it has steppers, a widget, and commands of the terminal.
RUN = "03b_stepper_manual"

# The pages that are opened, and in how many frames something is stepped or typed.
OPENED = {
    "index": 1,
    "learn/gradient": 1,
    "learn/backward": 2,
    "learn/paths": 0,
    "playground": 1,
    f"notebooks/{RUN}": 2,
    "gallery": 2,
    "how-to/in-class": 1,
    "reference/values": 0,
    "reference/training": 0,
    "why/built": 0,
}

each_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda path: path.relative_to(SITE).as_posix()
)


def part(name: str) -> Any:
    """A module of the site, which is no package."""
    return loaded(SITE / f"{name}.py")


@pytest.mark.parametrize(
    ("markdown", "rest"),
    [
        ("Plain.", ["Plain.", ""]),
        ("`nn.hinge` of x_", [r"\ :py:obj:`nn.hinge`\  of x\_", ""]),
        ("max(0, *a) `x **\ny` |x|", [r"max(0, \*a) \ ``x ** y``\  \|x\|", ""]),
        ("- `a`: one\n- two", [r"- \ :py:obj:`a`\ : one", "- two", ""]),
        (">>> 1 * 1\n1", [">>> 1 * 1", "1", ""]),
        (
            "So:\n\n    a = 1\n\n    b = 2",
            ["So:", "", ".. code-block:: python", "", "    a = 1", "    ", "    b = 2", ""],
        ),
        ("    Layer  of neurons", [".. code-block:: text", "", "    Layer  of neurons", ""]),
    ],
)
def test_a_docstring_becomes_rest(markdown: str, rest: list[str]) -> None:
    """Names are links, code is code, blocks are blocks, and no other sign means anything."""
    assert part("docstrings").as_rest(markdown.split("\n")) == rest


def test_every_public_name_is_in_the_reference(tmp_path: Path) -> None:
    """On one page, once."""
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    reference = part("reference")
    assert reference.unlisted() == set()
    reference.write_reference(tmp_path / "reference")
    pages = "".join(path.read_text() for path in (tmp_path / "reference").glob("*.rst"))
    names = re.findall(r"(?m)^\.\. (?:autoclass|autofunction|automodule|py:data):: (\S+)$", pages)
    assert len(names) == len(set(names)) == sum(len(row[2]) for row in reference.PAGES.values())


def test_notebooks_of_the_site_call_each_other_by_their_titles() -> None:
    """Where nothing shows the names of files; a link in code, and one with words, stay."""
    titles = part("titles")
    words = "See [b.ipynb](b.ipynb#part), [b.ipynb](b.ipynb) and [the one before](b.ipynb)."
    cells = [{"cell_type": kind, "source": ["# One\n", words]} for kind in ("markdown", "code")]
    made = titles.called_by_title({"cells": cells}, {"b": "Two"})
    told = "See [Two](b.ipynb#part), [Two](b.ipynb) and [the one before](b.ipynb)."
    assert [cell["source"][1] for cell in made["cells"]] == [told, words]
    assert titles.title_of(made) == "One"


def test_the_page_on_installing_names_the_extras_that_there_are() -> None:
    """All of them, and no other."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = set(tomllib.load(file)["project"]["optional-dependencies"])
    text = (SITE / "how-to" / "install.md").read_text(encoding="utf-8")
    named = re.findall(r'(?:`|")\.\[([\w,]+)\]', text)
    assert {extra for group in named for extra in group.split(",")} == extras


def test_the_page_for_programs_is_in_the_site_where_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a way back to the site; else the log says how it is made."""
    for package in ("sphinx", "docutils"):
        pytest.importorskip(package, reason="needs the group `site`: make .venv/.site")
    monkeypatch.syspath_prepend(str(SITE))
    build = part("build")
    assert not build.add_program(tmp_path / "program", tmp_path)
    assert "`make program-page site` makes both" in capsys.readouterr().out
    assert build.add_program(made_program(tmp_path / "program"), tmp_path / "sources")
    copied = tmp_path / "sources" / "extra" / "program" / "index.html"
    assert '<header>\n<p><a href="../index.html">glassgrad</a></p>' in copied.read_text()
    assert "<header>" in (SITE / "program" / "index.html").read_text()


@each_page
def test_the_python_of_a_page_is_python(page: Path) -> None:
    """Every block can be read, and a page that runs says so in its head."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```(?:python|\{code-cell\})\n((?:(?!```).*\n)*)```", text):
        lines = [line for line in block.splitlines() if not line.startswith((":", "%", "!"))]
        ast.parse("\n".join(lines))
    assert ("{code-cell}" in text) == text.startswith("---\nfile_format: mystnb\n")


@each_page
def test_a_link_of_a_page_leads_somewhere_in_the_folder_too(page: Path) -> None:
    """As one reads the page on GitHub; but to what the site alone has."""
    made = {SITE / path for path in ("why/engine.md", "why/compiler.md", "why/nn.md")}
    made |= {SITE / "changelog.md", SITE / "playground-page.html", SITE / "program" / "index.html"}
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for path in re.findall(r"\]\((?!https:|#)([^)#]+)", text):
        target = Path(os.path.normpath(page.parent / path))
        is_made = target in made or {"reference", "reasons"} & {*target.relative_to(ROOT).parts}
        assert target.exists() or is_made, path


@pytest.mark.slow
def test_a_model_goes_to_pytorch_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block that the site does not run, since PyTorch is 3 GB, gives the model's numbers."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.chdir(tmp_path)
    text = (SITE / "how-to" / "export.md").read_text(encoding="utf-8")
    (first, *_) = re.findall(r"```\{code-cell\}\n(.*?)```", text, re.DOTALL)
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(first + block + "outputs = network(torch.tensor(X, dtype=torch.float64))", names)
    expected = [names["model"](row).data for row in names["X"]]
    assert names["outputs"].flatten().tolist() == pytest.approx(expected, rel=1e-12)


class Handler(SimpleHTTPRequestHandler):
    """Files, without a line on the terminal for each."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site: the one that GLASSGRAD_SITE names, or a new one."""
    named = os.environ.get("GLASSGRAD_SITE")
    return Path(named).resolve() if named else built(tmp_path_factory)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address of the site, served."""
    with served(folder) as found:
        yield found


def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site that has just been built."""
    for package in ("sphinx", "furo", "myst_nb", "math_core", "mlflow", "wandb", "optuna"):
        pytest.importorskip(package, reason="needs the group `site`: make .venv/.site")
    output = tmp_path_factory.mktemp("built") / "site"
    made_program(output.with_name("program"))
    command = [sys.executable, str(SITE / "build.py"), str(output), "--notebooks", RUN]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return output


def made_program(folder: Path) -> Path:
    """A folder in place of the one that `make program-page` makes."""
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Program</title><header></header>")
    return folder


@contextmanager
def served(folder: str | Path) -> Iterator[str]:
    """The address at which a folder is served, until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """A page of a browser that notes what goes wrong in `wrong`."""
    opened = chromium.new_page(viewport={"width": 375, "height": 700})
    opened.wrong = []
    own = (address, "data:", "blob:", "about:")
    opened.on("request", lambda r: r.url.startswith(own) or opened.wrong.append(f"asks {r.url}"))
    opened.on("console", lambda m: m.type in ("error", "warning") and opened.wrong.append(m.text))
    opened.on("pageerror", lambda error: opened.wrong.append(str(error)))
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", OPENED)
def test_a_page_asks_nobody_and_complains_of_nothing(page: Any, address: str, name: str) -> None:
    """It is as wide as a phone, and each frame answers a key."""
    page.goto(f"{address}/{name}.html")
    frames = page.query_selector_all("iframe.glassgrad-frame")
    assert len(frames) >= OPENED[name]
    for element in frames:
        element.scroll_into_view_if_needed()
        frame = element.content_frame()
        frame.wait_for_selector(".glassgrad-stepper > .screen")
        frame.click(".counter")
        page.keyboard.press("ArrowRight")
        frame.wait_for_selector("text=/^1 \\/ \\d+$/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.wrong == []


@pytest.mark.slow
def test_the_search_works_in_a_folder_too(chromium: Any, folder: Path) -> None:
    """There a page may not read what it finds, and does not try."""
    wrong: list[str] = []
    opened = chromium.new_page()
    opened.on("console", lambda m: wrong.extend([m.text] * (m.type == "error")))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(f"{(folder / 'search.html').as_uri()}?q=softmax")
    opened.wait_for_selector("#search-results li:nth-child(3)")
    opened.wait_for_timeout(500)
    opened.close()
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index", "learn/backward"])
def test_the_first_key_is_a_step(page: Any, address: str, name: str) -> None:
    """Nobody has to click into the frame before; of several, the one in sight answers."""
    page.goto(f"{address}/{name}.html")
    for element in page.query_selector_all("iframe.glassgrad-frame"):
        frame = element.content_frame()
        frame.wait_for_selector(".glassgrad-stepper > .screen")
        element.scroll_into_view_if_needed()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        frame.wait_for_selector("text=/^1 \\/ \\d+$/")
    assert page.wrong == []


@pytest.mark.slow
def test_numbers_in_sentences_are_computed(page: Any, address: str) -> None:
    """Where a page evaluates a number, there is one."""
    page.goto(f"{address}/learn/gradient.html")
    text = page.inner_text("article")
    assert "∂y/∂a = -24 · (-3) = 72" in text
    assert "The gradient is 3, 6, 9." in text
    assert "The loss was 2.25" in text


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OPENED if name.startswith("learn/")])
def test_a_number_in_a_sentence_is_moved(page: Any, address: str, name: str) -> None:
    """The sentence begins as it reads without a script, and follows a key."""
    page.goto(f"{address}/{name}.html")
    sentence = page.locator(".live-sentence p").first
    [written] = page.evaluate("fetch(location).then((page) => page.text())").split(
        'class="live-sentence', 1
    )[1:]
    start = re.sub("<[^>]*>", "", written.split("<p>", 1)[1].split("</p>", 1)[0])
    assert sentence.text_content() == start
    sentence.get_by_role("slider").first.press("ArrowRight")
    assert sentence.text_content() != start
    assert page.wrong == []


@pytest.mark.slow
def test_a_reader_finds_the_page_for_programs_and_the_way_back(page: Any, address: str) -> None:
    """Where the site has one, from the playground and from how to install; else no link is dead."""
    for name in ("playground", "how-to/install"):
        page.goto(f"{address}/{name}.html")
        there = page.locator('article a[href$="program/index.html"]')
        assert there.count() == page.evaluate(
            "address => fetch(address, {method: 'HEAD'}).then((found) => Number(found.ok))",
            f"{address}/program/index.html",
        )
        if there.count():
            there.click()
            assert page.url == f"{address}/program/index.html"
            page.click("text=glassgrad")
            assert page.url == f"{address}/index.html"
