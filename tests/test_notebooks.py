"""The notebooks run from top to bottom, show what they promise, and are kept without output.

Each begins with what one will be able to do, the time it takes, and what is needed. The first ones
keep to the Python of a beginner, and what they ask has the answers that stand here. At the end of
some are exercises, which have answers of their own.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from html import unescape
from math import ceil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from engine.exercises import EXERCISES

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

WIDGET = "application/vnd.jupyter.widget-view+json"

# What a reader must get to see: how many outputs, at least, of which type.
SHOWN = {
    "01_value":                          {"image/svg+xml": 4, "image/png": 1, "text/latex": 1},
    "02_training":                       {"image/svg+xml": 1, "image/png": 4},
    "03_step_through_backprop":          {"image/svg+xml": 1, "text/html": 5},
    "03b_stepper_manual":                {"text/html": 2, WIDGET: 1},
    "04_the_chain_rule_path_by_path":    {"image/svg+xml": 4, "text/latex": 2},
    "04b_paths_in_a_trained_network":    {"image/png": 2},
    "05_big_graphs":                     {"image/svg+xml": 7, "image/png": 2},
    "06_one_neuron":                     {"image/svg+xml": 2, "image/png": 3},
    "07_linear_regression_and_hidden_layers": {"image/svg+xml": 1, "image/png": 5},
    "08_backprop_by_formula":            {"image/svg+xml": 2, "image/png": 4, "text/html": 2},
    "09_a_layer_trained_by_hand":        {"image/svg+xml": 1, "image/png": 2},
    "10_classification":                 {"image/svg+xml": 2, "image/png": 8},
    "11_from_scalars_to_arrays":         {"image/svg+xml": 2, "image/png": 1},
    "12_for_teachers":                   {"image/svg+xml": 4, "text/html": 6},
    "13_through_time":                   {"image/svg+xml": 1, "image/png": 2},
    "14_a_tiny_language_model":          {"image/png": 2},
}  # fmt: skip

# What every notebook begins with. The last line is for those that are not on the way of a beginner.
HEADER = re.compile(
    r"# .+\n\n"
    r"- \*\*You will be able to\*\* [^*]+\.\n"
    r"- \*\*Time:\*\* about (?P<minutes>\d+) minutes\n"
    r"- \*\*You need\*\* [^*]+\."
    r"(\n- \*\*For later:\*\* [^*]+\.)?\n\n"
)

# The way of a beginner, in the Python of a beginner.
BEGINNERS = [path for path in NOTEBOOKS if re.match(r"0[1-4]_", path.stem)]

# Python that they have not met: comprehensions, functions without a name, unpacked arguments.
HARD = (
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.Starred),
    *(ast.With, ast.Try, ast.ClassDef, ast.Yield, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef),
)

# What is right in each cell that asks the reader for something, in place of its first line.
ANSWERS = {
    "01_value": {
        "turn-factor": "prediction = 4",  # ∂(ab)/∂b = a
        "turn-cube": "prediction = 3 * 5**2",  # d(x³)/dx = 3x²
        "turn-weight": "prediction = 2 * 1.5 * 3",  # 2 · out · x[2]
    },
    "03_step_through_backprop": {
        "turn-sum": "prediction = 2.84",
        "turn-layer": "prediction = 2.5 * 2",  # (a² / 2)' = a, times x[1]
    },
    "04_the_chain_rule_path_by_path": {
        "turn-path": "replacement = 4.0",  # 2 · (1.5 r) · r = 48
    },
}

# What a page has besides that which its readers see.
UNSEEN = re.compile(r"<style>.*?</style>|<script type=.module.>.*?</script>|<[^>]*>", re.DOTALL)

# nbformat does not declare its types.
read: Callable[..., Any] = nbformat.read


def each(paths: list[Path]) -> pytest.MarkDecorator:
    """A test of each of these notebooks."""
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


each_notebook = each(NOTEBOOKS)


@cache
def executed(path: Path) -> Any:
    """The notebook as it is after its cells have run in order."""
    notebook = read(path, as_version=4)
    run(notebook)
    return notebook


def run(notebook: Any) -> None:
    """Run the cells of a notebook in order; an error is an output."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=300,
        allow_errors=True,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()


