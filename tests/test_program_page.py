"""The page that runs a reader's Python in the browser: what it shows, and that it asks nobody else.

What a program shows and what is said of its errors is looked at in Python as it is here; the slow
test builds the page and opens it in Chromium, where Python is Pyodide and Graphviz is WebAssembly.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks" / "site" / "program"

# How long Python may take to load, and a program to run, in a browser on a busy machine.
_PATIENCE = 240_000


def _module(name: str) -> Any:
    """A file of the page as a module."""
    spec = importlib.util.spec_from_file_location(f"program_page_{name}", FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


build, runner = _module("build"), _module("runner")

EXAMPLES: list[dict[str, str]] = build.examples()


def _run(source: str, language: str = "en") -> tuple[tuple[str, str, int], list[tuple[str, ...]]]:
    """What the run of a program says, and what it has shown."""
    shown: list[tuple[str, ...]] = []
    said = runner.run(source, language, lambda *sent: shown.append(sent))
    return said, shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"])
def test_an_example_runs_and_shows_something(example: dict[str, str]) -> None:
    """Without an error; the last thing that it shows is a page."""
    said, shown = _run(example["text"])
    assert said == ("done", "", 0)
    assert shown[-1][0] == "page"
    assert shown[-1][1].startswith("<!doctype html>")


def test_the_examples_have_titles() -> None:
    """Each another one."""
    titles = [each["title"] for each in EXAMPLES]
    assert len({*titles}) == len(titles) == len([*(FOLDER / "examples").iterdir()])
    assert all(title and not title.startswith("#") for title in titles)


PROGRAM = """\
from engine import Value
w = Value(2.0)
loss = (w * 3.0) ** 2
{end}
"""


def test_what_a_program_shows_is_its_last_expression_or_its_newest_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the names and the lines of the program, in the language of the reader."""
    ((_, html, name),) = _run(PROGRAM.format(end="loss.backward()\nlate = Value(1.0)"), "de")[1]
    assert name.startswith("Stepper through loss: 3 Values")
    assert "<title>loss, Schritt für Schritt</title>" in html
    assert "program.py, line 3: loss = (w * 3.0) ** 2" in html
    ((_, _, name),) = _run(PROGRAM.format(end="w * 5.0"))[1]
    assert name.startswith("Stepper through Mul: 2 Values")
    ((_, _, name),) = _run(PROGRAM.format(end="w.data"))[1]
    assert name.startswith("Stepper through loss")
    assert capsys.readouterr().out == "2.0\n"


def test_a_program_shows_as_much_as_it_likes_up_to_a_limit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Values, Steppers, drawings and pages; what is none of these is printed."""
    many = "from engine import draw, playground\nshow(w, draw(loss), playground('x*x'), 3, Value)"
    said, shown = _run(PROGRAM.format(end=many))
    assert said == ("done", "", 0)
    assert [kind for kind, _, _ in shown] == ["page", "picture", "page"]
    assert capsys.readouterr().out == "3\n<class 'engine.value.Value'>\n"
    said, shown = _run(PROGRAM.format(end="for _ in range(9):\n    show(w)"))
    assert said[0] == "error"
    assert said[1].endswith("RuntimeError: show: a page shows at most 8 things")
    assert said[2] == 5
    assert len(shown) == 8


@pytest.mark.parametrize(("source", "kind", "text", "line"), [
    ("x = 1\ny = x / 0\n", "error", "ZeroDivisionError: division by zero", 2),
    ("def f():\n    return g()\n\nf()", "error", "name 'g' is not defined", 2),
    ("from engine import Value\nValue(1.0) + 'a'", "error", "TypeError: ", 2),
    ("x = (1,\n\ny = 2 3", "error", "SyntaxError: ", 1),
    ("w = Value(2.0)", "error", "\nBegin the program with: from engine import Value", 1),
    ("model = nn.MLP(2, [1])", "error", "\nBegin the program with: import nn", 1),
    ("import no_such_package", "error", "With no_such_package a program runs where", 1),
    ("x = input('x')", "error", "RuntimeError: input: nobody can answer 'x' here", 1),
    ("raise KeyboardInterrupt", "error", "KeyboardInterrupt", 1),
    ("import sys\nsys.exit()", "done", "The program has ended itself.", 0),
    ("x = 1", "done", "Done. No variable of the program is a Value: show(x) shows one.", 0),
    ("", "done", "Done. No variable of the program is a Value: show(x) shows one.", 0),
])  # fmt: skip
def test_what_is_said_of_a_program(source: str, kind: str, text: str, line: int) -> None:
    """An error with its line and the lines of the program alone; and what to do."""
    (was, said, at), shown = _run(source)
    assert (was, at) == (kind, line)
    assert text in said
    assert str(ROOT) not in said
    assert not shown


def test_a_package_that_is_another_one_is_refused(tmp_path: Path) -> None:
    """By its digest, before anything of it is unpacked."""
    package = build.PACKAGES[0]
    (tmp_path / f"{package.name.replace('@', '-')}.tgz").write_bytes(b"not this")
    with pytest.raises(SystemExit, match=rf"is not {package.name}: its digest is sha512-"):
        build.fetched(package, tmp_path)


def test_the_policy_allows_own_files_and_the_pages_that_are_shown() -> None:
    """No inline script by a wildcard, no other host."""
    policy = build.policy()
    rules = dict(each.split(" ", 1) for each in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert rules["script-src"].count("'sha256-") == 3
    assert rules["style-src"].count("'sha256-") == 2


ASKING = """\
from js import XMLHttpRequest
asked = XMLHttpRequest.new()
asked.open("GET", "{address}", False)
asked.send()
print(asked.status)
"""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A folder behind an address."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    """A server of files for all pages of the world, which says nothing, and notes what is asked."""

    asked: ClassVar[list[str]] = []

    def send_head(self) -> Any:
        """Note who is asked for what."""
        self.asked.append(f"http://{self.headers['Host']}{self.path}")
        return super().send_head()

    def end_headers(self) -> None:
        """Let every page read the answer."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page in a browser, when Python is ready; with all addresses that it has asked."""
    if not shutil.which("npm"):
        pytest.skip("needs npm, for Pyodide and Graphviz as WebAssembly")
    kept = ROOT / "out" / "npm"
    try:
        for package in build.PACKAGES:
            build.fetched(package, kept)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"needs the registry of npm: {error}")
    output = tmp_path_factory.mktemp("page") / "program"
    build.build(output, kept)
    with _served(output) as address:
        opened = chromium.new_page(viewport={"width": 1280, "height": 800})
        opened.asked, opened.faults = [], []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.on(
            "console",
            lambda said: opened.faults.append(said.text) if said.type == "error" else None,
        )
        opened.goto(f"{address}/index.html")
        opened.locator("#run:enabled").wait_for(timeout=_PATIENCE)
        yield opened
        opened.close()


