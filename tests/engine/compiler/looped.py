"""Programs with loops, written by hand, and the same programs without."""

from typing import Any

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.loops import Of, looped
from engine.compiler.kinds.details import Input, Parameters, Product
from engine.compiler.kinds.loops import Carried
from engine.compiler.kinds.views import Shape, View


class Step:
    """A body while it is written: its inputs, and what feeds them."""

    def __init__(self) -> None:
        self.draft = Builder()
        self.sources: list[Carried | Of] = []

    def fed(self, source: Carried | Of, shape: Shape, *, examples: bool = False) -> int:
        """A further input, and its source."""
        self.sources.append(source)
        detail = Input(len(self.sources) - 1, shape, examples)
        return self.draft.add("input", detail=detail)

    def looped(self, draft: Builder, outputs: list[int], steps: int, start: int,
               **options: Any) -> int:  # fmt: skip
        """The loop of this body."""
        body = self.draft.program(*outputs)
        return looped(draft, body, steps, self.sources, start, **options)


def recurrent(*, steps: int = 5, examples: bool = False) -> tuple[Builder, int]:
    """Three hidden numbers h = tanh(W h + x[t]), with W a matrix of parameters; and the loop."""
    draft = Builder()
    row = draft.add("parameters", detail=Parameters(12))
    w = draft.view(row, View(0, (3, 3), (3, 1)))
    start = draft.view(row, View(9, (1, 3), (0, 1)))
    xs = draft.add("input", detail=Input(0, (steps, 3), examples))
    step = Step()
    h = step.fed(Carried(0), (3,), examples=examples)
    x, inside = step.fed(Of(xs, sliced=True), (3,), examples=examples), step.fed(Of(w), (3, 3))
    product = step.draft.add("product", inside, h, detail=Product("ab,b->a"))
    new = step.draft.add("tanh", step.draft.add("add", product, x), label="hidden")
    return draft, step.looped(draft, [new], steps, start, label="h")
