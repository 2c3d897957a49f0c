"""Files that are replaced whole or not at all, and whether one could be.

A new file is written beside the old one and takes its name: whoever reads meanwhile sees one of the
two. Where that can't be (a file that is mounted alone, a folder that is closed, a full disk), the
old one is overwritten in place, once there is room for all of it.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

Write = Callable[[BinaryIO], None]
"""Writes the content into an open file."""


def check_writable(path: Path) -> None:
    """Raise `OSError` if `replace_file` could not write a file now; leave things as they are."""
    target = path.resolve()  # a link may lead to what is not there yet
    if _is_special(target):
        _check_access(target)
        return
    if target.exists():
        target.open("r+b").close()
        return
    target.open("xb").close()
    target.unlink()


def replace_file(path: Path, write: Write) -> None:
    """Write a file, in the place of the one that is there, with its mode and behind its links.

    Raises:
        OSError: It can't be written; what was there is as it was.
    """
    try:
        _replace(path.resolve(), write)
    except OSError as error:  # of the file that is meant, not of the one beside it
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def write_whole(path: Path, text: str) -> None:
    """Write a text as `replace_file` does.

    Raises:
        OSError: It can't be written; what was there is as it was.
    """
    content = text.encode()

    def write(file: BinaryIO) -> None:
        file.write(content)

    replace_file(path, write)


def _replace(target: Path, write: Write) -> None:
    if _is_special(target):
        with target.open("wb") as file:
            write(file)
        return
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    if mode is not None:
        target.open("r+b").close()  # a file that is read only is not replaced either
    try:
        with _beside(target, mode) as (new, file):
            write(file)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            new.replace(target)
    except OSError:
        if mode is None:
            raise
        content = io.BytesIO()
        write(content)
        _overwrite(target, content.getvalue())


def _is_special(target: Path) -> bool:
    """Whether it exists and is not a regular file: for example /dev/null or a pipe."""
    return target.exists() and not target.is_file()


def _check_access(target: Path) -> None:
    if target.is_dir() or not os.access(target, os.W_OK):
        target.open("ab").close()  # says why


@contextlib.contextmanager
def _beside(target: Path, mode: int | None) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a new file in the folder of another one; it is gone afterwards, unless renamed."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=".pytest-mgh-", suffix=".new")
    new = Path(name)
    try:
        with open(number, "wb") as file:  # noqa: PTH123 (a descriptor)
            _set_mode(new, target, mode)
            yield new, file
    finally:
        with contextlib.suppress(OSError):
            new.unlink()


def _set_mode(new: Path, target: Path, mode: int | None) -> None:
    """Give a new file the mode and the owner of the one that it replaces."""
    if mode is None:
        mask = os.umask(0)
        os.umask(mask)
        new.chmod(0o666 & ~mask)
        return
    new.chmod(mode)
    owner, own = target.stat(), new.stat()
    if (owner.st_uid, owner.st_gid) != (own.st_uid, own.st_gid):
        os.chown(new, owner.st_uid, owner.st_gid)  # where it may not be, it is written in place
        new.chmod(mode)


def _overwrite(target: Path, content: bytes) -> None:
    """Write over a file, once there is room for it all; put back what was there if it fails."""
    with target.open("r+b") as file:
        before = file.read()
        try:
            _reserve(file, len(content))
            _put(file, content)
        except BaseException:
            _put(file, before)
            raise


def _reserve(file: BinaryIO, length: int) -> None:
    """Take the room that a file needs, where its file system can."""
    if length and hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, length)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise


def _put(file: BinaryIO, content: bytes) -> None:
    file.seek(0)
    file.write(content)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
