"""Stepper(output): one page that plays a run, shown in a notebook or saved as a file.

The page is complete in itself: script, style, trace and picture are inside it. A policy in its head
allows that one script and that one style, and no network at all. Without its script it shows the
picture.
"""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any

from ..analysis.naming import Namespace, known_names
from ..analysis.steps import steps
from ..drawing.svg import on_paper
from ..frames import FrameSpan, Unit, run_steps, save_frames
from ..graph import topological_order
from ..languages import (
    OF_FOLDS,
    OF_PLAYGROUNDS,
    Language,
    speech_in,
    translated_fold,
    translated_trace,
)
from ..notation import visible
from ..system.files import FilePath, path_of
from ..system.pages import as_image, framed
from ..typesetting.themes import FONT_SIZE, ThemeName, look_of
from ..value import Value, demand_value
from .folded import FoldedRun, folded_run, is_large
from .given.examples import ExampleNumbers, as_columns
from .given.notes import Note, as_notes, demand_title
from .given.part import ShownPart, Where, as_part
from .marked_svg import MOST_BOXES
from .offline import in_a_script, offline_page, save_page
from .script import page_script, page_style, widget_script
from .trace import Lines, Trace, demand_lines, trace
from .widget import widget

# What is said of a large graph that cannot be walked folded either, or is not because of its notes
# or examples: messages of the table.
_UNFOLDED, _NOTED, _TRAINED = "trace.unfolded", "trace.noted", "trace.trained"

# In a picture: an arrow, its texts, its rule, and what a box tells of its gradient.
_ARROW = re.compile(r"<g [^>]*data-edge=.*?</g>", re.DOTALL)
_TEXT = re.compile(r"(<(?:text|title)\b[^>]*>)[^<]*(</)")
_RULE = re.compile(r"(<title>)[^<]*(</)")
_GRADIENT = r"(?<=>){grad}[^<]*(?=</text>\n</g>)|{comma}{grad}(?:(?!{comma})[^<])*(?=</title>)"


