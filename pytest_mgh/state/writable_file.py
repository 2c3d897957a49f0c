"""Files that are written at the end: whether they can be, and whole or not at all."""

from __future__ import annotations

from pathlib import Path


def check_writable(path: Path) -> None:
    """Raise `OSError` if a file can't be written; leave things as they are."""
    target = path.resolve()  # a link may lead to what is not there yet
    is_new = not target.exists()
    target.open("ab").close()
    if is_new:
        target.unlink()


def write_whole(path: Path, text: str) -> None:
    """Write the whole file or none of it."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
