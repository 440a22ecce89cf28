"""compile(output, parameters=[...]): the array program of a graph, or of a function of examples."""

from collections.abc import Callable
from inspect import signature
from typing import Any, Literal, overload

from ..system.threads import demand_threads
from ..value import Value
from .runtime.backends import backend_named
from .runtime.compiled import Compiled
from .runtime.functions import CompiledFunction
from .runtime.graphs import compile_graph, compile_recorded
from .runtime.outputs import CompiledOutputs

# The back ends beside which a program may be strict: what shows it as arrays.
_STRICT = (None, "numpy", "native")


@overload
def compile(
    output: Value | Callable[[], Any],
    *,
    parameters: Any,
    inputs: Any = (),
    backend: str | None = None,
    strict: bool = False,
) -> Compiled: ...
@overload
def compile(
    output: Callable[..., Any],
    *,
    parameters: Any,
    gradient: Literal[True] = ...,
    backend: str | None = None,
    strict: bool = False,
    threads: int | None = None,
) -> CompiledFunction: ...
@overload
def compile(
    output: Callable[..., Any],
    *,
    parameters: Any,
    gradient: Literal[False],
    backend: str | None = None,
    strict: bool = False,
    threads: int | None = None,
) -> CompiledOutputs: ...
def compile(
    output: Any,
    *,
    parameters: Any,
    inputs: Any = (),
    gradient: bool = True,
    backend: str | None = None,
    strict: bool = False,
    threads: int | None = None,
) -> Compiled | CompiledFunction | CompiledOutputs:
    """The array program of a recorded graph, or of a function of one example for many.

        program = engine.compile(loss, parameters=model.parameters())
        value, gradient = program(numbers)
        print(program.source)

        step = engine.compile(loss_of_one, parameters=model.parameters())
        value, gradient = step(X, Y)        # the mean over the examples

        predict = engine.compile(model, parameters=model.parameters(), gradient=False)
        outputs = predict(X)                # the outputs of the model for each example

        program = engine.compile(lambda: loss_of(model, X, y), parameters=model.parameters())

    - `output`: a Value; or a function of one example that returns the Value; or a function without
      arguments that returns the Value, called once to record its graph.
    - `parameters`: the leaves to differentiate by, in nested lists or dicts; the gradient is arrays
      in the same shape.
    - `inputs`: further leaves of a recorded graph, whose numbers are arguments of each call.
    - `gradient`: False for the outputs of a function for each example, without derivatives; the
      function may return Values in nested lists.
    - `strict`: True for the bits of an eager run, where other programs agree with it to 1e-12: each
      sum and each gradient is added up in its order, and functions are those of C's library, which
      Python calls. The mean over examples is `Value.sum(losses) / len(losses)`. A function is
      traced for each combination of whole numbers, and may do what it likes for each. In machine
      code it takes up to 2.5 times as long as other programs where many examples do the same: those
      of a function, whose whole numbers decide only what is looked up, and parts of a recorded
      graph, such as the losses of examples. These are computed in blocks, as `summary()` says; all
      else is computed node by node, and without llvmlite in Python.
      `source`, and what `save` writes, is the program in arrays, which has other last digits.
    - `threads`: how many threads share the work for a function of one example, if there are enough
      examples for more than one strip, which is as much as fits into the cache of a processor.
      What comes out does not depend on the number. None for the thread that makes the call; machine
      code then has no strips, and may have other last digits.
    - `backend`: "native", machine code by LLVM, which writes `ir`, the default where LLVM is
      installed; "numpy", the default elsewhere; "jax", compiled by XLA for its devices, whose
      programs take and give arrays of JAX, and have a pure `function`; or "reference", which
      interprets the program in the plainest way, to compare with. `source`, and what `save` writes,
      is JAX for "jax", else NumPy. What is not for machine code NumPy computes; `summary()` says
      why.

    All other leaves, and plain numbers, are constants: their numbers are recorded, and where a
    function uses a leaf that has changed since, a call causes a warning, once. What a function
    decides by numbers, as in `if v.data > 0` or `max(v, w)`, is followed: the function is run for
    each way it may go, which are joined, and a number that is read by `.data` is computed anew.
    Where this is not possible, as in a loop until something is small, and in strict programs, and
    where a function takes `float()` of a Value, reads `.grad`, sets a number, or draws at random, a
    warning names the line. Gradients by `engine.grad` and its sisters are part of the program. A
    Value recorded before contains such numbers already, among them detached numbers, what
    derivatives decided and the maximum in each softmax: these are computed anew if a function
    without arguments records the Value; a block of `baked_lines()` records all but decisions so.

    Raises TypeError or ValueError, naming the Value, for a parameter or input that is no Value, is
    no leaf or is given twice, for an input that is not in the graph, for `inputs` beside a function
    of examples, for `gradient=False` with a recorded graph, whose value is its `.data`, for
    `threads` with a recorded graph, with `strict` or in JAX, which has threads of its own, and for
    an unknown back end; ImportError if a package that the back end needs is missing. Warns of
    parameters that do not reach the output: their gradient is 0.
    """
    chosen = backend_named(backend)
    if strict and backend not in _STRICT:
        raise ValueError(f"strict=True computes in machine code, or in Python: backend must be "
                         f"{' or '.join(map(repr, _STRICT))}, got {backend!r}")  # fmt: skip
    threads = demand_threads(threads)
    is_function = not isinstance(output, Value) and callable(output)
    if is_function and not _takes_nothing(output):
        if inputs != ():
            raise ValueError("inputs are leaves of a recorded graph; a function is given its "
                             "examples as arguments")  # fmt: skip
        if threads is not None and (strict or chosen.name == "jax"):
            raise ValueError("threads share the work for programs that are not strict, and not for "
                             'backend="jax", which has threads of its own')  # fmt: skip
        made = CompiledFunction if gradient else CompiledOutputs
        return made(output, parameters, chosen, strict=strict, threads=threads)
    if threads is not None:
        raise ValueError("threads share examples, of which a recorded graph has none: compile a "
                         "function of one example")  # fmt: skip
    if not gradient:
        raise ValueError("gradient=False is for a function of one example; the number of a "
                         "recorded graph is its .data")  # fmt: skip
    make = compile_recorded if is_function else compile_graph
    return make(output, parameters, inputs, chosen, strict=strict)


def _takes_nothing(function: Any) -> bool:
    """Whether `function` has no arguments."""
    try:
        return not signature(function).parameters
    except (TypeError, ValueError):  # some functions in C have no signature
        return False