class Stepper:
    """Everything that happens in a run, forward and backward, one step at a time.

        Stepper(loss)                           # in a notebook: the page
        Stepper(loss).save("loss.html")         # one file, for any browser, without a network
        Stepper(loss).frames("fig-%02d.svg")    # a picture for each step
        Stepper(loss).widget()                  # a widget whose step and numbers Python can set

    - `lines`: by serial number, which line of the program made a Value.
    - `names`: what Values without a label are called, as `locals()` says it. By default the
      variables of the program that hold them are looked at, and {} forbids that.
    - `title`: what the page is called.
    - `notes`: what it says about the run: texts, and Notes, which lead to a step.
    - `examples`: leaves, or their names, each with its number in every example, such as
      {"x[0]": [0, 0, 1, 1], "x[1]": [0, 1, 0, 1], "y": [0, 1, 1, 0]}. The page shows one of them at
      a time, and trains the other leaves on the mean of `output` over all of them. A target is a
      leaf if it is a Value, `Value(1.0, "y")`.
    - `start`, `stop`: the step at which it opens, and the last one that it has: a position, which
      counts events as the `step` of a widget does; a Value or its name, when its gradient is
      complete; or ("h", "computed"), when its number is there.
    - `hide`: what it leaves out until it is taught, by name: "checks" by finite differences,
      "gradients" and all of the way back, the tabs "ledger", "paths", "values", "meaning",
      "descent" and "marks", the "plot" of an operation, and the "rules" of local derivatives, of
      which the numbers stay.
    - `language`: the one that the page speaks: "en", "de", "fr", "es", "pt" or "zh". In de, fr, es
      and pt its numbers have a comma, and one may type either sign; what is copied, an address or
      a program, keeps the point. Names, `title`, `notes` and lines of the program stay as they are.

    A graph of more than 300 boxes is walked folded: a step computes all Values of equal structure,
    or passes gradient along all edges between two such classes, and a class opens when it is
    clicked. Where even the classes are more than 300, or where there are notes or examples, which
    are of single Values, the page has every event, and no picture.

    A page in a frame posts to the page around it, when a question is settled, `{type: "glassgrad",
    event: "answered", title, asked, right, atOnce, later, questions, question: {step, asks, right,
    tries}}`, and at the end the same with event "finished" and without `question`. So a learning
    platform can note how many of how many `questions` are `right`, and how many at once.

    In the page the numbers of leaves may be changed, and it computes the run anew: dragged in the
    picture, or typed among the Values. A leaf stays that leads to an operation which a page cannot
    compute; so do all leaves of a folded graph.

    No `.grad` is read or written. The recorded run is in `trace`; that of a folded graph is in
    `folded`, which is None for any other graph.

    Raises what `trace` raises; of a folded graph, too many events are an error of `trace` alone,
    and a part of the run is one, since its steps are those of classes.
    """

    __slots__ = ("_given", "_output", "_shown", "_trace", "_words", "folded")

    def __init__(
        self,
        output: Value,
        lines: Lines | None = None,
        names: Namespace | None = None,
        *,
        title: str | None = None,
        notes: Iterable[Note | str] = (),
        examples: ExampleNumbers | None = None,
        start: Where | None = None,
        stop: Where | None = None,
        hide: Iterable[str] = (),
        language: Language = "en",
    ) -> None:
        demand_value(output, "output")
        demand_lines(lines)
        demand_title(title)
        said = as_notes(notes)
        trained = {each.leaf: each.numbers for each in as_columns(examples)} or None
        part = as_part(start, stop, hide)
        self._words = speech_in(language)
        large = is_large(output)
        self.folded: FoldedRun | None = (
            folded_run(output, lines or {}, title) if large and not said and not trained else None
        )
        if self.folded:
            _demand_whole(part)
        # The names of the program are those of now, whenever the trace is asked for.
        kept = _variables(output, names) if self.folded else names
        self._output = output
        self._given: dict[str, Any] = {
            "lines": lines, "names": kept, "title": title, "notes": said, "examples": trained,
            "start": part.start, "stop": part.stop, "hide": part.hide,
        }  # fmt: skip
        self._trace = None if self.folded else self._made()
        reason = _NOTED if said else _TRAINED if trained else _UNFOLDED
        self._shown = self._in_words(reason if large else "")

    @property
    def trace(self) -> Trace:
        """The recorded run, event by event; that of a folded graph is made when it is asked for."""
        if self._trace is None:
            self._trace = self._made()
        return self._trace

    def _made(self) -> Trace:
        """The run, recorded event by event."""
        return trace(self._output, **self._given)

    def _in_words(self, reason: str) -> Trace | FoldedRun:
        """What the page shows, in its language, and why a large graph is not folded."""
        if self.folded:
            return FoldedRun(translated_fold(self.folded.document, self._words))
        document = translated_trace(self.trace.document, self._words)
        if reason:
            note = f"{document['picture']['note']} {self._words.say(reason)}"
            document["picture"] = {**document["picture"], "note": note}
        return Trace(document)

    def html(self) -> str:
        """The page; the same graph always gives the same text."""
        document = dict(self._shown.document)
        still = self._picture() or f"<p>{self._note()}</p>"
        document["picture"] = {**document["picture"], "svg": ""}
        data = f'<script type="application/json" id="glassgrad-trace">{in_a_script(document)}'
        unsaid = OF_PLAYGROUNDS if self.folded else (*OF_PLAYGROUNDS, *OF_FOLDS)
        return offline_page(
            self._title(), still, f"{data}</script>", page_script(), page_style(),
            self._words, unsaid,
        )  # fmt: skip

    def save(self, path: FilePath) -> Path:
        """Write the page to an .html file, whole or not at all, or a film of it to a .gif.

        Returns the path; of a film, `frames` says more.

        Raises ValueError for another ending, and an OSError if no file can be written there, such
        as FileNotFoundError if the folder does not exist.
        """
        if path_of(path).suffix.lower() == ".gif":
            return self.frames(path)[0]
        return save_page(path, self.html(), ".html or .gif")

    def frames(
        self,
        path: FilePath,
        unit: Unit = "contribution",
        *,
        start: int | None = None,
        stop: int | None = None,
        seconds: float = 1.0,
        theme: ThemeName | None = None,
        font_size: float = FONT_SIZE,
        scale: float = 1.0,
    ) -> list[Path]:
        """Write a picture for each step of the run, all of them or none; returns their paths.

            Stepper(loss).frames("fig-%02d.svg")            # or .png, .pdf, .tex
            Stepper(loss).frames("run.gif", seconds=2)      # a film, by Pillow

        Each picture shows what is known by then, in the same layout, with what the step concerns
        marked and its equations below, in the language of the page. The number in a name is that of
        the step; 0 is the start.

        - `unit`: what a step ends with: a contribution, a node or a layer.
        - `start`, `stop`: the numbers of the first and the last step that is drawn. By default they
          are those of the page, whose `start` and `stop` are positions that count events: a step
          has one event or more, and the last one that is over at a position is taken.
        - `seconds`: how long a film shows a step.
        - `theme`, `font_size`, `scale`: as in `draw`.

        Raises ValueError for another ending, a name without a place for the number, a graph of more
        than 300 boxes, an argument out of range, or a Value whose `.data` has been set since the
        run was recorded; an OSError if no file can be written there;
        ImportError with the line to install it if there is no Pillow for a film; and RenderError.
        """
        output = self._output
        if is_large(output):
            raise ValueError(
                f"frames: the graph has more than {MOST_BOXES} boxes, and a frame shows every "
                "Value: step through a part of it, such as the loss of one example"
            )
        document = self.trace.document
        recorded = {node["name"]: float(node["data"]) for node in document["nodes"]}
        part = document["shown"] or {"start": 0, "stop": len(document["events"])}
        span = FrameSpan(start, stop, (part["start"], part["stop"]))
        look = look_of(theme, font_size, scale)
        return save_frames(output, recorded, path, unit, span, seconds, look, self._words)

    def widget(self) -> Any:
        """The same as a widget, with the traits `step`, `selected` and `values`: see widget.py.

        Raises ImportError with the line to install it if anywidget is not there.
        """
        return widget(self._shown, widget_script(self._words), page_style(), self._repr_html_())

    def _repr_html_(self) -> str:
        """The page in a frame; where frames are taken away, the picture of the end of the run."""
        title, svg = self._title(), self._picture()
        said = self._words.say("page.saved" if svg else "page.saved.bare")
        seen = as_image(on_paper(svg), unescape(title)) if svg else self._note()
        return framed(self.html(), title, f"<p>{title}. {escape(said)}</p>{seen}")

    def _picture(self) -> str:
        """The SVG of the end of the run, without what is hidden; "" if there is none."""
        grad, comma = self._words.say("box.grad", number=""), self._words.say("list.parts")
        return _still(self._shown.document, escape(grad), escape(comma))

    def _note(self) -> str:
        """What is said of the picture, as HTML."""
        return escape(visible(self._shown.document["picture"]["note"]))

    def _title(self) -> str:
        """What the page is called, as HTML."""
        title = self._given["title"]
        name = self._shown.document["title"]
        return escape(visible(title or self._words.say("page.title", name=name)))

    def __repr__(self) -> str:
        _, _, told = repr(self._shown).partition(" of ")
        if not self.folded:  # a step has one event or more
            _, *counted = run_steps(list(steps(self._output)), "contribution")
            told = f"{told.rpartition(', ')[0]}, {len(counted)} step{'s' * (len(counted) != 1)}"
        return f"Stepper through {told}"


