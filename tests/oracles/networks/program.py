"""A whole program for a seed: a model, examples, a loss, penalties, and an order of parameters."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from random import Random
from typing import Any

from engine import Value

from .architectures import ARCHITECTURES
from .formulas import FORMULAS
from .losses import LOSSES, Loss
from .neurons import Part
from .orders import ORDERS, leaves_of
from .penalties import all_of, penalty

MODELS = {**ARCHITECTURES, **FORMULAS}
SPECIAL = (0.0, 1.0, -1.0, 2.0, 0.5, -0.5)

Row = list[Any]
Example = tuple[Row, Row]

# The ways to go from the losses of all examples to one.
JOINED: tuple[Callable[[list[Any]], Any], ...] = (
    lambda terms: sum(terms),
    lambda terms: sum(terms) / len(terms),
    lambda terms: sum(terms) * (1.0 / len(terms)),
    lambda terms: Value.sum(terms),
    lambda terms: Value.sum(terms) / len(terms),
    lambda terms: reduce(add, terms),
    lambda terms: sum(terms, 0.0) / len(terms),
    lambda terms: sum(each / len(terms) for each in terms),
)
# The ways to add penalties.
ADDED: tuple[Callable[[Any, list[Any]], Any], ...] = (
    lambda loss, penalties: loss + sum(penalties),
    lambda loss, penalties: sum(penalties) + loss,
    lambda loss, penalties: sum(penalties, loss),
    lambda loss, penalties: Value.sum([loss, *penalties]),
    lambda loss, penalties: Value.sum([*penalties, loss]),
    lambda loss, penalties: reduce(add, penalties, loss),
)


@dataclass(frozen=True, slots=True)
class Program:
    """What one would write to train a model.

    - `seed`: what it was drawn by.
    - `kinds`: what it is made of, by what that is part of: model, loss, penalty, order.
    - `model`: its parameters and what it gives.
    - `loss`: that of one example.
    - `penalties`: what is added to the loss, recorded anew at each call.
    - `parameters`: those by which it is differentiated, as `engine.compile` gets them.
    - `examples`: inputs and targets.
    - `joined`, `added`: how the losses of all examples become one, and how penalties are added.
    """

    seed: int
    kinds: dict[str, list[str]]
    model: Part
    loss: Loss
    penalties: list[Callable[[], Any]]
    parameters: Any
    examples: list[Example]
    joined: Callable[[list[Any]], Any]
    added: Callable[[Any, list[Any]], Any]

    @property
    def known(self) -> set[Value]:
        """All parameters: of the model, and those that nothing uses."""
        return {*all_of(self.model), *leaves_of(self.parameters)}

    def of_one(self, x: Row, y: Row) -> Any:
        """The loss of one example, with penalties."""
        return self._penalised(self.loss.one(self.model.forward(x), y))

    def of_all(self, examples: Sequence[Example]) -> Any:
        """The loss of all examples, with penalties."""
        outputs = [(self.model.forward(x), y) for x, y in examples]
        if self.loss.every is not None and self.joined in JOINED[::2]:
            return self._penalised(self.loss.every(*map(list, zip(*outputs, strict=True))))
        return self._penalised(self.joined([self.loss.one(z, y) for z, y in outputs]))

    def _penalised(self, loss: Any) -> Any:
        return self.added(loss, [each() for each in self.penalties]) if self.penalties else loss

    def move(self, draw: Random, leaves: Collection[Value]) -> None:
        """Give leaves other numbers: any, round ones, special ones; at times all biases are 0."""
        digits, special = draw.choice((1, 2, 15, 15)), draw.choice((0.0, 0.0, 0.2))
        for each in sorted(leaves, key=lambda leaf: leaf.serial):
            number = round(draw.uniform(-1.2, 1.2), digits)
            each.data = draw.choice(SPECIAL) if draw.random() < special else number
        if draw.random() < 0.1:
            units = (unit for layer in self.model.layers for unit in layer)
            for bias in (bias for unit in units for bias in unit.biases if bias in leaves):
                bias.data = 0.0


def random_program(seed: int) -> Program:
    """The program with this seed."""
    draw = Random(seed)
    name, loss = draw.choice([*MODELS]), draw.choice([*LOSSES])
    nin, nout = draw.randint(1, 4), max(LOSSES[loss].least, draw.choice((1, 1, 1, 2, 3)))
    model = MODELS[name](draw, nin, nout)
    penalties = [penalty(draw, model) for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3)))]
    order = draw.choice([*ORDERS])
    kinds = {"model": [name], "loss": [loss], "order": [order],
             "penalty": sorted({each for each, _ in penalties}) or ["none"]}  # fmt: skip
    count = draw.choice((1, 2, 2, 3, 3, 4, 6))
    examples = [(_inputs(draw, nin), LOSSES[loss].targets(draw, nout)) for _ in range(count)]
    return Program(seed, kinds, model, LOSSES[loss], [record for _, record in penalties],
                   ORDERS[order](draw, model), examples, draw.choice(JOINED),
                   draw.choice(ADDED))  # fmt: skip


def _inputs(draw: Random, count: int) -> list[float]:
    """The inputs of one example: any numbers, round ones, special ones."""
    kinds: tuple[Callable[[], float], ...] = (
        lambda: draw.uniform(-1.5, 1.5),
        lambda: round(draw.uniform(-2, 2), 1),
        lambda: draw.choice(SPECIAL),
    )
    return [draw.choice(kinds)() for _ in range(count)]
