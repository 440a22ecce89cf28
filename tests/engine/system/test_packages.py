"""Optional packages: there, or an error that says how to get them."""

import math
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import engine
from engine.system.packages import OnDemand, install_line, optional

_ROOT = Path(engine.__file__).parents[1]


def test_what_is_installed_is_imported() -> None:
    """The module itself is handed back."""
    assert optional("math", "train", "counting") is math


_REQUIRED = [
    "graphviz>=0.20",
    "tqdm>=4.66; extra == 'progress'",
    'numpy>=1.26; extra == "save"',
    "safetensors>=0.4.5 ; extra == 'save'",
    "glassgrad[progress,save]; extra == 'train'",
    "numpy>=1.26; (python_version < '4') and extra == 'train'",
    "scipy>=1.11; extra == 'train'",
]


@pytest.mark.parametrize(("extra", "said"), [
    ("progress", ", of the extra [progress]: pip install \"tqdm>=4.66\""),
    ("train", (", of the extra [train]: pip install \"numpy>=1.26\" \"safetensors>=0.4.5\" "
               "\"scipy>=1.11\" \"tqdm>=4.66\"")),
    ("", ": pip install \"graphviz>=0.20\""),
])  # fmt: skip
def test_what_is_missing_is_named_with_its_pip_line(
    extra: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has the feature, the package, its extra, and the command that installs it."""
    for module in ("tqdm", "tqdm.auto"):  # the second may be there from another test
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(metadata, "requires", lambda name: _REQUIRED if name == "glassgrad" else [])
    with pytest.raises(ImportError) as error:
        optional("tqdm.auto", extra, "the bar")
    assert str(error.value) == f"the bar needs the package 'tqdm'{said}"


@pytest.mark.parametrize(("extra", "line"), [
    ("save", "pip install \".[save]\" (in the folder of glassgrad)"),
    ("", "pip install \".\" (in the folder of glassgrad)"),
])  # fmt: skip
def test_a_clone_that_is_not_installed_has_a_line_too(
    extra: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing tells what is required: pip reads it in the folder."""

    def unknown(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", unknown)
    assert install_line(extra) == line


def test_each_extra_that_an_error_names_is_one() -> None:
    """What is asked for by `optional` and `OnDemand` is an extra of pyproject.toml."""
    extras = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    asked = re.compile(r'(?:optional|OnDemand)\(\s*"[\w.]+", "(\w*)", ')
    sources = [path.read_text() for top in ("engine", "nn") for path in (_ROOT / top).rglob("*.py")]
    named = {extra for source in sources for extra in asked.findall(source)}
    assert len(named) > 8
    assert named <= {"", *extras}


def package(folder: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package called `broken` whose first lines are `source`."""
    (folder / "broken").mkdir()
    (folder / "broken" / "__init__.py").write_text(source)
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(("source", "error"), [
    ("raise ImportError('libopenblas.so.0: cannot open')", "libopenblas.so.0: cannot open"),
    ("import a_part_that_is_missing", "No module named 'a_part_that_is_missing'"),
    ("from math import nothing", "cannot import name 'nothing' from 'math'"),
])  # fmt: skip
def test_a_package_that_does_not_load_is_not_missing(
    source: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own error comes through, with a note of what needs it: no line that installs it."""
    package(tmp_path, source, monkeypatch)
    with pytest.raises(ImportError, match=error) as caught:
        optional("broken", "train", "saving")
    assert "pip install" not in str(caught.value)
    note = "saving needs the package 'broken', which is installed, but does not load"
    assert caught.value.__notes__ == [note]


def test_another_error_of_a_package_passes() -> None:
    """Only ImportError is about packages."""
    with pytest.raises(ValueError, match="Empty module name"):
        optional("", "train", "saving")


def test_a_package_on_demand_is_imported_at_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not asked for before, and what was asked for once is there without asking."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    tqdm = OnDemand("tqdm", "train", "the bar")
    assert repr(tqdm) == "<tqdm on demand>"
    with pytest.raises(ImportError, match="the bar needs the package 'tqdm', of the extra"):
        _ = tqdm.trange
    numbers = OnDemand("math", "train", "counting")
    assert numbers.tau == math.tau
    assert vars(numbers)["tau"] == math.tau


def test_a_package_on_demand_is_no_more_than_it_seems() -> None:
    """Python's own questions, as of `copy` and `inspect`, import nothing."""
    absent = OnDemand("no_such_package", "train", "counting")
    assert not hasattr(absent, "__wrapped__")
    with pytest.raises(AttributeError, match="<math on demand> has no attribute '__len__'"):
        _ = OnDemand("math", "train", "counting").__len__
    with pytest.raises(AttributeError, match="module 'math' has no attribute 'nothing'"):
        _ = OnDemand("math", "train", "counting").nothing
