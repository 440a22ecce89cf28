"""Files that are written whole or not at all."""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

FilePath = str | os.PathLike[str]

# The errors of a folder in which no file can be made, or of a file that cannot be replaced.
_FIXED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)

# Whether this system can ask what the user may do on whose behalf the process acts.
_ON_BEHALF = os.access in os.supports_effective_ids


def path_of(path: FilePath) -> Path:
    """`path` as a Path; TypeError, which names the argument, for what is none."""
    try:
        return Path(path)
    except TypeError:
        raise TypeError(f"path must be the name of a file, or a Path, got {path!r} "
                        f"({type(path).__name__})") from None  # fmt: skip


def demand_writable(path: Path) -> None:
    """Raise an error that names `path` if no file can be written there.

    FileNotFoundError if the folder does not exist, IsADirectoryError if `path` is a folder. What a
    link leads to is looked at, not the link.
    """
    for folder in (path.parent, Path(os.path.realpath(path)).parent):
        if not folder.is_dir():
            text = f"path: the folder {str(folder)!r} does not exist; create it"
            raise FileNotFoundError(errno.ENOENT, text, str(path))
    if path.is_dir():
        text = f"path: {str(path)!r} is a folder; give the name of a file"
        raise IsADirectoryError(errno.EISDIR, text, str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it is either as it was before or complete.

    The content goes to a new file in the same folder, which replaces the one at `path` when it is
    on the disk. Links are followed: what they lead to is replaced. The new file has the mode, the
    access list and, as far as permitted, the owner of the one it replaces; another hard link to
    that one keeps the content from before. A process that is killed in between leaves the new
    file, whose name begins with a dot and ends in .tmp.

    Where nothing can be replaced, the content is written in place: to a device, a pipe or an open
    file such as /dev/stdout, and to a file in a folder in which no file can be made.

    Raises what `demand_writable` raises, and an OSError with the number of the fault and the name
    of the file if writing fails: PermissionError if the file is read-only.
    """
    demand_writable(path)
    with _named(path):
        if _is_replaceable(path):
            _replace(Path(os.path.realpath(path)), content)
        else:
            path.write_bytes(content)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """A block in which an OSError tells that `path` cannot be written."""
    try:
        yield
    except OSError as error:
        text = f"path: {str(path)!r} cannot be written: {error.strerror or error}"
        raise type(error)(error.errno, text, str(path)) from error


def _is_replaceable(path: Path) -> bool:
    """Whether `path` leads to a regular file that has a name of its own, or to none yet."""
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True
    return is_regular and not _is_open_file(path)


def _is_open_file(path: Path) -> bool:
    """Whether links lead from `path` to a file by way of /proc, where each is one that is open."""
    while path.is_symlink():
        path = Path(os.path.realpath(path.parent), path.name)
        if path.parts[:2] == ("/", "proc"):
            return True
        path = path.parent / path.readlink()
    return False


def _replace(target: Path, content: bytes) -> None:
    """Replace the file `target`, or write it in place if its folder or its name is fixed."""
    unfinished = target.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        is_new = not target.exists()
        if not is_new:
            target.open("r+b").close()  # a file that is read-only says so
        with open(unfinished, "xb", opener=None if is_new else _private) as file:
            file.write(content)
            file.flush()
            if not is_new:
                _take_after(unfinished, target)
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        may = os.access(target, os.W_OK, effective_ids=_ON_BEHALF)
        if error.errno not in _FIXED or not may:
            raise
        target.write_bytes(content)
    finally:
        unfinished.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read."""
    return os.open(path, flags, 0o600)


def _take_after(new: Path, old: Path) -> None:
    """Give a file the owner, the mode and the access list of another, as far as permitted."""
    before = old.stat()
    with suppress(AttributeError, OSError):  # Windows has no owners
        os.chown(new, -1, before.st_gid)
    with suppress(AttributeError, OSError):
        os.chown(new, before.st_uid, -1)
    shutil.copystat(old, new)  # after the owner, whose change takes bits from the mode
    os.utime(new)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files, each whole, and all of them or none: if one fails, all are as before.

    A link is as before if it leads to what it led to. What has gone to a device, a pipe or an open
    file is not brought back.

    Raises what `write_whole` raises; a file that cannot be read is an error too.
    """
    for path in files:
        demand_writable(path)
    before: dict[Path, bytes | None] = {}
    for path in files:
        with _named(path):
            if _is_replaceable(path):
                before[path] = path.read_bytes() if path.exists() else None
    written: list[Path] = []
    try:
        for path, content in files.items():
            if path in before:
                written.append(path)
            write_whole(path, content)
    except BaseException:
        for path in sorted(written, key=lambda each: before[each] is not None):  # new ones first
            with suppress(OSError):
                _restore(path, before[path])
        raise


def _restore(path: Path, content: bytes | None) -> None:
    """Make a file what it was: None for a file that was not there."""
    if content is None:
        Path(os.path.realpath(path)).unlink(missing_ok=True)
    elif path.read_bytes() != content:
        write_whole(path, content)


def write_as(
    path: FilePath, endings: Collection[str], content: Callable[[str], bytes], hint: str = ""
) -> Path:
    """Write what `content` gives for the ending of `path`, whole or not at all; returns the path.

        write_as("graph.svg", ("svg", "png"), rendered)         # calls rendered("svg")

    The ending and the folder are looked at before `content` is called. `hint` says in the error for
    any other ending what to do.

    Raises ValueError for an ending that is none of `endings`, and what `write_whole` raises.
    """
    target = path_of(path)
    ending = target.suffix.lower().removeprefix(".")
    if ending not in endings:
        one_of = "one of " * (len(endings) > 1)
        known = ", ".join(f".{each}" for each in endings)
        raise ValueError(f"path: the ending must be {one_of}{known}, got {str(path)!r}{hint}")
    demand_writable(target)
    write_whole(target, content(ending))
    return target
