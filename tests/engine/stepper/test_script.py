"""The script of the stepper under Node: its syntax, and the logic of its modules."""

import json
import shutil
import subprocess
from importlib.resources import as_file, files
from math import inf, nan
from pathlib import Path

import pytest

from engine import Value, scope
from engine.languages import speech_in
from engine.notation import short
from engine.stepper.script import page_script, widget_script
from tests.engine.stepper.schema import valid_trace
from tests.engine.stepper.six_pages import SIX_PAGES
from tests.engine.stepper.speaking import speaking

NODE = shutil.which("node")

# Factors or terms, their product or sum, and how they are printed.
CASES = json.loads((Path(__file__).parent / "cases" / "products.json").read_text("utf-8"))

pytestmark = pytest.mark.skipif(not NODE, reason="needs the program node")

# Ties go to the even digit, and exponents are written from 1e-05 and 1e+04 on.
NUMBERS = [
    0.0, -0.0, 1.0, -2.5, 0.64245416, 1234.5, 1235.5, 12345.0, 99995.0, 9999.5, 9998.5, 0.0001,
    0.00012345, 1e-5, 123456.789, 1e22, 5e-324, 1.7976931348623157e308, 2 / 3, -1e-7, 0.5,
    1e16, 2.0005, 1.00050000000000016698, 2.0**-14, 2.5 * 2.0**-20, -1.25e-20, inf, -inf, nan,
]  # fmt: skip


def run_node(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run node on the modules, whose place is in its environment."""
    command = [str(NODE), *arguments]
    environment = speaking(**more)
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def layers() -> Value:
    """A graph in two layers of a model, with a leaf that is used in both."""
    x = Value(2.0, "x")
    with scope("model"):
        with scope("one"):
            a = (x * 3).tanh()
        with scope("two"):
            b = a * x + 1 / a
    return b


def alike() -> Value:
    """Values in several places of an operation, whose names are letters or end in them."""
    x, y, z = Value(3.0, "m.a"), Value(-2.0, "b"), Value(0.5, "m.ab")
    both, many = Value(9.0, (x, x), (3.0, 3.0)), Value(7.0, [y] * 30, [1.0] * 30)
    return Value.sum([both, many, z * x, z**-0.5, x / x, y * -2, (y * float("nan")).relu()])


@pytest.mark.parametrize(
    "text", [page_script(), widget_script(speech_in("en"))], ids=["page", "widget"]
)
def test_the_syntax_is_that_of_a_module(text: str) -> None:
    """Node reads it, and finds that it is strict, as all modules are, and names nothing twice."""
    command = [str(NODE), "--input-type=module", "--check"]
    run = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr


def test_its_logic(tmp_path: Path) -> None:
    """What is seen is a function of trace, position and selection; so is what the card says."""
    data = tmp_path / "data.json"
    formats = [(repr(number).replace("inf", "Infinity").replace("nan", "NaN"), short(number))
               for number in NUMBERS]  # fmt: skip
    traces = {"trace": layers(), "ones": Value(1.0, "a") * Value(1.0, "b"),
              "alike": alike()}  # fmt: skip
    documents = {name: valid_trace(output).document for name, output in traces.items()}
    pages = {name: make().trace.document for name, make in SIX_PAGES.items()}
    document = {"formats": formats, **CASES, **documents, "pages": pages}
    data.write_text(json.dumps(document), encoding="utf-8")
    tests = map(str, Path(__file__).parent.glob("*.test.mjs"))
    with as_file(files("engine") / "stepper" / "player") as modules:
        address = f"{modules.as_uri()}/"
        run = run_node("--test", *tests, STEPPER_MODULES=address, STEPPER_DATA=str(data))
    assert run.returncode == 0, run.stdout + run.stderr
