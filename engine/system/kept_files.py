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

# The folder is measured when a part of what it may hold is new, one of so many.
_PARTS, _KIB = 16, 1024

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

    The folder is measured only after so many bytes have been written that it may have become too
    large, by all processes together: `name.grown` beside it has a byte for each KiB since then.
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
            if folder is not None and len(content) <= self._most:
                write_whole(folder / key, _seal(key, content) + content)
                if self._may_be_full(folder, len(content)):
                    _forget(folder, self._most - self._slack)

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

    @property
    def _slack(self) -> int:
        """How many bytes may be written before the folder is measured again."""
        return self._most // _PARTS

    def _may_be_full(self, folder: Path, size: int) -> bool:
        """Whether the folder is to be measured, now that a file of a size is there."""
        with folder.with_name(f"{self._name}.grown").open("ab") as grown:
            grown.write(bytes(-(-size // _KIB)))
            grown.flush()
            is_due = os.fstat(grown.fileno()).st_size * _KIB > self._slack
            if is_due:  # what others write from now on counts for the next time
                grown.truncate(0)
            return is_due


def _forget(folder: Path, most: int) -> None:
    """Remove the files used least recently until all take no more than `most` bytes."""
    found: list[tuple[int, int, str]] = []
    for each in os.scandir(folder):
        with suppress(OSError):  # another process has removed it
            about = each.stat()
            found.append((about.st_mtime_ns, about.st_size, each.path))
    excess = sum(size for _, size, _ in found) - most
    for _, size, path in sorted(found):
        if excess > 0:
            Path(path).unlink(missing_ok=True)
            excess -= size


def _is_safe(about: os.stat_result) -> bool:
    """Whether a file or folder is the user's, and nobody else may write it."""
    if not hasattr(os, "getuid"):  # on Windows a user's folder is the user's
        return True
    return about.st_uid == os.getuid() and not about.st_mode & _OTHERS_WRITE


def _seal(key: str, content: bytes) -> bytes:
    """What stands before a content: the digest of that and of its key."""
    return sha256(key.encode() + b"\n" + content).digest()
