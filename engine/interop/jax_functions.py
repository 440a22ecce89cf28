"""Functions written in JAX as functions of Values: stepped, drawn and checked as any other.

    def loss(w, b, x, y):
        return jnp.mean((jnp.tanh(x @ w + b) - y) ** 2)

    w = engine.value_array([0.5, -0.2], "w")
    output = engine.from_jax(loss)(w, 0.1, x, y)       # a Value
    engine.Stepper(output)

JAX says which primitives a function is made of (its jaxpr); each of these is computed on arrays of
Values (`jax_rules`), element by element, so every multiplication is a node of the graph.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..arguments import demand_function
from ..value import Value
from .jax_moves import MOVING, by_jax, jax
from .jax_rules import KEPT, RULES
from .object_arrays import data_of_elements, elementwise, has_values, unary
from .packages import np

_CALLS = ("jaxpr", "call_jaxpr", "fun_jaxpr")


def from_jax(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that JAX can trace as one of Values and numbers, in float64.

    What it returns is called with the same arguments: numbers, arrays and nestings of them (JAX's
    pytrees), in which Values and arrays of Values may stand in place of numbers; see `value_array`.
    Numbers are constants. A result is a Value where one went into it, an array of Values (NumPy's,
    of objects) where it is an array, in the nesting that `function` returns.

    A condition is decided by the data, as Python's `if` is: of `lax.cond` one branch is recorded,
    of `lax.scan` and `lax.while_loop` the steps that were made.

    Raises TypeError if `function` is none, ImportError without JAX, and ValueError for a primitive
    that is not known here, with its name, or for complex numbers.
    """
    demand_function(function, "function", "lambda x: jnp.sin(x) ** 2")
    return lambda *arguments, **named: _called(function, arguments, named)


def _called(function: Callable[..., Any], arguments: Any, named: Any) -> Any:
    leaves, nesting = jax.tree.flatten((arguments, named), is_leaf=_is_array)
    arrays = [_array(leaf) for leaf in leaves]
    with jax.enable_x64(True):
        flat = [data_of_elements(each) for each in arrays]
        given, by_name = jax.tree.unflatten(nesting, flat)
        closed, shape = jax.make_jaxpr(function, return_shape=True)(*given, **by_name)
        results = _Run().results(closed.jaxpr, closed.consts, arrays)
    plain = [each.item() if each.ndim == 0 else each for each in map(np.asarray, results)]
    return jax.tree.unflatten(jax.tree.structure(shape), plain)


def _is_array(leaf: Any) -> bool:
    """Whether the lists within a list are one array: all of its elements are Values or numbers."""
    if not isinstance(leaf, list):
        return isinstance(leaf, Value)
    return np.asarray(leaf, object).dtype == object and has_values(np.asarray(leaf, object))


def _array(leaf: Any) -> Any:
    """The argument as an array: of objects if there are Values in it, else of float64 or less."""
    if isinstance(leaf, (Value, list)):
        return np.array(leaf, object)
    array = np.asarray(leaf)
    return array.astype(float) if array.dtype.kind == "f" else array


