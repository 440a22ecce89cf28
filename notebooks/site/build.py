"""Build the site: `python notebooks/site/build.py out/site`.

Its sources are put together in a folder beside the output: the pages that lie here, the notebooks,
the maps of the packages, the changelog, a page of the reference for each subject, and pages that
work by themselves. Nothing is asked of a network. A warning is an error.

The page that runs Python in the browser, which needs packages of npm, is made by `make
program-page`. Where it lies beside the output, as out/program, the site has it too, and links to
it; else it has no such links, and the log says so.

With `--notebooks` only these of the notebooks are run, and all others are shown as they are kept:

    python notebooks/site/build.py out/site --notebooks 03b_stepper_manual
"""

import argparse
import json
import os
import re
import shutil
import sys
from pathlib import Path

from reference import unlisted, write_reference
from sentences import script
from sphinx.cmd.build import main as sphinx
from titles import called_by_title, title_of

from engine import playground
from engine.stepper import save_reasons

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOTEBOOKS = [path.stem for path in HERE.parent.glob("*.ipynb")]

# The loggers that a page tries tell their makers, unless they are asked not to.
QUIET = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "WANDB_ERROR_REPORTING": "false",
}

# What lies elsewhere in the project, and the page that it becomes.
ELSEWHERE = {
    ".github/CHANGELOG.md": "changelog.md",
    "engine/README.md": "why/engine.md",
    "engine/compiler/README.md": "why/compiler.md",
    "nn/README.md": "why/nn.md",
}

# The way from the page for programs to the site.
_BACK = '<p><a href="../index.html">glassgrad</a></p>'


def main() -> int:
    """Build the site as the command line says; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("output", type=Path, help="the folder of the site")
    parser.add_argument("--notebooks", nargs="+", metavar="NAME", help="run only these of them")
    given = parser.parse_args()
    sources = given.output.with_name(f"{given.output.name}-sources")
    put_together(sources)
    has_program = add_program(given.output.with_name("program"), sources)
    run = given.notebooks or NOTEBOOKS
    os.environ.update(QUIET, SITE_NOT_RUN=" ".join(sorted({*NOTEBOOKS} - {*run})))
    shutil.rmtree(given.output, ignore_errors=True)
    switches = ["-E", "-W", "--keep-going", "-q", "-j", "2", "-d", str(sources / ".doctrees")]
    tags = ["-t", "program"] if has_program else []
    return int(sphinx([*switches, *tags, str(sources), str(given.output)]))


def put_together(sources: Path) -> None:
    """Write the sources of the site into a new folder."""
    if missing := unlisted():
        sys.exit(f"no page of the reference has {', '.join(sorted(missing))}: see reference.py")
    shutil.rmtree(sources, ignore_errors=True)
    shutil.copytree(HERE, sources, ignore=shutil.ignore_patterns("__pycache__"))
    notebooks = {name: HERE.parent / f"{name}.ipynb" for name in NOTEBOOKS}
    read = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in notebooks.items()}
    titles = {name: title_of(notebook) for name, notebook in read.items()}
    for name, notebook in read.items():
        text = json.dumps(called_by_title(notebook, titles), ensure_ascii=False, indent=1)
        (sources / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    for path, page in ELSEWHERE.items():
        shutil.copy(ROOT / path, sources / page)
    for each in sources.glob("*/*.md"):
        each.write_text(linked(each.read_text(encoding="utf-8")), encoding="utf-8")
    write_reference(sources / "reference")
    (sources / "static" / "sentences.js").write_text(script(), encoding="utf-8")
    _write_pages(sources / "extra")


def add_program(program: Path, sources: Path) -> bool:
    """Put the page that runs Python among the sources, with a way back; whether it is there."""
    index = program / "index.html"
    if not index.exists():
        print(f"no {index}: the site has no page for programs; `make program-page site` makes both")
        return False
    shutil.copytree(program, sources / "extra" / "program")
    page = index.read_text(encoding="utf-8").replace("<header>", f"<header>\n{_BACK}", 1)
    (sources / "extra" / "program" / "index.html").write_text(page, encoding="utf-8")
    return True


def linked(text: str) -> str:
    """A page of a folder with links within the site, for links within the project."""
    for path, page in ELSEWHERE.items():
        text = text.replace(f"](../../../{path}", f"](../{page}")
    return re.sub(r"\]\(\.\./\.\./(\w+\.ipynb)", r"](../notebooks/\1", text)


def _write_pages(folder: Path) -> None:
    """The pages that work by themselves: the playground, and those that explain."""
    (folder / "reasons").mkdir(parents=True)
    playground().save(folder / "playground-page.html")
    save_reasons(folder / "reasons")


if __name__ == "__main__":
    sys.exit(main())
