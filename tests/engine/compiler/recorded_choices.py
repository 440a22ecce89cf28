"""Random functions of whole numbers, compiled and compared with themselves."""

import warnings
from typing import Any

import numpy as np

import engine
from engine import Value
from tests.engine.compiler.agreeing import assert_same, eager
from tests.oracles.choices import ChoiceFunction


def demand(seed: int, examples: int) -> None:
    """Compile a random function, and compare it on some examples, then on some more.

    The second call may have choices that the first one did not have. The mean of what it gives
    without a gradient is the same.
    """
    made = ChoiceFunction(seed)
    step = engine.compile(made.function, parameters=made.parameters)
    predict = engine.compile(made.function, parameters=made.parameters, gradient=False)
    for _ in range(2):
        given = made.arguments(examples)
        arrays = [np.array(each) for each in given]
        outputs = [made.function(list(map(Value, x)), *choices)
                   for x, *choices in zip(*given, strict=True)]  # fmt: skip
        expected = eager(Value.sum(outputs) / examples, made.parameters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of parameters that are lost
            found: Any = step(*arrays)
        assert_same(found, expected)
        each = predict(*arrays)
        assert_same((each.mean(), each), (expected[0], [output.data for output in outputs]))
