r"""Sentences with numbers that one drags, made when the site is built; the other numbers follow.

    ```{live} m = a*b; y = m**2
    :numbers: a=4 in -9..9, b=-3 in -9..9

    With a = {a} and b = {b}, ∂y/∂a {=} 2 · {(m)} · {(b)} {=} {grad a}.
    ```

It begins with a formula, as `engine.parse` reads it, and a number for each of its names, with the
range in which that may be moved. In the text, which is Markdown, stand

    {a}         the number of a name; where one of `numbers` stands first, it can be dragged
    {grad a}    the gradient of the last line by it
    {h by u}    the local derivative of the operation that made h, by its input u
    {h to u}    what that operation adds to the gradient of u
    {(a)}       any of these as an operand: a negative number stands in parentheses
    {=}         =, or ≈ while some number of the sentence is not what is printed of it

The numbers that a sentence begins with are those of `engine.trace`; where a page has a script, it
computes all others from the rows of the operations, which are in the page as data: no derivative is
written here. The script is `script()`: sentences.mjs and the modules of the stepper that it uses.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from engine.expression import parse
from engine.notation import has_all_digits, in_parentheses, short
from engine.stepper import trace
from engine.stepper.offline import in_a_script
from engine.stepper.script import joined_script

HERE = Path(__file__).parent

# The modules of the player that sentences.mjs needs, each after those from which it imports.
MODULES = (
    "said/say", "run/decimals", "run/alike", "run/numbers", "run/nudges", "live/arithmetic",
    "live/rows", "live/sweep", "elements/pulled",
)  # fmt: skip

_NUMBER = re.compile(r"\s*(\w+)\s*=\s*(\S+)\s+in\s+(\S+?)\.\.(\S+)\s*")
_PLACE = re.compile(r"\{([^{}`]+)\}")
_MARK = re.compile("\ue000(\\d+)\ue001")


class Leaf(NamedTuple):
    """The number that a sentence begins with, and the range in which it may be moved."""

    number: float
    low: float
    high: float


def script() -> str:
    """What makes sentences move: one text that gives nothing to others."""
    own = (HERE / "sentences.mjs").read_text("utf-8")
    return f'(() => {{"use strict";\n{joined_script(MODULES, own)}\n}})();\n'


def leaves(text: str) -> dict[str, Leaf]:
    """The numbers of a sentence by name: a=4 in -9..9, b=-3 in -9..9.

    Raises ValueError for another text, and for a number that is not in its range.
    """
    found = {}
    for each in text.split(","):
        match = _NUMBER.fullmatch(each)
        if match is None:
            raise ValueError(f"numbers: write a=4 in -9..9, b=2 in 0..5, got {each.strip()!r}")
        leaf = Leaf(*map(float, match.groups()[1:]))
        if not leaf.low <= leaf.number <= leaf.high:
            raise ValueError(f"numbers: {match[1]} must begin in its range, got {each.strip()!r}")
        found[match[1]] = leaf
    return found


class Sentence:
    """A run of a formula, and what stands of it in a sentence.

    - `text`: the sentence, with a mark in each of its places.
    - `elements`: the HTML of these places, in their order.
    - `run`: what the script needs of the trace: nodes, and the rows of their operations.

    Raises ValueError for a place that has no meaning, and for numbers none of which can be dragged.
    """

    def __init__(self, formula: str, numbers: Mapping[str, Leaf], text: str) -> None:
        output = parse(formula)(**{name: leaf.number for name, leaf in numbers.items()})
        document = trace(output, names={}).document
        self._leaves = {**numbers}
        self._nodes = document["nodes"]
        self._places = {node["name"]: i for i, node in enumerate(self._nodes)}
        self._signs: list[int] = []
        self.elements: list[str] = []
        self._is_exact = True
        self.text = _PLACE.sub(self._marked, text)
        for place in self._signs:
            self.elements[place] = f"<span data-sign>{'=' if self._is_exact else '≈'}</span>"
        if len(self._leaves) == len(numbers):
            raise ValueError("no number of the sentence can be dragged: write {a} for one of them")
        used = {node["row"] for node in self._nodes}
        self.run = {
            "nodes": [_run_node(node) for node in self._nodes],
            "rows": {
                name: {key: row[key] for key in row if key != "words"}
                for name, row in document["rows"].items()
                if name in used
            },
        }

    def _marked(self, match: re.Match[str]) -> str:
        """The mark for a place, whose element is added."""
        wanted = match[1].strip()
        if wanted == "=":
            self._signs.append(len(self.elements))
            self.elements.append("")
        else:
            is_operand = wanted.startswith("(") and wanted.endswith(")")
            self.elements.append(self._number(wanted.strip("()"), is_operand=is_operand))
        return f"\ue000{len(self.elements) - 1}\ue001"

    def _number(self, wanted: str, *, is_operand: bool) -> str:
        """The element of a number; one that can be dragged where a leaf stands first."""
        shown, number = self._read(wanted)
        text = short(number)
        self._is_exact &= has_all_digits(text, number)
        data = f'data-shown="{shown}"{" data-operand" * is_operand}'
        if leaf := self._leaves.pop(wanted, None):
            data += f' data-name="{wanted}" data-low="{leaf.low!r}" data-high="{leaf.high!r}"'
        return f"<span {data}>{in_parentheses(text) if is_operand else text}</span>"

    def _read(self, wanted: str) -> tuple[str, float]:
        """What the script reads for a place, and the number that it has at first."""
        match wanted.split():
            case [name]:
                return f"data {self._at(name)}", float(self._nodes[self._at(name)]["data"])
            case ["grad", name]:
                return f"grad {self._at(name)}", float(self._nodes[self._at(name)]["grad"])
            case [made, "by" | "to" as word, name]:
                node, by = self._at(made), self._at(name)
                edges = [each for each in self._nodes[node]["inputs"] if each.get("node") == by]
                if not edges:
                    raise ValueError(f"{{{wanted}}}: {name} is no input of {made}")
                local = sum(float(each["local"]) for each in edges)
                if word == "by":
                    return f"local {node} {by}", local
                return f"push {node} {by}", float(self._nodes[node]["grad"]) * local
        raise ValueError(f"{{{wanted}}}: write {{a}}, {{grad a}}, {{h by u}}, {{h to u}} or {{=}}")

    def _at(self, name: str) -> int:
        """The place of a name among the nodes."""
        if name not in self._places:
            raise ValueError(f"the formula has no {name!r}, it has {', '.join(self._places)}")
        return self._places[name]


def _run_node(node: Mapping[str, Any]) -> dict[str, Any]:
    """What the script needs of a node: its row, its number, and its inputs without their rules."""
    inputs = [{key: each[key] for key in each if key != "rule"} for each in node["inputs"]]
    return {"row": node["row"], "data": node["data"], "inputs": inputs}


class Live(Directive):  # type: ignore[misc]  # docutils has no types
    """The directive `live`."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {
        "numbers": directives.unchanged_required
    }

    def run(self) -> list[nodes.Node]:
        """The sentence, and its run for the script."""
        try:
            given = leaves(self.options.get("numbers", ""))
            sentence = Sentence(self.arguments[0], given, "\n".join(self.content))
        except ValueError as error:
            raise self.error(str(error)) from error
        box = nodes.container(classes=["live-sentence"])
        self.state.nested_parse(sentence.text.split("\n"), self.content_offset, box)
        for text in [*box.findall(nodes.Text)]:
            text.parent.replace(text, [*_pieces(text.astext(), sentence.elements)])
        told = f'<script type="application/json">{in_a_script(sentence.run)}</script>'
        box += nodes.raw("", told, format="html")
        return [box]


def _pieces(text: str, elements: Sequence[str]) -> Iterator[nodes.Node]:
    """A text with elements in place of its marks."""
    for i, piece in enumerate(_MARK.split(text)):
        if i % 2:
            yield nodes.raw("", elements[int(piece)], format="html")
        elif piece:
            yield nodes.Text(piece)


def _with_script(app: Any, page: str, template: str, context: Any, doctree: Any) -> None:
    """Give the script to the pages that have such a sentence."""
    del page, template, context
    if doctree and any(
        "live-sentence" in each["classes"] for each in doctree.findall(nodes.container)
    ):
        app.add_js_file("sentences.js", loading_method="defer")


def setup(app: Any) -> dict[str, bool]:
    """Have the directive known."""
    app.add_directive("live", Live)
    app.connect("html-page-context", _with_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
