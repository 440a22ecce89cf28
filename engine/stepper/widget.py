"""The stepper as a widget, which Python can read and set while a reader steps through it.

    stepper = Stepper(loss).widget()
    stepper.step = 12                   # how many events have happened
    stepper.selected = "w"              # whose gradient is looked at; "" for that of the step

Of a folded graph `step` counts the steps, and `selected` names the class that is open.

It needs the package anywidget and runs the script of the page. Where widgets are not known, the
page is shown in its place; it cannot be led.
"""

from typing import Any

from ..system.packages import optional
from .folded import FoldedRun
from .trace import Trace

_WHAT_FOR = "the widget"

# What `step` counts and what `selected` names, by the format of the document.
_COUNTED = {"glassgrad trace": "events", "glassgrad fold": "steps"}
_NAMED = {"glassgrad trace": ("nodes", "Value"), "glassgrad fold": ("classes", "class")}


def widget(run: Trace | FoldedRun, script: str, style: str, page: str) -> Any:
    """A widget that plays the run, with the traits `step` and `selected`.

    `page` is the HTML that is kept beside it in the output of a notebook.
    Setting one to what the run does not have raises traitlets.TraitError.
    """
    anywidget = optional("anywidget", "notebook", _WHAT_FOR)
    traitlets = optional("traitlets", "notebook", _WHAT_FOR)
    document = run.document
    events = len(document[_COUNTED[document["format"]]])
    part = document.get("shown") or {"start": 0, "stop": events}
    named, kind = _NAMED[document["format"]]
    names = {each["name"] for each in document[named]}

    def known(_: Any, proposal: Any) -> str:
        """The name of a Value or class of this run, or none."""
        name: str = proposal["value"]
        if name and name not in names:
            raise traitlets.TraitError(
                f"selected must be the name of a {kind} of the run or '', got {name!r}"
            )
        return name

    def shown(made: Any, **options: Any) -> Any:
        """The widget, and the page for those who cannot show widgets."""
        data, metadata = anywidget.AnyWidget._repr_mimebundle_(made, **options)
        return {**data, "text/html": page}, metadata

    fields = {
        "_esm": script,
        "_css": style,
        "document": traitlets.Unicode(run.to_json()).tag(sync=True),
        "step": traitlets.Int(part["start"], min=0, max=part["stop"]).tag(sync=True),
        "selected": traitlets.Unicode("").tag(sync=True),
        "_repr_mimebundle_": shown,
        "_known": traitlets.validate("selected")(known),
        "__doc__": "A stepper in a notebook.",
        "__module__": __name__,
    }
    return type("StepperWidget", (anywidget.AnyWidget,), fields)()
