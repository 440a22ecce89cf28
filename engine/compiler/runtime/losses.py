"""The loss of one example and what is predicted for it, as one program over many.

    step = CompiledLoss(loss_and_prediction_of_one, model.parameters())
    examples = step.prepared(X, Y)
    value, gradient, predictions = step.of(examples)
    value, predictions = step.without_gradient(examples)

What the loss and the predictions have in common is computed once.
"""

from collections.abc import Sequence
from typing import Any

from ...graph import topological_order
from ...value import demand_value
from ..ir.descent import Descent
from ..recording.leaves import Leaves
from ..rows.updates import UpdateRule
from .functions import MeanFunction
from .outputs import arrays_of, listed
from .traced_functions import Prepared
from .tracer import FunctionOutput, Recorded, held_together


class CompiledLoss(MeanFunction):
    """A function of one example that gives a loss and predictions, compiled for many.

    The function gives a pair: a Value, the loss; and a Value or Values in nested lists or dicts,
    the predictions, or None if there are none. The mean of the loss is that of a
    `CompiledFunction`, and the predictions are those of a `CompiledOutputs`.

    Raises what these two raise.
    """

    def of(self, examples: Prepared, parameters: Any = None) -> tuple[float, Any, Any]:
        """The mean loss over the examples, its gradient, and the prediction for each of them."""
        value, gradient, *rows = self._run(examples, parameters)
        gradient = self._signature.gradient_of(gradient)
        return float(value), gradient, self._predictions(examples, rows)

    def without_gradient(self, examples: Prepared, parameters: Any = None) -> tuple[float, Any]:
        """The mean loss over the examples, and the prediction for each of them."""
        translation = examples.translation.without_gradient
        found = self._run(examples._replace(translation=translation), parameters)
        value, *rows = found if isinstance(found, tuple) else (found,)
        return float(value), self._predictions(examples, rows)

    def look(self) -> None:
        """Warn of a constant of the program that has changed, as a call does."""
        self._frozen.look()

    def descent(self, examples: Prepared, rule: UpdateRule, moved: int) -> Descent | None:
        """Steps by an update rule that move the first `moved` parameters, many in one call.

        None if the back end has no such call, or not for this rule.
        """
        return examples.translation.descent(examples.arrays, rule, moved)

    def predictions(self, examples: Prepared, rows: Sequence[Any], count: int) -> Any:
        """The predictions for `count` of the examples, in arrays with the examples first.

        `rows` are the outputs of a step beside its loss and gradient; None if there are none.
        """
        return arrays_of(rows[0], self._nests[examples.translation], count) if rows else None

    def _predictions(self, examples: Prepared, rows: list[Any]) -> Any:
        """The predictions for all examples."""
        return self.predictions(examples, rows, len(examples.arrays[0]))

    def _given(self, output: Any) -> FunctionOutput:
        loss, predictions = output
        demand_value(loss, "the loss that the function gives")
        if predictions is None:
            return FunctionOutput([loss])
        others = listed(predictions)
        return FunctionOutput([loss, *others.values], others.nest)

    def _recorded(self, given: FunctionOutput, leaves: Leaves) -> Recorded:
        loss, *others = given.values
        together = held_together(others) if others else None
        return Recorded(topological_order(loss), leaves, together, given.nest)