def _demand_whole(part: ShownPart) -> None:
    """Raise ValueError unless all of a folded run is to be shown."""
    for name in ("start", "stop", "hide"):
        given = getattr(part, name)
        if given not in (None, ()):
            raise ValueError(
                f"{name} must not be given for a graph of more than 300 boxes, whose steps are "
                f"those of classes, got {given!r}: step through a part of it, such as the loss of "
                "one example"
            )


def _still(document: Mapping[str, Any], grad: str, comma: str) -> str:
    """The picture as it is without the script: without rules and gradients that are hidden.

    A line about a gradient begins with `grad`; so does a part of a title, after a `comma`.
    """
    svg: str = document["picture"]["svg"]
    hidden = (document.get("shown") or {"hide": ()})["hide"]
    if "gradients" in hidden:
        bare = _ARROW.sub(lambda arrow: _TEXT.sub(r"\1\2", arrow[0]), svg)
        gradient = _GRADIENT.format(grad=re.escape(grad), comma=re.escape(comma))
        return re.sub(gradient, "", bare)
    if "rules" in hidden:
        return _ARROW.sub(lambda arrow: _RULE.sub(r"\1\2", arrow[0]), svg)
    return svg


def _variables(output: Value, names: Namespace | None) -> Namespace:
    """The Values of a graph by the names that the program has for them."""
    known = known_names(topological_order(output), names)
    return {name: value for value, name in known.variables.items()}
