"""The map of the compiler is true: what it prints, and which folders there are."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import engine.compiler

FOLDER = Path(engine.compiler.__path__[0])
MAP = (FOLDER / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", MAP, re.DOTALL)


def test_the_map_shows_what_is_printed() -> None:
    """One program, after each pass."""
    pytest.importorskip("numpy", reason="NumPy is not installed")
    (program,), (expected,) = blocks("python"), blocks("text")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    assert printed.getvalue() == expected


def test_the_map_names_what_is_there() -> None:
    """Every folder and file of the compiler's top, in the order in which they may import."""
    named = re.findall(r"^\| `(\w+)/`", MAP, re.MULTILINE)
    assert sorted(named) == sorted(
        each.name for each in FOLDER.iterdir() if (each / "__init__.py").exists()
    )
    for folder, line in re.findall(r"^\| `(\w+)/` \|(.*)$", MAP, re.MULTILINE):
        for file in re.findall(r"`(\w+\.py)`", line):
            assert (FOLDER / folder / file).exists(), file
    for word in re.findall(r"`((?:kinds|passes|runtime|numpy_backend)/\w+\.py)`", MAP):
        assert (FOLDER / word).exists(), word


def test_names_are_known_before_they_are_loaded() -> None:
    """All that the package offers; nothing of it is held by the package, which pages import."""
    assert set(engine.compiler.__all__) <= set(dir(engine.compiler))
    assert vars(engine.compiler).keys().isdisjoint(engine.compiler.__all__)
    assert all(callable(getattr(engine.compiler, name)) for name in engine.compiler.__all__)
    with pytest.raises(AttributeError, match=r"module 'engine\.compiler' has no attribute 'compil"):
        _ = engine.compiler.compiler
