"""The engine in the terminal: what it prints, what it writes, and what it says of mistakes."""

import io
import os
import platform
import runpy
import shlex
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from engine import PRIMITIVES, Op, Value, __version__, register
from engine.__main__ import main
from engine.exercises import EXERCISES, exercise, solution
from engine.stepper import REASONS

SQUARE = "'relu(w*x + b)**2' w=2 x=-3 b=7"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command line; gives the status, and what it printed on both outputs."""

    def run(line: str) -> tuple[int, str, str]:
        status = main(shlex.split(line))
        return status, *capsys.readouterr()

    return run


def test_a_step_is_a_line(run: Any) -> None:
    """Forward, then backward, until every gradient is complete."""
    status, printed, complaint = run(f"step {SQUARE}")
    lines = printed.splitlines()
    assert (status, complaint) == (0, "")
    assert lines[0] == "Mul = w × x = 2 × (-3) = -6"
    assert "∂L/∂Add += ∂L/∂ReLU · d(relu(Add))/dAdd = 2 × 1 = 2   (0 → 2)" in lines
    assert {"∂L/∂w = -6", "∂L/∂x = 4", "∂L/∂b = 2"} <= set(lines)


def test_why_tells_the_rule_below_each_contribution(run: Any) -> None:
    """With the names and then the numbers put in; a page has it without being asked."""
    status, printed, _ = run(f"step {SQUARE} --why")
    lines = printed.splitlines()
    rules = {line: lines[i + 1] for i, line in enumerate(lines) if "+=" in line}
    assert status == 0
    assert (
        rules["∂L/∂w += ∂L/∂Mul · d(w·x)/dw = 2 × (-3) = -6   (0 → -6)"] == "    d(w·x)/dw = x = -3"
    )
    assert "    d(ReLU²)/dReLU = 2·ReLU = 2 × 1 = 2" in rules.values()
    assert "    d(relu(Add))/dAdd = (1 if Add > 0, else 0) = 1, since 1 > 0" in rules.values()
    assert [line for line in lines if not line.startswith(" ")] == run(f"step {SQUARE}")[
        1
    ].splitlines()


def test_the_output_keeps_its_name(run: Any) -> None:
    """It is L if it has none of its own, and if nothing else is."""
    assert run("step 'loss = x**2' x=3")[1].endswith("∂loss/∂x = 6\n")
    assert run("step 'L**2' L=3")[1].endswith("∂Pow/∂L = 6\n")
    assert run("step x x=3")[1] == "∂x/∂x = 1\n"


def test_a_step_page_is_written(run: Any, tmp_path: Path) -> None:
    """One file of HTML, which plays the run."""
    path = tmp_path / "step.html"
    assert run(f"step {SQUARE} -o {path}") == (0, f"wrote {path}\n", "")
    page = path.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<title>L, step by step</title>" in page
    assert '"title":"L"' in page


def test_a_picture_is_written(run: Any, tmp_path: Path) -> None:
    """With gradients; the path is printed too."""
    path = tmp_path / "graph.dot"
    line = f"draw 'h = w*x + b; relu(h)**2' w=2 -o {path} x=-3 b=7 --path-to w --direction TB"
    status, printed, _ = run(line)
    assert status == 0
    assert printed.splitlines()[1:] == [
        "L → ReLU → h → Mul → w",
        "∂L/∂w = 2 × 1 × 1 × (-3) = -6",
        f"wrote {path}",
    ]
    assert "-6" in path.read_text("utf-8")
    assert run(f"draw {SQUARE} -o {tmp_path}/graph.svg")[0] == 0


def test_reasons_are_listed_told_and_written(run: Any, tmp_path: Path) -> None:
    """Without a name all of them, with one that one; -o writes pages."""
    status, printed, _ = run("reasons")
    titles = dict(line.split(maxsplit=1) for line in printed.splitlines())
    assert (status, titles) == (0, {name: each.title for name, each in REASONS.items()})
    assert run("reasons residual") == (0, f"{REASONS['residual']}\n", "")
    path = tmp_path / "residual.html"
    assert run(f"reasons residual -o {path}") == (0, f"wrote {path}\n", "")
    assert "<title>Why a residual connection lets gradients through</title>" in path.read_text()
    status, printed, _ = run(f"reasons -o {tmp_path}/all")
    assert printed.splitlines() == [f"wrote {tmp_path}/all/{name}.html" for name in REASONS]
    assert (tmp_path / "all" / "residual.html").read_bytes() == path.read_bytes()


def test_the_version_is_printed(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the package, by the option that every program has."""
    with pytest.raises(SystemExit) as ended:
        run("--version")
    assert (ended.value.code, capsys.readouterr().out) == (0, f"glassgrad {__version__}\n")


