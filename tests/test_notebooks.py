"""The notebooks run from top to bottom, show what they promise, and are kept without output."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

WIDGET = "application/vnd.jupyter.widget-view+json"

# What a reader must get to see: how many outputs, at least, of which type.
SHOWN = {
    "01_value":                          {"image/svg+xml": 1, "text/latex": 1},
    "02_training":                       {"image/svg+xml": 1, "image/png": 4},
    "03_step_through_backprop":          {"image/svg+xml": 1, "text/html": 5, WIDGET: 1},
    "04_the_chain_rule_path_by_path":    {"image/svg+xml": 4, "image/png": 2, "text/latex": 3},
    "05_big_graphs":                     {"image/svg+xml": 7, "image/png": 2},
    "06_one_neuron":                     {"image/svg+xml": 2, "image/png": 3},
    "07_linear_regression_and_hidden_layers": {"image/svg+xml": 1, "image/png": 5},
    "08_backprop_by_formula":            {"image/svg+xml": 2, "image/png": 4},
    "09_a_layer_trained_by_hand":        {"image/svg+xml": 1, "image/png": 2},
    "10_classification":                 {"image/svg+xml": 2, "image/png": 8},
    "11_from_scalars_to_arrays":         {"image/svg+xml": 2, "image/png": 1},
}  # fmt: skip

# nbformat does not declare its types.
read: Callable[..., Any] = nbformat.read

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def executed(path: Path) -> list[Any]:
    """All that the cells of a notebook put out when they are run in order."""
    notebook = read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=300,
        allow_errors=True,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()
    return [output for cell in _code_cells(notebook) for output in cell.outputs]


def test_there_is_an_expectation_for_each_notebook() -> None:
    """None has been lost, and none added without saying what it shows."""
    assert {path.stem for path in NOTEBOOKS} == set(SHOWN)


@pytest.mark.slow
@each_notebook
def test_a_notebook_runs_and_shows_what_it_promises(path: Path) -> None:
    """No cell raises, no reader sees a warning, and each type of output is there often enough."""
    outputs = executed(path)
    errors = [output for output in outputs if output.output_type == "error"]
    assert not errors, "\n".join(errors[0].traceback)
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "Warning" not in printed
    shown = Counter(mime for output in outputs for mime in output.get("data", {}))
    assert shown >= Counter(SHOWN[path.stem])


@each_notebook
def test_a_notebook_is_kept_without_output(path: Path) -> None:
    """The file holds no output and no execution count."""
    cells = _code_cells(read(path, as_version=4))
    assert cells
    assert not any(cell.outputs for cell in cells)
    assert all(cell.execution_count is None for cell in cells)


def _code_cells(notebook: Any) -> list[Any]:
    """The cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
