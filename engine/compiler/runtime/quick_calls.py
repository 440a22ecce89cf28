"""Calls of programs in machine code with arrays of shapes that were given before.

The first call with arrays of some shapes goes the usual way, which checks them, and says what is
wrong. A later one compares types and shapes, copies numbers into memory that is kept, and runs.
Whatever does not fit goes the usual way again.

Memory belongs to one call at a time: the call takes it from a list, and puts it back when results
are copied. So no thread and no signal handler finds numbers of another call there, and what an
exception has interrupted is not used again.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from struct import Struct
from typing import Any, NamedTuple

from ..arrays import Floats, np
from ..kinds.views import Shape
from ..native_backend.rooms import Room, RoomSizes, copied_numbers
from ..recording.frozen import Frozen
from ..recording.pytrees import Block, Nest, blocks, numbers
from ..recording.signature import Signature
from .translation import Translation

# How many numbers of a step are worth to be kept a second time; for how many shapes, and for how
# many calls at a time.
_MOST_KEPT, _MOST_SHAPES, _MOST_CALLS = 1 << 17, 4, 8

_Shapes = tuple[Shape, ...]

# The shape of an array, and where its numbers go; None if they stay where they are.
_Place = tuple[Shape, Floats | None]

# What an array is told to that stays where it is.
_Point = Callable[[Floats], None]

# What a call gives, in nested arrays that the next run overwrites.
Results = Callable[[Translation, Room], Any]


class QuickCalls:
    """The calls of a program with arrays of shapes that were given before.

    - `results`: the nested results in the memory of a step; `copied` makes of them a function
      that gives what a call gives.
    - `of_row`: what a call of a recorded graph gives for a row of all parameters and nothing else;
      None if it is to go another way.
    """

    def __init__(
        self,
        signature: Signature,
        frozen: Frozen,
        results: Results,
        copied: Callable[[Any], Callable[[], Any]],
    ) -> None:
        self._signature, self._frozen = signature, frozen
        self._results, self._copied = results, copied
        self._is_row = isinstance(signature.parameters, Block)
        self._has_inputs = bool(signature.input_leaves)
        self._kinds: dict[_Shapes, _Kind] = {}
        self._latest: _Kind | None = None
        self.of_row: Callable[[Any], Any] = _another_way

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kinds": {}, "_latest": None, "of_row": _another_way}

    def of_examples(
        self, arrays: tuple[Any, ...], parameters: Any, translation: Translation | None
    ) -> Any:
        """What a call gives for examples; None if it is to go the usual way.

        `translation` is the one that the function shows, and by which it computes.
        """
        kind, count = self._latest, len(arrays)
        if kind is None or kind.translation is not translation or kind.inputs != count:
            return None
        given = self._with_parameters(arrays, parameters)
        if given is None:
            return None
        found = self._run(kind, given, parameters is None)
        if found is None:
            numbers_only = _as_arrays(given)
            kind = self._kinds.get(tuple(each.shape for each in numbers_only[:count]))
            if kind is not None and kind.translation is translation:
                self._latest = kind
                found = self._run(kind, numbers_only, parameters is None)
        return found

    def of_graph(self, parameters: Any, inputs: Any) -> Any:
        """What a call of a recorded graph gives; None if it is to go the usual way."""
        kind = self._latest
        if kind is None or (inputs is None) == self._has_inputs:
            return None
        if inputs is None and self._is_row and parameters is not None:
            given: tuple[Any, ...] | None = (parameters,)
        else:
            given = self._of_nests(parameters, inputs)
        if given is None:
            return None
        found = self._run(kind, given, parameters is None)
        return self._run(kind, _as_arrays(given), parameters is None) if found is None else found

    def _of_nests(self, parameters: Any, inputs: Any) -> tuple[Any, ...] | None:
        """The arrays of inputs and parameters of a graph; None if they do not fit."""
        arrays: list[Any] = []
        fits = inputs is None or _in_a_row(self._signature.inputs, inputs, arrays)
        return self._with_parameters(tuple(arrays), parameters) if fits else None

    def keep_examples(self, translation: Translation, arrays: Sequence[Any]) -> None:
        """Let later calls with examples like these be quick."""
        self._keep(tuple(each.shape for each in arrays), translation, len(arrays[0]))

    def keep_graph(self, translation: Translation) -> None:
        """Let later calls of a recorded graph be quick."""
        shapes = tuple(self._signature.shapes) if self._signature.input_leaves else ()
        if not (self._signature.is_joined and copied_numbers(shapes[0]) == 0):
            self._keep(shapes, translation, 1)

    def _keep(self, shapes: _Shapes, translation: Translation, examples: int) -> None:
        """Know the shapes of a call, if to keep memory for it is not too much."""
        known = self._kinds.get(shapes)
        if known is not None and known.translation is translation:
            self._latest = known
            return
        machine, count = translation.machine, len(self._signature.leaves)
        if machine is None:
            return
        memory = machine.memory
        if memory.size + memory.result_size(examples) + count <= _MOST_KEPT:
            room = partial(machine.room, RoomSizes(count, shapes, examples))
            self._latest = _Kind(translation, len(shapes), room, [])
            others = [each for each in self._kinds.items()
                      if each[0] != shapes and each[1].translation is translation]  # fmt: skip
            self._kinds = {**dict(others[1 - _MOST_SHAPES :]), shapes: self._latest}
            if self._is_row and not shapes:
                self.of_row = self._row_call(self._latest)

    def _row_call(self, kind: "_Kind") -> Callable[[Any], Any]:
        """The call for a row of all parameters: no more than it needs, for a step of a few µs."""
        memories, frozen, array = kind.memories, self._frozen, np.ndarray
        take, put_back = memories.pop, memories.append
        shape, dtype = (len(self._signature.leaves),), np.dtype(np.float64)

        def of_row(row: Any) -> Any:
            """What the call gives; None for what is no such row."""
            if type(row) is not array or row.shape != shape or row.dtype is not dtype:
                return None
            try:
                memory = take()
            except IndexError:
                memory = self._memory(kind)
            place, point, run, found = memory.of_row
            if place is not None:
                place[...] = row
            elif row.flags.c_contiguous and row.flags.aligned:
                point(row)
            else:
                put_back(memory)
                return None
            if frozen.pairs:
                frozen.look()
            run()
            results = found()
            if len(memories) < _MOST_CALLS:
                put_back(memory)
            return results

        return of_row

    def _with_parameters(self, arrays: tuple[Any, ...], given: Any) -> tuple[Any, ...] | None:
        """Arrays, and those of the parameters if they are given; None if these do not fit."""
        if given is None:
            return arrays
        if self._is_row:
            return (*arrays, given)
        parts: list[Any] = []
        fits = _in_a_row(self._signature.parameters, given, parts)
        return (*arrays, *parts) if fits else None

    def _run(self, kind: "_Kind", given: Sequence[Any], from_values: bool) -> Any:
        """What a call gives for some arrays; None if they do not fit."""
        memories, found = kind.memories, None
        try:
            memory = memories.pop()
        except IndexError:
            memory = self._memory(kind)
        if memory.takes(given, from_values):
            self._frozen.look()
            memory.run()
            found = memory.found()
        if len(memories) < _MOST_CALLS:
            memories.append(memory)
        return found

    def _memory(self, kind: "_Kind") -> "_Memory":
        """New memory for a call."""
        room = kind.room()
        results = self._results(kind.translation, room)
        return _Memory(room, self._signature, self._copied(results))


def _another_way(_: Any) -> None:
    """What a call gives before it is known what it is to be quick for."""


class _Kind(NamedTuple):
    """Calls with arrays of the same shapes: what makes memory, and what no call has now."""

    translation: Translation
    inputs: int
    room: Callable[[], Room]
    memories: list["_Memory"]


class _Memory:
    """The memory of a call; `found` gives copies of what a run has left there.

    `of_row` is what a call with a row of all parameters needs: where its numbers go, or what it is
    told to; the step, and what gives the copies.
    """

    __slots__ = ("_dtype", "_inputs", "_leaves", "_pack", "_places", "_room", "found", "of_row",
                 "run")  # fmt: skip

    def __init__(self, room: Room, signature: Signature, found: Callable[[], Any]) -> None:
        self.run, self.found = room.run, found
        self._room, self._leaves = room, signature.leaves
        self._pack = Struct(f"{len(signature.leaves)}d").pack_into
        self._dtype = room.parameters.dtype
        inputs: Sequence[_Place] = [*zip(room.sizes.inputs, room.inputs, strict=True)]
        if signature.is_joined:
            inputs = _places(signature.inputs, room.row)
        mine = _places(signature.parameters, room.parameters)
        if room.has_many and isinstance(signature.parameters, Block):
            mine = [(mine[0][0], None)]
        points = [partial(room.point, i) for i in range(len(inputs))]
        self._places: list[tuple[int, Shape, Floats | None, _Point]] = [
            (i, shape, place, points[i] if i < len(points) else room.point_parameters)
            for i, (shape, place) in enumerate([*inputs, *mine])
        ]
        self._inputs = self._places[: len(inputs)]
        place = None if room.has_many else room.parameters
        self.of_row = place, room.point_parameters, room.run, found

    def takes(self, given: Sequence[Any], from_values: bool) -> bool:
        """Whether arrays fit, which are in their places then; large ones stay where they are.

        The parameters are among them, or are the numbers that Values hold now.
        """
        kind, dtype = np.ndarray, self._dtype
        for i, shape, place, point in self._inputs if from_values else self._places:
            array = given[i]
            if type(array) is not kind or array.shape != shape or array.dtype is not dtype:
                return False
            if place is not None:
                place[...] = array
            elif array.flags.c_contiguous and array.flags.aligned:
                point(array)
            else:
                return False
        if from_values:
            if self._room.has_many:
                self._room.point_parameters(self._room.parameters)
            self._pack(self._room.parameters.data, 0, *[leaf._data for leaf in self._leaves])
        return True


def gradient_in(signature: Signature, _: Translation, room: Room) -> tuple[Any, Any]:
    """The value and the nested gradient in the memory of a step."""
    value, gradient = room.outputs
    return value, signature.gradient_of(gradient)


def value_and_gradient(results: tuple[Any, Any]) -> Callable[[], tuple[float, Any]]:
    """What gives a value as a number, and a copy of the nested arrays of its gradient."""
    value, gradient = results
    number, copied = value.item, copies_of(gradient)
    return lambda: (number(), copied())


def copies_of(results: Any) -> Callable[[], Any]:
    """What gives nested arrays in memory of their own, with the numbers that they have then."""
    if isinstance(results, np.ndarray):
        copy: Callable[[], Any] = results.copy
        return copy
    if isinstance(results, dict):
        by_key = {key: copies_of(each) for key, each in results.items()}
        return lambda: {key: copied() for key, copied in by_key.items()}
    parts = [*map(copies_of, results)]
    return lambda: [copied() for copied in parts]


def _places(nest: Nest, row: Floats) -> list[_Place]:
    """The arrays of a nest, in the row of all its numbers, with their shapes."""
    return [(each.shape, row[each.place].reshape(each.shape)) for _, each in blocks(nest, "")]


def _in_a_row(nest: Nest, given: Any, found: list[Any]) -> bool:
    """Whether `given` has the lists and dicts of a nest; adds what is there for each array."""
    if isinstance(nest, Block):
        found.append(given)
        return True
    if isinstance(nest, Mapping):
        is_alike = isinstance(given, Mapping) and given.keys() == nest.keys()
        return is_alike and all(_in_a_row(each, given[key], found) for key, each in nest.items())
    is_alike = type(given) in (list, tuple) and len(given) == len(nest)
    return is_alike and all(_in_a_row(each, given[i], found) for i, each in enumerate(nest))


def _as_arrays(given: Sequence[Any]) -> list[Any]:
    """Numbers as arrays; what is no array of numbers, as one that fits nowhere."""
    return [each if type(each) is np.ndarray else _as_array(each) for each in given]


def _as_array(given: Any) -> Any:
    """Numbers as an array; the usual way says why if they are none."""
    try:
        return numbers(given, None, "numbers", whole=True)
    except (TypeError, ValueError, OverflowError):
        return np.zeros((), dtype=bool)
