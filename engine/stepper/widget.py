"""The stepper as a widget, which Python can read and set while a reader steps through it.

    stepper = Stepper(loss).widget()
    stepper.step = 12                   # how many events have happened
    stepper.selected = "w"              # whose gradient is looked at; "" for that of the step

It needs the package anywidget and runs the script of the page. Where widgets are not known, the
page is shown in its place; it cannot be led.
"""

from typing import Any

from ..system.packages import optional
from .trace import Trace

_WHAT_FOR = "the widget"


def widget(trace: Trace, script: str, style: str, page: str) -> Any:
    """A widget that plays the trace, with the traits `step` and `selected`.

    `page` is the HTML that is kept beside it in the output of a notebook.
    Setting one to what the trace does not have raises traitlets.TraitError.
    """
    anywidget = optional("anywidget", "notebook", _WHAT_FOR)
    traitlets = optional("traitlets", "notebook", _WHAT_FOR)
    last = len(trace.document["events"])
    names = {node["name"] for node in trace.document["nodes"]}

    def known(_: Any, proposal: Any) -> str:
        """The name of a Value of this trace, or none."""
        name: str = proposal["value"]
        if name and name not in names:
            raise traitlets.TraitError(
                f"selected must be the name of a Value of the trace or '', got {name!r}"
            )
        return name

    def shown(made: Any, **options: Any) -> Any:
        """The widget, and the page for those who cannot show widgets."""
        data, metadata = anywidget.AnyWidget._repr_mimebundle_(made, **options)
        return {**data, "text/html": page}, metadata

    fields = {
        "_esm": script,
        "_css": style,
        "document": traitlets.Unicode(trace.to_json()).tag(sync=True),
        "step": traitlets.Int(0, min=0, max=last).tag(sync=True),
        "selected": traitlets.Unicode("").tag(sync=True),
        "_repr_mimebundle_": shown,
        "_known": traitlets.validate("selected")(known),
        "__doc__": "A stepper in a notebook.",
        "__module__": __name__,
    }
    return type("StepperWidget", (anywidget.AnyWidget,), fields)()