def _typed(page: Any, source: str) -> str:
    """Run a program in the page; what its status is at the end."""
    page.fill("#source", source)
    page.click("#run")
    page.locator("#run:enabled").wait_for(timeout=_PATIENCE)
    status: str = page.inner_text("#status")
    return status


@pytest.mark.slow
def test_the_browser_steps_through_a_program_that_was_typed(page: Any) -> None:
    """By Graphviz in the page: to the end of the run, with the numbers of Python here."""
    said = _typed(page, PROGRAM.format(end="loss.backward()\nprint(w.grad)"))
    assert said.startswith("Done in ")
    assert page.inner_text("#printed") == "36.0\n"
    inside = page.frame_locator("#shown iframe")
    inside.get_by_role("button", name="Last step").click(timeout=_PATIENCE)
    assert inside.locator("svg text", has_text="grad 36").first.is_visible()
    assert page.locator("#shown iframe").count() == 1


@pytest.mark.slow
def test_the_examples_run_in_the_browser_as_they_do_here(page: Any) -> None:
    """Each shows what it shows here."""
    for i, example in enumerate(EXAMPLES):
        page.select_option("#examples", str(i))
        page.click("#run")
        page.locator("#run:enabled").wait_for(timeout=_PATIENCE)
        assert page.locator("#error").is_hidden(), example["title"]
        assert page.locator("#shown > *").count() == len(_run(example["text"])[1])


@pytest.mark.slow
def test_the_line_of_an_error_is_marked_until_something_is_typed(page: Any) -> None:
    """And what Python says of it stands below."""
    assert _typed(page, "x = 1\n\ny = x + z\n") == "Stopped in line 3."
    assert page.locator(".numbers .fault").all_inner_texts() == ["3"]
    assert "NameError: name 'z' is not defined" in page.inner_text("#error")
    page.locator("#source").press("End")
    page.keyboard.type("if x:\ny")
    assert page.locator(".numbers .fault").count() == 0
    assert page.input_value("#source").endswith("if x:\n    y")


@pytest.mark.slow
def test_a_program_without_an_end_is_stopped(page: Any) -> None:
    """What it printed is there, as much as a page can show; and the next program runs."""
    page.fill("#source", "n = 0\nwhile True:\n    print('again', n)\n    n += 1\n")
    page.click("#run")
    page.get_by_text("… and more").wait_for(timeout=_PATIENCE)
    page.click("#stop")
    page.locator("#run:enabled").wait_for(timeout=_PATIENCE)
    assert page.inner_text("#printed").startswith("again 0\nagain 1\n")
    assert len(page.inner_text("#printed")) < 21_000
    assert _typed(page, "print('anew')").startswith("Done. No variable")
    assert page.inner_text("#printed") == "anew\n"


@pytest.mark.slow
def test_the_page_asks_no_other_host_and_no_program_can(page: Any) -> None:
    """Its policy holds for Python too."""
    assert page.faults == []
    own = page.url.rpartition("/")[0]
    assert all(each.startswith((own, f"blob:{own}", "data:")) for each in page.asked)
    with _served(FOLDER) as elsewhere:
        _typed(page, ASKING.format(address=f"{own}/runner.py"))
        assert page.inner_text("#printed") == "200\n"
        _typed(page, ASKING.format(address=f"{elsewhere}/runner.py"))
        assert "NetworkError" in page.inner_text("#error")
        assert page.locator("#prints").is_hidden()
        assert not any(elsewhere in each for each in _Quiet.asked)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_all_readers(page: Any, scheme: str) -> None:
    """By axe: names, contrast and order, with an error in it; nothing is wider than a telephone."""
    axe: Any = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.emulate_media(color_scheme=scheme)
    _typed(page, "print(1)\nx = y\n")
    found = axe.Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    page.set_viewport_size({"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.set_viewport_size({"width": 1280, "height": 800})
