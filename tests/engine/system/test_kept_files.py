"""Files in the user's cache: found again, or as if they were not there, never another content."""

import os
import sys
from pathlib import Path

import pytest

from engine.system.kept_files import KeptFiles, cache_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptFiles:
    """Kept files in a folder of the test, up to 1,000 bytes."""
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "cache"))
    return KeptFiles("objects", 1_000)


def folder_of(tmp_path: Path) -> Path:
    """Where these files are."""
    return tmp_path / "cache" / "objects"


def test_what_was_kept_is_found(kept: KeptFiles, tmp_path: Path) -> None:
    """By its key; the user alone may read it."""
    assert kept.find("a1") is None
    kept.keep("a1", b"content")
    kept.keep("b2", b"")
    assert (kept.find("a1"), kept.find("b2"), kept.find("c3")) == (b"content", b"", None)
    kept.keep("a1", b"another")
    assert kept.find("a1") == b"another"
    assert sorted(each.name for each in folder_of(tmp_path).iterdir()) == ["a1", "b2"]


@pytest.mark.parametrize("damage", [
    lambda content: content[:-1],
    lambda content: content[:10],
    lambda content: b"",
    lambda content: content + b"0",
    lambda content: content[:-3] + b"!!!",
    lambda content: b"0" * 32 + content[32:],
])  # fmt: skip
def test_what_is_damaged_is_none_and_is_made_anew(
    kept: KeptFiles, tmp_path: Path, damage: object
) -> None:
    """Cut off, longer, or with other bytes."""
    assert callable(damage)
    kept.keep("a1", b"content")
    path = folder_of(tmp_path) / "a1"
    path.write_bytes(damage(path.read_bytes()))
    assert kept.find("a1") is None
    assert not path.exists()
    kept.keep("a1", b"content")
    assert kept.find("a1") == b"content"


def test_a_file_under_another_name_is_none(kept: KeptFiles, tmp_path: Path) -> None:
    """What it tells is the content of its own key."""
    kept.keep("a1", b"content")
    folder = folder_of(tmp_path)
    (folder / "a1").rename(folder / "b2")
    assert kept.find("b2") is None


@posix
def test_what_others_may_write_is_none(kept: KeptFiles, tmp_path: Path) -> None:
    """A file, the folder, or the folder around that."""
    kept.keep("a1", b"content")
    folder = folder_of(tmp_path)
    for path in (folder / "a1", folder, folder.parent):
        mode = path.stat().st_mode
        path.chmod(mode | 0o020)
        assert kept.find("a1") is None
        if path == folder / "a1":
            assert not path.exists()
            kept.keep("a1", b"content")
        else:
            kept.keep("b2", b"content")
            assert not (folder / "b2").exists()
            path.chmod(mode)
        assert kept.find("a1") == b"content"


@posix
def test_what_belongs_to_another_user_is_none(
    kept: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its mode."""
    kept.keep("a1", b"content")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert kept.find("a1") is None


def test_without_users_every_file_is_the_users(
    kept: KeptFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    monkeypatch.delattr(os, "getuid", raising=False)
    kept.keep("a1", b"content")
    assert kept.find("a1") == b"content"


def test_what_was_used_least_recently_is_removed(kept: KeptFiles, tmp_path: Path) -> None:
    """When all together are larger than they may be."""
    for number, key in enumerate(["a1", "b2", "c3"]):
        kept.keep(key, bytes(250))
        os.utime(folder_of(tmp_path) / key, (number, number))
    assert kept.find("a1") is not None
    kept.keep("d4", bytes(250))
    assert [kept.find(key) is not None for key in ("a1", "b2", "c3", "d4")] == [1, 0, 1, 1]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files there are, each time the folder is measured."""
    found: list[int] = []
    scandir = os.scandir

    def noted(folder: Path) -> list[os.DirEntry[str]]:
        """The files of a folder."""
        with scandir(folder) as entries:
            files = list(entries)
        found.append(len(files))
        return files

    monkeypatch.setattr(os, "scandir", noted)
    return found


def test_the_folder_is_measured_now_and_then(
    kept: KeptFiles, tmp_path: Path, measured: list[int]
) -> None:
    """When a sixteenth of what it may hold is new, whoever wrote it: it never holds more."""
    most = 64 * 1024
    for number in range(120):
        KeptFiles("many", most).keep(f"a{number}", bytes(1000))
        folder = tmp_path / "cache" / "many"
        sizes = [(folder / name).stat().st_size for name in os.listdir(folder)]  # noqa: PTH208
        assert sum(sizes) <= most
    assert len(measured) == 120 // 5
    assert max(measured) <= 64
    assert kept.find("a0") is None
    assert KeptFiles("many", most).find("a119") == bytes(1000)


def test_a_file_that_is_gone_counts_for_nothing(
    kept: KeptFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has removed it while the folder was measured."""
    for key in ("a1", "b2", "c3"):
        kept.keep(key, bytes(250))
    scandir = os.scandir

    def late(folder: Path) -> list[os.DirEntry[str]]:
        """The files of a folder, one of which is there no more."""
        with scandir(folder) as entries:
            files = list(entries)
        (folder_of(tmp_path) / "b2").unlink()
        return files

    monkeypatch.setattr(os, "scandir", late)
    kept.keep("d4", bytes(250))
    assert [kept.find(key) is not None for key in ("a1", "b2", "c3", "d4")] == [1, 0, 1, 1]


def test_what_is_too_large_is_not_kept(kept: KeptFiles) -> None:
    """And removes nothing."""
    kept.keep("a1", b"content")
    kept.keep("b2", bytes(2_000))
    assert (kept.find("a1"), kept.find("b2")) == (b"content", None)


def test_where_nothing_can_be_written_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the folder should be: no error, and nothing is found."""
    (tmp_path / "cache").write_text("")
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "cache"))
    kept = KeptFiles("objects", 1_000)
    kept.keep("a1", b"content")
    assert kept.find("a1") is None


@pytest.mark.parametrize("off", ["off", "OFF", "0", ""])
def test_the_cache_can_be_switched_off(off: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is read or written."""
    monkeypatch.setenv("GLASSGRAD_CACHE", off)
    kept = KeptFiles("objects", 1_000)
    kept.keep("a1", b"content")
    assert kept.find("a1") is None


@pytest.mark.parametrize(("system", "variable", "found"), [
    ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches/glassgrad"),
    ("linux", {}, "/home/user/.cache/glassgrad"),
    ("linux", {"XDG_CACHE_HOME": ""}, "/home/user/.cache/glassgrad"),
    ("linux", {"XDG_CACHE_HOME": "caches"}, None),
    ("freebsd14", {}, "/home/user/.cache/glassgrad"),
    ("darwin", {"XDG_CACHE_HOME": "/caches"}, "/home/user/Library/Caches/glassgrad"),
    ("win32", {"LOCALAPPDATA": "/users/user/local"}, "/users/user/local/glassgrad"),
    ("win32", {}, None),
    ("win32", {"GLASSGRAD_CACHE": "/elsewhere"}, "/elsewhere"),
])  # fmt: skip
def test_where_the_cache_is(
    system: str, variable: dict[str, str], found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each system has its caches, unless a variable says otherwise."""
    for name in ("GLASSGRAD_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/user"))
    assert cache_folder(system) == (found and Path(found))


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python raises an error for such a user."""

    def nowhere() -> Path:
        """No home."""
        raise RuntimeError

    for name in ("GLASSGRAD_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert cache_folder("linux") is None
