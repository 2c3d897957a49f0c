"""Tells early whether a file can be written later."""

from __future__ import annotations

from pathlib import Path


def check_writable(path: Path) -> None:
    """Raise `OSError` if a file can't be written; leave things as they are."""
    is_new = not path.exists()
    path.open("ab").close()
    if is_new:
        path.unlink()
