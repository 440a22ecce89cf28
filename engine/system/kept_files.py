r"""Files that are kept for the next time, in the folder of the user's cache.

    OBJECTS = KeptFiles("objects", most=100_000_000)
    content = OBJECTS.find(key)         # None if there is none
    OBJECTS.keep(key, content)

The folder is `~/.cache/glassgrad`, `~/Library/Caches/glassgrad` on macOS, and on Windows
`%LOCALAPPDATA%\glassgrad`. The variable GLASSGRAD_CACHE names another one, or "off" for none.
What cannot be read or written is as if it were not there. A file tells its key and its digest, so
one that is damaged, or that is not what its name says, is none; nor is one that anybody else may
write, or that stands in a folder where others may.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .files import write_whole

# Where caches are, by the name of the system; all others have the last one.
_BASES: dict[str, Callable[[], Path]] = {
    "win32": lambda: Path(os.environ["LOCALAPPDATA"]),
    "darwin": lambda: Path.home() / "Library" / "Caches",
    "": lambda: Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"),
}

# What the variable says for no cache at all.
_OFF = ("", "0", "off")

# The bits of a mode that let others write.
_OTHERS_WRITE = 0o022


def cache_folder(system: str = sys.platform) -> Path | None:
    """The folder of this package in the user's cache; None if there is none."""
    given = os.environ.get("GLASSGRAD_CACHE")
    if given is not None:
        return None if given.lower() in _OFF else Path(given)
    try:
        folder = _BASES.get(system, _BASES[""])() / "glassgrad"
    except (KeyError, RuntimeError):  # a user without a home
        return None
    return folder if folder.is_absolute() else None


class KeptFiles:
    """The files of one kind, in a folder `name`; those used least recently go beyond `most` bytes.

    A key is a text of letters and digits that tells all that the content depends on.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most

    def find(self, key: str) -> bytes | None:
        """The content that was kept for a key."""
        folder = self._folder()
        if folder is None:
            return None
        path = folder / key
        try:
            with path.open("rb") as file:
                is_safe = _is_safe(os.fstat(file.fileno()))
                content = file.read() if is_safe else b""
            seal, content = content[:32], content[32:]
            if seal != _seal(key, content):
                path.unlink()
                return None
            os.utime(path)
        except OSError:
            return None
        return content

    def keep(self, key: str, content: bytes) -> None:
        """Keep a content, whole or not at all."""
        with suppress(OSError):
            folder = self._folder(make=True)
            if folder is not None:
                write_whole(folder / key, _seal(key, content) + content)
                self._forget(folder)

    def _folder(self, *, make: bool = False) -> Path | None:
        """The folder, if it is there and nobody else may write in it."""
        base = cache_folder()
        if base is None:
            return None
        folder = base / self._name
        if make:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        try:
            is_safe = _is_safe(base.stat()) and _is_safe(folder.lstat())
        except OSError:
            return None
        return folder if is_safe else None

    def _forget(self, folder: Path) -> None:
        """Remove the files used least recently until all take no more than they may."""
        found = [(each, each.stat()) for each in folder.iterdir()]
        total = sum(one.st_size for _, one in found)
        for path, one in sorted(found, key=lambda pair: pair[1].st_mtime_ns):
            if total <= self._most:
                return
            path.unlink(missing_ok=True)
            total -= one.st_size


def _is_safe(about: os.stat_result) -> bool:
    """Whether a file or folder is the user's, and nobody else may write it."""
    if not hasattr(os, "getuid"):  # on Windows a user's folder is the user's
        return True
    return about.st_uid == os.getuid() and not about.st_mode & _OTHERS_WRITE


def _seal(key: str, content: bytes) -> bytes:
    """What stands before a content: the digest of that and of its key."""
    return sha256(key.encode() + b"\n" + content).digest()
