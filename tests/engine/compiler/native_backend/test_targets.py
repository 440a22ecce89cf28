"""The same bits on every processor, whatever vectors and how many of them it has."""

import platform
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value
from engine.compiler.ir.program import Program
from engine.compiler.native_backend import module
from engine.compiler.native_backend.backend import NativeBackend
from engine.compiler.native_backend.llvm.jit import MACHINE, Target
from engine.compiler.native_backend.module import NAME, llvm_module
from engine.compiler.native_backend.program import NativeProgram
from engine.compiler.runtime import backends
from tests.engine.compiler.networks import moons, moons_loss, network
from tests.oracles import transformer

IS_X86 = platform.machine().lower() in ("x86_64", "amd64")

# Processors by LLVM's names, and what of theirs this one must have. On a Nehalem there are 16
# vectors of two lanes, and a fused product and sum is computed by C's library.
PROCESSORS = {
    "skylake-avx512": ("avx512vl", 32),
    "haswell": ("avx2", 16),
    "nehalem": ("sse4.2", 16),
}


def targets() -> list[Target]:
    """This processor in both tilings, and older ones that it can stand for."""
    here = MACHINE.target
    found = [here, here._replace(registers=48 - here.registers)]
    for name, (feature, registers) in PROCESSORS.items():
        if IS_X86 and MACHINE.features.get(feature):
            found.append(Target(name, "", registers))
    return found


# A program, its parameters, its inputs, and the number of examples.
Case = tuple[Program, list[Value], list[Any], int]


def moons_program() -> Case:
    """A network on 68 constant points: long sums, and half a vector that is left."""
    layers = network([2, 12, 5, 1])
    parameters = [weight for layer in layers for row in layer for weight in row]
    loss = moons_loss(layers, *moons(68))
    return recorded(engine.compile(loss, parameters=parameters)), parameters, [], 1


def examples_program() -> Case:
    """A network and its squared error, on 77 examples: a whole block, and a rest."""
    layers = network([9, 11, 3])
    parameters = [weight for layer in layers for row in layer for weight in row]

    def neurons(layer: list[list[Value]], x: list[Value]) -> list[Value]:
        """Weighted sums of `x`, with a bias each."""
        return [Value.sum([*(w * a for w, a in zip(row, x, strict=False)), row[-1]])
                for row in layer]  # fmt: skip

    def loss(x: list[Value], y: list[Value]) -> Value:
        """How far exponentials of the outputs are from `y`."""
        first, second = layers
        out = neurons(second, [each.tanh() for each in neurons(first, x)])
        return Value.sum([((a.exp() - b) ** 2).log1p() for a, b in zip(out, y, strict=True)])

    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(77, 9)), draw.normal(size=(77, 3))
    step = engine.compile(loss, parameters=parameters)
    step(x, y)
    return recorded(step), parameters, [x, y], 77


def transformer_program() -> Case:
    """Attention over six tokens, with gathers and segments."""
    weights = transformer.weights(Value)
    loss = transformer.loss(weights, [3, 1, 4, 1, 5, 9])
    parameters = [each for matrix in weights.values() for row in matrix for each in row]
    return recorded(engine.compile(loss, parameters=parameters)), parameters, [], 1


BUILT: list[Program] = []


class Recorder(NativeBackend):
    """The native back end, which remembers the programs that it has built."""

    def built(self, program: Program, about: str) -> NativeProgram:
        """The program, to be compiled to machine code."""
        BUILT.append(program)
        return super().built(program, about)


def recorded(_: Any) -> Program:
    """The program that was built last."""
    return BUILT.pop()


@pytest.fixture(params=[moons_program, examples_program, transformer_program])
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A program, as the native back end is given it."""
    monkeypatch.setitem(backends.BACKENDS, "native", Recorder())
    monkeypatch.setattr(backends, "DEFAULT", "native")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*(not reach the output|reads .data)")
        found: Case = request.param()
    return found


def result_of(case: Case, target: Target) -> tuple[float, Any]:
    """The value and the gradient on a target."""
    program, parameters, inputs, examples = case
    numbers = np.array([each.data for each in parameters])
    value, gradient = NativeProgram(program, target).step(examples)(numbers, inputs)
    return value, gradient


def test_the_same_bits(case: Case) -> None:
    """The value and the gradient, on every target."""
    results = [result_of(case, target) for target in targets()]
    (value, gradient), *others = results
    assert np.isfinite(value)
    assert gradient.any()
    for other_value, other in others:
        assert other_value == value
        assert np.array_equal(other, gradient)


def test_a_long_function_is_compiled_in_parts(
    case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The bits are the same; LLVM needs four times as long for what is twice as long."""
    here, of_a_phase = MACHINE.target, f"define internal void @{NAME}_"
    monkeypatch.setattr(module, "_LONG", 1_000_000)
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "whole"))
    wanted = result_of(case, here)
    assert llvm_module(case[0], here.registers)[0].count(of_a_phase) == 3
    monkeypatch.setattr(module, "_LONG", 60)
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "parts"))
    assert llvm_module(case[0], here.registers)[0].count(of_a_phase) > 6
    value, gradient = result_of(case, here)
    assert value == wanted[0]
    assert np.array_equal(gradient, wanted[1])
