"""Files of the person's own: read without waiting, written whole or not at all, never in place of a
device.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from wizard.session.storage import LARGEST, path_of, read_content, reason, write_over


def test_what_is_no_regular_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    devices = ("/dev/zero", "/dev/null", "/dev/tty", "/dev/ptmx")
    for path in (tmp_path / "pipe", *map(Path, devices)):
        with pytest.raises(OSError, match=r"pipe or a device|No such device"):
            read_content(path)
    with pytest.raises(IsADirectoryError):
        read_content(tmp_path)


def test_what_says_that_it_is_a_file_and_waits_is_not_waited_for() -> None:
    # The kernel's messages come once; whoever reads on waits for the next.
    with contextlib.suppress(OSError):
        read_content(Path("/proc/kmsg"))
    with pytest.raises(OSError, match=r"pipe or a device|not permitted|No such file"):
        read_content(Path("/proc/kmsg"))


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(LARGEST)
    assert len(read_content(path)) == LARGEST
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(OSError, match="larger than 16 MiB") as refused:
        read_content(path)
    assert reason(refused.value) == "it is larger than 16 MiB"


def test_a_pipe_that_the_shell_has_opened_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"format = 1")
    os.close(writing)
    assert read_content(Path(f"/dev/fd/{reading}")) == b"format = 1"
    os.close(reading)


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file grows beyond 4 KiB: as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, before)


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, old: bytes | None) -> None:
    """A new file that was begun would be taken for the person's own at the next try."""
    path = tmp_path / "plan.toml"
    if old is not None:
        path.write_bytes(old)
    with pytest.raises(OSError, match="File too large"):
        write_over(path, bytes(5000))
    assert [entry.name for entry in tmp_path.iterdir()] == ([path.name] if old is not None else [])
    if old is not None:
        assert path.read_bytes() == old
    write_over(path, b"new")
    assert path.read_bytes() == b"new"


def test_no_file_takes_the_place_of_a_device(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link, tmp_path):
        with pytest.raises(OSError, match="no file") as refused:
            write_over(path, b"x")
        assert refused.value.errno == errno.EINVAL
    assert pipe.is_fifo()


def test_a_link_keeps_leading_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    write_over(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640


def test_the_home_of_nobody_is_a_name_like_others() -> None:
    assert path_of(" ~nobody-of-that-name/x ") == Path("~nobody-of-that-name/x")
    assert path_of("~/x") == Path.home() / "x"
