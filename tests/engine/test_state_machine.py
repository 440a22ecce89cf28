"""Random programs: whatever is done, in whatever order, every number is that of an oracle.

A program makes Values, computes with them, goes backward, moves weights and overwrites numbers.
After every step `.data` and `.grad` of every Value are compared with an oracle that never goes
backward: when a Value is made, it notes by the forward rule the derivative of the new Value by each
Value on which it depends. All numbers are multiples of 2^-11 below 2^11, so no float is rounded and
numbers are compared with ==.
"""

import operator
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import Value, grad
from tests.sizes import tries

# A product of two numbers takes 44 bits of the 53 of a float, and a sum of 500 of those still fits.
BOUND, UNIT = 2**11, 2**11

NUMBERS = st.integers(-4, 4).map(lambda halves: Fraction(halves, 2))
RATES = st.sampled_from([Fraction(1, 2), Fraction(1, 4)])


def fits(number: Fraction) -> bool:
    """Whether the number is short enough for exact arithmetic."""
    return abs(number) < BOUND and UNIT % number.denominator == 0


class Form(NamedTuple):
    """An operation on Values, the same on fractions, and its derivative by each operand."""

    name: str
    on_values: Callable[..., Value]
    on_fractions: Callable[..., Any]
    slopes: Callable[..., Iterable[Fraction | int]]


def sign(a: Fraction) -> int:
    """1, 0 or -1."""
    return (a > 0) - (a < 0)


def share(a: Fraction, b: Fraction) -> Fraction:
    """1 where a > b, 0 where a < b, a half where they are equal."""
    return Fraction(1 + sign(a - b), 2)


OPERATORS = [
    Form("add", operator.add, operator.add, lambda a, b: (1, 1)),
    Form("sub", operator.sub, operator.sub, lambda a, b: (1, -1)),
    Form("mul", operator.mul, operator.mul, lambda a, b: (b, a)),
]
BINARY = [
    *OPERATORS,
    Form("maximum", Value.maximum, max, lambda a, b: (share(a, b), share(b, a))),
    Form("minimum", Value.minimum, min, lambda a, b: (share(b, a), share(a, b))),
]
UNARY = [
    Form("neg", operator.neg, operator.neg, lambda a: (-1,)),
    Form("abs", abs, abs, lambda a: (sign(a),)),
    Form("relu", Value.relu, lambda a: max(a, Fraction(0)), lambda a: (max(sign(a), 0),)),
]
SUM = Form(
    "sum",
    lambda *terms: Value.sum(terms),
    lambda *terms: sum(terms, Fraction(0)),
    lambda *terms: (1 for _ in terms),
)
TIMES = OPERATORS[2]

# How often each thing has been done in this process, and how many programs have run.
EXECUTED: Counter[str] = Counter()


@dataclass(eq=False)
class Known:
    """A Value and what the oracle says of it: number, gradient, and its forward derivatives.

    `by` holds d(this)/d(that) for each Value on which this depends, itself among them.
    """

    value: Value
    data: Fraction
    is_leaf: bool = True
    by: dict["Known", Fraction] = field(default_factory=dict)
    grad: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        self.by[self] = Fraction(1)


Operand = Known | Fraction


def forward_rule(pairs: Iterable[tuple[Operand, Fraction | int]]) -> dict[Known, Fraction]:
    """The derivatives of a result, from its operands and its derivative by each of them."""
    total: dict[Known, Fraction] = {}
    for operand, slope in pairs:
        if isinstance(operand, Known):
            for each, derivative in operand.by.items():
                total[each] = total.get(each, Fraction(0)) + slope * derivative
    return total


