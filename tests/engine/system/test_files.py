"""Files are written whole or not at all."""

import errno
import os
import pickle
import resource
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from random import Random
from subprocess import run
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest

import engine
from engine import Stepper, Value, draw
from engine.system.files import write_all, write_as, write_whole

NOBODY = 65534  # the user who owns nothing


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder in which every user may work."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@contextmanager
def as_nobody() -> Iterator[None]:
    """A block without the rights of root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    os.seteuid(before)


def mode(path: Path) -> int:
    """The bits that say who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    """The content is there, the old one is gone, and nothing else is left in the folder."""
    path = tmp_path / "graph.svg"
    for content in (b"first", b"second, longer"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("given", [3, None, b"x.svg"])
def test_what_is_no_path_is_an_error_that_names_the_argument(given: Any) -> None:
    """Whatever writes or reads a file."""
    value = Value(2.0) * 3
    calls: list[Any] = [draw(value).save, Stepper(value).save, Stepper(value).frames]
    calls.append(engine.from_onnx)
    if find_spec("numpy"):
        calls.append(engine.compile(value, parameters=[]).save)
    for call in calls:
        with pytest.raises(TypeError, match=r"path must be the name of a file, or a Path, got"):
            call(given)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, None])
def test_a_failing_disk_leaves_the_old_file(
    code: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is as it was, no rest lies about, and the error has number and name of the file."""
    path = tmp_path / "graph.svg"
    path.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        """A disk that is full."""
        raise OSError(code, f"no space left for {descriptor}")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"path: .*graph.svg' cannot be written: no space") as caught:
        write_whole(path, b"new")
    assert (caught.value.errno, caught.value.filename) == (code, str(path))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    assert pickle.loads(pickle.dumps(caught.value)).errno == code


def test_several_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails at the third one leaves the first as it was, and nothing else."""
    names = ("a", "b", "c")
    files = {tmp_path / name: name.encode() for name in names}
    (tmp_path / "a").write_bytes(b"old")
    calls: list[int] = []

    def fail(descriptor: int) -> None:
        """A disk that is full once, at the third file."""
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"path: .*c' cannot be written: no space left"):
        write_all(files)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}
    write_all(files)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        name: name.encode() for name in names
    }
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        write_all({tmp_path / "a": b"new", tmp_path / "nowhere" / "b": b""})
    assert (tmp_path / "a").read_bytes() == b"a"


def test_a_file_that_did_not_change_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that fails is as it was already."""
    (tmp_path / "a").write_bytes(b"old")

    def fail(descriptor: int) -> None:
        """A disk that is full."""
        raise OSError(errno.ENOSPC, f"no space left for {descriptor}")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        write_all({tmp_path / "a": b"new"})
    assert (tmp_path / "a").read_bytes() == b"old"


def test_as_much_as_can_be_is_brought_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file that cannot be restored keeps no other from being so, and room is made first."""
    before = {"a": b"old a", "b": b"old b"}
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
    calls = []

    def fail(descriptor: int) -> None:
        """A disk that is full at the fourth file, and at the first that is brought back."""
        calls.append(descriptor)
        if len(calls) in (4, 5):
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"d' cannot be written: no space left"):
        write_all({tmp_path / name: b"new" for name in "abcd"})
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after == {"a": b"new", "b": b"old b"}


