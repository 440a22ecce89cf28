"""Products in NumPy that are stacks of matrices, where memory does not let axes become one."""

import numpy as np

from engine.compiler.kinds.views import whole
from engine.compiler.numpy_backend.matmul import Factor, product_statement


def test_axes_that_do_not_lie_together_stay_axes_of_the_stack() -> None:
    """Rows with gaps between them are no rows of one matrix: there is a product for each."""
    memory = np.arange(600.0)
    left = np.lib.stride_tricks.as_strided(memory, (2, 3, 4, 5), (8 * 120, 8 * 40, 8 * 7, 8))
    right = np.arange(60.0).reshape(2, 5, 6)
    result = np.empty((2, 3, 4, 6))
    statement = product_statement(
        Factor("left", "sabt", (2, 3, 4, 5), (120, 40, 7, 1)),
        Factor("right", "stc", (2, 5, 6), whole((2, 5, 6)).strides),
        Factor("result", "sabc", (2, 3, 4, 6), whole((2, 3, 4, 6)).strides),
    )
    assert statement.startswith("np.matmul(left, right.reshape(2, 1, 5, 6)")
    exec(statement, {"np": np, "left": left, "right": right, "result": result})
    np.testing.assert_allclose(result, np.einsum("sabt,stc->sabc", left, right))


def test_a_result_that_is_no_matrix_in_memory_is_written_where_it_is() -> None:
    """Not in a copy of it, which nobody reads, though factors may be copied."""
    left, right = np.arange(60.0 * 32).reshape(3, 4, 5 * 32), np.arange(6.0 * 5 * 32).reshape(-1, 6)
    memory = np.zeros(150)
    result = np.lib.stride_tricks.as_strided(memory, (3, 4, 6), (8 * 50, 8 * 6, 8))
    statement = product_statement(
        Factor("left", "abt", (3, 4, 160), whole((3, 4, 160)).strides),
        Factor("right", "tc", (160, 6), (6, 1)),
        Factor("result", "abc", (3, 4, 6), (50, 6, 1)),
    )
    exec(statement, {"np": np, "left": left, "right": right, "result": result})
    np.testing.assert_allclose(result, left @ right)
