"""Files that are written whole or not at all."""

import os
from itertools import count
from pathlib import Path

_next_number = count().__next__


def demand_writable(path: Path) -> None:
    """Raise an error that names the path if no file can be written there.

    FileNotFoundError if the folder does not exist, IsADirectoryError if there is a folder of that
    name.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"path: the folder {str(path.parent)!r} does not exist; create it")
    if path.is_dir():
        raise IsADirectoryError(f"path: {str(path)!r} is a folder; give the name of a file")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it is either as it was before or complete.

    The content goes to a new file beside it, and that file takes its place when it is on the disk.
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
