"""The error for a seed that is not valid, with its place in the item."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_mgh.protocol.documents import path_text


class SeedError(ValueError):
    """An item that can't be seeded.

    Args:
        path: The way to what is wrong, within the item.
        reason: What is wrong there, and what is allowed.
    """

    def __init__(self, path: Iterable[str | int], reason: str) -> None:
        self.path: tuple[str | int, ...] = tuple(path)
        self.reason = reason
        super().__init__(f"{path_text(self.path)}: {reason}" if self.path else reason)
