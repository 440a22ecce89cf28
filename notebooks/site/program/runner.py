"""Runs the program of a reader, in the page in which it was typed, and sends what it shows.

`run(source, language, send)` is what the page calls. The program has one name more than others:
`show(x)`, for Values, Steppers, drawings and pages. What it shows is sent at once; a program that
shows nothing shows its last expression, as in a notebook, or the newest Value that has a name.
"""

import ast
import builtins
import linecache
import sys
import traceback
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import engine
from engine import Stepper, Value, source_lines

FILE = "program.py"

# A page shows no more than this.
MOST = 8

# The modules that a program is likely to forget to import.
_MODULES = {"engine", "nn", "math", "random"}

# What takes a thing that is shown: its kind, "page" or "picture", its HTML or SVG, and its name.
Send = Callable[[str, str, str], None]


class _Screen:
    """What a program shows, in the language of its reader."""

    def __init__(
        self, language: Any, send: Send, names: Mapping[str, Any], lines: dict[int, str]
    ) -> None:
        self._language = language
        self._send = send
        self._names = names
        self._lines = lines
        self.shown = 0

    def show(self, *things: Any) -> None:
        """Show Values step by step, and Steppers, drawings and pages; print anything else."""
        for each in things:
            if not self._is_shown(each):
                print(each)

    def _is_shown(self, thing: Any) -> bool:
        """Whether a thing can be more than printed; it is sent then."""
        if isinstance(thing, Value):
            thing = Stepper(thing, self._lines, self._variables(), language=self._language)
        for kind, name in (("page", "html"), ("picture", "svg")):
            make = getattr(thing, name, None)
            if callable(make) and not isinstance(thing, type):
                if self.shown == MOST:
                    raise RuntimeError(f"show: a page shows at most {MOST} things")
                self.shown += 1
                self._send(kind, make(), repr(thing).partition("\n")[0])
                return True
        return False

    def _variables(self) -> dict[str, Value]:
        """The Values of the program, by the names that it has for them."""
        return {
            name: each
            for name, each in self._names.items()
            if isinstance(each, Value) and not name.startswith("_")
        }

    def end(self, last: Any) -> str:
        """Show the last expression, and the newest Value if nothing is shown; says if none is."""
        if last is not None:
            self.show(last)
        if self.shown:
            return ""
        values = self._variables().values()
        if not values:
            return "Done. No variable of the program is a Value: show(x) shows one."
        self.show(max(values, key=lambda each: (bool(each.edges()), each.serial)))
        return ""


def run(source: str, language: str, send: Send) -> tuple[str, str, int]:
    """Run a program: ("done", what to say, 0), or ("error", what is wrong, its line)."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    try:
        body, last = _compiled(source)
        with source_lines() as lines:
            screen = _Screen(language, send, names, lines)
            names.update(show=screen.show, input=_no_input)
            exec(body, names)
            value = eval(last, names) if last else None
            said = screen.end(value)
    except SystemExit:
        return "done", "The program has ended itself.", 0
    except BaseException as error:
        return "error", *_told(error)
    finally:
        sys.stdout.flush()
    return "done", said, 0


def _compiled(source: str) -> tuple[CodeType, CodeType | None]:
    """The program, and its last line apart if that is an expression."""
    tree = ast.parse(source, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        del tree.body[-1]
        return compile(tree, FILE, "exec"), compile(ast.Expression(last.value), FILE, "eval")
    return compile(tree, FILE, "exec"), None


def _no_input(prompt: object = "") -> str:
    """In place of the function of Python, which has no keyboard here."""
    raise RuntimeError(f"input: nobody can answer {prompt!r} here, so write the value down")


def _advice(error: BaseException) -> str:
    """What to do about a name or a package that is not there; "" for any other error."""
    name = getattr(error, "name", None) or ""
    if isinstance(error, ModuleNotFoundError):
        return ("\nThis page has engine, nn and the modules of Python itself. "
                f"With {name} a program runs where glassgrad is installed.")  # fmt: skip
    if isinstance(error, NameError) and name in engine.__all__:
        return f"\nBegin the program with: from engine import {name}"
    if isinstance(error, NameError) and name in _MODULES:
        return f"\nBegin the program with: import {name}"
    return ""


def _told(error: BaseException) -> tuple[str, int]:
    """An error in words, with the lines of the program alone, and the last of these."""
    told = traceback.TracebackException.from_exception(error)
    told.stack[:] = [frame for frame in told.stack if frame.filename == FILE]
    line = told.stack[-1].lineno if told.stack else None
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line = error.lineno
    return "".join(told.format(chain=False)).strip() + _advice(error), line or 0
