"""Build the page that steps through programs: `python notebooks/site/program/build.py out`.

The folder is complete in itself, for any server of files: Python and Graphviz as WebAssembly, the
wheel of this project as everyone gets it, and the page. Two packages are fetched by npm, by version
and digest, and kept in a folder beside the output; the wheel is made by pip.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
from base64 import b64encode
from hashlib import sha512
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from engine import Stepper, Value, playground

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Package(NamedTuple):
    """A package of npm: its name and version, the digest of its archive, and the files of it."""

    name: str
    digest: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "pyodide@314.0.7",
        "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A==",
        {
            name: f"pyodide/{name}"
            for name in (
                "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json",
                "python_stdlib.zip", "README.md",
            )
        },
    ),
    Package(
        "@hpcc-js/wasm-graphviz@1.29.2",
        "AkArBAZERT5OxH52/+kvCHB07cZ6ZNd9GnOvjw+S880bR88D6i27XfK6xj4dBhUDxNA2QPPMdgEcky3x4TJ3KA==",
        {"dist/index.js": "graphviz.mjs", "LICENSE": "graphviz.LICENSE"},
    ),
)  # fmt: skip

# What lies here and is part of the page as it is.
PARTS = ("page.css", "page.mjs", "worker.mjs", "runner.py")

_RULES = re.compile(r"script-src ([^;]*); style-src ([^;]*);")


def main() -> None:
    """Build the page as the command line says."""
    parser = argparse.ArgumentParser(description="Build the page for programs.")
    parser.add_argument("output", type=Path, help="the folder of the page")
    parser.add_argument("--npm", type=Path, help="where packages of npm are kept; beside the page")
    told = parser.parse_args()
    build(told.output, told.npm or told.output.parent / "npm")
    print(f"wrote {told.output / 'index.html'}: serve the folder, such as by\n"
          f"  python -m http.server --directory {told.output}")  # fmt: skip


def build(output: Path, kept: Path) -> None:
    """Write the page into a folder, which is made anew."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    for package in PACKAGES:
        unpack(fetched(package, kept), package, output)
    wheels = [own_wheel(output), installed_wheel("graphviz", output)]
    (output / "wheels.json").write_text(json.dumps(wheels), "utf-8")
    (output / "examples.json").write_text(json.dumps(examples(), ensure_ascii=False), "utf-8")
    for name in PARTS:
        shutil.copy(HERE / name, output / name)
    page = (HERE / "index.html").read_text("utf-8")
    (output / "index.html").write_text(page.replace("{policy}", policy()), "utf-8")


def fetched(package: Package, kept: Path) -> Path:
    """The archive of a package, fetched if it is not there; SystemExit if it is another one."""
    kept.mkdir(parents=True, exist_ok=True)
    name, _, version = package.name.lstrip("@").rpartition("@")
    archive = kept / f"{name.replace('/', '-')}-{version}.tgz"
    if not archive.exists():
        command = ["npm", "pack", "--silent", "--pack-destination", str(kept), package.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    digest = b64encode(sha512(archive.read_bytes()).digest()).decode()
    if digest != package.digest:
        raise SystemExit(f"{archive} is not {package.name}: its digest is sha512-{digest}")
    return archive


def unpack(archive: Path, package: Package, output: Path) -> None:
    """Write the files of a package that the page needs."""
    with tarfile.open(archive) as packed:
        for name, target in package.files.items():
            content = packed.extractfile(f"package/{name}")
            if content is None:
                raise SystemExit(f"{package.name} has no file {name}")
            path = output / target
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content.read())


def own_wheel(output: Path) -> str:
    """Make the wheel of this project; returns its name."""
    with TemporaryDirectory() as made:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
        subprocess.run([*command, made, str(ROOT)], check=True)
        [wheel] = Path(made).glob("*.whl")
        shutil.copy(wheel, output / wheel.name)
    return wheel.name


def installed_wheel(package: str, output: Path) -> str:
    """Put an installed package, which is pure Python, into a wheel; returns its name."""
    of = distribution(package)
    name = f"{package}-{of.version}-py3-none-any.whl"
    with ZipFile(output / name, "w", ZIP_DEFLATED) as wheel:
        for each in of.files or ():
            if ".." not in each.parts and "__pycache__" not in each.parts:
                wheel.write(str(each.locate()), str(each))
    return name


def examples() -> list[dict[str, str]]:
    """The programs that one can choose; the first line of each is a comment with its title."""
    found = []
    for path in sorted((HERE / "examples").glob("*.txt")):
        text = path.read_text("utf-8")
        found.append({"title": text.partition("\n")[0].lstrip("# "), "text": text})
    return found


def policy() -> str:
    """What the page may load: its own files, and the scripts and styles of the pages it shows.

    A page in a frame has the policy of the page around it too, and allows itself no more.
    """
    pages = (Stepper(Value(1.0) * 2).html(), playground().html())
    rules = [_RULES.search(each.replace("&#x27;", "'")) for each in pages]
    scripts, styles = (
        " ".join(sorted({word for found in rules if found for word in found[i].split()}))
        for i in (1, 2)
    )
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' 'wasm-unsafe-eval' {scripts}",
        f"style-src 'self' {styles}",
        "img-src data:", "connect-src 'self'", "worker-src blob: 'self'",
        "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip


if __name__ == "__main__":
    main()
