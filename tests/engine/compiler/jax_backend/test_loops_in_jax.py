"""Loops in JAX: `jax.lax.scan`, forward and backward."""

from random import Random

import numpy as np
import pytest

from engine.compiler.ir.builder import Builder
from engine.compiler.ir.interpreter import interpret
from engine.compiler.ir.verifier import verify
from engine.compiler.jax_backend.backend import JaxBackend
from engine.compiler.passes.differentiate import differentiated
from engine.compiler.passes.distribute import distributed
from tests.engine.compiler.looped import recurrent
from tests.engine.compiler.passes.test_loop_gradient import EXAMPLES, NUMBERS, outputs_of
from tests.engine.compiler.random_loops import COUNT, random_program

pytest.importorskip("jax")


@pytest.mark.parametrize("is_distributed", [False, True])
def test_jax_computes_random_loops(is_distributed: bool) -> None:
    """And their gradients; some in one program, which XLA compiles once."""
    draft, outputs = Builder(), []
    for seed in range(200, 204):
        program = differentiated(random_program(Random(seed)), COUNT)
        program = distributed(program) if is_distributed else program
        place = draft.write(program)
        outputs += [place[i] for i in program.outputs]
    program = verify(JaxBackend().legalized(draft.program(*outputs)))
    found = JaxBackend().built(program, "loops").step(3)(NUMBERS, EXAMPLES)
    for mine, other in zip(found, outputs_of(program), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-11)


def test_the_source_of_a_loop_is_a_scan() -> None:
    """A function of the rows before and of the elements of arrays; it gives a row."""
    draft, h = recurrent()
    module = JaxBackend().built(draft.program(h), "a recurrent network")
    body = module.text.partition("def step")[2].splitlines()[2:-3]
    assert [line[8:] for line in body] == [
        "parameters = given",
        "view1 = parameters[0:9].reshape(3, 3)",
        "view2 = parameters[9:12].reshape(1, 3)",
        "input_0 = inputs[0]",
        "def h_step_(rows_, sliced_):",
        "    h_before = rows_[0, 0:3]",
        "    input_0_t = sliced_[0]",
        '    product = jnp.einsum("ab,b->a", view1, h_before)',
        "    add = product + input_0_t",
        "    hidden = jnp.tanh(add)",
        "    row_ = jnp.concatenate([hidden]).astype(float)",
        "    return jnp.concatenate([rows_[1:], row_[None]]), row_",
        "h_start_ = jnp.broadcast_to(view2, (1, 3)).astype(float)",
        "h = jnp.concatenate([h_start_, jax.lax.scan(h_step_, h_start_, (input_0,), 5)[1]])",
    ]
    x = np.cos(np.arange(15.0)).reshape(5, 3)
    found = module.step(1)(NUMBERS[:12], [x])
    np.testing.assert_allclose(found, interpret(draft.program(h), NUMBERS[:12], [x])[0], rtol=1e-14)
