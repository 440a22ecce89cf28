"""What instructions mean: each computed by NumPy in the plainest way.

`evaluated(program, parameters, inputs)` is slow and short. It is what the passes are checked
against, and how what is constant is computed once and for all.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..arrays import np
from .program import Data, Instruction, Program
from .ufuncs import FUNCTIONS
from .views import View


def evaluated(
    program: Program, parameters: Any, inputs: Sequence[Any], *, examples: int = 1
) -> list[Any]:
    """The outputs of a program; where it has examples, they are the first axis of its inputs.

    `examples` is how many there are of a program whose inputs do not tell.
    """
    counts = [len(inputs[each.detail[0]]) for each in program.instructions
              if each.kind in ("input", "code") and each.examples]  # fmt: skip
    examples = max(counts, default=examples)
    given: dict[str, Callable[[Any], Any]] = {
        "parameters": lambda _: np.asarray(parameters, dtype=np.float64),
        "input": lambda which: _last(np.asarray(inputs[which[0]], dtype=np.float64), which[2]),
        "code": lambda which: np.asarray(inputs[which[0]]),
        "count": lambda _: np.float64(examples),
        "share": lambda _: np.float64(1 / examples),
    }
    found: list[Any] = []
    with np.errstate(all="ignore"):
        for each in program.instructions:
            if each.kind in given:
                found.append(given[each.kind](each.detail))
            else:
                read = [program.instructions[i] for i in each.inputs]
                found.append(computed(each, read, [found[i] for i in each.inputs]))
    return [found[i] for i in program.outputs]


def _last(array: Any, many: bool) -> Any:
    """The array with its first axis last, if that is one of examples."""
    return np.moveaxis(array, 0, -1) if many else array


def computed(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    """The result of one instruction; `read` are those of which the arrays are the results."""
    if made.kind in MEANINGS:
        return MEANINGS[made.kind](made, read, arrays)
    function = made.detail.function if made.kind == "kernel" else getattr(np, FUNCTIONS[made.kind])
    return function(*(
        array[..., None] if made.examples and not each.examples and each.shape else array
        for each, array in zip(read, arrays, strict=True)
    ))  # fmt: skip


Meaning = Callable[[Instruction, Sequence[Instruction], Sequence[Any]], Any]


def _flat(read: Instruction, array: Any) -> Any:
    """The numbers in a row, each with its examples if there are any."""
    return array.reshape(-1, array.shape[-1]) if read.examples else array.reshape(-1)


def _seen(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    detail = made.detail
    return _flat(read[0], arrays[0])[detail.places if made.kind == "view" else detail.array]


def _sum(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    axes, examples = made.detail
    return arrays[0].sum(axis=(*axes, *([-1] if examples and read[0].examples else [])))


def _product(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    terms, kept = made.detail.axes.split("->")
    axes = [f"{letters}{'Z' * each.examples}"
            for each, letters in zip(read, terms.split(","), strict=True)]  # fmt: skip
    return np.einsum(f"{','.join(axes)}->{kept}{'Z' * made.examples}", *arrays)


def _assembled(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    shape, targets = made.detail
    examples = [array.shape[-1] for each, array in zip(read, arrays, strict=True) if each.examples]
    flat = np.zeros((prod(shape), *examples[:1]))
    for target, each, array in zip(targets, read, arrays, strict=True):
        places = target.places if isinstance(target, View) else target.array
        np.add.at(flat, places, array[..., None] if made.examples and not each.examples else array)
    return flat.reshape((*shape, *examples[:1]))


def _with_ones(made: Instruction, _: object, arrays: Sequence[Any]) -> Any:
    parts = [arrays[0], np.ones_like(arrays[0][:1])]
    return np.concatenate(parts[:: -1 if made.detail else 1])


def _places(table: Any, choices: Any) -> Any:
    """The places at which each example looks, the examples last."""
    return np.moveaxis(table[choices], 0, -1)


def _picked(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    places, flat = _places(made.detail.array, arrays[1]), _flat(read[0], arrays[0])
    return flat[places, np.arange(len(arrays[1]))] if read[0].examples else flat[places]


def _scattered(made: Instruction, _: object, arrays: Sequence[Any]) -> Any:
    table, shape, examples = made.detail
    places, count = _places(table.array, arrays[1]), len(arrays[1])
    flat = np.zeros((prod(shape), *[count] * examples))
    np.add.at(flat, (places, np.arange(count)) if examples else places, arrays[0])
    return flat.reshape((*shape, *[count] * examples))


def _ufunc(name: str) -> Any:
    """The function of an operation in NumPy."""
    return getattr(np, FUNCTIONS[name])


def _later(made: Instruction, _: object, arrays: Sequence[Any]) -> Any:
    axis = len(made.shape) - 1
    factors = np.moveaxis(arrays[0], axis, 0)
    ones = np.ones_like(factors[:1], dtype=np.float64)
    products = np.multiply.accumulate(np.concatenate([ones, factors[::-1]]))[::-1]
    return np.moveaxis(products, 0, axis)


def _expanded(made: Instruction, read: Sequence[Instruction], arrays: Sequence[Any]) -> Any:
    """The numbers again and again; for all examples alike, one is as good as all."""
    array = arrays[0]
    if not made.examples:
        return np.broadcast_to(array, made.shape)
    each = array if read[0].examples else array[..., None]
    ones = [1] * (len(made.shape) + 1 - each.ndim)
    return np.broadcast_to(each.reshape(*ones, *each.shape), (*made.shape, each.shape[-1]))


def _joined(_: object, __: object, arrays: Sequence[Any]) -> Any:
    longest = max(array.shape[1:] for array in arrays)
    return np.concatenate([np.broadcast_to(each, (len(each), *longest)) for each in arrays])


MEANINGS: dict[str, Meaning] = {
    "constant": lambda made, read, arrays: made.detail.array,
    "view": _seen,
    "take": _seen,
    "sum": _sum,
    "product": _product,
    "assemble": _assembled,
    "expand": _expanded,
    "choice": lambda made, read, arrays: np.moveaxis(made.detail.array[arrays[0]], 0, -1),
    "pick": _picked,
    "scatter": _scattered,
    "ladder": lambda made, read, arrays: _ufunc(made.detail.op.name).reduce(
        arrays[0], axis=len(made.shape)
    ),
    "running": lambda made, read, arrays: _ufunc(made.detail.op.name).accumulate(
        arrays[0], axis=len(made.shape) - 1
    ),
    "later": _later,
    "mean": lambda made, read, arrays: arrays[0].mean(axis=-1),
    "segments": lambda made, read, arrays: np.add.reduceat(arrays[0], made.detail.array, axis=0),
    "with_ones": _with_ones,
    "join": _joined,
}


def constant_of(made: Instruction, read: Sequence[Instruction]) -> Any:
    """What an instruction gives whose inputs are all constants."""
    arrays = [each.detail.array for each in read if isinstance(each.detail, Data)]
    with np.errstate(all="ignore"):
        return computed(made, read, arrays)
