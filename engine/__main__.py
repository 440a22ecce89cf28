"""The engine in the terminal: step through an expression, draw it, check its gradient, and why.

    python -m engine step "relu(w*x + b)**2" w=2 x=-3 b=7
    python -m engine draw "relu(w*x + b)**2" w=2 x=-3 b=7 -o graph.svg
    python -m engine check "relu(w*x + b)**2" w=2 x=-3 b=7
    python -m engine reasons softmax -o softmax.html
    python -m engine exercises 01-3
    python -m engine play -o playground.html
    python -m engine info

Once installed, the same is called `glassgrad`: glassgrad step "tanh(w*x)" w=0.5 x=2.

The exit status is 0 for success, 1 if a check finds a wrong gradient, and 2 for an error; the
reason is then on the standard error, in one line and, if it is about the expression, with carets
under the place.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from .analysis.steps import Push, steps
from .checking.gradient_check import check_gradient
from .drawing import draw
from .exercises import Desk
from .expression import Expression, parse
from .expression.numbers import numbers_by_name
from .graph import topological_order
from .languages import LANGUAGES
from .play import playground
from .stepper import REASONS, Stepper, reason_called, save_reasons
from .system.versions import own_version, versions
from .value import Value

_PROGRAM = "glassgrad" if Path(sys.argv[0]).stem == "glassgrad" else "python -m engine"

_DESCRIPTION = """\
Scalar automatic differentiation that one can see through.

  step       walk through the forward and the backward pass, one contribution at a time
  draw       draw the graph of the computation, with its gradients
  check      compare the gradients with finite differences
  reasons    list or write pages that explain, such as why the gradient of a logit is p − y
  exercises  list or print the exercises of the notebooks, with the numbers of a student
  play       write a page in which one types a formula, steps through it and changes its numbers
  info       print the versions of what is installed, for a report of a fault"""

_EXPRESSION = """\
An expression is made of numbers, names, + - * / ** ^ ( ) and the functions of the engine, such as
relu(x), tanh(x), maximum(a, b), sum(a, b, c); ^ is a power, as ** is. Parts can be named:
"h = w*x + b; (h - y)**2". Each name needs a number: w=2 x=-1e-3."""

_EXAMPLES = f"""\
examples:
  {_PROGRAM} step "relu(w*x + b)**2" w=2 x=-3 b=7
  {_PROGRAM} step "relu(w*x + b)**2" w=2 x=-3 b=7 --why
  {_PROGRAM} step "relu(w*x + b)**2" w=2 x=-3 b=7 -o step.html
  {_PROGRAM} draw "loss = (tanh(w*x) - y)**2" w=0.5 x=2 y=1 --path-to w -o graph.svg
  {_PROGRAM} check "exp(-x**2)" x=0.5 --order 2
  {_PROGRAM} reasons softmax -o softmax.html
  {_PROGRAM} exercises 01-3 --student Ada --solution
  {_PROGRAM} play -o playground.html --language de"""


class _Parser(ArgumentParser):
    """The parser of the command line, whose errors are ValueErrors."""

    def error(self, message: str) -> NoReturn:
        """Raise ValueError with the message, which says where to read more."""
        raise ValueError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` give; returns the exit status."""
    try:
        status, text = _run(arguments)
        _print(text)
    except BrokenPipeError:  # whoever reads has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, ImportError, RuntimeError) as error:
        print(f"{_PROGRAM}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        return 2
    return status


def console() -> int:
    """Run the command that the terminal gives; returns the exit status."""
    return main(sys.argv[1:])


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit status, and the text to print."""
    parser = _parser()
    if not arguments:
        return 0, parser.format_help().rstrip()
    _demand_command(arguments[0])
    known, rest = parser.parse_known_args(_protected(arguments))
    for each in rest:
        if each.startswith("-"):
            parser.error(f"there is no option {each}")
    if known.command in _WITHOUT_EXPRESSION:
        return 0, _WITHOUT_EXPRESSION[known.command](known, rest)
    if known.command == "play":
        return 0, _play(known, [*known.numbers, *rest])
    expression = parse(known.expression)
    numbers = numbers_by_name([*known.numbers, *rest])
    return _COMMANDS[known.command](known, expression, numbers)


def _demand_command(given: str) -> None:
    """Raise ValueError for a first word that is no command, such as an expression by itself."""
    if given not in _ALL and not given.startswith("-"):
        first = f'{_PROGRAM} step "{given}"' if set(given) & set("+-*/^(") else ", ".join(_ALL)
        raise ValueError(f"there is no command {given!r}: begin with {first}")


def _step(options: Namespace, expression: Expression, numbers: dict[str, float]) -> tuple[int, str]:
    """Walk through the run: every event as a line, or a page that plays them."""
    output = _output(expression, numbers)
    if options.output is None:
        _demand_page(options)
        return 0, "\n".join(_lines(output, why=options.why))
    if options.why:
        raise ValueError("--why is for the text of the steps: leave it out, or leave out -o")
    page = Stepper(output, names={}, language=options.language or "en")
    return 0, f"wrote {page.save(options.output)}"


def _lines(output: Value, *, why: bool) -> Iterator[str]:
    """Every event of the run; below each contribution the rule of its local derivative."""
    for event in steps(output, names={}):
        yield str(event)
        if why and isinstance(event, Push):
            yield f"    {event.why}"


def _draw(options: Namespace, expression: Expression, numbers: dict[str, float]) -> tuple[int, str]:
    """Draw the graph with its gradients, and print the path to a name."""
    output = _output(expression, numbers)
    output.backward()
    path_to = None if options.path_to is None else _called(options.path_to, output)
    drawing = draw(output, path_to, options.direction, options.max_boxes, names={})
    return 0, f"{drawing}\nwrote {drawing.save(options.output)}"


def _check(
    options: Namespace, expression: Expression, numbers: dict[str, float]
) -> tuple[int, str]:
    """Compare the gradients with finite differences; the status is 1 if one is wrong."""
    _output(expression, numbers)  # complains of names before anything moves
    if not numbers:
        raise ValueError("the expression has no names, so there is no gradient to check")
    leaves = [Value(numbers[name], name) for name in expression.names]
    check = check_gradient(
        lambda *at: expression.on(dict(zip(expression.names, at, strict=True))),
        *leaves,
        order=options.order,
        method=options.method,
        tolerance=options.tolerance,
    )
    return 0 if check else 1, str(check)


def _reasons(options: Namespace, rest: Sequence[str]) -> str:
    """List the pages that explain, print what one of them says, or write one or all of them."""
    _demand_no_more(rest, "reasons takes one name, or none")
    if options.name is None:
        if options.output is None:
            _demand_page(options)
            return "\n".join(f"{name:15} {each.title}" for name, each in REASONS.items())
        return "\n".join(
            f"wrote {page}"
            for page in save_reasons(options.output, language=options.language or "en")
        )
    chosen = reason_called(options.name)
    if options.output is None:
        _demand_page(options)
        return str(chosen)
    return f"wrote {chosen.stepper(options.language or 'en').save(options.output)}"


def _demand_page(options: Namespace) -> None:
    """Raise ValueError if a language is asked for where no page is written."""
    if options.language:
        raise ValueError("--language is for a page: give -o, or leave out --language")


def _exercises(options: Namespace, rest: Sequence[str]) -> str:
    """List the exercises, or print one, or its solution, with the numbers of a student."""
    _demand_no_more(rest, "exercises takes one name, or none")
    if options.solution and options.name is None:
        raise ValueError("--solution is of one exercise: give its name, such as 01-3")
    desk = Desk()
    shown = desk.solution if options.solution else desk.exercise
    return str(shown(options.name, seed=options.student))


def _info(_: Namespace, rest: Sequence[str]) -> str:
    """Print the versions of what is installed, for a report of a fault."""
    _demand_no_more(rest, "info takes nothing")
    return versions()


def _demand_no_more(rest: Sequence[str], takes: str) -> None:
    """Raise ValueError if there is anything left on the line."""
    if rest:
        raise ValueError(f"{takes}: leave out {' '.join(rest)}")


def _play(options: Namespace, numbers: Sequence[str]) -> str:
    """Write a page in which one types a formula, steps through it and changes its numbers."""
    given = numbers_by_name(numbers)
    page = playground(options.expression or "", language=options.language or "en", **given)
    return f"wrote {page.save(options.output)}"


_COMMANDS = {"step": _step, "draw": _draw, "check": _check}
_WITHOUT_EXPRESSION = {"reasons": _reasons, "exercises": _exercises, "info": _info}
_ALL = [*_COMMANDS, "reasons", "exercises", "play", "info"]


def _parser() -> ArgumentParser:
    """The parser, with a sub-parser for each command."""
    layout = RawDescriptionHelpFormatter
    parser = _Parser(prog=_PROGRAM, description=_DESCRIPTION, formatter_class=layout,
                     epilog=f"{_EXPRESSION}\n\n{_EXAMPLES}", allow_abbrev=False)  # fmt: skip
    parser.add_argument("--version", action="version", version=f"glassgrad {own_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar=" | ".join(_ALL))
    each = {
        name: commands.add_parser(name, description=function.__doc__, epilog=_EXPRESSION,
                                  formatter_class=layout, allow_abbrev=False)
        for name, function in _COMMANDS.items()
    }  # fmt: skip
    for command in each.values():
        command.add_argument("expression", metavar="EXPRESSION",
                             help='such as "relu(w*x + b)**2", in quotes')  # fmt: skip
        command.add_argument("numbers", metavar="NAME=NUMBER", nargs="*",
                             help="a number for each name of the expression")  # fmt: skip
    each["step"].add_argument("-o", dest="output", metavar="FILE.html",
                              help="write a page that plays the run in a browser")  # fmt: skip
    _add_language_option(each["step"])
    each["step"].add_argument("--why", action="store_true",
                              help="tell below each contribution why its local derivative is that "
                                   "number: d(w·x)/dw = x = -3")  # fmt: skip
    _add_drawing_options(each["draw"])
    _add_check_options(each["check"])
    others = {
        name: commands.add_parser(name, description=function.__doc__, allow_abbrev=False)
        for name, function in _WITHOUT_EXPRESSION.items()
    }
    _add_reasons_options(others["reasons"])
    _add_exercises_options(others["exercises"])
    _add_play_options(commands.add_parser("play", description=_play.__doc__, epilog=_EXPRESSION,
                                          formatter_class=layout, allow_abbrev=False))  # fmt: skip
    return parser


def _add_drawing_options(command: ArgumentParser) -> None:
    add = command.add_argument
    add("-o", dest="output", metavar="FILE", required=True,
        help="where to write the picture: .svg, .png, .pdf or .dot")  # fmt: skip
    add("--path-to", metavar="NAME", help="emphasise the chain-rule paths to what has this name")
    add("--direction", default="LR", help="where arrows point: LR (left to right), RL, TB or BT")
    add("--max-boxes", type=float, default=500, metavar="N",
        help="the most boxes to draw (500); inf for no limit")  # fmt: skip


def _add_check_options(command: ArgumentParser) -> None:
    add = command.add_argument
    add("--order", type=int, default=1, help="2 checks second derivatives too")
    add("--method", default="ridders", help="ridders (many steps, the default) or central (one)")
    add("--tolerance", type=float, metavar="T", help="relative to the derivative; 1e-8 for ridders")


def _add_reasons_options(command: ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", nargs="?", help=f"one of {', '.join(REASONS)}")
    command.add_argument("-o", dest="output", metavar="FILE.html | FOLDER",
                         help="write the page, or without a name all of them into a "
                              "folder")  # fmt: skip
    _add_language_option(command)


def _add_exercises_options(command: ArgumentParser) -> None:
    add = command.add_argument
    add("name", metavar="NAME", nargs="?", help="one of the list, such as 01-3")
    add("--student", metavar="NAME", help="whose numbers it has; else those that all have")
    add("--solution", action="store_true", help="print how it is solved")


def _add_play_options(command: ArgumentParser) -> None:
    add = command.add_argument
    add("expression", metavar="EXPRESSION", nargs="?", help="what the page begins with, in quotes")
    add("numbers", metavar="NAME=NUMBER", nargs="*", help="numbers for some of its names")
    add("-o", dest="output", metavar="FILE.html", required=True, help="where to write the page")
    _add_language_option(command)


def _add_language_option(command: ArgumentParser) -> None:
    command.add_argument("--language", metavar="CODE",
                         help=f"the language of the page: {', '.join(LANGUAGES)}")  # fmt: skip


def _protected(arguments: Sequence[str]) -> list[str]:
    """`arguments`, with a space before an expression such as -x**2, which is no option then."""
    command, *rest = arguments
    first = rest[0] if rest else ""
    is_option = command in _WITHOUT_EXPRESSION or first[:2] == "--" or first in ("-o", "-h")
    if first[:1] == "-" and not is_option:
        rest[0] = f" {first}"
    return [command, *rest]


def _output(expression: Expression, numbers: dict[str, float]) -> Value:
    """The output on these numbers; an output without a name is called L, if no part is."""
    output = expression(**numbers)
    if not output.label and all(node.label != "L" for node in topological_order(output)):
        output.label = "L"
    return output


def _called(name: str, output: Value) -> Value:
    """The Value labelled `name` in the graph of `output`."""
    named = {node.label: node for node in topological_order(output) if node.label}
    if name not in named:
        raise ValueError(f"--path-to: nothing is called {name!r}: choose from {', '.join(named)}")
    return named[name]


def _print(text: str) -> None:
    """Print `text` at once, with ? for characters that the terminal does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


if __name__ == "__main__":
    sys.exit(console())