class Programs(RuleBasedStateMachine):
    """All programs; the engine and the oracle run them side by side."""

    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Known] = []
        self.last_output: Known | None = None

    def teardown(self) -> None:
        """Count the program."""
        EXECUTED["program"] += 1

    def note(self, made: Known) -> Known:
        """Have this Value compared from now on."""
        self.all.append(made)
        return made

    def compute(self, form: Form, *operands: Operand) -> Any:  # what a rule gives to its bundle
        """The result of an operation; nothing if one of its numbers would be too long."""
        numbers = [each.data if isinstance(each, Known) else each for each in operands]
        data = Fraction(form.on_fractions(*numbers))
        by = forward_rule(zip(operands, form.slopes(*numbers), strict=True))
        if not all(map(fits, [data, *by.values()])):
            EXECUTED["left out, its numbers being too long"] += 1
            return multiple()
        EXECUTED[form.name] += 1
        given = (each.value if isinstance(each, Known) else float(each) for each in operands)
        return self.note(Known(form.on_values(*given), data, False, by))

    def go_back(self, output: Known) -> None:
        """backward(): leaves add up, inner Values start afresh, all others stay as they are."""
        EXECUTED["backward"] += 1
        output.value.backward()
        for each, derivative in output.by.items():
            each.grad = each.grad + derivative if each.is_leaf else derivative
        self.last_output = output

    @initialize(target=known, numbers=st.lists(NUMBERS, min_size=2, max_size=3))
    def first_leaves(self, numbers: list[Fraction]) -> Any:
        """Every program begins with some leaves."""
        return multiple(*map(self.leaf, numbers))

    @rule(target=known, number=NUMBERS)
    def leaf(self, number: Fraction) -> Known:
        """A new leaf."""
        EXECUTED["leaf"] += 1
        return self.note(Known(Value(float(number)), number))

    @rule(target=known, form=st.sampled_from(UNARY), a=known)
    def unary(self, form: Form, a: Known) -> Any:
        """An operation on one Value."""
        return self.compute(form, a)

    @rule(target=known, form=st.sampled_from(BINARY), a=known, b=known)
    def binary(self, form: Form, a: Known, b: Known) -> Any:
        """An operation on two Values, which may be the same one."""
        return self.compute(form, a, b)

    @rule(target=known, form=st.sampled_from(BINARY), a=known, number=NUMBERS)
    def number_second(self, form: Form, a: Known, number: Fraction) -> Any:
        """An operation on a Value and a plain number."""
        return self.compute(form, a, number)

    @rule(target=known, form=st.sampled_from(OPERATORS), number=NUMBERS, b=known)
    def number_first(self, form: Form, number: Fraction, b: Known) -> Any:
        """An operation on a plain number and a Value."""
        return self.compute(form, number, b)

    @rule(target=known, a=known)
    def square(self, a: Known) -> Any:
        """The product of a Value with itself."""
        return self.compute(TIMES, a, a)

    @rule(target=known, terms=st.lists(known | NUMBERS, max_size=5))
    def total(self, terms: list[Operand]) -> Any:
        """A sum of Values and plain numbers, in any order, some of them several times."""
        return self.compute(SUM, *terms)

    @rule(target=known, pairs=st.lists(st.tuples(known, known | NUMBERS), min_size=1, max_size=4))
    def weighted_sum(self, pairs: list[tuple[Known, Operand]]) -> Any:
        """What a neuron computes: products of two, and their sum."""
        products = [self.compute(TIMES, *pair) for pair in pairs]
        made = [each for each in products if isinstance(each, Known)]
        return self.compute(SUM, *made) if made else multiple()

    @rule(target=known, a=known)
    def detach(self, a: Known) -> Known:
        """A leaf with the number that a Value has now."""
        EXECUTED["detach"] += 1
        return self.note(Known(a.value.detach(), a.data))

    @rule(output=known)
    def backward(self, output: Known) -> None:
        """Go backward from any Value."""
        self.go_back(output)

    @precondition(lambda self: self.last_output is not None)
    @rule()
    def backward_again(self) -> None:
        """Go backward once more from the last output."""
        assert self.last_output is not None
        self.go_back(self.last_output)

    @rule(target=known, shared=known, other=known, number=NUMBERS)
    def two_losses(self, shared: Known, other: Known, number: Fraction) -> Any:
        """Go backward from two outputs that have a part in common."""
        losses = [self.compute(TIMES, shared, other), self.compute(SUM, shared, number, shared)]
        made = [loss for loss in losses if isinstance(loss, Known)]
        for loss in made:
            self.go_back(loss)
        return multiple(*made)

    @rule(output=known, inputs=st.lists(known, max_size=4))
    def gradients(self, output: Known, inputs: list[Known]) -> None:
        """grad(output, inputs) gives this output's gradients, and touches none."""
        EXECUTED["grad"] += 1
        found = grad(output.value, [each.value for each in inputs])
        assert list(map(Fraction, found)) == [output.by.get(each, Fraction(0)) for each in inputs]

    @rule()
    def zero_grad(self) -> None:
        """Set the gradient of every leaf to 0."""
        EXECUTED["zero_grad"] += 1
        for each in self.all:
            if each.is_leaf:
                each.value.grad = 0
                each.grad = Fraction(0)

    @rule(a=known, number=NUMBERS)
    def overwrite_grad(self, a: Known, number: Fraction) -> None:
        """Set the gradient of any Value to any number."""
        EXECUTED["overwrite .grad"] += 1
        a.value.grad = float(number)
        a.grad = number

    @rule(a=known, number=NUMBERS)
    def overwrite_data(self, a: Known, number: Fraction) -> None:
        """Set the number of any Value: what is made from now on uses it, nothing before does."""
        EXECUTED["overwrite .data"] += 1
        a.value.data = float(number)
        a.data = number

    @rule(rate=RATES)
    def descend(self, rate: Fraction) -> None:
        """Move every leaf against its gradient, as far as its number stays short."""
        EXECUTED["step of descent"] += 1
        for each in self.all:
            moved = each.data - rate * each.grad
            if each.is_leaf and fits(moved):
                each.value.data -= float(rate) * each.value.grad
                each.data = moved

    @invariant()
    def engine_and_oracle_agree(self) -> None:
        """Every number and every gradient is what the oracle says."""
        for each in self.all:
            assert Fraction(each.value.data) == each.data
            assert Fraction(each.value.grad) == each.grad


def test_a_sum_of_nothing_is_no_leaf() -> None:
    """An operation made it, as it made the sum of [0]: a second call does not add to the first."""
    for total in (Value.sum([0]), Value.sum([])):
        total.backward()
        total.backward()
        assert total.grad == 1.0


def test_no_program_tells_the_engine_from_the_oracle() -> None:
    """Programs of up to 30 steps; `make fuzz` runs 2,000."""
    some = settings(max_examples=tries(150), stateful_step_count=30)
    run_state_machine_as_test(Programs, settings=some)
