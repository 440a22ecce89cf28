"""What is skipped for want of a package, and what is not; and the oldest versions of packages."""

import sys
from pathlib import Path

import pytest

from tests.missing import missing_package
from tests.oldest import oldest


def _raised(path: Path, monkeypatch: pytest.MonkeyPatch, name: str = "jax") -> BaseException:
    """The error of a file at `path` that imports a package which is not there."""
    monkeypatch.setattr("tests.missing.ROOT", path.parents[1])
    monkeypatch.setattr("tests.missing._PLACES", (path.parents[1] / "tests",))
    monkeypatch.setattr("tests.missing.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError) as caught:
        exec(compile(f"import {name}", str(path), "exec"), {})
    return caught.value


def test_a_file_of_tests_may_miss_a_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that is installed with the tests."""
    error = _raised(tmp_path / "tests" / "test_x.py", monkeypatch)
    assert missing_package(error) == "jax"


@pytest.mark.parametrize(("folder", "name"), [("engine", "jax"), ("tests", "nothing_like_it")])
def test_all_else_is_an_error(
    folder: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file of the package that imports one, or a name that nobody has."""
    assert missing_package(_raised(tmp_path / folder / "x.py", monkeypatch, name)) is None


def test_a_package_that_is_installed_is_no_reason() -> None:
    """Nor is an error of another kind, or none."""
    assert missing_package(ImportError("broken", name="pytest")) is None
    assert missing_package(ValueError("something else")) is None
    assert missing_package(None) is None


def test_the_oldest_versions_are_the_lower_bounds() -> None:
    """The highest of several, and none of PyTorch; what has no lower bound is not asked for."""
    project = {
        "project": {
            "dependencies": ["one>=0.9"],
            "optional-dependencies": {
                "all": ["mine[a]"],
                "a": ["one>=0.10"],
                "torch": ["torch>=1"],
            },
        },
        "dependency-groups": {"test": ["two==3.0", "three[x]>=1.2"]},
    }
    assert oldest(project) == ["one==0.10", "three[x]==1.2", "two==3.0"]
