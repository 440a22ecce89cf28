"""What a function gives for one example, as arrays for many: predictions, without a gradient.

predict = compile(model, parameters=model.parameters(), gradient=False)
predict(X)          # an array: what model(x) gives, for each row x of X
"""

from collections.abc import Callable, Sequence
from math import nan
from typing import Any
from weakref import WeakKeyDictionary

from ..primitives import Op
from ..value import Value, made_by
from .arrays import np
from .function import TracedFunction
from .members import Recording
from .module_text import Module
from .nesting import Nest, arranged, nest_of
from .program import Program
from .recording import Leaves
from .saving import of_outputs
from .translation import Translation

# What makes one node of many, so that they are one graph. It computes nothing.
TOGETHER = Op("together", "together", "{terms}", (-2, 2), lambda _: nan, (), any_number=True)


class CompiledOutputs(TracedFunction):
    """A function of one example, compiled for many, that gives what it gives for each.

        outputs = predict(X)

    The function gives a Value, or Values in nested lists or dicts. What comes back has arrays in
    their place, whose first axis is that of the examples: a list of ten Values is an array of shape
    (examples, 10). It is computed for the numbers that the parameters hold now, or for others, as
    in `predict(X, parameters=numbers)`. Arguments are those of a `CompiledFunction`.

    Raises what a `CompiledFunction` raises, TypeError for what is neither a Value nor a list, tuple
    or dict of them, and ValueError for no Value at all.
    """

    def __init__(self, function: Callable[..., Any], parameters: Any) -> None:
        super().__init__(function, parameters)
        self._nests: WeakKeyDictionary[Translation, Nest] = WeakKeyDictionary()
        self._roots: dict[Value, Nest] = {}

    def __call__(self, *arrays: Any, parameters: Any = None) -> Any:
        """What the function gives for each example, in arrays."""
        translation, rows = self._run(arrays, parameters)
        count = len(arrays[0])
        table = np.array(np.broadcast_to(rows.T, (count, len(rows))))  # repeated if it is constant
        return arranged(
            self._nests[translation],
            lambda block: table[:, block.place].reshape(count, *block.shape),
        )

    def _text(self, module: Module) -> str:
        nest = self._nests[self._latest()]
        return of_outputs(module, self._signature.parameters, nest, *self._told())

    def _root(self, given: Any) -> Value:
        nest, values = nest_of(given, "what the function gives")
        if not values:
            raise ValueError(f"what the function gives must hold a Value, got {given!r}")
        root = made_by(TOGETHER, nan)
        root._first = root._second = root._number = None
        root._many, root._d_many = tuple(values), (None,) * len(values)
        self._roots[root] = nest
        return root

    def _warn(self, recording: Recording, leaves: Leaves) -> None:
        """Nothing: a parameter need not reach what has no gradient."""

    def _lifted(self, recording: Recording, leaves: Leaves) -> Program:
        return leaves.lifted_outputs(recording)

    def _translated(self, recordings: Sequence[Recording], leaves: Sequence[Leaves]) -> Translation:
        nest, *others = [self._roots[each.order[-1]] for each in recordings]
        self._roots.clear()
        if any(each != nest for each in others):
            raise ValueError("the function does not give Values in lists of the same shape for all "
                             "choices: compile one for each")  # fmt: skip
        nodes, classes = recordings[0].size
        size = (nodes - 1, classes - 1)  # what holds them together does not count
        made = Translation(size, self._lift(recordings, leaves), None)
        self._nests[made] = nest
        return made
