"""The back end that interprets programs, and the seam at which back ends are told apart."""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import PRIMITIVES, Value
from engine.compiler.reference_backend.backend import ReferenceBackend
from engine.compiler.runtime.backends import BACKENDS
from engine.compiler.runtime.pipeline import PASSES, Plan, Stage, staged
from tests.back_ends import installed
from tests.engine.compiler.networks import flat, moons, moons_loss, network, outputs
from tests.engine.compiler.written_programs import raw

LAYERS = network([2, 4, 1])
LOSS = moons_loss(LAYERS, *moons(8))


def test_programs_are_interpreted_on_demand() -> None:
    """The same numbers as by NumPy, and by the plainest way of computing them."""
    names = installed()
    programs = [engine.compile(LOSS, parameters=flat(LAYERS), backend=name) for name in names]
    assert [program.backend for program in programs] == names
    assert list(BACKENDS) == ["numpy", "reference", "native", "jax"]
    (value, gradient), *rest = (program() for program in programs)
    for other, others in rest:
        assert value == pytest.approx(other, rel=1e-14)
        np.testing.assert_allclose(gradient, others, rtol=1e-12, atol=1e-15)


def test_the_source_is_numpy_whatever_computes(tmp_path: Path) -> None:
    """So what is interpreted can be read, and written to a file; JAX alone has its own."""
    by_numpy, interpreted = (
        engine.compile(LOSS, parameters=flat(LAYERS), backend=name)
        for name in ("numpy", "reference")
    )
    assert interpreted.source == by_numpy.source
    for program in (by_numpy, interpreted):
        assert "np.dot" in program.save(tmp_path / f"{program.backend}.py").read_text()
    assert "with_ones" in str(by_numpy.program)
    assert "with_ones" not in str(interpreted.program)


def test_functions_and_outputs_take_a_back_end() -> None:
    """With choices and without; and so does a function without arguments."""
    X, kinds = np.random.default_rng(0).normal(size=(5, 2)), np.array([0, 1, 1, 0, 1])
    table, points = [Value(0.5), Value(-1.5)], moons(3)

    def scored(x: list[Value], kind: int) -> Value:
        """A network, times a number of a table."""
        score: Value = outputs(LAYERS, x)[0]
        return score * table[kind]

    parameters = [*flat(LAYERS), *table]
    found: list[Any] = []
    for name in installed():
        step = engine.compile(scored, parameters=parameters, gradient=True, backend=name)
        predict = engine.compile(scored, parameters=parameters, gradient=False, backend=name)
        graph = engine.compile(
            lambda: moons_loss(LAYERS, *points), parameters=flat(LAYERS), backend=name
        )
        value, gradient = step(X, kinds)
        found.append([value, *gradient, *predict(X, kinds), graph()[0]])
        assert {each.backend for each in (step, predict)} == {name}
    for each in found[1:]:
        np.testing.assert_allclose(found[0], each, rtol=1e-12)


def test_a_program_that_is_interpreted_can_be_copied() -> None:
    """And pickled: what computes it is told by its name."""
    program = engine.compile(LOSS, parameters=flat(LAYERS), backend="reference")
    for other in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        assert other.backend == "reference"
        assert other()[0] == program()[0]


def test_a_row_is_called_for_one_number_after_the_other() -> None:
    """So the reference needs no other definition of what a row computes."""
    x = [Value(-1.0), Value(2.0), Value(0.25)]
    output = Value.sum(each.sigmoid() * each.relu() + each.erf() for each in x)
    value, _ = engine.compile(output, parameters=x, backend="reference")()
    assert value == pytest.approx(output.data, rel=1e-15)
    assert ReferenceBackend().legalized(program := raw(output, x)) is program
    assert PRIMITIVES["sigmoid"].name in [each.kind for each in program.instructions]


@pytest.mark.parametrize("name", ["numby", "", 3, BACKENDS])
def test_a_back_end_that_there_is_not(name: Any) -> None:
    """Is told with all that there are."""
    with pytest.raises(ValueError, match="one of numpy, reference, native, jax, got"):
        engine.compile(LOSS, parameters=flat(LAYERS), backend=name)


def test_programs_are_shown_after_each_pass() -> None:
    """As they were lifted first, and last as they are computed."""
    program = engine.compile(LOSS, parameters=flat(LAYERS), backend="numpy")
    stages = program.stages()
    assert [each.name for each in stages] == ["lifted", *(each.name for each in PASSES)]
    assert stages[-1].program == program.program
    assert len(stages[0].program.outputs) == 1
    assert [len(each.program.outputs) for each in stages] == [1, 1, 1, 1, 2, 2, 2]
    assert repr(stages).count("parameters           17         all parameters") == len(stages)
    assert str(stages[4]).startswith("differentiated: a second output")


def test_every_pass_is_verified() -> None:
    """A back end that makes a program in which something does not fit is told so at once."""

    class Odd(ReferenceBackend):
        """A back end whose programs read what is not computed."""

        def legalized(self, program: Any) -> Any:
            """The program with an output that there is not."""
            return type(program)(program.instructions, (99,))

    lifted = raw(LOSS, flat(LAYERS))
    found: list[Stage] = []
    with pytest.raises(ValueError, match=r"an output is not computed: \(99,\)"):
        found.extend(staged(lifted, Plan(Odd(), None)))
