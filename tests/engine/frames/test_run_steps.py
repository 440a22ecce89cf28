"""The steps of a run are those of the page."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

from engine import Value, steps, trace
from engine.analysis.steps import Event
from engine.frames.run_steps import UNITS, Unit, node_of, run_steps
from tests.engine.stepper.test_cards import RUNS
from tests.engine.stepper.test_script import layers

NODE = shutil.which("node")
SCRIPT = Path(__file__).parent / "steps.mjs"


def alone() -> Value:
    """A leaf."""
    return Value(1.0, "x")


MADE = {**RUNS, "layers": layers, "alone": alone}


def told(output: Value, unit: Unit) -> list[Any]:
    """The steps of a run as the script tells them: their ends, and their news."""
    events = list(steps(output))
    nodes = trace(output).document["nodes"]
    order: dict[str, int] = {node["name"]: place for place, node in enumerate(nodes)}
    names = events[0].names

    def kind(event: Event) -> list[Any]:
        """The kind of an event, and the place of its node."""
        return [type(event).__name__.lower(), order[names[node_of(event)]]]

    return [[step.end, [kind(event) for event in step.news]] for step in run_steps(events, unit)]


@pytest.fixture(scope="module")
def of_the_page(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The steps that the page has of all runs."""
    path = tmp_path_factory.mktemp("steps") / "traces.json"
    path.write_text(json.dumps({name: trace(make()).document for name, make in MADE.items()}))
    with as_file(files("engine.stepper") / "player") as player:
        command = [str(NODE), str(SCRIPT), str(player), str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    shown: Mapping[str, Any] = json.loads(run.stdout)
    return shown


@pytest.mark.skipif(not NODE, reason="needs the program node")
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", MADE)
def test_steps_are_those_of_the_page(name: str, unit: Unit, of_the_page: Mapping[str, Any]) -> None:
    """The same ends and the same news, in each unit."""
    assert told(MADE[name](), unit) == of_the_page[name][unit]


def test_a_step_says_something_new() -> None:
    """A sum passes its gradient on in one step; "complete" is one where several uses are added."""
    x = Value(2.0, "x")
    steps_ = run_steps(list(steps(Value.sum([x, x.exp(), Value(1.0)]))), "contribution")
    assert [len(step.news) for step in steps_] == [0, 1, 1, 1, 3, 1, 1]
    assert [len(step.pushes) for step in steps_] == [0, 0, 0, 0, 3, 1, 0]
