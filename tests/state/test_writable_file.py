"""Files are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from pytest_mgh.state.writable_file import check_writable, replace_file

OLD, NEW = b"what was there", b"what comes" * 1000


def replace(path: Path, content: bytes = NEW) -> None:
    def write(file: BinaryIO) -> None:
        file.write(content)

    replace_file(path, write)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "state.json"
    path.write_bytes(OLD)
    path.chmod(0o600)
    return path


def refuse(error: int) -> Callable[..., Any]:
    def refused(*_: Any, **__: Any) -> Any:
        raise OSError(error, os.strerror(error))

    return refused


# What keeps a file from being written beside the old one: a file that is mounted alone, a folder
# that is closed to the user, and one that is mounted read-only.
NOT_BESIDE = {
    "mounted": (Path, "replace", errno.EBUSY),
    "closed": (tempfile, "mkstemp", errno.EACCES),
    "read-only": (tempfile, "mkstemp", errno.EROFS),
    "full": (tempfile, "mkstemp", errno.ENOSPC),
    "of another owner": (Path, "chmod", errno.EPERM),
}


@pytest.fixture(params=[None, *NOT_BESIDE], ids=lambda param: param or "beside")
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, old: Path) -> None:
    if request.param is not None:
        owner, name, error = NOT_BESIDE[request.param]
        monkeypatch.setattr(owner, name, refuse(error))


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("content", [NEW, b"short", b""])
def test_replacing_a_file_keeps_its_mode_and_leaves_no_temporary_file(
    old: Path, content: bytes
) -> None:
    replace(old, content)

    assert old.read_bytes() == content
    assert mode(old) == 0o600
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.usefixtures("place")
def test_a_link_is_kept_and_its_target_is_replaced(old: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(old.name)

    check_writable(link)
    replace(link)

    assert link.is_symlink()
    assert old.read_bytes() == NEW


def test_writing_to_a_dangling_link_creates_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("new")

    check_writable(link)
    assert not (tmp_path / "new").exists()
    replace(link)

    assert (tmp_path / "new").read_bytes() == NEW


def test_a_new_file_has_the_mode_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()

    replace(tmp_path / "new")

    assert mode(tmp_path / "new") == mode(tmp_path / "usual")


def test_readers_of_the_old_file_still_read_it(old: Path) -> None:
    with old.open("rb") as reader:
        replace(old)
        assert reader.read() == OLD


LIMITED = """
import resource, sys
from pathlib import Path
from pytest_mgh.state.writable_file import replace_file

resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
if sys.argv[2] == "in place":
    Path.replace = lambda *_: (_ for _ in ()).throw(OSError(16, "busy"))
replace_file(Path(sys.argv[1]), lambda file: file.write(b"x" * 1000))
"""


@pytest.mark.parametrize("where", ["beside", "in place"])
@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_no_partial_file(old: Path, where: str, there: bool) -> None:
    if not there:
        old.unlink()

    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(old), where],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "OSError: [Errno 27] File too large" in done.stderr
    assert [path.read_bytes() for path in old.parent.iterdir()] == ([OLD] if there else [])


def test_a_failed_write_keeps_the_old_file(old: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(NEW)
        raise ValueError("it is no JSON")

    with pytest.raises(ValueError, match="no JSON"):
        replace_file(old, write)

    assert old.read_bytes() == OLD
    assert list(old.parent.iterdir()) == [old]


def test_a_device_is_written_to_in_place() -> None:
    check_writable(Path(os.devnull))
    replace(Path(os.devnull))

    assert Path(os.devnull).is_char_device()


def test_the_check_changes_no_file(old: Path) -> None:
    before = old.stat().st_mtime_ns

    check_writable(old)
    check_writable(old.with_name("new"))

    assert (old.read_bytes(), old.stat().st_mtime_ns) == (OLD, before)
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("name", [".", "no/such/folder", "x" * 300, "loop"])
def test_the_check_raises_for_a_file_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")

    for use in (check_writable, replace):
        with pytest.raises((OSError, RuntimeError)):
            use(tmp_path / name)