class _Run:
    """One evaluation of a jaxpr on arrays, of Values or of numbers."""

    def results(self, jaxpr: Any, constants: Any, arrays: Any) -> list[Any]:
        """The arrays that the jaxpr gives for `arrays`."""
        known = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arrays], strict=True))
        for equation in jaxpr.eqns:
            given = [_of(known, each) for each in equation.invars]
            known.update(zip(equation.outvars, self._computed(equation, given), strict=True))
        return [_of(known, each) for each in jaxpr.outvars]

    def _computed(self, equation: Any, given: list[Any]) -> list[Any]:
        """What one equation gives: the calls and loops in it are gone through."""
        name, options = equation.primitive.name, equation.params
        if not any(has_values(np.asarray(each)) for each in given):
            return by_jax(equation, given)
        if name in _CONTROL:
            return _CONTROL[name](self, given, options)
        inner = next((options[key] for key in _CALLS if key in options), None)
        if inner is None:
            return self._primitive(equation, given)
        if name.startswith("custom_"):
            if str(inner) == _relu(np.shape(given[0])):
                return [elementwise(unary(Value.relu), given[0])]
            _demand_usual_derivative(equation, inner, given)
        return self.closed(inner, given)

    def _primitive(self, equation: Any, given: list[Any]) -> list[Any]:
        """What an equation without others in it gives."""
        name, options = equation.primitive.name, equation.params
        kinds = {each.aval.dtype.kind for each in equation.outvars}
        if "c" in kinds:
            raise ValueError(f"from_jax: {name} gives complex numbers, and Values are real")
        if kinds <= set("biu"):
            return by_jax(equation, [data_of_elements(np.asarray(each)) for each in given])
        if name in KEPT:
            return given[: len(equation.outvars)]
        if name in MOVING:
            return MOVING[name](equation, [np.asarray(each) for each in given])
        if name in RULES:
            return [RULES[name]([np.asarray(each) for each in given], options)]
        raise ValueError(f"from_jax: the primitive {name!r} of JAX is not known here, in "
                         f"{equation}: write it with others, or add a row to RULES of "
                         "engine.interop.jax_rules")  # fmt: skip

    def closed(self, inner: Any, given: list[Any]) -> list[Any]:
        """The results of a jaxpr within another, with or without constants of its own."""
        jaxpr = getattr(inner, "jaxpr", inner)
        return self.results(jaxpr, getattr(inner, "consts", ()), given)

    def branch(self, given: list[Any], options: Mapping[str, Any]) -> list[Any]:
        """`lax.cond` and `lax.switch`: the branch that the data chose."""
        branches = options["branches"]
        index = int(data_of_elements(np.asarray(given[0])))
        return self.closed(branches[min(max(index, 0), len(branches) - 1)], given[1:])

    def scan(self, given: list[Any], options: Mapping[str, Any]) -> list[Any]:
        """`lax.scan`: a step after another, from the last to the first if it is reversed."""
        constants, carried = _counted(options)
        fixed, state = given[:constants], given[constants : constants + carried]
        sliced = [np.asarray(each) for each in given[constants + carried :]]
        steps = range(options["length"])
        rows: dict[int, list[Any]] = {}
        for t in reversed(steps) if options["reverse"] else steps:
            of_step = self.closed(options["jaxpr"], [*fixed, *state, *(x[t] for x in sliced)])
            state, rows[t] = of_step[:carried], of_step[carried:]
        stacked = zip(*(rows[t] for t in steps), strict=True)
        return [*state, *(np.stack([np.asarray(each, object) for each in row]) for row in stacked)]

    def loop(self, given: list[Any], options: Mapping[str, Any]) -> list[Any]:
        """`lax.while_loop` and `lax.fori_loop`: as long as the data says so."""
        of_test, of_body = options["cond_nconsts"], options["body_nconsts"]
        test, body = given[:of_test], given[of_test : of_test + of_body]
        state = given[of_test + of_body :]
        while data_of_elements(np.asarray(self.closed(options["cond_jaxpr"], [*test, *state])[0])):
            state = self.closed(options["body_jaxpr"], [*body, *state])
        return state


def _counted(options: Mapping[str, Any]) -> tuple[int, int]:
    """How many constants a scan has and how many arrays it carries; from JAX 0.12 on in a tree."""
    if "ft_in" in options:
        constants, carried, _ = map(len, options["ft_in"].unpack())
        return constants, carried
    return options["num_consts"], options["num_carry"]


_CONTROL: Mapping[str, Callable[[_Run, list[Any], Mapping[str, Any]], list[Any]]] = {
    "cond": _Run.branch, "scan": _Run.scan, "while": _Run.loop,
}  # fmt: skip


def _demand_usual_derivative(equation: Any, inner: Any, given: list[Any]) -> None:
    """Raise ValueError for a function whose derivative is its own, and not that of its steps.

    Both are computed by JAX, at the data, and compared.
    """
    operands = [*map(np.asarray, given)]
    data = {each: array for each, array in zip(equation.invars, operands, strict=True)
            if not hasattr(each, "val")}  # fmt: skip
    moving = [each for each in data if each.aval.dtype.kind == "f"]
    jaxpr, constants = getattr(inner, "jaxpr", inner), getattr(inner, "consts", ())
    alone = jaxpr.replace(constvars=[], invars=moving, outvars=equation.outvars, eqns=[equation],
                          debug_info=jaxpr.debug_info.with_unknown_names())  # fmt: skip

    def pulled(evaluated: Callable[..., Any]) -> Any:
        """The derivatives of some sum of the results."""
        results, pull = jax.vjp(evaluated, *(data_of_elements(data[each]) for each in moving))
        return pull([jax.numpy.cos(1.0 + jax.numpy.arange(each.size)).reshape(each.shape)
                     for each in results])  # fmt: skip

    def by_steps(*moved: Any) -> Any:
        """The results of the steps of the function."""
        at = dict(zip(moving, moved, strict=True))
        return jax.core.eval_jaxpr(
            jaxpr,
            constants,
            *(
                array if hasattr(each, "val") else at.get(each, array)
                for each, array in zip(equation.invars, operands, strict=True)
            ),
        )

    theirs = pulled(lambda *moved: jax.core.eval_jaxpr(alone, (), *moved))
    for one, other in zip(pulled(by_steps), theirs, strict=True):
        if not np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise ValueError("from_jax: a function has a derivative of its own (jax.custom_jvp, "
                             "jax.custom_vjp), other than that of its steps, which a graph has: "
                             "write it without")  # fmt: skip


def _relu(shape: tuple[int, ...]) -> str:
    """What `jax.nn.relu` is made of, as text: one operation here, and not a maximum with 0."""
    (equation,) = jax.make_jaxpr(jax.nn.relu)(jax.numpy.zeros(shape)).eqns
    return next(str(equation.params[key]) for key in _CALLS if key in equation.params)


def _of(known: Mapping[Any, Any], variable: Any) -> Any:
    """The array of a variable; that of a literal is its own."""
    return np.asarray(variable.val) if hasattr(variable, "val") else known[variable]
