"""The stepper as a widget, which Python can read and set while a reader steps through it.

    stepper = Stepper(loss).widget()
    stepper.step = 12                   # how many events have happened
    stepper.selected = "w"              # whose gradient is looked at; "" for that of the step
    stepper.values = {"w": 0.5}         # numbers for leaves; all others have the recorded ones

Of a folded graph `step` counts the steps, `selected` names the class that is open, and no number
may be another one.

It needs the package anywidget and runs the script of the page. Where widgets are not known, the
page is shown in its place; it cannot be led.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from ..notation import abridged
from ..system.packages import optional
from .folded import FoldedRun
from .trace import Trace

_WHAT_FOR = "the widget"

# What `step` counts and what `selected` names, by the format of the document.
_COUNTED = {"glassgrad trace": "events", "glassgrad fold": "steps"}
_NAMED = {"glassgrad trace": ("nodes", "Value"), "glassgrad fold": ("classes", "class")}


def widget(run: Trace | FoldedRun, script: str, style: str, page: str) -> Any:
    """A widget that plays the run, with the traits `step`, `selected` and `values`.

    `page` is the HTML that is kept beside it in the output of a notebook.
    Setting one to what the run does not have raises traitlets.TraitError.
    """
    anywidget = optional("anywidget", "notebook", _WHAT_FOR)
    traitlets = optional("traitlets", "notebook", _WHAT_FOR)
    document = run.document
    last = len(document[_COUNTED[document["format"]]])
    named, kind = _NAMED[document["format"]]
    names = {each["name"] for each in document[named]}
    leaves = _changeable(document)
    recorded = {name: number for name, number in leaves.items() if isinstance(number, float)}

    def known(_: Any, proposal: Any) -> str:
        """The name of a Value or class of this run, or none."""
        name: str = proposal["value"]
        if name and name not in names:
            raise traitlets.TraitError(
                f"selected must be the name of a {kind} of the run or '', got {name!r}"
            )
        return name

    def numbers(_: Any, proposal: Any) -> dict[str, float]:
        """A number for each leaf that may change: the given one, or the recorded one."""
        given: Mapping[str, Any] = proposal["value"]
        for name, number in given.items():
            if name not in leaves:
                raise traitlets.TraitError(
                    f"values: {name!r} is no leaf whose number may change; {_listed(leaves)}"
                )
            if not isinstance(number, int | float) or not isfinite(number):
                raise traitlets.TraitError(
                    f"values: the number of {name!r} must be finite, got {number!r}"
                )
        return {**recorded, **{name: float(number) for name, number in given.items()}}

    def shown(made: Any, **options: Any) -> Any:
        """The widget, and the page for those who cannot show widgets."""
        data, metadata = anywidget.AnyWidget._repr_mimebundle_(made, **options)
        return {**data, "text/html": page}, metadata

    fields = {
        "_esm": script,
        "_css": style,
        "document": traitlets.Unicode(run.to_json()).tag(sync=True),
        "step": traitlets.Int(0, min=0, max=last).tag(sync=True),
        "selected": traitlets.Unicode("").tag(sync=True),
        "_repr_mimebundle_": shown,
        "values": traitlets.Dict(recorded).tag(sync=True),
        "_known": traitlets.validate("selected")(known),
        "_numbers": traitlets.validate("values")(numbers),
        "__doc__": "A stepper in a notebook.",
        "__module__": __name__,
    }
    return type("StepperWidget", (anywidget.AnyWidget,), fields)()


def _changeable(document: Mapping[str, Any]) -> dict[str, float | str]:
    """The leaves on which no operation depends that a page cannot compute, and their numbers."""
    nodes, rows = document.get("nodes", []), document.get("rows", {})
    kept: set[int] = set()
    for place, node in reversed([*enumerate(nodes)]):
        if place in kept or "locked" in rows.get(node["row"], {}):
            kept.update(each["node"] for each in node["inputs"] if "node" in each)
    return {
        node["name"]: node["data"]
        for place, node in enumerate(nodes)
        if not node["inputs"] and place not in kept
    }


def _listed(names: Iterable[str]) -> str:
    """Which leaves may change, in a sentence."""
    known = ", ".join(abridged([*map(repr, names)], "…"))
    return f"these may: {known}" if known else "none may"
