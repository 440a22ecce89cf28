"""Files that are written whole or not at all."""

import os
from collections.abc import Callable, Collection
from itertools import count
from pathlib import Path

FilePath = str | os.PathLike[str]

_next_number = count().__next__


def demand_writable(path: Path) -> None:
    """Raise an error that names `path` if no file can be written there.

    FileNotFoundError if the folder does not exist, IsADirectoryError if `path` is a folder.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path: the folder {str(path.parent)!r} does not exist; create it")
    if path.is_dir():
        raise IsADirectoryError(f"path: {str(path)!r} is a folder; give the name of a file")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it is either as it was before or complete.

    The content goes to a new file in the same folder, which replaces `path` when it is on the disk.
    A process that is killed in between leaves the new file, whose name begins with a dot and ends
    in .tmp.
    Raises what `demand_writable` raises, and an OSError that names the path if writing fails.
    """
    demand_writable(path)
    unfinished = path.with_name(f".{os.getpid()}-{_next_number()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise type(error)(f"path: {str(path)!r} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_as(
    path: FilePath, endings: Collection[str], content: Callable[[str], bytes], hint: str = ""
) -> Path:
    """Write what `content` gives for the ending of `path`, whole or not at all; returns the path.

        write_as("graph.svg", ("svg", "png"), rendered)         # calls rendered("svg")

    The ending and the folder are looked at before `content` is called. `hint` says in the error for
    any other ending what to do.

    Raises ValueError for an ending that is none of `endings`, and what `write_whole` raises.
    """
    target = Path(path)
    ending = target.suffix.lower().removeprefix(".")
    if ending not in endings:
        one_of = "one of " * (len(endings) > 1)
        known = ", ".join(f".{each}" for each in endings)
        raise ValueError(f"path: the ending must be {one_of}{known}, got {str(path)!r}{hint}")
    demand_writable(target)
    write_whole(target, content(ending))
    return target
