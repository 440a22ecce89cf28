"""Programs that were compiled before: machine code found by a program, with no text written.

    key = program_key(program, target)
    made = made_before(key, target)      # None if there is none
    keep_made(key, object_key, size)

What a text says depends on the program and on this package, whose files are part of the key.
"""

import os
import pickle
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ...system.kept_files import KeptFiles
from ..ir.program import Program
from .llvm.jit import MACHINE, Code, Target

# For each program the key of its object file, and how many numbers a step works in.
PROGRAMS = KeptFiles("programs", 10_000_000)


class KeptCode(NamedTuple):
    """Machine code, and how many numbers a step works in."""

    code: Code
    size: int


def program_key(program: Program, target: Target) -> str:
    """All that the machine code of a program depends on."""
    digest = sha256(pickle.dumps(program, protocol=5)).hexdigest()
    return MACHINE.key(f"{_WRITERS} {target.registers} {digest}", target)


def made_before(key: str, target: Target) -> KeptCode | None:
    """What was kept for a key; None if that, or the object file, is not there any more."""
    found = PROGRAMS.find(key)
    if found is None:
        return None
    name, size = found.decode().split()
    code = MACHINE.kept(name, target)
    return None if code is None else KeptCode(code, int(size))


def keep_made(key: str, name: str, size: int) -> None:
    """Keep the key of an object file, and how many numbers a step works in, for a program."""
    PROGRAMS.keep(key, f"{name} {size}".encode())


def files_as_they_are(place: Path) -> str:
    """A digest of the files below a folder, or of one file, that changes when any is written.

    It is of their paths, sizes and times, among these the one that no program can set. What Python
    itself keeps beside them is left out.
    """
    if place.is_file():
        return sha256(_as_it_is(str(place), place.stat()).encode()).hexdigest()
    found, pending = [], [str(place)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for each in entries:
                if each.is_dir():
                    pending += [each.path] * (each.name != "__pycache__")
                else:
                    found.append(_as_it_is(each.path, each.stat()))
    return sha256("\n".join(sorted(found)).encode()).hexdigest()


def _as_it_is(path: str, about: os.stat_result) -> str:
    """What changes when a file is written."""
    return f"{path} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino}"


# The files that write texts, as they were when they were read; of an archive, that itself.
_HERE = Path(__file__).parents[1]
_WRITERS = files_as_they_are(next(each for each in (_HERE, *_HERE.parents) if each.exists()))
