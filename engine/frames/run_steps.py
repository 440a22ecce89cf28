"""The steps of a run: its events in groups, each of which says something new.

They are the steps of the page, by the same rules, which run/steps.mjs has in JavaScript. A step
ends after a contribution, after a node, or after a layer. "Complete" says nothing of a node with
one use, so it is part of the step before; and what a sum passes on unchanged is one step.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal, get_args

from ..analysis.steps import Done, Event, Forward, Push, Seed
from ..scope import Scope
from ..value import Value

# What a step ends with.
Unit = Literal["contribution", "node", "layer"]
UNITS: tuple[Unit, ...] = get_args(Unit)

_SUMS = ("Add", "Sum")


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step of a run: the number of events that are over at its end, and what is new in it."""

    end: int
    news: tuple[Event, ...]

    @property
    def pushes(self) -> list[Push]:
        """The contributions of the step."""
        return [event for event in self.news if isinstance(event, Push)]


def node_of(event: Event) -> Value:
    """The Value that an event is about: of a contribution, the one that passes it on."""
    return event.output if isinstance(event, Seed) else event.node


def changed_by(event: Event) -> Value:
    """The Value whose number an event gives."""
    return event.input if isinstance(event, Push) else node_of(event)


def arrivals(events: Iterable[Event]) -> Counter[Value]:
    """How often something arrives at the gradient of each Value."""
    return Counter(changed_by(event) for event in events if isinstance(event, Push | Seed))


def run_steps(events: Sequence[Event], unit: Unit) -> list[RunStep]:
    """The steps of a run; the first one is the start, at which nothing has happened."""
    uses = arrivals(events)
    starts = [
        i for i, event in enumerate(events)
        if _is_news(event, uses) and not (i and _goes_on(events[i - 1], event))
    ]  # fmt: skip
    steps = [
        RunStep(end, tuple(event for event in events[start:end] if _is_news(event, uses)))
        for start, end in pairwise([*starts, len(events)])
    ]
    if unit != "contribution":
        key = node_of if unit == "node" else _layers(map(changed_by, events))
        steps = [_joined(group) for _, group in groupby(steps, lambda step: _kind(step, key))]
    return [RunStep(0, ()), *steps]


def _is_news(event: Event, uses: Counter[Value]) -> bool:
    """Whether an event says something new: "complete" does where several uses are added up."""
    return not isinstance(event, Done) or uses[event.node] > 1


def _goes_on(before: Event, event: Event) -> bool:
    """Whether an event passes on what a sum has begun to pass on."""
    is_push = isinstance(event, Push) and isinstance(before, Push)
    return is_push and node_of(event).op.title in _SUMS


def _kind(step: RunStep, key: Callable[[Event], Hashable]) -> tuple[str, Hashable]:
    """What neighbours have in common that are one step: the way that they go, and the key."""
    first = step.news[0]
    forth = {Forward: "forward", Seed: "seed"}
    return forth.get(type(first), "back"), key(first)


def _joined(steps: Iterable[RunStep]) -> RunStep:
    """Several steps as one."""
    every = list(steps)
    return RunStep(every[-1].end, tuple(event for step in every for event in step.news))


def _layers(values: Iterable[Value]) -> Callable[[Event], Scope]:
    """The layer that an event belongs to: the outermost scope in which the Values differ."""
    scopes = list(dict.fromkeys(value.scope for value in values if value.scope))
    common = 0
    for names in zip(*scopes, strict=False):
        if len(set(names)) > 1:
            break
        common += 1
    return lambda event: node_of(event).scope[: common + 1]