def test_a_link_that_led_nowhere_leads_nowhere_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that was made by way of it is gone, and the link is there."""
    (tmp_path / "out").mkdir()
    (tmp_path / "a").symlink_to(Path("out", "a"))
    calls: list[int] = []

    def fail(descriptor: int) -> None:
        """A disk that is full at the second file."""
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="b' cannot be written: no space left"):
        write_all({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert (tmp_path / "a").readlink() == Path("out", "a")
    assert [*(tmp_path / "out").iterdir()] == []
    assert not (tmp_path / "b").exists()


def test_a_pipe_among_several_files_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would never end; what has gone through it stays so if another file fails."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()

    def fail(descriptor: int) -> None:
        """A disk that is full."""
        raise OSError(errno.ENOSPC, f"no space left for {descriptor}")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="b' cannot be written: no space left"):
        write_all({pipe: b"content", tmp_path / "b": b"new"})
    reader.join()
    assert received == [b"content"]
    assert [*tmp_path.iterdir()] == [pipe]


def test_what_cannot_be_brought_back_is_not_written(open_to_all: Path) -> None:
    """A file that may be written and not read, and links in a circle, are named before the rest."""
    (open_to_all / "b").write_bytes(b"old")
    (open_to_all / "b").chmod(0o222)
    (open_to_all / "c").symlink_to("c")
    for name, error in (("b", "Permission denied"), ("c", "Too many levels")):
        with as_nobody(), pytest.raises(OSError, match=f"{name}' cannot be written: {error}"):
            write_all({open_to_all / "a": b"new", open_to_all / name: b"new"})
    assert not (open_to_all / "a").exists()


def test_half_a_file_is_no_file(tmp_path: Path) -> None:
    """If only the first thousand bytes find a place, the old file stays, and nothing else does."""
    path = tmp_path / "graph.svg"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match=r"cannot be written: File too large") as caught:
            write_whole(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.errno == errno.EFBIG
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.signals
# Ctrl-C on the way out of `open` leaves the closing of the file to Python, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ctrl_c_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    """At whatever moment: never a part of it, and no rest."""
    path = tmp_path / "graph.svg"
    moments = Random(0)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    outcomes = set()
    try:
        for _ in range(200):
            path.write_bytes(b"old")
            try:
                signal.setitimer(signal.ITIMER_REAL, moments.uniform(1e-6, 6e-4))
                write_whole(path, b"new" * 10_000)
                signal.setitimer(signal.ITIMER_REAL, 0)  # in the block that expects Ctrl-C
            except KeyboardInterrupt:
                outcomes.add("interrupted")
            assert path.read_bytes() in (b"old", b"new" * 10_000)
            assert list(tmp_path.iterdir()) == [path]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert outcomes == {"interrupted"}


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    """Over several links, into another folder, and to a file that is not there yet."""
    (tmp_path / "runs").mkdir()
    target = tmp_path / "runs" / "run1.st"
    (tmp_path / "latest.st").symlink_to(Path("runs", "run1.st"))
    (tmp_path / "best.st").symlink_to("latest.st")
    for content in (b"first", b"second"):
        write_whole(tmp_path / "best.st", content)
        assert target.read_bytes() == content
    assert (tmp_path / "best.st").readlink() == Path("latest.st")
    assert (tmp_path / "latest.st").is_symlink()
    assert not target.is_symlink()
    assert list(target.parent.iterdir()) == [target]


def test_links_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    """The folder that is missing at the end of a link, and links that go in a circle."""
    (tmp_path / "a").symlink_to(Path("nowhere", "x"))
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist; create it"):
        write_whole(tmp_path / "a", b"")
    (tmp_path / "b").symlink_to("c")
    (tmp_path / "c").symlink_to("b")
    with pytest.raises(OSError, match="cannot be written: Too many levels") as caught:
        write_whole(tmp_path / "b", b"")
    assert (caught.value.errno, caught.value.filename) == (errno.ELOOP, str(tmp_path / "b"))
    assert (tmp_path / "b").is_symlink()


def test_a_device_stays_a_device() -> None:
    """What is written to /dev/null is gone; /dev/full is full, and says so."""
    write_whole(Path(os.devnull), b"gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    with pytest.raises(OSError, match="path: '/dev/full' cannot be written: No space") as caught:
        write_whole(Path("/dev/full"), b"too much")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "/dev/full")
    assert not [each for each in Path("/dev").iterdir() if each.suffix == ".tmp"]


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """Whoever reads from it gets the content, and nothing else is made."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"x" * 200_000)
    reader.join()
    assert received == [b"x" * 200_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("name", ["/dev/stdout", "/proc/self/fd/1", "link"])
def test_the_standard_output_is_written_to(name: str, tmp_path: Path) -> None:
    """Whether it is a pipe or a file, which is written and not replaced."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    program = (
        "import sys; from pathlib import Path; from engine.system.files import write_whole;"
        f"write_whole(Path({str(tmp_path / name)!r}), b'content')"
    )
    by_pipe = run([sys.executable, "-c", program], capture_output=True, check=True)
    assert by_pipe.stdout == b"content"
    with (tmp_path / "out").open("w+b") as file:
        run([sys.executable, "-c", program], stdout=file, check=True)
        assert file.read() == b"content"


def test_an_open_file_is_written_and_not_replaced(tmp_path: Path) -> None:
    """By the name that the system has for it: whoever has it open sees the content."""
    with (tmp_path / "out").open("w+b") as file:
        write_whole(Path(f"/proc/self/fd/{file.fileno()}"), b"content")
        assert file.read() == b"content"


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o664, 0o777])
def test_a_file_keeps_its_mode(bits: int, tmp_path: Path) -> None:
    """A file that only its owner may read stays so."""
    path = tmp_path / "model.st"
    write_whole(path, b"old")
    path.chmod(bits)
    write_whole(path, b"new")
    assert mode(path) == bits
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000])
def test_a_new_file_has_the_mode_of_new_files(mask: int, tmp_path: Path) -> None:
    """As the umask of the process says."""
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "model.st", b"")
    finally:
        os.umask(before)
    assert mode(tmp_path / "model.st") == 0o666 & ~mask


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_a_file_keeps_its_owner_where_that_is_permitted(open_to_all: Path) -> None:
    """Root keeps the owner of a file; another user becomes the owner of what he writes."""
    path = open_to_all / "model.st"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    path.chmod(0o646)
    write_whole(path, b"by root")
    assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (1234, 4321, 0o646)
    with as_nobody():
        write_whole(path, b"by nobody")
    assert (path.stat().st_uid, mode(path)) == (NOBODY, 0o646)
    assert path.read_bytes() == b"by nobody"


def test_a_file_keeps_its_extended_attributes(tmp_path: Path) -> None:
    """Access lists are among them."""
    path = tmp_path / "model.st"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write_whole(path, b"new")
    assert os.getxattr(path, "user.note") == b"mine"


def test_another_hard_link_keeps_the_old_content(tmp_path: Path) -> None:
    """A backup made by hard links is not written into."""
    path, backup = tmp_path / "model.st", tmp_path / "backup.st"
    write_whole(path, b"old")
    backup.hardlink_to(path)
    write_whole(path, b"new")
    assert (path.read_bytes(), backup.read_bytes()) == (b"new", b"old")


def test_links_planted_under_old_names_are_not_followed(tmp_path: Path) -> None:
    """The names of unfinished files cannot be guessed: what used to be one is left alone."""
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"precious")
    for number in range(5):
        (tmp_path / f".{os.getpid()}-{number}.tmp").symlink_to(victim)
    write_whole(tmp_path / "mine.st", b"content")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "mine.st").is_symlink()


def test_a_name_that_is_taken_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it could be guessed: it is an error, and what the link leads to is as it was."""
    victim = tmp_path / "victim.txt"
    victim.write_bytes(b"precious")
    monkeypatch.setattr(os, "urandom", bytes)
    (tmp_path / f".{bytes(8).hex()}.tmp").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "mine.st", b"content")
    assert victim.read_bytes() == b"precious"