def text_of(cell: Any) -> str:
    """What a cell has printed."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_there_is_an_expectation_for_each_notebook() -> None:
    """None has been lost, and none added without saying what it shows."""
    assert {path.stem for path in NOTEBOOKS} == set(SHOWN)


@pytest.mark.slow
@each_notebook
def test_a_notebook_runs_and_shows_what_it_promises(path: Path) -> None:
    """No cell raises, no reader sees a warning, and each type of output is there often enough."""
    cells = _code_cells(executed(path))
    outputs = [output for cell in cells for output in cell.outputs]
    errors = [output for output in outputs if output.output_type == "error"]
    assert not errors, "\n".join(errors[0].traceback)
    assert not any("Warning" in text_of(cell) for cell in cells)
    shown = Counter(mime for output in outputs for mime in output.get("data", {}))
    assert shown >= Counter(SHOWN[path.stem])


@each_notebook
def test_a_notebook_is_kept_without_output(path: Path) -> None:
    """The file holds no output and no execution count."""
    cells = _code_cells(read(path, as_version=4))
    assert cells
    assert not any(cell.outputs for cell in cells)
    assert all(cell.execution_count is None for cell in cells)


@each_notebook
def test_a_notebook_begins_with_what_it_is_for_and_what_it_takes(path: Path) -> None:
    """What one will be able to do, the minutes, what is needed; nothing is quoted by itself."""
    title = read(path, as_version=4).cells[0]
    assert title.id == "title"
    assert HEADER.match(title.source), title.source


@each_notebook
def test_the_time_of_a_notebook_is_what_reading_takes(path: Path) -> None:
    """200 words a minute, 10 lines of code a minute, 2 minutes for each question; up to the 5.

    The exercises at its end say themselves what they take.
    """
    cells = [cell for cell in read(path, as_version=4).cells if not cell.id.startswith("exercise")]
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    lines = sum(len(cell.source.splitlines()) for cell in cells if cell.cell_type == "code")
    minutes = words / 200 + lines / 10 + 2 * sum("**Your turn.**" in cell.source for cell in cells)
    header = HEADER.match(cells[0].source)
    assert header
    assert int(header["minutes"]) == 5 * ceil(minutes / 5)


def test_the_readme_lists_every_notebook_with_its_minutes() -> None:
    """A row for each, in their order, with the time that its header says."""
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| \[.+\]\(notebooks/(\w+)\.ipynb\) \| .+ \| (\d+) \| .+ \|$", readme)
    headers = {
        path.stem: HEADER.match(read(path, as_version=4).cells[0].source) for path in NOTEBOOKS
    }
    assert rows == [(stem, found and found["minutes"]) for stem, found in headers.items()]


@each_notebook
def test_a_link_of_a_notebook_leads_to_a_notebook(path: Path) -> None:
    """All that are named are there."""
    text = "".join(cell.source for cell in read(path, as_version=4).cells)
    links = set(re.findall(r"\]\(([^)]*\.ipynb)\)", text))
    assert links <= {each.name for each in NOTEBOOKS}


@each(BEGINNERS)
def test_the_first_notebooks_are_in_the_python_of_a_beginner(path: Path) -> None:
    """Loops, functions and lists; a cell imports in at most two lines, and uses what it imports."""
    for cell in _code_cells(read(path, as_version=4)):
        tree = ast.parse(cell.source)
        hard = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, HARD)]
        assert not hard, f"{cell.id}: {hard}"
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert len(imports) <= 2, cell.id
        assert all(node.lineno == node.end_lineno for node in imports), cell.id
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert {name.asname or name.name for node in imports for name in node.names} <= used


@pytest.mark.parametrize("stem", ANSWERS)
@pytest.mark.slow
def test_a_right_answer_is_told_from_no_answer(stem: str) -> None:
    """A cell that asks says "Not yet" as it stands, and "Yes" to the answer."""
    path = FOLDER / f"{stem}.ipynb"
    answered = read(path, as_version=4)
    for cell in answered.cells:
        if cell.id in ANSWERS[stem]:
            cell.source = re.sub(r"\A.*", ANSWERS[stem][cell.id], cell.source)
    run(answered)
    for notebook, verdict in ((executed(path), "Not yet"), (answered, "Yes")):
        verdicts = {cell.id: text_of(cell) for cell in notebook.cells if cell.id in ANSWERS[stem]}
        assert all(text.startswith(verdict) for text in verdicts.values()), verdicts


def test_every_question_has_an_answer() -> None:
    """The cells of code that ask are those of the table."""
    for path in NOTEBOOKS:
        asking = [cell.id for cell in _code_cells(read(path, as_version=4))]
        found = [each for each in asking if each.startswith("turn-")]
        assert found == list(ANSWERS.get(path.stem, {}))


def exercises_of(path: Path) -> list[str]:
    """The exercises of a notebook, by their names."""
    return [name for name in EXERCISES if path.stem.startswith(f"{name[:2]}_")]


def test_every_exercise_belongs_to_a_notebook() -> None:
    """To one each."""
    assert [name for path in NOTEBOOKS for name in exercises_of(path)] == [*EXERCISES]


@each([path for path in NOTEBOOKS if exercises_of(path)])
def test_a_notebook_ends_with_its_exercises(path: Path) -> None:
    """Their titles, 2 minutes for each, up to the 5, and a cell for each answer."""
    names = exercises_of(path)
    text, *cells = read(path, as_version=4).cells[-len(names) - 1 :]
    assert text.id == "exercises-text"
    assert re.findall(r"(?m)^- (.+)$", text.source) == [
        f"{name} {EXERCISES[name].title}" for name in names
    ]
    assert f"for about {5 * ceil(2 * len(names) / 5)} minutes more" in text.source
    importing = ["from engine.exercises import check\n\n"] + [""] * (len(names) - 1)
    for name, cell, line in zip(names, cells, importing, strict=True):
        assert cell.id == f"exercise-{name}"
        assert cell.source == f'{line}answer = None\ncheck("{name}", answer)'


@pytest.mark.slow
@each([path for path in NOTEBOOKS if exercises_of(path)])
def test_a_cell_for_an_answer_shows_the_exercise(path: Path) -> None:
    """In Markdown, with the numbers for no student, until there is an answer."""
    for cell in _code_cells(executed(path)):
        if cell.id.startswith("exercise"):
            (output,) = cell.outputs
            text = EXERCISES[cell.id.removeprefix("exercise-")].drawn().text
            assert text in output.data["text/markdown"]
            assert output.data["text/markdown"].endswith("Not answered yet.")


@pytest.mark.slow
def test_a_lesson_is_made_by_ten_lines() -> None:
    """Figures of a talk, a page that asks, and a worksheet with its solution."""
    cells = {cell.id: cell for cell in executed(FOLDER / "12_for_teachers.ipynb").cells}
    assert len([line for line in cells["lesson"].source.splitlines() if line]) <= 10
    (made,) = cells["files"].outputs
    names = [f"slide-{i:02d}.svg" for i in range(11)]
    wanted = sorted(["page.html", "worksheet.svg", "solution.svg", *names])
    assert ast.literal_eval(made.data["text/plain"]) == wanted


@pytest.mark.slow
@each(BEGINNERS)
def test_numbers_in_the_text_are_those_of_the_outputs(path: Path) -> None:
    """A number with a decimal point that the prose quotes is printed, drawn or set by a cell."""
    notebook = executed(path)
    cells = _code_cells(notebook)
    there = _decimals("\n".join(f"{cell.source}\n{cell.outputs}" for cell in cells))
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert _decimals(prose) <= there


def _decimals(text: str) -> set[float]:
    """The numbers with a decimal point that a reader sees, those of a stepper's trace too."""
    seen = UNSEEN.sub(" ", unescape(text))
    return {float(number) for number in re.findall(r"(?<![\w.])\d+\.\d+(?!\w|\.\d)", seen)}


def _code_cells(notebook: Any) -> list[Any]:
    """The cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