def test_info_names_what_is_installed(run: Any) -> None:
    """A line each, for a report of a fault; what is not there is said to be so."""
    status, printed, _ = run("info")
    told = dict(line.split(maxsplit=1) for line in printed.splitlines())
    assert status == 0
    assert told["Python"].startswith(platform.python_version())
    assert told["graphviz"] == metadata.version("graphviz")
    assert told.keys() >= {"system", "dot", "glassgrad", "graphviz", "llvmlite", "jax", "torch"}


def test_info_says_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    """Neither a package nor the program of Graphviz."""

    def unknown(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", unknown)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    told = dict(line.split(maxsplit=1) for line in run("info")[1].splitlines())
    assert (told["numpy"], told["dot"]) == ("not installed", "not found")


def test_exercises_are_listed_and_printed(run: Any) -> None:
    """Without a name all of them, with one its text or its solution, for a student too."""
    status, printed, _ = run("exercises")
    assert status == 0
    assert printed.splitlines() == [f"- {each.name} {each.title}" for each in EXERCISES.values()]
    assert run("exercises 04-2")[1] == f"{exercise('04-2')}\n"
    of_ada = run("exercises 01-4 --student Ada")
    assert of_ada == (0, f"{exercise('01-4', seed='Ada')}\n", "")
    assert of_ada != run("exercises 01-4")
    solved = run("exercises 01-4 --student Ada --solution")
    assert solved == (0, f"{solution('01-4', seed='Ada')}\n", "")


def test_a_right_gradient_passes(run: Any) -> None:
    """The status is 0, and the table has a row for each derivative."""
    status, printed, _ = run(f"check {SQUARE}")
    assert status == 0
    assert [line.split()[0] for line in printed.splitlines()[1:4]] == ["w", "x", "b"]
    assert "3 partial derivatives, all agree (tolerance 1e-08)" in printed
    options = "--order 2 --method central --tolerance 1e-5"
    assert "6 partial derivatives, all agree (tolerance 1e-05)" in run(
        f"check 'exp(-w*x)' w=1 x=0.5 {options}"
    )[1]  # fmt: skip


def test_a_wrong_gradient_fails(run: Any) -> None:
    """The status is 1, and the table says where."""
    register(Op("cube", "cube", "{a}^3", (-2, 2), lambda a: a**3, (lambda a, y: 2 * a * a,)))
    status, printed, _ = run("check 'cube(x)' x=2")
    del PRIMITIVES["cube"]
    del Value.cube  # type: ignore[attr-defined]  # it was there for the test
    assert status == 1
    assert "1 WRONG" in printed


@pytest.mark.parametrize("line", [
    "step -x**2 x=3", "step -x x=3", "step '-x * x' x=3", "step -- -x*x x=3", "check -x*x x=-1e-3",
    "step 'µ*x' µ=2 x=inf", "step x*y x=nan y=-inf", "step ' x * y ' ' x = 1 ' y=1_0",
])  # fmt: skip
def test_signs_and_special_numbers_are_understood(run: Any, line: str) -> None:
    """A leading minus is no option, and numbers may be negative, infinite or nan."""
    assert run(line)[0] == 0


@pytest.mark.parametrize(("line", "complaint"), [
    ("step 'sqr(w)' w=2", "unknown function 'sqr': write x**2\n  sqr(w)\n  ^^^"),
    ('step "__import__(\'os\')"', "' has no meaning here"),
    ("step x", "the expression needs a number for x: add x=1.5"),
    ("step x*y x=1", "the expression needs a number for y: add y=1.5"),
    ("step x*y X=1 y=2", "the expression needs a number for x: add x=1.5; X is another name"),
    ("step W*y w=1 Y=2 z=3", "the expression needs a number for W, y: add W=1.5 y=1.5; w is anoth"),
    ("step x x=1 y=2", "the expression has no name 'y', it has only x: leave y out"),
    ("step x x=one", "x must be a number, got 'one': write x=1.5 or the like"),
    ("step x x=0,5", "x must be a number, got '0,5': write x=0.5, with a point"),
    ("step x x=1,000,5", "x must be a number, got '1,000,5': write x=1.5 or the like"),
    ("step x x=", "x must be a number, got '': write x=1.5 or the like"),
    ("step x x=1 x=2", "x is given twice: leave one of them out"),
    ("step w*x + b", "cannot read '+': write name=number, such as x=1.5, and the expression in"),
    ("step x =3", "cannot read '=3': write name=number"),
    ("step x x=1 -o /nowhere/step.html --fast", "there is no option --fast"),
    ("step x x=1 -o step.html --why", "--why is for the text of the steps: leave it out, or"),
    ("step", "the following arguments are required: EXPRESSION"),
    ("walk x", "there is no command 'walk': begin with step, draw, check, reasons, ex"),
    ("tanh(w*x) w=1", "there is no command 'tanh(w*x)': begin with python -m engine step \"tanh(w"),
    ("step e*x x=1", "the expression needs a number for e: add e=2.718281828459045"),
    ("step pi*x*e", "the expression needs a number for pi, x, e: add pi=3.14159265358979"),
    ("draw x x=1", "the following arguments are required: -o"),
    ("draw x x=1 -o graph.gif", "path: the ending must be one of .dot, .svg, .png, .pdf"),
    ("draw x x=1 -o /nowhere/graph.svg", "path: the folder '/nowhere' does not exist; create it"),
    ("draw x*y x=1 y=2 -o a.svg --path-to w", "--path-to: nothing is called 'w': choose from"),
    ("draw x*y x=1 y=2 -o a.svg --direction UP", "direction must be one of LR"),
    ("draw x*y x=1 y=2 -o a.svg --max-boxes 2", "the graph has 3 nodes and, folded, 3 boxes"),
    ("draw x x=1 -o a.svg --max-boxes nan", "max_boxes must be a whole number from 1 on, got nan"),
    ("draw x x=1 -o a.svg --max-boxes many", "argument --max-boxes: invalid float value: 'many'"),
    ("check 1+2", "the expression has no names, so there is no gradient to check"),
    ("check x x=1 --order 3", "order must be 1 or 2, got 3"),
    ("check x x=1 --order many", "argument --order: invalid int value: 'many'"),
    ("check x x=1 --method none", "method must be one of ridders, central, got 'none'"),
    ("check x x=1 --tolerance -1", "tolerance must be positive and finite, got -1.0"),
    ("reasons sofmax", "name must be one of softmax, residual, saturation, dead-relu, zero-"),
    ("reasons softmax residual", "reasons takes one name, or none: leave out residual"),
    ("reasons softmax -o softmax.svg", "path: the ending must be .html or .gif, got 'softmax.svg'"),
    ("reasons -o softmax.html", "folder: all pages need a folder, got 'softmax.html': for one"),
    ("reasons -o /nowhere/pages", "path: the folder '/nowhere' does not exist; create it"),
    ("exercises 01-33", "there is no exercise '01-33': did you mean '01-3'?"),
    ("exercises 04", "there is no exercise '04': choose from 04-1, 04-2"),
    ("exercises 01-3 01-4", "exercises takes one name, or none: leave out 01-4"),
    ("info numpy", "info takes nothing: leave out numpy"),
    ("exercises --solution", "--solution is of one exercise: give its name, such as 01-3"),
    ("reasons --all", "there is no option --all"),
    ("reasons -a", "there is no option -a"),
])  # fmt: skip
def test_mistakes_are_answered_in_a_line(run: Any, line: str, complaint: str) -> None:
    """On the standard error, with status 2 and nothing else printed."""
    status, printed, said = run(line)
    assert (status, printed) == (2, "")
    assert said.startswith(f"python -m engine: {complaint}")
    assert said.count("\n") == (3 if "\n  " in said else 1)


def test_alone_it_shows_examples_that_run(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The help of `python -m engine` is to be copied from."""
    monkeypatch.chdir(tmp_path)
    status, printed, _ = run("")
    examples = printed.partition("examples:\n")[2].splitlines()
    assert (status, len(examples)) == (0, 8)
    for example in examples:
        line = example.strip().removeprefix("python -m engine ")
        assert "step.html" in line or run(line)[0] == 0


@pytest.mark.parametrize("command", ["", "step ", "draw ", "check "])
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what an expression is."""
    with pytest.raises(SystemExit) as left:
        main(shlex.split(f"{command}--help"))
    assert left.value.code == 0
    assert "An expression is made of" in capsys.readouterr().out


def test_a_terminal_without_the_characters_shows_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """Question marks, rather than an error."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))
    assert main(["step", "x", "x=1"]) == 0
    assert raw.getvalue().split() == [b"?x/?x", b"=", b"1"]


def test_a_reader_that_leaves_early_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `head` does: no complaint, and none when Python flushes its output at the end."""

    class Left(io.StringIO):
        """An output that nobody reads any more."""

        def write(self, _: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return file.fileno()

    with (tmp_path / "output").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Left())
        assert main(["step", "x", "x=1"]) == 0
        assert os.fstat(file.fileno()).st_rdev == Path(os.devnull).stat().st_rdev


def test_it_is_a_module_that_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m engine`, with the status of main."""
    monkeypatch.setattr(sys, "argv", ["engine", "check", "1"])
    monkeypatch.delitem(sys.modules, "engine.__main__")
    with pytest.raises(SystemExit) as left:
        runpy.run_module("engine", run_name="__main__")
    assert left.value.code == 2
    assert "no gradient to check" in capsys.readouterr().err


def test_it_runs_as_a_program() -> None:
    """In a process of its own; refused text has not been run."""
    command = [sys.executable, "-m", "engine", "step", "__import__('os').system('echo run')"]
    finished = subprocess.run(command, capture_output=True, cwd=Path(__file__).parents[2])
    assert (finished.returncode, finished.stdout) == (2, b"")
    assert finished.stderr.decode().splitlines()[1:] == [
        "  __import__('os').system('echo run')",
        "             ^",
    ]


def test_a_playground_is_written(run: Any, tmp_path: Path) -> None:
    """With the gallery, or with a formula and some of its numbers to begin with."""
    path = tmp_path / "playground.html"
    assert run(f"play -o {path}") == (0, f"wrote {path}\n", "")
    assert '"start":{"formula":"y = x*x","numbers":{"x":3}}' in path.read_text("utf-8")
    assert run(f"play 'tanh(w*x)' w=0.5 -o {path}") == (0, f"wrote {path}\n", "")
    assert '"start":{"formula":"tanh(w*x)","numbers":{"w":0.5}}' in path.read_text("utf-8")
    assert run(f"play -x**2 -o {path} x=2")[0] == 0
    assert '"start":{"formula":"-x**2","numbers":{"x":2.0}}' in path.read_text("utf-8")


@pytest.mark.parametrize(("line", "said"), [
    ("play", "the following arguments are required: -o"),
    ("play -o play.txt", "the ending must be .html, got 'play.txt'"),
    ("play 'tanh(w*x' -o p.html", "this ( is never closed"),
    ("play 'w*x' y=2 -o p.html", "the formula has no name 'y', it has only w, x: leave y out"),
    ("play 'w*x' w=inf -o p.html", "w must be a finite number, got inf"),
    ("play 'w*x' w -o p.html", "cannot read 'w': write name=number"),
    ("play --why -o p.html", "there is no option --why"),
])  # fmt: skip
def test_mistakes_of_a_playground(run: Any, line: str, said: str) -> None:
    """Status 2, and what to do."""
    status, printed, complaint = run(line)
    assert (status, printed) == (2, "")
    assert said in complaint


def test_a_page_speaks_a_language(run: Any, tmp_path: Path) -> None:
    """A saved stepper, and a playground; a run as text has none."""
    path = tmp_path / "page.html"
    assert run(f"step 'w*x' w=2 x=3 -o {path} --language de")[0] == 0
    assert '<html lang="de">' in path.read_text("utf-8")
    assert run(f"reasons softmax -o {path} --language de")[0] == 0
    assert "Warum der Gradient" in path.read_text("utf-8")
    assert run(f"play 'w*x' -o {path} --language de")[0] == 0
    assert '<html lang="de">' in path.read_text("utf-8")
    status, _, said = run(f"play -o {path} --language it")
    assert status == 2
    assert "language must be one of en, de, fr, es, pt, zh, got 'it'" in said
    for line in ("step 'w*x' w=2 x=3", "reasons softmax", "reasons"):
        status, _, said = run(f"{line} --language de")
        assert status == 2
        assert "--language is for a page: give -o, or leave out --language" in said
