"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from engine.system.files import write_as, write_whole


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    """The content is there, the old one is gone, and nothing else is left in the folder."""
    path = tmp_path / "graph.svg"
    for content in (b"first", b"second, longer"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk fails half way, the file is as it was and no rest lies about."""
    path = tmp_path / "graph.svg"
    path.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        """A disk that is full."""
        raise OSError(f"no space left for {descriptor}")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"path: .*graph.svg' cannot be written"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """The error says which folder is missing."""
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist; create it"):
        write_whole(tmp_path / "nowhere" / "x.svg", b"")


def test_the_ending_decides_what_is_written(tmp_path: Path) -> None:
    """The content is asked for by the ending in lower case; the path is given back."""
    path = write_as(tmp_path / "graph.SVG", ("dot", "svg"), str.encode)
    assert path == tmp_path / "graph.SVG"
    assert path.read_bytes() == b"svg"
    assert write_as(f"{tmp_path}/x.dot", ("dot",), str.encode).read_bytes() == b"dot"


def test_nothing_is_made_that_cannot_be_written(tmp_path: Path) -> None:
    """An ending that is not known, or a folder that is not there, is an error before the work."""
    made: list[str] = []

    def content(ending: str) -> bytes:
        """The content of a file, which notes that it was asked for."""
        made.append(ending)
        return b""

    with pytest.raises(ValueError, match=r"the ending must be one of \.dot, \.svg, got 'x\.gif'$"):
        write_as("x.gif", ("dot", "svg"), content)
    with pytest.raises(ValueError, match=r"the ending must be \.svg, got 'x'; a browser prints it"):
        write_as("x", ("svg",), content, "; a browser prints it")
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        write_as(tmp_path / "nowhere" / "x.svg", ("svg",), content)
    assert made == []
    assert list(tmp_path.iterdir()) == []