def _write_often(path: Path, content: bytes) -> None:
    """Write a file a hundred times."""
    for _ in range(100):
        write_whole(path, content)


def test_two_processes_at_once_write_whole_files(tmp_path: Path) -> None:
    """To one name and to two: no error, and whatever is read is what one of them wrote."""
    contents = [letter * 50_000 for letter in (b"a", b"b", b"c")]
    names = ["same", "same", "other"]
    processes = [
        get_context("fork").Process(target=_write_often, args=(tmp_path / name, content))
        for name, content in zip(names, contents, strict=True)
    ]
    write_whole(tmp_path / "same", contents[0])
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        assert (tmp_path / "same").read_bytes() in contents[:2]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert {each.name for each in tmp_path.iterdir()} == {"same", "other"}


def test_a_long_name_is_a_name(tmp_path: Path) -> None:
    """As long as a name may be; a longer one is an error with its number."""
    path = tmp_path / ("x" * 255)
    for content in (b"first", b"second"):
        write_whole(path, content)
    assert path.read_bytes() == b"second"
    with pytest.raises(OSError, match="File name too long") as caught:
        write_whole(tmp_path / ("x" * 256), b"")
    assert caught.value.errno == errno.ENAMETOOLONG


def test_where_no_file_can_be_made_a_file_is_written_in_place(open_to_all: Path) -> None:
    """A file that one may write, in a folder that one may not; a new one there is an error."""
    path = open_to_all / "model.st"
    path.write_bytes(b"old")
    path.chmod(0o666)
    open_to_all.chmod(0o555)
    with as_nobody():
        write_whole(path, b"new")
        with pytest.raises(PermissionError, match="cannot be written: Permission den") as caught:
            write_whole(open_to_all / "another.st", b"new")
    open_to_all.chmod(0o777)
    assert caught.value.errno == errno.EACCES
    assert path.read_bytes() == b"new"
    assert list(open_to_all.iterdir()) == [path]


def test_a_file_that_is_read_only_is_not_replaced(open_to_all: Path) -> None:
    """Though the folder would allow it, as for every program that opens a file to write."""
    path = open_to_all / "model.st"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with as_nobody(), pytest.raises(PermissionError, match="cannot be written") as caught:
        write_whole(path, b"new")
    assert (caught.value.errno, caught.value.filename) == (errno.EACCES, str(path))
    assert path.read_bytes() == b"old"
    assert list(open_to_all.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """The error says which folder is missing, and has number and name as Python's own."""
    path = tmp_path / "nowhere" / "x.svg"
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist; create it") as caught:
        write_whole(path, b"")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(path))


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    """It is named, with the number that Python gives."""
    with pytest.raises(IsADirectoryError, match="is a folder; give the name of a") as caught:
        write_whole(tmp_path, b"")
    assert (caught.value.errno, caught.value.filename) == (errno.EISDIR, str(tmp_path))


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
