"""Tells early whether a file can be written later."""

from __future__ import annotations

from pathlib import Path


def check_writable(path: Path) -> None:
    """Raise `OSError` if a file can't be written; leave things as they are."""
    target = path.resolve()  # a link may lead to what is not there yet
    is_new = not target.exists()
    target.open("ab").close()
    if is_new:
        target.unlink()
